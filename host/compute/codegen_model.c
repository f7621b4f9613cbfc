/* Models as OpenCL C. For term i of target t: t<t>_<i> what it adds to the logit s<t>, g<t>_<i> its class's group, z<t>_<i> its number less the mean.
 */
#include "compute/codegen_writer.h"

#include <stdio.h>

static void write_key(struct writer *w, size_t t, size_t i, size_t j, bool in_line) {
    const struct term_step *term = &w->plan->models[t].terms[i];
    size_t key = term->first_param + j, weight = term->first_param + term->n_keys, group = weight + term->n_keys + 1, to = term->exact ? j : j + 1;
    const char *sign = term->exact ? "==" : ">";
    if (in_line)
        text_print(&w->body, "            t%zu_%zu = x%d %s k[%zu] ? k[%zu] : t%zu_%zu;\n            g%zu_%zu = x%d %s k[%zu] ? k[%zu] : g%zu_%zu;\n",
                   t, i, term->criterion, sign, key, weight + to, t, i, t, i, term->criterion, sign, key, group + to, t, i);
    else
        text_print(&w->body,
                   "            for (int j = 0; j < %zu; j++) {\n                t%zu_%zu = x%d %s k[%zu + j] ? k[%zu + j] : t%zu_%zu;\n"
                   "                g%zu_%zu = x%d %s k[%zu + j] ? k[%zu + j] : g%zu_%zu;\n            }\n",
                   term->n_keys, t, i, term->criterion, sign, key, weight + to, t, i, t, i, term->criterion, sign, key, group + to, t, i);
}

/* The weight of a term's class and the class's group; missing evidence has 0 for both. */
static void write_class_term(struct writer *w, size_t t, size_t i) {
    const struct term_step *term = &w->plan->models[t].terms[i];
    size_t weight = term->first_param + term->n_keys + (term->exact ? term->n_keys : 0), group = weight + term->n_keys + 1;
    int c = term->criterion;
    text_print(&w->body, "            float t%zu_%zu = k[%zu], g%zu_%zu = k[%zu];\n", t, i, weight, t, i, group);
    if (term->n_keys > CLASSES_IN_LINE) write_key(w, t, i, 0, false);
    for (size_t j = 0; term->n_keys <= CLASSES_IN_LINE && j < term->n_keys; j++) write_key(w, t, i, j, true);
    text_print(&w->body, "            t%zu_%zu = x%d == x%d ? t%zu_%zu : 0.0f;\n            g%zu_%zu = x%d == x%d ? g%zu_%zu : 0.0f;\n", t, i, c, c,
               t, i, t, i, c, c, t, i);
}

static void write_linear_term(struct writer *w, size_t t, size_t i) {
    const struct term_step *term = &w->plan->models[t].terms[i];
    text_print(&w->body, "            const float d%zu_%zu = k[%zu] * (x%d - k[%zu]), t%zu_%zu = d%zu_%zu - d%zu_%zu == 0.0f ? d%zu_%zu : 0.0f;\n", t,
               i, term->first_param + 1, term->criterion, term->first_param, t, i, t, i, t, i, t, i);
    text_print(&w->body, "            const float z%zu_%zu = d%zu_%zu - d%zu_%zu == 0.0f ? x%d - k[%zu] : 0.0f;\n", t, i, t, i, t, i, term->criterion,
               term->first_param);
}

/* A loop within the loop over cells would keep that from becoming vectors; many coefficients would make the text too long. */
enum { DEVIATION_IN_LINE = 24 };

/* Part `j` of the deviation: a number, or the name of a variable. */
static void write_part(struct writer *w, size_t t, const char *j) {
    const struct model_step *step = &w->plan->models[t];
    text_print(&w->body, "k[%zu + %s]", step->deviation, j);
    for (size_t i = 0; i < step->n_terms; i++) {
        const struct term_step *term = &step->terms[i];
        if (term->exact)
            text_print(&w->body, " + k[%zu + %s + (int)g%zu_%zu * %zu]", term->deviation, j, t, i, step->columns);
        else
            text_print(&w->body, " + k[%zu + %s] * z%zu_%zu", term->deviation, j, t, i);
    }
}

