/* The scenario compiled to steps over one grid: which planes a band needs, how each is made, and the one fused pass.
 * Plain values; does not change once built, but for `params`, which statistics complete. */
#ifndef LODE_MODEL_PLAN_H
#define LODE_MODEL_PLAN_H

#include "base/text.h"
#include "model/grid.h"
#include "model/scenario.h"

/* A float plane of a band. Missing cells are NaN. */
enum plane_kind {
    PLANE_LAYER,  /* a layer's own values, or class codes */
    PLANE_SLOPE,  /* percent */
    PLANE_ASPECT, /* degree clockwise from north; -1 where flat */
    PLANE_ROUGHNESS,
    PLANE_RUGGEDNESS,
    PLANE_PROFILE_CURVATURE, /* 1/m, convex above 0, as the next two */
    PLANE_PLAN_CURVATURE,
    PLANE_TANGENTIAL_CURVATURE,
    PLANE_RELIEF, /* over a circle, as the next four */
    PLANE_TPI,
    PLANE_MEAN,
    PLANE_SD,
    PLANE_PERCENTILE,
    PLANE_IDW, /* between points, as the next two */
    PLANE_KRIGING,
    PLANE_KRIGING_VARIANCE,
    PLANE_DENSITY, /* per square kilometre around a cell: of points or of kilometres of lines, and of crossings of lines */
    PLANE_CROSSINGS,
    PLANE_DISTANCE, /* metres; 0 in the mask; infinity when there is no source */
    PLANE_COST,     /* equivalent metres to the nearest source by cost; 0 in the mask; infinity where no way leads */
    PLANE_INSIDE,   /* 1 in a mask, 0 elsewhere */
    PLANE_SHARE,    /* of the cell that a layer's areas cover, 0 to 1 */
    PLANE_PERMIT,   /* permit class of a cell: jurisdiction and land status; the layer is that of jurisdictions, or none */
    PLANE_KINDS
};
struct plane {
    enum plane_kind kind;
    int layer;                                 /* PLANE_LAYER, terrain and circles */
    int distance;                              /* PLANE_DISTANCE and PLANE_COST */
    int mask;                                  /* PLANE_INSIDE */
    double radius_m;                           /* of a circle, else 0 */
    double percentile;                         /* PLANE_PERCENTILE: 0 to 100; else 0 */
    int64_t halo_cols, halo_rows;              /* of the layer's cells around a window that it is made of */
    const struct interpolation *interpolation; /* between points; else NULL */
    enum density_kernel kernel;                /* of densities, as the next */
    bool weighted;
};
/* Between points. */
bool plane_is_interpolated(enum plane_kind kind);
/* Of what lies around a cell. */
bool plane_is_density(enum plane_kind kind);
/* Either: made on the device of features as they lie, not of cells. */
bool plane_is_of_features(enum plane_kind kind);
/* From terrain to circles: made on the device of a layer's cells, and of those around them. */
bool plane_is_local(enum plane_kind kind);
bool plane_is_circle(enum plane_kind kind);
bool plane_is_distance(enum plane_kind kind);

/* One bit a cell over the grid and its margin. */
struct mask_step {
    int layer;                         /* a vector's features, a raster's selected cells */
    int criterion;                     /* or: where a criterion's raw value meets the condition; else NO_INDEX */
    const struct condition *condition; /* NULL: the layer's own selection */
    bool any_value;                    /* every valid cell of a raster, whatever its value */
    const struct feature_buffer *by;   /* of a vector, the features whose buffer is length_m; NULL: all */
    double length_m;
    double least_km2;     /* clumps of less area are left out; 0: none */
    bool outside;         /* the cells that are known not to be in it: instead of those that are */
    double reach_m;       /* how far beyond the grid it must be known */
    struct window window; /* the grid and that margin */
};

struct distance_step {
    int mask;
    enum metric metric;
    double reach_m;                 /* beyond it the value no longer matters to a score */
    const struct formula *friction; /* PLANE_COST; NULL: a plain distance */
};

