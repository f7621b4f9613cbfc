/* Metres are those of geodesics, so a bar is right whatever the projection does to lengths: where it says 50 km, a straight line of its length about
 * the map's middle is 50 km on the ground. */
#include "report/map_frame.h"

#include <math.h>

enum { AROUND = 64, HALVINGS = 60 };

double map_frame_aspect(const struct grid *grid) {
    double dx = grid->dx, dy = grid->dy;
    if (grid->geographic) grid_cell_metres(grid, (double)(grid->height - 1) / 2, &dx, &dy);
    return (double)grid->width * dx / ((double)grid->height * dy);
}

void map_frame_extent(const struct grid *grid, double extent[4]) {
    extent[0] = grid->x0;
    extent[1] = grid->y0 - (double)grid->height * grid->dy;
    extent[2] = grid->x0 + (double)grid->width * grid->dx;
    extent[3] = grid->y0;
}

void map_frame_to_sheet(const struct map_frame *frame, double x, double y, double *right, double *down) {
    const struct grid *grid = frame->grid;
    *right = frame->x + (x - grid->x0) / (grid->dx * (double)grid->width) * frame->w;
    *down = frame->y + (grid->y0 - y) / (grid->dy * (double)grid->height) * frame->h;
}

void map_frame_from_sheet(const struct map_frame *frame, double right, double down, double *x, double *y) {
    const struct grid *grid = frame->grid;
    *x = grid->x0 + (right - frame->x) / frame->w * grid->dx * (double)grid->width;
    *y = grid->y0 - (down - frame->y) / frame->h * grid->dy * (double)grid->height;
}

void map_frame_lonlat_to_sheet(const struct map_frame *frame, double lon, double lat, double *right, double *down) {
    double x, y;
    crs_from_lonlat(frame->lonlat, lon, lat, &x, &y);
    if (frame->grid->geographic) x -= 360 * floor((x - frame->grid->x0) / 360 + 1e-12);
    map_frame_to_sheet(frame, x, y, right, down);
}

bool map_frame_holds(const struct map_frame *frame, double right, double down) {
    return right >= frame->x && right <= frame->x + frame->w && down >= frame->y && down <= frame->y + frame->h;
}

static void lonlat_at(const struct map_frame *frame, double right, double down, double *lon, double *lat) {
    double x, y;
    map_frame_from_sheet(frame, right, down, &x, &y);
    crs_to_lonlat(frame->lonlat, x, y, lon, lat);
}

static bool has_pole(const struct map_frame *frame, double lat) {
    double right, down;
    if (frame->grid->geographic) return false;
    map_frame_lonlat_to_sheet(frame, 0, lat, &right, &down);
    return isfinite(right) && isfinite(down) && map_frame_holds(frame, right, down);
}

bool map_frame_degrees(const struct map_frame *frame, double degrees[4]) {
    double middle, lat, lon;
    lonlat_at(frame, frame->x + frame->w / 2, frame->y + frame->h / 2, &middle, &lat);
    degrees[0] = degrees[1] = INFINITY;
    degrees[2] = degrees[3] = -INFINITY;
    for (int j = 0; j <= AROUND; j++)
        for (int i = 0; i <= AROUND; i++) {
            lonlat_at(frame, frame->x + frame->w * i / AROUND, frame->y + frame->h * j / AROUND, &lon, &lat);
            if (isnan(lon)) continue;
            if (isnan(middle)) middle = lon;
            lon -= 360 * round((lon - middle) / 360);
            degrees[0] = fmin(degrees[0], lon);
            degrees[1] = fmin(degrees[1], lat);
            degrees[2] = fmax(degrees[2], lon);
            degrees[3] = fmax(degrees[3], lat);
        }
    if (!(degrees[3] >= degrees[1])) return false;
    if (frame->grid->geographic) {
        degrees[0] = frame->grid->x0;
        degrees[2] = frame->grid->x0 + frame->grid->dx * (double)frame->grid->width;
        return true;
    }
    bool north = has_pole(frame, 90), south = has_pole(frame, -90);
    if (north) degrees[3] = 90;
    if (south) degrees[1] = -90;
    if (north || south) degrees[0] = -180, degrees[2] = 180;
    return true;
}

static double bar_metres(const struct map_frame *frame, double units, struct scale_bar *bar) {
    double right = frame->x + frame->w / 2, down = frame->y + frame->h / 2;
    lonlat_at(frame, right - units / 2, down, &bar->from[0], &bar->from[1]);
    lonlat_at(frame, right + units / 2, down, &bar->to[0], &bar->to[1]);
    return crs_geodesic_m(bar->from[0], bar->from[1], bar->to[0], bar->to[1]);
}

static double round_below(double value) {
    double digit = pow(10, floor(log10(value)));
    return (value >= 5 * digit ? 5 : value >= 2 * digit ? 2 : 1) * digit;
}

bool map_frame_bar(const struct map_frame *frame, double most, struct scale_bar *bar) {
    double low = 0, high = fmin(most, frame->w), metres = bar_metres(frame, high, bar);
    if (!(metres > 0)) return false;
    bar->metres = round_below(metres);
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        if (bar_metres(frame, middle, bar) < bar->metres)
            low = middle;
        else
            high = middle;
    }
    bar->units = high;
    return bar_metres(frame, high, bar) > 0;
}

double map_frame_reach_m(const struct map_frame *frame) {
    double lon0, lat0, lon, lat, reach = 0;
    lonlat_at(frame, frame->x + frame->w / 2, frame->y + frame->h / 2, &lon0, &lat0);
    for (int i = 0; i < 9; i++) {
        lonlat_at(frame, frame->x + frame->w * (i % 3) / 2, frame->y + frame->h * (i / 3) / 2, &lon, &lat);
        double metres = crs_geodesic_m(lon0, lat0, lon, lat);
        reach = isnan(metres) ? INFINITY : fmax(reach, metres);
    }
    return reach;
}

double map_frame_north(const struct map_frame *frame) {
    double right = frame->x + frame->w / 2, down = frame->y + frame->h / 2, lon, lat, to_right, to_down;
    lonlat_at(frame, right, down, &lon, &lat);
    if (isnan(lon)) return NAN;
    if (fabs(lat) > 89) return NAN;
    map_frame_lonlat_to_sheet(frame, lon, lat + 0.01, &to_right, &to_down);
    return atan2(to_right - right, down - to_down);
}
