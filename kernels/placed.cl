// Geodesic distance on a grid of any projection, whose cells' places on the Earth are known: the source with the shortest straight line
// through the Earth wins, as in geodesic.cl. Sources lie in tiles of TILE cells square and these in larger ones, FAN of them abreast, each with
// a ball around its sources. A block of SIDE cells square goes down from the largest, the nearest ball first. Where one source is nearer than
// all of a ball at the block's four corners, it is nearer everywhere between them, because {p: |p - a| + s < |p - b|} is convex (one
// sheet of a hyperboloid): then the ball is passed by. `s` makes up for the cells' bulge out of the corners' hull.
// Places are (cos p cos lon, cos p sin lon, sin p), p the reduced latitude, known at every `step`-th cell and cubic in between.
// Lengths of lines are in semi-major axes. Needs double; goes after geodesy.h.
#pragma OPENCL FP_CONTRACT OFF
#ifndef SIDE
#define SIDE 1 // cells of a block's side: 1 or 16
#endif
#ifndef FRAME
#define FRAME 16 // cells of the side of the squares that see places from one of theirs; a multiple of SIDE, and the same on every device
#endif
#ifndef TILE
#define TILE 16 // cells of the smallest tile's side; divides 64
#endif
#ifndef FAN
#define FAN 4 // tiles of a level abreast in a tile of the next
#endif
#ifndef LEVELS_MAX
#define LEVELS_MAX 11 // reach 2^24 cells
#endif

#define CELLS (SIDE * SIDE)
#define CORNERS 4
#define PIVOTS (CORNERS + 1)
#define STACK (LEVELS_MAX * FAN * FAN)
#define ROOM 1e-6f // relative: of what single precision may get wrong

#if SIDE == 16
#define LANES 16
typedef float16 reals;
typedef int16 wholes;
#define ANY(mask) any(mask)
#define LOAD(from) vload16(0, from)
#define STORE(what, to) vstore16(what, 0, to)
#else
#define LANES 1
typedef float reals;
typedef int wholes;
#define ANY(mask) (mask)
#define LOAD(from) (*(from))
#define STORE(what, to) (*(to) = (what))
#endif

// The table of places: node (i, j) is cell ((i - 1) step, (j - 1) step) of the mask. weights: [place between two nodes][4].
// patch_of (may be null): [tile], which patch of TILE x TILE places holds all of its own; -1 none.
struct lattice {
    __global const double *nodes, *weights, *patches;
    __global const int *patch_of;
    int node_cols, tile_cols, step;
    double polar; // polar by equatorial axis
};

// Of one row of cells: four columns of nodes brought to the row, and the patch that was looked into last.
struct strand {
    double3 nodes[4];
    int row, first, tile, patch;
};

static inline struct strand strand_of(const int row) {
    struct strand strand;
    strand.row = row;
    strand.first = strand.tile = strand.patch = -1;
    return strand;
}

static inline double3 node_at(const struct lattice *lattice, const int i, const int j) {
    return vload3((long)j * lattice->node_cols + i, lattice->nodes);
}

static inline void strand_move(const struct lattice *lattice, struct strand *strand, const int first) {
    const int j = strand->row / lattice->step;
    __global const double *w = lattice->weights + 4 * (strand->row % lattice->step);
    strand->first = first;
    for (int i = 0; i < 4; i++)
        strand->nodes[i] = (w[0] * node_at(lattice, first + i, j) + w[1] * node_at(lattice, first + i, j + 1)) +
                           (w[2] * node_at(lattice, first + i, j + 2) + w[3] * node_at(lattice, first + i, j + 3));
}

static inline int patch_under(const struct lattice *lattice, struct strand *strand, const int col) {
    if (!lattice->patch_of) return -1;
    if (col / TILE != strand->tile) {
        strand->tile = col / TILE;
        strand->patch = lattice->patch_of[(long)(strand->row / TILE) * lattice->tile_cols + strand->tile];
    }
    return strand->patch;
}

