/* The region's fields. Signs of deposits follow carbonatites: thorium high, ferric iron and Al-OH alteration, a magnetic ring;
 * decoys lack one sign or another, so that no single layer finds the deposits. Polynomials, divisions and square roots only. */
#include "region.h"

#include <math.h>

#include "noise.h"

const char *const rock_names[] = {"unmapped", "alluvium", "sediment", "gneiss", "granite", "syenite", "carbonatite", NULL};

const struct body region_bodies[] = {
    {"Tolliver Plug", "deposit", 9.25, 31.45, 1.0, 1, 1, 1, 1},
    {"Maren Knob", "deposit", 21.75, 38.25, 0.9, 1, 0.95, 1, 0.9},
    {"Ostrander", "deposit", 34.35, 27.95, 1.2, 1, 1, 0.95, 1},
    {"Pell Hollow", "deposit", 48.65, 36.15, 0.8, 1, 0.9, 0.9, 0.95},
    {"Grieve Hill", "deposit", 27.45, 4.65, 1.0, 1, 1, 1, 0.9},
    {"Quillan Dome", "deposit in a park", 40.55, 31.45, 1.1, 1, 1, 1, 1},
    {"Barrow Sill", "barren carbonatite", 14.85, 25.95, 1.0, 1, 0, 0, 0.2},
    {"Cutter Ring", "barren carbonatite", 41.25, 40.35, 0.9, 1, 0.1, 0.1, 0},
    {"Dunmore", "barren carbonatite", 52.35, 5.25, 1.1, 1, 0, 0.1, 0.1},
    {"Redhouse Granite", "hot granite", 4.55, 40.75, 2.2, 0, 1, 0, 0},
    {"Sisson Granite", "hot granite", 56.05, 28.55, 2.0, 0, 0.9, 0.1, 0},
    {"Vance Stock", "hot granite", 40.05, 3.55, 1.6, 0, 1, 0, 0.1},
    {"Rusty Springs", "alteration only", 28.65, 33.05, 1.3, 0, 0, 1, 1},
    {"Ochre Wash", "alteration only", 11.55, 4.25, 1.2, 0, 0.05, 1, 1},
    {"Yellow Cut", "alteration only", 55.55, 42.05, 1.0, 0, 0, 0.9, 1},
};
const size_t region_body_count = sizeof region_bodies / sizeof *region_bodies;

/* Rail, highway and a high-voltage line meet on flat ground. */
const struct plant region_plants[] = {
    {"Linden Siding", "plant", 12.05, 15.05},
    {"Corse Junction", "plant", 33.05, 15.85},
    {"Halder Yard", "plant", 52.05, 17.35},
    {"Corse Marsh", "plant in a park", 43.05, 16.45},
};
const size_t region_plant_count = sizeof region_plants / sizeof *region_plants;

static double distance_km(double x, double y, double x0, double y0) {
    return sqrt((x - x0) * (x - x0) + (y - y0) * (y - y0));
}

double region_valley_y(double x_km) {
    return 14.0 + 0.055 * x_km;
}

double region_elevation_m(uint64_t seed, double x_km, double y_km) {
    double away = y_km - region_valley_y(x_km);
    if (away < 0) away = -away;
    double mountain = ramp_smooth(3.5, 11, away);
    double valley = 640 + 4 * away + 6 * noise_fractal(seed + 11, x_km, y_km, 7, 3) + 1.5 * (30 - x_km) / 30;
    double ridges = 520 + 430 * noise_fractal(seed + 12, x_km, y_km, 8, 5);
    double hills = 0;
    for (size_t i = 0; i < region_body_count; i++) {
        const struct body *body = &region_bodies[i];
        hills += 60 * body->carbonatite * halo(distance_km(x_km, y_km, body->x_km, body->y_km), body->radius_km);
    }
    return valley + mountain * ridges + hills;
}

enum rock region_rock(uint64_t seed, double x_km, double y_km) {
    double rough = 0.25 * noise_fractal(seed + 21, x_km, y_km, 1.2, 3);
    for (size_t i = 0; i < region_body_count; i++) {
        const struct body *body = &region_bodies[i];
        double d = distance_km(x_km, y_km, body->x_km, body->y_km) / body->radius_km + rough;
        if (body->carbonatite > 0 && d < 0.85) return ROCK_CARBONATITE;
        if (body->carbonatite > 0 && d < 1.9) return ROCK_SYENITE;
        if (body->carbonatite <= 0 && body->thorium > 0.5 && d < 1.5) return ROCK_GRANITE;
    }
    double away = y_km - region_valley_y(x_km);
    if (away < 0) away = -away;
    if (away + 1.5 * noise_fractal(seed + 22, x_km, y_km, 5, 3) < 4.5) return ROCK_ALLUVIUM;
    double unit = noise_fractal(seed + 23, x_km, y_km, 14, 3);
    if (unit > 0.28) return ROCK_GRANITE;
    return unit < -0.1 ? ROCK_SEDIMENT : ROCK_GNEISS;
}

