/* lodescan doctor: what is missing on this machine. */
#include "cli/command.h"
#include "cli/output.h"
#include "lodescan.h"

static int doctor(const struct options *options) {
    char *text = NULL;
    lode_error *failure = lode_doctor(options->json, &text);
    return output_finish(failure, text);
}

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "Look for what a run needs on this machine: PROJ's database, drivers, devices.",
    .details = "What is missing is named with its remedy.",
    .takes = OPTION_JSON,
    .run = doctor,
};
