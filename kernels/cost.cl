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

#ifndef AHEAD
#define AHEAD 4 // rows of tiles asked for before they are needed
#endif

// Planes lie row after row, stride_of() floats apart, with EDGE floats of barrier at either end of a row and one row of it above and below: no tile has
// to ask whether it lies at a side. On a lattice round the globe the cells beside its first and last column hold a copy of the other end.
#define EDGE 16
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
#define ANY(bits) is_any(bits)
#ifdef __clang__ // whole vectors at any cell: some libraries' vload and vstore go by quarters
typedef float loose_f __attribute__((ext_vector_type(16), aligned(4), may_alias));
#define LOAD_16(from) *(__global const loose_f *)(from)
#define STORE_16(value, to) *(__global loose_f *)(to) = (value)
#else
#define LOAD_16(from) vload16(0, from)
#define STORE_16(value, to) vstore16(value, 0, to)
#endif
// Some libraries' any() asks lane after lane.
static inline int is_any(const int16 bits) {
    const int8 eight = bits.lo | bits.hi;
    const int4 four = eight.lo | eight.hi;
    const int2 two = four.lo | four.hi;
    return (two.x | two.y) != 0;
}
#endif
// Not fmin: a NaN never wins, at the price of one instruction.
#define LEAST(a, b) ((a) < (b) ? (a) : (b))

// Called and not inlined, these leave every cost infinite with PoCL 3.1.
#define INLINED __attribute__((always_inline)) static inline

#if LANES == 16
#define ZIP(a, b, h0, h1, h2, h3, h4, h5, h6, h7) \
    (float16)((a).h0, (b).h0, (a).h1, (b).h1, (a).h2, (b).h2, (a).h3, (b).h3, (a).h4, (b).h4, (a).h5, (b).h5, (a).h6, (b).h6, (a).h7, (b).h7)

// Rows to columns of a square of 16: dealing the two halves out in turn moves one bit of a place's number; four times swap row and column.
INLINED void transpose(float16 *v) {
    float16 w[16];
#pragma unroll
    for (int step = 0; step < 4; step++) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
            w[2 * i] = ZIP(v[i], v[i + 8], s0, s1, s2, s3, s4, s5, s6, s7);
            w[2 * i + 1] = ZIP(v[i], v[i + 8], s8, s9, sa, sb, sc, sd, se, sf);
        }
#pragma unroll
        for (int i = 0; i < 16; i++) v[i] = w[i];
    }
}
#endif

// Asks for a row of the `which` lanes, a bit each, before it is needed: a tile's rows lie far apart, which no prefetcher foresees.
INLINED void fetch_row(__global const float *from, const long *at, const int which) {
#if LANES == 16 && defined(__x86_64__)
    for (int lane = 0; lane < LANES; lane++) {
        if ((which >> lane & 1) == 0) continue;
#pragma unroll
        for (int k = 0; k < TILE; k += 16) __builtin_prefetch((const void *)(size_t)(from + at[lane] + k));
    }
#endif
}

// Anything but a number of 0 or more is a barrier; costs are such numbers.
#define CLEAN(v) ((v) >= 0.0f ? (v) : INFINITY)

// TILE floats of every lane's own place in `from` to local memory.
INLINED void load_cells(__local lanes_f *row, __global const float *from, const long *at) {
#if LANES == 16
    for (int k = 0; k < TILE; k += 16) {
        float16 v[16];
#pragma unroll
        for (int lane = 0; lane < 16; lane++) v[lane] = LOAD_16(from + at[lane] + k);
        transpose(v);
#pragma unroll
        for (int i = 0; i < 16; i++) row[k + i] = CLEAN(v[i]);
    }
#else
    for (int x = 0; x < TILE; x++) row[x] = CLEAN(from[at[0] + x]);
#endif
}

// One float of every lane.
INLINED void load_cell(__local lanes_f *cell, __global const float *from, const long *at) {
    __local float *to = (__local float *)cell;
    for (int lane = 0; lane < LANES; lane++) to[lane] = from[at[lane]];
    cell[0] = CLEAN(cell[0]);
}

