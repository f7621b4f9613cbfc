/* The surfaces of a run as GeoTIFF: scores, states, and criteria on wish. */
#ifndef LODE_API_SURFACES_H
#define LODE_API_SURFACES_H

#include "analysis/result.h"
#include "report/outputs.h"

/* Adds <target>_score.tif (float of 16 significant bits; NaN where excluded, no data or outside), <target>_state.tif (byte, enum cell_state with
 * names) and, when the scenario asks, criteria/<name>.tif (value, membership); and
 * beside each a style for QGIS, <name>.qml. */
status surfaces_write(const struct result *result, struct outputs *outputs, struct log *log) LODE_MUST_CHECK;

#endif
