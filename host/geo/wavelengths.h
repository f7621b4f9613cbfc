/* Which band of a file is nearest to a wavelength: from a list beside it, else from what GDAL knows of its bands. */
#ifndef LODE_GEO_WAVELENGTHS_H
#define LODE_GEO_WAVELENGTHS_H

#include <gdal.h>

#include "base/status.h"

/* The band (from 1) and its centre. `list`: a text file with a wavelength a line in the order of the bands, or "band, wavelength", in nanometres or
 * (numbers below 100) micrometres; lines without numbers are passed over; NULL: the file's own metadata (`wavelength`, `CENTRAL_WAVELENGTH_UM`, or a
 * description with a unit, "743.2 nm"). Fails when nothing is known of any band, or none is within WAVELENGTH_SLACK_NM. */
enum { WAVELENGTH_SLACK_NM = 10 };
status wavelengths_nearest(GDALDatasetH dataset, const char *path, const char *list, double wanted_nm, int *band, double *centre_nm) LODE_MUST_CHECK;

#endif
