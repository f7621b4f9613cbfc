/* Curves and figures. AUC by Mann and Whitney; its interval from the places' part of DeLong, DeLong & Clarke-Pearson 1988 (Biometrics
 * 44:837), since the background is counted whole and is no sample, on the logit scale with Student's quantile. Precision and recall without
 * straight lines between points, which promise what no threshold gives (Davis & Goadrich 2006, ICML). Prediction-area: Yousefi & Carranza
 * 2015, Comput. Geosci. 79:69. Cells are weighted by area: tools that count pixels of a geographic grid give the polar ones too much, and
 * those that keep no-data as low scores find any surface good. */
#include "analysis/validation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/chance.h"
#include "base/order.h"

enum { CURVE_STEPS = 1000, BREAK_POINTS = 128 };
const double validation_tops[TOPS] = {0.01, 0.05, 0.1, 0.2};
static const double MOST = 0.8, WITHIN = 0.95;

struct making {
    const struct validation_input *input;
    struct validation *out;
    double *above; /* [cuts] share of area above each cut */
    double *equal; /* [cuts] share of area at it */
    double *found; /* [cuts] places' shares at it */
};

static double total_of(const struct spread *spread) {
    uint64_t total = spread->under;
    for (size_t i = 0; i < spread->n; i++) total += spread->at[i] + spread->over[i];
    return (double)total;
}

status spread_shares(const struct spread *spread, double ties, struct arena *arena, double **out) {
    double total = total_of(spread);
    uint64_t above = 0;
    *out = arena_alloc(arena, spread->n + 1, sizeof **out);
    if (!*out) return status_no_memory();
    for (size_t i = spread->n; i-- > 0;) {
        above += spread->over[i];
        (*out)[i] = ((double)above + ties * (double)spread->at[i]) / total;
        above += spread->at[i];
    }
    return NULL;
}

static status lay_out(struct making *making, struct arena *arena) {
    const struct validation_input *input = making->input;
    const struct spread *spread = input->spread;
    making->above = arena_alloc(arena, spread->n, sizeof(double));
    making->equal = arena_alloc(arena, spread->n, sizeof(double));
    making->found = arena_alloc(arena, spread->n, sizeof(double));
    making->out->area_share = arena_alloc(arena, input->n_places + 1, sizeof(double));
    if (!making->above || !making->equal || !making->found || !making->out->area_share) return status_no_memory();
    double total = total_of(spread);
    uint64_t above = 0;
    for (size_t i = spread->n; i-- > 0;) {
        above += spread->over[i];
        making->above[i] = (double)above / total;
        making->equal[i] = (double)spread->at[i] / total;
        above += spread->at[i];
    }
    for (size_t i = 0; i < input->n_cells; i++) {
        const struct place_cell *cell = &input->cells[i];
        making->found[cell->cut] += cell->share / (double)input->n_places;
        making->out->area_share[cell->place] += cell->share * (making->above[cell->cut] + making->equal[cell->cut] / 2);
    }
    return NULL;
}

static double mean_of(const double *values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += values[i];
    return n ? sum / (double)n : NAN;
}

static double sd_of(const double *values, size_t n) {
    double mean = mean_of(values, n), sum = 0;
    for (size_t i = 0; i < n; i++) sum += (values[i] - mean) * (values[i] - mean);
    return n > 1 ? sqrt(sum / (double)(n - 1)) : NAN;
}

/* Of 1 - mean area share. Without spread among the places (or at 0 and 1, where the logit ends) nothing can be said. */
static struct interval auc_interval(const double *area_share, size_t n) {
    double auc = 1 - mean_of(area_share, n), error = sd_of(area_share, n) / sqrt((double)n);
    if (n < 2 || !(error > 0) || !(auc > 0 && auc < 1)) return (struct interval){NAN, NAN};
    double middle = log(auc / (1 - auc)), half = chance_student(WITHIN, n - 1) * error / (auc * (1 - auc));
    return (struct interval){1 / (1 + exp(half - middle)), 1 / (1 + exp(-half - middle))};
}

/* Of a mean of values (NaN: left out) that are independent from fold to fold only: deviations are summed up within each before they are squared (the
 * ratio estimator of a cluster sample, Cochran 1977, section 9A). `sums`: room for the folds; *folds of them have values. */
