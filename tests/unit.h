/* cmocka with the headers it needs before it, in the order it needs them. */
#ifndef LODE_TESTS_UNIT_H
#define LODE_TESTS_UNIT_H
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#endif
