/* The fused pass of two scenarios over one grid, band by band in turn: what is timed of each is to make the bits of rules and the classes of permits,
 * the distances that bands ask for, the kernel, counting and storing. Layers are read before, masks made before.
 *   fused_pass WITHOUT.yaml WITH.yaml [ROUNDS]     a JSON line: wall and processor seconds of both, and the second's parts */
#include <stdlib.h>
#include <string.h>

#include "analysis/band_counts.h"
#include "analysis/engine.h"
#include "analysis/permit_plane.h"
#include "analysis/planes_parts.h"
#include "analysis/scan.h"
#include "bench.h"

struct side {
    struct scenario *scenario;
    struct result *result;
    struct scan scan;
    struct log log;
    struct timing bits, making, kernel, counting;
};

static status side_open(struct side *side, const char *path) {
    const lode_options options = {0};
    size_t spare = SIZE_MAX;
    struct scan *scan = &side->scan;
    TRY(scenario_read(path, &side->scenario));
    TRY(engine_prepare(side->scenario, &options, &side->log, &side->result));
    *scan = (struct scan){.scenario = side->result->scenario,
                          .grid = &side->result->grid,
                          .plan = side->result->plan,
                          .layers = &side->result->sources,
                          .log = &side->log};
    TRY(workers_open(NULL, &side->log, &scan->workers, &scan->n_workers));
    TRY(workers_make_planes(scan->workers, 1, scan->plan, scan->layers, &side->log));
    if (side->result->permits) TRY(permits_draw(side->result->permits, scan->workers[0].device, scan->plan));
    TRY(workers_make_overlays(scan->workers, 1, scan->plan));
    return result_open_surfaces(side->result, "/tmp", &spare, false);
}

static void side_close(struct side *side) {
    workers_close(side->scan.workers, side->scan.n_workers);
    result_free(side->result);
    scenario_free(side->scenario);
    log_free(&side->log);
}

/* The layer of jurisdictions, too. */
static status load_layers(struct side *side, struct window band) {
    struct planes *planes = side->scan.workers[0].planes;
    for (size_t p = 0; p < side->scan.plan->n_planes; p++) {
        const struct plane *plane = &side->scan.plan->planes[p];
        if (plane->kind == PLANE_LAYER) TRY(planes_load_one(planes, 0, p, band));
        if (plane->kind == PLANE_PERMIT && plane->layer != NO_INDEX) TRY(layers_values(planes->layers, plane->layer, band, planes->loaded[0][p]));
    }
    return NULL;
}

static status load_others(struct side *side, struct window band) {
    struct planes *planes = side->scan.workers[0].planes;
    for (size_t p = 0; p < side->scan.plan->n_planes; p++) {
        const enum plane_kind kind = side->scan.plan->planes[p].kind;
        if (kind == PLANE_PERMIT)
            permit_plane_fill(side->scan.plan->permits, planes->land, band, planes->loaded[0][p]);
        else if (kind != PLANE_LAYER)
            TRY(planes_load_one(planes, 0, p, band));
    }
    rules_load(planes, 0, band);
    return NULL;
}

static status score(struct side *side, struct window band) {
    const struct worker *worker = &side->scan.workers[0];
    const struct target_result *target = &side->result->targets[0];
    const size_t first = (size_t)(band.row0 * band.cols);
    float *score = (float *)target->score.bytes + first;
    uint8_t *state = (uint8_t *)target->state.bytes + first;
    return overlay_run(worker->overlay, planes_buffers(worker->planes), (size_t)(band.cols * band.rows),
                       &(struct overlay_results){.score = &score, .state = &state, .rules = result_rule_bits(side->result, band.row0)});
}

static status take_turn(struct side *side, struct window band) {
    TRY(load_layers(side, band));
    timing_start(&side->bits);
    TRY(load_others(side, band));
    timing_stop(&side->bits);
    timing_start(&side->making);
    TRY(planes_make(side->scan.workers[0].planes, 0, band));
    timing_stop(&side->making);
    timing_start(&side->kernel);
    TRY(score(side, band));
    timing_stop(&side->kernel);
    timing_start(&side->counting);
    TRY(band_counts_add(side->result, band));
    timing_stop(&side->counting);
    return NULL;
}

static void forget(struct side *side) {
    side->bits = side->making = side->kernel = side->counting = (struct timing){0};
}

/* The first round builds the kernels, and what it took is forgotten. Both have bands of the same rows. */
static status take_turns(struct side sides[2], int rounds) {
    const size_t rows = sides[0].scan.plan->band_rows < sides[1].scan.plan->band_rows ? sides[0].scan.plan->band_rows : sides[1].scan.plan->band_rows;
    const struct window grid = grid_window(sides[0].scan.grid);
    for (int round = 0; round <= rounds; round++) {
        for (int64_t b = 0; b < window_bands(grid, (int64_t)rows); b++)
            for (int s = 0; s < 2; s++) TRY(take_turn(&sides[s], window_band(grid, b, (int64_t)rows)));
        for (int s = 0; s < 2 && round == 0; s++) forget(&sides[s]);
    }
    return NULL;
}

static double wall(const struct side *side) {
    return side->bits.wall_s + side->making.wall_s + side->kernel.wall_s + side->counting.wall_s;
}

static double processor(const struct side *side) {
    return side->bits.cpu_s + side->making.cpu_s + side->kernel.cpu_s + side->counting.cpu_s;
}

static void tell(const struct side *sides, int rounds) {
    printf("{\"wall_s\": %.6f, \"cpu_s\": %.6f, \"other_wall_s\": %.6f, \"other_cpu_s\": %.6f, \"rounds\": %d", wall(&sides[0]) / rounds,
           processor(&sides[0]) / rounds, wall(&sides[1]) / rounds, processor(&sides[1]) / rounds, rounds);
    for (int s = 0; s < 2; s++)
        printf(", \"%s\": {\"bits_s\": %.6f, \"making_s\": %.6f, \"kernel_s\": %.6f, \"counting_s\": %.6f}", s ? "with" : "without",
               sides[s].bits.cpu_s / rounds, sides[s].making.cpu_s / rounds, sides[s].kernel.cpu_s / rounds, sides[s].counting.cpu_s / rounds);
    printf("}\n");
}

int main(int argc, char **argv) {
    struct side sides[2] = {{.scenario = NULL}};
    int rounds = argc > 3 ? atoi(argv[3]) : 1;
    if (argc < 3 || rounds < 1) return 64;
    devices_settle_environment();
    status failure = side_open(&sides[0], argv[1]);
    if (!failure) failure = side_open(&sides[1], argv[2]);
    if (!failure) failure = take_turns(sides, rounds);
    if (!failure) tell(sides, rounds);
    if (failure) fprintf(stderr, "%s\n", lode_error_message(failure));
    const int code = failure ? 1 : 0;
    lode_error_free(failure);
    for (int s = 0; s < 2; s++) side_close(&sides[s]);
    return code;
}
