/* What each diagram shows, in percent where people read percent. */
#include "report/validation_plot.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/text.h"
#include "report/plot.h"

const char *const validation_diagram_files[DIAGRAMS] = {[DIAGRAM_SUCCESS] = "success_rate.png",
                                                        [DIAGRAM_ROC] = "roc.png",
                                                        [DIAGRAM_PRECISION] = "precision_recall.png",
                                                        [DIAGRAM_PREDICTION_AREA] = "prediction_area.png",
                                                        [DIAGRAM_CONCENTRATION] = "concentration_area.png"};

struct drawing {
    const struct validated *validated;
    struct arena arena;
    const char *title;
    double *score, *area, *found, *precision; /* [n_points]; area and found in percent */
};

static status take_points(struct drawing *drawing) {
    const struct validation *figures = &drawing->validated->figures;
    size_t n = figures->n_points;
    drawing->score = arena_alloc(&drawing->arena, n + 1, sizeof(double));
    drawing->area = arena_alloc(&drawing->arena, n + 1, sizeof(double));
    drawing->found = arena_alloc(&drawing->arena, n + 1, sizeof(double));
    drawing->precision = arena_alloc(&drawing->arena, n + 1, sizeof(double));
    if (!drawing->score || !drawing->area || !drawing->found || !drawing->precision) return status_no_memory();
    for (size_t i = 0; i < n; i++) {
        drawing->score[i] = figures->points[i].score;
        drawing->area[i] = 100 * figures->points[i].area;
        drawing->found[i] = 100 * figures->points[i].found;
        drawing->precision[i] = figures->points[i].precision;
    }
    return NULL;
}

static const char *interval_words(struct drawing *drawing, struct interval interval) {
    if (isnan(interval.low) || isnan(interval.high)) return "no interval";
    return arena_print(&drawing->arena, "95 %%: %.3f to %.3f", interval.low, interval.high);
}

static const char *auc_words(struct drawing *drawing, const char *what) {
    const struct validation *figures = &drawing->validated->figures;
    return arena_print(&drawing->arena, "%s, AUC %.3f (%s)", what, figures->auc, interval_words(drawing, figures->auc_delong));
}

/* A curve whose steps are at places' shares of area (NaN: left out). */
struct steps {
    size_t n;
    double *x, *y; /* shares up to `whole` */
};

static status take_steps(struct drawing *drawing, const double *area_share, double whole, struct steps *out) {
    size_t places = drawing->validated->n_used, n = 0;
    double *sorted = arena_alloc(&drawing->arena, places + 1, sizeof *sorted);
    out->x = arena_alloc(&drawing->arena, 2 * places + 2, sizeof *out->x);
    out->y = arena_alloc(&drawing->arena, 2 * places + 2, sizeof *out->y);
    if (!sorted || !out->x || !out->y) return status_no_memory();
    for (size_t i = 0; i < places; i++)
        if (!isnan(area_share[i])) sorted[n++] = area_share[i];
    qsort(sorted, n, sizeof *sorted, order_doubles);
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < 2; s++) {
            out->x[2 * i + s + 1] = whole * sorted[i];
            out->y[2 * i + s + 1] = whole * (double)(i + s) / (double)n;
        }
    out->n = 2 * n + 2;
    out->x[out->n - 1] = out->y[out->n - 1] = whole;
    return NULL;
}

static const double diagonal[] = {0, 100};

static status draw_success(struct drawing *drawing, const char *path) {
    const struct validation *figures = &drawing->validated->figures;
    struct steps held_out = {0};
    if (figures->held_out) TRY(take_steps(drawing, figures->held_out, 100, &held_out));
    const char *held = arena_print(&drawing->arena, "prediction rate (held out), AUC %.3f (%s)", figures->held_out_auc,
                                   interval_words(drawing, figures->held_out_delong));
    const char *words = arena_print(&drawing->arena, "80 %% of the places\nin %.1f %% of the area", 100 * figures->most.area);
    struct plot_series series[] = {
        {.label = "a blind score", .n = 2, .x = diagonal, .y = diagonal, .colour = PLOT_GREY, .dashed = true, .width = 3},
        {.label = auc_words(drawing, "success rate"), .n = figures->n_points, .x = drawing->area, .y = drawing->found, .colour = PLOT_BLUE},
        {.label = held, .n = held_out.n, .x = held_out.x, .y = held_out.y, .colour = PLOT_VERMILION}};
    const struct plot_mark mark = {100 * figures->most.area, 80, words};
    const struct plot plot = {.title = drawing->title,
                              .subtitle = arena_print(&drawing->arena, "Success rate of %zu known places", drawing->validated->n_used),
                              .x = {"share of the scored area, best first (%)", 0, 100, false},
                              .y = {"share of the known places (%)", 0, 100, false},
                              .n_series = figures->held_out ? 3 : 2,
                              .series = series,
                              .n_marks = 1,
                              .marks = &mark,
                              .legend = PLOT_BOTTOM_RIGHT};
    return plot_write(&plot, path);
}

