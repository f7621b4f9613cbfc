/* Weights against published numbers: Saaty's comparisons, Barron's centroids, Diakoulaki's pharmacies, and what is worked out by hand. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/overlay_print.h"
#include "model/scenario.h"

static void near_to(double got, double wanted, double slack) {
    if (!(fabs(got - wanted) <= slack)) fail_msg("%.9g, and should be %.9g", got, wanted);
}

/* The upper half of a matrix, row by row; 1 / a below. */
static void fill(size_t n, const double *upper, double *matrix) {
    for (size_t i = 0; i < n; i++) matrix[i * n + i] = 1;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            matrix[i * n + j] = *upper++;
            matrix[j * n + i] = 1 / matrix[i * n + j];
        }
}

struct saaty {
    size_t n;
    double upper[28], weights[8], lambda, ratio;
    double slack; /* of what is printed there */
};

/* Buying a house (Saaty 1990, European Journal of Operational Research 48); influence of nations, by wealth (1977, Journal of Mathematical
 * Psychology 15); distances from Philadelphia (1980). The printed influence vector is off by 0.004 at most: he let fewer rounds do. */
static const struct saaty cases[] = {
    {8,
     {5, 3, 7, 6,      6,      1. / 3, 1. / 4, 1. / 3, 5,      3,      3,      1. / 5, 1. / 7, 6,
      3, 4, 6, 1. / 5, 1. / 3, 1. / 4, 1. / 7, 1. / 8, 1. / 2, 1. / 5, 1. / 6, 1. / 5, 1. / 6, 1. / 2},
     {.173, .054, .188, .018, .031, .036, .167, .333},
     9.669,
     .169,
     6e-4},
    {7,
     {4, 9, 6, 6, 5, 5, 7, 5, 5, 3, 4, 1. / 5, 1. / 5, 1. / 7, 1. / 5, 1, 1. / 3, 1. / 3, 1. / 3, 1. / 3, 2},
     {.429, .231, .021, .053, .053, .119, .095},
     7.608,
     .077,
     4e-3},
    {6, {1. / 3, 8, 3, 3, 7, 9, 3, 3, 9, 1. / 6, 1. / 5, 2, 1. / 3, 6, 6}, {.263, .397, .033, .116, .164, .027}, 6.45, .073, 2e-3},
};

static void saatys_cases(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double matrix[64], weights[8], sum = 0;
        struct ahp found;
        fill(cases[i].n, cases[i].upper, matrix);
        weights_ahp(cases[i].n, matrix, weights, &found);
        for (size_t j = 0; j < cases[i].n; j++) {
            near_to(weights[j], cases[i].weights[j], cases[i].slack);
            sum += weights[j];
        }
        near_to(sum, 1, 1e-12);
        near_to(found.lambda_max, cases[i].lambda, 5e-3);
        near_to(found.ratio, cases[i].ratio, 1e-3);
        for (size_t r = 0; r < cases[i].n; r++) { /* it is an eigenvector */
            double image = 0;
            for (size_t j = 0; j < cases[i].n; j++) image += matrix[r * cases[i].n + j] * weights[j];
            near_to(image, found.lambda_max * weights[r], 1e-12);
        }
    }
}

static void consistent_comparisons_give_their_weights_back(void **state) {
    (void)state;
    const double upper[] = {2, 6, 3};
    double matrix[9], weights[3];
    struct ahp found;
    fill(3, upper, matrix);
    weights_ahp(3, matrix, weights, &found);
    near_to(weights[0], 0.6, 1e-14);
    near_to(weights[1], 0.3, 1e-14);
    near_to(weights[2], 0.1, 1e-14);
    near_to(found.ratio, 0, 1e-12);
    matrix[1] = 1. / 7, matrix[3] = 7; /* the first against the second, turned round */
    weights_ahp(3, matrix, weights, &found);
    assert_true(found.ratio > AHP_RATIO_MAX);
    fill(2, upper, matrix);
    weights_ahp(2, matrix, weights, &found);
    near_to(weights[0], 2. / 3, 1e-14);
    assert_true(found.ratio == 0 && found.worst_row == 0 && found.worst_col == 1);
}

/* 4 x 4, consistent but for one comparison: that is the one found. */
static void the_odd_comparison_is_found(void **state) {
    (void)state;
    const double w[4] = {8, 4, 2, 1};
    double matrix[16], weights[4];
    struct ahp found;
    for (size_t i = 0; i < 16; i++) matrix[i] = w[i / 4] / w[i % 4];
    matrix[1 * 4 + 3] = 1. / 9, matrix[3 * 4 + 1] = 9;
    weights_ahp(4, matrix, weights, &found);
    assert_int_equal(found.worst_row, 1);
    assert_int_equal(found.worst_col, 3);
    near_to(found.implied, weights[1] / weights[3], 1e-15);
}