// A row of TILE floats from `at` on, one from `west` and one from `east`, between two columns of barrier. some: 0 if no lane has more than barrier
// between its ends.
INLINED void load_row(__local lanes_f *row, __global const float *from, const long *at, const long *west, const long *east, const int some) {
    if (some)
        load_cells(row + 2, from, at);
    else
        for (int x = 0; x < TILE; x++) row[x + 2] = INFINITY;
    load_cell(row + 1, from, west);
    load_cell(row + TILE + 2, from, east);
    row[0] = row[TILE + 3] = INFINITY;
}

// The TILE cells of a row back to where each of the first `count` lanes has it; `width` of them where a tile is cut off.
INLINED void store_row(__local const lanes_f *row, __global float *to, const long *at, const int *width, const int count) {
    __local const float *from = (__local const float *)row;
#if LANES == 16
    for (int k = 0; k < TILE; k += 16) {
        float16 v[16];
#pragma unroll
        for (int i = 0; i < 16; i++) v[i] = row[k + 2 + i];
        transpose(v);
        for (int lane = 0; lane < count; lane++)
            if (width[lane] == TILE) STORE_16(v[lane], to + at[lane] + k);
    }
#endif
    for (int lane = 0; lane < count; lane++)
        for (int x = 0; (LANES == 1 || width[lane] < TILE) && x < width[lane]; x++) to[at[lane] + x] = from[(x + 2) * LANES + lane];
}

// The half lengths of TILE + 2 rows, of which the one above the tile comes first.
INLINED void load_halves(__local lanes_f *halves, __global const float *from, const long *at) {
    long before[LANES], after[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        before[lane] = at[lane] - 1;
        after[lane] = at[lane] + TILE;
    }
    load_row(halves, from, at, before, after, 1);
}

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

static inline int tile_width(const int tx, const int across, const int cols) {
    return tx == across - 1 ? cols - tx * TILE : TILE;
}

// Wakes a tile: its key becomes the least cost with which one of its cells could be lowered.
static inline void wake(volatile __global int *keys, const int tile, const float cost) {
    if (cost < INFINITY) atomic_min(keys + tile, as_int(cost));
}

// The neighbour k of a tile in the order of rows, the tile itself among them; round the globe, should it lie beyond a side.
static inline int beside(const int tile, const int k, const int across) {
    return (tile / across + k / 3 - 1) * across + (tile % across + k % 3 - 1 + across) % across;
}

static inline long stride_of(const int cols) {
    return ((long)cols + 63) / 64 * 64 + 2 * EDGE;
}

static inline long cell_at(const int x, const int y, const long stride) {
    return (y + 1) * stride + EDGE + x;
}

// Costs of the listed tiles: infinite but for what the mask has set, if there is one. A work-item a tile.
__kernel void begin_tiles(__global const int2 *restrict list, const int count, __global const ulong *restrict bits, const long words_per_row,
                          const int across, const int rows, __global const float *restrict friction, __global float *restrict cost,
                          __global int *restrict keys, const int cols) {
    if ((int)get_global_id(0) >= count) return;
    const int tile = list[get_global_id(0)].x, x0 = tile % across * TILE, y0 = tile / across * TILE, width = min(cols - x0, TILE);
    const long stride = stride_of(cols);
    int found = 0;
    for (int y = y0; y < y0 + TILE; y++) {
        const long at = cell_at(x0, y, stride);
        for (int x = 0; x < TILE; x++) cost[at + x] = INFINITY;
        const ulong word = bits != 0 && y < rows ? bits[y * words_per_row + (x0 >> 6)] >> (x0 & 63) : 0;
        for (int x = 0; word != 0 && x < width; x++) {
            if ((word >> x & 1) == 0 || !(friction[at + x] >= 0.0f && friction[at + x] < INFINITY)) continue;
            cost[at + x] = 0.0f;
            found = 1;
        }
    }
    if (found) keys[tile] = as_int(0.0f);
}

// What lies around: a work-item ends a row, from the one above the lattice to the one below its tiles.
__kernel void begin_edges(const int down, const int cols, const int rows, const int wraps, __global float *restrict friction,
                          __global float *restrict cost) {
    const int y = (int)get_global_id(0) - 1;
    if (y > down * TILE) return;
    const long stride = stride_of(cols);
    __global float *f = friction + cell_at(0, y, stride), *c = cost + cell_at(0, y, stride);
    const int whole = y < 0 || y >= rows;
    for (int x = -EDGE; x < (whole ? cols : 0); x++) f[x] = c[x] = INFINITY;
    for (long x = cols; x < stride - EDGE; x++) f[x] = c[x] = INFINITY;
    if (!wraps || whole) return;
    f[-1] = f[cols - 1];
    c[-1] = c[cols - 1];
    f[cols] = f[0];
    c[cols] = c[0];
}

