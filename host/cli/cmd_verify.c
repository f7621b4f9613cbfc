/* lodescan verify: the outputs of a finished run against its manifest. */
#include "cli/command.h"
#include "cli/output.h"
#include "lodescan.h"

static int verify(const struct options *options) {
    char *text = NULL;
    lode_error *failure = lode_verify(options->words[0], options->json, &text);
    return output_finish(failure, text);
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "OUT",
    .summary = "Check the files of a finished run against the checksums in its run.json.",
    .details = "A file that is missing or changed since is named, and the exit code is not 0.",
    .takes = OPTION_JSON,
    .min_words = 1,
    .max_words = 1,
    .run = verify,
};
