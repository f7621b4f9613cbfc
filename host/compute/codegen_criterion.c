/* Criteria as OpenCL C: raw values and memberships. */
#include "compute/codegen_writer.h"

static void write_categorical(struct writer *w, size_t c) {
    const struct criterion_step *step = &w->plan->criteria[c];
    size_t classes = step->n_params > 2 ? (step->n_params - 2) / 2 : 0, first = step->first_param;
    text_print(&w->body, "            float m%zu = k[%zu];\n", c, first + 1);
    if (classes > CLASSES_IN_LINE)
        text_print(&w->body, "            for (int j = 0; j < %zu; j++) m%zu = x%zu == k[%zu + 2 * j] ? k[%zu + 2 * j] : m%zu;\n", classes, c, c,
                   first + 2, first + 3, c);
    for (size_t j = 0; classes <= CLASSES_IN_LINE && j < classes; j++) {
        size_t code = first + 2 + 2 * j;
        text_print(&w->constants, "    const float code%zu = k[%zu], score_of%zu = k[%zu];\n", code, code, code, code + 1);
        text_print(&w->body, "            m%zu = x%zu == code%zu ? score_of%zu : m%zu;\n", c, c, code, code, c);
    }
    text_print(&w->body, "            m%zu = x%zu == x%zu ? m%zu : NAN;\n", c, c, c, c);
}

static void write_membership(struct writer *w, size_t c) {
    const struct criterion_step *step = &w->plan->criteria[c];
    text_print(&w->body, "            float m%zu = %s(x%zu", c, membership_table[w->plan->scenario->criteria[c].membership.kind].function, c);
    for (size_t i = 0; i < step->n_params; i++) {
        text_print(&w->constants, "    const float a%zu_%zu = k[%zu];\n", c, i, step->first_param + i);
        text_print(&w->body, ", a%zu_%zu", c, i);
    }
    text_add(&w->body, ");\n");
}

void codegen_raw(struct writer *w, size_t c) {
    const struct criterion_step *step = &w->plan->criteria[c];
    const struct lookup_step lookup = plan_lookup(w->plan, c);
    if (step->plane == NO_INDEX) {
        codegen_formula_lines(w, c, w->plan->scenario->criteria[c].formula, w->plan->operands[c]);
    } else if (lookup.count) { /* a missing class has no number of its own */
        text_print(&w->body, "            const uint g%zu = q%d[l] >= 0.0f ? (uint)q%d[l] : 0u;\n", c, step->plane, step->plane);
        text_print(&w->body, "            const float x%zu = q%d[l] >= 0.0f ? k[%zu + g%zu] : NAN;\n", c, step->plane, lookup.first, c);
    } else {
        text_print(&w->body, "            const float x%zu = q%d[l]", c, step->plane);
        writer_scale(w, step->scale);
    }
}

void codegen_criterion(struct writer *w, size_t c) {
    const struct criterion *criterion = &w->plan->scenario->criteria[c];
    codegen_raw(w, c);
    if (plan_is_counted(w->plan, c)) text_print(&w->body, "            absent%zu[l] += (uint)(x%zu != x%zu) & (uint)(l < n);\n", c, c, c);
    if (criterion->membership.kind == MEMBER_NONE)
        text_print(&w->body, "            float m%zu = NAN;\n", c);
    else if (criterion->membership.kind == MEMBER_CATEGORICAL)
        write_categorical(w, c);
    else
        write_membership(w, c);
    if (criterion->complement) text_print(&w->body, "            m%zu = 1.0f - m%zu;\n", c, c);
}
