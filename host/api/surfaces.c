/* Surfaces. The score file shows only cells that may be chosen; what an excluded cell would score is in the site list. */
#include "api/surfaces.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "base/text.h"
#include "base/vectors.h"
#include "geo/pyramid.h"
#include "geo/raster_facts.h"
#include "geo/raster_writer.h"
#include "report/credits.h"
#include "report/raster_style.h"

static const char *const state_names[] = {"scored", "excluded", "no data", "outside", NULL};

static status write_surface(const struct result *result, const char *name, const struct surface *surface, struct outputs *outputs, struct log *log) {
    const char *path;
    TRY(outputs_add(outputs, name, &path));
    TRY(status_wrap(raster_writer_cog(path, &result->grid, surface, log), "writing %s", name));
    return outputs_ready(outputs, path);
}

struct blanking {
    const struct scratch *score, *state;
    int64_t width;
};

WIDE_VECTORS static void blank_row(void *user, int64_t row) {
    const struct blanking *blanking = user;
    size_t first = (size_t)(row * blanking->width), cells = (size_t)blanking->width;
    float *score = (float *)blanking->score->bytes + first;
    const uint8_t *state = (const uint8_t *)blanking->state->bytes + first;
    for (int64_t i = 0; i < blanking->width; i++) score[i] = state[i] == CELL_SCORED ? pyramid_rounded(score[i]) : NAN;
    scratch_forget_cells(blanking->score, blanking->state, first, cells);
}

/* Blanks the would-be scores of excluded cells and rounds the others: nothing needs them whole after sites and pictures are made. */
static void blank_excluded(struct target_result *target, const struct grid *grid) {
    struct blanking blanking = {&target->score, &target->state, grid->width};
    parallel_for(grid->height, parallel_threads(), blank_row, &blanking);
}

/* Where the style of surface `name` goes, which must end in .tif. */
static status add_style(struct outputs *outputs, const char *name, struct arena *arena, const char **path) {
    char *qml = arena_print(arena, "%.*s.qml", (int)strlen(name) - 4, name);
    return qml ? outputs_add(outputs, qml, path) : status_no_memory();
}

static status style_target(const struct target *target, const struct score_scale *scale, const char *score, const char *state,
                           struct outputs *outputs, struct arena *arena) {
    const struct ramp *ramp = ramp_find(target->ramp);
    const char *path;
    TRY(add_style(outputs, score, arena, &path));
    TRY(raster_style_score(scale, ramp, path));
    TRY(add_style(outputs, state, arena, &path));
    return raster_style_state(ramp, path);
}

/* Along the whole of what the file's statistics say. */
static status style_range(const char *name, const char *unit, struct outputs *outputs, struct arena *arena) {
    const char *path, *surface = arena_print(arena, "%s/%s", outputs->partial, name);
    struct band_facts *bands;
    size_t count;
    if (!surface) return status_no_memory();
    TRY(raster_facts_read(surface, arena, &bands, &count));
    TRY(add_style(outputs, name, arena, &path));
    return raster_style_range(1, bands[0].least, bands[0].most, unit, path);
}

static status style_membership(const char *name, int band, struct outputs *outputs, struct arena *arena) {
    const char *path;
    TRY(add_style(outputs, name, arena, &path));
    return raster_style_range(band, 0, 1, NULL, path);
}

