/* lodescan diff: what moved between two finished runs, and why. */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/job.h"
#include "cli/output.h"

static int diff(const struct options *options) {
    struct progress progress = progress_begin(options->quiet);
    lode_options job = job_options(options, &progress);
    char *text = NULL;
    interrupt_watch();
    lode_error *failure = lode_diff(options->words[0], options->words[1], options->near, options->out, &job, options->json, &text);
    progress_end(&progress);
    return output_finish(failure, text);
}

const struct command command_diff = {
    .name = "diff",
    .arguments = "OUT_A OUT_B",
    .summary = "Tell what moved between two finished runs, and why.",
    .details = "Inputs that changed; sites that entered, left or moved, each with its reasons: the weight, the layer, the criterion, the rule or the "
               "permit; areas that rules exclude more or less; and how alike the surfaces are. With -o also tables and TARGET_difference.tif, OUT_B "
               "less OUT_A.\n\n"
               "  lodescan diff out/before out/after\n"
               "  lodescan diff out/before out/after --within=2km -o out/moves",
    .takes = OPTION_OUT_DIFF | OPTION_NEAR | OPTION_OVERWRITE | OPTION_JSON | OPTION_QUIET,
    .min_words = 2,
    .max_words = 2,
    .run = diff,
};
