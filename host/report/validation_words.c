/* The figures of a validation in words. */
#include <locale.h>
#include <math.h>

#include "report/validation_file.h"

static void add_interval(struct text *out, struct interval interval, int decimals) {
    if (isnan(interval.low) || isnan(interval.high))
        text_add(out, " (no interval: too few places, or all alike)");
    else
        text_print(out, " (95 %%: %.*f to %.*f)", decimals, interval.low, decimals, interval.high);
}

static void add_chance(struct text *out, double p) {
    if (p < 1e-4)
        text_print(out, "%.1e", p);
    else
        text_print(out, "%.2g", p);
}

static void print_chances(const struct validation *figures, struct text *out) {
    for (int t = 0; t < TOPS; t++) {
        text_print(out, "    %zu of %zu in the best %.0f %% of the area: p = ", figures->top_hits[t], figures->n_places, 100 * validation_tops[t]);
        add_chance(out, figures->top_p[t]);
        text_add(out, "\n");
    }
    text_add(out, "    sum of ranks: p = ");
    add_chance(out, figures->rank_p);
    text_add(out, " (exact; the chance that a blind score does as well, if places are independent)\n");
}

static void print_folds(const struct validated *validated, struct text *out) {
    const struct validation *figures = &validated->figures;
    if (validated->wish->folds.kind == FOLDS_NONE && validated->learnt)
        text_add(out, "    the score was learnt: where it was from these places, this is no forecast; `folds` or `blocks` hold them out\n");
    if (validated->wish->folds.kind == FOLDS_NONE) return;
    text_print(out, "    %zu folds: AUC %.3f, deviation %.3f", figures->n_folds, figures->folds_mean, figures->folds_sd);
    if (figures->held_out) {
        text_print(out, "; held-out AUC %.3f", figures->held_out_auc);
        add_interval(out, figures->held_out_delong, 3);
        text_add(out, "\n");
    } else {
        text_add(out, " (the score was not made from these places: folds show the spread)\n");
    }
}

static void print_breaks(const struct breaks *breaks, struct text *out) {
    if (!breaks->n) return;
    text_add(out, "    concentration-area breaks at");
    for (size_t i = 0; i < breaks->n; i++) text_print(out, "%s %.4g", i ? "," : "", breaks->at[i]);
    text_add(out, "\n");
}

static void print_all(const struct validated *validated, struct text *out) {
    const struct validation *figures = &validated->figures;
    text_print(out, "  validation: %zu of %zu known places, against %.6g km2 of scored area\n", validated->n_used, validated->n_places,
               figures->area_km2);
    if (validated->outside)
        text_print(out, "    %zu of %zu known points lie outside the grid and are not measured\n", validated->outside, validated->given);
    if (!validated->n_used) return;
    text_print(out, "    AUC %.3f", figures->auc);
    add_interval(out, figures->auc_delong, 3);
    text_print(out, "; precision-recall AUC %.3g at a prevalence of %.2g\n", figures->pr_auc, figures->prevalence);
    text_print(out, "    80 %% of the places in %.1f %% of the area (%.4g km2), scores from %.4g\n", 100 * figures->most.area,
               figures->most.area * figures->area_km2, figures->most.score);
    text_print(out, "    prediction-area crossing: %.1f %% of the places in %.1f %% of the area, density %.2f, ln weight %.2f\n",
               100 * figures->crossing.found, 100 * figures->crossing.area, figures->density, figures->weight);
    print_chances(figures, out);
    print_folds(validated, out);
    print_breaks(&figures->breaks, out);
    if (!validated->baseline) return;
    text_print(out, "    %sagainst '%s' (AUC %.3f): gain %+.3f", figures->held_out ? "held out, " : "", validated->baseline, figures->baseline_auc,
               figures->gain);
    add_interval(out, figures->gain_delong, 3);
    text_add(out, "\n");
}

/* Points as decimal signs, whatever the caller's locale. */
void validation_print(const struct validated *validated, struct text *out) {
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0), before = plain ? uselocale(plain) : (locale_t)0;
    print_all(validated, out);
    if (plain) uselocale(before);
    if (plain) freelocale(plain);
}