// The least cost of each lane that has fallen below what it was.
INLINED lanes_f fallen(const lanes_f least, const lanes_f now, const lanes_f before) {
    return now < before ? LEAST(now, least) : least;
}

// `at`, where the tile k of those around a lane's has costs, else the row of barrier above the lattice: what is not yet begun is not yet touched.
INLINED long known_at(const int known, const int k, const long at) {
    return known >> k & 1 ? at : EDGE;
}

// Copies what a tile at an end of the rows has there to beside their other end. above: the cell over its first.
static inline void close_ring(__global float *cost, const long above, const long stride, const int tx, const int width, const int across,
                              const int cols) {
    for (int y = 1; y <= TILE; y++) {
        __global float *first = cost + above + y * stride;
        if (tx == 0) first[cols] = first[0];
        if (tx == across - 1) first[width - 1 - cols] = first[width - 1];
    }
}

// list: tiles to settle, no two of them neighbours, `share` to a work-item; and which of the nine tiles around, in the order of rows, have costs, a
// bit each. friction: anything but a number of 0 or more is a barrier. metres: half the length of a step along a row, from the row above
// straight, and slantwise; a plane of `high` each, row r at [EDGE + r]. keys: costs as the bits of floats, in the same order.
__kernel void settle_tiles(__global const int2 *restrict list, const int count, const int share, const int across, const int down, const int cols,
                           const int wraps, __global const float *restrict metres, const int high, __global const float *restrict friction,
                           __global float *restrict cost, volatile __global int *restrict keys) {
    __local lanes_f c[HIGH * STRIDE], f[HIGH * STRIDE], half_x[STRIDE], half_y[STRIDE], half_d[STRIDE], west[HIGH], east[HIGH], north[TILE],
        south[TILE];
    const int first = (int)get_global_id(0) * share, lanes = min(share, count - first);
    const long stride = stride_of(cols);
    int tiles[LANES], width[LANES], known[LANES], begun = 0;
    long at[LANES], before[LANES], after[LANES], above[LANES], in_metres[LANES];
    if (first >= count) return;
    for (int lane = 0; lane < LANES; lane++) { // those without a tile do what the first does, and keep it to themselves
        const int2 mine = list[first + (lane < lanes ? lane : 0)];
        const int tile = mine.x, tx = tile % across, ty = tile / across;
        tiles[lane] = tile;
        known[lane] = mine.y;
        begun |= (mine.y >> 4 & 1) << lane;
        width[lane] = tile_width(tx, across, cols);
        above[lane] = at[lane] = cell_at(tx * TILE, ty * TILE - 1, stride);
        before[lane] = at[lane] - 1;
        after[lane] = at[lane] + TILE;
        in_metres[lane] = EDGE + ty * TILE;
        if (lane < lanes) keys[tile] = as_int(INFINITY);
    }
    load_halves(half_x, metres, in_metres);
    load_halves(half_y, metres + high, in_metres);
    load_halves(half_d, metres + 2 * (long)high, in_metres);
    for (int r = 0; r < HIGH; r++) {
        const int band = r == 0 ? 0 : r == HIGH - 1 ? 6 : 3;
        __local lanes_f *c_row = c + r * STRIDE, *f_row = f + r * STRIDE;
        long at_known[LANES], before_known[LANES], after_known[LANES];
        if (r + AHEAD < HIGH) {
            fetch_row(cost + AHEAD * stride, at, begun);
            fetch_row(friction + AHEAD * stride, at, ~0);
        }
        for (int lane = 0; lane < LANES; lane++) {
            before_known[lane] = known_at(known[lane], band, before[lane]);
            at_known[lane] = known_at(known[lane], band + 1, at[lane]);
            after_known[lane] = known_at(known[lane], band + 2, after[lane]);
        }
        load_row(c_row, cost, at_known, before_known, after_known, band != 3 || begun);
        load_row(f_row, friction, at, before, after, 1);
        west[r] = c_row[1];
        east[r] = c_row[TILE + 2];
        for (int lane = 0; lane < LANES; lane++) {
            at[lane] += stride;
            before[lane] += stride;
            after[lane] += stride;
        }
    }
    for (int x = 0; x < TILE; x++) {
        north[x] = c[x + 2];
        south[x] = c[(HIGH - 1) * STRIDE + x + 2];
    }
    settle(c, f, half_x + 1, half_y + 1, half_d + 1);
    lanes_f least[9];
    for (int k = 0; k < 9; k++) least[k] = INFINITY;
    for (int r = 0; r < HIGH; r++) {
        const int band = r == 0 ? 0 : r == HIGH - 1 ? 6 : 3;
        least[band] = fallen(least[band], c[r * STRIDE + 1], west[r]);
        least[band + 2] = fallen(least[band + 2], c[r * STRIDE + TILE + 2], east[r]);
    }
    for (int x = 0; x < TILE; x++) {
        least[1] = fallen(least[1], c[x + 2], north[x]);
        least[7] = fallen(least[7], c[(HIGH - 1) * STRIDE + x + 2], south[x]);
    }
    for (int k = 0; k < 9; k++)
        for (int lane = 0; k != 4 && lane < lanes; lane++) wake(keys, beside(tiles[lane], k, across), ((const float *)&least[k])[lane]);
    for (int lane = 0; wraps && lane < lanes; lane++) // a tile cut off at the antimeridian has its halo inside
        for (int r = 0; width[lane] < TILE && r < HIGH; r++) {
            const float now = ((__local const float *)c)[(r * STRIDE + width[lane] + 2) * LANES + lane];
            if (now < cost[above[lane] + r * stride + width[lane]])
                wake(keys, beside(tiles[lane], (r == 0 ? 0 : r == HIGH - 1 ? 6 : 3) + 2, across), now);
        }
    for (int lane = 0; lane < LANES; lane++) at[lane] = above[lane] + stride;
    for (int r = 1; r < HIGH - 1; r++) {
        store_row(c + r * STRIDE, cost, at, width, lanes);
        for (int lane = 0; lane < LANES; lane++) at[lane] += stride;
    }
    for (int lane = 0; wraps && lane < lanes; lane++) close_ring(cost, above[lane], stride, tiles[lane] % across, width[lane], across, cols);
}

