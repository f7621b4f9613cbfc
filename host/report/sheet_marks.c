/* Greedy, by rank: whoever comes first takes the best place that is free. Places are tried in the order that mapmakers like: for names right of the
 * symbol first (Imhof 1975, The American Cartographer 2:128), for numbers the site itself, then rings around it. */
#include "report/sheet_marks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const struct ink_style name_style = {.size = 19, .rgb = 0x2b2b2b, .haloed = true, .lines = 1};
static const double SYMBOL = 8, APART = 110; /* APART: of two names' places */
enum { RINGS = 7, ANGLES = 16 };

static status take(struct sheet_marks *marks, struct ink_box box) {
    TRY(memory_reserve((void **)&marks->boxes, &marks->room_boxes, marks->n_boxes + 1, sizeof *marks->boxes));
    marks->boxes[marks->n_boxes++] = box;
    return NULL;
}

static bool is_free(const struct sheet_marks *marks, const struct map_frame *frame, struct ink_box box) {
    bool within = box.x >= frame->x && box.y >= frame->y && box.x + box.w <= frame->x + frame->w && box.y + box.h <= frame->y + frame->h;
    for (size_t i = 0; within && i < marks->n_boxes; i++)
        if (ink_boxes_meet(&box, &marks->boxes[i])) return false;
    return within;
}

static struct ink_box square(double right, double down, double half) {
    return (struct ink_box){right - half, down - half, 2 * half, 2 * half};
}

/* On the site, or at the nearest free place of the rings; on the site when there is none. */
static status place_number(struct sheet_marks *marks, const struct map_frame *frame, struct site_mark *mark) {
    const double turn = 2 * acos(-1.0);
    mark->at_right = mark->right;
    mark->at_down = mark->down;
    bool found = is_free(marks, frame, square(mark->right, mark->down, SITE_RADIUS));
    for (int ring = 1; !found && ring <= RINGS; ring++)
        for (int i = 0; !found && i < ANGLES; i++) {
            double far = SITE_RADIUS * (1 + ring), angle = turn * (i + 2) / ANGLES;
            double right = mark->right + far * sin(angle), down = mark->down - far * cos(angle);
            found = is_free(marks, frame, square(right, down, SITE_RADIUS));
            if (!found) continue;
            mark->at_right = right;
            mark->at_down = down;
        }
    return take(marks, square(mark->at_right, mark->at_down, SITE_RADIUS + 1));
}

static status place_sites(struct sheet_marks *marks, const struct site_list *sites, size_t most, const struct map_frame *frame) {
    TRY(MEMORY_ARRAY(most, &marks->sites));
    for (size_t i = 0; i < sites->count && marks->n_sites < most; i++) {
        const struct site *site = &sites->sites[i];
        struct site_mark mark = {.rank = site->rank};
        if (!site->rank) continue;
        map_frame_to_sheet(frame, site->x, site->y, &mark.right, &mark.down);
        if (map_frame_holds(frame, mark.right, mark.down)) marks->sites[marks->n_sites++] = mark;
    }
    for (size_t i = 0; i < marks->n_sites; i++) TRY(place_number(marks, frame, &marks->sites[i]));
    return NULL;
}

static bool is_crowded(const struct sheet_marks *marks, const struct base_place *place) {
    for (size_t i = 0; i < marks->n_names; i++)
        if (hypot(marks->names[i].place->right - place->right, marks->names[i].place->down - place->down) < APART) return true;
    return false;
}

static status place_name(struct sheet_marks *marks, const struct base_place *place, const struct map_frame *frame, struct ink *ink) {
    static const int sides[][2] = {{1, 0}, {1, -1}, {1, 1}, {-1, 0}, {0, -1}, {0, 1}, {-1, -1}, {-1, 1}};
    struct ink_box symbol = square(place->right, place->down, SYMBOL), words;
    if (!*place->name || !is_free(marks, frame, symbol) || is_crowded(marks, place)) return NULL;
    ink_size(ink, place->name, &name_style, &words.w, &words.h);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        int across = sides[i][0], down = sides[i][1];
        words.x = place->right + across * (SYMBOL + 3) - (across > 0 ? 0 : across < 0 ? words.w : words.w / 2);
        words.y = place->down + down * (across ? words.h / 2 : SYMBOL + words.h / 2) - words.h / 2;
        if (!is_free(marks, frame, words)) continue;
        TRY(memory_reserve((void **)&marks->names, &marks->room_names, marks->n_names + 1, sizeof *marks->names));
        marks->names[marks->n_names++] = (struct name_mark){place, words.x, words.y};
        TRY(take(marks, symbol));
        return take(marks, words);
    }
    return NULL;
}

