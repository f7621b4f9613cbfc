/* Reference systems through OSR; boxes through a lattice of points, since edges bend. */
#include "geo/srs.h"

#include <cpl_conv.h>
#include <math.h>
#include <ogr_api.h>
#include <stdio.h>
#include <string.h>

#include "geo/gdal_words.h"

enum { BOX_STEPS = 40 };

status srs_read(const char *words, OGRSpatialReferenceH *out) {
    struct gdal_words said;
    gdal_begin(&said);
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    OGRErr error = OSRSetFromUserInput(srs, words);
    gdal_end();
    *out = NULL;
    if (error != OGRERR_NONE) {
        OSRRelease(srs);
        return status_fail(LODE_BAD_DATA, "unknown crs '%s' (%s): write an EPSG code such as EPSG:5070", words,
                           gdal_said(&said, "not understood by PROJ"));
    }
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    *out = srs;
    return NULL;
}

void srs_name(OGRSpatialReferenceH srs, char name[SRS_NAME_MAX]) {
    const char *authority = OSRGetAuthorityName(srs, NULL), *code = OSRGetAuthorityCode(srs, NULL), *long_name = OSRGetName(srs);
    if (authority && code)
        snprintf(name, SRS_NAME_MAX, "%s:%s", authority, code);
    else
        snprintf(name, SRS_NAME_MAX, "%s", long_name ? long_name : "unnamed");
}

void srs_describe(OGRSpatialReferenceH srs, struct arena *arena, struct grid *grid) {
    char *wkt = NULL;
    const char *const options[] = {"FORMAT=WKT2_2019", NULL};
    OSRExportToWktEx(srs, &wkt, options);
    grid->wkt = wkt ? arena_copy(arena, wkt) : NULL;
    CPLFree(wkt);
    grid->geographic = OSRIsGeographic(srs) && !OSRIsProjected(srs);
    grid->unit_m = grid->geographic ? 1 : OSRGetLinearUnits(srs, NULL);
    OGRErr error = OGRERR_NONE;
    grid->semi_major_m = OSRGetSemiMajor(srs, &error);
    double inverse = OSRGetInvFlattening(srs, &error);
    grid->flattening = inverse > 0 ? 1 / inverse : 0;
}

status srs_place(const struct grid *grid, GDALDatasetH dataset) {
    double gt[] = {grid->x0, grid->dx, 0, grid->y0, 0, -grid->dy};
    OGRSpatialReferenceH srs = NULL;
    TRY(srs_read(grid->wkt, &srs));
    GDALSetSpatialRef(dataset, srs);
    OSRRelease(srs);
    GDALSetGeoTransform(dataset, gt);
    return NULL;
}

bool srs_is_undefined(OGRSpatialReferenceH srs) {
    const char *name = srs ? OSRGetName(srs) : NULL;
    return !srs || (name && strncmp(name, "Undefined ", strlen("Undefined ")) == 0);
}

struct box box_empty(void) {
    return (struct box){INFINITY, INFINITY, -INFINITY, -INFINITY};
}

void box_add(struct box *box, double x, double y) {
    if (!isfinite(x) || !isfinite(y)) return;
    *box = (struct box){fmin(box->west, x), fmin(box->south, y), fmax(box->east, x), fmax(box->north, y)};
}

bool box_is_empty(const struct box *box) {
    return box->west > box->east;
}

bool box_meets(const struct box *a, const struct box *b) {
    return !box_is_empty(a) && !box_is_empty(b) && a->west <= b->east && b->west <= a->east && a->south <= b->north && b->south <= a->north;
}

struct box box_of_window(const struct grid *grid, struct window window) {
    double x = grid->x0 + (double)window.col0 * grid->dx, y = grid->y0 - (double)window.row0 * grid->dy;
    return (struct box){x, y - (double)window.rows * grid->dy, x + (double)window.cols * grid->dx, y};
}

struct box box_transform(const struct box *box, OGRCoordinateTransformationH transform) {
    struct box out = box_empty();
    for (int j = 0; j <= BOX_STEPS; j++) {
        double x[BOX_STEPS + 1], y[BOX_STEPS + 1];
        int good[BOX_STEPS + 1];
        for (int i = 0; i <= BOX_STEPS; i++) {
            x[i] = i == BOX_STEPS ? box->east : box->west + (box->east - box->west) * i / BOX_STEPS;
            y[i] = j == BOX_STEPS ? box->north : box->south + (box->north - box->south) * j / BOX_STEPS;
        }
        OCTTransformEx(transform, BOX_STEPS + 1, x, y, NULL, good);
        for (int i = 0; i <= BOX_STEPS; i++)
            if (good[i]) box_add(&out, x[i], y[i]);
    }
    return out;
}

bool box_meets_lonlat(const struct box *a, const struct box *b) {
    for (int turn = -1; turn <= 1; turn++) {
        struct box shifted = {a->west + 360 * turn, a->south, a->east + 360 * turn, a->north};
        if (box_meets(&shifted, b)) return true;
    }
    return false;
}

OGRCoordinateTransformationH srs_transform(OGRSpatialReferenceH from, OGRSpatialReferenceH to) {
    OGRSpatialReferenceH lonlat = NULL;
    if (!from || !to) {
        lonlat = OSRNewSpatialReference(NULL);
        if (OSRImportFromEPSG(lonlat, 4326) != OGRERR_NONE) OSRSetWellKnownGeogCS(lonlat, "WGS84");
        OSRSetAxisMappingStrategy(lonlat, OAMS_TRADITIONAL_GIS_ORDER);
    }
    OGRCoordinateTransformationH transform = OCTNewCoordinateTransformation(from ? from : lonlat, to ? to : lonlat);
    if (lonlat) OSRRelease(lonlat);
    return transform;
}

int srs_utm(double lon, double lat) {
    int zone = (int)floor((lon + 180) / 6) % 60;
    return (lat < 0 ? 32701 : 32601) + (zone < 0 ? zone + 60 : zone);
}
