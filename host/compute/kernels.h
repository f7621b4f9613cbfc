/* The kernel sources, embedded at build time: one string a file of kernels/. */
#ifndef LODE_COMPUTE_KERNELS_H
#define LODE_COMPUTE_KERNELS_H

extern const char *const kernel_ops; /* kernels/ops.h: the pixel maths, before every program that uses it */

#endif
