/* lodescan indices: what an `index` of a scenario may be, and of which bands it is made. */
#include "cli/command.h"
#include "cli/output.h"
#include "lodescan.h"

static int indices(const struct options *options) {
    char *text = NULL;
    lode_error *failure = lode_indices(options->words[0], options->json, &text);
    return output_finish(failure, text);
}

const struct command command_indices = {
    .name = "indices",
    .arguments = "[SENSOR]",
    .summary = "List the indices that a criterion may name, with formulas and sources.",
    .details = "Of a sensor, those that its bands suffice for, and its bands:\n\n"
               "  lodescan indices sentinel_2",
    .takes = OPTION_JSON,
    .max_words = 1,
    .run = indices,
};
