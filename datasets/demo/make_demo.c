/* make_demo [--seed N] OUTDIR: writes the fictional Sable Ridge region, a small map with planted deposits and plant sites.
 * The same seed gives the same values on every machine, and the same bytes with the same GDAL. truth.csv and truth.geojson say
 * what was planted, which no scenario that ranks reads; ordinances.csv is a table of setbacks. */
#include <cpl_conv.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "map.h"
#include "region.h"

static int whole(double value) {
    return (int)floor(value + 0.5);
}

static int elevation_dm(uint64_t seed, int band, double x, double y) {
    (void)band;
    return whole(10 * region_elevation_m(seed, x, y));
}

static int rock_code(uint64_t seed, int band, double x, double y) {
    (void)band;
    return (int)region_rock(seed, x, y);
}

static int radiometrics(uint64_t seed, int band, double x, double y) {
    if (band == 0) return whole(100 * region_potassium_pct(seed, x, y));
    return whole(10 * (band == 1 ? region_thorium_ppm(seed, x, y) : region_uranium_ppm(seed, x, y)));
}

static int magnetics_nt(uint64_t seed, int band, double x, double y) {
    (void)band;
    return whole(region_magnetic_nt(seed, x, y));
}

static int reflectance(uint64_t seed, int band, double x, double y) {
    double bands[REGION_BANDS];
    if (region_cloud(seed, x, y)) return 0;
    region_reflectance(seed, x, y, bands);
    return whole(10000 * bands[band]);
}

/* red / blue and SWIR1 / SWIR2, times 1000, from the stored whole numbers. */
static int alteration_index(uint64_t seed, int band, double x, double y) {
    static const int over[] = {2, 4}, under[] = {0, 5};
    int below = reflectance(seed, under[band], x, y);
    return below ? whole(1000.0 * reflectance(seed, over[band], x, y) / below) : 0;
}

static const char *const radiometric_names[] = {"K, 0.01 percent", "eTh, 0.1 ppm", "eU, 0.1 ppm"};
static const char *const band_names[] = {"blue", "green", "red", "nir", "swir1", "swir2"};
static const char *const index_names[] = {"ferric iron index (red / blue), times 1000", "clay index (swir1 / swir2), times 1000"};

#define REGION_NORTH_M (REGION_Y_M + 1000 * REGION_HEIGHT_KM)
static const struct demo_raster rasters[] = {
    {"elevation_dm.tif", "dm", REGION_EPSG, REGION_X_M - 500, REGION_NORTH_M + 500, 100, REGION_COLS + 10, REGION_ROWS + 10, 1, GDT_Int32,
     DEMO_NO_NODATA, NULL, NULL, elevation_dm},
    {"lithology.tif", NULL, REGION_EPSG, REGION_X_M, REGION_NORTH_M, 100, REGION_COLS, REGION_ROWS, 1, GDT_Byte, 0, NULL, rock_names, rock_code},
    {"radiometrics.tif", NULL, REGION_EPSG, REGION_X_M - 1000, REGION_NORTH_M + 1000, 250, 248, 188, 3, GDT_Int16, -9999, radiometric_names, NULL,
     radiometrics},
    {"magnetics_albers_nt.tif", "nT", 5070, -1834000, 1908000, 150, 474, 400, 1, GDT_Int16, -9999, NULL, NULL, magnetics_nt},
    {"imagery.tif", NULL, REGION_EPSG, REGION_X_M, REGION_NORTH_M, 100, REGION_COLS, REGION_ROWS, REGION_BANDS, GDT_UInt16, 0, band_names, NULL,
     reflectance},
    {"alteration_indices.tif", NULL, REGION_EPSG, REGION_X_M, REGION_NORTH_M, 100, REGION_COLS, REGION_ROWS, 2, GDT_UInt16, 0, index_names, NULL,
     alteration_index},
};

