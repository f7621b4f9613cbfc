/* One time for all, so that two runs of one thing leave the same bytes. */
#include "report/run_time.h"

#include <stdlib.h>

#include "base/text.h"

bool run_time_fixed(time_t *when) {
    const char *words = getenv("SOURCE_DATE_EPOCH");
    long long seconds;
    if (!words || !text_integer(words, &seconds)) return false;
    *when = (time_t)seconds;
    return true;
}

time_t run_time_told(time_t when) {
    time_t fixed;
    return run_time_fixed(&fixed) ? fixed : when;
}

void run_time_put(struct json_build *build, struct json_object *into, const char *key, time_t when) {
    char words[32] = "";
    struct tm parts;
    if (gmtime_r(&when, &parts)) strftime(words, sizeof words, "%Y-%m-%dT%H:%M:%SZ", &parts);
    json_put_text(build, into, key, words);
}
