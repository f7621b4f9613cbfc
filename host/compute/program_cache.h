/* Built programs, kept between runs in the user's cache folder. A driver's own cache may still preprocess the source to find its key: PoCL takes 25 ms
 * for each program. Nothing here fails: a folder that can't be used, and a file that is broken or of other words, are as if nothing was kept. */
#ifndef LODE_COMPUTE_PROGRAM_CACHE_H
#define LODE_COMPUTE_PROGRAM_CACHE_H

#include "compute/opencl.h"

/* The program of `text` (options and sources) as this device and driver built it, or NULL; built with `options`, to be released by the caller. */
cl_program program_recall(const struct device *device, const char *text, const char *options);
/* Keeps what was built. Of more than 256 files the longest unused go. */
void program_remember(const struct device *device, const char *text, cl_program program);

#endif
