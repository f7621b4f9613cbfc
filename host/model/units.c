/* The units people write, a row each with every spelling. Names follow the SI brochure (9th ed., tables 2 and 8);
 * mile and foot are the international ones (1959). A month is a twelfth of a year of 365.25 days. */
#include "model/units.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { SPELLINGS = 5, DIGITS_MAX = 64 };

struct unit_row {
    struct unit unit;
    const char *also[SPELLINGS];
};

static const struct unit_row rows[] = {
    {{"m", UNIT_LENGTH, 1}, {"metre", "metres", "meter", "meters"}},
    {{"km", UNIT_LENGTH, 1000}, {"kilometre", "kilometres", "kilometer", "kilometers"}},
    {{"mi", UNIT_LENGTH, 1609.344}, {"mile", "miles"}},
    {{"ft", UNIT_LENGTH, 0.3048}, {"foot", "feet"}},
    {{"degree", UNIT_ANGLE, 1}, {"deg", "degrees", "\xc2\xb0"}},
    {{"arcmin", UNIT_ANGLE, 1.0 / 60}, {"arcminute", "arcminutes"}},
    {{"arcsec", UNIT_ANGLE, 1.0 / 3600}, {"arcsecond", "arcseconds"}},
    {{"percent", UNIT_SHARE, 0.01}, {"%"}},
    {{"month", UNIT_TIME, 1}, {"months"}},
    {{"year", UNIT_TIME, 12}, {"years"}},
    {{"day", UNIT_TIME, 12 / 365.25}, {"days"}},
    {{"km2", UNIT_AREA, 1}, {"km\xc2\xb2"}},
    {{"ha", UNIT_AREA, 0.01}, {"hectare", "hectares"}},
    {{"m2", UNIT_AREA, 1e-6}, {"m\xc2\xb2"}},
    {{"per km2", UNIT_DENSITY, 1}, {"1/km2", "/km2", "per km\xc2\xb2", "1/km\xc2\xb2"}},
    {{"per 100 km2", UNIT_DENSITY, 0.01}, {"per 100 km\xc2\xb2"}},
    {{"per 1000 km2", UNIT_DENSITY, 0.001}, {"per 1000 km\xc2\xb2"}},
    {{"per ha", UNIT_DENSITY, 100}, {"1/ha", "/ha"}},
    {{"km/km2", UNIT_LINE_DENSITY, 1}, {"km per km2", "km/km\xc2\xb2"}},
    {{"m/km2", UNIT_LINE_DENSITY, 0.001}, {"m per km2", "m/km\xc2\xb2"}},
    {{"m/ha", UNIT_LINE_DENSITY, 0.1}, {"m per ha"}},
};

static bool row_spells(const struct unit_row *row, const char *spelling) {
    if (strcasecmp(row->unit.name, spelling) == 0) return true;
    for (size_t i = 0; i < SPELLINGS && row->also[i]; i++)
        if (strcasecmp(row->also[i], spelling) == 0) return true;
    return false;
}

const struct unit *unit_find(const char *spelling) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (row_spells(&rows[i], spelling)) return &rows[i].unit;
    return NULL;
}

const char *unit_spelling(enum unit_kind kind, size_t index) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].unit.kind != kind) continue;
        if (index-- == 0) return rows[i].unit.name;
        for (size_t j = 0; j < SPELLINGS && rows[i].also[j]; j++)
            if (index-- == 0) return rows[i].also[j];
    }
    return NULL;
}

const char *unit_nearest(const char *spelling) {
    const char *names[sizeof rows / sizeof *rows * (SPELLINGS + 1)];
    size_t count = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        names[count++] = rows[i].unit.name;
        for (size_t j = 0; j < SPELLINGS; j++) names[count++] = rows[i].also[j];
    }
    return text_nearest(spelling, names, count);
}

const char *unit_example(enum unit_kind kind) {
    switch (kind) {
    case UNIT_LENGTH:
        return "a length such as `20 km`";
    case UNIT_ANGLE:
        return "an angle such as `30 deg`";
    case UNIT_SHARE:
        return "a share such as `15 percent`";
    case UNIT_TIME:
        return "a time such as `6 months`";
    case UNIT_AREA:
        return "an area such as `1 km2`";
    case UNIT_DENSITY:
        return "a density such as `0.5 per km2`";
    case UNIT_LINE_DENSITY:
        return "a density of lines such as `0.5 km/km2`";
    case UNIT_NONE:
        break;
    }
    return "a number such as `1.5`";
}

static size_t digits_length(const char *words) {
    return strspn(words, "0123456789");
}

/* An `e` belongs to the number only when an exponent follows: `5 e` has none. */
static size_t number_length(const char *words) {
    size_t length = words[0] == '-' || words[0] == '+';
    length += digits_length(words + length);
    if (words[length] == '.') length += 1 + digits_length(words + length + 1);
    if (words[length] == 'e' || words[length] == 'E') {
        size_t sign = words[length + 1] == '-' || words[length + 1] == '+';
        size_t exponent = digits_length(words + length + 1 + sign);
        if (exponent) length += 1 + sign + exponent;
    }
    return length;
}

enum quantity_fault quantity_split(const char *text, double *number, char *word, size_t room) {
    char digits[DIGITS_MAX];
    text += strspn(text, " \t");
    size_t length = number_length(text);
    if (length == 0 || length >= sizeof digits) return QUANTITY_NOT_A_NUMBER;
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (!text_number(digits, number)) return QUANTITY_NOT_A_NUMBER;
    text += length;
    text += strspn(text, " \t");
    size_t size = strlen(text);
    while (size && isspace((unsigned char)text[size - 1])) size--;
    if (size >= room) return QUANTITY_NOT_A_NUMBER;
    memcpy(word, text, size);
    word[size] = '\0';
    return QUANTITY_OK;
}

enum quantity_fault quantity_parse(const char *text, enum unit_kind kind, double *base_value, const struct unit **unit) {
    char word[UNIT_WORD_MAX];
    double number;
    if (unit) *unit = NULL;
    enum quantity_fault fault = quantity_split(text, &number, word, sizeof word);
    if (fault != QUANTITY_OK) return fault;
    if (!*word) {
        *base_value = number;
        return kind == UNIT_NONE ? QUANTITY_OK : QUANTITY_NO_UNIT;
    }
    const struct unit *found = unit_find(word);
    if (!found) return QUANTITY_UNKNOWN_UNIT;
    if (unit) *unit = found;
    if (found->kind != kind) return QUANTITY_WRONG_KIND;
    *base_value = number * found->in_base;
    return QUANTITY_OK;
}
