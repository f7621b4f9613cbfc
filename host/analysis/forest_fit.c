/* Rows are cells of the study area; what is missing there is so for the trees, too. Ones and zeros are not in their true proportion. Boosted trees
 * start from the logit of their share of the ones, and the prior's takes its place afterwards (King and Zeng 2001). In a forest ones and zeros weigh
 * half each, for among so many zeros no leaf would be a deposit's (Chen, Liaw and Breiman 2004); its odds are then multiplied by the prior's. */
#include "analysis/forest_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/folds.h"
#include "analysis/negative.h"
#include "analysis/zeros.h"

enum { CLASSES_MAX = 256, FOLDS = 5 };

struct matrix {
    size_t rows, ones; /* these come first */
    double points;     /* of the ones */
    float *x;          /* [rows][columns] */
    float *y, *weight; /* [rows]; a weight is how many points the row counts */
};

static void matrix_free(struct matrix *matrix) {
    free(matrix->x);
    free(matrix->y);
    free(matrix->weight);
}

static float evidence_at(const struct fitted_model *fitted, size_t k, size_t i) {
    size_t n = fitted->training.n;
    return k < n ? fitted->evidence[i].training[k] : draw_evidence(zeros_of(fitted), k - n)[i];
}

/* A row as its columns: of a class whether it is that one. */
static void fill_row(const struct fitted_model *fitted, size_t k, float *row) {
    for (size_t j = 0; j < fitted->trees.n_columns; j++) {
        const struct booster_column *column = &fitted->trees.columns[j];
        float x = evidence_at(fitted, k, column->evidence);
        row[j] = !column->class || isnan(x) ? trees_within(x) : x == column->code ? 1 : 0;
    }
}

/* What is held out is unknown: ground around it is as good for a negative as any other. */
static bool is_row(const struct fitted_model *fitted, size_t k, const bool *held_out) {
    size_t n = fitted->training.n;
    if (k < n) return fitted->training.cells[k].studied && !(held_out && held_out[k]);
    return negative_is_apart(fitted->grid, zeros_of(fitted)->cells[k - n].cell, &fitted->training, held_out, fitted->model->apart_m);
}

static status gather(const struct fitted_model *fitted, const bool *held_out, struct matrix *matrix) {
    size_t most = fitted->training.n + zeros_of(fitted)->n, columns = fitted->trees.n_columns;
    TRY(MEMORY_ARRAY(most * columns + 1, &matrix->x));
    TRY(MEMORY_ARRAY(most + 1, &matrix->y));
    TRY(MEMORY_ARRAY(most + 1, &matrix->weight));
    for (size_t k = 0; k < most; k++) {
        bool one = k < fitted->training.n;
        if (!is_row(fitted, k, held_out)) continue;
        fill_row(fitted, k, matrix->x + matrix->rows * columns);
        matrix->y[matrix->rows] = one;
        matrix->weight[matrix->rows] = one ? (float)fitted->training.cells[k].points : 1;
        matrix->points += one ? fitted->training.cells[k].points : 0;
        matrix->ones += one;
        matrix->rows++;
    }
    return NULL;
}

static bool can_grow(const struct matrix *matrix) {
    return matrix->ones > 0 && matrix->ones < matrix->rows;
}

/* Weights are the forest's from here on. */
static void balance(struct matrix *matrix) {
    double zeros = (double)(matrix->rows - matrix->ones), all = matrix->points + zeros;
    for (size_t r = 0; r < matrix->rows; r++)
        matrix->weight[r] = (float)((double)matrix->weight[r] * all / 2 / (r < matrix->ones ? matrix->points : zeros));
}

static status grow(const struct fitted_model *fitted, struct matrix *matrix, struct booster_use *use, struct trees *out) {
    const struct model *model = fitted->model;
    const struct booster_rows rows = {
        matrix->rows, fitted->trees.n_columns, fitted->trees.columns, matrix->x, matrix->y, matrix->weight,
    };
    const struct booster_wish wish = {.forest = model->kind == MODEL_RANDOM_FOREST,
                                      .trees = model->trees,
                                      .depth = model->depth,
                                      .seed = model->seed,
                                      .sample = model->sample,
                                      .learning_rate = model->learning_rate,
                                      .share = matrix->points / (matrix->points + (double)(matrix->rows - matrix->ones))};
    if (wish.forest) balance(matrix);
    return booster_grow(&rows, &wish, use, out);
}