status sheet_marks_make(const struct site_list *sites, size_t most, const struct base_map *base, const struct map_frame *frame, struct ink *ink,
                        struct sheet_marks *out) {
    *out = (struct sheet_marks){0};
    status failure = place_sites(out, sites, most, frame);
    for (size_t i = 0; !failure && i < base->n_deposits; i++)
        failure = take(out, square(base->deposits[i].right, base->deposits[i].down, base_map_deposit_size(base) - 1));
    static const enum drawn order[] = {DRAWN_PORT, DRAWN_TOWN};
    static const size_t names[] = {PORTS_MAX, NAMES_MAX};
    for (int kind = 0; kind < 2; kind++)
        for (size_t i = 0; !failure && i < base->n_places && out->n_names < names[kind]; i++)
            if (base->places[i].drawn == order[kind]) failure = place_name(out, &base->places[i], frame, ink);
    if (failure) sheet_marks_free(out);
    return failure;
}

void sheet_marks_free(struct sheet_marks *marks) {
    free(marks->sites);
    free(marks->names);
    free(marks->boxes);
    *marks = (struct sheet_marks){0};
}

void sheet_marks_number(struct ink *ink, int rank, double right, double down) {
    char words[16];
    const struct ink_style style = {.size = rank > 99 ? 13 : 17, .bold = true, .rgb = 0xffffff};
    snprintf(words, sizeof words, "%d", rank);
    cairo_new_path(ink->cairo);
    cairo_arc(ink->cairo, right, down, SITE_RADIUS - 1, 0, 2 * acos(-1.0));
    ink_colour(ink, 0xb01818);
    cairo_fill_preserve(ink->cairo);
    ink_colour(ink, 0xffffff);
    cairo_set_line_width(ink->cairo, 2.5);
    cairo_stroke(ink->cairo);
    ink_words(ink, words, &style, right, down, INK_MIDDLE, INK_MIDDLE);
}

static void draw_leader(struct ink *ink, const struct site_mark *mark) {
    cairo_set_line_width(ink->cairo, 4.5);
    ink_colour(ink, 0xffffff);
    ink_line(ink, mark->right, mark->down, mark->at_right, mark->at_down);
    cairo_set_line_width(ink->cairo, 2);
    ink_colour(ink, 0xb01818);
    ink_line(ink, mark->right, mark->down, mark->at_right, mark->at_down);
    cairo_arc(ink->cairo, mark->right, mark->down, 4, 0, 2 * acos(-1.0));
    cairo_fill(ink->cairo);
}

void sheet_marks_draw(const struct sheet_marks *marks, const struct base_map *base, struct ink *ink) {
    for (size_t i = 0; i < base->n_places; i++)
        if (base->places[i].drawn == DRAWN_POINT) base_map_symbol(DRAWN_POINT, 0, ink, base->places[i].right, base->places[i].down, 0);
    for (size_t i = 0; i < marks->n_names; i++) {
        const struct name_mark *name = &marks->names[i];
        base_map_symbol(name->place->drawn, 0, ink, name->place->right, name->place->down, 0);
        ink_words(ink, name->place->name, &name_style, name->right, name->down, INK_START, INK_START);
    }
    for (size_t i = base->n_deposits; i-- > 0;)
        base_map_symbol(DRAWN_DEPOSIT, base->deposits[i].type, ink, base->deposits[i].right, base->deposits[i].down, base_map_deposit_size(base));
    for (size_t i = 0; i < marks->n_sites; i++)
        if (marks->sites[i].at_right != marks->sites[i].right || marks->sites[i].at_down != marks->sites[i].down) draw_leader(ink, &marks->sites[i]);
    for (size_t i = marks->n_sites; i-- > 0;) sheet_marks_number(ink, marks->sites[i].rank, marks->sites[i].at_right, marks->sites[i].at_down);
}
