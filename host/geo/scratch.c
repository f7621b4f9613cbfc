/* Of files: unlinked, reserved at once, mapped shared: the kernel writes pages out when memory is short, and the file goes with the process. */
#include "geo/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

/* File systems without O_TMPFILE get a named file that is unlinked before anyone sees it. */
static int nameless_file(const char *folder) {
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
    struct text name = {0};
    text_print(&name, "%s/.scratch-XXXXXX", folder);
    file = name.failed ? -1 : mkostemp(name.bytes, O_CLOEXEC);
    if (file >= 0) unlink(name.bytes);
    text_free(&name);
    return file;
}

static status no_room(const char *folder, size_t size, int error) {
    bool full = error == ENOSPC || error == EDQUOT || error == EFBIG || error == ENOMEM;
    return status_fail(full ? LODE_TRY_AGAIN : LODE_IO, "%s: cannot reserve %.1f MB for a scratch plane: %s%s", folder, (double)size / 1e6,
                       strerror(error), full ? "; free disk space, choose another output folder or a coarser cell" : "");
}

status scratch_open(const char *folder, size_t size, struct scratch *out) {
    *out = (struct scratch){0};
    if (size == 0) return NULL;
    int file = nameless_file(folder);
    if (file < 0) return no_room(folder, size, errno);
    int error = size > INT64_MAX ? EFBIG : posix_fallocate(file, 0, (off_t)size);
    void *bytes = error ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (!error && bytes == MAP_FAILED) error = errno;
    close(file);
    if (error) return no_room(folder, size, error);
    *out = (struct scratch){bytes, size, true};
    return NULL;
}

/* In small pages: a virtual machine that gives free memory back to its host pays for a huge page, when it is touched again, many times over. */
status scratch_open_within(const char *folder, size_t size, size_t *spare, struct scratch *out) {
    void *bytes = size > 0 && size <= *spare ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;
    if (bytes == MAP_FAILED) return scratch_open(folder, size, out);
    *spare -= size;
    *out = (struct scratch){bytes, size, false};
    return NULL;
}

/* A page that is read brings those around it along, up to this size at an address of whole ones: those are let go too. */
enum { AROUND_BYTES = 1 << 16 };

void scratch_forget(const struct scratch *scratch, size_t first, size_t size) {
    if (!scratch->mapped || size == 0 || first >= scratch->size) return;
    uintptr_t plane = (uintptr_t)scratch->bytes, plane_end = plane + scratch->size, start = (plane + first) / AROUND_BYTES * AROUND_BYTES;
    uintptr_t end = size < scratch->size - first ? (plane + first + size + AROUND_BYTES - 1) / AROUND_BYTES * AROUND_BYTES : plane_end;
    if (start < plane) start = plane;
    if (end > plane_end) end = plane_end;
    madvise((void *)start, end - start, MADV_DONTNEED); /* a refusal only costs memory */
}

void scratch_forget_cells(const struct scratch *floats, const struct scratch *bytes, size_t first, size_t cells) {
    scratch_forget(floats, first * sizeof(float), cells * sizeof(float));
    scratch_forget(bytes, first, cells);
}

void scratch_close(struct scratch *scratch) {
    if (scratch->bytes) munmap(scratch->bytes, scratch->size);
    *scratch = (struct scratch){0};
}
