/* The Sable Ridge region: fictional, 60 x 45 km, described in kilometres east and north of its south-west corner.
 * A valley with rail, road, power and a river runs west to east; mountains with intrusions lie on both sides. */
#ifndef DEMO_REGION_H
#define DEMO_REGION_H

#include <stddef.h>
#include <stdint.h>

enum { REGION_COLS = 600, REGION_ROWS = 450, REGION_EPSG = 32611 };
#define REGION_WIDTH_KM 60.0
#define REGION_HEIGHT_KM 45.0
#define REGION_X_M 480000.0 /* of the grid's south-west corner */
#define REGION_Y_M 4200000.0
/* Kilometres count from a little inside, so that no vertex lies on a cell's corner, where it is a matter of rounding which it touches. */
#define KM_X_M (REGION_X_M + 17)
#define KM_Y_M (REGION_Y_M + 29)

/* Rock classes of the lithology raster. */
enum rock { ROCK_ALLUVIUM = 1, ROCK_SEDIMENT, ROCK_GNEISS, ROCK_GRANITE, ROCK_SYENITE, ROCK_CARBONATITE };
extern const char *const rock_names[]; /* by code; NULL-ended; [0] is "unmapped" */

/* A body in the ground and what shows at the surface. */
struct body {
    const char *name, *kind; /* kind: "deposit", "deposit in a park", "barren carbonatite", "hot granite", "alteration only" */
    double x_km, y_km, radius_km;
    double carbonatite, thorium, alteration, iron_oxide; /* 0..1: how much of each sign it has */
};
extern const struct body region_bodies[];
extern const size_t region_body_count;

/* A place where a plant should go; kind: "plant", or "plant in a park" where it may not. */
struct plant {
    const char *name, *kind;
    double x_km, y_km;
};
extern const struct plant region_plants[];
extern const size_t region_plant_count;

/* Fields of the region at a place. */
double region_valley_y(double x_km);
double region_elevation_m(uint64_t seed, double x_km, double y_km);
enum rock region_rock(uint64_t seed, double x_km, double y_km);
double region_potassium_pct(uint64_t seed, double x_km, double y_km);
double region_thorium_ppm(uint64_t seed, double x_km, double y_km);
double region_uranium_ppm(uint64_t seed, double x_km, double y_km);
double region_magnetic_nt(uint64_t seed, double x_km, double y_km);
/* Surface reflectance 0..1 of blue, green, red, near infrared, SWIR 1.6 um and SWIR 2.2 um. */
enum { REGION_BANDS = 6 };
void region_reflectance(uint64_t seed, double x_km, double y_km, double bands[REGION_BANDS]);
/* 1 under the cloud of the scene. */
int region_cloud(uint64_t seed, double x_km, double y_km);

#endif