status forest_refit(const struct fitted_model *fitted, const bool *held_out, struct trees *out) {
    struct matrix matrix = {0};
    *out = (struct trees){0};
    status failure = gather(fitted, held_out, &matrix);
    if (!failure && can_grow(&matrix)) failure = grow(fitted, &matrix, NULL, out);
    matrix_free(&matrix);
    return failure;
}

static double logit_of(enum model_kind kind, double sum, double prior) {
    const double least = 1e-9;
    double share = fmin(fmax(0.5 + sum, least), 1 - least);
    return woe_logit(prior) + (kind == MODEL_RANDOM_FOREST ? woe_logit(share) : sum);
}

double forest_probability(enum model_kind kind, double sum, double prior) {
    return woe_logistic(logit_of(kind, sum, prior));
}

double forest_start(const struct fitted_model *fitted) {
    return logit_of(fitted->model->kind, trees_start(&fitted->trees.trees), fitted->prior);
}

/* A forest's parts are shares; they keep their proportions as parts of the logit. */
void forest_terms(const struct fitted_model *fitted, const float *x, double *terms) {
    const struct trees *trees = &fitted->trees.trees;
    double start = trees_start(trees), sum = 0;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) terms[i] = 0;
    trees_terms(trees, x, terms);
    if (fitted->model->kind != MODEL_RANDOM_FOREST) return;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) sum += terms[i];
    double rise = logit_of(MODEL_RANDOM_FOREST, start + sum, 0.5) - logit_of(MODEL_RANDOM_FOREST, start, 0.5);
    for (size_t i = 0; i < fitted->model->n_evidence; i++) terms[i] *= fabs(sum) > 1e-12 ? rise / sum : 1 / ((0.5 + start) * (0.5 - start));
}

static int by_code(const void *a, const void *b) {
    float p = *(const float *)a, q = *(const float *)b;
    return (p > q) - (p < q);
}

/* The different classes that rows have. */
static status list_codes(const struct fitted_model *fitted, size_t i, float *codes, size_t *count) {
    float *all = NULL;
    size_t most = fitted->training.n + zeros_of(fitted)->n, n = 0;
    TRY(MEMORY_ARRAY(most + 1, &all));
    for (size_t k = 0; k < most; k++)
        if (is_row(fitted, k, NULL) && !isnan(evidence_at(fitted, k, i))) all[n++] = evidence_at(fitted, k, i);
    qsort(all, n, sizeof *all, by_code);
    *count = 0;
    for (size_t k = 0; k < n; k++) {
        if (k && all[k] == all[k - 1]) continue;
        if (*count < CLASSES_MAX) codes[*count] = all[k];
        ++*count;
    }
    free(all);
    return NULL;
}

static status make_columns(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    struct fitted_trees *trees = &fitted->trees;
    size_t n = fitted->model->n_evidence, count;
    float codes[CLASSES_MAX];
    trees->columns = arena_alloc(&fitted->arena, n * CLASSES_MAX, sizeof *trees->columns);
    if (!trees->columns) return status_no_memory();
    for (size_t i = 0; i < n; i++) {
        const struct criterion *criterion = &scan->scenario->criteria[fitted->model->evidence[i].criterion];
        if (!fitted->model->evidence[i].classes) {
            trees->columns[trees->n_columns++] = (struct booster_column){.evidence = i};
            continue;
        }
        TRY(list_codes(fitted, i, codes, &count));
        if (count > CLASSES_MAX)
            return status_fail(LODE_BAD_DATA, "%s:%d: target '%s': criterion '%s' has %zu classes, and trees take at most %d: join some of them",
                               scan->scenario->path, fitted->model->at.line, scan->scenario->targets[target].name, criterion->name, count,
                               CLASSES_MAX);
        for (size_t j = 0; j < count; j++) trees->columns[trees->n_columns++] = (struct booster_column){i, true, codes[j]};
    }
    return NULL;
}

/* The loss of rows that are left out, ones and zeros apart. */
struct losses {
    double one, zero, zeros;
};

