/* Tables of routes and land classes to plain values. A lognormal stage is met by its three quantiles: the median gives ln m, and the lower and the
 * upper quantile a spread each, (ln m - ln low) / z and (ln high - ln m) / z; equal spreads are the plain lognormal. */
#include "model/permit.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/mistakes.h"

enum { JURISDICTION, ROUTE, STAGE, AFTER, FAMILY, FIGURES, LOW, MIDDLE, HIGH, SOURCE, CERTAINTY };
const char *const route_columns[ROUTE_COLUMNS] = {"jurisdiction", "route",  "stage", "after",  "family",   "figures",
                                                  "low",          "middle", "high",  "source", "certainty"};
enum { LAND_CLASS, LAND_KIND, LAND_MULTIPLIER, LAND_GRANTED, LAND_SOURCE, LAND_CERTAINTY };
const char *const land_columns[LAND_COLUMNS] = {"class", "kind", "multiplier", "granted", "source", "certainty"};
const char *const land_kinds[LAND_KINDS] = {"open", "conditional", "excluded"};

/* What the three figures of a row are. */
struct figures {
    const char *name;
    enum permit_family family;
    double z; /* of the normal distribution, at the upper quantile */
};
enum { FIGURE_KINDS = 3 };
static const struct figures figure_table[FIGURE_KINDS] = {{"p10/p50/p90", PERMIT_LOGNORMAL, 1.2815515655446004},
                                                          {"p25/p50/p75", PERMIT_LOGNORMAL, 0.67448975019608171},
                                                          {"low/mode/high", PERMIT_TRIANGULAR, 0}};
static const char *const family_names[PERMIT_FAMILIES] = {"lognormal", "triangular"};
enum { CERTAINTIES = 3 };
static const char *const certainty_names[CERTAINTIES] = {"cited", "derived", "expert default"};

struct row_reader {
    struct mistakes mistakes;
    const struct permit_rows *rows;
    const char *const *columns;
    size_t n_columns, row;
};

static const char *cell(const struct row_reader *reader, int column) {
    return reader->rows->cells[reader->row * reader->n_columns + (size_t)column];
}

static struct place place_of(const struct row_reader *reader, int column) {
    return (struct place){reader->rows->line[reader->row], column + 1};
}

/* Position of the cell's word among `count` names; -1 and noted when it is none of them. */
static int read_choice(struct row_reader *reader, int column, const char *const *names, int count) {
    struct text known = {0};
    for (int i = 0; i < count; i++) {
        if (strcmp(cell(reader, column), names[i]) == 0) {
            text_free(&known);
            return i;
        }
        text_print(&known, "%s'%s'", i ? ", " : "", names[i]);
    }
    mistakes_add(&reader->mistakes, place_of(reader, column), "%s '%s' is none of %s", reader->columns[column], cell(reader, column),
                 known.bytes ? known.bytes : "");
    text_free(&known);
    return -1;
}

static bool read_figure(struct row_reader *reader, int column, double least, double most, double *out) {
    if (text_number(cell(reader, column), out) && *out >= least && *out <= most) return true;
    if (isinf(most))
        mistakes_add(&reader->mistakes, place_of(reader, column), "%s '%s' is not a number of %g or more", reader->columns[column],
                     cell(reader, column), least);
    else
        mistakes_add(&reader->mistakes, place_of(reader, column), "%s '%s' is not a number from %g to %g", reader->columns[column],
                     cell(reader, column), least, most);
    return false;
}

static void need_words(struct row_reader *reader, int column, const char *why) {
    if (!*cell(reader, column)) mistakes_add(&reader->mistakes, place_of(reader, column), "%s is empty; %s", reader->columns[column], why);
}

/* Every figure says where it is from and how sure it is. */
static void read_origin(struct row_reader *reader, int source, int certainty) {
    need_words(reader, source, "say where the figures are from");
    read_choice(reader, certainty, certainty_names, CERTAINTIES);
}

