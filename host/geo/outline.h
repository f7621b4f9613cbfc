/* The shapes of a vector layer as plain lists of places, for who draws them and knows no GDAL. */
#ifndef LODE_GEO_OUTLINE_H
#define LODE_GEO_OUTLINE_H

#include "geo/vector_source.h"

enum outline_kind { OUTLINE_POINT, OUTLINE_LINE, OUTLINE_RING };

/* One point, one line, or one ring of an area: rings of a feature follow each other, to be filled even-odd. */
struct outline_part {
    enum outline_kind kind;
    size_t first, count;
    int64_t feature; /* as vector_source_label takes it */
};

struct outline {
    size_t n_parts, n_places, room_parts, room_places;
    struct outline_part *parts;
    double (*places)[2]; /* x and y in the grid's crs */
};

/* What of the layer shows in a frame west, south, east, north of the grid's crs: points within it; lines cut into the pieces that come near it;
 * rings cut at a frame grown by its tenth (so that what follows their cuts lies outside of it). On a geographic grid also what lies a turn east or
 * west. Of neighbouring places nearer than `apart` to each other one is kept. Free with outline_free. */
status outline_take(const struct vector_source *source, const double frame[4], double apart, struct outline *out) LODE_MUST_CHECK;
void outline_free(struct outline *outline);

#endif
