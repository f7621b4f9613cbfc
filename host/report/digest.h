/* SHA-256 of files and bytes (FIPS 180-4, by OpenSSL). */
#ifndef LODE_REPORT_DIGEST_H
#define LODE_REPORT_DIGEST_H

#include <stdint.h>

#include "base/status.h"

struct digest {
    char hex[65]; /* lower case, NUL-terminated */
};

/* Digest and size of a file. A file that is not there is LODE_NO_INPUT; one that cannot be read LODE_IO. */
status digest_file(const char *path, struct digest *out, int64_t *bytes) LODE_MUST_CHECK;
status digest_text(const char *text, struct digest *out) LODE_MUST_CHECK;

#endif
