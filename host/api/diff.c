/* lode_diff: two finished runs read back and held against each other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/json_words.h"
#include "base/text.h"
#include "compute/overlay.h"
#include "geo/bits_file.h"
#include "geo/file_grid.h"
#include "geo/plane_file.h"
#include "geo/raster_writer.h"
#include "model/units.h"
#include "report/diff_file.h"
#include "report/diff_inputs.h"
#include "report/diff_map.h"
#include "report/diff_page.h"
#include "report/diff_picture.h"
#include "report/diff_sites.h"
#include "report/outputs.h"
#include "report/raster_style.h"
#include "report/run_file.h"

struct job {
    struct arena arena;
    struct log *log;
    const char *folder[DIFF_RUNS];
    struct json_object *run[DIFF_RUNS], *sites[DIFF_RUNS], *targets[DIFF_RUNS];
    struct grid grid[DIFF_RUNS];
    const char *grids; /* NULL: they are one; else how they differ */
    const char *scratch;
    double within_m;
    struct outputs *outputs; /* NULL: nothing is written */
    struct json_build build;
    struct json_object *tree, *changes; /* changes is part of the tree */
    struct json_object *maps;           /* of the page, by a target's name */
    struct surface_pair surfaces;       /* of the target at hand */
    struct bits_file *rules[DIFF_RUNS];
};

static status read_run(struct job *job, int run) {
    TRY(run_file_read(job->folder[run], &job->run[run]));
    job->targets[run] = json_member(job->run[run], "targets");
    if (!json_object_is_type(job->targets[run], json_type_array) || !json_object_array_length(job->targets[run]))
        return status_fail(LODE_BAD_DATA, "%s: run.json lists no targets: run it again", job->folder[run]);
    const char *path = arena_print(&job->arena, "%s/sites.geojson", job->folder[run]);
    if (!path) return status_no_memory();
    TRY(status_wrap(json_read(path, &job->sites[run]), "%s: the run is no longer whole (`lodescan verify` tells what is missing)", job->folder[run]));
    if (!json_object_is_type(json_member(job->sites[run], "features"), json_type_array))
        return status_fail(LODE_BAD_DATA, "%s: is no GeoJSON FeatureCollection", path);
    return NULL;
}

static status path_of(struct job *job, int run, const char *target, const char *end, const char **out) {
    *out = arena_print(&job->arena, "%s/%s_%s.tif", job->folder[run], target, end);
    return *out ? NULL : status_no_memory();
}

/* The grid alone, from the first target's scores. */
static status read_grid(struct job *job, int run) {
    const struct layer layer = {.band = 1, .nodata = NAN, .scale = 1, .offset = 0};
    struct raster_file file;
    const char *path;
    TRY(path_of(job, run, json_member_text(json_object_array_get_idx(job->targets[run], 0), "name"), "score", &path));
    status failure = raster_file_open(&layer, path, &file);
    if (!failure) {
        failure = file_grid_take(&file, &job->arena, &job->grid[run]);
        raster_file_close(&file);
    }
    return status_wrap(failure, "%s", path);
}

static bool same_ground(const struct grid *a, const struct grid *b) {
    return a->width == b->width && a->height == b->height && a->x0 == b->x0 && a->y0 == b->y0 && a->dx == b->dx && a->dy == b->dy &&
           strcmp(a->wkt, b->wkt) == 0;
}

static status compare_grids(struct job *job) {
    const struct grid *a = &job->grid[DIFF_BEFORE], *b = &job->grid[DIFF_AFTER];
    if (same_ground(a, b)) return NULL;
    struct text words = {0};
    text_add(&words, "the grids differ, ");
    for (int r = 0; r < DIFF_RUNS; r++) {
        const struct grid *grid = &job->grid[r];
        text_print(&words, "%s%s of %lld x %lld cells of ", r ? " against " : "", grid->crs, (long long)grid->width, (long long)grid->height);
        text_add_number(&words, grid->dx);
        text_add(&words, " from ");
        text_add_number(&words, grid->x0);
        text_add(&words, ", ");
        text_add_number(&words, grid->y0);
    }
    job->grids = words.failed ? NULL : arena_copy(&job->arena, words.bytes);
    text_free(&words);
    return job->grids ? NULL : status_no_memory();
}

