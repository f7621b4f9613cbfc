/* A variant's scenario is the base's but for what the variant says: rules of its day with setbacks of its table, permits' tables, weights. */
#include "analysis/variant_scenario.h"

#include <math.h>
#include <string.h>

#include "model/rule_dates.h"
#include "model/vary.h"

/* For layers that are read once; how far rules reach and whether they hold is all that such a copy may change. */
static bool has_rules(const struct variant_wish *wish) {
    return wish->as_of || wish->ordinances.asked;
}

static bool has_tables(const struct variant_wish *wish) {
    return wish->permits.routes || wish->permits.classes;
}

static size_t count_of(const struct result *result) {
    return result->variants ? result->scenario->n_variants : 0;
}

/* A scenario with this variant alone, whose stages are then looked for in its own tables. */
static status begin(struct result *result, const struct scenario *written, const char *as_of, const struct variant_wish *wish,
                    struct variant_result *out) {
    struct scenario *copy = arena_alloc(&result->arena, 1, sizeof *copy);
    if (!copy) return status_no_memory();
    *copy = *written;
    copy->n_variants = 1;
    copy->variants = wish;
    if (wish->as_of) copy->as_of = wish->as_of;
    if (wish->ordinances.asked) {
        copy->ordinances.table = wish->ordinances.table;
        copy->ordinances.at = wish->ordinances.at;
    }
    if (has_tables(wish)) copy->permits.at = wish->permits.at;
    if (wish->permits.routes) copy->permits.routes = wish->permits.routes;
    if (wish->permits.classes) copy->permits.classes = wish->permits.classes;
    out->wish = wish;
    return rules_on_date(copy, wish->as_of ? NULL : as_of, &result->arena, &out->scenario);
}

status variants_begin(struct result *result, const struct scenario *written, const char *as_of) {
    size_t count = result->scenario->n_variants;
    result->variants = arena_alloc(&result->arena, count + 1, sizeof *result->variants);
    if (!result->variants) return status_no_memory();
    for (size_t v = 0; v < count; v++) TRY(begin(result, written, as_of, &written->variants[v], &result->variants[v]));
    return NULL;
}

static status in_variant(status failure, const struct variant_result *variant) {
    return status_wrap(failure, "variant '%s'", variant->wish->name);
}

/* What the base's table was said of is not said again. */
static status read_setbacks(struct variant_result *variant, const char *data_dir, struct log *log) {
    struct log quiet = {0};
    status failure =
        setbacks_open(variant->scenario, data_dir, variant->wish->ordinances.asked ? log : &quiet, &variant->setbacks, &variant->scenario);
    log_free(&quiet);
    return failure;
}

static void widen(struct rule *rules, const struct scenario *variant) {
    for (size_t r = 0; r < variant->n_rules; r++) {
        const struct rule *other = &variant->rules[r];
        if (other->suspended) continue;
        double buffer_m = rule_table[other->kind].setback ? fmax(rules[r].buffer_m, other->buffer_m) : other->buffer_m;
        rules[r] = *other;
        rules[r].buffer_m = buffer_m;
    }
}

status variants_read_setbacks(struct result *result, const char *data_dir, struct log *log, const struct scenario **widest) {
    const struct scenario *base = result->scenario;
    *widest = base;
    if (!count_of(result)) return NULL;
    struct scenario *copy = arena_alloc(&result->arena, 1, sizeof *copy);
    struct rule *rules = arena_alloc(&result->arena, base->n_rules + 1, sizeof *rules);
    if (!copy || !rules) return status_no_memory();
    *copy = *base;
    if (base->n_rules) memcpy(rules, base->rules, base->n_rules * sizeof *rules);
    for (size_t v = 0; v < count_of(result); v++) {
        struct variant_result *variant = &result->variants[v];
        if (!has_rules(variant->wish)) continue;
        TRY(in_variant(read_setbacks(variant, data_dir, log), variant));
        widen(rules, variant->scenario);
    }
    copy->rules = rules;
    *widest = copy;
    return NULL;
}

static status match(struct result *result, const char *data_dir, struct log *log, struct variant_result *variant) {
    struct log quiet = {0};
    status failure = NULL;
    if (variant->setbacks) failure = setbacks_match(variant->setbacks, &result->sources, variant->wish->ordinances.asked ? log : &quiet);
    log_free(&quiet);
    if (failure || !has_tables(variant->wish)) return failure;
    TRY(permits_open(variant->scenario, &result->sources, data_dir, log, &variant->permits));
    variant->permits->variant = variant->wish;
    return NULL;
}

status variants_match(struct result *result, const char *data_dir, struct log *log) {
    for (size_t v = 0; v < count_of(result); v++) TRY(in_variant(match(result, data_dir, log, &result->variants[v]), &result->variants[v]));
    return NULL;
}

static status settle(struct result *result, struct variant_result *variant) {
    const struct scenario *own = variant->scenario;
    struct scenario *copy = arena_alloc(&result->arena, 1, sizeof *copy);
    if (!copy) return status_no_memory();
    *copy = *result->scenario;
    copy->n_variants = 0;
    copy->permits = own->permits;
    if (has_rules(variant->wish)) {
        copy->as_of = own->as_of;
        copy->rules = own->rules;
        copy->ordinances = own->ordinances;
    }
    variant->scenario = copy;
    return vary_weights(result->scenario, variant->wish, &result->arena, &copy->targets);
}

status variants_settle(struct result *result) {
    for (size_t v = 0; v < count_of(result); v++) TRY(settle(result, &result->variants[v]));
    return NULL;
}
