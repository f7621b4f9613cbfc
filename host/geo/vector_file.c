/* Opening and loading. The spatial filter is only a saving: whatever it lets through is tested again in the grid's crs. */
#include "geo/vector_file.h"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "geo/gdal_words.h"

#define NO_FUNCTION "no such function" /* as SQLite says it */
enum { MANY_FEATURES = 20000 };

static status open_dataset(const struct layer *layer, const char *path, GDALDatasetH *out) {
    bool written = layer->at.line; /* in a scenario; else the command line named the file */
    struct gdal_words said;
    VSIStatBufL facts;
    gdal_begin(&said);
    *out = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL);
    GDALDatasetH raster = *out ? NULL : GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY, NULL, NULL, NULL);
    bool there = VSIStatL(path, &facts) == 0;
    gdal_end();
    if (raster) GDALClose(raster);
    if (*out) return NULL;
    if (raster)
        return status_fail(LODE_BAD_DATA, "%s holds a raster, not vectors: %s", path,
                           written ? "write `raster:` instead of `vector:`" : "give a file of points");
    if (!there) return status_fail(LODE_NO_INPUT, "%s is not there: check the path%s", path, written ? " and the data folder" : "");
    return status_fail(LODE_BAD_DATA, "%s is not a vector file that GDAL can read: %s", path, gdal_said(&said, "unknown format"));
}

static status find_layer(const struct layer *layer, const char *path, struct vector_file *file) {
    int count = GDALDatasetGetLayerCount(file->dataset);
    struct text known = {0};
    for (int i = 0; i < count; i++) {
        OGRLayerH each = GDALDatasetGetLayer(file->dataset, i);
        text_print(&known, "%s%s", i ? ", " : "", OGR_L_GetName(each));
        if (layer->sublayer ? strcmp(OGR_L_GetName(each), layer->sublayer) == 0 : count == 1) file->layer = each;
    }
    status failed = NULL;
    if (!file->layer && layer->sublayer)
        failed = status_fail(LODE_BAD_DATA, "%s has no layer '%s': it has %s", path, layer->sublayer, known.bytes ? known.bytes : "none");
    else if (!file->layer)
        failed = status_fail(LODE_BAD_DATA, "%s has several layers (%s): choose one with %s", path, known.bytes ? known.bytes : "none",
                             layer->at.line ? "`layer: NAME`" : "--layer=NAME");
    text_free(&known);
    return failed;
}

static status take_srs(const struct layer *layer, const char *path, struct vector_file *file) {
    if (layer->crs) return srs_read(layer->crs, &file->srs);
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(file->layer);
    if (srs_is_undefined(srs))
        return status_fail(LODE_BAD_DATA, "%s does not say its crs: %s", path,
                           layer->at.line ? "write it in the scenario, such as `crs: EPSG:4326`" : "assign it with ogr2ogr -a_srs");
    file->srs = OSRClone(srs);
    OSRSetAxisMappingStrategy(file->srs, OAMS_TRADITIONAL_GIS_ORDER);
    return NULL;
}

/* A field by name; unknown ones are told with the nearest name. NULL names are no field. */
static status find_field(const struct vector_file *file, const char *name, const char *key, int *index) {
    *index = -1;
    if (!name) return NULL;
    OGRFeatureDefnH table = OGR_L_GetLayerDefn(file->layer);
    *index = OGR_FD_GetFieldIndex(table, name);
    if (*index >= 0) return NULL;
    size_t count = (size_t)OGR_FD_GetFieldCount(table);
    const char **names = NULL;
    TRY(MEMORY_ARRAY(count, &names));
    for (size_t i = 0; i < count; i++) names[i] = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(table, (int)i));
    const char *nearest = text_nearest(name, names, count);
    struct text known = {0};
    for (size_t i = 0; i < count; i++) text_print(&known, "%s%s", i ? ", " : "", names[i]);
    status failed = nearest
                        ? status_fail(LODE_BAD_DATA, "has no field '%s' (`%s`): did you mean '%s'?", name, key, nearest)
                        : status_fail(LODE_BAD_DATA, "has no field '%s' (`%s`): its fields are %s", name, key, known.bytes ? known.bytes : "none");
    text_free(&known);
    free(names);
    return failed;
}

