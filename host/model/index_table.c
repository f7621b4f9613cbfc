/* The rows of index_table.h. `ratio(a, b)` is a / b, missing where b is not more than 0.
 * Kalinowski and Oliver 2004: ASTER Mineral Index Processing Manual, Geoscience Australia, which names the makers of each.
 * Ferrous iron: a page with Landsat "B7/B4 + B5/B3" is about; Rowan's is SWIR over near infrared plus green over red, which is this one. */
#include "model/index_table.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

static const char boesche[] = "Boesche et al. 2015 (Remote Sens. 7:5160), Neave et al. 2016 (Econ. Geol. 111:641); shoulders: our choice";
static const char rowan[] = "Rowan (USGS), in Kalinowski and Oliver 2004", ninomiya[] = "Ninomiya 2003; Ninomiya et al. 2005 (RSE 99:127)",
                  ge[] = "Ge et al. 2020 (Remote Sens. 12:3028)", iaea[] = "IAEA-TECDOC-1363 (2003); minimum of thorium: our choice",
                  csiro[] = "CSIRO, in Kalinowski and Oliver 2004";

const struct index_row index_table[] = {
    {"ndvi", "green vegetation", {{"ratio(nir - red, nir + red)", "Rouse et al. 1974 (NASA SP-351)"}}, NAN},
    {"savi", "green vegetation on bright soil; of reflectances", {{"ratio(1.5 * (nir - red), nir + red + 0.5)", "Huete 1988 (RSE 25:295)"}}, NAN},
    {"ndwi", "open water", {{"ratio(green - nir, green + nir)", "McFeeters 1996 (IJRS 17:1425)"}}, NAN},
    {"mndwi", "open water, among buildings too", {{"ratio(green - swir1, green + swir1)", "Xu 2006 (IJRS 27:3025)"}}, NAN},
    {"ndmi", "moisture of vegetation", {{"ratio(nir - swir1, nir + swir1)", "Wilson and Sader 2002 (RSE 80:385)"}}, NAN},
    {"bare_soil", "bare ground", {{"ratio(swir1 + red - (nir + blue), swir1 + red + nir + blue)", "Rikimaru et al. 2002 (Trop. Ecol. 43:39)"}}, NAN},
    {"ferric_iron", "ferric oxides", {{"ratio(red, blue)", "Segal 1982; Sabins 1999 (Ore Geol. Rev. 14:157)"}, {"ratio(red, green)", rowan}}, NAN},
    {"ferrous_silicates", "ferrous silicates", {{"ratio(swir_2165, swir1)", csiro}, {"ratio(swir1, nir_narrow)", "Segal 1982"}}, NAN},
    {"ferrous_iron",
     "ferrous iron",
     {{"ratio(swir2, nir_narrow) + ratio(green, red)", rowan}, {"ratio(swir_2165, nir_narrow) + ratio(green, red)", rowan}},
     NAN},
    {"gossan", "gossan, iron-stained ground", {{"ratio(swir1, red)", "Volesky, in Kalinowski and Oliver 2004"}}, NAN},
    {"iron_6_1", "iron oxides, Sentinel-2", {{"ratio(red_edge_2, coastal)", ge}}, NAN},
    {"iron_6_8a", "iron oxides, Sentinel-2", {{"ratio(red_edge_2, nir_narrow)", ge}}, NAN},
    {"iron_67_8a", "iron oxides, Sentinel-2", {{"ratio(red_edge_2 + red_edge_3, nir_narrow)", ge}}, NAN},
    {"clay",
     "clay and other Al-OH minerals",
     {{"ratio(swir_2165 + swir_2260, swir_2205)", rowan}, {"ratio(swir1, swir2)", "Sabins 1999 (Ore Geol. Rev. 14:157)"}},
     NAN},
    {"hydroxyl", "Al-OH minerals (OHIa)", {{"ratio(swir_2260, swir_2205) * ratio(swir1, swir_2205)", ninomiya}}, NAN},
    {"carbonate", "carbonate, chlorite, epidote", {{"ratio(swir_2260 + swir_2395, swir_2330)", rowan}}, NAN},
    {"mg_oh", "Mg-OH minerals and carbonate", {{"ratio(swir_2205 + swir_2395, swir_2330)", csiro}}, NAN},
    {"calcite", "calcite (CLI)", {{"ratio(swir_2205, swir_2330) * ratio(swir_2395, swir_2330)", ninomiya}}, NAN},
    {"dolomite", "dolomite", {{"ratio(swir_2205 + swir_2330, swir_2260)", rowan}}, NAN},
    {"quartz", "quartz (QI)", {{"ratio(tir_8650 * tir_8650, tir_8300 * tir_9100)", ninomiya}}, NAN},
    {"carbonate_tir", "carbonate (CI)", {{"ratio(tir_10600, tir_11300)", ninomiya}}, NAN},
    {"neodymium",
     "neodymium: the lesser depth of its two surest absorptions",
     {{"min(band_depth(nm_716, nm_744, nm_775), band_depth(nm_775, nm_802, nm_835))", boesche}},
     NAN},
    {"nd_580", "depth of neodymium's absorption at 580 nm", {{"band_depth(nm_560, nm_580, nm_610)", boesche}}, NAN},
    {"nd_744", "depth of neodymium's absorption at 744 nm", {{"band_depth(nm_716, nm_744, nm_775)", boesche}}, NAN},
    {"nd_802", "depth of neodymium's absorption at 802 nm", {{"band_depth(nm_775, nm_802, nm_835)", boesche}}, NAN},
    {"nd_870", "depth of neodymium's absorption at 870 nm", {{"band_depth(nm_835, nm_870, nm_905)", boesche}}, NAN},
    {"thorium_potassium", "thorium to potassium", {{"where(potassium >= minimum, ratio(thorium, potassium), nan)", iaea}}, 0.25},
    {"uranium_potassium", "uranium to potassium", {{"where(potassium >= minimum, ratio(uranium, potassium), nan)", iaea}}, 0.25},
    {"uranium_thorium", "uranium to thorium", {{"where(thorium >= minimum, ratio(uranium, thorium), nan)", iaea}}, 1},
    {"uranium2_thorium", "gain of uranium", {{"where(thorium >= minimum, ratio(uranium * uranium, thorium), nan)", iaea}}, 1},
    {"f_parameter",
     "potassium and uranium to thorium (Efimov's F)",
     {{"where(thorium >= minimum, ratio(potassium * uranium, thorium), nan)", "Efimov 1978; minimum of thorium: our choice"}},
     1},
};
const size_t index_count = sizeof index_table / sizeof *index_table;

