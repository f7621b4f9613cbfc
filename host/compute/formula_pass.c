/* Builds and launches the kernel that codegen_formula writes. */
#include "compute/formula_pass.h"

#include <stdlib.h>

#include "base/memory.h"
#include "compute/codegen.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { GROUP = 64, FIXED_ARGS = 3 };

struct formula_pass {
    struct device *device;
    const struct formula *formula;
    struct kernel_arg *args;
    struct buffer *numbers;
    cl_program program;
    cl_kernel kernel;
};

status formula_pass_open(struct device *device, const struct formula *formula, struct formula_pass **out) {
    struct formula_pass *pass;
    TRY(MEMORY_ARRAY(1, &pass));
    pass->device = device;
    pass->formula = formula;
    status failure = MEMORY_ARRAY(formula->n_operands + FIXED_ARGS, &pass->args);
    if (failure) {
        formula_pass_close(pass);
        return failure;
    }
    *out = pass;
    return NULL;
}

/* As before it was prepared. */
static void unprepare(struct formula_pass *pass) {
    if (pass->kernel) clReleaseKernel(pass->kernel);
    if (pass->program) clReleaseProgram(pass->program);
    buffer_close(pass->numbers);
    pass->kernel = NULL;
    pass->program = NULL;
    pass->numbers = NULL;
}

void formula_pass_close(struct formula_pass *pass) {
    if (!pass) return;
    unprepare(pass);
    free(pass->args);
    free(pass);
}

/* A formula without numbers still has a buffer for them: the kernel takes one. */
static status write_numbers(struct formula_pass *pass, const struct numbers *numbers) {
    if (numbers->failed) return status_no_memory();
    TRY(buffer_open(pass->device, (numbers->count + 1) * sizeof(float), &pass->numbers));
    return numbers->count ? buffer_write(pass->numbers, 0, numbers->count * sizeof(float), numbers->values) : NULL;
}

static status prepare(struct formula_pass *pass) {
    if (pass->kernel) return NULL;
    struct text text = {0};
    struct numbers numbers = {0};
    codegen_formula(pass->formula, &text, &numbers);
    char *source = text_take(&text);
    status failure = source ? write_numbers(pass, &numbers) : status_no_memory();
    const char *const sources[] = {kernel_ops, source};
    if (!failure) failure = program_build(pass->device, sources, 2, NULL, &pass->program);
    if (!failure) failure = kernel_create(pass->program, "formula", &pass->kernel);
    if (failure) unprepare(pass);
    numbers_free(&numbers);
    free(source);
    return failure;
}

status formula_pass_run(struct formula_pass *pass, struct buffer *const *planes, const int *operands, size_t cells, struct buffer *out) {
    const cl_ulong count = cells;
    size_t n = 0;
    TRY(prepare(pass));
    pass->args[n++] = ARG(count);
    pass->args[n++] = ARG_BUFFER(pass->numbers);
    for (size_t i = 0; i < pass->formula->n_operands; i++) pass->args[n++] = ARG_BUFFER(planes[operands ? (size_t)operands[i] : i]);
    pass->args[n++] = ARG_BUFFER(out);
    return kernel_run(pass->device, pass->kernel, pass->args, n, GROUP, cells, 1);
}
