/* The site record: fixed fields, then the criteria's, then annotations, each a row here with the function that reads it.
 * A value that is missing stays missing (NaN, NULL): never zero. */
#include "report/site_table.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/rule_effect.h"
#include "report/json_build.h"
#include "report/overlay_words.h"

/* What the reader of a field sees; `missing` and `failed` are its answers beside the value. */
struct cell {
    const struct result *result;
    size_t target;
    const struct site *site;
    struct arena *arena;
    bool missing, failed;
};

struct field {
    struct column column;
    union value (*read)(struct cell *cell, size_t index);
    size_t index; /* criterion or annotation */
};

static union value real(double value) {
    return (union value){.real = isfinite(value) ? value : NAN};
}

static union value words(const char *text) {
    return (union value){.text = text};
}

static union value owned(struct cell *cell, const char *text) {
    if (!text) cell->failed = true;
    return words(text);
}

static const struct target *target_of(const struct cell *cell) {
    return &cell->result->scenario->targets[cell->target];
}

const char *site_table_mode(const struct target *target) {
    static const char *const names[] = {[MODE_DEPOSIT] = "deposit", [MODE_PLANT] = "plant", [MODE_STOCKPILE] = "stockpile"};
    return names[target->mode];
}

const char *site_table_status(enum cell_state state) {
    static const char *const names[] = {
        [CELL_SCORED] = "ranked", [CELL_EXCLUDED] = "excluded", [CELL_NO_DATA] = "no data", [CELL_OUTSIDE] = "outside"};
    return names[state];
}

const char *site_table_reasons(const struct scenario *scenario, size_t target, const struct site *site, struct arena *arena) {
    struct text joined = {0};
    text_add(&joined, "");
    for (uint64_t left = rules_stopping(scenario, target, site->rules); left; left &= left - 1)
        text_print(&joined, "%s%s", joined.length ? "; " : "", scenario->rules[__builtin_ctzll(left)].reason);
    char *kept = joined.failed ? NULL : arena_copy(arena, joined.bytes);
    text_free(&joined);
    return kept;
}

static const char *penalty_words(const struct scenario *scenario, size_t target, const struct site *site, struct arena *arena) {
    struct text joined = {0};
    text_add(&joined, "");
    for (uint64_t left = rules_penalising(scenario, target, site->rules); left; left &= left - 1) {
        const struct rule *rule = &scenario->rules[__builtin_ctzll(left)];
        text_print(&joined, "%s%s (times ", joined.length ? "; " : "", rule->reason);
        text_add_number(&joined, rule->factor);
        text_add(&joined, ")");
    }
    char *kept = joined.failed ? NULL : arena_copy(arena, joined.bytes);
    text_free(&joined);
    return kept;
}

static const char *freeing_words(const struct scenario *scenario, size_t target, const struct site *site, struct arena *arena) {
    struct text joined = {0};
    text_add(&joined, "");
    for (uint64_t left = rules_freeing(scenario, target, site->rules); left; left &= left - 1)
        text_print(&joined, "%s%s", joined.length ? "; " : "", scenario->rules[__builtin_ctzll(left)].reason);
    char *kept = joined.failed ? NULL : arena_copy(arena, joined.bytes);
    text_free(&joined);
    return kept;
}

static bool is_scored(const struct term *term) {
    return !isnan(term->weight);
}

static union value read_target(struct cell *cell, size_t index) {
    (void)index;
    return words(target_of(cell)->name);
}
static union value read_id(struct cell *cell, size_t index) {
    (void)index;
    return words(cell->site->id);
}
static union value read_rank(struct cell *cell, size_t index) {
    (void)index;
    cell->missing = cell->site->rank < 1;
    return (union value){.integer = cell->site->rank};
}
static union value read_mode(struct cell *cell, size_t index) {
    (void)index;
    return words(site_table_mode(target_of(cell)));
}
static union value read_name(struct cell *cell, size_t index) {
    (void)index;
    return words(cell->site->name);
}
static union value read_status(struct cell *cell, size_t index) {
    (void)index;
    return words(site_table_status(cell->site->state));
}
static union value read_score(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->score);
}
static union value read_percentile(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->percentile);
}
static union value read_coverage(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->coverage);
}
static union value read_lon(struct cell *cell, size_t index) {
    (void)index;
    return real(round(cell->site->lon * 1e6) / 1e6);
}
static union value read_lat(struct cell *cell, size_t index) {
    (void)index;
    return real(round(cell->site->lat * 1e6) / 1e6);
}
static union value read_x(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->x);
}
static union value read_y(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->y);
}
static union value read_crs(struct cell *cell, size_t index) {
    (void)index;
    return words(cell->result->grid.crs);
}
static union value read_col(struct cell *cell, size_t index) {
    (void)index;
    return (union value){.integer = cell->site->col};
}
static union value read_row(struct cell *cell, size_t index) {
    (void)index;
    return (union value){.integer = cell->site->row};
}
static union value read_reasons(struct cell *cell, size_t index) {
    (void)index;
    return owned(cell, site_table_reasons(cell->result->scenario, cell->target, cell->site, cell->arena));
}

