/* lodescan validate: a finished run's scores against known places. */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/job.h"
#include "cli/output.h"

static int validate(const struct options *options) {
    struct progress progress = progress_begin(options->quiet);
    lode_options job = job_options(options, &progress);
    char *text = NULL;
    interrupt_watch();
    lode_error *failure = lode_validate(options->words[0], options->words[1], &options->validation, options->out, &job, options->json, &text);
    progress_end(&progress);
    return output_finish(failure, text);
}

const struct command command_validate = {
    .name = "validate",
    .arguments = "OUT SITES",
    .summary = "Tell how well a finished run's scores find known sites.",
    .details = "Success rate, ROC and precision-recall with intervals, prediction-area crossing, exact p-values for few sites, concentration-area "
               "breaks. Only scored cells are area. The figures go to validation.json, the curves to curves.csv and to diagrams.\n\n"
               "  lodescan validate out/mojave known.gpkg --uncertainty=2km --merge=1km\n"
               "  lodescan validate out/mojave known.gpkg --where=\"status = 'mine'\" --blocks=50km -o out/mines",
    .takes = OPTION_OUT_FOLDER | OPTION_VALIDATION | OPTION_OVERWRITE | OPTION_JSON | OPTION_QUIET,
    .min_words = 2,
    .max_words = 2,
    .run = validate,
};
