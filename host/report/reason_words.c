/* Whole months where they are many, tenths where they are few. */
#include "report/reason_words.h"

#include <math.h>

#include "report/word_rows.h"

static const char *months_words(double months, struct arena *arena) {
    return number_words(months, months < 10 ? 1 : 0, arena);
}

const char *words_excluded(const char *reasons, struct arena *arena) {
    return arena_print(arena, "excluded: %s", reasons);
}

const char *words_no_data(const char *criteria, struct arena *arena) {
    return *criteria ? arena_print(arena, "no data of %s", criteria) : "no data";
}

const char *words_slow(const struct permit_reason *permit, struct arena *arena) {
    const char *stage = "";
    if (permit->critical_stage && isfinite(permit->critical_months))
        stage = arena_print(arena, ", %s %s of %s on average", permit->critical_stage, months_words(permit->critical_months, arena),
                            months_words(permit->mean_months, arena));
    return arena_print(arena, "P(permit within %g months) = %s is under %s: half of permits take more than %s months%s", permit->within_months,
                       number_words(permit->within, 3, arena), number_words(permit->wanted, 2, arena), months_words(permit->p50_months, arena),
                       stage);
}

const char *words_refused(const struct permit_reason *permit, struct arena *arena) {
    return arena_print(arena, "granted to only %s %%%s%s%s, under %s whatever the time", number_words(100 * permit->granted, 0, arena),
                       permit->land ? " on " : "", permit->land ? permit->land : "", permit->land ? " land" : "",
                       number_words(permit->wanted, 2, arena));
}

const char *words_freed(const char *reasons, struct arena *arena) {
    return arena_print(arena, "no longer excluded: %s", reasons);
}

const char *words_pushed(size_t entered_above, size_t left_above, struct arena *arena) {
    const char *entered = "", *left = "";
    if (entered_above)
        entered = arena_print(arena, "%zu that %s above it", entered_above, entered_above == 1 ? "was not is now" : "were not are now");
    if (left_above) left = arena_print(arena, "%zu that %s above it", left_above, left_above == 1 ? "was is no longer" : "were are no longer");
    return arena_print(arena, "its own score is the same; %s%s%s", entered, entered_above && left_above ? ", " : "", left);
}
