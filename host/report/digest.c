/* SHA-256 through OpenSSL's EVP, a megabyte at a time. */
#include "report/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 1 << 20 };

static void to_hex(const unsigned char *bytes, unsigned count, char *hex) {
    for (unsigned i = 0; i < count; i++) snprintf(hex + 2 * (size_t)i, 3, "%02x", bytes[i]);
}

static status digest_stream(FILE *file, const char *path, EVP_MD_CTX *context, unsigned char *chunk, struct digest *out, int64_t *bytes) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    *bytes = 0;
    if (!EVP_DigestInit_ex(context, EVP_sha256(), NULL)) return status_fail(LODE_IO, "%s: OpenSSL offers no SHA-256", path);
    size_t got;
    while ((got = fread(chunk, 1, CHUNK_BYTES, file)) > 0) {
        if (!EVP_DigestUpdate(context, chunk, got)) return status_no_memory();
        *bytes += (int64_t)got;
    }
    if (ferror(file)) return status_fail(LODE_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (!EVP_DigestFinal_ex(context, hash, &length) || length != 32) return status_no_memory();
    to_hex(hash, length, out->hex);
    return NULL;
}

status digest_file(const char *path, struct digest *out, int64_t *bytes) {
    FILE *file = fopen(path, "rb");
    if (!file) return status_fail(errno == ENOENT ? LODE_NO_INPUT : LODE_IO, "%s: cannot be opened: %s", path, strerror(errno));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char *chunk = malloc(CHUNK_BYTES);
    status failure = context && chunk ? digest_stream(file, path, context, chunk, out, bytes) : status_no_memory();
    free(chunk);
    EVP_MD_CTX_free(context);
    fclose(file);
    return failure;
}

status digest_text(const char *text, struct digest *out) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!EVP_Digest(text, strlen(text), hash, &length, EVP_sha256(), NULL) || length != 32) return status_no_memory();
    to_hex(hash, length, out->hex);
    return NULL;
}
