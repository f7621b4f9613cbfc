/* Counts of a band for models: cells of each row above or on keys, and values of chosen cells. See kernels/count.cl. */
#ifndef LODE_COMPUTE_COUNT_H
#define LODE_COMPUTE_COUNT_H

#include <stdint.h>

#include "compute/device.h"

struct counter;
/* For bands of at most `cells` cells. */
status counter_open(struct device *device, size_t cells, struct counter **out) LODE_MUST_CHECK;
void counter_close(struct counter *counter);

/* The states of the band's cells, of which scored and excluded ones are counted from now on. */
status counter_study(struct counter *counter, const uint8_t *state, size_t cells) LODE_MUST_CHECK;
/* Of each row: how many cells of the study are known, and how many of these have plane * scale above each key, or (exact) equal to it.
 * counts: [rows][n_keys + 1]. */
status counter_keys(struct counter *counter, const struct buffer *plane, float scale, const float *keys, size_t n_keys, bool exact, size_t cols,
                    size_t rows, uint32_t *counts) LODE_MUST_CHECK;
/* plane * scale at `count` cells of the band. */
status counter_gather(struct counter *counter, const struct buffer *plane, float scale, const uint32_t *cells, size_t count,
                      float *out) LODE_MUST_CHECK;

#endif
