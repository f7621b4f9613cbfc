/* What a command leaves: text on standard output, failures on standard error, an exit code. */
#ifndef LODE_CLI_OUTPUT_H
#define LODE_CLI_OUTPUT_H

#include "lodescan.h"

/* Takes over both: prints `text` (may be NULL) on standard output, or the failure on standard error; gives the exit code. */
int output_finish(lode_error *failure, char *text);
/* The same when there is no text. */
int output_failure(lode_error *failure);
/* A failure of the command line itself. */
int output_message(lode_code code, const char *format, ...) LODE_PRINTF(2, 3);

#endif
