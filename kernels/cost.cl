// Least accumulated cost over 8 neighbours: a step costs the mean friction of its cells times its length.
// Tiles of TILE x TILE cells, LANES of them side by side in a work-item, are swept down and up (Zhao 2005, "A fast sweeping method for eikonal
// equations", here on the lattice's graph) until no float changes; a tile wakes a neighbour only when it would lower one of its cells.
// Float addition is monotone, so the fixed point is one and the same whatever the order.
#pragma OPENCL FP_CONTRACT OFF
#ifndef TILE
#define TILE 64 // cells a side of a tile, up to 64
#endif
#ifndef LANES
#define LANES 1 // tiles of one work-item: 1 or 16
#endif

// Tiles lie one after the other, rows within; the one after the last is all barrier and stands for what is outside.
#define TILE_CELLS (TILE * TILE)
// In local memory: the tile, its halo of one cell, and a column of barrier at both ends.
#define STRIDE (TILE + 4)
#define HIGH (TILE + 2)

#if LANES == 1
typedef float lanes_f;
typedef int lanes_i;
#define BITS(v) as_int(v)
#define ANY(bits) ((bits) != 0)
#else
typedef float16 lanes_f;
typedef int16 lanes_i;
#define BITS(v) as_int16(v)
#define ANY(bits) any((bits) != 0)
#endif
// Not fmin: a NaN never wins, at the price of one instruction.
#define LEAST(a, b) ((a) < (b) ? (a) : (b))

// Called and not inlined, these leave every cost infinite with PoCL 3.1.
#define INLINED __attribute__((always_inline)) static inline

// Relaxes a row by the row `from`, then along itself to the right and to the left. True if any cell fell.
INLINED int sweep_row(__local lanes_f *cost, __local const lanes_f *friction, const int row, const int from, const lanes_f half_x,
                            const lanes_f half_y, const lanes_f half_d) {
    __local lanes_f *mine = cost + row * STRIDE;
    __local const lanes_f *theirs = cost + from * STRIDE, *f_mine = friction + row * STRIDE, *f_theirs = friction + from * STRIDE;
    lanes_i fell = 0;
    lanes_f c0 = theirs[0], c1 = theirs[1], f0 = f_theirs[0], f1 = f_theirs[1], last = mine[0], f_last = f_mine[0];
    for (int x = 1; x < STRIDE - 1; x++) {
        const lanes_f c2 = theirs[x + 1], f2 = f_theirs[x + 1], f = f_mine[x], old = mine[x];
        const lanes_f a = c0 + (f0 + f) * half_d, b = c1 + (f1 + f) * half_y, c = c2 + (f2 + f) * half_d;
        const lanes_f ab = LEAST(a, b), c_old = LEAST(c, old), most = LEAST(ab, c_old), along = last + (f_last + f) * half_x;
        last = LEAST(along, most);
        f_last = f;
        mine[x] = last;
        fell |= BITS(last) ^ BITS(old);
        c0 = c1;
        c1 = c2;
        f0 = f1;
        f1 = f2;
    }
    last = mine[STRIDE - 1];
    f_last = f_mine[STRIDE - 1];
    for (int x = STRIDE - 2; x > 0; x--) {
        const lanes_f f = f_mine[x], old = mine[x], along = last + (f_last + f) * half_x;
        last = LEAST(along, old);
        f_last = f;
        mine[x] = last;
        fell |= BITS(last) ^ BITS(old);
    }
    return ANY(fell);
}

// Down and up until nothing falls. A row is left out while the row that it would be relaxed by has not changed since.
INLINED void settle(__local lanes_f *cost, __local const lanes_f *friction, __local const lanes_f *half_x, __local const lanes_f *half_y,
                          __local const lanes_f *half_d) {
    int changed_at[HIGH], relaxed_at[2 * HIGH], now = 1, falls = 1;
    for (int r = 0; r < HIGH; r++) {
        changed_at[r] = 1;
        relaxed_at[2 * r] = relaxed_at[2 * r + 1] = 0;
    }
    for (int pass = 0; falls || pass < 2; pass++) {
        const int up = pass & 1;
        falls = 0;
        for (int k = 1; k < HIGH; k++) {
            const int row = up ? HIGH - 1 - k : k, from = up ? row + 1 : row - 1, between = up ? from : row;
            if (changed_at[from] <= relaxed_at[2 * row + up]) continue;
            relaxed_at[2 * row + up] = ++now;
            if (sweep_row(cost, friction, row, from, half_x[row], half_y[between], half_d[between])) {
                changed_at[row] = ++now;
                falls = 1;
            }
        }
    }
}

static inline int tile_at(const int tx, const int ty, const int across, const int down, const int wraps) {
    const int x = wraps ? (tx + across) % across : tx;
    return x < 0 || x >= across || ty < 0 || ty >= down ? across * down : ty * across + x;
}

