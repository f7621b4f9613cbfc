/* A command's options as the library takes them. */
#ifndef LODE_CLI_JOB_H
#define LODE_CLI_JOB_H

#include "cli/options.h"
#include "cli/progress.h"
#include "lodescan.h"

/* Events go to `progress`, which must outlive the result. */
lode_options job_options(const struct options *options, struct progress *progress);

#endif
