/* A file of rule bits, TARGET_rules.tif of a finished run, asked cell by cell. Bit k has a name where the band's metadata say BIT_k. */
#ifndef LODE_GEO_BITS_FILE_H
#define LODE_GEO_BITS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct bits_file;
/* LODE_NO_INPUT or LODE_BAD_DATA, naming the file and the cause. */
status bits_file_open(const char *path, struct bits_file **out) LODE_MUST_CHECK;
void bits_file_close(struct bits_file *file); /* NULL is legal */
/* Whether the bit called `name` is set in the cell; *out is false where the file knows no such bit. The cell must lie within the file. */
status bits_file_holds(const struct bits_file *file, const char *name, int64_t col, int64_t row, bool *out) LODE_MUST_CHECK;

#endif
