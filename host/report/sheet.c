/* Lays the page out, then draws it from the back to the front: cells, base map, graticule, marks, panel. Lengths are units of SHEET_DPI an inch; an
 * SVG or a PDF is the same drawing, scaled to points. */
#include "report/sheet.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/credits.h"
#include "report/sheet_cells.h"
#include "report/sheet_parts.h"
#include "report/sheet_svg.h"

enum { MARGIN = 70, GAP = 44, EDGE = 34 /* labels of the graticule */, PANEL_WIDE = 560, PANEL_HIGH = 520, HEAD = 118, FOOT = 96 };
static const double PI = 3.14159265358979323846;

/* Lying or standing page, panel beside or below. */
static void lay_out(struct sheet *sheet, bool lying, bool beside, double aspect) {
    struct ink_box room;
    sheet->width = lying ? SHEET_LONG : SHEET_SHORT;
    sheet->height = lying ? SHEET_SHORT : SHEET_LONG;
    sheet->margin = MARGIN;
    sheet->head = (struct ink_box){MARGIN, MARGIN - 14, sheet->width - 2 * MARGIN, HEAD};
    sheet->foot = (struct ink_box){MARGIN, sheet->height - MARGIN - FOOT + 24, sheet->width - 2 * MARGIN, FOOT};
    room = (struct ink_box){MARGIN, sheet->head.y + HEAD, sheet->width - 2 * MARGIN, sheet->foot.y - GAP / 2.0 - sheet->head.y - HEAD};
    double most_w = room.w - 2 * EDGE - (beside ? PANEL_WIDE + GAP : 0), most_h = room.h - 2 * EDGE - (beside ? 0 : PANEL_HIGH + GAP);
    struct map_frame *frame = &sheet->frame;
    frame->w = floor(fmax(fmin(most_w, most_h * aspect), 8));
    frame->h = floor(fmax(fmin(most_h, most_w / aspect), 8));
    frame->x = room.x + EDGE;
    frame->y = room.y + EDGE;
    if (!beside) frame->x = floor(room.x + (room.w - frame->w) / 2);
    double right = frame->x + frame->w + EDGE + GAP, below = frame->y + frame->h + EDGE + GAP;
    sheet->below = (struct ink_box){frame->x, below, beside ? frame->w : 0, room.y + room.h - below};
    sheet->panel = beside ? (struct ink_box){right, room.y + EDGE, room.x + room.w - right, room.h - EDGE}
                          : (struct ink_box){room.x, below, room.w, room.y + room.h - below};
}

static void choose_layout(struct sheet *sheet) {
    double aspect = map_frame_aspect(sheet->frame.grid), best = 0;
    int chosen = 0;
    for (int i = 0; i < 4; i++) {
        lay_out(sheet, i < 2, i % 2 == 0, aspect);
        double area = sheet->frame.w * sheet->frame.h;
        if (area > best * 1.05) best = area, chosen = i;
    }
    lay_out(sheet, chosen < 2, chosen % 2 == 0, aspect);
}

static status prepare_marks(struct sheet *sheet) {
    struct ink ink;
    cairo_surface_t *nothing = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    ink_open(nothing, &ink);
    sheet->n_listed = 1; /* so that the legend has their line */
    sheet->n_listed = sheet_panel_lines(sheet);
    status failure =
        sheet_marks_make(&sheet->result->targets[sheet->target].sites, sheet->n_listed, &sheet->base, &sheet->frame, &ink, &sheet->marks);
    sheet->n_listed = sheet->marks.n_sites;
    if (ink_close(&ink) != CAIRO_STATUS_SUCCESS && !failure) failure = status_no_memory();
    cairo_surface_destroy(nothing);
    return failure;
}

static status prepare(struct sheet *sheet) {
    TRY(crs_lonlat_open(&sheet->result->grid, &sheet->lonlat));
    sheet->frame = (struct map_frame){.grid = &sheet->result->grid, .lonlat = sheet->lonlat};
    sheet->scale = sheet->result->targets[sheet->target].scale;
    choose_layout(sheet);
    sheet->has_bar = map_frame_bar(&sheet->frame, 260, &sheet->bar);
    TRY(graticule_make(&sheet->frame, &sheet->graticule));
    TRY(base_map_make(sheet->result, &sheet->frame, &sheet->base));
    TRY(prepare_marks(sheet));
    return sheet_cells_make(sheet->result, sheet->target, &sheet->scale, (int)sheet->frame.w, (int)sheet->frame.h, &sheet->cells);
}

static void release(struct sheet *sheet) {
    if (sheet->cells) cairo_surface_destroy(sheet->cells);
    sheet_marks_free(&sheet->marks);
    base_map_free(&sheet->base);
    graticule_free(&sheet->graticule);
    crs_lonlat_close(sheet->lonlat);
}

