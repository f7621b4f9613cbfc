/* Site tables to files that GIS and other tools read. */
#ifndef LODE_GEO_SITE_WRITER_H
#define LODE_GEO_SITE_WRITER_H

#include "base/status.h"
#include "model/table.h"

struct site_metadata {
    const char *title, *description, *credits; /* each may be NULL */
};

/* One layer a table, EPSG:4326 points or lines, identified as "title: name"; columns' titles and units in the schema table; a QGIS style for each in
 * `layer_styles`; title, credits and software as metadata. */
status site_writer_gpkg(const char *path, const struct table *tables, size_t count, const struct site_metadata *about) LODE_MUST_CHECK;
/* A FlatGeobuf of one table, EPSG:4326 points or lines with a spatial index; the same fields. Rows lie in the order of the index. */
status site_writer_fgb(const char *path, const struct table *table) LODE_MUST_CHECK;
/* The file that site_writer_geojson writes of one table, as text (malloc'ed). */
status site_writer_geojson_text(const struct table *table, const struct site_metadata *about, char **text) LODE_MUST_CHECK;
/* One RFC 7946 FeatureCollection of all tables; a property `target` tells them apart (none for a table without a name). JSON columns become nested
 * values; missing is null. */
status site_writer_geojson(const char *path, const struct table *tables, size_t count, const struct site_metadata *about) LODE_MUST_CHECK;
/* One CSV of all tables (union of columns, `target` first, lon and lat as columns); missing is empty; JSON columns left out. RFC 4180, UTF-8. */
status site_writer_csv(const char *path, const struct table *tables, size_t count) LODE_MUST_CHECK;

#endif
