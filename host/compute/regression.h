/* Sums of a logistic regression's rows on the device. See kernels/regression.cl. */
#ifndef LODE_COMPUTE_REGRESSION_H
#define LODE_COMPUTE_REGRESSION_H

#include "compute/device.h"
#include "model/logistic.h"

/* Host memory, the caller's. */
struct regression_rows {
    size_t rows, columns; /* with the constant */
    const float *x;       /* [columns - 1][rows]: without it */
    const float *y;       /* [rows] 1 or 0 */
    const float *weight;  /* [rows] what a row counts */
    bool in_float;        /* sums as on a device without doubles, wherever */
};

/* Sums in double; on a device without doubles in float with each addition's error kept, and then the last digits of coefficients are not told. */
status regression_fit(struct device *device, const struct regression_rows *rows, struct logistic *out) LODE_MUST_CHECK;

#endif
