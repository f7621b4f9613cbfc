/* Probabilities are those of the draws, as they are. */
#include "analysis/shortlist.h"

#include <math.h>

static enum shortlist_answer answer_of_state(enum cell_state state) {
    return state == CELL_OUTSIDE ? SHORTLIST_OUTSIDE : state == CELL_NO_DATA ? SHORTLIST_NO_DATA : SHORTLIST_EXCLUDED;
}

static enum shortlist_answer answer_of_permit(const struct shortlist_wish *wish, const struct permit_figures *figures, double within) {
    if (!figures || isnan(within)) return SHORTLIST_NO_FIGURES;
    if (isinf(figures->p50_months)) return SHORTLIST_NO_PERMIT;
    if (within >= wish->probability) return SHORTLIST_IN;
    return figures->granted < wish->probability ? SHORTLIST_REFUSED : SHORTLIST_SLOW;
}

void shortlist_judge(const struct target *target, size_t index, const struct permits *permits, const struct site_list *sites, bool faster,
                     struct shortlist_verdict *verdicts) {
    const char *route = permits_route_of(permits, target);
    size_t would_do = 0;
    for (size_t i = 0; i < sites->count; i++) {
        const struct site *site = &sites->sites[i];
        const struct shortlist_figures *chance = permits_shortlist(permits, index, site->permit_class);
        struct shortlist_verdict *verdict = &verdicts[i];
        *verdict = (struct shortlist_verdict){.faster = faster,
                                              .within = !chance  ? NAN
                                                        : faster ? chance->faster_within
                                                                 : chance->within,
                                              .figures = permits_figures(permits, route, site->permit_class)};
        verdict->answer = site->rank < 1 ? answer_of_state(site->state) : answer_of_permit(&target->shortlist, verdict->figures, verdict->within);
        if (verdict->answer == SHORTLIST_IN) verdict->position = ++would_do;
        if (verdict->position > target->shortlist.count) verdict->answer = SHORTLIST_BEYOND;
    }
}
