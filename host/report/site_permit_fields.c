/* What a site's permits are expected to take. */
#include "report/site_field.h"

static const struct permit_figures *permit_of(const struct cell *cell) {
    const struct permits *permits = cell->result->permits;
    return permits_figures(permits, permits_route_of(permits, target_of(cell)), cell->site->permit_class);
}

enum permit_number {
    PERMIT_P10,
    PERMIT_P50,
    PERMIT_P90,
    PERMIT_WITHIN_6,
    PERMIT_WITHIN_24,
    PERMIT_GRANTED,
    PERMIT_FASTER_P50,
    PERMIT_FASTER_6,
    PERMIT_FASTER_24
};

static union value read_permit_number(struct cell *cell, size_t index) {
    const struct permit_figures *figures = permit_of(cell);
    if (!figures) return real(NAN);
    const double numbers[] = {figures->p10_months, figures->p50_months,        figures->p90_months,      figures->within_6,        figures->within_24,
                              figures->granted,    figures->faster_p50_months, figures->faster_within_6, figures->faster_within_24};
    return real(numbers[index]);
}

enum permit_word { PERMIT_ROUTE, PERMIT_JURISDICTION, PERMIT_LAND, PERMIT_STAGE, PERMIT_CERTAINTY };

static union value read_permit_word(struct cell *cell, size_t index) {
    const struct permits *permits = cell->result->permits;
    const struct permit_figures *figures = permit_of(cell);
    const struct land_class *land = permits_land(permits, cell->site->permit_class);
    const char *const texts[] = {permits_route_of(permits, target_of(cell)), permits_jurisdiction(permits, cell->site->permit_class),
                                 land ? land->name : NULL, figures ? figures->critical_stage : NULL, figures ? figures->certainty : NULL};
    return words(texts[index]);
}

static const struct field of_permits[] = {
    {{"land_status", "Land status", "", COLUMN_TEXT}, read_permit_word, PERMIT_LAND},
    {{"permit_jurisdiction", "Permit: jurisdiction", "", COLUMN_TEXT}, read_permit_word, PERMIT_JURISDICTION},
    {{"permit_route", "Permit: route", "", COLUMN_TEXT}, read_permit_word, PERMIT_ROUTE},
    {{"permit_p10_months", "Permit, if granted: 10 of 100 take no longer", "month", COLUMN_REAL}, read_permit_number, PERMIT_P10},
    {{"permit_p50_months", "Permit, if granted: half take no longer", "month", COLUMN_REAL}, read_permit_number, PERMIT_P50},
    {{"permit_p90_months", "Permit, if granted: 90 of 100 take no longer", "month", COLUMN_REAL}, read_permit_number, PERMIT_P90},
    {{"p_granted", "Probability of a permit", "", COLUMN_REAL}, read_permit_number, PERMIT_GRANTED},
    {{"p_within_6", "Probability of a permit within 6 months", "", COLUMN_REAL}, read_permit_number, PERMIT_WITHIN_6},
    {{"p_within_24", "Probability of a permit within 24 months", "", COLUMN_REAL}, read_permit_number, PERMIT_WITHIN_24},
    {{"critical_stage", "Stage that takes most of the time", "", COLUMN_TEXT}, read_permit_word, PERMIT_STAGE},
    {{"permit_certainty", "Certainty of the permit figures", "", COLUMN_TEXT}, read_permit_word, PERMIT_CERTAINTY},
};

static const struct field of_faster_permits[] = {
    {{"permit_p50_what_if_months", "Permit with accelerated stages, if granted: half take no longer", "month", COLUMN_REAL},
     read_permit_number,
     PERMIT_FASTER_P50},
    {{"p_within_6_what_if", "Probability with accelerated stages of a permit within 6 months", "", COLUMN_REAL}, read_permit_number, PERMIT_FASTER_6},
    {{"p_within_24_what_if", "Probability with accelerated stages of a permit within 24 months", "", COLUMN_REAL},
     read_permit_number,
     PERMIT_FASTER_24},
};

size_t site_permit_fields(const struct result *result, struct field *into) {
    size_t n = 0;
    if (result->permits) n += add_fields(into, of_permits, sizeof of_permits / sizeof *of_permits);
    if (result->scenario->permits.n_faster)
        n += add_fields(into ? into + n : NULL, of_faster_permits, sizeof of_faster_permits / sizeof *of_faster_permits);
    return n;
}
