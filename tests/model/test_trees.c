/* Trees that are written out by hand: where evidence leads, and what each piece of it adds. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "model/trees.h"

/* Tree 0: x0 < 2 ? 1 : (x1 is class 7 ? 10 : 4), missing x0 goes first, missing x1 second. Tree 1: a leaf of 0.5. */
static void plant(struct trees *trees) {
    size_t first, second;
    assert_null(trees_init(trees, 2));
    assert_null(trees_split(trees, 0, &(struct tree_question){.evidence = 0, .value = 2}, &first));
    trees_set_leaf(trees, first, 1);
    assert_null(trees_split(trees, first + 1, &(struct tree_question){.evidence = 1, .value = 7, .class = true, .missing_second = true}, &second));
    trees_set_leaf(trees, second, 4);
    trees_set_leaf(trees, second + 1, 10);
    trees_set_leaf(trees, 1, 0.5f);
    trees->mean[first + 1] = 5; /* of 4 and 10, five rows to one */
    trees->mean[0] = 2;         /* of 1 and 5, three rows to one */
    trees->depth = 2;
}

static void evidence_leads_to_leaves(void **state) {
    (void)state;
    static const struct {
        float x[2], sum;
    } known[] = {{{1, 7}, 1.5f},    {{2, 7}, 10.5f},       {{2, 6}, 4.5f},         {{NAN, 7}, 1.5f},
                 {{9, NAN}, 10.5f}, {{INFINITY, 6}, 4.5f}, {{-INFINITY, 6}, 1.5f}, {{nextafterf(2, 0), 6}, 1.5f},
                 {{NAN, NAN}, 1.5f}};
    struct trees trees;
    plant(&trees);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (trees_sum(&trees, known[i].x) != known[i].sum) fail_msg("row %zu: %g", i, (double)trees_sum(&trees, known[i].x));
    trees_free(&trees);
}

static void terms_are_changes_of_the_mean(void **state) {
    (void)state;
    struct trees trees;
    double terms[2] = {0};
    plant(&trees);
    assert_true(trees_start(&trees) == 2.5);
    trees_terms(&trees, (const float[]){3, 7}, terms);
    assert_true(terms[0] == 3 && terms[1] == 5); /* from 2 to 5, from 5 to 10 */
    trees_terms(&trees, (const float[]){0, 7}, terms);
    assert_true(terms[0] == 2 && terms[1] == 5); /* from 2 to 1 is added */
    trees_free(&trees);
}

/* Largest values of a float are thresholds that no infinity may pass by. */
static void infinity_is_a_number(void **state) {
    (void)state;
    struct trees trees;
    size_t first;
    assert_null(trees_init(&trees, 1));
    assert_null(trees_split(&trees, 0, &(struct tree_question){.evidence = 0, .value = 2 * TREES_LARGEST}, &first));
    trees_set_leaf(&trees, first, 1);
    trees_set_leaf(&trees, first + 1, 2);
    assert_true(trees_sum(&trees, (const float[]){INFINITY}) == 1);
    trees_free(&trees);
}

static void too_many_nodes_are_refused(void **state) {
    (void)state;
    struct trees trees;
    status failure = trees_init(&trees, (size_t)TREES_NODES_MAX + 1);
    assert_non_null(failure);
    assert_non_null(strstr(lode_error_message(failure), "grow fewer"));
    lode_error_free(failure);
    trees_free(&trees);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(evidence_leads_to_leaves), cmocka_unit_test(terms_are_changes_of_the_mean),
                                       cmocka_unit_test(infinity_is_a_number), cmocka_unit_test(too_many_nodes_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
