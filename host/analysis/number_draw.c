/* Weights evenly on the simplex are the gaps between sorted uniform numbers; those in a given order are the same ones sorted. A stretched axis:
 * mu(x / f), each parameter of the membership times f to the power of the raw values' unit in it. Numbers come from one sequence, a fixed count
 * a draw. */
#include "analysis/number_draw.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/chance.h"
#include "base/memory.h"
#include "base/order.h"

/* A child whose parent weighs it; those of one parent follow each other. */
struct item {
    const struct overlay *child;
    size_t number, siblings; /* siblings: of the first of them, how many they are; else 0 */
    size_t before;           /* how many of them are to have more */
    double given, drawn;
};

struct number_draw {
    const struct plan *plan;
    const struct target *target;
    struct item *items;
    size_t n_items, items_room;
    bool *stretched; /* [n_criteria]: of the target, with a membership that can be */
    float *given, *numbers;
    size_t n_numbers;
    double *uniform; /* room for the most siblings */
    uint64_t random;
};

static double uniform(uint64_t *state) {
    return (double)(chance_draw(state) >> 11) * 0x1p-53;
}

static size_t number_of(const struct overlay_weight *weights, size_t count, const struct overlay *child) {
    size_t i = 0;
    while (i < count && weights[i].child != child) i++;
    return weights[i < count ? i : 0].number;
}

static status add_items(struct number_draw *draw, const struct overlay *node, const struct overlay_weight *weights, size_t count) {
    size_t first = draw->n_items, siblings = 0;
    if (node->op == OVERLAY_CRITERION) {
        draw->stretched[node->criterion] = true;
        return NULL;
    }
    for (const struct overlay *child = node->child; child && overlay_table[node->op].weights; child = child->next, siblings++) {
        TRY(memory_reserve((void **)&draw->items, &draw->items_room, draw->n_items + 1, sizeof *draw->items));
        double given = plan_weight(draw->plan, node, child);
        draw->items[draw->n_items++] = (struct item){child, number_of(weights, count, child), 0, 0, given, given};
    }
    if (siblings) draw->items[first].siblings = siblings;
    for (const struct overlay *child = node->child; child; child = child->next) TRY(add_items(draw, child, weights, count));
    return NULL;
}

static status fill(struct number_draw *draw, const struct overlay_pass *overlay) {
    size_t count, most = 1;
    const struct overlay_weight *weights = overlay_weights(overlay, &count);
    draw->n_numbers = overlay_numbers(overlay, NULL);
    TRY(MEMORY_ARRAY(draw->plan->scenario->n_criteria + 1, &draw->stretched));
    TRY(MEMORY_ARRAY(draw->n_numbers + 1, &draw->given));
    TRY(MEMORY_ARRAY(draw->n_numbers + 1, &draw->numbers));
    TRY(add_items(draw, draw->target->score, weights, count));
    for (size_t i = 0; i < draw->n_items; i++)
        if (draw->items[i].siblings > most) most = draw->items[i].siblings;
    TRY(MEMORY_ARRAY(most + 1, &draw->uniform));
    overlay_numbers(overlay, draw->given);
    number_draw_reset(draw);
    return NULL;
}

status number_draw_open(const struct plan *plan, const struct overlay_pass *overlay, size_t target, struct number_draw **out) {
    struct number_draw *draw;
    TRY(MEMORY_ARRAY(1, &draw));
    *draw = (struct number_draw){.plan = plan, .target = &plan->scenario->targets[target]};
    status failure = fill(draw, overlay);
    if (failure)
        number_draw_close(draw);
    else
        *out = draw;
    return failure;
}

void number_draw_close(struct number_draw *draw) {
    if (!draw) return;
    free(draw->items);
    free(draw->stretched);
    free(draw->given);
    free(draw->numbers);
    free(draw->uniform);
    free(draw);
}

float *number_draw_numbers(struct number_draw *draw) {
    return draw->numbers;
}

void number_draw_reset(struct number_draw *draw) {
    memcpy(draw->numbers, draw->given, draw->n_numbers * sizeof *draw->numbers);
    for (size_t i = 0; i < draw->n_items; i++) draw->items[i].drawn = draw->items[i].given;
    draw->random = draw->target->certainty.seed;
}

/* Gaps between n - 1 sorted numbers, and so n of them, whose sum is `total`. */
static void draw_simplex(struct number_draw *draw, struct item *items, size_t n) {
    double total = 0, *u = draw->uniform;
    for (size_t i = 0; i < n; i++) total += items[i].given;
    for (size_t i = 0; i + 1 < n; i++) u[i] = uniform(&draw->random);
    qsort(u, n - 1, sizeof *u, order_doubles);
    for (size_t i = 0; i < n; i++) items[i].drawn = total * ((i + 1 < n ? u[i] : 1) - (i ? u[i - 1] : 0));
}

