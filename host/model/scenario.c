/* A scenario file from bytes to plain values: names first, so that anything may refer to what comes later; then
 * layers, criteria, rules and targets in the order in which they refer to each other; every mistake at once. */
#include "model/scenario.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model/scenario_reader.h"

static bool name_is_good(const char *name) {
    size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    return length && !name[length] && length <= NAME_LENGTH_MAX && (*name < '0' || *name > '9') && *name != '_';
}

/* Names become columns, tables and files, and not all of these tell capitals from small letters. */
static void note_case_twins(struct reader *reader, const struct node *map) {
    for (const struct node *child = map->child; child; child = child->next)
        for (const struct node *other = map->child; other != child; other = other->next)
            if (strcasecmp(child->key, other->key) == 0 && strcmp(child->key, other->key) != 0) {
                mistakes_add(&reader->mistakes, child->key_at, "'%s' differs from '%s' in line %d only by capital letters; rename one of them",
                             child->key, other->key, other->key_at.line);
                break;
            }
}

/* A section of named things, or NULL when it holds none. */
static const struct node *read_names(struct reader *reader, const struct node *root, const char *section, size_t most, size_t *count) {
    const struct schema_row *row = schema_find(SECTION_TOP, section);
    const struct node *map = node_get(root, section);
    *count = 0;
    if (!map) return NULL;
    if (!node_is_empty(map) && !node_is_map(reader, map, reader_words(reader, "%s: {NAME: ...}", section))) return NULL;
    if (!map->count) {
        if (row->required) mistakes_add(&reader->mistakes, map->key_at, "`%s` is empty; it holds %s", section, row->help);
        return NULL;
    }
    for (const struct node *child = map->child; child; child = child->next)
        if (!name_is_good(child->key))
            mistakes_add(&reader->mistakes, child->key_at, "'%s' is not a name; use letters, digits and _, a letter first, at most %d of them",
                         child->key, NAME_LENGTH_MAX);
    note_case_twins(reader, map);
    if (map->count > most) mistakes_add(&reader->mistakes, map->key_at, "`%s` has %zu entries; at most %zu are possible", section, map->count, most);
    *count = map->count;
    return map;
}

static void read_version(struct reader *reader, const struct node *root) {
    const struct node *version = node_get(root, "lodescan");
    if (version && node_is_text(reader, version) && strcmp(version->text, "1") != 0)
        mistakes_add(&reader->mistakes, version->at, "`lodescan: %s` is not a version this program reads; write `lodescan: 1`", version->text);
}

static void read_credits(struct reader *reader, const struct node *node) {
    struct scenario *scenario = reader->scenario;
    size_t count = node->kind == NODE_LIST ? node->count : 1;
    const char **credits = reader_alloc(reader, count, sizeof *credits);
    if (!credits) return;
    if (node->kind != NODE_LIST) {
        if (node_is_text(reader, node)) credits[scenario->n_credits++] = node->text;
    } else {
        for (const struct node *child = node->child; child; child = child->next)
            if (node_is_text(reader, child)) credits[scenario->n_credits++] = child->text;
    }
    scenario->credits = credits;
}

static void read_outputs(struct reader *reader, const struct node *map) {
    fields_default(reader, SECTION_OUTPUTS, reader->scenario);
    if (map && !node_is_empty(map) && node_is_map(reader, map, "{criteria: true}"))
        fields_read(reader, SECTION_OUTPUTS, map, "outputs", reader->scenario);
}

static void read_layers(struct reader *reader) {
    struct layer *layer = reader_alloc(reader, reader->scenario->n_layers, sizeof *layer);
    reader->scenario->layers = layer;
    reader->layer_room = reader->scenario->n_layers;
    for (const struct node *map = reader->layers && layer ? reader->layers->child : NULL; map; map = map->next) read_layer(reader, map, layer++);
}

static void read_criteria(struct reader *reader) {
    struct criterion *criterion = reader_alloc(reader, reader->scenario->n_criteria, sizeof *criterion);
    reader->scenario->criteria = criterion;
    for (const struct node *map = reader->criteria && criterion ? reader->criteria->child : NULL; map; map = map->next)
        read_criterion(reader, map, criterion++);
}