static void draw_graticule(const struct sheet *sheet, struct ink *ink) {
    for (size_t i = 0; i < sheet->graticule.n_places; i++) {
        const struct graticule_place *place = &sheet->graticule.places[i];
        if (place->begins)
            cairo_move_to(ink->cairo, place->right, place->down);
        else
            cairo_line_to(ink->cairo, place->right, place->down);
    }
    cairo_set_source_rgba(ink->cairo, 1, 1, 1, 0.35);
    cairo_set_line_width(ink->cairo, 2.4);
    cairo_stroke_preserve(ink->cairo);
    cairo_set_source_rgba(ink->cairo, 0.15, 0.2, 0.25, 0.55);
    cairo_set_line_width(ink->cairo, 1.1);
    cairo_stroke(ink->cairo);
}

/* Labels so far; `y` of a box is the side. */
enum { LABELS_MAX = 128 };
struct taken {
    size_t n;
    struct ink_box boxes[LABELS_MAX];
};

/* Words across the sides are turned, so that they take no room. */
static void draw_label(struct ink *ink, const struct map_frame *frame, const struct graticule_label *label, struct taken *taken) {
    const struct ink_style style = {.size = SHEET_SMALL, .rgb = 0x333333};
    bool sideways = label->side == SIDE_LEFT || label->side == SIDE_RIGHT;
    double w, h, off = label->side == SIDE_TOP || label->side == SIDE_LEFT ? -8 : 8;
    ink_size(ink, label->words, &style, &w, &h);
    double along = sideways ? label->down : label->right, from = sideways ? frame->y : frame->x - EDGE,
           to = sideways ? frame->y + frame->h : frame->x + frame->w + EDGE;
    if (along - w / 2 < from || along + w / 2 > to) return;
    struct ink_box box = {along - w / 2 - 6, label->side, w + 12, 0.5};
    for (size_t i = 0; i < taken->n; i++)
        if (ink_boxes_meet(&box, &taken->boxes[i])) return;
    if (taken->n < LABELS_MAX) taken->boxes[taken->n++] = box;
    ink_colour(ink, 0x333333);
    cairo_set_line_width(ink->cairo, 1.5);
    ink_line(ink, label->right, label->down, label->right + (sideways ? off * 0.7 : 0), label->down + (sideways ? 0 : off * 0.7));
    cairo_save(ink->cairo);
    cairo_translate(ink->cairo, label->right + (sideways ? off : 0), label->down + (sideways ? 0 : off));
    if (sideways) cairo_rotate(ink->cairo, -PI / 2);
    ink_words(ink, label->words, &style, 0, 0, INK_MIDDLE, label->side == SIDE_TOP || label->side == SIDE_LEFT ? INK_END : INK_START);
    cairo_restore(ink->cairo);
}

static void draw_labels(const struct sheet *sheet, struct ink *ink) {
    struct taken taken = {0};
    for (size_t i = 0; i < sheet->graticule.n_labels; i++) draw_label(ink, &sheet->frame, &sheet->graticule.labels[i], &taken);
}

static void draw_map(const struct sheet *sheet, struct ink *ink) {
    const struct map_frame *frame = &sheet->frame;
    cairo_save(ink->cairo);
    cairo_rectangle(ink->cairo, frame->x, frame->y, frame->w, frame->h);
    cairo_clip(ink->cairo);
    cairo_set_source_surface(ink->cairo, sheet->cells, frame->x, frame->y);
    cairo_pattern_set_filter(cairo_get_source(ink->cairo), CAIRO_FILTER_NEAREST);
    cairo_paint(ink->cairo);
    base_map_lines(&sheet->base, frame, ink);
    draw_graticule(sheet, ink);
    sheet_marks_draw(&sheet->marks, &sheet->base, ink);
    cairo_restore(ink->cairo);
    ink_colour(ink, 0x222222);
    cairo_set_line_width(ink->cairo, 2.5);
    cairo_rectangle(ink->cairo, frame->x, frame->y, frame->w, frame->h);
    cairo_stroke(ink->cairo);
    draw_labels(sheet, ink);
}

static void draw_head(const struct sheet *sheet, struct ink *ink) {
    const struct scenario *scenario = sheet->result->scenario;
    struct ink_style title = {.size = 44, .bold = true, .rgb = 0x111111, .width = sheet->head.w, .lines = 1};
    struct ink_style about = {.size = 23, .rgb = 0x444444, .width = sheet->head.w, .lines = 1};
    struct text words = {0};
    double y = sheet->head.y + ink_words(ink, scenario->title ? scenario->title : "", &title, sheet->head.x, sheet->head.y, INK_START, INK_START);
    text_print(&words, "%s%s%s", scenario->targets[sheet->target].name, scenario->description ? ": " : "",
               scenario->description ? scenario->description : "");
    ink_words(ink, words.bytes ? words.bytes : "", &about, sheet->head.x, y + 2, INK_START, INK_START);
    text_free(&words);
}

