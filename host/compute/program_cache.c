#include "compute/program_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

#define FILES_MAX 256
#define BYTES_MAX ((size_t)64 << 20)

/* Before a file's key and binary. Files never leave the machine: numbers are in its order. */
struct header {
    char magic[16];
    uint64_t key_bytes, binary_bytes, check; /* the last of key and binary, against files that were cut or hit */
};
static const char MAGIC[16] = "lodescan kernel";

/* Fowler, Noll and Vo's hash FNV-1a, continued from `hash`. */
#define HASH_START UINT64_C(14695981039346656037)
static uint64_t hashed(uint64_t hash, const void *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
    return hash;
}

/* All that a binary depends on. */
static char *key_of(const struct device *device, const char *text) {
    const struct device_info *info = &device->info;
    struct text key = {0};
    text_print(&key, "%s\n%s\n%s\n%s\n%s\n%s", info->platform_name, info->version, info->driver, info->vendor, info->name, text);
    return text_take(&key);
}

static char *folder_name(void) {
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    struct text folder = {0};
    if (cache && cache[0] == '/')
        text_print(&folder, "%s/lodescan/kernels", cache);
    else if (home && home[0] == '/')
        text_print(&folder, "%s/.cache/lodescan/kernels", home);
    else
        return NULL;
    return text_take(&folder);
}

static char *file_name(const char *key) {
    char *folder = folder_name();
    if (!folder) return NULL;
    struct text path = {0};
    text_print(&path, "%s/%016" PRIx64 ".bin", folder, hashed(HASH_START, key, strlen(key)));
    free(folder);
    return text_take(&path);
}

static bool read_all(int file, void *to, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        ssize_t n = read(file, (char *)to + done, bytes - done);
        if (n <= 0) return false;
        done += (size_t)n;
    }
    return true;
}

static bool write_all(int file, const void *from, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        ssize_t n = write(file, (const char *)from + done, bytes - done);
        if (n <= 0) return false;
        done += (size_t)n;
    }
    return true;
}

static uint64_t check_of(const char *key, const void *binary, size_t bytes) {
    return hashed(hashed(HASH_START, key, strlen(key)), binary, bytes);
}

/* The binary that was kept under `key` (free() it), or NULL. */
static unsigned char *read_binary(int file, const char *key, size_t *bytes) {
    struct header header;
    if (!read_all(file, &header, sizeof header) || memcmp(header.magic, MAGIC, sizeof MAGIC) != 0) return NULL;
    size_t length = strlen(key);
    if (header.key_bytes != length || header.binary_bytes == 0 || header.binary_bytes > BYTES_MAX) return NULL;
    char *kept = malloc(length);
    unsigned char *binary = malloc(header.binary_bytes);
    bool good = kept && binary && read_all(file, kept, length) && memcmp(kept, key, length) == 0 && read_all(file, binary, header.binary_bytes) &&
                check_of(key, binary, header.binary_bytes) == header.check;
    free(kept);
    if (good) {
        *bytes = header.binary_bytes;
        return binary;
    }
    free(binary);
    return NULL;
}

/* NULL where the driver will not have it. */
static cl_program made(const struct device *device, const unsigned char *binary, size_t bytes, const char *options) {
    cl_int code, taken;
    cl_program program = clCreateProgramWithBinary(device->context, 1, &device->id, &bytes, &binary, &taken, &code);
    if (code != CL_SUCCESS || taken != CL_SUCCESS || clBuildProgram(program, 1, &device->id, options, NULL, NULL) != CL_SUCCESS) {
        if (program) clReleaseProgram(program);
        return NULL;
    }
    return program;
}

cl_program program_recall(const struct device *device, const char *text, const char *options) {
    cl_program program = NULL;
    char *key = key_of(device, text), *path = key ? file_name(key) : NULL;
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0) {
        size_t bytes;
        unsigned char *binary = read_binary(file, key, &bytes);
        if (binary) program = made(device, binary, bytes, options);
        if (program) (void)futimens(file, NULL); /* used now */
        free(binary);
        close(file);
    }
    free(path);
    free(key);
    return program;
}

/* The folder and those above it. */
static bool make_folder(char *folder) {
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(folder, 0700);
        *slash = '/';
    }
    (void)mkdir(folder, 0700);
    struct stat facts;
    return stat(folder, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* Removes the file that was unused the longest, as long as there are too many. */
static void tidy(const char *folder) {
    for (size_t count = FILES_MAX + 1; count > FILES_MAX;) {
        DIR *list = opendir(folder);
        char oldest[256] = "";
        struct timespec when = {0};
        count = 0;
        for (const struct dirent *entry; list && (entry = readdir(list));) {
            struct stat facts;
            if (entry->d_name[0] == '.' || fstatat(dirfd(list), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
            if (count++ && (facts.st_mtim.tv_sec > when.tv_sec || (facts.st_mtim.tv_sec == when.tv_sec && facts.st_mtim.tv_nsec >= when.tv_nsec)))
                continue;
            when = facts.st_mtim;
            snprintf(oldest, sizeof oldest, "%s", entry->d_name);
        }
        if (list && count > FILES_MAX && unlinkat(dirfd(list), oldest, 0) != 0) count = 0;
        if (list) closedir(list);
    }
}

/* Under its name only when whole: others may read and write beside. */
static void write_file(const char *folder, const char *path, const char *key, const unsigned char *binary, size_t bytes) {
    struct text partial = {0};
    text_print(&partial, "%s/partial_XXXXXX", folder);
    char *name = text_take(&partial);
    int file = name ? mkostemp(name, O_CLOEXEC) : -1;
    if (file >= 0) {
        struct header header = {.key_bytes = strlen(key), .binary_bytes = bytes, .check = check_of(key, binary, bytes)};
        memcpy(header.magic, MAGIC, sizeof MAGIC);
        bool whole = write_all(file, &header, sizeof header) && write_all(file, key, strlen(key)) && write_all(file, binary, bytes);
        whole = close(file) == 0 && whole;
        if (!whole || rename(name, path) != 0) unlink(name);
    }
    free(name);
}

/* What the driver hands out of `program` (free() it), or NULL. */
static unsigned char *binary_of(cl_program program, size_t *bytes) {
    if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof *bytes, bytes, NULL) != CL_SUCCESS || *bytes == 0 || *bytes > BYTES_MAX)
        return NULL;
    unsigned char *binary = malloc(*bytes);
    if (binary && clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof binary, &binary, NULL) == CL_SUCCESS) return binary;
    free(binary);
    return NULL;
}

void program_remember(const struct device *device, const char *text, cl_program program) {
    size_t bytes;
    unsigned char *binary = binary_of(program, &bytes);
    char *folder = folder_name(), *key = key_of(device, text), *path = key ? file_name(key) : NULL;
    if (binary && folder && path && make_folder(folder)) {
        write_file(folder, path, key, binary, bytes);
        tidy(folder);
    }
    free(binary);
    free(folder);
    free(path);
    free(key);
}
