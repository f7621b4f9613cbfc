/* What each variant makes of a site of the base. A peak that a variant does not list has no rank there; its place has a score and a status. */
#include "report/site_field.h"
#include "report/site_table.h"

static const struct variant_cell *now(const struct cell *cell, size_t index) {
    const struct site_list *sites = &cell->result->targets[cell->target].sites;
    return &cell->result->variants[index].now[cell->target][cell->site - sites->sites];
}

static union value read_rank(struct cell *cell, size_t index) {
    const struct site *twin = now(cell, index)->twin;
    cell->missing = !twin || !twin->rank;
    return (union value){.integer = twin ? twin->rank : 0};
}

static union value read_score(struct cell *cell, size_t index) {
    const struct variant_cell *at = now(cell, index);
    return real(at->twin ? at->twin->score : at->state == CELL_OUTSIDE ? NAN : at->score);
}

/* A place that is scored, but no peak any more. */
static union value read_status(struct cell *cell, size_t index) {
    const struct variant_cell *at = now(cell, index);
    if (at->twin) return words(site_table_status(at->twin->state));
    return words(at->state == CELL_SCORED ? "not listed" : site_table_status(at->state));
}

static union value read_months(struct cell *cell, size_t index) {
    const struct variant_result *variant = &cell->result->variants[index];
    const struct permits *permits = variant->permits ? variant->permits : cell->result->permits;
    const struct site *twin = now(cell, index)->twin;
    const struct permit_figures *figures = twin ? permits_figures(permits, permits_route_of(permits, target_of(cell)), twin->permit_class) : NULL;
    return real(figures ? figures->p50_months : NAN);
}

/* Names and titles go before the variant's. */
static const struct {
    const char *name, *alias, *unit;
    enum column_type type;
    union value (*read)(struct cell *cell, size_t index);
} of_variants[SITE_FIELDS_A_VARIANT] = {
    {"rank_in_", "Rank in ", "", COLUMN_INTEGER, read_rank},
    {"score_in_", "Score in ", "", COLUMN_REAL, read_score},
    {"status_in_", "Status in ", "", COLUMN_TEXT, read_status},
    {"permit_p50_months_in_", "Permit, if granted: half take no longer in ", "month", COLUMN_REAL, read_months},
};

size_t site_variant_fields(const struct result *result, struct arena *arena, struct field *into) {
    size_t n = 0;
    for (size_t v = 0; v < result->scenario->n_variants; v++)
        for (size_t k = 0; k < SITE_FIELDS_A_VARIANT; k++) {
            const char *variant = result->scenario->variants[v].name;
            if (of_variants[k].read == read_months && !result->permits) continue;
            into[n].column = (struct column){arena_print(arena, "%s%s", of_variants[k].name, variant),
                                             arena_print(arena, "%s%s", of_variants[k].alias, variant), of_variants[k].unit, of_variants[k].type};
            into[n].read = of_variants[k].read;
            into[n++].index = v;
        }
    return n;
}
