// Exact planar distance: nearest source of each column (rows apart), then along each row the parabola that is lowest, in whole numbers
// p2 i^2 + q2 j^2, so that ties are ties; they go to the smallest source index.
// The lowest parabola's column never falls as x grows (Hirata 1996, "A unified linear-time algorithm for computing distance maps"):
// it is found at each LANES-th pixel by halving, and pixels between try only the columns between, LANES of them at a time.
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
#ifndef LANES
#define LANES 8 // pixels settled together: 8 or 16
#endif
#ifndef DIST
#define DIST uint // holds every squared distance exactly: uint, double or long
#endif
#ifndef PLACE
#define PLACE uint // row << PLACE_SHIFT | column of a source; as wide as DIST
#endif
#ifndef PLACE_SHIFT
#define PLACE_SHIFT 16
#endif
#ifndef MASK
#define MASK int // as wide as DIST
#endif
#ifndef METRE
#define METRE float
#endif
#ifndef NARROW_DOWN
#define NARROW_DOWN 256 // candidates from which a bound on their distance is worth its root
#endif

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define VECTOR(type) PASTE(type, LANES)
#define CONVERT(type) PASTE(convert_, VECTOR(type))
typedef VECTOR(DIST) dists;
typedef VECTOR(PLACE) places;
#ifdef __clang__ // whole vectors at any cell: some libraries' vload and vstore go by quarters
typedef DIST loose_dists __attribute__((ext_vector_type(LANES), aligned(4), may_alias));
typedef int loose_ints __attribute__((ext_vector_type(LANES), aligned(4), may_alias));
typedef float loose_floats __attribute__((ext_vector_type(LANES), aligned(4), may_alias));
#define LOAD(kind, at) *(__global const loose_##kind *)(at)
#define STORE(kind, value, at) *(__global loose_##kind *)(at) = (value)
#else
#define LOAD(kind, at) PASTE(vload, LANES)(0, at)
#define STORE(kind, value, at) PASTE(vstore, LANES)(value, 0, at)
#endif
#if LANES == 16
#define RAMP (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#else
#define RAMP (0, 1, 2, 3, 4, 5, 6, 7)
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

// nearest: [row - row0][column], `stride` columns, the set row of the column nearest to row; the upper of two; -1 none.
__kernel void column_nearest(__global const ulong *restrict bits, const long words_per_row, const int rows, const int cols, const int stride,
                             __global const int *restrict below, __global const int *restrict above, const int row0, const int n_rows,
                             __global int *restrict nearest) {
    const int x0 = (int)get_global_id(0) * COLUMNS, block = row0 / BLOCK_ROWS + (int)get_global_id(1);
    if (x0 >= stride) return;
    const int n = min(COLUMNS, cols - x0), start = block * BLOCK_ROWS, end = min(start + BLOCK_ROWS, rows);
    int run[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) run[c] = c < n ? above[(long)block * cols + x0 + c] : -1;
    for (int row = start; row < min(end, row0 + n_rows); row++) {
        const uint word = n > 0 ? columns_at(bits, words_per_row, row, x0) : 0;
        if (word != 0)
            for (int c = 0; c < COLUMNS; c++) run[c] = (word >> c & 1u) ? row : run[c];
        if (row < row0) continue;
        __global int *to = nearest + (long)(row - row0) * stride + x0;
        for (int c = 0; c < COLUMNS; c++) to[c] = run[c];
    }
    for (int c = 0; c < COLUMNS; c++) run[c] = c < n ? below[(long)block * cols + x0 + c] : -1;
    for (int row = end - 1; row >= max(start, row0); row--) {
        const uint word = n > 0 ? columns_at(bits, words_per_row, row, x0) : 0;
        if (word != 0)
            for (int c = 0; c < COLUMNS; c++) run[c] = (word >> c & 1u) ? row : run[c];
        if (row >= row0 + n_rows) continue;
        __global int *to = nearest + (long)(row - row0) * stride + x0;
        for (int c = 0; c < COLUMNS; c++) {
            const int up = to[c], down = run[c];
            to[c] = up < 0 || (down >= 0 && down - row < row - up) ? down : up;
        }
    }
}

#if LANES == 16
#define LEAST(v) least8(min((v).lo, (v).hi))
#else
#define LEAST(v) least8(v)
#endif
static inline PLACE least8(const PASTE(PLACE, 8) v) {
    const PASTE(PLACE, 4) four = min(v.lo, v.hi);
    const PASTE(PLACE, 2) two = min(four.lo, four.hi);
    return min(two.x, two.y);
}

