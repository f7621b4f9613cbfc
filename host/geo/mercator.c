/* Spherical Mercator of geographic latitude: y = ln tan(pi/4 + lat/2) (EPSG method 1024). Places are transformed at the corners of blocks of pixels
 * and are linear in between, where that holds at a block's middle; else one by one. */
#include "geo/mercator.h"

#include <math.h>
#include <stddef.h>

enum { BLOCK = MERCATOR_STRIP, AROUND = 96, LONGER_SIDE_LEAST = 640 };
static const double LATITUDE_MOST = 85.0511287798066, PI = 3.14159265358979323846, OFF_CELLS = 0.25;

static double y_of(double lat) {
    return log(tan(PI / 4 + lat * PI / 360));
}

static double lat_of(double y) {
    return (2 * atan(exp(y)) - PI / 2) * 180 / PI;
}

void mercator_pixel(const struct mercator *picture, double lon, double lat, double *right, double *down) {
    double top = y_of(picture->north), bottom = y_of(picture->south);
    lat = fmax(fmin(lat, LATITUDE_MOST), -LATITUDE_MOST);
    *right = (lon - picture->west) / (picture->east - picture->west) * (double)picture->width;
    *down = (top - y_of(lat)) / (top - bottom) * (double)picture->height;
}

/* x and y in cells from the upper left corner. */
static void place(const struct grid *grid, const struct crs_lonlat *lonlat, double lon, double lat, double *col, double *row) {
    double x, y;
    crs_from_lonlat(lonlat, lon, lat, &x, &y);
    if (grid->geographic) x -= 360 * floor((x - grid->x0) / 360);
    *col = (x - grid->x0) / grid->dx;
    *row = (grid->y0 - y) / grid->dy;
}

/* Longitudes go on from the grid's middle. */
static void add_place(const struct grid *grid, const struct crs_lonlat *lonlat, double middle, double col, double row, struct mercator *box) {
    double lon, lat;
    crs_to_lonlat(lonlat, grid_x(grid, col - 0.5), grid_y(grid, row - 0.5), &lon, &lat);
    if (isnan(lon)) return;
    lon = grid->geographic ? grid_x(grid, col - 0.5) : lon - 360 * round((lon - middle) / 360);
    box->west = fmin(box->west, lon);
    box->east = fmax(box->east, lon);
    box->south = fmin(box->south, lat);
    box->north = fmax(box->north, lat);
}

/* Side of the smallest cell along the middle row and column, in the projection's radians. */
static double cell_side(const struct grid *grid, const struct crs_lonlat *lonlat) {
    double lon0, lat0, lon1, lat1, side = INFINITY;
    for (int i = 0; i < AROUND; i++) {
        double col = (double)grid->width * (i + 0.5) / AROUND, row = (double)grid->height * (i + 0.5) / AROUND;
        const double from[2][2] = {{col, (double)grid->height / 2}, {(double)grid->width / 2, row}};
        for (int k = 0; k < 2; k++) {
            crs_to_lonlat(lonlat, grid_x(grid, from[k][0]), grid_y(grid, from[k][1]), &lon0, &lat0);
            crs_to_lonlat(lonlat, grid_x(grid, from[k][0] + 1), grid_y(grid, from[k][1] + 1), &lon1, &lat1);
            if (isnan(lon0) || isnan(lon1) || fmax(fabs(lat0), fabs(lat1)) > LATITUDE_MOST) continue;
            double dlon = lon1 - lon0 - 360 * round((lon1 - lon0) / 360), dy = y_of(lat1) - y_of(lat0);
            double diagonal = hypot(dlon * PI / 180, dy);
            if (diagonal > 0) side = fmin(side, diagonal / sqrt(2));
        }
    }
    return side;
}

