/* Exact at knots that lie on fixed columns of the lattice (and between them where the path bends more than TOLERANCE),
 * linear in between, rounded to 2^-20 pixel. So a place never depends on the window that asks, and taking off the
 * block's origin, a whole number, is exact. */
#include "geo/raster_place.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/gdal_words.h"

enum { SEGMENT_MOST = 128, SEGMENT_LEAST = 8, PROBES = 9 };
static const double TOLERANCE = 0.125; /* pixels */
static const double FINENESS = 6442450944.0;

struct raster_place_room {
    double *knot_x, *knot_y, *x, *y, *z;
    int *good;
    size_t n_knots, n_points;
    size_t *index;
};

/* Lattice columns (in *x) of row (in *y) to pixels, one by one; infinite where there is no way. */
static void exact(struct raster_place *place, size_t count, double *x, double *y, int *good) {
    for (size_t i = 0; i < count; i++) {
        x[i] = place->grid->x0 + x[i] * place->grid->dx;
        y[i] = place->grid->y0 - y[i] * place->grid->dy;
    }
    struct gdal_words said;
    gdal_begin(&said);
    memset(place->room->z, 0, count * sizeof *place->room->z);
    GDALGenImgProjTransform(place->image, TRUE, (int)count, x, y, place->room->z, good);
    gdal_end();
    for (size_t i = 0; i < count; i++) {
        if (!good[i] || !isfinite(x[i]) || !isfinite(y[i]) || fabs(x[i]) > 1e9 || fabs(y[i]) > 1e9) {
            x[i] = y[i] = INFINITY;
            continue;
        }
        double turns = place->turn > 0 ? (x[i] - place->centre) / place->turn : 0;
        if (fabs(turns) > 0.5 + 1e-6) x[i] -= place->turn * round(turns);
    }
}

static bool room_for(struct raster_place_room *room, size_t knots, size_t points) {
    if (knots > room->n_knots) {
        free(room->knot_x);
        free(room->knot_y);
        room->knot_x = malloc(knots * sizeof *room->knot_x);
        room->knot_y = malloc(knots * sizeof *room->knot_y);
        room->n_knots = room->knot_x && room->knot_y ? knots : 0;
    }
    size_t larger = knots > points ? knots : points;
    if (larger > room->n_points) {
        free(room->x);
        free(room->y);
        free(room->z);
        free(room->good);
        free(room->index);
        room->x = malloc(larger * sizeof *room->x);
        room->y = malloc(larger * sizeof *room->y);
        room->z = malloc(larger * sizeof *room->z);
        room->good = malloc(larger * sizeof *room->good);
        room->index = malloc(larger * sizeof *room->index);
        room->n_points = room->x && room->y && room->z && room->good && room->index ? larger : 0;
    }
    return room->n_knots >= knots && room->n_points >= larger;
}

static bool straight(const double *v) {
    return isfinite(v[0]) && isfinite(v[1]) && isfinite(v[2]) && fabs(v[1] - (v[0] + v[2]) / 2) < TOLERANCE;
}

/* Whether most stretches of this many cells over the grid are as good as straight. */
static bool mostly_straight(struct raster_place *place, double cells) {
    int bent = 0, all = 0;
    for (int probe = 0; probe < PROBES * PROBES; probe++) {
        double col = floor((double)place->grid->width * (probe % PROBES) / PROBES),
               row = floor((double)place->grid->height * (probe / PROBES) / PROBES);
        double x[] = {col, col + cells / 2, col + cells}, y[] = {row, row, row};
        int good[3];
        exact(place, 3, x, y, good);
        if (!good[0] || !good[1] || !good[2]) continue;
        all++;
        bent += !straight(x) || !straight(y);
    }
    return 10 * bent <= all;
}

