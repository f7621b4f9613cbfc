/* A small globe that shows where on Earth a region lies. */
#ifndef LODE_REPORT_GLOBE_H
#define LODE_REPORT_GLOBE_H

#include <stddef.h>
#include <stdint.h>

#include "report/ink.h"
#include "report/map_frame.h"

/* Rings of land, see land_table.c. */
enum { LAND_END = 9999 };
extern const int16_t land_places[];
extern const size_t land_count;

/* Seen from above the frame's middle (orthographic), of that radius about (x, y): land, every thirtieth meridian and parallel, the frame's outline,
 * and a ring around it where it is too small to be seen. */
void globe_draw(struct ink *ink, const struct map_frame *frame, double x, double y, double radius);

#endif
