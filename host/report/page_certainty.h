/* What a page knows of how far ranks hold. */
#ifndef LODE_REPORT_PAGE_CERTAINTY_H
#define LODE_REPORT_PAGE_CERTAINTY_H

#include "analysis/result.h"
#include "report/json_build.h"

/* Puts "certainty" into the map of a target: draws, what was drawn in words, how many sites took part, and what one criterion does to the first ones
 * (scores and ranks by number of site, `first` the number of the site that then is first). Nothing where the target does not ask. */
void page_certainty_target(const struct result *result, size_t target, struct json_build *build, struct json_object *into);
/* Puts "certainty" into the map of a site: quantiles (5, 50, 95 percent) of rank and score, the share of draws of rank 1, 2 and so on (at most 50;
 * zeros at the end are left out), and the mean share of each criterion in the whole where it was first. Nothing where it took no part. */
void page_certainty_site(const struct result *result, size_t target, const struct site *site, struct json_build *build, struct json_object *into);

#endif
