// Slope, aspect and roughness of the 3 x 3 neighbourhood. Horn 1981, Proc. IEEE 69(1); roughness: Wilson et al. 2007.
#pragma OPENCL FP_CONTRACT OFF

#define SURFACE_AT(i, j) surface[((long)y + (j)) * (cols + 2) + x + (i)]

// e: rise to the east, n: to the north, per metre; heights are subtracted before they are added up, which loses no digits.
// metres: [row][2], the cell's width and height.
#define ACROSS(i, j, k, l) (SURFACE_AT(i, j) - SURFACE_AT(k, l))
#define HORN(e, n)                                                                                                                                   \
    const float e = (ACROSS(2, 0, 0, 0) + 2.0f * ACROSS(2, 1, 0, 1) + ACROSS(2, 2, 0, 2)) / (8.0f * metres[2 * y]);                                  \
    const float n = (ACROSS(0, 0, 0, 2) + 2.0f * ACROSS(1, 0, 1, 2) + ACROSS(2, 0, 2, 2)) / (8.0f * metres[2 * y + 1])

// The sum of the eight does not see a missing centre.
#define MISSING(value) (SURFACE_AT(1, 1) != SURFACE_AT(1, 1) ? NAN : (value))

__kernel void slope(__global const float *restrict surface, const int cols, const int rows, __global const float *restrict metres,
                    __global float *restrict out) {
    const int x = (int)get_global_id(0), y = (int)get_global_id(1);
    if (x >= cols || y >= rows) return;
    HORN(east, north);
    out[(long)y * cols + x] = MISSING(100.0f * sqrt(east * east + north * north));
}

__kernel void aspect(__global const float *restrict surface, const int cols, const int rows, __global const float *restrict metres,
                     __global float *restrict out) {
    const int x = (int)get_global_id(0), y = (int)get_global_id(1);
    if (x >= cols || y >= rows) return;
    HORN(east, north);
    const float turn = atan2(-east, -north) * 57.29577951308232f;
    const float degrees = turn < 0.0f ? turn + 360.0f : turn;
    const float whole = degrees >= 360.0f ? 0.0f : degrees;
    out[(long)y * cols + x] = MISSING(east == 0.0f && north == 0.0f ? -1.0f : whole);
}

__kernel void roughness(__global const float *restrict surface, const int cols, const int rows, __global const float *restrict metres,
                        __global float *restrict out) {
    const int x = (int)get_global_id(0), y = (int)get_global_id(1);
    if (x >= cols || y >= rows) return;
    float low = SURFACE_AT(1, 1), high = low, sum = 0.0f;
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++) {
            const float z = SURFACE_AT(i, j);
            low = z < low ? z : low;
            high = z > high ? z : high;
            sum += z;
        }
    out[(long)y * cols + x] = sum != sum ? NAN : high - low;
}
