/* Geodesic distance. */
#include "compute/distance_kinds.h"

status geodesic_open(struct device *device, const struct grid *grid, const struct mask *mask, struct geodesic **out) {
    (void)device, (void)mask, (void)out;
    return status_fail(LODE_BAD_DATA, "geodesic distance on %s: not in this version: use a projected crs", grid->crs);
}
void geodesic_close(struct geodesic *geodesic) {
    (void)geodesic;
}
status geodesic_rows(struct geodesic *geodesic, struct window window, struct buffer *metres, struct buffer *source) {
    (void)geodesic, (void)window, (void)metres, (void)source;
    return status_fail(LODE_BAD_DATA, "geodesic distance: not in this version");
}
