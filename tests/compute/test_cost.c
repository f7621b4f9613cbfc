/* Accumulated cost against Dijkstra's algorithm in double with a heap: shapes, mazes, spirals, barriers, the globe, sources and ways. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "compute/cost.h"

/* A question: friction and sources on a grid. */
struct field {
    struct grid grid;
    struct mask mask;
    float *friction;
};

static struct field field_of(struct grid grid, struct window window) {
    struct field field = {.grid = grid};
    assert_ok(mask_init(&field.mask, window));
    field.friction = malloc((size_t)(window.cols * window.rows) * sizeof(float));
    for (int64_t i = 0; i < window.cols * window.rows; i++) field.friction[i] = 1;
    return field;
}

static void field_free(struct field *field) {
    mask_free(&field->mask);
    free(field->friction);
}

static void set_source(struct field *field, int64_t cell) {
    int64_t cols = field->mask.window.cols;
    field->mask.bits[cell / cols * field->mask.words_per_row + (cell % cols >> 6)] |= 1ULL << (cell % cols & 63);
}

static struct grid grid_of(double dx, double dy) {
    return (struct grid){.crs = "EPSG:5070", .x0 = 1000, .y0 = 2000, .dx = dx, .dy = dy, .unit_m = 1, .width = 40, .height = 30};
}

static bool passable(float friction) {
    return friction >= 0 && friction < INFINITY;
}

/* The length of a step, worked out afresh from the ellipsoid where the grid is geographic. */
static double length_m(const struct field *field, int64_t row_a, int64_t row_b, int64_t apart) {
    double x[2], y[2];
    int64_t rows[2] = {row_a + field->mask.window.row0, row_b + field->mask.window.row0};
    for (int i = 0; i < 2; i++) {
        const struct grid *g = &field->grid;
        x[i] = g->dx * g->unit_m;
        y[i] = g->dy * g->unit_m;
        if (!g->geographic) continue;
        double lat = (g->y0 - ((double)rows[i] + 0.5) * g->dy) * acos(-1.0) / 180, e2 = g->flattening * (2 - g->flattening);
        double n = g->semi_major_m / sqrt(1 - e2 * sin(lat) * sin(lat));
        x[i] = n * cos(lat) * g->dx * acos(-1.0) / 180;
        y[i] = n * (1 - e2) / (1 - e2 * sin(lat) * sin(lat)) * g->dy * acos(-1.0) / 180;
    }
    if (row_a == row_b) return x[0];
    return apart == 0 ? (y[0] + y[1]) / 2 : hypot((x[0] + x[1]) / 2, (y[0] + y[1]) / 2);
}

struct entry {
    double cost;
    int64_t cell;
};
struct heap {
    struct entry *items;
    size_t n, room;
};

static void heap_push(struct heap *heap, double cost, int64_t cell) {
    if (heap->n == heap->room) heap->items = realloc(heap->items, (heap->room = 2 * heap->room + 64) * sizeof *heap->items);
    size_t i = heap->n++;
    for (; i > 0 && heap->items[(i - 1) / 2].cost > cost; i = (i - 1) / 2) heap->items[i] = heap->items[(i - 1) / 2];
    heap->items[i] = (struct entry){cost, cell};
}

static struct entry heap_pop(struct heap *heap) {
    struct entry top = heap->items[0], last = heap->items[--heap->n];
    size_t i = 0;
    for (size_t k; (k = 2 * i + 1) < heap->n; i = k) {
        if (k + 1 < heap->n && heap->items[k + 1].cost < heap->items[k].cost) k++;
        if (heap->items[k].cost >= last.cost) break;
        heap->items[i] = heap->items[k];
    }
    heap->items[i] = last;
    return top;
}

/* The cost of a step from `a` by (dx,dy), and where it leads; -1 nowhere. */
static int64_t step(const struct field *field, int64_t a, int64_t dx, int64_t dy, double *cost) {
    int64_t cols = field->mask.window.cols, x = a % cols + dx, y = a / cols + dy;
    if (field->grid.wraps && field->grid.width == cols) x = (x + cols) % cols;
    if (x < 0 || x >= cols || y < 0 || y >= field->mask.window.rows || !passable(field->friction[y * cols + x])) return -1;
    *cost = ((double)field->friction[a] + (double)field->friction[y * cols + x]) / 2 * length_m(field, a / cols, y, dx);
    return y * cols + x;
}

