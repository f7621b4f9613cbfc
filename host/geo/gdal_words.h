/* GDAL's side of every geo function: drivers registered once, messages collected and never printed. */
#ifndef LODE_GEO_GDAL_WORDS_H
#define LODE_GEO_GDAL_WORDS_H

#include "base/status.h"
#include "model/scenario.h"

/* What GDAL said between begin and end: the last failure, else the last warning. */
struct gdal_words {
    char text[600];
    bool failed;
};

/* Registers the drivers (once a process) and collects this thread's messages into `words` until gdal_end. */
void gdal_begin(struct gdal_words *words);
void gdal_end(void);
/* What GDAL said, or `otherwise` when it said nothing. */
const char *gdal_said(const struct gdal_words *words, const char *otherwise);

/* A default of GDAL's changed for this thread, until gdal_unset; false, and nothing is changed, where the user set it: then no gdal_unset. */
bool gdal_set(const char *key, const char *value) LODE_MUST_CHECK;
void gdal_unset(const char *key);

/* "scenario.yaml:14: layer 'rail' (railroads.gpkg): " before a failure. NULL stays NULL. */
status layer_blame(status failure, const struct scenario *scenario, const struct layer *layer) LODE_MUST_CHECK;

#endif