/* Barron 1992: centroids of four; rank sums and reciprocals of four by hand. */
static void weights_from_ranks(void **state) {
    (void)state;
    const double centroid[] = {.5208, .2708, .1458, .0625}, sum[] = {.4, .3, .2, .1}, reciprocal[] = {12. / 25, 6. / 25, 4. / 25, 3. / 25};
    double weights[4];
    weights_centroid(4, weights);
    for (int i = 0; i < 4; i++) near_to(weights[i], centroid[i], 5e-5);
    weights_rank_sum(4, weights);
    for (int i = 0; i < 4; i++) near_to(weights[i], sum[i], 1e-15);
    weights_reciprocal(4, weights);
    for (int i = 0; i < 4; i++) near_to(weights[i], reciprocal[i], 1e-15);
    weights_centroid(1, weights);
    near_to(weights[0], 1, 0);
}

enum { ITEMS_MAX = 4 };
struct room {
    struct moment columns[ITEMS_MAX];
    double products[ITEMS_MAX * ITEMS_MAX];
};

static struct moments moments_in(struct room *room, size_t n) {
    return (struct moments){.n = n, .logs = true, .columns = room->columns, .products = room->products};
}

/* Eight pharmaceutical firms by three criteria (Diakoulaki, Mavrotas and Papayannakis 1995): 0.20, 0.48, 0.32. */
static void diakoulakis_firms(void **state) {
    (void)state;
    static const float firms[3][8] = {{61, 20.7f, 16.3f, 9, 5.4f, 4, -6.1f, -34.6f},
                                      {1.08f, 0.26f, 1.98f, 3.29f, 2.77f, 4.12f, 3.52f, 3.31f},
                                      {4.33f, 4.34f, 2.53f, 1.65f, 2.33f, 1.21f, 2.10f, 0.98f}};
    const float *const values[] = {firms[0], firms[1], firms[2]};
    struct room room;
    struct moments moments = moments_in(&room, 3);
    double weights[3];
    moments_of_cells(values, 0, 8, &moments);
    assert_true(weights_critic(&moments, weights));
    near_to(weights[0], 0.20222554, 1e-6);
    near_to(weights[1], 0.48090173, 1e-6);
    near_to(weights[2], 0.31687273, 1e-6);
}

/* Columns 1 : 1 : 2 and 0 : 0 : 1 and constant. By hand: e1 = 1.5 ln 2 / ln 3, e2 = 0, e3 = 1. */
static void entropy_by_hand(void **state) {
    (void)state;
    static const float columns[3][4] = {{0.25f, 0.25f, 0.5f, NAN}, {0, 0, 1, 1}, {0.5f, 0.5f, 0.5f, 0.25f}};
    const float *const values[] = {columns[0], columns[1], columns[2]};
    double weights[3], d = 1 - 1.5 * log(2) / log(3);
    struct room room;
    struct moments moments = moments_in(&room, 3);
    moments.products = NULL;
    moments_of_cells(values, 0, 4, &moments);
    assert_true(moments.cells == 3);
    assert_true(weights_entropy(&moments, weights));
    near_to(weights[0], d / (d + 1), 1e-14);
    near_to(weights[1], 1 / (d + 1), 1e-14);
    near_to(weights[2], 0, 0);
}

static void what_does_not_vary_weighs_nothing(void **state) {
    (void)state;
    static const float same[3] = {0.5f, 0.5f, 0.5f}, up[3] = {0, 0.25f, 1}, down[3] = {1, 0.75f, 0}, zero[3];
    const float *const alone[] = {same, zero}, *const with[] = {same, up, down}, *const together[] = {up, up};
    double weights[3] = {7, 7, 7};
    struct room room;
    struct moments moments = moments_in(&room, 2);
    moments_of_cells(alone, 0, 3, &moments);
    assert_false(weights_entropy(&moments, weights));
    assert_false(weights_critic(&moments, weights));
    moments_of_cells(together, 0, 3, &moments);
    assert_false(weights_critic(&moments, weights));
    moments = moments_in(&room, 3);
    moments_of_cells(with, 0, 3, &moments);
    assert_true(weights_critic(&moments, weights));
    near_to(weights[0], 0, 0);
    near_to(weights[1], 0.5, 1e-14);
}

