/* Writes the fused pass: its head, the body of a cell (codegen_writer.h), and what goes in and out of a block of cells. */
#include "compute/codegen_writer.h"
#include "model/rule_bits.h"
#include "model/rule_effect.h"

static const char *word_of(size_t rule) {
    return rule < WORD_BITS ? "low" : "high";
}

/* They leave in as few bytes as hold them all. NULL: both words. */
static const char *rules_type(const struct plan *plan) {
    switch (rule_bits_bytes(plan->scenario->n_rules)) {
    case 1:
        return "uchar";
    case 2:
        return "ushort";
    case 4:
        return "uint";
    default:
        return NULL;
    }
}

/* The limit of a cell's class; of what is no class, the one behind them. */
static void write_setback(struct writer *w, size_t r) {
    const struct rule_step *step = &w->plan->rules[r];
    text_print(&w->body, "            const float z%zu = q%d[l];\n", r, step->class_plane);
    text_print(&w->body, "            const uint e%zu = z%zu >= 0.0f && z%zu < %zu.0f ? (uint)z%zu : %zuu;\n", r, r, r, step->n_codes, r,
               step->n_codes);
    text_print(&w->body, "            %s |= (uint)(y%zu <= k[%zu + ((float)e%zu == z%zu ? e%zu : %zuu)]) << %zu;\n", word_of(r), r, step->first_param,
               r, r, r, step->n_codes, r % WORD_BITS);
}

static void write_rule(struct writer *w, size_t r) {
    static const char *const signs[COMPARES] = {"<", "<=", ">", ">=", "==", "!=", "=="};
    const struct rule_step *step = &w->plan->rules[r];
    if (step->plane == NO_INDEX) {
        text_print(&w->body, "            const float y%zu = x%d;\n", r, w->plan->scenario->rules[r].criterion);
    } else {
        text_print(&w->body, "            const float y%zu = q%d[l]", r, step->plane);
        writer_scale(w, step->scale);
    }
    if (step->n_codes) {
        write_setback(w, r);
        return;
    }
    text_print(&w->body, "            %s |= (uint)(y%zu == y%zu && (0", word_of(r), r, r);
    for (size_t i = 0; i < step->n_values; i++) {
        text_print(&w->constants, "    const float b%zu_%zu = k[%zu];\n", r, i, step->first_param + i);
        text_print(&w->body, " || y%zu %s b%zu_%zu", r, signs[step->op], r, i);
    }
    text_print(&w->body, ")) << %zu;\n", r % WORD_BITS);
}

/* A weighted mean of criteria all of which must be there: its NaN alone tells what is missing. */
static bool is_whole(const struct target *target) {
    if (target->min_coverage < 1 || target->score->op != OVERLAY_WEIGHTED || weighting_table[target->score->weighting].from_cells) return false;
    for (const struct overlay *child = target->score->child; child; child = child->next)
        if (child->op != OVERLAY_CRITERION || !(child->weight > 0)) return false;
    return true;
}

/* Cells count that are neither outside nor excluded from this target, and whole: a group of which a part is missing is another group. */
static void write_gathered(struct writer *w, size_t t) {
    if (w->gathered.bytes)
        text_print(&w->body, "#ifdef LODE_GATHER\n            {\n            const int excluded = halted%zu;\n%s            }\n#endif\n", t,
                   w->gathered.bytes);
    w->body.failed |= w->gathered.failed;
    text_free(&w->gathered);
    w->gathered = (struct text){0};
}

