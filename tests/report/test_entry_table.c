/* Entries that are looked up against those of the scale itself: at every threshold and beside it, and all over from 0 to 1. */
#include "unit.h"

#include <math.h>

#include "report/entry_table.h"

static void check(const struct entry_table *table, float score) {
    if (entry_table_look(table, score) != heatmap_entry(table->scale, (double)score))
        fail_msg("%.9g: %d, not %d", (double)score, entry_table_look(table, score), heatmap_entry(table->scale, (double)score));
}

static void check_scale(const struct score_scale *scale) {
    static struct entry_table table;
    entry_table_make(scale, &table);
    for (int e = 0; e < HEATMAP_COLOURS; e++) {
        if (isinf(table.least[e])) continue;
        check(&table, table.least[e]);
        check(&table, nextafterf(table.least[e], 0));
        check(&table, nextafterf(table.least[e], 2));
    }
    for (uint32_t bits = 0; bits <= 0x3f800000u; bits += 4099) {
        float score;
        memcpy(&score, &bits, sizeof score);
        check(&table, score);
    }
    for (int i = 0; i <= 100000; i++) check(&table, (float)i / 100000);
    check(&table, 1);
    check(&table, -0.0f);
    check(&table, 1.5f);
    check(&table, -3);
}

static void logits(void **state) {
    (void)state;
    check_scale(&(struct score_scale){.logits = true, .low = -11, .high = -7.9});
    check_scale(&(struct score_scale){.logits = true, .low = -2.2, .high = -2.1999});
    check_scale(&(struct score_scale){.logits = true, .low = -40, .high = 12});
    check_scale(&(struct score_scale){.logits = true, .low = 0.5, .high = 0.5});
}

static void classes_and_shares(void **state) {
    (void)state;
    struct score_scale classed = {.high = 1, .classed = {.n_breaks = 3, .breaks = {0.25, 0.25001, 0.9}}};
    check_scale(&classed);
    check_scale(&(struct score_scale){.low = 0, .high = 1});
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(logits), cmocka_unit_test(classes_and_shares)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
