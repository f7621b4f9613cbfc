/* Names to numbers: jurisdictions and land to classes of cells, routes to draws, draws to what criteria and sites are told. */
#include "analysis/permits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/permit.h"
#include "geo/permit_tables.h"
#include "model/mistakes.h"

const struct permit_route *permits_route(const struct permits *permits, const char *jurisdiction, const char *route) {
    char part[64];
    size_t length = strlen(jurisdiction);
    if (length >= sizeof part) return permit_route_find(&permits->table, jurisdiction, route);
    memcpy(part, jurisdiction, length + 1);
    for (;;) {
        const struct permit_route *found = permit_route_find(&permits->table, part, route);
        char *dash = strrchr(part, '-');
        if (found || !dash) return found;
        *dash = '\0';
    }
}

/* Whether the table has any route of the jurisdiction, by the same rule. */
static bool is_known(const struct permits *permits, const char *jurisdiction) {
    for (size_t i = 0; i < permits->table.count; i++)
        if (permits_route(permits, jurisdiction, permits->table.routes[i].name)) return true;
    return false;
}

static int jurisdiction_index(struct permits *permits, const char *name) {
    for (size_t i = 0; i < permits->places.n_jurisdictions; i++)
        if (strcmp(permits->jurisdictions[i], name) == 0) return (int)i;
    permits->jurisdictions[permits->places.n_jurisdictions] = name;
    return (int)permits->places.n_jurisdictions++;
}

static void note_jurisdiction(struct mistakes *mistakes, const struct permits *permits, struct place at, const char *name, const char *file) {
    const char **names = arena_alloc(mistakes->arena, permits->table.count + 1, sizeof *names);
    for (size_t i = 0; names && i < permits->table.count; i++) names[i] = permits->table.routes[i].jurisdiction;
    const char *nearest = names ? text_nearest(name, names, permits->table.count) : NULL;
    mistakes_add(mistakes, at, "no route of '%s' is in %s%s%s%s", name, file, nearest ? ", did you mean '" : "", nearest ? nearest : "",
                 nearest ? "'?" : "");
}

static void add_code(struct permits *permits, float *codes, int *of, double code, const char *jurisdiction) {
    if (isnan(code)) return;
    for (size_t i = 0; i < permits->places.n_codes; i++)
        if (codes[i] == (float)code) return; /* `names` come first */
    codes[permits->places.n_codes] = (float)code;
    of[permits->places.n_codes++] = jurisdiction_index(permits, jurisdiction);
}

/* Which class of the layer is which jurisdiction: first by `names`, then those that are called as in the table. */
static status find_jurisdictions(struct permits *permits, const struct scenario *scenario, struct layers *layers, struct mistakes *mistakes,
                                 const char *file) {
    const struct permit_wish *wish = &scenario->permits;
    size_t room = wish->n_names + permits->table.count + 1;
    float *codes = arena_alloc(&permits->arena, room, sizeof *codes);
    int *of = arena_alloc(&permits->arena, room, sizeof *of);
    permits->jurisdictions = arena_alloc(&permits->arena, room, sizeof *permits->jurisdictions);
    if (!codes || !of || !permits->jurisdictions) return status_no_memory();
    permits->places.layer = wish->layer;
    permits->places.codes = codes;
    permits->places.jurisdictions = of;
    permits->places.otherwise = wish->jurisdiction ? jurisdiction_index(permits, wish->jurisdiction) : NO_INDEX;
    if (wish->jurisdiction && !is_known(permits, wish->jurisdiction))
        note_jurisdiction(mistakes, permits, wish->jurisdiction_at, wish->jurisdiction, file);
    for (size_t i = 0; i < wish->n_names; i++) {
        if (!is_known(permits, wish->names[i].of)) note_jurisdiction(mistakes, permits, wish->names[i].at, wish->names[i].of, file);
        add_code(permits, codes, of, layers_code_of(layers, wish->layer, wish->names[i].name), wish->names[i].of);
    }
    for (size_t i = 0; wish->layer != NO_INDEX && i < permits->table.count; i++) {
        const char *name = permits->table.routes[i].jurisdiction;
        add_code(permits, codes, of, layers_code_of(layers, wish->layer, name), name);
    }
    return NULL;
}

