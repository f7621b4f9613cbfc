/* Layer facts as JSON. */
#include "report/layer_json.h"

static void put_raster(struct json_build *build, struct json_object *map, const struct layer_facts *facts) {
    json_put_integer(build, map, "width", facts->width);
    json_put_integer(build, map, "height", facts->height);
    json_put_number(build, map, "valid_share", facts->valid_share);
    json_put(build, map, "valid_share_estimated", json_object_new_boolean(facts->valid_share_estimated));
}

struct json_object *layer_json(struct json_build *build, const struct layer *layer, const struct layer_result *opened) {
    const struct layer_facts *facts = &opened->facts;
    struct json_object *map = json_map(build), *extent = json_list(build);
    for (int i = 0; i < 4; i++) json_append(build, extent, json_number(build, facts->extent[i]));
    json_put_text(build, map, "name", layer->name);
    json_put_text(build, map, "kind", layer->kind == LAYER_RASTER ? "raster" : "vector");
    json_put_text(build, map, "path", opened->path);
    json_put_text(build, map, "driver", facts->driver);
    json_put_text(build, map, "crs", facts->crs);
    json_put_text(build, map, "type", facts->type);
    json_put(build, map, "extent", extent);
    if (layer->kind == LAYER_RASTER)
        put_raster(build, map, facts);
    else
        json_put_integer(build, map, "features", facts->features);
    return map;
}
