/* A vector layer on the grid: masks and values by strips, features as points with labels and attributes. */
#include "geo/vector_source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "geo/crs.h"
#include "geo/gdal_words.h"
#include "geo/vector_burn.h"
#include "geo/vector_lengths.h"
#include "geo/vector_parts.h"
#include "geo/vector_share.h"
#include "model/plan.h"

static const double DEGREE_M = 110574; /* of latitude at the equator, the shortest */

struct vector_source {
    const struct scenario *scenario;
    const struct layer *layer;
    const struct grid *grid;
    struct vector_file file;
    struct burn mask, values, chosen;
    bool *only; /* the features in `chosen`: those whose buffer is chosen_m */
    const struct feature_buffer *chosen_by;
    double chosen_m;
    struct vector_share share; /* where the scenario asks for it */
    struct crs_lonlat *lonlat;
};

/* A length as x and y of the crs; on a geographic grid at the latitude where a degree of longitude is shortest. */
static void reach_in_crs(const struct grid *grid, double metres, double *x, double *y) {
    *x = *y = metres / grid->unit_m;
    if (!grid->geographic) return;
    *y = metres / DEGREE_M;
    struct box box = box_of_window(grid, grid_window(grid));
    double farthest = fmin(fmax(fabs(box.south), fabs(box.north)) + *y, 89.9);
    *x = fmin(*y / cos(farthest * acos(-1.0) / 180), 360);
}

/* How many metres the layer's extent ends before the reach does on the worst side where it ends inside; 0 when nowhere. */
static double cut_beyond(const struct box *extent, const struct box *grid, const struct box *reach, double scale_x, double scale_y, const char **side,
                         double *end) {
    const struct {
        const char *name;
        double ends, starts, wanted, across, size, scale;
    } sides[] = {{"west of", grid->west - extent->west, extent->east, grid->west - reach->west, extent->north - extent->south,
                  grid->north - grid->south, scale_x},
                 {"east of", extent->east - grid->east, -extent->west, reach->east - grid->east, extent->north - extent->south,
                  grid->north - grid->south, scale_x},
                 {"south of", grid->south - extent->south, extent->north, grid->south - reach->south, extent->east - extent->west,
                  grid->east - grid->west, scale_y},
                 {"north of", extent->north - grid->north, -extent->south, reach->north - grid->north, extent->east - extent->west,
                  grid->east - grid->west, scale_y}};
    double worst = 0;
    for (int i = 0; i < 4; i++) {
        double missing = (sides[i].wanted - sides[i].ends) * sides[i].scale;
        bool cut = sides[i].ends >= 0 && sides[i].across >= 0.8 * sides[i].size;
        if (!cut || missing <= worst) continue;
        worst = missing;
        *side = sides[i].name;
        *end = sides[i].ends * sides[i].scale;
    }
    return worst;
}

/* As layer_blame names a layer; the path alone when memory is out. */
static const char *layer_words(struct vector_source *source) {
    const struct layer *layer = source->layer;
    const char *words = NULL;
    if (layer->at.line)
        words = arena_print(&source->file.arena, "%s:%d: layer '%s' (%s)", source->scenario->path, layer->at.line, layer->name, layer->path);
    return words ? words : layer->path;
}

static void warn_of_reach(struct vector_source *source, const struct box *reach, double margin_m, struct log *log) {
    struct box grid = box_of_window(source->grid, grid_window(source->grid)), *extent = (struct box[]){source->file.extent};
    if (source->file.n_features == 0) {
        bool swap = box_meets(&source->file.swapped, &grid);
        log_warn(log, "%s has no feature within the grid and %.0f km around it: %s", layer_words(source), margin_m / 1000,
                 swap ? "its axes look swapped (latitude first)" : "check its place, crs and `where`, or use a wider layer");
        return;
    }
    const char *side = "";
    double end = 0, unit_x = (reach->east - grid.east), unit_y = (reach->north - grid.north);
    if (box_is_empty(extent) || margin_m <= 0 || source->grid->wraps) return;
    if (cut_beyond(extent, &grid, reach, margin_m / unit_x, margin_m / unit_y, &side, &end) > 0)
        log_warn(log,
                 "%s ends %.0f km %s the grid but criteria look %.0f km: the nearest feature may lie beyond; use a wider layer or set "
                 "the grid's `margin`",
                 layer_words(source), end / 1000, side, margin_m / 1000);
}

