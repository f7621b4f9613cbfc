/* Trees from XGBoost: splits that are known beforehand, and everything that its own prediction says. */
#include "ok.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <xgboost/c_api.h>

#include "analysis/booster.h"

enum { ROWS = 601, COLUMNS = 5 };

static void near_to(double got, double wanted, double within) {
    if (!(fabs(got - wanted) <= within)) fail_msg("%.9g should be %.9g", got, wanted);
}

/* One tree of one question about every row: a leaf is drawn to a half as by one more row. */
static struct booster_wish one_question(void) {
    return (struct booster_wish){.forest = true, .trees = 1, .depth = 1, .seed = 1, .sample = 1};
}

static void the_best_split_is_found(void **state) {
    (void)state;
    const float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, y[8] = {0, 0, 0, 0, 0, 1, 1, 1}, weight[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const struct booster_column column = {.evidence = 0};
    const struct booster_rows rows = {8, 1, &column, x, y, weight};
    const struct booster_wish wish = one_question();
    struct booster_use use = {0};
    struct trees trees;
    assert_ok(booster_grow(&rows, &wish, &use, &trees));
    assert_true(trees.n == 1 && trees.n_nodes == 3 && trees.depth == 1 && use.questions == 1 && use.gain > 0);
    near_to((double)trees_sum(&trees, (const float[]){5}), -2.5 / 6, 1e-7);
    near_to((double)trees_sum(&trees, (const float[]){6}), 1.5 / 4, 1e-7);
    near_to(trees_start(&trees), (5 * (-2.5 / 6) + 3 * (1.5 / 4)) / 8, 1e-7);
    trees_free(&trees);
}

/* Class 7 alone is rich: the question is for the class, wherever its code lies among others. Missing evidence went with the ones. */
static void classes_are_asked_for(void **state) {
    (void)state;
    const float codes[10] = {3, 7, 12, 3, 7, 12, 3, 7, NAN, NAN}, y[10] = {0, 1, 0, 0, 1, 0, 0, 1, 1, 1};
    const struct booster_column columns[3] = {{2, true, 3}, {2, true, 7}, {2, true, 12}};
    float x[30], weight[10];
    for (size_t r = 0; r < 10; r++) {
        weight[r] = 1;
        for (size_t j = 0; j < 3; j++) x[3 * r + j] = isnan(codes[r]) ? NAN : codes[r] == columns[j].code ? 1 : 0;
    }
    const struct booster_rows rows = {10, 3, columns, x, y, weight};
    struct booster_wish wish = one_question();
    struct booster_use use[3] = {{0}};
    struct trees trees;
    wish.forest = false, wish.learning_rate = 1, wish.share = 0.5; /* asks all columns */
    assert_ok(booster_grow(&rows, &wish, use, &trees));
    assert_true(use[0].questions == 0 && use[1].questions == 0 && use[2].questions == 1);
    double rich = (double)trees_sum(&trees, (const float[]){0, 0, 7}), poor = (double)trees_sum(&trees, (const float[]){0, 0, 3});
    near_to(rich, 2.5 / (5 * 0.25 + 1), 1e-6); /* -G / (H + 1), G and H of the logistic loss at a half */
    near_to(poor, -2.5 / (5 * 0.25 + 1), 1e-6);
    assert_true((double)trees_sum(&trees, (const float[]){0, 0, 12}) == poor && (double)trees_sum(&trees, (const float[]){0, 0, 99}) == poor);
    assert_true((double)trees_sum(&trees, (const float[]){0, 0, NAN}) == rich);
    trees_free(&trees);
}

static float x[ROWS * COLUMNS], y[ROWS], weight[ROWS];

static void lay_rows(void) {
    uint32_t state = 7;
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        state = state * 1664525 + 1013904223;
        x[i] = state % 11 == 3 ? NAN : (float)(state >> 8) / 1000;
    }
    for (size_t r = 0; r < ROWS; r++) {
        float a = x[r * COLUMNS], b = x[r * COLUMNS + 3];
        y[r] = a > 9000 && !(b < 6000) ? 1 : r % 29 == 0;
        weight[r] = r % 3 ? 1 : 2.5f;
    }
}

static void call(int code) {
    if (code) fail_msg("%s", XGBGetLastError());
}

/* The same trees, grown by hand. */
static BoosterHandle by_hand(const char *const (*params)[2], size_t n, int rounds, DMatrixHandle *matrix) {
    BoosterHandle booster;
    call(XGDMatrixCreateFromMat(x, ROWS, COLUMNS, NAN, matrix));
    call(XGDMatrixSetFloatInfo(*matrix, "label", y, ROWS));
    call(XGDMatrixSetFloatInfo(*matrix, "weight", weight, ROWS));
    call(XGBoosterCreate(matrix, 1, &booster));
    for (size_t i = 0; i < n; i++) call(XGBoosterSetParam(booster, params[i][0], params[i][1]));
    for (int i = 0; i < rounds; i++) call(XGBoosterUpdateOneIter(booster, i, *matrix));
    return booster;
}

static void predict(BoosterHandle booster, DMatrixHandle matrix, int type, float *out, size_t n) {
    char config[200];
    const bst_ulong *shape;
    const float *values;
    bst_ulong dim, count = 1;
    snprintf(config, sizeof config, "{\"type\": %d, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": false}",
             type);
    call(XGBoosterPredictFromDMatrix(booster, matrix, config, &shape, &dim, &values));
    for (bst_ulong i = 0; i < dim; i++) count *= shape[i];
    assert_true(count == n);
    memcpy(out, values, n * sizeof *out);
}

