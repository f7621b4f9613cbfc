/* lodescan explain: why a site of a finished run scores as it does. */
#include "cli/command.h"
#include "cli/output.h"
#include "lodescan.h"

static int explain(const struct options *options) {
    char *text = NULL;
    lode_error *failure = lode_explain(options->words[0], options->words[1], options->json, &text);
    return output_finish(failure, text);
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "OUT SITE",
    .summary = "Tell why a site of a finished run scores as it does.",
    .details = "SITE is an id, a target and a rank, or a name:\n\n"
               "  lodescan explain out/mojave plant:3\n"
               "  lodescan explain out/mojave 'Mountain Pass'",
    .takes = OPTION_JSON,
    .min_words = 2,
    .max_words = 2,
    .run = explain,
};
