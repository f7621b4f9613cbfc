/* The scenario's vector layers as lines and places under a page's sites. */
#ifndef LODE_REPORT_PAGE_LAYERS_H
#define LODE_REPORT_PAGE_LAYERS_H

#include "analysis/result.h"
#include "geo/mercator.h"
#include "report/json_build.h"

/* A map with the list of layers in the order they are drawn, and with what was done to them: no line lies farther than `tolerance_px` pixels of the
 * page's picture from where it was. Coarser until all together take no more than PAGE_LAYER_BYTES; what does not fit even so is named in `left_out`.
 * `shapes` and `places` are whole quarters of pixels as text: a number is parted into five bits a letter, the lowest first, each plus 63, and 32 more
 * where others follow; signs go to the lowest bit. A line is the number of its places, then right and down of each after the one before, whatever
 * line that was on. `build` tells of memory. */
enum { PAGE_LAYER_BYTES = 1 << 20 };
status page_layers_json(const struct result *result, const struct mercator *picture, struct json_build *build,
                        struct json_object **out) LODE_MUST_CHECK;

#endif
