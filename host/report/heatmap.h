/* A target's scores as a picture, one pixel a cell. */
#ifndef LODE_REPORT_HEATMAP_H
#define LODE_REPORT_HEATMAP_H

#include "analysis/result.h"

/* Palette entries of a heatmap: four states that never look alike, then the ramp. */
enum heatmap_index { HEATMAP_OUTSIDE, HEATMAP_NO_DATA, HEATMAP_HATCH, HEATMAP_HATCH_DARK, HEATMAP_RAMP, HEATMAP_COLOURS = 256 };

/* Where the three files of a heatmap go: the PNG, its world file (.pgw) and its georeference for GDAL (.png.aux.xml). */
struct heatmap_paths {
    const char *png, *world, *aux;
};

/* Writes all three for `target`. Scored cells get the target's ramp over 0..1, excluded ones a 45 degree grey hatch, no data a
 * light grey, outside is transparent. The same result gives the same bytes. */
status heatmap_write(const struct result *result, size_t target, const struct heatmap_paths *paths) LODE_MUST_CHECK;

#endif
