// Geodesic distance. In each latitude row the nearest source is the nearest in circular longitude; among the rows the winner has the
// shortest straight line through the Earth: chord^2 = fall(row, row') + 4 rho rho' sin^2(lon / 2), on the ellipsoid itself. Rows are tried
// outward from the cell's own until their fall alone is longer than the best. The winner's length is the geodesic's (geodesy.h).
#pragma OPENCL FP_CONTRACT OFF
#ifndef LANES
#define LANES 1 // neighbouring cells made by one work-item
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

// One row with sources a work-item: for each column of the strip the nearest source's column and sin^2 of half the longitude to it.
// bits: folded rows of `cols` columns; half_sine2: by columns apart; at, sine2: [listed row][strip], of which
// `filled` are made.
__kernel void strip_nearest(__global const ulong *restrict bits, const int n_words, const int cols, __global const ulong *restrict given,
                            const long given_words, const int given_cols, __global const int *restrict listed, const int n_listed,
                            __global const float *restrict half_sine2, const int strip0, const int strip, const int filled,
                            __global int *restrict at, __global float *restrict sine2) {
    const int k = (int)get_global_id(0);
    if (k >= n_listed) return;
    const int row = listed[k], end = min(strip0 + filled, cols);
    __global const ulong *words = bits + (long)row * n_words;
    __global int *to = at + (long)k * strip - strip0;
    __global float *sine_to = sine2 + (long)k * strip - strip0;
    int west = set_before(words, n_words, strip0), east = set_from(words, n_words, strip0);
    for (int x = strip0; x < end; x++) {
        if (x == east) west = x;
        const float w = half_sine2[abs(x - west)], e = half_sine2[abs(x - east)];
        int take_east = e < w;
        if (e == w && east != west)
            take_east = index_of(given, given_words, given_cols, cols, row, east) < index_of(given, given_words, given_cols, cols, row, west);
        to[x] = take_east ? east : west;
        sine_to[x] = take_east ? e : w;
        if (x == east && x + 1 < end) east = set_from(words, n_words, x + 1);
    }
    for (int x = end; x < strip0 + filled; x++) sine_to[x] = 0.0f; // beyond the edge: never holds up the search
}

// LANES cells of a row a work-item: the listed row whose nearest source is nearest; the upper of equals.
// fall: [row][listed row], the squared chord at the same longitude; start: [row], the first listed row not above it.
__kernel void nearest_row(__global const int *restrict listed, const int n_listed, __global const float *restrict rho_listed,
                          __global const float *restrict fall, __global const float *restrict rho, __global const int *restrict start,
                          const int n_rows, const int strip, const int n_cells, __global const float *restrict sine2, __global int *restrict winner) {
    const int x0 = (int)get_global_id(0) * LANES, r = (int)get_global_id(1);
    if (x0 >= n_cells || r >= n_rows) return;
    float best[LANES];
    int best_k[LANES];
    for (int l = 0; l < LANES; l++) {
        best[l] = INFINITY;
        best_k[l] = -1;
    }
    __global const float *falls = fall + (long)r * n_listed;
    int down = start[r], up = down - 1, tried = 0;
    float limit = INFINITY;
    while (up >= 0 || down < n_listed) {
        const float fall_up = up >= 0 ? falls[up] : INFINITY, fall_down = down < n_listed ? falls[down] : INFINITY;
        const int k = fall_up <= fall_down ? up : down;
        const float s = fall_up <= fall_down ? fall_up : fall_down;
        if (s > limit) break;
        up -= k == up;
        down += k == down;
        const float scale = 4.0f * rho[r] * rho_listed[k];
        __global const float *sines = sine2 + (long)k * strip + x0;
        for (int l = 0; l < LANES; l++) {
            const float chord2 = s + scale * sines[l];
            const int better = chord2 < best[l] || (chord2 == best[l] && k < best_k[l]);
            best[l] = better ? chord2 : best[l];
            best_k[l] = better ? k : best_k[l];
        }
        if ((++tried & 3) != 0) continue;
        limit = best[0];
        for (int l = 1; l < LANES; l++) limit = best[l] > limit ? best[l] : limit;
    }
    for (int l = 0; l < LANES && x0 + l < n_cells; l++) winner[(long)r * strip + x0 + l] = best_k[l];
}

// One cell a work-item: the winner's place, index and length. Columns strip0 + 0.. of the folded row are columns col0 + 0.. of the results.
// latitudes: [row][3], reduced latitude, sine and cosine of its half; half_sine2: by columns apart.
__kernel void winner_length(__global const int *restrict listed, __global const ulong *restrict given, const long given_words, const int given_cols,
                            const int cols, const int strip0, const int strip, const int n_cells, const int n_rows, __global const int *restrict at,
                            __global const int *restrict winner, const int row0, const long out_first, const int out_cols,
                            __global long *restrict source, __global float *restrict metres
#ifdef HAVE_FP64
                            ,
                            __global const double *restrict latitudes, __global const double *restrict half_sine2, const double semi_major_m,
                            const double flattening, const double column_rad
#endif
) {
    const int x = (int)get_global_id(0), r = (int)get_global_id(1);
    if (x >= n_cells || r >= n_rows) return;
    const int k = winner[(long)r * strip + x], row = listed[k], c = at[(long)k * strip + x];
    const long out = out_first + (long)r * out_cols + x;
    if (source) source[out] = index_of(given, given_words, given_cols, cols, row, c);
#ifdef HAVE_FP64
    __global const double *p = latitudes + 3L * (row0 + r), *q = latitudes + 3L * row;
    const int apart = abs(strip0 + x - c);
    metres[out] = (float)geodesy_length(semi_major_m, flattening, p[0], p[1], p[2], q[0], q[1], q[2], column_rad * apart, half_sine2[apart]);
#endif
}
