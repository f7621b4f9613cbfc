/* All that a finished scan knows; what the report floor writes. */
#ifndef LODE_ANALYSIS_RESULT_H
#define LODE_ANALYSIS_RESULT_H

#include "analysis/certainty.h"
#include "analysis/lattice.h"
#include "analysis/model_fit.h"
#include "analysis/permits.h"
#include "analysis/provenance.h"
#include "analysis/score_scale.h"
#include "analysis/setbacks.h"
#include "analysis/site.h"
#include "analysis/validate.h"
#include "analysis/variants.h"
#include "base/log.h"
#include "compute/device.h"
#include "geo/layer_facts.h"
#include "geo/scratch.h"
#include "model/plan.h"

struct target_result {
    struct scratch score; /* float plane of the grid: NaN where no data or outside; would-be score where excluded */
    struct scratch state; /* uint8 plane: enum cell_state */
    int64_t cells[4];     /* count by enum cell_state */
    double area_km2[4];
    struct score_scale scale; /* of pictures */
    struct provenance provenance;
    struct site_list sites;
    struct certainty certainty; /* empty where the target does not ask for it */
    struct way_list ways;
    struct fitted_model *model; /* NULL: the score is an overlay */
};

struct criterion_result {
    int64_t missing_cells;
    struct scratch value, membership; /* float planes when the scenario asks for them, else empty */
};

struct layer_result {
    struct layer_facts facts;
    const char *path; /* opened */
};

/* A device that took part, and its part of the bands. */
struct device_result {
    struct device_info info;
    int64_t bands, rows;
};

struct result {
    struct arena arena;
    const struct scenario *scenario;
    struct grid grid;
    struct layers sources;     /* open while the result lives: names and facts belong to them */
    struct permits *permits;   /* NULL: the scenario asks for none */
    struct setbacks *setbacks; /* NULL: no rule asks for one */
    struct plan *plan;
    struct device_result *devices; /* [n_devices]; the first also does what is not done in bands. Before a run: those that would */
    size_t n_devices;
    struct target_result *targets;     /* [scenario->n_targets] */
    struct rule_result *rules;         /* [n_rules] */
    struct scratch rule_bits;          /* plane of model/rule_bits.h, for all targets; empty where there are no rules */
    struct criterion_result *criteria; /* [n_criteria] */
    struct layer_result *layers;       /* [n_layers] */
    struct lattice lattice;            /* for the page; empty where none is wanted */
    struct validated *validations;     /* [n_validations] */
    struct variant_result *variants;   /* [n_variants] */
    double seconds[4];                 /* wall time by enum phase */
};
enum phase { PHASE_LAYERS, PHASE_DISTANCES, PHASE_SCORING, PHASE_SITES };

/* An empty one that knows its scenario, which must outlive it. */
status result_new(const struct scenario *scenario, struct result **out) LODE_MUST_CHECK;
/* The planes that scoring fills, once grid and plan are there: unlinked files in `folder` unless they fit `spare` bytes of memory, which what
 * lies in memory is taken off (scratch_open_within). `page`: whether there will be one. */
status result_open_surfaces(struct result *result, const char *folder, size_t *spare, bool page) LODE_MUST_CHECK;
/* Where the rule bits of a row lie; NULL: there are no rules. */
void *result_rule_bits(const struct result *result, int64_t row);
void result_free(struct result *result);

#endif
