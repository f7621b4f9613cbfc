/* The mean is made in double and in a fixed order, and a tie goes to the state that tells more, so that the same grid gives the same picture. */
#include "report/sheet_cells.h"

#include <math.h>
#include <stdlib.h>

enum { SAMPLES = 3, HATCH_PERIOD = 14, HATCH_DARK = 5 };

enum heatmap_index sheet_cells_hatch(int x, int y) {
    return (x + y) % HATCH_PERIOD < HATCH_DARK ? HEATMAP_HATCH_DARK : HEATMAP_HATCH;
}

struct looking {
    const struct grid *grid;
    const struct target_result *found;
    const struct score_scale *scale;
    struct rgb palette[HEATMAP_COLOURS];
    int width, height, samples;
    int64_t *cols; /* [width * samples] */
};

static int64_t cell_of(int64_t cells, int pixels, int pixel, int sample, int samples) {
    int64_t cell = (int64_t)(((double)pixel + (sample + 0.5) / samples) * (double)cells / pixels);
    return cell < cells ? cell : cells - 1;
}

static uint32_t colour_of(const struct looking *looking, const int counts[4], double sum, int x, int y) {
    static const enum cell_state order[] = {CELL_SCORED, CELL_EXCLUDED, CELL_NO_DATA, CELL_OUTSIDE};
    enum cell_state state = CELL_SCORED;
    for (int i = 0; i < 4; i++)
        if (counts[order[i]] > counts[state]) state = order[i];
    int entry = state == CELL_SCORED     ? heatmap_entry(looking->scale, sum / counts[CELL_SCORED])
                : state == CELL_EXCLUDED ? (int)sheet_cells_hatch(x, y)
                                         : HEATMAP_NO_DATA;
    struct rgb c = looking->palette[entry];
    return state == CELL_OUTSIDE ? 0 : 0xff000000u | (uint32_t)c.r << 16 | (uint32_t)c.g << 8 | c.b;
}

static void fill_row(const struct looking *looking, int y, uint32_t *pixels) {
    const float *score = looking->found->score.bytes;
    const uint8_t *state = looking->found->state.bytes;
    size_t width = (size_t)looking->grid->width;
    for (int x = 0; x < looking->width; x++) {
        int counts[4] = {0};
        double sum = 0;
        for (int j = 0; j < looking->samples; j++) {
            size_t row = (size_t)cell_of(looking->grid->height, looking->height, y, j, looking->samples) * width;
            for (int i = 0; i < looking->samples; i++) {
                size_t at = row + (size_t)looking->cols[x * looking->samples + i];
                counts[state[at]]++;
                if (state[at] == CELL_SCORED) sum += (double)score[at];
            }
        }
        pixels[x] = colour_of(looking, counts, sum, x, y);
    }
}

/* Rows of cells above pixel row `y` are not looked at again. */
static void forget_above(const struct looking *looking, int y, int64_t *forgotten) {
    int64_t row = cell_of(looking->grid->height, looking->height, y, 0, looking->samples);
    size_t width = (size_t)looking->grid->width;
    scratch_forget_cells(&looking->found->score, &looking->found->state, (size_t)*forgotten * width, (size_t)(row - *forgotten) * width);
    *forgotten = row;
}

static status fill(struct looking *looking, cairo_surface_t *surface) {
    int64_t forgotten = 0;
    TRY(MEMORY_ARRAY((size_t)looking->width * (size_t)looking->samples, &looking->cols));
    for (int i = 0; i < looking->width * looking->samples; i++)
        looking->cols[i] = cell_of(looking->grid->width, looking->width, i / looking->samples, i % looking->samples, looking->samples);
    cairo_surface_flush(surface);
    for (int y = 0; y < looking->height; y++) {
        fill_row(looking, y, (uint32_t *)(void *)(cairo_image_surface_get_data(surface) + (ptrdiff_t)y * cairo_image_surface_get_stride(surface)));
        if (y % 16 == 15) forget_above(looking, y, &forgotten);
    }
    cairo_surface_mark_dirty(surface);
    free(looking->cols);
    return NULL;
}

status sheet_cells_make(const struct result *result, size_t target, const struct score_scale *scale, int width, int height, cairo_surface_t **out) {
    const struct grid *grid = &result->grid;
    struct looking looking = {.grid = grid, .found = &result->targets[target], .scale = scale, .width = width, .height = height};
    looking.samples = grid->width > width || grid->height > height ? SAMPLES : 1;
    heatmap_palette(scale, ramp_find(result->scenario->targets[target].ramp), looking.palette);
    *out = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    status failure = cairo_surface_status(*out) == CAIRO_STATUS_SUCCESS ? fill(&looking, *out) : status_no_memory();
    if (failure) cairo_surface_destroy(*out);
    if (failure) *out = NULL;
    return failure;
}
