/* Rows are summed up each for itself and joined in their order, so that threads change nothing. Two runs over a row (mean, then squares
 * about it) lose no digits where the mean is large against the spread; rows are joined by the formula of Chan, Golub and LeVeque (1979):
 * M2 = M2a + M2b + (mean_b - mean_a)^2 n_a n_b / (n_a + n_b). */
#include "geo/pyramid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vectors.h"

enum { LANES = 8, ROWS_A_TASK = 16 }; /* rows of `half` */

struct row_facts {
    int64_t cells;
    double least, most, mean, squares; /* sum of squares about the mean */
};

struct halving {
    const void *values;
    const struct scratch *plane; /* that holds them, or NULL */
    struct scratch *half;        /* or NULL */
    int64_t width, height;
    struct row_facts *rows; /* [height], or NULL */
    bool rounded;
    size_t cell_bytes; /* of classes */
};

static double total(const double *lanes) {
    double sum = 0;
    for (int i = 0; i < LANES; i++) sum += lanes[i];
    return sum;
}

/* The row's values from there on: a row's last ones are filled up in `rest`. */
static inline const float *lanes_at(const float *row, int64_t width, int64_t from, float *rest) {
    if (from + LANES <= width) return row + from;
    for (int i = 0; i < LANES; i++) rest[i] = from + i < width ? row[from + i] : NAN;
    return rest;
}

/* Sums of LANES neighbours side by side: in one sum each addition would wait for the one before. */
WIDE_VECTORS static struct row_facts row_facts(const float *row, int64_t width) {
    double sum[LANES] = {0}, cells[LANES] = {0}, squares[LANES] = {0};
    float least[LANES], most[LANES], rest[LANES];
    for (int i = 0; i < LANES; i++) least[i] = INFINITY, most[i] = -INFINITY;
    for (int64_t from = 0; from < width; from += LANES) {
        const float *part = lanes_at(row, width, from, rest);
        for (int i = 0; i < LANES; i++) {
            bool counts = fabsf(part[i]) < INFINITY;
            float low = counts ? part[i] : INFINITY, high = counts ? part[i] : -INFINITY;
            sum[i] += counts ? (double)part[i] : 0;
            cells[i] += counts ? 1 : 0;
            least[i] = low < least[i] ? low : least[i];
            most[i] = high > most[i] ? high : most[i];
        }
    }
    struct row_facts facts = {(int64_t)total(cells), INFINITY, -INFINITY, 0, 0};
    if (!facts.cells) return facts;
    facts.mean = total(sum) / (double)facts.cells;
    for (int i = 0; i < LANES; i++) {
        facts.least = least[i] < facts.least ? least[i] : facts.least;
        facts.most = most[i] > facts.most ? most[i] : facts.most;
    }
    for (int64_t from = 0; from < width; from += LANES) {
        const float *part = lanes_at(row, width, from, rest);
        for (int i = 0; i < LANES; i++) {
            double off = fabsf(part[i]) < INFINITY ? (double)part[i] - facts.mean : 0;
            squares[i] += off * off;
        }
    }
    facts.squares = total(squares);
    return facts;
}

static void join(struct row_facts *all, const struct row_facts *row) {
    if (!row->cells) return;
    double a = (double)all->cells, b = (double)row->cells, apart = row->mean - all->mean;
    all->cells += row->cells;
    all->least = row->least < all->least ? row->least : all->least;
    all->most = row->most > all->most ? row->most : all->most;
    all->mean += apart * (b / (a + b));
    all->squares += row->squares + apart * apart * (a * b / (a + b));
}

static float mean_of(float a, float b, float c, float d) {
    double sum = (a == a ? (double)a : 0) + (b == b ? (double)b : 0) + (c == c ? (double)c : 0) + (d == d ? (double)d : 0);
    int cells = (a == a) + (b == b) + (c == c) + (d == d);
    return cells ? (float)(sum / cells) : NAN;
}

WIDE_VECTORS static void halve_row(const float *above, const float *below, int64_t width, float *half) {
    int64_t pairs = width / 2;
    for (int64_t i = 0; i < pairs; i++) half[i] = mean_of(above[2 * i], above[2 * i + 1], below[2 * i], below[2 * i + 1]);
    if (width % 2) half[pairs] = mean_of(above[width - 1], NAN, below[width - 1], NAN);
}

