/* The diagrams of a validation. */
#ifndef LODE_REPORT_VALIDATION_PLOT_H
#define LODE_REPORT_VALIDATION_PLOT_H

#include "analysis/validate.h"

enum validation_diagram { DIAGRAM_SUCCESS, DIAGRAM_ROC, DIAGRAM_PRECISION, DIAGRAM_PREDICTION_AREA, DIAGRAM_CONCENTRATION, DIAGRAMS };
extern const char *const validation_diagram_files[DIAGRAMS]; /* "success_rate.png" ... */

/* Whether there is anything to draw: places, or more than one score above 0. */
bool validation_shows(const struct validated *validated, enum validation_diagram diagram);
status validation_plot(const struct validated *validated, enum validation_diagram diagram, const char *path) LODE_MUST_CHECK;

#endif
