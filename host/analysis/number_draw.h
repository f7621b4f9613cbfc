/* The numbers of a target's score drawn at random: weights of its overlays' children, and how far memberships' axes of raw values are stretched. */
#ifndef LODE_ANALYSIS_NUMBER_DRAW_H
#define LODE_ANALYSIS_NUMBER_DRAW_H

#include "compute/overlay.h"

struct number_draw;
/* For targets[target], as its `certainty` asks. The plan's numbers are complete; plan and overlay must outlive it. */
status number_draw_open(const struct plan *plan, const struct overlay_pass *overlay, size_t target, struct number_draw **out) LODE_MUST_CHECK;
void number_draw_close(struct number_draw *draw);
/* The numbers for overlay_run_numbers, as they stand. */
float *number_draw_numbers(struct number_draw *draw);
/* Back to those of the scenario, and the random numbers to the seed. */
void number_draw_reset(struct number_draw *draw);
/* The next draw, a function of the seed and how many came before it alone. */
void number_draw_next(struct number_draw *draw);
/* The scenario's numbers, but a criterion's weight in its groups (`of_weight`; else its membership's axis) times `factor`; returns whether that
 * changed any. */
bool number_draw_change(struct number_draw *draw, size_t criterion, bool of_weight, double factor);
/* What share of the whole each criterion's weight has in the numbers as they stand (a group that takes no weights shares its own evenly); 0 of
 * those that are not of the target. [n_criteria]; they add up to 1. */
void number_draw_shares(const struct number_draw *draw, double *shares);

#endif