static status write_target(const struct result *result, size_t index, const char *credits, struct outputs *outputs, struct log *log) {
    const struct target *target = &result->scenario->targets[index];
    struct target_result *found = &result->targets[index];
    struct arena arena = {0};
    char *score_name = arena_print(&arena, "%s_score.tif", target->name), *state_name = arena_print(&arena, "%s_state.tif", target->name);
    char *title = arena_print(&arena, "%s: %s", result->scenario->title, target->name);
    status failure = score_name && state_name && title ? NULL : status_no_memory();
    if (!failure) failure = style_target(target, &found->scale, score_name, state_name, outputs, &arena);
    if (failure) goto done;
    blank_excluded(found, &result->grid);
    const struct surface_band score = {"score", "0 to 1", found->score.bytes}, state = {"state", "class", found->state.bytes};
    const struct scratch *const scores[] = {&found->score}, *const states[] = {&found->state};
    failure = write_surface(
        result, score_name,
        &(struct surface){
            .type = SURFACE_ROUNDED, .n_bands = 1, .bands = &score, .nodata = NAN, .title = title, .credits = credits, .planes = scores},
        outputs, log);
    if (!failure)
        failure = write_surface(result, state_name,
                                &(struct surface){.type = SURFACE_BYTE,
                                                  .n_bands = 1,
                                                  .bands = &state,
                                                  .nodata = CELL_OUTSIDE,
                                                  .category_names = state_names,
                                                  .title = title,
                                                  .credits = credits,
                                                  .planes = states},
                                outputs, log);
done:
    arena_free(&arena);
    return failure;
}

/* Rules of the target alone, and none beyond the study area. */
struct picking {
    const struct result *result;
    const struct scratch *state;
    struct scratch picked;
    uint64_t rules;
    size_t bytes;
};

/* A byte holds the rules of most scenarios. */
WIDE_VECTORS static void pick_bytes(const uint8_t *from, const uint8_t *state, size_t cells, uint8_t rules, uint8_t *to) {
    for (size_t i = 0; i < cells; i++) to[i] = state[i] == CELL_OUTSIDE ? 0 : from[i] & rules;
}

static void pick_row(void *user, int64_t row) {
    const struct picking *picking = user;
    size_t cells = (size_t)picking->result->grid.width, first = (size_t)row * cells, bytes = picking->bytes;
    const char *from = (const char *)picking->result->rule_bits.bytes + first * bytes;
    const uint8_t *state = (const uint8_t *)picking->state->bytes + first;
    char *to = (char *)picking->picked.bytes + first * bytes;
    if (bytes == 1)
        pick_bytes((const uint8_t *)from, state, cells, (uint8_t)picking->rules, (uint8_t *)to);
    else
        for (size_t i = 0; i < cells; i++) rule_bits_put(to, bytes, i, state[i] == CELL_OUTSIDE ? 0 : rule_bits_at(from, bytes, i) & picking->rules);
    scratch_forget(picking->state, first, cells);
    scratch_forget(&picking->result->rule_bits, first * bytes, cells * bytes);
    scratch_forget(&picking->picked, first * bytes, cells * bytes);
}

/* Nobody asks for all rules' bits behind the last target that has some: it may have their plane. */
static bool is_last_with_rules(const struct result *result, size_t index) {
    for (size_t t = index + 1; t < result->scenario->n_targets; t++)
        if (result->targets[t].provenance.rules) return false;
    return true;
}

static status open_picked(const struct result *result, bool in_place, const struct outputs *outputs, struct scratch *picked) {
    if (!in_place) return scratch_open(outputs->partial, result->rule_bits.size, picked);
    *picked = result->rule_bits;
    return NULL;
}

/* Their bits as they are numbered in the scenario, so that those of two targets compare. */
static status write_rules(const struct result *result, size_t index, const char *credits, struct outputs *outputs, struct log *log) {
    const struct scenario *scenario = result->scenario;
    struct arena arena = {0};
    struct picking picking = {.result = result,
                              .state = &result->targets[index].state,
                              .rules = result->targets[index].provenance.rules,
                              .bytes = rule_bits_bytes(scenario->n_rules)};
    char *name = arena_print(&arena, "%s_rules.tif", scenario->targets[index].name);
    char *title = arena_print(&arena, "%s: %s, rules that hold", scenario->title, scenario->targets[index].name);
    const char **names = arena_alloc(&arena, scenario->n_rules + 1, sizeof *names);
    bool in_place = is_last_with_rules(result, index);
    status failure = name && title && names ? open_picked(result, in_place, outputs, &picking.picked) : status_no_memory();
    if (!failure) {
        for (size_t r = 0; r < scenario->n_rules; r++) names[r] = picking.rules >> r & 1 ? scenario->rules[r].name : "";
        parallel_for(result->grid.height, parallel_threads(), pick_row, &picking);
        const struct surface_band band = {"rules", "bits", picking.picked.bytes};
        const struct scratch *const planes[] = {&picking.picked};
        failure = write_surface(result, name,
                                &(struct surface){.type = SURFACE_BITS,
                                                  .n_bands = 1,
                                                  .bands = &band,
                                                  .category_names = names,
                                                  .title = title,
                                                  .credits = credits,
                                                  .planes = planes,
                                                  .bits_bytes = picking.bytes},
                                outputs, log);
    }
    const char *style;
    if (!failure) failure = add_style(outputs, name, &arena, &style);
    if (!failure) failure = raster_style_rules(names, style);
    if (!in_place) scratch_close(&picking.picked);
    arena_free(&arena);
    return failure;
}

