/* Cairo counts its surfaces through the whole life of the process, and writes the counts into ids. */
#include "report/sheet_svg.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

void sheet_svg_words(const char *words, struct text *out) {
    char *valid = g_utf8_make_valid(words, -1);
    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar letter = g_utf8_get_char(at);
        bool forbidden = (letter < 0x20 && letter != '\t' && letter != '\n') || letter == 0x7f || letter == 0xfffe || letter == 0xffff;
        if (forbidden) continue;
        if (letter == '&')
            text_add(out, "&amp;");
        else if (letter == '<')
            text_add(out, "&lt;");
        else if (letter == '>')
            text_add(out, "&gt;");
        else
            text_add_bytes(out, at, (size_t)(g_utf8_next_char(at) - at));
    }
    g_free(valid);
}

static void add_about(const struct sheet *sheet, struct text *out) {
    const struct scenario *scenario = sheet->result->scenario;
    const struct site_list *sites = &sheet->result->targets[sheet->target].sites;
    text_add(out, "<title>");
    sheet_svg_words(scenario->title ? scenario->title : "", out);
    text_add(out, "</title>\n<desc>Map of the scores of ");
    sheet_svg_words(scenario->targets[sheet->target].name, out);
    text_add(out, ".\n");
    for (size_t i = 0, k = 0; i < sites->count && k < sheet->marks.n_sites; i++) {
        if (sites->sites[i].rank != sheet->marks.sites[k].rank) continue;
        text_print(out, "%d %.4f %.4f %.4f ", sites->sites[i].rank, sites->sites[i].score, sites->sites[i].lon, sites->sites[i].lat);
        sheet_svg_words(sites->sites[i].name ? sites->sites[i].name : "", out);
        text_add(out, "\n");
        k++;
    }
    text_add(out, "</desc>\n");
}

/* Ids that begin so have a number of Cairo's behind them. */
static const char *const counted[] = {"surface", "image", "source-", "mask-", "linear", "clip", "pattern", "radial", "filter-", "compositing-group-"};

struct numbers {
    size_t n, room;
    struct {
        const char *prefix;
        long was;
    } * items;
};

/* The prefix of a counted id at `at`, which is just behind `id="` or `#`; NULL when there is none. */
static const char *counted_at(const char *at) {
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        size_t length = strlen(counted[i]);
        if (strncmp(at, counted[i], length) == 0 && at[length] >= '0' && at[length] <= '9') return counted[i];
    }
    return NULL;
}

static size_t number_of(struct numbers *numbers, const char *prefix, long was, struct text *out) {
    size_t same = 0;
    for (size_t i = 0; i < numbers->n; i++) {
        if (numbers->items[i].prefix != prefix) continue;
        if (numbers->items[i].was == was) return same;
        same++;
    }
    status failure = memory_reserve((void **)&numbers->items, &numbers->room, numbers->n + 1, sizeof *numbers->items);
    if (failure) {
        lode_error_free(failure);
        out->failed = true;
        return same;
    }
    numbers->items[numbers->n].prefix = prefix;
    numbers->items[numbers->n++].was = was;
    return same;
}

static const char *next_mark(const char *from) {
    for (; *from; from++)
        if (*from == '#' || strncmp(from, "id=\"", 4) == 0) return from + (*from == '#' ? 1 : 4);
    return NULL;
}

void sheet_svg_name(const struct sheet *sheet, const char *svg, struct text *out) {
    struct numbers numbers = {0};
    const char *root = strstr(svg, "<svg"), *from = root ? strchr(root, '>') : NULL, *mark;
    if (!from) {
        text_add(out, svg);
        return;
    }
    text_add_bytes(out, svg, (size_t)(from + 1 - svg));
    text_add(out, "\n");
    add_about(sheet, out);
    for (from++; (mark = next_mark(from)); from = mark) {
        const char *prefix = counted_at(mark);
        text_add_bytes(out, from, (size_t)(mark - from));
        if (!prefix) continue;
        char *end;
        long was = strtol(mark + strlen(prefix), &end, 10);
        text_print(out, "%s%zu", prefix, number_of(&numbers, prefix, was, out));
        mark = end;
    }
    text_add(out, from);
    free(numbers.items);
}