static inline DIST least_dist(const dists v) {
#if LANES == 16
    const PASTE(DIST, 8) eight = v.lo < v.hi ? v.lo : v.hi;
#else
    const PASTE(DIST, 8) eight = v;
#endif
    const PASTE(DIST, 4) four = eight.lo < eight.hi ? eight.lo : eight.hi;
    const PASTE(DIST, 2) two = four.lo < four.hi ? four.lo : four.hi;
    return two.x < two.y ? two.x : two.y;
}

static inline DIST squared(const DIST d) {
    return d * d;
}

// The first of the columns that are nearest to pixel x, all of which lie in lo..hi. apart: p2, squared rows apart of a column, times q2.
// Columns beyond hi are looked at too: more candidates do no harm.
static inline int nearest_column(__global const DIST *restrict apart, const int x, int lo, int hi, const int cols, const DIST p2) {
    if (hi - lo >= NARROW_DOWN) {
        const int middle = clamp(x, lo, hi);
        DIST bound = p2 * squared((DIST)(x - middle)) + apart[middle];
        const DIST at_lo = p2 * squared((DIST)(x - lo)) + apart[lo], at_hi = p2 * squared((DIST)(x - hi)) + apart[hi];
        bound = at_lo < bound ? at_lo : bound;
        bound = at_hi < bound ? at_hi : bound;
        const float reach = min(sqrt((float)bound / (float)p2) * 1.0001f + 2.0f, 1e9f);
        lo = max(lo, x - (int)reach);
        hi = min(hi, x + (int)reach);
    }
    dists away = (dists)((DIST)(lo - x)) + (dists)RAMP, across = p2 * away * away;
    dists step = p2 * (2 * LANES * away + LANES * LANES), best = across + LOAD(dists, apart + lo);
    places at = (places)((PLACE)lo);
    for (int v = lo + LANES; v <= hi; v += LANES) {
        across += step;
        step += 2 * LANES * LANES * p2;
        const dists here = across + LOAD(dists, apart + v);
        at = here < best ? (places)((PLACE)v) : at;
        best = here < best ? here : best;
    }
    at += (places)RAMP;
    return (int)LEAST(best == (dists)least_dist(best) ? at : ~(places)(0) >> 1);
}

// The columns nearest to the pixels col0 + e * LANES, e = 0..n.
static void find_edges(__global const DIST *restrict apart, const int cols, const int col0, const int n, const DIST p2,
                       __global int *restrict edges) {
    if (get_local_id(0) == 0) edges[0] = nearest_column(apart, col0, 0, cols - 1, cols, p2);
    if (get_local_id(0) == 0) edges[n] = nearest_column(apart, col0 + n * LANES, edges[0], cols - 1, cols, p2);
    int step = 1;
    while (step < n) step *= 2;
    for (; step > 0; step /= 2) {
        barrier(CLK_GLOBAL_MEM_FENCE);
        for (int e = step * (1 + 2 * (int)get_local_id(0)); e < n; e += 2 * step * (int)get_local_size(0))
            edges[e] = nearest_column(apart, col0 + e * LANES, edges[e - step], edges[min(e + step, n)], cols, p2);
    }
    barrier(CLK_GLOBAL_MEM_FENCE);
}

static inline PLACE place_of(__global const int *restrict nearest, const int v) {
    return (PLACE)nearest[v] << PLACE_SHIFT | (PLACE)v;
}

// Squared distances of LANES pixels from x on, whose nearest columns lie in lo..hi.
static inline dists settle(__global const DIST *restrict apart, const int x, const int lo, const int hi, const DIST p2) {
    const dists away = (dists)((DIST)(x - lo)) + (dists)RAMP;
    dists across = p2 * away * away, step = p2 * (1 - 2 * away), best = across + apart[lo];
    for (int v = lo + 1; v <= hi; v++) {
        across += step;
        step += 2 * p2;
        const dists here = across + apart[v];
        best = here < best ? here : best;
    }
    return best;
}

// The same, with the sources.
static inline dists settle_places(__global const DIST *restrict apart, __global const int *restrict nearest, const int x, const int lo, const int hi,
                                  const DIST p2, places *places_out) {
    const dists away = (dists)((DIST)(x - lo)) + (dists)RAMP;
    dists across = p2 * away * away, step = p2 * (1 - 2 * away), best = across + apart[lo];
    places who = (places)place_of(nearest, lo);
    for (int v = lo + 1; v <= hi; v++) {
        across += step;
        step += 2 * p2;
        const dists here = across + apart[v], least = here < best ? here : best;
        const places mine = here == least ? (places)place_of(nearest, v) : ~(places)(0), theirs = best == least ? who : ~(places)(0);
        who = min(mine, theirs);
        best = least;
    }
    *places_out = who;
    return best;
}

