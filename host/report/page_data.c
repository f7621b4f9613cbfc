/* Members are named as in run.json and sites.geojson where these have them. Memberships of sites are whole: a page's ranks start from the same
 * numbers. */
#include "report/page_data.h"

#include <math.h>
#include <stdio.h>

#include "model/date.h"
#include "model/rule_dates.h"
#include "report/classes_json.h"
#include "report/credits.h"
#include "report/overlay_words.h"
#include "report/page_certainty.h"
#include "report/page_variants.h"
#include "report/permit_table.h"
#include "report/ramp.h"
#include "report/rule_table.h"
#include "report/setback_table.h"
#include "report/shortlist_table.h"
#include "report/site_table.h"
#include "report/validation_file.h"

enum { RAMP_COLOURS = 252, RULES_A_PLANE = 8 };
static const double CURVE_APART = 0.002;

static struct json_object *raster_map(const struct page_raster *raster, struct json_build *build) {
    const struct mercator *map = &raster->map;
    struct json_object *to = json_map(build);
    json_put_integer(build, to, "width", map->width);
    json_put_integer(build, to, "height", map->height);
    json_put_number(build, to, "west", map->west);
    json_put_number(build, to, "south", map->south);
    json_put_number(build, to, "east", map->east);
    json_put_number(build, to, "north", map->north);
    json_put_integer(build, to, "planes", (int64_t)raster->planes.count);
    json_put_integer(build, to, "inside", raster->planes.inside);
    return to;
}

static struct json_object *grid_map(const struct result *result, struct json_build *build) {
    const struct grid *grid = &result->grid;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "crs", grid->crs);
    json_put_integer(build, map, "width", grid->width);
    json_put_integer(build, map, "height", grid->height);
    json_put_number(build, map, "cell", grid->geographic ? grid->dx : grid->dx * grid->unit_m);
    json_put_text(build, map, "unit", grid->geographic ? "deg" : "m");
    json_put_integer(build, map, "step", result->lattice.step);
    return map;
}

static void put_plane(struct json_build *build, struct json_object *map, int plane) {
    if (plane != NO_INDEX) json_put_integer(build, map, "plane", plane);
}

static struct json_object *criterion_map(const struct result *result, const struct page_raster *raster, size_t index, struct json_build *build) {
    const struct criterion *criterion = &result->scenario->criteria[index];
    struct json_object *map = json_map(build);
    json_put_text(build, map, "name", criterion->name);
    json_put_text(build, map, "label", criterion->label);
    json_put_text(build, map, "unit", criterion->unit_name ? criterion->unit_name : "");
    json_put_text(build, map, "role", role_name(criterion->role));
    json_put_text(build, map, "membership", criterion->membership.kind == MEMBER_NONE ? NULL : membership_table[criterion->membership.kind].name);
    put_plane(build, map, raster->planes.criteria[index]);
    return map;
}

static const char *dates_words(const struct rule *rule, struct text *words) {
    rule_dates_words(rule, words);
    return words->bytes ? words->bytes : "";
}

/* Who has which setback. */
static void put_note(const struct result *result, size_t index, struct json_object *map, struct json_build *build) {
    struct arena arena = {0};
    const char *words = setback_table_words(result, index, &arena);
    if (words) json_put_text(build, map, "note", words);
    arena_free(&arena);
}