static inline double3 sphere_place(const struct lattice *lattice, struct strand *strand, const int col) {
    if (lattice->step == 1) return node_at(lattice, col + 1, strand->row + 1);
    const int patch = patch_under(lattice, strand, col);
    if (patch >= 0) return vload3((long)patch * (TILE * TILE) + strand->row % TILE * TILE + col % TILE, lattice->patches);
    const int first = col / lattice->step;
    if (first != strand->first) strand_move(lattice, strand, first);
    __global const double *w = lattice->weights + 4 * (col - first * lattice->step);
    return (w[0] * strand->nodes[0] + w[1] * strand->nodes[1]) + (w[2] * strand->nodes[2] + w[3] * strand->nodes[3]);
}

static inline double3 earth_place(const struct lattice *lattice, struct strand *strand, const int col) {
    double3 place = sphere_place(lattice, strand, col);
    place.z *= lattice->polar;
    return place;
}

static inline float3 place_from(const struct lattice *lattice, struct strand *strand, const int col, const double3 origin) {
    return convert_float3(earth_place(lattice, strand, col) - origin);
}

static inline uint tile_bits(__global const ulong *bits, const long words_per_row, const int x0, const int row) {
    return (uint)(bits[row * words_per_row + (x0 >> 6)] >> (x0 & 63)) & ((1u << TILE) - 1u);
}

static inline int lowest_bit(const uint bits) {
    return 31 - (int)clz(bits & (~bits + 1u));
}

// A ball around a box: its middle and half its diagonal; {.., -1} around none.
static inline float4 ball_of(const float3 low, const float3 high) {
    const float3 half_way = 0.5f * (high - low);
    const float radius = sqrt(half_way.x * half_way.x + half_way.y * half_way.y + half_way.z * half_way.z);
    return high.x < low.x ? (float4)(0.0f, 0.0f, 0.0f, -1.0f) : (float4)(low + half_way, radius);
}

// balls: [tile], as seen from the origin. grain: what single precision may lose of a place.
__kernel void tile_balls(__global const double *restrict nodes, __global const double *restrict weights, __global const double *restrict patches,
                         __global const int *restrict patch_of, const int node_cols, const int step,
                         const double polar, __global const ulong *restrict bits, const long words_per_row, const int cols, const int rows,
                         const double origin_x, const double origin_y, const double origin_z, const float grain, const int tile_cols,
                         const int tile_rows, __global float4 *restrict balls) {
    const int tx = (int)get_global_id(0), ty = (int)get_global_id(1);
    if (tx >= tile_cols || ty >= tile_rows) return;
    const struct lattice lattice = {nodes, weights, patches, patch_of, node_cols, (cols + TILE - 1) / TILE, step, polar};
    float3 low = (float3)(INFINITY), high = (float3)(-INFINITY);
    for (int row = ty * TILE; row < min((ty + 1) * TILE, rows); row++) {
        struct strand strand = strand_of(row);
        for (uint set = tile_bits(bits, words_per_row, tx * TILE, row); set != 0; set &= set - 1u) {
            const float3 p = place_from(&lattice, &strand, tx * TILE + lowest_bit(set), (double3)(origin_x, origin_y, origin_z));
            low = fmin(low, p); // which leaves a place that is nowhere out
            high = fmax(high, p);
        }
    }
    float4 ball = ball_of(low, high);
    if (ball.w >= 0.0f) ball.w = ball.w * (1.0f + ROOM) + grain;
    balls[(long)ty * tile_cols + tx] = ball;
}

// The next level's balls, from tile `first` on, of those from `below` on, below_cols x below_rows.
__kernel void tile_parents(const long below, const int below_cols, const int below_rows, const long first, const int tile_cols, const int tile_rows,
                           __global float4 *restrict balls) {
    const int tx = (int)get_global_id(0), ty = (int)get_global_id(1);
    if (tx >= tile_cols || ty >= tile_rows) return;
    float3 low = (float3)(INFINITY), high = (float3)(-INFINITY);
    for (int y = ty * FAN; y < min((ty + 1) * FAN, below_rows); y++)
        for (int x = tx * FAN; x < min((tx + 1) * FAN, below_cols); x++) {
            const float4 ball = balls[below + (long)y * below_cols + x];
            if (ball.w < 0.0f) continue;
            low = fmin(low, ball.xyz - ball.w);
            high = fmax(high, ball.xyz + ball.w);
        }
    float4 ball = ball_of(low, high);
    ball.w *= 1.0f + ROOM;
    balls[first + (long)ty * tile_cols + tx] = ball;
}

