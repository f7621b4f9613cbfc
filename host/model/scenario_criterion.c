/* A criterion: its one operation, its unit, its membership. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/scenario_reader.h"

static const struct node *read_operation(struct reader *reader, const struct node *map, const char *owner, enum criterion_op *op) {
    const struct node *first = NULL;
    for (const struct node *child = map->child; child; child = child->next)
        for (enum criterion_op i = 0; i < CRITERION_OPS; i++) {
            if (strcmp(child->key, criterion_table[i].name) != 0) continue;
            if (first)
                mistakes_add(&reader->mistakes, child->key_at, "%s has two operations, `%s` and `%s`; make two criteria of it", owner, first->key,
                             child->key);
            else
                first = child, *op = i;
        }
    if (!first) {
        struct text names = {0};
        for (enum criterion_op i = 0; i < CRITERION_OPS; i++) text_print(&names, "%s%s", i ? ", " : "", criterion_table[i].name);
        mistakes_add(&reader->mistakes, map->key_at, "%s has no operation; it needs one of %s", owner, names.bytes ? names.bytes : "several");
        text_free(&names);
    }
    return first;
}

/* What the layer must be for the operation. */
static void check_operand(struct reader *reader, const struct node *node, enum criterion_op op, const struct layer *layer) {
    if (layer->kind != LAYER_VECTOR && criterion_table[op].points)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` needs a vector layer with an `attribute: FIELD`; '%s' is a raster layer", node->key,
                     layer->name, layer->name);
    if (layer->kind != LAYER_VECTOR && criterion_table[op].areas)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` needs a vector layer of areas; '%s' is a raster layer", node->key, layer->name,
                     layer->name);
    if (layer->kind != LAYER_VECTOR && criterion_table[op].counted)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` needs a vector layer, whose %s are counted; '%s' is a raster layer", node->key,
                     layer->name, op == OP_CROSSINGS ? "lines' crossings" : "points or lines", layer->name);
    if (layer->kind != LAYER_VECTOR) return;
    if (criterion_table[op].heights)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` needs a raster layer of heights; '%s' is a vector layer", node->key, layer->name,
                     layer->name);
    if ((criterion_table[op].own || criterion_table[op].points) && !layer->attribute)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` needs numbers; give the vector layer '%s' an `attribute: FIELD`", node->key, layer->name,
                     layer->name);
    if (op == OP_CATEGORY && !layer->category)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` needs classes; give the vector layer '%s' a `category: FIELD`", node->key, layer->name,
                     layer->name);
}

/* What features weigh may be in any unit. */
static bool density_unit_fits(const struct criterion *criterion, const struct unit *unit) {
    if (!unit) return criterion->weighted;
    return unit->kind == UNIT_DENSITY || (unit->kind == UNIT_LINE_DENSITY && criterion->op == OP_DENSITY);
}

static bool unit_fits(const struct criterion *criterion, const struct unit *unit) {
    switch (criterion->op) {
    case OP_DISTANCE:
    case OP_COST:
    case OP_ROUGHNESS:
    case OP_RUGGEDNESS:
    case OP_RELIEF:
    case OP_TPI:
        return unit && unit->kind == UNIT_LENGTH;
    case OP_SLOPE:
        return unit && unit->kind == UNIT_SHARE;
    case OP_MONTHS:
        return unit && unit->kind == UNIT_TIME;
    case OP_DENSITY:
    case OP_CROSSINGS:
        return density_unit_fits(criterion, unit);
    case OP_ASPECT:
        return unit && unit->kind == UNIT_ANGLE && unit->in_base == 1;
    default:
        return criterion_table[criterion->op].own || criterion->op == OP_FORMULA || criterion->op == OP_KRIGING_VARIANCE;
    }
}

static const char *unit_remedy(enum criterion_op op) {
    switch (op) {
    case OP_DISTANCE:
    case OP_COST:
        return "write a length's unit such as `km`";
    case OP_ROUGHNESS:
    case OP_RUGGEDNESS:
    case OP_RELIEF:
    case OP_TPI:
        return "write a length's unit such as `m`";
    case OP_SLOPE:
        return "write `percent`; memberships and conditions may still be written in `deg`";
    case OP_ASPECT:
        return "write `degree`";
    case OP_MONTHS:
        return "write a time's unit such as `month`";
    case OP_WITHIN:
        return "a probability has none; leave it out";
    case OP_COVERAGE:
        return "a share has none; leave it out";
    case OP_DENSITY:
        return "write `per km2` or `per ha` of points, `km/km2` or `m/ha` of lines";
    case OP_CROSSINGS:
        return "write `per km2` or `per ha`";
    case OP_PROFILE_CURVATURE:
    case OP_PLAN_CURVATURE:
    case OP_TANGENTIAL_CURVATURE:
        return "it is 1/m; leave it out";
    default:
        return "classes have none; leave it out";
    }
}