static const struct land_class *find_class(const struct permits *permits, struct mistakes *mistakes, struct place at, const char *name,
                                           const char *file) {
    const struct land_class *found = land_class_find(&permits->classes, name);
    if (found) return found;
    const char **names = arena_alloc(mistakes->arena, permits->classes.count + 1, sizeof *names);
    for (size_t i = 0; names && i < permits->classes.count; i++) names[i] = permits->classes.classes[i].name;
    const char *nearest = names ? text_nearest(name, names, permits->classes.count) : NULL;
    struct text known = {0};
    for (size_t i = 0; i < permits->classes.count; i++) text_print(&known, "%s%s", i ? ", " : "", permits->classes.classes[i].name);
    if (nearest)
        mistakes_add(mistakes, at, "no class of land '%s' is in %s, did you mean '%s'?", name, file, nearest);
    else
        mistakes_add(mistakes, at, "no class of land '%s' is in %s; it has %s", name, file, known.bytes ? known.bytes : "none");
    text_free(&known);
    return NULL;
}

static status find_land(struct permits *permits, const struct permit_wish *wish, struct mistakes *mistakes, const char *file) {
    int *layers = arena_alloc(&permits->arena, wish->n_land + 1, sizeof *layers);
    permits->land = arena_alloc(&permits->arena, wish->n_land + 1, sizeof *permits->land);
    if (!layers || !permits->land) return status_no_memory();
    permits->places.n_land = wish->n_land;
    permits->places.land_layers = layers;
    for (size_t i = 0; i < wish->n_land; i++) {
        layers[i] = wish->land[i].layer;
        permits->land[i] = find_class(permits, mistakes, wish->land[i].at, wish->land[i].of, file);
    }
    permits->land[wish->n_land] = find_class(permits, mistakes, wish->elsewhere_at, wish->elsewhere, file);
    return NULL;
}

static bool has_route(const struct permits *permits, const char *name) {
    for (size_t i = 0; i < permits->table.count; i++)
        if (strcmp(permits->table.routes[i].name, name) == 0) return true;
    return false;
}

static void add_route(struct permits *permits, const char *name) {
    for (size_t i = 0; i < permits->n_routes; i++)
        if (strcmp(permits->routes[i], name) == 0) return;
    permits->routes[permits->n_routes++] = name;
}

static void check_route(struct permits *permits, struct mistakes *mistakes, struct place at, const char *what, const char *of, const char *name,
                        const char *file) {
    if (has_route(permits, name)) {
        add_route(permits, name);
        return;
    }
    const char **names = arena_alloc(mistakes->arena, permits->table.count + 1, sizeof *names);
    for (size_t i = 0; names && i < permits->table.count; i++) names[i] = permits->table.routes[i].name;
    const char *nearest = names ? text_nearest(name, names, permits->table.count) : NULL;
    mistakes_add(mistakes, at, "%s '%s': no route '%s' is in %s%s%s%s", what, of, name, file, nearest ? ", did you mean '" : "",
                 nearest ? nearest : "", nearest ? "'?" : "");
}

const char *permits_route_of(const struct permits *permits, const struct target *target) {
    const char *name = target->permit ? target->permit : target->mode == MODE_DEPOSIT ? "mine" : "plant";
    return has_route(permits, name) ? name : NULL;
}

static status find_routes(struct permits *permits, const struct scenario *scenario, struct mistakes *mistakes, const char *file) {
    permits->routes = arena_alloc(&permits->arena, scenario->n_criteria + scenario->n_targets + 1, sizeof *permits->routes);
    if (!permits->routes) return status_no_memory();
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        const struct criterion *criterion = &scenario->criteria[c];
        if (criterion_is_permit(criterion)) check_route(permits, mistakes, criterion->at, "criterion", criterion->name, criterion->route, file);
    }
    for (size_t t = 0; t < scenario->n_targets; t++) {
        const struct target *target = &scenario->targets[t];
        if (target->permit) check_route(permits, mistakes, target->at, "target", target->name, target->permit, file);
        if (!target->permit && permits_route_of(permits, target)) add_route(permits, permits_route_of(permits, target));
        if (!target->permit && target->shortlist.asked && !permits_route_of(permits, target))
            check_route(permits, mistakes, target->shortlist.at, "the shortlist of", target->name, target->mode == MODE_DEPOSIT ? "mine" : "plant",
                        file);
    }
    return NULL;
}

static bool is_asked(const struct permits *permits, const char *route) {
    for (size_t r = 0; r < permits->n_routes; r++)
        if (strcmp(permits->routes[r], route) == 0) return true;
    return false;
}

