/* Every kernel compiles as plain OpenCL C 1.2 for a GPU of NVIDIA's, in each of its shapes, with warnings as errors. Needs clang. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/codegen.h"
#include "compute/kernels.h"
#include "compute/overlay.h"

static bool clang_is_missing(void) {
    return system("clang --version >/dev/null 2>&1") != 0;
}

/* Puts the sources one after the other into a file and compiles it. */
static void compiles(const char *const *sources, size_t count, const char *options) {
    char path[] = "/tmp/lodescan_kernel_XXXXXX", command[600];
    int file = mkstemp(path);
    assert_true(file >= 0);
    for (size_t i = 0; i < count; i++) assert_true(write(file, sources[i], strlen(sources[i])) == (ssize_t)strlen(sources[i]));
    close(file);
    snprintf(command, sizeof command,
             "clang -x cl -cl-std=CL1.2 -target nvptx64--nvidiacl -Xclang -finclude-default-header -Wall -Wextra -Werror -Wno-unused-function "
             "-Wno-unused-variable "
             "-Wno-unused-parameter -S -o /dev/null %s %s",
             options, path);
    int code = system(command);
    unlink(path);
    if (code != 0) fail_msg("does not compile with %s", options);
}

static void planar(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    compiles(&kernel_distance, 1, "");
    compiles(&kernel_distance, 1, "-DCOLUMNS=1 -DDIST=long -DPLACE=ulong -DMASK=long -DPLACE_SHIFT=32 -DMETRE=float");
    compiles(&kernel_distance, 1, "-DCOLUMNS=1 -DDIST=double -DPLACE=ulong -DMASK=long -DPLACE_SHIFT=32 -DMETRE=double -DHAVE_FP64");
    compiles(&kernel_distance, 1, "-DCOLUMNS=32 -DLANES=16 -DBATCH=4 -DMETRE=double -DHAVE_FP64");
    compiles(&kernel_distance, 1, "-DCOLUMNS=32 -DLANES=16 -DBATCH=4 -DSTRIPS");
}

static void geodesic(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    const char *const sources[] = {kernel_geodesy, kernel_geodesic};
    compiles(sources, 2, "-DLANES=1 -DHAVE_FP64");
    compiles(sources, 2, "-DLANES=16 -DHAVE_FP64");
    compiles(sources + 1, 1, "-DLANES=1");
}

static void placed(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    const char *const sources[] = {kernel_geodesy, kernel_placed};
    compiles(sources, 2, "");
    compiles(sources, 2, "-DSIDE=16 -DTILE=16 -DFAN=4 -DLEVELS_MAX=11");
}

static void cost(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    compiles(&kernel_cost, 1, "-DLANES=1");
    compiles(&kernel_cost, 1, "-DLANES=16");
}

static void terrain(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    compiles(&kernel_terrain, 1, "");
}

static void models(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    compiles(&kernel_count, 1, "");
    compiles(&kernel_count, 1, "-DWALKERS=128");
    compiles(&kernel_regression, 1, "");
    compiles(&kernel_regression, 1, "-DHAVE_FP64");
}

/* Classes in line, very many of them, exact ones, coefficients, and trees. */
static void generated_models(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    struct criterion criteria[3] = {{0}};
    struct criterion_step steps[3] = {{0, 1, 0, 0}, {0, 1, 0, 0}, {0, 1, 0, 0}};
    struct term_step classes[3] = {{0, false, 2, 0, 0}, {1, true, 3, 0, 0}, {2, false, 90, 0, 0}};
    struct term_step columns[2] = {{0, false, 0, 0, 0}, {2, false, 0, 0, 0}}, with_classes[2] = {{0, false, 0, 0, 0}, {2, true, 50, 0, 0}};
    const struct model_step learnt[5] = {{.n_terms = 3, .terms = classes},
                                         {.n_terms = 2, .terms = columns, .columns = 3},
                                         {.n_terms = 2, .terms = with_classes, .columns = 51},
                                         {.n_terms = 2, .terms = columns},
                                         {.n_terms = 2, .terms = columns}};
    const struct model models_of[MODELS] = {
        {.kind = MODEL_WEIGHTS_OF_EVIDENCE}, {.kind = MODEL_LOGISTIC_REGRESSION}, {.kind = MODEL_RANDOM_FOREST}, {.kind = MODEL_BOOSTED_TREES}};
    const struct target targets[5] = {
        {.model = &models_of[0]}, {.model = &models_of[1]}, {.model = &models_of[1]}, {.model = &models_of[2]}, {.model = &models_of[3]}};
    const struct scenario scenario = {.n_criteria = 3, .criteria = criteria, .n_targets = 5, .targets = targets};
    float params[1] = {0};
    const struct plan plan = {.scenario = &scenario,
                              .n_planes = 1,
                              .n_params = 1,
                              .criteria = steps,
                              .models = (struct model_step *)learnt,
                              .params = params,
                              .within_plane = NO_INDEX};
    struct text text = {0};
    overlay_source(&plan, &text);
    compiles((const char *const[]){kernel_ops, text.bytes}, 2, "-DCELLS_PER_ITEM=1 -DLODE_COVERAGE -DLODE_TERMS");
    compiles((const char *const[]){kernel_ops, text.bytes}, 2, "-DCELLS_PER_ITEM=64 -DLANES=16");
    text_free(&text);
}