// A block of cells and what was found for them so far. Places are as seen from `middle`.
struct block {
    int col0, row0, width, height; // cells of the mask that it has
    double3 middle;
    float x[CELLS], y[CELLS], z[CELLS], best[CELLS]; // best: squared length to the nearest so far
    int col[CELLS], row[CELLS];                      // of the nearest
    float4 corner_x, corner_y, corner_z;
    float3 centre;
    float slack;
    float4 lengths[PIVOTS]; // from the corners to the sources nearest to each of them, and to all together, with all slack
    float nearest[PIVOTS];
};

static inline float4 from_corners(const struct block *block, const float3 p) {
    const float4 x = block->corner_x - p.x, y = block->corner_y - p.y, z = block->corner_z - p.z;
    return sqrt(x * x + y * y + z * z);
}

static inline int is_beaten(const struct block *block, const float4 lengths) {
    for (int p = 0; p < PIVOTS; p++)
        if (all(lengths > block->lengths[p])) return 1;
    return 0;
}

// Where the block's places are seen from: the first cell that has one in the frame around the block. Single precision tells sources apart that are
// nearly equally far, so this must not depend on SIDE, or devices would choose differently. 0: no cell has one.
static inline int block_frame(struct block *block, const struct lattice *lattice, const int cols, const int rows) {
    const int col0 = block->col0 / FRAME * FRAME, row0 = block->row0 / FRAME * FRAME;
    for (int row = row0; row < min(row0 + FRAME, rows); row++) {
        struct strand strand = strand_of(row);
        for (int col = col0; col < min(col0 + FRAME, cols); col++) {
            block->middle = earth_place(lattice, &strand, col);
            if (block->middle.x == block->middle.x) return 1;
        }
    }
    return 0;
}

// Places of the cells; where one has none, it stands in the middle. 0: none has any.
static inline int block_place(struct block *block, const struct lattice *lattice) {
    int known = 0;
    for (int r = 0; r < SIDE; r++) {
        struct strand strand = strand_of(block->row0 + min(r, block->height - 1));
        for (int c = 0; c < SIDE; c++) {
            const float3 p = place_from(lattice, &strand, block->col0 + min(c, block->width - 1), block->middle);
            const int here = p.x == p.x;
            known |= here;
            block->x[r * SIDE + c] = here ? p.x : 0.0f;
            block->y[r * SIDE + c] = here ? p.y : 0.0f;
            block->z[r * SIDE + c] = here ? p.z : 0.0f;
        }
    }
    return known;
}

static inline float3 corner_at(const struct block *block, const int k) {
    const float x[CORNERS] = {block->corner_x.x, block->corner_x.y, block->corner_x.z, block->corner_x.w};
    const float y[CORNERS] = {block->corner_y.x, block->corner_y.y, block->corner_y.z, block->corner_y.w};
    const float z[CORNERS] = {block->corner_z.x, block->corner_z.y, block->corner_z.z, block->corner_z.w};
    return (float3)(x[k], y[k], z[k]);
}

// The corners, and how far any cell lies from the surface spanned between them.
static inline void block_hull(struct block *block) {
    const int c = block->width - 1, r = (block->height - 1) * SIDE;
    const float *x = block->x, *y = block->y, *z = block->z;
    block->corner_x = (float4)(x[0], x[c], x[r], x[r + c]);
    block->corner_y = (float4)(y[0], y[c], y[r], y[r + c]);
    block->corner_z = (float4)(z[0], z[c], z[r], z[r + c]);
    block->centre = 0.25f * (float3)(dot(block->corner_x, (float4)(1.0f)), dot(block->corner_y, (float4)(1.0f)), dot(block->corner_z, (float4)(1.0f)));
    float bulge2[SIDE] = {0.0f}, most2 = 0.0f;
    const float over_c = 1.0f / (float)max(c, 1), over_r = 1.0f / (float)max(block->height - 1, 1);
    for (int row = 0; row < SIDE; row++) {
        const float t = min((float)row * over_r, 1.0f);
        const float3 west = (1.0f - t) * corner_at(block, 0) + t * corner_at(block, 2), east = (1.0f - t) * corner_at(block, 1) + t * corner_at(block, 3);
        for (int i = 0; i < SIDE; i++) {
            const float s = min((float)i * over_c, 1.0f);
            const float dx = x[row * SIDE + i] - ((1.0f - s) * west.x + s * east.x), dy = y[row * SIDE + i] - ((1.0f - s) * west.y + s * east.y),
                        dz = z[row * SIDE + i] - ((1.0f - s) * west.z + s * east.z);
            bulge2[i] = max(bulge2[i], dx * dx + dy * dy + dz * dz);
        }
    }
    for (int i = 0; i < SIDE; i++) most2 = max(most2, bulge2[i]);
    const float4 far2 = block->corner_x * block->corner_x + block->corner_y * block->corner_y + block->corner_z * block->corner_z;
    const float widest = sqrt(max(max(far2.x, far2.y), max(far2.z, far2.w)));
    block->slack = 2.0f * sqrt(most2) * (1.0f + ROOM) + ROOM * widest;
}