/* Fields that annotations and targets take from this layer. */
static status check_users(const struct scenario *scenario, const struct layer *layer, const struct vector_file *file) {
    int index, me = (int)(layer - scenario->layers);
    for (size_t i = 0; i < scenario->n_annotations; i++)
        if (scenario->annotations[i].layer == me) TRY(find_field(file, scenario->annotations[i].field, "annotate: field", &index));
    for (size_t v = 0; v < scenario->n_validations; v++) {
        const struct target *places = &scenario->validations[v].places;
        for (size_t p = 0; p < places->n_points; p++) {
            if (places->points[p] != me) continue;
            TRY(find_field(file, places->name_field, "validate: name", &index));
            TRY(find_field(file, places->uncertainty_field, "validate: uncertainty", &index));
        }
    }
    for (size_t t = 0; t < scenario->n_targets; t++) {
        const struct target *target = &scenario->targets[t];
        for (size_t p = 0; p < target->n_points; p++) {
            if (target->points[p] != me) continue;
            TRY(find_field(file, target->name_field, "candidates: name", &index));
            TRY(find_field(file, target->uncertainty_field, "candidates: uncertainty", &index));
        }
    }
    return NULL;
}

static int likely_label(const struct vector_file *file) {
    static const char *const usual[] = {"name", "label", "title", "faultname", "gnis_name1", "name1", "stratname"};
    OGRFeatureDefnH table = OGR_L_GetLayerDefn(file->layer);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        int index = OGR_FD_GetFieldIndex(table, usual[i]);
        if (index >= 0) return index;
    }
    for (int i = 0; i < OGR_FD_GetFieldCount(table); i++)
        if (strcasestr(OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(table, i)), "name")) return i;
    return -1;
}

static status take_fields(const struct scenario *scenario, const struct layer *layer, struct vector_file *file) {
    TRY(find_field(file, layer->label, "label", &file->label_field));
    TRY(find_field(file, layer->attribute ? layer->attribute : layer->category, layer->attribute ? "attribute" : "category", &file->value_field));
    TRY(check_users(scenario, layer, file));
    if (!layer->label) file->label_field = likely_label(file);
    if (!layer->attribute) return NULL;
    OGRFieldType type = OGR_Fld_GetType(OGR_FD_GetFieldDefn(OGR_L_GetLayerDefn(file->layer), file->value_field));
    if (type == OFTInteger || type == OFTInteger64 || type == OFTReal) return NULL;
    return status_fail(LODE_BAD_DATA, "field '%s' (`attribute`) holds no numbers: write `category: %s`", layer->attribute, layer->attribute);
}

static status set_where(const struct layer *layer, const char *path, struct vector_file *file) {
    struct gdal_words said;
    gdal_begin(&said);
    OGRErr error = layer->where ? OGR_L_SetAttributeFilter(file->layer, layer->where) : OGRERR_NONE;
    int64_t count = error == OGRERR_NONE ? OGR_L_GetFeatureCount(file->layer, TRUE) : 0;
    gdal_end();
    if (error != OGRERR_NONE || (layer->where && said.failed))
        return status_fail(LODE_BAD_DATA, "bad `where: %s`: %s", layer->where, gdal_said(&said, "not understood"));
    file->facts.features = count;
    if (count > 0) return NULL;
    if (layer->where) return status_fail(LODE_BAD_DATA, "%s is empty: no feature meets `where: %s`; relax it", path, layer->where);
    return status_fail(LODE_BAD_DATA, "%s is empty: it holds no features; check `layer` and the file", path);
}

