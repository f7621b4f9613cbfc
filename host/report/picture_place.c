/* Numbers are the shortest that read back, so that the place is the grid's to the last bit. */
#include "report/picture_place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void add_numbers(struct text *into, const double *values, size_t count, const char *between) {
    for (size_t i = 0; i < count; i++) {
        if (i) text_add(into, between);
        text_add_number(into, values[i]);
    }
}

static void add_escaped(struct text *into, const char *words) {
    for (; *words; words++) {
        if (*words == '&')
            text_add(into, "&amp;");
        else if (*words == '<')
            text_add(into, "&lt;");
        else if (*words == '>')
            text_add(into, "&gt;");
        else
            text_add_bytes(into, words, 1);
    }
}

static void add_world(const struct grid *grid, struct text *lines) {
    add_numbers(lines, (const double[]){grid->dx, 0, 0, -grid->dy, grid_x(grid, 0), grid_y(grid, 0)}, 6, "\n");
    text_add(lines, "\n");
}

static void add_aux(const struct grid *grid, const char *categories, struct text *xml) {
    text_add(xml, "<PAMDataset>\n  <SRS>");
    add_escaped(xml, grid->wkt);
    text_add(xml, "</SRS>\n  <GeoTransform>");
    add_numbers(xml, (const double[]){grid->x0, grid->dx, 0, grid->y0, 0, -grid->dy}, 6, ", ");
    text_add(xml, "</GeoTransform>\n  <PAMRasterBand band=\"1\">\n    <CategoryNames>\n");
    text_add(xml, categories);
    text_add(xml, "    </CategoryNames>\n  </PAMRasterBand>\n</PAMDataset>\n");
}

status picture_text_write(const char *path, const struct text *words) {
    if (words->failed) return status_no_memory();
    FILE *file = fopen(path, "wb");
    if (!file) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool written = fwrite(words->bytes, 1, words->length, file) == words->length;
    if (fclose(file) != 0 || !written) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    return NULL;
}

status picture_place_write(const struct grid *grid, const struct text *categories, const char *world_path, const char *aux_path) {
    struct text world = {0}, xml = {0};
    if (categories->failed) return status_no_memory();
    add_world(grid, &world);
    add_aux(grid, categories->bytes, &xml);
    status failure = picture_text_write(world_path, &world);
    if (!failure) failure = picture_text_write(aux_path, &xml);
    text_free(&world);
    text_free(&xml);
    return failure;
}
