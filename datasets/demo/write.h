/* Rasters and vectors of the demo as files. Bytes depend on values and library versions alone, never on the clock. */
#ifndef DEMO_WRITE_H
#define DEMO_WRITE_H

#include <gdal.h>
#include <ogr_api.h>
#include <stdbool.h>
#include <stdint.h>

/* Value of a band at a place in kilometres of the region. */
typedef int (*demo_value)(uint64_t seed, int band, double x_km, double y_km);

struct demo_raster {
    const char *file, *unit;
    int epsg;
    double west, north, cell; /* in that crs, metres */
    int cols, rows, bands;
    GDALDataType type;
    int nodata;                     /* no nodata value when it is DEMO_NO_NODATA */
    const char *const *band_names;  /* NULL: none */
    const char *const *class_names; /* NULL: none */
    demo_value value;
};
#define DEMO_NO_NODATA (-1000000)

/* A feature: vertices in kilometres of the region, a name, and a number whose meaning the layer names. */
struct demo_shape {
    const char *name;
    double number;
    const char *text;
    size_t count;
    const double (*km)[2];
};

struct demo_vector {
    const char *file, *driver, *layer;
    int epsg;
    OGRwkbGeometryType type;
    const char *number_field, *text_field; /* NULL: none */
    double wiggle_km;                      /* lines: how far vertices are moved, one added each kilometre */
    size_t count;
    const struct demo_shape *shapes;
};

/* False after telling stderr what went wrong. `append`: one more layer in a file that was begun before. */
bool demo_write_raster(const char *folder, uint64_t seed, const struct demo_raster *raster);
bool demo_write_vector(const char *folder, uint64_t seed, const struct demo_vector *vector, bool append);
/* Longitude and latitude of a place of the region, rounded to 1e-6 degrees. */
bool demo_lonlat(double x_km, double y_km, double *lon, double *lat);

#endif
