// Counts of a band for models: how many cells of a row lie above each key, or on it, and are of the study area; and values of chosen cells.
// Whole numbers a row: what the host adds up does not depend on how high a band is.

#ifndef WALKERS
#define WALKERS 1 // work-items, a group, that share a row: each looks at every WALKERS-th cell
#endif

// state: 0 scored, 1 excluded; what is neither is outside the study. Eight keys are held against each cell that was fetched.
#define KEY(j) const float l##j = first + j < n_keys ? keys[first + j] : NAN;
#define COUNT_CELLS(sign)                                                                                                                            \
    for (uint c = lane; c < cols; c += WALKERS) {                                                                                                    \
        const float value = plane[at + c] * scale, x = state[at + c] < 2 ? value : NAN;                                                              \
        known += (uint)(x == x);                                                                                                                     \
        n0 += (uint)(x sign l0);                                                                                                                     \
        n1 += (uint)(x sign l1);                                                                                                                     \
        n2 += (uint)(x sign l2);                                                                                                                     \
        n3 += (uint)(x sign l3);                                                                                                                     \
        n4 += (uint)(x sign l4);                                                                                                                     \
        n5 += (uint)(x sign l5);                                                                                                                     \
        n6 += (uint)(x sign l6);                                                                                                                     \
        n7 += (uint)(x sign l7);                                                                                                                     \
    }
#if WALKERS > 1
#define GIVE(j, n)                                                                                                                                   \
    if (j <= n_keys && (n) > 0) atomic_add(of_row + (j), n);
#else
#define GIVE(j, n)                                                                                                                                   \
    if (j <= n_keys) of_row[j] = n;
#endif

// counts: [rows][n_keys + 1], zeroed where walkers share a row; the first of a row counts the cells that are known at all.
__kernel void count_keys(__global const float *restrict plane, const float scale, __global const uchar *restrict state,
                         __global const float *restrict keys, const uint n_keys, const int exact, const uint cols, const uint rows,
                         __global uint *restrict counts) {
    const uint lane = (uint)get_global_id(0), row = (uint)get_global_id(1);
    if (lane >= WALKERS || row >= rows) return;
    const ulong at = (ulong)row * cols;
    __global uint *of_row = counts + (ulong)row * (n_keys + 1);
    for (uint first = 0; first == 0 || first < n_keys; first += 8) {
        KEY(0) KEY(1) KEY(2) KEY(3) KEY(4) KEY(5) KEY(6) KEY(7)
        uint known = 0, n0 = 0, n1 = 0, n2 = 0, n3 = 0, n4 = 0, n5 = 0, n6 = 0, n7 = 0;
        if (exact) {
            COUNT_CELLS(==)
        } else {
            COUNT_CELLS(>)
        }
        if (first == 0) GIVE(0, known)
        GIVE(first + 1, n0)
        GIVE(first + 2, n1)
        GIVE(first + 3, n2)
        GIVE(first + 4, n3)
        GIVE(first + 5, n4)
        GIVE(first + 6, n5)
        GIVE(first + 7, n6)
        GIVE(first + 8, n7)
    }
}

__kernel void gather(__global const float *restrict plane, const float scale, __global const uint *restrict cells, const uint count,
                     __global float *restrict out) {
    const uint i = (uint)get_global_id(0);
    if (i < count) out[i] = plane[cells[i]] * scale;
}
