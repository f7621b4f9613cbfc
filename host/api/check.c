/* What a run would do, for people and for tools: grid, layers, steps, memory. Opens the layers, computes nothing. */
#include <math.h>

#include "analysis/engine.h"
#include "api/json_words.h"
#include "api/scenario.h"
#include "model/plan_memory.h"
#include "report/layer_json.h"

static double megabytes(double bytes) {
    return bytes / 1e6;
}

static double surface_bytes(const struct result *result) {
    double cells = (double)result->grid.width * (double)result->grid.height;
    size_t deviations = 0;
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        const struct model *model = result->scenario->targets[t].model;
        deviations += model && !model_table[model->kind].trees;
    }
    struct lattice page = {0};
    if (result->plan->page) lattice_size(result->plan, &page);
    return (double)page.n_planes * (double)(page.cols * page.rows) +
           cells * (5.0 * (double)result->scenario->n_targets + 4.0 * (double)deviations +
                    (result->scenario->write_criteria ? 8.0 * (double)result->scenario->n_criteria : 0));
}

static void print_grid(const struct result *result, struct text *out) {
    const struct grid *grid = &result->grid;
    double dx_m, dy_m;
    grid_cell_metres(grid, (double)grid->height / 2, &dx_m, &dy_m);
    text_print(out, "%s\n\ngrid: %s, %lld x %lld cells of %.10g x %.10g %s", result->scenario->title, grid->crs, (long long)grid->width,
               (long long)grid->height, grid->dx, grid->dy,
               grid->geographic    ? "deg"
               : grid->unit_m == 1 ? "m"
                                   : "units");
    text_print(out, " (%.6g x %.6g km at its middle)%s\n", dx_m * (double)grid->width / 1000, dy_m * (double)grid->height / 1000,
               grid->wraps ? ", round the globe" : "");
    text_print(out, "      x %.10g to %.10g, y %.10g to %.10g\n\nlayers:\n", grid->x0, grid->x0 + grid->dx * (double)grid->width,
               grid->y0 - grid->dy * (double)grid->height, grid->y0);
}

static void print_layer(const struct result *result, size_t index, struct text *out) {
    const struct layer *layer = &result->scenario->layers[index];
    const struct layer_facts *facts = &result->layers[index].facts;
    text_print(out, "  %-20s %s, %s, %s, ", layer->name, facts->driver, facts->crs, facts->type);
    if (layer->kind == LAYER_RASTER) {
        text_print(out, "%lld x %lld pixels", (long long)facts->width, (long long)facts->height);
        if (!isnan(facts->valid_share)) text_print(out, ", %s%.1f %% valid", facts->valid_share_estimated ? "about " : "", 100 * facts->valid_share);
    } else {
        text_print(out, "%lld features", (long long)facts->features);
    }
    text_print(out, "\n  %-20s x %.8g to %.8g, y %.8g to %.8g; %s\n", "", facts->extent[0], facts->extent[2], facts->extent[1], facts->extent[3],
               result->layers[index].path);
}

/* The plan's lines one by one; `each` gets a NUL-terminated line. Memory that ran out is told by the result. */
static bool for_each_step(const struct plan *plan, void (*each)(void *user, const char *line), void *user) {
    struct text steps = {0};
    plan_print(plan, &steps);
    for (char *line = steps.bytes, *end; line && *line; line = end) {
        for (end = line; *end && *end != '\n'; end++) continue;
        if (*end) *end++ = '\0';
        each(user, line);
    }
    bool whole = !steps.failed;
    text_free(&steps);
    return whole;
}

static void print_step(void *user, const char *line) {
    text_print(user, "  %s\n", line);
}

/* A tenant a line, the time of most memory first said. */
static void print_memory(const struct result *result, struct text *out) {
    const struct plan *plan = result->plan;
    struct plan_tenant tenants[PLAN_TENANTS_MAX];
    size_t n = plan_tenants(plan, plan->band_rows, tenants);
    text_print(out, "\nmemory: %.0f MB at once at most, of a budget of %.0f MB; %.0f MB of scratch on disk\n",
               megabytes((double)plan_peak_bytes(plan, plan->band_rows)), megabytes((double)plan->memory_bytes), megabytes(surface_bytes(result)));
    for (size_t i = 0; i < n; i++)
        text_print(out, "  %10.1f MB  %-8s%-9s%-9s%-6s%s\n", megabytes((double)tenants[i].bytes), tenants[i].times & TIME_MASKS ? "masks" : "",
                   tenants[i].times & TIME_SCORING ? "scoring" : "", tenants[i].times & TIME_WRITING ? "writing" : "",
                   tenants[i].times & TIME_PAGE ? "page" : "", tenants[i].name);
}

