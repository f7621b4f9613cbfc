/* A layer's shapes on a picture in Web Mercator: cut to it, and as simple as its pixels allow. */
#ifndef LODE_GEO_MERCATOR_OUTLINE_H
#define LODE_GEO_MERCATOR_OUTLINE_H

#include "geo/mercator.h"
#include "geo/outline.h"

/* `from` in the grid's crs, `out` in pixels right and down of the picture. A ring becomes a closed line. No line lies farther than `tolerance` pixels
 * from where it was (Douglas & Peucker 1973, by GEOS), and lines that are no longer than that either way are left out; so are places that
 * have no longitude and latitude. Free with outline_free. */
status mercator_outline(const struct outline *from, const struct grid *grid, const struct crs_lonlat *lonlat, const struct mercator *picture,
                        double tolerance, struct outline *out) LODE_MUST_CHECK;

#endif
