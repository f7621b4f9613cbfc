/* The fused pass: one generated kernel reads every plane once and writes scores, states and reasons.
 * Structure (which memberships, which tree) is in the source; numbers are in a buffer, so a change of weights never recompiles. */
#ifndef LODE_COMPUTE_OVERLAY_H
#define LODE_COMPUTE_OVERLAY_H

#include <stdint.h>

#include "base/text.h"
#include "compute/device.h"
#include "model/plan.h"

/* What a cell is, per target. */
enum cell_state { CELL_SCORED, CELL_EXCLUDED, CELL_NO_DATA, CELL_OUTSIDE };

/* Where the results of a band go (host memory, `cells` each); NULL: not wanted. Arrays are per target or per criterion. */
struct overlay_results {
    float **score;             /* [target]: NaN where no data or outside; excluded cells keep the score they would have; with penalties */
    uint8_t **state;           /* [target]: enum cell_state; outside before no data before excluded */
    float **coverage;          /* [target]: 0..1, share of weight present */
    void *rules;               /* bit r: rule r fires here; in model/rule_bits.h's bytes */
    float **raw, **membership; /* [criterion], in the criterion's unit; NaN missing */
    float **gathered; /* [row of the plan's gather steps]: a child's value; NaN if anything below is missing, outside or excluded. Not with the two
                         above */
    int64_t *missing; /* [criterion]: where it is a formula, its missing cells are added; others stay as they are */
    uint32_t **condition; /* [target]: of a model by weights of evidence, see plan.h; NULL: of none */
    float **plain;        /* [target]: the score without penalties, of targets that have any; with coverage or terms */
};

struct overlay_pass;
status overlay_open(struct device *device, const struct plan *plan, struct overlay_pass **out) LODE_MUST_CHECK;
void overlay_close(struct overlay_pass *overlay);
/* The generated OpenCL C, for tests and the curious. */
void overlay_source(const struct plan *plan, struct text *out);
/* `planes[i]`: plan plane i of the band on the device, `cells` floats; behind the last, where the plan makes rules, their bits as in `rules`. */
status overlay_run(struct overlay_pass *overlay, struct buffer *const *planes, size_t cells, const struct overlay_results *results) LODE_MUST_CHECK;
/* Where in the numbers of the pass the weight of an overlay's child lies, for all children of overlays that weigh them. */
struct overlay_weight {
    const struct overlay *child;
    size_t number;
};
const struct overlay_weight *overlay_weights(const struct overlay_pass *overlay, size_t *count);
/* The numbers that overlay_run takes, the plan's first, at the same indices; returns how many. `out` may be NULL. */
size_t overlay_numbers(const struct overlay_pass *overlay, float *out);
/* Runs the pass with numbers of the caller's. */
status overlay_run_numbers(struct overlay_pass *overlay, struct buffer *const *planes, size_t cells, const float *numbers,
                           const struct overlay_results *results) LODE_MUST_CHECK;
/* The same for `cells` of them from cell `from` on; results begin with it. */
status overlay_run_from(struct overlay_pass *overlay, struct buffer *const *planes, size_t from, size_t cells,
                        const struct overlay_results *results) LODE_MUST_CHECK;

#endif
