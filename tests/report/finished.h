/* The fixture written out as a finished run, in FOLDER/out. */
#ifndef LODE_TESTS_REPORT_FINISHED_H
#define LODE_TESTS_REPORT_FINISHED_H

#include "report/fixture.h"

#include "geo/site_writer.h"
#include "report/heatmap.h"
#include "report/manifest.h"
#include "report/outputs.h"
#include "report/site_table.h"

static void finish_run(struct fixture *f, const char *name, bool overwrite, size_t n_targets) {
    char folder[96];
    char warning[] = "layer 'rail' ends inside the margin", *warnings[] = {warning};
    struct log log = {.warnings = warnings, .n_warnings = 1};
    struct outputs *outputs;
    struct arena arena = {0};
    struct table tables[2];
    const char *path;
    snprintf(folder, sizeof folder, "%s/%s", f->folder, name);
    assert_ok(outputs_open(folder, overwrite, &outputs));
    for (size_t t = 0; t < n_targets; t++) {
        const char *target = f->scenario->targets[t].name;
        struct heatmap_paths paths;
        assert_ok(outputs_add(outputs, arena_print(&arena, "%s_heatmap.png", target), &paths.png));
        assert_ok(outputs_add(outputs, arena_print(&arena, "%s_heatmap.pgw", target), &paths.world));
        assert_ok(outputs_add(outputs, arena_print(&arena, "%s_heatmap.png.aux.xml", target), &paths.aux));
        assert_ok(heatmap_write(&f->result, t, &paths));
        assert_ok(site_table_make(&f->result, t, &arena, &tables[t]));
    }
    assert_ok(outputs_add(outputs, "sites.geojson", &path));
    assert_ok(site_writer_geojson(path, tables, n_targets, &(struct site_metadata){.title = "t", .description = "d"}));
    assert_ok(outputs_seal(outputs));
    assert_ok(outputs_add(outputs, OUTPUTS_MANIFEST, &path));
    assert_ok(manifest_write(&f->result, NULL, outputs, &log, 1000000000, 1000000060, path));
    assert_ok(outputs_publish(outputs));
    outputs_close(outputs);
    arena_free(&arena);
}

#endif
