/* A temporary folder of small layers made through GDAL, a grid over them, and what the log said. */
#ifndef LODE_TESTS_GEO_WORLD_H
#define LODE_TESTS_GEO_WORLD_H

#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "geo/crs.h"
#include "model/scenario.h"

struct world {
    char folder[64], path[200];
    struct scenario scenario;
    struct layer layer;
    struct arena arena;
    struct grid grid;
    struct log log;
    char said[4000]; /* infos and warnings */
};

static inline void world_hear(void *user, const lode_event *event) {
    struct world *world = user;
    if (event->level == LODE_PROGRESS) return;
    size_t used = strlen(world->said);
    snprintf(world->said + used, sizeof world->said - used, "%s: %s\n", event->level == LODE_WARNING ? "warning" : "info", event->text);
}

static inline int world_open(void **state) {
    struct world *world = calloc(1, sizeof *world);
    GDALAllRegister();
    snprintf(world->folder, sizeof world->folder, "/tmp/lode-geo-XXXXXX");
    if (!mkdtemp(world->folder)) return -1;
    world->scenario = (struct scenario){.path = "test.yaml", .n_layers = 1, .layers = &world->layer};
    world->scenario.grid.at.line = 3;
    world->log = (struct log){.on_event = world_hear, .user = world, .share_to = 1, .stage = ""};
    *state = world;
    return 0;
}

static inline int world_close(void **state) {
    struct world *world = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", world->folder);
    int left = system(command);
    arena_free(&world->arena);
    log_free(&world->log);
    free(world);
    return left;
}

static inline const char *world_path(struct world *world, const char *name) {
    snprintf(world->path, sizeof world->path, "%s/%s", world->folder, name);
    return world->path;
}

/* A grid given directly as a scenario would: extent in `crs` itself. */
static inline void world_grid(struct world *world, const char *crs, double west, double south, double east, double north, double cell) {
    world->scenario.grid.crs = world->scenario.grid.extent_crs = crs;
    const double extent[] = {west, south, east, north};
    memcpy(world->scenario.grid.extent, extent, sizeof extent);
    world->scenario.grid.cell_x = world->scenario.grid.cell_y = cell;
    world->scenario.grid.cell_in_degrees = strcmp(crs, "EPSG:4326") == 0;
    status failed = crs_grid(&world->scenario, &world->arena, &world->grid);
    if (failed) fail_msg("%s", lode_error_message(failed));
}

static inline void world_layer(struct world *world, const char *name, const char *file, enum layer_kind kind) {
    world->said[0] = '\0';
    world->layer =
        (struct layer){.name = name, .at = {14, 3}, .kind = kind, .band = 1, .nodata = NAN, .scale = NAN, .offset = NAN, .all_touched = UNSET};
    world->layer.path = arena_copy(&world->arena, file);
    world->layer.full_path = arena_copy(&world->arena, world_path(world, file));
}

static inline void wrong(status failed) {
    if (!failed) return;
    print_error("%s\n", lode_error_message(failed));
    lode_error_free(failed);
    fail();
}

/* The failure must have this code and name all of `parts` (NULL-ended). */
static inline void fails_with(status failed, lode_code code, const char *const *parts) {
    if (!failed) fail_msg("no failure where one with '%s' was expected", *parts);
    for (; *parts; parts++)
        if (!strstr(lode_error_message(failed), *parts)) fail_msg("'%s' is not in: %s", *parts, lode_error_message(failed));
    assert_int_equal(lode_error_code(failed), code);
    lode_error_free(failed);
}
#define FAILS_WITH(failed, code, ...) fails_with((failed), (code), (const char *const[]){__VA_ARGS__, NULL})

struct raster_spec {
    const char *crs; /* NULL: none */
    double x0, y0, dx, dy;
    int width, height, bands;
    GDALDataType type;
    double nodata; /* NaN: none */
    double (*value)(double x, double y);
};

