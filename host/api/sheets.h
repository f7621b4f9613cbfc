/* Pictures of a run that are there on wish: map sheets and KMZ. */
#ifndef LODE_API_SHEETS_H
#define LODE_API_SHEETS_H

#include "analysis/result.h"
#include "report/outputs.h"

/* Kinds of map sheets as bits of enum map_format: those the scenario wants and those of `words` ("png,pdf"; NULL: none). LODE_USAGE when one is no
 * kind. */
status sheets_asked(const struct scenario *scenario, const char *words, unsigned *kinds) LODE_MUST_CHECK;
/* Draws TARGET_map.KIND for each target and kind, and TARGET.kmz where that is wanted. */
status sheets_write(const struct result *result, unsigned kinds, bool kmz, struct outputs *outputs, struct arena *arena,
                    struct log *log) LODE_MUST_CHECK;

#endif