static void read_rules(struct reader *reader, const struct node *rules) {
    struct rule *rule = reader_alloc(reader, reader->scenario->n_rules, sizeof *rule);
    reader->scenario->rules = rule;
    for (const struct node *map = rules && rule ? rules->child : NULL; map; map = map->next) read_rule(reader, map, rule++);
    if (rules && reader->scenario->rules) read_inclusions(reader, rules, rule - reader->scenario->n_rules);
}

/* Ways to a cost criterion are written in a layer TARGET_paths beside the targets' own. */
static void check_path_layers(struct reader *reader) {
    const struct scenario *scenario = reader->scenario;
    bool has_cost = false;
    for (size_t c = 0; c < scenario->n_criteria; c++) has_cost |= scenario->criteria[c].op == OP_COST;
    for (size_t a = 0; has_cost && a < scenario->n_targets; a++)
        for (size_t b = 0; b < scenario->n_targets; b++) {
            const char *name = scenario->targets[a].name, *other = scenario->targets[b].name;
            size_t length = strlen(other);
            if (strncasecmp(name, other, length) == 0 && strcasecmp(name + length, "_paths") == 0)
                mistakes_add(&reader->mistakes, scenario->targets[a].at,
                             "target '%s' is called like the layer of the paths of target '%s'; choose another name", name, other);
        }
}

static void read_targets(struct reader *reader) {
    struct target *target = reader_alloc(reader, reader->scenario->n_targets, sizeof *target);
    reader->scenario->targets = target;
    for (const struct node *map = reader->targets && target ? reader->targets->child : NULL; map; map = map->next) read_target(reader, map, target++);
    if (reader->scenario->targets) check_path_layers(reader);
}

static void read_annotations(struct reader *reader, const struct node *annotations) {
    struct annotation *annotation = reader_alloc(reader, reader->scenario->n_annotations, sizeof *annotation);
    reader->scenario->annotations = annotation;
    for (const struct node *map = annotations && annotation ? annotations->child : NULL; map; map = map->next)
        read_annotation(reader, map, annotation++);
}

static void read_validations(struct reader *reader, const struct node *validations) {
    struct validation_wish *wish = reader_alloc(reader, reader->scenario->n_validations, sizeof *wish);
    reader->scenario->validations = wish;
    for (const struct node *map = validations && wish ? validations->child : NULL; map; map = map->next) read_validation(reader, map, wish++);
}

static void read_variants(struct reader *reader, const struct node *variants, const struct node *rules) {
    struct variant_wish *variant = reader_alloc(reader, reader->scenario->n_variants, sizeof *variant);
    reader->scenario->variants = variant;
    for (const struct node *map = variants && variant ? variants->child : NULL; map; map = map->next) read_variant(reader, map, rules, variant++);
}

static void read_root(struct reader *reader, const struct node *root) {
    struct scenario *scenario = reader->scenario;
    if (root->kind == NODE_FAULT) return;
    if (root->kind != NODE_MAP) {
        mistakes_add(&reader->mistakes, root->at, "a scenario is a map that begins with `lodescan: 1`; `lodescan init` writes a starter");
        return;
    }
    fields_default(reader, SECTION_TOP, scenario);
    fields_default(reader, SECTION_GRID, scenario);
    fields_read(reader, SECTION_TOP, root, "the scenario", scenario);
    read_version(reader, root);
    reader->layers = read_names(reader, root, "layers", YAML_NODES_MAX, &scenario->n_layers);
    reader->criteria = read_names(reader, root, "criteria", YAML_NODES_MAX, &scenario->n_criteria);
    const struct node *rules = read_names(reader, root, "rules", RULES_MAX, &scenario->n_rules);
    reader->targets = read_names(reader, root, "targets", TARGETS_MAX, &scenario->n_targets);
    const struct node *annotations = read_names(reader, root, "annotate", YAML_NODES_MAX, &scenario->n_annotations);
    const struct node *validations = read_names(reader, root, "validate", TARGETS_MAX, &scenario->n_validations);
    const struct node *variants = read_names(reader, root, "variants", VARIANTS_MAX, &scenario->n_variants);
    const struct node *grid = node_get(root, "grid"), *credits = node_get(root, "credits");
    if (credits) read_credits(reader, credits);
    if (grid) read_grid(reader, grid);
    read_layers(reader);
    if (reader->mistakes.no_memory) return;
    check_quality(reader);
    read_permits(reader, node_get(root, "permits"));
    read_ordinances(reader, node_get(root, "ordinances"));
    read_criteria(reader);
    if (reader->mistakes.no_memory) return;
    read_rules(reader, rules);
    read_targets(reader);
    read_annotations(reader, annotations);
    read_validations(reader, validations);
    read_variants(reader, variants, rules);
    read_outputs(reader, node_get(root, "outputs"));
    finish_scenes(reader);
}