static status take_facts(const char *path, const struct grid *grid, struct vector_file *file) {
    char name[SRS_NAME_MAX];
    srs_name(file->srs, name);
    struct layer_facts *facts = &file->facts;
    facts->driver = GDALGetDriverShortName(GDALGetDatasetDriver(file->dataset));
    facts->crs = arena_copy(&file->arena, name);
    facts->type = OGRGeometryTypeToName(OGR_L_GetGeomType(file->layer));
    facts->valid_share = NAN;
    for (int i = 0; i < 4; i++) facts->extent[i] = NAN;
    VSIStatBufL size;
    if (VSIStatL(path, &size) == 0) facts->bytes = (int64_t)size.st_size;
    OGREnvelope e;
    OGRSpatialReferenceH grid_srs = NULL;
    file->extent = file->swapped = box_empty();
    TRY(srs_read(grid->wkt, &grid_srs));
    struct gdal_words said;
    gdal_begin(&said);
    OGRCoordinateTransformationH transform = srs_transform(file->srs, grid_srs);
    if (transform && OGR_L_GetExtent(file->layer, &e, TRUE) == OGRERR_NONE) {
        file->extent = box_transform(&(struct box){e.MinX, e.MinY, e.MaxX, e.MaxY}, transform);
        bool could_be = OSRIsGeographic(file->srs) && fabs(e.MinX) <= 90 && fabs(e.MaxX) <= 90;
        if (could_be) file->swapped = box_transform(&(struct box){e.MinY, e.MinX, e.MaxY, e.MaxX}, transform);
    }
    if (transform) OCTDestroyCoordinateTransformation(transform);
    gdal_end();
    OSRRelease(grid_srs);
    if (!box_is_empty(&file->extent)) memcpy(facts->extent, &file->extent, sizeof file->extent);
    return facts->crs ? NULL : status_no_memory();
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Category texts of the whole file, so that a code does not depend on the grid. */
static status take_categories(const struct layer *layer, struct vector_file *file) {
    if (!layer->category || layer->attribute) return NULL;
    size_t room = 0, kept = 0;
    OGRFeatureH row;
    OGR_L_ResetReading(file->layer);
    status failed = NULL;
    while (!failed && (row = OGR_L_GetNextFeature(file->layer))) {
        if (OGR_F_IsFieldSetAndNotNull(row, file->value_field)) {
            failed = memory_reserve((void **)&file->categories, &room, file->n_categories + 1, sizeof *file->categories);
            char *copy = failed ? NULL : arena_copy(&file->arena, OGR_F_GetFieldAsString(row, file->value_field));
            if (copy) file->categories[file->n_categories++] = copy;
            if (!failed && !copy) failed = status_no_memory();
        }
        OGR_F_Destroy(row);
    }
    if (failed || file->n_categories == 0) return failed;
    qsort(file->categories, file->n_categories, sizeof *file->categories, by_text);
    for (size_t i = 0; i < file->n_categories; i++)
        if (kept == 0 || strcmp(file->categories[i], file->categories[kept - 1]) != 0) file->categories[kept++] = file->categories[i];
    file->n_categories = kept;
    return NULL;
}

/* Large files are read only where they can lie within reach; no filter where the reach cannot be told in the file's crs. */
static void set_reach(struct vector_file *file, const struct box *reach, OGRSpatialReferenceH grid_srs) {
    OGRCoordinateTransformationH back = srs_transform(grid_srs, file->srs);
    double x[] = {reach->west, reach->west, reach->east, reach->east}, y[] = {reach->south, reach->north, reach->south, reach->north};
    bool told = back && OCTTransform(back, 4, x, y, NULL);
    struct box box = told ? box_transform(reach, back) : box_empty();
    if (back) OCTDestroyCoordinateTransformation(back);
    if (!told || box_is_empty(&box)) return;
    double pad_x = (box.east - box.west) / 20, pad_y = (box.north - box.south) / 20;
    box = (struct box){box.west - pad_x, box.south - pad_y, box.east + pad_x, box.north + pad_y};
    bool turns = OSRIsGeographic(file->srs) && (OSRIsGeographic(grid_srs) || box.west < -180 || box.east > 180);
    if (turns && (box.west < -180 || box.east > 180)) box = (struct box){-1e9, box.south, 1e9, box.north};
    OGR_L_SetSpatialFilterRect(file->layer, box.west, box.south, box.east, box.north);
}

static bool within(const struct box *box, const struct box *reach, bool geographic) {
    return geographic ? box_meets_lonlat(box, reach) : box_meets(box, reach);
}

static double value_of(const struct layer *layer, const struct vector_file *file, OGRFeatureH row) {
    if (file->value_field < 0 || !OGR_F_IsFieldSetAndNotNull(row, file->value_field)) return NAN;
    if (layer->attribute) return OGR_F_GetFieldAsDouble(row, file->value_field);
    const char *text = OGR_F_GetFieldAsString(row, file->value_field);
    const char **found = bsearch(&text, file->categories, file->n_categories, sizeof *file->categories, by_text);
    return found ? (double)(found - file->categories + 1) : NAN;
}

static status keep(const struct layer *layer, struct vector_file *file, OGRFeatureH row, OGRGeometryH shape, const struct box *box) {
    TRY(memory_reserve((void **)&file->features, &file->room, file->n_features + 1, sizeof *file->features));
    const char *label =
        file->label_field >= 0 && OGR_F_IsFieldSetAndNotNull(row, file->label_field) ? OGR_F_GetFieldAsString(row, file->label_field) : "";
    label = arena_copy(&file->arena, label);
    if (!label) return status_no_memory();
    bool area = OGR_G_GetDimension(shape) == 2;
    bool touch = layer->all_touched == UNSET ? !area : layer->all_touched == YES;
    file->features[file->n_features++] = (struct feature){row, shape, *box, touch, label, value_of(layer, file, row)};
    return NULL;
}

/* The row's shape in the grid's crs, without curves; NULL when there is none or it cannot be transformed. */
static OGRGeometryH shape_of(OGRFeatureH row, OGRCoordinateTransformationH transform, bool *failed) {
    OGRGeometryH shape = OGR_F_StealGeometry(row);
    *failed = false;
    if (shape && OGR_G_HasCurveGeometry(shape, TRUE)) {
        OGRGeometryH curved = shape;
        shape = OGR_G_GetLinearGeometry(curved, 0, NULL);
        OGR_G_DestroyGeometry(curved);
    }
    if (!shape || OGR_G_IsEmpty(shape)) {
        OGR_G_DestroyGeometry(shape);
        return NULL;
    }
    *failed = transform && OGR_G_Transform(shape, transform) != OGRERR_NONE;
    if (!*failed) return shape;
    OGR_G_DestroyGeometry(shape);
    return NULL;
}

static status load(const struct layer *layer, struct vector_file *file, const struct box *reach, bool geographic,
                   OGRCoordinateTransformationH transform, struct log *log) {
    size_t empty = 0, lost = 0;
    OGRFeatureH row;
    status failed = NULL;
    OGR_L_ResetReading(file->layer);
    while (!failed && (row = OGR_L_GetNextFeature(file->layer))) {
        bool untransformed;
        OGREnvelope e;
        OGRGeometryH shape = shape_of(row, transform, &untransformed);
        lost += untransformed;
        empty += !shape && !untransformed;
        if (shape) OGR_G_GetEnvelope(shape, &e);
        struct box box = shape ? (struct box){e.MinX, e.MinY, e.MaxX, e.MaxY} : box_empty();
        bool wanted = shape && within(&box, reach, geographic);
        if (wanted) failed = keep(layer, file, row, shape, &box);
        if (wanted && !failed) continue;
        if (shape) OGR_G_DestroyGeometry(shape);
        OGR_F_Destroy(row);
    }
    file->n_empty = empty;
    if (empty) log_info(log, "layer '%s' (%s): %zu features without geometry are skipped", layer->name, layer->path, empty);
    if (lost)
        log_info(log, "layer '%s' (%s): %zu features lie where the grid's crs has no coordinates and are skipped", layer->name, layer->path, lost);
    return failed;
}

static status load_reach(const struct layer *layer, const struct grid *grid, const struct box *reach, struct log *log, struct vector_file *file) {
    OGRSpatialReferenceH grid_srs = NULL;
    TRY(srs_read(grid->wkt, &grid_srs));
    struct gdal_words said;
    gdal_begin(&said);
    bool same = OSRIsSame(file->srs, grid_srs);
    OGRCoordinateTransformationH transform = same ? NULL : srs_transform(file->srs, grid_srs);
    status failed =
        same || transform ? NULL : status_fail(LODE_BAD_DATA, "no way from its crs to %s: %s", grid->crs, gdal_said(&said, "not known to PROJ"));
    if (!failed) {
        if (file->facts.features > MANY_FEATURES) set_reach(file, reach, grid_srs);
        said = (struct gdal_words){0};
        failed = load(layer, file, reach, grid->geographic, transform, log);
        if (!failed && said.failed && strstr(said.text, NO_FUNCTION)) failed = status_fail(LODE_BAD_DATA, "%s", said.text);
    }
    if (transform) OCTDestroyCoordinateTransformation(transform);
    gdal_end();
    OSRRelease(grid_srs);
    return failed;
}

static status open_file(const struct scenario *scenario, const struct layer *layer, const char *full_path, const struct grid *grid,
                        const struct box *reach, struct log *log, struct vector_file *out) {
    *out = (struct vector_file){.label_field = -1, .value_field = -1};
    status failed = open_dataset(layer, full_path, &out->dataset);
    struct gdal_words said;
    gdal_begin(&said);
    if (!failed) failed = find_layer(layer, full_path, out);
    if (!failed) failed = take_srs(layer, full_path, out);
    if (!failed) failed = take_fields(scenario, layer, out);
    if (!failed) failed = set_where(layer, full_path, out);
    if (!failed) failed = take_facts(full_path, grid, out);
    if (!failed) failed = take_categories(layer, out);
    if (!failed) failed = load_reach(layer, grid, reach, log, out);
    gdal_end();
    if (failed) vector_file_close(out);
    return failed;
}

/* GDAL gives every GeoPackage SpatiaLite's functions, which takes longer than to read a small one, and hardly one needs them. */
status vector_file_open(const struct scenario *scenario, const struct layer *layer, const char *full_path, const struct grid *grid,
                        const struct box *reach, struct log *log, struct vector_file *out) {
    size_t length = strlen(full_path);
    bool bare = length > 5 && strcasecmp(full_path + length - 5, ".gpkg") == 0 && gdal_set("SPATIALITE_LOAD", "NO");
    status failed = open_file(scenario, layer, full_path, grid, reach, log, out);
    if (!bare) return failed;
    gdal_unset("SPATIALITE_LOAD");
    if (!failed || !strstr(lode_error_message(failed), NO_FUNCTION)) return failed;
    lode_error_free(failed);
    return open_file(scenario, layer, full_path, grid, reach, log, out);
}

void vector_file_close(struct vector_file *file) {
    struct gdal_words said;
    gdal_begin(&said);
    for (size_t i = 0; i < file->n_features; i++) {
        OGR_G_DestroyGeometry(file->features[i].shape);
        OGR_F_Destroy(file->features[i].row);
    }
    free(file->features);
    free(file->categories);
    if (file->dataset) GDALClose(file->dataset);
    if (file->srs) OSRRelease(file->srs);
    gdal_end();
    arena_free(&file->arena);
    *file = (struct vector_file){0};
}
