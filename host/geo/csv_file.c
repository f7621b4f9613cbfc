/* GDAL's CSV driver reads it, every field as text. A record's line is counted from what the records above hold: one, and one for each line break
 * between quotes. */
#include "geo/csv_file.h"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "geo/gdal_words.h"

static status open_table(const char *path, const char *name, GDALDatasetH *dataset, OGRLayerH *layer) {
    static const char *const drivers[] = {"CSV", NULL}, *const options[] = {"HEADERS=YES", "AUTODETECT_TYPE=NO", NULL};
    struct gdal_words said;
    VSIStatBufL facts;
    gdal_begin(&said);
    *dataset = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, drivers, options, NULL);
    *layer = *dataset ? GDALDatasetGetLayer(*dataset, 0) : NULL;
    bool there = VSIStatL(path, &facts) == 0;
    gdal_end();
    if (*layer) return NULL;
    if (*dataset) GDALClose(*dataset);
    if (!there) return status_fail(LODE_NO_INPUT, "%s is not there: check the path and the data folder", name);
    return status_fail(LODE_BAD_DATA, "%s is not a CSV table: %s", name, gdal_said(&said, "it must end with .csv and begin with a line of names"));
}

/* GDAL ends a cell at a byte of 0 and takes all that follows a quote without an end for one cell: neither is told by it. Only a quote that begins a
 * cell counts here. */
static status check_bytes(const char *name, const char *bytes, size_t size) {
    enum { BEGIN, PLAIN, QUOTED } at = BEGIN;
    int line = 1, cell = 1, quote_line = 0, quote_cell = 0;
    for (size_t i = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; i < size; i++) {
        const char c = bytes[i];
        if (!c) return status_fail(LODE_BAD_DATA, "%s:%d:%d: a byte of 0 stands here, which no text has; save the table as UTF-8", name, line, cell);
        if (c == '\n') line++;
        if (at == QUOTED) {
            if (c == '"' && i + 1 < size && bytes[i + 1] == '"')
                i++;
            else if (c == '"')
                at = PLAIN;
        } else if (at == BEGIN && c == '"') {
            at = QUOTED, quote_line = line, quote_cell = cell;
        } else {
            at = strchr(",;\t|\r\n", c) ? BEGIN : PLAIN;
            cell = c == '\n' ? 1 : cell + (at == BEGIN && c != '\r');
        }
    }
    if (at != QUOTED) return NULL;
    return status_fail(LODE_BAD_DATA, "%s:%d:%d: a quote begins here and never ends; close it, or write \"\" for a quote within quotes", name,
                       quote_line, quote_cell);
}

/* A file that cannot be read is told by who opens it as a table. */
static status check_file(const char *path, const char *name) {
    struct gdal_words said;
    GByte *bytes = NULL;
    vsi_l_offset size = 0;
    gdal_begin(&said);
    bool read = VSIIngestFile(NULL, path, &bytes, &size, -1);
    gdal_end();
    status failure = read ? check_bytes(name, (const char *)bytes, (size_t)size) : NULL;
    VSIFree(bytes);
    return failure;
}

/* Where each wanted column is, from 1; every column of the file is wanted. */
static status find_columns(OGRLayerH layer, const char *name, const char *const *columns, size_t n_needed, size_t n_columns, int *fields) {
    OGRFeatureDefnH table = OGR_L_GetLayerDefn(layer);
    for (int f = 0; f < OGR_FD_GetFieldCount(table); f++) {
        const char *field = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(table, f)), *nearest = text_nearest(field, columns, n_columns);
        size_t c = 0;
        while (c < n_columns && strcmp(columns[c], field) != 0) c++;
        if (c == n_columns)
            return status_fail(LODE_BAD_DATA, "%s:1:%d: a column '%s' is not known here%s%s%s", name, f + 1, field, nearest ? ", did you mean '" : "",
                               nearest ? nearest : "", nearest ? "'?" : "");
        fields[c] = f + 1;
    }
    for (size_t c = 0; c < n_needed; c++)
        if (!fields[c]) return status_fail(LODE_BAD_DATA, "%s:1:1: there is no column '%s'", name, columns[c]);
    return NULL;
}

static int breaks_in(const char *text) {
    int count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

static status read_records(OGRLayerH layer, const int *fields, size_t n_columns, struct arena *arena, struct permit_rows *out) {
    size_t room = (size_t)OGR_L_GetFeatureCount(layer, 1);
    const char **cells = arena_alloc(arena, room * n_columns + 1, sizeof *cells);
    int *lines = arena_alloc(arena, room + 1, sizeof *lines), line = 2;
    if (!cells || !lines) return status_no_memory();
    OGR_L_ResetReading(layer);
    for (OGRFeatureH record; out->n_rows < room && (record = OGR_L_GetNextFeature(layer)); out->n_rows++) {
        lines[out->n_rows] = line++;
        for (size_t c = 0; c < n_columns; c++) {
            char *kept = arena_copy(arena, fields[c] ? OGR_F_GetFieldAsString(record, fields[c] - 1) : "");
            cells[out->n_rows * n_columns + c] = kept;
            line += kept ? breaks_in(kept) : 0;
            if (!kept) {
                OGR_F_Destroy(record);
                return status_no_memory();
            }
        }
        OGR_F_Destroy(record);
    }
    out->line = lines;
    out->cells = cells;
    return NULL;
}

static status read_file(const char *path, const char *name, const char *const *columns, size_t n_needed, size_t n_columns, struct arena *arena,
                        struct permit_rows *out) {
    GDALDatasetH dataset;
    OGRLayerH layer;
    int *fields = arena_alloc(arena, n_columns, sizeof *fields);
    *out = (struct permit_rows){.file = arena_copy(arena, name), .column = fields};
    if (!fields || !out->file) return status_no_memory();
    TRY(check_file(path, name));
    TRY(open_table(path, name, &dataset, &layer));
    struct gdal_words said;
    gdal_begin(&said);
    status failure = find_columns(layer, name, columns, n_needed, n_columns, fields);
    if (!failure) failure = read_records(layer, fields, n_columns, arena, out);
    if (!failure && said.failed) failure = status_fail(LODE_BAD_DATA, "%s: %s", name, said.text);
    GDALClose(dataset);
    gdal_end();
    return failure;
}

status csv_read(const char *path, const char *const *columns, size_t n_columns, struct arena *arena, struct permit_rows *out) {
    return read_file(path, path, columns, n_columns, n_columns, arena, out);
}

status csv_read_some(const char *path, const char *const *columns, size_t n_needed, size_t n_columns, struct arena *arena, struct permit_rows *out) {
    VSIStatBufL facts;
    if (VSIStatL(path, &facts) != 0 || facts.st_size > 0) return read_file(path, path, columns, n_needed, n_columns, arena, out);
    *out = (struct permit_rows){.file = arena_copy(arena, path)};
    return out->file ? NULL : status_no_memory();
}

status csv_read_bytes(const char *name, const char *bytes, const char *const *columns, size_t n_columns, struct arena *arena,
                      struct permit_rows *out) {
    char path[64];
    snprintf(path, sizeof path, "/vsimem/lodescan_table_%p.csv", (void *)out);
    VSILFILE *file = VSIFileFromMemBuffer(path, (GByte *)(size_t)bytes, strlen(bytes), FALSE);
    if (!file) return status_no_memory();
    VSIFCloseL(file);
    status failure = read_file(path, name, columns, n_columns, n_columns, arena, out);
    VSIUnlink(path);
    return failure;
}