/* From one source alone, or from all when `only` is -1. */
static double *dijkstra(const struct field *field, int64_t only) {
    int64_t cols = field->mask.window.cols, cells = cols * field->mask.window.rows;
    double *costs = malloc((size_t)cells * sizeof *costs);
    struct heap heap = {0};
    for (int64_t i = 0; i < cells; i++) {
        bool set = field->mask.bits[i / cols * field->mask.words_per_row + (i % cols >> 6)] >> (i % cols & 63) & 1;
        bool begins = (only < 0 ? set : i == only) && passable(field->friction[i]);
        costs[i] = begins ? 0 : INFINITY;
        if (begins) heap_push(&heap, 0, i);
    }
    while (heap.n > 0) {
        struct entry at = heap_pop(&heap);
        if (at.cost > costs[at.cell]) continue;
        for (int k = 0; k < 9; k++) {
            double by = 0;
            int64_t to = k == 4 ? -1 : step(field, at.cell, k % 3 - 1, k / 3 - 1, &by);
            if (to < 0 || at.cost + by >= costs[to]) continue;
            costs[to] = at.cost + by;
            heap_push(&heap, costs[to], to);
        }
    }
    free(heap.items);
    return costs;
}

static status rows_of_cost(void *cost, struct window window, struct buffer *costs, struct buffer *source) {
    return cost_rows(cost, window, costs, source);
}

static int64_t below(int64_t n) {
    return n > 0 ? rand() % n : 0;
}

static void part_same_as_whole(struct cost *cost, struct window w, const struct answer *whole) {
    int64_t c = below(w.cols), r = below(w.rows);
    struct window part = {w.col0 + c, w.row0 + r, 1 + below(w.cols - c), 1 + below(w.rows - r)};
    struct answer got = answer_from(rows_of_cost, cost, part);
    for (int64_t row = 0; row < part.rows; row++) {
        assert_memory_equal(got.costs + row * part.cols, whole->costs + (r + row) * w.cols + c, (size_t)part.cols * sizeof(float));
        assert_memory_equal(got.source + row * part.cols, whole->source + (r + row) * w.cols + c, (size_t)part.cols * sizeof(int64_t));
    }
    answer_free(&got);
}

/* The way's cells are neighbours, it ends at the cell's source, and its steps add up to the cell's cost. */
static void way_adds_up(const struct field *field, struct cost *cost, const struct answer *got, int64_t from, double allowed) {
    struct window w = field->mask.window;
    int64_t *way;
    size_t n;
    assert_ok(cost_path(cost, w.col0 + from % w.cols, w.row0 + from / w.cols, &way, &n));
    if (isinf(got->costs[from])) {
        assert_int_equal(n, 0);
        free(way);
        return;
    }
    assert_true(n > 0 && way[0] == from && way[n - 1] == got->source[from]);
    double sum = 0;
    for (size_t i = 1; i < n; i++) {
        double least = INFINITY, by = 0; /* a narrow globe has two steps to the same cell */
        for (int k = 0; k < 9; k++)
            if (k != 4 && step(field, way[i - 1], k % 3 - 1, k / 3 - 1, &by) == way[i]) least = fmin(least, by);
        assert_true(isfinite(least));
        sum += least;
    }
    if (fabs(sum - (double)got->costs[from]) > allowed * sum) fail_msg("a way of %zu cells: %.9g, not %.9g", n, sum, (double)got->costs[from]);
    free(way);
}

/* `own`: also each source alone, which shows whether identities are right. */
static void check(const struct field *field, double allowed, bool own) {
    struct window w = field->mask.window;
    int64_t cells = w.cols * w.rows;
    struct cost *cost;
    assert_ok(cost_open_copy(device, &field->grid, &field->mask, field->friction, &cost));
    struct answer got = answer_from(rows_of_cost, cost, w);
    double *wanted = dijkstra(field, -1);
    for (int64_t i = 0; i < cells; i++) {
        if (isinf(wanted[i]) ? !isinf(got.costs[i]) : !(fabs((double)got.costs[i] - wanted[i]) <= allowed * wanted[i]))
            fail_msg("cell %lld of %lld x %lld: %.9g, not %.9g", (long long)i, (long long)w.cols, (long long)w.rows, (double)got.costs[i], wanted[i]);
        assert_int_equal(isinf(wanted[i]), got.source[i] == -1);
        if (got.source[i] >= 0) assert_true(mask_get(&field->mask, w.col0 + got.source[i] % w.cols, w.row0 + got.source[i] / w.cols));
    }
    for (int64_t s = 0; own && s < cells; s++) {
        if (got.source[s] != s) continue;
        double *alone = dijkstra(field, s);
        for (int64_t i = 0; i < cells; i++)
            if (got.source[i] == s && alone[i] > wanted[i] * (1 + 1e-5)) fail_msg("cell %lld is not nearest to %lld", (long long)i, (long long)s);
        free(alone);
    }
    for (int i = 0; i < 40; i++) way_adds_up(field, cost, &got, below(cells), allowed);
    for (int i = 0; i < 4; i++) part_same_as_whole(cost, w, &got);
    cost_close(cost);
    answer_free(&got);
    free(wanted);
}

