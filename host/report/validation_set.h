/* All files of one validation, under a folder's name: validation.json, curves.csv and the pictures. */
#ifndef LODE_REPORT_VALIDATION_SET_H
#define LODE_REPORT_VALIDATION_SET_H

#include "analysis/validate.h"
#include "report/outputs.h"

/* Adds the files `FOLDER/NAME` (NAME alone without one) to the outputs and writes them. */
status validation_set_write(const struct validated *validated, const char *folder, struct outputs *outputs) LODE_MUST_CHECK;

#endif
