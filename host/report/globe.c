/* Orthographic view of a sphere (Snyder 1987, USGS PP 1395, eq. 20-3 to 20-5). Places on the far side are moved to the limb, straight outward: rings
 * keep how they wind around each place on the near side, but for those that have the antipode within, which are the whole disc without what they
 * then enclose. So with the disc added once for each of these, filling even-odd is right. */
#include "report/globe.h"

#include <math.h>

static const double PI = 3.14159265358979323846, CROSSING = 0.02, SEEN = 0.09; /* shares of the radius */
enum { EDGE_STEPS = 24, LINE_STEPS = 90 };

struct globe {
    struct ink *ink;
    double x, y, radius, lon, lat; /* of the middle, radians */
};

/* False on the far side, where the place is on the limb. */
static bool view(const struct globe *globe, double lon_degrees, double lat_degrees, double *right, double *down) {
    double lon = lon_degrees * PI / 180 - globe->lon, lat = lat_degrees * PI / 180;
    double x = cos(lat) * sin(lon), y = cos(globe->lat) * sin(lat) - sin(globe->lat) * cos(lat) * cos(lon);
    double towards = sin(globe->lat) * sin(lat) + cos(globe->lat) * cos(lat) * cos(lon), length = hypot(x, y);
    if (towards < 0 && length > 0) x /= length, y /= length;
    *right = globe->x + globe->radius * x;
    *down = globe->y - globe->radius * y;
    return towards >= 0;
}

static void disc(const struct globe *globe) {
    cairo_new_sub_path(globe->ink->cairo);
    cairo_arc(globe->ink->cairo, globe->x, globe->y, globe->radius, 0, 2 * PI);
    cairo_close_path(globe->ink->cairo);
}

/* Antarctica is closed by an edge along the pole itself, which has no direction from it: it is drawn just beside. */
static double latitude(const int16_t *ring, size_t i) {
    return fmax(ring[2 * i + 1] / 10.0, -89.8);
}

/* Even-odd in longitude and latitude; rings are cut at the antimeridian. */
static bool ring_holds(const int16_t *ring, size_t n, double lon, double lat) {
    bool holds = false;
    for (size_t i = 0, j = n - 1; i < n; j = i++) {
        double xi = ring[2 * i] / 10.0, yi = latitude(ring, i), xj = ring[2 * j] / 10.0, yj = latitude(ring, j);
        if ((yi > lat) != (yj > lat) && lon < xi + (lat - yi) / (yj - yi) * (xj - xi)) holds = !holds;
    }
    return holds;
}

/* Edges are long: they are walked in steps of at most three degrees, or they would cut corners at the limb. */
static void trace_ring(const struct globe *globe, const int16_t *ring, size_t n) {
    double right, down;
    for (size_t i = 0; i < n; i++) {
        const int16_t *a = ring + 2 * i, *b = ring + 2 * ((i + 1) % n);
        double from = latitude(ring, i), to = latitude(ring, (i + 1) % n);
        int steps = (int)ceil(hypot(b[0] - a[0], b[1] - a[1]) / 30) + 1;
        for (int k = 0; k < steps; k++) {
            view(globe, (a[0] + (b[0] - a[0]) * (double)k / steps) / 10, from + (to - from) * k / steps, &right, &down);
            if (i == 0 && k == 0)
                cairo_move_to(globe->ink->cairo, right, down);
            else
                cairo_line_to(globe->ink->cairo, right, down);
        }
    }
    cairo_close_path(globe->ink->cairo);
}

static void draw_land(const struct globe *globe) {
    double anti_lat = -globe->lat * 180 / PI, anti_lon = globe->lon * 180 / PI + 180;
    anti_lon -= 360 * round(anti_lon / 360);
    for (size_t first = 0; first < land_count;) {
        size_t n = 0;
        while (land_places[first + 2 * n] != LAND_END) n++;
        trace_ring(globe, land_places + first, n);
        if (ring_holds(land_places + first, n, anti_lon, anti_lat)) disc(globe);
        first += 2 * n + 1;
    }
    cairo_set_fill_rule(globe->ink->cairo, CAIRO_FILL_RULE_EVEN_ODD);
    ink_colour(globe->ink, 0xc9c4b6);
    cairo_fill(globe->ink->cairo);
    cairo_set_fill_rule(globe->ink->cairo, CAIRO_FILL_RULE_WINDING);
}