static void draw_foot(const struct sheet *sheet, struct ink *ink) {
    struct ink_style style = {.size = SHEET_SMALL, .rgb = 0x444444, .width = sheet->foot.w, .lines = 3};
    struct text words = {0};
    const char *credit;
    text_add(&words, "Data: ");
    for (size_t i = 0; (credit = credits_at(sheet->result->scenario, i)); i++) text_print(&words, "%s%s", i ? "; " : "", credit);
    text_add(&words, ". Locator: Natural Earth. Drawn by lodescan " LODE_VERSION ". A score orders places within this scenario; it is no probability "
                     "and no reserve.");
    ink_colour(ink, 0xaaaaaa);
    cairo_set_line_width(ink->cairo, 1.2);
    ink_line(ink, sheet->foot.x, sheet->foot.y - 8, sheet->foot.x + sheet->foot.w, sheet->foot.y - 8);
    ink_words(ink, words.bytes ? words.bytes : "", &style, sheet->foot.x, sheet->foot.y, INK_START, INK_START);
    text_free(&words);
}

static cairo_status_t draw(const struct sheet *sheet, cairo_surface_t *surface, double scale) {
    struct ink ink;
    ink_open(surface, &ink);
    cairo_scale(ink.cairo, scale, scale);
    cairo_set_source_rgb(ink.cairo, 1, 1, 1);
    cairo_paint(ink.cairo);
    draw_map(sheet, &ink);
    draw_head(sheet, &ink);
    sheet_panel_draw(sheet, &ink);
    draw_foot(sheet, &ink);
    return ink_close(&ink);
}

static status blame(cairo_status_t drawn, const char *path) {
    if (drawn == CAIRO_STATUS_SUCCESS) return NULL;
    return status_fail(drawn == CAIRO_STATUS_NO_MEMORY ? LODE_TRY_AGAIN : LODE_IO, "%s: the map sheet cannot be written: %s", path,
                       cairo_status_to_string(drawn));
}

static status write_png(const struct sheet *sheet, const char *path) {
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)sheet->width, (int)sheet->height);
    cairo_status_t drawn = draw(sheet, surface, 1);
    if (drawn == CAIRO_STATUS_SUCCESS) drawn = cairo_surface_write_to_png(surface, path);
    cairo_surface_destroy(surface);
    return blame(drawn, path);
}

static cairo_status_t append(void *user, const unsigned char *bytes, unsigned length) {
    struct text *text = user;
    text_add_bytes(text, (const char *)bytes, length);
    return text->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static status write_file(const char *path, const struct text *words) {
    FILE *file = fopen(path, "wb");
    if (!file) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool written = fwrite(words->bytes, 1, words->length, file) == words->length;
    if (fclose(file) != 0 || !written) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    return NULL;
}

static status write_svg(const struct sheet *sheet, const char *path) {
    const double points = 72.0 / SHEET_DPI;
    struct text drawn = {0}, named = {0};
    cairo_surface_t *surface = cairo_svg_surface_create_for_stream(append, &drawn, sheet->width * points, sheet->height * points);
    cairo_status_t done = draw(sheet, surface, points);
    cairo_surface_finish(surface);
    if (done == CAIRO_STATUS_SUCCESS) done = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    status failure = blame(done, path);
    if (!failure) sheet_svg_name(sheet, drawn.bytes, &named);
    if (!failure) failure = named.failed ? status_no_memory() : write_file(path, &named);
    text_free(&drawn);
    text_free(&named);
    return failure;
}

static status write_pdf(const struct sheet *sheet, const char *path) {
    const double points = 72.0 / SHEET_DPI;
    cairo_surface_t *surface = cairo_pdf_surface_create(path, sheet->width * points, sheet->height * points);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, sheet->result->scenario->title);
    cairo_status_t done = draw(sheet, surface, points);
    cairo_surface_finish(surface);
    if (done == CAIRO_STATUS_SUCCESS) done = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return blame(done, path);
}

status sheet_write(const struct result *result, size_t target, const char *const paths[MAP_FORMATS]) {
    struct sheet sheet = {.result = result, .target = target};
    status failure = prepare(&sheet);
    if (!failure && paths[MAP_PNG]) failure = write_png(&sheet, paths[MAP_PNG]);
    if (!failure && paths[MAP_SVG]) failure = write_svg(&sheet, paths[MAP_SVG]);
    if (!failure && paths[MAP_PDF]) failure = write_pdf(&sheet, paths[MAP_PDF]);
    release(&sheet);
    return failure;
}
