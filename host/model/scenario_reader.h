/* What the parts of the scenario parser share: the mistakes so far, the names others refer to, and reading by schema row.
 * A reading function that returns false has noted why; its caller goes on with the next key, so that every mistake is found. */
#ifndef LODE_MODEL_SCENARIO_READER_H
#define LODE_MODEL_SCENARIO_READER_H

#include "model/condition.h"
#include "model/schema.h"
#include "model/sensor_table.h"
#include "model/yaml.h"

struct reader {
    struct scenario *scenario; /* layers and criteria are filled before what refers to them */
    struct mistakes mistakes;
    const struct node *layers, *criteria, *targets; /* maps; NULL when absent */
    size_t layer_room;                              /* of scenario->layers, which bands are added to */
};

/* Zeroed, in the scenario's arena; at least one byte. NULL (and noted) when memory is out. */
void *reader_alloc(struct reader *reader, size_t count, size_t size);
/* "criterion 'rail'" for messages. */
const char *reader_words(struct reader *reader, const char *format, ...) LODE_PRINTF(2, 3);
const char *name_with_spaces(struct reader *reader, const char *name);
/* ", did you mean 'rail'?", or `otherwise`. */
const char *reader_hint(struct reader *reader, const char *word, const char *const *names, size_t count, const char *otherwise);

bool node_is_map(struct reader *reader, const struct node *node, const char *like);
bool node_is_text(struct reader *reader, const struct node *node); /* a scalar that is not empty */
bool read_truth(struct reader *reader, const struct node *node, bool *out);
bool read_number(struct reader *reader, const struct node *node, enum schema_range range, double *out);
/* In base units of `kind`. */
bool read_quantity(struct reader *reader, const struct node *node, enum unit_kind kind, enum schema_range range, double *out);
/* A raw value of something measured in `unit` (NULL: plain numbers, perhaps followed by `unit_name`), in that unit; slopes also in degrees. */
bool read_raw(struct reader *reader, const struct node *node, const char *text, const struct unit *unit, const char *unit_name, bool slope,
              double *out);
/* Position of the name among the map's keys, or NO_INDEX; `what` is "layer". */
int read_reference(struct reader *reader, const struct node *node, const char *name, const struct node *map, const char *what);
int node_position(const struct node *map, const char *name);

/* Sets every key's default, then reads the keys of `map` that the row alone can read; unknown, empty and missing keys are mistakes. */
void fields_default(struct reader *reader, enum schema_section section, void *record);
void fields_read(struct reader *reader, enum schema_section section, const struct node *map, const char *owner, void *record);

/* The parts. Each notes its mistakes in the reader. */
void read_grid(struct reader *reader, const struct node *map);
void read_layer(struct reader *reader, const struct node *map, struct layer *layer);
/* What a raster layer says of its bands. */
void read_scene(struct reader *reader, const struct node *map, const char *owner, struct layer *layer);
/* The layer of a band, "scene.swir1" or "scene.b6", made when it is not there yet: the `part` of formula_names; `user` is the reader. */
int scene_band(void *user, const char *name, size_t length, const char **words);
/* The `wavelength` of formula_names. */
double scene_wavelength(void *user, int index);
/* When all layers are read; when all is. */
void check_quality(struct reader *reader);
void finish_scenes(struct reader *reader);
void read_condition(struct reader *reader, const struct node *node, const struct condition_words *words, const struct unit *unit,
                    const char *unit_name, bool slope, struct condition *out);
/* NULL (and noted) when it is faulty. */
const struct formula *read_formula(struct reader *reader, const struct node *node);
/* The same of a text of our own, whose faults are the node's. */
const struct formula *read_formula_text(struct reader *reader, const char *text, const struct node *node);
/* `index` of a criterion: its formula, and the first layer that it reads. */
void read_index(struct reader *reader, const struct node *node, const struct node *map, struct criterion *criterion);
void read_criterion(struct reader *reader, const struct node *map, struct criterion *criterion);
void read_membership(struct reader *reader, const struct node *map, const struct criterion *criterion, struct membership *out);
void read_rule(struct reader *reader, const struct node *map, struct rule *rule);
/* `buffer`, before what checks it; then what it does not go with. */
void read_buffer(struct reader *reader, const struct node *node, const char *owner, struct rule *rule);
void check_buffer(struct reader *reader, const struct node *map, const struct rule *rule);
/* When all rules are read: what inclusions are over. */
void read_inclusions(struct reader *reader, const struct node *map, struct rule *rules);
/* `classes` of a target. */
void read_classing(struct reader *reader, const struct node *node, struct classing *classing);
/* `certainty` of a target whose score is read. */
void read_certainty(struct reader *reader, const struct node *map, struct target *target);
void read_target(struct reader *reader, const struct node *map, struct target *target);
/* Whether the score is a model; then reads it into the target. */
bool is_model(const struct node *score);
void read_model(struct reader *reader, const struct node *score, struct target *target);
/* Vector layers by name, one or a list; returns how many of the array in *layers are good. `key` is for messages. */
/* `where` and `barren` of a regression, whose training is read. */
void read_negatives(struct reader *reader, const struct node *map, struct model *model);
size_t read_vector_layers(struct reader *reader, const struct node *node, const int **layers);
const struct overlay *read_overlay(struct reader *reader, const struct node *node);
/* The same, yet to be given a weight by its parent. */
struct overlay *read_overlay_item(struct reader *reader, const struct node *node);
/* How `weighted: {...}` says its weights; `key`, when it is not WEIGHTS_GIVEN: the weighting's own. */
enum weighting weighting_of(const struct node *map, const struct node **key);
/* Fills `parent`, whose weighting is set, with children and their weights. */
void read_weighting(struct reader *reader, const struct node *map, const struct node *key, struct overlay *parent);
/* Of a target or what is shaped like one: how well the places of its points are known. */
void read_uncertainty(struct reader *reader, const struct node *node, struct target *target);
void read_validation(struct reader *reader, const struct node *map, struct validation_wish *wish);
/* After the layers. */
void read_permits(struct reader *reader, const struct node *map);
/* A map of names to words. */
const struct naming *read_namings(struct reader *reader, const struct node *map, const char *like, size_t *count);
/* After the layers. */
void read_ordinances(struct reader *reader, const struct node *map);
/* What only setbacks have, and what they have not. */
void read_setback(struct reader *reader, const struct node *map, struct rule *rule);
/* What only criteria of permits have: their route, quantile and time. */
void read_permit_criterion(struct reader *reader, const struct node *map, const struct node *operand, const char *owner, struct criterion *criterion);
/* Stages of permits and how much of their time they take; returns how many of *stages are good. `map` may be NULL. */
size_t read_faster_stages(struct reader *reader, const struct node *map, const struct faster_stage **stages);
/* When rules and permits are read. `rules`: their map, or NULL. */
void read_variant(struct reader *reader, const struct node *map, const struct node *rules, struct variant_wish *variant);
void read_annotation(struct reader *reader, const struct node *map, struct annotation *annotation);

#endif