/* How well the posterior is known, where it is shown. */
static status write_sd(const struct result *result, size_t index, const char *credits, struct outputs *outputs, struct log *log) {
    const struct fitted_model *fitted = result->targets[index].model;
    struct arena arena = {0};
    char *name = arena_print(&arena, "%s_sd.tif", result->scenario->targets[index].name);
    char *title = arena_print(&arena, "%s: %s, standard deviation", result->scenario->title, result->scenario->targets[index].name);
    const struct surface_band band = {"standard deviation of the posterior", "", fitted->sd.bytes};
    const struct scratch *const planes[] = {&fitted->sd};
    struct surface surface = {
        .type = SURFACE_FLOAT, .n_bands = 1, .bands = &band, .nodata = NAN, .title = title, .credits = credits, .planes = planes};
    status failure = name && title ? write_surface(result, name, &surface, outputs, log) : status_no_memory();
    if (!failure) failure = style_range(name, NULL, outputs, &arena);
    arena_free(&arena);
    return failure;
}

static status write_criterion(const struct result *result, size_t index, const char *credits, struct outputs *outputs, struct log *log) {
    const struct criterion *criterion = &result->scenario->criteria[index];
    const struct surface_band bands[] = {{"value", criterion->unit_name, result->criteria[index].value.bytes},
                                         {"membership", "0 to 1", result->criteria[index].membership.bytes}};
    struct arena arena = {0};
    char *name = arena_print(&arena, "criteria/%s.tif", criterion->name);
    size_t n_bands = criterion->membership.kind == MEMBER_NONE ? 1 : 2;
    const struct scratch *const planes[] = {&result->criteria[index].value, &result->criteria[index].membership};
    struct surface surface = {
        .type = SURFACE_FLOAT, .n_bands = n_bands, .bands = bands, .nodata = NAN, .title = criterion->label, .credits = credits, .planes = planes};
    status failure = name ? write_surface(result, name, &surface, outputs, log) : status_no_memory();
    if (!failure) failure = n_bands == 2 ? style_membership(name, 2, outputs, &arena) : style_range(name, criterion->unit_name, outputs, &arena);
    arena_free(&arena);
    return failure;
}

status surfaces_write(const struct result *result, struct outputs *outputs, struct log *log) {
    const struct scenario *scenario = result->scenario;
    struct text words = {0};
    credits_join(scenario, &words);
    const char *credits = words.length ? words.bytes : NULL;
    size_t count = scenario->n_targets + (scenario->write_criteria ? scenario->n_criteria : 0);
    status failure = words.failed ? status_no_memory() : NULL;
    for (size_t i = 0; !failure && i < count; i++) {
        failure = log_progress(log, (double)i / (double)count);
        if (failure) break;
        if (i < scenario->n_targets && result->targets[i].model && model_tells_sd(result->targets[i].model))
            failure = write_sd(result, i, credits, outputs, log);
        if (!failure && i < scenario->n_targets && result->targets[i].provenance.rules) failure = write_rules(result, i, credits, outputs, log);
        if (failure) break;
        failure = i < scenario->n_targets ? write_target(result, i, credits, outputs, log)
                                          : write_criterion(result, i - scenario->n_targets, credits, outputs, log);
    }
    text_free(&words);
    return failure;
}
