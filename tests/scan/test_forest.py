"""Scores learnt by trees: what the device says of every cell is what the trees of TARGET_model.json say, walked down here by numpy."""
import json
import math
import unittest

import numpy as np

from ground import Ground
from places import lodescan
from test_models import other_runs, schema_faults

COLS, ROWS, CELL = 37, 23, 100.0
GRID = "grid: {crs: EPSG:32611, extent: [480000, 4200000, 483700, 4202300], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"
FOREST = "random_forest: {training: known, unit_area: 0.01 km2, trees: 31, depth: 6, negatives: 300, seed: 3"
BOOSTED = "boosted_trees: {training: known, unit_area: 0.01 km2, trees: 43, depth: 4, negatives: 300, seed: 3"


def walked(nodes, evidence, trees):
    """Sum of the leaves, in single precision and in the order of the trees."""
    asks, first = np.array(nodes["asks"], object), np.array(nodes["first"])
    value, of_class = np.array(nodes["value"], "f4"), np.array(nodes["of_class"])
    missing_second = np.array(nodes["missing_second"])
    names = sorted(evidence)
    x = np.array([np.clip(evidence[name], -1e37, 1e37).ravel() for name in names], "f4")
    column = np.array([names.index(name) if name else 0 for name in asks])
    total = np.zeros(x.shape[1], "f4")
    for tree in range(trees):
        at = np.full(x.shape[1], tree)
        while (first[at] > 0).any():
            seen = x[column[at], np.arange(x.shape[1])]
            second = np.where(np.isnan(seen), missing_second[at], np.where(of_class[at], seen == value[at], ~(seen < value[at])))
            at = np.where(first[at] > 0, first[at] + second, at)
        total += value[at]
    return total


