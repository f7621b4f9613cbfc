/* Layers that a formula names. */
#include <string.h>

#include "base/text.h"
#include "model/formula_parser.h"

int parser_find_layer(const struct parser *p) {
    for (size_t i = 0; i < p->names->n_layers; i++)
        if (strlen(p->names->layers[i]) == p->length && strncmp(p->names->layers[i], p->text + p->at, p->length) == 0) return (int)i;
    return NO_LAYER;
}

int parser_take_layer(struct parser *p) {
    const char *words = NULL;
    int layer = parser_find_layer(p);
    if (layer != NO_LAYER) return layer;
    if (p->names->part && memchr(p->text + p->at, '.', p->length)) layer = p->names->part(p->names->user, p->text + p->at, p->length, &words);
    if (layer == NO_LAYER && words)
        parser_fail(p, p->at, words);
    else if (layer == NO_LAYER)
        parser_fail_unknown(p, p->names->layers, p->names->n_layers, "layer");
    return layer;
}

bool parser_layer_is(const struct parser *p, const bool *what, int layer) {
    return (size_t)layer >= p->names->n_layers || what[layer];
}

struct part parser_fail_unknown(struct parser *p, const char *const *names, size_t count, const char *what) {
    char *word = arena_print(p->arena, "%.*s", (int)p->length, p->text + p->at);
    const char *nearest = word ? text_nearest(word, names, count) : NULL;
    if (nearest) return parser_fail(p, p->at, arena_print(p->arena, "'%s' names no %s, did you mean '%s'?", word, what, nearest));
    return parser_fail(p, p->at, arena_print(p->arena, "'%s' names no %s", word ? word : "", what));
}
