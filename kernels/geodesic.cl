// Geodesic distance. In each latitude row the nearest source is the nearest in circular longitude; among the rows the winner has the
// shortest straight line through the Earth: chord^2 = fall(row, row') + 4 rho rho' sin^2(lon / 2), on the ellipsoid itself. From any two
// sources the points of one meridian that are equally far in that sense are where C + A cos p + B sin p = 0, at most two on the whole ellipse; at
// either pole the source nearer to it in latitude is the nearer one: so on a half meridian there is one such point, and down a column the
// winner's row never goes up. Rows ANCHOR apart are searched outward, the rows between them only between their anchors' winners.
// Anchors are counted from the mask's top row and hold what the whole mask says, so a cell's answer knows nothing of pieces.
#pragma OPENCL FP_CONTRACT OFF
#ifndef LANES
#define LANES 1 // side of the square of cells made by one work-item: 1 or 16; divides ANCHOR
#endif
#ifndef ANCHOR
#define ANCHOR 16 // rows from one fully searched row to the next
#endif

// Vectors of LANES, which stay in registers where arrays would not.
#if LANES == 16
typedef float16 reals;
typedef int16 wholes;
#define ANY(mask) any(mask)
#ifdef __clang__ // whole vectors at any cell: some libraries' vload and vstore go by quarters
typedef float loose_reals __attribute__((ext_vector_type(16), aligned(4), may_alias));
typedef int loose_wholes __attribute__((ext_vector_type(16), aligned(4), may_alias));
#define LOAD(from) (*(__global const loose_reals *)(from))
#define STORE(what, to) (*(__global loose_wholes *)(to) = (what))
#define LOAD_OWN(from) (*(const loose_reals *)(from))
#define STORE_OWN(what, to) (*(loose_wholes *)(to) = (what))
#else
#define LOAD(from) vload16(0, from)
#define STORE(what, to) vstore16(what, 0, to)
#define LOAD_OWN LOAD
#define STORE_OWN STORE
#endif
#else
typedef float reals;
typedef int wholes;
#define ANY(mask) (mask)
#define LOAD(from) (*(from))
#define STORE(what, to) (*(to) = (what))
#define LOAD_OWN LOAD
#define STORE_OWN STORE
#endif

static inline int bit_at(__global const ulong *words, const int x) {
    return (int)(words[x >> 6] >> (x & 63) & 1UL);
}

// The last set column before x, going round if need be. The row holds at least one.
static inline int set_before(__global const ulong *words, const int n_words, const int x) {
    for (int i = (x - 1) >> 6; i >= 0; i--) {
        const ulong word = i == (x - 1) >> 6 ? words[i] & (~0UL >> (63 - ((x - 1) & 63))) : words[i];
        if (word != 0) return i * 64 + 63 - (int)clz(word);
    }
    int i = n_words - 1;
    while (words[i] == 0) i--;
    return i * 64 + 63 - (int)clz(words[i]);
}

// The first set column from x on, going round if need be.
static inline int set_from(__global const ulong *words, const int n_words, const int x) {
    for (int i = x >> 6; i < n_words; i++) {
        const ulong word = i == x >> 6 ? words[i] & (~0UL << (x & 63)) : words[i];
        if (word != 0) return i * 64 + 63 - (int)clz(word & (~word + 1UL));
    }
    int i = 0;
    while (words[i] == 0) i++;
    return i * 64 + 63 - (int)clz(words[i] & (~words[i] + 1UL));
}

// Smallest index of the mask that stands for column c of the folded row: the mask may go round more than once.
static inline long index_of(__global const ulong *given, const long given_words, const int given_cols, const int period, const int row, const int c) {
    int x = c;
    while (x + period < given_cols && !bit_at(given + row * given_words, x)) x += period;
    return (long)row * given_cols + x;
}

