/* The tables of sensors and indices as words: a list for the terminal, and the sections of the reference. */
#ifndef LODE_MODEL_INDEX_PRINT_H
#define LODE_MODEL_INDEX_PRINT_H

#include "base/text.h"
#include "model/index_table.h"

/* Every index with its formulas and where they are from; of one sensor, those that its bands suffice for, with its bands first. */
void index_list(const struct sensor_row *sensor /* NULL: all */, struct text *out);
void index_markdown(struct text *out);

/* The first formula of an index that a sensor has all wavebands for; NULL: none. */
const struct index_formula *index_formula_for(const struct index_row *row, const struct sensor_row *sensor);

#endif
