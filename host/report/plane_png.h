/* Planes of bytes as pictures for a page: three a picture, as its red, green and blue. */
#ifndef LODE_REPORT_PLANE_PNG_H
#define LODE_REPORT_PLANE_PNG_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"

enum { PLANES_A_PNG = 3 };

/* What a pixel shows of each plane; `user` and pixel (row by row) say where it is found. Called by one thread at a time for each picture. */
struct plane_picture {
    int64_t width, height;
    size_t n_planes; /* 1 to PLANES_A_PNG; those that lack are 0 */
    const uint8_t *planes[PLANES_A_PNG];
    const int32_t *places;  /* [height][width]: index into a plane; negative: 0 */
    atomic_size_t *written; /* bytes of PNG that this and others made together; with more than `most` it ends early, without a URL */
    size_t most;
};

/* The PNG (RGB, opaque, no colour space, so that a browser gives the bytes back as they are) as a data: URL. */
status plane_png_url(const struct plane_picture *picture, struct text *url) LODE_MUST_CHECK;

#endif
