/* QML of QGIS 3: rules that colour ranked sites by score in five equal classes, dark and small to bright and large, and leave the others hollow;
 * ranks as labels; columns by their titles. */
#include "geo/site_style.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { CLASSES = 5, EXCLUDED = CLASSES, UNRANKED };
/* Five steps of viridis (Smith and van der Walt 2015, CC0). */
static const char *const colours[CLASSES] = {"68,1,84,255", "59,82,139,255", "33,145,140,255", "94,201,98,255", "253,231,37,255"};

static void add_options(struct text *qml, const char *const pairs[][2], size_t count) {
    for (size_t i = 0; i < count; i++) text_print(qml, "<Option type=\"QString\" name=\"%s\" value=\"%s\"/>", pairs[i][0], pairs[i][1]);
}

static void add_symbol(struct text *qml, int name, const char *fill, const char *outline, double size) {
    text_print(qml,
               "<symbol type=\"marker\" name=\"%d\" alpha=\"1\" clip_to_extent=\"1\"><layer class=\"SimpleMarker\" enabled=\"1\" pass=\"0\"><Option "
               "type=\"Map\">",
               name);
    const char *const fixed[][2] = {{"name", "circle"},           {"outline_color", outline}, {"outline_width", "0.2"},
                                    {"outline_width_unit", "MM"}, {"size_unit", "MM"},        {"color", fill}};
    add_options(qml, fixed, sizeof fixed / sizeof *fixed);
    text_add(qml, "<Option type=\"QString\" name=\"size\" value=\"");
    text_add_number(qml, size);
    text_add(qml, "\"/></Option></layer></symbol>");
}

static void add_line(struct text *qml) {
    const char *const fixed[][2] = {{"line_color", "200,60,30,255"}, {"line_width", "0.5"},  {"line_width_unit", "MM"},
                                    {"line_style", "solid"},         {"joinstyle", "round"}, {"capstyle", "round"}};
    text_add(qml, "<symbol type=\"line\" name=\"0\" alpha=\"1\" clip_to_extent=\"1\"><layer class=\"SimpleLine\" enabled=\"1\" pass=\"0\"><Option "
                  "type=\"Map\">");
    add_options(qml, fixed, sizeof fixed / sizeof *fixed);
    text_add(qml, "</Option></layer></symbol>");
}

/* The column of that name and type, or n_columns. */
static size_t column_of(const struct table *table, const char *name, enum column_type type) {
    size_t c = 0;
    while (c < table->n_columns && (table->columns[c].type != type || strcmp(table->columns[c].name, name) != 0)) c++;
    return c;
}

/* What sites are shown by. */
struct showing {
    bool ranks, states; /* there are columns `rank`, `status` */
    double least, most; /* of `score` where ranked; infinite the wrong way round where none is */
};

static struct showing showing_of(const struct table *table) {
    size_t score = column_of(table, "score", COLUMN_REAL), rank = column_of(table, "rank", COLUMN_INTEGER);
    struct showing showing = {
        .ranks = rank < table->n_columns, .states = column_of(table, "status", COLUMN_TEXT) < table->n_columns, .least = INFINITY, .most = -INFINITY};
    for (size_t r = 0; score < table->n_columns && r < table->n_rows; r++) {
        double value = table->values[r * table->n_columns + score].real;
        bool ranked = !showing.ranks || !table->missing_integer || !table->missing_integer[r * table->n_columns + rank];
        if (isnan(value) || !ranked) continue;
        showing.least = fmin(showing.least, value);
        showing.most = fmax(showing.most, value);
    }
    return showing;
}

/* Scores above `low` (or from it on, in the first class) up to `high`. */
static void add_class(struct text *qml, const struct showing *showing, int i, double low, double high) {
    text_print(qml, "<rule key=\"{class-%d}\" symbol=\"%d\" filter=\"%s&quot;score&quot; %s ", i, i,
               showing->ranks ? "&quot;rank&quot; IS NOT NULL AND " : "", i ? "&gt;" : "&gt;=");
    text_add_number(qml, low);
    text_add(qml, " AND &quot;score&quot; &lt;= ");
    text_add_number(qml, high);
    text_add(qml, "\" label=\"");
    text_add_number(qml, round(low * 1000) / 1000);
    text_add(qml, " - ");
    text_add_number(qml, round(high * 1000) / 1000);
    text_add(qml, "\"/>");
}

/* In words of their own rather than QGIS's ELSE, which other readers of the file do not know. */
static void add_hollow(struct text *qml, const struct showing *showing) {
    const char *rest = showing->ranks ? "&quot;rank&quot; IS NULL" : "&quot;score&quot; IS NULL";
    if (showing->states)
        text_print(qml, "<rule key=\"{excluded}\" symbol=\"%d\" filter=\"%s AND &quot;status&quot; = 'excluded'\" label=\"excluded\"/>", EXCLUDED,
                   rest);
    text_print(qml, "<rule key=\"{unranked}\" symbol=\"%d\" filter=\"%s%s\" label=\"not ranked\"/>", UNRANKED, rest,
               showing->states ? " AND (&quot;status&quot; IS NULL OR &quot;status&quot; &lt;&gt; 'excluded')" : "");
}

