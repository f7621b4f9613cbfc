/* The rows of sensor_table.h. Centres are rounded to nanometres.
 * Landsat: USGS, "What are the band designations for the Landsat satellites?". Sentinel-2: ESA, Sentinel-2A spectral responses.
 * ASTER: Yamaguchi et al. 1998 (IEEE TGRS 36:1062); its SWIR detectors warmed up, and NASA flags bands 4 to 9 as unusable after April 2008. */
#include "model/sensor_table.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define SEES(name) (1ull << BAND_##name)
#define NIR_BOTH (SEES(NIR) | SEES(NIR_NARROW))

const struct waveband_row waveband_table[WAVEBANDS] = {
    [BAND_COASTAL] = {"coastal", 443, "coastal aerosol"},
    [BAND_BLUE] = {"blue", 490, "blue"},
    [BAND_GREEN] = {"green", 560, "green"},
    [BAND_RED] = {"red", 660, "red"},
    [BAND_RED_EDGE_1] = {"red_edge_1", 705, "red edge"},
    [BAND_RED_EDGE_2] = {"red_edge_2", 740, "red edge"},
    [BAND_RED_EDGE_3] = {"red_edge_3", 783, "red edge"},
    [BAND_NIR] = {"nir", 840, "near infrared"},
    [BAND_NIR_NARROW] = {"nir_narrow", 865, "near infrared, narrow; of sensors with one such band that band"},
    [BAND_SWIR1] = {"swir1", 1650, "shortwave infrared below 1.8 um"},
    [BAND_SWIR2] = {"swir2", 2200, "shortwave infrared about 2.2 um, broad"},
    [BAND_SWIR_2165] = {"swir_2165", 2165, "shortwave infrared, left of the Al-OH absorption"},
    [BAND_SWIR_2205] = {"swir_2205", 2205, "shortwave infrared, Al-OH absorption"},
    [BAND_SWIR_2260] = {"swir_2260", 2260, "shortwave infrared, right of the Al-OH absorption"},
    [BAND_SWIR_2330] = {"swir_2330", 2330, "shortwave infrared, carbonate and Mg-OH absorption"},
    [BAND_SWIR_2395] = {"swir_2395", 2395, "shortwave infrared, right of the carbonate absorption"},
    [BAND_TIR_8300] = {"tir_8300", 8300, "thermal infrared"},
    [BAND_TIR_8650] = {"tir_8650", 8650, "thermal infrared"},
    [BAND_TIR_9100] = {"tir_9100", 9100, "thermal infrared"},
    [BAND_TIR_10600] = {"tir_10600", 10600, "thermal infrared"},
    [BAND_TIR_11300] = {"tir_11300", 11300, "thermal infrared"},
    [BAND_NM_560] = {"nm_560", 560, "narrow, a shoulder of neodymium"},
    [BAND_NM_580] = {"nm_580", 580, "narrow, an absorption of neodymium"},
    [BAND_NM_610] = {"nm_610", 610, "narrow, a shoulder of neodymium"},
    [BAND_NM_716] = {"nm_716", 716, "narrow, a shoulder of neodymium"},
    [BAND_NM_744] = {"nm_744", 744, "narrow, an absorption of neodymium"},
    [BAND_NM_775] = {"nm_775", 775, "narrow, a shoulder of neodymium"},
    [BAND_NM_802] = {"nm_802", 802, "narrow, an absorption of neodymium"},
    [BAND_NM_835] = {"nm_835", 835, "narrow, a shoulder of neodymium"},
    [BAND_NM_870] = {"nm_870", 870, "narrow, an absorption of neodymium"},
    [BAND_NM_905] = {"nm_905", 905, "narrow, a shoulder of neodymium"},
    [BAND_POTASSIUM] = {"potassium", 0, "potassium, percent"},
    [BAND_URANIUM] = {"uranium", 0, "equivalent uranium, ppm"},
    [BAND_THORIUM] = {"thorium", 0, "equivalent thorium, ppm"},
};

static const char usgs[] = "USGS, Landsat band designations";

#define LANDSAT_OLI(name, title)                                                                                                                     \
    {                                                                                                                                                \
        name, title, 11,                                                                                                                             \
            {{"1", 443, SEES(COASTAL), true}, {"2", 482, SEES(BLUE), true},   {"3", 561, SEES(GREEN), true},  {"4", 655, SEES(RED), true},           \
             {"5", 865, NIR_BOTH, true},      {"6", 1609, SEES(SWIR1), true}, {"7", 2201, SEES(SWIR2), true}, {"8", 590, 0, false},                  \
             {"9", 1373, 0, false},           {"10", 10895, 0, false},        {"11", 12005, 0, false}},                                              \
            NULL, usgs, QUALITY_BITS, 0, 0                                                                                                           \
    }

