/* What exclusions take from a target, as bars. */
#ifndef LODE_REPORT_RULE_PICTURE_H
#define LODE_REPORT_RULE_PICTURE_H

#include "analysis/result.h"

/* A PNG with a bar an exclusion, the widest first: the area that no other takes, then what others take too. For a target that has exclusions. */
status rule_picture_write(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;

#endif
