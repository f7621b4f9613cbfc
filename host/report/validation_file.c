/* Figures as JSON, curves as CSV. */
#include "report/validation_file.h"
#include "report/csv_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/json_build.h"
#include "report/site_table.h"

static struct json_object *interval_list(struct json_build *build, struct interval interval) {
    struct json_object *list = json_list(build);
    if (isnan(interval.low) || isnan(interval.high)) {
        json_object_put(list);
        return NULL;
    }
    json_append(build, list, json_number(build, interval.low));
    json_append(build, list, json_number(build, interval.high));
    return list;
}

static struct json_object *auc_map(const struct validation *figures, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_number(build, map, "value", figures->auc);
    json_put(build, map, "ci95", interval_list(build, figures->auc_delong));
    json_put_text(build, map, "ci95_method", "DeLong over the places, logit scale, Student's t; the background is counted whole");
    json_put(build, map, "bootstrap95", interval_list(build, figures->auc_bootstrap));
    return map;
}

static struct json_object *precision_map(const struct validation *figures, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_number(build, map, "value", figures->pr_auc);
    json_put_number(build, map, "prevalence", figures->prevalence);
    json_put(build, map, "bootstrap95", interval_list(build, figures->pr_bootstrap));
    json_put_number(build, map, "value_at_prevalence_half", figures->pr_auc_balanced);
    return map;
}

static struct json_object *crossing_map(const struct validation *figures, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_number(build, map, "score", figures->crossing.score);
    json_put_number(build, map, "prediction_rate", figures->crossing.found);
    json_put_number(build, map, "area_share", figures->crossing.area);
    json_put_number(build, map, "normalised_density", figures->density);
    json_put_number(build, map, "ln_weight", figures->weight);
    return map;
}

static struct json_object *most_map(const struct validation *figures, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_number(build, map, "score", figures->most.score);
    json_put_number(build, map, "area_share", figures->most.area);
    json_put_number(build, map, "area_km2", figures->most.area * figures->area_km2);
    return map;
}

static struct json_object *chance_map(const struct validation *figures, struct json_build *build) {
    struct json_object *map = json_map(build), *tops = json_list(build);
    json_put_number(build, map, "rank_sum_p", figures->rank_p);
    for (int t = 0; t < TOPS; t++) {
        struct json_object *top = json_map(build);
        json_put_number(build, top, "area_share", validation_tops[t]);
        json_put_integer(build, top, "places", (int64_t)figures->top_hits[t]);
        json_put_number(build, top, "p", figures->top_p[t]);
        json_append(build, tops, top);
    }
    json_put(build, map, "top", tops);
    return map;
}

static struct json_object *breaks_map(const struct validation *figures, struct json_build *build) {
    const struct breaks *breaks = &figures->breaks;
    struct json_object *map = json_map(build), *at = json_list(build), *slopes = json_list(build);
    for (size_t i = 0; i < breaks->n; i++) json_append(build, at, json_number(build, breaks->at[i]));
    for (size_t i = 0; i <= breaks->n; i++) json_append(build, slopes, json_number(build, breaks->slope[i]));
    json_put(build, map, "breaks", at);
    json_put(build, map, "slopes", slopes);
    json_put_number(build, map, "r2", breaks->r2);
    return map;
}

static struct json_object *folds_map(const struct validated *validated, struct json_build *build) {
    static const char *const kinds[] = {[FOLDS_NONE] = "none", [FOLDS_LOT] = "by lot", [FOLDS_ONE_OUT] = "leave one out", [FOLDS_BLOCKS] = "blocks"};
    const struct validation *figures = &validated->figures;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "kind", kinds[validated->wish->folds.kind]);
    if (validated->wish->folds.kind == FOLDS_BLOCKS) json_put_number(build, map, "block_km", validated->wish->folds.block_m / 1000);
    json_put_integer(build, map, "count", (int64_t)figures->n_folds);
    json_put(build, map, "made_anew", json_object_new_boolean(figures->held_out != NULL));
    json_put_number(build, map, "auc_mean", figures->folds_mean);
    json_put_number(build, map, "auc_sd", figures->folds_sd);
    if (!figures->held_out) return map;
    json_put_number(build, map, "held_out_auc", figures->held_out_auc);
    json_put(build, map, "held_out_ci95", interval_list(build, figures->held_out_delong));
    json_put_text(build, map, "held_out_ci95_method",
                  validated->wish->folds.kind == FOLDS_BLOCKS ? "over the blocks: deviations summed within each, logit scale, Student's t"
                                                              : "DeLong over the places, logit scale, Student's t");
    return map;
}

static struct json_object *baseline_map(const struct validated *validated, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_text(build, map, "target", validated->baseline);
    json_put_number(build, map, "auc", validated->figures.baseline_auc);
    json_put_number(build, map, "gain", validated->figures.gain);
    json_put(build, map, "gain_ci95", interval_list(build, validated->figures.gain_delong));
    return map;
}