#define SPECTROMETER(name, title, from_nm, to_nm, source)                                                                                            \
    { name, title, 0, {{NULL, 0, 0, false}}, NULL, source, QUALITY_NONE, from_nm, to_nm }

const struct sensor_row sensor_table[] = {
    {"landsat_5",
     "Landsat 4 and 5 TM",
     7,
     {{"1", 485, SEES(BLUE), true},
      {"2", 560, SEES(GREEN), true},
      {"3", 660, SEES(RED), true},
      {"4", 830, NIR_BOTH, true},
      {"5", 1650, SEES(SWIR1), true},
      {"6", 11450, 0, false},
      {"7", 2215, SEES(SWIR2), true}},
     NULL,
     usgs,
     QUALITY_BITS,
     0,
     0},
    {"landsat_7",
     "Landsat 7 ETM+",
     8,
     {{"1", 485, SEES(BLUE), true},
      {"2", 560, SEES(GREEN), true},
      {"3", 660, SEES(RED), true},
      {"4", 835, NIR_BOTH, true},
      {"5", 1650, SEES(SWIR1), true},
      {"6", 11450, 0, false},
      {"7", 2220, SEES(SWIR2), true},
      {"8", 710, 0, false}},
     NULL,
     usgs,
     QUALITY_BITS,
     0,
     0},
    LANDSAT_OLI("landsat_8", "Landsat 8 OLI and TIRS"),
    LANDSAT_OLI("landsat_9", "Landsat 9 OLI-2 and TIRS-2"),
    {"sentinel_2",
     "Sentinel-2 MSI",
     13,
     {{"1", 443, SEES(COASTAL), true},
      {"2", 492, SEES(BLUE), true},
      {"3", 560, SEES(GREEN), true},
      {"4", 665, SEES(RED), true},
      {"5", 704, SEES(RED_EDGE_1), true},
      {"6", 741, SEES(RED_EDGE_2), true},
      {"7", 783, SEES(RED_EDGE_3), true},
      {"8", 833, SEES(NIR), true},
      {"8A", 865, SEES(NIR_NARROW), true},
      {"9", 945, 0, true},
      {"10", 1374, 0, false},
      {"11", 1614, SEES(SWIR1), true},
      {"12", 2202, SEES(SWIR2), true}},
     NULL,
     "ESA, Sentinel-2 spectral responses",
     QUALITY_CLASSES,
     0,
     0},
    {"aster",
     "ASTER",
     14,
     {{"1", 560, SEES(GREEN), true},
      {"2", 660, SEES(RED), true},
      {"3N", 820, NIR_BOTH, true},
      {"4", 1650, SEES(SWIR1), true},
      {"5", 2165, SEES(SWIR_2165), true},
      {"6", 2205, SEES(SWIR_2205), true},
      {"7", 2260, SEES(SWIR_2260), true},
      {"8", 2330, SEES(SWIR_2330), true},
      {"9", 2395, SEES(SWIR_2395), true},
      {"10", 8300, SEES(TIR_8300), true},
      {"11", 8650, SEES(TIR_8650), true},
      {"12", 9100, SEES(TIR_9100), true},
      {"13", 10600, SEES(TIR_10600), true},
      {"14", 11300, SEES(TIR_11300), true}},
     "2008-04-30",
     "Yamaguchi et al. 1998, IEEE TGRS 36:1062",
     QUALITY_NONE,
     0,
     0},
    SPECTROMETER("enmap", "EnMAP HSI", 420, 2450, "Guanter et al. 2015, Remote Sens. 7:8830"),
    SPECTROMETER("prisma", "PRISMA", 400, 2500, "ASI, PRISMA product specification"),
    SPECTROMETER("emit", "EMIT", 380, 2500, "Green et al. 2020, IEEE Aerospace"),
    SPECTROMETER("spectrometer", "an imaging spectrometer", 350, 2500, "the file's own wavelengths"),
};
const size_t sensor_count = sizeof sensor_table / sizeof *sensor_table;

const char *const sensor_names[] = {"landsat_5", "landsat_7", "landsat_8", "landsat_9",    "sentinel_2", "aster",
                                    "enmap",     "prisma",    "emit",      "spectrometer", NULL};
