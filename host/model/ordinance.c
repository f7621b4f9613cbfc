/* Rows of a table to ordinances: lengths by their unit, days, and no two rows that hold at once. */
#include "model/ordinance.h"

#include <string.h>

#include "base/text.h"
#include "model/date.h"
#include "model/mistakes.h"

enum { JURISDICTION, FEATURE, SETBACK, UNIT, VALID_FROM, VALID_UNTIL, CITATION, TEXT };
const char *const ordinance_columns[ORDINANCE_COLUMNS] = {"jurisdiction", "feature",     "setback",  "unit",
                                                          "valid_from",   "valid_until", "citation", "text"};

struct row_reader {
    struct mistakes mistakes;
    const struct permit_rows *rows;
    size_t row;
    int as_of;
};

static const char *cell(const struct row_reader *reader, int column) {
    return reader->rows->cells[reader->row * ORDINANCE_COLUMNS + (size_t)column];
}

/* Where a row's cell stands; of a column that the file has. */
static struct place place_of(const struct row_reader *reader, int column) {
    return (struct place){reader->rows->line[reader->row], reader->rows->column[column]};
}

static void need_words(struct row_reader *reader, int column, const char *why) {
    if (!*cell(reader, column)) mistakes_add(&reader->mistakes, place_of(reader, column), "%s is empty; %s", ordinance_columns[column], why);
}

static void read_setback(struct row_reader *reader, struct ordinance *out) {
    const struct unit *unit = unit_find(cell(reader, UNIT));
    double number;
    if (!unit || unit->kind != UNIT_LENGTH)
        mistakes_add(&reader->mistakes, place_of(reader, UNIT), "unit '%s' is no length's; write m, km, ft or mi", cell(reader, UNIT));
    if (!text_number(cell(reader, SETBACK), &number) || !(number >= 0 && number < 1e9))
        mistakes_add(&reader->mistakes, place_of(reader, SETBACK), "setback '%s' is not a number of 0 or more; 0 wants none", cell(reader, SETBACK));
    else
        out->setback_m = unit ? number * unit->in_base : 0;
}

static int read_day(struct row_reader *reader, int column) {
    int day = 0;
    if (*cell(reader, column) && !date_parse(cell(reader, column), &day))
        mistakes_add(&reader->mistakes, place_of(reader, column), "%s '%s' is no day; write it like 2027-01-31, or leave it empty",
                     ordinance_columns[column], cell(reader, column));
    return day;
}

static void read_days(struct row_reader *reader, struct ordinance *out) {
    out->valid_from = read_day(reader, VALID_FROM);
    out->valid_until = read_day(reader, VALID_UNTIL);
    if (out->valid_from && out->valid_until && out->valid_from > out->valid_until)
        mistakes_add(&reader->mistakes, place_of(reader, VALID_UNTIL), "valid_until '%s' is before valid_from '%s'", cell(reader, VALID_UNTIL),
                     cell(reader, VALID_FROM));
    if ((out->valid_from || out->valid_until) && !reader->as_of)
        mistakes_add(&reader->mistakes, place_of(reader, out->valid_from ? VALID_FROM : VALID_UNTIL),
                     "the row holds on some days alone, and the scenario does not say which day is meant; give it `as_of: 2027-01-31`, or --as-of");
}

static bool in_force(const struct ordinance *row, int as_of) {
    return (!row->valid_from || row->valid_from <= as_of) && (!row->valid_until || as_of <= row->valid_until);
}

static void read_row(struct row_reader *reader, struct ordinance *rows, struct ordinance_table *out) {
    struct ordinance row = {.jurisdiction = cell(reader, JURISDICTION),
                            .feature = cell(reader, FEATURE),
                            .citation = cell(reader, CITATION),
                            .text = cell(reader, TEXT),
                            .line = reader->rows->line[reader->row]};
    need_words(reader, JURISDICTION, "write whose ordinance it is");
    need_words(reader, FEATURE, "name what is to be kept away from");
    read_setback(reader, &row);
    read_days(reader, &row);
    if (reader->as_of && !in_force(&row, reader->as_of)) return;
    const struct ordinance *other = ordinance_find(out, row.jurisdiction, row.feature);
    if (other)
        mistakes_add(&reader->mistakes, place_of(reader, JURISDICTION),
                     "'%s' has two setbacks from '%s' at once, here and in line %d; take one out, or end it by valid_until", row.jurisdiction,
                     row.feature, other->line);
    else
        rows[out->n_in_force++] = row;
}

status ordinance_table_read(const struct permit_rows *rows, int as_of, struct arena *arena, struct ordinance_table *out) {
    struct row_reader reader = {.mistakes = {.arena = arena}, .rows = rows, .as_of = as_of};
    struct ordinance *kept = arena_alloc(arena, rows->n_rows + 1, sizeof *kept);
    *out = (struct ordinance_table){.file = rows->file, .n_rows = rows->n_rows, .in_force = kept};
    if (!kept) return status_no_memory();
    for (reader.row = 0; reader.row < rows->n_rows; reader.row++) read_row(&reader, kept, out);
    return mistakes_report(&reader.mistakes, rows->file);
}

const struct ordinance *ordinance_find(const struct ordinance_table *table, const char *jurisdiction, const char *feature) {
    for (size_t i = 0; i < table->n_in_force; i++)
        if (strcmp(table->in_force[i].jurisdiction, jurisdiction) == 0 && strcmp(table->in_force[i].feature, feature) == 0)
            return &table->in_force[i];
    return NULL;
}

double ordinance_longest_m(const struct ordinance_table *table, const char *feature) {
    double longest = 0;
    for (size_t i = 0; i < table->n_in_force; i++)
        if (strcmp(table->in_force[i].feature, feature) == 0 && table->in_force[i].setback_m > longest) longest = table->in_force[i].setback_m;
    return longest;
}
