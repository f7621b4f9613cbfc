/* Where a grid lies on a sheet of paper, and what its places are in longitude and latitude. Units of the sheet run right and down. */
#ifndef LODE_REPORT_MAP_FRAME_H
#define LODE_REPORT_MAP_FRAME_H

#include "geo/crs.h"

struct map_frame {
    double x, y, w, h; /* on the sheet */
    const struct grid *grid;
    const struct crs_lonlat *lonlat;
};

/* Width by height on the ground: as the plane has it; of a geographic grid as its cells are in the middle row, which makes it an equirectangular
 * map with its standard parallel there. */
double map_frame_aspect(const struct grid *grid);
/* West, south, east, north of the grid in its crs. */
void map_frame_extent(const struct grid *grid, double extent[4]);
/* The sheet's place of a place of the crs, and the other way. */
void map_frame_to_sheet(const struct map_frame *frame, double x, double y, double *right, double *down);
void map_frame_from_sheet(const struct map_frame *frame, double right, double down, double *x, double *y);
/* The same of longitude and latitude; NaN where it fails. On a geographic grid the turn that lies in the frame. */
void map_frame_lonlat_to_sheet(const struct map_frame *frame, double lon, double lat, double *right, double *down);
bool map_frame_holds(const struct map_frame *frame, double right, double down);
/* Longitudes and latitudes that the grid reaches: west, south, east, north; longitudes go on from the middle's, beyond 180 where need be. The whole
 * turn where a pole lies within. False where nothing of it has any. */
bool map_frame_degrees(const struct map_frame *frame, double degrees[4]);

/* A straight bar about the frame's middle: `units` of the sheet long and `metres` on the ellipsoid from end to end (Karney 2013), a round number
 * (1, 2 or 5 times a power of ten) that is as long as fits in `most`. False where there is none. */
struct scale_bar {
    double units, metres;
    double from[2], to[2]; /* its ends as longitude and latitude */
};
bool map_frame_bar(const struct map_frame *frame, double most, struct scale_bar *bar);
/* How far the frame's edge is from its middle, at most, in metres of the ground; infinite where a part of it is not on Earth. */
double map_frame_reach_m(const struct map_frame *frame);
/* Clockwise from the sheet's top, the direction of true north at the frame's middle, in radians; NaN where there is none, as at a pole. */
double map_frame_north(const struct map_frame *frame);

#endif
