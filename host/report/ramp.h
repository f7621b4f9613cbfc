/* Colour ramps for scores. */
#ifndef LODE_REPORT_RAMP_H
#define LODE_REPORT_RAMP_H

#include <stdint.h>

struct rgb {
    uint8_t r, g, b;
};

struct ramp;
extern const char *const ramp_names[]; /* NULL-ended; the first is the default */
/* The ramp of that name (NULL: the default; beside those above "blue_orange", of differences, white in the middle), or NULL when there is none. Lives as long as the program. */
const struct ramp *ramp_find(const char *name);
/* Colour at `share` of the ramp: 0 its first colour, 1 its last; clamped, NaN as 0. */
struct rgb ramp_colour(const struct ramp *ramp, double share);

#endif