static void read_unit(struct reader *reader, const struct node *map, struct criterion *criterion) {
    const struct node *node = node_get(map, "unit");
    const struct layer *layer = criterion->layer == NO_INDEX ? NULL : &reader->scenario->layers[criterion->layer];
    const char *own = layer && layer->unit && criterion_table[criterion->op].own ? layer->unit : "";
    const char *word = *criterion_table[criterion->op].default_unit ? criterion_table[criterion->op].default_unit : own;
    const struct unit *layers = unit_find(own);
    if (node && node_is_text(reader, node)) {
        const struct unit *unit = unit_find(node->text);
        if (!unit_fits(criterion, unit))
            mistakes_add(&reader->mistakes, node->at, "`unit: %s` does not fit %s; %s", node->text, criterion_table[criterion->op].name,
                         unit_remedy(criterion->op));
        else if (*own && (unit != layers || (!unit && strcmp(own, node->text) != 0)))
            mistakes_add(&reader->mistakes, node->at,
                         "`unit: %s` is not the layer's `unit: %s`; values are not converted, so write the same or leave it out", node->text, own);
        else
            word = node->text;
    }
    criterion->unit = unit_find(word);
    criterion->unit_name = criterion->unit ? criterion->unit->name : word;
}

static void check_metric(struct reader *reader, const struct node *map, const struct criterion *criterion) {
    const struct node *node = node_get(map, "metric");
    if (node && criterion->op != OP_DISTANCE)
        mistakes_add(&reader->mistakes, node->key_at, "`metric` is for distance_to alone; leave it out of %s", criterion_table[criterion->op].name);
}

static void check_index_keys(struct reader *reader, const struct node *map, const struct criterion *criterion) {
    static const char *const keys[] = {"of", "mask", "minimum"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct node *node = node_get(map, keys[i]);
        if (node)
            mistakes_add(&reader->mistakes, node->key_at, "`%s` goes with index alone; leave it out of %s", keys[i],
                         criterion_table[criterion->op].name);
    }
}

/* Too short or too long a radius shows when there is a grid: the plan says so. */
static void check_radius(struct reader *reader, const struct node *map, const char *owner, const struct criterion *criterion) {
    const struct node *node = node_get(map, "radius");
    const struct criterion_row *row = &criterion_table[criterion->op];
    if (node && !row->radius) mistakes_add(&reader->mistakes, node->key_at, "`radius` is for operations on a circle; leave it out of %s", row->name);
    if (!node && row->radius)
        mistakes_add(&reader->mistakes, map->key_at, "%s needs `radius`, how far %s looks, for example `radius: 1 km`", owner, row->name);
}

static void check_density(struct reader *reader, const struct node *map, const struct criterion *criterion) {
    const struct node *kernel = node_get(map, "kernel"), *weighted = node_get(map, "weighted");
    const struct layer *layer = criterion->layer == NO_INDEX ? NULL : &reader->scenario->layers[criterion->layer];
    const char *name = criterion_table[criterion->op].name;
    if (kernel && !criterion_table[criterion->op].counted)
        mistakes_add(&reader->mistakes, kernel->key_at, "`kernel` goes with density_of and crossings_of alone; leave it out of %s", name);
    if (weighted && criterion->op != OP_DENSITY)
        mistakes_add(&reader->mistakes, weighted->key_at, "`weighted` goes with density_of alone; leave it out of %s", name);
    else if (weighted && criterion->weighted && layer && layer->kind == LAYER_VECTOR && !layer->attribute)
        mistakes_add(&reader->mistakes, weighted->key_at, "`weighted` needs numbers to weigh by; give the vector layer '%s' an `attribute: FIELD`",
                     layer->name);
}

static void check_percentile(struct reader *reader, const struct node *map, const char *owner, const struct criterion *criterion) {
    const struct node *node = node_get(map, "percentile");
    const bool asked = criterion->op == OP_PERCENTILE;
    if (node && !asked)
        mistakes_add(&reader->mistakes, node->key_at, "`percentile` goes with percentile_of alone; leave it out of %s",
                     criterion_table[criterion->op].name);
    if (!node && asked) mistakes_add(&reader->mistakes, map->key_at, "%s needs `percentile`, 0 to 100, for example `percentile: 90`", owner);
    if (node && asked && !(isnan(criterion->percentile) || (criterion->percentile >= 0 && criterion->percentile <= 100)))
        mistakes_add(&reader->mistakes, node->at, "`percentile: %g` is out of range; it is from 0 to 100", criterion->percentile);
}

static void check_kriging(struct reader *reader, const struct node *map, const char *owner, const struct criterion *criterion) {
    const struct interpolation *how = &criterion->interpolation;
    const char *const given[] = {"nugget", "sill", "range"};
    for (int i = 0; how->fitted && i < 3; i++) {
        const struct node *node = node_get(map, given[i]);
        if (node)
            mistakes_add(&reader->mistakes, node->key_at, "`%s` is fitted to the points, as `variogram: {fit: %s}` says; leave one of the two out",
                         given[i], variogram_names[how->variogram]);
    }
    if (how->fitted) return;
    for (int i = 0; i < 2; i++) {
        const char *const names[] = {"sill", "range"}, *const examples[] = {"100", "15 km"};
        if (!node_get(map, names[i]))
            mistakes_add(&reader->mistakes, map->key_at, "%s needs `%s` of the variogram, for example `%s: %s`, or `variogram: {fit: %s}`", owner,
                         names[i], names[i], examples[i], variogram_names[how->variogram]);
    }
    if (how->nugget >= how->sill)
        mistakes_add(&reader->mistakes, map->key_at, "%s: `nugget: %g` is not below `sill: %g`, which holds it", owner, how->nugget, how->sill);
}

