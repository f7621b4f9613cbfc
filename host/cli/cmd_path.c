/* lodescan path: the cheapest way from any place, as GeoJSON. */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/job.h"
#include "cli/output.h"

static int path(const struct options *options) {
    struct progress progress = progress_begin(options->quiet);
    lode_options job = job_options(options, &progress);
    lode_scenario *scenario = NULL;
    char *text = NULL;
    if (!options->n_from) return output_message(LODE_USAGE, "say where the way begins: --from=LON,LAT");
    interrupt_watch();
    lode_error *failure = lode_scenario_open(options->words[0], &scenario);
    if (!failure) failure = lode_path(scenario, options->from, options->n_from, options->criterion, &job, &text);
    lode_scenario_close(scenario);
    progress_end(&progress);
    return output_finish(failure, text);
}

const struct command command_path = {
    .name = "path",
    .arguments = "SCENARIO",
    .summary = "Find the cheapest way from any place to what a cost_distance_to measures to.",
    .details = "The way is a GeoJSON line on standard output, a feature for each place and criterion: what it costs, how long it is on the ground "
               "and what it leads to. Where no way leads the line and its cost are null. `run` writes the ways of all ranked sites.\n\n"
               "  lodescan path mine.yaml --from=-115.53,35.47 --criterion=haul > way.geojson",
    .takes = OPTION_FROM | OPTION_CRITERION | OPTION_DATA | OPTION_DEVICE | OPTION_MEMORY | OPTION_CELL | OPTION_QUIET,
    .min_words = 1,
    .max_words = 1,
    .run = path,
};
