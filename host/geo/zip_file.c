/* Through GDAL's own zip (APPNOTE 6.3). Releases before 3.7 write no time at all, later ones the one they are given: the first that zip knows. */
#include "geo/zip_file.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "geo/gdal_words.h"

static const char *const undated[] = {"TIMESTAMP=315532800", NULL};
enum { CHUNK = 1 << 30 };

struct zip_file {
    void *handle;
    char *path;
};

static status blame(const struct zip_file *zip, const struct gdal_words *said) {
    return status_fail(LODE_IO, "%s: cannot be written: %s", zip->path, gdal_said(said, "is the disk full?"));
}

status zip_file_open(const char *path, struct zip_file **out) {
    struct zip_file *zip = NULL;
    struct gdal_words said;
    *out = NULL;
    TRY(MEMORY_ARRAY(1, &zip));
    zip->path = strdup(path);
    gdal_begin(&said);
    zip->handle = zip->path ? CPLCreateZip(path, NULL) : NULL;
    gdal_end();
    status failure = !zip->path ? status_no_memory() : zip->handle ? NULL : blame(zip, &said);
    if (failure) {
        free(zip->path);
        free(zip);
    } else {
        *out = zip;
    }
    return failure;
}

static bool write_all(struct zip_file *zip, const char *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        int part = size - done < CHUNK ? (int)(size - done) : CHUNK;
        if (CPLWriteFileInZip(zip->handle, bytes + done, part) != CE_None) return false;
        done += (size_t)part;
    }
    return true;
}

status zip_file_add(struct zip_file *zip, const char *name, const void *bytes, size_t size) {
    struct gdal_words said;
    gdal_begin(&said);
    bool good = CPLCreateFileInZip(zip->handle, name, (char **)undated) == CE_None;
    if (good) {
        good = write_all(zip, bytes, size);
        good = CPLCloseFileInZip(zip->handle) == CE_None && good;
    }
    gdal_end();
    return good ? NULL : blame(zip, &said);
}

status zip_file_close(struct zip_file *zip) {
    struct gdal_words said;
    if (!zip) return NULL;
    gdal_begin(&said);
    bool good = CPLCloseZip(zip->handle) == CE_None;
    gdal_end();
    status failure = good ? NULL : blame(zip, &said);
    free(zip->path);
    free(zip);
    return failure;
}
