/* A ranked place with the reasons for its rank. */
#ifndef LODE_ANALYSIS_SITE_H
#define LODE_ANALYSIS_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "compute/overlay.h"
#include "model/scenario.h"

/* What a criterion says of a site. One per scenario criterion; those not in the target's overlay have weight NaN. */
struct term {
    double raw, membership; /* NaN: missing */
    double weight;          /* share of the whole overlay 0..1 as given; NaN: not scored in this target */
    double contribution;    /* adds up to the score when the overlay is a weighted mean, of a model to the score's logit; else NaN */
    const char *nearest;    /* name of the nearest feature, for distances; NULL: none */
};

/* One of the source points a deposit was merged from. */
struct source_point {
    int layer;
    const char *label;
    double lon, lat, uncertainty_m; /* NaN: unknown */
    const char *attributes;         /* JSON object */
};

struct site {
    char id[20];      /* stable: hash of target and place (or of the sources' layer and label) */
    int rank;         /* from 1; 0: not ranked (excluded, no data, outside) */
    const char *name; /* of a deposit, else NULL */
    double lon, lat;  /* EPSG:4326: the given place of a deposit, the cell centre of a peak */
    double x, y;      /* the same in the grid's crs */
    int64_t col, row; /* cell scored */
    double snapped_m; /* from the given place to the scored cell's centre */
    double score, coverage;
    double score_sd;    /* standard deviation of a model's posterior; NaN: no model, or no score */
    double plain_score; /* without penalties; NaN: none holds for the target */
    enum cell_state state;
    uint64_t rules;
    struct term *terms;
    int permit_class;     /* -1: missing, or the scenario asks for none */
    float jurisdiction;   /* class in the layer that setbacks go by; NaN: none, or no rule asks */
    double uncertainty_m; /* of a deposit's place; NaN unknown */
    size_t n_sources;
    struct source_point *sources;
    const char **annotations; /* one per scenario annotation */
    const float *planes;      /* [plan plane] of its cell, where the target asks for certainty; else NULL */
    double percentile;        /* share of scored cells with a lower score, 0..100; NaN if not scored */
};

struct site_list {
    size_t count;
    size_t given, outside; /* points that were given, and those of them that lie outside the grid */
    struct site *sites;    /* ranked first by rank, then unranked by score; ties by id */
};

/* The cheapest way from a site to what a cost criterion measures to: cell centres in EPSG:4326, the site's first. */
struct way {
    size_t site, criterion;
    double length_m; /* on the ground, as the grid measures */
    size_t count;
    double *lon, *lat; /* lon goes on beyond 180 or -180 across the antimeridian */
};

struct way_list {
    size_t count;
    struct way *ways; /* by site, then by criterion */
};

#endif