/* Keys of values between points, and where they belong. */
static void check_interpolation(struct reader *reader, const struct node *map, const char *owner, const struct criterion *criterion) {
    const bool points = criterion_table[criterion->op].points, idw = criterion->op == OP_IDW;
    const struct {
        const char *name, *goes_with;
        bool fits;
    } keys[] = {{"neighbours", "idw_of and kriging_of", points}, {"power", "idw_of", idw},
                {"variogram", "kriging_of", points && !idw},     {"nugget", "kriging_of", points && !idw},
                {"sill", "kriging_of", points && !idw},          {"range", "kriging_of", points && !idw}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct node *node = node_get(map, keys[i].name);
        if (node && !keys[i].fits)
            mistakes_add(&reader->mistakes, node->key_at, "`%s` goes with %s alone; leave it out of %s", keys[i].name, keys[i].goes_with,
                         criterion_table[criterion->op].name);
    }
    const struct node *node = node_get(map, "neighbours");
    if (points && node && criterion->interpolation.neighbours > NEIGHBOURS_MAX)
        mistakes_add(&reader->mistakes, node->at, "`neighbours: %zu` are too many; %d are the most", criterion->interpolation.neighbours,
                     NEIGHBOURS_MAX);
    if (points && !idw) check_kriging(reader, map, owner, criterion);
}

static void read_operand(struct reader *reader, const struct node *node, const struct node *map, struct criterion *criterion) {
    if (criterion->op == OP_INDEX) {
        read_index(reader, node, map, criterion);
        criterion->op = OP_FORMULA;
        return;
    }
    check_index_keys(reader, map, criterion);
    if (criterion_is_permit(criterion)) return;
    if (criterion->op != OP_FORMULA) {
        criterion->layer = read_reference(reader, node, node->text, reader->layers, "layer");
        return;
    }
    criterion->formula = read_formula(reader, node);
    if (criterion->formula && criterion->formula->n_operands)
        criterion->layer = criterion->formula->operands[0].layer;
    else if (criterion->formula)
        mistakes_add(&reader->mistakes, node->at, "`formula: %s` names no layer, so it is the same everywhere; name one", node->text);
}

static void read_friction(struct reader *reader, const struct node *map, const char *owner, struct criterion *criterion) {
    const struct node *node = node_get(map, "friction");
    if (node && criterion->op != OP_COST)
        mistakes_add(&reader->mistakes, node->key_at, "`friction` goes with cost_distance_to alone; leave it out of %s",
                     criterion_table[criterion->op].name);
    else if (node && node_is_text(reader, node))
        criterion->formula = read_formula(reader, node);
    else if (!node && criterion->op == OP_COST)
        mistakes_add(&reader->mistakes, map->key_at,
                     "%s needs `friction`, what a metre of way counts, for example `friction: \"1 + 0.2 * slope(elevation)\"`", owner);
}

void read_criterion(struct reader *reader, const struct node *map, struct criterion *criterion) {
    const char *owner = reader_words(reader, "criterion '%s'", map->key);
    criterion->name = map->key;
    criterion->at = map->key_at;
    criterion->layer = NO_INDEX;
    criterion->unit_name = "";
    fields_default(reader, SECTION_CRITERION, criterion);
    if (node_is_map(reader, map, "{distance_to: rail, membership: {small: {midpoint: 20 km}}}")) {
        fields_read(reader, SECTION_CRITERION, map, owner, criterion);
        const struct node *operand = read_operation(reader, map, owner, &criterion->op), *membership = node_get(map, "membership");
        if (operand && node_is_text(reader, operand)) read_operand(reader, operand, map, criterion);
        if (criterion->layer != NO_INDEX) check_operand(reader, operand, criterion->op, &reader->scenario->layers[criterion->layer]);
        if (operand && operand->kind == NODE_SCALAR && !node_is_empty(operand)) read_permit_criterion(reader, map, operand, owner, criterion);
        if (operand) read_unit(reader, map, criterion);
        if (operand) check_metric(reader, map, criterion);
        if (operand) check_radius(reader, map, owner, criterion);
        if (operand) check_density(reader, map, criterion);
        if (operand) check_percentile(reader, map, owner, criterion);
        if (operand) check_interpolation(reader, map, owner, criterion);
        if (operand) read_friction(reader, map, owner, criterion);
        if (operand && membership) read_membership(reader, membership, criterion, &criterion->membership);
        if (operand && !node_get(map, "role")) criterion->role = criterion_table[criterion->op].evidence ? ROLE_EVIDENCE : ROLE_ACCESS;
    }
    if (!criterion->label) criterion->label = name_with_spaces(reader, map->key);
}
