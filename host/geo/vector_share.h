/* How much of each cell a layer's areas cover, exactly: 0 to 1 of the cell in the grid's own plane (longitude and latitude on a geographic grid). */
#ifndef LODE_GEO_VECTOR_SHARE_H
#define LODE_GEO_VECTOR_SHARE_H

#include "geo/vector_file.h"

struct share_edge;

/* Edges of the areas, and the strip of cells last worked out. Strips lie on fixed rows and are as wide as the grid, so that a cell's bits never
 * depend on the window that asks. What counts of edges is kept beside the features they come from. */
struct vector_share {
    const struct grid *grid;
    struct share_edge *edges;
    size_t n_edges, room;
    uint32_t *in_strip;   /* edges that meet a strip: in_strip[first[strip]..first[strip + 1]-1] */
    size_t *first;        /* [strips + 1] */
    double *part, *whole; /* of a strip's cells: what edges cover of their own cell, and of all to the right of it */
    float *cells;
    int64_t strip; /* -1: none */
};

/* Opens the areas of a layer's features where they overlap each other counted once; *others: features that are no areas.
 * `file` may be closed thereafter; `grid` must outlive it. Geometry that cannot be repaired is LODE_BAD_DATA. */
status share_open(const struct vector_file *file, const struct grid *grid, struct vector_share *out, size_t *others) LODE_MUST_CHECK;
void share_close(struct vector_share *share);
/* A window of the grid's cells, none beyond it. */
status share_read(struct vector_share *share, struct window window, float *values) LODE_MUST_CHECK;

#endif
