/* Site tables in three formats, read back by sqlite, Python's json and csv: values, missing ones, units, styles, the same bytes twice. */
#include "unit.h"

#include "geo/site_writer.h"
#include "world.h"

static const struct column deposit_columns[] = {{"id", "Site id", "", COLUMN_TEXT},
                                                {"rank", "Rank", "", COLUMN_INTEGER},
                                                {"score", "Score", "", COLUMN_REAL},
                                                {"rail_km", "Distance to it's rail", "km", COLUMN_REAL},
                                                {"terms", "Reasons", "", COLUMN_JSON}};
static const union value deposit_values[] = {{.text = "d1"},
                                             {.integer = 1},
                                             {.real = 0.1},
                                             {.real = 1.0 / 3},
                                             {.text = "[{\"name\": \"rail\", \"raw\": 0.5}]"},
                                             {.text = "d,2 \"x\"\n\xc3\xa9"},
                                             {.integer = 2},
                                             {.real = 0.7},
                                             {.real = NAN},
                                             {.text = NULL},
                                             {.text = NULL},
                                             {.integer = 3},
                                             {.real = 0.9},
                                             {.real = 12},
                                             {.text = "{\"a\": [1, 2]}"}};
static const bool deposit_missing[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
static const double deposit_lon[] = {-115.53399012, 139.5, 179.9999995}, deposit_lat[] = {35.4788, -30.01, -89.5};
static const struct column plant_columns[] = {{"id", "Site id", "", COLUMN_TEXT}, {"power_mw", "Power", "MW", COLUMN_REAL}};
static const union value plant_values[] = {{.text = "p1"}, {.real = 1e-7}};
static const double plant_lon[] = {10}, plant_lat[] = {-20.5};

static const struct table tables[] = {{"deposit", 5, 3, deposit_columns, deposit_values, deposit_missing, deposit_lon, deposit_lat, NULL},
                                      {"plant", 2, 1, plant_columns, plant_values, NULL, plant_lon, plant_lat, NULL}};
static const struct site_metadata about = {"Test scan", "Sites of a test", "Survey of nobody's"};

/* Runs a Python program whose asserts are the test; PATH is the file. */
static void python_agrees(struct world *world, const char *path, const char *program) {
    char script[200], *command = NULL;
    snprintf(script, sizeof script, "%s/check.py", world->folder);
    FILE *out = fopen(script, "w");
    fputs(program, out);
    fclose(out);
    assert_true(asprintf(&command, "/usr/bin/python3 '%s' '%s'", script, path) > 0);
    int answer = system(command);
    free(command);
    assert_int_equal(answer, 0);
}

static void same_bytes(struct world *world, const char *one, const char *two) {
    char *command = NULL;
    assert_true(asprintf(&command, "cmp '%s/%s' '%s/%s'", world->folder, one, world->folder, two) > 0);
    int answer = system(command);
    free(command);
    assert_int_equal(answer, 0);
}

static void geopackage_reads_back(void **state) {
    struct world *world = *state;
    wrong(site_writer_gpkg(world_path(world, "b.gpkg"), tables, 2, &about));
    wrong(site_writer_gpkg(world_path(world, "a.gpkg"), tables, 2, &about));
    same_bytes(world, "a.gpkg", "b.gpkg");
    python_agrees(
        world, world->path,
        "import sqlite3, struct, sys, xml.dom.minidom\n"
        "db = sqlite3.connect(sys.argv[1])\n"
        "rows = db.execute('select id, rank, score, rail_km, terms, geom from deposit order by fid').fetchall()\n"
        "assert [r[:5] for r in rows] == [('d1', 1, 0.1, 1/3, '[{\"name\": \"rail\", \"raw\": 0.5}]'), ('d,2 \"x\"\\n\\xe9', 2, 0.7, None, None),\n"
        "    (None, None, 0.9, 12.0, '{\"a\": [1, 2]}')], rows\n"
        "assert struct.unpack('<dd', rows[0][5][-16:]) == (-115.53399012, 35.4788), rows[0][5]\n"
        "columns = dict((r[0], r[1:]) for r in db.execute(\"select column_name, title, description from gpkg_data_columns where "
        "table_name='deposit'\"))\n"
        "assert columns['rail_km'] == (\"Distance to it's rail\", 'unit: km'), columns\n"
        "assert columns['score'][0] == 'Score' and not columns['score'][1], columns\n"
        "assert db.execute(\"select description from gpkg_contents where table_name='plant'\").fetchone() == ('Sites of a test',)\n"
        "assert db.execute(\"select identifier from gpkg_contents where table_name='plant'\").fetchone() == ('Test scan: plant',)\n"
        "about = ' '.join(r[0] for r in db.execute('select metadata from gpkg_metadata'))\n"
        "assert 'Survey of nobody' in about and 'Test scan' in about and 'lodescan' in about, about\n"
        "styles = db.execute('select f_table_name, f_geometry_column, styleQML, useAsDefault from layer_styles').fetchall()\n"
        "assert [s[:2] + s[3:] for s in styles] == [('deposit', 'geom', 1), ('plant', 'geom', 1)], styles\n"
        "renderers = [xml.dom.minidom.parseString(s[2]).getElementsByTagName('renderer-v2')[0] for s in styles]\n"
        "assert [r.getAttribute('type') for r in renderers] == ['RuleRenderer', 'singleSymbol']\n"
        "filters = [r.getAttribute('filter') for r in renderers[0].getElementsByTagName('rule')]\n"
        "shown = [db.execute('select score from deposit where ' + f).fetchall() for f in filters]\n"
        "assert shown == [[(0.1,)], [], [], [], [(0.7,)], [(0.9,)]], (shown, filters)\n"
        "aliases = {a.getAttribute('field'): a.getAttribute('name') for a in\n"
        "           xml.dom.minidom.parseString(styles[0][2]).getElementsByTagName('alias')}\n"
        "assert aliases['rail_km'] == \"Distance to it's rail, km\" and aliases['score'] == 'Score', aliases\n"
        "assert db.execute('pragma integrity_check').fetchone() == ('ok',)\n");
}

static void geojson_reads_back(void **state) {
    struct world *world = *state;
    wrong(site_writer_geojson(world_path(world, "b.geojson"), tables, 2, &about));
    wrong(site_writer_geojson(world_path(world, "a.geojson"), tables, 2, &about));
    same_bytes(world, "a.geojson", "b.geojson");
    python_agrees(
        world, world->path,
        "import json, sys\n"
        "doc = json.load(open(sys.argv[1], encoding='utf-8'))\n"
        "assert doc['type'] == 'FeatureCollection' and 'crs' not in doc\n"
        "p = [f['properties'] for f in doc['features']]\n"
        "assert [x['target'] for x in p] == ['deposit'] * 3 + ['plant'], p\n"
        "assert p[0] == {'target': 'deposit', 'id': 'd1', 'rank': 1, 'score': 0.1, 'rail_km': 1/3, 'terms': [{'name': 'rail', 'raw': 0.5}]}, p[0]\n"
        "assert p[1]['id'] == 'd,2 \"x\"\\n\\xe9' and p[1]['rail_km'] is None and p[1]['terms'] is None, p[1]\n"
        "assert p[2]['rank'] is None and p[2]['id'] is None and p[2]['terms'] == {'a': [1, 2]}, p[2]\n"
        "assert p[3] == {'target': 'plant', 'id': 'p1', 'power_mw': 1e-7}, p[3]\n"
        "at = [f['geometry']['coordinates'] for f in doc['features']]\n"
        "assert abs(at[0][0] + 115.53399012) < 1e-6 and abs(at[0][1] - 35.4788) < 1e-6 and len(at[0]) == 2, at\n"
        "assert all(-180 <= a[0] <= 180 for a in at)\n");
}

static void csv_reads_back(void **state) {
    struct world *world = *state;
    wrong(site_writer_csv(world_path(world, "b.csv"), tables, 2));
    wrong(site_writer_csv(world_path(world, "a.csv"), tables, 2));
    same_bytes(world, "a.csv", "b.csv");
    python_agrees(
        world, world->path,
        "import csv, sys\n"
        "raw = open(sys.argv[1], 'rb').read()\n"
        "assert raw.count(b'\\r\\n') == 5, raw\n"
        "rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')))\n"
        "assert list(rows[0]) == ['target', 'lon', 'lat', 'id', 'rank', 'score', 'rail_km', 'power_mw'], rows[0]\n"
        "assert rows[0]['target'] == 'deposit' and float(rows[0]['lon']) == -115.53399012 and rows[0]['rank'] == '1' and rows[0]['power_mw'] == ''\n"
        "assert abs(float(rows[0]['rail_km']) - 1/3) < 1e-14\n"
        "assert rows[1]['id'] == 'd,2 \"x\"\\n\\xe9' and rows[1]['rail_km'] == ''\n"
        "assert rows[2]['rank'] == '' and float(rows[3]['power_mw']) == 1e-7 and rows[3]['score'] == ''\n");
}

static void empty_tables_are_files(void **state) {
    struct world *world = *state;
    const struct table none = {"deposit", 5, 0, deposit_columns, NULL, NULL, NULL, NULL, NULL};
    wrong(site_writer_csv(world_path(world, "none.csv"), &none, 1));
    python_agrees(world, world->path, "import sys\nassert open(sys.argv[1]).read().startswith('target,lon,lat,id,rank')\n");
    wrong(site_writer_geojson(world_path(world, "none.geojson"), &none, 1, &about));
    python_agrees(world, world->path, "import json, sys\nassert json.load(open(sys.argv[1]))['features'] == []\n");
    wrong(site_writer_gpkg(world_path(world, "none.gpkg"), &none, 1, &about));
    python_agrees(world, world->path,
                  "import sqlite3, sys\nassert sqlite3.connect(sys.argv[1]).execute('select count(*) from deposit').fetchone() == (0,)\n");
}

static void folders_that_are_not_there(void **state) {
    (void)state;
    FAILS_WITH(site_writer_gpkg("/nowhere/a.gpkg", tables, 2, &about), LODE_IO, "/nowhere/a.gpkg");
    FAILS_WITH(site_writer_geojson("/nowhere/a.geojson", tables, 2, &about), LODE_IO, "/nowhere/a.geojson");
    FAILS_WITH(site_writer_csv("/nowhere/a.csv", tables, 2), LODE_IO, "/nowhere/a.csv");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(geopackage_reads_back, world_open, world_close),
        cmocka_unit_test_setup_teardown(geojson_reads_back, world_open, world_close),
        cmocka_unit_test_setup_teardown(csv_reads_back, world_open, world_close),
        cmocka_unit_test_setup_teardown(empty_tables_are_files, world_open, world_close),
        cmocka_unit_test(folders_that_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
