/* Features as cells: strips of the lattice, burnt by GDAL when first asked for. */
#ifndef LODE_GEO_VECTOR_BURN_H
#define LODE_GEO_VECTOR_BURN_H

#include "geo/vector_file.h"

enum burn_kind { BURN_MASK, BURN_VALUES }; /* bytes of 0 and 1; floats with NaN elsewhere */

/* The strip last burnt, of one kind. Strips lie on fixed rows and columns, so that a cell never depends on the window that asks. */
struct burn {
    enum burn_kind kind;
    const struct vector_file *file;
    const struct grid *grid;
    int64_t col0, cols, rows; /* columns col0 + k cols, rows k rows */
    int64_t strip_col, strip_row;
    bool loaded;
    void *cells;
    OGRGeometryH *shapes; /* room for a call: one per feature */
    double *values;
    const bool *only; /* the features that count; NULL: all */
};

/* `margin_cols` on both sides of the grid belong to the middle strip. */
void burn_init(struct burn *burn, enum burn_kind kind, const struct vector_file *file, const struct grid *grid, int64_t margin_cols);
void burn_free(struct burn *burn);
/* A window's cells, rows of window.cols; bytes or floats. */
status burn_read(struct burn *burn, struct window window, void *cells) LODE_MUST_CHECK;
/* Whether one feature alone covers a cell. */
status burn_covers(const struct grid *grid, const struct feature *feature, int64_t col, int64_t row, bool *covers) LODE_MUST_CHECK;

#endif
