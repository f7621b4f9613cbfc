/* Temporary files, then one publication. See outputs.h for the order and why it holds. */
#include "report/outputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parallel.h"
#include "report/json_build.h"
#include "report/run_file.h"

enum { SEALED_AT_ONCE = 8 }; /* threads that mostly wait for the disk, which writes several files as quickly as one */

static status io_failure(const char *path, const char *what) {
    return status_fail(errno == ENOSPC || errno == EDQUOT ? LODE_TRY_AGAIN : LODE_IO, "%s: %s: %s", path, what, strerror(errno));
}

/* Makes `path` and what is missing above it; *made tells whether the last part is new. */
static status make_folders(const char *path, struct arena *arena, bool *made) {
    char *part = arena_copy(arena, path);
    if (!part) return status_no_memory();
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST) return io_failure(part, "cannot make the output folder");
        *slash = '/';
    }
    *made = mkdir(path, 0777) == 0;
    struct stat facts;
    if (!*made && errno != EEXIST) return io_failure(path, "cannot make the output folder");
    if (stat(path, &facts) != 0) return io_failure(path, "cannot make the output folder");
    if (!S_ISDIR(facts.st_mode)) return status_fail(LODE_USAGE, "%s: is a file, not a folder: give another output folder with -o", path);
    return NULL;
}

static status make_parent(struct outputs *outputs, const char *path) {
    char *parent = arena_copy(&outputs->arena, path);
    if (!parent) return status_no_memory();
    bool made;
    *strrchr(parent, '/') = '\0';
    return make_folders(parent, &outputs->arena, &made);
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place) {
    (void)facts, (void)kind, (void)place;
    return remove(path);
}