/* A criterion in the fused pass: x = plane * scale, or its formula over plan->operands; mu = membership(x, params[first..]). */
struct criterion_step {
    int plane;          /* NO_INDEX: a formula */
    double scale;       /* plane unit to the criterion's unit */
    size_t first_param; /* in plan->params; categorical: n_classes, other, then code/score pairs */
    size_t n_params;
};

/* One evidence of a model in the fused pass. Of classes: `n_keys` keys in params, then one weight for each class, then its group. A class is the
 * number of keys below x, of n_keys + 1; or (exact) the position of x among them, the last of n_keys + 1 for none. Of a number in a regression: mean
 * and coefficient, the term being coefficient * (x - mean). Missing evidence adds 0, and its group is 0. */
struct term_step {
    int criterion;
    bool exact;
    size_t n_keys;
    size_t first_param;
    size_t deviation; /* of a regression: of x - mean, or of each group from 0, what it adds to the `columns` parts of the deviation */
};
/* params: the logit without evidence, and then, of classes, a number for each term: how many groups it has, with 0. The condition of a cell is the
 * number that the groups are digits of, the first term's the highest. Of a regression the condition is the bits of a float, p (1 - p) times the root
 * of the sum of the squares of the parts. Of trees: the prior's logit, or of a forest its odds; how many trees; and how many questions they
 * ask at most; the condition is 0. */
struct model_step {
    size_t n_terms;
    struct term_step *terms;
    size_t first_param;
    size_t columns, deviation; /* of a regression: its parts, and the constant's share in each */
    const uint32_t *trees; /* of trees, in model/trees.h's words: n_trees of them, outlive the plan; NULL until learnt, and of others */
    size_t n_trees_words;
};

/* A criterion whose values are those of permit classes: x = params[first + plane], the plane being a class below `count`. 0: as above. */
struct lookup_step {
    size_t first, count;
};

/* Which permit class a cell has: jurisdiction * (n_land + 1) + land, land counting the layers of land in their order, then elsewhere. */
struct permit_places {
    int layer; /* whose codes are jurisdictions; NO_INDEX: `otherwise` everywhere */
    size_t n_codes;
    const float *codes;
    const int *jurisdictions; /* of each code */
    int otherwise;            /* of other cells; NO_INDEX: those are missing */
    size_t n_jurisdictions, n_land;
    const int *land_layers;
};

/* How far a setback keeps away from its layer: by the class that a cell has in the layer of jurisdictions, and elsewhere. Metres; below 0: it
 * excludes nothing. */
struct setback_limits {
    size_t n_codes; /* of whole numbers from 0 */
    const double *by_code;
    double otherwise;
};
struct setback_places {
    int layer;                           /* of jurisdictions; NO_INDEX: `otherwise` holds everywhere */
    const struct setback_limits *limits; /* [n_rules]; what is no setback has none */
};

/* The different buffers of the features of a rule's layer, metres, rising. */
struct rule_lengths {
    size_t count;
    double lengths_m[FEATURE_BUFFERS_MAX];
};

/* A rule fires where plane (as it is, times scale) meets the comparison, in the fused pass. NaN never fires.
 * Or (made) its bit is made once, with the masks, and the fused pass reads it with those of all such rules: where a distance meets the comparison
 * with its number, or any of several with theirs, and the mask, if there is one, is set; negated, where that does not hold. */
struct rule_step {
    int plane; /* NO_INDEX: the raw value of the rule's criterion, a formula; or made */
    double scale;
    enum compare_op op;
    size_t first_param, n_values;
    int class_plane; /* of setbacks: params has a number for each of n_codes classes, and behind them that of any other cell */
    size_t n_codes;  /* 0: one comparison for all cells */
    bool made, negated;
    int mask; /* NO_INDEX: none */
    size_t n_distances;
    int *distances; /* with a number of params each; their masks come after `mask` */
};