// The source of one row nearest to column x.
static inline int nearest_in_row(__global const ulong *words, const int n_words, const int cols, __global const ulong *given, const long given_words,
                                 const int given_cols, const int row, __global const float *half_sine2, const int x) {
    const int west = set_before(words, n_words, x), east = set_from(words, n_words, x);
    const float w = half_sine2[abs(x - west)], e = half_sine2[abs(east - x)];
    if (e != w) return e < w ? east : west;
    const long west_index = index_of(given, given_words, given_cols, cols, row, west);
    return index_of(given, given_words, given_cols, cols, row, east) < west_index ? east : west;
}

// Squared difference of two places on the meridian, each {rho, its rest, z, its rest}: right however near they are.
static inline float fall_of(const float4 p, const float4 q) {
    const float rho = (p.x - q.x) + (p.y - q.y), z = (p.z - q.z) + (p.w - q.w);
    return rho * rho + z * z;
}

// One listed row a work-item: for each column of the strip the nearest source's column and sin^2 of half the longitude to it.
// bits: folded rows of `cols` columns; half_sine2: by columns apart; at (may be null), sine2: [listed row from first_k on][strip], of which
// `filled` are made. From one set column to the next the tables are read in order, for speed.
__kernel void strip_nearest(__global const ulong *restrict bits, const int n_words, const int cols, __global const ulong *restrict given,
                            const long given_words, const int given_cols, __global const int *restrict listed, const int first_k, const int end_k,
                            __global const float *restrict half_sine2, const int strip0, const int strip, const int filled, __global int *restrict at,
                            __global float *restrict sine2) {
    const int k = first_k + (int)get_global_id(0);
    if (k >= end_k) return;
    const int row = listed[k], end = min(strip0 + filled, cols);
    __global const ulong *words = bits + (long)row * n_words;
    __global int *to = at + (long)(k - first_k) * strip - strip0;
    __global float *sine_to = sine2 + (long)(k - first_k) * strip - strip0;
    int x = strip0, west = set_before(words, n_words, x);
    while (x < end) {
        if (bit_at(words, x)) west = x;
        const int east = set_from(words, n_words, x + 1 < cols ? x + 1 : 0), stop = east > x && east < end ? east : end;
        const int east_first = index_of(given, given_words, given_cols, cols, row, east) < index_of(given, given_words, given_cols, cols, row, west);
        if (west <= x && east >= stop) {
            for (int i = x; i < stop; i++) {
                const float w = half_sine2[i - west], e = half_sine2[east - i];
                sine_to[i] = e < w ? e : w;
            }
        } else {
            for (int i = x; i < stop; i++) {
                const float w = half_sine2[abs(i - west)], e = half_sine2[abs(east - i)];
                sine_to[i] = e < w ? e : w;
            }
        }
        for (int i = x; at && i < stop; i++) {
            const float w = half_sine2[abs(i - west)], e = half_sine2[abs(east - i)];
            to[i] = e < w || (e == w && east_first) ? east : west;
        }
        x = stop;
    }
    for (x = end; x < strip0 + filled; x++) sine_to[x] = 0.0f; // beyond the edge: never holds up the search
}

