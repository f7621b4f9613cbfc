/* A YAML document as a small tree with the place of everything in it. */
#ifndef LODE_MODEL_YAML_H
#define LODE_MODEL_YAML_H

#include "model/mistakes.h"

enum node_kind {
    NODE_SCALAR,
    NODE_LIST,
    NODE_MAP,
    NODE_FAULT /* refused, and already among the mistakes */
};

/* Children of a list or map are linked in the order of the file. */
struct node {
    enum node_kind kind;
    struct place at;
    const char *key; /* in a map: its name; in a list: the list's own; "" at the root */
    struct place key_at;
    const char *text; /* scalars: NUL-terminated, never NULL */
    bool quoted;
    size_t count;
    const struct node *child, *next;
};

enum { YAML_BYTES_MAX = 1 << 20, YAML_DEPTH_MAX = 16, YAML_NODES_MAX = 20000 };

/* Reads one document into the mistakes' arena. NULL when it cannot be read on: then there is a mistake, or memory is out.
 * Aliases, anchors, tags, further documents, duplicate keys, zero bytes and anything beyond the limits are mistakes. */
const struct node *yaml_load(const char *bytes, size_t size, struct mistakes *mistakes);
const struct node *node_get(const struct node *map, const char *key); /* NULL if it is not there, or `map` is no map */
/* A plain empty scalar, `~` or `null`: a key that was given no value. */
bool node_is_empty(const struct node *node);

#endif