static union value read_plain_score(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->plain_score);
}
static union value read_penalties(struct cell *cell, size_t index) {
    (void)index;
    return owned(cell, penalty_words(cell->result->scenario, cell->target, cell->site, cell->arena));
}
static union value read_freeing(struct cell *cell, size_t index) {
    (void)index;
    return owned(cell, freeing_words(cell->result->scenario, cell->target, cell->site, cell->arena));
}

/* Scored criteria that are missing there. */
static union value read_nodata(struct cell *cell, size_t index) {
    (void)index;
    const struct scenario *scenario = cell->result->scenario;
    bool model = target_of(cell)->model != NULL;
    struct text joined = {0};
    text_add(&joined, "");
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        const struct term *term = &cell->site->terms[c];
        if (is_scored(term) && isnan(model ? term->raw : term->membership))
            text_print(&joined, "%s%s", joined.length ? "; " : "", scenario->criteria[c].name);
    }
    char *kept = joined.failed ? NULL : arena_copy(cell->arena, joined.bytes);
    text_free(&joined);
    return owned(cell, kept);
}

static union value read_uncertainty(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->uncertainty_m / 1000);
}
static union value read_n_sources(struct cell *cell, size_t index) {
    (void)index;
    return (union value){.integer = (long long)cell->site->n_sources};
}
static union value read_snapped(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->snapped_m);
}
static union value read_basis(struct cell *cell, size_t index) {
    (void)index;
    return words(overlay_basis(cell->result->scenario, cell->target));
}
static union value read_version(struct cell *cell, size_t index) {
    (void)cell, (void)index;
    return words(LODE_VERSION);
}
static union value read_schema(struct cell *cell, size_t index) {
    (void)cell, (void)index;
    return words("1");
}

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
static union value read_annotation(struct cell *cell, size_t index) {
    return words(cell->site->annotations[index]);
}

/* A tree as one line in the arena; takes the tree. */
static union value tree_words(struct cell *cell, struct json_build *build, struct json_object *tree) {
    const char *line = build->failed ? NULL : json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    union value kept = owned(cell, line ? arena_copy(cell->arena, line) : NULL);
    json_object_put(tree);
    return kept;
}

