/* How the evidence of models is cut in classes where the scenario does not say it in numbers: one pass over the layers that need it. */
#ifndef LODE_ANALYSIS_SURVEY_H
#define LODE_ANALYSIS_SURVEY_H

#include "analysis/scan.h"

/* Keys of one evidence, rising: breaks between classes, or (exact) the value of each class. As the fused pass compares them: floats in the
 * criterion's unit. */
struct class_keys {
    bool exact;
    size_t n;
    float *keys;
};

/* The keys of a target's evidence, in its order; in `arena`. Classes of equal area are those of a sample of up to 2 million cells, always the same
 * ones: quantiles that are equal are one break. LODE_BAD_DATA when `unique` meets more values than SURVEY_VALUES_MAX. */
enum { SURVEY_VALUES_MAX = 2000, SURVEY_CLASSES = 10 };
status survey_evidence(const struct scan *scan, size_t target, struct arena *arena, struct class_keys **out) LODE_MUST_CHECK;

/* Position of the class of x (see term_step in model/plan.h); NO_INDEX when x is missing. */
int class_of(const struct class_keys *keys, float x);

/* A number that looks random, always the same for a cell: which cells a sample takes. */
uint32_t cell_hash(int64_t cell);

#endif