static void read_shape(struct row_reader *reader, struct permit_stage *stage) {
    const char *names[FIGURE_KINDS];
    double low, middle, high;
    for (int i = 0; i < FIGURE_KINDS; i++) names[i] = figure_table[i].name;
    int family = read_choice(reader, FAMILY, family_names, PERMIT_FAMILIES), figures = read_choice(reader, FIGURES, names, FIGURE_KINDS);
    bool good = read_figure(reader, LOW, 0, INFINITY, &low) & read_figure(reader, MIDDLE, 0, INFINITY, &middle) &
                read_figure(reader, HIGH, 0, INFINITY, &high);
    if (family < 0 || figures < 0 || !good) return;
    const struct figures *row = &figure_table[figures];
    stage->family = (enum permit_family)family;
    if (row->family != stage->family) {
        mistakes_add(&reader->mistakes, place_of(reader, FIGURES), "a %s stage has no figures %s; write %s", family_names[family], row->name,
                     stage->family == PERMIT_LOGNORMAL ? "p10/p50/p90 or p25/p50/p75" : "low/mode/high");
    } else if (!(low <= middle && middle <= high)) {
        mistakes_add(&reader->mistakes, place_of(reader, LOW), "%g, %g, %g do not rise; the figures go from the shortest to the longest", low, middle,
                     high);
    } else if (stage->family == PERMIT_TRIANGULAR) {
        memcpy(stage->shape, (double[]){low, middle, high}, sizeof stage->shape);
    } else if (!(low > 0)) {
        mistakes_add(&reader->mistakes, place_of(reader, LOW), "low '%s' is not more than 0, as a lognormal stage's months are", cell(reader, LOW));
    } else {
        memcpy(stage->shape, (double[]){log(middle), log(middle / low) / row->z, log(high / middle) / row->z}, sizeof stage->shape);
    }
}

/* `after` names stages that stand before this one, so that no circle can be written. */
static void read_after(struct row_reader *reader, const struct permit_route *route, struct permit_stage *stage) {
    for (const char *word = cell(reader, AFTER); *word;) {
        size_t length = strcspn(word, ";"), lead = strspn(word, " ");
        const char *name = word + lead;
        size_t name_length = length > lead ? length - lead : 0;
        while (name_length && name[name_length - 1] == ' ') name_length--;
        size_t s = 0;
        while (s < route->n_stages && (strncmp(route->stages[s].name, name, name_length) != 0 || route->stages[s].name[name_length])) s++;
        if (s == route->n_stages)
            mistakes_add(&reader->mistakes, place_of(reader, AFTER), "after '%.*s': no stage of route '%s' of '%s' above this line is called so",
                         (int)name_length, name, route->name, route->jurisdiction);
        else
            stage->after |= (uint32_t)1 << s;
        word += length + (word[length] == ';');
    }
}

static void read_stage(struct row_reader *reader, struct permit_route *route) {
    if (route->n_stages == PERMIT_STAGES_MAX) {
        mistakes_add(&reader->mistakes, place_of(reader, STAGE), "route '%s' of '%s' has more than %d stages; join some of them", route->name,
                     route->jurisdiction, PERMIT_STAGES_MAX);
        return;
    }
    struct permit_stage *stage = &route->stages[route->n_stages];
    *stage = (struct permit_stage){.name = cell(reader, STAGE), .source = cell(reader, SOURCE), .certainty = cell(reader, CERTAINTY)};
    need_words(reader, STAGE, "name what takes the time");
    for (size_t s = 0; s < route->n_stages; s++)
        if (strcmp(route->stages[s].name, stage->name) == 0)
            mistakes_add(&reader->mistakes, place_of(reader, STAGE), "route '%s' of '%s' has two stages '%s'; rename one of them", route->name,
                         route->jurisdiction, stage->name);
    read_shape(reader, stage);
    read_after(reader, route, stage);
    read_origin(reader, SOURCE, CERTAINTY);
    route->n_stages++;
}

static struct permit_route *route_of(struct permit_route *routes, size_t *count, const char *jurisdiction, const char *name) {
    for (size_t i = 0; i < *count; i++)
        if (strcmp(routes[i].jurisdiction, jurisdiction) == 0 && strcmp(routes[i].name, name) == 0) return &routes[i];
    routes[*count] = (struct permit_route){.jurisdiction = jurisdiction, .name = name};
    return &routes[(*count)++];
}

