/* Site tables through OGR. Dates are pinned, so that two runs give the same bytes. */
#include "geo/site_writer.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "geo/gdal_words.h"
#include "geo/site_style.h"
#include "geo/srs.h"

#define NO_DATE "1970-01-01T00:00:00.000Z"

/* One open file; the failure is kept and further calls do nothing. */
struct sheet {
    const char *path;
    GDALDatasetH dataset;
    struct gdal_words said;
    status failed;
    char *pinned;     /* the thread's OGR_CURRENT_DATE before */
    bool bare, quick; /* without SpatiaLite's functions; with SQLite's journal in memory: a file that is not whole is never published */
};

static void sheet_open(struct sheet *sheet, const char *path, const char *driver_name) {
    *sheet = (struct sheet){.path = path};
    gdal_begin(&sheet->said);
    sheet->pinned = CPLStrdup(CPLGetThreadLocalConfigOption("OGR_CURRENT_DATE", ""));
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", NO_DATE);
    sheet->bare = gdal_set("SPATIALITE_LOAD", "NO");
    sheet->quick = gdal_set("OGR_SQLITE_JOURNAL", "MEMORY");
    GDALDriverH driver = GDALGetDriverByName(driver_name);
    if (driver) sheet->dataset = GDALCreate(driver, path, 0, 0, 0, GDT_Unknown, NULL);
    if (!sheet->dataset)
        sheet->failed =
            status_fail(LODE_IO, "cannot create %s: %s", path, gdal_said(&sheet->said, driver ? "no reason given" : "GDAL has no such driver"));
}

static status sheet_close(struct sheet *sheet) {
    if (sheet->dataset) GDALClose(sheet->dataset);
    if (!sheet->failed && sheet->said.failed) sheet->failed = status_fail(LODE_IO, "writing %s failed: %s", sheet->path, gdal_said(&sheet->said, ""));
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", sheet->pinned[0] ? sheet->pinned : NULL);
    CPLFree(sheet->pinned);
    if (sheet->bare) gdal_unset("SPATIALITE_LOAD");
    if (sheet->quick) gdal_unset("OGR_SQLITE_JOURNAL");
    gdal_end();
    return sheet->failed;
}

static void sheet_check(struct sheet *sheet, bool good, const char *doing) {
    if (!good && !sheet->failed)
        sheet->failed = status_fail(LODE_IO, "%s: %s failed: %s", sheet->path, doing, gdal_said(&sheet->said, "is the disk full?"));
}

static OGRLayerH sheet_layer(struct sheet *sheet, const char *name, OGRwkbGeometryType type, char **options) {
    OGRSpatialReferenceH srs = NULL;
    if (sheet->failed) return NULL;
    if (type != wkbNone) sheet->failed = srs_read("EPSG:4326", &srs);
    OGRLayerH layer = sheet->failed ? NULL : GDALDatasetCreateLayer(sheet->dataset, name, srs, type, options);
    if (srs) OSRRelease(srs);
    sheet_check(sheet, layer != NULL, "creating a layer");
    return layer;
}

static void add_field(struct sheet *sheet, OGRLayerH layer, const struct column *column, enum column_type type) {
    static const OGRFieldType types[] = {
        [COLUMN_TEXT] = OFTString, [COLUMN_INTEGER] = OFTInteger64, [COLUMN_REAL] = OFTReal, [COLUMN_JSON] = OFTString};
    if (!layer || sheet->failed) return;
    OGRFieldDefnH field = OGR_Fld_Create(column->name, types[type]);
    if (type == COLUMN_JSON) OGR_Fld_SetSubType(field, OFSTJSON);
    if (column->alias) OGR_Fld_SetAlternativeName(field, column->alias);
    sheet_check(sheet, OGR_L_CreateField(layer, field, FALSE) == OGRERR_NONE, "creating a field");
    OGR_Fld_Destroy(field);
}

static void set_value(OGRFeatureH row, int field, const struct table *table, size_t r, size_t c) {
    size_t at = r * table->n_columns + c;
    const union value *value = &table->values[at];
    enum column_type type = table->columns[c].type;
    bool words = type == COLUMN_TEXT || type == COLUMN_JSON;
    bool missing = words ? !value->text : type == COLUMN_REAL ? !isfinite(value->real) : table->missing_integer && table->missing_integer[at];
    if (missing)
        OGR_F_SetFieldNull(row, field);
    else if (words)
        OGR_F_SetFieldString(row, field, value->text);
    else if (type == COLUMN_REAL)
        OGR_F_SetFieldDouble(row, field, value->real);
    else
        OGR_F_SetFieldInteger64(row, field, value->integer);
}

