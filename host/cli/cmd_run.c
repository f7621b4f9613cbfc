/* lodescan run: the main job. */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/job.h"
#include "cli/output.h"

static int run(const struct options *options) {
    struct progress progress = progress_begin(options->quiet);
    lode_options job = job_options(options, &progress);
    lode_scenario *scenario = NULL;
    char *text = NULL;
    interrupt_watch();
    lode_error *failure = lode_scenario_open(options->words[0], &scenario);
    if (!failure) failure = lode_run(scenario, options->out, &job, options->json, &text);
    lode_scenario_close(scenario);
    progress_end(&progress);
    return output_finish(failure, text);
}

const struct command command_run = {
    .name = "run",
    .arguments = "SCENARIO -o OUT",
    .summary = "Rank the sites of a scenario and draw their maps.",
    .details = "The results appear in OUT only when they are whole. An interrupted run leaves nothing there; "
               "a second Ctrl-C stops at once.\n\n"
               "  lodescan run mojave.yaml -o out/mojave\n"
               "  lodescan run mojave.yaml -o out/coarse --cell=2km --memory=4GB\n"
               "  lodescan run mojave.yaml -o out/fast --device=all",
    .takes = OPTION_OUT_DIR | OPTION_DATA | OPTION_DEVICE | OPTION_MEMORY | OPTION_CELL | OPTION_AS_OF | OPTION_OVERWRITE | OPTION_NO_REPORT |
             OPTION_MAP | OPTION_KMZ | OPTION_JSON | OPTION_QUIET,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
