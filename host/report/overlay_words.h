/* What a target's ranking rests on, in words and as JSON. */
#ifndef LODE_REPORT_OVERLAY_WORDS_H
#define LODE_REPORT_OVERLAY_WORDS_H

#include "model/plan.h"
#include "report/json_build.h"

/* From the roles of the criteria in the overlay: "evidence", "evidence and access" or "access only". */
const char *overlay_basis(const struct scenario *scenario, size_t target);
/* One of those three as a plain sentence. */
const char *basis_sentence(const char *basis);
const char *role_name(enum role role);
/* The tree as nested maps: a leaf {criterion, weight}, else {operation, weight, its own numbers, of: [...]}; weights as used. `plan` may be NULL. */
struct json_object *overlay_json(const struct plan *plan, const struct scenario *scenario, const struct overlay *tree, struct json_build *build);
/* overlay_print's lines. */
struct json_object *overlay_lines(const struct plan *plan, const struct scenario *scenario, const struct overlay *tree, struct json_build *build);

/* A target's score: its overlay, or its model with the evidence in it. */
struct json_object *score_json(const struct plan *plan, const struct scenario *scenario, const struct target *target, struct json_build *build);

#endif