static void rough(struct field *field, double barriers, int64_t sources) {
    int64_t cells = field->mask.window.cols * field->mask.window.rows;
    for (int64_t i = 0; i < cells; i++) {
        double u = (double)rand() / RAND_MAX;
        field->friction[i] = rand() < barriers * RAND_MAX ? (i % 2 ? NAN : INFINITY) : (float)(0.1 + 9.9 * u * u);
    }
    for (int64_t i = 0; i < sources; i++) set_source(field, below(cells));
}

static void shapes(void **state) {
    (void)state;
    const int64_t sides[][2] = {{1, 1}, {1, 97}, {131, 1}, {64, 64}, {65, 63}, {128, 129}, {200, 77}, {101, 333}, {2, 2}};
    srand(1);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        for (int64_t n = 0; n < 8; n = 3 * n + 1) {
            struct field field = field_of(grid_of(30, 30), (struct window){-3, 5, sides[i][0], sides[i][1]});
            rough(&field, i % 2 ? 0.2 : 0, n);
            check(&field, 3e-6, true);
            field_free(&field);
        }
}

static void cells_of_two_sizes(void **state) {
    (void)state;
    const double sizes[][2] = {{400, 500}, {30, 10}, {1, 7}, {0.25, 0.75}};
    srand(2);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct field field = field_of(grid_of(sizes[i][0], sizes[i][1]), (struct window){0, 0, 171, 103});
        rough(&field, 0.1, 5);
        check(&field, 3e-6, true);
        field_free(&field);
    }
}

/* Columns that fill their tiles and that do not, an even and an odd number of tiles. */
static void around_the_globe(void **state) {
    (void)state;
    const int64_t widths[] = {1, 2, 45, 63, 64, 90, 128, 130, 191, 192, 360};
    srand(3);
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (int whole = 0; whole < 2; whole++) {
            int64_t rows = 77;
            struct grid grid = {.crs = "EPSG:4326",
                                .geographic = true,
                                .wraps = true,
                                .x0 = -180,
                                .y0 = 81,
                                .dx = 360.0 / (double)widths[i],
                                .dy = 2,
                                .unit_m = 1,
                                .semi_major_m = 6378137,
                                .flattening = 1 / 298.257223563,
                                .width = widths[i] + (whole ? 0 : 1),
                                .height = rows};
            struct field field = field_of(grid, (struct window){0, 2, widths[i], rows});
            rough(&field, 0.1, 3);
            check(&field, 3e-6, true);
            field_free(&field);
        }
}

/* Walls of barrier every other row with a gap at alternate ends. */
static void winding(struct field *field) {
    int64_t cols = field->mask.window.cols;
    for (int64_t i = 0; i < cols * field->mask.window.rows; i++) {
        int64_t x = i % cols, y = i / cols;
        bool wall = y % 2 == 1 && x != (y % 4 == 1 ? cols - 1 : 0);
        field->friction[i] = wall ? NAN : 1 + (float)(i * 7919 % 13) / 8;
    }
    set_source(field, 0);
}

static void spiral(struct field *field) {
    int64_t cols = field->mask.window.cols, rows = field->mask.window.rows, x, y;
    int64_t left = 0, top = 0, right = cols - 1, bottom = rows - 1;
    for (int64_t i = 0; i < cols * rows; i++) field->friction[i] = INFINITY;
    while (right - left > 3 && bottom - top > 3) {
        for (x = left; x <= right; x++) field->friction[top * cols + x] = 2;
        for (y = top; y <= bottom; y++) field->friction[y * cols + right] = 1.5f;
        for (x = right; x >= left; x--) field->friction[bottom * cols + x] = 1;
        for (y = bottom; y >= top + 2; y--) field->friction[y * cols + left] = 3;
        if (left > 0) field->friction[top * cols + left - 1] = 1;
        left += 2, top += 2, right -= 2, bottom -= 2;
    }
    set_source(field, 0);
}

static void long_ways(void **state) {
    (void)state;
    struct field field = field_of(grid_of(30, 30), (struct window){0, 0, 137, 211});
    winding(&field);
    check(&field, 1e-5, true);
    field_free(&field);
    field = field_of(grid_of(30, 30), (struct window){0, 0, 211, 137});
    spiral(&field);
    check(&field, 1e-5, true);
    field_free(&field);
}

