// Slope, aspect, roughness, ruggedness and curvatures of the 3 x 3 neighbourhood. Horn 1981, Proc. IEEE 69(1); roughness: Wilson et al. 2007;
// ruggedness: Riley, DeGloria and Elliot 1999, Intermountain J. Sciences 5; curvatures: Mitasova and Hofierka 1993, Mathematical Geology 25(6).
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

__kernel void ruggedness(__global const float *restrict surface, const int cols, const int rows, __global const float *restrict metres,
                         __global float *restrict out) {
    const int x = (int)get_global_id(0), y = (int)get_global_id(1);
    if (x >= cols || y >= rows) return;
    float sum = 0.0f;
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++) {
            const float rise = SURFACE_AT(i, j) - SURFACE_AT(1, 1);
            sum += rise * rise;
        }
    out[(long)y * cols + x] = sqrt(sum);
}

// The quadric through the centre and nearest to the eight with Horn's weights (as GRASS r.slope.aspect): first derivatives as above, second ones
// positive where the surface is convex. Differences from the centre lose no digits.
#define FROM_CENTRE(i, j) (SURFACE_AT(i, j) - SURFACE_AT(1, 1))
#define LEVEL 0.001f // a surface less steep has no direction
#define QUADRIC                                                                                                                                      \
    const int x = (int)get_global_id(0), y = (int)get_global_id(1);                                                                                  \
    if (x >= cols || y >= rows) return;                                                                                                              \
    HORN(east, north);                                                                                                                               \
    const float dx = metres[2 * y], dy = metres[2 * y + 1];                                                                                          \
    const float corners = FROM_CENTRE(0, 0) + FROM_CENTRE(2, 0) + FROM_CENTRE(0, 2) + FROM_CENTRE(2, 2);                                             \
    const float beside = FROM_CENTRE(0, 1) + FROM_CENTRE(2, 1), above = FROM_CENTRE(1, 0) + FROM_CENTRE(1, 2);                                       \
    const float ee = -(corners + 4.0f * beside - 2.0f * above) / (6.0f * dx * dx);                                                                   \
    const float nn = -(corners + 4.0f * above - 2.0f * beside) / (6.0f * dy * dy);                                                                   \
    const float en = -(ACROSS(2, 0, 0, 0) - ACROSS(2, 2, 0, 2)) / (4.0f * dx * dy);                                                                  \
    const float steep2 = east * east + north * north, steep = sqrt(steep2), slant = sqrt(1.0f + steep2);                                             \
    const float down = ee * east * east + 2.0f * en * east * north + nn * north * north;                                                             \
    const float along = ee * north * north - 2.0f * en * east * north + nn * east * east

__kernel void profile_curvature(__global const float *restrict surface, const int cols, const int rows, __global const float *restrict metres,
                                __global float *restrict out) {
    QUADRIC;
    out[(long)y * cols + x] = MISSING(steep <= LEVEL ? 0.0f : down / (steep2 * slant * slant * slant));
}

__kernel void plan_curvature(__global const float *restrict surface, const int cols, const int rows, __global const float *restrict metres,
                             __global float *restrict out) {
    QUADRIC;
    out[(long)y * cols + x] = MISSING(steep <= LEVEL ? 0.0f : along / (steep2 * steep));
}

__kernel void tangential_curvature(__global const float *restrict surface, const int cols, const int rows, __global const float *restrict metres,
                                   __global float *restrict out) {
    QUADRIC;
    out[(long)y * cols + x] = MISSING(steep <= LEVEL ? 0.0f : along / (steep2 * slant));
}