/* `base`: what a margin holds besides the trees. */
static void agree(const struct booster_wish *wish, BoosterHandle booster, DMatrixHandle matrix, double base) {
    enum { MARGIN = 1, APPROXIMATE_PARTS = 3 };
    static float margin[ROWS], parts[ROWS * (COLUMNS + 1)];
    struct booster_column columns[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) columns[i] = (struct booster_column){.evidence = i};
    const struct booster_rows rows = {ROWS, COLUMNS, columns, x, y, weight};
    struct trees trees;
    assert_ok(booster_grow(&rows, wish, NULL, &trees));
    predict(booster, matrix, MARGIN, margin, ROWS);
    predict(booster, matrix, APPROXIMATE_PARTS, parts, ROWS * (COLUMNS + 1));
    double spread = 0;
    for (size_t r = 0; r < ROWS; r++) {
        double terms[COLUMNS] = {0}, sum = trees_start(&trees);
        near_to((double)trees_sum(&trees, x + r * COLUMNS) + base, (double)margin[r], 1e-6 * (1 + fabs((double)margin[r])));
        trees_terms(&trees, x + r * COLUMNS, terms);
        for (size_t i = 0; i < COLUMNS; i++) {
            near_to(terms[i], (double)parts[r * (COLUMNS + 1) + i], 2e-5);
            sum += terms[i];
        }
        near_to(sum + base, (double)margin[r], 2e-5);
        spread = fmax(spread, fabs((double)margin[r] - (double)margin[0]));
    }
    assert_true(spread > 0.5);
    trees_free(&trees);
    call(XGBoosterFree(booster));
    call(XGDMatrixFree(matrix));
}

static void boosted_trees_are_its_own(void **state) {
    (void)state;
    static const char *const params[][2] = {{"objective", "binary:logistic"}, {"base_score", "0.25"}, {"tree_method", "hist"}, {"max_depth", "4"},
                                            {"learning_rate", "0.2"},         {"subsample", "0.5"},   {"seed", "9"},           {"nthread", "2"}};
    const struct booster_wish wish = {.trees = 41, .depth = 4, .seed = 9, .sample = 0.5, .learning_rate = 0.2, .share = 0.25};
    DMatrixHandle matrix;
    lay_rows();
    BoosterHandle booster = by_hand(params, sizeof params / sizeof *params, 41, &matrix);
    agree(&wish, booster, matrix, log(0.25 / 0.75));
}

/* Two of five columns a node: the root of five, rounded. */
static void a_forest_is_its_own(void **state) {
    (void)state;
    static const char *const params[][2] = {{"objective", "reg:squarederror"},
                                            {"base_score", "0.5"},
                                            {"tree_method", "hist"},
                                            {"max_depth", "6"},
                                            {"learning_rate", "1"},
                                            {"subsample", "0.7"},
                                            {"seed", "4"},
                                            {"nthread", "1"},
                                            {"num_parallel_tree", "53"},
                                            {"colsample_bynode", "0.5"}};
    const struct booster_wish wish = {.forest = true, .trees = 53, .depth = 6, .seed = 4, .sample = 0.7};
    DMatrixHandle matrix;
    lay_rows();
    BoosterHandle booster = by_hand(params, sizeof params / sizeof *params, 1, &matrix);
    agree(&wish, booster, matrix, 0.5);
}

static void grow_words(size_t seed, bool forest, uint32_t **words, size_t *n, struct trees *trees) {
    struct booster_column columns[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) columns[i] = (struct booster_column){.evidence = i};
    const struct booster_rows rows = {ROWS, COLUMNS, columns, x, y, weight};
    const struct booster_wish wish = {.forest = forest, .trees = 20, .depth = 5, .seed = seed, .sample = 0.6, .learning_rate = 0.3, .share = 0.2};
    assert_ok(booster_grow(&rows, &wish, NULL, trees));
    *words = trees->words;
    *n = 2 * trees->n_nodes;
}

/* Whatever was grown in between. */
static void the_same_seed_gives_the_same_bytes(void **state) {
    (void)state;
    for (int forest = 0; forest < 2; forest++) {
        struct trees first, other, again;
        uint32_t *a, *b, *c;
        size_t n, m, k;
        lay_rows();
        grow_words(5, forest, &a, &n, &first);
        grow_words(6, forest, &b, &m, &other);
        grow_words(5, forest, &c, &k, &again);
        assert_true(n == k && memcmp(a, c, n * sizeof *a) == 0);
        assert_true(n != m || memcmp(a, b, n * sizeof *a) != 0);
        trees_free(&first);
        trees_free(&other);
        trees_free(&again);
    }
}

static void what_it_refuses_has_its_words(void **state) {
    (void)state;
    const float rows_x[2] = {1, 2}, labels[2] = {0, 3}, weights[2] = {1, 1};
    const struct booster_column column = {.evidence = 0};
    const struct booster_rows rows = {2, 1, &column, rows_x, labels, weights};
    const struct booster_wish wish = {.trees = 1, .depth = 1, .sample = 1, .learning_rate = 1, .share = 0.5};
    struct trees trees;
    status failure = booster_grow(&rows, &wish, NULL, &trees);
    assert_non_null(failure);
    assert_non_null(strstr(lode_error_message(failure), "with XGBoost: "));
    lode_error_free(failure);
    trees_free(&trees);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_best_split_is_found),
                                       cmocka_unit_test(classes_are_asked_for),
                                       cmocka_unit_test(boosted_trees_are_its_own),
                                       cmocka_unit_test(a_forest_is_its_own),
                                       cmocka_unit_test(the_same_seed_gives_the_same_bytes),
                                       cmocka_unit_test(what_it_refuses_has_its_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
