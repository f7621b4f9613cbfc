/* Where numbers and names stand on a map so that none covers another. */
#ifndef LODE_REPORT_SHEET_MARKS_H
#define LODE_REPORT_SHEET_MARKS_H

#include "analysis/site.h"
#include "report/base_map.h"

/* A ranked site. Its number stands on it, or beside it with a line to it. */
struct site_mark {
    int rank;
    double right, down;       /* the site */
    double at_right, at_down; /* the number's middle */
};

/* A name of a town or a port; the place's symbol is drawn with it. */
struct name_mark {
    const struct base_place *place;
    double right, down; /* upper left corner of the words */
};

struct sheet_marks {
    size_t n_sites, n_names, n_boxes, room_names, room_boxes;
    struct site_mark *sites; /* by rank */
    struct name_mark *names;
    struct ink_box *boxes; /* taken */
};

enum { SITE_RADIUS = 15, PORTS_MAX = 10, NAMES_MAX = 30 };
extern const struct ink_style name_style;

/* The first `most` ranked sites that lie in the frame, then names of ports and towns, the largest first, as far as there is room. Free with
 * sheet_marks_free. */
status sheet_marks_make(const struct site_list *sites, size_t most, const struct base_map *base, const struct map_frame *frame, struct ink *ink,
                        struct sheet_marks *out) LODE_MUST_CHECK;
void sheet_marks_free(struct sheet_marks *marks);
/* Deposits below, then names, then numbers. */
void sheet_marks_draw(const struct sheet_marks *marks, const struct base_map *base, struct ink *ink);
void sheet_marks_number(struct ink *ink, int rank, double right, double down);

#endif
