/* Asks GDAL and PROJ for what jobs use: versions, the crs database by two look-ups, drivers by name. */
#include "geo/health.h"

#include <gdal.h>
#include <ogr_srs_api.h>
#include <stdlib.h>

#include "geo/gdal_words.h"

static const char *const drivers[] = {"GTiff", "COG", "GPKG", "GeoJSON", "CSV", "MEM"};
static const int codes[] = {4326, 5070};
enum { N_DRIVERS = sizeof drivers / sizeof *drivers, N_CODES = sizeof codes / sizeof *codes, N_ITEMS = 3 + N_DRIVERS };

static struct health_item gdal_item(struct arena *arena) {
    bool ok = atoi(GDALVersionInfo("VERSION_NUM")) >= 3060000;
    return (struct health_item){"GDAL", ok, arena_copy(arena, GDALVersionInfo("RELEASE_NAME")), ok ? "" : "install GDAL 3.6 or newer"};
}

static struct health_item proj_item(struct arena *arena) {
    int major, minor, patch;
    OSRGetPROJVersion(&major, &minor, &patch);
    bool ok = major >= 9;
    return (struct health_item){"PROJ", ok, arena_print(arena, "%d.%d.%d", major, minor, patch), ok ? "" : "install PROJ 9 or newer"};
}

static struct health_item database_item(struct arena *arena) {
    struct health_item item = {"proj.db", true, "EPSG:4326 and EPSG:5070 are known", ""};
    for (int i = 0; i < N_CODES && item.ok; i++) {
        struct gdal_words said;
        gdal_begin(&said);
        OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
        item.ok = OSRImportFromEPSG(srs, codes[i]) == OGRERR_NONE;
        OSRRelease(srs);
        gdal_end();
        if (item.ok) continue;
        item.detail = arena_print(arena, "EPSG:%d is not found: %s", codes[i], gdal_said(&said, "no crs database"));
        item.remedy = "install proj-data, or set PROJ_DATA to the folder that holds proj.db";
    }
    return item;
}

static struct health_item driver_item(struct arena *arena, const char *name) {
    GDALDriverH driver = GDALGetDriverByName(name);
    return (struct health_item){arena_print(arena, "driver %s", name), driver != NULL,
                                driver ? arena_copy(arena, GDALGetDriverLongName(driver)) : "not in this GDAL",
                                driver ? "" : "install a full GDAL, or unset GDAL_SKIP"};
}

status health_check(struct arena *arena, struct health_item **items, size_t *count) {
    struct health_item *list = arena_alloc(arena, N_ITEMS, sizeof *list);
    struct gdal_words said;
    if (!list) return status_no_memory();
    gdal_begin(&said);
    list[0] = gdal_item(arena);
    list[1] = proj_item(arena);
    list[2] = database_item(arena);
    for (int i = 0; i < N_DRIVERS; i++) list[3 + i] = driver_item(arena, drivers[i]);
    gdal_end();
    for (int i = 0; i < N_ITEMS; i++)
        if (!list[i].name || !list[i].detail) return status_no_memory();
    *items = list;
    *count = N_ITEMS;
    return NULL;
}