static inline void block_reset(struct block *block) {
    for (int i = 0; i < CELLS; i++) {
        block->best[i] = INFINITY;
        block->col[i] = block->row[i] = -1;
    }
    for (int p = 0; p < PIVOTS; p++) {
        block->lengths[p] = (float4)(INFINITY);
        block->nearest[p] = INFINITY;
    }
}

static inline void pivot_try(struct block *block, const float4 lengths) {
    const float to[PIVOTS] = {lengths.x, lengths.y, lengths.z, lengths.w, lengths.x + lengths.y + lengths.z + lengths.w};
    for (int p = 0; p < PIVOTS; p++)
        if (to[p] < block->nearest[p]) {
            block->nearest[p] = to[p];
            block->lengths[p] = lengths * (1.0f + 4.0f * ROOM) + block->slack;
        }
}

// One source against all cells; of equals the one of the smallest index.
static inline void block_try(struct block *block, const float3 p, const int col, const int row) {
    for (int i = 0; i < CELLS; i += LANES) {
        const reals x = LOAD(block->x + i) - p.x, y = LOAD(block->y + i) - p.y, z = LOAD(block->z + i) - p.z;
        const reals length2 = x * x + y * y + z * z, best = LOAD(block->best + i);
        if (!ANY(length2 <= best)) continue;
        const wholes had_col = LOAD(block->col + i), had_row = LOAD(block->row + i);
        const wholes first = ((wholes)row < had_row) | (((wholes)row == had_row) & ((wholes)col < had_col));
        const wholes better = (length2 < best) | ((length2 == best) & first);
        STORE(select(best, length2, better), block->best + i);
        STORE(select(had_col, (wholes)col, better), block->col + i);
        STORE(select(had_row, (wholes)row, better), block->row + i);
    }
}

static inline void tile_try(struct block *block, const struct lattice *lattice, __global const ulong *bits, const long words_per_row, const int tx,
                            const int ty, const int rows) {
    for (int row = ty * TILE; row < min((ty + 1) * TILE, rows); row++) {
        struct strand strand = strand_of(row);
        for (uint set = tile_bits(bits, words_per_row, tx * TILE, row); set != 0; set &= set - 1u) {
            const int col = tx * TILE + lowest_bit(set);
            const float3 p = place_from(lattice, &strand, col, block->middle);
            const float4 lengths = from_corners(block, p);
            if (!(lengths.x < INFINITY) || is_beaten(block, lengths)) continue;
            pivot_try(block, lengths);
            block_try(block, p, col, row);
        }
    }
}

// Where all cells are sources each is its own. 0: not so.
static inline int block_is_solid(struct block *block, __global const ulong *bits, const long words_per_row) {
    const uint whole = (1u << block->width) - 1u;
    for (int r = 0; r < block->height; r++)
        if ((tile_bits(bits, words_per_row, block->col0 & ~(TILE - 1), block->row0 + r) >> (block->col0 & (TILE - 1)) & whole) != whole) return 0;
    for (int i = 0; i < CELLS; i++) {
        block->col[i] = block->col0 + min(i % SIDE, block->width - 1);
        block->row[i] = block->row0 + min(i / SIDE, block->height - 1);
    }
    return 1;
}

// Tiles of all levels, from the smallest.
struct tiles {
    __global const float4 *balls;
    __global const long *first; // [level]
    __global const int *cols, *rows;
    int levels;
    double3 origin;
};

// A tile to be looked at.
struct visit {
    float order;
    int level, x, y;
};

static inline float4 ball_at(const struct tiles *tiles, const float3 shift, const int level, const int x, const int y) {
    float4 ball = tiles->balls[tiles->first[level] + (long)y * tiles->cols[level] + x];
    ball.xyz += shift;
    return ball;
}

