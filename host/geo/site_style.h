/* A QGIS style for a table, as text: markers of ranked sites graduated by score, hollow ones of the others, ranks as labels; plain ones where there is
 * no score; a plain line for paths; titles and units of columns. */
#ifndef LODE_GEO_SITE_STYLE_H
#define LODE_GEO_SITE_STYLE_H

#include "model/table.h"

/* QML (malloc'ed); NULL when memory is out. */
char *site_style_qml(const struct table *table);

#endif
