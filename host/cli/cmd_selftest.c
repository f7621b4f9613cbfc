/* lodescan selftest: every kernel against known answers. */
#include "cli/command.h"
#include "cli/output.h"
#include "lodescan.h"

static int selftest(const struct options *options) {
    char *text = NULL;
    lode_error *failure = lode_selftest(options->device, options->json, &text);
    return output_finish(failure, text);
}

const struct command command_selftest = {
    .name = "selftest",
    .arguments = "",
    .summary = "Run every kernel on a device against answers known beforehand.",
    .details = "The exit code is 70 when a kernel gives a wrong answer: do not trust that device's driver.",
    .takes = OPTION_DEVICE | OPTION_JSON,
    .run = selftest,
};