// A window of the plane as rows. One work-item: TILE cells of a row.
__kernel void cost_rows(__global const float *restrict cost, const int lattice_cols, const int col0, const int row0, const int cols, const int rows,
                        __global float *restrict out) {
    const int start = (int)get_global_id(0) * TILE, y = (int)get_global_id(1);
    if (start >= cols || y >= rows) return;
    const int end = min(cols - start, TILE);
    __global const float *from = cost + cell_at(col0 + start, row0 + y, stride_of(lattice_cols));
    __global float *to = out + (long)y * cols + start;
    for (int x = 0; x < end; x++) to[x] = from[x];
}

#define NOWHERE 9 // no way leads here
#define LEVEL 10  // only steps that cost nothing lead here

// From which of the eight neighbours, in the order of rows, each cell has its cost: the first that costs less.
__kernel void parents(__global const float *restrict cost, __global const float *restrict friction, const int cols, const int rows,
                      const int wraps, __global const float *restrict metres, const int high, __global uchar *restrict out) {
    const int start = (int)get_global_id(0) * TILE, y = (int)get_global_id(1);
    if (start >= cols || y >= rows) return;
    const int end = min(start + TILE, cols);
    const long stride = stride_of(cols);
    for (int x = start; x < end; x++) {
        const long at = cell_at(x, y, stride);
        const float mine = cost[at], f = friction[at];
        int from = mine < INFINITY ? LEVEL : NOWHERE;
        for (int k = 0; k < 8 && from == LEVEL; k++) {
            const int place = k < 4 ? k : k + 1, dx = place % 3 - 1, ny = y + place / 3 - 1;
            const int nx = wraps ? (x + dx + cols) % cols : x + dx;
            if (nx < 0 || nx >= cols || ny < 0 || ny >= rows) continue;
            const long near = cell_at(nx, ny, stride);
            const float half_m = metres[(ny == y ? 0 : dx == 0 ? 1 : 2) * (long)high + EDGE + max(y, ny)];
            const float by = cost[near] + (friction[near] + f) * half_m;
            from = cost[near] < mine && by == mine ? k : from;
        }
        out[(long)y * cols + x] = (uchar)from;
    }
}
