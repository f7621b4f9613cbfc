/* doc.kml with a folder of overlays and one of placemarks. A placemark's description is HTML: names are escaped for it, and then all of it for XML.
 */
#include "report/kmz.h"

#include <cairo.h>
#include <math.h>
#include <stdlib.h>

#include "report/credits.h"
#include "report/kmz_tiles.h"
#include "report/overlay_words.h"
#include "report/sheet_parts.h"
#include "report/sheet_svg.h"
#include "report/site_table.h"

enum { LEGEND_WIDE = 520, LEGEND_MOST = 900, MARGIN = 20, ICON = 32 };

struct kmz {
    const struct result *result;
    size_t target;
    struct score_scale scale;
    struct crs_lonlat *lonlat;
    struct zip_file *zip;
    struct text kml, page; /* page: one placemark's */
};

static cairo_status_t append(void *user, const unsigned char *bytes, unsigned length) {
    struct text *text = user;
    text_add_bytes(text, (const char *)bytes, length);
    return text->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static status add_picture(struct kmz *kmz, cairo_surface_t *surface, const char *name) {
    struct text png = {0};
    cairo_status_t drawn = cairo_surface_write_to_png_stream(surface, append, &png);
    status failure = drawn == CAIRO_STATUS_SUCCESS ? zip_file_add(kmz->zip, name, png.bytes, png.length) : status_no_memory();
    text_free(&png);
    return failure;
}

/* The sheet's legend on white, cut to its height. */
static status add_legend(struct kmz *kmz) {
    struct sheet sheet = {.result = kmz->result, .target = kmz->target, .scale = kmz->scale};
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, LEGEND_WIDE, LEGEND_MOST);
    struct ink ink;
    ink_open(surface, &ink);
    cairo_set_source_rgb(ink.cairo, 1, 1, 1);
    cairo_paint(ink.cairo);
    double high = sheet_legend_draw(&sheet, &ink, MARGIN, MARGIN, LEGEND_WIDE - 2 * MARGIN) + 2 * MARGIN;
    cairo_status_t drawn = ink_close(&ink);
    cairo_surface_t *cut = cairo_image_surface_create(CAIRO_FORMAT_RGB24, LEGEND_WIDE, (int)fmin(high, LEGEND_MOST));
    cairo_t *cairo = cairo_create(cut);
    cairo_set_source_surface(cairo, surface, 0, 0);
    cairo_paint(cairo);
    cairo_destroy(cairo);
    status failure = drawn == CAIRO_STATUS_SUCCESS ? add_picture(kmz, cut, "legend.png") : status_no_memory();
    cairo_surface_destroy(cut);
    cairo_surface_destroy(surface);
    text_add(
        &kmz->kml,
        "<ScreenOverlay><name>Legend</name><Icon><href>legend.png</href></Icon><overlayXY x=\"0\" y=\"0\" xunits=\"fraction\" yunits=\"fraction\"/>"
        "<screenXY x=\"12\" y=\"36\" xunits=\"pixels\" yunits=\"pixels\"/><size x=\"0.25\" y=\"0\" xunits=\"fraction\" yunits=\"fraction\"/>"
        "</ScreenOverlay>\n");
    return failure;
}

static status add_icon(struct kmz *kmz, const char *name, unsigned rgb) {
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, ICON, ICON);
    struct ink ink;
    ink_open(surface, &ink);
    cairo_arc(ink.cairo, ICON / 2.0, ICON / 2.0, ICON / 2.0 - 3, 0, 2 * acos(-1.0));
    ink_colour(&ink, rgb);
    cairo_fill_preserve(ink.cairo);
    ink_colour(&ink, 0xffffff);
    cairo_set_line_width(ink.cairo, 3);
    cairo_stroke(ink.cairo);
    status failure = ink_close(&ink) == CAIRO_STATUS_SUCCESS ? add_picture(kmz, surface, name) : status_no_memory();
    cairo_surface_destroy(surface);
    return failure;
}

static void add_styles(struct kmz *kmz) {
    static const char *const names[] = {"ranked", "unranked"};
    for (int i = 0; i < 2; i++)
        text_print(&kmz->kml,
                   "<Style id=\"%s\"><IconStyle><scale>0.9</scale><Icon><href>%s.png</href></Icon></IconStyle>"
                   "<LabelStyle><scale>0.8</scale></LabelStyle></Style>\n",
                   names[i], names[i]);
}

static void add_number(struct text *into, double value) {
    if (isfinite(value))
        text_print(into, "%.4g", value);
    else
        text_add(into, isnan(value) ? "–" : "∞");
}

static void add_term(const struct criterion *criterion, const struct term *term, struct text *page) {
    text_add(page, "<tr><td>");
    sheet_svg_words(criterion->label, page);
    text_print(page, "</td><td>%s</td><td>", role_name(criterion->role));
    add_number(page, term->raw);
    if (*criterion->unit_name) text_add(page, " ");
    sheet_svg_words(criterion->unit_name, page);
    text_add(page, "</td><td>");
    add_number(page, term->membership);
    text_add(page, "</td><td>");
    add_number(page, term->weight);
    text_add(page, "</td><td>");
    sheet_svg_words(term->nearest ? term->nearest : "", page);
    text_add(page, "</td></tr>");
}

