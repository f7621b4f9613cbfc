/* Meridians and parallels over a map, and the labels where they leave it. */
#ifndef LODE_REPORT_GRATICULE_H
#define LODE_REPORT_GRATICULE_H

#include "base/memory.h"
#include "report/map_frame.h"

enum graticule_side { SIDE_TOP, SIDE_BOTTOM, SIDE_LEFT, SIDE_RIGHT };

struct graticule_label {
    enum graticule_side side;
    double right, down; /* on the frame's edge */
    bool meridian;
    double degrees; /* -180 to 180 */
    char words[24]; /* "116°30′ W" */
};

/* A place of a line on the sheet; `begins` a new one. */
struct graticule_place {
    double right, down;
    bool begins;
};

struct graticule {
    double step; /* degrees between lines */
    size_t n_places, n_labels, room_places, room_labels;
    struct graticule_place *places;
    struct graticule_label *labels;
};

/* Some four to eight lines along the shorter way. Nothing where the grid has no longitudes. Free with graticule_free. */
status graticule_make(const struct map_frame *frame, struct graticule *out) LODE_MUST_CHECK;
void graticule_free(struct graticule *graticule);
/* "116°30′ W", "0°", "23°26′13″ N". */
void graticule_words(double degrees, bool meridian, char words[24]);

#endif
