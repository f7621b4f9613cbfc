/* Tables of comma-separated values (RFC 4180), field by field. */
#ifndef LODE_REPORT_CSV_TEXT_H
#define LODE_REPORT_CSV_TEXT_H

#include "base/status.h"
#include "base/text.h"

/* A field and the comma after it, quoted where it must be; NULL: an empty one. */
void csv_word(struct text *out, const char *words);
/* The same of a number, the shortest that reads back; what is not finite is empty. */
void csv_number(struct text *out, double value);
/* Ends a row: the last comma becomes a line's end. */
void csv_end(struct text *out);
/* Writes the text to a file and frees it. LODE_IO with the cause. */
status csv_write(struct text *out, const char *path) LODE_MUST_CHECK;

#endif