/* Without a wish, from a cell to any that touches it. */
static status read_within(struct job *job, const char *wish) {
    for (int r = 0; r < DIFF_RUNS && !wish; r++) {
        double dx, dy;
        grid_cell_metres(&job->grid[r], (double)(job->grid[r].height / 2), &dx, &dy);
        job->within_m = fmax(job->within_m, 1.01 * hypot(dx, dy));
    }
    if (!wish) return NULL;
    if (quantity_parse(wish, UNIT_LENGTH, &job->within_m, NULL) == QUANTITY_OK && isfinite(job->within_m) && job->within_m >= 0) return NULL;
    return status_fail(LODE_USAGE, "--within=%s: write a length with its unit, such as 2km", wish);
}

static status read_plane(struct job *job, int run, const char *target) {
    struct grid grid;
    const char *score, *state;
    TRY(path_of(job, run, target, "score", &score));
    TRY(path_of(job, run, target, "state", &state));
    TRY(plane_file_floats(score, job->scratch, job->log, &job->arena, &grid, &job->surfaces.score[run]));
    bool same = same_ground(&grid, &job->grid[run]);
    TRY(plane_file_bytes(state, job->scratch, CELL_OUTSIDE, job->log, &job->arena, &grid, &job->surfaces.state[run]));
    if (same && same_ground(&grid, &job->grid[run])) return NULL;
    return status_fail(LODE_BAD_DATA, "%s and %s are not of the run's place and size: `lodescan verify` tells whether they were changed", score,
                       state);
}

static status open_rules(struct job *job, int run, struct json_object *target) {
    const char *name = json_member_text(target, "name"), *path;
    struct json_object *output;
    TRY(path_of(job, run, name, "rules", &path));
    for (size_t i = 0; (output = run_file_output(job->run[run], i)); i++)
        if (strcmp(json_member_text(output, "name"), path + strlen(job->folder[run]) + 1) == 0) return bits_file_open(path, &job->rules[run]);
    return NULL;
}

static void close_target(struct job *job) {
    for (int r = 0; r < DIFF_RUNS; r++) {
        scratch_close(&job->surfaces.score[r]);
        scratch_close(&job->surfaces.state[r]);
        bits_file_close(job->rules[r]);
        job->rules[r] = NULL;
    }
}

/* The largest change either way; 0 where there is none. */
static double most_of(const struct surface_moves *moves) {
    double most = fmax(moves->rise, -moves->fall);
    return moves->rise_cell >= 0 && most > 0 ? most : 0;
}

static status write_picture(struct job *job, const char *name, const char *title, double most) {
    static const char *const ends[] = {"png", "pgw", "png.aux.xml"};
    const char *paths[3];
    for (int i = 0; i < 3; i++) {
        const char *file = arena_print(&job->arena, "%s_difference.%s", name, ends[i]);
        if (!file) return status_no_memory();
        TRY(outputs_add(job->outputs, file, &paths[i]));
    }
    return diff_picture_write(&job->surfaces, most, title, &(struct diff_picture_paths){paths[0], paths[1], paths[2]});
}