/* An overlay whose numbers come from its children's values over the cells that count. In plan->params: n weights; then, of TOPSIS between
 * observed ideals, n scales (1 / root mean square), n best and n worst values. */
struct gather_step {
    const struct overlay *node;
    size_t target, level;             /* it can be gathered once those of lower levels, from 1, have taken their numbers */
    size_t n, first_param, first_row; /* a row of values a child, among all that are gathered */
    double cells;                     /* that counted; 0 until moments are taken */
};

/* Bands in flight with one device: one is read, one computed, one counted and written. Each further device computes one more. */
enum { PLAN_SLOTS = 3 };
/* One part in so many of the memory budget is for pixels that were decoded and may be asked for again. */
enum { PLAN_CACHE_PART = 8 };
/* Sizes that other rooms work with and memory is counted by: a vector layer is burnt in strips, results with terms are fetched in chunks,
 * overviews are made in memory up to a size. */
enum { PLAN_STRIP_CELLS = 1 << 23, PLAN_STRIP_ROWS = 256, PLAN_CHUNK_CELLS = 1 << 20, PLAN_OVERVIEW_BYTES = 1 << 30 };
/* Rows in which cells' covered shares are worked out at once. */
enum { PLAN_SHARE_ROWS = 16 };
/* Cells of a surface's tile in each direction. */
enum { PLAN_TILE_SIDE = 512 };
/* Candidates are looked for in blocks of so many rows, sites ranked by so many cells before those are let go, the page's cells taken so many at a
 * time. */
enum { PLAN_CANDIDATE_ROWS = 64, PLAN_RANKED_CELLS = 1 << 20, PLAN_LATTICE_CELLS = 1 << 13 };
/* Cells that a page shows at most, and bytes of its pictures. */
enum { PLAN_PAGE_CELLS = 1 << 22, PLAN_PAGE_PICTURES = 9500000 };
/* One part in so many is for the surfaces of a grid so small that they fit there; larger ones lie in files. */
enum { PLAN_SURFACES_PART = 8 };

struct plan {
    struct arena arena;
    const struct scenario *scenario;
    const struct grid *grid;
    size_t n_planes, n_masks, n_distances, n_params;
    struct plane *planes;
    struct mask_step *masks;
    struct distance_step *distances;
    struct criterion_step *criteria; /* one per scenario criterion */
    struct lookup_step *lookups;     /* one per scenario criterion; NULL: there are none */
    const int **operands;            /* one per scenario criterion: the planes of its formula's operands */
    struct rule_step *rules;         /* one per scenario rule */
    uint64_t made_rules;             /* bit r: rule r is made before bands */
    struct gather_step *gathers;
    size_t n_gathers, n_rows, n_levels; /* rows: gathered in all */
    struct model_step *models;          /* one per scenario target; no terms: no model, or not opened */
    float *params;
    const struct permit_places *permits;   /* NULL: the scenario asks for none */
    int permit_plane;                      /* NO_INDEX: none */
    const struct setback_places *setbacks; /* NULL: there are none */
    const struct rule_lengths *lengths;    /* one for each rule; NULL: there are none */
    int *land_masks;                       /* one a layer of land */
    int within_plane;                      /* NaN or 0 there: outside the study area; NO_INDEX: none */
    size_t band_rows;                      /* rows of one band under the memory budget */
    size_t devices;                        /* that share the bands */
    size_t slots;                          /* bands in flight */
    size_t memory_bytes;
    bool ways_only; /* no bands and no scores: accumulated costs alone */
    const char *ways_of;
    bool page; /* one is made of the result */
};

static inline struct lookup_step plan_lookup(const struct plan *plan, size_t criterion) {
    return plan->lookups ? plan->lookups[criterion] : (struct lookup_step){0};
}

/* Whether a criterion's values are in no plane where they could be counted later: those of a formula, and of permits. */
static inline bool plan_is_counted(const struct plan *plan, size_t criterion) {
    return plan->criteria[criterion].plane == NO_INDEX || plan_lookup(plan, criterion).count;
}

