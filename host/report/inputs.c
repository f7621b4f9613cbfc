/* One thread, file after file, each path once: bands of a scene are layers that share a file. */
#include "report/inputs.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/parallel.h"

enum { HASHED_BYTES = 256 << 20 };

struct input {
    const char *path;
    struct digest digest;
    bool hashed;
};

struct inputs {
    struct arena arena;
    struct aside aside;
    atomic_bool enough;
    size_t count;
    struct input *items;
};

static bool hash(const char *path, struct digest *out) {
    struct stat facts;
    int64_t bytes;
    if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size > HASHED_BYTES) return false;
    status unread = digest_file(path, out, &bytes);
    bool done = !unread;
    lode_error_free(unread);
    return done;
}

static void hash_all(void *user) {
    struct inputs *inputs = user;
    for (size_t i = 0; i < inputs->count && !atomic_load(&inputs->enough); i++)
        inputs->items[i].hashed = hash(inputs->items[i].path, &inputs->items[i].digest);
}

static const struct input *find(const struct inputs *inputs, const char *path) {
    for (size_t i = 0; inputs && i < inputs->count; i++)
        if (strcmp(inputs->items[i].path, path) == 0) return &inputs->items[i];
    return NULL;
}

static status list_paths(struct inputs *inputs, const struct scenario *scenario, const char *data_dir) {
    inputs->items = arena_alloc(&inputs->arena, scenario->n_layers + 1, sizeof *inputs->items);
    if (!inputs->items) return status_no_memory();
    for (size_t i = 0; i < scenario->n_layers; i++) {
        const char *path = scenario_layer_path(scenario, &scenario->layers[i], data_dir, &inputs->arena);
        char *copy = path ? arena_copy(&inputs->arena, path) : NULL;
        if (!copy) return status_no_memory();
        if (!find(inputs, copy)) inputs->items[inputs->count++].path = copy;
    }
    return NULL;
}

status inputs_begin(const struct scenario *scenario, const char *data_dir, struct inputs **out) {
    struct inputs *inputs;
    TRY(MEMORY_ARRAY(1, &inputs));
    status failure = list_paths(inputs, scenario, data_dir);
    if (failure) {
        inputs_close(inputs);
        return failure;
    }
    aside_begin(&inputs->aside, hash_all, inputs);
    *out = inputs;
    return NULL;
}

void inputs_wait(struct inputs *inputs) {
    if (inputs) aside_end(&inputs->aside);
}

bool inputs_digest(const struct inputs *inputs, const char *path, struct digest *out) {
    const struct input *input = find(inputs, path);
    if (!input) return hash(path, out);
    *out = input->digest;
    return input->hashed;
}

void inputs_close(struct inputs *inputs) {
    if (!inputs) return;
    atomic_store(&inputs->enough, true);
    aside_end(&inputs->aside);
    arena_free(&inputs->arena);
    free(inputs);
}
