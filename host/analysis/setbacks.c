/* Classes are told by their codes, whole numbers from 0, so that a cell's setback is looked up in one step. */
#include "analysis/setbacks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/csv_file.h"
#include "model/mistakes.h"

enum { CODES_MAX = 1 << 16 };

static size_t setback_rules(const struct scenario *scenario) {
    size_t count = 0;
    for (size_t r = 0; r < scenario->n_rules; r++) count += rule_table[scenario->rules[r].kind].setback;
    return count;
}

bool setbacks_are_empty(const struct setbacks *setbacks) {
    return setbacks->table.n_rows == 0;
}

static status read_table(struct setbacks *setbacks, const char *data_dir) {
    const struct scenario *scenario = setbacks->scenario;
    struct permit_rows rows;
    if (!scenario->ordinances.table) return NULL;
    setbacks->path = scenario_data_path(scenario, scenario->ordinances.table, data_dir, &setbacks->arena);
    if (!setbacks->path) return status_no_memory();
    status failure = csv_read_some(setbacks->path, ordinance_columns, ORDINANCE_NEEDED, ORDINANCE_COLUMNS, &setbacks->arena, &rows);
    if (!failure) failure = ordinance_table_read(&rows, scenario->as_of, &setbacks->arena, &setbacks->table);
    return failure ? status_wrap(failure, "%s:%d: ordinances", scenario->path, scenario->ordinances.at.line) : NULL;
}

/* The farther of a rule's default and its rows. */
static double longest_m(const struct setbacks *setbacks, const struct rule *rule) {
    return setbacks_are_empty(setbacks) ? 0 : fmax(rule->default_m, ordinance_longest_m(&setbacks->table, rule->feature));
}

static status settle(struct setbacks *setbacks, const struct scenario **settled) {
    const struct scenario *scenario = setbacks->scenario;
    struct scenario *copy = arena_alloc(&setbacks->arena, 1, sizeof *copy);
    struct rule *rules = arena_alloc(&setbacks->arena, scenario->n_rules, sizeof *rules);
    if (!copy || !rules) return status_no_memory();
    memcpy(rules, scenario->rules, scenario->n_rules * sizeof *rules);
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (rule_table[rules[r].kind].setback) rules[r].buffer_m = longest_m(setbacks, &rules[r]);
    *copy = *scenario;
    copy->rules = rules;
    setbacks->scenario = *settled = copy;
    return NULL;
}

static void tell_of_empty(const struct setbacks *setbacks, struct log *log) {
    const struct scenario *scenario = setbacks->scenario;
    for (size_t r = 0; setbacks_are_empty(setbacks) && r < scenario->n_rules; r++)
        if (rule_table[scenario->rules[r].kind].setback && !scenario->rules[r].suspended)
            log_warn(log, "%s:%d: rule '%s' excludes nothing, its default neither: %s%s", scenario->path, scenario->rules[r].at.line,
                     scenario->rules[r].name, setbacks->path ? setbacks->path : "`ordinances` names no table", setbacks->path ? " has no rows" : "");
}

static status open_table(struct setbacks *setbacks, const char *data_dir, struct log *log, const struct scenario **settled) {
    struct setback_limits *limits = arena_alloc(&setbacks->arena, setbacks->scenario->n_rules + 1, sizeof *limits);
    if (!limits) return status_no_memory();
    setbacks->places = (struct setback_places){.layer = setbacks->scenario->ordinances.layer, .limits = limits};
    TRY(read_table(setbacks, data_dir));
    TRY(settle(setbacks, settled));
    tell_of_empty(setbacks, log);
    return NULL;
}

status setbacks_open(const struct scenario *scenario, const char *data_dir, struct log *log, struct setbacks **out, const struct scenario **settled) {
    *out = NULL;
    *settled = scenario;
    if (!setback_rules(scenario)) return NULL;
    TRY(MEMORY_ARRAY(1, out));
    (*out)->scenario = scenario;
    status failure = open_table(*out, data_dir, log, settled);
    if (!failure) return NULL;
    setbacks_close(*out);
    *out = NULL;
    *settled = scenario;
    return failure;
}

void setbacks_close(struct setbacks *setbacks) {
    if (!setbacks) return;
    arena_free(&setbacks->arena);
    free(setbacks);
}

/* A class by its name, or by its number where it has none. */
static double code_of(struct layers *layers, int layer, const char *name) {
    double code = layers_code_of(layers, layer, name), number;
    if (!isnan(code) || !layers->rasters[layer]) return code;
    return text_number(name, &number) && !layers_class_name(layers, layer, number) ? number : NAN;
}