static bool ordinances_write(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/ordinances.csv", folder);
    FILE *csv = fopen(path, "w");
    if (!csv) return false;
    fputs("jurisdiction,feature,setback,unit,valid_from,valid_until,citation,text\n"
          "Linden District,town,1500,m,,2026-12-31,Linden District Code 7.2,No plant within 1500 m of a town.\n"
          "Linden District,town,4,km,2027-01-01,,Linden District Code 7.2 (amended),No plant within 4 km of a town.\n"
          "Linden District,highway,0.25,mi,,,Linden District Code 7.5,\"No plant within a quarter of a mile of a highway, on either side.\"\n",
          csv);
    return fclose(csv) == 0;
}

static void truth_row(FILE *csv, const char *name, const char *kind, double x, double y) {
    double lon, lat;
    demo_lonlat(x, y, &lon, &lat);
    fprintf(csv, "%s,%s,%.0f,%.0f,%.6f,%.6f\n", name, kind, KM_X_M + 1000 * x, KM_Y_M + 1000 * y, lon, lat);
}

static void truth_feature(FILE *json, const char *name, const char *kind, double x, double y, bool last) {
    double lon, lat;
    demo_lonlat(x, y, &lon, &lat);
    fprintf(json,
            "{\"type\": \"Feature\", \"properties\": {\"name\": \"%s\", \"kind\": \"%s\"}, "
            "\"geometry\": {\"type\": \"Point\", \"coordinates\": [%.6f, %.6f]}}%s\n",
            name, kind, lon, lat, last ? "" : ",");
}

static bool truth_write(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/truth.csv", folder);
    FILE *csv = fopen(path, "w");
    snprintf(path, sizeof path, "%s/truth.geojson", folder);
    FILE *json = fopen(path, "w");
    if (csv && json) {
        fputs("name,kind,x,y,lon,lat\n", csv);
        fputs("{\"type\": \"FeatureCollection\", \"features\": [\n", json);
        for (size_t i = 0; i < region_body_count; i++) {
            const struct body *body = &region_bodies[i];
            truth_row(csv, body->name, body->kind, body->x_km, body->y_km);
            truth_feature(json, body->name, body->kind, body->x_km, body->y_km, false);
        }
        for (size_t i = 0; i < region_plant_count; i++) {
            const struct plant *plant = &region_plants[i];
            truth_row(csv, plant->name, plant->kind, plant->x_km, plant->y_km);
            truth_feature(json, plant->name, plant->kind, plant->x_km, plant->y_km, i + 1 == region_plant_count);
        }
        fputs("]}\n", json);
    }
    bool good = csv && json && !ferror(csv) && !ferror(json);
    if (csv) good = fclose(csv) == 0 && good;
    if (json) good = fclose(json) == 0 && good;
    if (!good) fprintf(stderr, "make_demo: cannot write %s: %s\n", path, strerror(errno));
    return good;
}

static bool demo_write(const char *folder, uint64_t seed) {
    for (size_t i = 0; i < sizeof rasters / sizeof *rasters; i++)
        if (!demo_write_raster(folder, seed, &rasters[i])) return false;
    for (size_t i = 0; i < map_vector_count; i++) {
        bool append = i > 0 && strcmp(map_vectors[i].file, map_vectors[i - 1].file) == 0;
        if (!demo_write_vector(folder, seed, &map_vectors[i], append)) return false;
    }
    return ordinances_write(folder) && truth_write(folder);
}

static int usage(FILE *out, int code) {
    fputs("Usage: make_demo [--seed N] OUTDIR\n\nWrites the layers of a fictional region (60 x 45 km) into OUTDIR, which is made if need be.\n", out);
    return code;
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"seed", required_argument, NULL, 's'}, {"help", no_argument, NULL, 'h'}, {0}};
    uint64_t seed = 1;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'h') return usage(stdout, 0);
        char *end = NULL;
        if (c == 's') seed = strtoull(optarg, &end, 10);
        if (c != 's' || *optarg < '0' || *optarg > '9' || *end) return usage(stderr, 64);
    }
    if (optind + 1 != argc) return usage(stderr, 64);
    const char *folder = argv[optind];
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "make_demo: cannot make folder %s: %s\n", folder, strerror(errno));
        return 74;
    }
    GDALAllRegister();
    CPLSetConfigOption("OGR_CURRENT_DATE", "2025-01-01T00:00:00Z");
    return demo_write(folder, seed) ? 0 : 74;
}
