/* One paragraph or one row of a table for each row of the tables. */
#include "model/index_print.h"

#include <math.h>

static bool suffices(const struct sensor_row *sensor, const char *formula) {
    unsigned long long reads = index_wavebands(formula);
    for (enum waveband i = 0; i < WAVEBANDS; i++)
        if (reads >> i & 1 && !sensor_sees(sensor, i)) return false;
    return true;
}

const struct index_formula *index_formula_for(const struct index_row *row, const struct sensor_row *sensor) {
    for (size_t i = 0; i < INDEX_FORMULAS_MAX && row->formulas[i].text; i++)
        if (suffices(sensor, row->formulas[i].text)) return &row->formulas[i];
    return NULL;
}

static void add_seen(const struct sensor_band *band, const char *between, const char *quote, struct text *out) {
    bool first = true;
    for (enum waveband i = 0; i < WAVEBANDS; i++) {
        if (!(band->sees >> i & 1)) continue;
        text_print(out, "%s%s%s%s", first ? "" : between, quote, waveband_table[i].name, quote);
        first = false;
    }
}

static void list_bands(const struct sensor_row *sensor, struct text *out) {
    text_print(out, "%s (%s)\n", sensor->title, sensor->source);
    for (size_t i = 0; i < sensor->n_bands; i++) {
        text_print(out, "  B%-4s %6.0f nm  ", sensor->bands[i].label, sensor->bands[i].centre_nm);
        add_seen(&sensor->bands[i], ", ", "", out);
        text_add(out, "\n");
    }
    if (!sensor->n_bands) text_print(out, "  bands near any wavelength from %.0f to %.0f nm\n", sensor->from_nm, sensor->to_nm);
    if (sensor->swir_until) text_print(out, "  bands from 1500 to 2500 nm until %s\n", sensor->swir_until);
    text_add(out, "\n");
}

static void list_formula(const struct index_formula *formula, struct text *out) {
    text_print(out, "      %s\n          %s\n", formula->text, formula->source);
}

static void list_index(const struct index_row *row, const struct index_formula *only, struct text *out) {
    text_print(out, "  %s: %s", row->name, row->title);
    if (!isnan(row->minimum)) text_print(out, "; minimum %g unless given", row->minimum);
    text_add(out, "\n");
    if (only) list_formula(only, out);
    for (size_t i = 0; !only && i < INDEX_FORMULAS_MAX && row->formulas[i].text; i++) list_formula(&row->formulas[i], out);
}

void index_list(const struct sensor_row *sensor, struct text *out) {
    if (sensor) list_bands(sensor, out);
    for (size_t i = 0; i < index_count; i++) {
        const struct index_formula *only = sensor ? index_formula_for(&index_table[i], sensor) : NULL;
        if (!sensor || only) list_index(&index_table[i], only, out);
    }
    if (sensor) return;
    text_add(out, "\nmasks:\n");
    for (size_t i = 0; i < INDEX_MASKS; i++) text_print(out, "  %s: %s\n", index_masks[i].name, index_masks[i].title);
    text_add(out, "\nsensors:");
    for (size_t i = 0; i < sensor_count; i++) text_print(out, " %s", sensor_table[i].name);
    text_add(out, "\n");
}

