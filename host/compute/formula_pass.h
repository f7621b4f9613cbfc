/* A formula by itself, over planes: for what needs its values before or beside the fused pass (statistics, friction). */
#ifndef LODE_COMPUTE_FORMULA_PASS_H
#define LODE_COMPUTE_FORMULA_PASS_H

#include "compute/device.h"
#include "model/formula.h"

struct formula_pass;
/* `formula` must outlive it. The program is built when it is first run. */
status formula_pass_open(struct device *device, const struct formula *formula, struct formula_pass **out) LODE_MUST_CHECK;
void formula_pass_close(struct formula_pass *pass);
/* Operand i of the formula is planes[operands[i]] (`operands` NULL: planes[i]); each plane and `out` hold `cells` floats. The same bits whatever
 * `cells` is. */
status formula_pass_run(struct formula_pass *pass, struct buffer *const *planes, const int *operands, size_t cells,
                        struct buffer *out) LODE_MUST_CHECK;

#endif
