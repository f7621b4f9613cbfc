// Exact planar distance: nearest source of each column (rows apart), then the lower envelope of parabolas along the row.
// Felzenszwalb and Huttenlocher 2012, "Distance transforms of sampled functions", here in whole numbers p2 i^2 + q2 j^2:
// DIST (long, or double below 2^53) holds every squared distance exactly, so that ties are ties. Ties go to the smallest source index.
#pragma OPENCL FP_CONTRACT OFF
#ifdef HAVE_FP64
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#endif
#ifndef COLUMNS
#define COLUMNS 1 // columns walked by one work-item: 1 or 32
#endif
#ifndef BLOCK_ROWS
#define BLOCK_ROWS 64 // rows of a block of the summary
#endif
#ifndef DIST
#define DIST long
#endif

// Bits of COLUMNS columns from x0 on.
static inline uint columns_at(__global const ulong *bits, const long words_per_row, const int row, const int x0) {
    return (uint)(bits[row * words_per_row + (x0 >> 6)] >> (x0 & 63));
}

// first, last: [block][column], the first and last set row of the block; -1 none.
__kernel void block_ends(__global const ulong *restrict bits, const long words_per_row, const int rows, const int cols, __global int *restrict first,
                         __global int *restrict last) {
    const int x0 = (int)get_global_id(0) * COLUMNS, block = (int)get_global_id(1);
    if (x0 >= cols) return;
    int low[COLUMNS], high[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) low[c] = high[c] = -1;
    const int end = min((block + 1) * BLOCK_ROWS, rows);
    for (int row = block * BLOCK_ROWS; row < end; row++) {
        const uint word = columns_at(bits, words_per_row, row, x0);
        if (word == 0) continue;
        for (int c = 0; c < COLUMNS; c++) {
            const int set = (int)(word >> c & 1u);
            high[c] = set ? row : high[c];
            low[c] = set && low[c] < 0 ? row : low[c];
        }
    }
    for (int c = 0; c < COLUMNS && x0 + c < cols; c++) {
        first[(long)block * cols + x0 + c] = low[c];
        last[(long)block * cols + x0 + c] = high[c];
    }
}

// In place: last becomes the last set row above the block, first the first set row below it.
__kernel void block_sweep(const int blocks, const int cols, __global int *restrict first, __global int *restrict last) {
    const int x0 = (int)get_global_id(0) * COLUMNS;
    if (x0 >= cols) return;
    const int n = min(COLUMNS, cols - x0);
    int run[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) run[c] = -1;
    for (int block = 0; block < blocks; block++) {
        __global int *at = last + (long)block * cols + x0;
        for (int c = 0; c < n; c++) {
            const int mine = at[c];
            at[c] = run[c];
            run[c] = mine >= 0 ? mine : run[c];
        }
    }
    for (int c = 0; c < COLUMNS; c++) run[c] = -1;
    for (int block = blocks - 1; block >= 0; block--) {
        __global int *at = first + (long)block * cols + x0;
        for (int c = 0; c < n; c++) {
            const int mine = at[c];
            at[c] = run[c];
            run[c] = mine >= 0 ? mine : run[c];
        }
    }
}

// nearest: [row - row0][column], the set row of the column nearest to row; the upper of two; -1 none.
__kernel void column_nearest(__global const ulong *restrict bits, const long words_per_row, const int rows, const int cols,
                             __global const int *restrict below, __global const int *restrict above, const int row0, const int n_rows,
                             __global int *restrict nearest) {
    const int x0 = (int)get_global_id(0) * COLUMNS, block = row0 / BLOCK_ROWS + (int)get_global_id(1);
    if (x0 >= cols) return;
    const int n = min(COLUMNS, cols - x0), start = block * BLOCK_ROWS, end = min(start + BLOCK_ROWS, rows);
    int run[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) run[c] = c < n ? above[(long)block * cols + x0 + c] : -1;
    for (int row = start; row < min(end, row0 + n_rows); row++) {
        const uint word = columns_at(bits, words_per_row, row, x0);
        if (word != 0)
            for (int c = 0; c < COLUMNS; c++) run[c] = (word >> c & 1u) ? row : run[c];
        if (row < row0) continue;
        __global int *to = nearest + (long)(row - row0) * cols + x0;
        for (int c = 0; c < n; c++) to[c] = run[c];
    }
    for (int c = 0; c < COLUMNS; c++) run[c] = c < n ? below[(long)block * cols + x0 + c] : -1;
    for (int row = end - 1; row >= max(start, row0); row--) {
        const uint word = columns_at(bits, words_per_row, row, x0);
        if (word != 0)
            for (int c = 0; c < COLUMNS; c++) run[c] = (word >> c & 1u) ? row : run[c];
        if (row >= row0 + n_rows) continue;
        __global int *to = nearest + (long)(row - row0) * cols + x0;
        for (int c = 0; c < n; c++) {
            const int up = to[c], down = run[c];
            to[c] = up < 0 || (down >= 0 && down - row < row - up) ? down : up;
        }
    }
}