/* Joined from unequal parts, and from the whole at once. */
static void moments_join_as_if_gathered_together(void **state) {
    (void)state;
    enum { CELLS = 1003, CUT = 17 };
    float a[CELLS], b[CELLS];
    const float *const values[] = {a, b};
    struct room rooms[3];
    struct moments whole = moments_in(&rooms[0], 2), part = moments_in(&rooms[1], 2), rest = moments_in(&rooms[2], 2);
    for (int i = 0; i < CELLS; i++) {
        a[i] = i % 7 == 3 ? NAN : (float)(i * 37 % 101) / 101;
        b[i] = (float)(i * i % 103) / 103;
    }
    moments_of_cells(values, 0, CELLS, &whole);
    moments_of_cells(values, 0, 0, &part);
    moments_of_cells(values, 0, CUT, &rest);
    moments_join(&part, &rest);
    moments_of_cells(values, CUT, CELLS - CUT, &rest);
    moments_join(&part, &rest);
    assert_true(whole.cells == part.cells && whole.cells == 860);
    for (int j = 0; j < 2; j++) {
        near_to(part.columns[j].mean, whole.columns[j].mean, 1e-13);
        near_to(part.columns[j].log_sum, whole.columns[j].log_sum, 1e-10);
        assert_true(part.columns[j].min == whole.columns[j].min && part.columns[j].max == whole.columns[j].max);
    }
    for (int i = 0; i < 4; i++) near_to(part.products[i], whole.products[i], 1e-10);
    double mean = 0, both = 0, other = 0; /* by the definition */
    for (int i = 0; i < CELLS; i++)
        if (!isnan(a[i])) mean += (double)a[i] / 860, other += (double)b[i] / 860;
    for (int i = 0; i < CELLS; i++)
        if (!isnan(a[i])) both += ((double)a[i] - mean) * ((double)b[i] - other);
    near_to(whole.products[1], both, 1e-10);
}

/* Yager 1988: orness of the largest alone, of the mean, of the least; Jiang and Eastman 2000: their trade-offs. */
static void order_weights_say_what_they_mean(void **state) {
    (void)state;
    const double largest[] = {1, 0, 0, 0}, mean[] = {.25, .25, .25, .25}, least[] = {0, 0, 0, 1}, middle[] = {0, .5, .5, 0},
                 some[] = {.4, .3, .2, .1};
    near_to(order_orness(4, largest), 1, 0);
    near_to(order_orness(4, mean), 0.5, 1e-15);
    near_to(order_orness(4, least), 0, 0);
    near_to(order_orness(4, some), 2. / 3, 1e-15);
    near_to(order_trade_off(4, largest), 0, 1e-15);
    near_to(order_trade_off(4, mean), 1, 0);
    near_to(order_trade_off(4, middle), 1 - sqrt(4 * 0.25 / 3), 1e-15);
    near_to(order_trade_off(4, some), 1 - sqrt(4 * 0.05 / 3), 1e-15);
    near_to(order_trade_off(1, largest), 1, 0);
}

static void orness_is_what_was_asked_for(void **state) {
    (void)state;
    const double wanted[] = {0, 0.001, 0.2, 0.5, 0.7, 0.95, 1};
    for (size_t n = 2; n <= 9; n += 7)
        for (size_t i = 0; i < 7; i++) {
            double order[9], sum = 0;
            order_from_alpha(n, alpha_from_orness(n, wanted[i]), order);
            for (size_t j = 0; j < n; j++) sum += order[j];
            near_to(sum, 1, 1e-12);
            near_to(order_orness(n, order), wanted[i], 1e-12);
        }
    near_to(alpha_from_orness(5, 0.5), 1, 1e-9);
    double most[3]; /* Yager's "most", p^2 */
    order_from_alpha(3, 2, most);
    near_to(most[0], 1. / 9, 1e-15);
    near_to(most[1], 3. / 9, 1e-15);
    near_to(most[2], 5. / 9, 1e-15);
}

/* Scenarios with a score each. */
static status read_score(const char *score, struct scenario **out) {
    char text[2000];
    snprintf(text, sizeof text,
             "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:32611, extent: [0, 0, 1, 1], cell: 1 km}\nlayers: {l: {raster: l.tif}}\ncriteria:\n"
             "  a: {value_of: l, membership: {linear: {zero: 0, one: 1}}}\n  b: {value_of: l, membership: {linear: {zero: 0, one: 1}}}\n"
             "  c: {value_of: l, membership: {linear: {zero: 0, one: 1}}}\ntargets:\n  plant: {score: %s}\n",
             score);
    return scenario_parse("s.yaml", text, strlen(text), out);
}

