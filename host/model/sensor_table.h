/* Sensors and what their bands see, a row each. Formulas of indices speak of wavebands (`red`, `swir1`); a sensor says which of its
 * bands each of them is. Imaging spectrometers have a band near any wavelength: their rows have no bands of their own. */
#ifndef LODE_MODEL_SENSOR_TABLE_H
#define LODE_MODEL_SENSOR_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum waveband {
    BAND_COASTAL,
    BAND_BLUE,
    BAND_GREEN,
    BAND_RED,
    BAND_RED_EDGE_1,
    BAND_RED_EDGE_2,
    BAND_RED_EDGE_3,
    BAND_NIR,
    BAND_NIR_NARROW,
    BAND_SWIR1,
    BAND_SWIR2,
    BAND_SWIR_2165,
    BAND_SWIR_2205,
    BAND_SWIR_2260,
    BAND_SWIR_2330,
    BAND_SWIR_2395,
    BAND_TIR_8300,
    BAND_TIR_8650,
    BAND_TIR_9100,
    BAND_TIR_10600,
    BAND_TIR_11300,
    BAND_NM_560,
    BAND_NM_580,
    BAND_NM_610,
    BAND_NM_716,
    BAND_NM_744,
    BAND_NM_775,
    BAND_NM_802,
    BAND_NM_835,
    BAND_NM_870,
    BAND_NM_905,
    BAND_POTASSIUM,
    BAND_URANIUM,
    BAND_THORIUM,
    WAVEBANDS
};

struct waveband_row {
    const char *name;
    double centre_nm; /* 0: no wavelength (a radioelement) */
    const char *help;
};

/* How a sensor's products tell the quality of a pixel. */
enum quality { QUALITY_NONE, QUALITY_BITS /* Landsat Collection 2 QA_PIXEL */, QUALITY_CLASSES /* Sentinel-2 SCL */, QUALITIES };

enum { SENSOR_BANDS_MAX = 14 };

struct sensor_band {
    const char *label; /* as in the files' names: "4", "8A", "3N" */
    double centre_nm;
    unsigned long long sees; /* bits of enum waveband; 0: no index reads it */
    bool usual;              /* among those of the usual file of all bands, in this order */
};

struct sensor_row {
    const char *name, *title;
    size_t n_bands; /* 0: by wavelength */
    struct sensor_band bands[SENSOR_BANDS_MAX];
    const char *swir_until; /* the last day on which bands from 1500 to 2500 nm are good; NULL: no such day */
    const char *source;
    enum quality quality;
    double from_nm, to_nm; /* of spectrometers: what they see */
};

/* How a product stores reflectances: reflectance = stored * scale + offset. */
struct scaling_row {
    const char *name;
    const char *sensors; /* what their names begin with */
    double scale, offset;
    double nodata; /* NaN: as the file says */
    const char *help, *source;
};

extern const struct scaling_row scaling_table[];
extern const size_t scaling_count;
extern const char *const scaling_names[]; /* NULL-terminated: "sensor", then in the order of the table */

extern const struct waveband_row waveband_table[WAVEBANDS];
extern const struct sensor_row sensor_table[];
extern const size_t sensor_count;
extern const char *const sensor_names[]; /* NULL-terminated, in the order of the table */

const struct sensor_row *sensor_find(const char *name); /* NULL: no such sensor */
/* The waveband of this name, of `length` bytes; WAVEBANDS: none. */
enum waveband waveband_find(const char *name, size_t length);
/* Position among the sensor's bands of the one that sees a waveband, or of the one called "4", "B4", "b04"; -1: none. */
int sensor_band_seeing(const struct sensor_row *sensor, enum waveband waveband);
int sensor_band_called(const struct sensor_row *sensor, const char *label);
/* Whether it has a band for it, or one near it. */
bool sensor_sees(const struct sensor_row *sensor, enum waveband waveband);
/* How many bands the usual file has. */
size_t sensor_usual_bands(const struct sensor_row *sensor);
bool sensor_band_is_thermal(const struct sensor_band *band);
/* The product of this name, or for "sensor" the sensor's first; NULL: the sensor has none such. */
const struct scaling_row *sensor_scaling(const struct sensor_row *sensor, const char *name);
bool sensor_band_is_swir(const struct sensor_band *band);

#endif