static void remove_tree(const char *path) {
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static status refuse_finished(const struct outputs *outputs, bool overwrite, struct arena *arena) {
    const char *manifest = arena_print(arena, "%s/" OUTPUTS_MANIFEST, outputs->folder);
    if (!manifest) return status_no_memory();
    if (overwrite || access(manifest, F_OK) != 0) return NULL;
    return status_fail(LODE_USAGE,
                       "%s: already holds a finished run (" OUTPUTS_MANIFEST "): give another folder with -o, or --overwrite to replace it",
                       outputs->folder);
}

/* Two runs in one folder would mix their files. File systems without locks are trusted. */
static status lock_folder(struct outputs *outputs) {
    outputs->lock = open(outputs->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (outputs->lock < 0) return io_failure(outputs->folder, "cannot open the output folder");
    if (flock(outputs->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return status_fail(LODE_TRY_AGAIN, "%s: another run is writing there: wait for it or give another folder with -o", outputs->folder);
    return NULL;
}

static status outputs_prepare(struct outputs *outputs, const char *folder, bool overwrite) {
    char *trimmed = arena_copy(&outputs->arena, *folder ? folder : ".");
    if (!trimmed) return status_no_memory();
    for (size_t n = strlen(trimmed); n > 1 && trimmed[n - 1] == '/'; n--) trimmed[n - 1] = '\0';
    outputs->folder = trimmed;
    TRY(refuse_finished(outputs, overwrite, &outputs->arena));
    TRY(make_folders(trimmed, &outputs->arena, &outputs->made_folder));
    TRY(lock_folder(outputs));
    const char *partial = arena_print(&outputs->arena, "%s/.partial", trimmed);
    if (!partial) return status_no_memory();
    remove_tree(partial);
    if (mkdir(partial, 0777) != 0) return io_failure(partial, "cannot be made (is the output folder writable?)");
    outputs->partial = partial;
    return NULL;
}

status outputs_open(const char *folder, bool overwrite, struct outputs **out) {
    struct outputs *outputs;
    TRY(MEMORY_ARRAY(1, &outputs));
    outputs->lock = -1;
    status failure = outputs_prepare(outputs, folder, overwrite);
    if (failure) {
        outputs_close(outputs);
        outputs = NULL;
    }
    *out = outputs;
    return failure;
}

status outputs_add(struct outputs *outputs, const char *name, const char **path) {
    if (!run_file_name_is_safe(name)) return status_fail(LODE_USAGE, "'%s' is no name for an output", name);
    TRY(memory_reserve((void **)&outputs->items, &outputs->room, outputs->count + 1, sizeof *outputs->items));
    struct output item = {.name = arena_copy(&outputs->arena, name), .path = arena_print(&outputs->arena, "%s/%s", outputs->partial, name)};
    if (!item.name || !item.path) return status_no_memory();
    TRY(make_parent(outputs, item.path));
    outputs->items[outputs->count++] = item;
    if (path) *path = item.path;
    return NULL;
}

static bool is_known(const struct outputs *outputs, const char *name) {
    for (size_t i = 0; i < outputs->count; i++)
        if (strcmp(outputs->items[i].name, name) == 0) return true;
    return false;
}

static bool is_side_file(const char *file, const char *of) {
    static const char *const transient[] = {"-journal", "-wal", "-shm", ".tmp"};
    size_t length = strlen(of), whole = strlen(file);
    if (strncmp(file, of, length) != 0 || file[length] != '.') return false;
    for (size_t i = 0; i < sizeof transient / sizeof *transient; i++) {
        size_t end = strlen(transient[i]);
        if (whole >= end && strcmp(file + whole - end, transient[i]) == 0) return false;
    }
    return true;
}

/* Takes in the files that a library left beside output `index`; sorted by name, so that the manifest does not depend on the disk. */
static status adopt_side_files(struct outputs *outputs, size_t index) {
    const char *name = outputs->items[index].name, *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
    char *folder = arena_copy(&outputs->arena, outputs->items[index].path);
    if (!folder) return status_no_memory();
    *strrchr(folder, '/') = '\0';
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0) return io_failure(folder, "cannot be listed");
    status failure = NULL;
    for (int i = 0; i < count; i++) {
        if (!failure && is_side_file(entries[i]->d_name, base)) {
            const char *side = arena_print(&outputs->arena, "%.*s%s", (int)(base - name), name, entries[i]->d_name);
            if (!side) failure = status_no_memory();
            if (side && !is_known(outputs, side)) failure = outputs_add(outputs, side, NULL);
        }
        free(entries[i]);
    }
    free(entries);
    return failure;
}

static status open_to_flush(const char *path, int *file) {
    *file = open(path, O_RDONLY | O_CLOEXEC);
    return *file < 0 ? io_failure(path, "cannot be opened to flush it to disk") : NULL;
}

/* Closes `file`. */
static status flush_file(int file, const char *path) {
    status failure = fsync(file) != 0 && errno != EINVAL && errno != EROFS ? io_failure(path, "cannot be flushed to disk") : NULL;
    close(file);
    return failure;
}

static status flush_path(const char *path) {
    int file;
    TRY(open_to_flush(path, &file));
    return flush_file(file, path);
}

/* The disk writes while the file is hashed. */
static status seal(struct output *item) {
    int file;
    TRY(open_to_flush(item->path, &file));
    sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE); /* only begins it; where that cannot be, fsync waits longer */
    status failure = digest_file(item->path, &item->sha256, &item->bytes);
    return status_first(failure, flush_file(file, item->path));
}

struct sealing {
    struct output item;
    struct aside aside;
    status failure;
};

static void seal_aside(void *user) {
    struct sealing *sealing = user;
    sealing->failure = seal(&sealing->item);
}

status outputs_ready(struct outputs *outputs, const char *path) {
    size_t at = 0;
    while (strcmp(outputs->items[at].path, path) != 0) at++;
    struct output *item = &outputs->items[at];
    item->early = arena_alloc(&outputs->arena, 1, sizeof *item->early);
    if (!item->early) return status_no_memory();
    item->early->item = *item;
    aside_begin(&item->early->aside, seal_aside, item->early);
    return NULL;
}

/* What was begun before, to its end. */
static status end_early(struct output *item) {
    struct sealing *early = item->early;
    aside_end(&early->aside);
    status failure = early->failure;
    item->early = NULL;
    item->bytes = early->item.bytes;
    item->sha256 = early->item.sha256;
    return failure;
}

struct sealings {
    struct output *items;
    status *failures; /* [items] */
};

static void seal_one(void *user, int64_t i) {
    struct sealings *all = user;
    struct output *item = &all->items[i];
    if (item->sha256.hex[0]) return; /* by an earlier seal */
    all->failures[i] = item->early ? end_early(item) : seal(item);
}

status outputs_seal(struct outputs *outputs) {
    size_t added = outputs->count;
    for (size_t i = 0; i < added; i++) TRY(adopt_side_files(outputs, i));
    struct sealings all = {.items = outputs->items};
    TRY(MEMORY_ARRAY(outputs->count, &all.failures));
    parallel_for((int64_t)outputs->count, SEALED_AT_ONCE, seal_one, &all);
    status failure = NULL;
    for (size_t i = 0; i < outputs->count; i++) failure = status_first(failure, all.failures[i]);
    free(all.failures);
    return failure;
}

/* Files of the run being replaced that this one does not write again. What its manifest does not list is the user's own. */
static status remove_replaced(struct outputs *outputs, struct json_object *old) {
    struct json_object *listed;
    for (size_t i = 0; (listed = run_file_output(old, i)); i++) {
        const char *name = json_member_text(listed, "name");
        if (is_known(outputs, name)) continue;
        const char *path = arena_print(&outputs->arena, "%s/%s", outputs->folder, name);
        if (!path) return status_no_memory();
        if (unlink(path) != 0 && errno != ENOENT) return io_failure(path, "cannot remove this file of the run being replaced");
    }
    return NULL;
}

static status retire_old_run(struct outputs *outputs) {
    struct json_object *old = NULL;
    lode_error_free(run_file_read(outputs->folder, &old)); /* none there, or damaged: then nothing is known of its files */
    const char *manifest = arena_print(&outputs->arena, "%s/" OUTPUTS_MANIFEST, outputs->folder);
    status failure = manifest ? NULL : status_no_memory();
    if (!failure && unlink(manifest) != 0 && errno != ENOENT) failure = io_failure(manifest, "cannot be replaced");
    if (!failure && old) failure = flush_path(outputs->folder);
    if (!failure) failure = remove_replaced(outputs, old);
    json_object_put(old);
    return failure;
}

static status publish_one(struct outputs *outputs, const struct output *item) {
    const char *final = arena_print(&outputs->arena, "%s/%s", outputs->folder, item->name);
    if (!final) return status_no_memory();
    TRY(make_parent(outputs, final));
    return rename(item->path, final) == 0 ? NULL : io_failure(final, "cannot be put into place");
}

status outputs_publish(struct outputs *outputs) {
    const struct output *manifest = NULL;
    for (size_t i = 0; i < outputs->count; i++)
        if (strcmp(outputs->items[i].name, OUTPUTS_MANIFEST) == 0) manifest = &outputs->items[i];
    if (!manifest) return status_fail(LODE_SELFTEST, "%s: the manifest was not written", outputs->folder);
    TRY(flush_path(manifest->path));
    TRY(retire_old_run(outputs));
    for (size_t i = 0; i < outputs->count; i++)
        if (&outputs->items[i] != manifest) TRY(publish_one(outputs, &outputs->items[i]));
    TRY(flush_path(outputs->folder));
    TRY(publish_one(outputs, manifest));
    outputs->published = true;
    return flush_path(outputs->folder);
}

status outputs_place(struct outputs *outputs) {
    for (size_t i = 0; i < outputs->count; i++) TRY(flush_path(outputs->items[i].path));
    for (size_t i = outputs->count; i-- > 0;) TRY(publish_one(outputs, &outputs->items[i]));
    outputs->published = true;
    return flush_path(outputs->folder);
}

void outputs_close(struct outputs *outputs) {
    if (!outputs) return;
    for (size_t i = 0; i < outputs->count; i++)
        if (outputs->items[i].early) lode_error_free(end_early(&outputs->items[i]));
    if (outputs->partial) remove_tree(outputs->partial);
    if (outputs->made_folder && !outputs->published) rmdir(outputs->folder);
    if (outputs->lock >= 0) close(outputs->lock);
    free(outputs->items);
    arena_free(&outputs->arena);
    free(outputs);
}
