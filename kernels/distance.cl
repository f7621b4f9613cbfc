// Exact planar distance: nearest source of each column (rows apart), then along each row the parabola that is lowest, in whole numbers
// p2 i^2 + q2 j^2, so that ties are ties; they go to the smallest source index.
// The lowest parabola's column never falls as x grows (Hirata 1996, "A unified linear-time algorithm for computing distance maps"):
// it is found at each SPAN-th pixel by halving, and pixels between try only the columns between, LANES of them at a time.
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
#ifndef TOGETHER
#define TOGETHER 4 // columns tried in a row: a divisor of LANES
#endif
#ifndef MANY
#define MANY 32 // columns between two pixels from which on they are passed by LANES at a time where none can be nearest
#endif
#ifndef BATCH
#define BATCH 1 // spans settled before their lengths are reckoned: long chains of steps, which a processor can do abreast if they stand together
#endif
#ifndef NARROW_DOWN
#define NARROW_DOWN 256 // candidates from which a bound on their distance is worth its root
#endif

#ifdef STRIPS // a processor: a work-item makes some rows from beginning to end, in the memory of its own
#define ROOM __local
#define ITEM 0
#define ITEMS 1
#define WAIT()
#else // a GPU: work-items share a row, and all columns come before it
#define ROOM __global
#define ITEM (int)get_local_id(0)
#define ITEMS (int)get_local_size(0)
#define WAIT() barrier(CLK_GLOBAL_MEM_FENCE)
#endif

// Their parameters are not `restrict`: what compilers make of that oclgrind does not know.
#define INLINED __attribute__((always_inline)) static inline
#define SPAN (2 * LANES) // pixels between those whose nearest column is searched first
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
#define LOAD(kind, at) *(ROOM const loose_##kind *)(at)
#define STORE(space, kind, value, at) *(space loose_##kind *)(at) = (value)
#else
#define LOAD(kind, at) PASTE(vload, LANES)(0, at)
#define STORE(space, kind, value, at) PASTE(vstore, LANES)(value, 0, at)
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

// COLUMNS whole numbers, one for each bit of a word, in PARTS.
#if COLUMNS == 32
typedef int16 columns_i;
#ifdef __clang__ // as for LOAD
typedef int loose_columns __attribute__((ext_vector_type(16), aligned(4), may_alias));
#define LOAD_COLUMNS(from) *(ROOM const loose_columns *)(from)
#define STORE_COLUMNS(value, to) *(ROOM loose_columns *)(to) = (value)
#else
#define LOAD_COLUMNS(from) vload16(0, from)
#define STORE_COLUMNS(value, to) vstore16(value, 0, to)
#endif
#define PARTS 2
#define ROWS(row, part) vload16(part, row)
#define BIT(c) (1 << (c)), (1 << ((c) + 1)), (1 << ((c) + 2)), (1 << ((c) + 3))
#define ARE_SET(word, part) (((int16)((int)((word) >> 16 * (part))) & (int16)(BIT(0), BIT(4), BIT(8), BIT(12))) != 0)
#else
typedef int columns_i;
#define PARTS 1
#define ROWS(row, part) (row)[part]
#define LOAD_COLUMNS(from) *(from)
#define STORE_COLUMNS(value, to) *(to) = (value)
#define ARE_SET(word, part) (((word)&1) != 0)
#endif
// Rows that are not there, above and below: whichever of two rows is there is nearer than these, and of both the upper one is.
#define NONE_ABOVE (-(1 << 29))
#define NONE_BELOW (1 << 30)

// What `from`, -1 for none, says of the columns x0.. of which there are n.
INLINED void columns_from(__global const int *from, const int n, const int none, columns_i *run) {
    int row[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) row[c] = c < n ? from[c] : -1;
#pragma unroll
    for (int k = 0; k < PARTS; k++) {
        run[k] = ROWS(row, k);
        run[k] = run[k] < 0 ? none : run[k];
    }
}

