/* Explains and ranks sites. Order: score, ties by id; sites without a rank (excluded, no data, outside) follow, by the score they would have. */
#include "analysis/sites.h"

#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/model_fit.h"
#include "base/order.h"
#include "base/parallel.h"
#include "base/vectors.h"
#include "model/rule_bits.h"
#include "model/rule_effect.h"

/* The fused pass's results for the cells of a row from its first site to its last, and where its distances come from. */
struct row_terms {
    struct window window;
    float *score, *plain, *coverage;
    uint8_t *state;
    void *rules;
    float *permit_class;
    const float *jurisdiction; /* NULL: no rule asks */
    float **raw, **membership;
    int64_t **nearest_col, **nearest_row;  /* [distance] */
    float **scores, **plains, **coverages; /* [target], for overlay_run: NULL but for the target */
    uint8_t **states;
    struct arena arena;
};

static float **pointer_rows(struct arena *arena, size_t count, size_t cells) {
    float **rows = arena_alloc(arena, count + 1, sizeof *rows);
    for (size_t i = 0; rows && i < count; i++)
        if (!(rows[i] = arena_alloc(arena, cells, sizeof **rows))) return NULL;
    return rows;
}

static int64_t **index_rows(struct arena *arena, size_t count, size_t cells) {
    int64_t **rows = arena_alloc(arena, count + 1, sizeof *rows);
    for (size_t i = 0; rows && i < count; i++)
        if (!(rows[i] = arena_alloc(arena, cells, sizeof **rows))) return NULL;
    return rows;
}

static status row_terms_init(struct row_terms *terms, const struct scan *scan, size_t target) {
    struct arena *arena = &terms->arena;
    size_t cells = (size_t)scan->grid->width, n_targets = scan->scenario->n_targets;
    terms->window = (struct window){.row0 = -1};
    terms->score = arena_alloc(arena, cells, sizeof *terms->score);
    terms->plain = arena_alloc(arena, cells, sizeof *terms->plain);
    terms->coverage = arena_alloc(arena, cells, sizeof *terms->coverage);
    terms->state = arena_alloc(arena, cells, sizeof *terms->state);
    terms->rules = arena_alloc(arena, cells, rule_bits_bytes(scan->scenario->n_rules));
    terms->permit_class = arena_alloc(arena, cells, sizeof *terms->permit_class);
    terms->raw = pointer_rows(arena, scan->scenario->n_criteria, cells);
    terms->membership = pointer_rows(arena, scan->scenario->n_criteria, cells);
    terms->nearest_col = index_rows(arena, scan->plan->n_distances, cells);
    terms->nearest_row = index_rows(arena, scan->plan->n_distances, cells);
    terms->scores = arena_alloc(arena, n_targets, sizeof *terms->scores);
    terms->plains = arena_alloc(arena, n_targets, sizeof *terms->plains);
    terms->coverages = arena_alloc(arena, n_targets, sizeof *terms->coverages);
    terms->states = arena_alloc(arena, n_targets, sizeof *terms->states);
    if (!terms->permit_class || !terms->score || !terms->coverage || !terms->state || !terms->rules || !terms->raw || !terms->membership ||
        !terms->nearest_col || !terms->nearest_row || !terms->scores || !terms->plains || !terms->plain || !terms->coverages || !terms->states)
        return status_no_memory();
    terms->scores[target] = terms->score;
    terms->plains[target] = terms->plain;
    terms->coverages[target] = terms->coverage;
    terms->states[target] = terms->state;
    return NULL;
}

static status read_row(struct row_terms *terms, const struct scan *scan, struct window window) {
    struct overlay_results results = {.score = terms->scores,
                                      .plain = terms->plains,
                                      .state = terms->states,
                                      .coverage = terms->coverages,
                                      .rules = terms->rules,
                                      .raw = terms->raw,
                                      .membership = terms->membership};
    TRY(planes_fill_row(scan->planes, window));
    TRY(planes_permit_classes(scan->planes, window, terms->permit_class));
    const int classes = plan_class_plane(scan->plan);
    terms->jurisdiction = classes == NO_INDEX ? NULL : planes_loaded(scan->planes, 0, (size_t)classes);
    TRY(overlay_run(scan->overlay, planes_buffers(scan->planes), (size_t)window.cols, &results));
    for (size_t d = 0; d < scan->plan->n_distances; d++)
        if (plan_reads_distance(scan->plan, d)) TRY(planes_nearest(scan->planes, d, window, terms->nearest_col[d], terms->nearest_row[d]));
    terms->window = window;
    return NULL;
}

