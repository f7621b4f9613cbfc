/* GeoTIFF through GDAL, vectors through OGR. Coordinates are whole metres before they are projected, and places in other
 * reference systems are looked up to the metre, so that rounding in PROJ does not reach the files. */
#include "write.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise.h"
#include "region.h"

static double to_metre(double m) {
    return floor(m + 0.5);
}

static OGRSpatialReferenceH crs_of(int epsg) {
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
    if (OSRImportFromEPSG(crs, epsg) != OGRERR_NONE) fprintf(stderr, "make_demo: EPSG:%d is unknown to PROJ; is proj.db installed?\n", epsg);
    return crs;
}

/* From one crs to another; NULL when they are the same. */
static OGRCoordinateTransformationH transform_open(int from, int to) {
    if (from == to) return NULL;
    OGRSpatialReferenceH a = crs_of(from), b = crs_of(to);
    OGRCoordinateTransformationH transform = OCTNewCoordinateTransformation(a, b);
    OSRRelease(a);
    OSRRelease(b);
    return transform;
}

static void file_path(const char *folder, const char *file, char *path, size_t size) {
    snprintf(path, size, "%s/%s", folder, file);
}

/* Values of one row; places of a foreign crs are brought to the region's. */
static bool raster_row(const struct demo_raster *raster, uint64_t seed, OGRCoordinateTransformationH home, int band, int row, int32_t *values) {
    for (int col = 0; col < raster->cols; col++) {
        double x = raster->west + (col + 0.5) * raster->cell, y = raster->north - (row + 0.5) * raster->cell;
        if (home && !OCTTransform(home, 1, &x, &y, NULL)) return false;
        values[col] = raster->value(seed, band, (to_metre(x) - KM_X_M) / 1000, (to_metre(y) - KM_Y_M) / 1000);
    }
    return true;
}

static void raster_describe(GDALDatasetH file, const struct demo_raster *raster) {
    double transform[6] = {raster->west, raster->cell, 0, raster->north, 0, -raster->cell};
    OGRSpatialReferenceH crs = crs_of(raster->epsg);
    GDALSetGeoTransform(file, transform);
    GDALSetSpatialRef(file, crs);
    OSRRelease(crs);
    for (int b = 0; b < raster->bands; b++) {
        GDALRasterBandH band = GDALGetRasterBand(file, b + 1);
        if (raster->nodata != DEMO_NO_NODATA) GDALSetRasterNoDataValue(band, raster->nodata);
        if (raster->band_names) GDALSetDescription(band, raster->band_names[b]);
        if (raster->class_names) GDALSetRasterCategoryNames(band, (char **)raster->class_names);
        if (raster->unit) GDALSetRasterUnitType(band, raster->unit);
    }
}

bool demo_write_raster(const char *folder, uint64_t seed, const struct demo_raster *raster) {
    char path[4096];
    file_path(folder, raster->file, path, sizeof path);
    VSIUnlink(path);
    char **options = CSLSetNameValue(NULL, "COMPRESS", "DEFLATE");
    options = CSLSetNameValue(options, "PREDICTOR", "2");
    options = CSLSetNameValue(options, "TILED", "YES");
    options = CSLSetNameValue(options, "INTERLEAVE", "BAND");
    GDALDatasetH file = GDALCreate(GDALGetDriverByName("GTiff"), path, raster->cols, raster->rows, raster->bands, raster->type, options);
    CSLDestroy(options);
    OGRCoordinateTransformationH home = transform_open(raster->epsg, REGION_EPSG);
    int32_t *values = calloc((size_t)raster->cols, sizeof *values);
    bool good = file && values;
    if (file) raster_describe(file, raster);
    for (int b = 0; good && b < raster->bands; b++)
        for (int row = 0; good && row < raster->rows; row++)
            good = raster_row(raster, seed, home, b, row, values) && GDALRasterIO(GDALGetRasterBand(file, b + 1), GF_Write, 0, row, raster->cols, 1,
                                                                                  values, raster->cols, 1, GDT_Int32, 0, 0) == CE_None;
    free(values);
    if (home) OCTDestroyCoordinateTransformation(home);
    if (file) GDALClose(file);
    if (!good) fprintf(stderr, "make_demo: cannot write %s: %s\n", path, CPLGetLastErrorMsg());
    return good;
}

static void point_add(OGRGeometryH line, OGRCoordinateTransformationH out, double x_km, double y_km) {
    double x = to_metre(KM_X_M + 1000 * x_km), y = to_metre(KM_Y_M + 1000 * y_km);
    if (out && OCTTransform(out, 1, &x, &y, NULL)) {
        x = floor(x * 1e7 + 0.5) / 1e7;
        y = floor(y * 1e7 + 0.5) / 1e7;
    }
    OGR_G_AddPoint_2D(line, x, y);
}

