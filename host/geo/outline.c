/* Rings are cut at one side of the frame after the other (Sutherland & Hodgman 1974). */
#include "geo/outline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/vector_file.h"

struct places {
    size_t n, room;
    double (*at)[2];
};

struct taking {
    struct outline *out;
    struct box frame, grown;
    double apart, shift; /* shift: of x, by turns */
    int64_t feature;
    struct places ring, cut; /* in hand */
};

static status places_add(struct places *places, double x, double y) {
    TRY(memory_reserve((void **)&places->at, &places->room, places->n + 1, sizeof *places->at));
    places->at[places->n][0] = x;
    places->at[places->n++][1] = y;
    return NULL;
}

/* The first, the last, and those in between that are not next to the one kept before; a part of fewer than `least` is none. */
static status add_part(struct taking *taking, enum outline_kind kind, double (*at)[2], size_t n, size_t least) {
    struct outline *out = taking->out;
    size_t first = out->n_places;
    if (n < least) return NULL;
    TRY(memory_reserve((void **)&out->places, &out->room_places, first + n, sizeof *out->places));
    TRY(memory_reserve((void **)&out->parts, &out->room_parts, out->n_parts + 1, sizeof *out->parts));
    for (size_t i = 0; i < n; i++) {
        const double *before = out->n_places > first ? out->places[out->n_places - 1] : NULL;
        bool near = before && hypot(at[i][0] - before[0], at[i][1] - before[1]) < taking->apart;
        if (near && i + 1 < n) continue;
        memcpy(out->places[out->n_places++], at[i], sizeof at[i]);
    }
    size_t kept = out->n_places - first;
    if (kept < least)
        out->n_places = first;
    else
        out->parts[out->n_parts++] = (struct outline_part){kind, first, kept, taking->feature};
    return NULL;
}

static bool nears(const struct box *frame, const double *a, const double *b) {
    return fmax(a[0], b[0]) >= frame->west && fmin(a[0], b[0]) <= frame->east && fmax(a[1], b[1]) >= frame->south && fmin(a[1], b[1]) <= frame->north;
}

static status take_line(struct taking *taking, double (*at)[2], size_t n) {
    size_t from = 0;
    while (from + 1 < n) {
        if (!nears(&taking->frame, at[from], at[from + 1])) {
            from++;
            continue;
        }
        size_t to = from + 1;
        while (to + 1 < n && nears(&taking->frame, at[to], at[to + 1])) to++;
        TRY(add_part(taking, OUTLINE_LINE, at + from, to - from + 1, 2));
        from = to;
    }
    return NULL;
}

/* How far inside of a side: 0 west, 1 east, 2 south, 3 north. */
static double inside(const struct box *box, int side, const double *at) {
    const double far[] = {at[0] - box->west, box->east - at[0], at[1] - box->south, box->north - at[1]};
    return far[side];
}

static status cut_side(const struct box *box, int side, const struct places *ring, struct places *cut) {
    cut->n = 0;
    for (size_t i = 0; i < ring->n; i++) {
        const double *a = ring->at[i], *b = ring->at[(i + 1) % ring->n];
        double of_a = inside(box, side, a), of_b = inside(box, side, b);
        if (of_a >= 0) TRY(places_add(cut, a[0], a[1]));
        if ((of_a >= 0) == (of_b >= 0)) continue;
        double share = of_a / (of_a - of_b);
        TRY(places_add(cut, a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])));
    }
    return NULL;
}

static status take_ring(struct taking *taking) {
    struct places *ring = &taking->ring, *cut = &taking->cut;
    if (ring->n > 1 && memcmp(ring->at[0], ring->at[ring->n - 1], sizeof ring->at[0]) == 0) ring->n--;
    for (int side = 0; side < 4 && ring->n; side++) {
        TRY(cut_side(&taking->grown, side, ring, cut));
        struct places other = *ring;
        *ring = *cut;
        *cut = other;
    }
    return add_part(taking, OUTLINE_RING, ring->at, ring->n, 3);
}

/* The places of one line or ring into `ring`; stops where a place could not be projected. */
static status read_places(struct taking *taking, OGRGeometryH shape) {
    int count = OGR_G_GetPointCount(shape);
    taking->ring.n = 0;
    for (int i = 0; i < count; i++) {
        double x = OGR_G_GetX(shape, i) + taking->shift, y = OGR_G_GetY(shape, i);
        if (isfinite(x) && isfinite(y)) TRY(places_add(&taking->ring, x, y));
    }
    return NULL;
}

static bool is_within(const struct box *box, const double *at) {
    return at[0] >= box->west && at[0] <= box->east && at[1] >= box->south && at[1] <= box->north;
}

static status take_simple(struct taking *taking, OGRGeometryH shape, bool ring) {
    int dimension = OGR_G_GetDimension(shape);
    TRY(read_places(taking, shape));
    if (ring) return take_ring(taking);
    if (dimension == 1) return take_line(taking, taking->ring.at, taking->ring.n);
    for (size_t i = 0; i < taking->ring.n; i++)
        if (is_within(&taking->frame, taking->ring.at[i])) TRY(add_part(taking, OUTLINE_POINT, taking->ring.at + i, 1, 1));
    return NULL;
}

static status take_shape(struct taking *taking, OGRGeometryH shape) {
    int count = OGR_G_GetGeometryCount(shape);
    bool polygon = wkbFlatten(OGR_G_GetGeometryType(shape)) == wkbPolygon;
    if (!count) return take_simple(taking, shape, false);
    for (int i = 0; i < count; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(shape, i);
        TRY(polygon ? take_simple(taking, part, true) : take_shape(taking, part));
    }
    return NULL;
}

static status take_feature(struct taking *taking, const struct feature *feature, bool geographic) {
    for (int turn = geographic ? -1 : 0; turn <= (geographic ? 1 : 0); turn++) {
        taking->shift = 360.0 * turn;
        struct box box = feature->box;
        box.west += taking->shift;
        box.east += taking->shift;
        if (box_meets(&box, &taking->frame)) TRY(take_shape(taking, feature->shape));
    }
    return NULL;
}

status outline_take(const struct vector_source *source, const double frame[4], double apart, struct outline *out) {
    const struct vector_file *file = vector_source_file(source);
    double x = (frame[2] - frame[0]) / 10, y = (frame[3] - frame[1]) / 10;
    struct taking taking = {.out = out,
                            .frame = {frame[0], frame[1], frame[2], frame[3]},
                            .grown = {frame[0] - x, frame[1] - y, frame[2] + x, frame[3] + y},
                            .apart = apart};
    status failure = NULL;
    *out = (struct outline){0};
    for (size_t i = 0; !failure && i < file->n_features; i++) {
        taking.feature = (int64_t)i;
        failure = take_feature(&taking, &file->features[i], vector_source_grid(source)->geographic);
    }
    free(taking.ring.at);
    free(taking.cut.at);
    if (failure) outline_free(out);
    return failure;
}

void outline_free(struct outline *outline) {
    free(outline->parts);
    free(outline->places);
    *outline = (struct outline){0};
}