static void weightings_are_read(void **state) {
    (void)state;
    static const struct {
        const char *score;
        double weights[3];
    } rows[] = {{"{weighted: {rank_sum: [b, a, c]}}", {.5, 1. / 3, 1. / 6}},
                {"{weighted: {roc: [b, a, {or: [c, a]}]}}", {11. / 18, 5. / 18, 2. / 18}},
                {"{weighted_product: {reciprocal: [b, a, c]}}", {6. / 11, 3. / 11, 2. / 11}},
                {"{weighted: {ahp: {b/a: 2, b/c: 6, a/c: 3}}}", {.6, .3, .1}},
                {"{topsis: {ahp: {a/b: 1/2, c/b: 1/6, c/a: 1/3}}, ideal: absolute}", {.3, .6, .1}},
                {"{weighted: {ahp: {x/a: 1, x/c: 3, a/c: 3}, of: {x: {and: [a, b]}}}}", {3. / 7, 3. / 7, 1. / 7}},
                {"{owa: [a, b, c], alpha: 2}", {1, 1, 1}},
                {"{owa: [{of: a, weight: 2}, {of: b, weight: 3}, c], order_weights: [2, 1, 1]}", {2, 3, 1}},
                {"{weighted: {entropy: [a, b, c]}}", {1, 1, 1}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scenario *scenario;
        status failure = read_score(rows[i].score, &scenario);
        if (failure) fail_msg("%s: %s", rows[i].score, lode_error_message(failure));
        const struct overlay *child = scenario->targets[0].score->child;
        for (int j = 0; j < 3; j++, child = child->next) near_to(child->weight, rows[i].weights[j], 1e-12);
        assert_null(child);
        scenario_free(scenario);
    }
}

static void mistakes_are_told(void **state) {
    (void)state;
    static const struct {
        const char *score, *said;
    } rows[] = {
        {"{weighted: {ahp: {a/b: 3, b/c: 3, a/c: 1/3}}}",
         "s.yaml:10:36: `ahp` contradicts itself: its consistency ratio is 1.149, and 0.10 is the most; any of the three may be the wrong one; by "
         "the "
         "other two `a/b` would be 1/9; change it, or write `accept_inconsistency: true` beside `ahp`"},
        {"{weighted: {ahp: {a/b: 2, a/c: 4, a/x: 8, b/c: 2, x/b: 9, c/x: 2}, of: {x: {or: [a, b]}}}}",
         "s.yaml:10:68: `ahp` contradicts itself: its consistency ratio is 0.716, and 0.10 is the most; `x/b: 9` fits the others least, the weights "
         "make it 2.1; change it, or write `accept_inconsistency: true` beside `ahp`"},
        {"{weighted: {ahp: {a/b: 3, a/c: 3}}}", "s.yaml:10:30: `ahp` does not compare 'b' with 'c'; add for example `b/c: 1`"},
        {"{weighted: {ahp: {a/b: 3, b/a: 3}}}", "s.yaml:10:44: `b/a: 3` is compared already in line 10; leave one of them out"},
        {"{weighted: {ahp: {a/b: 10}}}",
         "s.yaml:10:36: `a/b: 10` is out of range; it is from 1/9 to 9: 1 equal, 3 somewhat, 5 much, 7 very much, 9 extremely more important"},
        {"{weighted: {ahp: {a/a: 2}}}", "s.yaml:10:36: `a/a: 2` compares a thing with itself; leave it out"},
        {"{weighted: {ahp: {a: 2}}}", "s.yaml:10:36: `a: 2` is no comparison; write it like `rail/power: 3`, rail being 3 times as important"},
        {"{weighted: {ahp: {a/x: 2}}}", "s.yaml:10:36: `ahp: x` names no criterion, did you mean 'a'?"},
        {"{weighted: {ahp: {a/b: 2}, of: {z: {or: [a, b]}}}}", "s.yaml:10:50: `z` is compared with nothing; name it in `ahp` or leave it out"},
        {"{weighted: {roc: [a, b], c: 1}}", "s.yaml:10:43: `c` does not go with `roc`; weights come about in one way"},
        {"{weighted: {entropi: [a, b]}}", "s.yaml:10:30: `weighted: entropi` names no criterion and no way to make weights, did you mean 'entropy'?"},
        {"{weighted: {fancy: [a, b]}}",
         "s.yaml:10:30: `weighted: fancy` names no criterion and no way to make weights; known: ahp, rank_sum, roc, reciprocal, entropy, critic"},
        {"{topsis: {aph: {a/b: 2}}}", "s.yaml:10:28: `topsis: aph` names no criterion and no way to make weights, did you mean 'ahp'?"},
        {"{entropy: [a, b]}", "s.yaml:10:19: unknown overlay 'entropy': it makes weights for one; write `{weighted: {entropy: [a, b, c]}}`"},
        {"{weighted: {roc: {a: 2}}}", "s.yaml:10:35: `roc` takes a list of criteria, for example `{roc: [a, b, c]}`"},
        {"{owa: [a, b]}", "s.yaml:10:19: `owa` needs one of `order_weights`, `orness` and `alpha`, for example `orness: 0.7`"},
        {"{owa: [a, b], orness: 2}", "s.yaml:10:40: `orness: 2` is out of range; it is from 0 to 1"},
        {"{owa: [a, b], order_weights: [1, 0, 0]}",
         "s.yaml:10:47: `order_weights` is a list of 2 numbers here, one for each of what `owa` combines, for the largest value first"},
        {"{owa: [a, b], order_weights: [0, 0]}", "s.yaml:10:47: `order_weights` are all 0; the first is that of the largest value"},
        {"{topsis: {a: 1, b: 2}, ideal: best}", "s.yaml:10:48: `ideal: best` is none of observed, absolute"},
        {"{and: [a, b], parameter: 1}", "s.yaml:10:32: `parameter` does not go with `and`; an overlay is one operation, nest the other inside"},
        {"{hamacher_sum: [a, b], parameter: -1}", "s.yaml:10:52: `parameter: -1` is out of range; it is 0 or more"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scenario *scenario;
        status failure = read_score(rows[i].score, &scenario);
        if (!failure) fail_msg("%s is read", rows[i].score);
        if (!strstr(lode_error_message(failure), rows[i].said))
            fail_msg("%s\nsays\n%s\nnot\n%s", rows[i].score, lode_error_message(failure), rows[i].said);
        lode_error_free(failure);
    }
}

static void words_tell_how_weights_came_about(void **state) {
    (void)state;
    static const struct {
        const char *score, *said;
    } rows[] = {
        {"{weighted: {a: 1, b: 2}}", ""},
        {"{weighted: {ahp: {b/a: 2, b/c: 6, a/c: 3}}}", "weights by ahp: b 0.6000, a 0.3000, c 0.1000; consistency ratio 0.000\n"},
        {"{weighted: {ahp: {a/b: 3, b/c: 3, a/c: 1/3}, accept_inconsistency: true}}",
         "weights by ahp: a 0.3333, b 0.3333, c 0.3333; consistency ratio 1.149, over 0.10 and accepted\n"},
        {"{weighted: [{of: {owa: [a, b, c], order_weights: [2, 1, 1]}, weight: 1}]}",
         "order weights, of the largest value first: 0.5000, 0.2500, 0.2500; ORness 0.625, trade-off 0.750\n"},
        {"{owa: {rank_sum: [a, {or: [b, c]}]}, orness: 1}", "weights by rank_sum: a 0.6667, or(b, c) 0.3333\norder weights, of the largest value "
                                                            "first: 1.0000, 0.0000; ORness 1.000, trade-off 0.000\n"},
        {"{weighted: {critic: [a, b]}}", "weights by critic: a, b (known when the cells have been looked at)\n"},
        {"{topsis: {a: 1, b: 1}, ideal: absolute}", "topsis between memberships 1 and 0\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scenario *scenario;
        struct text said = {0};
        assert_null(read_score(rows[i].score, &scenario));
        overlay_print(NULL, scenario, scenario->targets[0].score, "", &said);
        text_add(&said, "");
        assert_string_equal(said.bytes, rows[i].said);
        text_free(&said);
        scenario_free(scenario);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saatys_cases),
        cmocka_unit_test(consistent_comparisons_give_their_weights_back),
        cmocka_unit_test(the_odd_comparison_is_found),
        cmocka_unit_test(weights_from_ranks),
        cmocka_unit_test(diakoulakis_firms),
        cmocka_unit_test(entropy_by_hand),
        cmocka_unit_test(what_does_not_vary_weighs_nothing),
        cmocka_unit_test(moments_join_as_if_gathered_together),
        cmocka_unit_test(order_weights_say_what_they_mean),
        cmocka_unit_test(orness_is_what_was_asked_for),
        cmocka_unit_test(weightings_are_read),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(words_tell_how_weights_came_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
