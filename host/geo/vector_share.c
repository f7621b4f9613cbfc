/* Exact coverage as in anti-aliased scan conversion (Catmull 1978; the accumulation is that of FreeType's and of font-rs): an edge that goes dv down
 * a row covers dv of every cell to its right, and a trapezoid of its own cell; a closed ring's edges add up to its area. Heights are multiples
 * of 2^-36 of a cell, whose sums are exact: nothing is left over right of a ring, and shared edges cancel. */
#include "geo/vector_share.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/dissolve.h"
#include "model/plan.h"

static const double QUANTA = 68719476736.0; /* a cell */

/* In cells from the grid's upper left corner; v0 < v1. */
struct share_edge {
    double u0, v0, u1, v1;
    double sign; /* 1: the area is on the right */
};

static double rounded(double cells) {
    return rint(cells * QUANTA) / QUANTA;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double between(double value, double a, double b) {
    return larger(smaller(a, b), smaller(larger(a, b), value));
}

static int64_t strips_of(const struct grid *grid) {
    return (grid->height + PLAN_SHARE_ROWS - 1) / PLAN_SHARE_ROWS;
}

static status add_edge(struct vector_share *share, const double from[2], const double to[2], double sign) {
    const struct grid *grid = share->grid;
    bool down = from[1] < to[1];
    const double *top = down ? from : to, *bottom = down ? to : from;
    bool beside = smaller(from[0], to[0]) >= (double)grid->width;
    if (from[1] == to[1] || bottom[1] <= 0 || top[1] >= (double)grid->height || beside) return NULL;
    TRY(memory_reserve((void **)&share->edges, &share->room, share->n_edges + 1, sizeof *share->edges));
    share->edges[share->n_edges++] = (struct share_edge){top[0], top[1], bottom[0], bottom[1], down ? sign : -sign};
    return NULL;
}

static void ring_point(const struct grid *grid, OGRGeometryH ring, int i, double turn, double uv[2]) {
    uv[0] = rounded((OGR_G_GetX(ring, i) + turn - grid->x0) / grid->dx);
    uv[1] = rounded((grid->y0 - OGR_G_GetY(ring, i)) / grid->dy);
}

/* Twice the area, negative where the ring runs down on its left side, from its first point, lest large coordinates cancel. */
static double ring_area(const struct grid *grid, OGRGeometryH ring, int points, double turn) {
    double first[2], last[2] = {0, 0}, area = 0;
    ring_point(grid, ring, 0, turn, first);
    for (int i = 1; i < points; i++) {
        double uv[2];
        ring_point(grid, ring, i, turn, uv);
        uv[0] -= first[0];
        uv[1] -= first[1];
        area += last[0] * uv[1] - uv[0] * last[1];
        memcpy(last, uv, sizeof last);
    }
    return area;
}

static status add_ring(struct vector_share *share, OGRGeometryH ring, double turn, bool hole) {
    int points = OGR_G_GetPointCount(ring);
    double area = points > 2 ? ring_area(share->grid, ring, points, turn) : 0, from[2], to[2], sign = (area < 0) != hole ? 1 : -1;
    if (!isfinite(area) || area == 0) return NULL;
    ring_point(share->grid, ring, points - 1, turn, from);
    for (int i = 0; i < points; i++) {
        ring_point(share->grid, ring, i, turn, to);
        TRY(add_edge(share, from, to, sign));
        memcpy(from, to, sizeof from);
    }
    return NULL;
}

static status add_polygon(struct vector_share *share, OGRGeometryH polygon, double turn) {
    struct box box = box_of_window(share->grid, grid_window(share->grid));
    OGREnvelope e;
    OGR_G_GetEnvelope(polygon, &e);
    if (!box_meets(&(struct box){e.MinX + turn, e.MinY, e.MaxX + turn, e.MaxY}, &box)) return NULL;
    for (int i = 0; i < OGR_G_GetGeometryCount(polygon); i++) TRY(add_ring(share, OGR_G_GetGeometryRef(polygon, i), turn, i > 0));
    return NULL;
}

/* `area`: a polygon or a multipolygon. */
static status add_area(struct vector_share *share, OGRGeometryH area) {
    bool one = wkbFlatten(OGR_G_GetGeometryType(area)) == wkbPolygon;
    int count = one ? 1 : OGR_G_GetGeometryCount(area), turns = share->grid->geographic ? 1 : 0;
    for (int turn = -turns; turn <= turns; turn++)
        for (int i = 0; i < count; i++) TRY(add_polygon(share, one ? area : OGR_G_GetGeometryRef(area, i), 360.0 * turn));
    return NULL;
}

static void strips_met(const struct vector_share *share, const struct share_edge *edge, int64_t *from, int64_t *to) {
    *from = (int64_t)(larger(edge->v0, 0) / PLAN_SHARE_ROWS);
    *to = (int64_t)(smaller(edge->v1, (double)share->grid->height) / PLAN_SHARE_ROWS);
    if (*to >= strips_of(share->grid)) *to = strips_of(share->grid) - 1;
}

static status sort_edges(struct vector_share *share) {
    size_t strips = (size_t)strips_of(share->grid);
    int64_t from, to;
    if (share->n_edges > UINT32_MAX) return status_fail(LODE_BAD_DATA, "its areas have more than %u edges; simplify them", UINT32_MAX);
    TRY(MEMORY_ARRAY(strips + 2, &share->first));
    for (size_t i = 0; i < share->n_edges; i++) {
        strips_met(share, &share->edges[i], &from, &to);
        for (int64_t s = from; s <= to; s++) share->first[s + 2]++;
    }
    for (size_t s = 1; s < strips + 2; s++) share->first[s] += share->first[s - 1];
    TRY(MEMORY_ARRAY(share->first[strips + 1] + 1, &share->in_strip));
    for (size_t i = 0; i < share->n_edges; i++) {
        strips_met(share, &share->edges[i], &from, &to);
        for (int64_t s = from; s <= to; s++) share->in_strip[share->first[s + 1]++] = (uint32_t)i;
    }
    return NULL;
}

status share_open(const struct vector_file *file, const struct grid *grid, struct vector_share *out, size_t *others) {
    OGRGeometryH area = NULL;
    *out = (struct vector_share){.grid = grid, .strip = -1};
    TRY(dissolve(file, &area, others));
    status failure = area ? add_area(out, area) : NULL;
    OGR_G_DestroyGeometry(area);
    if (!failure) failure = sort_edges(out);
    if (failure) share_close(out);
    return failure;
}

void share_close(struct vector_share *share) {
    free(share->edges);
    free(share->in_strip);
    free(share->first);
    free(share->part);
    free(share->whole);
    free(share->cells);
    *share = (struct vector_share){.strip = -1};
}

/* A row of the strip. `whole` has one more, for what the last column's edges cover beyond the grid. */
struct row {
    double *part, *whole;
    int64_t width;
};

/* A piece of an edge within one row and one column; `v` counts, and `middle` is where its centre lies. */
static void add_piece(const struct row *row, int64_t col, double middle, double v) {
    if (col < 0) {
        row->whole[0] += v;
    } else if (col < row->width) {
        row->part[col] += v * ((double)(col + 1) - middle);
        row->whole[col + 1] += v;
    }
}

/* A piece within a row, from left to right, cut at the sides of cells. What lies left of the grid is one piece. */
static void add_across(const struct row *row, double ua, double va, double ub, double vb, double sign) {
    double slope = ub > ua ? (vb - va) / (ub - ua) : 0, u = ua, v = va;
    while (u < (double)row->width) {
        int64_t col = u < 0 ? -1 : (int64_t)u;
        double next_u = smaller((double)(col + 1), ub), next_v = next_u < ub ? between(rounded(va + (next_u - ua) * slope), v, vb) : vb;
        add_piece(row, col, u + (next_u - u) / 2, sign * (next_v - v));
        if (next_u >= ub) return;
        u = next_u;
        v = next_v;
    }
}

static void add_to_row(const struct row *row, const struct share_edge *edge, int64_t at) {
    double slope = (edge->u1 - edge->u0) / (edge->v1 - edge->v0), top = (double)at;
    double va = larger(edge->v0, top), vb = smaller(edge->v1, top + 1);
    if (va >= vb) return;
    double ua = between(edge->u0 + (va - edge->v0) * slope, edge->u0, edge->u1), ub = between(edge->u0 + (vb - edge->v0) * slope, edge->u0, edge->u1);
    if (va == edge->v0) ua = edge->u0;
    if (vb == edge->v1) ub = edge->u1;
    if (ua <= ub)
        add_across(row, ua, va - top, ub, vb - top, edge->sign);
    else
        add_across(row, ub, vb - top, ua, va - top, -edge->sign);
}

static void add_to_strip(const struct vector_share *share, const struct share_edge *edge, int64_t first_row, int64_t rows) {
    int64_t from = (int64_t)larger(edge->v0, (double)first_row), to = (int64_t)smaller(ceil(edge->v1), (double)(first_row + rows));
    for (int64_t r = from; r < to; r++) {
        size_t at = (size_t)((r - first_row) * (share->grid->width + 1));
        add_to_row(&(struct row){share->part + at, share->whole + at, share->grid->width}, edge, r);
    }
}

static status strip_open(struct vector_share *share) {
    size_t cells = (size_t)(share->grid->width + 1) * PLAN_SHARE_ROWS;
    if (share->cells) return NULL;
    if (!share->part) TRY(MEMORY_ARRAY(cells, &share->part));
    if (!share->whole) TRY(MEMORY_ARRAY(cells, &share->whole));
    return MEMORY_ARRAY(cells, &share->cells);
}

/* Areas a turn apart may lie upon each other: no cell is covered more than whole. */
static void add_up(struct vector_share *share, int64_t rows) {
    int64_t width = share->grid->width;
    for (int64_t r = 0; r < rows; r++) {
        const double *part = share->part + r * (width + 1), *whole = share->whole + r * (width + 1);
        double left = 0;
        for (int64_t c = 0; c < width; c++) {
            left += whole[c];
            share->cells[r * width + c] = (float)between(left + part[c], 0, 1);
        }
    }
}

static status strip_load(struct vector_share *share, int64_t strip) {
    if (share->strip == strip) return NULL;
    TRY(strip_open(share));
    int64_t row0 = strip * PLAN_SHARE_ROWS, left = share->grid->height - row0, rows = left < PLAN_SHARE_ROWS ? left : PLAN_SHARE_ROWS;
    size_t bytes = (size_t)(share->grid->width + 1) * PLAN_SHARE_ROWS * sizeof(double);
    memset(share->part, 0, bytes);
    memset(share->whole, 0, bytes);
    for (size_t i = share->first[strip]; i < share->first[strip + 1]; i++) add_to_strip(share, &share->edges[share->in_strip[i]], row0, rows);
    add_up(share, rows);
    share->strip = strip;
    return NULL;
}

status share_read(struct vector_share *share, struct window window, float *values) {
    for (int64_t r = 0; r < window.rows; r++) {
        int64_t row = window.row0 + r, strip = row / PLAN_SHARE_ROWS;
        TRY(strip_load(share, strip));
        const float *from = share->cells + (row - strip * PLAN_SHARE_ROWS) * share->grid->width + window.col0;
        memcpy(values + r * window.cols, from, (size_t)window.cols * sizeof *values);
    }
    return NULL;
}
