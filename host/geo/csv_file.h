/* A small table of text in a CSV file, columns by name. */
#ifndef LODE_GEO_CSV_FILE_H
#define LODE_GEO_CSV_FILE_H

#include "base/memory.h"
#include "base/status.h"
#include "model/permit.h"

/* Cells of the wanted columns, whatever their order in the file, in `arena`. A column that is missing or that nobody asked for is
 * LODE_BAD_DATA with the nearest name; so is a quote without an end, or a byte of 0, with its line; no file LODE_NO_INPUT. */
status csv_read(const char *path, const char *const *columns, size_t n_columns, struct arena *arena, struct permit_rows *out) LODE_MUST_CHECK;
/* The same, where the columns from `n_needed` on may be missing and are then empty, and a file of no bytes has no rows. */
status csv_read_some(const char *path, const char *const *columns, size_t n_needed, size_t n_columns, struct arena *arena,
                     struct permit_rows *out) LODE_MUST_CHECK;
/* The same of bytes in memory; `name` is for messages. */
status csv_read_bytes(const char *name, const char *bytes, const char *const *columns, size_t n_columns, struct arena *arena,
                      struct permit_rows *out) LODE_MUST_CHECK;

#endif
