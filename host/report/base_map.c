/* Roles by words, styles by roles, both tables. Everything is muted: the score is what the map shows. */
#include "report/base_map.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/schema.h"

#define WATERS " river rivers lake lakes water waters stream streams reservoir reservoirs "
#define DISTRICTS " county counties district districts municipality municipalities "
#define STATES " border borders state states country countries province provinces admin "
#define COASTS " coast coasts coastline shore shoreline land "
#define ROADS " road roads highway highways interstate interstates motorway motorways street streets "
#define RAILS " rail rails railroad railroads railway railways "
#define TOWNS " town towns city cities village villages settlement settlements places "
#define PORTS " port ports seaport seaports harbour harbours harbor harbors "

static const struct role_row {
    enum drawn drawn;
    const char *words;   /* in a legend */
    const char *names;   /* between spaces: words that a layer's name has */
    int dimension;       /* of its shapes: -1 any */
    unsigned rgb, under; /* of the line; of a wider one below it, 0: none */
    double width, under_width;
    double dash[2]; /* 0: none */
    unsigned fill;  /* of areas; 0: none */
} roles[] = {
    {DRAWN_WATER, "River or lake", WATERS, -1, .rgb = 0x86a9c4, .width = 1.6, .fill = 0xcfdfec},
    {DRAWN_AREA, "Area", " ", 2, .rgb = 0x8a8a8a, .width = 1.4, .dash = {6, 5}},
    {DRAWN_MINOR_BORDER, "District border", DISTRICTS, -1, .rgb = 0x8d8d8d, .width = 1.1, .dash = {3, 4}},
    {DRAWN_BORDER, "Border", STATES, -1, .rgb = 0x5d5d5d, .under = 0xffffff, .width = 1.8, .under_width = 4, .dash = {14, 6}},
    {DRAWN_COAST, "Coast", COASTS, -1, .rgb = 0x3f5f78, .width = 2},
    {DRAWN_LINE, "Line", " ", 1, .rgb = 0x777777, .width = 1.4},
    {DRAWN_ROAD, "Road", ROADS, 1, .rgb = 0xb08a78, .under = 0xffffff, .width = 2.2, .under_width = 4.2},
    {DRAWN_RAIL, "Railway", RAILS, 1, .rgb = 0x4a4a4a, .under = 0xffffff, .width = 2.4, .under_width = 4, .dash = {7, 6}},
    {DRAWN_TOWN, "Town", TOWNS, 0, .rgb = 0x333333},
    {DRAWN_PORT, "Port", PORTS, 0, .rgb = 0x1f5582},
    {DRAWN_POINT, "Place", " ", 0, .rgb = 0x555555},
    {DRAWN_DEPOSIT, "Known deposit", " ", -1, .rgb = 0x111111},
};
enum { ROLES = sizeof roles / sizeof *roles };

static const struct role_row *role_of(enum drawn drawn) {
    for (size_t i = 0; i < ROLES; i++)
        if (roles[i].drawn == drawn) return &roles[i];
    return &roles[0];
}

const char *base_map_words(enum drawn drawn) {
    return role_of(drawn)->words;
}

struct base_style base_map_style(enum drawn drawn) {
    const struct role_row *role = role_of(drawn);
    return (struct base_style){role->rgb, role->under, role->width, role->under_width, {role->dash[0], role->dash[1]}};
}

/* Whether a word of `name` (they are parted by '_') stands in the list. */
static bool named(const char *name, const char *list) {
    char word[NAME_LENGTH_MAX + 3] = " ";
    for (const char *at = name; *at; at += *at == '_') {
        size_t length = strcspn(at, "_");
        if (length && length < NAME_LENGTH_MAX) {
            for (size_t i = 0; i < length; i++) word[i + 1] = (char)tolower((unsigned char)at[i]);
            word[length + 1] = ' ';
            word[length + 2] = '\0';
            if (strstr(list, word)) return true;
        }
        at += length;
    }
    return false;
}

static bool is_among(const int *layers, size_t n, size_t layer) {
    for (size_t i = 0; i < n; i++)
        if (layers[i] == (int)layer) return true;
    return false;
}

