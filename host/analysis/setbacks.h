/* Setbacks by jurisdiction: the table of ordinances, brought together with the layer that says whose law holds where. */
#ifndef LODE_ANALYSIS_SETBACKS_H
#define LODE_ANALYSIS_SETBACKS_H

#include "analysis/layers.h"
#include "model/ordinance.h"
#include "model/plan.h"

/* A class of the layer of jurisdictions. */
struct jurisdiction {
    const char *name;     /* as the layer calls it; NULL: there is no such class */
    const char *in_table; /* as the table does */
    int64_t cells;        /* of the grid, once it is scored */
    double area_km2;
};

struct setbacks {
    struct arena arena;
    const struct scenario *scenario;
    const char *path; /* of the table; NULL: none is given */
    struct ordinance_table table;
    size_t n_codes;
    struct jurisdiction *jurisdictions; /* [n_codes + 1]: by class; then the cells that have no class */
    struct setback_places places;       /* for the plan */
};

/* Reads the table where rules ask for it; *out is NULL where none does. *settled: the scenario, in which such rules have their longest setback for a
 * buffer, so that layers are read that far; it belongs to *out. Warns of an empty table, which excludes nothing. LODE_NO_INPUT, LODE_BAD_DATA
 * with all mistakes of the table. `scenario` must outlive it. */
status setbacks_open(const struct scenario *scenario, const char *data_dir, struct log *log, struct setbacks **out,
                     const struct scenario **settled) LODE_MUST_CHECK;
/* When layers are open: which class of the layer is which jurisdiction, and so how far which rule reaches there. Warns of rows that name none. */
status setbacks_match(struct setbacks *setbacks, struct layers *layers, struct log *log) LODE_MUST_CHECK;
/* Counts a band's cells by jurisdiction; `codes`: its classes. Bands come in their order. */
void setbacks_count(struct setbacks *setbacks, const struct grid *grid, struct window band, const float *codes);
void setbacks_close(struct setbacks *setbacks);

/* The class of a cell; n_codes: none. */
size_t setbacks_class(const struct setbacks *setbacks, float code);
/* The row that a rule has for cells of a class; NULL: its default holds. */
const struct ordinance *setbacks_row(const struct setbacks *setbacks, size_t rule, size_t class);
/* Cells of the grid that are of a jurisdiction of the table. */
int64_t setbacks_cells(const struct setbacks *setbacks, const char *jurisdiction);
/* Whether a rule of that kind excludes nothing, for want of a table with rows. */
bool setbacks_are_empty(const struct setbacks *setbacks);

#endif