// Puts a tile's children on the stack, the nearest on top. Returns its new height.
static inline int children_push(const struct block *block, const struct tiles *tiles, const float3 shift, const struct visit tile, int height,
                                struct visit *stack) {
    const int level = tile.level - 1, bottom = height;
    for (int y = tile.y * FAN; y < min((tile.y + 1) * FAN, tiles->rows[level]); y++)
        for (int x = tile.x * FAN; x < min((tile.x + 1) * FAN, tiles->cols[level]); x++) {
            const float4 ball = ball_at(tiles, shift, level, x, y);
            if (ball.w < 0.0f || is_beaten(block, from_corners(block, ball.xyz) - ball.w)) continue;
            const float3 away = ball.xyz - block->centre;
            const struct visit child = {away.x * away.x + away.y * away.y + away.z * away.z, level, x, y};
            int at = height++;
            for (; at > bottom && stack[at - 1].order < child.order; at--) stack[at] = stack[at - 1];
            stack[at] = child;
        }
    return height;
}

static inline void block_search(struct block *block, const struct lattice *lattice, const struct tiles *tiles, __global const ulong *bits,
                                const long words_per_row, const int rows) {
    struct visit stack[STACK];
    const float3 shift = convert_float3(tiles->origin - block->middle);
    int height = 1;
    stack[0].level = tiles->levels - 1;
    stack[0].x = stack[0].y = 0;
    while (height > 0) {
        const struct visit tile = stack[--height];
        const float4 ball = ball_at(tiles, shift, tile.level, tile.x, tile.y);
        if (ball.w < 0.0f || is_beaten(block, from_corners(block, ball.xyz) - ball.w)) continue;
        if (tile.level == 0)
            tile_try(block, lattice, bits, words_per_row, tile.x, tile.y, rows);
        else
            height = children_push(block, tiles, shift, tile, height, stack);
    }
}

// Of a row of places: sine and cosine of half the reduced latitude, and which way the longitude points.
struct bearings {
    double half_sin[SIDE], half_cos[SIDE], east_x[SIDE], east_y[SIDE];
};

static inline void bearings_of(const double *x, const double *y, const double *z, struct bearings *out) {
    for (int c = 0; c < SIDE; c++) {
        const double rho2 = x[c] * x[c] + y[c] * y[c], over_rho = 1.0 / sqrt(rho2 > 1e-60 ? rho2 : 1e-60), over = 1.0 / sqrt(rho2 + z[c] * z[c]);
        const double half_cos = sqrt(0.5 + 0.5 * (rho2 * over_rho * over));
        out->half_cos[c] = half_cos;
        out->half_sin[c] = z[c] * over / (2.0 * half_cos);
        out->east_x[c] = x[c] * over_rho;
        out->east_y[c] = y[c] * over_rho;
    }
}

static inline double far_length(const double semi_major_m, const double flattening, const struct bearings *p, const struct bearings *q, const int c) {
    const double across = p->east_x[c] * q->east_y[c] - p->east_y[c] * q->east_x[c], along = p->east_x[c] * q->east_x[c] + p->east_y[c] * q->east_y[c];
    return geodesy_far(semi_major_m, flattening, 2.0 * asin(p->half_sin[c]), 2.0 * asin(q->half_sin[c]), atan2(across, along));
}

// Places of a row of cells, and of their sources.
static inline void row_places(const struct block *block, const struct lattice *lattice, const int r, double here[3][SIDE], double there[3][SIDE]) {
    struct strand mine = strand_of(block->row0 + r), theirs = strand_of(-1);
    double3 q = (double3)(1.0, 0.0, 0.0);
    int col = -1;
    for (int c = 0; c < SIDE; c++) {
        const int i = r * SIDE + c;
        const double3 p = sphere_place(lattice, &mine, block->col0 + min(c, block->width - 1));
        if (block->row[i] >= 0 && block->row[i] != theirs.row) theirs = strand_of(block->row[i]), col = -1;
        if (block->row[i] >= 0 && block->col[i] != col) q = sphere_place(lattice, &theirs, col = block->col[i]);
        here[0][c] = p.x, here[1][c] = p.y, here[2][c] = p.z;
        there[0][c] = q.x, there[1][c] = q.y, there[2][c] = q.z;
    }
}

