// Percentiles over circles of cells, exact: the two values of the circle that the percentile falls between, and between them a straight line
// (Hyndman and Fan 1996, Amer. Statistician 50, type 7, as most programs have it). A value is found by halving the range of all floats, whose order
// is that of their bits, and counting the circle's cells below: no cell is sorted, none is held, and no answer is near but wrong.
#pragma OPENCL FP_CONTRACT OFF

#ifndef LANE_CELLS
#define LANE_CELLS 1 // cells that a work-item makes, side by side: 1 or 16
#endif

#if LANE_CELLS == 16
#define KEYS int16
#define FLOATS float16
#define AS_KEYS as_int16
#define AS_FLOATS as_float16
#define TO_KEYS convert_int16_rtz
#define TO_FLOATS convert_float16
#define LOAD(from) vload16(0, from)
#define TRUE(test) (-(test)) // a lane that holds is -1
#define ANY(test) any(test)
#define MASK(test) (test)
#else
#define KEYS int
#define FLOATS float
#define AS_KEYS as_int
#define AS_FLOATS as_float
#define TO_KEYS (int)
#define TO_FLOATS (float)
#define LOAD(from) (*(from))
#define TRUE(test) (test)
#define ANY(test) (test)
#define MASK(test) (-(test))
#endif
#define WHERE(test, yes, no) (((yes)&MASK(test)) | ((no) & ~MASK(test)))

#define UNKNOWN INT_MAX // above every key of a finite number

// Bits of a float as whole numbers that are ordered as the floats are, there and back.
#define TURNED(bits) ((bits) ^ (((bits) >> 31) & 0x7fffffff))

// surface: rows * cols; keys: rows * pitch, UNKNOWN where the surface is not finite or ends.
__kernel void order(__global const float *restrict surface, const int cols, const int rows, const int pitch, __global int *restrict keys) {
    const int first = (int)get_global_id(0) * LANE_CELLS, y = (int)get_global_id(1);
    if (first >= pitch || y >= rows) return;
    for (int x = first; x < first + LANE_CELLS; x++) {
        const float z = x < cols ? surface[(long)y * cols + x] : NAN;
        keys[(long)y * pitch + x] = fabs(z) < INFINITY ? TURNED(as_int(z)) : UNKNOWN;
    }
}

// Every cell of the circle around each of the work-item's, as `key`.
#define AROUND(statement)                                                                                                                            \
    for (int j = 0; j <= 2 * reach_rows; j++) {                                                                                                      \
        const int side = runs[j];                                                                                                                    \
        __global const int *restrict there = keys + (long)(y + j) * pitch + first + reach_cols;                                                      \
        for (int k = -side; k <= side; k++) {                                                                                                        \
            const KEYS key = LOAD(there + k);                                                                                                        \
            statement;                                                                                                                               \
        }                                                                                                                                            \
    }

// halves: of each row of cells (stride 0: of all of them) the half lengths of the circle's runs, -1 for none, and how many cells it has.
// out: rows * cols.
__kernel void percentile(__global const int *restrict keys, const int pitch, __global const int *restrict halves, const int stride,
                         const int reach_cols, const int reach_rows, const int cols, const int rows, const float percent, __global float *restrict out) {
    const int first = (int)get_global_id(0) * LANE_CELLS, y = (int)get_global_id(1);
    if (first >= cols || y >= rows) return;
    __global const int *restrict runs = halves + (long)y * stride;
    KEYS low = (KEYS)INT_MAX, high = (KEYS)INT_MIN, known = (KEYS)0;
    AROUND(known += TRUE(key != UNKNOWN); low = min(low, key); high = max(high, WHERE(key == UNKNOWN, (KEYS)INT_MIN, key)))
    const FLOATS hundredfold = percent * TO_FLOATS(max(known, (KEYS)1) - 1);
    const KEYS wanted = TO_KEYS(hundredfold / 100.0f);
    const FLOATS between = (hundredfold - 100.0f * TO_FLOATS(wanted)) / 100.0f; // small before it is divided: no digit is lost
    high = max(high, low); // nothing is known: both are UNKNOWN
    // The least key that more than `wanted` cells do not exceed. Both ends are keys of cells, so what is between two of them is never searched.
    while (ANY(low < high)) {
        const KEYS middle = (low & high) + ((low ^ high) >> 1);
        KEYS below = (KEYS)0, under = (KEYS)INT_MIN, over = (KEYS)INT_MAX;
        AROUND(below += TRUE(key <= middle); under = max(under, WHERE(key <= middle, key, (KEYS)INT_MIN));
               over = min(over, WHERE(key > middle, key, (KEYS)INT_MAX)))
        const KEYS open = low < high, enough = below > wanted;
        high = WHERE(open & enough, under, high);
        low = WHERE(open & ~MASK(enough), over, low);
    }
    KEYS below = (KEYS)0, next = (KEYS)INT_MAX;
    AROUND(below += TRUE(key <= low); next = min(next, WHERE(key > low, key, (KEYS)INT_MAX)))
    next = WHERE((below > wanted + 1) | (next == UNKNOWN), low, next);
    const FLOATS value = AS_FLOATS(TURNED(low)), other = AS_FLOATS(TURNED(next));
    const FLOATS found = value + between * (other - value);
    const KEYS enough = 2 * known >= runs[2 * reach_rows + 1];
    const KEYS bits = WHERE(enough, AS_KEYS(found), (KEYS)as_int(NAN));
#if LANE_CELLS == 16
    int each[16];
    vstore16(bits, 0, each);
    for (int i = 0; i < 16 && first + i < cols; i++) out[(long)y * cols + first + i] = as_float(each[i]);
#else
    out[(long)y * cols + first] = as_float(bits);
#endif
}
