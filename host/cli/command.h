/* A command of the program: its help, the options it takes and what it does. One file a command, cmd_<name>.c;
 * the list of all is in main.c, and help, man page and completion follow from it. */
#ifndef LODE_CLI_COMMAND_H
#define LODE_CLI_COMMAND_H

#include <stdio.h>

#include "cli/options.h"

struct command {
    const char *name;
    const char *arguments; /* as in the usage line; one word an argument, optional ones in brackets */
    const char *summary;   /* one line, for the list of commands */
    const char *details;   /* below the options */
    void (*list)(FILE *);  /* writes what else stands there and only the library knows; may be NULL */
    unsigned takes;        /* enum option_bit */
    int min_words, max_words;
    int (*run)(const struct options *options); /* gives the exit code */
};

extern const struct command command_run, command_check, command_init, command_explain, command_verify, command_devices, command_selftest,
    command_doctor, command_distance, command_path, command_validate, command_diff, command_indices;

#endif
