/* A GeoTIFF of scores as the heatmap of a run: its PNG with world file and georeference. Missing values are without data, all others scored.
 *   heatmap_png SCORE.tif OUT.png     a whole process, as gdaldem color-relief is one */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "compute/overlay.h"
#include "geo/plane_file.h"
#include "report/heatmap.h"

static status make(const char *from, const char *to, struct arena *arena) {
    struct log log = {0};
    struct target_result found = {.scale = {.high = 1}};
    const struct target target = {.name = "score"};
    const struct scenario scenario = {.title = "bench", .n_targets = 1, .targets = &target};
    struct result result = {.scenario = &scenario, .targets = &found};
    TRY(plane_file_floats(from, "/tmp", &log, arena, &result.grid, &found.score));
    const size_t cells = (size_t)(result.grid.width * result.grid.height);
    TRY(scratch_open("/tmp", cells, &found.state));
    const float *score = found.score.bytes;
    uint8_t *state = found.state.bytes;
    for (size_t i = 0; i < cells; i++) state[i] = isnan(score[i]) ? CELL_NO_DATA : CELL_SCORED;
    const struct heatmap_paths paths = {to, arena_print(arena, "%s.pgw", to), arena_print(arena, "%s.xml", to)};
    TRY(paths.world && paths.aux ? heatmap_write(&result, 0, &paths) : status_no_memory());
    scratch_close(&found.score);
    scratch_close(&found.state);
    return NULL;
}

int main(int argc, char **argv) {
    struct arena arena = {0};
    if (argc != 3) return 64;
    status failure = make(argv[1], argv[2], &arena);
    if (failure) fprintf(stderr, "%s\n", lode_error_message(failure));
    lode_error_free(failure);
    arena_free(&arena);
    return failure ? 70 : 0;
}