/* Only areas cover anything. */
static status open_share(struct vector_source *source, struct log *log) {
    size_t others;
    if (!plan_wants_share(source->scenario, (int)(source->layer - source->scenario->layers))) return NULL;
    TRY(share_open(&source->file, source->grid, &source->share, &others));
    if (others && others == source->file.n_features)
        return status_fail(LODE_BAD_DATA,
                           "it has no areas, and lines and points cover nothing of a cell: `coverage_of` and `coverage` need a layer of areas");
    if (others) log_warn(log, "%s: %zu of its features are lines or points, which cover nothing of a cell", layer_words(source), others);
    return NULL;
}

static status source_fill(struct vector_source *source, const char *data_dir, double margin_m, struct log *log) {
    double x, y;
    const struct grid *grid = source->grid;
    reach_in_crs(grid, margin_m > 0 ? margin_m : 0, &x, &y);
    int64_t margin_cols = (int64_t)ceil(x / grid->dx) + 1;
    struct box box = box_of_window(grid, grid_window(grid));
    struct box reach = {box.west - x - grid->dx, box.south - y - grid->dy, box.east + x + grid->dx, box.north + y + grid->dy};
    const char *path = scenario_layer_path(source->scenario, source->layer, data_dir, &source->file.arena);
    char *own = path ? strdup(path) : NULL;
    arena_free(&source->file.arena);
    if (!own) return status_no_memory();
    status failed = vector_file_open(source->scenario, source->layer, own, grid, &reach, log, &source->file);
    free(own);
    TRY(failed);
    burn_init(&source->mask, BURN_MASK, &source->file, grid, margin_cols);
    burn_init(&source->chosen, BURN_MASK, &source->file, grid, margin_cols);
    burn_init(&source->values, BURN_VALUES, &source->file, grid, margin_cols);
    warn_of_reach(source, &reach, margin_m, log);
    TRY(open_share(source, log));
    return crs_lonlat_open(grid, &source->lonlat);
}

status vector_source_open(const struct scenario *scenario, const struct layer *layer, const char *data_dir, const struct grid *grid, double margin_m,
                          struct log *log, struct vector_source **out) {
    struct vector_source *source = NULL;
    *out = NULL;
    TRY(memory_array(1, sizeof *source, (void **)&source));
    source->scenario = scenario;
    source->layer = layer;
    source->grid = grid;
    status failed = source_fill(source, data_dir, margin_m, log);
    if (failed)
        vector_source_close(source);
    else
        *out = source;
    return layer_blame(failed, scenario, layer);
}

void vector_source_close(struct vector_source *source) {
    if (!source) return;
    burn_free(&source->mask);
    burn_free(&source->values);
    burn_free(&source->chosen);
    free(source->only);
    share_close(&source->share);
    crs_lonlat_close(source->lonlat);
    vector_file_close(&source->file);
    free(source);
}

status vector_source_mask(struct vector_source *source, struct window window, uint8_t *bytes) {
    return layer_blame(burn_read(&source->mask, window, bytes), source->scenario, source->layer);
}

static status choose(struct vector_source *source, const struct feature_buffer *by, double length_m) {
    if (!source->only) TRY(MEMORY_ARRAY(source->file.n_features + 1, &source->only));
    if (source->chosen_by == by && source->chosen_m == length_m) return NULL;
    source->chosen_by = NULL;
    TRY(vector_lengths_choose(&source->file, by, length_m, source->only));
    source->chosen_by = by;
    source->chosen_m = length_m;
    source->chosen.only = source->only;
    source->chosen.loaded = false;
    return NULL;
}

status vector_source_mask_by(struct vector_source *source, const struct feature_buffer *by, double length_m, struct window window, uint8_t *bytes) {
    status failure = choose(source, by, length_m);
    if (!failure) failure = burn_read(&source->chosen, window, bytes);
    return layer_blame(failure, source->scenario, source->layer);
}

