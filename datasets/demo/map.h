/* What people built and named in the region: the vector layers, as tables. */
#ifndef DEMO_MAP_H
#define DEMO_MAP_H

#include "write.h"

extern const struct demo_vector map_vectors[];
extern const size_t map_vector_count;

#endif
