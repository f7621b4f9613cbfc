/* The scores of a grid as a picture for a map sheet: a pixel for a unit of the sheet, however many cells the grid has. */
#ifndef LODE_REPORT_SHEET_CELLS_H
#define LODE_REPORT_SHEET_CELLS_H

#include <cairo.h>

#include "report/heatmap.h"

/* `width` x `height` pixels with alpha. Where cells are smaller than pixels, a pixel looks at 3 x 3 places: its state is the most frequent one, its
 * score the mean of those that are scored; else at the cell under its middle. Excluded cells are hatched in pixels, whatever the cells' size; outside
 * is clear. The grid is read row by row, so that memory is the picture's alone. The caller destroys the surface. */
status sheet_cells_make(const struct result *result, size_t target, const struct score_scale *scale, int width, int height,
                        cairo_surface_t **out) LODE_MUST_CHECK;
/* One pixel of the hatch, also for legends. */
enum heatmap_index sheet_cells_hatch(int x, int y);

#endif
