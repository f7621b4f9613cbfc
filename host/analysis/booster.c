/* Functions that versions 1.7 to 3.0 have. What they chose by themselves elsewhere is said here: the loss at the start above all, which newer ones
 * work out from the rows. Trees are read from their dump, whose numbers have as many digits as a float needs. */
#include "analysis/booster.h"

#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xgboost/c_api.h>

#include "base/text.h"

static status told(int code, const char *what) {
    return code ? status_fail(LODE_BAD_DATA, "%s with XGBoost: %s", what, XGBGetLastError()) : NULL;
}

static void array_words(const float *values, size_t rows, size_t columns, char *out, size_t size) {
    snprintf(out, size, "{\"data\": [%zu, true], \"shape\": [%zu, %zu], \"typestr\": \"<f4\", \"version\": 3}", (size_t)values, rows, columns);
}

static status take_rows(const struct booster_rows *rows, DMatrixHandle *out) {
    char words[200];
    array_words(rows->x, rows->rows, rows->columns, words, sizeof words);
    TRY(told(XGDMatrixCreateFromDense(words, "{\"missing\": NaN, \"nthread\": 1}", out), "taking rows"));
    array_words(rows->y, rows->rows, 1, words, sizeof words);
    TRY(told(XGDMatrixSetInfoFromInterface(*out, "label", words), "taking labels"));
    array_words(rows->weight, rows->rows, 1, words, sizeof words);
    return told(XGDMatrixSetInfoFromInterface(*out, "weight", words), "taking weights");
}

static status set(BoosterHandle booster, const char *name, double value) {
    struct text words = {0};
    text_add_number(&words, value);
    status failure = words.failed ? status_no_memory() : told(XGBoosterSetParam(booster, name, words.bytes), name);
    text_free(&words);
    return failure;
}

/* Columns that a forest's node chooses from: the square root of how many there are (Breiman 2001). The half keeps rounding off. */
static double columns_share(size_t columns) {
    double share = (round(sqrt((double)columns)) + 0.5) / (double)columns;
    return share < 1 ? share : 1;
}

static status configure(BoosterHandle booster, const struct booster_rows *rows, const struct booster_wish *wish) {
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"verbosity", 0},
        {"nthread", 1},
        {"seed", (double)(wish->seed & 0x7fffffff)},
        {"max_depth", (double)wish->depth},
        {"subsample", wish->sample},
        {"max_bin", 256},
        {"lambda", 1},
        {"alpha", 0},
        {"gamma", 0},
        {"min_child_weight", 1},
        {"base_score", wish->forest ? 0.5 : wish->share},
        {"learning_rate", wish->forest ? 1 : wish->learning_rate},
        {"num_parallel_tree", wish->forest ? (double)wish->trees : 1},
        {"colsample_bynode", wish->forest ? columns_share(rows->columns) : 1},
    };
    TRY(told(XGBoosterSetParam(booster, "booster", "gbtree"), "booster"));
    TRY(told(XGBoosterSetParam(booster, "tree_method", "hist"), "tree_method"));
    TRY(told(XGBoosterSetParam(booster, "objective", wish->forest ? "reg:squarederror" : "binary:logistic"), "objective"));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) TRY(set(booster, numbers[i].name, numbers[i].value));
    return NULL;
}

struct reading {
    const struct booster_rows *rows;
    struct booster_use *use; /* NULL: not wanted */
    struct trees *out;
};

static double number(struct json_object *map, const char *key) {
    struct json_object *value;
    return json_object_object_get_ex(map, key, &value) ? json_object_get_double(value) : NAN;
}

/* Of two children, the one with that id. */
static struct json_object *child_of(struct json_object *map, const char *key) {
    struct json_object *children;
    if (!json_object_object_get_ex(map, "children", &children)) return NULL;
    for (size_t i = 0; i < json_object_array_length(children); i++) {
        struct json_object *child = json_object_array_get_idx(children, i);
        if (number(child, "nodeid") == number(map, key)) return child;
    }
    return NULL;
}

/* A column of a class holds 0 and 1. A question that all of these answer alike is only whether the evidence is missing. */
static void ask_for_class(const struct booster_column *asked, struct tree_question *out) {
    bool other_first = 0 < out->value, class_first = 1 < out->value;
    out->class = other_first && !class_first;
    out->value = out->class ? asked->code : class_first ? 2 * TREES_LARGEST : -2 * TREES_LARGEST;
}

