/* AHP: the principal eigenvector by power iteration; a positive matrix has one, and the iteration finds it (Perron).
 * Random indices of Saaty 1980, of matrices of 1 to 15: his own, though that of 12 is below that of 11, which can only be chance.
 * Where published tools go wrong: logarithms of zero (entropy: 0 ln 0 is 0), and criteria that do not vary, which some give a part of
 * CRITIC's weights by way of an undefined correlation. */
#include "model/weights.h"

#include <math.h>

static void norm(size_t n, double *weights) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += weights[i];
    for (size_t i = 0; i < n; i++) weights[i] /= sum;
}

void weights_rank_sum(size_t n, double *weights) {
    for (size_t i = 0; i < n; i++) weights[i] = 2 * (double)(n - i) / ((double)n * (double)(n + 1));
}

void weights_centroid(size_t n, double *weights) {
    double sum = 0;
    for (size_t i = n; i-- > 0;) {
        sum += 1 / (double)(i + 1);
        weights[i] = sum / (double)n;
    }
}

void weights_reciprocal(size_t n, double *weights) {
    for (size_t i = 0; i < n; i++) weights[i] = 1 / (double)(i + 1);
    norm(n, weights);
}

/* weights = matrix * from, normed; returns the sum before, which becomes the eigenvalue. */
static double iterate(size_t n, const double *matrix, const double *from, double *weights) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        weights[i] = 0;
        for (size_t j = 0; j < n; j++) weights[i] += matrix[i * n + j] * from[j];
        sum += weights[i];
    }
    for (size_t i = 0; i < n; i++) weights[i] /= sum;
    return sum;
}

static double principal(size_t n, const double *matrix, double *weights) {
    enum { ROUNDS = 10000 };
    double from[AHP_ITEMS_MAX], lambda = 0;
    for (size_t i = 0; i < n; i++) weights[i] = 1 / (double)n;
    for (int round = 0; round < ROUNDS; round++) {
        double change = 0;
        for (size_t i = 0; i < n; i++) from[i] = weights[i];
        lambda = iterate(n, matrix, from, weights);
        for (size_t i = 0; i < n; i++) change = fmax(change, fabs(weights[i] - from[i]));
        if (change < 1e-15) break;
    }
    return lambda;
}

/* Of a consistent matrix a[i][j] w[j] / w[i] is 1 throughout. */
static void find_worst(size_t n, const double *matrix, const double *weights, struct ahp *found) {
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            double off = fabs(log(matrix[i * n + j] * weights[j] / weights[i]));
            if (off <= worst * (1 + 1e-9)) continue; /* of three items all are off alike: the first */
            worst = off;
            found->worst_row = i;
            found->worst_col = j;
            found->implied = weights[i] / weights[j];
        }
}

void weights_ahp(size_t n, const double *matrix, double *weights, struct ahp *found) {
    static const double random_index[AHP_ITEMS_MAX + 1] = {0, 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59};
    *found = (struct ahp){.worst_col = n > 1, .implied = 1};
    found->lambda_max = principal(n, matrix, weights);
    found->index = n > 2 ? fmax(0, (found->lambda_max - (double)n) / (double)(n - 1)) : 0;
    found->ratio = n > 2 ? found->index / random_index[n] : 0;
    find_worst(n, matrix, weights, found);
}

static bool counts(size_t n, const float *const *values, size_t cell) {
    for (size_t j = 0; j < n; j++)
        if (isnan(values[j][cell])) return false;
    return true;
}

static void add_values(struct moments *into, const float *const *values, size_t first, size_t cells) {
    for (size_t i = first; i < first + cells; i++) {
        if (!counts(into->n, values, i)) continue;
        into->cells++;
        for (size_t j = 0; j < into->n; j++) {
            struct moment *column = &into->columns[j];
            double v = (double)values[j][i];
            column->mean += v;
            column->square += v * v;
            if (into->logs && v > 0) column->log_sum += v * log(v);
            column->min = fmin(column->min, v);
            column->max = fmax(column->max, v);
        }
    }
}

static void add_products(struct moments *into, const float *const *values, size_t first, size_t cells) {
    for (size_t i = first; i < first + cells; i++) {
        if (!counts(into->n, values, i)) continue;
        for (size_t j = 0; j < into->n; j++) {
            double off = (double)values[j][i] - into->columns[j].mean;
            for (size_t k = 0; k <= j; k++) into->products[j * into->n + k] += off * ((double)values[k][i] - into->columns[k].mean);
        }
    }
}

