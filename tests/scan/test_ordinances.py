"""Setbacks by jurisdiction in whole scans: against brute force over all pairs of cells, and what is told of jurisdictions without rows."""
import json
import math
import unittest

import jsonschema
import numpy as np

from ground import Ground
from places import DATA, SOURCE, lodescan, memory_for_rows

COLS, ROWS, CELL = 37, 23, 100.0
WEST, NORTH = 480000.0, 4202000.0
GRID = (f"grid: {{crs: EPSG:32611, extent: [{WEST}, {NORTH - ROWS * CELL}, {WEST + COLS * CELL}, {NORTH}], extent_crs: EPSG:32611, cell: 100 m, "
        f"margin: 0 m}}\n")
LAYERS = ("  dem: {raster: dem.tif}\n  counties: {vector: counties.gpkg, category: name}\n  towns: {vector: towns.gpkg}\n"
          "  roads: {vector: roads.gpkg}\n")
CRITERION = "  height: {value_of: dem, membership: {linear: {zero: 0, one: 1}}}\n"
TARGET = "targets: {plant: {score: height, candidates: {peaks: {spacing: 500 m}}}}\n"
SECTION = "ordinances: {table: ordinances.csv, jurisdictions: counties}\n"
HOMES = "  homes: {exclude_setback: towns, feature: residence, default: 250 m}\n"
ROADS = "  road: {exclude_setback: roads, default: 0 m}\n"
HEAD = "jurisdiction,feature,setback,unit,valid_from,valid_until,citation,text\n"
TABLE = (HEAD + 'Ash,residence,350,m,,,Ash County Code 19.4,"Not within 350 m of a dwelling,\nsave by consent."\n'
         "Birch,residence,1640.5,ft,,,,\nDogwood,residence,0,km,,,,\nAsh,roads,0.1,km,,,,\nBirch,roads,0.2,mi,,,,\n")


def square(col0, row0, col1, row1):
    west, north, east, south = WEST + col0 * CELL, NORTH - row0 * CELL, WEST + col1 * CELL, NORTH - row1 * CELL
    return f"POLYGON (({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"


# Cells whose centres lie within; a corner of the grid is in none.
COUNTIES = {"Ash": (0, 0, 13, 11), "Birch": (13, 0, 29, 11), "Cedar": (0, 11, 21, 23), "Dogwood": (21, 11, 37, 20)}
TOWNS = [(4, 5), (12, 9), (14, 3), (20, 15), (22, 13), (33, 22), (36, 0), (8, 20)]
METRES = {"Ash": 350.0, "Birch": 1640.5 * 0.3048, "Dogwood": 0.0}


def distance(sources):
    rows, cols = np.mgrid[0:ROWS, 0:COLS]
    return np.min([np.hypot(rows - r, cols - c) for c, r in sources], axis=0) * CELL


def geodesic_m(lon0, lat0, lon1, lat1):
    """Vincenty's inverse formula (1975), WGS 84."""
    a, f = 6378137.0, 1 / 298.257223563
    b, u1, u2, across = a * (1 - f), math.atan((1 - f) * math.tan(math.radians(lat0))), math.atan((1 - f) * math.tan(math.radians(lat1))), math.radians(lon1 - lon0)
    if (lon0, lat0) == (lon1, lat1):
        return 0.0
    s1, c1, s2, c2, turn = math.sin(u1), math.cos(u1), math.sin(u2), math.cos(u2), across
    for _ in range(100):
        sin_turn, cos_turn = math.sin(turn), math.cos(turn)
        sine = math.hypot(c2 * sin_turn, c1 * s2 - s1 * c2 * cos_turn)
        cosine = s1 * s2 + c1 * c2 * cos_turn
        arc, azimuth = math.atan2(sine, cosine), c1 * c2 * sin_turn / sine
        square = 1 - azimuth * azimuth
        middle = cosine - 2 * s1 * s2 / square
        c = f / 16 * square * (4 + f * (4 - 3 * square))
        turn = across + (1 - c) * f * azimuth * (arc + c * sine * (middle + c * cosine * (2 * middle * middle - 1)))
    u = square * (a * a - b * b) / (b * b)
    p, q = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u))), u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    more = q * sine * (middle + q / 4 * (cosine * (2 * middle * middle - 1) - q / 6 * middle * (4 * sine * sine - 3) * (4 * middle * middle - 3)))
    return b * p * (arc - more)