// nearest: [row - row0][column], `stride` columns, the set row of the column nearest to row; the upper of two; below 0 none. Columns x0.. of the rows
// that lie in the block.
INLINED void columns_nearest(__global const ulong *bits, const long words_per_row, const int rows, const int cols, const int stride,
                             __global const int *below, __global const int *above, const int x0, const int block, const int row0,
                             const int n_rows, ROOM int *nearest) {
    const int n = min(COLUMNS, cols - x0), start = block * BLOCK_ROWS, end = min(start + BLOCK_ROWS, rows);
    columns_i run[PARTS];
    columns_from(above + (long)block * cols + x0, n, NONE_ABOVE, run);
    for (int row = start; row < min(end, row0 + n_rows); row++) {
        const uint word = n > 0 ? columns_at(bits, words_per_row, row, x0) : 0;
#pragma unroll
        for (int k = 0; k < PARTS; k++) run[k] = ARE_SET(word, k) ? row : run[k];
        if (row < row0) continue;
#pragma unroll
        for (int k = 0; k < PARTS; k++) STORE_COLUMNS(run[k], nearest + (long)(row - row0) * stride + x0 + 16 * k);
    }
    columns_from(below + (long)block * cols + x0, n, NONE_BELOW, run);
    for (int row = end - 1; row >= max(start, row0); row--) {
        const uint word = n > 0 ? columns_at(bits, words_per_row, row, x0) : 0;
#pragma unroll
        for (int k = 0; k < PARTS; k++) run[k] = ARE_SET(word, k) ? row : run[k];
        if (row >= row0 + n_rows) continue;
#pragma unroll
        for (int k = 0; k < PARTS; k++) {
            ROOM int *to = nearest + (long)(row - row0) * stride + x0 + 16 * k;
            STORE_COLUMNS(run[k] + LOAD_COLUMNS(to) < 2 * row ? run[k] : LOAD_COLUMNS(to), to);
        }
    }
}

#if LANES == 16
#define TURN_8(v) (v).s89abcdef01234567
#define TURN_4(v) (v).s45670123cdef89ab
#define TURN_2(v) (v).s23016745ab89efcd
#define TURN_1(v) (v).s1032547698badcfe
#else
#define TURN_8(v) (v)
#define TURN_4(v) (v).s45670123
#define TURN_2(v) (v).s23016745
#define TURN_1(v) (v).s10325476
#endif
#define LESS(a, b) ((a) < (b) ? (a) : (b))

// The least of all lanes, in each of them.
INLINED places least_place(places v) {
    v = min(v, TURN_8(v));
    v = min(v, TURN_4(v));
    v = min(v, TURN_2(v));
    return min(v, TURN_1(v));
}

INLINED dists least_dist(dists v) {
    v = LESS(v, TURN_8(v));
    v = LESS(v, TURN_4(v));
    v = LESS(v, TURN_2(v));
    return LESS(v, TURN_1(v));
}

// Of the lanes of the least distance the least place.
#if PLACE_SHIFT == 16 // 32 bits each: together they are a number, and one search finds both
INLINED int first_of_least(const dists best, const places at) {
    const VECTOR(ulong) both = CONVERT(ulong)(best) << 32 | CONVERT(ulong)(at);
#if LANES == 16
    const ulong8 eight = LESS(both.lo, both.hi);
#else
    const ulong8 eight = both;
#endif
    const ulong4 four = LESS(eight.lo, eight.hi);
    const ulong2 two = LESS(four.lo, four.hi);
    return (int)(uint)LESS(two.x, two.y);
}
#else
INLINED int first_of_least(const dists best, const places at) {
    return (int)least_place(best == least_dist(best) ? at : ~(places)(0) >> 1).s0;
}
#endif

static inline DIST greatest_dist(const dists v) {
#if LANES == 16
    const PASTE(DIST, 8) eight = v.lo > v.hi ? v.lo : v.hi;
#else
    const PASTE(DIST, 8) eight = v;
#endif
    const PASTE(DIST, 4) four = eight.lo > eight.hi ? eight.lo : eight.hi;
    const PASTE(DIST, 2) two = four.lo > four.hi ? four.lo : four.hi;
    return two.x > two.y ? two.x : two.y;
}

// What is missing in the height of column v for the squared distance from pixel x: p2 (x - v)^2 = p2 x (x - 2 v) + p2 v^2. It may be less than
// zero; whole numbers that cannot be wrap around, and their sums are right.
#define RAISED(x, v) (p2 * (x) * ((x)-2 * (v)))

static inline DIST apart_from(ROOM const DIST *heights, const int x, const int v, const DIST p2) {
    return RAISED((DIST)x, (DIST)v) + heights[v];
}