/* halted<t>: whether an exclusion fires that no inclusion frees of. */
static void write_halted(struct writer *w, size_t t) {
    const uint64_t stopping = rules_of_target(w->plan->scenario, t, EFFECT_EXCLUDE);
    uint64_t freeing = rules_of_target(w->plan->scenario, t, EFFECT_INCLUDE);
    const unsigned long long lower = stopping & 0xffffffffULL, upper = stopping >> WORD_BITS;
    if (!freeing) {
        text_print(&w->body, "            const int halted%zu = ((low & 0x%llxu) | (high & 0x%llxu)) != 0;\n", t, lower, upper);
        return;
    }
    text_print(&w->body, "            uint stop_low%zu = low & 0x%llxu, stop_high%zu = high & 0x%llxu;\n", t, lower, t, upper);
    for (; freeing; freeing &= freeing - 1) {
        const size_t r = (size_t)__builtin_ctzll(freeing);
        const unsigned long long over = w->plan->scenario->rules[r].over;
        text_print(&w->body,
                   "            stop_low%zu &= ~(0x%llxu * (%s >> %zu & 1u));\n            stop_high%zu &= ~(0x%llxu * (%s >> %zu & 1u));\n", t,
                   over & 0xffffffffULL, word_of(r), r % WORD_BITS, t, over >> WORD_BITS, word_of(r), r % WORD_BITS);
    }
    text_print(&w->body, "            const int halted%zu = (stop_low%zu | stop_high%zu) != 0;\n", t, t, t);
}

/* The score as the overlay says it, times the factor of every penalty that fires. */
static void write_score(struct writer *w, size_t t, int n) {
    uint64_t penalties = rules_of_target(w->plan->scenario, t, EFFECT_PENALISE);
    if (penalties) text_print(&w->body, "#ifdef LODE_COVERAGE\n            to_plain%zu[l] = outside || missing%zu ? NAN : v%d;\n#endif\n", t, t, n);
    text_print(&w->body, "            to_score%zu[l] = outside || missing%zu ? NAN : v%d", t, t, n);
    for (; penalties; penalties &= penalties - 1) {
        const size_t r = (size_t)__builtin_ctzll(penalties);
        text_print(&w->body, " * ((%s >> %zu & 1u) != 0 ? k%zu : 1.0f)", word_of(r), r % WORD_BITS,
                   writer_constant(w, w->plan->scenario->rules[r].factor));
    }
    text_add(&w->body, ";\n");
}

bool codegen_has_trees(const struct plan *plan, size_t target) {
    const struct model *model = plan->scenario->targets[target].model;
    return model && model_table[model->kind].trees;
}

bool codegen_keeps_plain(const struct plan *plan, size_t target) {
    return rules_of_target(plan->scenario, target, EFFECT_PENALISE) != 0;
}

static void write_target(struct writer *w, size_t t) {
    enum { ROUNDING_SLACK_PPM = 1 };
    const struct target *target = &w->plan->scenario->targets[t];
    w->whole = !target->model && is_whole(target);
    int n = target->model ? codegen_model(w, t) : codegen_node(w, target->score);
    size_t least = writer_constant(w, target->min_coverage - ROUNDING_SLACK_PPM * 1e-6);
    if (w->whole)
        text_print(&w->body, "            const int missing%zu = v%d != v%d;\n", t, n, n);
    else
        text_print(&w->body, "            const int missing%zu = c%d < k%zu || v%d != v%d;\n", t, n, least, n, n);
    write_score(w, t, n);
    write_halted(w, t);
    text_print(&w->body, "#ifdef LODE_COVERAGE\n            to_coverage%zu[l] = c%d;\n#endif\n", t, n);
    text_print(&w->body, "            to_state%zu[l] = outside ? 3 : missing%zu ? 2 : halted%zu ? 1 : 0;\n", t, t, t);
    write_gathered(w, t);
}

/* What the made rules leave in a word. */
static const char *bits_word(const struct plan *plan, int word) {
    if (!plan->made_rules || (word && rules_type(plan))) return "0";
    return rules_type(plan) ? "q_rules[l]" : word ? "q_high[l]" : "q_low[l]";
}

