/* Checked sizes and the arena. */
#include "base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { CHUNK_BYTES = 16384 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t used, room;
    alignas(max_align_t) unsigned char bytes[];
};

bool size_multiply(size_t a, size_t b, size_t *product) {
    return !__builtin_mul_overflow(a, b, product);
}

status memory_array(size_t count, size_t size, void **out) {
    *out = calloc(count ? count : 1, size);
    return *out ? NULL : status_no_memory();
}

status memory_reserve(void **items, size_t *room, size_t count, size_t size) {
    if (count <= *room) return NULL;
    size_t wanted = *room ? *room : 8, bytes;
    while (wanted < count)
        if (!size_multiply(wanted, 2, &wanted)) return status_no_memory();
    if (!size_multiply(wanted, size, &bytes)) return status_no_memory();
    void *grown = realloc(*items, bytes);
    if (!grown) return status_no_memory();
    memset((unsigned char *)grown + *room * size, 0, (wanted - *room) * size);
    *items = grown;
    *room = wanted;
    return NULL;
}

void memory_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void arena_free(struct arena *arena) {
    while (arena->newest) {
        struct arena_chunk *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
}

void *arena_alloc(struct arena *arena, size_t count, size_t size) {
    size_t bytes;
    if (!size_multiply(count, size, &bytes) || bytes > SIZE_MAX / 2) return NULL;
    bytes = (bytes + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    struct arena_chunk *chunk = arena->newest;
    if (!chunk || chunk->room - chunk->used < bytes) {
        size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
        chunk = calloc(1, sizeof *chunk + room);
        if (!chunk) return NULL;
        chunk->older = arena->newest;
        chunk->room = room;
        arena->newest = chunk;
    }
    void *piece = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return piece;
}

char *arena_copy(struct arena *arena, const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = arena_alloc(arena, size, 1);
    if (copy) memcpy(copy, text, size);
    return copy;
}

char *arena_print(struct arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1, 1);
    if (text) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}
