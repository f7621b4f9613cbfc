/* Lines are followed in small steps; a label stands where a line crosses the frame's edge: meridians above and below, parallels at the sides,
 * but a line that leaves by the other sides alone (as near a pole) is labelled there. */
#include "report/graticule.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 240, LINES_LEAST = 4 };

static const double steps[] = {30,      20,       15,       10,       5,         2,         1,         0.5,       1 / 3.0,    0.25,
                               1 / 6.0, 1 / 12.0, 1 / 30.0, 1 / 60.0, 1 / 120.0, 1 / 240.0, 1 / 360.0, 1 / 720.0, 1 / 1800.0, 1 / 3600.0};
enum { N_STEPS = sizeof steps / sizeof *steps };

void graticule_words(double degrees, bool meridian, char words[24]) {
    long long seconds = llround(fabs(degrees) * 3600);
    bool edge = seconds == 0 || (meridian && seconds == 180 * 3600);
    const char *side = edge ? "" : meridian ? (degrees < 0 ? " W" : " E") : (degrees < 0 ? " S" : " N");
    int d = (int)(seconds / 3600), m = (int)(seconds / 60 % 60), s = (int)(seconds % 60);
    if (s)
        snprintf(words, 24, "%d°%02d′%02d″%s", d, m, s, side);
    else if (m)
        snprintf(words, 24, "%d°%02d′%s", d, m, side);
    else
        snprintf(words, 24, "%d°%s", d, side);
}

static double step_of(const double degrees[4]) {
    double span = fmin(degrees[2] - degrees[0], degrees[3] - degrees[1]);
    for (int i = 0; i < N_STEPS; i++)
        if (span / steps[i] >= LINES_LEAST) return steps[i];
    return steps[N_STEPS - 1];
}

static status add_place(struct graticule *out, double right, double down, bool begins) {
    TRY(memory_reserve((void **)&out->places, &out->room_places, out->n_places + 1, sizeof *out->places));
    out->places[out->n_places++] = (struct graticule_place){right, down, begins};
    return NULL;
}

static status add_label(struct graticule *out, enum graticule_side side, double right, double down, bool meridian, double degrees) {
    TRY(memory_reserve((void **)&out->labels, &out->room_labels, out->n_labels + 1, sizeof *out->labels));
    struct graticule_label label = {.side = side, .right = right, .down = down, .meridian = meridian};
    label.degrees = meridian ? degrees - 360 * round(degrees / 360) : degrees;
    graticule_words(label.degrees, meridian, label.words);
    out->labels[out->n_labels++] = label;
    return NULL;
}

/* Where a piece of a line crosses an edge that it is to be labelled at. */
static status label_piece(struct graticule *out, const struct map_frame *frame, const double a[2], const double b[2], bool meridian, double degrees,
                          bool sideways) {
    const double edges[] = {frame->y, frame->y + frame->h, frame->x, frame->x + frame->w};
    for (int side = sideways ? SIDE_LEFT : SIDE_TOP; side <= (sideways ? SIDE_RIGHT : SIDE_BOTTOM); side++) {
        int along = sideways ? 0 : 1;
        double edge = edges[side], from = a[along] - edge, to = b[along] - edge;
        if ((from < 0) == (to < 0) || from == to) continue;
        double share = from / (from - to), other = a[!along] + share * (b[!along] - a[!along]);
        double right = sideways ? edge : other, down = sideways ? other : edge;
        bool within = sideways ? down >= frame->y && down <= frame->y + frame->h : right >= frame->x && right <= frame->x + frame->w;
        if (within) TRY(add_label(out, (enum graticule_side)side, right, down, meridian, degrees));
    }
    return NULL;
}

struct line {
    bool meridian;
    double degrees, from, to;
};

