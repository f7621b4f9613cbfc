"""Odd but legal scenarios: points on edges, twins, the antimeridian, ties, thresholds and reaches. Answers known beforehand."""
import csv
import unittest

import numpy as np

from ground import UTM, Ground
from places import sites

FLAT = "  flat: {value_of: one, membership: {linear: {zero: 0, one: 2}}}\n"


class Odd(Ground):
    def of_points(self, points, candidates="", grid=UTM, epsg=32611, one=None):
        self.vector("points.gpkg", [(f"POINT ({x!r} {y!r})", label, 1) for x, y, label in points], epsg)
        if one is None:
            self.raster("one.tif", np.ones((20, 30), "f4"))
        return self.scan("  one: {raster: one.tif}\n  points: {vector: points.gpkg}\n", FLAT,
                         f"targets: {{deposit: {{score: flat, candidates: {{points: points, merge_within: 0 m{candidates}}}}}}}\n", grid)

    def test_points_on_the_edges_are_in_the_grid(self):
        self.of_points([(480000, 4202000, "nw"), (483000, 4200000, "se"), (483000, 4202000, "ne"), (483000.5, 4201000, "beyond")])
        found = {s["name"]: (s["cell_col"], s["cell_row"]) for s in sites(self.folder / "out")}
        self.assertEqual(found, {"nw": (0, 0), "se": (29, 19), "ne": (29, 0)})

    def test_points_beyond_the_antimeridian(self):
        self.raster("one.tif", np.ones((20, 20), "f4"), (-190, 1, 0, 10, 0, -1), 4326)
        self.of_points([(-175.5, 0.5, "written west"), (184.5, -0.5, "written east"), (180, 2.5, "between"), (-180, 3.5, "between too")],
                       grid="grid: {crs: EPSG:4326, extent: [170, -10, 190, 10], cell: 1 deg}\n", epsg=4326, one=True)
        found = {s["name"]: (s["cell_col"], s["cell_row"]) for s in sites(self.folder / "out")}
        self.assertEqual(found, {"written west": (14, 9), "written east": (14, 10), "between": (10, 7), "between too": (10, 6)})

    def test_the_poles_are_in_a_grid_of_the_world(self):
        self.raster("one.tif", np.ones((36, 72), "f4"), (-180, 5, 0, 90, 0, -5), 4326)
        self.of_points([(0, 90, "north"), (0, -90, "south"), (180, 2.5, "turn")], grid="grid: {crs: EPSG:4326, extent: [-180, -90, 180, 90], cell: 5 deg}\n",
                       epsg=4326, one=True)
        self.assertEqual({s["name"]: s["cell_row"] for s in sites(self.folder / "out")}, {"north": 0, "south": 35, "turn": 17})

    def test_twins_have_ids_of_their_own(self):
        self.of_points([(481050, 4201050, "twin")] * 3 + [(481050, 4201050, "x" * 700 + "a"), (481050, 4201050, "x" * 700 + "b")])
        self.assertEqual(len({s["site_id"] for s in sites(self.folder / "out")}), 5)

    def test_of_equal_cells_the_nearest_is_taken(self):
        self.of_points([(481030, 4201060, "here")], ", snap_within: 500 m")
        here, = sites(self.folder / "out")
        self.assertEqual((here["cell_col"], here["cell_row"]), (10, 9))

    def test_a_name_of_two_lines_is_one_line_of_the_summary(self):
        done = self.of_points([(481050, 4201050, "upper\nlower\x1b[31m")])
        self.assertIn("upper lower", done.stdout)
        self.assertNotIn("\x1b", done.stdout)
        with open(self.folder / "out" / "sites.csv", newline="") as file:
            self.assertEqual([row["name"] for row in csv.DictReader(file)], ["upper\nlower\x1b[31m"])

    def test_a_buffer_reaches_features_beyond_the_grid(self):
        self.raster("one.tif", np.ones((20, 30), "f4"))
        self.vector("rich.gpkg", [("POLYGON ((483500 4199000, 483700 4199000, 483700 4203000, 483500 4203000, 483500 4199000))", "rich", 5)])
        self.scan("  one: {raster: one.tif}\n  rich: {vector: rich.gpkg, attribute: v}\n",
                  FLAT + "  grade: {value_of: rich, membership: {linear: {zero: 0, one: 9}}}\n",
                  "rules: {rich: {exclude_where: \"grade >= 5\", buffer: 1 km}}\ntargets: {plant: {score: flat}}\n")
        state = self.plane("plant_state.tif")
        np.testing.assert_array_equal(state == 1, np.tile(np.arange(30) >= 25, (20, 1)))  # 483550 - 1000 = 482550, the centre of column 25

    def test_a_threshold_means_the_same_with_and_without_a_buffer(self):
        values = np.full((20, 30), 0.5, "f4")
        values[5, 7] = 0.1
        self.raster("one.tif", values)
        rules = ["{exclude_where: \"one <= 0.1\"}", "{exclude_where: \"one <= 0.1\", buffer: 1 m}", "{exclude_inside: low}"]
        for rule in rules:
            self.scan("  one: {raster: one.tif, resample: nearest}\n  low: {raster: one.tif, resample: nearest, where: \"value <= 0.1\"}\n", FLAT,
                      f"rules: {{low: {rule}}}\ntargets: {{plant: {{score: flat}}}}\n")
            self.assertEqual(np.argwhere(self.plane("plant_state.tif") == 1).tolist(), [[5, 7]], rule)

    def test_nothing_allowed_is_said(self):
        self.raster("one.tif", np.ones((20, 30), "f4"))
        done = self.scan("  one: {raster: one.tif}\n  high: {raster: one.tif, where: \"value > 5\"}\n", FLAT,
                         "rules: {high: {exclude_outside: high}}\ntargets: {plant: {score: flat}}\n")
        self.assertTrue((self.plane("plant_state.tif") == 1).all())
        self.assertRegex(done.stderr, "'high'.*covers no cell.*exclude_outside")

    def test_a_rule_that_excludes_nothing_is_named_with_its_condition(self):
        self.raster("one.tif", np.ones((20, 30), "f4"))
        self.raster("two.tif", np.full((20, 30), 2, "f4"))
        criteria = FLAT + "  ratio: {formula: \"one / two\", membership: {linear: {zero: 0, one: 9}}}\n" + "  steep: {slope_of: two}\n"
        done = self.scan("  one: {raster: one.tif}\n  two: {raster: two.tif}\n", criteria,
                         "rules:\n  rich: {exclude_where: \"ratio > 3\", buffer: 200 m}\n  cliff: {exclude_where: \"steep > 80 percent\", buffer: 200 m}\n"
                         "  high: {exclude_where: \"two > 7\", buffer: 200 m}\ntargets: {plant: {score: flat}}\n")
        lines = (self.folder / "scenario.yaml").read_text().splitlines()
        said = [line.split("warning: ")[-1] for line in done.stderr.splitlines() if "excludes nothing" in line]
        self.assertEqual(len(said), 3, done.stderr)
        for name, condition in (("rich", "ratio > 3"), ("cliff", "steep > 80 percent"), ("high", "two > 7")):
            number = next(i for i, line in enumerate(lines, 1) if line.startswith(f"  {name}:"))
            self.assertTrue(any(f"scenario.yaml:{number}: rule '{name}' excludes nothing: `{condition}` holds in no cell" in line for line in said), said)
        self.assertNotIn("layer '", "".join(said))


if __name__ == "__main__":
    unittest.main()
