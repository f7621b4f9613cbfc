/* Each criterion's value, membership, weight and nearest feature at a site. */
#include "report/overlay_words.h"
#include "report/site_field.h"

static union value read_value(struct cell *cell, size_t index) {
    return real(cell->site->terms[index].raw);
}

static union value read_membership(struct cell *cell, size_t index) {
    return real(cell->site->terms[index].membership);
}

static union value read_weight(struct cell *cell, size_t index) {
    return real(cell->site->terms[index].weight);
}

static union value read_contribution(struct cell *cell, size_t index) {
    return real(cell->site->terms[index].contribution);
}

static union value read_nearest(struct cell *cell, size_t index) {
    return words(cell->site->terms[index].nearest);
}

/* Raw distances are in the criterion's own unit. */
static double distance_km(const struct criterion *criterion, double raw) {
    return raw * (criterion->unit ? criterion->unit->in_base : 1) / 1000;
}

static union value read_distance(struct cell *cell, size_t index) {
    return real(distance_km(&cell->result->scenario->criteria[index], cell->site->terms[index].raw));
}

static struct json_object *criterion_map(const struct cell *cell, size_t index, struct json_build *build) {
    const struct scenario *scenario = cell->result->scenario;
    const struct criterion *criterion = &scenario->criteria[index];
    const struct term *term = &cell->site->terms[index];
    struct json_object *map = json_map(build);
    json_put_text(build, map, "name", criterion->name);
    json_put_text(build, map, "label", criterion->label);
    json_put_text(build, map, "operation", criterion_table[criterion->op].name);
    json_put_text(build, map, "layer", criterion->layer == NO_INDEX ? NULL : scenario->layers[criterion->layer].name);
    json_put_text(build, map, "role", role_name(criterion->role));
    json_put_number(build, map, "value", term->raw);
    json_put_text(build, map, "unit", criterion->unit_name ? criterion->unit_name : "");
    json_put_number(build, map, "membership", term->membership);
    json_put_number(build, map, "weight", term->weight);
    json_put_number(build, map, "contribution", term->contribution);
    json_put_text(build, map, "nearest", term->nearest);
    json_put_number(build, map, "distance_km", criterion->op == OP_DISTANCE ? distance_km(criterion, term->raw) : NAN);
    return map;
}

union value site_criteria(struct cell *cell, size_t index) {
    (void)index;
    struct json_build build = {0};
    struct json_object *list = json_list(&build);
    for (size_t c = 0; c < cell->result->scenario->n_criteria && !build.failed; c++) json_append(&build, list, criterion_map(cell, c, &build));
    return tree_words(cell, &build, list);
}

/* Columns of the criterion `name`: what they are called and read by. */
struct criterion_field {
    const char *pattern, *alias;
    enum column_type type;
    union value (*read)(struct cell *cell, size_t index);
    bool scored, distance; /* only for criteria that are */
};

static const struct criterion_field of_criteria[SITE_FIELDS_A_CRITERION] = {
    {"%s_value", "%s", COLUMN_REAL, read_value, false, false},
    {"%s_membership", "%s: membership", COLUMN_REAL, read_membership, true, false},
    {"%s_weight", "%s: weight", COLUMN_REAL, read_weight, true, false},
    {"%s_contribution", "%s: contribution", COLUMN_REAL, read_contribution, true, false},
    {"dist_%s_km", "%s: distance", COLUMN_REAL, read_distance, false, true},
    {"nearest_%s", "%s: nearest", COLUMN_TEXT, read_nearest, false, true},
};

static const char *unit_of(const struct criterion *criterion, const struct criterion_field *kind) {
    if (kind->read == read_distance) return "km";
    return kind->read == read_value && criterion->unit_name ? criterion->unit_name : "";
}

/* The pattern's one %s filled in. */
static const char *filled(const char *pattern, const char *name, struct arena *arena) {
    const char *gap = strstr(pattern, "%s");
    return arena_print(arena, "%.*s%s%s", (int)(gap - pattern), pattern, name, gap + 2);
}

static size_t add_criterion_fields(const struct scenario *scenario, size_t target, size_t index, struct arena *arena, struct field *fields) {
    const struct criterion *criterion = &scenario->criteria[index];
    size_t count = 0;
    for (size_t k = 0; k < sizeof of_criteria / sizeof *of_criteria; k++) {
        const struct criterion_field *kind = &of_criteria[k];
        if (kind->scored && !overlay_uses(scenario->targets[target].score, (int)index)) continue;
        bool names_nearest = criterion->op == OP_COST && kind->read == read_nearest;
        if (kind->distance && criterion->op != OP_DISTANCE && !names_nearest) continue;
        const char *name = filled(kind->pattern, criterion->name, arena);
        const char *alias = filled(kind->alias, criterion->label ? criterion->label : criterion->name, arena);
        fields[count++] = (struct field){{name, alias, unit_of(criterion, kind), kind->type}, kind->read, index};
    }
    return count;
}

size_t site_criterion_fields(const struct scenario *scenario, size_t target, struct arena *arena, struct field *into) {
    size_t n = 0;
    for (size_t c = 0; c < scenario->n_criteria; c++) n += add_criterion_fields(scenario, target, c, arena, into + n);
    return n;
}