static double clustered_error(const struct validation_input *input, const double *values, double mean, double *sums, size_t *folds) {
    double squares = 0, n = 0;
    for (size_t f = 0; f < input->n_folds; f++) sums[f] = NAN;
    for (size_t i = 0; i < input->n_places; i++) {
        double *sum = &sums[input->fold[i]];
        if (isnan(values[i])) continue;
        *sum = (isnan(*sum) ? 0 : *sum) + values[i] - mean;
        n++;
    }
    *folds = 0;
    for (size_t f = 0; f < input->n_folds; f++) {
        if (isnan(sums[f])) continue;
        squares += sums[f] * sums[f];
        ++*folds;
    }
    return *folds > 1 ? sqrt(squares * (double)*folds / (double)(*folds - 1)) / n : NAN;
}

static struct interval clustered_interval(const struct validation_input *input, const double *area_share, double *sums) {
    size_t folds;
    double mean = mean_of(area_share, input->n_places), error = clustered_error(input, area_share, mean, sums, &folds), auc = 1 - mean;
    if (!(error > 0) || !(auc > 0 && auc < 1)) return (struct interval){NAN, NAN};
    double middle = log(auc / (1 - auc)), half = chance_student(WITHIN, folds - 1) * error / (auc * (1 - auc));
    return (struct interval){1 / (1 + exp(half - middle)), 1 / (1 + exp(-half - middle))};
}

static double precision_at(double prevalence, double found, double area) {
    double hits = prevalence * found, others = (1 - prevalence) * area;
    return hits + others > 0 ? hits / (hits + others) : NAN;
}

/* Average precision over the cuts, `found` places' shares at each. */
static double average_precision(const struct making *making, const double *found, double prevalence) {
    double so_far = 0, sum = 0;
    for (size_t i = making->input->spread->n; i-- > 0;) {
        if (!(found[i] > 0)) continue;
        so_far += found[i];
        sum += found[i] * precision_at(prevalence, so_far, making->above[i] + making->equal[i]);
    }
    return sum;
}

static struct curve_point point_at(const struct making *making, size_t cut, double found) {
    double area = making->above[cut] + making->equal[cut];
    return (struct curve_point){making->input->spread->cut[cut], area, found, precision_at(making->out->prevalence, found, area)};
}

/* Every cut is a point; one that moved less than a step from the last kept is left out, but not where places are. */
static status draw_curve(struct making *making, struct arena *arena) {
    struct validation *out = making->out;
    size_t n = making->input->spread->n;
    const double step = 1.0 / CURVE_STEPS;
    double found = 0;
    out->points = arena_alloc(arena, 2 * n + 2, sizeof *out->points);
    if (!out->points) return status_no_memory();
    out->points[out->n_points++] = (struct curve_point){INFINITY, 0, 0, NAN};
    for (size_t i = n; i-- > 0;) {
        const struct curve_point *last = &out->points[out->n_points - 1];
        found += making->found[i];
        struct curve_point point = point_at(making, i, found > 1 - 1e-12 ? 1 : found); /* shares such as a third do not add up to the last bit */
        bool jumps = making->found[i] >= step && i + 1 < n && last->score > making->input->spread->cut[i + 1];
        if (jumps) out->points[out->n_points++] = point_at(making, i + 1, found - making->found[i]); /* or a step would be drawn as a slope */
        if (i == 0 || point.area - last->area >= step || point.found - last->found >= step) out->points[out->n_points++] = point;
    }
    return NULL;
}

/* Both shares only grow as the score falls; between two cuts the crossing lies on the straight line. */
static void find_crossing(struct making *making) {
    struct validation *out = making->out;
    struct curve_point before = {making->input->spread->cut[making->input->spread->n - 1], 0, 0, NAN};
    double found = 0;
    for (size_t i = making->input->spread->n; i-- > 0;) {
        /* Down to just above the cut the area grows alone, at the cut both do. */
        struct curve_point steps[2] = {point_at(making, i, found), point_at(making, i, found + making->found[i])};
        steps[0].area = making->above[i];
        for (int s = 0; s < 2; s++) {
            double sum = before.area + before.found, gain = steps[s].area + steps[s].found - sum;
            if (sum + gain >= 1) {
                double part = gain > 0 ? (1 - sum) / gain : 0;
                out->crossing =
                    (struct curve_point){before.score + part * (steps[s].score - before.score), before.area + part * (steps[s].area - before.area),
                                         before.found + part * (steps[s].found - before.found), NAN};
                out->density = out->crossing.found / out->crossing.area;
                out->weight = log(out->density);
                return;
            }
            before = steps[s];
        }
        found += making->found[i];
    }
}

