/* A sample for quantiles (nearest rank), or the set of values met; both while the bands of a criterion pass, in reading order. */
#include "analysis/survey.h"

#include <math.h>
#include <stdlib.h>

enum { SAMPLE_MAX = 1 << 21 };

struct surveyed {
    const struct evidence *evidence;
    bool exact; /* values, not a sample */
    size_t n, room;
    float *values;
};

/* Finaliser of MurmurHash3 (Appleby, public domain), on both halves. */
uint32_t cell_hash(int64_t cell) {
    uint64_t h = (uint64_t)cell + 0x9e3779b97f4a7c15u;
    h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
    return (uint32_t)(h ^ h >> 33);
}

int class_of(const struct class_keys *keys, float x) {
    size_t low = 0, high = keys->n;
    if (isnan(x)) return NO_INDEX;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (x > keys->keys[middle])
            low = middle + 1;
        else
            high = middle;
    }
    if (!keys->exact) return (int)low;
    return low < keys->n && keys->keys[low] == x ? (int)low : NO_INDEX;
}

static status add_value(struct surveyed *surveyed, float x) {
    const struct class_keys have = {true, surveyed->n, surveyed->values};
    if (class_of(&have, x) != NO_INDEX) return NULL;
    TRY(memory_reserve((void **)&surveyed->values, &surveyed->room, surveyed->n + 1, sizeof *surveyed->values));
    size_t at = surveyed->n++;
    for (; at > 0 && surveyed->values[at - 1] > x; at--) surveyed->values[at] = surveyed->values[at - 1];
    surveyed->values[at] = x;
    return NULL;
}

static status too_many(const struct scan *scan, const struct evidence *evidence) {
    return status_fail(LODE_BAD_DATA,
                       "%s:%d:%d: criterion '%s' has more than %d values, each of which `unique` would make a class: say how to cut it, for example "
                       "`{unique: {classes: 10}}`",
                       scan->scenario->path, evidence->at.line, evidence->at.column, scan->scenario->criteria[evidence->criterion].name,
                       SURVEY_VALUES_MAX);
}

static status survey_band(const struct scan *scan, struct surveyed *surveyed, struct window band, uint32_t share) {
    const float *values, scale = (float)scan->plan->criteria[surveyed->evidence->criterion].scale;
    size_t criterion = (size_t)surveyed->evidence->criterion;
    int64_t first = band.row0 * band.cols;
    float last = NAN;
    TRY(planes_fill_criterion(scan->planes, criterion, band));
    TRY(planes_read_criterion(scan->planes, criterion, band, &values));
    for (int64_t i = 0; i < band.cols * band.rows; i++) {
        float x = values[i] * scale;
        if (isnan(x) || (surveyed->exact && x == last)) continue;
        last = x;
        if (surveyed->exact) {
            TRY(add_value(surveyed, x));
            if (surveyed->n > SURVEY_VALUES_MAX) return too_many(scan, surveyed->evidence);
        } else if (cell_hash(first + i) <= share) {
            TRY(memory_reserve((void **)&surveyed->values, &surveyed->room, surveyed->n + 1, sizeof *surveyed->values));
            surveyed->values[surveyed->n++] = x;
        }
    }
    return NULL;
}

static int by_value(const void *a, const void *b) {
    float p = *(const float *)a, q = *(const float *)b;
    return (p > q) - (p < q);
}

/* Breaks after each equal share of the sample; none at its end, above which is nothing. */
static void cut(struct surveyed *surveyed, size_t classes, struct class_keys *out) {
    const float *values = surveyed->values;
    size_t n = surveyed->n;
    if (n) qsort(surveyed->values, n, sizeof *values, by_value);
    for (size_t k = 1; k < classes && n; k++) {
        float at = values[(k * n + classes - 1) / classes - 1];
        if (at < values[n - 1] && (!out->n || at > out->keys[out->n - 1])) out->keys[out->n++] = at;
    }
}

static status finish(const struct scan *scan, struct surveyed *surveyed, struct arena *arena, struct class_keys *out) {
    size_t classes = surveyed->evidence->n_classes ? surveyed->evidence->n_classes : SURVEY_CLASSES;
    out->exact = surveyed->exact;
    if (!surveyed->n)
        return status_fail(LODE_BAD_DATA, "%s:%d:%d: criterion '%s' has no value in the grid, so there is nothing to learn from it",
                           scan->scenario->path, surveyed->evidence->at.line, surveyed->evidence->at.column,
                           scan->scenario->criteria[surveyed->evidence->criterion].name);
    out->keys = arena_alloc(arena, (out->exact ? surveyed->n : classes) + 1, sizeof *out->keys);
    if (!out->keys) return status_no_memory();
    if (!out->exact) cut(surveyed, classes, out);
    for (size_t i = 0; out->exact && i < surveyed->n; i++) out->keys[out->n++] = surveyed->values[i];
    return NULL;
}

static status survey_one(const struct scan *scan, const struct evidence *evidence, struct arena *arena, struct class_keys *out) {
    struct surveyed surveyed = {.evidence = evidence, .exact = evidence->approach == WOE_UNIQUE && !evidence->n_classes};
    double share = (double)SAMPLE_MAX / (double)(scan->grid->width * scan->grid->height);
    uint32_t least = share < 1 ? (uint32_t)(share * (double)UINT32_MAX) : UINT32_MAX;
    status failure = NULL;
    for (int64_t b = 0; !failure && b < plan_bands(scan->plan); b++) {
        const struct window band = plan_band(scan->plan, b);
        failure = log_progress(scan->log, (double)band.row0 / (double)scan->grid->height);
        if (!failure) failure = survey_band(scan, &surveyed, band, least);
    }
    if (!failure) failure = finish(scan, &surveyed, arena, out);
    free(surveyed.values);
    return failure;
}

status survey_evidence(const struct scan *scan, size_t target, struct arena *arena, struct class_keys **out) {
    const struct model *model = scan->scenario->targets[target].model;
    struct class_keys *keys = arena_alloc(arena, model->n_evidence, sizeof *keys);
    *out = keys;
    if (!keys) return status_no_memory();
    for (size_t i = 0; i < model->n_evidence; i++) {
        const struct evidence *evidence = &model->evidence[i];
        if (!model_table[model->kind].approaches && !evidence->classes) continue; /* a number */
        if (!evidence->n_breaks) {
            TRY(survey_one(scan, evidence, arena, &keys[i]));
            continue;
        }
        keys[i].keys = arena_alloc(arena, evidence->n_breaks, sizeof *keys[i].keys);
        if (!keys[i].keys) return status_no_memory();
        for (size_t k = 0; k < evidence->n_breaks; k++) keys[i].keys[keys[i].n++] = (float)evidence->breaks[k];
    }
    return NULL;
}
