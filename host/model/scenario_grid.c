/* The grid's extent and cell. Extents are wrong in few ways: swapped axes, swapped ends, a span across the antimeridian. */
#include <string.h>
#include <strings.h>

#include "model/scenario_reader.h"

/* The names under which people write longitude and latitude; other geographic systems are left to PROJ. */
static bool is_lonlat(const char *crs) {
    const char *const names[] = {"EPSG:4326", "OGC:CRS84", "EPSG:4269", "EPSG:4258", "EPSG:4283"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(crs, names[i]) == 0) return true;
    return false;
}

static const char *extent_fault(const double extent[4], bool lonlat) {
    double west = extent[0], south = extent[1], east = extent[2], north = extent[3];
    if (lonlat && (south < -90 || south > 90 || north < -90 || north > 90)) return "a latitude is beyond 90; an extent is [west, south, east, north]";
    if (lonlat && (west < -360 || east > 360)) return "a longitude is beyond 360; an extent is [west, south, east, north]";
    if (south >= north) return "south is not below north; an extent is [west, south, east, north]";
    if (west >= east && lonlat)
        return "west is not below east; across the antimeridian count on beyond 180, as in [170, -20, 190, -10], or make two scans";
    if (west >= east) return "west is not below east; an extent is [west, south, east, north]";
    if (lonlat && east - west > 360) return "it is more than once around the world; the whole is [-180, -90, 180, 90]";
    return NULL;
}

static void read_extent(struct reader *reader, const struct node *node) {
    double *extent = reader->scenario->grid.extent;
    size_t read = 0;
    if (node->kind == NODE_FAULT) return;
    if (node->kind != NODE_LIST || node->count != 4) {
        mistakes_add(&reader->mistakes, node->at, "`extent` is four numbers: [west, south, east, north]");
        return;
    }
    const struct node *child = node->child;
    for (size_t i = 0; i < 4; i++, child = child->next) read += read_number(reader, child, RANGE_ANY, &extent[i]);
    const char *crs = reader->scenario->grid.extent_crs;
    const char *fault = read == 4 ? extent_fault(extent, is_lonlat(crs ? crs : "")) : NULL;
    if (fault) mistakes_add(&reader->mistakes, node->at, "`extent`: %s", fault);
}

static bool read_cell_side(struct reader *reader, const struct node *node, double *side, bool *degrees) {
    double ignored;
    *degrees = node->kind == NODE_SCALAR && quantity_parse(node->text, UNIT_ANGLE, &ignored, NULL) == QUANTITY_OK;
    return read_quantity(reader, node, *degrees ? UNIT_ANGLE : UNIT_LENGTH, RANGE_POSITIVE, side);
}

static void read_cell(struct reader *reader, const struct node *node) {
    struct scenario *scenario = reader->scenario;
    bool other_degrees;
    if (node->kind == NODE_SCALAR) {
        if (read_cell_side(reader, node, &scenario->grid.cell_x, &scenario->grid.cell_in_degrees)) scenario->grid.cell_y = scenario->grid.cell_x;
        return;
    }
    if (node->kind == NODE_FAULT) return;
    if (node->kind != NODE_LIST || node->count != 2) {
        mistakes_add(&reader->mistakes, node->at, "`cell` is one size such as `500 m`, or two: [x, y]");
        return;
    }
    bool x = read_cell_side(reader, node->child, &scenario->grid.cell_x, &scenario->grid.cell_in_degrees);
    bool y = read_cell_side(reader, node->child->next, &scenario->grid.cell_y, &other_degrees);
    if (x && y && other_degrees != scenario->grid.cell_in_degrees)
        mistakes_add(&reader->mistakes, node->at, "`cell` mixes a length and an angle; give both sides in the same kind of unit");
}

void read_grid(struct reader *reader, const struct node *map) {
    if (!node_is_map(reader, map, "{crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}")) return;
    reader->scenario->grid.at = map->key_at;
    fields_read(reader, SECTION_GRID, map, "grid", reader->scenario);
    const struct node *extent = node_get(map, "extent"), *cell = node_get(map, "cell");
    if (extent) read_extent(reader, extent);
    if (cell) read_cell(reader, cell);
}
