/* Every file of a validation through the outputs of its run. */
#include "report/validation_set.h"

#include "report/validation_file.h"
#include "report/validation_plot.h"

static status add(struct outputs *outputs, const char *folder, const char *name, struct arena *arena, const char **path) {
    const char *words = folder ? arena_print(arena, "%s/%s", folder, name) : name;
    return words ? outputs_add(outputs, words, path) : status_no_memory();
}

static status write(const struct validated *validated, const char *folder, struct outputs *outputs, struct arena *arena) {
    const char *path;
    TRY(add(outputs, folder, "validation.json", arena, &path));
    TRY(validation_write_json(validated, path));
    TRY(add(outputs, folder, "curves.csv", arena, &path));
    TRY(validation_write_csv(validated, path));
    for (enum validation_diagram diagram = 0; diagram < DIAGRAMS; diagram++) {
        if (!validation_shows(validated, diagram)) continue;
        TRY(add(outputs, folder, validation_diagram_files[diagram], arena, &path));
        TRY(validation_plot(validated, diagram, path));
    }
    return NULL;
}

status validation_set_write(const struct validated *validated, const char *folder, struct outputs *outputs) {
    struct arena arena = {0};
    status failure = write(validated, folder, outputs, &arena);
    arena_free(&arena);
    return status_wrap(failure, "validation of '%s'", validated->target);
}
