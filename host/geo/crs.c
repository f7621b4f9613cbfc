/* The scenario's grid as numbers. Its corner lies on whole multiples of the cell, so grids of one cell size share one lattice.
 * Geodesics: Karney 2013, J. Geodesy 87, through PROJ. */
#include "geo/crs.h"

#include <geodesic.h>
#include <math.h>
#include <proj.h>
#include <stdlib.h>

#include "geo/gdal_words.h"
#include "geo/places.h"
#include "geo/srs.h"

enum { EXTENT_STEPS = 64 };
static const double CELLS_MAX = 1099511627776.0; /* 2^40 */
static const double SNAP = 1e-6;                 /* of a cell: the noise of decimal cell sizes */
static const double WGS84_A = 6378137, WGS84_F = 1 / 298.257223563;

struct crs_lonlat {
    OGRCoordinateTransformationH to, from;
};

/* One significant digit, for suggestions. */
static double about(double value) {
    double digit = pow(10, floor(log10(value)));
    return round(value / digit) * digit;
}

/* One cell size in the crs' own unit. */
static status cell_size(const struct scenario *scenario, const struct grid *grid, const struct box *lonlat, double wanted, double *size) {
    double lon = (lonlat->west + lonlat->east) / 2, lat = (lonlat->south + lonlat->north) / 2;
    if (grid->geographic && !scenario->grid.cell_in_degrees)
        return status_fail(LODE_BAD_DATA, "%s is in degrees: write `cell: %g deg`, or choose a projected crs such as EPSG:%d", grid->crs,
                           about(wanted / 111320), srs_utm(lon, lat));
    if (!grid->geographic && scenario->grid.cell_in_degrees)
        return status_fail(LODE_BAD_DATA, "%s is not in degrees: write `cell: %g m`, or choose a geographic crs such as EPSG:4326", grid->crs,
                           about(wanted * 111320));
    *size = grid->geographic ? wanted : wanted / grid->unit_m;
    return NULL;
}

/* The extent in longitude and latitude as written; an east beyond the antimeridian counts on. */
static status extent_check(const struct scenario *scenario, bool geographic, struct box *extent) {
    const double *e = scenario->grid.extent;
    *extent = (struct box){e[0], e[1], e[2], e[3]};
    if (geographic && extent->east <= extent->west && extent->west > 0 && extent->east < 0) extent->east += 360;
    if (geographic && fmax(fabs(extent->south), fabs(extent->north)) > 90) {
        if (fmax(fabs(extent->west), fabs(extent->east)) <= 90)
            return status_fail(LODE_BAD_DATA,
                               "extent [%g, %g, %g, %g] has latitudes beyond 90 degrees and looks like swapped axes: write [%g, %g, %g, %g]", e[0],
                               e[1], e[2], e[3], e[1], e[0], e[3], e[2]);
        return status_fail(LODE_BAD_DATA, "extent [%g, %g, %g, %g] has latitudes beyond 90 degrees: write west, south, east, north", e[0], e[1], e[2],
                           e[3]);
    }
    if (!(extent->east > extent->west) || !(extent->north > extent->south) || (geographic && extent->east - extent->west > 360 + SNAP))
        return status_fail(LODE_BAD_DATA, "extent [%g, %g, %g, %g] is not west, south, east, north", e[0], e[1], e[2], e[3]);
    return NULL;
}

/* The extent's box in the grid's crs. Longitudes stay on the side where the extent was written. */
static status extent_project(const struct box *extent, bool from_degrees, bool to_degrees, OGRCoordinateTransformationH transform, struct box *out) {
    *out = box_empty();
    double reference = NAN;
    for (int j = 0; j <= EXTENT_STEPS; j++) {
        for (int i = 0; i <= EXTENT_STEPS; i++) {
            double x = i == EXTENT_STEPS ? extent->east : extent->west + (extent->east - extent->west) * i / EXTENT_STEPS;
            double y = j == EXTENT_STEPS ? extent->north : extent->south + (extent->north - extent->south) * j / EXTENT_STEPS;
            double lon = x, lat = y;
            if (!OCTTransform(transform, 1, &x, &y, NULL) || !isfinite(x) || !isfinite(y))
                return status_fail(LODE_BAD_DATA,
                                   "the place %g, %g of the extent cannot be projected to the grid's crs: choose a smaller extent or another crs",
                                   lon, lat);
            if (isnan(reference)) reference = x;
            if (to_degrees) x -= 360 * round((x - (from_degrees ? lon : reference)) / 360);
            box_add(out, x, y);
        }
    }
    return NULL;
}

