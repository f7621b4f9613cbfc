/* An accumulated cost from inside, for its own files: cost.c settles it, in the order that cost_front.c says; cost_friction.c lays out
 * what it goes over, cost_ways.c traces ways. */
#ifndef LODE_COMPUTE_COST_PARTS_H
#define LODE_COMPUTE_COST_PARTS_H

#include "compute/cost.h"
#include "compute/opencl.h"

enum {
    EDGE = 16, /* these two after kernels/cost.cl */
    UNIT = 64, /* a row's cells are rounded up to this many, and so are rows */
    TILE_LANES = 64,
    TILE_ALONE = 32,
    HALVES = 3,
    LANES_CPU = 16,
    SIDE_MAX = 1 << 24,
    SAMPLE_EVERY = 1009
};
enum { BEGIN_TILES, BEGIN_EDGES, SETTLE_TILES, COST_ROWS, PARENTS, KERNELS };
enum { NEVER = 0x7f800000 };                                  /* the key of a tile that does not wait: infinity */
enum { NEIGHBOURS = 8, SOURCE = 8, NOWHERE = 9, LEVEL = 10 }; /* after kernels/cost.cl */

struct cost {
    struct device *device;
    struct window window;
    cl_int cols, rows, across, down, wraps;
    cl_int tile;                /* cells a side */
    size_t tiles, lanes, cells; /* cells of a plane with what lies around it */
    int64_t stride;
    cl_int high; /* of a plane of metres */
    cl_program program;
    cl_kernel kernels[KERNELS];
    struct buffer *friction, *costs, *metres, *keys, *list;
    struct friction ground; /* what `friction` lies in, on a device that works in the host's memory */
    struct mask sources;
    float *halves;    /* what metres holds */
    float reach;      /* how far beyond the least waiting cost a tile is settled in the same round */
    uint8_t *parents; /* a cell, or NULL until asked for: the neighbour it has its cost from, or one of the words above */
    int64_t *labels;  /* a cell: its source */
};

/* A tile to settle, and which of the nine around it have costs, a bit each in the order of rows: after kernels/cost.cl. */
struct chosen {
    cl_int tile, known;
};

/* The tiles that wait, and those that are settled next. */
struct front {
    cl_int *keys;              /* a tile: the least cost with which it could lower a cell, as its bits; NEVER: it does not wait */
    struct chosen *list;       /* the `n` tiles to settle next, the least key among them */
    cl_int *waiting;           /* room to gather them */
    uint32_t *taken, *settled; /* a tile: the round in which it was looked at last, and was settled last */
    bool *begun;               /* a tile: it has costs; of others there is nothing yet */
    size_t n;
    uint32_t round;
};
status front_init(struct front *front, size_t tiles) LODE_MUST_CHECK; /* front_free after a failure too */
void front_free(struct front *front);
/* From the keys; n is 0 when none waits. The chosen tiles count as begun from then on. */
void front_choose(const struct cost *cost, struct front *front);
/* Lists all tiles that have costs, or all that have none. */
void front_list(const struct cost *cost, struct front *front, bool begun);

/* Where the half length of a step lies: 0 along row `row`, and from the row above it 1 straight and 2 slantwise. */
static inline size_t cost_half_at(const struct cost *cost, int kind, int64_t row) {
    return (size_t)(kind * (int64_t)cost->high + EDGE + row);
}

/* Cells of a friction's row with what lies around them, and a row's or column's cells rounded up to whole units. */
int64_t friction_stride(int64_t cols);
int64_t friction_rounded_up(int64_t cells);
/* Fills cost->labels, once: -1 where no way leads. Fails as the device does; LODE_SELFTEST where it adds otherwise than the host. */
status cost_find_labels(struct cost *cost) LODE_MUST_CHECK;
/* Whether a window lies within another. */
bool cost_holds(struct window outer, struct window inner);

#endif
