/* A scenario file as plain values: what to scan, with what evidence, under which rules. Does not change once read.
 * Everything lives in the scenario's arena. Names are unique within their section; references are indices. */
#ifndef LODE_MODEL_SCENARIO_H
#define LODE_MODEL_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/formula.h"
#include "model/op_table.h"
#include "model/sensor_table.h"
#include "model/units.h"
#include "model/weights.h"
#include "model/woe.h"

/* Where in the file something was said (from 1); 0 when nobody said it. */
struct place {
    int line, column;
};

enum layer_kind { LAYER_RASTER, LAYER_VECTOR };
enum layer_content { CONTENT_AUTO, CONTENT_CONTINUOUS, CONTENT_CLASSES };
enum tristate { UNSET = -1, NO = 0, YES = 1 };

enum { NO_INDEX = -1 };

/* What a vector layer is on a map sheet. AUTO: from its name and its shapes. */
enum drawn {
    DRAWN_AUTO,
    DRAWN_NONE,
    DRAWN_BORDER,
    DRAWN_MINOR_BORDER,
    DRAWN_COAST,
    DRAWN_WATER,
    DRAWN_ROAD,
    DRAWN_RAIL,
    DRAWN_TOWN,
    DRAWN_PORT,
    DRAWN_DEPOSIT,
    DRAWN_AREA,
    DRAWN_LINE,
    DRAWN_POINT
};

/* Kinds of pictures of a map sheet, as bits. */
enum map_format { MAP_PNG, MAP_SVG, MAP_PDF, MAP_FORMATS };
extern const char *const map_format_names[MAP_FORMATS + 1]; /* ends with NULL */

/* `name op value(s)`: the comparison of exclude_where and of a raster layer's `where`. Values are in the
 * criterion's own unit (a layer's: as its cells are). */
struct condition {
    enum compare_op op;
    size_t n_values;
    const double *values;
    const char *text; /* as written; NULL: no condition */
};

struct layer {
    const char *name;
    struct place at;
    enum layer_kind kind;
    const char *path;          /* as written */
    const char *full_path;     /* joined with the data folder at scenario_read; GDAL's own names (a prefix with ':', /vsi...) stay as written */
    const char *crs;           /* override; NULL: the file's own */
    const char *unit, *credit; /* NULL: not said */
    /* raster */
    int band;               /* from 1 */
    const char *subdataset; /* name or number; NULL: none */
    const char *resample;   /* GDAL's name; NULL: bilinear for continuous, nearest for classes */
    enum layer_content content;
    double nodata, scale, offset; /* NaN: the file's own */
    struct condition selected;    /* which cells count as "in" */
    /* a scene, and its bands, which are layers behind those that are written: copies of it but for name, path and band */
    const char *scaled;              /* the product whose scale and offset these are; NULL: not said */
    const char *sensor_name, *date;  /* NULL: not said */
    const struct sensor_row *sensor; /* NULL: no scene */
    size_t n_bands;                  /* as `bands` lists them: positions among the sensor's; 0: the usual ones */
    const int *bands;
    const char *wavelengths; /* a spectrometer's list; NULL: the file's metadata */
    double wavelength_nm;    /* of a spectrometer's band: the nearest to it is read, and `band` is not; 0: by `band` */
    int quality;             /* the layer that tells of each pixel what it is; NO_INDEX: none */
    int scene;               /* of which layer this is a band; NO_INDEX for layers that are written */
    int bands_in_file;       /* as many as the file must have for bands to be told apart; 0: any number */
    /* vector */
    const char *sublayer, *where, *attribute, *category, *label;
    enum tristate all_touched;
    enum drawn drawn;
};

struct class_score {
    const char *label; /* as written; numeric codes have is_code */
    bool is_code;
    double code, score;
    struct place at;
};

struct membership {
    enum membership_kind kind;
    double params[OP_PARAMS_MAX]; /* in the criterion's unit; NaN: from statistics */
    size_t n_classes;
    const struct class_score *classes;
    double other; /* NaN: missing */
    struct place at;
};

enum metric { METRIC_AUTO, METRIC_PLANAR, METRIC_GEODESIC };
enum role { ROLE_EVIDENCE, ROLE_ACCESS };

struct variogram_fit;
/* How values between points are made of the nearest. */
struct interpolation {
    size_t neighbours; /* at most */
    double power;      /* of idw_of */
    enum variogram variogram;
    double nugget, sill, range_m;    /* of kriging; NaN: not given, or not fitted yet */
    bool fitted;                     /* the last three to the points */
    const struct variogram_fit *fit; /* NULL: none, or not yet */
};
enum { NEIGHBOURS_MAX = 16 };