static bool is_code(double code) {
    return code >= 0 && code < CODES_MAX && code == floor(code);
}

/* Every class of a vector has a code; of a raster, those that the table or `names` know. */
static size_t count_codes(struct setbacks *setbacks, struct layers *layers) {
    const struct ordinance_wish *wish = &setbacks->scenario->ordinances;
    size_t count = 0;
    if (layers->vectors[wish->layer]) {
        for (count = 1; count < CODES_MAX && layers_class_name(layers, wish->layer, (double)count); count++) continue;
        return count;
    }
    return CODES_MAX;
}

static const char *kept_name(struct setbacks *setbacks, struct layers *layers, size_t code) {
    const char *name = layers_class_name(layers, setbacks->places.layer, (double)code);
    if (name) return arena_copy(&setbacks->arena, name);
    return layers->rasters[setbacks->places.layer] ? arena_print(&setbacks->arena, "%zu", code) : NULL;
}

static void note_name(struct mistakes *mistakes, const struct naming *naming, const char *words, const char *what, const char *const *known,
                      size_t count) {
    const char *nearest = text_nearest(what, known, count);
    mistakes_add(mistakes, naming->at, "`names`: %s '%s'%s%s%s", words, what, nearest ? ", did you mean '" : "", nearest ? nearest : "",
                 nearest ? "'?" : "");
}

static bool table_names(const struct ordinance_table *table, const char *jurisdiction) {
    for (size_t i = 0; i < table->n_in_force; i++)
        if (strcmp(table->in_force[i].jurisdiction, jurisdiction) == 0) return true;
    return false;
}

/* Names of the layer's classes, for hints. */
static size_t class_names(const struct setbacks *setbacks, const char **names) {
    size_t count = 0;
    for (size_t c = 0; c < setbacks->n_codes; c++)
        if (setbacks->jurisdictions[c].name) names[count++] = setbacks->jurisdictions[c].name;
    return count;
}

static status take_names(struct setbacks *setbacks, struct layers *layers) {
    const struct ordinance_wish *wish = &setbacks->scenario->ordinances;
    struct mistakes mistakes = {.arena = &setbacks->arena};
    const char **known = arena_alloc(&setbacks->arena, setbacks->n_codes + setbacks->table.n_in_force + 1, sizeof *known);
    if (!known) return status_no_memory();
    for (size_t i = 0; i < wish->n_names && !setbacks_are_empty(setbacks); i++) {
        const struct naming *naming = &wish->names[i];
        double code = code_of(layers, wish->layer, naming->name);
        if (!is_code(code)) note_name(&mistakes, naming, "no class of the layer is called", naming->name, known, class_names(setbacks, known));
        for (size_t r = 0; r < setbacks->table.n_in_force; r++) known[r] = setbacks->table.in_force[r].jurisdiction;
        if (!table_names(&setbacks->table, naming->of))
            note_name(&mistakes, naming, "no row of the table is about", naming->of, known, setbacks->table.n_in_force);
        if (is_code(code)) setbacks->jurisdictions[(size_t)code].in_table = naming->of;
    }
    return mistakes_report(&mistakes, setbacks->scenario->path);
}

static bool layer_has(const struct setbacks *setbacks, const char *jurisdiction) {
    for (size_t c = 0; c < setbacks->n_codes; c++)
        if (setbacks->jurisdictions[c].in_table && strcmp(setbacks->jurisdictions[c].in_table, jurisdiction) == 0) return true;
    return false;
}

/* A slip of the pen would leave a jurisdiction to the default. */
static status tell_of_strangers(const struct setbacks *setbacks, struct log *log) {
    const char **names = NULL;
    TRY(MEMORY_ARRAY(setbacks->n_codes + 1, &names));
    size_t count = class_names(setbacks, names);
    for (size_t i = 0; i < setbacks->table.n_in_force; i++) {
        const struct ordinance *row = &setbacks->table.in_force[i];
        if (layer_has(setbacks, row->jurisdiction)) continue;
        const char *nearest = text_nearest(row->jurisdiction, names, count);
        log_warn(log, "%s:%d: '%s' is no class of layer '%s', so the row holds nowhere%s%s%s", setbacks->table.file, row->line, row->jurisdiction,
                 setbacks->scenario->layers[setbacks->places.layer].name, nearest ? "; did you mean '" : "", nearest ? nearest : "",
                 nearest ? "'?" : "");
    }
    free(names);
    return NULL;
}