/* To accelerate a stage of no route that is asked for would change nothing. */
static void check_stage(const struct permits *permits, struct mistakes *mistakes, const struct faster_stage *stage, const char *file) {
    size_t count = 0;
    const char **names = arena_alloc(mistakes->arena, permits->table.count * PERMIT_STAGES_MAX + 1, sizeof *names);
    for (size_t i = 0; names && i < permits->table.count; i++) {
        const struct permit_route *route = &permits->table.routes[i];
        for (size_t s = 0; is_asked(permits, route->name) && s < route->n_stages; s++) {
            if (strcmp(route->stages[s].name, stage->name) == 0) return;
            names[count++] = route->stages[s].name;
        }
    }
    const char *nearest = text_nearest(stage->name, names, count);
    mistakes_add(mistakes, stage->at, "`accelerate`: no route asked for has a stage '%s' in %s%s%s%s", stage->name, file,
                 nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static status paths(struct permits *permits, const struct scenario *scenario, const char *data_dir) {
    const struct permit_wish *wish = &scenario->permits;
    if (wish->routes && !(permits->routes_path = scenario_data_path(scenario, wish->routes, data_dir, &permits->arena))) return status_no_memory();
    if (wish->classes && !(permits->classes_path = scenario_data_path(scenario, wish->classes, data_dir, &permits->arena))) return status_no_memory();
    return NULL;
}

static status fill(struct permits *permits, const struct scenario *scenario, struct layers *layers, const char *data_dir) {
    struct mistakes mistakes = {.arena = &permits->arena};
    TRY(paths(permits, scenario, data_dir));
    const char *routes = permits->routes_path ? permits->routes_path : "the program's permits/routes.csv";
    const char *classes = permits->classes_path ? permits->classes_path : "the program's permits/land_status.csv";
    status failure = permit_tables_read(permits->routes_path, permits->classes_path, &permits->arena, &permits->table, &permits->classes);
    if (failure) return status_wrap(failure, "%s:%d: permits", scenario->path, scenario->permits.at.line);
    failure = find_jurisdictions(permits, scenario, layers, &mistakes, routes);
    if (!failure) failure = find_land(permits, &scenario->permits, &mistakes, classes);
    if (!failure) failure = find_routes(permits, scenario, &mistakes, routes);
    for (size_t i = 0; !failure && i < scenario->permits.n_faster; i++) check_stage(permits, &mistakes, &scenario->permits.faster[i], routes);
    for (size_t v = 0; !failure && v < scenario->n_variants; v++) {
        const struct variant_wish *variant = &scenario->variants[v];
        bool elsewhere = variant->permits.routes && variant->permits.routes != scenario->permits.routes;
        for (size_t i = 0; !elsewhere && i < variant->n_faster; i++) check_stage(permits, &mistakes, &variant->faster[i], routes);
    }
    return status_first(failure, mistakes_report(&mistakes, scenario->path));
}

/* Sites and cells without figures are to be expected by those who read this. */
static void tell_of_gaps(const struct permits *permits, struct log *log) {
    for (size_t r = 0; r < permits->n_routes; r++)
        for (size_t j = 0; j < permits->places.n_jurisdictions; j++)
            if (!permits_route(permits, permits->jurisdictions[j], permits->routes[r]))
                log_info(log, "permits: '%s' has no route '%s' in the table, so there its figures are missing", permits->jurisdictions[j],
                         permits->routes[r]);
}

status permits_open(const struct scenario *scenario, struct layers *layers, const char *data_dir, struct log *log, struct permits **out) {
    *out = NULL;
    if (!scenario->permits.asked) return NULL;
    struct permits *permits;
    TRY(MEMORY_ARRAY(1, &permits));
    status failure = fill(permits, scenario, layers, data_dir);
    if (failure) {
        permits_close(permits);
        return failure;
    }
    tell_of_gaps(permits, log);
    *out = permits;
    return NULL;
}

void permits_close(struct permits *permits) {
    if (!permits) return;
    arena_free(&permits->arena);
    free(permits);
}

status permits_vary(const struct permits *base, const struct variant_wish *variant, struct permits **out) {
    TRY(MEMORY_ARRAY(1, out));
    **out = *base;
    (*out)->arena = (struct arena){0};
    (*out)->figures = NULL;
    (*out)->shortlists = NULL;
    (*out)->variant = variant;
    return NULL;
}

size_t permits_classes(const struct permits *permits) {
    return permits->places.n_jurisdictions * (permits->places.n_land + 1);
}

const char *permits_jurisdiction(const struct permits *permits, int permit_class) {
    return permit_class < 0 ? NULL : permits->jurisdictions[(size_t)permit_class / (permits->places.n_land + 1)];
}

const struct land_class *permits_land(const struct permits *permits, int permit_class) {
    return permit_class < 0 ? NULL : permits->land[(size_t)permit_class % (permits->places.n_land + 1)];
}

const struct permit_figures *permits_figures(const struct permits *permits, const char *route, int permit_class) {
    for (size_t r = 0; permits->figures && route && permit_class >= 0 && r < permits->n_routes; r++)
        if (strcmp(permits->routes[r], route) == 0) return &permits->figures[r * permits_classes(permits) + (size_t)permit_class];
    return NULL;
}

const struct shortlist_figures *permits_shortlist(const struct permits *permits, size_t target, int permit_class) {
    if (!permits->shortlists || !permits->shortlists[target] || permit_class < 0) return NULL;
    return &permits->shortlists[target][permit_class];
}

/* All months of a class are so many times those that were drawn. */
static double months(const struct permit_draws *draws, const struct land_class *land, double share) {
    return land->kind == LAND_EXCLUDED ? INFINITY : land->multiplier * sorted_quantile(draws->months, draws->count, share);
}

static double within(const struct permit_draws *draws, const struct land_class *land, double limit) {
    return land->kind == LAND_EXCLUDED ? 0 : land->granted * sorted_share(draws->months, draws->count, limit / land->multiplier);
}

static int doubt(const char *certainty) {
    return strcmp(certainty, "cited") == 0 ? 0 : strcmp(certainty, "derived") == 0 ? 1 : 2;
}

static const char *least_certain(const struct permit_route *route, const struct land_class *land) {
    const char *worst = land->certainty;
    for (size_t s = 0; land->kind != LAND_EXCLUDED && s < route->n_stages; s++)
        if (doubt(route->stages[s].certainty) > doubt(worst)) worst = route->stages[s].certainty;
    return worst;
}

static void fill_figures(const struct permit_route *route, const struct permit_draws *draws, const struct land_class *land,
                         struct permit_figures *out) {
    size_t critical = 0;
    double all = 0;
    for (size_t s = 0; s < route->n_stages; s++) {
        all += draws->way_months[s];
        if (draws->way_months[s] > draws->way_months[critical]) critical = s;
    }
    *out = (struct permit_figures){.p10_months = months(draws, land, 0.1),
                                   .p50_months = months(draws, land, 0.5),
                                   .p90_months = months(draws, land, 0.9),
                                   .mean_months = land->kind == LAND_EXCLUDED ? INFINITY : all * land->multiplier,
                                   .granted = land->granted,
                                   .within_6 = within(draws, land, 6),
                                   .within_24 = within(draws, land, 24),
                                   .certainty = least_certain(route, land)};
    if (land->kind == LAND_EXCLUDED) {
        out->critical_share = NAN;
        return;
    }
    out->critical_stage = route->stages[critical].name;
    out->critical_share = all > 0 ? draws->way_months[critical] / all : NAN;
}

/* The route with its accelerated stages, over again; false where it has none of them. */
static bool make_faster(const struct faster_stage *faster, size_t count, const struct permit_route *route, struct permit_stage *stages) {
    bool any = false;
    for (size_t s = 0; s < route->n_stages; s++) {
        stages[s] = route->stages[s];
        for (size_t i = 0; i < count; i++) {
            if (strcmp(faster[i].name, stages[s].name) != 0) continue;
            any = true;
            for (size_t k = 0; stages[s].family == PERMIT_TRIANGULAR && k < 3; k++) stages[s].shape[k] *= faster[i].share;
            if (stages[s].family == PERMIT_LOGNORMAL) stages[s].shape[0] += log(faster[i].share);
        }
    }
    return any;
}

/* Of the targets with a shortlist that take the route. */
static void fill_shortlists(struct permits *permits, const struct scenario *scenario, const char *name, size_t first_class,
                            const struct permit_draws *draws, bool faster) {
    for (size_t t = 0; t < scenario->n_targets; t++) {
        const char *own = permits_route_of(permits, &scenario->targets[t]);
        if (!permits->shortlists[t] || !own || strcmp(own, name) != 0) continue;
        for (size_t l = 0; l <= permits->places.n_land; l++) {
            struct shortlist_figures *figures = &permits->shortlists[t][first_class + l];
            *(faster ? &figures->faster_within : &figures->within) = within(draws, permits->land[l], scenario->targets[t].shortlist.within_months);
        }
    }
}

static status draw_faster(struct permits *permits, const struct scenario *scenario, struct permit_sampler *sampler, const char *name,
                          size_t first_class, const struct permit_route *route, const struct permit_draws *plain, struct permit_figures *figures) {
    const struct permit_wish *wish = &scenario->permits;
    struct permit_stage stages[PERMIT_STAGES_MAX];
    const struct permit_route faster = {route->jurisdiction, route->name, route->n_stages, stages};
    struct permit_draws draws = {0};
    const bool any = make_faster(wish->faster, wish->n_faster, route, stages);
    if (any) TRY(permit_sample(sampler, &faster, wish->seed, wish->draws, &draws));
    for (size_t l = 0; l <= permits->places.n_land; l++) {
        figures[l].faster_p50_months = months(any ? &draws : plain, permits->land[l], 0.5);
        figures[l].faster_within_6 = within(any ? &draws : plain, permits->land[l], 6);
        figures[l].faster_within_24 = within(any ? &draws : plain, permits->land[l], 24);
    }
    fill_shortlists(permits, scenario, name, first_class, any ? &draws : plain, true);
    permit_draws_free(&draws);
    return NULL;
}

static void fill_lookups(const struct permits *permits, const char *name, size_t first_class, const struct permit_draws *draws, struct plan *plan) {
    const struct scenario *scenario = plan->scenario;
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        const struct criterion *criterion = &scenario->criteria[c];
        const struct lookup_step lookup = plan_lookup(plan, c);
        if (!lookup.count || strcmp(criterion->route, name) != 0) continue;
        for (size_t l = 0; l <= permits->places.n_land; l++) {
            double value = criterion->op == OP_MONTHS ? months(draws, permits->land[l], criterion->quantile / 100) / criterion->unit->in_base
                                                      : within(draws, permits->land[l], criterion->within_months);
            plan->params[lookup.first + first_class + l] = (float)value;
        }
    }
}

static status draw_route(struct permits *permits, struct permit_sampler *sampler, size_t r, size_t jurisdiction, struct plan *plan) {
    const struct permit_wish *wish = &plan->scenario->permits;
    const struct permit_route *route = permits_route(permits, permits->jurisdictions[jurisdiction], permits->routes[r]);
    const size_t first = jurisdiction * (permits->places.n_land + 1);
    struct permit_figures *figures = permits->figures + r * permits_classes(permits) + first;
    struct permit_stage stages[PERMIT_STAGES_MAX];
    struct permit_route varied = {.stages = stages};
    struct permit_draws draws;
    for (size_t l = 0; l <= permits->places.n_land; l++)
        figures[l] = (struct permit_figures){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NULL, NAN, NULL};
    if (!route) return NULL;
    if (permits->variant && make_faster(permits->variant->faster, permits->variant->n_faster, route, stages)) {
        varied = (struct permit_route){route->jurisdiction, route->name, route->n_stages, stages};
        route = &varied;
    }
    TRY(permit_sample(sampler, route, wish->seed, wish->draws, &draws));
    for (size_t l = 0; l <= permits->places.n_land; l++) fill_figures(route, &draws, permits->land[l], &figures[l]);
    fill_lookups(permits, permits->routes[r], first, &draws, plan);
    fill_shortlists(permits, plan->scenario, permits->routes[r], first, &draws, false);
    status failure = draw_faster(permits, plan->scenario, sampler, permits->routes[r], first, route, &draws, figures);
    permit_draws_free(&draws);
    return failure;
}

static status open_shortlists(struct permits *permits, const struct scenario *scenario) {
    permits->shortlists = arena_alloc(&permits->arena, scenario->n_targets, sizeof *permits->shortlists);
    if (!permits->shortlists) return status_no_memory();
    for (size_t t = 0; t < scenario->n_targets; t++) {
        if (!scenario->targets[t].shortlist.asked) continue;
        struct shortlist_figures *figures = arena_alloc(&permits->arena, permits_classes(permits) + 1, sizeof *figures);
        if (!figures) return status_no_memory();
        for (size_t c = 0; c < permits_classes(permits); c++) figures[c] = (struct shortlist_figures){NAN, NAN};
        permits->shortlists[t] = figures;
    }
    return NULL;
}

status permits_draw(struct permits *permits, struct device *device, struct plan *plan) {
    struct permit_sampler *sampler;
    permits->figures = arena_alloc(&permits->arena, permits->n_routes * permits_classes(permits) + 1, sizeof *permits->figures);
    if (!permits->figures) return status_no_memory();
    TRY(open_shortlists(permits, plan->scenario));
    TRY(permit_sampler_open(device, &sampler));
    status failure = NULL;
    for (size_t r = 0; !failure && r < permits->n_routes; r++)
        for (size_t j = 0; !failure && j < permits->places.n_jurisdictions; j++) failure = draw_route(permits, sampler, r, j, plan);
    permit_sampler_close(sampler);
    return failure;
}
