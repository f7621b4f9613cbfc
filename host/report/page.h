/* report.html: a run as one file that a browser opens by itself, without a network. */
#ifndef LODE_REPORT_PAGE_H
#define LODE_REPORT_PAGE_H

#include "analysis/result.h"

/* Writes the page. The result must have a lattice, and its scores and states must still be whole. The same result gives the same bytes. */
status page_write(const struct result *result, const struct log *log, const char *path) LODE_MUST_CHECK;

#endif
