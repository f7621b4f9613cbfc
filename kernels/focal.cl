// Sums, counts and extremes over circles of cells. A circle is a run of columns in each of its rows; a run is made of pieces whose lengths are
// powers of two, and pieces of all starts are doubled from one length to the next. So nothing is ever taken away from a sum, no far cell matters,
// and what a cell gets depends on the cells of its circle alone. Planes lie one under the other: first the count of known cells, then the rest.
#pragma OPENCL FP_CONTRACT OFF

#ifndef FOLD_CELLS
#define FOLD_CELLS 1 // cells that a work-item makes, side by side
#endif
#ifndef PLANES
#define PLANES 2 // count and sum; 3: and sum of squares; with EXTREMES always 3: count, least, least of the negated
#endif

#ifdef EXTREMES
#define NUMBER float
#define NOTHING(plane) ((plane) ? INFINITY : 0.0f)
#define JOIN(plane, a, b) ((plane) ? ((b) < (a) ? (b) : (a)) : (a) + (b))
#define SECOND(z) (-(z))
#else
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define NUMBER double
#define NOTHING(plane) 0.0
#define JOIN(plane, a, b) ((a) + (b))
#define SECOND(z) ((double)(z) * (double)(z))
#endif

// surface: rows * cols, NaN and infinity are unknown; to: PLANES * rows * pitch, pieces of one cell.
__kernel void begin(__global const float *restrict surface, const int cols, const int rows, const int pitch, __global NUMBER *restrict to) {
    const int first = (int)get_global_id(0) * FOLD_CELLS, y = (int)get_global_id(1);
    if (first >= pitch || y >= PLANES * rows) return;
    const int plane = y / rows;
    const long from = (long)(y % rows) * cols;
    for (int i = 0; i < FOLD_CELLS; i++) {
        const int x = first + i;
        const float z = x < cols ? surface[from + x] : NAN;
        const NUMBER known = plane == 0 ? (NUMBER)1 : plane == 1 ? (NUMBER)z : SECOND(z);
        to[(long)y * pitch + x] = fabs(z) < INFINITY ? known : NOTHING(plane);
    }
}

// Pieces of 2 * step cells from those of `step`; each lies at its first cell.
__kernel void widen(__global const NUMBER *restrict from, const int rows, const int pitch, const int step, __global NUMBER *restrict to) {
    const int first = (int)get_global_id(0) * FOLD_CELLS, y = (int)get_global_id(1);
    if (first >= pitch || y >= PLANES * rows) return;
    const int plane = y / rows;
    const long at = (long)y * pitch + first;
    for (int i = 0; i < FOLD_CELLS; i++) {
        const NUMBER next = first + i + step < pitch ? from[at + i + step] : NOTHING(plane);
        to[at + i] = JOIN(plane, from[at + i], next);
    }
}

// Adds the pieces of `step` cells to each circle; shorter ones of the same run lie before them. halves: `stride` numbers a row of cells (0: one row for all), the
// half lengths of 2 * reach_rows + 1 runs (-1: none) and how many cells the circle has. sums: PLANES * rows * sums_pitch.
__kernel void gather(__global const NUMBER *restrict from, const int pitch, const int step, __global const int *restrict halves, const int stride,
                     const int reach_cols, const int reach_rows, const int rows, const int sums_pitch, __global NUMBER *restrict sums) {
    const int first = (int)get_global_id(0) * FOLD_CELLS, y = (int)get_global_id(1);
    if (first >= sums_pitch || y >= PLANES * rows) return;
    const int plane = y / rows, row = y % rows, height = rows + 2 * reach_rows;
    NUMBER sum[FOLD_CELLS];
    for (int i = 0; i < FOLD_CELLS; i++) sum[i] = step > 1 ? sums[(long)y * sums_pitch + first + i] : NOTHING(plane);
    for (int j = 0; j <= 2 * reach_rows; j++) {
        const int side = halves[(long)row * stride + j], length = 2 * side + 1;
        if (side < 0 || !(length & step)) continue;
        const long at = ((long)plane * height + row + j) * pitch + first + reach_cols - side + (length & (step - 1));
        for (int i = 0; i < FOLD_CELLS; i++) sum[i] = JOIN(plane, sum[i], from[at + i]);
    }
    for (int i = 0; i < FOLD_CELLS; i++) sums[(long)y * sums_pitch + first + i] = sum[i];
}

// At least half of a circle's cells must be known.
#define CIRCLE                                                                                                                                       \
    const int x = (int)get_global_id(0), y = (int)get_global_id(1);                                                                                  \
    if (x >= cols || y >= rows) return;                                                                                                              \
    const long at = (long)y * sums_pitch + x, plane = (long)rows * sums_pitch;                                                                       \
    const NUMBER count = sums[at];                                                                                                                   \
    const bool enough = 2 * count >= (NUMBER)halves[(long)y * stride + 2 * reach_rows + 1]
#define ARGUMENTS                                                                                                                                    \
    __global const NUMBER *restrict sums, const int sums_pitch, __global const int *restrict halves, const int stride, const int reach_cols,         \
        const int reach_rows, const int cols, const int rows, __global const float *restrict surface, __global float *restrict out

#ifdef EXTREMES
__kernel void relief(ARGUMENTS) {
    CIRCLE;
    out[(long)y * cols + x] = enough ? -sums[at + 2 * plane] - sums[at + plane] : NAN;
}
#else
__kernel void mean(ARGUMENTS) {
    CIRCLE;
    out[(long)y * cols + x] = enough ? (float)(sums[at + plane] / count) : NAN;
}

// The cell's value less the mean of the others.
__kernel void position(ARGUMENTS) {
    CIRCLE;
    const float z = surface[((long)y + reach_rows) * (cols + 2 * reach_cols) + x + reach_cols];
    const double others = (sums[at + plane] - (double)z) / (count - 1.0);
    out[(long)y * cols + x] = enough && count > 1.0 && fabs(z) < INFINITY ? (float)((double)z - others) : NAN;
}

#if PLANES == 3
__kernel void deviation(ARGUMENTS) {
    CIRCLE;
    const double middle = sums[at + plane] / count, variance = sums[at + 2 * plane] / count - middle * middle;
    out[(long)y * cols + x] = enough ? (float)sqrt(variance > 0.0 ? variance : 0.0) : NAN;
}
#endif
#endif
