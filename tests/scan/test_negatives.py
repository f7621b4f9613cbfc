"""What a logistic regression takes as zeros: cells drawn where a condition holds, and places known to be barren, against least squares in numpy of just
those cells."""
import json
import math
import unittest

import numpy as np

from ground import Ground
from places import lodescan
from test_models import logistic, other_runs, schema_faults

COLS, ROWS, CELL = 30, 20, 100.0


def point(row, col, name):
    return f"POINT ({480000 + (col + 0.4) * CELL} {4202000 - (row + 0.7) * CELL})", name, 0


class Negatives(Ground):
    """Places are likelier where `a` is low; `seen` tells how far a road is; a park of no study area lies in the west, and `a` has gaps."""

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(31)
        self.a = random.normal(0.5, 0.2, (ROWS, COLS)).astype("f4")
        self.seen = random.uniform(0, 10, (ROWS, COLS)).astype("f4")
        self.hit = random.random((ROWS, COLS)) < logistic(-2 - 4 * (self.a - 0.5))
        self.a[random.random((ROWS, COLS)) < 0.1] = np.nan
        self.seen[random.random((ROWS, COLS)) < 0.1] = np.nan
        self.raster("a.tif", self.a)
        self.raster("seen.tif", self.seen)
        self.vector("known.gpkg", [point(r, c, f"p{r}_{c}") for r, c in np.argwhere(self.hit)])
        self.vector("area.gpkg", [("POLYGON ((480500 4200000, 483000 4200000, 483000 4202000, 480500 4202000, 480500 4200000))", "area", 1)])
        self.study = np.ones((ROWS, COLS), bool)
        self.study[:, :5] = False

    def learn(self, how, rest=""):
        layers = "".join(f"  {name}: {{raster: {name}.tif, resample: nearest, kind: continuous}}\n" for name in ("a", "seen"))
        layers += "  known: {vector: known.gpkg}\n  area: {vector: area.gpkg}\n" + rest
        done = self.scan(layers, "  a: {value_of: a}\n  seen: {formula: \"seen / 2\"}\n  near: {distance_to: known}\n",
                         f"targets:\n  deposit:\n    score: {{logistic_regression: {{training: known, unit_area: 0.01 km2, {how}}}, of: [a]}}\n"
                         "    candidates: {points: known}\n",
                         grid="grid: {crs: EPSG:32611, extent: [480000, 4200000, 483000, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m, "
                              "within: area}\n")
        self.assertEqual(schema_faults(self.folder), [])
        return json.loads((self.folder / "out/deposit_model.json").read_text()), done

    def agrees(self, report, zeros):
        ones = self.hit & self.study & ~np.isnan(self.a)
        x = np.append(self.a[ones], self.a[zeros]).astype("f8")
        y, x = np.append(np.ones(ones.sum()), np.zeros(zeros.sum())), np.column_stack([np.ones_like(x), x])
        beta = np.zeros(2)
        for _ in range(30):
            p = logistic(x @ beta)
            beta = beta + np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x, x.T @ (y - p))
        slope = next(c for c in report["coefficients"] if c["evidence"] == "a")
        self.assertEqual((report["points_used"], report["negatives_used"]), (ones.sum(), zeros.sum()))
        self.assertAlmostEqual(slope["coefficient"] / beta[1], 1, places=5)
        prior = report["prior"]
        offset = math.log((1 - prior) / prior * ones.sum() / zeros.sum())
        self.assertAlmostEqual(report["coefficients"][0]["coefficient"], beta[0] - offset, places=5)
        return beta[1]

    def free(self):
        return ~self.hit & self.study & ~np.isnan(self.a)

    def test_where_a_condition_holds(self):
        """All cells that qualify are drawn; where the condition cannot be told it does not hold."""
        slopes = set()
        for words, holds in (("seen < 2", self.seen < 4), ("seen >= 3.25", self.seen >= 6.5), ("near > 250 m", self.far(250))):
            report, done = self.learn(f'negatives: 100000, where: "{words}"')
            slopes.add(self.agrees(report, self.free() & holds))
            self.assertEqual((report["negatives_where"], report["negatives_drawn"]), (words, (~self.hit & self.study & ~np.isnan(self.a) & holds).sum()))
            self.assertIn(f"cells drawn where {words} from", done.stdout)
        self.assertEqual(len(slopes), 3)

    def far(self, metres):
        r, c = np.mgrid[0:ROWS, 0:COLS]
        return np.min([np.hypot(r - i, c - j) for i, j in np.argwhere(self.hit)], axis=0) * CELL > metres

    def test_as_many_as_wanted_are_drawn_there(self):
        report, _ = self.learn('negatives: 60, where: "seen < 2", apart: 100 m, seed: 5')
        self.assertEqual((report["negatives_drawn"], report["negatives_used"]), (60, 60))
        whole = [(self.folder / "out" / name).read_bytes() for name in ("deposit_model.json", "deposit_score.tif")]
        for _ in other_runs(self):
            self.assertEqual([(self.folder / "out" / name).read_bytes() for name in ("deposit_model.json", "deposit_score.tif")], whole)
        other, _ = self.learn('negatives: 60, where: "seen < 2", apart: 100 m, seed: 6')
        self.assertNotEqual(report["coefficients"], other["coefficients"])

    def barren_places(self):
        """Every fifth free cell; one of them twice; two in cells of known places, one far away, and some outside the study area or without `a`."""
        cells = [(r, c) for r in range(ROWS) for c in range(COLS) if not self.hit[r, c] and (r * COLS + c) % 5 == 0]
        inside = np.zeros((ROWS, COLS), bool)
        for r, c in cells:
            inside[r, c] = True
        known = [tuple(cell) for cell in np.argwhere(self.hit)[3:5]]
        self.vector("dry.gpkg", [point(r, c, "dry") for r, c in [*known, cells[7], *cells]])
        return inside, cells

    def test_places_known_to_be_barren(self):
        inside, cells = self.barren_places()
        report, done = self.learn("barren: dry", "  dry: {vector: dry.gpkg}\n")
        self.agrees(report, self.free() & inside)
        self.assertTrue((inside & ~self.study).any() and (inside & np.isnan(self.a)).any())
        self.assertEqual(report["barren"], {"layers": ["dry"], "places": len(cells) + 3, "beyond_the_grid": 0, "cells_of_training": 2, "cells": len(cells),
                                            "cells_in_study_area": int((inside & self.study & ~np.isnan(self.a)).sum())})
        self.assertNotIn("negatives_drawn", report)
        self.assertRegex(done.stdout, rf"and {report['negatives_used']} barren cells of {len(cells) + 3} places in")
        whole = [(self.folder / "out" / name).read_bytes() for name in ("deposit_model.json", "deposit_score.tif")]
        for _ in other_runs(self):
            self.assertEqual([(self.folder / "out" / name).read_bytes() for name in ("deposit_model.json", "deposit_score.tif")], whole)

    def test_held_out_places_are_held_against_the_whole_study_area(self):
        """Whatever the fold, scores fall with `a`: a place's area share is that of the study area's cells where `a` is lower, not that of barren
        places."""
        self.barren_places()
        self.learn("barren: dry", "  dry: {vector: dry.gpkg}\n")
        path = self.folder / "scenario.yaml"
        path.write_text(path.read_text() + "validate: {deposit: {sites: known, folds: 3}}\n")
        done = lodescan("run", path, f"--output={self.folder / 'out'}", "--overwrite")
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = json.loads((self.folder / "out/validation/deposit/validation.json").read_text())
        background = self.a[self.study & ~np.isnan(self.a)]
        wanted = np.mean([(background > a).mean() + (background == a).mean() / 2 for a in self.a[self.hit & self.study & ~np.isnan(self.a)]])
        self.assertAlmostEqual(figures["figures"]["folds"]["held_out_auc"], wanted, places=9)

    def test_none_qualifies(self):
        with self.assertRaisesRegex(AssertionError, "0 cells of the study area meet `where: seen > 9`, and none of them has all of the evidence: write a wider"):
            self.learn('where: "seen > 9"')
        self.vector("dry.gpkg", [point(2, 2, "in the west"), point(*np.argwhere(self.hit)[0], "known")])
        with self.assertRaisesRegex(AssertionError, r"none of the 2 barren places lies where all of the evidence is known.*\(1 are in such a cell\)"):
            self.learn("barren: dry", "  dry: {vector: dry.gpkg}\n")


if __name__ == "__main__":
    unittest.main()