static struct json_object *rule_map(const struct result *result, const struct page_raster *raster, size_t index, struct json_build *build) {
    const struct rule *rule = &result->scenario->rules[index];
    struct text words = {0};
    static const char *const effects[] = {[EFFECT_EXCLUDE] = "exclude", [EFFECT_INCLUDE] = "include", [EFFECT_PENALISE] = "penalise"};
    struct json_object *map = json_map(build), *targets = json_list(build), *over = json_list(build);
    for (uint64_t left = rule->over; left; left &= left - 1) json_append(build, over, json_object_new_int(__builtin_ctzll(left)));
    for (size_t t = 0; t < result->scenario->n_targets; t++)
        if (rule->targets >> t & 1) json_append(build, targets, json_text(build, result->scenario->targets[t].name));
    json_put_text(build, map, "name", rule->name);
    json_put_text(build, map, "reason", rule->reason);
    json_put_text(build, map, "citation", rule->citation);
    json_put(build, map, "targets", targets);
    if (rule->suspended) json_put_text(build, map, "suspended", dates_words(rule, &words));
    json_put_text(build, map, "effect", effects[rule_table[rule->kind].effect]);
    json_put_number(build, map, "factor", rule->factor);
    json_put(build, map, "over", over);
    json_put_number(build, map, "area_km2", result->rules[index].area_km2);
    json_put_number(build, map, "alone_km2", result->rules[index].alone_km2);
    json_put_number(build, map, "freed_km2", result->rules[index].freed_km2);
    put_note(result, index, map, build);
    json_put_integer(build, map, "plane", raster->planes.rules + (int)(index / RULES_A_PLANE));
    json_put_integer(build, map, "bit", (int64_t)(index % RULES_A_PLANE));
    text_free(&words);
    return map;
}

/* RRGGBB for each of the heatmap's colours. */
static void put_ramp(const struct target *target, struct json_build *build, struct json_object *map) {
    const struct ramp *ramp = ramp_find(target->ramp);
    char colours[6 * RAMP_COLOURS + 1] = "";
    for (int i = 0; ramp && i < RAMP_COLOURS; i++) {
        struct rgb colour = ramp_colour(ramp, (double)i / (RAMP_COLOURS - 1));
        snprintf(colours + 6 * i, 7, "%02x%02x%02x", colour.r, colour.g, colour.b);
    }
    json_put_text(build, map, "ramp", colours);
}

struct json_object *page_site_terms(const struct scenario *scenario, const struct site *site, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t c = 0; c < scenario->n_criteria && !build->failed; c++) {
        const struct term *term = &site->terms[c];
        struct json_object *numbers = json_list(build);
        json_append(build, numbers, json_number(build, term->raw));
        json_append(build, numbers, json_number(build, term->membership));
        json_append(build, numbers, json_number(build, term->weight));
        json_append(build, numbers, json_number(build, term->contribution));
        json_append(build, numbers, json_text(build, term->nearest));
        json_append(build, list, numbers);
    }
    return list;
}

struct json_object *page_site_rules(const struct result *result, size_t target, const struct site *site, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t r = 0; r < result->scenario->n_rules; r++)
        if (site->rules >> r & 1 && result->scenario->rules[r].targets >> target & 1) json_append(build, list, json_object_new_int((int)r));
    return list;
}

struct json_object *page_site(const struct result *result, size_t target, const struct site *site, struct json_build *build) {
    const struct scenario *scenario = result->scenario;
    struct json_object *map = json_map(build), *notes = json_list(build), *sources = json_list(build);
    json_put_text(build, map, "id", site->id);
    if (site->rank > 0) json_put_integer(build, map, "rank", site->rank);
    json_put_text(build, map, "name", site->name);
    json_put_text(build, map, "status", site_table_status(site->state));
    json_put_number(build, map, "score", site->score);
    json_put_number(build, map, "plain_score", site->plain_score);
    json_put_number(build, map, "percentile", site->percentile);
    json_put_number(build, map, "coverage", site->coverage);
    json_put_number(build, map, "lon", round(site->lon * 1e6) / 1e6);
    json_put_number(build, map, "lat", round(site->lat * 1e6) / 1e6);
    json_put_number(build, map, "uncertainty_m", site->uncertainty_m);
    json_put(build, map, "terms", page_site_terms(scenario, site, build));
    json_put(build, map, "rules", page_site_rules(result, target, site, build));
    for (size_t a = 0; a < scenario->n_annotations && !build->failed; a++) json_append(build, notes, json_text(build, site->annotations[a]));
    json_put(build, map, "annotations", notes);
    for (size_t i = 0; i < site->n_sources && !build->failed; i++) {
        struct json_object *source = json_map(build);
        json_put_text(build, source, "layer", scenario->layers[site->sources[i].layer].name);
        json_put_text(build, source, "label", site->sources[i].label);
        json_append(build, sources, source);
    }
    json_put(build, map, "sources", sources);
    if (result->permits && site->permit_class >= 0) json_put_integer(build, map, "permits", site->permit_class);
    return map;
}

