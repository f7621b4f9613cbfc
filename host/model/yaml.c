/* libyaml's events to a tree. The limits make reading linear in the file's size (duplicates aside: at most YAML_NODES_MAX names);
 * aliases are refused because a few of them expand to anything ("billion laughs"). */
#include "model/yaml.h"

#include <string.h>
#include <yaml.h>

struct level {
    struct node *node, *last;
    const char *key; /* waiting for its value */
    struct place key_at;
};

struct loader {
    yaml_parser_t parser;
    struct mistakes *mistakes;
    struct level levels[YAML_DEPTH_MAX + 1];
    size_t depth, nodes, documents;
    struct node *root;
    bool stop;
};

static struct place place_of(yaml_mark_t mark) {
    return (struct place){(int)mark.line + 1, (int)mark.column + 1};
}

static void loader_refuse(struct loader *loader, struct place at, const char *words) {
    mistakes_add(loader->mistakes, at, "%s", words);
    loader->stop = true;
}

static struct node *node_new(struct loader *loader, enum node_kind kind, const yaml_event_t *event) {
    struct node *node = arena_alloc(loader->mistakes->arena, 1, sizeof *node);
    if (!node) {
        loader->mistakes->no_memory = loader->stop = true;
        return NULL;
    }
    *node = (struct node){.kind = kind, .at = place_of(event->start_mark), .key = "", .text = ""};
    node->key_at = node->at;
    if (++loader->nodes > YAML_NODES_MAX) loader_refuse(loader, node->at, "more than 20000 values; put the data into layers");
    return node;
}

/* A second value under one name is dropped, so that the rest of the file is still checked. */
static bool key_is_taken(struct loader *loader, const struct level *level) {
    const struct node *first = node_get(level->node, level->key);
    if (!first) return false;
    mistakes_add(loader->mistakes, level->key_at, "`%s` is written twice, first in line %d; keep one of them", level->key, first->key_at.line);
    return true;
}

static void level_attach(struct loader *loader, struct node *node) {
    if (loader->depth == 0) {
        if (!loader->root) loader->root = node;
        return;
    }
    struct level *level = &loader->levels[loader->depth - 1];
    node->key = level->node->key;
    if (level->node->kind == NODE_MAP) {
        bool taken = key_is_taken(loader, level);
        node->key = level->key;
        node->key_at = level->key_at;
        level->key = NULL;
        if (taken) return;
    }
    if (level->last)
        level->last->next = node;
    else
        level->node->child = node;
    level->last = node;
    level->node->count++;
}

static const char *scalar_text(struct loader *loader, const yaml_event_t *event) {
    const char *value = (const char *)event->data.scalar.value;
    if (strlen(value) != event->data.scalar.length) {
        mistakes_add(loader->mistakes, place_of(event->start_mark), "a text with a zero byte in it; take it out");
        return NULL;
    }
    char *copy = arena_copy(loader->mistakes->arena, value);
    if (!copy) loader->mistakes->no_memory = loader->stop = true;
    return copy;
}

static void refuse_anchor_and_tag(struct loader *loader, const yaml_event_t *event, const yaml_char_t *anchor, const yaml_char_t *tag) {
    if (anchor) mistakes_add(loader->mistakes, place_of(event->start_mark), "anchors (`&%s`) are not part of scenarios; write the value out", anchor);
    if (tag) mistakes_add(loader->mistakes, place_of(event->start_mark), "tags (`%s`) are not part of scenarios; leave it out", tag);
}

static void take_scalar(struct loader *loader, const yaml_event_t *event) {
    struct level *level = loader->depth ? &loader->levels[loader->depth - 1] : NULL;
    refuse_anchor_and_tag(loader, event, event->data.scalar.anchor, event->data.scalar.tag);
    const char *text = scalar_text(loader, event);
    if (level && level->node->kind == NODE_MAP && !level->key) {
        level->key = text ? text : "";
        level->key_at = place_of(event->start_mark);
        return;
    }
    struct node *node = node_new(loader, text ? NODE_SCALAR : NODE_FAULT, event);
    if (!node) return;
    if (text) node->text = text;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    level_attach(loader, node);
}

