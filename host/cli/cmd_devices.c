/* lodescan devices: the OpenCL devices of this machine. */
#include "cli/command.h"
#include "cli/output.h"
#include "lodescan.h"

static int devices(const struct options *options) {
    char *text = NULL;
    lode_error *failure = lode_devices(options->json, &text);
    return output_finish(failure, text);
}

const struct command command_devices = {
    .name = "devices",
    .arguments = "",
    .summary = "List the OpenCL devices, numbered as `clinfo -l` does.",
    .details = "Give a number (`0:1`) or a part of a name to --device of the other commands, or several to `run`: `0:0,0:1`, or `all`.",
    .takes = OPTION_JSON,
    .run = devices,
};