status vector_source_lengths(const struct vector_source *source, const struct feature_buffer *by, size_t room, double *lengths_m, size_t *count) {
    return layer_blame(vector_lengths(&source->file, by, room, lengths_m, count), source->scenario, source->layer);
}

status vector_source_values(struct vector_source *source, struct window window, float *values) {
    return layer_blame(burn_read(&source->values, window, values), source->scenario, source->layer);
}

status vector_source_share(struct vector_source *source, struct window window, float *values) {
    return layer_blame(share_read(&source->share, window, values), source->scenario, source->layer);
}

/* The cell as a place of the same turn as the feature. */
static double centre_x(const struct grid *grid, int64_t col, const struct box *box) {
    double x = grid_x(grid, (double)col);
    return grid->geographic ? x - 360 * round((x - (box->west + box->east) / 2) / 360) : x;
}

static bool nearer(const struct vector_source *source, double distance, size_t feature, double best, int64_t than) {
    if (than == NO_FEATURE || distance != best) return than == NO_FEATURE || distance < best;
    return OGR_F_GetFID(source->file.features[feature].row) < OGR_F_GetFID(source->file.features[than].row);
}

status vector_source_feature_at(struct vector_source *source, int64_t col, int64_t row, int64_t *index) {
    const struct grid *grid = source->grid;
    double best = INFINITY, hair_x = 1e-6 * grid->dx, hair_y = 1e-6 * grid->dy;
    *index = NO_FEATURE;
    if (grid->wraps) col = ((col % grid->width) + grid->width) % grid->width;
    for (size_t i = 0; i < source->file.n_features; i++) {
        const struct feature *feature = &source->file.features[i];
        double x = centre_x(grid, col, &feature->box), y = grid_y(grid, (double)row);
        struct box cell = {x - grid->dx / 2 - hair_x, y - grid->dy / 2 - hair_y, x + grid->dx / 2 + hair_x, y + grid->dy / 2 + hair_y};
        bool covers = false;
        if (!box_meets(&feature->box, &cell)) continue;
        status failed = burn_covers(grid, feature, col, row, &covers);
        if (failed) return layer_blame(failed, source->scenario, source->layer);
        if (!covers) continue;
        OGRGeometryH centre = OGR_G_CreateGeometry(wkbPoint);
        OGR_G_SetPoint_2D(centre, 0, x, y);
        double distance = OGR_G_Distance(centre, feature->shape);
        OGR_G_DestroyGeometry(centre);
        if (!nearer(source, distance, i, best, *index)) continue;
        best = distance;
        *index = (int64_t)i;
    }
    return NULL;
}

const char *vector_source_label(const struct vector_source *source, int64_t index) {
    return source->file.features[index].label;
}

const char *vector_source_field(const struct vector_source *source, int64_t index, const char *field, struct arena *arena) {
    OGRFeatureH row = source->file.features[index].row;
    int at = OGR_F_GetFieldIndex(row, field);
    return arena_copy(arena, at >= 0 && OGR_F_IsFieldSetAndNotNull(row, at) ? OGR_F_GetFieldAsString(row, at) : "");
}

double vector_source_number(const struct vector_source *source, int64_t index) {
    return source->file.features[index].value;
}

int64_t vector_source_count(const struct vector_source *source) {
    return (int64_t)source->file.n_features;
}

int64_t vector_source_beyond(const struct vector_source *source) {
    const struct vector_file *file = &source->file;
    return file->facts.features - (int64_t)(file->n_features + file->n_empty);
}

