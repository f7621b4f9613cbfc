/* Checked sizes, and an arena: many small things that live and die together. */
#ifndef LODE_BASE_MEMORY_H
#define LODE_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* a * b without wrapping; false if it does not fit. */
bool size_multiply(size_t a, size_t b, size_t *product);

/* `count * size` zeroed bytes into *out (free with free()); LODE_TRY_AGAIN when there is no room. */
status memory_array(size_t count, size_t size, void **out) LODE_MUST_CHECK;
#define MEMORY_ARRAY(count, out) memory_array((count), sizeof **(out), (void **)(out))

/* Grows *items (capacity *room) so that `count` of `size` bytes fit. */
status memory_reserve(void **items, size_t *room, size_t count, size_t size) LODE_MUST_CHECK;

/* Gives back to the system what was freed and the C library keeps for later: between steps that take much and unlike each other. */
void memory_trim(void);

/* Chunks that are freed together. Zero-initialise; arena_free leaves it empty and usable again. */
struct arena {
    struct arena_chunk *newest;
};
void arena_free(struct arena *arena);
/* Zeroed, aligned for any type; NULL when memory is out. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);
char *arena_copy(struct arena *arena, const char *text);
char *arena_print(struct arena *arena, const char *format, ...) LODE_PRINTF(2, 3);

#endif
