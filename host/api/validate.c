/* lode_validate: the surfaces of a finished run read back, and the points of any vector file, through what a run itself would do. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/validate.h"
#include "base/text.h"
#include "geo/plane_file.h"
#include "model/units.h"
#include "report/json_build.h"
#include "report/run_file.h"
#include "report/validation_file.h"
#include "report/validation_set.h"

struct surface_files {
    struct scratch score, state;
};

struct job {
    struct arena arena;
    struct log *log;
    const char *out_dir, *sites;
    const lode_validation *how;
    struct json_object *run;
    const char *target;
    struct grid grid;
    const char *first; /* the file that gave it */
    struct crs_lonlat *lonlat;
    struct surface_files own, other;
    struct layer layer;
    struct vector_source *source; /* open to the end: the places' names are its own */
    int point_layer;              /* 0: the one layer there is */
    struct target targets[2];     /* names alone: the target and its baseline */
    struct validation_wish wish;
    struct scenario scenario; /* of one layer, to open the sites with */
};

static bool has_target(struct json_object *run, const char *name) {
    struct json_object *targets = json_member(run, "targets");
    for (size_t i = 0; i < json_object_array_length(targets); i++)
        if (strcmp(json_member_text(json_object_array_get_idx(targets, i), "name"), name) == 0) return true;
    return false;
}

static status no_target(const struct job *job, const char *what) {
    struct json_object *targets = json_member(job->run, "targets");
    struct text names = {0};
    for (size_t i = 0; i < json_object_array_length(targets); i++)
        text_print(&names, "%s%s", i ? ", " : "", json_member_text(json_object_array_get_idx(targets, i), "name"));
    status failure = status_fail(LODE_USAGE, "%s: %s; its targets are %s", job->out_dir, what, names.bytes ? names.bytes : "none");
    text_free(&names);
    return failure;
}

static status choose_target(struct job *job) {
    struct json_object *targets = json_member(job->run, "targets");
    if (!json_object_is_type(targets, json_type_array))
        return status_fail(LODE_BAD_DATA, "%s: run.json lists no targets: run it again", job->out_dir);
    job->target = job->how->target ? job->how->target : "deposit";
    if (!job->how->target && json_object_array_length(targets) == 1) job->target = json_member_text(json_object_array_get_idx(targets, 0), "name");
    if (!has_target(job->run, job->target))
        return no_target(job, job->how->target ? "--target names no target of this run" : "say which target with --target=NAME");
    if (job->how->baseline && !has_target(job->run, job->how->baseline)) return no_target(job, "--baseline names no target of this run");
    if (job->how->baseline && strcmp(job->how->baseline, job->target) == 0)
        return status_fail(LODE_USAGE, "--baseline=%s is the target itself: name another target", job->how->baseline);
    return NULL;
}

static status read_length(const char *option, const char *words, bool zero, double *out) {
    if (!words) return NULL;
    if (quantity_parse(words, UNIT_LENGTH, out, NULL) == QUANTITY_OK && isfinite(*out) && (*out > 0 || (zero && *out == 0))) return NULL;
    return status_fail(LODE_USAGE, "%s=%s: write a length with its unit, such as 2km", option, words);
}

static status read_folds(const lode_validation *how, struct folds *folds) {
    long long count;
    if (how->folds && how->blocks) return status_fail(LODE_USAGE, "--folds and --blocks are two ways of the same: give one of them");
    if (how->blocks) {
        folds->kind = FOLDS_BLOCKS;
        return read_length("--blocks", how->blocks, false, &folds->block_m);
    }
    if (!how->folds) return NULL;
    if (strcmp(how->folds, "leave_one_out") == 0) {
        folds->kind = FOLDS_ONE_OUT;
        return NULL;
    }
    if (!text_integer(how->folds, &count) || count < 2 || count > FOLDS_MAX)
        return status_fail(LODE_USAGE, "--folds=%s: write a whole number from 2 to %d, or leave_one_out", how->folds, FOLDS_MAX);
    *folds = (struct folds){.kind = FOLDS_LOT, .count = (size_t)count};
    return NULL;
}

