/* The outline's sides are densified, for straight ones of a projection are bent on the globe. */
#include "report/footprint.h"

#include <math.h>

#include "geo/crs.h"

enum { SIDE = 16, CORNERS = 4 * SIDE };

/* Counted from the lower left corner, anticlockwise; longitudes go on beyond 180. */
struct ring {
    double lon[CORNERS + 1], lat[CORNERS + 1];
    double west, south, east, north;
    bool plain; /* a polygon as it is */
};

/* Around the outline from 0 to 4: a whole number is a corner. */
static void place_at(const struct grid *grid, int i, double *x, double *y) {
    double width = grid->dx * (double)grid->width, height = grid->dy * (double)grid->height, along = (double)(i % SIDE) / SIDE;
    const double across[] = {along, 1, 1 - along, 0}, up[] = {0, along, 1, 1 - along};
    int side = i / SIDE % 4;
    *x = grid->x0 + width * across[side];
    *y = grid->y0 - height * (1 - up[side]);
}

static void take_in(struct ring *ring, int i, double lon, double lat) {
    ring->plain &= isfinite(lon) && isfinite(lat);
    if (!isfinite(lon) || !isfinite(lat)) return;
    ring->lon[i] = lon;
    ring->lat[i] = lat;
    ring->west = fmin(ring->west, lon);
    ring->east = fmax(ring->east, lon);
    ring->south = fmin(ring->south, lat);
    ring->north = fmax(ring->north, lat);
}

/* The nearest of the longitudes that are the same meridian. */
static double unwound(double lon, double before) {
    return isfinite(before) ? lon - 360 * round((lon - before) / 360) : lon;
}

static void walk(const struct grid *grid, const struct crs_lonlat *to, struct ring *ring) {
    double before = NAN, x, y, lon, lat;
    *ring = (struct ring){.west = INFINITY, .south = INFINITY, .east = -INFINITY, .north = -INFINITY, .plain = true};
    for (int i = 0; i <= CORNERS; i++) {
        place_at(grid, i, &x, &y);
        crs_to_lonlat(to, x, y, &lon, &lat);
        if (grid->geographic)
            lon = x;
        else
            lon = unwound(lon, before);
        take_in(ring, i, lon, lat);
        if (isfinite(lon)) before = lon;
    }
}

/* A ring that ends a turn away from where it began goes around the pole of its own half. */
static void close_pole(struct ring *ring) {
    if (!ring->plain || fabs(ring->lon[CORNERS] - ring->lon[0]) < 180) return;
    ring->plain = false;
    ring->west = -180;
    ring->east = 180;
    if (ring->north + ring->south > 0)
        ring->north = 90;
    else
        ring->south = -90;
}

static void settle(struct ring *ring) {
    close_pole(ring);
    if (!(ring->west <= ring->east) || ring->east - ring->west >= 360) ring->west = -180, ring->east = 180, ring->plain = false;
    if (!(ring->south <= ring->north)) ring->south = -90, ring->north = 90;
    if (ring->west >= -180 && ring->east <= 180) return;
    ring->plain = false;
    ring->west -= 360 * floor((ring->west + 180) / 360);
    ring->east -= 360 * ceil((ring->east - 180) / 360);
}

static struct json_object *position(struct json_build *build, double lon, double lat) {
    struct json_object *pair = json_list(build);
    json_append(build, pair, json_number(build, round(lon * 1e7) / 1e7));
    json_append(build, pair, json_number(build, round(lat * 1e7) / 1e7));
    return pair;
}

static struct json_object *polygon_of(struct json_build *build, const double *lon, const double *lat, int count) {
    struct json_object *rings = json_list(build), *outer = json_list(build);
    for (int i = 0; i < count; i++) json_append(build, outer, position(build, lon[i % (count - 1)], lat[i % (count - 1)]));
    json_append(build, rings, outer);
    return rings;
}

static struct json_object *box_of(struct json_build *build, double west, double east, const struct ring *ring) {
    const double lon[] = {west, east, east, west, west}, lat[] = {ring->south, ring->south, ring->north, ring->north, ring->south};
    return polygon_of(build, lon, lat, 5);
}

static struct json_object *geometry_of(struct json_build *build, const struct ring *ring) {
    struct json_object *map = json_map(build), *parts;
    bool split = ring->west > ring->east;
    json_put_text(build, map, "type", split ? "MultiPolygon" : "Polygon");
    if (split) {
        parts = json_list(build);
        json_append(build, parts, box_of(build, ring->west, 180, ring));
        json_append(build, parts, box_of(build, -180, ring->east, ring));
    } else {
        parts = ring->plain ? polygon_of(build, ring->lon, ring->lat, CORNERS + 1) : box_of(build, ring->west, ring->east, ring);
    }
    json_put(build, map, "coordinates", parts);
    return map;
}

status footprint_make(const struct grid *grid, struct json_build *build, struct json_object **geometry, struct json_object **bbox) {
    struct crs_lonlat *to;
    struct ring ring;
    TRY(crs_lonlat_open(grid, &to));
    walk(grid, to, &ring);
    crs_lonlat_close(to);
    settle(&ring);
    *geometry = geometry_of(build, &ring);
    *bbox = json_list(build);
    const double sides[] = {ring.west, ring.south, ring.east, ring.north};
    for (int i = 0; i < 4; i++) json_append(build, *bbox, json_number(build, round(sides[i] * 1e7) / 1e7));
    return NULL;
}