static void take_alias(struct loader *loader, const yaml_event_t *event) {
    struct level *level = loader->depth ? &loader->levels[loader->depth - 1] : NULL;
    mistakes_add(loader->mistakes, place_of(event->start_mark), "aliases (`*%s`) are not part of scenarios; write the value out",
                 event->data.alias.anchor);
    if (level && level->node->kind == NODE_MAP && !level->key) {
        level->key = "";
        level->key_at = place_of(event->start_mark);
        return;
    }
    struct node *node = node_new(loader, NODE_FAULT, event);
    if (node) level_attach(loader, node);
}

static void open_level(struct loader *loader, enum node_kind kind, const yaml_event_t *event) {
    struct place at = place_of(event->start_mark);
    struct level *level = loader->depth ? &loader->levels[loader->depth - 1] : NULL;
    if (level && level->node->kind == NODE_MAP && !level->key) {
        loader_refuse(loader, at, "a list or map where a name should be; write `name: value`");
        return;
    }
    if (loader->depth >= YAML_DEPTH_MAX) {
        loader_refuse(loader, at, "nested more than 16 deep; flatten it");
        return;
    }
    struct node *node = node_new(loader, kind, event);
    if (!node) return;
    level_attach(loader, node);
    loader->levels[loader->depth++] = (struct level){.node = node};
}

static void take_event(struct loader *loader, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (loader->documents++) loader_refuse(loader, place_of(event->start_mark), "a second document (`---`); a scenario is one document");
        break;
    case YAML_SCALAR_EVENT:
        take_scalar(loader, event);
        break;
    case YAML_ALIAS_EVENT:
        take_alias(loader, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        refuse_anchor_and_tag(loader, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        open_level(loader, NODE_LIST, event);
        break;
    case YAML_MAPPING_START_EVENT:
        refuse_anchor_and_tag(loader, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        open_level(loader, NODE_MAP, event);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        loader->depth--;
        break;
    case YAML_STREAM_END_EVENT:
        loader->stop = true;
        break;
    default:
        break;
    }
}

/* libyaml tells the place of a bad byte by its offset alone. */
static struct place place_of_offset(const char *bytes, size_t size, size_t offset) {
    struct place at = {1, 1};
    for (size_t i = 0; i < size && i < offset; i++) {
        at.column++;
        if (bytes[i] == '\n') at = (struct place){at.line + 1, 1};
    }
    return at;
}

static void note_yaml_fault(struct loader *loader, const char *bytes, size_t size) {
    const yaml_parser_t *parser = &loader->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        loader->mistakes->no_memory = true;
        return;
    }
    struct place at = parser->error == YAML_READER_ERROR ? place_of_offset(bytes, size, parser->problem_offset) : place_of(parser->problem_mark);
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    if (parser->context)
        mistakes_add(loader->mistakes, at, "not YAML: %s %s (begun in line %d); look at the indentation, quotes and brackets here", problem,
                     parser->context, (int)parser->context_mark.line + 1);
    else
        mistakes_add(loader->mistakes, at, "not YAML: %s; look at the indentation, quotes and brackets here", problem);
}

const struct node *yaml_load(const char *bytes, size_t size, struct mistakes *mistakes) {
    struct loader loader = {.mistakes = mistakes};
    bool whole = true;
    if (size > YAML_BYTES_MAX) {
        mistakes_add(mistakes, (struct place){1, 1}, "larger than 1 MiB; a scenario names its data, it does not hold them");
        return NULL;
    }
    if (!yaml_parser_initialize(&loader.parser)) {
        mistakes->no_memory = true;
        return NULL;
    }
    yaml_parser_set_input_string(&loader.parser, (const unsigned char *)bytes, size);
    while (!loader.stop) {
        yaml_event_t event;
        if (!yaml_parser_parse(&loader.parser, &event)) {
            note_yaml_fault(&loader, bytes, size);
            whole = false;
            break;
        }
        take_event(&loader, &event);
        whole = event.type == YAML_STREAM_END_EVENT || loader.documents > 1;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&loader.parser);
    if (whole && !loader.root) mistakes_add(mistakes, (struct place){1, 1}, "the file is empty; `lodescan init` writes a starter");
    return whole ? loader.root : NULL;
}

const struct node *node_get(const struct node *map, const char *key) {
    if (!map || map->kind != NODE_MAP) return NULL;
    for (const struct node *child = map->child; child; child = child->next)
        if (strcmp(child->key, key) == 0) return child;
    return NULL;
}

bool node_is_empty(const struct node *node) {
    return node->kind == NODE_SCALAR && !node->quoted &&
           (!*node->text || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0 || strcmp(node->text, "Null") == 0);
}