/* Whether a node has a value: one of the criteria below it has. */
static bool is_present(const struct overlay *node, const float *membership) {
    if (node->op == OVERLAY_CRITERION) return !isnan(membership[node->criterion]);
    for (const struct overlay *child = node->child; child; child = child->next)
        if (is_present(child, membership)) return true;
    return false;
}

/* Sums of weights present below a node; contributions where everything up to the root adds up. */
static void add_weights(const struct plan *plan, const struct overlay *node, double share, double present_share, bool additive,
                        const float *membership, struct term *terms) {
    if (node->op == OVERLAY_CRITERION) {
        struct term *term = &terms[node->criterion];
        term->weight = (isnan(term->weight) ? 0 : term->weight) + share;
        if (additive && !isnan(membership[node->criterion]))
            term->contribution = (isnan(term->contribution) ? 0 : term->contribution) + present_share * (double)membership[node->criterion];
        return;
    }
    double all = 0, present = 0;
    for (const struct overlay *child = node->child; child; child = child->next) {
        double weight = plan_weight(plan, node, child);
        all += weight;
        if (is_present(child, membership)) present += weight;
    }
    for (const struct overlay *child = node->child; child; child = child->next) {
        double weight = plan_weight(plan, node, child);
        add_weights(plan, child, share * weight / all, present > 0 ? present_share * weight / present : 0, additive, membership, terms);
    }
}

/* Weighted means of weighted means do; anything else anywhere leaves no part of the score to a criterion. */
static bool overlay_adds_up(const struct overlay *node) {
    for (const struct overlay *child = node->child; child; child = child->next)
        if (!overlay_adds_up(child)) return false;
    return overlay_table[node->op].additive;
}

/* What each evidence adds to the logit; with that of the prior they add up to the score's. */
static status fill_model_terms(const struct fitted_model *fitted, const struct row_terms *row, int64_t at, struct site *site) {
    size_t n = fitted->model->n_evidence;
    float x[MODEL_EVIDENCE_MAX];
    double adds[MODEL_EVIDENCE_MAX];
    for (size_t i = 0; i < n; i++) x[i] = row->raw[fitted->model->evidence[i].criterion][at];
    model_terms(fitted, x, adds);
    for (size_t i = 0; i < n; i++) {
        struct term *term = &site->terms[fitted->model->evidence[i].criterion];
        term->weight = 1 / (double)n;
        term->contribution = adds[i];
    }
    if (!isnan(site->score)) site->score_sd = model_sd(fitted, x);
    return NULL;
}

static status fill_terms(const struct scan *scan, size_t target, const struct row_terms *row, struct site *site, struct arena *arena) {
    const struct scenario *scenario = scan->scenario;
    const struct overlay *root = scenario->targets[target].score;
    float *membership = arena_alloc(arena, scenario->n_criteria, sizeof *membership);
    site->terms = arena_alloc(arena, scenario->n_criteria, sizeof *site->terms);
    if (!site->terms || !membership) return status_no_memory();
    int64_t at = site->col - row->window.col0;
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        membership[c] = row->membership[c][at];
        site->terms[c] = (struct term){.raw = (double)row->raw[c][at], .membership = (double)membership[c], .weight = NAN, .contribution = NAN};
        if (scenario->criteria[c].membership.kind == MEMBER_NONE) site->terms[c].membership = NAN;
    }
    if (scan->models[target]) return fill_model_terms(scan->models[target], row, at, site);
    add_weights(scan->plan, root, 1, 1, overlay_adds_up(root), membership, site->terms);
    return NULL;
}

static status fill_nearest(const struct scan *scan, const struct row_terms *row, struct site *site, struct arena *arena) {
    const struct scenario *scenario = scan->scenario;
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        if (scenario->criteria[c].op != OP_DISTANCE && scenario->criteria[c].op != OP_COST) continue;
        int distance = scan->plan->planes[scan->plan->criteria[c].plane].distance;
        int64_t at = site->col - row->window.col0, col = row->nearest_col[distance][at];
        const char *name = NULL;
        if (col != INT64_MIN) TRY(layers_name_at(scan->layers, scenario->criteria[c].layer, col, row->nearest_row[distance][at], &name));
        if (name && !(site->terms[c].nearest = arena_copy(arena, name))) return status_no_memory();
    }
    return NULL;
}

static status fill_annotations(const struct scan *scan, struct site *site, struct arena *arena) {
    const struct scenario *scenario = scan->scenario;
    site->annotations = arena_alloc(arena, scenario->n_annotations + 1, sizeof *site->annotations);
    if (!site->annotations) return status_no_memory();
    for (size_t a = 0; a < scenario->n_annotations; a++) {
        struct vector_source *source = scan->layers->vectors[scenario->annotations[a].layer];
        int64_t feature = NO_FEATURE;
        TRY(vector_source_feature_at(source, site->col, site->row, &feature));
        if (feature == NO_FEATURE) continue;
        site->annotations[a] = vector_source_field(source, feature, scenario->annotations[a].field, arena);
        if (!site->annotations[a]) return status_no_memory();
    }
    return NULL;
}