/* As a scenario would say it. */
static status read_wish(struct job *job) {
    const lode_validation *how = job->how;
    struct validation_wish *wish = &job->wish;
    *wish = (struct validation_wish){.target = 0, .baseline = how->baseline ? 1 : NO_INDEX};
    wish->places = (struct target){.name = job->target,
                                   .candidates = CANDIDATE_POINTS,
                                   .n_points = 1,
                                   .points = &job->point_layer,
                                   .uncertainty_m = NAN,
                                   .name_field = how->name};
    if (how->uncertainty && strchr("0123456789+-.", how->uncertainty[0]))
        TRY(read_length("--uncertainty", how->uncertainty, true, &wish->places.uncertainty_m));
    else
        wish->places.uncertainty_field = how->uncertainty;
    TRY(read_length("--merge", how->merge, true, &wish->places.merge_m));
    if (how->within && strcmp(how->within, "share") != 0 && strcmp(how->within, "best") != 0)
        return status_fail(LODE_USAGE, "--within=%s: write share or best", how->within);
    wish->within = how->within && strcmp(how->within, "best") == 0 ? WITHIN_BEST : WITHIN_SHARE;
    if (wish->within == WITHIN_BEST && !how->uncertainty)
        return status_fail(LODE_USAGE, "--within=best looks within --uncertainty, which is not given: add --uncertainty=2km");
    return read_folds(how, &wish->folds);
}

static void describe_sites(struct job *job) {
    job->layer = (struct layer){.name = "sites",
                                .kind = LAYER_VECTOR,
                                .path = job->sites,
                                .full_path = job->sites,
                                .sublayer = job->how->layer,
                                .where = job->how->where,
                                .all_touched = UNSET};
    job->targets[0].name = job->target;
    job->targets[1].name = job->how->baseline;
    job->scenario = (struct scenario){.path = job->sites,
                                      .n_layers = 1,
                                      .layers = &job->layer,
                                      .n_targets = job->how->baseline ? 2 : 1,
                                      .targets = job->targets,
                                      .n_validations = 1,
                                      .validations = &job->wish};
}

/* Both were read by one program from files of one run: the same ground in the same numbers. */
static bool same_ground(const struct grid *a, const struct grid *b) {
    return a->width == b->width && a->height == b->height && a->x0 == b->x0 && a->y0 == b->y0 && a->dx == b->dx && a->dy == b->dy &&
           strcmp(a->wkt, b->wkt) == 0;
}

/* The first plane gives the grid, the others must lie on it. */
static status check_ground(struct job *job, const struct grid *grid, const char *path) {
    if (!job->first) {
        job->first = path;
        job->grid = *grid;
    }
    if (same_ground(grid, &job->grid)) return NULL;
    return status_fail(LODE_BAD_DATA, "%s and %s are not of the same place and size: `lodescan verify` tells whether they were changed; run it again",
                       job->first, path);
}

static status read_surface(struct job *job, const char *target, const char *scratch_folder, struct surface_files *files) {
    struct grid grid;
    const char *score = arena_print(&job->arena, "%s/%s_score.tif", job->out_dir, target);
    const char *state = arena_print(&job->arena, "%s/%s_state.tif", job->out_dir, target);
    if (!score || !state) return status_no_memory();
    TRY(plane_file_floats(score, scratch_folder, job->log, &job->arena, &grid, &files->score));
    TRY(check_ground(job, &grid, score));
    TRY(plane_file_bytes(state, scratch_folder, CELL_OUTSIDE, job->log, &job->arena, &grid, &files->state));
    return check_ground(job, &grid, state);
}

static status measure(struct job *job, struct validated *out) {
    struct layers layers = {.scenario = &job->scenario};
    struct scan scan = {.scenario = &job->scenario, .grid = &job->grid, .layers = &layers, .lonlat = job->lonlat, .log = job->log};
    struct validated_surface own = {&job->own.score, &job->own.state}, other = {&job->other.score, &job->other.state};
    struct raster_source *none = NULL;
    TRY(vector_source_open(&job->scenario, &job->layer, NULL, &job->grid, 0, job->log, &job->source));
    layers.vectors = &job->source;
    layers.rasters = &none;
    return validate_surface(&scan, &job->wish, &own, job->how->baseline ? &other : NULL, &job->arena, out);
}

