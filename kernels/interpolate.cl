// Values between points: inverse distance weights (Shepard 1968) and ordinary kriging (Matheron 1963), of the NEIGHBOURS nearest within a radius.
// Positions are in metres in space: on a plane, or on the ellipsoid, where distances are straight lines through the Earth.
// Kriging takes C = sill - gamma, C = L L', and the three vectors L^-1 c0, L^-1 1 and L^-1 z as rows of L come, so no weights are needed:
// value = z'C^-1 c0 - m z'C^-1 1, variance = sill - c0'C^-1 c0 + (1 - 1'C^-1 c0)^2 / 1'C^-1 1, m = (1'C^-1 c0 - 1) / 1'C^-1 1.
#pragma OPENCL FP_CONTRACT OFF
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

#ifndef NEIGHBOURS
#define NEIGHBOURS 12 // at most, 1 to 16
#endif
#ifndef VARIOGRAM
#define VARIOGRAM 0 // 0: spherical, 1: exponential, 2: gaussian; the last two are at 95 percent of the sill at the range
#endif
#ifndef ALIKE
#define ALIKE 1e-10 // share of the sill below which a neighbour says nothing that nearer ones did not say
#endif

// Points in bins, row by row: place[point] is x, y, z and value; first[bin]. The lattice of bins begins at (col0, row0), in cells.
typedef struct {
    __global const double4 *place;
    __global const int *id, *first;
    int bins_x, bins_y, cells_x, cells_y, col0, row0;
    double ring_m; // between two cells with a whole bin between them lie at least so many metres
} bins;

typedef struct {
    int count;
    double near[NEIGHBOURS]; // squared metres, ascending; of equals the lower id first
    int id[NEIGHBOURS], at[NEIGHBOURS];
} nearest;

static void offer(nearest *found, const double apart2, const int id, const int at) {
    int i = found->count;
    if (i == NEIGHBOURS && (apart2 > found->near[i - 1] || (apart2 == found->near[i - 1] && id >= found->id[i - 1]))) return;
    for (int k = 0; k < found->count; k++)
        if (found->id[k] == id) return; // the same point a turn farther
    i = i < NEIGHBOURS ? i : NEIGHBOURS - 1;
    found->count = i + 1;
    for (; i > 0 && (apart2 < found->near[i - 1] || (apart2 == found->near[i - 1] && id < found->id[i - 1])); i--) {
        found->near[i] = found->near[i - 1];
        found->id[i] = found->id[i - 1];
        found->at[i] = found->at[i - 1];
    }
    found->near[i] = apart2;
    found->id[i] = id;
    found->at[i] = at;
}

static void offer_bin(const bins *all, const int bx, const int by, const double3 here, const double radius2, nearest *found) {
    if (bx < 0 || by < 0 || bx >= all->bins_x || by >= all->bins_y) return;
    for (int p = all->first[by * all->bins_x + bx]; p < all->first[by * all->bins_x + bx + 1]; p++) {
        const double3 d = all->place[p].xyz - here;
        const double apart2 = d.x * d.x + d.y * d.y + d.z * d.z;
        if (apart2 <= radius2) offer(found, apart2, all->id[p], p);
    }
}

// Rings of bins, until what is found is nearer than the next ring can be.
static void find(const bins *all, const int col, const int row, const double3 here, const double radius2, nearest *found) {
    const int bx = (col - all->col0) / all->cells_x, by = (row - all->row0) / all->cells_y;
    const int rings = max(max(bx, all->bins_x - 1 - bx), max(by, all->bins_y - 1 - by));
    found->count = 0;
    for (int ring = 0; ring <= rings; ring++) {
        const double clear = ring > 1 ? (ring - 1) * all->ring_m : 0.0;
        if (clear * clear > radius2 || (found->count == NEIGHBOURS && clear * clear > found->near[NEIGHBOURS - 1])) return;
        for (int y = -ring; y <= ring; y++)
            for (int x = -ring; x <= ring; x += (y == -ring || y == ring) ? 1 : 2 * ring) offer_bin(all, bx + x, by + y, here, radius2, found);
    }
}

// across: 2 numbers a column of the lattice's window, along: 2 a row: (x, y, z) = (along[0] across[0], along[0] across[1], along[1]).
#define ARGUMENTS                                                                                                                                    \
    __global const double4 *restrict place, __global const int *restrict id, __global const int *restrict first, const int bins_x, const int bins_y,  \
        const int cells_x, const int cells_y, const int lattice_col, const int lattice_row, const double ring_m, const double radius2,               \
        __global const double2 *restrict across, __global const double2 *restrict along, const int col0, const int row0, const int cols,             \
        const int rows, const double a, const double b, const double c, __global float *restrict out