static status draw_roc(struct drawing *drawing, const char *path) {
    const struct validated *validated = drawing->validated;
    const double ends[] = {0, 1};
    const size_t n = validated->figures.n_points;
    double *x = arena_alloc(&drawing->arena, n, sizeof *x), *y = arena_alloc(&drawing->arena, n, sizeof *y);
    if (!x || !y) return status_no_memory();
    for (size_t i = 0; i < n; i++) x[i] = drawing->area[i] / 100, y[i] = drawing->found[i] / 100;
    struct steps other = {0}, held = {0};
    const double *held_out = validated->figures.held_out; /* what is compared is held out, too */
    if (held_out) TRY(take_steps(drawing, held_out, 1, &held));
    const char *roc = held_out ? arena_print(&drawing->arena, "ROC held out, AUC %.3f (%s)", validated->figures.held_out_auc,
                                             interval_words(drawing, validated->figures.held_out_delong))
                               : auc_words(drawing, "ROC");
    if (validated->figures.baseline) TRY(take_steps(drawing, validated->figures.baseline, 1, &other));
    const char *words =
        arena_print(&drawing->arena, "'%s', AUC %.3f; gain %+.3f (%s)", validated->baseline ? validated->baseline : "",
                    validated->figures.baseline_auc, validated->figures.gain, interval_words(drawing, validated->figures.gain_delong));
    const struct plot_series series[] = {
        {.label = "a blind score", .n = 2, .x = ends, .y = ends, .colour = PLOT_GREY, .dashed = true, .width = 3},
        {.label = roc, .n = held_out ? held.n : n, .x = held_out ? held.x : x, .y = held_out ? held.y : y, .colour = PLOT_BLUE},
        {.label = words, .n = other.n, .x = other.x, .y = other.y, .colour = PLOT_VERMILION}};
    const struct plot plot = {.title = drawing->title,
                              .subtitle = arena_print(&drawing->arena, "ROC: %zu known places against all scored area", validated->n_used),
                              .x = {"false positive rate (share of area)", 0, 1, false},
                              .y = {"true positive rate (share of known places)", 0, 1, false},
                              .n_series = validated->figures.baseline ? 3 : 2,
                              .series = series,
                              .legend = PLOT_BOTTOM_RIGHT};
    return plot_write(&plot, path);
}

/* Precision spans decades where places are few among many cells. Steps, as the average is: no threshold gives what lies between. */
static status draw_precision(struct drawing *drawing, const char *path) {
    const struct validation *figures = &drawing->validated->figures;
    const double level[] = {figures->prevalence, figures->prevalence};
    double lowest = figures->prevalence, highest = lowest;
    double *x = arena_alloc(&drawing->arena, 2 * figures->n_points, sizeof *x), *y = arena_alloc(&drawing->arena, 2 * figures->n_points, sizeof *y);
    size_t n = 0;
    if (!x || !y) return status_no_memory();
    for (size_t i = 1; i < figures->n_points; i++) {
        if (!(drawing->found[i] > drawing->found[i - 1])) continue;
        x[n] = drawing->found[i - 1];
        x[n + 1] = drawing->found[i];
        y[n] = y[n + 1] = drawing->precision[i];
        n += 2;
    }
    for (size_t i = 0; i < figures->n_points; i++)
        if (drawing->precision[i] > 0) lowest = fmin(lowest, drawing->precision[i]), highest = fmax(highest, drawing->precision[i]);
    const struct plot_series series[] = {
        {.label = arena_print(&drawing->arena, "prevalence %.2g", figures->prevalence),
         .n = 2,
         .x = diagonal,
         .y = level,
         .colour = PLOT_GREY,
         .dashed = true,
         .width = 3},
        {.label = arena_print(&drawing->arena, "precision, average %.3g (%s)", figures->pr_auc,
                              isnan(figures->pr_bootstrap.low)
                                  ? "no interval"
                                  : arena_print(&drawing->arena, "95 %%: %.2g to %.2g", figures->pr_bootstrap.low, figures->pr_bootstrap.high)),
         .n = n,
         .x = x,
         .y = y,
         .colour = PLOT_BLUE}};
    const struct plot plot = {.title = drawing->title,
                              .subtitle = "Precision and recall: a place is one cell among all scored cells",
                              .x = {"recall: share of the known places (%)", 0, 100, false},
                              .y = {"precision", pow(10, floor(log10(lowest))), pow(10, ceil(log10(highest * 1.0001))), true},
                              .n_series = 2,
                              .series = series,
                              .legend = PLOT_TOP_RIGHT};
    return plot_write(&plot, path);
}

