/* A policy in the head allows the one style and the one script whose hashes it names and pictures within the page, and nothing else (Content Security
 * Policy Level 3). All words of the runs are escaped. Colours of the legend are attributes of SVG, which the policy lets be. */
#include "report/diff_page.h"

#include <errno.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/json_build.h"
#include "report/page_parts.h"
#include "report/picture_place.h"
#include "report/ramp.h"
#include "report/word_rows.h"

enum { PICTURE_MOST = 16 << 20, LEGEND_STEPS = 31, LEGEND_STEP = 8 };

static const char own_css[] =
    "main{display:block;max-width:80rem;margin:0 auto}section{margin-bottom:1rem}img{max-width:100%;height:auto;image-rendering:pixelated;"
    "border:1px solid var(--line);background:#fff}.map{height:min(34rem,70vh);margin-bottom:.6rem;border:1px solid var(--line);border-radius:4px;"
    "background:var(--map)}.map canvas{image-rendering:pixelated}.move{display:flex;align-items:center;justify-content:center;border-radius:50%;"
    "background:#fff;color:#111;border:2px solid #111;font:600 11px/1 system-ui,sans-serif;box-shadow:0 0 0 1.5px #fff}.move.entered,.move.risen{"
    "background:#ffd08a}.move.left,.move.fallen{background:#a9cdf0}.move.left{border-style:dashed}.move.same{background:#ddd}header "
    ".words{min-width:0}header p{overflow-wrap:anywhere}figure{margin:0 0 "
    ".8rem}td.why{min-width:22rem}.wide{overflow-x:auto}";

struct page {
    struct text out;
    struct arena arena;
    struct json_object *maps;  /* by a target's name; NULL: none */
    struct json_object *shown; /* of those that have a place in the page, in their order */
    struct json_build build;
};

static void add(struct page *page, const char *markup) {
    text_add(&page->out, markup);
}

static void add_words(struct page *page, const char *words) {
    for (; *words; words++) {
        if (*words == '&')
            text_add(&page->out, "&amp;");
        else if (*words == '<')
            text_add(&page->out, "&lt;");
        else if (*words == '>')
            text_add(&page->out, "&gt;");
        else if (*words == '"')
            text_add(&page->out, "&quot;");
        else
            text_add_bytes(&page->out, words, 1);
    }
}

