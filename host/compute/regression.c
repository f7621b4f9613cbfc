/* Launches kernels/regression.cl for each of Newton's steps; blocks are added on the host in their order. */
#include "compute/regression.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { BLOCK_ROWS = 256, GROUP_ROWS = 64, GROUP_ENTRIES = 1 };

struct regression {
    struct device *device;
    const struct regression_rows *rows;
    bool doubles;
    cl_program program;
    cl_kernel prepare, add;
    struct buffer *x, *y, *weight, *beta, *w, *r, *likelihood, *sums;
    size_t real_bytes, entries, blocks;
    void *host; /* reals: coefficients on the way in, sums on the way out */
};

static void regression_close(struct regression *regression) {
    struct buffer *const buffers[] = {regression->x, regression->y, regression->weight,     regression->beta,
                                      regression->w, regression->r, regression->likelihood, regression->sums};
    if (regression->prepare) clReleaseKernel(regression->prepare);
    if (regression->add) clReleaseKernel(regression->add);
    if (regression->program) clReleaseProgram(regression->program);
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) buffer_close(buffers[i]);
    free(regression->host);
}

static status open_filled(struct device *device, const float *values, size_t count, struct buffer **out) {
    TRY(buffer_open(device, (count + 1) * sizeof *values, out));
    return count ? buffer_write(*out, 0, count * sizeof *values, values) : NULL;
}

static status regression_open(struct regression *regression) {
    struct device *device = regression->device;
    const struct regression_rows *rows = regression->rows;
    size_t real = regression->doubles ? sizeof(double) : sizeof(float), columns = rows->columns;
    regression->real_bytes = real;
    regression->entries = 1 + columns + columns * (columns + 1) / 2;
    regression->blocks = (rows->rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    TRY(program_build(device, &kernel_regression, 1, regression->doubles ? "-DHAVE_FP64" : NULL, &regression->program));
    TRY(kernel_create(regression->program, "regression_rows", &regression->prepare));
    TRY(kernel_create(regression->program, "regression_sums", &regression->add));
    TRY(open_filled(device, rows->x, (columns - 1) * rows->rows, &regression->x));
    TRY(open_filled(device, rows->y, rows->rows, &regression->y));
    TRY(open_filled(device, rows->weight, rows->rows, &regression->weight));
    TRY(buffer_open(device, columns * real, &regression->beta));
    TRY(buffer_open(device, rows->rows * real, &regression->w));
    TRY(buffer_open(device, rows->rows * real, &regression->r));
    TRY(buffer_open(device, rows->rows * real, &regression->likelihood));
    TRY(buffer_open(device, regression->blocks * regression->entries * real, &regression->sums));
    return memory_array(regression->blocks * regression->entries + columns, real, &regression->host);
}

static double real_at(const struct regression *regression, size_t i) {
    return regression->real_bytes == sizeof(double) ? ((const double *)regression->host)[i] : (double)((const float *)regression->host)[i];
}

static void real_put(const struct regression *regression, size_t i, double value) {
    if (regression->real_bytes == sizeof(double))
        ((double *)regression->host)[i] = value;
    else
        ((float *)regression->host)[i] = (float)value;
}

static double entry_sum(const struct regression *regression, size_t entry) {
    double sum = 0;
    for (size_t b = 0; b < regression->blocks; b++) sum += real_at(regression, b * regression->entries + entry);
    return sum;
}

static status launch(struct regression *regression, const double *beta) {
    const cl_uint columns = (cl_uint)regression->rows->columns, rows = (cl_uint)regression->rows->rows, entries = (cl_uint)regression->entries;
    for (size_t j = 0; j < regression->rows->columns; j++) real_put(regression, j, beta[j]);
    TRY(buffer_write(regression->beta, 0, regression->rows->columns * regression->real_bytes, regression->host));
    const struct kernel_arg of_rows[] = {ARG_BUFFER(regression->x),
                                         ARG_BUFFER(regression->y),
                                         ARG_BUFFER(regression->weight),
                                         ARG_BUFFER(regression->beta),
                                         ARG(columns),
                                         ARG(rows),
                                         ARG_BUFFER(regression->w),
                                         ARG_BUFFER(regression->r),
                                         ARG_BUFFER(regression->likelihood)};
    TRY(kernel_run(regression->device, regression->prepare, of_rows, sizeof of_rows / sizeof *of_rows, GROUP_ROWS, regression->rows->rows, 1));
    const struct kernel_arg of_sums[] = {ARG_BUFFER(regression->x),
                                         ARG_BUFFER(regression->w),
                                         ARG_BUFFER(regression->r),
                                         ARG_BUFFER(regression->likelihood),
                                         ARG(columns),
                                         ARG(rows),
                                         ARG(entries),
                                         ARG_BUFFER(regression->sums)};
    TRY(kernel_run(regression->device, regression->add, of_sums, sizeof of_sums / sizeof *of_sums, GROUP_ENTRIES, regression->entries,
                   regression->blocks));
    return buffer_read(regression->sums, 0, regression->blocks * regression->entries * regression->real_bytes, regression->host);
}

static status sum_rows(void *user, const double *beta, struct logistic_sums *sums) {
    struct regression *regression = user;
    size_t columns = regression->rows->columns, entry = 0;
    TRY(launch(regression, beta));
    sums->likelihood = entry_sum(regression, entry++);
    for (size_t j = 0; j < columns; j++) sums->score[j] = entry_sum(regression, entry++);
    for (size_t j = 0; j < columns; j++)
        for (size_t k = 0; k <= j; k++) sums->information[j * columns + k] = entry_sum(regression, entry++);
    return NULL;
}

status regression_fit(struct device *device, const struct regression_rows *rows, struct logistic *out) {
    struct regression regression = {.device = device, .rows = rows, .doubles = device->info.fp64 && !rows->in_float};
    out->columns = rows->columns;
    status failure = regression_open(&regression);
    if (!failure) failure = logistic_fit(sum_rows, &regression, regression.doubles ? 1e-10 : 1e-5, out);
    regression_close(&regression);
    return failure;
}
