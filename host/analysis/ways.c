/* Traces ways through planes_way and places their cells. Lengths are those that the cost was made of (compute/cost.h), in double. */
#include "analysis/ways.h"

#include <math.h>
#include <stdlib.h>

/* A step between the centres of neighbouring cells, along the rows as they are between the two. */
static double step_m(const struct grid *grid, const struct cell_way *cells, size_t i) {
    double dx_m, dy_m, from_dx_m, from_dy_m;
    int64_t across = cells->cols[i] - cells->cols[i - 1];
    grid_cell_metres(grid, (double)cells->rows[i], &dx_m, &dy_m);
    if (cells->rows[i] == cells->rows[i - 1]) return dx_m;
    grid_cell_metres(grid, (double)cells->rows[i - 1], &from_dx_m, &from_dy_m);
    return across ? hypot((dx_m + from_dx_m) / 2, (dy_m + from_dy_m) / 2) : (dy_m + from_dy_m) / 2;
}

/* Longitudes go on beyond 180 where the way crosses the antimeridian, so that no line runs back around the world. */
static double beside(double lon, double before) {
    return lon - 360 * round((lon - before) / 360);
}

static status place_way(const struct scan *scan, const struct cell_way *cells, struct arena *arena, struct way *way) {
    way->lon = arena_alloc(arena, cells->count + 1, sizeof *way->lon);
    way->lat = arena_alloc(arena, cells->count + 1, sizeof *way->lat);
    if (!way->lon || !way->lat) return status_no_memory();
    way->count = cells->count;
    for (size_t i = 0; i < cells->count; i++) {
        crs_to_lonlat(scan->lonlat, grid_x(scan->grid, (double)cells->cols[i]), grid_y(scan->grid, (double)cells->rows[i]), &way->lon[i],
                      &way->lat[i]);
        if (i == 0) continue;
        way->lon[i] = beside(way->lon[i], way->lon[i - 1]);
        way->length_m += step_m(scan->grid, cells, i);
    }
    return NULL;
}

status ways_trace(const struct scan *scan, const struct site *site, size_t criterion, struct arena *arena, struct way *way, int64_t *end_col,
                  int64_t *end_row) {
    struct cell_way cells = {0};
    int distance = scan->plan->planes[scan->plan->criteria[criterion].plane].distance;
    *way = (struct way){.criterion = criterion};
    status failure = planes_way(scan->planes, (size_t)distance, site->col, site->row, &cells);
    if (!failure) failure = place_way(scan, &cells, arena, way);
    *end_col = !failure && cells.count ? cells.cols[cells.count - 1] : INT64_MIN;
    *end_row = !failure && cells.count ? cells.rows[cells.count - 1] : INT64_MIN;
    free(cells.cols);
    free(cells.rows);
    return failure;
}

static size_t ranked_sites(const struct site_list *list) {
    size_t ranked = 0;
    while (ranked < list->count && list->sites[ranked].rank > 0) ranked++;
    return ranked;
}

status ways_find(const struct scan *scan, const struct site_list *list, struct arena *arena, struct way_list *ways) {
    const struct scenario *scenario = scan->scenario;
    size_t ranked = ranked_sites(list), costs = 0;
    for (size_t c = 0; c < scenario->n_criteria; c++) costs += scenario->criteria[c].op == OP_COST;
    *ways = (struct way_list){.ways = arena_alloc(arena, ranked * costs + 1, sizeof *ways->ways)};
    if (!ways->ways) return status_no_memory();
    for (size_t i = 0; i < ranked && costs; i++) {
        TRY(log_progress(scan->log, (double)i / (double)ranked));
        for (size_t c = 0; c < scenario->n_criteria; c++) {
            if (scenario->criteria[c].op != OP_COST || isinf(list->sites[i].terms[c].raw)) continue;
            int64_t end_col, end_row;
            TRY(ways_trace(scan, &list->sites[i], c, arena, &ways->ways[ways->count], &end_col, &end_row));
            ways->ways[ways->count++].site = i;
        }
    }
    return NULL;
}

size_t ways_lacking(const struct site_list *list, size_t criterion) {
    size_t lacking = 0;
    for (size_t i = 0; i < ranked_sites(list); i++) lacking += isinf(list->sites[i].terms[criterion].raw) != 0;
    return lacking;
}