static inline int tile_width(const int tx, const int across, const int cols) {
    return tx == across - 1 ? cols - tx * TILE : TILE;
}

// Wakes a tile: its key becomes the least cost with which one of its cells could be lowered.
static inline void wake(volatile __global int *keys, const int tile, const float cost) {
    if (cost < INFINITY) atomic_min(keys + tile, as_int(cost));
}

// The planes and keys of one tile a work-item, from tile row ty0 on. rows_of: [row - ty0 * TILE][cols], friction as given. bits: the mask.
__kernel void begin_tiles(__global const float *restrict rows_of, __global const ulong *restrict bits, const long words_per_row, const int across,
                          const int cols, const int rows, const int ty0, const int tile_rows, __global float *restrict friction,
                          __global float *restrict cost, __global int *restrict keys) {
    const int tx = (int)get_global_id(0), down = (int)get_global_id(1), ty = ty0 + down;
    if (tx >= across || down >= tile_rows) return;
    const int x0 = tx * TILE, width = min(cols - x0, TILE), high = min(rows - ty * TILE, TILE);
    const long tile = (long)ty * across + tx;
    __global float *f = friction + tile * TILE_CELLS, *c = cost + tile * TILE_CELLS;
    int found = 0;
    for (int y = 0; y < TILE; y++, f += TILE, c += TILE) {
        const int w = y < high ? width : 0;
        __global const float *given = rows_of + ((long)down * TILE + y) * cols + x0;
        for (int x = 0; x < w; x++) f[x] = given[x] >= 0.0f ? given[x] : INFINITY;
        for (int x = w; x < TILE; x++) f[x] = INFINITY;
        for (int x = 0; x < TILE; x++) c[x] = INFINITY;
        if (w == 0) continue;
        const ulong word = bits[(ty * (long)TILE + y) * words_per_row + (x0 >> 6)] >> (x0 & 63);
        for (int x = 0; word != 0 && x < w; x++) {
            if ((word >> x & 1) == 0 || f[x] == INFINITY) continue;
            c[x] = 0.0f;
            found = 1;
        }
    }
    keys[tile] = as_int(found ? 0.0f : INFINITY);
}

// The tile that stands for what is outside.
__kernel void begin_outside(const int tile, __global float *restrict friction, __global float *restrict cost, __global int *restrict keys) {
    for (int i = 0; i < TILE_CELLS; i++) friction[(long)tile * TILE_CELLS + i] = cost[(long)tile * TILE_CELLS + i] = INFINITY;
    keys[tile] = as_int(INFINITY);
}