// LANES cells of an anchor row a work-item: the listed row whose nearest source is nearest; the upper of equals. Only rows first_k to end_k - 1
// are at hand; `beyond`: the most rows above the first anchor or below the last that were looked at, INT_MAX where that was not enough.
// place: [row of the mask][4]; start: [row], the first listed row not above it; winner: [anchor][strip].
__kernel void anchor_rows(__global const int *restrict listed, const int n_listed, const int first_k, const int end_k,
                          __global const float4 *restrict place, __global const int *restrict start, const int last_row, const int first_anchor,
                          const int n_anchors, const int strip, const int n_cells, __global const float *restrict sine2,
                          __global int *restrict winner, __global int *restrict beyond) {
    const int x0 = (int)get_global_id(0) * LANES, a = (int)get_global_id(1);
    if (x0 >= n_cells || a >= n_anchors) return;
    const int row = min((first_anchor + a) * ANCHOR, last_row);
    const float4 p = place[row];
    reals best = INFINITY;
    wholes best_k = first_k;
    int down = min(max(start[row], first_k), end_k), up = down - 1;
    float fall_up = up >= first_k ? fall_of(p, place[listed[up]]) : INFINITY, fall_down = down < end_k ? fall_of(p, place[listed[down]]) : INFINITY;
    while (up >= first_k || down < end_k) {
        const int go_up = fall_up <= fall_down, k = go_up ? up : down;
        const float s = go_up ? fall_up : fall_down;
        if (!ANY(best >= s)) break;
        if (go_up) {
            up--;
            fall_up = up >= first_k ? fall_of(p, place[listed[up]]) : INFINITY;
        } else {
            down++;
            fall_down = down < end_k ? fall_of(p, place[listed[down]]) : INFINITY;
        }
        const reals chord2 = s + 4.0f * place[listed[k]].x * LOAD(sine2 + (long)(k - first_k) * strip + x0) * p.x;
        const wholes better = (chord2 < best) | ((chord2 == best) & (k < best_k));
        best = select(best, chord2, better);
        best_k = select(best_k, (wholes)k, better);
    }
    const int above = first_k > 0 && ANY(best >= fall_of(p, place[listed[first_k - 1]]));
    const int below = end_k < n_listed && ANY(best >= fall_of(p, place[listed[end_k]]));
    const int over = first_anchor * ANCHOR - listed[up + 1], under = listed[down - 1] - (first_anchor + n_anchors - 1) * ANCHOR;
    atomic_max(beyond, above || below ? INT_MAX : max(over, under));
    STORE(best_k, winner + (long)a * strip + x0);
}

// Places of LANES rows of the mask.
struct places {
    reals rho, rho_rest, z, z_rest;
};

static inline struct places places_of(__global const float4 *place, const int top, const int last_row) {
    float rho[LANES], rho_rest[LANES], z[LANES], z_rest[LANES];
    for (int l = 0; l < LANES; l++) {
        const float4 p = place[min(top + l, last_row)];
        rho[l] = p.x;
        rho_rest[l] = p.y;
        z[l] = p.z;
        z_rest[l] = p.w;
    }
    const struct places all = {LOAD_OWN(rho), LOAD_OWN(rho_rest), LOAD_OWN(z), LOAD_OWN(z_rest)};
    return all;
}

// The winners of LANES rows in one column, from its sources in listed rows k0 to k1; sines: the column's, from k0 on.
static inline wholes winners_between(__global const int *restrict listed, __global const float4 *restrict place, __global const float *restrict sines,
                                     const int strip, const struct places rows, const int k0, const int k1) {
    reals best = INFINITY;
    wholes best_k = k0;
    for (int k = k0; k <= k1; k++) {
        const float4 q = place[listed[k]];
        const reals across = (rows.rho - q.x) + (rows.rho_rest - q.y), along = (rows.z - q.z) + (rows.z_rest - q.w);
        const reals chord2 = (across * across + along * along) + 4.0f * q.x * sines[(long)(k - k0) * strip] * rows.rho;
        const wholes better = chord2 < best;
        best = select(best, chord2, better);
        best_k = select(best_k, (wholes)k, better);
    }
    return best_k;
}

