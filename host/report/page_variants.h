/* What the page knows of variants. */
#ifndef LODE_REPORT_PAGE_VARIANTS_H
#define LODE_REPORT_PAGE_VARIANTS_H

#include "analysis/result.h"
#include "report/json_build.h"

/* `variants` of a target, where there are any: of each what it has otherwise, what that does to areas and ranks, the sites of the base in their order
 * as they are in it, those that it alone lists, and the changes with their reasons. */
void page_variants_target(const struct result *result, size_t target, struct json_build *build, struct json_object *into);

#endif