static OGRGeometryH line_of(const struct line *line) {
    OGRGeometryH made = OGR_G_CreateGeometry(wkbLineString);
    OGR_G_SetPointCount(made, (int)line->count);
    for (size_t i = 0; i < line->count; i++) OGR_G_SetPoint_2D(made, (int)i, line->lon[i], line->lat[i]);
    return made;
}

/* NULL where there is no place, or a line that would be a single one. */
static OGRGeometryH shape_of(const struct table *table, size_t r) {
    if (table->lines) return table->lines[r].count > 1 ? line_of(&table->lines[r]) : NULL;
    if (!isfinite(table->lon[r]) || !isfinite(table->lat[r])) return NULL;
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(point, 0, table->lon[r], table->lat[r]);
    return point;
}

/* The row's values into fields of the same name (those the layer lacks are left out), and its point or line. */
static void add_row(struct sheet *sheet, OGRLayerH layer, const struct table *table, size_t r, bool with_shape) {
    if (sheet->failed) return;
    OGRFeatureDefnH fields = OGR_L_GetLayerDefn(layer);
    OGRFeatureH row = OGR_F_Create(fields);
    int target = OGR_FD_GetFieldIndex(fields, "target"), lon = OGR_FD_GetFieldIndex(fields, "lon"), lat = OGR_FD_GetFieldIndex(fields, "lat");
    for (size_t c = 0; c < table->n_columns; c++) {
        int field = OGR_FD_GetFieldIndex(fields, table->columns[c].name);
        if (field >= 0) set_value(row, field, table, r, c);
    }
    if (target >= 0 && !OGR_F_IsFieldSet(row, target)) OGR_F_SetFieldString(row, target, table->name);
    OGRGeometryH shape = with_shape ? shape_of(table, r) : NULL;
    if (!with_shape && lon >= 0 && lat >= 0) {
        OGR_F_SetFieldDouble(row, lon, table->lon[r]);
        OGR_F_SetFieldDouble(row, lat, table->lat[r]);
    }
    if (shape) OGR_F_SetGeometryDirectly(row, shape);
    sheet_check(sheet, OGR_L_CreateFeature(layer, row) == OGRERR_NONE, "writing a site");
    OGR_F_Destroy(row);
}

/* The type a column has when tables that share its name are one: numbers widen, others become text. */
static enum column_type common_type(const struct table *tables, size_t count, const char *name, size_t *first_table) {
    bool seen = false;
    enum column_type type = COLUMN_TEXT;
    for (size_t t = 0; t < count; t++) {
        for (size_t c = 0; c < tables[t].n_columns; c++) {
            enum column_type here = tables[t].columns[c].type;
            if (strcmp(tables[t].columns[c].name, name) != 0) continue;
            if (!seen) *first_table = t;
            bool numbers = (here == COLUMN_REAL || here == COLUMN_INTEGER) && (type == COLUMN_REAL || type == COLUMN_INTEGER);
            type = !seen || here == type ? here : numbers ? COLUMN_REAL : COLUMN_TEXT;
            seen = true;
        }
    }
    return type;
}

static void add_union(struct sheet *sheet, OGRLayerH layer, const struct table *tables, size_t count, bool with_json) {
    for (size_t t = 0; t < count; t++) {
        for (size_t c = 0; c < tables[t].n_columns; c++) {
            const struct column *column = &tables[t].columns[c];
            size_t first = t;
            enum column_type type = common_type(tables, count, column->name, &first);
            bool named =
                strcmp(column->name, "target") == 0 || (!with_json && (strcmp(column->name, "lon") == 0 || strcmp(column->name, "lat") == 0));
            if (first == t && !named && (with_json || column->type != COLUMN_JSON)) add_field(sheet, layer, column, type);
        }
    }
}

static void add_sql_text(struct text *sql, const char *words) {
    text_add(sql, "'");
    for (; *words; words++) text_add_bytes(sql, *words == '\'' ? "''" : words, *words == '\'' ? 2 : 1);
    text_add(sql, "'");
}

static void run_sql(struct sheet *sheet, const char *sql) {
    if (sheet->failed) return;
    GDALDatasetReleaseResultSet(sheet->dataset, GDALDatasetExecuteSQL(sheet->dataset, sql, NULL, NULL));
    sheet_check(sheet, !sheet->said.failed, "describing columns");
}

