/* The figures of analysis/permits.h, for people and for tools. */
#include "report/permit_table.h"

#include <math.h>

#include "geo/permit_tables.h"
#include "report/digest.h"

static size_t ranked_in(const struct site_list *sites, int permit_class) {
    size_t count = 0;
    for (size_t i = 0; i < sites->count; i++) count += sites->sites[i].rank > 0 && sites->sites[i].permit_class == permit_class;
    return count;
}

static bool any_ranked(const struct site_list *sites) {
    for (size_t i = 0; i < sites->count; i++)
        if (sites->sites[i].rank > 0) return true;
    return false;
}

static void print_figures(const struct permit_figures *figures, bool faster, struct text *out) {
    if (!figures || isnan(figures->p50_months)) {
        text_add(out, "no figures, as the table has no such route");
    } else if (isinf(figures->p50_months)) {
        text_add(out, "no permit");
    } else {
        text_print(out, "%.0f-%.0f-%.0f months, %.1f %% within 6, %.1f %% within 24, granted to %.0f %%; most by %s (%s)", figures->p10_months,
                   figures->p50_months, figures->p90_months, 100 * figures->within_6, 100 * figures->within_24, 100 * figures->granted,
                   figures->critical_stage, figures->certainty);
        if (faster)
            text_print(out, "; accelerated: half within %.0f months, %.1f %% within 6, %.1f %% within 24", figures->faster_p50_months,
                       100 * figures->faster_within_6, 100 * figures->faster_within_24);
    }
    text_add(out, "\n");
}

void permit_table_print(const struct result *result, size_t target, struct text *out) {
    const struct permits *permits = result->permits;
    const struct site_list *sites = &result->targets[target].sites;
    const char *route = permits ? permits_route_of(permits, &result->scenario->targets[target]) : NULL;
    if (!route || !any_ranked(sites)) return;
    text_print(out, "  permits by route '%s' (P10-P50-P90 of those granted):\n", route);
    for (int class = 0; class < (int)permits_classes(permits); class ++) {
        size_t count = ranked_in(sites, class);
        if (!count) continue;
        text_print(out, "    %s, %s land, %zu ranked: ", permits_jurisdiction(permits, class), permits_land(permits, class)->name, count);
        print_figures(permits_figures(permits, route, class), result->scenario->permits.n_faster > 0, out);
    }
    size_t unknown = ranked_in(sites, -1);
    if (unknown) text_print(out, "    no known jurisdiction, %zu ranked: no figures\n", unknown);
}

static struct json_object *table_json(const char *path, const char *own_name, const char *own, struct json_build *build) {
    struct json_object *map = json_map(build);
    struct digest digest = {""};
    int64_t bytes = 0;
    lode_error_free(path ? digest_file(path, &digest, &bytes) : digest_text(own, &digest));
    json_put_text(build, map, "path", path ? path : own_name);
    json_put(build, map, "own", json_object_new_boolean(!path));
    json_put_text(build, map, "sha256", digest.hex[0] ? digest.hex : NULL);
    return map;
}

static struct json_object *figures_json(const struct permits *permits, bool faster, const char *route, int class, struct json_build *build) {
    const struct permit_figures *figures = permits_figures(permits, route, class);
    const struct land_class *land = permits_land(permits, class);
    struct json_object *map = json_map(build);
    json_put_text(build, map, "route", route);
    json_put_text(build, map, "jurisdiction", permits_jurisdiction(permits, class));
    json_put_text(build, map, "land_status", land->name);
    json_put_text(build, map, "kind", land_kinds[land->kind]);
    json_put_number(build, map, "p10_months", figures->p10_months);
    json_put_number(build, map, "p50_months", figures->p50_months);
    json_put_number(build, map, "p90_months", figures->p90_months);
    json_put_number(build, map, "p_granted", figures->granted);
    json_put_number(build, map, "p_within_6", figures->within_6);
    json_put_number(build, map, "p_within_24", figures->within_24);
    if (faster) {
        json_put_number(build, map, "p50_what_if_months", figures->faster_p50_months);
        json_put_number(build, map, "p_within_6_what_if", figures->faster_within_6);
        json_put_number(build, map, "p_within_24_what_if", figures->faster_within_24);
    }
    json_put_text(build, map, "critical_stage", figures->critical_stage);
    json_put_number(build, map, "critical_share", figures->critical_share);
    json_put_text(build, map, "certainty", figures->certainty);
    return map;
}

struct json_object *permit_table_figures(const struct result *result, const char *route, int permit_class, struct json_build *build) {
    return figures_json(result->permits, result->scenario->permits.n_faster > 0, route, permit_class, build);
}

struct json_object *permit_table_json(const struct result *result, struct json_build *build) {
    const struct permits *permits = result->permits;
    struct json_object *map = json_map(build), *list = json_list(build), *accelerated = json_map(build);
    const struct permit_wish *wish = &result->scenario->permits;
    json_put(build, map, "routes", table_json(permits->routes_path, "permits/routes.csv", table_routes, build));
    json_put(build, map, "classes", table_json(permits->classes_path, "permits/land_status.csv", table_land_status, build));
    json_put_integer(build, map, "seed", (int64_t)wish->seed);
    json_put_integer(build, map, "draws", (int64_t)wish->draws);
    for (size_t i = 0; i < wish->n_faster; i++) json_put_number(build, accelerated, wish->faster[i].name, wish->faster[i].share);
    json_put(build, map, "accelerate", accelerated);
    for (size_t r = 0; r < permits->n_routes; r++)
        for (int class = 0; class < (int)permits_classes(permits) && !build->failed; class ++)
            json_append(build, list, figures_json(permits, wish->n_faster > 0, permits->routes[r], class, build));
    json_put(build, map, "figures", list);
    return map;
}