static status draw_prediction_area(struct drawing *drawing, const char *path) {
    const struct validation *figures = &drawing->validated->figures;
    size_t n = figures->n_points;
    double *rest = arena_alloc(&drawing->arena, n, sizeof *rest);
    if (!rest) return status_no_memory();
    for (size_t i = 0; i < n; i++) rest[i] = 100 - drawing->area[i];
    double high = n > 1 ? drawing->score[1] : 1, low = n > 1 ? drawing->score[n - 1] : 0;
    if (!(high > low)) low = high - 1;
    const struct plot_series series[] = {{.label = "known places found", .n = n, .x = drawing->score, .y = drawing->found, .colour = PLOT_BLUE},
                                         {.label = "area taken (right scale)", .n = n, .x = drawing->score, .y = rest, .colour = PLOT_VERMILION}};
    const char *words = arena_print(&drawing->arena, "%.1f %% of the places\nin %.1f %% of the area\ndensity %.2f, ln weight %.2f",
                                    100 * figures->crossing.found, 100 * figures->crossing.area, figures->density, figures->weight);
    const struct plot_mark mark = {figures->crossing.score, 100 * figures->crossing.found, words};
    const struct plot_axis area = {"share of the scored area (%)", 100, 0, false};
    const struct plot plot = {.title = drawing->title,
                              .subtitle = "Prediction-area: what scores from a threshold up",
                              .x = {"threshold of the score", low, high, false},
                              .y = {"share of the known places (%)", 0, 100, false},
                              .right = &area,
                              .n_series = 2,
                              .series = series,
                              .n_marks = 1,
                              .marks = &mark,
                              .legend = PLOT_ABOVE};
    return plot_write(&plot, path);
}

/* As the search for breaks: without the lowest scores, which nearly all of the area reaches. */
static bool in_concentration(const struct curve_point *point) {
    return point->score > 0 && isfinite(point->score) && point->area > 0 && point->area <= 0.99;
}

static status draw_concentration(struct drawing *drawing, const char *path) {
    const struct validation *figures = &drawing->validated->figures;
    const struct breaks *breaks = &figures->breaks;
    struct plot_mark marks[BREAKS_MAX];
    size_t n = 0;
    double *x = arena_alloc(&drawing->arena, figures->n_points, sizeof *x), *y = arena_alloc(&drawing->arena, figures->n_points, sizeof *y);
    if (!x || !y) return status_no_memory();
    double low = INFINITY, high = 0, least = INFINITY;
    for (size_t i = 0; i < figures->n_points; i++) {
        if (!in_concentration(&figures->points[i])) continue;
        x[n] = figures->points[i].score;
        y[n] = figures->points[i].area * figures->area_km2;
        low = fmin(low, x[n]);
        high = fmax(high, x[n]);
        least = fmin(least, y[n++]);
    }
    for (size_t i = 0; i < breaks->n; i++) marks[i] = (struct plot_mark){breaks->at[i], NAN, arena_print(&drawing->arena, "%.3g", breaks->at[i])};
    const struct plot_series series[] = {{.label = "area with this score or more", .n = n, .x = x, .y = y, .colour = PLOT_BLUE}};
    const struct plot plot = {.title = drawing->title,
                              .subtitle =
                                  breaks->n ? "Concentration-area: upright lines part the classes" : "Concentration-area: no break stands out",
                              .x = {"score", low, high, true},
                              .y = {"area (km²)", pow(10, floor(log10(least))), pow(10, ceil(log10(figures->area_km2))), true},
                              .n_series = 1,
                              .series = series,
                              .n_marks = breaks->n,
                              .marks = marks,
                              .legend = PLOT_BOTTOM_LEFT};
    return plot_write(&plot, path);
}

bool validation_shows(const struct validated *validated, enum validation_diagram diagram) {
    const struct validation *figures = &validated->figures;
    size_t scores = 0;
    if (diagram != DIAGRAM_CONCENTRATION) return validated->n_used > 0;
    for (size_t i = 0; i < figures->n_points; i++) scores += in_concentration(&figures->points[i]);
    return scores > 1;
}

status validation_plot(const struct validated *validated, enum validation_diagram diagram, const char *path) {
    static status (*const draw[DIAGRAMS])(struct drawing *, const char *) = {[DIAGRAM_SUCCESS] = draw_success,
                                                                             [DIAGRAM_ROC] = draw_roc,
                                                                             [DIAGRAM_PRECISION] = draw_precision,
                                                                             [DIAGRAM_PREDICTION_AREA] = draw_prediction_area,
                                                                             [DIAGRAM_CONCENTRATION] = draw_concentration};
    struct drawing drawing = {.validated = validated};
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0), before = plain ? uselocale(plain) : (locale_t)0; /* points as decimal signs */
    drawing.title = arena_print(&drawing.arena, "%s", validated->target);
    status failure = drawing.title ? take_points(&drawing) : status_no_memory();
    if (!failure) failure = draw[diagram](&drawing, path);
    arena_free(&drawing.arena);
    if (plain) uselocale(before);
    if (plain) freelocale(plain);
    return failure;
}
