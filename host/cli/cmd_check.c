/* lodescan check: what a run would do, and every mistake in the scenario. */
#include "cli/command.h"
#include "cli/job.h"
#include "cli/output.h"

static int check(const struct options *options) {
    struct progress progress = progress_begin(options->quiet);
    lode_options job = job_options(options, &progress);
    lode_scenario *scenario = NULL;
    char *text = NULL;
    lode_error *failure = lode_scenario_open(options->words[0], &scenario);
    if (!failure) failure = lode_check(scenario, &job, options->json, &text);
    lode_scenario_close(scenario);
    progress_end(&progress);
    return output_finish(failure, text);
}

const struct command command_check = {
    .name = "check",
    .arguments = "SCENARIO",
    .summary = "Check a scenario and its layers: every mistake at once, the plan, the memory.",
    .details = "Nothing is computed. Each mistake is a line with file, line, column, cause and remedy.",
    .takes = OPTION_DATA | OPTION_DEVICE | OPTION_MEMORY | OPTION_CELL | OPTION_AS_OF | OPTION_JSON | OPTION_QUIET,
    .min_words = 1,
    .max_words = 1,
    .run = check,
};
