/* A difference as a page for a browser: what was changed, each target's map and its moves. One file; nothing is loaded. Without a
 * script it shows pictures in place of the maps. */
#ifndef LODE_REPORT_DIFF_PAGE_H
#define LODE_REPORT_DIFF_PAGE_H

#include "base/status.h"

struct json_object;

/* `tree` as diff_print takes it; `maps`: by a target's name what diff_map_make made of it. The pictures TARGET_difference.png of `folder` stand in
 * the page where they are no larger than 16 MiB; else it names them. */
status diff_page_write(struct json_object *tree, struct json_object *maps, const char *folder, const char *path) LODE_MUST_CHECK;

#endif
