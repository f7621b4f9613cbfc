/* Random cells' distances to the nearest of the sites by PROJ's geodesics (Karney 2013), every site tried: no timing, a judge.
 *   peer_geodesic geodesic|geodesic-region SIZE ANSWER CELLS    the largest relative difference, as a JSON line */
#include <geodesic.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static double nearest(const struct grid *grid, const struct mask *mask, int64_t col, int64_t row) {
    struct geod_geodesic earth;
    double best = INFINITY, metres;
    geod_init(&earth, grid->semi_major_m, grid->flattening);
    for (int64_t r = 0; r < grid->height; r++)
        for (int64_t w = 0; w < mask->words_per_row; w++)
            for (uint64_t bits = mask->bits[r * mask->words_per_row + w]; bits; bits &= bits - 1) {
                double site = (double)(w * 64 + __builtin_ctzll(bits));
                geod_inverse(&earth, grid_y(grid, (double)row), grid_x(grid, (double)col), grid_y(grid, (double)r), grid_x(grid, site), &metres, NULL,
                             NULL);
                best = fmin(best, metres);
            }
    return best;
}

int main(int argc, char **argv) {
    if (argc < 5) return 64;
    int64_t size = atoll(argv[2]);
    const struct grid grid = strcmp(argv[1], "geodesic") == 0 ? bench_world(size) : bench_region(size);
    struct mask mask;
    FILE *answer = fopen(argv[3], "rb");
    status failure = bench_sites(&grid, &mask);
    if (failure || !answer) return 74;
    double worst = 0;
    srand(5);
    for (int i = atoi(argv[4]); i > 0; i--) {
        int64_t cell = (int64_t)((double)rand() / ((double)RAND_MAX + 1) * (double)(grid.width * grid.height));
        float got;
        if (fseek(answer, (long)cell * (long)sizeof got, SEEK_SET) != 0 || fread(&got, sizeof got, 1, answer) != 1) return 74;
        double wanted = nearest(&grid, &mask, cell % grid.width, cell / grid.width);
        worst = fmax(worst, fabs((double)got - wanted) / fmax(wanted, 1));
    }
    fclose(answer);
    mask_free(&mask);
    printf("{\"worst\": %.3g}\n", worst);
    return 0;
}
