/* Layers often share a source; it is named once. */
#include "report/credits.h"

#include <string.h>

/* As written: the scenario's first, then a layer's, NULL where a layer has none. */
static const char *written(const struct scenario *scenario, size_t index) {
    return index < scenario->n_credits ? scenario->credits[index] : scenario->layers[index - scenario->n_credits].credit;
}

static bool is_new(const struct scenario *scenario, size_t index) {
    const char *credit = written(scenario, index);
    for (size_t i = 0; credit && i < index; i++)
        if (written(scenario, i) && strcmp(written(scenario, i), credit) == 0) return false;
    return credit != NULL;
}

const char *credits_at(const struct scenario *scenario, size_t index) {
    for (size_t i = 0; i < scenario->n_credits + scenario->n_layers; i++)
        if (is_new(scenario, i) && index-- == 0) return written(scenario, i);
    return NULL;
}

void credits_join(const struct scenario *scenario, struct text *words) {
    const char *credit;
    text_add(words, "");
    for (size_t i = 0; (credit = credits_at(scenario, i)); i++) text_print(words, "%s%s", i ? "; " : "", credit);
}
