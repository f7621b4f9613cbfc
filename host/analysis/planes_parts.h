/* A band's planes from inside, for their own files: planes.c has bands, planes_local.c terrain and circles, planes_features.c what is
 * made of features as they lie, planes_masks.c masks, planes_rules.c
 * bits of rules, planes_distances.c distances and accumulated costs. */
#ifndef LODE_ANALYSIS_PLANES_PARTS_H
#define LODE_ANALYSIS_PLANES_PARTS_H

#include "analysis/planes.h"
#include "compute/cost.h"
#include "compute/density.h"
#include "compute/distance.h"
#include "compute/focal.h"
#include "compute/formula_pass.h"
#include "compute/interpolate.h"
#include "compute/percentile.h"
#include "compute/terrain.h"

struct planes {
    const struct plan *plan;
    struct layers *layers;
    struct device *device;
    struct log *log;
    struct terrain *terrain; /* NULL until a plane wants it, as the next */
    struct focal *focal;
    struct percentile *percentile;
    struct interpolator **interpolators; /* one a plane; NULL: not between points */
    struct density **densities;          /* the same: not a density */
    int64_t *mask_cells;
    struct mask *masks; /* kept only where a PLANE_INSIDE reads them */
    struct mask *rules; /* one a rule, over the grid: where made ones hold, but for those that are negated; others empty */
    void **rule_bits;   /* [slot]: of made rules, as model/rule_bits.h has them; NULL: there are none */
    struct distance **distances;
    struct cost **costs;            /* beside distances: one of the two */
    double *least_friction;         /* one a distance; 0: a plain one */
    struct buffer **buffers;        /* one a plane, and one for the bits of made rules */
    struct buffer *surface;         /* input of terrain or circles, as much wider on each side as the widest halo */
    struct buffer *whole;           /* terrain or a formula over a chunk of the widest mask, while masks are made */
    struct buffer **nearest;        /* one a distance: source indices of one row */
    struct formula_pass **formulas; /* one a criterion; NULL: it reads a plane */
    struct buffer *formula_out;     /* of a band; NULL while no criterion has a formula or looks permits up */
    float ***loaded;                /* [slot][plane]: what was read for it, or room for what came of it. NULL for distances */
    int64_t **missing;              /* [slot][plane]: cells without a value */
    const struct planes *first;     /* whose loaded bands, masks, rules and cost fields these are; NULL: its own */
    float **fields;                 /* one a distance: accumulated costs of the grid, for the planes beside; else NULL */
    float *host;
    uint8_t *inside; /* while masks are made */
    int64_t *nearest_host;
    const struct mask **land; /* masks that permit classes are made from; NULL: none are */
};

/* One plane of planes_load. */
status planes_load_one(struct planes *planes, size_t slot, size_t plane, struct window window) LODE_MUST_CHECK;
/* What a plane of cells around takes of its layer. */
static inline struct window local_window(const struct plane *plane, struct window window) {
    return window_around(window, plane->halo_cols, plane->halo_rows);
}
/* Terrain or a circle over a window, from its layer's values over local_window, which planes->surface is lent. */
status local_make(struct planes *planes, const struct plane *plane, struct window window, float *surface, struct buffer *out) LODE_MUST_CHECK;
/* The same, with the values read into planes->host; planes->surface has room for them. */
status local_fill(struct planes *planes, const struct plane *plane, struct window window, struct buffer *out) LODE_MUST_CHECK;
/* One for each plane of features; planes_close closes them, even after a failure. */
status features_open(struct planes *planes) LODE_MUST_CHECK;
/* Such a plane over a window. */
status features_make(struct planes *planes, size_t plane, struct window window, struct buffer *out) LODE_MUST_CHECK;

/* What masks and frictions are made in, on host and device; until it is closed, nothing of a band's is there. */
status masks_open_room(struct planes *planes) LODE_MUST_CHECK;
void masks_close_room(struct planes *planes);
/* A mask of the plan, told as progress from..to. */
status masks_make_one(struct planes *planes, size_t mask, double from, double to) LODE_MUST_CHECK;
/* All of them with the distances to each; masks that no band reads and no other device prepares from are let go. */
status masks_make(struct planes *planes) LODE_MUST_CHECK;

/* A mask for each rule that is made; and their closing. */
status rules_open(struct planes *planes) LODE_MUST_CHECK;
void rules_close(struct planes *planes);
/* What made rules take of a mask, and of a distance, which are there. */
void rules_take_mask(struct planes *planes, size_t mask);
status rules_take_distance(struct planes *planes, size_t distance) LODE_MUST_CHECK;
/* Their bits of a band. */
void rules_load(struct planes *planes, size_t slot, struct window window);

/* A formula over chunks of rows as wide as a mask. To be closed, even after a failure to open. */
struct wide {
    const struct formula *formula; /* NULL: closed */
    struct formula_pass *pass;
    struct buffer **operands;
};
status wide_open(struct planes *planes, const struct formula *formula, struct wide *wide) LODE_MUST_CHECK;
void wide_close(struct wide *wide);
/* `values`: of the window's cells, on the host. */
status wide_rows(struct planes *planes, struct wide *wide, struct window window, float *values) LODE_MUST_CHECK;

/* Prepares a distance or cost from its mask. */
status distances_open_one(struct planes *planes, size_t distance) LODE_MUST_CHECK;
/* The costs alone, of a criterion of that name (NULL: any), each with its mask. */
status distances_make_costs(struct planes *planes, const char *criterion) LODE_MUST_CHECK;
/* Where there are other devices: the grid's costs for them, once. */
status distances_keep_costs(struct planes *planes) LODE_MUST_CHECK;
/* A band's values; `nearest`, unless NULL, source indices of them. */
status distances_fill(struct planes *planes, size_t distance, struct window window, struct buffer *out, struct buffer *nearest) LODE_MUST_CHECK;

#endif
