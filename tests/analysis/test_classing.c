/* Breaks of classes against sorting all cells, on a grid in degrees whose rows differ in area; concentration-area against two power laws. */
#include "ok.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/classing.h"
#include "compute/overlay.h"

enum { W = 37, H = 23, CELLS = W * H };

static const struct grid degrees = {
    .geographic = true, .x0 = 10, .y0 = 71, .dx = 0.5, .dy = 0.5, .semi_major_m = 6378137, .flattening = 1 / 298.257223563, .width = W, .height = H};

struct surface {
    float score[CELLS];
    uint8_t state[CELLS];
    struct scratch scores, states;
};

/* Many equal scores, some near each other, one float apart; a third of the cells is not scored. */
static struct surface *surface_make(void) {
    struct surface *s = calloc(1, sizeof *s);
    srand(7);
    for (int i = 0; i < CELLS; i++) {
        int kind = rand() % 5;
        s->score[i] = kind == 0 ? 0 : kind == 1 ? 0.25f : kind == 2 ? nextafterf(0.25f, 1) : (float)(rand() % 10007) / 10007;
        s->state[i] = (uint8_t)(i % 3 == 1 ? 1 + rand() % 3 : CELL_SCORED);
        if (s->state[i] == CELL_NO_DATA || s->state[i] == CELL_OUTSIDE) s->score[i] = NAN;
    }
    s->scores = (struct scratch){.bytes = s->score, .size = sizeof s->score};
    s->states = (struct scratch){.bytes = s->state, .size = sizeof s->state};
    return s;
}

struct cell {
    double score, weight;
};

static int by_score(const void *a, const void *b) {
    double one = ((const struct cell *)a)->score, other = ((const struct cell *)b)->score;
    return (one > other) - (one < other);
}

/* Area of a cell by authalic latitudes (Snyder 1987, eq. 3-12), in no unit. */
static double band_area(double south, double north) {
    double e = sqrt(degrees.flattening * (2 - degrees.flattening)), q[2], at[2] = {south, north};
    for (int i = 0; i < 2; i++) {
        double s = sin(at[i] * acos(-1.0) / 180);
        q[i] = s / (1 - e * e * s * s) - log((1 - e * s) / (1 + e * s)) / (2 * e);
    }
    return q[1] - q[0];
}

static size_t scored(const struct surface *s, struct cell *cells, double *total) {
    size_t n = 0;
    *total = 0;
    for (int i = 0; i < CELLS; i++) {
        double north = degrees.y0 - degrees.dy * (i / W);
        if (s->state[i] != CELL_SCORED) continue;
        cells[n++] = (struct cell){(double)s->score[i], band_area(north - degrees.dy, north)};
        *total += cells[n - 1].weight;
    }
    qsort(cells, n, sizeof *cells, by_score);
    return n;
}

static void quantiles_are_those_of_sorted_cells(void **state) {
    (void)state;
    struct surface *s = surface_make();
    struct cell cells[CELLS];
    double total;
    size_t n = scored(s, cells, &total);
    for (size_t count = 2; count <= CLASSES_COUNT_MAX; count++) {
        struct classed found;
        double wanted[CLASSES_COUNT_MAX], sum = 0;
        size_t n_wanted = 0, k = 1;
        for (size_t i = 0; i < n && k < count; i++) {
            sum += cells[i].weight;
            for (; k < count && sum >= total * (double)k / (double)count * (1 - 1e-9); k++)
                if ((!n_wanted || cells[i].score > wanted[n_wanted - 1]) && cells[i].score < cells[n - 1].score) wanted[n_wanted++] = cells[i].score;
        }
        assert_ok(classing_make(&degrees, &s->scores, &s->states, &(struct classing){.kind = CLASSES_QUANTILE, .count = count}, &found));
        assert_int_equal(found.n_breaks, n_wanted);
        for (size_t i = 0; i < n_wanted; i++)
            if (found.breaks[i] != wanted[i]) fail_msg("%zu quantiles: break %zu is %.9g, wanted %.9g", count, i, found.breaks[i], wanted[i]);
        assert_true(found.least == cells[0].score && found.most == cells[n - 1].score);
    }
    free(s);
}