status raster_place_open(const struct raster_file *file, const struct grid *grid, struct raster_place *out) {
    char **options = CSLSetNameValue(NULL, "DST_SRS", grid->wkt), *wkt = NULL;
    *out = (struct raster_place){.grid = grid, .turn = file->turn, .centre = (double)file->width / 2};
    if (file->srs) {
        const char *const format[] = {"FORMAT=WKT2_2019", NULL};
        OSRExportToWktEx(file->srs, &wkt, format);
        options = CSLSetNameValue(options, "SRC_SRS", wkt);
    }
    options = CSLSetNameValue(options, "INSERT_CENTER_LONG", "NO");
    struct gdal_words said;
    gdal_begin(&said);
    /* Some inverse projections answer beyond the edge of the map: only places that project back are taken. */
    CPLSetThreadLocalConfigOption("CHECK_WITH_INVERT_PROJ", "YES");
    out->image = GDALCreateGenImgProjTransformer2(file->dataset, NULL, options);
    CPLSetThreadLocalConfigOption("CHECK_WITH_INVERT_PROJ", NULL);
    gdal_end();
    CPLFree(wkt);
    CSLDestroy(options);
    if (!out->image) return status_fail(LODE_BAD_DATA, "the file cannot be placed on the grid: %s", gdal_said(&said, "it says no position"));
    TRY(MEMORY_ARRAY(1, &out->room));
    if (!room_for(out->room, 1, 3)) return status_no_memory();
    for (out->segment = SEGMENT_MOST; out->segment > SEGMENT_LEAST && !mostly_straight(out, out->segment);) out->segment /= 2;
    if (!file->circles) return NULL;
    double x, y, col = (double)grid->width / 2;
    if (!raster_place_row(out, (double)grid->height / 2, 1, &col, &x, &y)) return status_no_memory();
    if (isfinite(x)) out->centre = x;
    return NULL;
}

void raster_place_close(struct raster_place *place) {
    struct raster_place_room *room = place->room;
    if (room) {
        free(room->knot_x);
        free(room->knot_y);
        free(room->good);
        free(room->x);
        free(room->y);
        free(room->z);
        free(room->index);
        free(room);
    }
    if (place->image) GDALDestroyGenImgProjTransformer(place->image);
    *place = (struct raster_place){0};
}

/* One stretch between knots: start + (col - from) * slope. */
struct stretch {
    double from, to, x, y, slope_x, slope_y;
    bool straight;
};

static struct stretch stretch_at(const struct raster_place *place, double first, double col) {
    double segment = floor(col / place->segment);
    size_t k = 2 * (size_t)(segment - first);
    const double *kx = place->room->knot_x + k, *ky = place->room->knot_y + k;
    return (struct stretch){segment * place->segment,         (segment + 1) * place->segment, kx[0], ky[0], (kx[2] - kx[0]) / place->segment,
                            (ky[2] - ky[0]) / place->segment, straight(kx) && straight(ky)};
}

/* Adding and taking off 1.5 * 2^32 leaves multiples of 2^-20; infinity stays. */
static double rounded(double pixel) {
    return (pixel + FINENESS) - FINENESS;
}

bool raster_place_row(struct raster_place *place, double row, size_t count, const double *col, double *x, double *y) {
    struct raster_place_room *room = place->room;
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        least = col[i] < least ? col[i] : least;
        most = col[i] > most ? col[i] : most;
    }
    double first = floor(least / place->segment);
    size_t knots = 2 * (size_t)(floor(most / place->segment) - first + 1) + 1, n_exact = 0;
    if (!room_for(room, knots, count)) return false;
    for (size_t k = 0; k < knots; k++) {
        room->knot_x[k] = first * place->segment + (double)k * place->segment / 2;
        room->knot_y[k] = row;
    }
    exact(place, knots, room->knot_x, room->knot_y, room->good);
    struct stretch on = {INFINITY, INFINITY, 0, 0, 0, 0, false};
    for (size_t i = 0; i < count; i++) {
        if (!(col[i] >= on.from && col[i] < on.to)) on = stretch_at(place, first, col[i]);
        if (on.straight) {
            double along = col[i] - on.from;
            x[i] = rounded(on.x + along * on.slope_x);
            y[i] = rounded(on.y + along * on.slope_y);
        } else {
            room->x[n_exact] = col[i];
            room->y[n_exact] = row;
            room->index[n_exact++] = i;
        }
    }
    if (n_exact) exact(place, n_exact, room->x, room->y, room->good);
    for (size_t e = 0; e < n_exact; e++) {
        x[room->index[e]] = rounded(room->x[e]);
        y[room->index[e]] = rounded(room->y[e]);
    }
    return true;
}

int raster_place_transform(void *argument, int to_source, int count, double *x, double *y, double *z, int *good) {
    struct raster_place *place = argument;
    (void)z;
    if (!to_source) return FALSE;
    for (int i = 0; i < count;) {
        int end = i + 1;
        while (end < count && y[end] == y[i]) end++;
        size_t n = (size_t)(end - i);
        for (int j = i; j < end; j++) x[j] += place->col0;
        if (!raster_place_row(place, y[i] + place->row0, n, x + i, x + i, y + i)) return FALSE;
        for (int j = i; j < end; j++) {
            good[j] = isfinite(x[j]);
            x[j] -= place->block_col;
            y[j] -= place->block_row;
        }
        i = end;
    }
    return TRUE;
}
