/* Finds a template by its name. */
#include "model/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static status unknown(const char *name, const char *const *names) {
    const char *near = text_nearest(name, names, template_count);
    if (near) return status_fail(LODE_USAGE, "no template '%s'; did you mean '%s'?", name, near);
    struct text all = {0};
    for (size_t i = 0; i < template_count; i++) text_print(&all, "%s%s", i ? ", " : "", names[i]);
    char *listed = text_take(&all);
    if (!listed) return status_no_memory();
    status failure = status_fail(LODE_USAGE, "no template '%s'; there are: %s", name, listed);
    free(listed);
    return failure;
}

status template_find(const char *name, const struct template **out) {
    const char **names = NULL;
    TRY(MEMORY_ARRAY(template_count, &names));
    *out = NULL;
    for (size_t i = 0; i < template_count; i++) {
        names[i] = template_table[i].name;
        if (strcmp(name, names[i]) == 0) *out = &template_table[i];
    }
    status failure = *out ? NULL : unknown(name, names);
    free(names);
    return failure;
}