static void intervals_are_equal(void **state) {
    (void)state;
    struct surface *s = surface_make();
    struct classed found;
    for (int i = 0; i < CELLS; i++) s->score[i] = 0.2f + 0.6f * s->score[i];
    assert_ok(classing_make(&degrees, &s->scores, &s->states, &(struct classing){.kind = CLASSES_EQUAL_INTERVAL, .count = 4}, &found));
    assert_int_equal(found.n_breaks, 3);
    for (size_t k = 1; k < 4; k++) assert_true(fabs(found.breaks[k - 1] - (found.least + (found.most - found.least) * (double)k / 4)) < 1e-12);
    const double given[] = {0.3, 0.35};
    assert_ok(classing_make(&degrees, &s->scores, &s->states, &(struct classing){.kind = CLASSES_BREAKS, .n_breaks = 2, .breaks = given}, &found));
    assert_true(found.n_breaks == 2 && found.breaks[0] == 0.3 && found.breaks[1] == 0.35);
    assert_ok(classing_make(&degrees, &s->scores, &s->states, &(struct classing){.kind = CLASSES_LINEAR}, &found));
    assert_int_equal(found.n_breaks, 0);
    free(s);
}

/* Area above t: t^-0.5 up to 0.3, then t^-4: as many cells have each score. */
static void concentration_finds_the_bend(void **state) {
    (void)state;
    enum { N = 40000, SIDE = 200 };
    static float score[N];
    static uint8_t look[N];
    const struct grid plane = {.dx = 100, .dy = 100, .unit_m = 1, .width = SIDE, .height = SIDE, .semi_major_m = 6378137};
    const double bend = 0.3, low = 0.01;
    double at_bend = pow(bend / low, -0.5);
    for (int i = 0; i < N; i++) {
        double share = (i * 7919 % N + 0.5) / N; /* of the area that has more */
        score[i] = (float)(share > at_bend ? low * pow(share, -2) : bend * pow(share / at_bend, -0.25));
        if (score[i] > 1) score[i] = 1;
    }
    struct classed found;
    struct scratch scores = {.bytes = score, .size = sizeof score}, looks = {.bytes = look, .size = sizeof look};
    memset(look, CELL_SCORED, sizeof look);
    assert_ok(classing_make(&plane, &scores, &looks, &(struct classing){.kind = CLASSES_CONCENTRATION_AREA}, &found));
    bool near = false;
    for (size_t i = 0; i < found.n_breaks; i++) near |= fabs(found.breaks[i] / bend - 1) < 0.05;
    if (!near) fail_msg("%zu breaks, the first at %g", found.n_breaks, found.breaks[0]);
}

static void nothing_scored_is_no_class(void **state) {
    (void)state;
    struct surface *s = surface_make();
    struct classed found;
    memset(s->state, CELL_EXCLUDED, sizeof s->state);
    for (int kind = CLASSES_EQUAL_INTERVAL; kind < CLASSES_BREAKS; kind++) {
        assert_ok(classing_make(&degrees, &s->scores, &s->states, &(struct classing){.kind = (enum classing_kind)kind, .count = 5}, &found));
        assert_true(found.n_breaks == 0 && isnan(found.least));
    }
    memset(s->state, CELL_SCORED, sizeof s->state);
    for (int i = 0; i < CELLS; i++) s->score[i] = 0.5f;
    for (int kind = CLASSES_EQUAL_INTERVAL; kind < CLASSES_BREAKS; kind++) {
        assert_ok(classing_make(&degrees, &s->scores, &s->states, &(struct classing){.kind = (enum classing_kind)kind, .count = 5}, &found));
        assert_int_equal(found.n_breaks, 0);
    }
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(quantiles_are_those_of_sorted_cells), cmocka_unit_test(intervals_are_equal),
                                       cmocka_unit_test(concentration_finds_the_bend), cmocka_unit_test(nothing_scored_is_no_class)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
