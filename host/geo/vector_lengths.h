/* Buffers of the features' own: how long each feature's is, and where features of one length lie. */
#ifndef LODE_GEO_VECTOR_LENGTHS_H
#define LODE_GEO_VECTOR_LENGTHS_H

#include "geo/vector_file.h"

/* Metres, of one feature. Fails with the feature and the remedy when nothing says it, or when it is below 0 or more than `most_m`. */
status feature_length(const struct feature_buffer *by, const struct feature *feature, double *length_m) LODE_MUST_CHECK;
/* The different lengths of the features, rising, at most `room`; *count of them. LODE_BAD_DATA when there are more, or a field is missing. */
status vector_lengths(const struct vector_file *file, const struct feature_buffer *by, size_t room, double *lengths_m, size_t *count) LODE_MUST_CHECK;
/* only[i]: whether feature i has that length. */
status vector_lengths_choose(const struct vector_file *file, const struct feature_buffer *by, double length_m, bool *only) LODE_MUST_CHECK;

#endif