/* Why it scores so. */
static status fill_page(struct kmz *kmz, const struct site *site) {
    const struct scenario *scenario = kmz->result->scenario;
    struct arena arena = {0};
    struct text *page = &kmz->page;
    const char *reasons = site_table_reasons(kmz->result, kmz->target, site, &arena);
    page->length = 0;
    text_add(page, "<p>Score ");
    add_number(page, site->score);
    text_print(page, "; %s", site_table_status(site->state));
    if (reasons && *reasons) text_add(page, ": ");
    sheet_svg_words(reasons ? reasons : "", page);
    text_add(page, "</p><p>");
    sheet_svg_words(basis_sentence(overlay_basis(scenario, kmz->target)), page);
    text_add(
        page,
        "</p><table border=\"1\" cellpadding=\"3\"><tr><th>criterion</th><th>role</th><th>value</th><th>membership</th><th>weight</th><th>nearest"
        "</th></tr>");
    for (size_t c = 0; site->terms && c < scenario->n_criteria; c++)
        if (!isnan(site->terms[c].weight)) add_term(&scenario->criteria[c], &site->terms[c], page);
    text_add(page, "</table>");
    status failure = !reasons || page->failed ? status_no_memory() : NULL;
    arena_free(&arena);
    return failure;
}

static status add_site(struct kmz *kmz, const struct site *site) {
    struct text *kml = &kmz->kml;
    TRY(fill_page(kmz, site));
    text_print(kml, "<Placemark id=\"site-%s\"><name>", site->id);
    if (site->rank) text_print(kml, "%d", site->rank);
    if (site->rank && site->name) text_add(kml, " ");
    sheet_svg_words(site->name ? site->name : "", kml);
    text_add(kml, "</name><description>");
    sheet_svg_words(kmz->page.bytes, kml);
    text_print(kml, "</description><styleUrl>#%s</styleUrl><Point><coordinates>%.7f,%.7f</coordinates></Point></Placemark>\n",
               site->rank ? "ranked" : "unranked", site->lon, site->lat);
    return NULL;
}

static status add_sites(struct kmz *kmz) {
    const struct site_list *sites = &kmz->result->targets[kmz->target].sites;
    text_add(&kmz->kml, "<Folder><name>Sites</name>\n");
    for (size_t i = 0; i < sites->count; i++) TRY(add_site(kmz, &sites->sites[i]));
    text_add(&kmz->kml, "</Folder>\n");
    return NULL;
}

static void add_head(struct kmz *kmz) {
    const struct scenario *scenario = kmz->result->scenario;
    const char *credit;
    text_add(&kmz->kml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>");
    sheet_svg_words(scenario->title ? scenario->title : "", &kmz->kml);
    text_print(&kmz->kml, ": %s</name><open>1</open><description>", scenario->targets[kmz->target].name);
    sheet_svg_words(scenario->description ? scenario->description : "", &kmz->kml);
    text_add(&kmz->kml, " Data: ");
    for (size_t i = 0; (credit = credits_at(scenario, i)); i++) {
        if (i) text_add(&kmz->kml, "; ");
        sheet_svg_words(credit, &kmz->kml);
    }
    text_add(&kmz->kml, ". lodescan " LODE_VERSION "</description>\n");
    add_styles(kmz);
}

static status fill(struct kmz *kmz) {
    const struct map_frame frame = {.w = 1, .h = 1, .grid = &kmz->result->grid, .lonlat = kmz->lonlat};
    add_head(kmz);
    TRY(add_icon(kmz, "ranked.png", 0xb01818));
    TRY(add_icon(kmz, "unranked.png", 0x777777));
    TRY(add_legend(kmz));
    text_add(&kmz->kml, "<Folder><name>Scores</name>\n");
    TRY(kmz_tiles_write(kmz->result, kmz->target, &kmz->scale, &frame, kmz->zip, &kmz->kml));
    text_add(&kmz->kml, "</Folder>\n");
    TRY(add_sites(kmz));
    text_add(&kmz->kml, "</Document></kml>\n");
    if (kmz->kml.failed) return status_no_memory();
    return zip_file_add(kmz->zip, "doc.kml", kmz->kml.bytes, kmz->kml.length);
}

status kmz_write(const struct result *result, size_t target, const char *path) {
    struct kmz kmz = {.result = result, .target = target};
    status failure = crs_lonlat_open(&result->grid, &kmz.lonlat);
    kmz.scale = result->targets[target].scale;
    if (!failure) failure = zip_file_open(path, &kmz.zip);
    if (!failure) failure = fill(&kmz);
    failure = status_first(failure, zip_file_close(kmz.zip));
    crs_lonlat_close(kmz.lonlat);
    text_free(&kmz.kml);
    text_free(&kmz.page);
    return failure;
}
