/* A target's score surface held against known places: who they are, which cells each may be, and what validation.h makes of it. */
#ifndef LODE_ANALYSIS_VALIDATE_H
#define LODE_ANALYSIS_VALIDATE_H

#include "analysis/scan.h"
#include "analysis/validation.h"
#include "geo/scratch.h"

struct known_place {
    const char *name;
    double lon, lat, x, y, uncertainty_m; /* NaN: unknown, which counts as its own cell */
    size_t n_sources;                     /* points merged into it */
    enum cell_state state;                /* of the cell of the given coordinates */
    bool used;                            /* false: no scored cell within the radius */
    size_t index, fold;                   /* of a used one: its place in validation's arrays, and its fold from 0 */
};

struct validated {
    const struct validation_wish *wish;
    const char *target, *baseline; /* names; baseline NULL: none */
    size_t n_places, n_used;
    size_t given, outside; /* points, and those of them outside the grid, which are no places */
    struct known_place *places;
    bool learnt; /* the score is a model's, and may have been trained on these very places */
    struct validation figures;
};

/* A surface of the grid: floats, and enum cell_state. */
struct validated_surface {
    const struct scratch *score, *state;
};

/* `scan`: its scenario's layers, grid, lonlat, layers and log are used. `baseline` may be NULL. Strings and arrays in `arena`. A place whose
 * radius holds no scored cell is kept in the list and not used; a warning says how many, and why. */
status validate_surface(const struct scan *scan, const struct validation_wish *wish, const struct validated_surface *surface,
                        const struct validated_surface *baseline, struct arena *arena, struct validated *out) LODE_MUST_CHECK;

#endif
