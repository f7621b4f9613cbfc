/* A year is a leap year when 4 divides it, but 100 only together with 400. */
#include "model/date.h"

#include <stdio.h>
#include <string.h>

static int days_of(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static int digits(const char *words, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) value = 10 * value + words[i] - '0';
    return value;
}

bool date_parse(const char *words, int *date) {
    if (strlen(words) != strlen("2027-01-31")) return false;
    for (int i = 0; words[i]; i++)
        if (i == 4 || i == 7 ? words[i] != '-' : words[i] < '0' || words[i] > '9') return false;
    int year = digits(words, 4), month = digits(words + 5, 2), day = digits(words + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of(year, month)) return false;
    *date = (year * 100 + month) * 100 + day;
    return true;
}

void date_words(int date, char words[DATE_WORDS]) {
    snprintf(words, DATE_WORDS, "%04d-%02d-%02d", date / 10000 % 10000, date / 100 % 100, date % 100);
}
