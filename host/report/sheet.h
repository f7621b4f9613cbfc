/* A target's map sheet, A3, as PNG (150 dots an inch), SVG or PDF: the scores over a muted base map of the scenario's own layers, hatched where a
 * rule excludes; numbered sites and the table they are keyed to; legend, scale bar, north arrow, graticule, locator and credits. No date and no
 * random name is in the files: the same result gives the same bytes (letters come from the machine's fonts). */
#ifndef LODE_REPORT_SHEET_H
#define LODE_REPORT_SHEET_H

#include "analysis/result.h"

enum { SHEET_LONG = 2480, SHEET_SHORT = 1754, SHEET_DPI = 150 }; /* units of a sheet: A3 at 150 an inch */

/* paths[MAP_PNG] ...: NULL for a kind that is not wanted. The page lies or stands, whichever lets the map be larger. */
status sheet_write(const struct result *result, size_t target, const char *const paths[MAP_FORMATS]) LODE_MUST_CHECK;

#endif