status vector_source_point(const struct vector_source *source, int64_t index, double *x, double *y, double *lon, double *lat) {
    OGRGeometryH shape = source->file.features[index].shape;
    struct gdal_words said;
    gdal_begin(&said);
    OGRGeometryH point = wkbFlatten(OGR_G_GetGeometryType(shape)) == wkbPoint ? OGR_G_Clone(shape) : OGR_G_PointOnSurface(shape);
    gdal_end();
    if (!point || OGR_G_IsEmpty(point)) {
        OGR_G_DestroyGeometry(point);
        return layer_blame(status_fail(LODE_BAD_DATA, "feature %lld has no point on it: %s",
                                       (long long)OGR_F_GetFID(source->file.features[index].row), gdal_said(&said, "repair its geometry")),
                           source->scenario, source->layer);
    }
    *x = OGR_G_GetX(point, 0);
    *y = OGR_G_GetY(point, 0);
    OGR_G_DestroyGeometry(point);
    const struct grid *grid = source->grid;
    if (grid->geographic) *x -= 360 * floor((*x - grid->x0) / 360);
    crs_to_lonlat(source->lonlat, *x, *y, lon, lat);
    return NULL;
}

status vector_source_parts(const struct vector_source *source, bool weighted, struct feature_part **out, size_t *count) {
    return layer_blame(vector_parts_read(&source->file, weighted, out, count), source->scenario, source->layer);
}

status vector_source_crossings(const struct vector_source *source, struct feature_part **out, size_t *count) {
    return layer_blame(vector_parts_crossings(&source->file, out, count), source->scenario, source->layer);
}

static void add_json_text(struct text *out, const char *words) {
    text_add(out, "\"");
    for (const unsigned char *c = (const unsigned char *)words; *c; c++) {
        if (*c == '"' || *c == '\\')
            text_print(out, "\\%c", *c);
        else if (*c < 0x20)
            text_print(out, "\\u%04x", *c);
        else
            text_add_bytes(out, (const char *)c, 1);
    }
    text_add(out, "\"");
}

static void add_json_field(struct text *out, OGRFeatureH row, int at) {
    OGRFieldType type = OGR_Fld_GetType(OGR_F_GetFieldDefnRef(row, at));
    double real = type == OFTReal ? OGR_F_GetFieldAsDouble(row, at) : 0;
    if (!OGR_F_IsFieldSetAndNotNull(row, at) || !isfinite(real))
        text_add(out, "null");
    else if (type == OFTReal)
        text_add_number(out, real);
    else if (type == OFTInteger || type == OFTInteger64)
        text_print(out, "%lld", (long long)OGR_F_GetFieldAsInteger64(row, at));
    else
        add_json_text(out, OGR_F_GetFieldAsString(row, at));
}

const char *vector_source_attributes(const struct vector_source *source, int64_t index, struct arena *arena) {
    OGRFeatureH row = source->file.features[index].row;
    struct text out = {0};
    text_add(&out, "{");
    for (int i = 0; i < OGR_F_GetFieldCount(row); i++) {
        if (i) text_add(&out, ", ");
        add_json_text(&out, OGR_Fld_GetNameRef(OGR_F_GetFieldDefnRef(row, i)));
        text_add(&out, ": ");
        add_json_field(&out, row, i);
    }
    text_add(&out, "}");
    const char *copy = out.failed ? NULL : arena_copy(arena, out.bytes);
    text_free(&out);
    return copy;
}

const struct layer_facts *vector_source_facts(const struct vector_source *source) {
    return &source->file.facts;
}

double vector_source_code(const struct vector_source *source, const char *label) {
    for (size_t i = 0; i < source->file.n_categories; i++)
        if (strcmp(source->file.categories[i], label) == 0) return (double)(i + 1);
    return NAN;
}

const char *vector_source_category(const struct vector_source *source, double code) {
    for (size_t i = 0; i < source->file.n_categories; i++)
        if ((double)(i + 1) == code) return source->file.categories[i];
    return NULL;
}

const char *vector_source_field_among(const struct vector_source *source, const char *const *names) {
    OGRFeatureDefnH table = OGR_L_GetLayerDefn(source->file.layer);
    for (; *names; names++) {
        int at = OGR_FD_GetFieldIndex(table, *names);
        if (at >= 0) return OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(table, at));
    }
    return NULL;
}

const struct vector_file *vector_source_file(const struct vector_source *source) {
    return &source->file;
}

const struct grid *vector_source_grid(const struct vector_source *source) {
    return source->grid;
}