status permit_routes_read(const struct permit_rows *rows, struct arena *arena, struct permit_routes *out) {
    struct row_reader reader = {.mistakes = {.arena = arena}, .rows = rows, .columns = route_columns, .n_columns = ROUTE_COLUMNS};
    struct permit_route *routes = arena_alloc(arena, rows->n_rows + 1, sizeof *routes);
    *out = (struct permit_routes){.routes = routes};
    if (!routes) return status_no_memory();
    for (reader.row = 0; reader.row < rows->n_rows; reader.row++) {
        need_words(&reader, JURISDICTION, "write whose route it is");
        need_words(&reader, ROUTE, "name the route");
        struct permit_route *route = route_of(routes, &out->count, cell(&reader, JURISDICTION), cell(&reader, ROUTE));
        if (!route->stages) route->stages = arena_alloc(arena, PERMIT_STAGES_MAX, sizeof *route->stages);
        if (!route->stages)
            reader.mistakes.no_memory = true;
        else
            read_stage(&reader, route);
    }
    if (!rows->n_rows) mistakes_add(&reader.mistakes, (struct place){1, 1}, "the table has no rows; it holds a stage of a route each");
    return mistakes_report(&reader.mistakes, rows->file);
}

static void read_land(struct row_reader *reader, struct land_class *class, const struct land_classes *above) {
    *class = (struct land_class){
        .name = cell(reader, LAND_CLASS), .source = cell(reader, LAND_SOURCE), .certainty = cell(reader, LAND_CERTAINTY), .multiplier = INFINITY};
    need_words(reader, LAND_CLASS, "name the class");
    if (land_class_find(above, class->name))
        mistakes_add(&reader->mistakes, place_of(reader, LAND_CLASS), "there are two classes '%s'; rename one of them", class->name);
    read_origin(reader, LAND_SOURCE, LAND_CERTAINTY);
    int kind = read_choice(reader, LAND_KIND, land_kinds, LAND_KINDS);
    class->kind = kind < 0 ? LAND_OPEN : (enum land_kind)kind;
    if (class->kind != LAND_EXCLUDED) {
        if (read_figure(reader, LAND_MULTIPLIER, 0, INFINITY, &class->multiplier) && class->multiplier == 0)
            mistakes_add(&reader->mistakes, place_of(reader, LAND_MULTIPLIER), "multiplier 0 would take no time at all; write more");
        read_figure(reader, LAND_GRANTED, 0, 1, &class->granted);
    } else if (*cell(reader, LAND_MULTIPLIER) || *cell(reader, LAND_GRANTED)) {
        mistakes_add(&reader->mistakes, place_of(reader, LAND_MULTIPLIER),
                     "excluded land has no permit, so it takes no multiplier and no probability; leave both empty");
    }
}

status land_classes_read(const struct permit_rows *rows, struct arena *arena, struct land_classes *out) {
    struct row_reader reader = {.mistakes = {.arena = arena}, .rows = rows, .columns = land_columns, .n_columns = LAND_COLUMNS};
    struct land_class *classes = arena_alloc(arena, rows->n_rows + 1, sizeof *classes);
    *out = (struct land_classes){.classes = classes};
    if (!classes) return status_no_memory();
    for (reader.row = 0; reader.row < rows->n_rows; reader.row++) {
        read_land(&reader, &classes[out->count], out);
        out->count++;
    }
    if (!rows->n_rows) mistakes_add(&reader.mistakes, (struct place){1, 1}, "the table has no rows; it holds a class of land each");
    return mistakes_report(&reader.mistakes, rows->file);
}

const struct permit_route *permit_route_find(const struct permit_routes *routes, const char *jurisdiction, const char *name) {
    for (size_t i = 0; i < routes->count; i++)
        if (strcmp(routes->routes[i].jurisdiction, jurisdiction) == 0 && strcmp(routes->routes[i].name, name) == 0) return &routes->routes[i];
    return NULL;
}

const struct land_class *land_class_find(const struct land_classes *classes, const char *name) {
    for (size_t i = 0; i < classes->count; i++)
        if (strcmp(classes->classes[i].name, name) == 0) return &classes->classes[i];
    return NULL;
}