class Trees(Ground):
    """Points lie where `a` is low on class 7 of `b`, and everywhere near the line; `a` and `b` have gaps."""

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(11)
        self.a = random.uniform(0, 10, (ROWS, COLS)).astype("f4")
        self.b = random.choice([3, 7, 12, 20], (ROWS, COLS)).astype("f4")
        chance = 0.02 + 0.6 * ((self.a < 4) & (self.b == 7))
        hits = [(r, c) for r in range(ROWS) for c in range(COLS) if random.random() < chance[r, c]]
        self.a[random.random((ROWS, COLS)) < 0.1] = np.nan
        self.b[random.random((ROWS, COLS)) < 0.1] = np.nan
        self.a[4, 5] = self.b[4, 5] = np.nan
        place = (480000, 100, 0, 4202300, 0, -100)
        self.raster("a.tif", self.a, place)
        self.raster("b.tif", self.b, place)
        self.vector("known.gpkg", [(f"POINT ({480000 + (c + 0.3) * CELL} {4202300 - (r + 0.6) * CELL})", f"p{i}", i) for i, (r, c) in enumerate(hits)])
        self.vector("nothing.gpkg", [("POINT (600000 4200000)", "far", 0)])
        self.hits = hits

    def learn(self, how, rest="min_coverage: 60 percent"):
        layers = ("  a: {raster: a.tif, resample: nearest, kind: continuous}\n  b: {raster: b.tif, resample: nearest, kind: classes}\n"
                  "  known: {vector: known.gpkg}\n  nothing: {vector: nothing.gpkg}\n")
        criteria = "  a: {value_of: a}\n  b: {category_of: b}\n  c: {distance_to: nothing}\n"
        targets = f"targets:\n  deposit:\n    score: {{{how}}}, of: [a, b, c]}}\n    {rest}\n    candidates: {{points: known}}\nvalidate: {{deposit: {{sites: known, folds: 4}}}}\n"
        self.scan(layers, criteria, targets, grid=GRID)
        return json.loads((self.folder / "out/deposit_model.json").read_text())

    def probability(self, model, total):
        odds = model["prior"] / (1 - model["prior"])
        if model["model"] == "random_forest":
            odds *= (0.5 + total) / (0.5 - total)
        else:
            odds *= np.exp(total)
        return odds / (1 + odds)

    def check(self, how, trees):
        model = self.learn(how)
        total = walked(model["nodes"], {"a": self.a, "b": self.b, "c": np.full((ROWS, COLS), np.inf)}, trees).astype("f8").reshape(ROWS, COLS)
        expected = self.probability(model, total)
        expected[np.isnan(self.a) & np.isnan(self.b)] = np.nan  # a third of the evidence is less than 60 percent
        score = self.plane("deposit_score.tif")
        self.assertTrue((np.isnan(score) == np.isnan(expected)).all())
        self.assertGreater(np.isnan(expected).sum(), 0)
        known = ~np.isnan(expected)
        np.testing.assert_allclose(score[known], expected[known], rtol=2.0 ** -15)  # as many bits as a surface keeps
        self.assertGreater(np.unique(score[known]).size, 20)
        rich = known & (self.a < 4) & (self.b == 7)
        self.assertGreater(np.median(score[rich]), 3 * np.median(score[known & ~rich]))
        sites = [site for site in json.loads((self.folder / "out/sites.geojson").read_text())["features"] if site["properties"]["score"] is not None]
        for site in sites:
            told = site["properties"]
            r, c = self.cell_of(site)
            self.assertLess(abs(math.log(told["score"] / (1 - told["score"])) - math.log(expected[r, c] / (1 - expected[r, c]))), 1e-5)
            added = model["start_logit"] + sum(part["contribution"] for part in told["criteria"])
            self.assertAlmostEqual(math.log(told["score"] / (1 - told["score"])), added, delta=1e-4)
        self.assertGreater(len(sites), 20)
        return model

    def cell_of(self, site):
        from ground import crs
        from osgeo import osr
        lon, lat = site["geometry"]["coordinates"][:2]
        x, y, _ = osr.CoordinateTransformation(crs(4326), crs(32611)).TransformPoint(lon, lat)
        return int((4202300 - y) // CELL), int((x - 480000) // CELL)

    def test_a_forest_says_what_its_trees_say(self):
        model = self.check(FOREST, 31)
        self.assertEqual((model["trees"], model["negatives_used"], model["log_loss_folds"]), (31, 300, 5))
        self.assertLess(model["log_loss"], math.log(2))
        gains = {row["evidence"]: row for row in model["gains"]}
        self.assertEqual(gains["c"]["questions"], 0)  # the same everywhere
        self.assertAlmostEqual(sum(row["gain_share"] for row in gains.values()), 1)
        self.assertEqual(schema_faults(self.folder), [])

    def test_boosted_trees_say_what_they_say(self):
        model = self.check(BOOSTED, 43)
        self.assertEqual((model["trees"], model["depth"]), (43, 4))
        self.assertLess(model["log_loss"], math.log(2))
        site = json.loads((self.folder / "out/sites.geojson").read_text())["features"][0]["properties"]["site_id"]
        done = lodescan("explain", self.folder / "out", site)
        self.assertIn("Learnt by boosted_trees: with the start, -", done.stdout)

    def test_missing_evidence_is_no_data_where_all_is_asked_for(self):
        self.learn(FOREST, "min_coverage: 100 percent")
        self.assertTrue((np.isnan(self.plane("deposit_score.tif")) == (np.isnan(self.a) | np.isnan(self.b))).all())

    def test_bands_and_devices_give_the_same_bytes(self):
        self.learn(FOREST)
        files = [self.folder / "out" / name for name in ("deposit_score.tif", "deposit_model.json", "deposit_trees.csv")]
        before = [path.read_bytes() for path in files]
        for _ in other_runs(self):
            for path, bytes_before in zip(files, before):
                self.assertEqual(path.read_bytes(), bytes_before, path.name)
        found = json.loads((self.folder / "out/validation/deposit/validation.json").read_text())["figures"]
        self.assertGreater(found["folds"]["held_out_auc"], 0.65)
        self.assertLess(found["folds"]["held_out_auc"], found["auc"]["value"])

    def test_places_on_no_studied_cell_are_told(self):
        layers = "  a: {raster: a.tif, resample: nearest, kind: continuous}\n  known: {vector: known.gpkg}\n"
        with self.assertRaisesRegex(AssertionError, "both are needed: write a shorter `apart`"):
            self.scan(layers, "  a: {value_of: a}\n", f"targets:\n  deposit:\n    score: {{{FOREST}, apart: 100 km}}, of: [a]}}\n    candidates: {{points: known}}\n", grid=GRID)


if __name__ == "__main__":
    unittest.main()