// Lengths of one row of a block.
static inline void row_lengths(const struct block *block, const struct lattice *lattice, const int r, const double semi_major_m,
                               const double flattening, float *metres) {
    double here[3][SIDE], there[3][SIDE], w[SIDE];
    struct bearings p, q;
    int far = 0;
    row_places(block, lattice, r, here, there);
    bearings_of(here[0], here[1], here[2], &p);
    bearings_of(there[0], there[1], there[2], &q);
    for (int c = 0; c < SIDE; c++) {
        const double x = p.east_x[c] - q.east_x[c], y = p.east_y[c] - q.east_y[c];
        w[c] = 0.25 * (x * x + y * y);
        far |= geodesy_half_chord2(p.half_sin[c], p.half_cos[c], q.half_sin[c], q.half_cos[c], w[c]) >= GEODESY_FAR2;
        metres[c] = (float)geodesy_lambert(semi_major_m, flattening, p.half_sin[c], p.half_cos[c], q.half_sin[c], q.half_cos[c], w[c]);
    }
    for (int c = 0; far && c < SIDE; c++)
        if (geodesy_half_chord2(p.half_sin[c], p.half_cos[c], q.half_sin[c], q.half_cos[c], w[c]) >= GEODESY_FAR2)
            metres[c] = (float)far_length(semi_major_m, flattening, &p, &q, c);
    for (int c = 0; c < SIDE; c++) {
        if (block->row[r * SIDE + c] < 0) metres[c] = INFINITY;
        if (here[0][c] != here[0][c]) metres[c] = NAN;
    }
}

// A block of cells a work-item: blocks (block_x0 + x, block_y0 + y) of the mask, of which columns col0.. and rows row0.. of the window are wanted.
// Nearest cell and length; infinity and -1 where the mask is empty; NaN and -1 where a cell has no place on the Earth.
__kernel void nearest_placed(__global const double *restrict nodes, __global const double *restrict weights, __global const double *restrict patches,
                         __global const int *restrict patch_of, const int node_cols, const int step,
                             const double polar, __global const ulong *restrict bits, const long words_per_row, const int cols, const int rows,
                             __global const float4 *restrict balls, __global const long *restrict level_first, __global const int *restrict level_cols,
                             __global const int *restrict level_rows, const int levels, const double origin_x, const double origin_y,
                             const double origin_z, const double semi_major_m, const double flattening, const int col0, const int row0,
                             const int out_cols, const int out_rows, __global float *restrict metres, __global long *restrict source) {
    const int bx = col0 / SIDE + (int)get_global_id(0), by = row0 / SIDE + (int)get_global_id(1);
    if (bx * SIDE >= col0 + out_cols || by * SIDE >= row0 + out_rows) return;
    const struct lattice lattice = {nodes, weights, patches, patch_of, node_cols, (cols + TILE - 1) / TILE, step, polar};
    const struct tiles tiles = {balls, level_first, level_cols, level_rows, levels, (double3)(origin_x, origin_y, origin_z)};
    struct block block;
    block.col0 = bx * SIDE;
    block.row0 = by * SIDE;
    block.width = min(SIDE, cols - block.col0);
    block.height = min(SIDE, rows - block.row0);
    block.middle = (double3)(0.0);
    block_reset(&block);
    if (!block_is_solid(&block, bits, words_per_row) && block_frame(&block, &lattice, cols, rows) && block_place(&block, &lattice)) {
        block_hull(&block);
        block_search(&block, &lattice, &tiles, bits, words_per_row, rows);
    }
    for (int r = max(row0 - block.row0, 0); r < min(block.height, row0 + out_rows - block.row0); r++) {
        float lengths_m[SIDE];
        row_lengths(&block, &lattice, r, semi_major_m, flattening, lengths_m);
        for (int c = max(col0 - block.col0, 0); c < min(block.width, col0 + out_cols - block.col0); c++) {
            const long out = (long)(block.row0 + r - row0) * out_cols + block.col0 + c - col0;
            const int i = r * SIDE + c, known = block.row[i] >= 0 && lengths_m[c] == lengths_m[c];
            metres[out] = lengths_m[c];
            if (source) source[out] = known ? (long)block.row[i] * cols + block.col[i] : -1L;
        }
    }
}