// The first of the columns that are nearest to pixel x, all of which lie in lo..hi. heights: p2 v^2 and q2 times the squared rows apart of a
// column v. Columns beyond hi are looked at too: more candidates do no harm.
INLINED int nearest_column(ROOM const DIST *heights, const int x, int lo, int hi, const DIST p2) {
    if (hi - lo >= NARROW_DOWN) {
        const DIST at_middle = apart_from(heights, x, clamp(x, lo, hi), p2), at_lo = apart_from(heights, x, lo, p2),
                   at_hi = apart_from(heights, x, hi, p2), at_ends = at_lo < at_hi ? at_lo : at_hi,
                   bound = at_middle < at_ends ? at_middle : at_ends;
        const float reach = min(sqrt((float)bound / (float)p2) * 1.0001f + 2.0f, 1e9f);
        lo = max(lo, x - (int)reach);
        hi = min(hi, x + (int)reach);
    }
    const dists step = (dists)(2 * LANES * p2 * (DIST)x);
    dists raised = RAISED((DIST)x, (dists)((DIST)lo) + (dists)RAMP), best = raised + LOAD(dists, heights + lo);
    places at = (places)((PLACE)lo);
    for (int v = lo + LANES; v <= hi; v += LANES) {
        raised -= step;
        const dists here = raised + LOAD(dists, heights + v);
        at = here < best ? (places)((PLACE)v) : at;
        best = here < best ? here : best;
    }
    return first_of_least(best, at + (places)RAMP);
}

// The columns nearest to the pixels col0 + e * SPAN, e = 0..n.
static void find_edges(ROOM const DIST *restrict heights, const int cols, const int col0, const int n, const DIST p2,
                       ROOM int *restrict edges) {
    if (ITEM == 0) edges[0] = nearest_column(heights, col0, 0, cols - 1, p2);
    if (ITEM == 0) edges[n] = nearest_column(heights, col0 + n * SPAN, edges[0], cols - 1, p2);
    int step = 1;
    while (step < n) step *= 2;
    for (; step > 0; step /= 2) {
        WAIT();
        for (int e = step * (1 + 2 * ITEM); e < n; e += 2 * step * ITEMS)
            edges[e] = nearest_column(heights, col0 + e * SPAN, edges[e - step], edges[min(e + step, n)], p2);
    }
    WAIT();
}

static inline PLACE place_of(ROOM const int *nearest, const int v) {
    return (PLACE)nearest[v] << PLACE_SHIFT | (PLACE)v;
}

// LANES pixels from x on, and what is known of them so far.
struct settling {
    dists x, step, best;
    places who;
};

// Tries `count` columns from `from` on; a few more do no harm.
INLINED void try_columns(struct settling *s, ROOM const DIST *heights, const int from, const int count, const DIST p2) {
    dists raised = RAISED(s->x, (DIST)from), best = s->best;
    for (int v = from; v < from + count; v += TOGETHER) {
#pragma unroll
        for (int k = 0; k < TOGETHER; k++) {
            const dists here = raised + heights[v + k];
            raised -= s->step;
            best = here < best ? here : best;
        }
    }
    s->best = best;
}

// The same, with the sources.
INLINED void try_places(struct settling *s, ROOM const DIST *heights, ROOM const int *nearest, const int from,
                              const int count, const DIST p2) {
    dists raised = RAISED(s->x, (DIST)from), best = s->best;
    places who = s->who;
    for (int v = from; v < from + count; v++) {
        const dists here = raised + heights[v], least = here < best ? here : best;
        const places mine = here == least ? (places)place_of(nearest, v) : ~(places)(0), theirs = best == least ? who : ~(places)(0);
        raised -= s->step;
        who = min(mine, theirs);
        best = least;
    }
    s->best = best;
    s->who = who;
}

// Whether one of LANES columns from v on may be as near to one of the pixels as what they have.
INLINED int may_win(ROOM const DIST *heights, const int x, const int v, const DIST farthest, const DIST p2) {
    const VECTOR(int) columns = v + (VECTOR(int))RAMP;
    const dists facing = CONVERT(DIST)(clamp(columns, x, x + LANES - 1));
    return least_dist(RAISED(facing, CONVERT(DIST)(columns)) + LOAD(dists, heights + v)).s0 <= farthest;
}

#define TRY(from, count) (with_places ? try_places(&s, heights, nearest, from, count, p2) : try_columns(&s, heights, from, count, p2))

