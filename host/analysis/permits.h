/* The permits of a scan: tables read and held against the scenario, the classes that cells can have, and what many draws say of each. */
#ifndef LODE_ANALYSIS_PERMITS_H
#define LODE_ANALYSIS_PERMITS_H

#include "analysis/layers.h"
#include "base/log.h"
#include "compute/device.h"
#include "model/permit.h"
#include "model/plan.h"

/* What a route takes in a class, and how likely it leads to a permit. All NaN, and no words, where the jurisdiction has no such route. */
struct permit_figures {
    double p10_months, p50_months, p90_months;                   /* if it is granted; infinite on excluded land */
    double granted, within_6, within_24;                         /* probabilities; the last two that it is granted, and in so many months */
    double faster_p50_months, faster_within_6, faster_within_24; /* with `accelerate`, under the same luck; as above where it changes nothing */
    double mean_months;                                          /* if it is granted; infinite on excluded land */
    const char *critical_stage;                                  /* that takes the most of the time, along the critical way */
    double critical_share;                                       /* of the mean time */
    const char *certainty;                                       /* of its least certain figure */
};

/* How likely a permit is within the months of a target's shortlist: it is granted, and in time. NaN as above. */
struct shortlist_figures {
    double within, faster_within;
};

struct permits {
    struct arena arena;
    const char *routes_path, *classes_path; /* opened; NULL: the program's own */
    struct permit_routes table;
    struct land_classes classes;
    struct permit_places places;
    const char **jurisdictions;     /* [places.n_jurisdictions] */
    const struct land_class **land; /* [places.n_land + 1] */
    size_t n_routes;
    const char **routes;                   /* that criteria and targets ask for */
    struct permit_figures *figures;        /* [route][class]; NULL before permits_draw */
    struct shortlist_figures **shortlists; /* [target][class]; NULL where the target has no shortlist */
    const struct variant_wish *variant;    /* whose stages all routes are drawn with; NULL: as the tables say */
};

/* Reads the tables and finds all that the scenario names in them: every mistake at once. *out is NULL where it asks for no permits. */
status permits_open(const struct scenario *scenario, struct layers *layers, const char *data_dir, struct log *log,
                    struct permits **out) LODE_MUST_CHECK;
void permits_close(struct permits *permits);
/* Draws every route once and fills what the plan's criteria look up. */
status permits_draw(struct permits *permits, struct device *device, struct plan *plan) LODE_MUST_CHECK;

/* The same tables and classes for a variant, to be drawn anew; `base` must outlive it. Close both. */
status permits_vary(const struct permits *base, const struct variant_wish *variant, struct permits **out) LODE_MUST_CHECK;

size_t permits_classes(const struct permits *permits);
const char *permits_jurisdiction(const struct permits *permits, int permit_class);
const struct land_class *permits_land(const struct permits *permits, int permit_class);
/* The route that a target's sites are told of; NULL when the table has none of that name. */
const char *permits_route_of(const struct permits *permits, const struct target *target);
/* NULL for a class below 0, or no route. */
const struct permit_figures *permits_figures(const struct permits *permits, const char *route, int permit_class);
/* NULL for a class below 0, or where the target has no shortlist. */
const struct shortlist_figures *permits_shortlist(const struct permits *permits, size_t target, int permit_class);
/* The table's route of that name in a jurisdiction, or in the part of its name before '-'; NULL: none. */
const struct permit_route *permits_route(const struct permits *permits, const char *jurisdiction, const char *route);

#endif