// LANES rows of LANES columns a work-item: the winner's place, index and length. Columns strip0 + 0.. of the folded row are columns col0 + 0..
// of the results. Rows row0 to row0 + n_rows - 1 of the mask.
// latitudes: [row][3], reduced latitude, sine and cosine of its half.
#if LANES == 16 && defined(__clang__) // LLVM would stop at 256 bits; a pass before the last, which makes the vectors, complains
#pragma clang diagnostic ignored "-Wpass-failed"
__attribute__((min_vector_width(512)))
#endif
__kernel void nearest_source(__global const int *restrict listed, const int first_k, __global const float4 *restrict place, const int last_row,
                             __global const float *restrict sine2, __global const int *restrict at, __global const int *restrict winner,
                             const int first_anchor, __global const ulong *restrict given, const long given_words, const int given_cols,
                             const int cols, const int strip0, const int strip, const int n_cells, const int row0, const int n_rows,
                             const long out_first, const int out_cols, __global long *restrict source, __global float *restrict metres
#ifdef HAVE_FP64
                             ,
                             __global const double *restrict latitudes, __global const ulong *restrict bits, const int n_words,
                             __global const float *restrict half_sine2, const double semi_major_m, const double flattening, const double column_rad
#endif
) {
    const int x0 = (int)get_global_id(0) * LANES, top = (row0 / LANES + (int)get_global_id(1)) * LANES;
    if (x0 >= n_cells || top >= row0 + n_rows) return;
    const int columns = min(LANES, n_cells - x0);
    int won[LANES * LANES];
    const struct places rows = places_of(place, top, last_row);
    __global const int *anchors = winner + (long)(top / ANCHOR - first_anchor) * strip + x0;
    for (int c = 0; c < LANES; c++) {
        const int x = min(c, columns - 1), a = anchors[x], b = anchors[strip + x], k0 = min(a, b);
        __global const float *sines = sine2 + (long)(k0 - first_k) * strip + x0 + x;
        STORE_OWN(winners_between(listed, place, sines, strip, rows, k0, max(a, b)), won + c * LANES);
    }
#ifdef HAVE_FP64
    double q_half[2 * LANES * LANES];
    float w[LANES * LANES];
    for (int i = 0; i < LANES * LANES; i++) { // pairs, and well before they are used: gathered loads are slow
        const int k = won[i], c = i / LANES, to = i % LANES * LANES + c;
        vstore2(vload2(0, latitudes + 3L * listed[k] + 1), to, q_half);
        w[to] = sine2[(long)(k - first_k) * strip + x0 + c];
    }
#endif
    for (int l = 0; l < LANES; l++) {
        if (top + l < row0 || top + l >= row0 + n_rows) continue;
        const long out = out_first + (long)(top + l - row0) * out_cols + x0;
        for (int c = 0; source && c < columns; c++) {
            const int k = won[c * LANES + l];
            source[out + c] = index_of(given, given_words, given_cols, cols, listed[k], at[(long)(k - first_k) * strip + x0 + c]);
        }
#ifdef HAVE_FP64
        __global const double *p = latitudes + 3L * (top + l);
        const double sp = p[1], cp = p[2], *q = q_half + 2 * LANES * l;
        const float *sines = w + LANES * l;
        float length[LANES];
        int far = 0;
#if LANES == 16 && defined(__clang__) // of doubles 512 bits
#pragma clang loop vectorize_width(8)
#endif
        for (int c = 0; c < LANES; c++) {
            far |= geodesy_half_chord2(sp, cp, q[2 * c], q[2 * c + 1], sines[c]) >= GEODESY_FAR2;
            length[c] = (float)geodesy_lambert(semi_major_m, flattening, sp, cp, q[2 * c], q[2 * c + 1], sines[c]);
        }
        for (int c = 0; far && c < columns; c++) {
            if (geodesy_half_chord2(sp, cp, q[2 * c], q[2 * c + 1], sines[c]) < GEODESY_FAR2) continue;
            const int row = listed[won[c * LANES + l]], x = strip0 + x0 + c;
            const int at_x = nearest_in_row(bits + (long)row * n_words, n_words, cols, given, given_words, given_cols, row, half_sine2, x);
            length[c] =
                (float)geodesy_far(semi_major_m, flattening, p[0], latitudes[3L * row], column_rad * (x - at_x)); // the sine is too coarse here
        }
        for (int c = 0; c < columns; c++) metres[out + c] = length[c];
#endif
    }
}
