// Counts of a band for models: how many cells of a row lie above each key, or on it, and are of the study area; and values of chosen cells.
// Whole numbers a row: what the host adds up does not depend on how high a band is.

// state: 0 scored, 1 excluded; what is neither is outside the study. Key 0 counts the cells that are known at all. counts: [rows][n_keys + 1].
#define COUNT_CELLS(test)                                                                                                                            \
    for (uint c = 0; c < cols; c++) {                                                                                                                \
        const float x = plane[at + c] * scale;                                                                                                       \
        n += (uint)(test) & (uint)(state[at + c] < 2);                                                                                               \
    }

__kernel void count_keys(__global const float *restrict plane, const float scale, __global const uchar *restrict state,
                         __global const float *restrict keys, const uint n_keys, const int exact, const uint cols, const uint rows,
                         __global uint *restrict counts) {
    const uint key = (uint)get_global_id(0), row = (uint)get_global_id(1);
    if (key > n_keys || row >= rows) return;
    const float limit = key ? keys[key - 1] : 0.0f;
    const ulong at = (ulong)row * cols;
    uint n = 0;
    if (key == 0) {
        COUNT_CELLS(x == x)
    } else if (exact) {
        COUNT_CELLS(x == limit)
    } else {
        COUNT_CELLS(x > limit)
    }
    counts[row * (n_keys + 1) + key] = n;
}

__kernel void gather(__global const float *restrict plane, const float scale, __global const uint *restrict cells, const uint count,
                     __global float *restrict out) {
    const uint i = (uint)get_global_id(0);
    if (i < count) out[i] = plane[cells[i]] * scale;
}
