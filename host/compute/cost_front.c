/* Which tiles of an accumulated cost are settled next: the one whose key is least, and others near it of which no two are neighbours, the least
 * first. A key that is least cannot fall any more by tiles that wait, so nearly all are settled once.
 * It ends: stored costs are finite in number and only fall. While none falls, the keys with which tiles wake each other stay as they are; the least
 * of these is that of a way which leaves a tile by one step, so the tile it wakes would store it, and of tiles that wait alike the one that was
 * settled longest ago has its turn. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/cost_parts.h"

enum { PARTS = 8 /* of the reach, taken one after another */, FULL_LANES = 2 /* work-items that each unit gets in a round, at most */ };

status front_init(struct front *front, size_t tiles) {
    *front = (struct front){0};
    status failure = MEMORY_ARRAY(tiles, &front->keys);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->list);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->waiting);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->taken);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->settled);
    for (size_t i = 0; !failure && i < tiles; i++) front->keys[i] = NEVER;
    return failure;
}

void front_free(struct front *front) {
    free(front->keys);
    free(front->list);
    free(front->waiting);
    free(front->taken);
    free(front->settled);
}

/* Costs are not negative: their bits have their order. */
static cl_int key_beyond(cl_int key, float reach) {
    float cost;
    memcpy(&cost, &key, sizeof cost);
    cost += reach;
    memcpy(&key, &cost, sizeof key);
    return key < NEVER ? key : NEVER - 1;
}

static bool is_free(const struct cost *cost, const struct front *front, cl_int tile) {
    const cl_int tx = tile % cost->across, ty = tile / cost->across;
    for (int k = 0; k < 9; k++) {
        cl_int x = tx + k % 3 - 1, y = ty + k / 3 - 1;
        if (cost->wraps) x = (x + cost->across) % cost->across;
        if (x < 0 || x >= cost->across || y < 0 || y >= cost->down) continue;
        if (front->taken[y * cost->across + x] == front->round) return false;
    }
    return true;
}

static void take(struct front *front, cl_int tile) {
    front->taken[tile] = front->round;
    front->list[front->n++] = tile;
}

/* Gathers what waits; the tile of the least key, of several the one settled longest ago, or -1. */
static cl_int find_waiting(struct front *front, size_t tiles, size_t *n_waiting) {
    const cl_int *keys = front->keys;
    cl_int first = -1;
    *n_waiting = 0;
    for (size_t i = 0; i < tiles; i++) {
        if (keys[i] >= NEVER) continue;
        front->waiting[(*n_waiting)++] = (cl_int)i;
        if (first < 0 || keys[i] < keys[first] || (keys[i] == keys[first] && front->settled[i] < front->settled[first])) first = (cl_int)i;
    }
    return first;
}

void front_choose(const struct cost *cost, struct front *front) {
    const size_t full = cost->lanes * cost->device->info.compute_units, most = cost->lanes > 1 ? FULL_LANES * full : cost->tiles;
    size_t n_waiting;
    const cl_int first = find_waiting(front, cost->tiles, &n_waiting);
    front->n = 0;
    front->round++;
    if (first < 0) return;
    take(front, first);
    for (int part = 1; part <= PARTS; part++) {
        const cl_int limit = key_beyond(front->keys[first], cost->reach * (float)part / PARTS);
        for (size_t i = 0; i < n_waiting && front->n < most; i++)
            if (front->keys[front->waiting[i]] <= limit && is_free(cost, front, front->waiting[i])) take(front, front->waiting[i]);
    }
    if (cost->lanes > 1 && front->n > full) front->n = front->n / full * full; /* no lane goes empty: the others come in the next round */
    for (size_t i = 0; i < front->n; i++) front->settled[front->list[i]] = front->round;
}
