/* How far ranks hold, as pictures: the same bytes on one machine. */
#ifndef LODE_REPORT_CERTAINTY_PICTURE_H
#define LODE_REPORT_CERTAINTY_PICTURE_H

#include "analysis/result.h"

/* A row a site of the first twenty, a column a rank: the darker, the more draws. The target was asked for its certainty and has sites. */
status certainty_picture_ranks(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;
/* A row a criterion, the widest first: how far the first site's score moves with its weight and with its membership, and who comes first instead. */
status certainty_picture_tornado(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;

#endif
