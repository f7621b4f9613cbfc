/* The files of a run: whole or absent. Everything is written to OUT/.partial/NAME first. Once all are there they are
 * flushed and hashed (outputs_seal), the manifest that lists them is written, and outputs_publish renames them into
 * place, the manifest last: a folder with a run.json is a finished run. While an old run is replaced its run.json is
 * gone first, so that a half-replaced folder never looks finished. */
#ifndef LODE_REPORT_OUTPUTS_H
#define LODE_REPORT_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "report/digest.h"

#define OUTPUTS_MANIFEST "run.json"

struct output {
    const char *name; /* as published, relative to the folder: "sites.gpkg", "criteria/rail.tif" */
    const char *path; /* where it is written until then */
    int64_t bytes;    /* from outputs_seal on */
    struct digest sha256;
    struct sealing *early; /* NULL, or begun by outputs_ready */
};

struct outputs {
    struct arena arena;
    const char *folder, *partial; /* OUT, OUT/.partial */
    int lock;                     /* descriptor of the folder */
    bool made_folder, published;
    size_t count, room;
    struct output *items; /* in the order they were added; side files after outputs_seal */
};

/* Makes the folder (parents too) and clears what an interrupted run left. LODE_USAGE when it holds a finished run and not
 * `overwrite`; LODE_TRY_AGAIN when another run is writing there. */
status outputs_open(const char *folder, bool overwrite, struct outputs **out) LODE_MUST_CHECK;
/* Where to write the file to be published as `name`; its folder exists. *path belongs to `outputs`. Every added file must
 * be there when sealed. Files that a library leaves beside it (`name.aux.xml`) are published too; `-journal`, `-wal`, `-shm` not. */
status outputs_add(struct outputs *outputs, const char *name, const char **path) LODE_MUST_CHECK;
/* The file that is written at `path` will not change any more: it is flushed and hashed beside what the caller does next. Not to be called with
 * anything of `outputs` on another thread. */
status outputs_ready(struct outputs *outputs, const char *path) LODE_MUST_CHECK;
/* Flushes every file to disk and fills bytes and sha256, but for those that an earlier call did. The manifest is to be added after this. */
status outputs_seal(struct outputs *outputs) LODE_MUST_CHECK;
/* Renames all into place, OUTPUTS_MANIFEST last, and removes files of the run replaced that this one does not have. */
status outputs_publish(struct outputs *outputs) LODE_MUST_CHECK;
/* The same for files that are no run: no manifest, nothing removed. Renames them into place, the first that was added last. */
status outputs_place(struct outputs *outputs) LODE_MUST_CHECK;
/* Removes all temporaries, and the folder if it was made for this run and nothing was published; NULL is legal. */
void outputs_close(struct outputs *outputs);

#endif