/* The best are drawn last. */
static void add_rules(struct text *qml, const struct showing *showing) {
    int classes = showing->least < showing->most ? CLASSES : 1;
    double step = (showing->most - showing->least) / classes;
    text_add(qml, "<renderer-v2 type=\"RuleRenderer\" enableorderby=\"1\" forceraster=\"0\" symbollevels=\"0\"><rules key=\"{sites}\">");
    for (int i = 0; i < classes; i++)
        add_class(qml, showing, i, showing->least + i * step, i + 1 == classes ? showing->most : showing->least + (i + 1) * step);
    add_hollow(qml, showing);
    text_add(qml, "</rules><symbols>");
    for (int i = 0; i < CLASSES; i++) add_symbol(qml, i, colours[i], "35,35,35,255", 2 + 0.6 * i);
    add_symbol(qml, EXCLUDED, "255,255,255,0", "190,40,40,255", 2);
    add_symbol(qml, UNRANKED, "255,255,255,0", "110,110,110,255", 2);
    text_add(qml, "</symbols><orderby><orderByClause asc=\"1\" nullsFirst=\"1\">&quot;score&quot;</orderByClause></orderby></renderer-v2>");
}

static void add_plain(struct text *qml, bool lines) {
    text_add(qml, "<renderer-v2 type=\"singleSymbol\" enableorderby=\"0\" forceraster=\"0\" symbollevels=\"0\"><symbols>");
    if (lines)
        add_line(qml);
    else
        add_symbol(qml, 0, colours[2], "35,35,35,255", 3);
    text_add(qml, "</symbols></renderer-v2>");
}

/* Ranks beside their marks; a site without one has none, and the better keep their labels where not all have room. */
static void add_labels(struct text *qml) {
    text_add(qml, "<labeling type=\"simple\"><settings><text-style fieldName=\"rank\" isExpression=\"0\" fontFamily=\"Sans\" fontSize=\"8\" "
                  "fontSizeUnit=\"Point\" textColor=\"20,20,20,255\" textOpacity=\"1\"><text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" "
                  "bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" bufferOpacity=\"1\"/></text-style><placement placement=\"6\" "
                  "predefinedPositionOrder=\"TR,TL,BR,BL,R,L,TSR,BSR\" offsetType=\"1\" dist=\"0\" priority=\"5\"/><rendering drawLabels=\"1\" "
                  "obstacle=\"1\" scaleVisibility=\"0\"/><dd_properties><Option type=\"Map\"><Option type=\"QString\" name=\"name\" value=\"\"/>"
                  "<Option type=\"Map\" name=\"properties\"><Option type=\"Map\" name=\"Priority\"><Option type=\"bool\" name=\"active\" "
                  "value=\"true\"/><Option type=\"QString\" name=\"expression\" value=\"10 / &quot;rank&quot;\"/><Option type=\"int\" name=\"type\" "
                  "value=\"3\"/></Option></Option><Option type=\"QString\" name=\"type\" value=\"collection\"/></Option></dd_properties>"
                  "</settings></labeling>");
}

static void add_quoted(struct text *qml, const char *words) {
    for (; *words; words++) {
        const char *entity = *words == '&' ? "&amp;" : *words == '<' ? "&lt;" : *words == '>' ? "&gt;" : *words == '"' ? "&quot;" : NULL;
        if (entity)
            text_add(qml, entity);
        else if ((unsigned char)*words >= 0x20)
            text_add_bytes(qml, words, 1);
    }
}

/* Heads of the attribute table: what a column is, and its unit. */
static void add_aliases(struct text *qml, const struct table *table) {
    text_add(qml, "<aliases>");
    for (size_t c = 0; c < table->n_columns; c++) {
        const struct column *column = &table->columns[c];
        bool unit = column->unit && *column->unit;
        if (!column->alias && !unit) continue;
        text_add(qml, "<alias field=\"");
        add_quoted(qml, column->name);
        text_add(qml, "\" name=\"");
        add_quoted(qml, column->alias ? column->alias : column->name);
        if (unit) {
            text_add(qml, ", ");
            add_quoted(qml, column->unit);
        }
        text_add(qml, "\"/>");
    }
    text_add(qml, "</aliases>");
}

char *site_style_qml(const struct table *table) {
    struct text qml = {0};
    struct showing showing = showing_of(table);
    bool labels = !table->lines && showing.ranks;
    text_print(&qml,
               "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling|Fields\" "
               "labelsEnabled=\"%d\">",
               labels);
    if (!table->lines && showing.least <= showing.most)
        add_rules(&qml, &showing);
    else
        add_plain(&qml, table->lines != NULL);
    if (labels) add_labels(&qml);
    add_aliases(&qml, table);
    text_add(&qml, "</qgis>\n");
    return text_take(&qml);
}
