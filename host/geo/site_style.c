/* QML of QGIS 3: a graduated renderer over `score` in five equal classes, dark and small to bright and large. */
#include "geo/site_style.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { CLASSES = 5 };
/* Five steps of viridis (Smith and van der Walt 2015, CC0). */
static const char *const colours[CLASSES] = {"68,1,84,255", "59,82,139,255", "33,145,140,255", "94,201,98,255", "253,231,37,255"};

static void add_symbol(struct text *qml, int name, const char *colour, double size) {
    text_print(qml,
               "<symbol type=\"marker\" name=\"%d\" alpha=\"1\" clip_to_extent=\"1\"><layer class=\"SimpleMarker\" enabled=\"1\" pass=\"0\"><Option "
               "type=\"Map\">",
               name);
    const char *const fixed[][2] = {{"name", "circle"},       {"outline_color", "35,35,35,255"},
                                    {"outline_width", "0.2"}, {"outline_width_unit", "MM"},
                                    {"size_unit", "MM"},      {"color", colour}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        text_print(qml, "<Option type=\"QString\" name=\"%s\" value=\"%s\"/>", fixed[i][0], fixed[i][1]);
    text_add(qml, "<Option type=\"QString\" name=\"size\" value=\"");
    text_add_number(qml, size);
    text_add(qml, "\"/></Option></layer></symbol>");
}

static void add_line(struct text *qml) {
    const char *const fixed[][2] = {{"line_color", "200,60,30,255"}, {"line_width", "0.5"},  {"line_width_unit", "MM"},
                                    {"line_style", "solid"},         {"joinstyle", "round"}, {"capstyle", "round"}};
    text_add(qml, "<symbol type=\"line\" name=\"0\" alpha=\"1\" clip_to_extent=\"1\"><layer class=\"SimpleLine\" enabled=\"1\" pass=\"0\"><Option "
                  "type=\"Map\">");
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        text_print(qml, "<Option type=\"QString\" name=\"%s\" value=\"%s\"/>", fixed[i][0], fixed[i][1]);
    text_add(qml, "</Option></layer></symbol>");
}

static void add_range(struct text *qml, int i, double least, double most) {
    text_print(qml, "<range symbol=\"%d\" render=\"true\" lower=\"", i);
    text_add_number(qml, least);
    text_add(qml, "\" upper=\"");
    text_add_number(qml, most);
    text_add(qml, "\" label=\"");
    text_add_number(qml, round(least * 1000) / 1000);
    text_add(qml, " - ");
    text_add_number(qml, round(most * 1000) / 1000);
    text_add(qml, "\"/>");
}

/* Range of `score`; false when the table has none. */
static bool score_range(const struct table *table, double *least, double *most) {
    *least = INFINITY;
    *most = -INFINITY;
    for (size_t c = 0; c < table->n_columns; c++) {
        if (table->columns[c].type != COLUMN_REAL || strcmp(table->columns[c].name, "score") != 0) continue;
        for (size_t r = 0; r < table->n_rows; r++) {
            double score = table->values[r * table->n_columns + c].real;
            if (isnan(score)) continue;
            *least = fmin(*least, score);
            *most = fmax(*most, score);
        }
    }
    return *least < *most;
}

char *site_style_qml(const struct table *table) {
    struct text qml = {0};
    double least, most;
    text_add(&qml, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" styleCategories=\"Symbology\">");
    if (score_range(table, &least, &most)) {
        double step = (most - least) / CLASSES;
        text_add(&qml,
                 "<renderer-v2 type=\"graduatedSymbol\" attr=\"score\" graduatedMethod=\"GraduatedColor\" enableorderby=\"0\" forceraster=\"0\" "
                 "symbollevels=\"0\"><ranges>");
        for (int i = 0; i < CLASSES; i++) add_range(&qml, i, least + i * step, i + 1 == CLASSES ? most : least + (i + 1) * step);
        text_add(&qml, "</ranges><symbols>");
        for (int i = 0; i < CLASSES; i++) add_symbol(&qml, i, colours[i], 2 + 0.6 * i);
    } else {
        text_add(&qml, "<renderer-v2 type=\"singleSymbol\" enableorderby=\"0\" forceraster=\"0\" symbollevels=\"0\"><symbols>");
        if (table->lines)
            add_line(&qml);
        else
            add_symbol(&qml, 0, colours[2], 3);
    }
    text_add(&qml, "</symbols></renderer-v2></qgis>\n");
    return text_take(&qml);
}