/* The strongest sign of any body at a place: `sign` picks the column. */
static double body_sign(double x_km, double y_km, double reach, size_t sign) {
    double strongest = 0;
    for (size_t i = 0; i < region_body_count; i++) {
        const struct body *body = &region_bodies[i];
        const double signs[] = {body->thorium, body->alteration, body->iron_oxide};
        double here = signs[sign] * halo(distance_km(x_km, y_km, body->x_km, body->y_km), reach * body->radius_km);
        if (here > strongest) strongest = here;
    }
    return strongest;
}

double region_potassium_pct(uint64_t seed, double x_km, double y_km) {
    static const double by_rock[] = {2, 1.6, 1.9, 2.2, 3.8, 4.2, 0.4};
    return by_rock[region_rock(seed, x_km, y_km)] + 0.25 * noise_fractal(seed + 31, x_km, y_km, 2, 3);
}

double region_thorium_ppm(uint64_t seed, double x_km, double y_km) {
    static const double by_rock[] = {9, 8, 10, 11, 18, 16, 14};
    double background = by_rock[region_rock(seed, x_km, y_km)] + 2.5 * noise_fractal(seed + 32, x_km, y_km, 3, 4);
    return background + 110 * body_sign(x_km, y_km, 1.0, 0);
}

double region_uranium_ppm(uint64_t seed, double x_km, double y_km) {
    return 2.5 + 0.7 * noise_fractal(seed + 33, x_km, y_km, 3, 4) + 6 * body_sign(x_km, y_km, 1.0, 0);
}

double region_magnetic_nt(uint64_t seed, double x_km, double y_km) {
    double field = 60 * noise_fractal(seed + 41, x_km, y_km, 12, 4);
    for (size_t i = 0; i < region_body_count; i++) {
        const struct body *body = &region_bodies[i];
        double d = distance_km(x_km, y_km, body->x_km, body->y_km) / body->radius_km;
        field += 380 * body->carbonatite * (halo(d, 1.3) - 0.6 * halo(d, 0.6));
    }
    return field;
}

void region_reflectance(uint64_t seed, double x_km, double y_km, double bands[REGION_BANDS]) {
    static const double by_rock[][REGION_BANDS] = {
        {0.10, 0.13, 0.16, 0.20, 0.26, 0.24}, {0.14, 0.18, 0.21, 0.25, 0.31, 0.29}, {0.12, 0.15, 0.18, 0.22, 0.29, 0.27},
        {0.09, 0.11, 0.13, 0.16, 0.21, 0.20}, {0.13, 0.16, 0.18, 0.21, 0.26, 0.24}, {0.11, 0.13, 0.15, 0.18, 0.22, 0.21},
        {0.12, 0.15, 0.18, 0.21, 0.25, 0.22},
    };
    const double *rock = by_rock[region_rock(seed, x_km, y_km)];
    double light = 1 + 0.12 * noise_fractal(seed + 51, x_km, y_km, 1.5, 4);
    double iron = body_sign(x_km, y_km, 1.3, 2), clay = body_sign(x_km, y_km, 1.4, 1);
    double river = y_km - (region_valley_y(x_km) - 3);
    double green = ramp_smooth(2.2, 0, river < 0 ? -river : river) * (0.6 + 0.4 * noise_fractal(seed + 52, x_km, y_km, 0.8, 3));
    if (green < 0) green = 0;
    for (size_t b = 0; b < REGION_BANDS; b++) bands[b] = rock[b] * light;
    bands[0] *= 1 - 0.30 * iron;
    bands[2] *= (1 + 0.28 * iron) * (1 - 0.5 * green);
    bands[3] *= 1 + 1.1 * green;
    bands[4] *= 1 + 0.10 * clay;
    bands[5] *= 1 - 0.26 * clay;
}

int region_cloud(uint64_t seed, double x_km, double y_km) {
    return distance_km(x_km, y_km, 30.5, 41.5) + 1.2 * noise_fractal(seed + 61, x_km, y_km, 2, 3) < 2.6;
}