/* How many sites before this one in reading order are given at the same place under the same name. */
static size_t twins_before(const struct site_list *list, size_t index) {
    const struct site *site = &list->sites[index];
    size_t twins = 0;
    for (const struct site *other = site; other-- > list->sites && other->row == site->row && other->col == site->col;)
        twins += other->lon == site->lon && other->lat == site->lat && strcmp(other->name ? other->name : "", site->name ? site->name : "") == 0;
    return twins;
}

/* The first 12 hex digits of SHA-256 over what the site is: stable from run to run while its place and name stay. */
static status name_site(const struct scan *scan, size_t target, const struct site_list *list, struct site *site) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t twins = twins_before(list, (size_t)(site - list->sites));
    struct text words = {0};
    text_print(&words, "%s|%s|%.5f|%.5f", scan->scenario->targets[target].name, site->name ? site->name : "", site->lon, site->lat);
    if (twins) text_print(&words, "|%zu", twins);
    bool made = !words.failed && EVP_Digest(words.bytes, strlen(words.bytes), digest, NULL, EVP_sha256(), NULL);
    status failure = made ? NULL : words.failed ? status_no_memory() : status_fail(LODE_SELFTEST, "SHA-256 is not available in OpenSSL");
    for (int i = 0; made && i < 6; i++) snprintf(site->id + 2 * i, 3, "%02x", digest[i]);
    text_free(&words);
    return failure;
}

/* Sites are in reading order: from this one to the last of its row. */
static struct window window_of_row(const struct site_list *list, const struct site *site) {
    const struct site *last = site;
    while (last + 1 < list->sites + list->count && last[1].row == site->row) last++;
    return (struct window){site->col, site->row, last->col - site->col + 1, 1};
}

/* What a pass over this cell alone would read. */
static status keep_planes(const struct scan *scan, int64_t at, struct site *site, struct arena *arena) {
    struct buffer *const *planes = planes_buffers(scan->planes);
    float *kept = arena_alloc(arena, scan->plan->n_planes + 1, sizeof *kept);
    if (!kept) return status_no_memory();
    for (size_t p = 0; p < scan->plan->n_planes; p++) TRY(buffer_read(planes[p], (size_t)at * sizeof *kept, sizeof *kept, &kept[p]));
    site->planes = kept;
    return NULL;
}

static status explain_site(const struct scan *scan, size_t target, struct row_terms *row, const struct site_list *list, struct site *site,
                           struct arena *arena) {
    if (row->window.row0 != site->row) TRY(read_row(row, scan, window_of_row(list, site)));
    int64_t at = site->col - row->window.col0;
    site->score = (double)row->score[at];
    site->score_sd = NAN;
    site->plain_score = rules_of_target(scan->scenario, target, EFFECT_PENALISE) ? (double)row->plain[at] : NAN;
    site->coverage = (double)row->coverage[at];
    site->state = row->state[at];
    site->rules = rule_bits_at(row->rules, rule_bits_bytes(scan->scenario->n_rules), (size_t)at);
    if (site->state == CELL_EXCLUDED && !(rules_stopping(scan->scenario, target, site->rules) & ~scan->relaxed)) site->state = CELL_SCORED;
    site->permit_class = isnan(row->permit_class[at]) ? -1 : (int)row->permit_class[at];
    site->jurisdiction = row->jurisdiction ? row->jurisdiction[at] : NAN;
    if (scan->scenario->targets[target].certainty.asked) TRY(keep_planes(scan, at, site, arena));
    TRY(fill_terms(scan, target, row, site, arena));
    TRY(fill_nearest(scan, row, site, arena));
    TRY(fill_annotations(scan, site, arena));
    return name_site(scan, target, list, site);
}

static int by_row(const void *a, const void *b) {
    const struct site *first = a, *second = b;
    if (first->row != second->row) return first->row < second->row ? -1 : 1;
    return (first->col > second->col) - (first->col < second->col);
}

static int by_rank(const void *a, const void *b) {
    const struct site *first = a, *second = b;
    if ((first->state == CELL_SCORED) != (second->state == CELL_SCORED)) return first->state == CELL_SCORED ? -1 : 1;
    double p = isnan(first->score) ? -1 : first->score, q = isnan(second->score) ? -1 : second->score;
    if (p != q) return p > q ? -1 : 1;
    return strcmp(first->id, second->id);
}