static void print_devices(const struct result *result, struct text *out) {
    if (result->n_devices) text_add(out, "\ndevices:\n");
    for (size_t i = 0; i < result->n_devices; i++) {
        const struct device_info *info = &result->devices[i].info;
        text_print(out, "  %d:%d %s%s\n", info->platform, info->index, info->name,
                   result->n_devices == 1 ? ""
                   : i == 0               ? ": shares the bands; makes masks, accumulated costs, statistics and explanations"
                                          : ": shares the bands");
    }
}

static char *check_words(const struct result *result) {
    struct text out = {0};
    print_grid(result, &out);
    for (size_t i = 0; i < result->scenario->n_layers; i++) print_layer(result, i, &out);
    text_add(&out, "\nsteps:\n");
    out.failed |= !for_each_step(result->plan, print_step, &out);
    print_devices(result, &out);
    print_memory(result, &out);
    return text_take(&out);
}

static struct json_object *grid_json(struct json_build *build, const struct grid *grid) {
    struct json_object *map = json_map(build);
    json_put_text(build, map, "crs", grid->crs);
    json_put_integer(build, map, "width", grid->width);
    json_put_integer(build, map, "height", grid->height);
    json_put_number(build, map, "x0", grid->x0);
    json_put_number(build, map, "y0", grid->y0);
    json_put_number(build, map, "dx", grid->dx);
    json_put_number(build, map, "dy", grid->dy);
    return map;
}

static struct json_object *memory_json(struct json_build *build, const struct result *result) {
    static const char *const times[] = {"masks", "scoring", "writing", "page"};
    const struct plan *plan = result->plan;
    struct plan_tenant tenants[PLAN_TENANTS_MAX];
    struct json_object *map = json_map(build), *list = json_list(build);
    size_t n = plan_tenants(plan, plan->band_rows, tenants);
    json_put_number(build, map, "budget_bytes", (double)plan->memory_bytes);
    json_put_number(build, map, "peak_bytes", (double)plan_peak_bytes(plan, plan->band_rows));
    json_put_integer(build, map, "band_rows", (int64_t)plan->band_rows);
    json_put_number(build, map, "scratch_bytes", surface_bytes(result));
    for (size_t i = 0; i < n; i++) {
        struct json_object *tenant = json_map(build), *when = json_list(build);
        json_put_text(build, tenant, "name", tenants[i].name);
        json_put_number(build, tenant, "bytes", (double)tenants[i].bytes);
        for (size_t t = 0; t < sizeof times / sizeof *times; t++)
            if (tenants[i].times >> t & 1) json_append(build, when, json_text(build, times[t]));
        json_put(build, tenant, "during", when);
        json_append(build, list, tenant);
    }
    json_put(build, map, "tenants", list);
    return map;
}

struct step_list {
    struct json_build *build;
    struct json_object *list;
};

static void append_step(void *user, const char *line) {
    struct step_list *steps = user;
    json_append(steps->build, steps->list, json_text(steps->build, line));
}

static struct json_object *devices_json(struct json_build *build, const struct result *result) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < result->n_devices; i++) {
        const struct device_info *info = &result->devices[i].info;
        struct json_object *map = json_map(build);
        json_put_integer(build, map, "platform", info->platform);
        json_put_integer(build, map, "device", info->index);
        json_put_text(build, map, "name", info->name);
        json_append(build, list, map);
    }
    return list;
}

static char *check_json(const struct result *result) {
    struct json_build build = {0};
    struct json_object *map = json_map(&build), *layers = json_list(&build);
    struct step_list steps = {&build, json_list(&build)};
    json_put_text(&build, map, "title", result->scenario->title);
    json_put(&build, map, "grid", grid_json(&build, &result->grid));
    for (size_t i = 0; i < result->scenario->n_layers; i++)
        json_append(&build, layers, layer_json(&build, &result->scenario->layers[i], &result->layers[i]));
    json_put(&build, map, "layers", layers);
    build.failed |= !for_each_step(result->plan, append_step, &steps);
    json_put(&build, map, "steps", steps.list);
    json_put(&build, map, "memory", memory_json(&build, result));
    if (result->n_devices) json_put(&build, map, "devices", devices_json(&build, result));
    return json_words(&build, map);
}

lode_error *lode_check(const lode_scenario *handle, const lode_options *options, bool json, char **text) {
    struct log log = log_from_options(options);
    struct result *result = NULL;
    *text = NULL;
    status failure = engine_prepare(handle->scenario, options, &log, &result);
    if (!failure) {
        *text = json ? check_json(result) : check_words(result);
        if (!*text) failure = status_no_memory();
    }
    result_free(result);
    log_free(&log);
    return failure;
}
