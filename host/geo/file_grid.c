/* Geotransform and crs of a file as a grid; whole turns of longitude are known by their width. */
#include "geo/file_grid.h"

#include <math.h>

#include "geo/srs.h"

static const double WHOLE_TURN = 1e-3; /* of a cell: the noise of decimal cell sizes */

static status take_place(const struct raster_file *file, struct grid *grid) {
    double gt[6];
    if (GDALGetGeoTransform(file->dataset, gt) != CE_None || gt[1] <= 0 || gt[5] >= 0 || gt[2] != 0 || gt[4] != 0)
        return status_fail(LODE_BAD_DATA, "its pixels have no place, are rotated or run from south to north: bring it to a grid with gdalwarp first");
    grid->x0 = gt[0];
    grid->y0 = gt[3];
    grid->dx = gt[1];
    grid->dy = -gt[5];
    grid->width = file->width;
    grid->height = file->height;
    return NULL;
}

static status take_crs(const struct raster_file *file, struct arena *arena, struct grid *grid) {
    char name[SRS_NAME_MAX];
    if (!file->srs || (!OSRIsGeographic(file->srs) && !OSRIsProjected(file->srs)))
        return status_fail(LODE_BAD_DATA,
                           "its crs is neither geographic nor projected, so that cells have no metres: assign one with gdal_edit.py -a_srs");
    srs_name(file->srs, name);
    srs_describe(file->srs, arena, grid);
    grid->crs = arena_copy(arena, name);
    if (!grid->crs || !grid->wkt) return status_no_memory();
    grid->wraps = grid->geographic && fabs(360 / grid->dx - (double)grid->width) < WHOLE_TURN;
    if (grid->wraps) grid->dx = 360 / (double)grid->width;
    return NULL;
}

status file_grid_take(const struct raster_file *file, struct arena *arena, struct grid *grid) {
    TRY(take_place(file, grid));
    return take_crs(file, arena, grid);
}