// unit_m + unit_rest_m: metres of a squared distance of 1. In float, which takes a third of double's time, what each step leaves is carried on:
// sqrt(d) = root + (d - root^2) / 2 root, and that quotient needs few digits. Its reciprocal is guessed from the bits and mended twice (Newton).
static inline VECTOR(float) metres_of(const dists d, const METRE unit_m, const METRE unit_rest_m) {
#ifdef HAVE_FP64
    return CONVERT(float)(unit_m * sqrt(CONVERT(METRE)(d)));
#else
    const VECTOR(float) near = CONVERT(float)(d), rest = CONVERT(float)(PASTE(as_, VECTOR(MASK))(d - CONVERT(DIST)(near)));
    const VECTOR(float) root = sqrt(near), safe = max(root, 1.0f);
    VECTOR(float) inverse = PASTE(as_, VECTOR(float))((VECTOR(int))(0x7ef311c7) - PASTE(as_, VECTOR(int))(safe));
    inverse = fma(inverse, fma(-safe, inverse, (VECTOR(float))1.0f), inverse);
    inverse = fma(inverse, fma(-safe, inverse, (VECTOR(float))1.0f), inverse);
    const VECTOR(float) more = (fma(-root, root, near) + rest) * (0.5f * inverse);
    return fma(root, (VECTOR(float))unit_m, fma(root, (VECTOR(float))unit_rest_m, more * unit_m));
#endif
}

static inline VECTOR(long) sources_of(const places who, const int cols) {
    return CONVERT(long)(who >> PLACE_SHIFT) * (long)cols + CONVERT(long)(who & (((PLACE)1 << PLACE_SHIFT) - 1));
}

// One row a work-group. apart: scratch of `stride` a row; edges: of `stride / LANES` a row. Results: columns col0.. of the row.
// none: beyond every squared distance.
__kernel void row_nearest(__global const int *restrict nearest, const int cols, const int stride, const int row0, const DIST p2, const DIST q2,
                          const DIST none, __global DIST *restrict apart, __global int *restrict edges, const int col0, const int out_cols,
                          const METRE unit_m, const METRE unit_rest_m, const long out_first, __global float *restrict metres, __global long *restrict source) {
    const int r = (int)get_global_id(1), row = row0 + r, n = (out_cols + LANES - 1) / LANES;
    nearest += (long)r * stride;
    apart += (long)r * stride;
    edges += (long)r * (stride / LANES);
    metres += out_first + (long)r * out_cols;
    if (source) source += out_first + (long)r * out_cols;
    for (int v = (int)get_local_id(0); v < stride / LANES; v += (int)get_local_size(0)) {
        const VECTOR(int) at = LOAD(ints, nearest + v * LANES);
        const dists off = CONVERT(DIST)(row - at);
        STORE(dists, select((dists)none, q2 * off * off, CONVERT(MASK)(at >= 0)), apart + v * LANES);
    }
    barrier(CLK_GLOBAL_MEM_FENCE);
    find_edges(apart, cols, col0, n, p2, edges);
    for (int b = (int)get_local_id(0); b < n; b += (int)get_local_size(0)) {
        const int x = b * LANES;
        places who = (places)(0);
        const dists best = source ? settle_places(apart, nearest, col0 + x, edges[b], edges[b + 1], p2, &who)
                                  : settle(apart, col0 + x, edges[b], edges[b + 1], p2);
        const VECTOR(float) lengths_m = metres_of(best, unit_m, unit_rest_m);
        if (x + LANES <= out_cols) {
            STORE(floats, lengths_m, metres + x);
            if (source) PASTE(vstore, LANES)(sources_of(who, cols), 0, source + x);
        } else {
            float metre[LANES];
            long index[LANES];
            PASTE(vstore, LANES)(lengths_m, 0, metre);
            PASTE(vstore, LANES)(sources_of(who, cols), 0, index);
            for (int c = 0; x + c < out_cols; c++) metres[x + c] = metre[c];
            for (int c = 0; source && x + c < out_cols; c++) source[x + c] = index[c];
        }
    }
}

// For a mask without a source: `count` cells.
__kernel void row_empty(const long count, __global float *restrict metres, __global long *restrict source) {
    const long i = (long)get_global_id(0);
    if (i >= count) return;
    metres[i] = INFINITY;
    if (source) source[i] = -1;
}
