// Densities of points and of lines around each cell, from where they truly are. Every point within the radius counts by the kernel K; of a line each
// metre does, and its integral over the part of a straight piece that lies within is a polynomial: nothing is rasterised.
//   quartic (Silverman 1986, Density Estimation, eq. 4.5, as ArcGIS, QGIS and GRASS v.kernel have it): K = 3 / (pi r^2) (1 - d^2 / r^2)^2
//   uniform: K = 1 / (pi r^2)
// Positions are in metres in space: on a plane, or on the ellipsoid, where distances are straight lines through the Earth.
// A piece passes at a distance p; with a = 1 - p^2 / r^2 and x along it in radii, the integral of (a - x^2)^2 is a^2 x - 2 a x^3 / 3 + x^5 / 5.
#pragma OPENCL FP_CONTRACT OFF
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

#ifndef UNIFORM
#define UNIFORM 0 // 1: the uniform kernel, 0: the quartic one
#endif

static double of_point(const double3 away, const double radius2) {
    const double apart2 = away.x * away.x + away.y * away.y + away.z * away.z;
    if (!(apart2 <= radius2)) return 0.0;
#if UNIFORM
    return 1.0;
#else
    const double inner = 1.0 - apart2 / radius2;
    return inner * inner;
#endif
}

// In radii. `away`: from the piece's beginning to the cell.
static double of_piece(const double3 away, const double4 along, const double radius2, const double radius) {
    const double before = away.x * along.x + away.y * along.y + away.z * along.z;
    const double3 across = away - before * along.xyz;
    const double passes2 = across.x * across.x + across.y * across.y + across.z * across.z;
    if (!(passes2 < radius2)) return 0.0;
    const double half_chord = sqrt(radius2 - passes2), first = -before, last = along.w - before;
    const double x0 = (first > -half_chord ? first : -half_chord) / radius, x1 = (last < half_chord ? last : half_chord) / radius;
    if (!(x1 > x0)) return 0.0;
#if UNIFORM
    return x1 - x0;
#else
    const double a = 1.0 - passes2 / radius2, q0 = x0 * x0, q1 = x1 * x1;
    return x1 * (a * a - q1 * (2.0 / 3.0 * a - q1 / 5.0)) - x0 * (a * a - q0 * (2.0 / 3.0 * a - q0 / 5.0));
#endif
}

// Parts in bins, row by row: part p is 3 numbers of four, its beginning and its column, its direction and its length (0: a point), and its weight.
// first[bin]. The lattice of bins begins at (lattice_col, lattice_row), in cells. reach[y]: how many columns around a cell of row y a part's middle
// may lie; reach_rows: how many rows. half_turn: columns; a part lies once a turn. across: 2 numbers a column, along: 2 a row:
// (x, y, z) = (along[0] across[0], along[0] across[1], along[1]).
__kernel void density(__global const double4 *restrict parts, __global const int *restrict first, const int bins_x, const int bins_y,
                      const int cells_x, const int cells_y, const int lattice_col, const int lattice_row, __global const int *restrict reach,
                      const int reach_rows, const double half_turn, const double radius, const double radius2, const double factor,
                      __global const double2 *restrict across, __global const double2 *restrict along, const int col0, const int row0,
                      const int cols, const int rows, __global float *restrict out) {
    const int x = (int)get_global_id(0), y = (int)get_global_id(1);
    if (x >= cols || y >= rows) return;
    const int col = col0 + x, from_row = row0 + y - reach_rows - lattice_row, to_row = row0 + y + reach_rows - lattice_row;
    const int from_col = col - reach[y] - lattice_col, to_col = col + reach[y] - lattice_col;
    const int bx0 = max(from_col, 0) / cells_x, bx1 = min(max(to_col, 0) / cells_x, bins_x - 1);
    const int by0 = max(from_row, 0) / cells_y, by1 = min(max(to_row, 0) / cells_y, bins_y - 1);
    const double3 here = (double3)(along[y].x * across[x].x, along[y].x * across[x].y, along[y].y);
    double sum = 0.0;
    for (int by = by0; by <= by1 && bx0 <= bx1; by++)
        for (int p = first[by * bins_x + bx0]; p < first[by * bins_x + bx1 + 1]; p++) {
            const double4 begin = parts[3 * p], direction = parts[3 * p + 1];
            const double turned = begin.w - (double)col;
            if (!(turned >= -half_turn && turned < half_turn)) continue;
            const double3 away = here - begin.xyz;
            const double counts = direction.w > 0.0 ? of_piece(away, direction, radius2, radius) : of_point(away, radius2);
            sum += parts[3 * p + 2].x * counts;
        }
    out[(long)y * cols + x] = (float)(sum * factor);
}
