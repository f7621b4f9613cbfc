/* Areas are those of cells that would be scored without rules. A site is freed by relaxing a rule that is the only one at its cell. */
#include "report/rule_table.h"

#include <math.h>
#include <string.h>

#include "report/csv_text.h"
#include "report/word_rows.h"

enum { SHOWN_FREED = 3 };

static const struct provenance *provenance_of(const struct result *result, size_t target) {
    return &result->targets[target].provenance;
}

/* Whether it holds for the target, whatever it does there; and whether it excludes. */
static bool is_of(const struct provenance *provenance, size_t rule) {
    return provenance->rules >> rule & 1;
}

static bool excludes(const struct provenance *provenance, size_t rule) {
    return provenance->excluding >> rule & 1;
}

bool rule_table_asked(const struct result *result, size_t target) {
    return provenance_of(result, target)->rules != 0;
}

bool rule_table_excludes(const struct result *result, size_t target) {
    return provenance_of(result, target)->excluding != 0;
}

/* Whether nothing but the rule keeps the site out. */
static bool frees(const struct provenance *provenance, size_t rule, const struct site *site) {
    return site->state == CELL_EXCLUDED && rules_stopping(provenance->scenario, provenance->target, site->rules) == UINT64_C(1) << rule;
}

static size_t count_freed(const struct result *result, size_t target, size_t rule) {
    const struct site_list *sites = &result->targets[target].sites;
    size_t count = 0;
    for (size_t i = 0; i < sites->count; i++) count += frees(provenance_of(result, target), rule, &sites->sites[i]);
    return count;
}

/* Among the sites that are ranked now. */
static int rank_if_freed(const struct site_list *sites, const struct site *site) {
    int rank = 1;
    for (size_t i = 0; i < sites->count; i++)
        rank += sites->sites[i].rank > 0 &&
                (sites->sites[i].score > site->score || (sites->sites[i].score == site->score && strcmp(sites->sites[i].id, site->id) < 0));
    return rank;
}

static const char *called(const struct site *site) {
    return site->name && *site->name ? site->name : site->id;
}

/* The names of sites that relaxing it frees, in the order of the list, joined by "; ". */
static void join_freed(const struct result *result, size_t target, size_t rule, struct text *joined) {
    const struct site_list *sites = &result->targets[target].sites;
    for (size_t i = 0; i < sites->count; i++)
        if (frees(provenance_of(result, target), rule, &sites->sites[i]))
            text_print(joined, "%s%s", joined->length ? "; " : "", called(&sites->sites[i]));
}

static void add_rule(const struct result *result, size_t target, size_t rule, struct text *out) {
    const struct rule *wish = &result->scenario->rules[rule];
    const struct rule_share *share = &provenance_of(result, target)->shares[rule];
    struct text freed = {0};
    join_freed(result, target, rule, &freed);
    text_print(out, "%zu,%llu,%s,%s,", rule, 1ULL << rule, wish->name, rule_names[wish->kind]);
    csv_word(out, wish->reason);
    csv_word(out, wish->citation);
    csv_number(out, share->holds_km2);
    csv_number(out, share->excluded_km2);
    csv_number(out, share->alone_km2);
    csv_number(out, share->best);
    csv_number(out, share->best_lon);
    csv_number(out, share->best_lat);
    text_print(out, "%zu,", count_freed(result, target, rule));
    csv_word(out, freed.bytes);
    csv_end(out);
    out->failed |= freed.failed;
    text_free(&freed);
}

status rule_table_csv(const struct result *result, size_t target, const char *path) {
    struct text out = {0};
    text_add(&out, "bit,value,rule,kind,reason,citation,holds_km2,excluded_km2,alone_km2,best_freed_score,best_freed_lon,best_freed_lat,"
                   "freed_sites,freed\n");
    for (size_t r = 0; r < result->scenario->n_rules; r++)
        if (is_of(provenance_of(result, target), r)) add_rule(result, target, r, &out);
    return csv_write(&out, path);
}

static double overlap(const struct provenance *provenance, size_t a, size_t b) {
    return provenance->overlap_km2[a * provenance->n_rules + b];
}

status rule_table_overlap_csv(const struct result *result, size_t target, const char *path) {
    const struct provenance *provenance = provenance_of(result, target);
    struct text out = {0};
    text_add(&out, "rule,other,both_km2,share_of_rule,share_of_other\n");
    for (size_t a = 0; a < provenance->n_rules; a++)
        for (size_t b = a + 1; b < provenance->n_rules; b++) {
            if (!excludes(provenance, a) || !excludes(provenance, b)) continue;
            text_print(&out, "%s,%s,", result->scenario->rules[a].name, result->scenario->rules[b].name);
            csv_number(&out, overlap(provenance, a, b));
            csv_number(&out, overlap(provenance, a, b) / provenance->shares[a].excluded_km2);
            csv_number(&out, overlap(provenance, a, b) / provenance->shares[b].excluded_km2);
            csv_end(&out);
        }
    return csv_write(&out, path);
}