/* A vertex about each kilometre of a leg, moved sideways by noise; the given vertices stay where they are. */
static void leg_add(OGRGeometryH line, OGRCoordinateTransformationH out, uint64_t seed, double wiggle, const double a[2], const double b[2]) {
    double dx = b[0] - a[0], dy = b[1] - a[1], length = sqrt(dx * dx + dy * dy);
    int steps = wiggle > 0 ? (int)length + 1 : 1;
    for (int i = 0; i < steps; i++) {
        double t = (double)i / steps, bow = 4 * t * (1 - t) * wiggle;
        double x = a[0] + t * dx, y = a[1] + t * dy;
        point_add(line, out, x + bow * noise_smooth(seed + 71, x, y), y + bow * noise_smooth(seed + 72, x, y));
    }
}

static OGRGeometryH shape_geometry(const struct demo_vector *vector, const struct demo_shape *shape, OGRCoordinateTransformationH out,
                                   uint64_t seed) {
    if (vector->type == wkbPoint) {
        OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
        point_add(point, out, shape->km[0][0], shape->km[0][1]);
        return point;
    }
    bool ring = vector->type == wkbPolygon;
    OGRGeometryH line = OGR_G_CreateGeometry(ring ? wkbLinearRing : wkbLineString);
    for (size_t i = 0; i + 1 < shape->count; i++) leg_add(line, out, seed, ring ? 0 : vector->wiggle_km, shape->km[i], shape->km[i + 1]);
    point_add(line, out, shape->km[shape->count - 1][0], shape->km[shape->count - 1][1]);
    if (!ring) return line;
    point_add(line, out, shape->km[0][0], shape->km[0][1]);
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    OGR_G_AddGeometryDirectly(polygon, line);
    return polygon;
}

static bool field_add(OGRLayerH layer, const char *name, OGRFieldType type) {
    if (!name) return true;
    OGRFieldDefnH field = OGR_Fld_Create(name, type);
    bool good = OGR_L_CreateField(layer, field, 1) == OGRERR_NONE;
    OGR_Fld_Destroy(field);
    return good;
}

static bool shape_write(OGRLayerH layer, const struct demo_vector *vector, const struct demo_shape *shape, OGRCoordinateTransformationH out,
                        uint64_t seed) {
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGR_F_SetFieldString(feature, 0, shape->name);
    int next = 1;
    if (vector->number_field) OGR_F_SetFieldDouble(feature, next++, shape->number);
    if (vector->text_field) OGR_F_SetFieldString(feature, next, shape->text);
    OGR_F_SetGeometryDirectly(feature, shape_geometry(vector, shape, out, seed));
    bool good = OGR_L_CreateFeature(layer, feature) == OGRERR_NONE;
    OGR_F_Destroy(feature);
    return good;
}

bool demo_write_vector(const char *folder, uint64_t seed, const struct demo_vector *vector, bool append) {
    char path[4096];
    file_path(folder, vector->file, path, sizeof path);
    if (!append) VSIUnlink(path);
    GDALDatasetH file = append ? GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_UPDATE, NULL, NULL, NULL)
                               : GDALCreate(GDALGetDriverByName(vector->driver), path, 0, 0, 0, GDT_Unknown, NULL);
    OGRSpatialReferenceH crs = crs_of(vector->epsg);
    OGRLayerH layer = file ? GDALDatasetCreateLayer(file, vector->layer, crs, vector->type, NULL) : NULL;
    OGRCoordinateTransformationH out = transform_open(REGION_EPSG, vector->epsg);
    bool good = layer && field_add(layer, "name", OFTString) && field_add(layer, vector->number_field, OFTReal) &&
                field_add(layer, vector->text_field, OFTString);
    for (size_t i = 0; good && i < vector->count; i++) good = shape_write(layer, vector, &vector->shapes[i], out, seed + 100 * (i + 1));
    if (out) OCTDestroyCoordinateTransformation(out);
    OSRRelease(crs);
    if (file) GDALClose(file);
    if (!good) fprintf(stderr, "make_demo: cannot write layer %s of %s: %s\n", vector->layer, path, CPLGetLastErrorMsg());
    return good;
}

bool demo_lonlat(double x_km, double y_km, double *lon, double *lat) {
    OGRCoordinateTransformationH out = transform_open(REGION_EPSG, 4326);
    double x = KM_X_M + 1000 * x_km, y = KM_Y_M + 1000 * y_km;
    bool good = out && OCTTransform(out, 1, &x, &y, NULL);
    if (out) OCTDestroyCoordinateTransformation(out);
    *lon = floor(x * 1e6 + 0.5) / 1e6;
    *lat = floor(y * 1e6 + 0.5) / 1e6;
    return good;
}