static status write_difference(struct job *job, const char *name, double most) {
    const char *file = arena_print(&job->arena, "%s_difference.tif", name), *path;
    const char *title = arena_print(&job->arena, "%s: %s of %s less that of %s", name, "score", job->folder[DIFF_AFTER], job->folder[DIFF_BEFORE]);
    if (!file || !title) return status_no_memory();
    surface_diff_make(&job->surfaces);
    const struct surface_band band = {"difference", "-1 to 1", job->surfaces.score[DIFF_BEFORE].bytes};
    const struct scratch *const planes[] = {&job->surfaces.score[DIFF_BEFORE]};
    const struct surface surface = {.type = SURFACE_FLOAT, .n_bands = 1, .bands = &band, .nodata = NAN, .title = title, .planes = planes};
    TRY(outputs_add(job->outputs, file, &path));
    TRY(status_wrap(raster_writer_cog(path, &job->grid[DIFF_AFTER], &surface, job->log), "writing %s", file));
    const char *style = arena_print(&job->arena, "%s_difference.qml", name);
    if (!style) return status_no_memory();
    TRY(outputs_add(job->outputs, style, &path));
    TRY(raster_style_change(most, path));
    struct json_object *map;
    TRY(write_picture(job, name, title, most));
    TRY(diff_map_make(&job->surfaces, most, &job->build, &map));
    if (map) json_put(&job->build, job->maps, name, map);
    return NULL;
}

static status compare_surfaces(struct job *job, struct json_object *was, struct json_object *is, struct json_object *map, double *most) {
    struct surface_moves moves;
    const char *name = json_member_text(is, "name");
    job->surfaces.grid = &job->grid[DIFF_AFTER];
    for (int r = 0; r < DIFF_RUNS; r++) {
        TRY(read_plane(job, r, name));
        TRY(open_rules(job, r, r == DIFF_BEFORE ? was : is));
    }
    TRY(status_wrap(surface_diff_measure(&job->surfaces, &moves), "%s", name));
    *most = most_of(&moves);
    json_put(&job->build, map, "surface", diff_surface_json(&moves, &job->build));
    return NULL;
}

static status compare_sites(struct job *job, const char *name, struct json_object *map) {
    struct diff_target target = {.name = name, .changes = job->changes, .surfaces = job->grids ? NULL : &job->surfaces, .within_m = job->within_m};
    struct json_object *sites = NULL;
    for (int r = 0; r < DIFF_RUNS; r++) {
        target.run[r] = job->run[r];
        target.features[r] = json_member(job->sites[r], "features");
        target.rules[r] = job->rules[r];
    }
    TRY(diff_sites_json(&target, &job->build, &sites));
    json_put(&job->build, map, "sites", sites);
    return NULL;
}

static status compare_target(struct job *job, struct json_object *was, struct json_object *is, struct json_object *list) {
    struct json_object *map = json_map(&job->build), *one = is ? is : was;
    const char *name = json_member_text(one, "name");
    json_append(&job->build, list, map);
    json_put_text(&job->build, map, "name", name);
    if (!was || !is) json_put_text(&job->build, map, "only", was ? "before" : "after");
    if (!was || !is || job->build.failed) return NULL;
    double most = 0;
    status failure = job->grids ? NULL : compare_surfaces(job, was, is, map, &most);
    json_put(&job->build, map, "rules", diff_rules_json(was, is, &job->build));
    if (!failure && !job->build.failed) failure = compare_sites(job, name, map);
    if (!failure && job->outputs) failure = write_difference(job, name, most);
    close_target(job);
    return failure;
}

static status compare_targets(struct job *job, struct json_object *list) {
    struct json_object *before = job->targets[DIFF_BEFORE], *after = job->targets[DIFF_AFTER];
    size_t n_before = json_object_array_length(before), n_after = json_object_array_length(after);
    for (size_t i = 0; i < n_after; i++) {
        struct json_object *is = json_object_array_get_idx(after, i);
        log_stage(job->log, "comparing surfaces", (double)i / (double)n_after, (double)(i + 1) / (double)n_after);
        TRY(compare_target(job, diff_named(before, "name", json_member_text(is, "name")), is, list));
    }
    for (size_t i = 0; i < n_before; i++) {
        struct json_object *was = json_object_array_get_idx(before, i);
        if (!diff_named(after, "name", json_member_text(was, "name"))) TRY(compare_target(job, was, NULL, list));
    }
    return NULL;
}