static void find_most(struct making *making) {
    double found = 0;
    for (size_t i = making->input->spread->n; i-- > 0;) {
        found += making->found[i];
        if (found < MOST - 1e-12) continue;
        making->out->most = point_at(making, i, found);
        return;
    }
}

static void find_chances(struct making *making) {
    const struct validation_input *input = making->input;
    double sum = 0;
    for (size_t i = 0; i < input->n_places; i++) {
        double against = making->above[input->home[i]] + making->equal[input->home[i]];
        sum += against;
        for (int t = 0; t < TOPS; t++) making->out->top_hits[t] += against <= validation_tops[t];
    }
    making->out->rank_p = chance_uniform_sum(sum, input->n_places);
    for (int t = 0; t < TOPS; t++) making->out->top_p[t] = chance_binomial_tail(making->out->top_hits[t], input->n_places, validation_tops[t]);
}

static struct interval percentiles(double *values, size_t n) {
    qsort(values, n, sizeof *values, order_doubles);
    size_t tail = (size_t)((1 - WITHIN) / 2 * (double)n);
    return (struct interval){values[tail], values[n - 1 - tail]};
}

/* Places are drawn anew, with return; the surface stays. */
static status resample(struct making *making, struct arena *arena) {
    const struct validation_input *input = making->input;
    size_t n = input->n_places, cuts = input->spread->n;
    double *auc = arena_alloc(arena, BOOTSTRAPS, sizeof *auc), *precision = arena_alloc(arena, BOOTSTRAPS, sizeof *precision);
    double *found = arena_alloc(arena, cuts, sizeof *found), *times = arena_alloc(arena, n + 1, sizeof *times);
    uint64_t state = input->seed;
    if (!auc || !precision || !found || !times) return status_no_memory();
    for (size_t b = 0; b < BOOTSTRAPS; b++) {
        memset(times, 0, n * sizeof *times);
        memset(found, 0, cuts * sizeof *found);
        for (size_t i = 0; i < n; i++) times[chance_draw_below(&state, n)] += 1 / (double)n;
        for (size_t i = 0; i < n; i++) auc[b] += times[i] * (1 - making->out->area_share[i]);
        for (size_t i = 0; i < input->n_cells; i++) found[input->cells[i].cut] += times[input->cells[i].place] * input->cells[i].share;
        precision[b] = average_precision(making, found, making->out->prevalence);
    }
    making->out->auc_bootstrap = percentiles(auc, BOOTSTRAPS);
    making->out->pr_bootstrap = percentiles(precision, BOOTSTRAPS);
    return NULL;
}

/* Thresholds of about equal steps of the logarithm between the score that 99 % of the area reaches (or the lowest above 0) and the highest. */
static void find_breaks(struct making *making) {
    const struct spread *spread = making->input->spread;
    double value[BREAK_POINTS], area[BREAK_POINTS];
    size_t low = 0, high = spread->n - 1, count = 0;
    while (low < high && (spread->cut[low] <= 0 || making->above[low] + making->equal[low] > 0.99)) low++;
    while (high > low && !(making->above[high] + making->equal[high] > 0)) high--;
    double from = log(spread->cut[low]), step = (log(spread->cut[high]) - from) / (BREAK_POINTS - 1);
    if (!(step > 0)) high = low = spread->n;
    for (size_t i = low; i <= high && i < spread->n && count < BREAK_POINTS; i++) {
        if (log(spread->cut[i]) < from + step * (double)count - 1e-12) continue;
        value[count] = spread->cut[i];
        area[count] = making->above[i] + making->equal[i];
        count += area[count] > 0;
    }
    breaks_find(count, value, area, &making->out->breaks);
}

static status figure_folds(struct making *making, const double *area_share, struct arena *arena) {
    const struct validation_input *input = making->input;
    struct validation *out = making->out;
    out->n_folds = input->n_folds;
    out->folds = arena_alloc(arena, input->n_folds + 1, sizeof *out->folds);
    double *auc = arena_alloc(arena, input->n_folds + 1, sizeof *auc);
    if (!out->folds || !auc) return status_no_memory();
    for (size_t i = 0; i < input->n_places; i++) {
        struct fold_figures *fold = &out->folds[input->fold[i]];
        fold->places++;
        fold->auc += 1 - area_share[i];
    }
    for (size_t f = 0; f < input->n_folds; f++) auc[f] = out->folds[f].auc /= (double)out->folds[f].places;
    out->folds_mean = mean_of(auc, input->n_folds);
    out->folds_sd = sd_of(auc, input->n_folds);
    return NULL;
}