struct criterion {
    const char *name, *label; /* label: name with spaces when not given */
    struct place at;
    enum criterion_op op;
    int layer;                     /* of a formula: the first it names */
    const char *index;             /* whose formula it is; NULL: none's */
    const struct formula *formula; /* OP_FORMULA: the raw value; OP_COST: the friction; else NULL */
    const struct unit *unit;       /* of raw values; NULL: a plain number or the layer's own word in unit_name */
    const char *unit_name;         /* for reports: "km", "ppm", "" */
    enum metric metric;
    double radius_m;            /* of a circle; NaN: the operation has none */
    enum density_kernel kernel; /* of densities */
    bool weighted;              /* OP_DENSITY: features count as often as their attribute says */
    double percentile;          /* OP_PERCENTILE: 0 to 100; else NaN */
    struct interpolation interpolation;
    enum role role;
    const char *route;    /* OP_MONTHS, OP_WITHIN */
    double quantile;      /* OP_MONTHS: 0 to 100 */
    double within_months; /* OP_WITHIN */
    bool complement;
    double minimum; /* of an index; NaN: not said */
    struct membership membership;
};

/* Whether its raw values are looked up by the permit class of a cell. */
bool criterion_is_permit(const struct criterion *criterion);

/* Whether a criterion is a leaf of the tree. */
struct overlay;
bool overlay_uses(const struct overlay *tree, int criterion);

/* A buffer for each feature of a vector layer, by a field of its. */
struct feature_buffer {
    const char *field; /* NULL: one buffer for all */
    double unit_m;     /* of numbers in the field, and the most that they are; of classes neither */
    double most_m;
    size_t n_classes;
    const char *const *classes;
    const double *lengths_m;
    double otherwise_m; /* of what has no class or nothing in the field; NaN: that fails */
};
enum { FEATURE_BUFFERS_MAX = 32 }; /* different ones of a layer */

struct rule {
    const char *name, *reason, *citation; /* reason: the name with spaces when not given; citation may be NULL */
    struct place at;
    enum rule_kind kind;
    int layer;     /* exclude_inside/outside, or exclude_where on a layer's value */
    int criterion; /* exclude_where on a criterion's raw value; else NO_INDEX */
    struct condition condition;
    double buffer_m;          /* below 0: so much less, not more; of a setback: the longest, once the table is read */
    struct feature_buffer by; /* buffer_m is then the longest */
    double min_clump_km2;     /* 0: clumps of any size count */
    const char *feature;      /* of a setback: what the table calls the layer */
    double default_m;         /* of a setback: where the table has no row; else NaN */
    bool by_coverage;         /* inside is more, outside less of a cell covered than */
    double coverage;
    enum metric metric;          /* of the buffer */
    double factor;               /* of a penalty, 0..1; else NaN */
    unsigned long long over;     /* of an inclusion: bit r: it frees of rule r */
    unsigned long long targets;  /* bit t: holds for target t; none when it is suspended */
    int valid_from, valid_until; /* first and last day, see model/date.h; 0: open */
    bool suspended;              /* not in force on the day of the run: model/rule_dates.h */
};

/* A node of the overlay tree: a criterion, or an operation over its children (next sibling links). */
struct overlay {
    enum overlay_op op;
    int criterion; /* when a leaf */
    double weight; /* in its parent; 1 when none is taken, or when cells are to say (plan_weight knows) */
    double gamma;  /* of gamma; of Hamacher's the parameter */
    struct place at;
    const struct overlay *child, *next;
    enum weighting weighting; /* how its children's weights came about */
    const struct ahp *ahp;    /* WEIGHTS_AHP */
    double alpha;             /* OWA without order weights: of the quantifier p^alpha, 0 to infinity */
    size_t n_order;           /* OWA: as many as children, summing to 1; 0: by alpha */
    const double *order;
    bool absolute; /* TOPSIS: between 0 and 1, not between what the cells hold */
};

/* A criterion's raw values as evidence of a model: cut in classes at breaks, in classes of equal area, or as they are. */
struct evidence {
    int criterion;
    enum woe_approach approach;
    size_t n_breaks;
    const double *breaks; /* rising, in the criterion's unit; a value on a break belongs below it */
    size_t n_classes;     /* of equal area; 0: not asked for */
    bool classes;         /* its values are classes, not numbers */
    struct place at;
};

enum { MODEL_EVIDENCE_MAX = 63, MODEL_NEGATIVES_MAX = 1000000, MODEL_TREES_MAX = 5000, MODEL_DEPTH_MAX = 12 };
enum same_cell { SAME_CELL_MERGE, SAME_CELL_COUNT };