WIDE_VECTORS static void round_row(float *row, int64_t width) {
    for (int64_t i = 0; i < width; i++) row[i] = pyramid_rounded(row[i]);
}

static int64_t last_row(const struct halving *halving, int64_t task) {
    int64_t rows = (halving->height + 1) / 2, to = (task + 1) * ROWS_A_TASK;
    return to < rows ? to : rows;
}

static void let_go(const struct halving *halving, int64_t task, size_t cell_bytes) {
    size_t row_bytes = (size_t)halving->width * cell_bytes, rows = 2 * ROWS_A_TASK;
    size_t half_bytes = (size_t)((halving->width + 1) / 2 * ROWS_A_TASK) * cell_bytes;
    if (halving->plane) scratch_forget(halving->plane, (size_t)task * rows * row_bytes, rows * row_bytes);
    if (halving->half) scratch_forget(halving->half, (size_t)task * half_bytes, half_bytes);
}

static void halve_floats(void *user, int64_t task) {
    struct halving *halving = user;
    int64_t width = halving->width, height = halving->height, half_width = (width + 1) / 2;
    for (int64_t row = task * ROWS_A_TASK; row < last_row(halving, task); row++) {
        const float *above = (const float *)halving->values + 2 * row * width;
        bool has_below = 2 * row + 1 < height;
        if (halving->rows) halving->rows[2 * row] = row_facts(above, width);
        if (halving->rows && has_below) halving->rows[2 * row + 1] = row_facts(above + width, width);
        /* The last row of an odd number twice: its means are the same. */
        if (!halving->half) continue;
        float *half = (float *)halving->half->bytes + row * half_width;
        halve_row(above, has_below ? above + width : above, width, half);
        if (halving->rounded) round_row(half, half_width);
    }
    let_go(halving, task, sizeof(float));
}

/* The upper left of each four. */
static void halve_classes_row(const char *from, size_t cell_bytes, int64_t half_width, char *to) {
    switch (cell_bytes) {
    case 1:
        for (int64_t i = 0; i < half_width; i++) to[i] = from[2 * i];
        break;
    default:
        for (int64_t i = 0; i < half_width; i++) memcpy(to + (size_t)i * cell_bytes, from + 2 * (size_t)i * cell_bytes, cell_bytes);
    }
}

static void halve_classes(void *user, int64_t task) {
    struct halving *halving = user;
    int64_t half_width = (halving->width + 1) / 2;
    size_t bytes = halving->cell_bytes;
    for (int64_t row = task * ROWS_A_TASK; row < last_row(halving, task); row++)
        halve_classes_row((const char *)halving->values + (size_t)(2 * row * halving->width) * bytes, bytes, half_width,
                          (char *)halving->half->bytes + (size_t)(row * half_width) * bytes);
    let_go(halving, task, bytes);
}

static int64_t tasks_of(int64_t height) {
    return ((height + 1) / 2 + ROWS_A_TASK - 1) / ROWS_A_TASK;
}

status pyramid_halve_floats(const float *values, const struct scratch *plane, int64_t width, int64_t height, int threads, bool rounded,
                            struct scratch *half, struct plane_facts *facts) {
    struct halving halving = {values, plane, half, width, height, NULL, rounded, sizeof *values};
    if (facts) TRY(MEMORY_ARRAY((size_t)height, &halving.rows));
    parallel_for(tasks_of(height), threads, halve_floats, &halving);
    if (facts) {
        struct row_facts all = {0, INFINITY, -INFINITY, 0, 0};
        for (int64_t row = 0; row < height; row++) join(&all, &halving.rows[row]);
        *facts = (struct plane_facts){all.cells, all.least, all.most, all.mean, all.cells ? sqrt(all.squares / (double)all.cells) : 0};
    }
    free(halving.rows);
    return NULL;
}

void pyramid_halve_classes(const void *values, size_t cell_bytes, const struct scratch *plane, int64_t width, int64_t height, int threads,
                           struct scratch *half) {
    struct halving halving = {.values = values, .plane = plane, .half = half, .width = width, .height = height, .cell_bytes = cell_bytes};
    parallel_for(tasks_of(height), threads, halve_classes, &halving);
}
