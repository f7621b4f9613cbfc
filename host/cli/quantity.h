/* Sizes as the command line writes them. The program sets no locale, so the decimal sign is a point. */
#ifndef LODE_CLI_QUANTITY_H
#define LODE_CLI_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

/* `8GB`, `512MiB`, `2G` (G, M, K, T alone are powers of 1024), from one byte up; false if it is anything else. */
bool quantity_bytes(const char *words, size_t *bytes);
/* `100m`, `1.5km` (in metres) or `0.1deg` (in degrees), above zero; false if it is anything else. */
bool quantity_cell(const char *words, double *size, bool *degrees);
/* `-115.53,35.47`: degrees of longitude (-360 to 360) and latitude (-90 to 90); false if it is anything else. */
bool quantity_place(const char *words, double lonlat[2]);

#endif