/* A row about a feature that no rule asks for changes nothing, maybe by a slip, too. */
static void tell_of_features(const struct setbacks *setbacks, struct log *log) {
    const struct scenario *scenario = setbacks->scenario;
    for (size_t i = 0; i < setbacks->table.n_in_force; i++) {
        const struct ordinance *row = &setbacks->table.in_force[i];
        bool asked = false, said = false;
        for (size_t r = 0; r < scenario->n_rules; r++)
            asked |= rule_table[scenario->rules[r].kind].setback && strcmp(scenario->rules[r].feature, row->feature) == 0;
        for (size_t j = 0; j < i; j++) said |= strcmp(setbacks->table.in_force[j].feature, row->feature) == 0;
        if (!asked && !said) log_warn(log, "%s:%d: no rule has the feature '%s'", setbacks->table.file, row->line, row->feature);
    }
}

/* 0 wants no setback, not even from the feature's own cells. */
static double limit(double setback_m) {
    return setback_m > 0 ? setback_m : -1;
}

static status fill_limits(struct setbacks *setbacks) {
    const struct scenario *scenario = setbacks->scenario;
    struct setback_limits *limits = (struct setback_limits *)setbacks->places.limits;
    for (size_t r = 0; r < scenario->n_rules; r++) {
        if (!rule_table[scenario->rules[r].kind].setback) continue;
        limits[r].otherwise = setbacks_are_empty(setbacks) ? -1 : limit(scenario->rules[r].default_m);
        if (!setbacks->n_codes) continue;
        size_t codes = 0;
        double *by_code = arena_alloc(&setbacks->arena, setbacks->n_codes + 1, sizeof *by_code);
        if (!by_code) return status_no_memory();
        for (size_t c = 0; c < setbacks->n_codes; c++) {
            const struct ordinance *row = setbacks_row(setbacks, r, c);
            by_code[c] = row ? limit(row->setback_m) : limits[r].otherwise;
            if (row) codes = c + 1;
        }
        limits[r].by_code = by_code;
        limits[r].n_codes = codes ? codes : 1; /* or no plane would tell which jurisdictions there are */
    }
    return NULL;
}

status setbacks_match(struct setbacks *setbacks, struct layers *layers, struct log *log) {
    const struct ordinance_wish *wish = &setbacks->scenario->ordinances;
    bool placed = wish->layer != NO_INDEX && !setbacks_are_empty(setbacks);
    setbacks->n_codes = placed ? count_codes(setbacks, layers) : 0;
    setbacks->jurisdictions = arena_alloc(&setbacks->arena, setbacks->n_codes + 1, sizeof *setbacks->jurisdictions);
    if (!setbacks->jurisdictions) return status_no_memory();
    for (size_t c = 0; c < setbacks->n_codes; c++) setbacks->jurisdictions[c].name = kept_name(setbacks, layers, c);
    for (size_t c = 0; c < setbacks->n_codes; c++) setbacks->jurisdictions[c].in_table = setbacks->jurisdictions[c].name;
    if (placed) {
        TRY(take_names(setbacks, layers));
        TRY(tell_of_strangers(setbacks, log));
        tell_of_features(setbacks, log);
    }
    return fill_limits(setbacks);
}

size_t setbacks_class(const struct setbacks *setbacks, float code) {
    return code >= 0 && code < (float)setbacks->n_codes && code == floorf(code) ? (size_t)code : setbacks->n_codes;
}

const struct ordinance *setbacks_row(const struct setbacks *setbacks, size_t rule, size_t class) {
    const char *jurisdiction = class < setbacks->n_codes ? setbacks->jurisdictions[class].in_table : NULL;
    return jurisdiction ? ordinance_find(&setbacks->table, jurisdiction, setbacks->scenario->rules[rule].feature) : NULL;
}

int64_t setbacks_cells(const struct setbacks *setbacks, const char *jurisdiction) {
    int64_t cells = 0;
    for (size_t c = 0; c < setbacks->n_codes; c++)
        if (setbacks->jurisdictions[c].in_table && strcmp(setbacks->jurisdictions[c].in_table, jurisdiction) == 0)
            cells += setbacks->jurisdictions[c].cells;
    return cells;
}

void setbacks_count(struct setbacks *setbacks, const struct grid *grid, struct window band, const float *codes) {
    for (int64_t r = 0; r < band.rows; r++) {
        const float *row = codes + r * band.cols;
        const double km2 = grid_cell_km2(grid, (double)(band.row0 + r));
        for (int64_t c = 0; c < band.cols;) {
            int64_t from = c; /* neighbours mostly have the same class */
            const size_t class = setbacks_class(setbacks, row[from]);
            while (c < band.cols && setbacks_class(setbacks, row[c]) == class) c++;
            setbacks->jurisdictions[class].cells += c - from;
            setbacks->jurisdictions[class].area_km2 += km2 * (double)(c - from);
        }
    }
}
