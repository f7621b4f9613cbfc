/* Area of each unique condition: of each combination of generalised classes that occurs (see model_step in model/plan.h). */
#ifndef LODE_ANALYSIS_CONDITIONS_H
#define LODE_ANALYSIS_CONDITIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/status.h"

/* Zero-initialise. */
struct conditions {
    size_t n, room;
    uint32_t *keys; /* in the order in which they were met */
    double *km2;
    float *value;   /* what the caller knows of a condition: see conditions_add_row */
    size_t n_slots; /* of the hash table; a power of 2 */
    uint32_t *slots;
};

void conditions_free(struct conditions *conditions);
/* Adds a row's cells, `km2` each; those of state 2 and more are passed over. `value_of(user, key)` is asked once for every condition, and given to
 * `values`, a cell each: NaN where state is not 0. */
status conditions_add_row(struct conditions *conditions, const uint32_t *keys, const uint8_t *state, int64_t cells, double km2,
                          float (*value_of)(void *user, uint32_t key), void *user, float *values) LODE_MUST_CHECK;

#endif