#define NEAREST                                                                                                                                      \
    const int x = (int)get_global_id(0), y = (int)get_global_id(1);                                                                                  \
    if (x >= cols || y >= rows) return;                                                                                                              \
    const bins all = {place, id, first, bins_x, bins_y, cells_x, cells_y, lattice_col, lattice_row, ring_m};                                         \
    const double3 here = (double3)(along[y].x * across[x].x, along[y].x * across[x].y, along[y].y);                                                  \
    nearest found;                                                                                                                                   \
    find(&all, col0 + x, row0 + y, here, radius2, &found)

// a: the power. Small whole powers are made of operations that every device rounds alike.
__kernel void idw(ARGUMENTS) {
    NEAREST;
    double sum = 0.0, weights = 0.0;
    for (int i = 0; i < found.count; i++) {
        const double d2 = found.near[i] / radius2;
        const double weight = a == 2.0 ? 1.0 / d2 : a == 1.0 ? 1.0 / sqrt(d2) : a == 3.0 ? 1.0 / (d2 * sqrt(d2)) : a == 4.0 ? 1.0 / (d2 * d2) : pow(d2, -0.5 * a);
        sum += weight * place[found.at[i]].w;
        weights += weight;
    }
    const float value = found.count == 0 ? NAN : (float)(sum / weights);
    out[(long)y * cols + x] = found.count > 0 && !(found.near[0] > 0.0) ? (float)place[found.at[0]].w : value;
}

// a: nugget, b: sill with it, c: range in metres.
static double covariance(const double apart2, const double nugget, const double sill, const double range_m) {
    if (!(apart2 > 0.0)) return sill;
    const double h2 = apart2 / (range_m * range_m), h = sqrt(h2);
#if VARIOGRAM == 0
    return h < 1.0 ? (sill - nugget) * (1.0 - 1.5 * h + 0.5 * h * h2) : 0.0;
#elif VARIOGRAM == 1
    return (sill - nugget) * exp(-3.0 * h);
#else
    return (sill - nugget) * exp(-3.0 * h2);
#endif
}

static void krige(const nearest *found, __global const double4 *restrict place, const double nugget, const double sill, const double range_m,
                  double *value, double *variance) {
    double lower[NEIGHBOURS * (NEIGHBOURS + 1) / 2], to_here[NEIGHBOURS], ones[NEIGHBOURS], values[NEIGHBOURS];
    int kept[NEIGHBOURS], n = 0;
    double hh = 0.0, oo = 0.0, ho = 0.0, vh = 0.0, vo = 0.0;
    const double middle = found->count ? place[found->at[0]].w : 0.0; // weights sum to 1, so any number may be taken off
    for (int i = 0; i < found->count; i++) {
        const double4 mine = place[found->at[i]];
        __private double *row = lower + n * (n + 1) / 2;
        double left = sill, h = covariance(found->near[i], nugget, sill, range_m), o = 1.0, v = mine.w - middle;
        for (int j = 0; j < n; j++) {
            const double3 d = mine.xyz - place[found->at[kept[j]]].xyz;
            double sum = covariance(d.x * d.x + d.y * d.y + d.z * d.z, nugget, sill, range_m);
            for (int k = 0; k < j; k++) sum -= row[k] * lower[j * (j + 1) / 2 + k];
            row[j] = sum / lower[j * (j + 1) / 2 + j];
            left -= row[j] * row[j];
            h -= row[j] * to_here[j];
            o -= row[j] * ones[j];
            v -= row[j] * values[j];
        }
        if (left <= ALIKE * sill) continue;
        const double pivot = sqrt(left);
        row[n] = pivot;
        to_here[n] = h / pivot;
        ones[n] = o / pivot;
        values[n] = v / pivot;
        hh += to_here[n] * to_here[n];
        oo += ones[n] * ones[n];
        ho += to_here[n] * ones[n];
        vh += values[n] * to_here[n];
        vo += values[n] * ones[n];
        kept[n++] = i;
    }
    const double spread = sill - hh + (1.0 - ho) * (1.0 - ho) / oo;
    *value = n ? middle + vh - (ho - 1.0) / oo * vo : NAN;
    *variance = n ? (spread > 0.0 ? spread : 0.0) : NAN;
}

__kernel void kriging(ARGUMENTS) {
    NEAREST;
    double value, variance;
    krige(&found, place, a, b, c, &value, &variance);
    out[(long)y * cols + x] = (float)value;
}

__kernel void kriging_variance(ARGUMENTS) {
    NEAREST;
    double value, variance;
    krige(&found, place, a, b, c, &value, &variance);
    out[(long)y * cols + x] = (float)variance;
}
