/* SIGINT and SIGTERM: the first asks the running job to stop, the second kills. */
#ifndef LODE_CLI_INTERRUPT_H
#define LODE_CLI_INTERRUPT_H

#include <stdbool.h>

void interrupt_watch(void);
/* For lode_options.cancelled. */
bool interrupt_asked(void *unused);
/* 128 and the signal's number; 130 when there was none. */
int interrupt_exit_code(void);

#endif
