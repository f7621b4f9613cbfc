/* The operations a scenario can name, a row each: parser, help, plan, code generator and tests all read these.
 * A new membership is one row here and one function in kernels/ops.h. */
#ifndef LODE_MODEL_OP_TABLE_H
#define LODE_MODEL_OP_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum criterion_op {
    OP_VALUE,
    OP_CATEGORY,
    OP_DISTANCE,
    OP_SLOPE,
    OP_ASPECT,
    OP_ROUGHNESS,
    OP_RUGGEDNESS,
    OP_FORMULA,
    OP_COST,
    OP_INDEX /* read as OP_FORMULA */,
    OP_MONTHS,
    OP_WITHIN,
    OP_PROFILE_CURVATURE,
    OP_PLAN_CURVATURE,
    OP_TANGENTIAL_CURVATURE,
    OP_RELIEF,
    OP_TPI,
    OP_MEAN,
    OP_SD,
    OP_PERCENTILE,
    OP_IDW,
    OP_KRIGING,
    OP_KRIGING_VARIANCE,
    OP_DENSITY,
    OP_CROSSINGS,
    OP_COVERAGE,
    CRITERION_OPS
};

enum membership_kind {
    MEMBER_NONE, /* reported, not scored */
    MEMBER_LINEAR,
    MEMBER_TRAPEZOID,
    MEMBER_SMALL,
    MEMBER_LARGE,
    MEMBER_NEAR,
    MEMBER_GAUSSIAN,
    MEMBER_LOGISTIC,
    MEMBER_MS_SMALL,
    MEMBER_MS_LARGE,
    MEMBER_INVERSE,
    MEMBER_CATEGORICAL,
    MEMBERSHIPS
};

enum overlay_op {
    OVERLAY_CRITERION /* a leaf */,
    OVERLAY_WEIGHTED,
    OVERLAY_WEIGHTED_PRODUCT,
    OVERLAY_AND,
    OVERLAY_OR,
    OVERLAY_PRODUCT,
    OVERLAY_SUM,
    OVERLAY_GAMMA,
    OVERLAY_OWA,
    OVERLAY_TOPSIS,
    OVERLAY_HAMACHER_PRODUCT,
    OVERLAY_HAMACHER_SUM,
    OVERLAY_LUKASIEWICZ_AND,
    OVERLAY_LUKASIEWICZ_OR,
    OVERLAYS
};

/* How values differ with distance. */
enum variogram { VARIOGRAM_SPHERICAL, VARIOGRAM_EXPONENTIAL, VARIOGRAM_GAUSSIAN, VARIOGRAMS };

/* How much what lies off a cell counts there. */
enum density_kernel { DENSITY_QUARTIC, DENSITY_UNIFORM, DENSITY_KERNELS };

/* Keys beside an overlay's own. */
enum overlay_option { OPTION_OF, OPTION_ORDER_WEIGHTS, OPTION_ORNESS, OPTION_ALPHA, OPTION_IDEAL, OPTION_PARAMETER, OVERLAY_OPTIONS };

/* How weights come about. */
enum weighting { WEIGHTS_GIVEN, WEIGHTS_AHP, WEIGHTS_RANK_SUM, WEIGHTS_ROC, WEIGHTS_RECIPROCAL, WEIGHTS_ENTROPY, WEIGHTS_CRITIC, WEIGHTINGS };

enum model_kind { MODEL_WEIGHTS_OF_EVIDENCE, MODEL_LOGISTIC_REGRESSION, MODEL_RANDOM_FOREST, MODEL_BOOSTED_TREES, MODELS };

enum rule_kind {
    RULE_EXCLUDE_INSIDE,
    RULE_EXCLUDE_OUTSIDE,
    RULE_EXCLUDE_WHERE,
    RULE_REQUIRE_INSIDE,
    RULE_EXCLUDE_SETBACK,
    RULE_INCLUDE_INSIDE,
    RULE_INCLUDE_WHERE,
    RULE_PENALISE_INSIDE,
    RULE_PENALISE_OUTSIDE,
    RULE_PENALISE_WHERE,
    RULES
};