// Squared distances of LANES pixels from x on, whose nearest columns lie in lo..hi, and their sources if asked for. Few columns are tried one by
// one; of many, as where what is nearest changes from one road to another, most are passed by LANES at a time.
INLINED dists settle(ROOM const DIST *heights, ROOM const int *nearest, const int x, const int lo, const int hi,
                           const DIST p2, const int with_places, places *places_out) {
    struct settling s;
    s.x = (dists)((DIST)x) + (dists)RAMP;
    s.step = 2 * p2 * s.x;
    s.best = RAISED(s.x, (DIST)lo) + heights[lo];
    s.who = with_places ? (places)place_of(nearest, lo) : (places)(0);
    if (hi - lo < MANY) {
        TRY(lo + 1, hi - lo);
    } else {
        TRY(hi, 1);
        DIST farthest = greatest_dist(s.best);
        for (int v = lo + 1; v < hi; v += LANES) {
            if (!may_win(heights, x, v, farthest, p2)) continue;
            TRY(v, LANES);
            farthest = greatest_dist(s.best);
        }
    }
    *places_out = s.who;
    return s.best;
}

// unit_m + unit_rest_m: metres of a squared distance of 1. In float, which takes a third of double's time, what each step leaves is carried on:
// sqrt(d) = root + (d - root^2) / 2 root, and that quotient needs few digits. Its reciprocal is guessed from the bits and mended twice (Newton).
INLINED VECTOR(float) metres_of(const dists d, const METRE unit_m, const METRE unit_rest_m) {
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

// The same of SPAN pixels, side by side: few columns, and no sources.
INLINED void settle_few(ROOM const DIST *heights, const int x, const int lo, const int hi, const DIST p2, dists *out) {
    const dists x_0 = (dists)((DIST)x) + (dists)RAMP, x_1 = x_0 + (dists)((DIST)LANES), step_0 = 2 * p2 * x_0, step_1 = 2 * p2 * x_1;
    dists raised_0 = RAISED(x_0, (DIST)lo), raised_1 = RAISED(x_1, (DIST)lo), best_0 = raised_0 + heights[lo], best_1 = raised_1 + heights[lo];
    for (int v = lo + 1; v <= hi; v += TOGETHER) {
#pragma unroll
        for (int k = 0; k < TOGETHER; k++) {
            raised_0 -= step_0;
            raised_1 -= step_1;
            const dists here_0 = raised_0 + heights[v + k], here_1 = raised_1 + heights[v + k];
            best_0 = here_0 < best_0 ? here_0 : best_0;
            best_1 = here_1 < best_1 ? here_1 : best_1;
        }
    }
    out[0] = best_0;
    out[1] = best_1;
}

// Squared distances of SPAN pixels of a row. Where few columns lie between its ends it is not worth finding the nearest one of its middle.
INLINED void settle_span(ROOM const DIST *heights, ROOM const int *nearest, const int x, const int lo, const int hi,
                               const DIST p2, const int with_places, dists *best, places *who) {
    const int many = hi - lo >= MANY;
    if (!many && !with_places) {
        settle_few(heights, x, lo, hi, p2, best);
        return;
    }
    const int middle = many ? nearest_column(heights, x + LANES, lo, hi, p2) : 0;
    best[0] = settle(heights, nearest, x, lo, many ? middle : hi, p2, with_places, who);
    best[1] = settle(heights, nearest, x + LANES, many ? middle : lo, hi, p2, with_places, who + 1);
}

// The LANES sources at pixel x of a row to the results.
INLINED void put_sources(const places who, const int x, const int cols, const int out_cols, __global long *source) {
    long index[LANES];
    if (x + LANES <= out_cols) {
        PASTE(vstore, LANES)(sources_of(who, cols), 0, source + x);
        return;
    }
    PASTE(vstore, LANES)(sources_of(who, cols), 0, index);
    for (int c = 0; x + c < out_cols; c++) source[x + c] = index[c];
}

INLINED void put_metres(const VECTOR(float) lengths_m, const int x, const int out_cols, __global float *metres) {
    float metre[LANES];
    if (x + LANES <= out_cols) {
        STORE(__global, floats, lengths_m, metres + x);
        return;
    }
    PASTE(vstore, LANES)(lengths_m, 0, metre);
    for (int c = 0; x + c < out_cols; c++) metres[x + c] = metre[c];
}

// A row's columns 0.. + out_cols from col0 on. nearest: of this row. heights, edges: scratch of `stride` and of stride / LANES.
INLINED void row_lengths(ROOM const int *nearest, const int cols, const int stride, const int row, const DIST p2, const DIST q2, const DIST none,
                         ROOM DIST *heights, ROOM int *edges, const int col0, const int out_cols, const METRE unit_m,
                         const METRE unit_rest_m, __global float *metres, __global long *source) {
    const int n = (out_cols + SPAN - 1) / SPAN;
    for (int v = ITEM; v < stride / LANES; v += ITEMS) {
        const VECTOR(int) at = LOAD(ints, nearest + v * LANES);
        const dists off = CONVERT(DIST)(row - at), column = (dists)((DIST)(v * LANES)) + (dists)RAMP;
        STORE(ROOM, dists, p2 * column * column + select((dists)none, q2 * off * off, CONVERT(MASK)(at >= 0)), heights + v * LANES);
    }
    WAIT();
    find_edges(heights, cols, col0, n, p2, edges);
    for (int start = ITEM * BATCH; start < n; start += ITEMS * BATCH) {
        dists best[2 * BATCH];
        const int spans = min(BATCH, n - start);
        for (int i = 0; i < spans; i++) {
            const int b = start + i;
            places who[2];
            settle_span(heights, nearest, col0 + b * SPAN, edges[b], edges[b + 1], p2, source != 0, best + 2 * i, who);
            for (int k = 0; source && k < 2; k++) put_sources(who[k], b * SPAN + k * LANES, cols, out_cols, source);
        }
        for (int i = 0; i < 2 * spans; i++) put_metres(metres_of(best[i], unit_m, unit_rest_m), start * SPAN + i * LANES, out_cols, metres);
    }
}

// below, above: as block_sweep left first and last. Results: columns col0.. + out_cols of the n_rows rows from row0 on, from out_first on.
// none: beyond every squared distance. unit_m + unit_rest_m: metres of a squared distance of 1.
#ifdef STRIPS
// One work-item a strip of `high` rows of the grid; BLOCK_ROWS is a multiple of them. Scratch: high * stride, stride, stride / LANES.
__kernel void strip_nearest(__global const ulong *restrict bits, const long words_per_row, const int rows, const int cols, const int stride,
                            __global const int *restrict below, __global const int *restrict above, const int row0, const int n_rows, const int high,
                            const DIST p2, const DIST q2, const DIST none, const int col0, const int out_cols, const METRE unit_m,
                            const METRE unit_rest_m, const long out_first, __global float *restrict metres, __global long *restrict source,
                            ROOM int *restrict nearest, ROOM DIST *restrict heights, ROOM int *restrict edges) {
    const int strip = row0 / high + (int)get_global_id(0), start = max(strip * high, row0), end = min((strip + 1) * high, row0 + n_rows);
    if (start >= end) return;
    for (int x0 = 0; x0 < stride; x0 += COLUMNS)
        columns_nearest(bits, words_per_row, rows, cols, stride, below, above, x0, start / BLOCK_ROWS, start, end - start, nearest);
    for (int row = start; row < end; row++) {
        const long at = out_first + (long)(row - row0) * out_cols;
        row_lengths(nearest + (row - start) * stride, cols, stride, row, p2, q2, none, heights, edges, col0, out_cols, unit_m, unit_rest_m, metres + at,
                    source ? source + at : 0);
    }
}
#else
__kernel void column_nearest(__global const ulong *restrict bits, const long words_per_row, const int rows, const int cols, const int stride,
                             __global const int *restrict below, __global const int *restrict above, const int row0, const int n_rows,
                             __global int *restrict nearest) {
    const int x0 = (int)get_global_id(0) * COLUMNS, block = row0 / BLOCK_ROWS + (int)get_global_id(1);
    if (x0 < stride) columns_nearest(bits, words_per_row, rows, cols, stride, below, above, x0, block, row0, n_rows, nearest);
}

// One row a work-group. Scratch: `stride` and stride / LANES a row.
__kernel void row_nearest(__global const int *restrict nearest, const int cols, const int stride, const int row0, const DIST p2, const DIST q2,
                          const DIST none, __global DIST *restrict heights, __global int *restrict edges, const int col0, const int out_cols,
                          const METRE unit_m, const METRE unit_rest_m, const long out_first, __global float *restrict metres,
                          __global long *restrict source) {
    const int r = (int)get_global_id(1);
    const long at = out_first + (long)r * out_cols;
    row_lengths(nearest + (long)r * stride, cols, stride, row0 + r, p2, q2, none, heights + (long)r * stride, edges + (long)r * (stride / LANES), col0,
                out_cols, unit_m, unit_rest_m, metres + at, source ? source + at : 0);
}
#endif

// For a mask without a source: `count` cells.
__kernel void row_empty(const long count, __global float *restrict metres, __global long *restrict source) {
    const long i = (long)get_global_id(0);
    if (i >= count) return;
    metres[i] = INFINITY;
    if (source) source[i] = -1;
}