static void focal(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    compiles(&kernel_focal, 1, "-DPLANES=2");
    compiles(&kernel_focal, 1, "-DPLANES=3 -DFOLD_CELLS=16");
    compiles(&kernel_focal, 1, "-DPLANES=3 -DEXTREMES");
    compiles(&kernel_percentile, 1, "");
    compiles(&kernel_percentile, 1, "-DLANE_CELLS=16");
}

static void interpolate(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    compiles(&kernel_interpolate, 1, "");
    compiles(&kernel_interpolate, 1, "-DNEIGHBOURS=1 -DVARIOGRAM=1");
    compiles(&kernel_interpolate, 1, "-DNEIGHBOURS=16 -DVARIOGRAM=2");
    compiles(&kernel_density, 1, "");
    compiles(&kernel_density, 1, "-DUNIFORM=1");
}

/* One criterion of every membership, one node of every operation, one rule of every comparison. */
static void generated_overlay(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    enum { CRITERIA = MEMBERSHIPS };
    struct criterion criteria[CRITERIA] = {0};
    struct criterion_step steps[CRITERIA] = {0};
    struct overlay leaves[OVERLAYS][2], nodes[OVERLAYS];
    struct rule rules[COMPARES];
    struct rule_step rule_steps[COMPARES];
    float params[8] = {0};
    for (int c = 0; c < CRITERIA; c++) {
        criteria[c] = (struct criterion){.membership.kind = (enum membership_kind)c, .complement = c % 2};
        size_t given = membership_table[c].n_params + (membership_table[c].needs_stats && c != MEMBER_LOGISTIC ? 2 : 0);
        steps[c] = (struct criterion_step){.scale = 1, .n_params = c == MEMBER_CATEGORICAL ? 6 : given};
    }
    for (int op = OVERLAY_WEIGHTED; op < OVERLAYS; op++) {
        for (int i = 0; i < 2; i++) leaves[op][i] = (struct overlay){.op = OVERLAY_CRITERION, .criterion = (op + i) % CRITERIA, .weight = 1};
        leaves[op][0].next = &leaves[op][1];
        nodes[op] = (struct overlay){
            .op = (enum overlay_op)op, .weight = 1, .gamma = 0.5, .child = leaves[op], .next = op + 1 < OVERLAYS ? &nodes[op + 1] : NULL};
    }
    const double order[] = {0.25, 0.75};
    nodes[OVERLAY_OWA].n_order = 2;
    nodes[OVERLAY_OWA].order = order;
    for (int r = 0; r < COMPARES; r++) {
        rules[r] = (struct rule){.targets = 1};
        rule_steps[r] = (struct rule_step){.scale = 1, .op = (enum compare_op)r, .n_values = r == COMPARE_IN ? 3 : 1};
    }
    const struct overlay root = {.op = OVERLAY_WEIGHTED, .child = &nodes[OVERLAY_WEIGHTED]};
    const struct target targets[] = {{.score = &root}};
    const struct scenario scenario = {
        .n_criteria = CRITERIA, .criteria = criteria, .n_rules = COMPARES, .rules = rules, .n_targets = 1, .targets = targets};
    struct gather_step gather = {.node = &nodes[OVERLAY_TOPSIS], .n = 2};
    const struct plan plan = {.scenario = &scenario,
                              .n_planes = 1,
                              .n_params = 8,
                              .criteria = steps,
                              .rules = rule_steps,
                              .params = params,
                              .gathers = &gather,
                              .n_gathers = 1,
                              .n_rows = 2};
    struct text text = {0};
    overlay_source(&plan, &text);
    for (int c = MEMBER_LINEAR; c < MEMBER_CATEGORICAL; c++) assert_non_null(strstr(text.bytes, membership_table[c].function));
    const char *const sources[] = {kernel_ops, text.bytes};
    compiles(sources, 2, "-DCELLS_PER_ITEM=1 -DLODE_TERMS");
    compiles(sources, 2, "-DCELLS_PER_ITEM=16");
    compiles(sources, 2, "-DCELLS_PER_ITEM=1 -DLODE_GATHER");
    text_free(&text);
}