/* A score learnt from training places. */
struct model {
    enum model_kind kind;
    struct place at;
    size_t n_training;
    const int *training; /* vector layers */
    double unit_km2;     /* the area that holds at most one deposit */
    double contrast;     /* the least studentised contrast of evidence that is used */
    enum same_cell same_cell;
    size_t negatives;         /* cells drawn from the study area */
    size_t seed;              /* of the draw */
    double apart_m;           /* negatives are at least so far from training cells; 0: in any other cell */
    int where;                /* criterion that says where they may be drawn; NO_INDEX: everywhere */
    struct condition allowed; /* of its raw value; no text: everywhere */
    size_t n_barren;          /* layers of places that are the negatives: none are drawn */
    const int *barren;
    size_t trees, depth;
    double sample;        /* share of the rows that a tree sees */
    double learning_rate; /* of boosted trees */
    size_t n_evidence;
    const struct evidence *evidence; /* in the order of the children of the target's score */
};

/* How a target's pictures show scores: along the ramp, or in classes. */
enum classing_kind { CLASSES_LINEAR, CLASSES_EQUAL_INTERVAL, CLASSES_QUANTILE, CLASSES_CONCENTRATION_AREA, CLASSES_BREAKS, CLASSINGS };
enum { CLASSES_COUNT_MAX = 12 };
struct classing {
    enum classing_kind kind;
    size_t count; /* of equal intervals and quantiles: 2 to CLASSES_COUNT_MAX */
    size_t n_breaks;
    const double *breaks; /* rising, in 0 to 1 */
};
extern const char *const classing_names[CLASSINGS];

/* Which sites can have their permit in time: those with at least `probability` of one within so many months; the first `count` of them by rank. */
struct shortlist_wish {
    bool asked;
    struct place at;
    double within_months, probability;
    size_t count;
};

/* What ranks are held against: scores drawn anew with other weights and memberships. */
enum certainty_weights { CERTAINTY_SPREAD, CERTAINTY_ANY, CERTAINTY_ORDER };
enum { CERTAINTY_DRAWS_MAX = 100000, CERTAINTY_SITES_MAX = 1000 };
struct certainty_wish {
    bool asked;
    struct place at;
    enum certainty_weights weights;
    double spread;      /* of CERTAINTY_SPREAD: each weight times 1 - spread to 1 + spread; 0 where the score has none */
    double memberships; /* raw values' axis of each membership times 1 - so much to 1 + so much */
    size_t draws, seed;
};

enum mode { MODE_DEPOSIT, MODE_PLANT, MODE_STOCKPILE };
enum candidate_kind { CANDIDATE_POINTS, CANDIDATE_PEAKS };

struct target {
    const char *name;
    struct place at;
    enum mode mode;
    const struct overlay *score; /* of a model: its evidence, with equal weights */
    const struct model *model;   /* NULL: the overlay is the score */
    double min_coverage;         /* 0..1 */
    const char *permit;          /* route that its sites are told of; NULL: by its mode */
    struct shortlist_wish shortlist;
    const char *ramp;
    struct classing classing;
    struct certainty_wish certainty;
    enum candidate_kind candidates;
    size_t n_points;
    const int *points;             /* layers */
    double merge_m, snap_m;        /* 0: none */
    double uncertainty_m;          /* NaN: not given as a length */
    const char *uncertainty_field; /* kilometres; NULL: none */
    const char *name_field;        /* NULL: the layer's label */
    double spacing_m, min_score;
    size_t count;
};

enum fold_kind { FOLDS_NONE, FOLDS_LOT, FOLDS_ONE_OUT, FOLDS_BLOCKS };

/* Which known places are held out together. */
struct folds {
    enum fold_kind kind;
    size_t count;   /* of FOLDS_LOT, at least 2; more folds than places become one place a fold */
    double block_m; /* of FOLDS_BLOCKS: side of the squares, counted from the grid's upper left corner */
};

enum within_radius { WITHIN_SHARE, WITHIN_BEST };

enum { FOLDS_MAX = 1000 };

/* A target's surface against known places. */
struct validation_wish {
    int target, baseline; /* baseline: a target to compare with, or NO_INDEX */
    struct place at;
    struct target places; /* its points, merge_m, uncertainty and name_field; called as the target is */
    enum within_radius within;
    struct folds folds;
};

/* A name of the scenario's for something that a table or a layer knows. */
struct naming {
    const char *name, *of;
    int layer; /* of land; else NO_INDEX */
    struct place at;
};