static status hold_out(struct making *making, struct arena *arena) {
    const struct validation_input *input = making->input;
    struct validation *out = making->out;
    if (!input->held_out) return figure_folds(making, out->area_share, arena);
    out->held_out = arena_alloc(arena, input->n_places + 1, sizeof *out->held_out);
    if (!out->held_out) return status_no_memory();
    for (size_t i = 0; i < input->n_places; i++) TRY(input->held_out(input->user, input->fold[i], i, &out->held_out[i]));
    out->held_out_auc = 1 - mean_of(out->held_out, input->n_places);
    double *sums = arena_alloc(arena, input->n_folds + 1, sizeof *sums);
    if (!sums) return status_no_memory();
    out->held_out_delong = input->clustered ? clustered_interval(input, out->held_out, sums) : auc_interval(out->held_out, input->n_places);
    return figure_folds(making, out->held_out, arena);
}

/* The gain of each place by itself: what both surfaces find hard drops out. */
static status compare(struct making *making, struct arena *arena) {
    const struct validation_input *input = making->input;
    struct validation *out = making->out;
    const double *own = out->held_out ? out->held_out : out->area_share;
    double *gain = arena_alloc(arena, input->n_places + 1, sizeof *gain), *known = arena_alloc(arena, input->n_places + 1, sizeof *known), sum = 0;
    double *sums = arena_alloc(arena, input->n_folds + 1, sizeof *sums);
    size_t n = 0, folds = 0;
    if (!gain || !known || !sums) return status_no_memory();
    for (size_t i = 0; i < input->n_places; i++) {
        gain[i] = input->baseline[i] - own[i];
        if (isnan(gain[i])) continue;
        sum += 1 - input->baseline[i];
        known[n++] = gain[i];
    }
    if (!n) return NULL;
    out->baseline = input->baseline;
    out->baseline_auc = sum / (double)n;
    out->gain = mean_of(known, n);
    double error = input->clustered ? clustered_error(input, gain, out->gain, sums, &folds) : sd_of(known, n) / sqrt((double)n);
    double half = chance_student(WITHIN, (input->clustered ? folds : n) - 1) * error;
    out->gain_delong = (struct interval){out->gain - half, out->gain + half};
    return NULL;
}

static struct validation nothing_known(void) {
    const struct interval none = {NAN, NAN};
    const struct curve_point nowhere = {NAN, NAN, NAN, NAN};
    struct validation out = {.auc = NAN,
                             .auc_delong = none,
                             .auc_bootstrap = none,
                             .pr_auc = NAN,
                             .prevalence = NAN,
                             .pr_auc_balanced = NAN,
                             .pr_bootstrap = none,
                             .crossing = nowhere,
                             .density = NAN,
                             .weight = NAN,
                             .most = nowhere,
                             .rank_p = NAN,
                             .folds_mean = NAN,
                             .folds_sd = NAN,
                             .held_out_auc = NAN,
                             .held_out_delong = none,
                             .baseline_auc = NAN,
                             .gain = NAN,
                             .gain_delong = none};
    for (int t = 0; t < TOPS; t++) out.top_p[t] = NAN;
    return out;
}

status validation_make(const struct validation_input *input, struct arena *arena, struct validation *out) {
    struct making making = {.input = input, .out = out};
    *out = nothing_known();
    breaks_find(0, NULL, NULL, &out->breaks);
    if (!input->spread->n) return NULL;
    out->n_places = input->n_places;
    out->cells = input->spread->cells;
    out->area_km2 = total_of(input->spread) * input->spread->unit_km2;
    TRY(lay_out(&making, arena));
    find_breaks(&making);
    if (input->n_places) out->prevalence = (double)input->n_places / (double)(input->n_places + (size_t)input->spread->cells);
    TRY(draw_curve(&making, arena));
    if (!input->n_places) return NULL;
    out->auc = 1 - mean_of(out->area_share, input->n_places);
    out->auc_delong = auc_interval(out->area_share, input->n_places);
    out->pr_auc = average_precision(&making, making.found, out->prevalence);
    out->pr_auc_balanced = average_precision(&making, making.found, 0.5);
    find_crossing(&making);
    find_most(&making);
    find_chances(&making);
    if (input->n_places > 1) TRY(resample(&making, arena));
    TRY(hold_out(&making, arena));
    return input->baseline ? compare(&making, arena) : NULL;
}
