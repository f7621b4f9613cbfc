/* Trees as OpenCL C. They are a table, not text: hundreds of trees would be a long compilation, and another forest another one. Lanes go down side
 * by side, as many steps as the deepest leaf needs; who has arrived stays. */
#include "compute/codegen_writer.h"

/* e<t>: the evidence of all lanes, a row each. */
static void write_evidence(struct writer *w, size_t t) {
    const struct model_step *step = &w->plan->models[t];
    text_print(&w->body,
               "        float grown%zu[LANES], e%zu[%zu * LANES];\n        uint at%zu[LANES];\n        for (uint l = 0; l < LANES; l++) {\n", t, t,
               step->n_terms, t);
    for (size_t i = 0; i < step->n_terms; i++) codegen_raw(w, (size_t)step->terms[i].criterion);
    for (size_t i = 0; i < step->n_terms; i++) {
        int c = step->terms[i].criterion;
        text_print(&w->body, "            e%zu[%zu * LANES + l] = x%d > %.1ef ? %.1ef : x%d < -%.1ef ? -%.1ef : x%d;\n", t, i, c,
                   (double)TREES_LARGEST, (double)TREES_LARGEST, c, (double)TREES_LARGEST, (double)TREES_LARGEST, c);
    }
    text_print(&w->body, "            grown%zu[l] = 0.0f;\n        }\n", t);
}

void codegen_trees(struct writer *w, size_t t) {
    if (!codegen_has_trees(w->plan, t)) return;
    size_t first = w->plan->models[t].first_param;
    write_evidence(w, t);
    text_print(&w->body,
               "        for (uint tree = 0; tree < (uint)k[%1$zu]; tree++) {\n"
               "            for (uint l = 0; l < LANES; l++) at%2$zu[l] = tree;\n"
               "            for (uint level = 0; level < (uint)k[%3$zu]; level++) {\n"
               "                for (uint l = 0; l < LANES; l++) {\n"
               "                    const float asked = as_float(trees%2$zu[2 * at%2$zu[l]]);\n"
               "                    const uint way = trees%2$zu[2 * at%2$zu[l] + 1];\n"
               "                    const float x = e%2$zu[(way & %4$du) * LANES + l];\n"
               "                    const uint known = way & %6$du ? x == asked : !(x < asked);\n"
               "                    const uint second = x == x ? known : (way & %5$du) != 0;\n"
               "                    at%2$zu[l] += way >> %7$d ? (way >> %7$d) + second : 0;\n"
               "                }\n            }\n"
               "            for (uint l = 0; l < LANES; l++) grown%2$zu[l] += as_float(trees%2$zu[2 * at%2$zu[l]]);\n        }\n",
               first + 1, t, first + 2, TREES_EVIDENCE, TREES_MISSING_SECOND, TREES_CLASS, TREES_CHILD);
}
