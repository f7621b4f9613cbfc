/* Planes: in memory while they are small against it, else an unlinked file in the output folder, mapped. The kernel pages that as memory allows. */
#ifndef LODE_GEO_SCRATCH_H
#define LODE_GEO_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct scratch {
    void *bytes;
    size_t size;
    bool mapped; /* from a file; else scratch_forget leaves it alone */
};
/* Zeroed. LODE_TRY_AGAIN, naming folder and size, when the disk is full (space is reserved at once). */
status scratch_open(const char *folder, size_t size, struct scratch *out) LODE_MUST_CHECK;
/* In memory, zeroed, where `size` is at most *spare, which it then lessens; else as scratch_open. */
status scratch_open_within(const char *folder, size_t size, size_t *spare, struct scratch *out) LODE_MUST_CHECK;
/* Lets the process forget `size` bytes of a plane from byte `first` on until it is read again: its pages stay with the file. Nothing is lost, and
 * other threads may use it. */
void scratch_forget(const struct scratch *scratch, size_t first, size_t size);
/* The same cells of a plane of floats and of one of bytes: of scores and their states. */
void scratch_forget_cells(const struct scratch *floats, const struct scratch *bytes, size_t first, size_t cells);
void scratch_close(struct scratch *scratch);

#endif