static bool goes_before(const struct item *a, const struct item *b) {
    if (a->given != b->given) return a->given > b->given;
    return a->drawn != b->drawn ? a->drawn > b->drawn : a < b;
}

/* The larger weight goes to whom the scenario gives more; among equals the larger stays with whom it fell to. */
static void order_as_given(struct number_draw *draw, struct item *items, size_t n) {
    double *sorted = draw->uniform;
    for (size_t i = 0; i < n; i++) {
        sorted[i] = items[i].drawn;
        items[i].before = 0;
        for (size_t j = 0; j < n; j++) items[i].before += goes_before(&items[j], &items[i]);
    }
    qsort(sorted, n, sizeof *sorted, order_doubles);
    for (size_t i = 0; i < n; i++) items[i].drawn = sorted[n - 1 - items[i].before];
}

static void draw_weights(struct number_draw *draw, struct item *items, size_t n) {
    const struct certainty_wish *wish = &draw->target->certainty;
    if (wish->weights == CERTAINTY_SPREAD)
        for (size_t i = 0; i < n; i++) items[i].drawn = items[i].given * (1 + wish->spread * (2 * uniform(&draw->random) - 1));
    else
        draw_simplex(draw, items, n);
    if (wish->weights == CERTAINTY_ORDER) order_as_given(draw, items, n);
    for (size_t i = 0; i < n; i++) draw->numbers[items[i].number] = (float)items[i].drawn;
}

static void stretch(struct number_draw *draw, size_t c, double factor) {
    const struct criterion_step *step = &draw->plan->criteria[c];
    for (size_t i = 0; i < step->n_params; i++) {
        int power = membership_power(draw->plan->scenario->criteria[c].membership.kind, i);
        double value = (double)draw->given[step->first_param + i];
        for (; power > 0; power--) value *= factor;
        for (; power < 0; power++) value /= factor;
        draw->numbers[step->first_param + i] = (float)value;
    }
}

void number_draw_next(struct number_draw *draw) {
    const double most = draw->target->certainty.memberships;
    for (size_t i = 0; i < draw->n_items; i++)
        if (draw->items[i].siblings) draw_weights(draw, &draw->items[i], draw->items[i].siblings);
    for (size_t c = 0; most > 0 && c < draw->plan->scenario->n_criteria; c++)
        if (draw->stretched[c]) stretch(draw, c, 1 + most * (2 * uniform(&draw->random) - 1));
}

static void weigh(struct number_draw *draw, size_t c, double factor) {
    for (size_t i = 0; i < draw->n_items; i++) {
        struct item *item = &draw->items[i];
        if (item->child->op != OVERLAY_CRITERION || (size_t)item->child->criterion != c) continue;
        item->drawn = item->given * factor;
        draw->numbers[item->number] = (float)item->drawn;
    }
}

bool number_draw_change(struct number_draw *draw, size_t criterion, bool of_weight, double factor) {
    number_draw_reset(draw);
    if (of_weight)
        weigh(draw, criterion, factor);
    else if (draw->stretched[criterion])
        stretch(draw, criterion, factor);
    return memcmp(draw->numbers, draw->given, draw->n_numbers * sizeof *draw->numbers) != 0;
}

static const struct item *item_of(const struct number_draw *draw, const struct overlay *child) {
    for (size_t i = 0; i < draw->n_items; i++)
        if (draw->items[i].child == child) return &draw->items[i];
    return NULL;
}

static double weight_of(const struct number_draw *draw, const struct overlay *child) {
    const struct item *item = item_of(draw, child);
    return item ? item->drawn : 1;
}

static void add_shares(const struct number_draw *draw, const struct overlay *node, double share, double *shares) {
    double all = 0;
    if (node->op == OVERLAY_CRITERION) {
        shares[node->criterion] += share;
        return;
    }
    for (const struct overlay *child = node->child; child; child = child->next) all += weight_of(draw, child);
    for (const struct overlay *child = node->child; child; child = child->next) add_shares(draw, child, share * weight_of(draw, child) / all, shares);
}

void number_draw_shares(const struct number_draw *draw, double *shares) {
    memset(shares, 0, draw->plan->scenario->n_criteria * sizeof *shares);
    add_shares(draw, draw->target->score, 1, shares);
}