static bool place_at(const struct map_frame *frame, const struct line *line, int i, double at[2]) {
    double along = line->from + (line->to - line->from) * i / STEPS;
    double lon = line->meridian ? line->degrees : along, lat = line->meridian ? along : line->degrees, x, y;
    if (frame->grid->geographic) { /* where a whole turn is shown, both its ends are the same meridian */
        map_frame_to_sheet(frame, lon, lat, &at[0], &at[1]);
        return true;
    }
    crs_from_lonlat(frame->lonlat, lon, lat, &x, &y);
    map_frame_to_sheet(frame, x, y, &at[0], &at[1]);
    return isfinite(at[0]) && isfinite(at[1]);
}

/* A jump is where the projection is torn. */
static bool goes_on(const struct map_frame *frame, const double a[2], const double b[2]) {
    return hypot(a[0] - b[0], a[1] - b[1]) < (frame->w + frame->h) / 4;
}

static status follow(struct graticule *out, const struct map_frame *frame, const struct line *line, bool draw, bool sideways) {
    double before[2] = {NAN, NAN}, at[2];
    bool open = false;
    for (int i = 0; i <= STEPS; i++) {
        bool good = place_at(frame, line, i, at), joined = good && open && goes_on(frame, before, at);
        if (good && draw) TRY(add_place(out, at[0], at[1], !joined));
        if (joined && !draw) TRY(label_piece(out, frame, before, at, line->meridian, line->degrees, sideways));
        open = good;
        memcpy(before, at, sizeof at);
    }
    return NULL;
}

static status add_line(struct graticule *out, const struct map_frame *frame, const struct line *line) {
    size_t labels = out->n_labels;
    TRY(follow(out, frame, line, true, false));
    TRY(follow(out, frame, line, false, !line->meridian));
    return out->n_labels > labels ? NULL : follow(out, frame, line, false, line->meridian);
}

/* Where all meridians meet only those a right angle apart go on to the pole. */
static void stop_before_poles(double step, const double degrees[4], struct line *line) {
    bool goes_on = fabs(remainder(line->degrees, 90)) < 1e-9;
    line->to = degrees[3] > 90 - 1e-9 && !goes_on ? 90 - step : fmin(degrees[3] + step, 90);
    line->from = degrees[1] < -90 + 1e-9 && !goes_on ? step - 90 : fmax(degrees[1] - step, -90);
}

static status add_lines(struct graticule *out, const struct map_frame *frame, const double degrees[4], bool meridian) {
    double low = degrees[meridian ? 0 : 1], high = degrees[meridian ? 2 : 3], reach = out->step;
    bool turn = meridian && high - low > 360 - 1e-9 && !frame->grid->geographic; /* -180 and 180 are one line */
    struct line line = {.meridian = meridian, .from = degrees[meridian ? 1 : 0], .to = degrees[meridian ? 3 : 2]};
    if (!frame->grid->geographic || meridian) {
        line.from -= reach;
        line.to += reach;
    }
    if (frame->grid->geographic && !meridian) line.from -= 1, line.to += 1;
    if (meridian) line.from = fmax(line.from, -90), line.to = fmin(line.to, 90);
    for (double k = ceil(low / out->step - 1e-9); k * out->step <= high + 1e-9; k++) {
        line.degrees = k * out->step;
        if (turn && line.degrees <= low + 1e-9) continue;
        if (turn) stop_before_poles(out->step, degrees, &line);
        if (!meridian && fabs(line.degrees) > 90 - 1e-9) continue;
        TRY(add_line(out, frame, &line));
    }
    return NULL;
}

status graticule_make(const struct map_frame *frame, struct graticule *out) {
    double degrees[4];
    *out = (struct graticule){0};
    if (!map_frame_degrees(frame, degrees)) return NULL;
    out->step = step_of(degrees);
    status failure = add_lines(out, frame, degrees, true);
    if (!failure) failure = add_lines(out, frame, degrees, false);
    if (failure) graticule_free(out);
    return failure;
}

void graticule_free(struct graticule *graticule) {
    free(graticule->places);
    free(graticule->labels);
    *graticule = (struct graticule){0};
}
