/* Version, scenario handles, the starter. */
#include "api/scenario.h"

#include <stdlib.h>

const char *lode_version(void) {
    return LODE_VERSION;
}

lode_error *lode_scenario_open(const char *path, lode_scenario **out) {
    struct lode_scenario *handle = NULL;
    TRY(MEMORY_ARRAY(1, &handle));
    status failure = scenario_read(path, &handle->scenario);
    if (failure) {
        free(handle);
        return failure;
    }
    *out = handle;
    return NULL;
}

void lode_scenario_close(lode_scenario *handle) {
    if (!handle) return;
    scenario_free(handle->scenario);
    free(handle);
}

lode_error *lode_starter(char **text) {
    *text = scenario_starter();
    return *text ? NULL : status_no_memory();
}
