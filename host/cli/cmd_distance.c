/* lodescan distance: mask file to distance file. */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/job.h"
#include "cli/output.h"

static int distance(const struct options *options) {
    struct progress progress = progress_begin(options->quiet);
    lode_options job = job_options(options, &progress);
    interrupt_watch();
    lode_error *failure = lode_distance(options->words[0], options->words[1], options->creation, &job);
    progress_end(&progress);
    return output_finish(failure, NULL);
}

const struct command command_distance = {
    .name = "distance",
    .arguments = "MASK OUT",
    .summary = "Measure the distance in metres to the nearest set cell of a raster.",
    .details = "Cells of MASK that are valid and not zero are set. OUT is a GeoTIFF of floats on the same grid: exact between cell centres on a "
               "projected grid, along the ellipsoid on a geographic one. With COMPRESS=DEFLATE it is packed fast; ZLEVEL=6 or 9 makes it smaller.\n\n"
               "  lodescan distance roads.tif to_roads.tif --co COMPRESS=DEFLATE --co PREDICTOR=3\n"
               "  lodescan distance coast_3857.tif to_coast.tif --metric=geodesic",
    .takes = OPTION_DEVICE | OPTION_METRIC | OPTION_CREATION | OPTION_OVERWRITE | OPTION_QUIET,
    .min_words = 2,
    .max_words = 2,
    .run = distance,
};
