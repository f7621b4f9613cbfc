/* Statistics as raster_writer_cog left them in the file. */
#include "geo/raster_facts.h"

#include <gdal.h>
#include <math.h>

#include "geo/gdal_words.h"

status raster_facts_read(const char *path, int band, struct band_facts *out) {
    struct gdal_words said;
    gdal_begin(&said);
    *out = (struct band_facts){NAN, NAN, NAN, NAN};
    GDALDatasetH file = GDALOpen(path, GA_ReadOnly);
    status failure = file ? NULL : status_fail(LODE_IO, "%s cannot be read: %s", path, gdal_said(&said, "no reason given"));
    if (file && GDALGetRasterStatistics(GDALGetRasterBand(file, band), FALSE, FALSE, &out->least, &out->most, &out->mean, &out->sd) != CE_None)
        *out = (struct band_facts){NAN, NAN, NAN, NAN};
    if (file) GDALClose(file);
    gdal_end();
    return failure;
}
