/* What is straight in the grid's crs is bent in Mercator: long pieces get places in between before they are brought there, and what these did not
 * need falls to the simplifying. Longitudes go on from the place before, so that no line runs back round the Earth. */
#include "geo/mercator_outline.h"

#include <math.h>
#include <stdlib.h>

#include <ogr_api.h>

#include "geo/gdal_words.h"

enum { PIECES_ACROSS = 64 };

struct drawing {
    const struct grid *grid;
    const struct crs_lonlat *lonlat;
    const struct mercator *picture;
    double tolerance;
    OGRGeometryH box; /* the picture's */
    struct outline *out;
    int64_t feature;
};

static status add_places(struct drawing *drawing, enum outline_kind kind, OGRGeometryH line) {
    struct outline *out = drawing->out;
    int count = OGR_G_GetPointCount(line);
    if (!count) return NULL;
    TRY(memory_reserve((void **)&out->places, &out->room_places, out->n_places + (size_t)count, sizeof *out->places));
    TRY(memory_reserve((void **)&out->parts, &out->room_parts, out->n_parts + 1, sizeof *out->parts));
    out->parts[out->n_parts++] = (struct outline_part){kind, out->n_places, (size_t)count, drawing->feature};
    for (int i = 0; i < count; i++) {
        double *at = out->places[out->n_places++];
        at[0] = OGR_G_GetX(line, i);
        at[1] = OGR_G_GetY(line, i);
    }
    return NULL;
}

static status add_simple(struct drawing *drawing, OGRGeometryH line) {
    OGREnvelope box;
    OGR_G_GetEnvelope(line, &box);
    if (fmax(box.MaxX - box.MinX, box.MaxY - box.MinY) <= drawing->tolerance) return NULL;
    OGRGeometryH simple = OGR_G_Simplify(line, drawing->tolerance); /* NULL: this GDAL has no GEOS */
    bool drawn = simple && wkbFlatten(OGR_G_GetGeometryType(simple)) == wkbLineString;
    status failure = add_places(drawing, OUTLINE_LINE, drawn ? simple : line);
    OGR_G_DestroyGeometry(simple);
    return failure;
}

/* What of a cut is a line: it may be several, and single places where the line only touches the picture. */
static status add_lines(struct drawing *drawing, OGRGeometryH shape) {
    if (wkbFlatten(OGR_G_GetGeometryType(shape)) == wkbLineString) return add_simple(drawing, shape);
    for (int i = 0; i < OGR_G_GetGeometryCount(shape); i++) TRY(add_lines(drawing, OGR_G_GetGeometryRef(shape, i)));
    return NULL;
}

static status add_cut(struct drawing *drawing, OGRGeometryH line) {
    OGREnvelope box, whole;
    if (OGR_G_GetPointCount(line) < 2) return NULL;
    OGR_G_GetEnvelope(line, &box);
    OGR_G_GetEnvelope(drawing->box, &whole);
    if (box.MaxX < whole.MinX || box.MinX > whole.MaxX || box.MaxY < whole.MinY || box.MinY > whole.MaxY) return NULL;
    if (box.MinX >= whole.MinX && box.MaxX <= whole.MaxX && box.MinY >= whole.MinY && box.MaxY <= whole.MaxY) return add_simple(drawing, line);
    OGRGeometryH cut = OGR_G_Intersection(line, drawing->box);
    status failure = add_lines(drawing, cut ? cut : line);
    OGR_G_DestroyGeometry(cut);
    return failure;
}

static bool to_picture(const struct drawing *drawing, double x, double y, double *turn, double *right, double *down) {
    double lon, lat;
    crs_to_lonlat(drawing->lonlat, x, y, &lon, &lat);
    if (isnan(lon) || isnan(lat)) return false;
    if (isnan(*turn)) *turn = drawing->grid->geographic ? x : (drawing->picture->west + drawing->picture->east) / 2;
    lon -= 360 * round((lon - *turn) / 360);
    *turn = lon;
    mercator_pixel(drawing->picture, lon, lat, right, down);
    return true;
}

