/* Imaging spectrometers' files: ENVI headers give bands `wavelength` and `wavelength_units`, GDAL 3.10 and later CENTRAL_WAVELENGTH_UM, others a
 * description. The header's own number is asked for first: what GDAL makes of it is rounded to whole nanometres. Numbers below 100 are micrometres
 * whatever they say, for no such instrument sees 100 nm. */
#include "geo/wavelengths.h"

#include <cpl_conv.h>
#include <cpl_vsi.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static double in_nm(double number) {
    return number > 0 && number < 100 ? 1000 * number : number > 0 ? number : NAN;
}

/* The number that begins here, wherever the comma is in this locale; NaN when none does. */
static double number_at(const char *words, size_t *length) {
    char word[40];
    *length = strspn(words, "0123456789.eE+-");
    double number;
    if (!*length || *length >= sizeof word) return NAN;
    memcpy(word, words, *length);
    word[*length] = 0;
    return text_number(word, &number) ? number : NAN;
}

/* "band 34 (743.2 nm)", "0.7432 Micrometers": the number before a unit of length. */
static double described_nm(const char *words) {
    for (const char *c = words; *c; c++) {
        size_t length;
        if (!isdigit((unsigned char)*c)) continue;
        double number = number_at(c, &length);
        const char *unit = c + length + strspn(c + length, " ");
        if (strncasecmp(unit, "nm", 2) == 0 || strncasecmp(unit, "nano", 4) == 0 || strncasecmp(unit, "um", 2) == 0 ||
            strncasecmp(unit, "micro", 5) == 0)
            return in_nm(number);
        if (length) c += length - 1;
    }
    return NAN;
}

static double band_nm(GDALRasterBandH band) {
    static const char *const keys[][2] = {{"wavelength", NULL}, {"central_wavelength", NULL}, {"CENTRAL_WAVELENGTH_UM", "IMAGERY"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *words = GDALGetMetadataItem(band, keys[i][0], keys[i][1]);
        double number;
        if (words && text_number(words, &number)) return in_nm(number);
    }
    return described_nm(GDALGetDescription(band));
}

/* The last number of a line, after the band's own where there are two. */
static double line_nm(const char *line, long *band) {
    double first = NAN, last = NAN;
    size_t count = 0;
    for (const char *c = line; *c;) {
        size_t length;
        double number = isdigit((unsigned char)*c) || *c == '.' ? number_at(c, &length) : NAN;
        if (isnan(number)) {
            c++;
            continue;
        }
        if (!count++) first = number;
        last = number;
        c += length;
    }
    if (count > 1 && first == floor(first) && first >= 1 && first < 1e6) *band = (long)first;
    return in_nm(last);
}

static status list_read(const char *path, int bands, double *nm) {
    VSILFILE *file = VSIFOpenL(path, "rb");
    if (!file) return status_fail(LODE_NO_INPUT, "the list of wavelengths %s cannot be opened: check `wavelengths` and the data folder", path);
    long at = 0;
    for (const char *line; (line = CPLReadLine2L(file, 1000, NULL));) {
        long band = at + 1;
        double number = line_nm(line, &band);
        if (isnan(number)) continue;
        if (band <= bands) nm[band - 1] = number;
        at = band;
    }
    CPLReadLineL(NULL);
    VSIFCloseL(file);
    if (at == bands) return NULL;
    return status_fail(LODE_BAD_DATA, "the list of wavelengths %s ends with band %ld where the file has %d: give a line a band, in the file's order",
                       path, at, bands);
}

static status choose(const char *path, const double *nm, int bands, double wanted_nm, int *band, double *centre_nm) {
    int nearest = -1;
    for (int i = 0; i < bands; i++)
        if (!isnan(nm[i]) && (nearest < 0 || fabs(nm[i] - wanted_nm) < fabs(nm[nearest] - wanted_nm))) nearest = i;
    if (nearest < 0)
        return status_fail(
            LODE_BAD_DATA,
            "%s does not say the wavelengths of its bands: list them, a line a band, in a text file, and name it with `wavelengths: FILE`", path);
    if (fabs(nm[nearest] - wanted_nm) > WAVELENGTH_SLACK_NM)
        return status_fail(LODE_BAD_DATA, "%s has no band within %d nm of %g nm; the nearest is band %d, %g nm: take an index of other bands", path,
                           WAVELENGTH_SLACK_NM, wanted_nm, nearest + 1, nm[nearest]);
    *band = nearest + 1;
    *centre_nm = nm[nearest];
    return NULL;
}

status wavelengths_nearest(GDALDatasetH dataset, const char *path, const char *list, double wanted_nm, int *band, double *centre_nm) {
    int bands = GDALGetRasterCount(dataset);
    double *nm;
    TRY(MEMORY_ARRAY((size_t)bands + 1, &nm));
    for (int i = 0; i < bands; i++) nm[i] = list ? NAN : band_nm(GDALGetRasterBand(dataset, i + 1));
    status failed = list ? list_read(list, bands, nm) : NULL;
    if (!failed) failed = choose(path, nm, bands, wanted_nm, band, centre_nm);
    free(nm);
    return failed;
}