/* p (1 - p) sqrt(sum of squares), as bits. */
static void write_deviation(struct writer *w, size_t t, int n) {
    const struct model_step *step = &w->plan->models[t];
    text_print(&w->body, "            float e%zu = 0.0f;\n", t);
    for (size_t j = 0; step->columns <= DEVIATION_IN_LINE && j < step->columns; j++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", j);
        text_print(&w->body, "            const float e%zu_%zu = ", t, j);
        write_part(w, t, number);
        text_print(&w->body, ";\n            e%zu += e%zu_%zu * e%zu_%zu;\n", t, t, j, t, j);
    }
    if (step->columns > DEVIATION_IN_LINE) {
        text_print(&w->body, "            for (int j = 0; j < %zu; j++) {\n                const float part = ", step->columns);
        write_part(w, t, "j");
        text_print(&w->body, ";\n                e%zu += part * part;\n            }\n", t);
    }
    text_print(&w->body, "            u%zu = as_uint(v%d * (1.0f - v%d) * sqrt(e%zu));\n", t, n, n, t);
}

/* Coverage c<n>: the share of the evidence that is there. */
static void write_coverage(struct writer *w, size_t t, int n) {
    const struct model_step *step = &w->plan->models[t];
    text_print(&w->body, "            const float c%d = (0.0f", n);
    for (size_t i = 0; i < step->n_terms; i++)
        text_print(&w->body, " + (x%d == x%d ? 1.0f : 0.0f)", step->terms[i].criterion, step->terms[i].criterion);
    text_print(&w->body, ") / %zu.0f;\n", step->n_terms);
}

/* A forest's is a share less a half, whose odds are multiplied by the prior's. */
static void write_grown(struct writer *w, size_t t, int n) {
    size_t first = w->plan->models[t].first_param;
    if (w->plan->scenario->targets[t].model->kind == MODEL_RANDOM_FOREST)
        text_print(&w->body,
                   "            const float s%zu = (0.5f + grown%zu[l]) * k[%zu], v%d = c%d > 0.0f ? s%zu / (s%zu + (0.5f - grown%zu[l])) : NAN;\n",
                   t, t, first, n, n, t, t, t);
    else
        text_print(&w->body, "            const float s%zu = k[%zu] + grown%zu[l], v%d = c%d > 0.0f ? 1.0f / (1.0f + op_exp(-s%zu)) : NAN;\n", t,
                   first, t, n, n, t);
    text_print(&w->body, "            to_condition%zu[l] = 0;\n", t);
}

int codegen_model(struct writer *w, size_t t) {
    const struct model_step *step = &w->plan->models[t];
    bool classes = w->plan->scenario->targets[t].model->kind == MODEL_WEIGHTS_OF_EVIDENCE;
    int n = w->nodes++;
    write_coverage(w, t, n);
    if (codegen_has_trees(w->plan, t)) {
        write_grown(w, t, n);
        return n;
    }
    for (size_t i = 0; i < step->n_terms; i++) (classes || step->terms[i].exact ? write_class_term : write_linear_term)(w, t, i);
    text_print(&w->body, "            const float s%zu = k[%zu]", t, step->first_param);
    for (size_t i = 0; i < step->n_terms; i++) text_print(&w->body, " + t%zu_%zu", t, i);
    text_print(&w->body, ", v%d = c%d > 0.0f ? 1.0f / (1.0f + op_exp(-s%zu)) : NAN;\n            uint u%zu = 0;\n", n, n, t, t);
    for (size_t i = 0; classes && i < step->n_terms; i++)
        text_print(&w->body, "            u%zu = u%zu * (uint)k[%zu] + (uint)g%zu_%zu;\n", t, t, step->first_param + 1 + i, t, i);
    if (!classes && step->n_terms) write_deviation(w, t, n);
    text_print(&w->body, "            to_condition%zu[l] = u%zu;\n", t, t);
    return n;
}
