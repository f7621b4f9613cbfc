/* Times that a run's records tell. */
#ifndef LODE_REPORT_RUN_TIME_H
#define LODE_REPORT_RUN_TIME_H

#include <time.h>

#include "report/json_build.h"

/* Whether SOURCE_DATE_EPOCH is set, and the time that it says (https://reproducible-builds.org/specs/source-date-epoch/). */
bool run_time_fixed(time_t *when);
/* `when`, or that time instead. */
time_t run_time_told(time_t when);
/* As RFC 3339, in UTC. */
void run_time_put(struct json_build *build, struct json_object *into, const char *key, time_t when);

#endif
