/* The options of all commands, in one table: a command says which of them it takes. */
#ifndef LODE_CLI_OPTIONS_H
#define LODE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "lodescan.h"

enum option_bit {
    OPTION_OUT_DIR = 1 << 0,
    OPTION_OUT_FILE = 1 << 1,
    OPTION_DATA = 1 << 2,
    OPTION_DEVICE = 1 << 3,
    OPTION_MEMORY = 1 << 4,
    OPTION_CELL = 1 << 5,
    OPTION_OVERWRITE = 1 << 6,
    OPTION_JSON = 1 << 7,
    OPTION_QUIET = 1 << 8,
    OPTION_CREATION = 1 << 9,
    OPTION_FROM = 1 << 10,
    OPTION_CRITERION = 1 << 11,
    OPTION_OUT_FOLDER = 1 << 12,
    OPTION_VALIDATION = 1 << 13, /* all of struct lode_validation */
    OPTION_NO_REPORT = 1 << 14,
    OPTION_AS_OF = 1 << 15,
    OPTION_MAP = 1 << 16,
    OPTION_KMZ = 1 << 17,
    OPTION_OUT_DIFF = 1 << 18,
    OPTION_NEAR = 1 << 19,
    OPTION_METRIC = 1 << 20
};

enum { WORDS_MAX = 2, CREATION_MAX = 16, FROM_MAX = 64 };

/* What the command line said; strings are its own. */
struct options {
    const char *words[WORDS_MAX]; /* NULL: not given */
    const char *out, *data, *device, *map;
    const char *creation[CREATION_MAX + 1]; /* KEY=VALUE; NULL-ended */
    const char *criterion, *as_of, *near, *metric;
    lode_validation validation;
    double from[FROM_MAX][2]; /* longitude, latitude */
    size_t n_from, memory_bytes;
    double cell;
    bool cell_in_degrees, overwrite, no_report, kmz, flatgeobuf, json, quiet;
};

struct command;
/* Reads the words after the command's name (argv[0] is for messages). Prints help, or a mistake, and exits where that is asked for. */
struct options options_parse(const struct command *command, int argc, char **argv);

#endif
