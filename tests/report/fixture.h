/* A finished scan made by hand: 7 x 5 cells of 500 x 250 m, a deposit target with points and a plant target of access alone. */
#ifndef LODE_TESTS_REPORT_FIXTURE_H
#define LODE_TESTS_REPORT_FIXTURE_H

#include "ok.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/result.h"
#include "geo/crs.h"

enum { WIDTH = 7, HEIGHT = 5, CELLS = WIDTH * HEIGHT };

static const char fixture_yaml[] = "lodescan: 1\n"
                                   "title: Test <hills> & dales\n"
                                   "description: A hand-made run\n"
                                   "credits: [Survey of Nowhere]\n"
                                   "grid: {crs: EPSG:5070, extent: [-116, 35, -115.9, 35.1], cell: 500 m}\n"
                                   "layers:\n"
                                   "  clay: {raster: clay.tif, unit: ppm, credit: Clay people}\n"
                                   "  rail: {vector: rail.gpkg, credit: Clay people}\n"
                                   "  parks: {vector: parks.gpkg, credit: Clay}\n"
                                   "  known: {vector: known.gpkg}\n"
                                   "criteria:\n"
                                   "  alteration: {value_of: clay, membership: {ms_large: {}}}\n"
                                   "  rail_access: {distance_to: rail, label: Railway, membership: {small: {midpoint: 20 km, spread: 3}}}\n"
                                   "  park_distance: {distance_to: parks}\n"
                                   "rules:\n"
                                   "  park: {exclude_inside: parks, buffer: 1 km, reason: National park unit, citation: 16 USC 1}\n"
                                   "  far: {exclude_where: \"rail_access > 60 km\", reason: No railway, targets: [plant]}\n"
                                   "targets:\n"
                                   "  deposit: {score: {weighted: {alteration: 3, rail_access: 1}}, candidates: {points: known}}\n"
                                   "  plant: {score: {and: [rail_access]}, ramp: magma, candidates: {peaks: {spacing: 10 km, count: 5}}}\n"
                                   "annotate:\n"
                                   "  county: {layer: parks, field: name}\n"
                                   "  Score: {layer: parks, field: score}\n";

struct fixture {
    char folder[64];
    struct scenario *scenario;
    struct result result;
    float score[2][CELLS];
    uint8_t state[2][CELLS];
    struct term terms[6][3];
    struct source_point source;
    const char *county[2];
    struct site deposits[5], plants[1];
    struct target_result targets[2];
    struct rule_result rules[2];
    struct device_result devices[2];
    struct criterion_result criteria[3];
    struct layer_result layers[4];
};

static struct site fixture_site(struct fixture *f, const char *id, int rank, const char *name, double score, enum cell_state state, int terms) {
    struct site site = {.rank = rank,
                        .name = name,
                        .lon = -115.53312345678,
                        .lat = 35.478,
                        .x = -1790000.5,
                        .y = 1500000,
                        .col = 3,
                        .row = 2,
                        .score = score,
                        .coverage = state == CELL_NO_DATA ? 0.25 : 1,
                        .state = state,
                        .terms = f->terms[terms],
                        .uncertainty_m = NAN,
                        .annotations = f->county,
                        .percentile = rank ? 97.5 : NAN};
    snprintf(site.id, sizeof site.id, "%s", id);
    return site;
}

static void fixture_sites(struct fixture *f) {
    for (int i = 0; i < 6; i++) {
        double clay = 0.5 + 0.125 * i;
        f->terms[i][0] = (struct term){40 + i, clay, 0.75, 0.75 * clay, NULL};
        f->terms[i][1] = (struct term){20.25, 0.5, 0.25, 0.125, "Iron Line"};
        f->terms[i][2] = (struct term){INFINITY, NAN, NAN, NAN, NULL};
    }
    f->terms[4][0] = (struct term){NAN, NAN, 0.75, NAN, NULL};
    f->terms[5][0] = (struct term){NAN, NAN, NAN, NAN, NULL};
    f->county[0] = "San Bernardino \"SB\"";
    f->county[1] = "x";
    f->source = (struct source_point){3, "MP \xE9", -115.53, 35.48, 250, "{\"grade\": 8.9, \"op\": null}"};
    f->deposits[0] = fixture_site(f, "d-aaaa", 1, "Mountain Pass", 0.9375, CELL_SCORED, 0);
    f->deposits[1] = fixture_site(f, "d-bbbb", 2, "Music Valley", 0.5, CELL_SCORED, 1);
    f->deposits[2] = fixture_site(f, "d-cccc", 3, "Mountain Top", 0.25, CELL_SCORED, 2);
    f->deposits[3] = fixture_site(f, "d-dddd", 0, "Park Hill", 0.125, CELL_EXCLUDED, 3);
    f->deposits[3].rules = 3; /* `far` fires too, but does not hold for deposits */
    f->deposits[4] = fixture_site(f, "d-eeee", 0, NULL, NAN, CELL_NO_DATA, 4);
    f->deposits[0].sources = &f->source;
    f->deposits[0].n_sources = 1;
    f->deposits[0].uncertainty_m = 250;
    f->deposits[0].snapped_m = 120.5;
    f->plants[0] = fixture_site(f, "p-aaaa", 1, NULL, 0.5, CELL_SCORED, 5);
    f->plants[0].terms[1].weight = 1;
    f->targets[0].sites = (struct site_list){.count = 5, .sites = f->deposits};
    f->targets[1].sites = (struct site_list){.count = 1, .sites = f->plants};
}