static void report(const struct job *job, const struct validated *validated, const char *folder, bool json, struct text *out) {
    struct json_build build = {0};
    if (json) {
        struct json_object *map = validation_json(validated, &build);
        if (!build.failed) text_print(out, "%s\n", json_object_to_json_string_ext(map, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
        json_object_put(map);
    } else {
        text_print(out, "%s of %s against %s\n", validated->target, job->out_dir, job->sites);
        validation_print(validated, out);
        text_print(out, "\nFiles are in %s: validation.json, curves.csv and diagrams.\n", folder);
    }
    if (build.failed) out->failed = true;
}

static bool same_folder(const char *path, const char *other) {
    struct stat a, b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Files that a run's manifest vouches for are not replaced: the run would no longer verify. The folder is there, so that it is known by itself,
 * however its path is written. */
static status guard_folder(struct job *job, const char *folder, bool overwrite) {
    static const char file[] = "/validation.json";
    const char *path = arena_print(&job->arena, "%s%s", folder, file);
    struct json_object *output;
    if (!path) return status_no_memory();
    for (size_t i = 0; (output = run_file_output(job->run, i)); i++) {
        const char *name = json_member_text(output, "name");
        size_t length = strlen(name), end = sizeof file - 1;
        if (length <= end || strcmp(name + length - end, file) != 0) continue;
        const char *kept = arena_print(&job->arena, "%s/%.*s", job->out_dir, (int)(length - end), name);
        if (!kept) return status_no_memory();
        if (same_folder(folder, kept))
            return status_fail(LODE_USAGE, "%s: belongs to the run, whose scenario asked for it: give another folder with -o", folder);
    }
    if (overwrite || access(path, F_OK) != 0) return NULL;
    return status_fail(LODE_USAGE, "%s: already holds a validation: give another folder with -o, or --overwrite to replace it", folder);
}

static status validate_into(struct job *job, struct outputs *outputs, bool json, struct text *out) {
    struct validated validated;
    log_stage(job->log, "reading surfaces", 0, 0.6);
    status failure = read_surface(job, job->target, outputs->partial, &job->own);
    if (!failure && job->how->baseline) failure = read_surface(job, job->how->baseline, outputs->partial, &job->other);
    if (!failure) failure = crs_lonlat_open(&job->grid, &job->lonlat);
    log_stage(job->log, "validating", 0.6, 1);
    if (!failure) failure = log_progress(job->log, 0);
    if (!failure) failure = measure(job, &validated);
    if (!failure) failure = validation_set_write(&validated, NULL, outputs);
    if (!failure) failure = outputs_place(outputs);
    if (!failure) report(job, &validated, outputs->folder, json, out);
    return failure;
}

static status validate(struct job *job, const char *folder, bool overwrite, bool json, struct text *out) {
    TRY(run_file_read(job->out_dir, &job->run));
    TRY(choose_target(job));
    TRY(read_wish(job));
    describe_sites(job);
    if (!folder) folder = arena_print(&job->arena, "%s/validation/%s", job->out_dir, job->target);
    if (!folder) return status_no_memory();
    struct outputs *outputs = NULL;
    TRY(outputs_open(folder, true, &outputs));
    status failure = guard_folder(job, folder, overwrite);
    if (!failure) failure = validate_into(job, outputs, json, out);
    outputs_close(outputs);
    return failure;
}

lode_error *lode_validate(const char *out_dir, const char *sites, const lode_validation *how, const char *folder, const lode_options *options,
                          bool json, char **text) {
    struct log log = log_from_options(options);
    struct job job = {.log = &log, .out_dir = out_dir, .sites = sites, .how = how};
    struct text out = {0};
    *text = NULL;
    status failure = validate(&job, folder, options->overwrite, json, &out);
    if (!failure && !(*text = text_take(&out))) failure = status_no_memory();
    text_free(&out);
    vector_source_close(job.source);
    scratch_close(&job.own.score);
    scratch_close(&job.own.state);
    scratch_close(&job.other.score);
    scratch_close(&job.other.state);
    crs_lonlat_close(job.lonlat);
    json_object_put(job.run);
    arena_free(&job.arena);
    log_free(&log);
    return failure;
}