/* `line` in the grid's crs; a place without longitude and latitude ends one piece and begins the next. */
static status add_projected(struct drawing *drawing, OGRGeometryH line) {
    OGRGeometryH piece = OGR_G_CreateGeometry(wkbLineString);
    if (!piece) return status_no_memory();
    status failure = NULL;
    double turn = NAN, right, down;
    for (int i = 0; !failure && i < OGR_G_GetPointCount(line); i++) {
        if (to_picture(drawing, OGR_G_GetX(line, i), OGR_G_GetY(line, i), &turn, &right, &down)) {
            OGR_G_AddPoint_2D(piece, right, down);
        } else {
            failure = add_cut(drawing, piece);
            OGR_G_Empty(piece);
        }
    }
    if (!failure) failure = add_cut(drawing, piece);
    OGR_G_DestroyGeometry(piece);
    return failure;
}

static status add_line(struct drawing *drawing, const struct outline *from, const struct outline_part *part) {
    const struct grid *grid = drawing->grid;
    OGRGeometryH line = OGR_G_CreateGeometry(wkbLineString);
    if (!line) return status_no_memory();
    for (size_t i = 0; i < part->count + (part->kind == OUTLINE_RING); i++) {
        const double *at = from->places[part->first + i % part->count];
        OGR_G_AddPoint_2D(line, at[0], at[1]);
    }
    OGR_G_Segmentize(line, fmax(grid->dx * (double)grid->width, grid->dy * (double)grid->height) / PIECES_ACROSS);
    status failure = add_projected(drawing, line);
    OGR_G_DestroyGeometry(line);
    return failure;
}

static status add_point(struct drawing *drawing, const double *at) {
    double turn = NAN, right, down;
    if (!to_picture(drawing, at[0], at[1], &turn, &right, &down)) return NULL;
    if (right < 0 || down < 0 || right > (double)drawing->picture->width || down > (double)drawing->picture->height) return NULL;
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    if (!point) return status_no_memory();
    OGR_G_SetPoint_2D(point, 0, right, down);
    status failure = add_places(drawing, OUTLINE_POINT, point);
    OGR_G_DestroyGeometry(point);
    return failure;
}

static OGRGeometryH box_of(const struct mercator *picture) {
    const double w = (double)picture->width, h = (double)picture->height, corners[5][2] = {{0, 0}, {w, 0}, {w, h}, {0, h}, {0, 0}};
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing), box = OGR_G_CreateGeometry(wkbPolygon);
    for (int i = 0; ring && i < 5; i++) OGR_G_AddPoint_2D(ring, corners[i][0], corners[i][1]);
    if (ring && box && OGR_G_AddGeometryDirectly(box, ring) == OGRERR_NONE) return box;
    OGR_G_DestroyGeometry(ring);
    OGR_G_DestroyGeometry(box);
    return NULL;
}

status mercator_outline(const struct outline *from, const struct grid *grid, const struct crs_lonlat *lonlat, const struct mercator *picture,
                        double tolerance, struct outline *out) {
    struct gdal_words said; /* what GEOS cannot cut or simplify is drawn as it is */
    gdal_begin(&said);
    struct drawing drawing = {.grid = grid, .lonlat = lonlat, .picture = picture, .tolerance = tolerance, .box = box_of(picture), .out = out};
    status failure = drawing.box ? NULL : status_no_memory();
    *out = (struct outline){0};
    for (size_t i = 0; !failure && i < from->n_parts; i++) {
        const struct outline_part *part = &from->parts[i];
        drawing.feature = part->feature;
        failure = part->kind == OUTLINE_POINT ? add_point(&drawing, from->places[part->first]) : add_line(&drawing, from, part);
    }
    OGR_G_DestroyGeometry(drawing.box);
    gdal_end();
    if (failure) outline_free(out);
    return failure;
}