static void add_sensors(struct text *out) {
    text_add(
        out,
        "\n## Sensors\n\n`sensor` of a raster layer says what its bands see. A formula may then name them: `scene.swir1`, or `scene.b6` by the "
        "sensor's number. Of a raster\nwithout `sensor`, `dem.b2` is the file's band 2. The usual file has the bands in **bold**, in this order; of "
        "another file `bands` lists\nthem. With `{band}` in `raster` (`LC08_SR_B{band}.TIF`) each band is a file.\n\n| sensor | bands "
        "|\n|---|---|\n");
    for (size_t i = 0; i < sensor_count; i++) {
        const struct sensor_row *row = &sensor_table[i];
        text_print(out, "| `%s`, %s | ", row->name, row->title);
        for (size_t b = 0; b < row->n_bands; b++) {
            const char *bold = row->bands[b].usual ? "**" : "";
            text_print(out, "%s%sB%s%s %.0f nm%s", b ? "; " : "", bold, row->bands[b].label, bold, row->bands[b].centre_nm,
                       row->bands[b].sees ? " " : "");
            add_seen(&row->bands[b], ", ", "`", out);
        }
        if (!row->n_bands) text_print(out, "the nearest to a wavelength from %.0f to %.0f nm", row->from_nm, row->to_nm);
        text_add(out, " |\n");
    }
    text_add(
        out,
        "\nAn imaging spectrometer's bands are those nearest to the wavelengths asked for, within 10 nm: `scene.w744`, or the wavebands of the "
        "indices. Their\nwavelengths are the file's metadata (GDAL's `wavelength` or `CENTRAL_WAVELENGTH_UM` of a band, or a description such as "
        "`743.2 nm`), or the lines of the\ntext file `wavelengths`. Files need one raster of all bands: that is how GDAL reads ENVI and GeoTIFF; "
        "products in HDF are converted first.\n");
    text_add(out, "\nASTER's bands 4 to 9 are unusable after April 2008: a scene whose bands are read has a `date`, and a later one is a mistake.\n");
}

static void add_scalings(struct text *out) {
    text_add(out, "\n`scaled` says how a product stores reflectances. Where nothing does and values are over 2, a run warns. Thermal bands are "
                  "scaled otherwise "
                  "and are\nlayers of their own.\n\n| `scaled` | stored numbers | reflectance | missing | source |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < scaling_count; i++) {
        const struct scaling_row *row = &scaling_table[i];
        text_print(out, "| `%s` | %s | stored * ", row->name, row->help);
        text_add_number(out, row->scale);
        text_add(out, row->offset < 0 ? " - " : " + ");
        text_add_number(out, fabs(row->offset));
        text_add(out, " | ");
        if (!isnan(row->nodata)) text_add_number(out, row->nodata);
        text_print(out, " | %s |\n", row->source);
    }
}

static void add_indices(struct text *out) {
    text_add(
        out,
        "\n## Indices\n\n`{index: clay, of: scene}` is the first of the formulas below whose wavebands the scene's sensor has; `{index: clay, of: "
        "{swir1: b6, swir2: b7}}`\nreads layers of any kind. Divisors that are not more than 0 give missing values. Sums and differences, so all but "
        "plain ratios, are of\nreflectances: an offset of the stored numbers matters. `minimum` is the criterion's key of that name.\n\n"
        "| index | what it shows | formula | source |\n|---|---|---|---|\n");
    for (size_t i = 0; i < index_count; i++)
        for (size_t k = 0; k < INDEX_FORMULAS_MAX && index_table[i].formulas[k].text; k++) {
            if (k)
                text_add(out, "| | or | ");
            else
                text_print(out, "| `%s` | %s | ", index_table[i].name, index_table[i].title);
            text_print(out, "`%s`%s", index_table[i].formulas[k].text, isnan(index_table[i].minimum) ? "" : ", minimum ");
            if (!isnan(index_table[i].minimum)) text_add_number(out, index_table[i].minimum);
            text_print(out, " | %s |\n", index_table[i].formulas[k].source);
        }
}

static void add_masks(struct text *out) {
    text_add(
        out,
        "\n**Masks.** `mask: [vegetation, cloud]` beside `index` makes it missing where one of them holds, or cannot be told. Words of quality are "
        "read from the\nscene's `qa`; its layer is taken to be of classes.\n\n| mask | what it is | by wavebands | Landsat `qa` | Sentinel-2 `qa` | "
        "source |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < INDEX_MASKS; i++) {
        const char *const conditions[] = {index_masks[i].spectral, index_masks[i].quality[QUALITY_BITS], index_masks[i].quality[QUALITY_CLASSES]};
        text_print(out, "| `%s` | %s", index_masks[i].name, index_masks[i].title);
        for (size_t k = 0; k < sizeof conditions / sizeof *conditions; k++)
            text_print(out, " | %s%s%s", conditions[k] ? "`" : "", conditions[k] ? conditions[k] : "", conditions[k] ? "`" : "");
        text_print(out, " | %s |\n", index_masks[i].source);
    }
}

void index_markdown(struct text *out) {
    add_sensors(out);
    add_scalings(out);
    add_indices(out);
    add_masks(out);
}