/* Scores 0, 1/33.. 1 where scored; the states in bands that cross rows and columns. */
static void fixture_planes(struct fixture *f) {
    for (int t = 0; t < 2; t++) {
        for (int i = 0; i < CELLS; i++) {
            int col = i % WIDTH, row = i / WIDTH;
            enum cell_state state = row == 4 ? CELL_EXCLUDED : col == 6 ? CELL_OUTSIDE : col == 5 && row > 1 ? CELL_NO_DATA : CELL_SCORED;
            f->state[t][i] = (uint8_t)state;
            f->score[t][i] = state == CELL_SCORED || state == CELL_EXCLUDED ? (float)i / (3 * WIDTH + 4) : NAN;
            f->targets[t].cells[state]++;
            f->targets[t].area_km2[state] += 0.125;
        }
        f->targets[t].score = (struct scratch){.bytes = f->score[t], .size = sizeof f->score[t]};
        f->targets[t].state = (struct scratch){.bytes = f->state[t], .size = sizeof f->state[t]};
    }
}

static void fixture_layers(struct fixture *f) {
    static const char *const drivers[] = {"GTiff", "GPKG", "GPKG", "GPKG"};
    for (int l = 0; l < 4; l++) {
        struct layer_facts facts = {.driver = drivers[l], .crs = "EPSG:4326", .type = "x", .extent = {1, 2, 3, NAN}, .valid_share = l ? NAN : 0.5};
        f->layers[l] = (struct layer_result){facts, f->scenario->path}; /* any file that is there */
    }
}

static double fixture_code(void *user, int layer, const char *label) {
    (void)user, (void)layer, (void)label;
    return 1;
}

/* As the scenario asks at the moment. */
static inline const struct score_scale *fixture_scale(struct fixture *f, size_t target) {
    struct target_result *found = &f->targets[target];
    assert_ok(score_scale_make(&f->result.grid, &found->score, &found->state, false, &f->scenario->targets[target].classing, &found->scale));
    return &found->scale;
}

/* In a new folder of its own. */
static int fixture_open(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "/tmp/lodescan-report-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    char path[96];
    snprintf(path, sizeof path, "%s/scenario.yaml", f->folder);
    FILE *file = fopen(path, "w");
    fputs(fixture_yaml, file);
    fclose(file);
    status failure = scenario_read(path, &f->scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    struct result *r = &f->result;
    r->scenario = f->scenario;
    assert_null(crs_grid(f->scenario, &r->arena, &r->grid));
    r->grid.width = WIDTH;
    r->grid.height = HEIGHT;
    r->grid.x0 = -1792000;
    r->grid.y0 = 1500500;
    r->grid.dx = 500;
    r->grid.dy = 250;
    assert_null(plan_compile(f->scenario, &r->grid, &(struct plan_facts){.code_of = fixture_code}, 64 << 20, &r->plan));
    plan_take_stats(r->plan, 0, &(struct stats){.min = 0, .max = 100, .mean = 40, .sd = 2, .valid = CELLS});
    r->devices = f->devices;
    r->n_devices = 2;
    f->devices[0] = (struct device_result){{.name = "hand", .index = 1}, 2, 3};
    f->devices[1] = (struct device_result){{.name = "foot", .platform = 2}, 1, 2};
    r->targets = f->targets;
    r->rules = f->rules;
    r->criteria = f->criteria;
    r->layers = f->layers;
    f->criteria[0].missing_cells = 7;
    f->rules[0] = (struct rule_result){7, 0.875, 0.5, 0};
    fixture_planes(f);
    for (size_t t = 0; t < 2; t++) fixture_scale(f, t);
    fixture_sites(f);
    fixture_layers(f);
    *state = f;
    return 0;
}

static int fixture_close(void **state) {
    struct fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    assert_int_equal(system(command), 0);
    plan_free(f->result.plan);
    scenario_free(f->scenario);
    arena_free(&f->result.arena);
    free(f);
    return 0;
}

/* Fails with that code, and the message holds the words. */
static inline void assert_fails(status failure, lode_code code, const char *words) {
    if (lode_error_code(failure) != code || !strstr(lode_error_message(failure), words))
        fail_msg("code %d, message: %s", (int)lode_error_code(failure), lode_error_message(failure));
    lode_error_free(failure);
}

#endif
