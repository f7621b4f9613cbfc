/* The best that one thread does without vectors: exact distances by columns, then the lower envelope of parabolas in each row
 * (Felzenszwalb and Huttenlocher 2012, Theory of Computing 8, 415; the order of passes of Meijster et al. 2000).
 * Columns are walked a row at a time, so that memory is read in order; whole numbers until the square root.
 *   peer_envelope MASK SIZE [OUT]    MASK: a byte a cell; OUT: raw floats, cells */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { FAR = 1 << 24 }; /* rows; more than any side */

static void down_the_columns(const unsigned char *mask, int size, int *rows) {
    for (int c = 0; c < size; c++) rows[c] = mask[c] ? 0 : FAR;
    for (size_t r = 1; r < (size_t)size; r++) {
        const unsigned char *here = mask + r * (size_t)size;
        int *now = rows + r * (size_t)size, *above = now - size;
        for (int c = 0; c < size; c++) now[c] = here[c] ? 0 : above[c] < FAR ? above[c] + 1 : FAR;
    }
    for (size_t r = (size_t)size - 1; r-- > 0;) {
        int *now = rows + r * (size_t)size, *below = now + size;
        for (int c = 0; c < size; c++) now[c] = now[c] < below[c] + 1 ? now[c] : below[c] + 1;
    }
}

struct envelope {
    int *column;    /* of each parabola */
    double *from;   /* where it becomes the lowest */
    double *height; /* g^2 + column^2 */
};

static void along_a_row(const int *rows, int size, const struct envelope *e, float *out) {
    int n = 0;
    for (int c = 0; c < size; c++) {
        if (rows[c] >= FAR) continue;
        double height = (double)rows[c] * rows[c] + (double)c * c, meets = -INFINITY;
        while (n > 0) {
            meets = (height - e->height[n - 1]) / (2.0 * (c - e->column[n - 1]));
            if (meets > e->from[n - 1]) break;
            n--;
        }
        e->column[n] = c;
        e->height[n] = height;
        e->from[n] = n ? meets : -INFINITY;
        n++;
    }
    for (int c = 0, k = 0; c < size; c++) {
        while (k + 1 < n && e->from[k + 1] < c) k++;
        out[c] = n ? sqrtf((float)(e->height[k] - 2.0 * e->column[k] * c + (double)c * c)) : INFINITY;
    }
}

static int transform(const unsigned char *mask, int size, float *out) {
    struct envelope e = {malloc((size_t)size * sizeof(int)), malloc((size_t)size * sizeof(double)), malloc((size_t)size * sizeof(double))};
    int *rows = malloc((size_t)size * (size_t)size * sizeof *rows), ok = e.column && e.from && e.height && rows;
    if (ok) down_the_columns(mask, size, rows);
    for (size_t r = 0; ok && r < (size_t)size; r++) along_a_row(rows + r * (size_t)size, size, &e, out + r * (size_t)size);
    free(rows);
    free(e.column);
    free(e.from);
    free(e.height);
    return ok;
}

int main(int argc, char **argv) {
    int size = argc > 2 ? atoi(argv[2]) : 0;
    if (size < 1) return 64;
    size_t cells = (size_t)size * (size_t)size;
    unsigned char *mask = malloc(cells);
    float *out = malloc(cells * sizeof *out);
    FILE *file = fopen(argv[1], "rb");
    if (!mask || !out || !file || fread(mask, 1, cells, file) != cells) return 74;
    fclose(file);
    struct timing timing = {0};
    timing_start(&timing);
    if (!transform(mask, size, out)) return 75;
    timing_stop(&timing);
    file = argc > 3 ? fopen(argv[3], "wb") : NULL;
    if (argc > 3 && (!file || fwrite(out, sizeof *out, cells, file) != cells || fclose(file) != 0)) return 74;
    printf("{\"wall_s\": %.6f, \"cpu_s\": %.6f}\n", timing.wall_s, timing.cpu_s);
    free(mask);
    free(out);
    return 0;
}
