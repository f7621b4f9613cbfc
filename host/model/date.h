/* Days of the Gregorian calendar (ISO 8601, `2027-01-31`) as numbers that compare as the days do: year * 10000 + month * 100 + day. */
#ifndef LODE_MODEL_DATE_H
#define LODE_MODEL_DATE_H

#include <stdbool.h>

enum { DATE_WORDS = 16 };

/* False if the words are anything but a day that there is, from year 1 on. */
bool date_parse(const char *words, int *date);
void date_words(int date, char words[DATE_WORDS]);

#endif