struct json_object *validation_figures_json(const struct validated *validated, struct json_build *build) {
    const struct validation *figures = &validated->figures;
    struct json_object *map = json_map(build);
    json_put_integer(build, map, "places", (int64_t)validated->n_places);
    json_put_integer(build, map, "places_used", (int64_t)validated->n_used);
    json_put_integer(build, map, "points_outside_the_grid", (int64_t)validated->outside);
    json_put(build, map, "learnt", json_object_new_boolean(validated->learnt));
    json_put_text(build, map, "within", validated->wish->within == WITHIN_BEST ? "best" : "share");
    json_put_integer(build, map, "cells", figures->cells);
    json_put_number(build, map, "area_km2", figures->area_km2);
    json_put(build, map, "auc", auc_map(figures, build));
    json_put(build, map, "pr_auc", precision_map(figures, build));
    json_put(build, map, "prediction_area", crossing_map(figures, build));
    json_put(build, map, "area_for_80_percent", most_map(figures, build));
    json_put(build, map, "chance", chance_map(figures, build));
    json_put(build, map, "concentration_area", breaks_map(figures, build));
    if (validated->wish->folds.kind != FOLDS_NONE) json_put(build, map, "folds", folds_map(validated, build));
    if (validated->baseline) json_put(build, map, "baseline", baseline_map(validated, build));
    return map;
}

static struct json_object *place_map(const struct validated *validated, const struct known_place *place, struct json_build *build) {
    struct json_object *map = json_map(build);
    bool folded = place->used && validated->wish->folds.kind != FOLDS_NONE;
    json_put_text(build, map, "name", place->name);
    json_put_number(build, map, "lon", place->lon);
    json_put_number(build, map, "lat", place->lat);
    json_put_number(build, map, "uncertainty_km", place->uncertainty_m / 1000);
    json_put_integer(build, map, "points", (int64_t)place->n_sources);
    json_put_text(build, map, "status", place->state == CELL_SCORED ? "scored" : site_table_status(place->state));
    json_put(build, map, "used", json_object_new_boolean(place->used));
    json_put_number(build, map, "area_share", place->used ? validated->figures.area_share[place->index] : NAN);
    if (folded && validated->figures.held_out) json_put_number(build, map, "held_out_area_share", validated->figures.held_out[place->index]);
    if (folded) json_put_integer(build, map, "fold", (int64_t)place->fold + 1);
    return map;
}

static struct json_object *fold_list(const struct validation *figures, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < figures->n_folds && figures->folds; i++) {
        struct json_object *fold = json_map(build);
        json_put_integer(build, fold, "fold", (int64_t)i + 1);
        json_put_integer(build, fold, "places", (int64_t)figures->folds[i].places);
        json_put_number(build, fold, "auc", figures->folds[i].auc);
        json_append(build, list, fold);
    }
    return list;
}

struct json_object *validation_json(const struct validated *validated, struct json_build *build) {
    struct json_object *map = json_map(build), *places = json_list(build);
    json_put_text(build, map, "schema_version", "1");
    json_put_text(build, map, "tool_version", LODE_VERSION);
    json_put_text(build, map, "target", validated->target);
    json_put_text(build, map, "background", "every scored cell, weighted by area; no data, excluded and outside are no area");
    json_put(build, map, "figures", validation_figures_json(validated, build));
    for (size_t i = 0; i < validated->n_places && !build->failed; i++) json_append(build, places, place_map(validated, &validated->places[i], build));
    json_put(build, map, "places", places);
    if (validated->wish->folds.kind != FOLDS_NONE) json_put(build, map, "folds", fold_list(&validated->figures, build));
    return map;
}

status validation_write_json(const struct validated *validated, const char *path) {
    struct json_build build = {0};
    struct json_object *map = validation_json(validated, &build);
    status failure = build.failed ? status_no_memory() : json_write(path, map);
    json_object_put(map);
    return failure;
}

static void add_cell(struct text *out, double value, const char *end) {
    if (isfinite(value)) text_add_number(out, value);
    text_add(out, end);
}

status validation_write_csv(const struct validated *validated, const char *path) {
    const struct validation *figures = &validated->figures;
    struct text out = {0};
    text_add(&out, "score,area_share,area_km2,places_share,precision\n");
    for (size_t i = 0; i < figures->n_points; i++) {
        const struct curve_point *point = &figures->points[i];
        add_cell(&out, point->score, ",");
        add_cell(&out, point->area, ",");
        add_cell(&out, point->area * figures->area_km2, ",");
        add_cell(&out, validated->n_used ? point->found : NAN, ",");
        add_cell(&out, point->precision, "\n");
    }
    return csv_write(&out, path);
}