static const char flags[] = "Landsat Collection 2 QA_PIXEL; Sentinel-2 SCL";

const struct index_mask index_masks[INDEX_MASKS] = {
    {"vegetation", "NDVI over 0.3", "ratio(nir - red, nir + red) > 0.3", {0}, "a common choice, ours"},
    {"cloud",
     "clouds and what is near them, cirrus",
     NULL,
     {[QUALITY_BITS] = "bit(quality, 1) or bit(quality, 2) or bit(quality, 3)", [QUALITY_CLASSES] = "quality == 8 or quality == 9 or quality == 10"},
     flags},
    {"shadow", "shadows of clouds", NULL, {[QUALITY_BITS] = "bit(quality, 4)", [QUALITY_CLASSES] = "quality == 3"}, flags},
    {"snow", "snow and ice", NULL, {[QUALITY_BITS] = "bit(quality, 5)", [QUALITY_CLASSES] = "quality == 11"}, flags},
    {"water",
     "open water; without quality, NDWI over 0",
     "ratio(green - nir, green + nir) > 0",
     {[QUALITY_BITS] = "bit(quality, 7)", [QUALITY_CLASSES] = "quality == 6"},
     "McFeeters 1996; Landsat Collection 2 QA_PIXEL; Sentinel-2 SCL"},
};

const struct index_row *index_find(const char *name) {
    for (size_t i = 0; i < index_count; i++)
        if (strcmp(index_table[i].name, name) == 0) return &index_table[i];
    return NULL;
}

const char *index_nearest(const char *word) {
    const char *names[sizeof index_table / sizeof *index_table];
    for (size_t i = 0; i < index_count; i++) names[i] = index_table[i].name;
    return text_nearest(word, names, index_count);
}

/* The length of the name that begins here, 0 where none does. */
static size_t name_length(const char *text) {
    if (*text >= '0' && *text <= '9') return 0;
    return strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789");
}

unsigned long long index_wavebands(const char *text) {
    unsigned long long found = 0;
    while (*text) {
        size_t length = name_length(text);
        enum waveband waveband = waveband_find(text, length);
        if (waveband < WAVEBANDS) found |= 1ull << waveband;
        text += length ? length : 1;
    }
    return found;
}

static bool name_is(const char *text, size_t length, const char *name) {
    return strlen(name) == length && strncmp(text, name, length) == 0;
}

const char *index_expand(const char *text, const struct index_words *words, struct arena *arena) {
    struct text out = {0};
    while (*text) {
        size_t length = name_length(text);
        enum waveband waveband = waveband_find(text, length);
        if (waveband < WAVEBANDS)
            text_add(&out, words->wavebands[waveband]);
        else if (name_is(text, length, "quality"))
            text_add(&out, words->quality);
        else if (name_is(text, length, "minimum"))
            text_add_number(&out, words->minimum);
        else
            text_add_bytes(&out, text, length ? length : 1);
        text += length ? length : 1;
    }
    const char *kept = out.failed ? NULL : arena_copy(arena, out.bytes ? out.bytes : "");
    text_free(&out);
    return kept;
}