/* The crs' area of use is where its coordinates mean anything. */
static status area_check(const struct grid *grid, OGRSpatialReferenceH srs, const struct box *lonlat) {
    struct box area, swapped = {lonlat->south, lonlat->west, lonlat->north, lonlat->east};
    const char *name = NULL;
    if (!OSRGetAreaOfUse(srs, &area.west, &area.south, &area.east, &area.north, &name) || area.west < -180 - SNAP) return NULL;
    if (area.east < area.west) area.east += 360;
    if (box_meets_lonlat(lonlat, &area)) return NULL;
    return status_fail(LODE_BAD_DATA, "the extent (longitude %.4g..%.4g, latitude %.4g..%.4g) lies outside the area of use of %s (%s)%s",
                       lonlat->west, lonlat->east, lonlat->south, lonlat->north, grid->crs, name ? name : "unnamed",
                       box_meets_lonlat(&swapped, &area) ? ": its axes look swapped, write west, south, east, north" : ": choose another crs");
}

/* A whole turn must hold whole cells, or the grid could not wrap. */
static status turn_snap(double *size, double west, struct grid *grid) {
    double cells = round(360 / *size);
    if (cells < 1 || fabs(cells * *size - 360) > 0.01 * *size)
        return status_fail(LODE_BAD_DATA, "%g degrees do not divide a whole turn: write `cell: %.12g deg`", *size, 360 / fmax(cells, 1));
    *size = 360 / cells;
    grid->dx = *size;
    grid->x0 = west;
    grid->width = (int64_t)cells;
    grid->wraps = true;
    return NULL;
}

static status lattice(const struct box *box, double dx, double dy, struct grid *grid) {
    double left = floor(box->west / dx + SNAP), right = ceil(box->east / dx - SNAP);
    double bottom = floor(box->south / dy + SNAP), top = ceil(box->north / dy - SNAP);
    double width = right - left, height = top - bottom;
    if (!(dx > 0) || !(dy > 0) || !(width >= 1) || !(height >= 1))
        return status_fail(LODE_BAD_DATA, "the grid has no cells: the extent and the cell must be larger than nothing");
    if (width * height > CELLS_MAX)
        return status_fail(LODE_BAD_DATA, "the grid would have %.3g cells, more than 2^40: write a larger `cell` or a smaller `extent`",
                           width * height);
    *grid = (struct grid){grid->crs,    grid->wkt,          grid->geographic, false,          left * dx,       top * dy, dx, dy,
                          grid->unit_m, grid->semi_major_m, grid->flattening, (int64_t)width, (int64_t)height, {0},      0};
    return grid->geographic && box->east - box->west > 360 - SNAP ? turn_snap(&dx, box->west, grid) : NULL;
}

static status grid_build(const struct scenario *scenario, OGRSpatialReferenceH srs, OGRSpatialReferenceH extent_srs, struct grid *grid) {
    struct gdal_words said;
    struct box extent, box, lonlat;
    double dx, dy;
    bool from_degrees = OSRIsGeographic(extent_srs) && !OSRIsProjected(extent_srs);
    TRY(extent_check(scenario, from_degrees, &extent));
    gdal_begin(&said);
    OGRCoordinateTransformationH to_lonlat = srs_transform(extent_srs, NULL);
    OGRCoordinateTransformationH transform = srs_transform(extent_srs, srs);
    status failed =
        to_lonlat && transform ? NULL : status_fail(LODE_BAD_DATA, "no way from the extent's crs to %s: %s", grid->crs, gdal_said(&said, ""));
    if (!failed) failed = extent_project(&extent, from_degrees, true, to_lonlat, &lonlat);
    if (!failed) failed = area_check(grid, srs, &lonlat);
    if (!failed) failed = cell_size(scenario, grid, &lonlat, scenario->grid.cell_x, &dx);
    if (!failed) failed = cell_size(scenario, grid, &lonlat, scenario->grid.cell_y, &dy);
    if (!failed && OSRIsSame(srs, extent_srs))
        box = extent;
    else if (!failed)
        failed = extent_project(&extent, from_degrees, grid->geographic, transform, &box);
    if (!failed) failed = lattice(&box, dx, dy, grid);
    OCTDestroyCoordinateTransformation(to_lonlat);
    OCTDestroyCoordinateTransformation(transform);
    gdal_end();
    return failed;
}

