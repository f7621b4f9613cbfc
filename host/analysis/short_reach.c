/* How far from a site features were looked for, against how far its nearest one lies. */
#include "analysis/short_reach.h"

#include <math.h>
#include <stdio.h>

/* Metres from a cell to the nearest side of a mask's window that more features could hide behind. */
static double to_window_edge_m(const struct grid *grid, struct window window, const struct site *site) {
    double dx_m, dy_m;
    grid_cell_metres(grid, (double)site->row, &dx_m, &dy_m);
    double east_west = fmin((double)(site->col - window.col0), (double)(window.col0 + window.cols - 1 - site->col)) * dx_m;
    double north = (double)(site->row - window.row0) * dy_m, south = (double)(window.row0 + window.rows - 1 - site->row) * dy_m;
    if (grid->geographic && grid_y(grid, (double)window.row0 - 0.5) > 90 - 1e-6) north = INFINITY; /* nothing hides behind a pole */
    if (grid->geographic && grid_y(grid, (double)(window.row0 + window.rows) - 0.5) < -90 + 1e-6) south = INFINITY;
    double north_south = fmin(north, south);
    return grid->wraps ? north_south : fmin(east_west, north_south);
}

static bool ground_is_asked(const struct scan *scan, const struct distance_step *distance) {
    return distance->metric == METRIC_GEODESIC && !scan->grid->geographic;
}

/* Of a projected grid. */
static double margin_m(const struct grid *grid, struct window window) {
    return fmax((double)-window.col0 * grid->dx, (double)-window.row0 * grid->dy) * grid->unit_m;
}

/* A site farther from its nearest feature than from the edge of what was looked at: a nearer one may lie beyond. Said, never hidden. */
void short_reach_tell(const struct scan *scan, const struct result *result) {
    for (size_t c = 0; c < scan->scenario->n_criteria; c++) {
        const struct criterion *criterion = &scan->scenario->criteria[c];
        if (criterion->op != OP_DISTANCE && criterion->op != OP_COST) continue;
        const struct distance_step *distance = &scan->plan->distances[scan->plan->planes[scan->plan->criteria[c].plane].distance];
        struct window window = scan->plan->masks[distance->mask].window;
        double stretch = ground_is_asked(scan, distance) ? grid_stretch(scan->grid, margin_m(scan->grid, window)) : 1;
        double least = planes_least_friction(scan->planes, (size_t)(distance - scan->plan->distances)); /* a way out to there costs at least this */
        size_t beyond = 0;
        for (size_t t = 0; t < scan->scenario->n_targets; t++)
            for (size_t i = 0; i < result->targets[t].sites.count; i++) {
                const struct site *site = &result->targets[t].sites.sites[i];
                beyond += site->terms[c].raw / scan->plan->criteria[c].scale > least * to_window_edge_m(scan->grid, window, site) / stretch;
            }
        if (!beyond) continue;
        double looked_km = plan_layer_reach_m(scan->scenario, scan->grid, criterion->layer) / 1000;
        char easy[96] = "";
        if (least < 1) snprintf(easy, sizeof easy, ", and where a metre counts for only %.3g a way reaches farther", least);
        log_info(scan->log,
                 "criterion '%s': for %zu sites a nearer feature could lie beyond the %.6g km around the grid that were looked at%s%s; `margin:` in "
                 "the grid looks farther",
                 criterion->name, beyond, looked_km, easy, isnan(scan->scenario->grid.margin_m) && !*easy ? " (scores hardly depend on it)" : "");
    }
}