static union value read_sources(struct cell *cell, size_t index) {
    (void)index;
    struct json_build build = {0};
    struct json_object *list = json_list(&build);
    for (size_t i = 0; i < cell->site->n_sources && !build.failed; i++) {
        const struct source_point *source = &cell->site->sources[i];
        struct json_object *map = json_map(&build);
        json_put_text(&build, map, "layer", cell->result->scenario->layers[source->layer].name);
        json_put_text(&build, map, "label", source->label);
        json_put_number(&build, map, "lon", round(source->lon * 1e6) / 1e6);
        json_put_number(&build, map, "lat", round(source->lat * 1e6) / 1e6);
        json_put_number(&build, map, "uncertainty_km", source->uncertainty_m / 1000);
        json_put_parsed(&build, map, "attributes", source->attributes);
        json_append(&build, list, map);
    }
    return tree_words(cell, &build, list);
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

static union value read_criteria(struct cell *cell, size_t index) {
    (void)index;
    struct json_build build = {0};
    struct json_object *list = json_list(&build);
    for (size_t c = 0; c < cell->result->scenario->n_criteria && !build.failed; c++) json_append(&build, list, criterion_map(cell, c, &build));
    return tree_words(cell, &build, list);
}

static const struct field leading[] = {
    {{"target", "Target", "", COLUMN_TEXT}, read_target, 0},
    {{"site_id", "Site", "", COLUMN_TEXT}, read_id, 0},
    {{"rank", "Rank", "", COLUMN_INTEGER}, read_rank, 0},
    {{"mode", "Mode", "", COLUMN_TEXT}, read_mode, 0},
    {{"name", "Name", "", COLUMN_TEXT}, read_name, 0},
    {{"status", "Status", "", COLUMN_TEXT}, read_status, 0},
    {{"score", "Score", "", COLUMN_REAL}, read_score, 0},
    {{"percentile", "Scored cells that score less", "percent", COLUMN_REAL}, read_percentile, 0},
    {{"evidence_coverage", "Share of weight with data", "", COLUMN_REAL}, read_coverage, 0},
    {{"lon", "Longitude", "degree", COLUMN_REAL}, read_lon, 0},
    {{"lat", "Latitude", "degree", COLUMN_REAL}, read_lat, 0},
    {{"x", "x in the grid's reference system", "", COLUMN_REAL}, read_x, 0},
    {{"y", "y in the grid's reference system", "", COLUMN_REAL}, read_y, 0},
    {{"crs", "The grid's reference system", "", COLUMN_TEXT}, read_crs, 0},
    {{"cell_col", "Column of the scored cell", "", COLUMN_INTEGER}, read_col, 0},
    {{"cell_row", "Row of the scored cell", "", COLUMN_INTEGER}, read_row, 0},
    {{"exclusion_reasons", "Why excluded", "", COLUMN_TEXT}, read_reasons, 0},
    {{"nodata_layers", "Criteria without data", "", COLUMN_TEXT}, read_nodata, 0},
};

/* Of targets that such rules hold for. */
static const struct field of_penalties[] = {
    {{"score_without_penalties", "Score without penalties", "", COLUMN_REAL}, read_plain_score, 0},
    {{"penalties", "What its score is multiplied by", "", COLUMN_TEXT}, read_penalties, 0},
};
static const struct field of_inclusions[] = {{{"freed_by", "Why not excluded", "", COLUMN_TEXT}, read_freeing, 0}};
enum { OF_PENALTIES = sizeof of_penalties / sizeof *of_penalties, OF_INCLUSIONS = 1 };

static const struct field of_deposits[] = {
    {{"coord_unc_km", "Uncertainty of the place", "km", COLUMN_REAL}, read_uncertainty, 0},
    {{"n_sources", "Merged source points", "", COLUMN_INTEGER}, read_n_sources, 0},
    {{"sources", "Source points", "", COLUMN_JSON}, read_sources, 0},
    {{"snapped_m", "From the place to the scored cell's centre", "m", COLUMN_REAL}, read_snapped, 0},
};

static const struct permit_figures *permit_of(const struct cell *cell) {
    const struct permits *permits = cell->result->permits;
    return permits_figures(permits, permits_route_of(permits, target_of(cell)), cell->site->permit_class);
}

enum permit_number {
    PERMIT_P10,
    PERMIT_P50,
    PERMIT_P90,
    PERMIT_WITHIN_6,
    PERMIT_WITHIN_24,
    PERMIT_GRANTED,
    PERMIT_FASTER_P50,
    PERMIT_FASTER_6,
    PERMIT_FASTER_24
};
static union value read_permit_number(struct cell *cell, size_t index) {
    const struct permit_figures *figures = permit_of(cell);
    if (!figures) return real(NAN);
    const double numbers[] = {figures->p10_months, figures->p50_months,        figures->p90_months,      figures->within_6,        figures->within_24,
                              figures->granted,    figures->faster_p50_months, figures->faster_within_6, figures->faster_within_24};
    return real(numbers[index]);
}

enum permit_word { PERMIT_ROUTE, PERMIT_JURISDICTION, PERMIT_LAND, PERMIT_STAGE, PERMIT_CERTAINTY };
static union value read_permit_word(struct cell *cell, size_t index) {
    const struct permits *permits = cell->result->permits;
    const struct permit_figures *figures = permit_of(cell);
    const struct land_class *land = permits_land(permits, cell->site->permit_class);
    const char *const texts[] = {permits_route_of(permits, target_of(cell)), permits_jurisdiction(permits, cell->site->permit_class),
                                 land ? land->name : NULL, figures ? figures->critical_stage : NULL, figures ? figures->certainty : NULL};
    return words(texts[index]);
}

static const struct field of_permits[] = {
    {{"land_status", "Land status", "", COLUMN_TEXT}, read_permit_word, PERMIT_LAND},
    {{"permit_jurisdiction", "Permit: jurisdiction", "", COLUMN_TEXT}, read_permit_word, PERMIT_JURISDICTION},
    {{"permit_route", "Permit: route", "", COLUMN_TEXT}, read_permit_word, PERMIT_ROUTE},
    {{"permit_p10_months", "Permit, if granted: 10 of 100 take no longer", "month", COLUMN_REAL}, read_permit_number, PERMIT_P10},
    {{"permit_p50_months", "Permit, if granted: half take no longer", "month", COLUMN_REAL}, read_permit_number, PERMIT_P50},
    {{"permit_p90_months", "Permit, if granted: 90 of 100 take no longer", "month", COLUMN_REAL}, read_permit_number, PERMIT_P90},
    {{"p_granted", "Probability of a permit", "", COLUMN_REAL}, read_permit_number, PERMIT_GRANTED},
    {{"p_within_6", "Probability of a permit within 6 months", "", COLUMN_REAL}, read_permit_number, PERMIT_WITHIN_6},
    {{"p_within_24", "Probability of a permit within 24 months", "", COLUMN_REAL}, read_permit_number, PERMIT_WITHIN_24},
    {{"critical_stage", "Stage that takes most of the time", "", COLUMN_TEXT}, read_permit_word, PERMIT_STAGE},
    {{"permit_certainty", "Certainty of the permit figures", "", COLUMN_TEXT}, read_permit_word, PERMIT_CERTAINTY},
};
static const struct field of_faster_permits[] = {
    {{"permit_p50_what_if_months", "Permit with accelerated stages, if granted: half take no longer", "month", COLUMN_REAL},
     read_permit_number,
     PERMIT_FASTER_P50},
    {{"p_within_6_what_if", "Probability with accelerated stages of a permit within 6 months", "", COLUMN_REAL}, read_permit_number, PERMIT_FASTER_6},
    {{"p_within_24_what_if", "Probability with accelerated stages of a permit within 24 months", "", COLUMN_REAL},
     read_permit_number,
     PERMIT_FASTER_24},
};
enum { OF_FASTER_PERMITS = sizeof of_faster_permits / sizeof *of_faster_permits };
enum { OF_PERMITS = sizeof of_permits / sizeof *of_permits };

static const struct field trailing[] = {
    {{"criteria", "Why it scores so", "", COLUMN_JSON}, read_criteria, 0},
    {{"ranking_basis", "What the ranking rests on", "", COLUMN_TEXT}, read_basis, 0},
    {{"tool_version", "Version of lodescan", "", COLUMN_TEXT}, read_version, 0},
    {{"schema_version", "Version of this record", "", COLUMN_TEXT}, read_schema, 0},
};

/* Columns of the criterion `name`: what they are called and read by. */
struct criterion_field {
    const char *pattern, *alias;
    enum column_type type;
    union value (*read)(struct cell *cell, size_t index);
    bool scored, distance; /* only for criteria that are */
};
static const struct criterion_field of_criteria[] = {
    {"%s_value", "%s", COLUMN_REAL, read_value, false, false},
    {"%s_membership", "%s: membership", COLUMN_REAL, read_membership, true, false},
    {"%s_weight", "%s: weight", COLUMN_REAL, read_weight, true, false},
    {"%s_contribution", "%s: contribution", COLUMN_REAL, read_contribution, true, false},
    {"dist_%s_km", "%s: distance", COLUMN_REAL, read_distance, false, true},
    {"nearest_%s", "%s: nearest", COLUMN_TEXT, read_nearest, false, true},
};
enum { LEADING = sizeof leading / sizeof *leading, OF_DEPOSITS = sizeof of_deposits / sizeof *of_deposits };
enum { TRAILING = sizeof trailing / sizeof *trailing, OF_CRITERIA = sizeof of_criteria / sizeof *of_criteria };

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
    for (size_t k = 0; k < OF_CRITERIA; k++) {
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

static size_t add_fields(struct field *into, const struct field *from, size_t count) {
    memcpy(into, from, count * sizeof *from);
    return count;
}

/* An annotation called like a column that is there, or like one of a GeoPackage's own, gets another name. Databases ignore case. */
static const char *annotation_name(const char *name, const struct field *fields, size_t count, struct arena *arena) {
    bool taken = strcasecmp(name, "fid") == 0 || strcasecmp(name, "geom") == 0;
    for (size_t i = 0; i < count && !taken; i++) taken = fields[i].column.name && strcasecmp(fields[i].column.name, name) == 0;
    return taken ? arena_print(arena, "annotation_%s", name) : name;
}

static struct field *make_fields(const struct result *result, size_t target, struct arena *arena, size_t *count) {
    const struct scenario *scenario = result->scenario;
    size_t room = LEADING + OF_PENALTIES + OF_INCLUSIONS + OF_DEPOSITS + OF_PERMITS + OF_FASTER_PERMITS + TRAILING +
                  scenario->n_criteria * OF_CRITERIA + scenario->n_annotations,
           n = 0;
    struct field *fields = arena_alloc(arena, room, sizeof *fields);
    if (!fields) return NULL;
    n += add_fields(fields, leading, LEADING);
    if (rules_of_target(scenario, target, EFFECT_PENALISE)) n += add_fields(fields + n, of_penalties, OF_PENALTIES);
    if (rules_of_target(scenario, target, EFFECT_INCLUDE)) n += add_fields(fields + n, of_inclusions, OF_INCLUSIONS);
    for (size_t c = 0; c < scenario->n_criteria; c++) n += add_criterion_fields(scenario, target, c, arena, fields + n);
    if (scenario->targets[target].candidates == CANDIDATE_POINTS) n += add_fields(fields + n, of_deposits, OF_DEPOSITS);
    if (result->permits) n += add_fields(fields + n, of_permits, OF_PERMITS);
    if (scenario->permits.n_faster) n += add_fields(fields + n, of_faster_permits, OF_FASTER_PERMITS);
    n += add_fields(fields + n, trailing, TRAILING);
    for (size_t a = 0; a < scenario->n_annotations; a++, n++) {
        const char *name = annotation_name(scenario->annotations[a].name, fields, n, arena);
        fields[n] = (struct field){{name, scenario->annotations[a].name, "", COLUMN_TEXT}, read_annotation, a};
    }
    *count = n;
    for (size_t i = 0; i < n; i++)
        if (!fields[i].column.name || !fields[i].column.alias) return NULL;
    return fields;
}

status site_table_make(const struct result *result, size_t target, struct arena *arena, struct table *out) {
    const struct site_list *sites = &result->targets[target].sites;
    size_t n_columns = 0, rows = sites->count, n_values;
    struct field *fields = make_fields(result, target, arena, &n_columns);
    if (!fields || !size_multiply(rows, n_columns, &n_values)) return status_no_memory();
    struct column *columns = arena_alloc(arena, n_columns, sizeof *columns);
    union value *values = arena_alloc(arena, n_values, sizeof *values);
    bool *missing = arena_alloc(arena, n_values, sizeof *missing);
    double *lon = arena_alloc(arena, rows, sizeof *lon), *lat = arena_alloc(arena, rows, sizeof *lat);
    if (!columns || !values || !missing || !lon || !lat) return status_no_memory();
    for (size_t c = 0; c < n_columns; c++) columns[c] = fields[c].column;
    struct cell cell = {.result = result, .target = target, .arena = arena};
    for (size_t r = 0; r < rows; r++) {
        cell.site = &sites->sites[r];
        lon[r] = read_lon(&cell, 0).real;
        lat[r] = read_lat(&cell, 0).real;
        for (size_t c = 0; c < n_columns; c++) {
            cell.missing = false;
            values[r * n_columns + c] = fields[c].read(&cell, fields[c].index);
            missing[r * n_columns + c] = cell.missing;
        }
    }
    if (cell.failed) return status_no_memory();
    *out = (struct table){.name = target_of(&cell)->name,
                          .n_columns = n_columns,
                          .n_rows = rows,
                          .columns = columns,
                          .values = values,
                          .missing_integer = missing,
                          .lon = lon,
                          .lat = lat};
    return NULL;
}
