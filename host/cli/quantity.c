/* A number and a unit out of a short table. */
#include "cli/quantity.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct unit_row {
    const char *name;
    double factor;
};

static const struct unit_row byte_units[] = {{"B", 1},
                                             {"kB", 1e3},
                                             {"MB", 1e6},
                                             {"GB", 1e9},
                                             {"TB", 1e12},
                                             {"K", 1024.0},
                                             {"KiB", 1024.0},
                                             {"M", 1048576.0},
                                             {"MiB", 1048576.0},
                                             {"G", 1073741824.0},
                                             {"GiB", 1073741824.0},
                                             {"T", 1099511627776.0},
                                             {"TiB", 1099511627776.0},
                                             {NULL, 0}};
static const struct unit_row metre_units[] = {{"m", 1}, {"km", 1000}, {NULL, 0}};
static const struct unit_row degree_units[] = {{"deg", 1}, {NULL, 0}};

/* Only digits and one point: strtod would take hex, exponents, nan and inf too. */
static bool number_and_unit(const char *words, const struct unit_row *units, double *value) {
    size_t digits = strspn(words, "0123456789.");
    char *end = NULL;
    double number = strtod(words, &end);
    if (digits == 0 || end != words + digits) return false;
    end += strspn(end, " ");
    for (const struct unit_row *unit = units; unit->name; unit++) {
        if (strcasecmp(end, unit->name) != 0) continue;
        *value = number * unit->factor;
        return true;
    }
    return false;
}

bool quantity_bytes(const char *words, size_t *bytes) {
    double value = 0;
    if (!number_and_unit(words, byte_units, &value) || value < 1 || value >= (double)(SIZE_MAX / 2)) return false;
    *bytes = (size_t)value;
    return true;
}

bool quantity_cell(const char *words, double *size, bool *degrees) {
    double value = 0;
    *degrees = number_and_unit(words, degree_units, &value);
    if (!*degrees && !number_and_unit(words, metre_units, &value)) return false;
    if (!(value > 0)) return false;
    *size = value;
    return true;
}

bool quantity_place(const char *words, double lonlat[2]) {
    const double limits[2] = {360, 90};
    for (int i = 0; i < 2; i++) {
        char *end = NULL;
        const size_t length = strspn(words, "+-.0123456789");
        lonlat[i] = strtod(words, &end);
        if (length == 0 || end != words + length || !(lonlat[i] >= -limits[i] && lonlat[i] <= limits[i]) || *end != ",\0"[i]) return false;
        words = end + 1;
    }
    return true;
}
