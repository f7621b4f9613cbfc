/* What a page knows of a run beside its pictures, as JSON. */
#ifndef LODE_REPORT_PAGE_DATA_H
#define LODE_REPORT_PAGE_DATA_H

#include "report/json_build.h"
#include "report/page_raster.h"

/* The whole tree; `build` tells of failure. */
struct json_object *page_data(const struct result *result, const struct page_raster *raster, const struct log *log, struct json_build *build);

/* Parts that variants tell again. A site as its run has it; its criteria as [value, membership, share of the weight, contribution, nearest], null
 * where missing; positions of the rules that hold for the target there. */
struct json_object *page_site(const struct result *result, size_t target, const struct site *site, struct json_build *build);
struct json_object *page_site_terms(const struct scenario *scenario, const struct site *site, struct json_build *build);
struct json_object *page_site_rules(const struct result *result, size_t target, const struct site *site, struct json_build *build);

#endif
