/* What a scenario's vector layers are on a map: borders, coasts, roads ... in muted lines under the sites, and known deposits by type. */
#ifndef LODE_REPORT_BASE_MAP_H
#define LODE_REPORT_BASE_MAP_H

#include "analysis/result.h"
#include "geo/outline.h"
#include "report/ink.h"
#include "report/map_frame.h"

enum { DEPOSIT_TYPES_MAX = 6 };

/* A layer that is drawn. */
struct base_layer {
    size_t layer;
    enum drawn drawn; /* never DRAWN_AUTO or DRAWN_NONE */
    struct outline outline;
};

/* A town or a port with its name, the largest first. */
struct base_place {
    double right, down; /* on the sheet */
    const char *name;
    double weight; /* inhabitants, or what a layer says; 0: not known */
    enum drawn drawn;
};

/* A known deposit; its type is one of `types`, the last of which may be all others. */
struct base_deposit {
    double right, down;
    int type;
};

struct base_map {
    struct arena arena;
    size_t n_layers, n_places, n_deposits, room_places, room_deposits;
    struct base_layer *layers; /* in the order they are drawn: areas, lines, points */
    struct base_place *places;
    struct base_deposit *deposits;
    size_t n_types;
    const char *types[DEPOSIT_TYPES_MAX]; /* the most frequent first */
};

/* What the layer is: as it says, else by the words of its name and by its shapes; what holds known places of a target, a model or a validation is
 * a deposit. */
enum drawn base_map_drawn(const struct scenario *scenario, const struct result *result, size_t layer);
/* How its lines look: RRGGBB, and that of a wider line below it (0: none); widths and dashes (0: none) as a sheet counts them. */
struct base_style {
    unsigned rgb, under;
    double width, under_width;
    double dash[2];
};
struct base_style base_map_style(enum drawn drawn);
/* "Road"; what a legend calls it. */
const char *base_map_words(enum drawn drawn);
/* Reads the layers that are drawn in the frame. A layer that is part of another drawn alike (same file, with a `where`) is left out, and deposits at
 * the place of another are told once. */
status base_map_make(const struct result *result, const struct map_frame *frame, struct base_map *out) LODE_MUST_CHECK;
/* The same with all vector layers, for who can switch them off: those whose part in a map is not known as plain points, lines or areas. */
status base_map_make_all(const struct result *result, const struct map_frame *frame, struct base_map *out) LODE_MUST_CHECK;
void base_map_free(struct base_map *base);
/* Areas and lines. The frame is clipped to by the caller. */
void base_map_lines(const struct base_map *base, const struct map_frame *frame, struct ink *ink);
/* A sample of how `drawn` looks, in a box for a legend. */
void base_map_sample(enum drawn drawn, struct ink *ink, double x, double y, double w, double h);
/* The symbols: a town, a port, or a deposit of that type and size (base_map_deposit_size: smaller where there are many). */
void base_map_symbol(enum drawn drawn, int type, struct ink *ink, double right, double down, double size);
double base_map_deposit_size(const struct base_map *base);
bool base_map_has(const struct base_map *base, enum drawn drawn);

#endif
