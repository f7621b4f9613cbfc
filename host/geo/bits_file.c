/* One cell is read at a time: few sites are asked about, and GDAL keeps their blocks. Floats would lose bits beyond the 24th. */
#include "geo/bits_file.h"

#include <gdal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "geo/gdal_words.h"

enum { BITS_MAX = 64, KEY_MAX = 16 };

struct bits_file {
    char *path;
    GDALDatasetH dataset;
    GDALRasterBandH band;
};

status bits_file_open(const char *path, struct bits_file **out) {
    struct bits_file *file;
    *out = NULL;
    TRY(MEMORY_ARRAY(1, &file));
    file->path = strdup(path);
    if (!file->path) {
        bits_file_close(file);
        return status_no_memory();
    }
    struct gdal_words words;
    gdal_begin(&words);
    file->dataset = GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY, NULL, NULL, NULL);
    gdal_end();
    file->band = file->dataset ? GDALGetRasterBand(file->dataset, 1) : NULL;
    if (!file->band) {
        bits_file_close(file);
        return status_fail(LODE_BAD_DATA, "%s: cannot be read: %s", path, gdal_said(&words, "it is no raster"));
    }
    *out = file;
    return NULL;
}

void bits_file_close(struct bits_file *file) {
    if (!file) return;
    if (file->dataset) GDALClose(file->dataset);
    free(file->path);
    free(file);
}

static int bit_called(const struct bits_file *file, const char *name) {
    char key[KEY_MAX];
    for (int bit = 0; bit < BITS_MAX; bit++) {
        snprintf(key, sizeof key, "BIT_%d", bit);
        const char *said = GDALGetMetadataItem(file->band, key, NULL);
        if (said && strcmp(said, name) == 0) return bit;
    }
    return -1;
}

status bits_file_holds(const struct bits_file *file, const char *name, int64_t col, int64_t row, bool *out) {
    struct gdal_words words;
    uint64_t bits = 0;
    int bit = bit_called(file, name);
    *out = false;
    if (bit < 0) return NULL;
    gdal_begin(&words);
    CPLErr done = GDALRasterIO(file->band, GF_Read, (int)col, (int)row, 1, 1, &bits, 1, 1, GDT_UInt64, 0, 0);
    gdal_end();
    if (done != CE_None)
        return status_fail(LODE_IO, "%s: the cell in column %lld, row %lld cannot be read: %s", file->path, (long long)col, (long long)row,
                           gdal_said(&words, "no cause is known"));
    *out = bits >> bit & 1;
    return NULL;
}
