/* The public header's functions, acted: the command line under test is linked with this instead of the library.
 * The scenario's path says what to play: `slow` works until it is cancelled, `deaf` never asks, `warn` warns,
 * `fail-CODE` fails so; any other succeeds and tells the options it got. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lodescan.h"

struct lode_error {
    lode_code code;
    char message[200];
};
struct lode_scenario {
    char path[100];
};

lode_code lode_error_code(const lode_error *error) {
    return error ? error->code : LODE_OK;
}
const char *lode_error_message(const lode_error *error) {
    return error ? error->message : "";
}
void lode_error_free(lode_error *error) {
    free(error);
}
const char *lode_version(void) {
    return "9.8.7";
}

static lode_error *fail(int code, const char *message) {
    lode_error *error = calloc(1, sizeof *error);
    error->code = (lode_code)code;
    snprintf(error->message, sizeof error->message, "%s", message);
    return error;
}

lode_error *lode_scenario_open(const char *path, lode_scenario **out) {
    int code = 0;
    if (sscanf(path, "fail-%d", &code) == 1) return fail(code, "first line\nsecond line");
    *out = calloc(1, sizeof **out);
    snprintf((*out)->path, sizeof(*out)->path, "%s", path);
    return NULL;
}
void lode_scenario_close(lode_scenario *scenario) {
    free(scenario);
}

static void tell(const lode_options *options, lode_level level, const char *stage, double share, const char *text) {
    lode_event event = {level, stage, share, text};
    options->on_event(options->user, &event);
}

static lode_error *work(const lode_options *options, int steps, bool asks) {
    for (int i = 0; i < steps; i++) {
        tell(options, LODE_PROGRESS, i < steps / 2 ? "distances" : "scoring", (double)i / steps, NULL);
        if (asks && options->cancelled(options->user)) return fail(LODE_INTERRUPTED, "interrupted");
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
    return NULL;
}

static char *told_options(const char *what, const char *out, const lode_options *options, bool json) {
    char *text = calloc(1, 500);
    snprintf(text, 500, "%s out=%s data=%s device=%s memory=%zu cell=%g%s overwrite=%d json=%d", what, out ? out : "-",
             options->data_dir ? options->data_dir : "-", options->device ? options->device : "-", options->memory_bytes, options->cell,
             options->cell_in_degrees ? "deg" : "", options->overwrite, json);
    return text;
}

lode_error *lode_run(const lode_scenario *scenario, const char *out_dir, const lode_options *options, bool json, char **text) {
    if (strcmp(scenario->path, "silent") == 0) return NULL;
    if (strcmp(scenario->path, "slow") == 0) return work(options, 3000, true);
    if (strcmp(scenario->path, "deaf") == 0) return work(options, 3000, false);
    if (strcmp(scenario->path, "short") == 0) return work(options, 60, true);
    if (strcmp(scenario->path, "warn") == 0) {
        tell(options, LODE_WARNING, NULL, -1, "layer 'rail' is empty");
        tell(options, LODE_INFO, NULL, -1, "on device 0:0");
    }
    *text = told_options("run", out_dir, options, json);
    return NULL;
}
lode_error *lode_check(const lode_scenario *scenario, const lode_options *options, bool json, char **text) {
    *text = told_options(scenario->path, NULL, options, json);
    return NULL;
}

static lode_error *told(const char *what, const char *word, const char *second, bool json, char **text) {
    *text = calloc(1, 300);
    snprintf(*text, 300, "%s %s %s json=%d\n", what, word ? word : "-", second ? second : "-", json);
    return NULL;
}
lode_error *lode_explain(const char *out_dir, const char *site, bool json, char **text) {
    return told("explain", out_dir, site, json, text);
}
lode_error *lode_verify(const char *out_dir, bool json, char **text) {
    return strcmp(out_dir, "changed") == 0 ? fail(LODE_BAD_DATA, "sites.csv: changed since the run") : told("verify", out_dir, NULL, json, text);
}
lode_error *lode_validate(const char *out_dir, const char *sites, const lode_validation *how, const char *folder, const lode_options *options,
                          bool json, char **text) {
    int code = 0;
    if (sscanf(out_dir, "fail-%d", &code) == 1) return fail(code, "first line\nsecond line");
    *text = calloc(1, 500);
    snprintf(*text, 500,
             "validate %s %s folder=%s target=%s layer=%s where=%s name=%s uncertainty=%s within=%s merge=%s folds=%s blocks=%s baseline=%s "
             "overwrite=%d json=%d\n",
             out_dir, sites, folder ? folder : "-", how->target ? how->target : "-", how->layer ? how->layer : "-", how->where ? how->where : "-",
             how->name ? how->name : "-", how->uncertainty ? how->uncertainty : "-", how->within ? how->within : "-", how->merge ? how->merge : "-",
             how->folds ? how->folds : "-", how->blocks ? how->blocks : "-", how->baseline ? how->baseline : "-", options->overwrite, json);
    return NULL;
}
lode_error *lode_diff(const char *before, const char *after, const char *within, const char *out, const lode_options *options, bool json,
                      char **text) {
    int code = 0;
    if (sscanf(before, "fail-%d", &code) == 1) return fail(code, "first line\nsecond line");
    *text = calloc(1, 300);
    snprintf(*text, 300, "diff %s %s within=%s out=%s overwrite=%d json=%d\n", before, after, within ? within : "-", out ? out : "-",
             options->overwrite, json);
    return NULL;
}
lode_error *lode_distance(const char *mask_path, const char *out_path, const char *const *creation_options, const lode_options *options) {
    int code = 0;
    if (sscanf(mask_path, "fail-%d", &code) == 1) return fail(code, "first line\nsecond line");
    size_t count = 0;
    while (creation_options[count]) count++;
    char words[200];
    snprintf(words, sizeof words, "%s to %s with %zu options, last %s", mask_path, out_path, count, count ? creation_options[count - 1] : "-");
    tell(options, LODE_WARNING, NULL, -1, words);
    return NULL;
}
lode_error *lode_path(const lode_scenario *scenario, const double (*lonlat)[2], size_t count, const char *criterion, const lode_options *options,
                      char **text) {
    (void)options;
    *text = calloc(1, 300);
    snprintf(*text, 300, "%s from %zu, last %.10g %.10g, criterion %s\n", scenario->path, count, lonlat[count - 1][0], lonlat[count - 1][1],
             criterion ? criterion : "-");
    return NULL;
}
lode_error *lode_indices(const char *sensor, bool json, char **text) {
    return told("indices", sensor, NULL, json, text);
}
lode_error *lode_devices(bool json, char **text) {
    return told("devices", NULL, NULL, json, text);
}
lode_error *lode_selftest(const char *device, bool json, char **text) {
    return told("selftest", device, NULL, json, text);
}
lode_error *lode_doctor(bool json, char **text) {
    return told("doctor", NULL, NULL, json, text);
}
static const char *const templates[][2] = {{"granite", "Granite: what is made of it"}, {"river-bed", "River bed: what lies in it"}};
const char *lode_template_name(size_t index) {
    return index < 2 ? templates[index][0] : NULL;
}
const char *lode_template_summary(size_t index) {
    return index < 2 ? templates[index][1] : NULL;
}
lode_error *lode_starter(const char *name, char **text) {
    if (name && strcmp(name, "none") == 0) return fail(LODE_USAGE, "no template 'none'");
    *text = calloc(1, 100);
    snprintf(*text, 100, "lodescan: 1\n%s%s%s", name ? "title: " : "", name ? name : "", name ? "\n" : "");
    return NULL;
}
