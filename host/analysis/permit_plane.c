/* A row at a time: the first layer of land that a cell lies in, then its jurisdiction. */
#include "analysis/permit_plane.h"

#include <math.h>

/* Written from the last layer to the first, so that the first stays. */
static void find_land(const struct permit_places *places, const struct mask *const *land, struct window row, float *in_layer, float *of_land) {
    for (int64_t c = 0; c < row.cols; c++) of_land[c] = (float)places->n_land;
    for (size_t l = places->n_land; l-- > 0;) {
        mask_unpack(land[l], row, in_layer);
        for (int64_t c = 0; c < row.cols; c++) of_land[c] = in_layer[c] > 0 ? (float)l : of_land[c];
    }
}

static float first_class(const struct permit_places *places, int jurisdiction) {
    return jurisdiction == NO_INDEX ? NAN : (float)jurisdiction * (float)(places->n_land + 1);
}

static float first_of_code(const struct permit_places *places, float code) {
    for (size_t i = 0; i < places->n_codes; i++)
        if (places->codes[i] == code) return first_class(places, places->jurisdictions[i]);
    return first_class(places, places->otherwise);
}

void permit_plane_fill(const struct permit_places *places, const struct mask *const *land, struct window window, float *row, float *values) {
    const float otherwise = first_class(places, places->otherwise);
    float *of_land = row + window.cols, code = NAN, first = otherwise; /* neighbours mostly have the same code */
    for (int64_t r = 0; r < window.rows; r++) {
        float *out = values + r * window.cols;
        find_land(places, land, (struct window){window.col0, window.row0 + r, window.cols, 1}, row, of_land);
        for (int64_t c = 0; c < window.cols; c++) {
            if (places->layer != NO_INDEX && out[c] != code) {
                code = out[c];
                first = isnan(code) ? otherwise : first_of_code(places, code);
            }
            out[c] = first + of_land[c];
        }
    }
}
