/* Numbers of a plan that are known only after it was compiled: of models, and from statistics. Weights: plan_gather.c. */
#include <math.h>
#include <string.h>

#include "model/plan.h"

/* Numbers of the model, and of one term. */
static size_t own_params(const struct model *model) {
    return model_table[model->kind].trees ? 3 : model->kind == MODEL_WEIGHTS_OF_EVIDENCE ? 1 + model->n_evidence : 1;
}

static size_t term_params(const struct model *model, size_t n_keys) {
    return model_table[model->kind].trees ? 0 : model->kind == MODEL_WEIGHTS_OF_EVIDENCE || n_keys ? n_keys + 2 * (n_keys + 1) : 2;
}

/* Parts of a regression's deviation: the constant, each number, and each class but one. */
static size_t regression_columns(const struct model *model, const size_t *n_keys) {
    size_t columns = 1;
    for (size_t i = 0; i < model->n_evidence; i++) columns += n_keys && n_keys[i] ? n_keys[i] - 1 : 1;
    return columns;
}

/* Rows of them that one term has: a number's, or its groups'. */
static size_t deviation_rows(size_t n_keys) {
    return n_keys ? n_keys + 1 : 1;
}

static status grow_params(struct plan *plan, size_t count) {
    float *params = arena_alloc(&plan->arena, plan->n_params + count, sizeof *params);
    if (!params) return status_no_memory();
    memcpy(params, plan->params, plan->n_params * sizeof *params);
    plan->params = params;
    return NULL;
}

status plan_open_model(struct plan *plan, size_t target, const size_t *n_keys, const bool *exact) {
    const struct model *model = plan->scenario->targets[target].model;
    struct model_step *step = &plan->models[target];
    size_t more = own_params(model);
    step->columns = model->kind == MODEL_LOGISTIC_REGRESSION ? regression_columns(model, n_keys) : 0;
    more += step->columns;
    for (size_t i = 0; i < model->n_evidence; i++) {
        size_t keys = n_keys ? n_keys[i] : 0;
        more += term_params(model, keys) + step->columns * deviation_rows(keys);
    }
    step->terms = arena_alloc(&plan->arena, model->n_evidence, sizeof *step->terms);
    if (!step->terms) return status_no_memory();
    TRY(grow_params(plan, more));
    step->n_terms = model->n_evidence;
    step->first_param = plan->n_params;
    plan->n_params += own_params(model);
    for (size_t i = 0; i < model->n_evidence; i++) {
        size_t keys = n_keys ? n_keys[i] : 0;
        step->terms[i] = (struct term_step){model->evidence[i].criterion, exact && exact[i], keys, plan->n_params, 0};
        plan->n_params += term_params(model, keys);
        step->terms[i].deviation = plan->n_params;
        plan->n_params += step->columns * deviation_rows(keys);
    }
    step->deviation = plan->n_params;
    plan->n_params += step->columns;
    return NULL;
}

void plan_take_stats(struct plan *plan, size_t criterion, const struct stats *stats) {
    const struct membership *m = &plan->scenario->criteria[criterion].membership;
    const struct membership_row *row = &membership_table[m->kind];
    float *params = plan->params + plan->criteria[criterion].first_param;
    if (row->needs_stats) {
        params[row->n_params] = (float)stats->mean;
        params[row->n_params + 1] = (float)stats->sd;
    } else if (m->kind == MEMBER_LOGISTIC) {
        double range = stats->max - stats->min;
        if (isnan(m->params[0])) params[0] = (float)((stats->max + stats->min) / 2);
        if (isnan(m->params[1])) params[1] = (float)(range > 0 ? 9.2 / range : 0);
    }
}
