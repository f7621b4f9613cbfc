/* A map sheet in parts, for sheet.c and who draws its panel. */
#ifndef LODE_REPORT_SHEET_PARTS_H
#define LODE_REPORT_SHEET_PARTS_H

#include "report/graticule.h"
#include "report/heatmap.h"
#include "report/sheet.h"
#include "report/sheet_marks.h"

enum { SHEET_SITES_MAX = 40, SHEET_TEXT = 19, SHEET_SMALL = 17 };

struct sheet {
    const struct result *result;
    size_t target;
    struct score_scale scale;
    double width, height, margin;            /* of the page */
    struct ink_box head, panel, foot, below; /* below: what the map leaves beside the panel */
    struct map_frame frame;
    struct crs_lonlat *lonlat;
    struct graticule graticule;
    struct base_map base;
    struct sheet_marks marks;
    struct scale_bar bar;
    bool has_bar;
    size_t n_listed; /* sites with a number on the map and a line in the table */
    cairo_surface_t *cells;
};

/* How many lines of sites the panel has room for beside the other blocks; needs frame, base map, scale and bar. */
size_t sheet_panel_lines(const struct sheet *sheet);
/* Legend, scale and locator, and table of sites, in columns. */
void sheet_panel_draw(const struct sheet *sheet, struct ink *ink);
/* Parts of the legend, `width` wide: what colours mean, and what symbols. Both return their height. */
double sheet_legend_draw(const struct sheet *sheet, struct ink *ink, double x, double y, double width);
double sheet_symbols_draw(const struct sheet *sheet, struct ink *ink, double x, double y, double width);
/* "1 234 567", with narrow spaces. */
void sheet_thousands(double value, char words[40]);

#endif
