/* What Cairo's SVG lacks: a title and a description for people who cannot see it, and names that do not tell what was drawn before. */
#ifndef LODE_REPORT_SHEET_SVG_H
#define LODE_REPORT_SHEET_SVG_H

#include "base/text.h"
#include "report/sheet_parts.h"

/* `svg`, NUL-terminated, with <title> and <desc> (what the sheet shows and its numbered sites, a line each) put in, and its ids numbered as they
 * come. */
void sheet_svg_name(const struct sheet *sheet, const char *svg, struct text *out);
/* Words as XML text: markup escaped; what XML forbids is left out, and bytes that are no UTF-8 become U+FFFD. */
void sheet_svg_words(const char *words, struct text *out);

#endif
