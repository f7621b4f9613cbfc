/* Which kinds are wanted, and what they are called. */
#include "api/sheets.h"

#include <string.h>

#include "report/kmz.h"
#include "report/sheet.h"

status sheets_asked(const struct scenario *scenario, const char *words, unsigned *kinds) {
    *kinds = scenario->maps;
    for (const char *at = words; at && *at; at += *at == ',') {
        size_t length = strcspn(at, ","), kind = 0;
        while (kind < MAP_FORMATS && (strlen(map_format_names[kind]) != length || strncmp(at, map_format_names[kind], length) != 0)) kind++;
        if (kind == MAP_FORMATS)
            return status_fail(LODE_USAGE, "--map=%s: '%.*s' is no kind of map: write png, svg or pdf, or several between commas", words, (int)length,
                               at);
        *kinds |= 1u << kind;
        at += length;
    }
    return NULL;
}

static status write_sheet(const struct result *result, size_t target, unsigned kinds, struct outputs *outputs, struct arena *arena) {
    const char *paths[MAP_FORMATS] = {NULL};
    for (int i = 0; i < MAP_FORMATS; i++) {
        if (!(kinds & 1u << i)) continue;
        char *name = arena_print(arena, "%s_map.%s", result->scenario->targets[target].name, map_format_names[i]);
        if (!name) return status_no_memory();
        TRY(outputs_add(outputs, name, &paths[i]));
    }
    return status_wrap(sheet_write(result, target, paths), "target '%s': map sheet", result->scenario->targets[target].name);
}

static status write_kmz(const struct result *result, size_t target, struct outputs *outputs, struct arena *arena) {
    const char *name = arena_print(arena, "%s.kmz", result->scenario->targets[target].name), *path;
    if (!name) return status_no_memory();
    TRY(outputs_add(outputs, name, &path));
    return status_wrap(kmz_write(result, target, path), "target '%s': KMZ", result->scenario->targets[target].name);
}

status sheets_write(const struct result *result, unsigned kinds, bool kmz, struct outputs *outputs, struct arena *arena, struct log *log) {
    size_t count = result->scenario->n_targets;
    for (size_t t = 0; t < count && (kinds || kmz); t++) {
        TRY(log_progress(log, (double)t / (double)count));
        if (kinds) TRY(write_sheet(result, t, kinds, outputs, arena));
        if (kmz) TRY(write_kmz(result, t, outputs, arena));
    }
    return NULL;
}
