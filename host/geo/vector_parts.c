/* Walks through features' geometries; crossings are the nodes of the union of all lines that at least three of its lines end in. */
#include "geo/vector_parts.h"

#include <stdlib.h>

#include "base/memory.h"
#include "geo/gdal_words.h"

struct pile {
    struct feature_part *parts;
    size_t count, room;
    bool points, lines; /* what there is */
};

static status add(struct pile *pile, struct feature_part part) {
    TRY(memory_reserve((void **)&pile->parts, &pile->room, pile->count + 1, sizeof part));
    pile->parts[pile->count++] = part;
    return NULL;
}

static status add_line(struct pile *pile, OGRGeometryH line, double weight) {
    const int n = OGR_G_GetPointCount(line);
    pile->lines = true;
    for (int i = 1; i < n; i++) {
        const struct feature_part part = {OGR_G_GetX(line, i - 1), OGR_G_GetY(line, i - 1), OGR_G_GetX(line, i), OGR_G_GetY(line, i), weight};
        if (part.x != part.to_x || part.y != part.to_y) TRY(add(pile, part));
    }
    return NULL;
}

static status add_point(struct pile *pile, OGRGeometryH point, double weight) {
    const double x = OGR_G_GetX(point, 0), y = OGR_G_GetY(point, 0);
    pile->points = true;
    return add(pile, (struct feature_part){x, y, x, y, weight});
}

static status add_shape(struct pile *pile, OGRGeometryH shape, double weight) {
    if (OGR_G_IsEmpty(shape)) return NULL;
    switch (wkbFlatten(OGR_G_GetGeometryType(shape))) {
    case wkbPoint:
        return add_point(pile, shape, weight);
    case wkbLineString:
        return add_line(pile, shape, weight);
    case wkbMultiPoint:
    case wkbMultiLineString:
    case wkbGeometryCollection:
        for (int i = 0; i < OGR_G_GetGeometryCount(shape); i++) TRY(add_shape(pile, OGR_G_GetGeometryRef(shape, i), weight));
        return NULL;
    default:
        return status_fail(LODE_BAD_DATA, "is an area, and points and lines are counted: take the areas' outlines or points within them");
    }
}

static status add_features(struct pile *pile, const struct vector_file *file, bool weighted) {
    for (size_t i = 0; i < file->n_features; i++) {
        const struct feature *feature = &file->features[i];
        status failure = add_shape(pile, feature->shape, weighted ? feature->value : 1);
        if (failure) return status_wrap(failure, "feature %lld", (long long)OGR_F_GetFID(feature->row));
    }
    if (pile->points && pile->lines)
        return status_fail(LODE_BAD_DATA,
                           "it holds both points and lines, which add up to nothing: choose one of them with `where`, or another layer");
    return NULL;
}

status vector_parts_read(const struct vector_file *file, bool weighted, struct feature_part **out, size_t *count) {
    struct pile pile = {0};
    *out = NULL;
    status failure = add_features(&pile, file, weighted);
    if (failure) {
        free(pile.parts);
        return failure;
    }
    *out = pile.parts;
    *count = pile.count;
    return NULL;
}

/* An end of a line: where it is. */
struct end {
    double x, y;
};

static int by_place(const void *a, const void *b) {
    const struct end *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

/* All pieces as one geometry; NULL: there are none. */
static OGRGeometryH lines_of(const struct pile *pile) {
    OGRGeometryH all = pile->count ? OGR_G_CreateGeometry(wkbMultiLineString) : NULL;
    for (size_t i = 0; i < pile->count; i++) {
        OGRGeometryH line = OGR_G_CreateGeometry(wkbLineString);
        OGR_G_AddPoint_2D(line, pile->parts[i].x, pile->parts[i].y);
        OGR_G_AddPoint_2D(line, pile->parts[i].to_x, pile->parts[i].to_y);
        OGR_G_AddGeometryDirectly(all, line);
    }
    return all;
}

/* The union with one of its own lines nodes and dissolves all of them. */
static status node(const struct pile *pile, OGRGeometryH *noded) {
    OGRGeometryH all = lines_of(pile);
    struct gdal_words said;
    *noded = NULL;
    if (!all) return NULL;
    gdal_begin(&said);
    *noded = OGR_G_Union(all, OGR_G_GetGeometryRef(all, 0));
    gdal_end();
    OGR_G_DestroyGeometry(all);
    if (*noded) return NULL;
    return status_fail(LODE_BAD_DATA, "where its lines cross cannot be found: %s", gdal_said(&said, "repair its geometries"));
}

static status add_ends(OGRGeometryH noded, struct end **ends, size_t *count) {
    const bool single = wkbFlatten(OGR_G_GetGeometryType(noded)) == wkbLineString;
    const int lines = single ? 1 : OGR_G_GetGeometryCount(noded);
    TRY(MEMORY_ARRAY(2 * (size_t)lines + 1, ends));
    for (int i = 0; i < lines; i++) {
        OGRGeometryH line = single ? noded : OGR_G_GetGeometryRef(noded, i);
        const int last = OGR_G_GetPointCount(line) - 1;
        (*ends)[(*count)++] = (struct end){OGR_G_GetX(line, 0), OGR_G_GetY(line, 0)};
        (*ends)[(*count)++] = (struct end){OGR_G_GetX(line, last), OGR_G_GetY(line, last)};
    }
    return NULL;
}

static status add_nodes(struct pile *nodes, struct end *ends, size_t count) {
    if (count) qsort(ends, count, sizeof *ends, by_place);
    for (size_t i = 0; i < count;) {
        size_t next = i + 1;
        while (next < count && ends[next].x == ends[i].x && ends[next].y == ends[i].y) next++;
        if (next - i >= 3) TRY(add(nodes, (struct feature_part){ends[i].x, ends[i].y, ends[i].x, ends[i].y, 1}));
        i = next;
    }
    return NULL;
}

static status find_nodes(const struct vector_file *file, struct pile *pieces, struct pile *nodes) {
    OGRGeometryH noded = NULL;
    struct end *ends = NULL;
    size_t count = 0;
    TRY(add_features(pieces, file, false));
    if (pieces->points) return status_fail(LODE_BAD_DATA, "its features are points, and lines cross: name a layer of lines");
    status failure = node(pieces, &noded);
    if (!failure && noded) failure = add_ends(noded, &ends, &count);
    if (!failure) failure = add_nodes(nodes, ends, count);
    OGR_G_DestroyGeometry(noded);
    free(ends);
    return failure;
}

status vector_parts_crossings(const struct vector_file *file, struct feature_part **out, size_t *count) {
    struct pile pieces = {0}, nodes = {0};
    *out = NULL;
    status failure = find_nodes(file, &pieces, &nodes);
    free(pieces.parts);
    if (failure) {
        free(nodes.parts);
        return failure;
    }
    *out = nodes.parts;
    *count = nodes.count;
    return NULL;
}