/* What becomes of a cell where a rule fires: it has no rank; it is freed of other rules; its score is multiplied. */
enum rule_effect { EFFECT_EXCLUDE, EFFECT_INCLUDE, EFFECT_PENALISE };

enum compare_op { COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE, COMPARE_EQ, COMPARE_NE, COMPARE_IN, COMPARES };

enum { OP_PARAMS_MAX = 4 };

/* What a parameter of a membership is measured in. */
enum param_measure { PARAM_RAW /* the criterion's own unit */, PARAM_NUMBER };

struct param_row {
    const char *name;
    enum param_measure measure;
    double fallback; /* NaN: required, unless from_stats */
    bool from_stats; /* filled from the layer's statistics when not given */
    const char *help;
    int power; /* of the raw values' unit in it: what it is multiplied by where their axis is stretched */
};

struct membership_row {
    const char *name;
    size_t n_params;
    struct param_row params[OP_PARAMS_MAX];
    bool needs_stats;     /* mean and sd, or min and max, over the valid cells of the grid; passed to the function as two more parameters */
    const char *function; /* in kernels/ops.h: float f(float x, params..., [stat1, stat2]) */
    const char *help;     /* one line with the formula */
};

struct criterion_row {
    const char *name;         /* "distance_to" */
    const char *default_unit; /* "km"; "" when the layer's own */
    bool evidence;            /* default role */
    const char *takes;        /* "LAYER": what is written after the name */
    const char *help;
    bool heights; /* its layer is a surface of heights, a raster */
    bool radius;  /* looks at the cells within `radius` */
    bool own;     /* in the layer's own unit */
    bool points;  /* its layer is a vector with numbers, and what is between them is worked out */
    bool counted; /* its layer is a vector, whose points or lines are counted around a cell */
    bool areas;   /* its layer is a vector of areas */
};

struct overlay_row {
    const char *name; /* "weighted" */
    bool weights;     /* takes weights */
    bool additive;    /* contributions of its children add up to it */
    const char *help;
    bool list;           /* takes weights, but also a bare list of equal ones */
    unsigned options;    /* bits of enum overlay_option */
    const char *written; /* the whole overlay; NULL: as others of its kind */
};

/* Where a rule fires: where a condition holds; else outside a layer, or inside. */
struct rule_row {
    enum rule_effect effect;
    bool where, outside;
    bool setback; /* how far, a table says for each jurisdiction */
};

struct weighting_row {
    const char *name; /* "ahp" */
    bool from_cells;  /* known when cells have been looked at */
    const char *written, *help;
};

/* A score learnt from known places: a target's whole score. */
struct model_row {
    const char *name;
    const char *takes; /* how it is written */
    const char *help;
    const char *like;  /* how evidence is written */
    const char *words; /* in a sentence */
    const char *table; /* its file is `TARGET_` and this */
    bool approaches;   /* evidence has an approach each; else it is a list of names */
    bool draws;        /* cells stand for barren ground */
    bool trees;
};

extern const struct criterion_row criterion_table[CRITERION_OPS];
extern const struct membership_row membership_table[MEMBERSHIPS];
/* Power of the raw values' unit in a parameter of a membership; those behind its own are mean and deviation. */
int membership_power(enum membership_kind kind, size_t param);
extern const struct overlay_row overlay_table[OVERLAYS];
extern const char *const option_names[OVERLAY_OPTIONS];
extern const struct weighting_row weighting_table[WEIGHTINGS];
extern const struct model_row model_table[MODELS];
extern const char *const approach_names[];                          /* by enum woe_approach */
extern const char *const variogram_names[VARIOGRAMS + 1];           /* ends with NULL */
extern const char *const density_kernel_names[DENSITY_KERNELS + 1]; /* ends with NULL */
extern const char *const rule_names[RULES];
extern const struct rule_row rule_table[RULES];
extern const char *const compare_names[COMPARES];

#endif