static void draw_lines(const struct globe *globe) {
    double right, down;
    for (int kind = 0; kind < 2; kind++)
        for (int degrees = kind ? -180 : -60; degrees <= (kind ? 150 : 60); degrees += 30) {
            bool open = false;
            for (int i = 0; i <= LINE_STEPS; i++) {
                double along = kind ? -90 + 180.0 * i / LINE_STEPS : -180 + 360.0 * i / LINE_STEPS;
                bool near = kind ? view(globe, degrees, along, &right, &down) : view(globe, along, degrees, &right, &down);
                if (near && open) cairo_line_to(globe->ink->cairo, right, down);
                if (near && !open) cairo_move_to(globe->ink->cairo, right, down);
                open = near;
            }
        }
    cairo_set_source_rgba(globe->ink->cairo, 0.35, 0.4, 0.45, 0.35);
    cairo_set_line_width(globe->ink->cairo, 1);
    cairo_stroke(globe->ink->cairo);
}

/* Returns how far it reaches from the middle, in radii. */
static double draw_region(const struct globe *globe, const struct map_frame *frame) {
    double reach = 0, right, down, x, y, lon, lat;
    for (int i = 0; i <= 4 * EDGE_STEPS; i++) {
        int side = i / EDGE_STEPS % 4;
        double share = (double)(i % EDGE_STEPS) / EDGE_STEPS;
        double across = side == 0   ? share
                        : side == 1 ? 1
                        : side == 2 ? 1 - share
                                    : 0,
               along = side == 0   ? 0
                       : side == 1 ? share
                       : side == 2 ? 1
                                   : 1 - share;
        map_frame_from_sheet(frame, frame->x + across * frame->w, frame->y + along * frame->h, &x, &y);
        crs_to_lonlat(frame->lonlat, x, y, &lon, &lat);
        if (isnan(lon)) continue;
        view(globe, lon, lat, &right, &down);
        reach = fmax(reach, hypot(right - globe->x, down - globe->y) / globe->radius);
        cairo_line_to(globe->ink->cairo, right, down);
    }
    cairo_close_path(globe->ink->cairo);
    cairo_set_source_rgba(globe->ink->cairo, 0.8, 0.1, 0.1, 0.25);
    if (reach > CROSSING) cairo_fill_preserve(globe->ink->cairo);
    ink_colour(globe->ink, 0xb01818);
    cairo_set_line_width(globe->ink->cairo, 2.5);
    cairo_stroke(globe->ink->cairo);
    return reach;
}

/* At a pole any meridian would do: the one that runs down the map, so that globe and map are not turned against each other. */
static double meridian_below(const struct map_frame *frame, double lat) {
    double x, y, lon;
    map_frame_from_sheet(frame, frame->x + frame->w / 2, frame->y + frame->h * (lat > 0 ? 0.75 : 0.25), &x, &y);
    crs_to_lonlat(frame->lonlat, x, y, &lon, &lat);
    return isnan(lon) ? 0 : lon;
}

void globe_draw(struct ink *ink, const struct map_frame *frame, double x, double y, double radius) {
    double cx, cy, lon, lat;
    map_frame_from_sheet(frame, frame->x + frame->w / 2, frame->y + frame->h / 2, &cx, &cy);
    crs_to_lonlat(frame->lonlat, cx, cy, &lon, &lat);
    if (isnan(lon)) return;
    if (fabs(lat) > 89) lon = meridian_below(frame, lat);
    struct globe globe = {ink, x, y, radius, lon * PI / 180, lat * PI / 180};
    cairo_new_path(ink->cairo);
    disc(&globe);
    ink_colour(ink, 0xeaf0f5);
    cairo_fill(ink->cairo);
    draw_land(&globe);
    draw_lines(&globe);
    double reach = draw_region(&globe, frame);
    if (reach < SEEN) {
        cairo_arc(ink->cairo, x, y, radius * SEEN, 0, 2 * PI);
        cairo_stroke(ink->cairo);
    }
    disc(&globe);
    ink_colour(ink, 0x666666);
    cairo_set_line_width(ink->cairo, 2);
    cairo_stroke(ink->cairo);
}