/* What if a stage of permits took so much of its time. */
struct faster_stage {
    const char *name;
    double share; /* 0 to 1 */
    struct place at;
};

/* Setbacks by jurisdiction. What the table and its layer know is looked up when they are read. */
struct ordinance_wish {
    bool asked;
    struct place at;
    const char *table; /* file as written; NULL: none, which excludes nothing */
    int layer;         /* whose classes are jurisdictions; NO_INDEX: none is known */
    size_t n_names;
    const struct naming *names; /* a class of the layer: a jurisdiction of the table */
};

/* How long permits take: which routes hold where. What it names is looked up when the tables are read. */
struct permit_wish {
    bool asked;
    struct place at, jurisdiction_at, elsewhere_at;
    const char *jurisdiction; /* of cells whose layer says none that is known; NULL: they have no permit figures */
    int layer;                /* whose classes are jurisdictions; NO_INDEX: `jurisdiction` everywhere */
    size_t n_names, n_land;
    const struct naming *names; /* a class of the layer: a jurisdiction of the table */
    const struct naming *land;  /* a layer: the class of land in it; the first that a cell lies in */
    size_t n_faster;
    const struct faster_stage *faster;
    const char *elsewhere;        /* class of land */
    const char *routes, *classes; /* files as written; NULL: the program's own */
    size_t seed, draws;
};

/* Another weight of a criterion, wherever overlays of the target weigh it. */
struct weight_wish {
    int criterion, target; /* target: NO_INDEX: all that have no wish of their own */
    double weight;
    struct place at;
};

/* The scenario with a few things otherwise: computed beside it in the same run. */
struct variant_wish {
    const char *name;
    struct place at;
    int as_of; /* the day whose rules hold; 0: the base's */
    size_t n_faster, n_weights;
    const struct faster_stage *faster; /* here criteria see it */
    const struct weight_wish *weights;
    unsigned long long relaxed; /* bit r: exclusion r counts for nothing */
    struct {
        struct place at;
        const char *routes, *classes; /* files as written; NULL: the base's */
    } permits;
    struct {
        bool asked;
        struct place at;
        const char *table; /* NULL: none, as in ordinance_wish */
    } ordinances;
};

struct annotation {
    const char *name, *field;
    int layer;
    struct place at;
};

struct scenario {
    struct arena arena;
    const char *path;
    const char *folder;   /* of the file, for relative paths */
    const char *data_dir; /* as the file says, made absolute or relative to the working folder; NULL: the file's folder */
    const char *title, *description;
    int as_of; /* the day whose rules hold, see model/date.h; 0: not said */
    size_t n_credits;
    const char *const *credits;
    struct {
        struct place at;
        const char *crs, *extent_crs;
        double extent[4];      /* west south east north */
        double cell_x, cell_y; /* metres, or degrees when cell_in_degrees */
        bool cell_in_degrees;
        double margin_m; /* NaN: the plan decides */
        int within;      /* layer, or NO_INDEX */
    } grid;
    size_t n_layers, n_criteria, n_rules, n_targets, n_annotations, n_validations, n_variants;
    const struct layer *layers;
    const struct criterion *criteria;
    const struct rule *rules;
    const struct target *targets;
    const struct annotation *annotations;
    const struct validation_wish *validations;
    const struct variant_wish *variants;
    struct permit_wish permits;
    struct ordinance_wish ordinances;
    bool write_criteria;
    unsigned maps; /* bits of enum map_format */
    bool write_kmz, write_fgb;
};

/* Whether scores, or rules, look at what permits take. */
bool scenario_scores_permits(const struct scenario *scenario);

/* Reads and checks the file; the failure's message holds every mistake, a line each (`file:line:column: ...`). */
status scenario_read(const char *path, struct scenario **out) LODE_MUST_CHECK;
/* The same from memory; `path` is for messages and relative names. */
status scenario_parse(const char *path, const char *bytes, size_t size, struct scenario **out) LODE_MUST_CHECK;
void scenario_free(struct scenario *scenario);
/* A path as written, below `data_dir` or, when that is NULL, the scenario's own data folder. In `arena`; NULL when memory is out. */
const char *scenario_data_path(const struct scenario *scenario, const char *path, const char *data_dir, struct arena *arena);
/* The path GDAL opens for a layer: full_path, or path below `data_dir` when the caller gives one. In `arena`; NULL when memory is out. */
const char *scenario_layer_path(const struct scenario *scenario, const struct layer *layer, const char *data_dir, struct arena *arena);
/* A commented starter scenario made from the schema (malloc'ed). */
char *scenario_starter(void);

#endif
