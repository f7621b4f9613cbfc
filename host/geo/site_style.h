/* A QGIS style for a table, as text: markers graduated by score, or plain; a plain line for paths. */
#ifndef LODE_GEO_SITE_STYLE_H
#define LODE_GEO_SITE_STYLE_H

#include "model/table.h"

/* QML (malloc'ed); NULL when memory is out. */
char *site_style_qml(const struct table *table);

#endif