/* Cells of a maze at even places, its passages carved by a walk that goes back when stuck. */
static void maze(void **state) {
    (void)state;
    enum { W = 149, H = 203 };
    srand(4);
    struct field field = field_of(grid_of(10, 10), (struct window){0, 0, W, H});
    int64_t *stack = malloc(W * H * sizeof *stack), n = 1;
    for (int64_t i = 0; i < W * H; i++) field.friction[i] = NAN;
    field.friction[0] = 1;
    stack[0] = 0;
    while (n > 0) {
        int64_t at = stack[n - 1], x = at % W, y = at / W, turn = rand() % 4, tried = 0;
        for (; tried < 4; tried++) {
            const int64_t dx = (turn + tried) % 4 == 0 ? 1 : (turn + tried) % 4 == 1 ? -1 : 0;
            const int64_t dy = (turn + tried) % 4 == 2 ? 1 : (turn + tried) % 4 == 3 ? -1 : 0;
            if (x + 2 * dx < 0 || x + 2 * dx >= W || y + 2 * dy < 0 || y + 2 * dy >= H) continue;
            int64_t next = (y + 2 * dy) * W + x + 2 * dx;
            if (!isnan(field.friction[next])) continue;
            field.friction[next] = 1 + (float)(rand() % 100) / 50;
            field.friction[(y + dy) * W + x + dx] = 2;
            stack[n++] = next;
            break;
        }
        if (tried == 4) n--;
    }
    free(stack);
    set_source(&field, 0);
    check(&field, 5e-5, true);
    set_source(&field, 100 * W + 74);
    check(&field, 5e-5, true);
    field_free(&field);
}

static void barriers_enclose(void **state) {
    (void)state;
    struct field field = field_of(grid_of(30, 20), (struct window){0, 0, 99, 75});
    for (int64_t i = 0; i < 99 * 75; i++)
        if (i % 99 == 40 || i / 99 == 37) field.friction[i] = i % 2 ? NAN : INFINITY;
    set_source(&field, 99 * 5 + 7);
    set_source(&field, 99 * 37 + 80); /* on a barrier: starts nothing */
    check(&field, 3e-6, true);
    field_free(&field);
}

/* Whole tiles to which no way leads, whose costs are never settled; a friction below zero is a barrier too. */
static void tiles_out_of_reach(void **state) {
    (void)state;
    enum { W = 333, H = 211 };
    srand(6);
    struct field field = field_of(grid_of(30, 20), (struct window){0, 0, W, H});
    rough(&field, 0.05, 0);
    for (int64_t y = 0; y < H; y++) field.friction[y * W + 70] = y % 2 ? NAN : -1;
    set_source(&field, 5 * W + 7);
    check(&field, 3e-6, true);
    field_free(&field);
}

/* Nothing costs anything: ways must not run in circles. */
static void free_ground(void **state) {
    (void)state;
    srand(5);
    struct field field = field_of(grid_of(30, 20), (struct window){0, 0, 99, 75});
    for (int64_t i = 0; i < 99 * 75; i++) field.friction[i] = i % 99 > 20 ? 0 : (float)(rand() % 2);
    set_source(&field, 99 * 5 + 7);
    set_source(&field, 99 * 70 + 80);
    check(&field, 3e-6, true);
    field_free(&field);
}

static void wrong_questions_are_refused(void **state) {
    (void)state;
    struct field field = field_of(grid_of(10, 10), (struct window){-3, 5, 9, 7});
    struct cost *cost;
    struct buffer *costs;
    int64_t *way;
    size_t n;
    assert_ok(buffer_open(device, 9 * 7 * sizeof(float), &costs));
    assert_ok(cost_open_copy(device, &field.grid, &field.mask, field.friction, &cost));
    status failures[] = {cost_rows(cost, (struct window){-4, 5, 9, 7}, costs, NULL), cost_rows(cost, field.mask.window, costs, costs),
                         cost_path(cost, -4, 5, &way, &n)};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(lode_error_code(failures[i]), LODE_SELFTEST);
        lode_error_free(failures[i]);
    }
    cost_close(cost);
    buffer_close(costs);
    field_free(&field);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(cells_of_two_sizes),
        cmocka_unit_test(around_the_globe),
        cmocka_unit_test(long_ways),
        cmocka_unit_test(maze),
        cmocka_unit_test(barriers_enclose),
        cmocka_unit_test(tiles_out_of_reach),
        cmocka_unit_test(free_ground),
        cmocka_unit_test(wrong_questions_are_refused),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}