static bool asks_geodesic(const struct scenario *scenario) {
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (scenario->criteria[c].metric == METRIC_GEODESIC) return true;
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (scenario->rules[r].metric == METRIC_GEODESIC) return true;
    return false;
}

void crs_settle(void) {
    struct gdal_words said;
    gdal_begin(&said);
    OSRDestroySpatialReference(OSRNewSpatialReference(NULL)); /* a thread's own context, whose end the loader keeps */
    (void)proj_context_is_network_enabled(NULL);              /* reads its settings, which lie beside the library's file */
    const char *const drivers[] = {"GTiff", NULL};
    GDALClose(GDALOpenEx("", GDAL_OF_RASTER, drivers, NULL, NULL)); /* opens nothing; what GDAL keeps of a thread that opens files */
    gdal_end();
}

status crs_grid(const struct scenario *scenario, struct arena *arena, struct grid *out) {
    OGRSpatialReferenceH srs = NULL, extent_srs = NULL;
    struct grid grid = {0};
    status failed = srs_read(scenario->grid.crs, &srs);
    if (!failed) failed = srs_read(scenario->grid.extent_crs ? scenario->grid.extent_crs : "EPSG:4326", &extent_srs);
    if (!failed) {
        srs_describe(srs, arena, &grid);
        grid.crs = arena_copy(arena, scenario->grid.crs);
        if (!grid.crs || !grid.wkt) failed = status_no_memory();
    }
    if (!failed && !grid.geographic && !OSRIsProjected(srs))
        failed = status_fail(LODE_BAD_DATA, "%s is neither geographic nor projected: choose a crs of one of these kinds", grid.crs);
    if (!failed) failed = grid_build(scenario, srs, extent_srs, &grid);
    if (!failed && !grid.geographic && asks_geodesic(scenario)) failed = places_stretch(&grid);
    if (!failed && !grid.geographic && asks_geodesic(scenario)) failed = places_cell_bytes(&grid, grid_window(&grid), &grid.places_cell_bytes);
    if (srs) OSRRelease(srs);
    if (extent_srs) OSRRelease(extent_srs);
    if (!failed) *out = grid;
    return status_wrap(failed, "%s:%d: grid", scenario->path, scenario->grid.at.line);
}

status crs_lonlat_open(const struct grid *grid, struct crs_lonlat **out) {
    struct crs_lonlat *made = NULL;
    OGRSpatialReferenceH srs = NULL;
    *out = NULL;
    TRY(srs_read(grid->wkt, &srs));
    status failed = memory_array(1, sizeof *made, (void **)&made);
    struct gdal_words said;
    gdal_begin(&said);
    if (!failed) {
        made->to = srs_transform(srs, NULL);
        made->from = srs_transform(NULL, srs);
        if (!made->to || !made->from)
            failed = status_fail(LODE_BAD_DATA, "no way from %s to longitude and latitude: %s", grid->crs, gdal_said(&said, ""));
    }
    gdal_end();
    OSRRelease(srs);
    if (failed)
        crs_lonlat_close(made);
    else
        *out = made;
    return failed;
}

void crs_lonlat_close(struct crs_lonlat *transform) {
    if (!transform) return;
    OCTDestroyCoordinateTransformation(transform->to);
    OCTDestroyCoordinateTransformation(transform->from);
    free(transform);
}

static void transform_place(OGRCoordinateTransformationH transform, double x, double y, double *out_x, double *out_y) {
    struct gdal_words said;
    gdal_begin(&said);
    bool good = OCTTransform(transform, 1, &x, &y, NULL) && isfinite(x) && isfinite(y);
    gdal_end();
    *out_x = good ? x : NAN;
    *out_y = good ? y : NAN;
}

void crs_to_lonlat(const struct crs_lonlat *transform, double x, double y, double *lon, double *lat) {
    transform_place(transform->to, x, y, lon, lat);
    *lon -= 360 * round(*lon / 360);
}

void crs_from_lonlat(const struct crs_lonlat *transform, double lon, double lat, double *x, double *y) {
    transform_place(transform->from, lon, lat, x, y);
}

double crs_geodesic_m(double lon1, double lat1, double lon2, double lat2) {
    struct geod_geodesic ellipsoid;
    double metres;
    geod_init(&ellipsoid, WGS84_A, WGS84_F);
    geod_inverse(&ellipsoid, lat1, lon1, lat2, lon2, &metres, NULL, NULL);
    return metres;
}