static struct json_object *freed_list(const struct result *result, size_t target, size_t rule, struct json_build *build) {
    const struct site_list *sites = &result->targets[target].sites;
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < sites->count && !build->failed; i++) {
        const struct site *site = &sites->sites[i];
        if (!frees(provenance_of(result, target), rule, site)) continue;
        struct json_object *map = json_map(build);
        json_put_text(build, map, "site_id", site->id);
        json_put_text(build, map, "name", site->name);
        json_put_number(build, map, "score", site->score);
        json_put_integer(build, map, "would_rank", rank_if_freed(sites, site));
        json_append(build, list, map);
    }
    return list;
}

static struct json_object *best_map(const struct rule_share *share, struct json_build *build) {
    if (isnan(share->best)) return NULL;
    struct json_object *map = json_map(build);
    json_put_number(build, map, "score", share->best);
    json_put_number(build, map, "lon", share->best_lon);
    json_put_number(build, map, "lat", share->best_lat);
    return map;
}

static struct json_object *overlaps_map(const struct result *result, size_t target, size_t rule, struct json_build *build) {
    const struct provenance *provenance = provenance_of(result, target);
    struct json_object *map = json_map(build);
    for (size_t other = 0; other < provenance->n_rules; other++)
        if (other != rule && excludes(provenance, other))
            json_put_number(build, map, result->scenario->rules[other].name, overlap(provenance, rule, other));
    return map;
}

static struct json_object *rule_map(const struct result *result, size_t target, size_t rule, struct json_build *build) {
    const struct rule_share *share = &provenance_of(result, target)->shares[rule];
    struct json_object *map = json_map(build);
    json_put_text(build, map, "rule", result->scenario->rules[rule].name);
    json_put_integer(build, map, "bit", (int64_t)rule);
    json_put_text(build, map, "reason", result->scenario->rules[rule].reason);
    json_put_number(build, map, "holds_km2", share->holds_km2);
    json_put_integer(build, map, "excluded_cells", share->excluded_cells);
    json_put_number(build, map, "excluded_km2", share->excluded_km2);
    json_put_integer(build, map, "alone_cells", share->alone_cells);
    json_put_number(build, map, "alone_km2", share->alone_km2);
    json_put(build, map, "overlaps_km2", overlaps_map(result, target, rule, build));
    json_put(build, map, "best_freed", best_map(share, build));
    json_put(build, map, "frees", freed_list(result, target, rule, build));
    return map;
}

struct json_object *rule_table_json(const struct result *result, size_t target, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t r = 0; r < result->scenario->n_rules && !build->failed; r++)
        if (excludes(provenance_of(result, target), r)) json_append(build, list, rule_map(result, target, r, build));
    return list;
}

static const char *best_words(const struct rule_share *share, struct arena *arena) {
    if (isnan(share->best)) return NULL;
    return arena_print(arena, "%s at %s, %s", number_words(share->best, 4, arena), number_words(share->best_lon, 4, arena),
                       number_words(share->best_lat, 4, arena));
}

static void print_areas(const struct result *result, size_t target, struct arena *arena, struct text *out) {
    struct word_rows rows = {.columns = 5, .right = 1u << 1 | 1u << 2};
    word_rows_add(&rows, (const char *const[]){"rule", "excludes km2", "alone km2", "best cell of these (lon, lat)", "reason"});
    for (size_t r = 0; r < result->scenario->n_rules; r++) {
        const struct rule_share *share = &provenance_of(result, target)->shares[r];
        if (!excludes(provenance_of(result, target), r)) continue;
        word_rows_add(&rows,
                      (const char *const[]){result->scenario->rules[r].name, number_words(share->excluded_km2, 1, arena),
                                            number_words(share->alone_km2, 1, arena), best_words(share, arena), result->scenario->rules[r].reason});
    }
    word_rows_print(&rows, 2, out);
    out->failed |= rows.failed;
    word_rows_free(&rows);
}

static void print_freed(const struct result *result, size_t target, size_t rule, size_t count, struct arena *arena, struct text *out) {
    const struct site_list *sites = &result->targets[target].sites;
    size_t shown = 0;
    text_print(out, "  relaxing '%s' frees %s km2 and %zu site%s: ", result->scenario->rules[rule].name,
               number_words(provenance_of(result, target)->shares[rule].alone_km2, 1, arena), count, count == 1 ? "" : "s");
    for (size_t i = 0; i < sites->count && shown < SHOWN_FREED; i++) {
        const struct site *site = &sites->sites[i];
        if (!frees(provenance_of(result, target), rule, site)) continue;
        text_add(out, shown++ ? "; " : "");
        word_print(called(site), out);
        text_print(out, " (%s, would rank %d)", number_words(site->score, 4, arena), rank_if_freed(sites, site));
    }
    if (count > shown) text_print(out, "; and %zu more", count - shown);
    text_add(out, "\n");
}

void rule_table_print(const struct result *result, size_t target, struct arena *arena, struct text *out) {
    if (!rule_table_excludes(result, target)) return;
    print_areas(result, target, arena, out);
    for (size_t r = 0; r < result->scenario->n_rules; r++) {
        size_t count = excludes(provenance_of(result, target), r) ? count_freed(result, target, r) : 0;
        if (count) print_freed(result, target, r, count, arena, out);
    }
}