/* GDAL's own names: "GPKG:file:table", "https://...". One letter and ':' is a drive, not a scheme. */
static bool has_scheme(const char *path) {
    size_t length = 0;
    while (isalnum((unsigned char)path[length]) || strchr("_+-.", path[length] ? path[length] : '/')) length++;
    return length >= 2 && path[length] == ':';
}

static const char *path_join(struct arena *arena, const char *folder, const char *path) {
    if (path[0] == '/' || has_scheme(path) || strcmp(folder, ".") == 0) return arena_copy(arena, path);
    size_t length = strlen(folder);
    return arena_print(arena, "%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", path);
}

const char *scenario_data_path(const struct scenario *scenario, const char *path, const char *data_dir, struct arena *arena) {
    return path_join(arena, data_dir ? data_dir : scenario->data_dir ? scenario->data_dir : scenario->folder, path);
}

static const char *folder_of(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return arena_copy(arena, ".");
    return arena_print(arena, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static bool resolve_paths(struct scenario *scenario) {
    if (scenario->data_dir) scenario->data_dir = path_join(&scenario->arena, scenario->folder, scenario->data_dir);
    struct layer *layers = (struct layer *)scenario->layers;
    for (size_t i = 0; i < scenario->n_layers; i++) {
        layers[i].full_path = path_join(&scenario->arena, scenario->data_dir ? scenario->data_dir : scenario->folder, layers[i].path);
        if (!layers[i].full_path) return false;
    }
    return true;
}

status scenario_parse(const char *path, const char *bytes, size_t size, struct scenario **out) {
    struct scenario *scenario = calloc(1, sizeof *scenario);
    *out = NULL;
    if (!scenario) return status_no_memory();
    struct reader reader = {.scenario = scenario, .mistakes = {.arena = &scenario->arena}};
    scenario->path = arena_copy(&scenario->arena, path);
    scenario->folder = folder_of(&scenario->arena, path);
    if (!scenario->path || !scenario->folder) reader.mistakes.no_memory = true;
    const struct node *root = yaml_load(bytes, size, &reader.mistakes);
    if (root) read_root(&reader, root);
    status failure = mistakes_report(&reader.mistakes, path);
    if (!failure && !resolve_paths(scenario)) failure = status_no_memory();
    if (failure)
        scenario_free(scenario);
    else
        *out = scenario;
    return failure;
}

static status file_read(const char *path, char **bytes, size_t *size) {
    FILE *file = fopen(path, "rb");
    *bytes = NULL;
    if (!file)
        return status_fail(LODE_NO_INPUT, "%s: %s; give the path of a scenario file (`lodescan init` writes a starter)", path, strerror(errno));
    status failure = memory_array(YAML_BYTES_MAX + 1, 1, (void **)bytes);
    if (!failure) {
        *size = fread(*bytes, 1, YAML_BYTES_MAX + 1, file);
        if (ferror(file)) failure = status_fail(LODE_NO_INPUT, "%s: %s; give a file that can be read", path, strerror(errno));
    }
    fclose(file);
    return failure;
}

status scenario_read(const char *path, struct scenario **out) {
    char *bytes;
    size_t size = 0;
    *out = NULL;
    status failure = file_read(path, &bytes, &size);
    if (!failure) failure = scenario_parse(path, bytes, size, out);
    free(bytes);
    return failure;
}

void scenario_free(struct scenario *scenario) {
    if (!scenario) return;
    arena_free(&scenario->arena);
    free(scenario);
}

const char *scenario_layer_path(const struct scenario *scenario, const struct layer *layer, const char *data_dir, struct arena *arena) {
    (void)scenario;
    return data_dir ? path_join(arena, data_dir, layer->path) : layer->full_path;
}
