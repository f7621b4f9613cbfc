/* Version, scenario handles, the starters. */
#include "api/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "model/template.h"

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

const char *lode_template_name(size_t index) {
    return index < template_count ? template_table[index].name : NULL;
}

const char *lode_template_summary(size_t index) {
    return index < template_count ? template_table[index].summary : NULL;
}

lode_error *lode_starter(const char *name, char **text) {
    const struct template *found = NULL;
    if (name) TRY(template_find(name, &found));
    *text = found ? strdup(found->text) : scenario_starter();
    return *text ? NULL : status_no_memory();
}