static status read_question(const struct reading *reading, struct json_object *map, struct tree_question *out) {
    struct json_object *split;
    size_t column = 0;
    bool named = json_object_object_get_ex(map, "split", &split) && sscanf(json_object_get_string(split), "f%zu", &column) == 1;
    if (!named || column >= reading->rows->columns) return status_fail(LODE_BAD_DATA, "a tree of XGBoost's asks for no column");
    const struct booster_column *asked = &reading->rows->column[column];
    *out = (struct tree_question){
        .evidence = asked->evidence, .value = (float)number(map, "split_condition"), .missing_second = number(map, "missing") == number(map, "no")};
    if (asked->class) ask_for_class(asked, out);
    if (!reading->use) return NULL;
    reading->use[asked->evidence].gain += number(map, "gain");
    reading->use[asked->evidence].questions++;
    return NULL;
}

static status read_node(const struct reading *reading, struct json_object *map, size_t node, size_t depth) {
    struct json_object *leaf, *yes = child_of(map, "yes"), *no = child_of(map, "no");
    struct trees *trees = reading->out;
    if (trees->depth < depth) trees->depth = depth;
    if (json_object_object_get_ex(map, "leaf", &leaf)) {
        trees_set_leaf(trees, node, (float)json_object_get_double(leaf));
        return NULL;
    }
    struct tree_question question;
    size_t first;
    if (!yes || !no) return status_fail(LODE_BAD_DATA, "a tree of XGBoost's has a node without children");
    TRY(read_question(reading, map, &question));
    TRY(trees_split(trees, node, &question, &first));
    TRY(read_node(reading, yes, first, depth + 1));
    TRY(read_node(reading, no, first + 1, depth + 1));
    double here = number(yes, "cover"), there = number(no, "cover");
    trees->mean[node] = here + there > 0 ? (here * trees->mean[first] + there * trees->mean[first + 1]) / (here + there) : 0;
    return NULL;
}

static status read_tree(const struct reading *reading, const char *words, size_t tree) {
    enum { DEPTH = 64 }; /* of JSON: two for each of a tree's */
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH);
    if (!tokener) return status_no_memory();
    struct json_object *map = json_tokener_parse_ex(tokener, words, -1);
    status failure = map ? read_node(reading, map, tree, 0) : status_fail(LODE_BAD_DATA, "tree %zu of XGBoost's cannot be read", tree + 1);
    json_object_put(map);
    json_tokener_free(tokener);
    return failure;
}

static status read_trees(BoosterHandle booster, const struct reading *reading, size_t wanted) {
    bst_ulong count;
    const char **words;
    TRY(told(XGBoosterDumpModelEx(booster, "", 1, "json", &count, &words), "reading trees"));
    if (count != wanted) return status_fail(LODE_BAD_DATA, "XGBoost grew %zu trees instead of %zu", (size_t)count, wanted);
    TRY(trees_init(reading->out, wanted));
    for (size_t t = 0; t < wanted; t++) TRY(read_tree(reading, words[t], t));
    return NULL;
}

static status grow(BoosterHandle booster, DMatrixHandle rows, const struct booster_wish *wish) {
    for (int round = 0; round < (wish->forest ? 1 : (int)wish->trees); round++)
        TRY(told(XGBoosterUpdateOneIter(booster, round, rows), "growing trees"));
    return NULL;
}

status booster_grow(const struct booster_rows *rows, const struct booster_wish *wish, struct booster_use *use, struct trees *out) {
    const struct reading reading = {.rows = rows, .use = use, .out = out};
    DMatrixHandle matrix = NULL;
    BoosterHandle booster = NULL;
    *out = (struct trees){0};
    status failure = take_rows(rows, &matrix);
    if (!failure) failure = told(XGBoosterCreate(&matrix, 1, &booster), "growing trees");
    if (!failure) failure = configure(booster, rows, wish);
    if (!failure) failure = grow(booster, matrix, wish);
    if (!failure) failure = read_trees(booster, &reading, wish->trees);
    if (booster) XGBoosterFree(booster);
    if (matrix) XGDMatrixFree(matrix);
    return failure;
}

void booster_library(char *out, size_t size) {
    int major, minor, patch;
    XGBoostVersion(&major, &minor, &patch);
    snprintf(out, size, "XGBoost %d.%d.%d", major, minor, patch);
}