static struct json_object *areas_map(const struct target_result *target, struct json_build *build) {
    static const char *const names[] = {
        [CELL_SCORED] = "scored", [CELL_EXCLUDED] = "excluded", [CELL_NO_DATA] = "no_data", [CELL_OUTSIDE] = "outside"};
    struct json_object *map = json_map(build);
    for (int s = 0; s < 4; s++) json_put_number(build, map, names[s], target->area_km2[s]);
    return map;
}

/* The logits of the ends of a learnt score's bytes. */
static void put_scale(const struct score_scale *scale, struct json_build *build, struct json_object *map) {
    if (!scale->logits) return;
    struct json_object *ends = json_list(build);
    json_append(build, ends, json_number(build, scale->low));
    json_append(build, ends, json_number(build, scale->high));
    json_put(build, map, "logits", ends);
}

/* What a route takes in each class of cells; null: the table has no such route there. */
static void put_permits(const struct result *result, size_t index, struct json_build *build, struct json_object *map) {
    const char *route = result->permits ? permits_route_of(result->permits, &result->scenario->targets[index]) : NULL;
    if (!route) return;
    struct json_object *list = json_list(build);
    for (int class = 0; class < (int)permits_classes(result->permits) && !build->failed; class ++)
        json_append(build, list, permits_figures(result->permits, route, class) ? permit_table_figures(result, route, class, build) : NULL);
    json_put(build, map, "permits", list);
}

/* Shares of the scored area, best first, and of the known places that lie there: as many places as a line of a few hundred pixels shows. */
static struct json_object *curve_map(const struct validation *figures, struct json_build *build) {
    struct json_object *map = json_map(build), *score = json_list(build), *area = json_list(build), *found = json_list(build);
    double last_area = -1, last_found = -1;
    for (size_t i = 0; i < figures->n_points && figures->n_places && !build->failed; i++) {
        const struct curve_point *point = &figures->points[i];
        if (i + 1 < figures->n_points && point->area - last_area < CURVE_APART && point->found - last_found < CURVE_APART) continue;
        json_append(build, score, json_number(build, point->score));
        json_append(build, area, json_number(build, round(point->area * 1e5) / 1e5));
        json_append(build, found, json_number(build, round(point->found * 1e5) / 1e5));
        last_area = point->area;
        last_found = point->found;
    }
    json_put(build, map, "score", score);
    json_put(build, map, "area", area);
    json_put(build, map, "found", found);
    return map;
}

static void put_validations(const struct result *result, size_t index, struct json_build *build, struct json_object *map) {
    struct json_object *list = json_list(build);
    for (size_t v = 0; v < result->scenario->n_validations && !build->failed; v++) {
        if (result->scenario->validations[v].target != (int)index) continue;
        struct json_object *one = validation_json(&result->validations[v], build);
        json_put(build, one, "curve", curve_map(&result->validations[v].figures, build));
        json_append(build, list, one);
    }
    json_put(build, map, "validations", list);
}

