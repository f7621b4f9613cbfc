/* A target's scores as a picture, one pixel a cell. */
#ifndef LODE_REPORT_HEATMAP_H
#define LODE_REPORT_HEATMAP_H

#include "analysis/result.h"
#include "report/ramp.h"

/* Palette entries of a heatmap: four states that never look alike, then the ramp. */
enum heatmap_index { HEATMAP_OUTSIDE, HEATMAP_NO_DATA, HEATMAP_HATCH, HEATMAP_HATCH_DARK, HEATMAP_RAMP, HEATMAP_COLOURS = 256 };

/* Where on the ramp class k is. */
double heatmap_class_share(const struct score_scale *scale, size_t k);
/* Where on the ramp a score lies, 0 to 1 from end to end; and the score that lies there. */
double heatmap_share(const struct score_scale *scale, double score);
double heatmap_score(const struct score_scale *scale, double share);
/* The palette entry of a scored cell, and the colours of all entries. */
uint8_t heatmap_entry(const struct score_scale *scale, double score);
void heatmap_palette(const struct score_scale *scale, const struct ramp *ramp, struct rgb palette[HEATMAP_COLOURS]);

/* Where the three files of a heatmap go: the PNG, its world file (.pgw) and its georeference for GDAL (.png.aux.xml). */
struct heatmap_paths {
    const char *png, *world, *aux;
};

/* Writes all three for `target`. Scored cells get the target's ramp over 0..1, excluded ones a 45 degree grey hatch, no data a
 * light grey, outside is transparent. The same result gives the same bytes. */
status heatmap_write(const struct result *result, size_t target, const struct heatmap_paths *paths) LODE_MUST_CHECK;

#endif