static inline GDALDatasetH make_raster(struct world *world, const char *file, const struct raster_spec *spec) {
    GDALDatasetH made = GDALCreate(GDALGetDriverByName("GTiff"), world_path(world, file), spec->width, spec->height, spec->bands ? spec->bands : 1,
                                   spec->type ? spec->type : GDT_Float32, NULL);
    assert_non_null(made);
    double gt[] = {spec->x0, spec->dx, 0, spec->y0, 0, -spec->dy};
    GDALSetGeoTransform(made, gt);
    if (spec->crs) {
        OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
        OSRSetFromUserInput(srs, spec->crs);
        GDALSetSpatialRef(made, srs);
        OSRRelease(srs);
    }
    double *row = malloc(sizeof *row * (size_t)spec->width);
    for (int b = 1; b <= GDALGetRasterCount(made); b++) {
        GDALRasterBandH band = GDALGetRasterBand(made, b);
        if (!isnan(spec->nodata)) GDALSetRasterNoDataValue(band, spec->nodata);
        for (int r = 0; r < spec->height; r++) {
            for (int c = 0; c < spec->width; c++) row[c] = spec->value(spec->x0 + (c + 0.5) * spec->dx, spec->y0 - (r + 0.5) * spec->dy);
            assert_int_equal(GDALRasterIO(band, GF_Write, 0, r, spec->width, 1, row, spec->width, 1, GDT_Float64, 0, 0), CE_None);
        }
    }
    free(row);
    return made;
}

struct shape_spec {
    const char *wkt; /* NULL: no geometry */
    const char *name;
    double value;
};

/* Adds a layer with fields name (text), value (real), kind (text, the first letter of the name) to a GeoPackage. */
static inline void make_shapes(struct world *world, const char *file, const char *layer_name, const char *crs, const struct shape_spec *shapes,
                               int count) {
    GDALDatasetH made = GDALOpenEx(world_path(world, file), GDAL_OF_VECTOR | GDAL_OF_UPDATE, NULL, NULL, NULL);
    if (!made) made = GDALCreate(GDALGetDriverByName("GPKG"), world->path, 0, 0, 0, GDT_Unknown, NULL);
    assert_non_null(made);
    OGRSpatialReferenceH srs = crs ? OSRNewSpatialReference(NULL) : NULL;
    if (crs) {
        OSRSetFromUserInput(srs, crs);
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    }
    OGRLayerH layer = GDALDatasetCreateLayer(made, layer_name, srs, wkbUnknown, NULL);
    assert_non_null(layer);
    const struct {
        const char *name;
        OGRFieldType type;
    } fields[] = {{"name", OFTString}, {"value", OFTReal}, {"kind", OFTString}};
    for (int i = 0; i < 3; i++) {
        OGRFieldDefnH field = OGR_Fld_Create(fields[i].name, fields[i].type);
        OGR_L_CreateField(layer, field, FALSE);
        OGR_Fld_Destroy(field);
    }
    for (int i = 0; i < count; i++) {
        OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(layer));
        if (shapes[i].name) {
            OGR_F_SetFieldString(row, 0, shapes[i].name);
            OGR_F_SetFieldString(row, 2, (char[]){shapes[i].name[0], 0});
        }
        if (!isnan(shapes[i].value)) OGR_F_SetFieldDouble(row, 1, shapes[i].value);
        OGRGeometryH shape = NULL;
        char *wkt = (char *)shapes[i].wkt;
        if (wkt) assert_int_equal(OGR_G_CreateFromWkt(&wkt, NULL, &shape), OGRERR_NONE);
        if (shape) OGR_F_SetGeometryDirectly(row, shape);
        assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
        OGR_F_Destroy(row);
    }
    if (srs) OSRRelease(srs);
    GDALClose(made);
}

/* Deterministic numbers 0..1. */
static inline double random_share(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

#endif
