/* What a page knows of a run beside its pictures, as JSON. */
#ifndef LODE_REPORT_PAGE_DATA_H
#define LODE_REPORT_PAGE_DATA_H

#include "report/json_build.h"
#include "report/page_raster.h"

/* The whole tree; `build` tells of failure. */
struct json_object *page_data(const struct result *result, const struct page_raster *raster, const struct log *log, struct json_build *build);

#endif
