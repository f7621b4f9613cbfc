/* How far a site's score and rank hold. */
#include "report/site_field.h"

/* NULL: it took no part in the draws. */
static const struct site_certainty *certainty_of(const struct cell *cell) {
    const struct certainty *certainty = &cell->result->targets[cell->target].certainty;
    const size_t rank = cell->site->rank > 0 ? (size_t)cell->site->rank : 0;
    return rank && rank <= certainty->n ? &certainty->sites[rank - 1] : NULL;
}

static union value read_score(struct cell *cell, size_t index) {
    const struct site_certainty *site = certainty_of(cell);
    if (!site) return real(NAN);
    return real(index == 0 ? site->score.p05 : index == 1 ? site->score.p50 : site->score.p95);
}

static union value read_rank(struct cell *cell, size_t index) {
    const struct site_certainty *site = certainty_of(cell);
    cell->missing = !site;
    if (!site) return (union value){.integer = 0};
    return (union value){.integer = (long long)(index == 0 ? site->rank.p05 : index == 1 ? site->rank.p50 : site->rank.p95)};
}

static union value read_share(struct cell *cell, size_t index) {
    const struct site_certainty *site = certainty_of(cell);
    return real(!site ? NAN : index == 0 ? site->first : site->among_first);
}

static const struct field of_certainty[] = {
    {{"score_p05", "Score that 5 percent of the draws do not exceed", "", COLUMN_REAL}, read_score, 0},
    {{"score_p50", "Median score of the draws", "", COLUMN_REAL}, read_score, 1},
    {{"score_p95", "Score that 95 percent of the draws do not exceed", "", COLUMN_REAL}, read_score, 2},
    {{"rank_p05", "Rank that 5 percent of the draws do not exceed", "", COLUMN_INTEGER}, read_rank, 0},
    {{"rank_p50", "Median rank of the draws", "", COLUMN_INTEGER}, read_rank, 1},
    {{"rank_p95", "Rank that 95 percent of the draws do not exceed", "", COLUMN_INTEGER}, read_rank, 2},
    {{"share_first", "Share of the draws where it is first", "", COLUMN_REAL}, read_share, 0},
    {{"share_first_10", "Share of the draws where it is among the first ten", "", COLUMN_REAL}, read_share, 1},
};

size_t site_certainty_fields(const struct result *result, size_t target, struct field *into) {
    if (!result->scenario->targets[target].certainty.asked) return 0;
    return add_fields(into, of_certainty, sizeof of_certainty / sizeof *of_certainty);
}
