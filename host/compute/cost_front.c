/* Which tiles of an accumulated cost are settled next: the one whose key is least, and others near it of which no two are neighbours, the least
 * first. A key that is least cannot fall any more by tiles that wait, so nearly all are settled once.
 * It ends: stored costs are finite in number and only fall. While none falls, the keys with which tiles wake each other stay as they are; the least
 * of these is that of a way which leaves a tile by one step, so the tile it wakes would store it, and of tiles that wait alike the one that was
 * settled longest ago has its turn. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/cost_parts.h"

enum { PARTS = 8 /* of the reach, taken one after another */, FULL_LANES = 2 /* work-items that each unit gets in a round, at most */, NINE = 9 };

status front_init(struct front *front, size_t tiles) {
    *front = (struct front){0};
    status failure = MEMORY_ARRAY(tiles, &front->keys);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->list);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->waiting);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->taken);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->settled);
    if (!failure) failure = MEMORY_ARRAY(tiles, &front->begun);
    for (size_t i = 0; !failure && i < tiles; i++) front->keys[i] = NEVER;
    return failure;
}

void front_free(struct front *front) {
    free(front->keys);
    free(front->list);
    free(front->waiting);
    free(front->taken);
    free(front->settled);
    free(front->begun);
}

/* Costs are not negative: their bits have their order. */
static cl_int key_beyond(cl_int key, float reach) {
    float cost;
    memcpy(&cost, &key, sizeof cost);
    cost += reach;
    memcpy(&key, &cost, sizeof key);
    return key < NEVER ? key : NEVER - 1;
}

/* The tile k of the nine around a tile, itself among them, in the order of rows; -1 beyond the lattice. */
static cl_int beside(const struct cost *cost, cl_int tile, int k) {
    cl_int x = tile % cost->across + k % 3 - 1, y = tile / cost->across + k / 3 - 1;
    if (cost->wraps) x = (x + cost->across) % cost->across;
    return x < 0 || x >= cost->across || y < 0 || y >= cost->down ? -1 : y * cost->across + x;
}

static bool is_free(const struct cost *cost, const struct front *front, cl_int tile) {
    for (int k = 0; k < NINE; k++) {
        const cl_int near = beside(cost, tile, k);
        if (near >= 0 && front->taken[near] == front->round) return false;
    }
    return true;
}

static cl_int known_around(const struct cost *cost, const struct front *front, cl_int tile) {
    cl_int known = 0;
    for (int k = 0; k < NINE; k++) {
        const cl_int near = beside(cost, tile, k);
        if (near >= 0 && front->begun[near]) known |= 1 << k;
    }
    return known;
}

/* Tiles that have costs come first: lanes that all have none have nothing to read. */
static void begun_first(struct front *front) {
    size_t n = 0;
    for (size_t i = 0; i < front->n; i++) {
        const struct chosen mine = front->list[i];
        if (!front->begun[mine.tile]) continue;
        front->list[i] = front->list[n];
        front->list[n++] = mine;
    }
}

static void take(struct front *front, cl_int tile) {
    front->taken[tile] = front->round;
    front->list[front->n++].tile = tile;
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
    begun_first(front);
    for (size_t i = 0; i < front->n; i++) {
        struct chosen *chosen = &front->list[i];
        chosen->known = known_around(cost, front, chosen->tile);
        front->settled[chosen->tile] = front->round;
        front->begun[chosen->tile] = 1;
    }
}

void front_list(const struct cost *cost, struct front *front, bool begun) {
    front->n = 0;
    for (size_t i = 0; i < cost->tiles; i++)
        if (front->begun[i] == begun) front->list[front->n++].tile = (cl_int)i;
}
