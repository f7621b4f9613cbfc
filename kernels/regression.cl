// The sums of one step of a logistic regression over many rows (host/model/logistic.h). Rows in blocks of fixed size, each block's sum by one
// work-item in the order of its rows, so that the same numbers come out wherever it runs; the host adds the blocks in order.
// Without doubles the sums are of floats with the error of each addition kept (Kahan 1965).
#ifndef BLOCK_ROWS
#define BLOCK_ROWS 256 // rows whose sum one work-item makes
#endif

#ifdef HAVE_FP64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double real;
#define ADD(sum, error, term) sum += (term)
#else
typedef float real;
#define ADD(sum, error, term)                                                                                                                        \
    {                                                                                                                                                \
        const real add = (term) - error, grown = sum + add;                                                                                          \
        error = (grown - sum) - add;                                                                                                                 \
        sum = grown;                                                                                                                                 \
    }
#endif

// x: [columns - 1][rows], the constant's column left out. y: 1 or 0. weight: what a row counts. beta: [columns].
// Gives each row's weight in X'WX, its part of y - p, and of the likelihood's logarithm.
__kernel void regression_rows(__global const float *restrict x, __global const float *restrict y, __global const float *restrict weight,
                              __global const real *restrict beta, const uint columns, const uint rows, __global real *restrict w,
                              __global real *restrict r, __global real *restrict likelihood) {
    const uint i = (uint)get_global_id(0);
    if (i >= rows) return;
    real t = beta[0];
    for (uint j = 1; j < columns; j++) t += beta[j] * (real)x[(ulong)(j - 1) * rows + i];
    const real e = exp(-fabs(t)), p = t < 0 ? e / (1 + e) : 1 / (1 + e), count = weight[i];
    w[i] = count * e / ((1 + e) * (1 + e));
    r[i] = count * (y[i] - p);
    likelihood[i] = count * ((y[i] > 0 ? min(t, (real)0) : min(-t, (real)0)) - log1p(e));
}

// Entry 0 is the likelihood, then `columns` of X'(y - p), then X'WX row by row up to its diagonal. sums: [blocks][entries].
__kernel void regression_sums(__global const float *restrict x, __global const real *restrict w, __global const real *restrict r,
                              __global const real *restrict likelihood, const uint columns, const uint rows, const uint entries,
                              __global real *restrict sums) {
    const uint entry = (uint)get_global_id(0), block = (uint)get_global_id(1);
    const uint first = block * BLOCK_ROWS;
    if (entry >= entries || first >= rows) return;
    const uint end = min(first + BLOCK_ROWS, rows);
    real sum = 0, error = 0;
    if (entry == 0) {
        for (uint i = first; i < end; i++) ADD(sum, error, likelihood[i]);
    } else if (entry <= columns) {
        const uint j = entry - 1;
        for (uint i = first; i < end; i++) ADD(sum, error, (j ? (real)x[(ulong)(j - 1) * rows + i] : (real)1) * r[i]);
    } else {
        uint k = entry - 1 - columns, j = 0;
        for (; k > j; j++) k -= j + 1;
        for (uint i = first; i < end; i++)
            ADD(sum, error,
                (j ? (real)x[(ulong)(j - 1) * rows + i] : (real)1) * (k ? (real)x[(ulong)(k - 1) * rows + i] : (real)1) * w[i]);
    }
    sums[(ulong)block * entries + entry] = sum;
}
