/* Rules whose bits are made before the fused pass, among some that it compares itself: bits, states and scores cell by cell, for every width of the
 * bits, on a number of cells that fills no block. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/overlay.h"
#include "model/rule_bits.h"
#include "on_device.h"

enum { CELLS = 20011, RULES_MOST = 64, FROM = 37 };

/* Rule r: made but for every fourth, which fires from a value of r on; every fifth halves the score, others exclude. */
static bool is_made(size_t rule) {
    return rule % 4 != 1;
}

static bool is_penalty(size_t rule) {
    return rule % 5 == 3;
}

static uint64_t drawn(size_t cell, size_t n_rules) {
    uint64_t bits = (cell * UINT64_C(0x9e3779b97f4a7c15)) ^ (cell % 3 ? 0 : UINT64_C(0x123456789abcdef)), made = 0;
    for (size_t r = 0; r < n_rules; r++) made |= (uint64_t)is_made(r) << r;
    return cell % 7 ? bits & bits >> 7 & made : 0;
}

static uint64_t wanted_bits(size_t cell, float value, size_t n_rules) {
    uint64_t bits = drawn(cell, n_rules);
    for (size_t r = 0; r < n_rules; r++)
        if (!is_made(r) && value >= (float)r) bits |= UINT64_C(1) << r;
    return bits;
}

static void check(const float *values, size_t from, size_t count, size_t n_rules, const void *rules, const uint8_t *states, const float *scores) {
    for (size_t i = 0; i < count; i++) {
        const float value = values[from + i];
        const uint64_t wanted = wanted_bits(from + i, value, n_rules);
        float score = value / 100;
        bool halted = false;
        for (size_t r = 0; r < n_rules; r++) {
            if (!(wanted >> r & 1)) continue;
            if (is_penalty(r)) score *= 0.5f;
            halted |= !is_penalty(r);
        }
        if (rule_bits_at(rules, rule_bits_bytes(n_rules), i) != wanted) fail_msg("%zu rules: bits of cell %zu", n_rules, from + i);
        assert_int_equal(states[i], isnan(value) ? CELL_NO_DATA : halted ? CELL_EXCLUDED : CELL_SCORED);
        assert_true(isnan(value) ? isnan(scores[i]) : fabsf(scores[i] - score) <= 1e-6f);
    }
}

static void run_with(size_t n_rules) {
    static float values[CELLS], scores[CELLS], params[RULES_MOST + 2];
    static uint8_t states[CELLS];
    static uint64_t rules[CELLS], made[CELLS];
    float *score[] = {scores};
    uint8_t *state[] = {states};
    struct rule list[RULES_MOST];
    struct rule_step steps[RULES_MOST];
    struct criterion one[] = {{.membership.kind = MEMBER_LINEAR}};
    struct criterion_step step[] = {{.plane = 0, .scale = 1, .first_param = RULES_MOST, .n_params = 2}};
    const struct overlay leaf = {.op = OVERLAY_CRITERION, .weight = 1};
    const struct target target[] = {{.score = &leaf, .min_coverage = 1}};
    const struct scenario scenario = {.n_criteria = 1, .criteria = one, .n_rules = n_rules, .rules = list, .n_targets = 1, .targets = target};
    struct plan plan = {.scenario = &scenario,
                        .n_planes = 1,
                        .n_params = RULES_MOST + 2,
                        .criteria = step,
                        .rules = steps,
                        .params = params,
                        .within_plane = NO_INDEX};
    struct buffer *planes[2];
    struct overlay_pass *pass;
    params[RULES_MOST + 1] = 100;
    for (size_t r = 0; r < n_rules; r++) {
        params[r] = (float)r;
        list[r] = (struct rule){.targets = 1, .kind = is_penalty(r) ? RULE_PENALISE_INSIDE : RULE_EXCLUDE_INSIDE, .factor = 0.5};
        steps[r] = (struct rule_step){.plane = 0, .scale = 1, .op = COMPARE_GE, .first_param = r, .n_values = 1, .made = is_made(r)};
        plan.made_rules |= (uint64_t)is_made(r) << r;
    }
    for (size_t i = 0; i < CELLS; i++) {
        values[i] = i % 11 == 5 ? NAN : (float)(i * 31 % 97) - 20;
        values[i] = values[i] < 0 ? 0.25f : values[i];
        rule_bits_put(made, rule_bits_bytes(n_rules), i, drawn(i, n_rules));
    }
    assert_ok(buffer_open(device, sizeof values, &planes[0]));
    assert_ok(buffer_write(planes[0], 0, sizeof values, values));
    assert_ok(buffer_open(device, sizeof made, &planes[1]));
    assert_ok(buffer_write(planes[1], 0, sizeof made, made));
    assert_ok(overlay_open(device, &plan, &pass));
    const struct overlay_results results = {.score = score, .state = state, .rules = rules};
    assert_ok(overlay_run(pass, planes, CELLS, &results));
    check(values, 0, CELLS, n_rules, rules, states, scores);
    assert_ok(overlay_run_from(pass, planes, FROM, 1003, &results));
    check(values, FROM, 1003, n_rules, rules, states, scores);
    overlay_close(pass);
    buffer_close(planes[0]);
    buffer_close(planes[1]);
}

static void made_rules_are_read_and_others_compared(void **state) {
    (void)state;
    const size_t counts[] = {1, 5, 8, 9, 17, 33, RULES_MOST};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) run_with(counts[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(made_rules_are_read_and_others_compared)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}
