/* One look at a criterion's values before memberships are built, band by band. */
#include "analysis/criterion_stats.h"

#include <math.h>

/* Mean and variance cell after cell in reading order (Welford 1962): the same bits whatever the band height. */
static void gather_stats(const float *values, int64_t count, double scale, struct stats *stats) {
    for (int64_t i = 0; i < count; i++) {
        double value = (double)values[i] * scale;
        if (!isfinite(value)) continue;
        double before = value - stats->mean;
        stats->valid++;
        stats->mean += before / (double)stats->valid;
        stats->sd += before * (value - stats->mean);
        stats->min = fmin(stats->min, value);
        stats->max = fmax(stats->max, value);
    }
}

status criterion_stats(const struct scan *scan, size_t criterion) {
    struct stats stats = {.min = INFINITY, .max = -INFINITY};
    const struct criterion_step *step = &scan->plan->criteria[criterion];
    for (int64_t b = 0; b < plan_bands(scan->plan); b++) {
        const struct window band = plan_band(scan->plan, b);
        const float *values;
        TRY(log_progress(scan->log, (double)band.row0 / (double)scan->grid->height));
        TRY(planes_fill_criterion(scan->planes, criterion, band));
        TRY(planes_read_criterion(scan->planes, criterion, band, &values));
        gather_stats(values, band.cols * band.rows, step->scale, &stats);
    }
    if (!stats.valid)
        return status_fail(LODE_BAD_DATA,
                           "%s:%d: criterion '%s' has no valid cell in the grid, so its membership has no statistics to go by: give its "
                           "numbers, or a layer that covers the grid",
                           scan->scenario->path, scan->scenario->criteria[criterion].at.line, scan->scenario->criteria[criterion].name);
    stats.sd = sqrt(stats.sd / (double)stats.valid);
    plan_take_stats(scan->plan, criterion, &stats);
    return NULL;
}