enum { STRETCH = 1 << 14, KEPT = PLAN_RANKED_CELLS, CHUNKS_A_THREAD = 8 }; /* cells counted together, and looked at before they are let go */

/* Scored cells between the sorted scores of sites. */
struct counting {
    const struct scratch *score, *state;
    const double *values;
    size_t n;
    int64_t cells, chunk_cells;
    int64_t *between; /* a chunk: of each gap */
};

static size_t gap_of(const struct counting *counting, double score) {
    size_t low = 0, high = counting->n; /* the first site score above the cell's */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (counting->values[middle] > score)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Of a list of peaks hardly a stretch of cells reaches the lowest: so much is seen without branches, in vectors. */
WIDE_VECTORS static void count_stretch(const struct counting *counting, int64_t from, int64_t to, int64_t *between) {
    const float *score = counting->score->bytes, lowest = (float)counting->values[0];
    const uint8_t *state = counting->state->bytes;
    int32_t scored = 0, reach = 0;
    for (int64_t i = from; i < to; i++) {
        int32_t is_scored = state[i] == CELL_SCORED;
        scored += is_scored;
        reach += is_scored & (score[i] >= lowest);
    }
    if (reach == 0) between[0] += scored;
    for (int64_t i = from; reach > 0 && i < to; i++)
        if (state[i] == CELL_SCORED) between[gap_of(counting, (double)score[i])]++;
}

static void count_between(void *user, int64_t chunk) {
    const struct counting *counting = user;
    int64_t *between = counting->between + chunk * (int64_t)(counting->n + 1), from = chunk * counting->chunk_cells;
    int64_t end = from + counting->chunk_cells < counting->cells ? from + counting->chunk_cells : counting->cells;
    for (int64_t to, kept = from; from < end; from = to) {
        to = from + STRETCH < end ? from + STRETCH : end;
        count_stretch(counting, from, to, between);
        if (to - kept < KEPT && to < end) continue;
        scratch_forget_cells(counting->score, counting->state, (size_t)kept, (size_t)(to - kept));
        kept = to;
    }
}

/* For every site the share of scored cells with a lower score, in one pass over the plane: cells are counted between sorted site scores. */
static status fill_percentiles(const struct grid *grid, const struct scratch *score, const struct scratch *state, struct site_list *list) {
    size_t n = list->count;
    int64_t cells = grid->width * grid->height, chunks = CHUNKS_A_THREAD * parallel_threads(), scored = 0;
    double *values = NULL;
    int64_t *between = NULL;
    status failure = MEMORY_ARRAY(n + 1, &values);
    if (!failure) failure = MEMORY_ARRAY((n + 1) * (size_t)chunks, &between);
    if (failure) goto done;
    for (size_t i = 0; i < n; i++) values[i] = isnan(list->sites[i].score) ? INFINITY : list->sites[i].score;
    qsort(values, n, sizeof *values, order_doubles);
    struct counting counting = {score, state, values, n, cells, (cells + chunks - 1) / chunks, between};
    parallel_for(chunks, parallel_threads(), count_between, &counting);
    for (int64_t chunk = 1; chunk < chunks; chunk++)
        for (size_t j = 0; j <= n; j++) between[j] += between[(size_t)chunk * (n + 1) + j];
    for (size_t j = 0; j <= n; j++) scored += between[j];
    for (size_t i = 0; i < n; i++) {
        struct site *site = &list->sites[i];
        int64_t lower = 0;
        for (size_t j = 0; j < n && values[j] <= site->score; j++) lower += between[j];
        site->percentile = isnan(site->score) || !scored ? NAN : 100.0 * (double)lower / (double)scored;
    }
done:
    free(values);
    free(between);
    return failure;
}

status sites_explain(const struct scan *scan, size_t target, const struct scratch *score, const struct scratch *state, struct arena *arena,
                     struct site_list *list) {
    struct row_terms row = {0};
    qsort(list->sites, list->count, sizeof *list->sites, by_row);
    status failure = row_terms_init(&row, scan, target);
    for (size_t i = 0; !failure && i < list->count; i++) {
        failure = log_progress(scan->log, (double)i / (double)list->count);
        if (!failure) failure = explain_site(scan, target, &row, list, &list->sites[i], arena);
    }
    arena_free(&row.arena);
    if (failure) return failure;
    TRY(fill_percentiles(scan->grid, score, state, list));
    qsort(list->sites, list->count, sizeof *list->sites, by_rank);
    for (size_t i = 0; i < list->count; i++) list->sites[i].rank = list->sites[i].state == CELL_SCORED ? (int)i + 1 : 0;
    return NULL;
}