/* A chain through every operation, fused and by itself. */
static void generated_formula(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    struct formula_node nodes[FORMULA_OPS];
    for (int op = 0; op < FORMULA_OPS; op++)
        nodes[op] = (struct formula_node){.op = (enum formula_op)op, .args = {op - 1, op / 2, op / 3}, .number = op, .operand = 0};
    const struct formula_operand operand = {OPERAND_VALUE, 0};
    const struct formula formula = {"", FORMULA_OPS, 1, nodes, &operand};
    struct criterion criterion = {.op = OP_FORMULA, .formula = &formula};
    struct criterion_step step = {.plane = NO_INDEX};
    const int plane = 0, *operands[] = {&plane};
    const struct overlay root = {.op = OVERLAY_CRITERION};
    const struct target target = {.score = &root};
    const struct rule rule = {.targets = 1};
    struct rule_step rule_step = {.plane = NO_INDEX, .op = COMPARE_LT, .n_values = 1};
    float params[1] = {0};
    const struct scenario scenario = {.n_criteria = 1, .criteria = &criterion, .n_rules = 1, .rules = &rule, .n_targets = 1, .targets = &target};
    const struct plan plan = {.scenario = &scenario,
                              .n_planes = 1,
                              .n_params = 1,
                              .criteria = &step,
                              .operands = operands,
                              .rules = &rule_step,
                              .params = params,
                              .within_plane = NO_INDEX};
    struct text fused = {0}, alone = {0};
    overlay_source(&plan, &fused);
    compiles((const char *const[]){kernel_ops, fused.bytes}, 2, "-DCELLS_PER_ITEM=16 -DLANES=16");
    struct numbers numbers = {0};
    codegen_formula(&formula, &alone, &numbers);
    assert_true(numbers.count == 1 && numbers.values[0] == 0);
    compiles((const char *const[]){kernel_ops, alone.bytes}, 2, "");
    numbers_free(&numbers);
    text_free(&fused);
    text_free(&alone);
}

static void permit(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    const char *const sources[] = {kernel_ops, kernel_permit};
    compiles(sources, 2, "");
}

static void looked_up(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    const struct criterion criterion = {.op = OP_MONTHS, .membership.kind = MEMBER_SMALL};
    const struct overlay root = {.op = OVERLAY_CRITERION, .weight = 1};
    const struct target target = {.score = &root, .min_coverage = 1};
    const struct scenario scenario = {.n_criteria = 1, .criteria = &criterion, .n_targets = 1, .targets = &target};
    float params[] = {36, 5, 42, 84, NAN};
    struct criterion_step step = {0, 1, 0, 2};
    struct lookup_step lookup = {2, 3};
    const struct plan plan = {
        .scenario = &scenario, .n_planes = 1, .n_params = 5, .params = params, .criteria = &step, .lookups = &lookup, .within_plane = NO_INDEX};
    struct text source = {0};
    overlay_source(&plan, &source);
    assert_non_null(strstr(source.bytes, "k[2 + g0]"));
    compiles((const char *const[]){kernel_ops, source.bytes}, 2, "-DCELLS_PER_ITEM=16 -DLANES=16");
    compiles((const char *const[]){kernel_ops, source.bytes}, 2, "");
    text_free(&source);
}

static void setbacks(void **state) {
    (void)state;
    if (clang_is_missing()) skip();
    const struct criterion criterion = {.membership.kind = MEMBER_SMALL};
    const struct overlay root = {.op = OVERLAY_CRITERION, .weight = 1};
    const struct target target = {.score = &root, .min_coverage = 1};
    struct rule rules[34] = {{.targets = 1}};
    const struct scenario scenario = {.n_criteria = 1, .criteria = &criterion, .n_targets = 1, .targets = &target, .n_rules = 34, .rules = rules};
    float params[] = {36, 5, 400, 300, -1, 250};
    struct criterion_step step = {0, 1, 0, 2};
    struct rule_step steps[34];
    for (size_t r = 0; r < 34; r++)
        steps[r] = (struct rule_step){.plane = 1, .scale = 1, .op = COMPARE_LE, .first_param = 2, .n_values = 1, .class_plane = 2, .n_codes = 3};
    const struct plan plan = {
        .scenario = &scenario, .n_planes = 3, .n_params = 6, .params = params, .criteria = &step, .rules = steps, .within_plane = NO_INDEX};
    struct text source = {0};
    overlay_source(&plan, &source);
    assert_non_null(strstr(source.bytes, "k[2 + ((float)e33 == z33 ? e33 : 3u)]"));
    compiles((const char *const[]){kernel_ops, source.bytes}, 2, "-DCELLS_PER_ITEM=16 -DLANES=16");
    compiles((const char *const[]){kernel_ops, source.bytes}, 2, "");
    text_free(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(planar),
                                       cmocka_unit_test(geodesic),
                                       cmocka_unit_test(placed),
                                       cmocka_unit_test(cost),
                                       cmocka_unit_test(terrain),
                                       cmocka_unit_test(models),
                                       cmocka_unit_test(generated_models),
                                       cmocka_unit_test(focal),
                                       cmocka_unit_test(interpolate),
                                       cmocka_unit_test(generated_overlay),
                                       cmocka_unit_test(generated_formula),
                                       cmocka_unit_test(permit),
                                       cmocka_unit_test(looked_up),
                                       cmocka_unit_test(setbacks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