class Ordinances(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(9)
        self.raster("dem.tif", random.uniform(0.1, 0.9, (ROWS, COLS)).astype("f4"), (WEST, CELL, 0, NORTH, 0, -CELL))
        self.vector("counties.gpkg", [(square(*box), name, 1) for name, box in COUNTIES.items()])
        self.vector("towns.gpkg", [(f"POINT ({WEST + (c + 0.5) * CELL} {NORTH - (r + 0.5) * CELL})", f"t{c}", 1) for c, r in TOWNS])
        self.roads = [(c, 7) for c in range(2, 31)]
        self.vector("roads.gpkg", [(f"LINESTRING ({WEST + 250} {NORTH - 750}, {WEST + 3050} {NORTH - 750})", "road", 1)])
        self.county = np.full((ROWS, COLS), "", dtype=object)
        for name, (c0, r0, c1, r1) in COUNTIES.items():
            self.county[r0:r1, c0:c1] = name

    def run_it(self, table=TABLE, rules=HOMES, section=SECTION, layers=LAYERS, target=TARGET, grid=GRID, code=0, words=(), **extra):
        (self.folder / "ordinances.csv").write_text(table)
        path = self.folder / "scenario.yaml"
        path.write_text("lodescan: 1\ntitle: odd\n" + grid + "layers:\n" + layers + "criteria:\n" + CRITERION + section + "rules:\n" + rules + target)
        done = lodescan("run", path, f"--output={self.folder / 'out'}", "--overwrite", *words, **extra)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def excluded(self):
        score = self.plane("plant_score.tif")
        return np.isnan(score if score.ndim == 2 else score[0])

    def told(self):
        return json.loads((self.folder / "out" / "run.json").read_text())["ordinances"]

    def wanted(self, metres, default, sources):
        limit = np.vectorize(lambda name: metres.get(name, default))(self.county)
        return (distance(sources) <= limit) & (limit > 0)

    def test_brute_force(self):
        """By the cell's own jurisdiction, not the feature's: two towns stand at a border; a row of 0 excludes not even the feature's cell."""
        self.run_it()
        wanted = self.wanted(METRES, 250, TOWNS)
        np.testing.assert_array_equal(self.excluded(), wanted)
        self.assertFalse(wanted[13, 22])
        self.assertTrue(wanted[22, 33] and wanted[20, 8])
        self.assertGreater((wanted != self.wanted({}, 250, TOWNS)).sum(), 40)

    def test_features_have_rows_of_their_own(self):
        self.run_it(rules=HOMES + ROADS)
        roads = self.wanted({"Ash": 100, "Birch": 0.2 * 1609.344}, 0, self.roads)
        self.assertGreater(roads.sum(), 60)
        np.testing.assert_array_equal(self.excluded(), self.wanted(METRES, 250, TOWNS) | roads)
        done = {rule["rule"]: rule for rule in self.told()["rules"]}
        self.assertEqual([c["jurisdiction"] for c in done["road"]["by_default"]], ["Cedar", "Dogwood", None])
        self.assertEqual([(c["jurisdiction"], c["setback_m"]) for c in done["road"]["by_table"]], [("Ash", 100), ("Birch", 321.8688)])

    def test_bands_and_devices(self):
        self.run_it(rules=HOMES + ROADS)
        first, told = self.excluded().tobytes(), self.told()["rules"]
        scenario = self.folder / "scenario.yaml"
        for rows in (5,):
            self.run_it(rules=HOMES + ROADS, words=(f"--memory={memory_for_rows(rows, scenario)}",))
            self.assertEqual(self.excluded().tobytes(), first)
            self.assertEqual(self.told()["rules"], told)
        small = memory_for_rows(2, scenario, "--device=all", POCL_DEVICES="pthread pthread")
        self.run_it(rules=HOMES + ROADS, words=(f"--memory={small}", "--device=all"), POCL_DEVICES="pthread pthread")
        devices = json.loads((self.folder / "out" / "run.json").read_text())["devices"]
        self.assertEqual(len(devices), 2)
        self.assertEqual(self.excluded().tobytes(), first)
        self.assertEqual(self.told()["rules"], told)

    def test_lengths_that_cells_have(self):
        """500 m are three and four cells: these belong to the setback, and at 499.99 m they do not."""
        for metres in (100, 141.42, 141.43, 499.99, 500, 509.9, 509.91):
            self.run_it(table=HEAD + f"Ash,residence,{metres},m,,,,\nBirch,residence,{metres},m,,,,\n")
            squares = np.vectorize(lambda name: (metres / CELL) ** 2 if name in ("Ash", "Birch") else 6.25)(self.county)
            rows, cols = np.mgrid[0:ROWS, 0:COLS]
            nearest = np.min([(rows - r) ** 2 + (cols - c) ** 2 for c, r in TOWNS], axis=0)
            np.testing.assert_array_equal(self.excluded(), nearest <= squares, str(metres))

    def test_lengths_in_feet(self):
        """Cells of 100 ft have exactly 500 ft between them, which is 152.4 m and no float: by the table and by default."""
        cols, rows, side = 29, 25, 30.48
        west, north = 15749 * side, 137861 * side
        south, east, middle = north - rows * side, west + cols * side, west + 15 * side
        self.raster("dem_ft.tif", np.full((rows, cols), 0.5, "f4"), (west, side, 0, north, 0, -side))
        self.vector("west.gpkg", [(f"POLYGON (({west} {south}, {middle} {south}, {middle} {north}, {west} {north}, {west} {south}))", "Ash", 1)])
        self.vector("home.gpkg", [(f"POINT ({west + 14.5 * side} {north - 11.5 * side})", "t", 1)])
        grid = f"grid: {{crs: EPSG:32611, extent: [{west}, {south}, {east}, {north}], extent_crs: EPSG:32611, cell: 100 ft, margin: 0 m}}\n"
        self.run_it(table=HEAD + "Ash,residence,500,ft,,,,\n", rules=HOMES.replace("250 m", "500 ft"), grid=grid,
                    layers="  dem: {raster: dem_ft.tif}\n  counties: {vector: west.gpkg, category: name}\n  towns: {vector: home.gpkg}\n")
        row, col = np.mgrid[0:rows, 0:cols]
        np.testing.assert_array_equal(self.excluded(), (row - 11) ** 2 + (col - 14) ** 2 <= 25)

    def test_variants_that_score_again(self):
        """Areas by jurisdiction are those of the scenario itself, whatever its variants ask."""
        target = ("permits: {jurisdiction: US}\ntargets: {plant: {score: {weighted: {height: 1, months: 1}}, permit: mine, "
                  "candidates: {peaks: {spacing: 500 m}}}}\n")
        months = "  months: {months_to_permit: mine, membership: {linear: {zero: 90 months, one: 2 months}}}\n"
        self.run_it(section=months + SECTION, target=target)
        told, excluded = self.told(), self.excluded()
        self.run_it(section=months + SECTION, target=target + "variants: {fast: {accelerate: {environmental impact statement: 50 percent}}}\n")
        self.assertEqual(self.told(), told)
        np.testing.assert_array_equal(self.excluded(), excluded)

    def test_reports(self):
        done = self.run_it()
        told = self.told()
        rule = told["rules"][0]
        self.assertEqual((told["table"]["rows"], told["table"]["in_force"], told["excludes_nothing"]), (5, 5, False))
        self.assertEqual((rule["rule"], rule["feature"], rule["default_m"]), ("homes", "residence", 250))
        for one in rule["by_table"] + rule["by_default"]:
            cells = int((self.county == (one["jurisdiction"] or "")).sum())
            self.assertEqual((one["cells"], round(one["area_km2"], 9)), (cells, round(cells * 0.01, 9)))
        self.assertEqual([(c["jurisdiction"], c["setback_m"]) for c in rule["by_default"]], [("Cedar", 250), (None, 250)])
        ash = rule["by_table"][0]
        self.assertEqual((ash["jurisdiction"], ash["citation"], ash["line"]), ("Ash", "Ash County Code 19.4", 2))
        self.assertEqual(ash["text"], "Not within 350 m of a dwelling,\nsave by consent.")
        self.assertIn("rule 'homes', residence: by the table Ash 350 m, Birch 500.0244 m, Dogwood none; no row, so by default 250 m: Cedar, no "
                      "jurisdiction", done.stdout)
        self.assertIn("ordinances.csv:6: no rule has the feature 'roads'", done.stderr)
        schema = json.loads((SOURCE / "docs/schema/run.schema.json").read_text())
        jsonschema.validate(json.loads((self.folder / "out" / "run.json").read_text()), schema)
        page = (self.folder / "out" / "report.html").read_text()
        self.assertIn("no row, so by default 250 m: Cedar, no jurisdiction", page)

    def test_empty(self):
        """No rows, no bytes, no table, no section's value: nothing is excluded, and that is said."""
        for table, section, why in ((HEAD, SECTION, "ordinances.csv has no rows"), ("", SECTION, "ordinances.csv has no rows"),
                                    (TABLE, "ordinances: {table: , jurisdictions: counties}\n", "`ordinances` names no table"),
                                    (TABLE, "ordinances:\n", "`ordinances` names no table")):
            done = self.run_it(table=table, section=section)
            self.assertIn("rule 'homes' excludes nothing, its default neither: ", done.stderr)
            self.assertIn(why, done.stderr)
            if "names no table" in why:
                self.assertIn("Setbacks: `ordinances` names no table\n  rule 'homes', residence: excludes nothing, as there is no table\n", done.stdout)
            else:
                self.assertIn("(0 rows, 0 in force):\n  rule 'homes', residence: excludes nothing, as the table has no rows\n", done.stdout)
            self.assertEqual(self.excluded().sum(), 0)
            self.assertTrue(self.told()["excludes_nothing"])

    def test_no_rule_in_force(self):
        rules = HOMES.replace("250 m}", "250 m, valid: {from: 2030-01-01}}")
        self.assertNotIn("Setbacks", self.run_it(rules=rules, words=("--as-of=2029-12-31",)).stdout)
        self.assertIn("Setbacks by ", self.run_it(rules=rules, words=("--as-of=2030-01-01",)).stdout)

    def test_strangers(self):
        """Rows that match no jurisdiction are said, with the name that was meant; the others still hold."""
        done = self.run_it(table=HEAD + "Asch,residence,400,m,,,,\nBirch,residence,300,m,,,,\n")
        self.assertIn("ordinances.csv:2: 'Asch' is no class of layer 'counties', so the row holds nowhere; did you mean 'Ash'?", done.stderr)
        np.testing.assert_array_equal(self.excluded(), self.wanted({"Birch": 300}, 250, TOWNS))
        self.assertEqual(self.told()["rows_of_elsewhere"], [{"jurisdiction": "Asch", "feature": "residence", "line": 2}])

    def test_names(self):
        section = "ordinances: {table: ordinances.csv, jurisdictions: counties, names: {Ash: Ash (unincorporated), Cedar: Birch}}\n"
        table = "unit,feature,jurisdiction,setback\nm,residence,Ash (unincorporated),410\nm,residence,Birch,120\n"
        self.run_it(table=table, section=section)
        np.testing.assert_array_equal(self.excluded(), self.wanted({"Ash": 410, "Birch": 120, "Cedar": 120}, 250, TOWNS))
        done = self.run_it(table=table, section=section.replace("Ash:", "Asch:").replace("Cedar: Birch", "Cedar: Brich"), code=65)
        self.assertIn("`names`: no class of the layer is called 'Asch', did you mean 'Ash'?", done.stderr)
        self.assertIn("`names`: no row of the table is about 'Brich', did you mean 'Birch'?", done.stderr)

    def test_classes_of_a_raster(self):
        codes = np.select([self.county == n for n in COUNTIES], [3, 7, 11, 250], np.nan).astype("f4")
        self.raster("codes.tif", codes, (WEST, CELL, 0, NORTH, 0, -CELL))
        self.run_it(table=HEAD + "7,residence,300,m,,,,\n250,residence,130,m,,,,\n", section=SECTION.replace("counties", "codes"),
                    layers=LAYERS + "  codes: {raster: codes.tif, kind: classes}\n")
        np.testing.assert_array_equal(self.excluded(), self.wanted({"Birch": 300, "Dogwood": 130}, 250, TOWNS))
        self.assertEqual([c["jurisdiction"] for c in self.told()["rules"][0]["by_default"]], ["3", "11", None])

    def test_days(self):
        table = HEAD + "Ash,residence,350,m,,2026-12-31,,\nAsh,residence,600,m,2027-01-01,,,\nBirch,residence,900,m,2028-02-29,,,\n"
        for day, metres in (("2026-12-31", {"Ash": 350}), ("2027-01-01", {"Ash": 600}), ("2028-02-29", {"Ash": 600, "Birch": 900})):
            self.run_it(table=table, words=(f"--as-of={day}",))
            np.testing.assert_array_equal(self.excluded(), self.wanted(metres, 250, TOWNS), day)
            self.assertEqual(self.told()["table"]["in_force"], len(metres))
        done = self.run_it(table=table, code=65)
        self.assertEqual(done.stderr.count("the row holds on some days alone, and the scenario does not say which day is meant"), 3)
        self.run_it(table=HEAD + "Ash,residence,350,m,,2025-12-31,,\n", words=("--as-of=2026-01-01",))
        np.testing.assert_array_equal(self.excluded(), self.wanted({}, 250, TOWNS))

    def test_mistakes_of_a_table(self):
        table = HEAD + ("Ash,residence,350,metrs,,,,\nBirch,,x,m,2026-02-30,,,\n,roads,-1,km,,,,\nCedar,roads,1,km,2027-01-02,2027-01-01,,\n"
                        "Dogwood,roads,1,km,,,,\nDogwood,roads,2,km,,,,\n")
        done = self.run_it(table=table, words=("--as-of=2027-01-01",), code=65)
        for words in ("ordinances.csv:2:4: unit 'metrs' is no length's; write m, km, ft or mi",
                      "ordinances.csv:3:2: feature is empty; name what is to be kept away from",
                      "ordinances.csv:3:3: setback 'x' is not a number of 0 or more; 0 wants none",
                      "ordinances.csv:3:5: valid_from '2026-02-30' is no day; write it like 2027-01-31, or leave it empty",
                      "ordinances.csv:4:1: jurisdiction is empty; write whose ordinance it is",
                      "ordinances.csv:4:3: setback '-1' is not a number of 0 or more; 0 wants none",
                      "ordinances.csv:5:6: valid_until '2027-01-01' is before valid_from '2027-01-02'",
                      "ordinances.csv:7:1: 'Dogwood' has two setbacks from 'roads' at once, here and in line 6; take one out, or end it by valid_until"):
            self.assertIn(words, done.stderr)
        done = self.run_it(table=HEAD + '"Kern,residence,5,ft,,,,\n', code=65)
        self.assertIn("ordinances.csv:2:1: a quote begins here and never ends; close it", done.stderr)
        done = self.run_it(table="jurisdiction,feature,setbck,unit\n", code=65)
        self.assertIn("ordinances.csv:1:3: a column 'setbck' is not known here, did you mean 'setback'?", done.stderr)

    def test_sites(self):
        """An excluded site's reason says how far, and whose setback it is."""
        self.raster("dem.tif", np.ones((ROWS, COLS), "f4"), (WEST, CELL, 0, NORTH, 0, -CELL))
        self.run_it(rules=HOMES.replace("default: 250 m", "default: 250 m, reason: Near homes"),
                    target="targets: {plant: {score: height, candidates: {points: towns}}}\n")
        sites = json.loads((self.folder / "out" / "sites.geojson").read_text())["features"]
        told = {site["properties"]["name"]: site["properties"]["exclusion_reasons"] for site in sites}
        self.assertEqual(told, {"t4": "Near homes (350 m by Ash: Ash County Code 19.4)", "t12": "Near homes (350 m by Ash: Ash County Code 19.4)",
                                "t14": "Near homes (500.0244 m by Birch)", "t20": "Near homes (250 m by default, no row for Cedar)",
                                "t8": "Near homes (250 m by default, no row for Cedar)", "t22": "", "t36": "Near homes (250 m by default, no "
                                "jurisdiction)", "t33": "Near homes (250 m by default, no jurisdiction)"})

    def test_degrees(self):
        """On a geographic grid setbacks are metres of the ground."""
        cols, rows, cell = 29, 17, 0.25
        grid = f"grid: {{crs: EPSG:4326, extent: [10, 50, {10 + cols * cell}, {50 + rows * cell}], cell: {cell} deg, margin: 0 m}}\n"
        self.raster("dem.tif", np.full((rows, cols), 0.5, "f4"), (10, cell, 0, 50 + rows * cell, 0, -cell), 4326)
        self.vector("counties.gpkg", [("POLYGON ((10 50, 13 50, 13 60, 10 60, 10 50))", "Ash", 1)], 4326)
        lon, lat = 10 + (np.arange(cols) + 0.5) * cell, 50 + (rows - np.arange(rows) - 0.5) * cell
        self.vector("towns.gpkg", [(f"POINT ({lon[11]} {lat[8]})", "t", 1)], 4326)
        self.run_it(table=HEAD + "Ash,residence,60,km,,,,\n", rules=HOMES.replace("250 m", "35 km"), grid=grid)
        metres = np.array([[geodesic_m(lon[11], lat[8], x, y) for x in lon] for y in lat])
        wanted = metres <= np.where(lon < 13, 60000, 35000)[None, :]
        self.assertGreater(wanted.sum(), 10)
        np.testing.assert_array_equal(self.excluded(), wanted)

    def test_demo(self):
        """The district of the table by the law of the day, the other by the default."""
        scenario = SOURCE / "datasets/demo/ordinances.yaml"
        for day, metres in (("2027-06-30", 4000), ("2026-12-31", 1500)):
            done = lodescan("run", scenario, f"--data={DATA}", f"--output={self.folder / 'out'}", "--overwrite", "--no-report", f"--as-of={day}")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"rule 'homes', town: by the table Linden District {metres} m; no row, so by default 1000 m: Halder District", done.stdout)
            self.assertIn("rule 'roads', highway: by the table Linden District 402.336 m; no row, so by default none: Halder District", done.stdout)

    def test_beyond_the_grid(self):
        """The longest setback decides how far the layer is read beyond the grid."""
        beyond = WEST - 450
        self.vector("towns2.gpkg", [(f"POINT ({beyond} {NORTH - 550})", "west", 1)])
        self.run_it(table=HEAD + "Ash,residence,700,m,,,,\n", layers=LAYERS.replace("towns.gpkg", "towns2.gpkg"),
                    rules=HOMES.replace("default: 250 m", "default: 0 m"))
        np.testing.assert_array_equal(self.excluded(), self.wanted({"Ash": 700}, 0, [(-5, 5)]))
        self.assertGreater(self.excluded().sum(), 10)


if __name__ == "__main__":
    unittest.main()