/* GeoPackage's schema extension (OGC 12-128r15, annex F.9), which GDAL before 3.7 fills only in part: titles and units of columns. */
static void open_column_table(struct sheet *sheet) {
    run_sql(sheet, "CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, "
                   "description TEXT, mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), "
                   "CONSTRAINT gdc_tn UNIQUE (table_name, name))");
    run_sql(sheet, "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) SELECT 'gpkg_data_columns', NULL, "
                   "'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write' WHERE NOT EXISTS (SELECT 1 FROM "
                   "gpkg_extensions WHERE table_name = 'gpkg_data_columns')");
}

static void describe_columns(struct sheet *sheet, const struct table *table) {
    for (size_t c = 0; c < table->n_columns && !sheet->failed; c++) {
        const struct column *column = &table->columns[c];
        bool unit = column->unit && column->unit[0];
        struct text sql = {0};
        text_add(&sql, "INSERT INTO gpkg_data_columns (table_name, column_name, title, description) VALUES (");
        add_sql_text(&sql, table->name);
        text_add(&sql, ", ");
        add_sql_text(&sql, column->name);
        text_add(&sql, ", ");
        add_sql_text(&sql, column->alias ? column->alias : column->name);
        text_add(&sql, unit ? ", 'unit: ' || " : ", ");
        add_sql_text(&sql, unit ? column->unit : "");
        text_add(&sql, ") ON CONFLICT (table_name, column_name) DO UPDATE SET title = excluded.title, description = excluded.description");
        if (sql.failed)
            sheet->failed = status_no_memory();
        else
            run_sql(sheet, sql.bytes);
        text_free(&sql);
    }
}

/* The table where QGIS looks for styles. */
static OGRLayerH style_layer(struct sheet *sheet) {
    static const struct column columns[] = {{"f_table_catalog", NULL, "", COLUMN_TEXT},
                                            {"f_table_schema", NULL, "", COLUMN_TEXT},
                                            {"f_table_name", NULL, "", COLUMN_TEXT},
                                            {"f_geometry_column", NULL, "", COLUMN_TEXT},
                                            {"styleName", NULL, "", COLUMN_TEXT},
                                            {"styleQML", NULL, "", COLUMN_TEXT},
                                            {"styleSLD", NULL, "", COLUMN_TEXT},
                                            {"useAsDefault", NULL, "", COLUMN_INTEGER},
                                            {"description", NULL, "", COLUMN_TEXT},
                                            {"owner", NULL, "", COLUMN_TEXT},
                                            {"ui", NULL, "", COLUMN_TEXT},
                                            {"update_time", NULL, "", COLUMN_TEXT}};
    char *options[] = {"FID=id", NULL};
    OGRLayerH layer = sheet_layer(sheet, "layer_styles", wkbNone, options);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) add_field(sheet, layer, &columns[i], columns[i].type);
    return layer;
}

static void add_style(struct sheet *sheet, OGRLayerH styles, const struct table *table) {
    if (sheet->failed) return;
    char *qml = site_style_qml(table);
    if (!qml) {
        sheet->failed = status_no_memory();
        return;
    }
    const char *const cells[] = {"", "", table->name, "geom", table->name, qml, "", NULL, "lodescan", "", "", NO_DATE};
    OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(styles));
    for (int i = 0; i < (int)(sizeof cells / sizeof *cells); i++)
        if (cells[i]) OGR_F_SetFieldString(row, i, cells[i]);
    OGR_F_SetFieldInteger64(row, OGR_F_GetFieldIndex(row, "useAsDefault"), 1);
    sheet_check(sheet, OGR_L_CreateFeature(styles, row) == OGRERR_NONE, "writing a style");
    OGR_F_Destroy(row);
    free(qml);
}

/* Fields and rows as they are. */
static void fill_layer(struct sheet *sheet, OGRLayerH layer, const struct table *table) {
    for (size_t c = 0; c < table->n_columns; c++) add_field(sheet, layer, &table->columns[c], table->columns[c].type);
    bool transacts = !sheet->failed && GDALDatasetTestCapability(sheet->dataset, ODsCTransactions);
    if (transacts) GDALDatasetStartTransaction(sheet->dataset, FALSE);
    for (size_t r = 0; r < table->n_rows; r++) add_row(sheet, layer, table, r, true);
    if (transacts && !sheet->failed) sheet_check(sheet, GDALDatasetCommitTransaction(sheet->dataset) == OGRERR_NONE, "writing sites");
}

static void add_table(struct sheet *sheet, const struct table *table, const struct site_metadata *about) {
    char **options = CSLSetNameValue(NULL, "GEOMETRY_NAME", "geom");
    options = CSLSetNameValue(options, "FID", "fid");
    if (about && about->description) options = CSLSetNameValue(options, "DESCRIPTION", about->description);
    if (about && about->title && *about->title) {
        const char *identifier = CPLSPrintf("%s: %s", about->title, table->name);
        options = CSLSetNameValue(options, "IDENTIFIER", identifier);
    }
    OGRLayerH layer = sheet_layer(sheet, table->name, table->lines ? wkbLineString : wkbPoint, options);
    CSLDestroy(options);
    fill_layer(sheet, layer, table);
}