// list: tiles to settle, no two of them neighbours. metres: [row + 1][3], half the length of a step along the row, and from the row above
// straight and slantwise. keys: costs as the bits of floats, in the same order.
__kernel void settle_tiles(__global const int *restrict list, const int count, const int across, const int down, const int cols, const int wraps,
                           __global const float *restrict metres, __global const float *restrict friction, __global float *restrict cost,
                           volatile __global int *restrict keys) {
    __local lanes_f c_room[HIGH * STRIDE], f_room[HIGH * STRIDE], half_x[HIGH], half_y[HIGH], half_d[HIGH];
    __local float *c = (__local float *)c_room, *f = (__local float *)f_room;
    const int first = (int)get_global_id(0) * LANES, outside = across * down;
    int tiles[LANES * 9], width[LANES], width_west[LANES], row0[LANES];
    if (first >= count) return;
    for (int lane = 0; lane < LANES; lane++) {
        const int tile = first + lane < count ? list[first + lane] : outside, tx = tile % across, ty = tile / across;
        for (int k = 0; k < 9; k++) tiles[lane * 9 + k] = tile == outside ? outside : tile_at(tx + k % 3 - 1, ty + k / 3 - 1, across, down, wraps);
        width[lane] = tile_width(tx, across, cols);
        width_west[lane] = tx == 0 ? tile_width(across - 1, across, cols) : TILE;
        row0[lane] = tile == outside ? 0 : ty * TILE;
        if (tile != outside) keys[tile] = as_int(INFINITY);
    }
    for (int r = 0; r < HIGH; r++) {
        const int band = r == 0 ? 0 : r == HIGH - 1 ? 6 : 3, y = r == 0 ? TILE - 1 : r == HIGH - 1 ? 0 : r - 1;
        for (int lane = 0; lane < LANES; lane++) {
            __local float *c_row = c + r * STRIDE * LANES + lane, *f_row = f + r * STRIDE * LANES + lane;
            const long at = (long)tiles[lane * 9 + band + 1] * TILE_CELLS + y * TILE;
            const long west = (long)tiles[lane * 9 + band] * TILE_CELLS + y * TILE + width_west[lane] - 1;
            const long east = (long)tiles[lane * 9 + band + 2] * TILE_CELLS + y * TILE;
            for (int x = 0; x < TILE; x++) c_row[(x + 2) * LANES] = cost[at + x];
            for (int x = 0; x < TILE; x++) f_row[(x + 2) * LANES] = friction[at + x];
            c_row[0] = c_row[(TILE + 2) * LANES] = c_row[(TILE + 3) * LANES] = INFINITY;
            f_row[0] = f_row[(TILE + 2) * LANES] = f_row[(TILE + 3) * LANES] = INFINITY;
            c_row[LANES] = cost[west];
            f_row[LANES] = friction[west];
            c_row[(width[lane] + 2) * LANES] = cost[east];
            f_row[(width[lane] + 2) * LANES] = friction[east];
            __global const float *half_of = metres + 3 * (row0[lane] + r);
            ((__local float *)half_x)[r * LANES + lane] = half_of[0];
            ((__local float *)half_y)[r * LANES + lane] = half_of[1];
            ((__local float *)half_d)[r * LANES + lane] = half_of[2];
        }
    }
    settle(c_room, f_room, half_x, half_y, half_d);
    for (int r = 0; r < HIGH; r++) {
        const int band = r == 0 ? 0 : r == HIGH - 1 ? 6 : 3, y = r == 0 ? TILE - 1 : r == HIGH - 1 ? 0 : r - 1;
        for (int lane = 0; lane < LANES; lane++) {
            if (tiles[lane * 9 + 4] == outside) continue;
            __local const float *c_row = c + r * STRIDE * LANES + lane;
            const long at = (long)tiles[lane * 9 + band + 1] * TILE_CELLS + y * TILE;
            const long west = (long)tiles[lane * 9 + band] * TILE_CELLS + y * TILE + width_west[lane] - 1;
            const long east = (long)tiles[lane * 9 + band + 2] * TILE_CELLS + y * TILE;
            const float at_west = c_row[LANES], at_east = c_row[(width[lane] + 2) * LANES];
            if (at_west < cost[west]) wake(keys, tiles[lane * 9 + band], at_west);
            if (at_east < cost[east]) wake(keys, tiles[lane * 9 + band + 2], at_east);
            if (band == 3) {
                for (int x = 0; x < width[lane]; x++) cost[at + x] = c_row[(x + 2) * LANES];
                continue;
            }
            float least = INFINITY;
            for (int x = 0; x < width[lane]; x++) {
                const float mine = c_row[(x + 2) * LANES];
                least = mine < cost[at + x] && mine < least ? mine : least;
            }
            wake(keys, tiles[lane * 9 + band + 1], least);
        }
    }
}

static inline long cell_at(const int x, const int y, const int across) {
    return ((long)(y / TILE) * across + x / TILE) * TILE_CELLS + (y % TILE) * TILE + x % TILE;
}

// A window of the plane as rows. One work-item: TILE cells of a row.
__kernel void cost_rows(__global const float *restrict cost, const int across, const int col0, const int row0, const int cols, const int rows,
                        __global float *restrict out) {
    const int start = (int)get_global_id(0) * TILE, y = (int)get_global_id(1);
    if (start >= cols || y >= rows) return;
    const int end = min(start + TILE, cols);
    for (int x = start, run; x < end; x += run) {
        __global const float *from = cost + cell_at(col0 + x, row0 + y, across);
        __global float *to = out + (long)y * cols + x;
        run = min(end - x, TILE - (col0 + x) % TILE);
        for (int i = 0; i < run; i++) to[i] = from[i];
    }
}

#define NOWHERE 9 // no way leads here
#define LEVEL 10  // only steps that cost nothing lead here

// From which of the eight neighbours, in the order of rows, each cell has its cost: the first that costs less.
__kernel void parents(__global const float *restrict cost, __global const float *restrict friction, const int across, const int cols, const int rows,
                      const int wraps, __global const float *restrict metres, __global uchar *restrict out) {
    const int start = (int)get_global_id(0) * TILE, y = (int)get_global_id(1);
    if (start >= cols || y >= rows) return;
    const int end = min(start + TILE, cols);
    for (int x = start; x < end; x++) {
        const long at = cell_at(x, y, across);
        const float mine = cost[at], f = friction[at];
        int from = mine < INFINITY ? LEVEL : NOWHERE;
        for (int k = 0; k < 8 && from == LEVEL; k++) {
            const int place = k < 4 ? k : k + 1, dx = place % 3 - 1, ny = y + place / 3 - 1;
            const int nx = wraps ? (x + dx + cols) % cols : x + dx;
            if (nx < 0 || nx >= cols || ny < 0 || ny >= rows) continue;
            const long near = cell_at(nx, ny, across);
            const float half_m = metres[3 * (max(y, ny) + 1) + (ny == y ? 0 : dx == 0 ? 1 : 2)];
            const float by = cost[near] + (friction[near] + f) * half_m;
            from = cost[near] < mine && by == mine ? k : from;
        }
        out[(long)y * cols + x] = (uchar)from;
    }
}