/* What is taken for a plan and what is counted of it ask the same: */
bool plan_has_local(const struct plan *plan);                                /* planes of cells around, or between points */
bool plan_has_formula(const struct plan *plan);                              /* friction, too */
int plan_class_plane(const struct plan *plan);                               /* of setbacks' jurisdictions; NO_INDEX: none */
bool plan_reads_mask(const struct plan *plan, size_t mask);                  /* while bands are made: insides and permits' land */
bool plan_keeps_mask(const struct plan *plan, size_t mask);                  /* that, or other devices prepare distances from it */
bool plan_reads_distance(const struct plan *plan, size_t distance);          /* while bands are made */
bool plan_makes_of_distances(const struct plan *plan);                       /* the bits of a rule */
size_t plan_cells_around(const struct plan *plan, size_t cols, size_t rows); /* cells of a window and of the widest halo around it; of one cell, at
                                                                                    least, where a formula may ask for a slope */

/* How far beyond the grid a layer matters: the farthest distance at which one of its criteria or rules still changes a score. Metres. */
double plan_layer_reach_m(const struct scenario *scenario, const struct grid *grid, int layer);

/* Whether a criterion or a rule asks how much of a cell a layer's areas cover. */
bool plan_wants_share(const struct scenario *scenario, int layer);

/* What compiling needs to know of the opened layers: class labels' codes. `code_of` gives NaN for an unknown label. And how many devices share
 * the bands; 0 is one. `ways_only`: nothing is wanted but the accumulated costs of the criterion of the name `ways_of` (NULL: of all), which
 * outlives the plan. */
struct plan_facts {
    double (*code_of)(void *user, int layer, const char *label);
    void *user;
    size_t devices;
    const struct permit_places *permits;   /* where the scenario asks for them; must outlive the plan */
    const struct setback_places *setbacks; /* the same */
    const struct rule_lengths *lengths;    /* the same: one for each rule; NULL: no rule has buffers by a field */
    bool ways_only;
    const char *ways_of;
    bool page;
};

status plan_compile(const struct scenario *scenario, const struct grid *grid, const struct plan_facts *facts, size_t memory_bytes,
                    struct plan **out) LODE_MUST_CHECK;
void plan_free(struct plan *plan);
/* Bands of the grid, band_rows high but for the last: how many, and the one so many after the first. */
int64_t plan_bands(const struct plan *plan);
struct window plan_band(const struct plan *plan, int64_t band);
/* Whether a criterion of that name (NULL: any) reads the cost distance. */
bool plan_reads_cost(const struct plan *plan, size_t distance, const char *criterion);
/* Whether a criterion needs mean, sd, min and max of its raw values before the fused pass. */
bool plan_needs_stats(const struct plan *plan, size_t criterion);
struct stats {
    double min, max, mean, sd;
    int64_t valid;
};
void plan_take_stats(struct plan *plan, size_t criterion, const struct stats *stats);
/* Turns what the cells that count hold into the numbers of a gather step. */
status plan_take_moments(struct plan *plan, size_t gather, const struct moments *moments) LODE_MUST_CHECK;
/* A node's gather step; NULL: its numbers are the scenario's. `plan` may be NULL. */
const struct gather_step *plan_gather_of(const struct plan *plan, const struct overlay *node);
/* The weight of a node's child: given, or what the cells said (NaN before). `plan` may be NULL: as given. */
double plan_weight(const struct plan *plan, const struct overlay *node, const struct overlay *child);
/* Makes room for the model of a target, all of its numbers 0: before the fused pass is built. Per evidence: how many keys, and whether they
 * are met exactly; of a regression's number there are none. Both may be NULL for a regression of numbers alone, and are for trees. */
status plan_open_model(struct plan *plan, size_t target, const size_t *n_keys, const bool *exact) LODE_MUST_CHECK;
/* The steps as people read them, a line each. */
void plan_print(const struct plan *plan, struct text *out);

#endif