/* Into the tables of GeoPackage's metadata extension. */
static void describe_file(struct sheet *sheet, const struct site_metadata *about) {
    if (sheet->failed) return;
    const char *const words[][2] = {
        {"TITLE", about ? about->title : NULL}, {"CREDITS", about ? about->credits : NULL}, {"SOFTWARE", "lodescan " LODE_VERSION}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i][1] && *words[i][1]) GDALSetMetadataItem(sheet->dataset, words[i][0], words[i][1], NULL);
}

status site_writer_gpkg(const char *path, const struct table *tables, size_t count, const struct site_metadata *about) {
    struct sheet sheet;
    sheet_open(&sheet, path, "GPKG");
    describe_file(&sheet, about);
    for (size_t t = 0; t < count; t++) add_table(&sheet, &tables[t], about);
    open_column_table(&sheet);
    for (size_t t = 0; t < count; t++) describe_columns(&sheet, &tables[t]);
    OGRLayerH styles = style_layer(&sheet);
    for (size_t t = 0; t < count; t++) add_style(&sheet, styles, &tables[t]);
    return sheet_close(&sheet);
}

status site_writer_fgb(const char *path, const struct table *table) {
    struct sheet sheet;
    sheet_open(&sheet, path, "FlatGeobuf");
    fill_layer(&sheet, sheet_layer(&sheet, table->name, table->lines ? wkbLineString : wkbPoint, NULL), table);
    return sheet_close(&sheet);
}

status site_writer_geojson(const char *path, const struct table *tables, size_t count, const struct site_metadata *about) {
    struct sheet sheet;
    sheet_open(&sheet, path, "GeoJSON");
    char **options = CSLSetNameValue(NULL, "RFC7946", "YES");
    options = CSLSetNameValue(options, "COORDINATE_PRECISION", "7");
    if (about && about->description) options = CSLSetNameValue(options, "DESCRIPTION", about->description);
    OGRwkbGeometryType type = count && tables[0].lines ? wkbUnknown : wkbPoint; /* a line cut at the antimeridian becomes several */
    OGRLayerH layer = sheet_layer(&sheet, about && about->title ? about->title : "sites", type, options);
    CSLDestroy(options);
    if (!count || tables[0].name) add_field(&sheet, layer, &(struct column){"target", NULL, "", COLUMN_TEXT}, COLUMN_TEXT);
    add_union(&sheet, layer, tables, count, true);
    for (size_t t = 0; t < count; t++)
        for (size_t r = 0; r < tables[t].n_rows; r++) add_row(&sheet, layer, &tables[t], r, true);
    return sheet_close(&sheet);
}

status site_writer_geojson_text(const struct table *table, const struct site_metadata *about, char **text) {
    char path[64];
    vsi_l_offset length = 0;
    snprintf(path, sizeof path, "/vsimem/lodescan_%p.geojson", (void *)text); /* whose address no other caller has meanwhile */
    status failure = site_writer_geojson(path, table, 1, about);
    GByte *bytes = failure ? NULL : VSIGetMemFileBuffer(path, &length, FALSE);
    *text = bytes ? strndup((const char *)bytes, (size_t)length) : NULL;
    VSIUnlink(path);
    return !failure && !*text ? status_no_memory() : failure;
}

status site_writer_csv(const char *path, const struct table *tables, size_t count) {
    struct sheet sheet;
    sheet_open(&sheet, path, "CSV");
    char *options[] = {"LINEFORMAT=CRLF", "STRING_QUOTING=IF_NEEDED", NULL};
    OGRLayerH layer = sheet_layer(&sheet, "sites", wkbNone, options);
    add_field(&sheet, layer, &(struct column){"target", NULL, "", COLUMN_TEXT}, COLUMN_TEXT);
    add_field(&sheet, layer, &(struct column){"lon", NULL, "", COLUMN_REAL}, COLUMN_REAL);
    add_field(&sheet, layer, &(struct column){"lat", NULL, "", COLUMN_REAL}, COLUMN_REAL);
    add_union(&sheet, layer, tables, count, false);
    for (size_t t = 0; t < count; t++)
        for (size_t r = 0; r < tables[t].n_rows; r++) add_row(&sheet, layer, &tables[t], r, false);
    return sheet_close(&sheet);
}