status mercator_fit(const struct grid *grid, const struct crs_lonlat *lonlat, int64_t step, int64_t pixels_max, struct mercator *out) {
    double middle, lat;
    crs_to_lonlat(lonlat, grid_x(grid, (double)grid->width / 2), grid_y(grid, (double)grid->height / 2), &middle, &lat);
    *out = (struct mercator){INFINITY, INFINITY, -INFINITY, -INFINITY, 0, 0, false};
    for (int j = 0; j <= AROUND; j++)
        for (int i = 0; i <= AROUND; i++)
            add_place(grid, lonlat, isnan(middle) ? 0 : middle, (double)grid->width * i / AROUND, (double)grid->height * j / AROUND, out);
    out->south = fmax(out->south, -LATITUDE_MOST);
    out->north = fmin(out->north, LATITUDE_MOST);
    out->east = fmin(out->east, out->west + 360);
    double wide = (out->east - out->west) * PI / 180, high = y_of(out->north) - y_of(out->south), side = cell_side(grid, lonlat) * (double)step;
    if (!(wide > 0) || !(high > 0) || !isfinite(side)) return status_fail(LODE_BAD_DATA, "no part of the grid can be shown in Web Mercator");
    side = fmin(side, fmax(wide, high) / LONGER_SIDE_LEAST);
    side = fmax(side, sqrt(wide * high / (double)pixels_max));
    for (;; side *= 1.001) {
        out->width = (int64_t)fmax(1, round(wide / side));
        out->height = (int64_t)fmax(1, round(high / side));
        if (out->width <= pixels_max / out->height) return NULL;
    }
}

/* A block's corner, middle or pixel. */
struct spot {
    double col, row;
};

static struct spot spot_at(const struct grid *grid, const struct crs_lonlat *lonlat, const struct mercator *picture, double i, double j) {
    double lon = picture->west + (picture->east - picture->west) * i / (double)picture->width, share = j / (double)picture->height;
    double lat = picture->north - (picture->north - picture->south) * share;
    if (!picture->degrees) lat = lat_of(y_of(picture->north) - (y_of(picture->north) - y_of(picture->south)) * share);
    struct spot spot;
    place(grid, lonlat, lon, lat, &spot.col, &spot.row);
    return spot;
}

static struct spot between(const struct spot corners[4], double u, double v) {
    return (struct spot){(1 - v) * ((1 - u) * corners[0].col + u * corners[1].col) + v * ((1 - u) * corners[2].col + u * corners[3].col),
                         (1 - v) * ((1 - u) * corners[0].row + u * corners[1].row) + v * ((1 - u) * corners[2].row + u * corners[3].row)};
}

static int64_t cell_of(const struct grid *grid, struct spot spot) {
    bool inside = spot.col >= 0 && spot.col < (double)grid->width && spot.row >= 0 && spot.row < (double)grid->height;
    return inside ? (int64_t)spot.row * grid->width + (int64_t)spot.col : -1;
}

static void fill_block(const struct grid *grid, const struct crs_lonlat *lonlat, const struct mercator *picture, int64_t i0, int64_t j0,
                       const struct spot corners[4], int64_t *cells) {
    struct spot middle = spot_at(grid, lonlat, picture, (double)i0 + BLOCK / 2, (double)j0 + BLOCK / 2), guess = between(corners, 0.5, 0.5);
    double pixel = fmax(hypot(corners[1].col - corners[0].col, corners[1].row - corners[0].row),
                        hypot(corners[2].col - corners[0].col, corners[2].row - corners[0].row)) /
                   BLOCK;
    double off = picture->degrees && pixel > 1 ? OFF_CELLS * pixel : OFF_CELLS;
    bool linear = fabs(middle.col - guess.col) <= off && fabs(middle.row - guess.row) <= off;
    for (int64_t j = j0; j < j0 + BLOCK && j < picture->height; j++)
        for (int64_t i = i0; i < i0 + BLOCK && i < picture->width; i++) {
            double x = (double)i + 0.5, y = (double)j + 0.5;
            struct spot spot = linear ? between(corners, (x - (double)i0) / BLOCK, (y - (double)j0) / BLOCK) : spot_at(grid, lonlat, picture, x, y);
            cells[(j - j0) * picture->width + i] = cell_of(grid, spot);
        }
}

void mercator_strip(const struct grid *grid, const struct crs_lonlat *lonlat, const struct mercator *picture, int64_t row, int64_t *cells) {
    struct spot corners[4];
    corners[1] = spot_at(grid, lonlat, picture, 0, (double)row);
    corners[3] = spot_at(grid, lonlat, picture, 0, (double)(row + BLOCK));
    for (int64_t i = 0; i < picture->width; i += BLOCK) {
        corners[0] = corners[1];
        corners[2] = corners[3];
        corners[1] = spot_at(grid, lonlat, picture, (double)(i + BLOCK), (double)row);
        corners[3] = spot_at(grid, lonlat, picture, (double)(i + BLOCK), (double)(row + BLOCK));
        fill_block(grid, lonlat, picture, i, row, corners, cells);
    }
}