static void write_body(struct writer *w) {
    const struct scenario *scenario = w->plan->scenario;
    for (size_t c = 0; c < scenario->n_criteria; c++) codegen_criterion(w, c);
    text_print(&w->body, "            uint low = %s, high = %s;\n", bits_word(w->plan, 0), bits_word(w->plan, 1));
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (!scenario->rules[r].suspended && !w->plan->rules[r].made) write_rule(w, r);
    if (w->plan->within_plane == NO_INDEX)
        text_add(&w->body, "            const int outside = 0;\n");
    else
        text_print(&w->body, "            const int outside = !(q%d[l] < 0.0f || q%d[l] > 0.0f);\n", w->plan->within_plane, w->plan->within_plane);
    for (size_t t = 0; t < scenario->n_targets; t++) write_target(w, t);
    const char *type = rules_type(w->plan);
    if (type)
        text_print(&w->body, "            to_rules[l] = (%s)low;\n#ifdef LODE_TERMS\n", type);
    else
        text_add(&w->body, "            to_low[l] = low;\n            to_high[l] = high;\n#ifdef LODE_TERMS\n");
    for (size_t c = 0; c < scenario->n_criteria; c++)
        text_print(&w->body, "            to_raw%zu[l] = x%zu;\n            to_membership%zu[l] = m%zu;\n", c, c, c, c);
    text_add(&w->body, "#endif\n");
}

size_t codegen_counted(const struct plan *plan) {
    size_t counted = 0;
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) counted += plan_is_counted(plan, c);
    return counted;
}