static inline DIST squared(const DIST d) {
    return d * d;
}

// First x from which v (right of u) is nearer; gu, gv: their squared distances across rows; at a tie the upper source wins.
static inline int takes_over(const int u, const DIST gu, const int v, const DIST gv, const int wins_tie, const DIST p2) {
    const DIST over = p2 * ((DIST)v * v - (DIST)u * u) + gv - gu, under = 2 * p2 * (DIST)(v - u);
#ifdef DIST_IS_DOUBLE
    // The quotient is exact enough: it differs from a whole number by more than its rounding, or not at all.
    const double at = floor(over / under);
#else
    const DIST at = over / under;
#endif
    const int whole = (int)at;
    return wins_tie && at * under == over ? whole : whole + 1;
}

// A source to a length; i, j: columns and rows apart.
static inline float metres_between(const int i, const int j, const METRE dx_m, const METRE aspect2) {
    return (float)(dx_m * sqrt((METRE)i * (METRE)i + (METRE)j * (METRE)j * aspect2));
}

// One row a work-item. stack_at, stack_from: scratch of cols ints a row. Results: columns col0.. of the row.
__kernel void row_nearest(__global const int *restrict nearest, const int cols, const int row0, const int n_rows, const DIST p2, const DIST q2,
                          __global int *restrict stack_at, __global int *restrict stack_from, const int col0, const int out_cols, const METRE dx_m,
                          const METRE aspect2, const long out_first, __global float *restrict metres, __global long *restrict source) {
    const int r = (int)get_global_id(0), row = row0 + r;
    if (r >= n_rows) return;
    nearest += (long)r * cols;
    stack_at += (long)r * cols;
    stack_from += (long)r * cols;
    int n = 0, top = 0, from = 0, top_row = 0;
    DIST g_top = 0;
    for (int v = 0; v < cols; v++) {
        const int v_row = nearest[v];
        if (v_row < 0) continue;
        const DIST g = q2 * squared((DIST)(row - v_row));
        int start = 0;
        while (n > 0) {
            const DIST mine = p2 * squared((DIST)(from - v)) + g, theirs = p2 * squared((DIST)(from - top)) + g_top;
            if (mine > theirs || (mine == theirs && v_row >= top_row)) {
                start = takes_over(top, g_top, v, g, v_row < top_row, p2);
                break;
            }
            if (--n > 0) {
                top = stack_at[n - 1];
                from = stack_from[n - 1];
                top_row = nearest[top];
                g_top = q2 * squared((DIST)(row - top_row));
            }
        }
        if (start >= cols) continue;
        stack_at[n] = top = v;
        stack_from[n] = from = start;
        top_row = v_row;
        g_top = g;
        n++;
    }
    const long out = out_first + (long)r * out_cols - col0;
    const int out_end = col0 + out_cols;
    if (n == 0) {
        for (int x = col0; x < out_end; x++) metres[out + x] = INFINITY;
        for (int x = col0; source && x < out_end; x++) source[out + x] = -1;
    }
    for (int k = 0; k < n; k++) {
        const int at = stack_at[k], begin = max(stack_from[k], col0), end = min(k + 1 < n ? stack_from[k + 1] : cols, out_end);
        const int at_row = nearest[at];
        for (int x = begin; x < end; x++) metres[out + x] = metres_between(x - at, row - at_row, dx_m, aspect2);
        for (int x = begin; source && x < end; x++) source[out + x] = (long)at_row * cols + at;
    }
}
