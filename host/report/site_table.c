/* The site record: fixed fields, then the criteria's, then annotations, each a row here with the function that reads it.
 * A value that is missing stays missing (NaN, NULL): never zero. */
#include "report/site_table.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/overlay_words.h"
#include "report/site_field.h"

const char *site_table_mode(const struct target *target) {
    static const char *const names[] = {[MODE_DEPOSIT] = "deposit", [MODE_PLANT] = "plant", [MODE_STOCKPILE] = "stockpile"};
    return names[target->mode];
}

const char *site_table_status(enum cell_state state) {
    static const char *const names[] = {
        [CELL_SCORED] = "ranked", [CELL_EXCLUDED] = "excluded", [CELL_NO_DATA] = "no data", [CELL_OUTSIDE] = "outside"};
    return names[state];
}

static bool is_scored(const struct term *term) {
    return !isnan(term->weight);
}

const char *site_table_nodata(const struct scenario *scenario, size_t target, const struct site *site, struct arena *arena) {
    bool model = scenario->targets[target].model != NULL;
    struct text joined = {0};
    text_add(&joined, "");
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        const struct term *term = &site->terms[c];
        if (is_scored(term) && isnan(model ? term->raw : term->membership))
            text_print(&joined, "%s%s", joined.length ? "; " : "", scenario->criteria[c].name);
    }
    char *kept = joined.failed ? NULL : arena_copy(arena, joined.bytes);
    text_free(&joined);
    return kept;
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
static union value read_sd(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->score_sd);
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
    return owned(cell, site_table_reasons(cell->result, cell->target, cell->site, cell->arena));
}

static union value read_nodata(struct cell *cell, size_t index) {
    (void)index;
    return owned(cell, site_table_nodata(cell->result->scenario, cell->target, cell->site, cell->arena));
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

static union value read_annotation(struct cell *cell, size_t index) {
    return words(cell->site->annotations[index]);
}

union value tree_words(struct cell *cell, struct json_build *build, struct json_object *tree) {
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

static const struct field of_models[] = {
    {{"score_sd", "Standard deviation of the score", "", COLUMN_REAL}, read_sd, 0},
};

static const struct field of_deposits[] = {
    {{"coord_unc_km", "Uncertainty of the place", "km", COLUMN_REAL}, read_uncertainty, 0},
    {{"n_sources", "Merged source points", "", COLUMN_INTEGER}, read_n_sources, 0},
    {{"sources", "Source points", "", COLUMN_JSON}, read_sources, 0},
    {{"snapped_m", "From the place to the scored cell's centre", "m", COLUMN_REAL}, read_snapped, 0},
};

static const struct field trailing[] = {
    {{"criteria", "Why it scores so", "", COLUMN_JSON}, site_criteria, 0},
    {{"ranking_basis", "What the ranking rests on", "", COLUMN_TEXT}, read_basis, 0},
    {{"tool_version", "Version of lodescan", "", COLUMN_TEXT}, read_version, 0},
    {{"schema_version", "Version of this record", "", COLUMN_TEXT}, read_schema, 0},
};

enum { LEADING = sizeof leading / sizeof *leading, OF_DEPOSITS = sizeof of_deposits / sizeof *of_deposits };
enum { OF_MODELS = sizeof of_models / sizeof *of_models, TRAILING = sizeof trailing / sizeof *trailing };

/* An annotation called like a column that is there, or like one of a GeoPackage's own, gets another name. Databases ignore case. */
static const char *annotation_name(const char *name, const struct field *fields, size_t count, struct arena *arena) {
    bool taken = strcasecmp(name, "fid") == 0 || strcasecmp(name, "geom") == 0;
    for (size_t i = 0; i < count && !taken; i++) taken = fields[i].column.name && strcasecmp(fields[i].column.name, name) == 0;
    return taken ? arena_print(arena, "annotation_%s", name) : name;
}

static struct field *make_fields(const struct result *result, size_t target, struct arena *arena, size_t *count) {
    const struct scenario *scenario = result->scenario;
    size_t room = LEADING + OF_MODELS + site_rule_fields(result, target, NULL) + site_certainty_fields(result, target, NULL) +
                  scenario->n_criteria * SITE_FIELDS_A_CRITERION + OF_DEPOSITS + site_permit_fields(result, NULL) +
                  scenario->n_variants * SITE_FIELDS_A_VARIANT + TRAILING + scenario->n_annotations,
           n = 0;
    struct field *fields = arena_alloc(arena, room, sizeof *fields);
    if (!fields) return NULL;
    n += add_fields(fields, leading, LEADING);
    if (scenario->targets[target].model) n += add_fields(fields + n, of_models, OF_MODELS);
    n += site_rule_fields(result, target, fields + n);
    n += site_certainty_fields(result, target, fields + n);
    n += site_criterion_fields(scenario, target, arena, fields + n);
    if (scenario->targets[target].candidates == CANDIDATE_POINTS) n += add_fields(fields + n, of_deposits, OF_DEPOSITS);
    n += site_permit_fields(result, fields + n);
    n += site_variant_fields(result, arena, fields + n);
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