static size_t length_of(struct json_object *list) {
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static const char *number(struct page *page, double value, int decimals) {
    const char *words = number_words(value, decimals, &page->arena);
    if (!words) page->out.failed = true;
    return words ? words : "";
}

/* A value of both runs, in one word where it is the same. */
static void add_pair(struct page *page, struct json_object *map, const char *key, int decimals) {
    struct json_object *both = json_member(map, key);
    const char *was = number(page, json_member_number(both, "before"), decimals), *is = number(page, json_member_number(both, "after"), decimals);
    add_words(page, was);
    if (strcmp(was, is) == 0) return;
    add(page, " &rarr; ");
    add_words(page, is);
}

/* As a policy names them. */
static void add_hash(struct page *page, const struct text *of) {
    unsigned char digest[EVP_MAX_MD_SIZE], letters[2 * EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (of->failed || !EVP_Digest(of->bytes, of->length, digest, &length, EVP_sha256(), NULL)) {
        page->out.failed = true;
        return;
    }
    EVP_EncodeBlock(letters, digest, (int)length);
    text_print(&page->out, "'sha256-%s'", (const char *)letters);
}

static void make_script(struct text *script) {
    text_print(script, "%s\n%s", page_leaflet_js, page_diff_js);
}

static void add_head(struct page *page) {
    struct text style = {0}, script = {0};
    text_print(&style, "%s\n%s\n%s", page_leaflet_css, page_css, own_css);
    make_script(&script);
    if (style.failed || script.failed) {
        page->out.failed = true;
    } else {
        add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        add(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
                  "style-src ");
        add_hash(page, &style);
        add(page, "; script-src ");
        add_hash(page, &script);
        add(page, "\">\n<link rel=\"icon\" href=\"data:,\">\n");
        add(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>What moved</title>\n<style>");
        text_add_bytes(&page->out, style.bytes, style.length);
        add(page, "</style>\n</head>\n<body>\n");
    }
    text_free(&style);
    text_free(&script);
}

/* What the map tells of a site. */
static void put_site(struct page *page, struct json_object *site, struct json_object *list) {
    static const char *const keys[] = {"name", "move", "lon", "lat", "lon_before", "lat_before", "why"}, *const sides[] = {"before", "after"};
    struct json_object *map = json_map(&page->build), *rank = json_member(site, "rank");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) json_put(&page->build, map, keys[i], json_object_get(json_member(site, keys[i])));
    for (size_t i = 0; i < 2; i++) json_put(&page->build, map, sides[i], json_object_get(json_member(rank, sides[i])));
    json_append(&page->build, list, map);
}

/* Hidden until the script has drawn it. */
static void add_map(struct page *page, struct json_object *target) {
    struct json_object *map = json_member(page->maps, json_member_text(target, "name")), *list = json_list(&page->build);
    struct json_object *sites = json_member(json_member(target, "sites"), "sites");
    if (!map) {
        json_object_put(list);
        return;
    }
    for (size_t i = 0; i < length_of(sites) && !page->build.failed; i++) put_site(page, json_object_array_get_idx(sites, i), list);
    json_put(&page->build, map, "sites", list);
    text_print(&page->out, "<div class=\"map\" id=\"map-%zu\" role=\"application\" aria-label=\"Map of the change of the score of ",
               length_of(page->shown));
    add_words(page, json_member_text(target, "name"));
    add(page, "; the table below holds the same sites\" hidden></div>\n");
    json_append(&page->build, page->shown, json_object_get(map));
}

/* No "<" is left in the data to end their element. */
static void add_scripts(struct page *page) {
    const char *json =
        page->build.failed ? NULL : json_object_to_json_string_ext(page->shown, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    struct text script = {0};
    make_script(&script);
    if (!json || script.failed) page->out.failed = true;
    add(page, "<script type=\"application/json\" id=\"maps\">");
    for (const char *found; json && (found = strchr(json, '<')); json = found + 1) {
        text_add_bytes(&page->out, json, (size_t)(found - json));
        add(page, "\\u003c");
    }
    if (json) add(page, json);
    add(page, "</script>\n<script>");
    if (!script.failed) text_add_bytes(&page->out, script.bytes, script.length);
    add(page, "</script>\n");
    text_free(&script);
}

static void add_run(struct page *page, const char *which, struct json_object *run) {
    text_print(&page->out, "<p>%s: ", which);
    add_words(page, json_member_text(run, "title"));
    add(page, " (");
    add_words(page, json_member_text(run, "folder"));
    add(page, ", lodescan ");
    add_words(page, json_member_text(run, "tool_version"));
    add(page, ", ");
    add_words(page, json_member_text(run, "started"));
    add(page, ")</p>\n");
}

static void add_inputs(struct page *page, struct json_object *inputs) {
    add(page, "<section><h2>What was changed</h2>\n");
    if (!length_of(inputs)) add(page, "<p>Nothing that a result depends on.</p>\n");
    if (length_of(inputs)) add(page, "<ul>\n");
    for (size_t i = 0; i < length_of(inputs); i++) {
        add(page, "<li>");
        add_words(page, json_member_text(json_object_array_get_idx(inputs, i), "words"));
        add(page, "</li>\n");
    }
    if (length_of(inputs)) add(page, "</ul>\n");
    add(page, "</section>\n");
}

/* The colours from the largest fall to the largest rise, and the plain ones. */
static void add_legend(struct page *page, struct json_object *surface) {
    static const struct {
        const char *colour, *words;
    } plain[] = {{"#333333", "newly excluded"}, {"#cc79a7", "newly scored"}, {"#949494", "excluded in both (hatched)"}, {"#dedede", "no data"}};
    const double rise = json_member_number(surface, "largest_rise"), fall = json_member_number(surface, "largest_fall"), most = fmax(rise, -fall);
    const char *end = number(page, isfinite(most) && most > 0 ? most : 0, 4);
    text_print(&page->out,
               "<figcaption>Score fell by %s <svg width=\"%d\" height=\"14\" role=\"img\" aria-label=\"from blue through white to orange\">", end,
               LEGEND_STEPS * LEGEND_STEP);
    for (int i = 0; i < LEGEND_STEPS; i++) {
        struct rgb c = ramp_colour(ramp_find("blue_orange"), (double)i / (LEGEND_STEPS - 1));
        text_print(&page->out, "<rect x=\"%d\" width=\"%d\" height=\"14\" fill=\"#%02x%02x%02x\"/>", i * LEGEND_STEP, LEGEND_STEP, c.r, c.g, c.b);
    }
    text_print(&page->out, "</svg> rose by %s.", end);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        text_print(&page->out, " <svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect width=\"14\" height=\"14\" fill=\"%s\"/></svg> %s",
                   plain[i].colour, plain[i].words);
    add(page, "</figcaption>\n");
}

/* The whole file, or none of it where it is larger than a page should be. */
static status read_picture(const char *path, unsigned char **bytes, size_t *length) {
    *bytes = NULL;
    FILE *file = fopen(path, "rb");
    if (!file) return status_fail(LODE_IO, "%s: cannot be read back: %s", path, strerror(errno));
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    status failure = size < 0 ? status_fail(LODE_IO, "%s: cannot be read back: %s", path, strerror(errno)) : NULL;
    if (!failure && size <= PICTURE_MOST) failure = MEMORY_ARRAY((size_t)size + 1, bytes);
    if (!failure && *bytes) {
        rewind(file);
        *length = fread(*bytes, 1, (size_t)size, file);
        if (*length != (size_t)size) failure = status_fail(LODE_IO, "%s: cannot be read back", path);
    }
    fclose(file);
    return failure;
}

static status add_picture(struct page *page, struct json_object *target, const char *folder) {
    const char *name = json_member_text(target, "name"), *path = arena_print(&page->arena, "%s/%s_difference.png", folder, name);
    unsigned char *bytes, *letters = NULL;
    size_t length = 0;
    if (!path) return status_no_memory();
    TRY(read_picture(path, &bytes, &length));
    status failure = bytes ? MEMORY_ARRAY(4 * ((length + 2) / 3) + 1, &letters) : NULL;
    if (letters) {
        EVP_EncodeBlock(letters, bytes, (int)length);
        add(page, "<figure><img alt=\"Map of the change of the score of ");
        add_words(page, name);
        add(page, "\" src=\"data:image/png;base64,");
        add(page, (const char *)letters);
        add(page, "\">\n");
        add_legend(page, json_member(target, "surface"));
        add(page, "</figure>\n");
    } else if (!failure) {
        add(page, "<p>The picture is large and stands beside this page: ");
        add_words(page, name);
        add(page, "_difference.png</p>\n");
    }
    free(bytes);
    free(letters);
    return failure;
}

static void add_row(struct page *page, const char *words, struct json_object *map, const char *key, int decimals) {
    text_print(&page->out, "<tr><td>%s</td><td class=\"number\">", words);
    add_pair(page, map, key, decimals);
    add(page, "</td></tr>\n");
}

static void add_figure(struct page *page, const char *words, double value, int decimals) {
    text_print(&page->out, "<tr><td>%s</td><td class=\"number\">%s</td></tr>\n", words, number(page, value, decimals));
}

static void add_figures(struct page *page, struct json_object *target) {
    struct json_object *surface = json_member(target, "surface"), *rules = json_member(target, "rules");
    add(page, "<table>\n");
    add_row(page, "Scored, km&sup2;", surface, "scored_km2", 1);
    add_row(page, "Excluded, km&sup2;", surface, "excluded_km2", 1);
    for (size_t i = 0; i < length_of(rules); i++) {
        struct json_object *rule = json_object_array_get_idx(rules, i);
        add(page, "<tr><td>by rule ");
        add_words(page, json_member_text(rule, "rule"));
        add(page, " (");
        add_words(page, json_member_text(rule, "reason"));
        add(page, ")</td><td class=\"number\">");
        add_pair(page, rule, "excluded_km2", 1);
        add(page, "</td></tr>\n");
    }
    add_figure(page, "Score rose, km&sup2;", json_member_number(surface, "higher_km2"), 1);
    add_figure(page, "Score fell, km&sup2;", json_member_number(surface, "lower_km2"), 1);
    add_figure(page, "Mean change of the score", json_member_number(surface, "mean_difference"), 4);
    add_figure(page, "Correlation of the scores", json_member_number(surface, "correlation"), 4);
    add_figure(page, "Best hundredth of the cells kept, percent", 100 * json_member_number(json_member(surface, "top_percent"), "kept_share"), 1);
    add(page, "</table>\n");
}

static void add_rank(struct page *page, struct json_object *site, const char *side) {
    double rank = json_member_number(json_member(site, "rank"), side);
    const char *state = json_member_text(json_member(site, "status"), side);
    add(page, "<td>");
    add_words(page, isnan(rank) ? state[0] ? state : "-" : number(page, rank, 0));
    add(page, "</td>");
}

static void add_site(struct page *page, struct json_object *site) {
    const char *name = json_member_text(site, "name"), *id = json_member_text(json_member(site, "site_id"), "after");
    add(page, "<tr>");
    add_rank(page, site, "before");
    add_rank(page, site, "after");
    add(page, "<td>");
    add_words(page, name[0] ? name : id[0] ? id : json_member_text(json_member(site, "site_id"), "before"));
    text_print(&page->out, "<br><small>%s, ", number(page, json_member_number(site, "lon"), 4));
    text_print(&page->out, "%s</small></td><td class=\"number\">", number(page, json_member_number(site, "lat"), 4));
    add_pair(page, site, "score", 4);
    add(page, "</td><td class=\"number\">");
    add_pair(page, site, "permit_months", 1);
    add(page, "</td><td class=\"why\">");
    add_words(page, json_member_text(site, "why"));
    add(page, "</td></tr>\n");
}

static void add_sites(struct page *page, struct json_object *found) {
    struct json_object *sites = json_member(found, "sites");
    text_print(&page->out, "<h3>Sites: %.0f entered, %.0f left, %.0f moved, %.0f as they were</h3>\n", json_member_number(found, "entered"),
               json_member_number(found, "left"), json_member_number(found, "moved"), json_member_number(found, "same"));
    if (json_member_number(found, "entered") + json_member_number(found, "left") + json_member_number(found, "moved") == 0) return;
    add(page, "<div class=\"wide\"><table>\n<thead><tr><th>Rank before</th><th>after</th><th>Site</th><th class=\"number\">Score</th>"
              "<th class=\"number\">Permit, months</th><th>Why</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < length_of(sites); i++) {
        struct json_object *site = json_object_array_get_idx(sites, i);
        if (strcmp(json_member_text(site, "move"), "same") != 0) add_site(page, site);
    }
    add(page, "</tbody></table></div>\n");
}

static status add_target(struct page *page, struct json_object *target, const char *folder) {
    add(page, "<section><h2>");
    add_words(page, json_member_text(target, "name"));
    add(page, "</h2>\n");
    status failure = NULL;
    if (json_member(target, "only")) {
        text_print(&page->out, "<p>Only the run %s has this target.</p>\n", json_member_text(target, "only"));
    } else {
        add_map(page, target);
        failure = add_picture(page, target, folder);
        add_figures(page, target);
        add_sites(page, json_member(target, "sites"));
    }
    add(page, "</section>\n");
    return failure;
}

status diff_page_write(struct json_object *tree, struct json_object *maps, const char *folder, const char *path) {
    struct page page = {.maps = maps};
    page.shown = json_list(&page.build);
    struct json_object *targets = json_member(tree, "targets");
    status failure = NULL;
    add_head(&page);
    add(&page, "<header><div class=\"words\"><h1>What moved, and why</h1>\n");
    add_run(&page, "Before", json_member(tree, "before"));
    add_run(&page, "After", json_member(tree, "after"));
    add(&page, "</div></header>\n<main>\n");
    add_inputs(&page, json_member(tree, "inputs"));
    for (size_t i = 0; i < length_of(targets) && !failure; i++) failure = add_target(&page, json_object_array_get_idx(targets, i), folder);
    add(&page, "</main>\n");
    add_scripts(&page);
    add(&page, "</body>\n</html>\n");
    if (!failure) failure = picture_text_write(path, &page.out);
    json_object_put(page.shown);
    text_free(&page.out);
    arena_free(&page.arena);
    return failure;
}