static bool has_known_places(const struct scenario *scenario, size_t layer) {
    for (size_t t = 0; t < scenario->n_targets; t++) {
        const struct target *target = &scenario->targets[t];
        if (is_among(target->points, target->n_points, layer)) return true;
        if (target->model && is_among(target->model->training, target->model->n_training, layer)) return true;
    }
    for (size_t v = 0; v < scenario->n_validations; v++)
        if (is_among(scenario->validations[v].places.points, scenario->validations[v].places.n_points, layer)) return true;
    return false;
}

/* As OGR names its types of geometry; -1: mixed. */
static int dimension_of(const char *type) {
    if (!type) return -1;
    return strstr(type, "Point")                                ? 0
           : strstr(type, "Line") || strstr(type, "Curve")      ? 1
           : strstr(type, "Polygon") || strstr(type, "Surface") ? 2
                                                                : -1;
}

enum drawn base_map_drawn(const struct scenario *scenario, const struct result *result, size_t layer) {
    const struct layer *asked = &scenario->layers[layer];
    if (asked->kind != LAYER_VECTOR || !result->sources.vectors || !result->sources.vectors[layer]) return DRAWN_NONE;
    if (asked->drawn != DRAWN_AUTO) return asked->drawn;
    if (has_known_places(scenario, layer)) return DRAWN_DEPOSIT;
    int dimension = dimension_of(vector_source_facts(result->sources.vectors[layer])->type);
    for (size_t i = 0; i < ROLES; i++)
        if (named(asked->name, roles[i].names) && (roles[i].dimension < 0 || dimension < 0 || roles[i].dimension == dimension)) return roles[i].drawn;
    return DRAWN_NONE;
}

/* What is left to itself and has no part that is known is drawn as its shapes are. */
static enum drawn drawn_plainly(const struct scenario *scenario, const struct result *result, size_t layer) {
    static const enum drawn plain[] = {DRAWN_POINT, DRAWN_LINE, DRAWN_AREA};
    enum drawn drawn = base_map_drawn(scenario, result, layer);
    const struct layer *asked = &scenario->layers[layer];
    if (drawn != DRAWN_NONE || asked->kind != LAYER_VECTOR || asked->drawn == DRAWN_NONE || !result->sources.vectors) return drawn;
    if (!result->sources.vectors[layer]) return drawn;
    int dimension = dimension_of(vector_source_facts(result->sources.vectors[layer])->type);
    return dimension < 0 ? DRAWN_LINE : plain[dimension];
}