static void write_head(const struct plan *plan, struct text *source) {
    text_add(source, "#ifndef CELLS_PER_ITEM\n#define CELLS_PER_ITEM 1 // consecutive cells that one work-item makes\n#endif\n");
    text_add(source, "#ifndef LANES\n#define LANES 1 // of these, the cells that are taken, computed and given back together\n#endif\n");
    /* Whole vectors, wherever they lie: a loop would copy halves of 256 bits, and a load of two halves waits until they are stored. */
    text_add(source, "#if LANES == 16 && defined(__clang__)\n"
                     "typedef float loose_float __attribute__((ext_vector_type(16), aligned(4), may_alias));\n"
                     "typedef uchar loose_uchar __attribute__((ext_vector_type(16), aligned(1), may_alias));\n"
                     "typedef ushort loose_ushort __attribute__((ext_vector_type(16), aligned(2), may_alias));\n"
                     "typedef uint loose_uint __attribute__((ext_vector_type(16), aligned(4), may_alias));\n"
                     "#define TAKE(type, to, from) *(__private loose_##type *)(to) = *(__global const loose_##type *)(from)\n"
                     "#define GIVE_ALL(type, to, from) *(__global loose_##type *)(to) = *(__private const loose_##type *)(from)\n#else\n"
                     "#define TAKE(type, to, from) for (uint l = 0; l < LANES; l++) (to)[l] = (from)[l]\n"
                     "#define GIVE_ALL(type, to, from) TAKE(type, to, from)\n#endif\n");
    text_add(source, "#define GIVE(type, to, from) { \\\n    if (n == LANES) { GIVE_ALL(type, to, from); } \\\n"
                     "    else { for (uint l = 0; l < n; l++) (to)[l] = from[l]; } }\n");
    /* LLVM would stop at 256 bits where there are 512; it is the last of its passes that makes the vectors, and the first that complains. */
    text_add(source, "#if LANES > 1 && defined(__clang__)\n#pragma clang diagnostic ignored \"-Wpass-failed\"\n"
                     "__attribute__((min_vector_width(512)))\n#endif\n");
    text_add(source, "__kernel void overlay(const ulong first, const uint cells, const ulong stride, __global const float *restrict k");
    for (size_t i = 0; i < plan->n_planes; i++) text_print(source, ",\n    __global const float *restrict p%zu", i);
    if (plan->made_rules) text_print(source, ",\n    __global const %s *restrict made", rules_type(plan) ? rules_type(plan) : "ulong");
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        text_print(source, ",\n    __global float *restrict score%zu, __global uchar *restrict state%zu, __global float *restrict coverage%zu", t, t,
                   t);
    text_print(source, ",\n    __global %s *restrict rules", rules_type(plan) ? rules_type(plan) : "ulong");
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (plan->scenario->targets[t].model) text_print(source, ",\n    __global uint *restrict condition%zu", t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (codegen_keeps_plain(plan, t)) text_print(source, ",\n    __global float *restrict plain%zu", t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (codegen_has_trees(plan, t)) text_print(source, ",\n    __global const uint *restrict trees%zu", t);
    if (codegen_counted(plan)) text_add(source, ",\n    __global uint *restrict absent");
    text_add(source, "\n#ifdef LODE_GATHER\n    , __global float *restrict gathered\n#endif\n#ifdef LODE_TERMS\n");
    text_add(source, "    , __global float *restrict raw, __global float *restrict membership\n#endif\n) {\n");
}

static void write_counts(const struct plan *plan, struct text *source) {
    for (size_t c = 0, i = 0; c < plan->scenario->n_criteria; c++) {
        if (!plan_is_counted(plan, c)) continue;
        text_print(source, "    for (uint l = 1; l < LANES; l++) absent%zu[0] += absent%zu[l];\n", c, c);
        text_print(source, "    if (absent && absent%zu[0]) atomic_add(absent + %zu, absent%zu[0]);\n", c, i++, c);
    }
}

/* The bits of rules that are made, of cell l or of all; 64-bit words come as two. */
static void write_made(const struct plan *plan, bool whole, struct text *source) {
    const char *type = rules_type(plan);
    if (!plan->made_rules) return;
    if (type && whole)
        text_print(source, "            TAKE(%s, q_rules, made + first + at);\n", type);
    else if (type)
        text_add(source, "                q_rules[l] = l < n ? made[first + at + l] : 0;\n");
    else if (whole)
        text_add(source, "            for (uint l = 0; l < LANES; l++) q_low[l] = (uint)made[first + at + l];\n"
                         "            for (uint l = 0; l < LANES; l++) q_high[l] = (uint)(made[first + at + l] >> 32);\n");
    else
        text_add(source, "                q_low[l] = l < n ? (uint)made[first + at + l] : 0;\n"
                         "                q_high[l] = l < n ? (uint)(made[first + at + l] >> 32) : 0;\n");
}

/* Private copies of a block of cells on the way in and out: without them a compiler must fear that planes overlap.
 * All copies of a whole block stand together, with no branch between them. */
static void write_taking(const struct plan *plan, struct text *source) {
    for (size_t i = 0; i < plan->n_planes; i++) text_print(source, "        float q%zu[LANES];\n", i);
    if (plan->made_rules && rules_type(plan))
        text_print(source, "        %s q_rules[LANES];\n", rules_type(plan));
    else if (plan->made_rules)
        text_add(source, "        uint q_low[LANES], q_high[LANES];\n");
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        text_print(source, "        float to_score%zu[LANES], to_coverage%zu[LANES];\n        uchar to_state%zu[LANES];\n", t, t, t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (plan->scenario->targets[t].model) text_print(source, "        uint to_condition%zu[LANES];\n", t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (codegen_keeps_plain(plan, t)) text_print(source, "#ifdef LODE_COVERAGE\n        float to_plain%zu[LANES];\n#endif\n", t);
    if (rules_type(plan))
        text_print(source, "        %s to_rules[LANES];\n#ifdef LODE_TERMS\n", rules_type(plan));
    else
        text_add(source, "        uint to_low[LANES], to_high[LANES];\n#ifdef LODE_TERMS\n");
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) text_print(source, "        float to_raw%zu[LANES], to_membership%zu[LANES];\n", c, c);
    text_add(source, "#endif\n#ifdef LODE_GATHER\n");
    for (size_t i = 0; i < plan->n_rows; i++) text_print(source, "        float to_gathered%zu[LANES];\n", i);
    text_add(source, "#endif\n        if (n == LANES) {\n");
    for (size_t i = 0; i < plan->n_planes; i++) text_print(source, "            TAKE(float, q%zu, p%zu + first + at);\n", i, i);
    write_made(plan, true, source);
    text_add(source, "        } else {\n            for (uint l = 0; l < LANES; l++) {\n");
    for (size_t i = 0; i < plan->n_planes; i++) text_print(source, "                q%zu[l] = l < n ? p%zu[first + at + l] : NAN;\n", i, i);
    write_made(plan, false, source);
    text_add(source, "            }\n        }\n");
}

static void write_giving(const struct plan *plan, struct text *source) {
    for (size_t t = 0; t < plan->scenario->n_targets; t++) {
        text_print(source,
                   "        if (score%zu) GIVE(float, score%zu + at, to_score%zu);\n        if (state%zu) GIVE(uchar, state%zu + at, to_state%zu);\n",
                   t, t, t, t, t, t);
        text_print(source, "#ifdef LODE_COVERAGE\n        if (coverage%zu) GIVE(float, coverage%zu + at, to_coverage%zu);\n#endif\n", t, t, t);
    }
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (plan->scenario->targets[t].model)
            text_print(source, "        if (condition%zu) GIVE(uint, condition%zu + at, to_condition%zu);\n", t, t, t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (codegen_keeps_plain(plan, t))
            text_print(source, "#ifdef LODE_COVERAGE\n        if (plain%zu) GIVE(float, plain%zu + at, to_plain%zu);\n#endif\n", t, t, t);
    if (rules_type(plan))
        text_print(source, "        if (rules) GIVE(%s, rules + at, to_rules);\n#ifdef LODE_TERMS\n", rules_type(plan));
    else
        text_add(source, "        if (rules) for (uint l = 0; l < n; l++) rules[at + l] = (ulong)to_high[l] << 32 | to_low[l];\n#ifdef LODE_TERMS\n");
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) {
        text_print(source, "        GIVE(float, raw + %zuUL * stride + at, to_raw%zu);\n", c, c);
        text_print(source, "        GIVE(float, membership + %zuUL * stride + at, to_membership%zu);\n", c, c);
    }
    text_add(source, "#endif\n#ifdef LODE_GATHER\n");
    for (size_t i = 0; i < plan->n_rows; i++) text_print(source, "        GIVE(float, gathered + %zuUL * stride + at, to_gathered%zu);\n", i, i);
    text_add(source, "#endif\n");
}

void codegen_overlay(const struct plan *plan, struct text *source, struct numbers *numbers) {
    struct writer w = {.plan = plan, .numbers = numbers};
    for (size_t i = 0; i < plan->n_params; i++) writer_number(numbers, (double)plan->params[i]);
    for (size_t t = 0; t < plan->scenario->n_targets; t++) codegen_trees(&w, t);
    struct text trees = w.body;
    w.body = (struct text){0};
    write_body(&w);
    write_head(plan, source);
    text_add(source, w.constants.bytes ? w.constants.bytes : "");
    text_add(source, "    const uint begin = (uint)get_global_id(0) * CELLS_PER_ITEM, end = min(begin + CELLS_PER_ITEM, cells);\n");
    for (size_t c = 0; c < plan->scenario->n_criteria; c++)
        if (plan_is_counted(plan, c)) text_print(source, "    uint absent%zu[LANES] = {0};\n", c);
    text_add(source, "    for (uint at = begin; at < end; at += LANES) {\n        const uint n = min((uint)LANES, end - at);\n");
    write_taking(plan, source);
    text_add(source, trees.bytes ? trees.bytes : "");
    text_add(source, "#if LANES > 1 && defined(__clang__)\n#pragma clang loop vectorize_width(LANES)\n#endif\n");
    text_add(source, "        for (uint l = 0; l < LANES; l++) {\n");
    text_add(source, w.body.bytes ? w.body.bytes : "");
    text_add(source, "        }\n");
    write_giving(plan, source);
    text_add(source, "    }\n");
    write_counts(plan, source);
    text_add(source, "}\n");
    source->failed |= w.body.failed || w.constants.failed || trees.failed;
    text_free(&trees);
    text_free(&w.body);
    text_free(&w.constants);
}
