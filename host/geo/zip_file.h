/* A zip file written entry by entry, without dates: the same entries are the same bytes. */
#ifndef LODE_GEO_ZIP_FILE_H
#define LODE_GEO_ZIP_FILE_H

#include <stddef.h>

#include "base/status.h"

struct zip_file;

/* LODE_IO, naming the path. */
status zip_file_open(const char *path, struct zip_file **out) LODE_MUST_CHECK;
/* Names are relative, with '/'. */
status zip_file_add(struct zip_file *zip, const char *name, const void *bytes, size_t size) LODE_MUST_CHECK;
/* Writes the list of entries. The file is whole only when this succeeds. NULL is legal. */
status zip_file_close(struct zip_file *zip) LODE_MUST_CHECK;

#endif