static bool same_words(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Another layer of the same file, drawn alike, holds all of this one's features. */
static bool is_part_of_another(const struct scenario *scenario, const enum drawn *drawn, size_t layer) {
    const struct layer *me = &scenario->layers[layer];
    for (size_t i = 0; i < scenario->n_layers; i++) {
        const struct layer *other = &scenario->layers[i];
        if (i == layer || drawn[i] != drawn[layer] || other->kind != LAYER_VECTOR || strcmp(other->path, me->path) != 0) continue;
        if (!same_words(other->sublayer, me->sublayer) || !same_words(other->crs, me->crs)) continue;
        if (!other->where && (me->where || i < layer)) return true;
        if (same_words(other->where, me->where) && i < layer) return true;
    }
    return false;
}

static const char *const weights[] = {"population", "pop_max", "pop", "inhabitants", NULL};
static const char *const ranks[] = {"scalerank", "labelrank", NULL}; /* the least is the largest */
static const char *const types[] = {"dep_type",   "deposit_type", "deptype", "deposit_ty", "minfo_type",
                                    "model_name", "model",        "type",    "category",   NULL};

static status field_of(struct base_map *base, const struct vector_source *source, int64_t feature, const char *field, const char **out) {
    *out = field ? vector_source_field(source, feature, field, &base->arena) : "";
    return *out ? NULL : status_no_memory();
}

static status take_places(struct base_map *base, const struct result *result, const struct base_layer *layer, const struct map_frame *frame) {
    const struct vector_source *source = result->sources.vectors[layer->layer];
    const char *field = vector_source_field_among(source, weights), *words;
    double sign = field ? 1 : -1;
    if (!field) field = vector_source_field_among(source, ranks);
    for (size_t i = 0; i < layer->outline.n_parts; i++) {
        const struct outline_part *part = &layer->outline.parts[i];
        if (part->kind != OUTLINE_POINT) continue;
        struct base_place place = {.name = vector_source_label(source, part->feature), .drawn = layer->drawn};
        const double *at = layer->outline.places[part->first];
        map_frame_to_sheet(frame, at[0], at[1], &place.right, &place.down);
        TRY(field_of(base, source, part->feature, field, &words));
        place.weight = text_number(words, &place.weight) ? sign * place.weight : sign > 0 ? 0 : -1e3;
        TRY(memory_reserve((void **)&base->places, &base->room_places, base->n_places + 1, sizeof *base->places));
        base->places[base->n_places++] = place;
    }
    return NULL;
}

static const char untold[] = "type not told";

/* A deposit on its way to its type: what the data call it. */
struct known {
    double right, down;
    const char *type;
};
struct known_list {
    size_t n, room;
    struct known *items;
    double apart; /* deposits as near as this are one */
};

static status take_deposit(struct base_map *base, struct known_list *known, const struct vector_source *source, int64_t feature, const char *field,
                           const struct map_frame *frame) {
    struct known one;
    double x, y, lon, lat;
    status failure = vector_source_point(source, feature, &x, &y, &lon, &lat);
    if (failure) { /* a shape without any point on it: nothing to draw */
        lode_error_free(failure);
        return NULL;
    }
    map_frame_to_sheet(frame, x, y, &one.right, &one.down);
    if (!map_frame_holds(frame, one.right, one.down)) return NULL;
    for (size_t i = 0; i < known->n; i++)
        if (hypot(known->items[i].right - one.right, known->items[i].down - one.down) < known->apart) return NULL;
    TRY(field_of(base, source, feature, field, &one.type));
    if (!*one.type) one.type = untold;
    TRY(memory_reserve((void **)&known->items, &known->room, known->n + 1, sizeof *known->items));
    known->items[known->n++] = one;
    return NULL;
}

static status take_deposits(struct base_map *base, const struct result *result, size_t layer, const struct map_frame *frame,
                            struct known_list *known) {
    const struct vector_source *source = result->sources.vectors[layer];
    const struct layer *asked = &result->scenario->layers[layer];
    const char *field = asked->category ? asked->category : vector_source_field_among(source, types);
    for (int64_t i = 0; i < vector_source_count(source); i++) TRY(take_deposit(base, known, source, i, field, frame));
    return NULL;
}

struct tally {
    const char *type;
    size_t count;
};

static int by_count(const void *a, const void *b) {
    const struct tally *one = a, *other = b;
    bool told = strcmp(one->type, untold) != 0;
    if (told != (strcmp(other->type, untold) != 0)) return told ? -1 : 1;
    if (one->count != other->count) return one->count > other->count ? -1 : 1;
    return strcmp(one->type, other->type);
}

/* The most frequent types have symbols of their own; the rest share the last. */
static status sort_types(struct base_map *base, const struct known_list *known) {
    struct tally *tally = arena_alloc(&base->arena, known->n + 1, sizeof *tally);
    size_t n = 0;
    if (!tally) return status_no_memory();
    for (size_t i = 0; i < known->n; i++) {
        size_t t = 0;
        while (t < n && strcasecmp(tally[t].type, known->items[i].type) != 0) t++;
        if (t == n) tally[n++].type = known->items[i].type;
        tally[t].count++;
    }
    qsort(tally, n, sizeof *tally, by_count);
    base->n_types = n < DEPOSIT_TYPES_MAX ? n : DEPOSIT_TYPES_MAX;
    for (size_t t = 0; t < base->n_types; t++) base->types[t] = n > DEPOSIT_TYPES_MAX && t + 1 == DEPOSIT_TYPES_MAX ? "other types" : tally[t].type;
    TRY(memory_reserve((void **)&base->deposits, &base->room_deposits, known->n, sizeof *base->deposits));
    for (size_t i = 0; i < known->n; i++) {
        int t = 0;
        while (t + 1 < (int)base->n_types && strcasecmp(base->types[t], known->items[i].type) != 0) t++;
        base->deposits[base->n_deposits++] = (struct base_deposit){known->items[i].right, known->items[i].down, t};
    }
    return NULL;
}

static status take_layer(struct base_map *base, const struct result *result, const struct map_frame *frame, size_t layer, enum drawn drawn,
                         struct known_list *known) {
    double extent[4];
    if (drawn == DRAWN_DEPOSIT) return take_deposits(base, result, layer, frame, known);
    struct base_layer *taken = &base->layers[base->n_layers];
    *taken = (struct base_layer){.layer = layer, .drawn = drawn};
    map_frame_extent(frame->grid, extent);
    TRY(outline_take(result->sources.vectors[layer], extent, (extent[2] - extent[0]) / frame->w * 0.6, &taken->outline));
    base->n_layers++;
    return take_places(base, result, taken, frame);
}

/* Larger ones first, then as their names come, so that which are shown does not depend on the file's order. */
static int by_weight(const void *a, const void *b) {
    const struct base_place *one = a, *other = b;
    if (one->weight != other->weight) return one->weight > other->weight ? -1 : 1;
    int names = strcmp(one->name, other->name);
    if (names) return names;
    return one->right != other->right ? (one->right < other->right ? -1 : 1) : (one->down > other->down) - (one->down < other->down);
}

static status make(const struct result *result, const struct map_frame *frame, bool all, struct base_map *out) {
    const struct scenario *scenario = result->scenario;
    struct known_list known = {.apart = 8};
    *out = (struct base_map){0};
    out->layers = arena_alloc(&out->arena, scenario->n_layers + 1, sizeof *out->layers);
    enum drawn *drawn = arena_alloc(&out->arena, scenario->n_layers + 1, sizeof *drawn);
    status failure = out->layers && drawn ? NULL : status_no_memory();
    for (size_t i = 0; !failure && i < scenario->n_layers; i++) drawn[i] = (all ? drawn_plainly : base_map_drawn)(scenario, result, i);
    for (size_t r = 0; !failure && r < ROLES; r++)
        for (size_t i = 0; !failure && i < scenario->n_layers; i++)
            if (drawn[i] == roles[r].drawn && !is_part_of_another(scenario, drawn, i)) failure = take_layer(out, result, frame, i, drawn[i], &known);
    if (!failure && out->n_places) qsort(out->places, out->n_places, sizeof *out->places, by_weight);
    if (!failure) failure = sort_types(out, &known);
    free(known.items);
    if (failure) base_map_free(out);
    return failure;
}

status base_map_make(const struct result *result, const struct map_frame *frame, struct base_map *out) {
    return make(result, frame, false, out);
}

status base_map_make_all(const struct result *result, const struct map_frame *frame, struct base_map *out) {
    return make(result, frame, true, out);
}

void base_map_free(struct base_map *base) {
    for (size_t i = 0; i < base->n_layers; i++) outline_free(&base->layers[i].outline);
    free(base->places);
    free(base->deposits);
    arena_free(&base->arena);
    *base = (struct base_map){0};
}

static void trace(const struct outline *outline, const struct map_frame *frame, cairo_t *cairo, bool rings) {
    double right, down;
    for (size_t i = 0; i < outline->n_parts; i++) {
        const struct outline_part *part = &outline->parts[i];
        if (part->kind == OUTLINE_POINT || (rings && part->kind != OUTLINE_RING)) continue;
        for (size_t k = 0; k < part->count; k++) {
            const double *at = outline->places[part->first + k];
            map_frame_to_sheet(frame, at[0], at[1], &right, &down);
            if (k == 0)
                cairo_move_to(cairo, right, down);
            else
                cairo_line_to(cairo, right, down);
        }
        if (part->kind == OUTLINE_RING) cairo_close_path(cairo);
    }
}

static void stroke(const struct role_row *role, struct ink *ink, double thin) {
    const double dash[] = {role->dash[0] * thin, role->dash[1] * thin};
    cairo_set_line_join(ink->cairo, CAIRO_LINE_JOIN_ROUND);
    if (role->under) {
        ink_colour(ink, role->under);
        cairo_set_line_width(ink->cairo, role->under_width * thin);
        cairo_stroke_preserve(ink->cairo);
    }
    ink_colour(ink, role->rgb);
    cairo_set_line_width(ink->cairo, role->width * thin);
    cairo_set_dash(ink->cairo, dash, role->dash[0] > 0 ? 2 : 0, 0);
    cairo_stroke(ink->cairo);
    cairo_set_dash(ink->cairo, NULL, 0, 0);
}

/* Scores must be seen through it. */
static void fill_faintly(struct ink *ink, unsigned rgb) {
    cairo_set_source_rgba(ink->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0, 0.6);
    cairo_fill(ink->cairo);
}

/* The smaller the scale, the denser the lines, the finer they are. */
static double thinness(const struct map_frame *frame) {
    double dx = frame->grid->dx * frame->grid->unit_m, dy;
    if (frame->grid->geographic) grid_cell_metres(frame->grid, (double)frame->grid->height / 2, &dx, &dy);
    double metres = dx * (double)frame->grid->width / frame->w;
    return fmax(0.5, fmin(1, pow(400 / metres, 0.25)));
}

void base_map_lines(const struct base_map *base, const struct map_frame *frame, struct ink *ink) {
    double thin = thinness(frame);
    for (size_t i = 0; i < base->n_layers; i++) {
        const struct base_layer *layer = &base->layers[i];
        const struct role_row *role = role_of(layer->drawn);
        cairo_new_path(ink->cairo);
        if (role->fill) {
            trace(&layer->outline, frame, ink->cairo, true);
            cairo_set_fill_rule(ink->cairo, CAIRO_FILL_RULE_EVEN_ODD);
            fill_faintly(ink, role->fill);
        }
        if (!role->width) continue;
        trace(&layer->outline, frame, ink->cairo, false);
        stroke(role, ink, thin);
    }
}

bool base_map_has(const struct base_map *base, enum drawn drawn) {
    for (size_t i = 0; i < base->n_layers; i++)
        if (base->layers[i].drawn == drawn && base->layers[i].outline.n_parts) return true;
    return false;
}

/* Triangle, diamond, square ...: told apart by shape and by being filled. */
static void deposit_path(int type, cairo_t *cairo, double right, double down, double radius) {
    static const struct {
        int corners;
        double turn;
    } shapes[DEPOSIT_TYPES_MAX] = {{4, 0}, {3, 0}, {4, 0.125}, {3, 0.5}, {6, 0}, {5, 0}};
    const double turn = 2 * acos(-1.0);
    for (int i = 0; i < shapes[type].corners; i++) {
        double angle = turn * ((double)i / shapes[type].corners + shapes[type].turn);
        cairo_line_to(cairo, right + radius * sin(angle), down - radius * cos(angle));
    }
    cairo_close_path(cairo);
}

void base_map_symbol(enum drawn drawn, int type, struct ink *ink, double right, double down, double size) {
    cairo_new_path(ink->cairo);
    if (drawn == DRAWN_DEPOSIT)
        deposit_path(type, ink->cairo, right, down, size);
    else if (drawn == DRAWN_PORT)
        cairo_rectangle(ink->cairo, right - 6, down - 6, 12, 12);
    else
        cairo_arc(ink->cairo, right, down, drawn == DRAWN_TOWN ? 5 : 3, 0, 2 * acos(-1.0));
    ink_colour(ink, drawn == DRAWN_TOWN ? 0xffffff : drawn == DRAWN_DEPOSIT ? 0xfff3d6 : role_of(drawn)->rgb);
    cairo_fill_preserve(ink->cairo);
    ink_colour(ink, drawn == DRAWN_PORT ? 0xffffff : role_of(drawn)->rgb);
    cairo_set_line_width(ink->cairo, size > 0 && size < 8 ? 1.5 : 2.2);
    cairo_stroke(ink->cairo);
}

double base_map_deposit_size(const struct base_map *base) {
    return base->n_deposits > 200 ? 6 : base->n_deposits > 60 ? 7.5 : 10;
}

void base_map_sample(enum drawn drawn, struct ink *ink, double x, double y, double w, double h) {
    const struct role_row *role = role_of(drawn);
    cairo_new_path(ink->cairo);
    if (drawn == DRAWN_TOWN || drawn == DRAWN_PORT || drawn == DRAWN_POINT) {
        base_map_symbol(drawn, 0, ink, x + w / 2, y + h / 2, 0);
        return;
    }
    if (role->fill) {
        cairo_rectangle(ink->cairo, x, y, w, h);
        ink_colour(ink, role->fill);
        cairo_fill(ink->cairo);
    }
    cairo_move_to(ink->cairo, x, y + h / 2);
    cairo_line_to(ink->cairo, x + w, y + h / 2);
    stroke(role, ink, 1);
}