void moments_of_cells(const float *const *values, size_t first, size_t cells, struct moments *into) {
    into->cells = 0;
    for (size_t j = 0; j < into->n; j++) into->columns[j] = (struct moment){.min = INFINITY, .max = -INFINITY};
    for (size_t j = 0; into->products && j < into->n * into->n; j++) into->products[j] = 0;
    add_values(into, values, first, cells);
    for (size_t j = 0; j < into->n && into->cells > 0; j++) into->columns[j].mean /= into->cells;
    if (into->products) add_products(into, values, first, cells);
    for (size_t j = 0; into->products && j < into->n; j++)
        for (size_t k = j + 1; k < into->n; k++) into->products[j * into->n + k] = into->products[k * into->n + j];
}

void moments_join(struct moments *into, const struct moments *more) {
    double cells = into->cells + more->cells;
    if (!(more->cells > 0)) return;
    for (size_t j = 0; into->products && j < into->n; j++)
        for (size_t k = 0; k < into->n; k++) {
            double apart = (more->columns[j].mean - into->columns[j].mean) * (more->columns[k].mean - into->columns[k].mean);
            into->products[j * into->n + k] += more->products[j * into->n + k] + apart * (into->cells * more->cells / cells);
        }
    for (size_t j = 0; j < into->n; j++) {
        struct moment *column = &into->columns[j];
        column->mean += (more->columns[j].mean - column->mean) * (more->cells / cells);
        column->square += more->columns[j].square;
        column->log_sum += more->columns[j].log_sum;
        column->min = fmin(column->min, more->columns[j].min);
        column->max = fmax(column->max, more->columns[j].max);
    }
    into->cells = cells;
}

static bool varies(const struct moments *moments, size_t j) {
    return moments->columns[j].max > moments->columns[j].min;
}

/* False, and nothing changed: they are all 0. */
static bool norm_found(size_t n, double *weights) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += weights[j];
    if (!(sum > 0)) return false;
    norm(n, weights);
    return true;
}

bool weights_entropy(const struct moments *moments, double *weights) {
    for (size_t j = 0; j < moments->n; j++) {
        const struct moment *column = &moments->columns[j];
        double sum = column->mean * moments->cells;
        weights[j] = varies(moments, j) ? fmax(0, 1 - (log(sum) - column->log_sum / sum) / log(moments->cells)) : 0;
    }
    return norm_found(moments->n, weights);
}

bool weights_critic(const struct moments *moments, double *weights) {
    enum { ROUNDING = 1 << 26 }; /* of a correlation of 1 */
    size_t n = moments->n;
    for (size_t j = 0; j < n; j++) {
        double own = moments->products[j * n + j], conflict = 0;
        weights[j] = 0;
        if (!varies(moments, j)) continue;
        for (size_t k = 0; k < n; k++) {
            if (k == j || !varies(moments, k)) continue;
            double apart = 1 - moments->products[j * n + k] / sqrt(own * moments->products[k * n + k]);
            if (apart > 1.0 / ROUNDING) conflict += apart;
        }
        weights[j] = sqrt(own / moments->cells) / (moments->columns[j].max - moments->columns[j].min) * conflict;
    }
    return norm_found(n, weights);
}

double order_orness(size_t n, const double *order) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += (double)(n - 1 - j) * order[j];
    return n > 1 ? sum / (double)(n - 1) : 0.5;
}

double order_trade_off(size_t n, const double *order) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += (order[j] - 1 / (double)n) * (order[j] - 1 / (double)n);
    return n > 1 ? fmax(0, 1 - sqrt((double)n * sum / (double)(n - 1))) : 1;
}

/* Q(0) is 0 and Q(1) is 1, also where alpha is 0 or infinite. */
static double quantifier(double p, double alpha) {
    return p <= 0 ? 0 : p >= 1 ? 1 : pow(p, alpha);
}

void order_from_alpha(size_t n, double alpha, double *order) {
    for (size_t j = 0; j < n; j++) order[j] = quantifier((double)(j + 1) / (double)n, alpha) - quantifier((double)j / (double)n, alpha);
}

/* Orness of p^alpha's order weights: the mean of its inner points. */
static double orness_of_alpha(size_t n, double alpha) {
    double sum = 0;
    for (size_t j = 1; j < n; j++) sum += quantifier((double)j / (double)n, alpha);
    return sum / (double)(n - 1);
}

double alpha_from_orness(size_t n, double orness) {
    double low = -40, high = 40; /* of the logarithm to base 2 */
    if (n < 2) return 1;
    if (orness <= 0) return INFINITY;
    if (orness >= 1) return 0;
    for (int halving = 0; halving < 200; halving++) {
        double middle = (low + high) / 2;
        if (orness_of_alpha(n, exp2(middle)) > orness)
            low = middle;
        else
            high = middle;
    }
    return exp2((low + high) / 2);
}
