/* One argp table for all commands, cut to what a command takes. Mistakes exit with 64 (argp's EX_USAGE). */
#include "cli/options.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/quantity.h"

enum {
    KEY_DATA = 256,
    KEY_DEVICE,
    KEY_MEMORY,
    KEY_CELL,
    KEY_OVERWRITE,
    KEY_JSON,
    KEY_CREATION,
    KEY_FROM,
    KEY_CRITERION,
    KEY_NO_REPORT,
    KEY_AS_OF,
    KEY_MAP,
    KEY_KMZ,
    KEY_FGB,
    KEY_NEAR,
    KEY_METRIC,
    KEY_VALIDATION /* the last: one for each word of validation_words */
};

static const struct option_row {
    enum option_bit bit;
    struct argp_option option;
} rows[] = {
    {OPTION_OUT_DIR, {"output", 'o', "OUT", 0, "folder for the results (required)", 0}},
    {OPTION_OUT_FILE, {"output", 'o', "FILE", 0, "file to write; without it, standard output", 0}},
    {OPTION_FROM, {"from", KEY_FROM, "LON,LAT", 0, "where a way begins, in degrees of longitude and latitude (EPSG:4326); may be repeated", 0}},
    {OPTION_CRITERION, {"criterion", KEY_CRITERION, "NAME", 0, "this cost_distance_to alone; without it, all that the scenario has", 0}},
    {OPTION_DATA, {"data", KEY_DATA, "DIR", 0, "folder where the layers' relative paths start, instead of the scenario's own", 0}},
    {OPTION_DEVICE,
     {"device", KEY_DEVICE, "DEVICE", 0,
      "OpenCL device: `P:D` as `lodescan devices` numbers them, part of a name, `gpu` or `cpu`; `run` and `distance` share their work among several: "
      "`0:0,0:1`, or `all`",
      0}},
    {OPTION_MEMORY, {"memory", KEY_MEMORY, "SIZE", 0, "memory to use, such as 8GB or 512MiB; without it, half of the machine's", 0}},
    {OPTION_CELL, {"cell", KEY_CELL, "SIZE", 0, "cell size instead of the scenario's, in the unit of its grid, such as 100m or 0.1deg", 0}},
    {OPTION_AS_OF, {"as-of", KEY_AS_OF, "DATE", 0, "the day whose rules hold, such as 2027-01-31, instead of the scenario's `as_of`", 0}},
    {OPTION_METRIC,
     {"metric", KEY_METRIC, "METRIC", 0,
      "`geodesic`: along the ellipsoid on a projected grid too; `planar`: in the grid's own plane; without it, planar, geodesic on a geographic grid",
      0}},
    {OPTION_CREATION, {"co", KEY_CREATION, "KEY=VALUE", 0, "creation option of GDAL's GTiff driver, such as COMPRESS=DEFLATE; may be repeated", 0}},
    {OPTION_OVERWRITE, {"overwrite", KEY_OVERWRITE, NULL, 0, "replace what an earlier call left there", 0}},
    {OPTION_NO_REPORT, {"no-report", KEY_NO_REPORT, NULL, 0, "do not write report.html, the map to open in a browser", 0}},
    {OPTION_MAP,
     {"map", KEY_MAP, "KINDS", 0,
      "also draw map sheets, TARGET_map.KIND: `png`, `svg`, `pdf`, or several between commas (besides the scenario's own `map`)", 0}},
    {OPTION_KMZ, {"kmz", KEY_KMZ, NULL, 0, "also write TARGET.kmz, for globes such as Google Earth", 0}},
    {OPTION_KMZ, {"flatgeobuf", KEY_FGB, NULL, 0, "also write TARGET_sites.fgb, the sites for web maps", 0}},
    {OPTION_JSON, {"json", KEY_JSON, NULL, 0, "report as JSON", 0}},
    {OPTION_OUT_FOLDER, {"output", 'o', "FOLDER", 0, "folder for the results; without it, validation/TARGET in OUT", 0}},
    {OPTION_VALIDATION, {"target", KEY_VALIDATION, "NAME", 0, "target of the run; without it, its only one or the one called deposit", 0}},
    {OPTION_VALIDATION, {"layer", KEY_VALIDATION + 1, "NAME", 0, "layer of the sites' file", 0}},
    {OPTION_VALIDATION, {"where", KEY_VALIDATION + 2, "SQL", 0, "condition on attributes: the sites that count", 0}},
    {OPTION_VALIDATION, {"name", KEY_VALIDATION + 3, "FIELD", 0, "field with the sites' names", 0}},
    {OPTION_VALIDATION,
     {"uncertainty", KEY_VALIDATION + 4, "SIZE", 0, "radius within which a site may lie, such as 2km, or a field that holds kilometres", 0}},
    {OPTION_VALIDATION,
     {"within", KEY_VALIDATION + 5, "HOW", 0, "share: every cell of the radius counts in part (default); best: the highest, which flatters", 0}},
    {OPTION_VALIDATION, {"merge", KEY_VALIDATION + 6, "SIZE", 0, "sites this near are one, such as 1km", 0}},
    {OPTION_VALIDATION, {"folds", KEY_VALIDATION + 7, "COUNT", 0, "parts held out in turn, by lot, or leave_one_out", 0}},
    {OPTION_VALIDATION, {"blocks", KEY_VALIDATION + 8, "SIZE", 0, "instead: squares of this side held out in turn, such as 50km", 0}},
    {OPTION_VALIDATION, {"baseline", KEY_VALIDATION + 9, "TARGET", 0, "another target of the run to compare with", 0}},
    {OPTION_OUT_DIFF, {"output", 'o', "FOLDER", 0, "folder for tables and difference surfaces; without it, none are written", 0}},
    {OPTION_NEAR, {"within", KEY_NEAR, "SIZE", 0, "sites of both runs this near are one, such as 2km; without it, in cells that touch", 0}},
    {OPTION_QUIET, {"quiet", 'q', NULL, 0, "print no progress and no warnings, only errors", 0}},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* In the order of their options above. */
static const size_t validation_words[] = {
    offsetof(lode_validation, target),      offsetof(lode_validation, layer),   offsetof(lode_validation, where), offsetof(lode_validation, name),
    offsetof(lode_validation, uncertainty), offsetof(lode_validation, within),  offsetof(lode_validation, merge), offsetof(lode_validation, folds),
    offsetof(lode_validation, blocks),      offsetof(lode_validation, baseline)};
enum { VALIDATION_WORDS = sizeof validation_words / sizeof *validation_words };

struct parse {
    const struct command *command;
    struct options options;
};

static error_t take_word(struct parse *parse, char *word, struct argp_state *state) {
    if ((int)state->arg_num >= parse->command->max_words) argp_error(state, "'%s' is one word too many", word);
    parse->options.words[state->arg_num] = word;
    return 0;
}

static void take_creation(struct options *options, const char *value, struct argp_state *state) {
    size_t count = 0;
    while (options->creation[count]) count++;
    if (!strchr(value, '=') || value[0] == '=') argp_error(state, "--co=%s: write KEY=VALUE, such as COMPRESS=DEFLATE", value);
    if (count == CREATION_MAX) argp_error(state, "--co=%s: at most %d of them", value, CREATION_MAX);
    options->creation[count] = value;
}

static void take_from(struct options *options, const char *value, struct argp_state *state) {
    if (options->n_from == FROM_MAX) argp_error(state, "--from=%s: at most %d of them", value, FROM_MAX);
    if (!quantity_place(value, options->from[options->n_from++]))
        argp_error(state, "--from=%s: write longitude and latitude in degrees, such as -115.53,35.47", value);
}

static void check_all(const struct parse *parse, struct argp_state *state) {
    if ((int)state->arg_num < parse->command->min_words) argp_error(state, "too few words: it wants %s", parse->command->arguments);
    if ((parse->command->takes & OPTION_OUT_DIR) && !parse->options.out) argp_error(state, "say where the results go: --output=OUT");
}

static error_t take_option(int key, char *value, struct argp_state *state) {
    struct parse *parse = state->input;
    struct options *options = &parse->options;
    switch (key) {
    case 'o':
        options->out = value;
        break;
    case 'q':
        options->quiet = true;
        break;
    case KEY_DATA:
        options->data = value;
        break;
    case KEY_DEVICE:
        options->device = value;
        break;
    case KEY_OVERWRITE:
        options->overwrite = true;
        break;
    case KEY_NO_REPORT:
        options->no_report = true;
        break;
    case KEY_MAP:
        options->map = value;
        break;
    case KEY_KMZ:
        options->kmz = true;
        break;
    case KEY_FGB:
        options->flatgeobuf = true;
        break;
    case KEY_JSON:
        options->json = true;
        break;
    case KEY_AS_OF:
        options->as_of = value;
        break;
    case KEY_CREATION:
        take_creation(options, value, state);
        break;
    case KEY_FROM:
        take_from(options, value, state);
        break;
    case KEY_NEAR:
        options->near = value;
        break;
    case KEY_METRIC:
        options->metric = value;
        break;
    case KEY_CRITERION:
        options->criterion = value;
        break;
    case KEY_MEMORY:
        if (!quantity_bytes(value, &options->memory_bytes))
            argp_error(state, "--memory=%s: write a size with its unit, such as 8GB or 512MiB", value);
        break;
    case KEY_CELL:
        if (!quantity_cell(value, &options->cell, &options->cell_in_degrees))
            argp_error(state, "--cell=%s: write a size with its unit, such as 100m, 1km or 0.1deg", value);
        break;
    case ARGP_KEY_ARG:
        return take_word(parse, value, state);
    case ARGP_KEY_END:
        check_all(parse, state);
        break;
    default:
        if (key < KEY_VALIDATION || key >= KEY_VALIDATION + VALIDATION_WORDS) return ARGP_ERR_UNKNOWN;
        *(const char **)((char *)&options->validation + validation_words[key - KEY_VALIDATION]) = value;
    }
    return 0;
}

/* argp's text of a command: what it does, \v, what stands below the options. NULL when memory is out. */
static char *command_doc(const struct command *command) {
    char *doc = NULL;
    size_t length;
    FILE *text = open_memstream(&doc, &length);
    if (!text) return NULL;
    fprintf(text, "%s\v%s\n", command->summary, command->details);
    if (command->list) command->list(text);
    fclose(text);
    return doc;
}

struct options options_parse(const struct command *command, int argc, char **argv) {
    struct argp_option taken[ROWS + 1] = {{0}};
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (command->takes & rows[i].bit) taken[count++] = rows[i].option;
    char *doc = command_doc(command);
    const struct argp argp = {taken, take_option, command->arguments, doc, NULL, NULL, NULL};
    struct parse parse = {.command = command};
    setenv("ARGP_HELP_FMT", "no-dup-args-note", 0); /* or each help ends in two lines about short options */
    argp_parse(&argp, argc, argv, 0, NULL, &parse);
    free(doc);
    return parse.options;
}