/* Of one fold: what the others' trees say of its rows. `rest` has room for all. */
static status lose(const struct fitted_model *fitted, const struct matrix *matrix, const size_t *fold, size_t which, struct matrix *rest,
                   struct losses *losses) {
    size_t columns = fitted->trees.n_columns, rows = 0;
    struct trees trees = {0};
    rest->ones = 0, rest->points = 0;
    for (size_t r = 0; r < matrix->rows; r++) {
        if (fold[r] == which) continue;
        memcpy(rest->x + rows * columns, matrix->x + r * columns, columns * sizeof *rest->x);
        rest->y[rows] = matrix->y[r];
        rest->weight[rows++] = matrix->weight[r];
        rest->ones += r < matrix->ones;
        rest->points += r < matrix->ones ? (double)matrix->weight[r] : 0;
    }
    rest->rows = rows;
    status failure = grow(fitted, rest, NULL, &trees);
    for (size_t r = 0, k = 0; !failure && k < fitted->training.n + zeros_of(fitted)->n; k++) {
        float x[MODEL_EVIDENCE_MAX];
        if (!is_row(fitted, k, NULL)) continue;
        size_t row = r++;
        if (fold[row] != which) continue;
        for (size_t i = 0; i < fitted->model->n_evidence; i++) x[i] = evidence_at(fitted, k, i);
        double probability = forest_probability(fitted->model->kind, (double)trees_sum(&trees, x), 0.5);
        if (row < matrix->ones)
            losses->one -= (double)matrix->weight[row] * log(probability);
        else
            losses->zero -= log(1 - probability);
    }
    trees_free(&trees);
    return failure;
}

/* By lot, ones and zeros each by themselves: where places cluster it promises more than blocks would. */
static status cross(struct fitted_model *fitted, const struct matrix *matrix) {
    const struct folds folds = {.kind = FOLDS_LOT, .count = matrix->ones < FOLDS ? matrix->ones : FOLDS};
    size_t *fold = NULL, n, zeros = matrix->rows - matrix->ones;
    struct matrix rest = {0};
    struct losses losses = {0};
    fitted->trees.log_loss = NAN;
    if (folds.count < 2 || zeros < folds.count) return NULL;
    status failure = MEMORY_ARRAY(matrix->rows, &fold);
    if (!failure) failure = folds_make(&folds, fitted->grid, matrix->ones, NULL, NULL, fold, &n);
    if (!failure) failure = folds_make(&folds, fitted->grid, zeros, NULL, NULL, fold + matrix->ones, &n);
    if (!failure) failure = gather(fitted, NULL, &rest);
    for (size_t f = 0; !failure && f < folds.count; f++) failure = lose(fitted, matrix, fold, f, &rest, &losses);
    fitted->trees.folds = folds.count;
    fitted->trees.log_loss = (losses.one / matrix->points + losses.zero / (double)zeros) / 2;
    matrix_free(&rest);
    free(fold);
    return failure;
}

static void write_plan(struct plan *plan, size_t target, const struct fitted_model *fitted) {
    struct model_step *step = &plan->models[target];
    const struct trees *trees = &fitted->trees.trees;
    double odds = fitted->prior / (1 - fitted->prior);
    plan->params[step->first_param] = (float)(fitted->model->kind == MODEL_RANDOM_FOREST ? odds : log(odds));
    plan->params[step->first_param + 1] = (float)trees->n;
    plan->params[step->first_param + 2] = (float)trees->depth;
    step->trees = trees->words;
    step->n_trees_words = 2 * trees->n_nodes;
}

status forest_learn(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    const struct scenario *scenario = scan->scenario;
    struct matrix matrix = {0};
    TRY(make_columns(scan, target, fitted));
    fitted->trees.use = arena_alloc(&fitted->arena, fitted->model->n_evidence, sizeof *fitted->trees.use);
    status failure = fitted->trees.use ? gather(fitted, NULL, &matrix) : status_no_memory();
    fitted->trees.ones = matrix.points;
    fitted->trees.zeros = (double)(matrix.rows - matrix.ones);
    if (!failure && !can_grow(&matrix))
        failure =
            status_fail(LODE_BAD_DATA, "%s:%d: target '%s': there are %zu training cells and %zu cells to hold against them, and both are needed: %s",
                        scenario->path, fitted->model->at.line, scenario->targets[target].name, matrix.ones, matrix.rows - matrix.ones,
                        fitted->model->n_barren       ? "check where the layer of `barren` lies, or leave it out"
                        : fitted->model->allowed.text ? "write a wider `where`"
                                                      : "write a shorter `apart`");
    if (!failure) failure = cross(fitted, &matrix);
    if (!failure) failure = grow(fitted, &matrix, fitted->trees.use, &fitted->trees.trees);
    if (!failure) write_plan(scan->plan, target, fitted);
    matrix_free(&matrix);
    return failure;
}