static status compare(struct job *job) {
    static const char *const keys[] = {[DIFF_BEFORE] = "before", [DIFF_AFTER] = "after"};
    struct json_object *list = json_list(&job->build);
    job->tree = json_map(&job->build);
    job->maps = json_map(&job->build);
    for (int r = 0; r < DIFF_RUNS; r++) json_put(&job->build, job->tree, keys[r], diff_run_json(job->folder[r], job->run[r], &job->build));
    job->changes = diff_inputs(job->run[DIFF_BEFORE], job->run[DIFF_AFTER], &job->build);
    json_put(&job->build, job->tree, "inputs", job->changes);
    json_put_text(&job->build, job->tree, "grids", job->grids);
    json_put_number(&job->build, job->tree, "within_m", job->within_m);
    json_put(&job->build, job->tree, "targets", list);
    if (job->build.failed) return status_no_memory();
    TRY(compare_targets(job, list));
    return job->build.failed ? status_no_memory() : NULL;
}

static status write_tables(struct job *job, const char *json_path) {
    const char *csv;
    TRY(outputs_add(job->outputs, "diff.csv", &csv));
    TRY(diff_write_csv(job->tree, csv));
    const char *page;
    TRY(outputs_add(job->outputs, "diff.html", &page));
    TRY(diff_page_write(job->tree, job->maps, job->outputs->partial, page));
    return json_write(json_path, job->tree);
}

static status compare_into(struct job *job, const char *out, bool overwrite) {
    const char *path, *present = arena_print(&job->arena, "%s/diff.json", out);
    if (!present) return status_no_memory();
    if (job->grids)
        return status_fail(LODE_USAGE, "there is no difference of surfaces, for %s: leave -o away to compare inputs and sites", job->grids);
    if (!overwrite && access(present, F_OK) == 0)
        return status_fail(LODE_USAGE, "%s: already holds a difference: give another folder with -o, or --overwrite to replace it", out);
    TRY(outputs_open(out, false, &job->outputs));
    job->scratch = job->outputs->partial;
    status failure = outputs_add(job->outputs, "diff.json", &path);
    if (!failure) failure = compare(job);
    if (!failure) failure = write_tables(job, path);
    if (!failure) failure = outputs_place(job->outputs);
    return failure;
}

static status diff(struct job *job, const char *within, const char *out, bool overwrite) {
    const char *folder = getenv("TMPDIR");
    job->scratch = folder && folder[0] ? folder : "/tmp";
    for (int r = 0; r < DIFF_RUNS; r++) TRY(read_run(job, r));
    for (int r = 0; r < DIFF_RUNS; r++) TRY(read_grid(job, r));
    TRY(compare_grids(job));
    TRY(read_within(job, within));
    return out ? compare_into(job, out, overwrite) : compare(job);
}

static status tell(struct job *job, const char *out, bool json, char **text) {
    struct text words = {0};
    if (json) {
        *text = json_words(&job->build, json_object_get(job->tree));
    } else {
        diff_print(job->tree, &words);
        if (out)
            text_print(
                &words,
                "\nFiles are in %s: diff.html to open in a browser, diff.csv, diff.json, and of each target a difference surface and its picture.\n",
                out);
        *text = text_take(&words);
    }
    text_free(&words);
    return *text ? NULL : status_no_memory();
}

lode_error *lode_diff(const char *before, const char *after, const char *within, const char *out, const lode_options *options, bool json,
                      char **text) {
    struct log log = log_from_options(options);
    struct job job = {.log = &log, .folder = {before, after}};
    *text = NULL;
    status failure = diff(&job, within, out, options->overwrite);
    if (!failure) failure = tell(&job, out, json, text);
    close_target(&job);
    outputs_close(job.outputs);
    for (int r = 0; r < DIFF_RUNS; r++) {
        json_object_put(job.run[r]);
        json_object_put(job.sites[r]);
    }
    json_object_put(job.tree);
    json_object_put(job.maps);
    arena_free(&job.arena);
    log_free(&log);
    return failure;
}