static struct json_object *target_map(const struct result *result, const struct page_raster *raster, size_t index, struct json_build *build) {
    const struct target *target = &result->scenario->targets[index];
    const struct site_list *sites = &result->targets[index].sites;
    struct json_object *map = json_map(build), *list = json_list(build);
    json_put_text(build, map, "name", target->name);
    json_put_text(build, map, "mode", site_table_mode(target));
    json_put_text(build, map, "basis", basis_sentence(overlay_basis(result->scenario, index)));
    if (target->score) json_put(build, map, "score", score_json(result->plan, result->scenario, target, build));
    if (target->score && !target->model) json_put(build, map, "score_words", overlay_lines(result->plan, result->scenario, target->score, build));
    json_put(build, map, "recomputes", json_object_new_boolean(page_can_score(target)));
    json_put(build, map, "learnt", json_object_new_boolean(target->model != NULL));
    put_scale(&result->targets[index].scale, build, map);
    put_plane(build, map, raster->planes.scores[index]);
    json_put_number(build, map, "min_coverage", target->min_coverage);
    put_ramp(target, build, map);
    classes_json_put(result, index, build, map);
    json_put(build, map, "area_km2", areas_map(&result->targets[index], build));
    if (rule_table_excludes(result, index)) json_put(build, map, "exclusions", rule_table_json(result, index, build));
    for (size_t i = 0; i < sites->count && !build->failed; i++) {
        struct json_object *site = page_site(result, index, &sites->sites[i], build);
        page_certainty_site(result, index, &sites->sites[i], build, site);
        json_append(build, list, site);
    }
    json_put(build, map, "sites", list);
    put_permits(result, index, build, map);
    page_certainty_target(result, index, build, map);
    page_variants_target(result, index, build, map);
    if (shortlist_asked(result, index)) json_put(build, map, "shortlist", shortlist_json(result, index, build));
    put_validations(result, index, build, map);
    return map;
}

static void put_credits(const struct scenario *scenario, struct json_build *build, struct json_object *into) {
    struct json_object *list = json_list(build);
    const char *credit;
    for (size_t i = 0; (credit = credits_at(scenario, i)) && !build->failed; i++) json_append(build, list, json_text(build, credit));
    json_put(build, into, "credits", list);
}

static void put_names(const struct result *result, const struct log *log, struct json_build *build, struct json_object *into) {
    struct json_object *notes = json_list(build), *warnings = json_list(build);
    for (size_t a = 0; a < result->scenario->n_annotations; a++) json_append(build, notes, json_text(build, result->scenario->annotations[a].name));
    for (size_t i = 0; i < log->n_warnings; i++) json_append(build, warnings, json_text(build, log->warnings[i]));
    json_put(build, into, "annotations", notes);
    json_put(build, into, "warnings", warnings);
}

struct json_object *page_data(const struct result *result, const struct page_raster *raster, const struct log *log, struct json_build *build) {
    const struct scenario *scenario = result->scenario;
    char as_of[DATE_WORDS];
    struct json_object *page = json_map(build), *criteria = json_list(build), *rules = json_list(build), *targets = json_list(build);
    json_put_text(build, page, "title", scenario->title);
    json_put_text(build, page, "description", scenario->description);
    json_put_text(build, page, "version", LODE_VERSION);
    if (scenario->as_of) date_words(scenario->as_of, as_of), json_put_text(build, page, "as_of", as_of);
    json_put(build, page, "grid", grid_map(result, build));
    json_put(build, page, "raster", raster_map(raster, build));
    for (size_t c = 0; c < scenario->n_criteria && !build->failed; c++) json_append(build, criteria, criterion_map(result, raster, c, build));
    for (size_t r = 0; r < scenario->n_rules && !build->failed; r++) json_append(build, rules, rule_map(result, raster, r, build));
    for (size_t t = 0; t < scenario->n_targets && !build->failed; t++) json_append(build, targets, target_map(result, raster, t, build));
    json_put(build, page, "criteria", criteria);
    json_put(build, page, "rules", rules);
    json_put(build, page, "targets", targets);
    put_credits(scenario, build, page);
    put_names(result, log, build, page);
    return page;
}