_Static_assert(sizeof sensor_names / sizeof *sensor_names == sizeof sensor_table / sizeof *sensor_table + 1, "a name a sensor");

const struct scaling_row scaling_table[] = {
    {"landsat_2_sr", "landsat_", 0.0000275, -0.2, 0, "Landsat Collection 2 Level-2 surface reflectance", "USGS LSDS-1618"},
    {"landsat_toa", "landsat_8", 0.00002, -0.1, 0, "Landsat 8 Level-1, at the top of the atmosphere, for the sun overhead", "USGS LSDS-1574"},
    {"landsat_9_toa", "landsat_9", 0.00002, -0.1, 0, "Landsat 9 Level-1, likewise", "USGS LSDS-2082"},
    {"sentinel_2_l2a", "sentinel_2", 0.0001, -0.1, 0, "Sentinel-2 since processing baseline 04.00 (January 2022), and all of Collection 1",
     "ESA, Sentinel-2 product specification 14.9"},
    {"sentinel_2_before_0400", "sentinel_2", 0.0001, 0, 0, "Sentinel-2 of earlier baselines", "ESA, Sentinel-2 product specification 14.9"},
    {"aster_07", "aster", 0.001, 0, NAN, "ASTER surface reflectance AST_07 and AST_07XT", "USGS LP DAAC, AST_07XT"},
    {"enmap_l2a", "enmap", 0.0001, 0, -32768, "EnMAP Level-2A", "DLR, EnMAP HSI Level 1/2 product specification"},
};
const size_t scaling_count = sizeof scaling_table / sizeof *scaling_table;

const char *const scaling_names[] = {"sensor",   "landsat_2_sr", "landsat_toa", "landsat_9_toa", "sentinel_2_l2a", "sentinel_2_before_0400",
                                     "aster_07", "enmap_l2a",    NULL};
_Static_assert(sizeof scaling_names / sizeof *scaling_names == sizeof scaling_table / sizeof *scaling_table + 2, "a name a product");

const struct scaling_row *sensor_scaling(const struct sensor_row *sensor, const char *name) {
    for (size_t i = 0; i < scaling_count; i++) {
        const struct scaling_row *row = &scaling_table[i];
        bool fits = strncmp(sensor->name, row->sensors, strlen(row->sensors)) == 0;
        if (fits && (strcmp(name, "sensor") == 0 || strcmp(name, row->name) == 0)) return row;
    }
    return NULL;
}

bool sensor_band_is_thermal(const struct sensor_band *band) {
    return band->centre_nm > 3000;
}

const struct sensor_row *sensor_find(const char *name) {
    for (size_t i = 0; i < sensor_count; i++)
        if (strcmp(sensor_table[i].name, name) == 0) return &sensor_table[i];
    return NULL;
}

enum waveband waveband_find(const char *name, size_t length) {
    enum waveband waveband = 0;
    while (waveband < WAVEBANDS && (strlen(waveband_table[waveband].name) != length || strncmp(waveband_table[waveband].name, name, length) != 0))
        waveband++;
    return waveband;
}

int sensor_band_seeing(const struct sensor_row *sensor, enum waveband waveband) {
    for (size_t i = 0; i < sensor->n_bands; i++)
        if (sensor->bands[i].sees >> waveband & 1) return (int)i;
    return -1;
}

int sensor_band_called(const struct sensor_row *sensor, const char *label) {
    if (*label == 'B' || *label == 'b') label++;
    while (*label == '0') label++;
    for (size_t i = 0; i < sensor->n_bands; i++) {
        const char *own = sensor->bands[i].label;
        if (strcasecmp(own, label) == 0 || (strcmp(own, "3N") == 0 && strcmp(label, "3") == 0)) return (int)i;
    }
    return -1;
}

bool sensor_sees(const struct sensor_row *sensor, enum waveband waveband) {
    double centre_nm = waveband_table[waveband].centre_nm;
    if (sensor->n_bands) return sensor_band_seeing(sensor, waveband) >= 0;
    return centre_nm >= sensor->from_nm && centre_nm <= sensor->to_nm;
}

size_t sensor_usual_bands(const struct sensor_row *sensor) {
    size_t count = 0;
    for (size_t i = 0; i < sensor->n_bands; i++) count += sensor->bands[i].usual;
    return count;
}

bool sensor_band_is_swir(const struct sensor_band *band) {
    return band->centre_nm >= 1500 && band->centre_nm <= 2500;
}
