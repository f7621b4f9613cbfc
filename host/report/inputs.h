/* What tells one version of a run's input files from another: the SHA-256 of those that are hashed quickly. They are hashed beside the scan,
 * since one core alone is busy while it opens its layers. */
#ifndef LODE_REPORT_INPUTS_H
#define LODE_REPORT_INPUTS_H

#include "model/scenario.h"
#include "report/digest.h"

struct inputs;

/* Begins to hash the files of the scenario's layers, on a thread of its own; to be closed. A layer that is no plain file, or a large one, is
 * passed by. `scenario` and `data_dir` are not needed any more after this. */
status inputs_begin(const struct scenario *scenario, const char *data_dir, struct inputs **out) LODE_MUST_CHECK;
/* Hashes what is left, for as long as it takes. `inputs` may be NULL. */
void inputs_wait(struct inputs *inputs);
/* The digest of the file at `path`, which is hashed now if it was not before. False: it is no plain file, is large or cannot be read. Once waited
 * for. `inputs` may be NULL. */
bool inputs_digest(const struct inputs *inputs, const char *path, struct digest *out);
/* Leaves the rest unhashed. NULL is legal. */
void inputs_close(struct inputs *inputs);

#endif
