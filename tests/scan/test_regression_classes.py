"""Logistic regression of numbers and classes against Newton's method written out in numpy: coefficients against the commonest class, classes without
known places, and the standard deviation of the probability (delta method)."""
import csv
import json
import math
import unittest

import numpy as np

from ground import Ground
from places import lodescan, sites
from test_models import logistic, other_runs, schema_faults

COLS, ROWS, CELL = 30, 20, 100.0
CODES = (2, 5, 9, 14)  # 5 is the commonest; 14 holds no place


class RegressionClasses(Ground):
    """Points are likelier where `a` is high and in class 9, and never in class 14; both have gaps."""

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(23)
        self.a = random.normal(40, 3, (ROWS, COLS)).astype("f4")
        self.b = random.choice(CODES, (ROWS, COLS), p=[0.2, 0.5, 0.2, 0.1]).astype("f4")
        chance = logistic(-2.5 + 0.3 * (self.a - 40) + 1.5 * (self.b == 9)) * (self.b != 14)
        self.hit = random.random((ROWS, COLS)) < chance
        self.a[random.random((ROWS, COLS)) < 0.05] = np.nan
        self.b[random.random((ROWS, COLS)) < 0.05] = np.nan
        self.raster("a.tif", self.a)
        self.raster("b.tif", self.b)
        self.vector("known.gpkg", [(f"POINT ({480000 + (c + 0.5) * CELL} {4202000 - (r + 0.5) * CELL})", f"p{r}_{c}", 0) for r, c in np.argwhere(self.hit)])
        self.vector("park.gpkg", [("POLYGON ((481000 4200500, 481600 4200500, 481600 4201000, 481000 4201000, 481000 4200500))", "park", 1)])

    def learn(self, of="[a, b]", b="category_of: b", rest="    min_coverage: 50 percent\n", negatives=1000000):
        layers = ("  a: {raster: a.tif, resample: nearest, kind: continuous}\n  b: {raster: b.tif, resample: nearest, kind: classes}\n"
                  "  known: {vector: known.gpkg}\n  park: {vector: park.gpkg}\n")
        self.scan(layers, f"  a: {{value_of: a}}\n  b: {{{b}}}\n",
                  "rules: {park: {exclude_inside: park}}\ntargets:\n  deposit:\n    score: {logistic_regression: {training: known, "
                  f"unit_area: 0.01 km2, negatives: {negatives}}}, of: {of}}}\n{rest}    candidates: {{points: known}}\n")
        return json.loads((self.folder / "out/deposit_model.json").read_text())

    def expect(self):
        """Coefficients of 1, a and the classes 2, 9 and 14 against 5; covariance; and what a cell's columns are, missing ones at their mean."""
        whole = ~np.isnan(self.a) & ~np.isnan(self.b)
        a, hit = self.a.astype("f8"), self.hit
        dummies = [(self.b == code).astype("f8") for code in (2, 9, 14)]
        means = [a[whole].mean()] + [d[whole].mean() for d in dummies]
        columns = [np.where(np.isnan(self.a), 0, a - means[0])] + [np.where(np.isnan(self.b), 0, d - m) for d, m in zip(dummies, means[1:])]
        z = np.stack([np.ones_like(a)] + columns, axis=-1)
        x, y = z[whole], hit[whole].astype("f8")
        # Class 14: half a place, and as many other cells as there are to half a place in all, at the mean of `a`.
        empty = np.array([1, 0, *(np.array([0, 0, 1]) - means[1:])])
        x, y = np.vstack([x, empty, empty]), np.append(y, [1, 0])
        weight = np.append(np.ones(whole.sum()), [0.5, 0.5 * (~hit & whole).sum() / (hit & whole).sum()])
        beta = np.zeros(5)
        for _ in range(40):
            p = logistic(x @ beta)
            information = (x * (weight * p * (1 - p))[:, None]).T @ x
            beta = beta + np.linalg.solve(information, x.T @ (weight * (y - p)))
        return beta, np.linalg.inv(information), z, means, whole

    def test_against_newton_in_numpy(self):
        report = self.learn()
        beta, covariance, z, means, whole = self.expect()
        lines = {(c["evidence"], c.get("class")): c for c in report["coefficients"]}
        self.assertEqual(list(lines), [("constant", None), ("a", None), *(("b", code) for code in CODES)])
        for key, j in ((("a", None), 1), (("b", 2), 2), (("b", 9), 3), (("b", 14), 4)):
            self.assertAlmostEqual(lines[key]["coefficient"] / beta[j], 1, places=5)
            self.assertAlmostEqual(lines[key]["standard_error"] / math.sqrt(covariance[j, j]), 1, places=5)
        self.assertEqual([(lines["b", code]["reference"], lines["b", code]["class_filled"]) for code in CODES],
                         [(False, False), (True, False), (False, False), (False, True)])
        self.assertEqual((lines["b", 5]["coefficient"], lines["b", 5]["standard_error"]), (0, None))
        for code in CODES:
            rows = whole & (self.b == code)
            self.assertEqual((lines["b", code]["class_points"], lines["b", code]["class_negatives"]),
                             ((rows & self.hit).sum(), (rows & ~self.hit).sum()))
            self.assertAlmostEqual(lines["b", code]["mean"], rows.sum() / whole.sum())
            self.assertAlmostEqual(lines["b", code]["class_km2"], (self.b == code).sum() / 100)
        self.assertLess(lines["b", 14]["coefficient"], 0)
        # At 0 of `a` and in the commonest class:
        form = np.array([1, *(-np.array(means))])
        self.assertAlmostEqual(lines["constant", None]["coefficient"] + report["rare_event_offset"], form @ beta, delta=1e-4)
        self.assertAlmostEqual(lines["constant", None]["standard_error"], math.sqrt(form @ covariance @ form), delta=1e-4)
        self.assertEqual(schema_faults(self.folder), [])

    def test_probability_and_its_deviation(self):
        """A cell with one of two kinds of evidence is scored with the other at its mean."""
        report = self.learn()
        beta, covariance, z, _, _ = self.expect()
        p = logistic(z @ beta - report["rare_event_offset"])
        sd = p * (1 - p) * np.sqrt(np.einsum("...i,ij,...j", z, covariance, z))
        state = self.plane("deposit_state.tif")
        score, deviation = self.plane("deposit_score.tif"), self.plane("deposit_sd.tif")
        self.assertEqual({int(s) for s in np.unique(state)}, {0, 1, 2})  # scored, the park, and cells without either
        self.assertTrue((np.isnan(self.a) ^ np.isnan(self.b))[state == 0].any())
        np.testing.assert_array_equal(np.isnan(deviation), state != 0)
        np.testing.assert_allclose(score[state == 0], p[state == 0], rtol=3e-5)  # files of 16 bits
        np.testing.assert_allclose(deviation[state == 0], sd[state == 0], rtol=3e-5)
        listed = [site for site in sites(self.folder / "out") if site["status"] in ("ranked", "excluded")]
        self.assertIn("excluded", [site["status"] for site in listed])
        for site in listed:  # those in the park, too
            at = site["cell_row"], site["cell_col"]
            self.assertAlmostEqual(site["score_sd"] / sd[at], 1, places=5)
            terms = {c["name"]: c["contribution"] for c in site["criteria"]}
            self.assertAlmostEqual(terms["b"], z[at][2:] @ beta[2:], places=6)
            self.assertAlmostEqual(terms["a"], z[at][1] * beta[1], places=6)
        told = lodescan("explain", self.folder / "out", listed[0]["site_id"])
        self.assertRegex(told.stdout, rf"to a standard deviation of {listed[0]['score_sd']:.4f}")

    def test_table_of_coefficients(self):
        self.learn()
        with open(self.folder / "out/deposit_coefficients.csv", newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        self.assertEqual([(row["evidence"], row["class"], row["reference"], row["class_filled"]) for row in rows],
                         [("constant", "", "", ""), ("a", "", "", ""), ("b", "2", "no", "no"), ("b", "5", "yes", "no"), ("b", "9", "no", "no"), ("b", "14", "no", "yes")])
        report = json.loads((self.folder / "out/deposit_model.json").read_text())
        self.assertEqual([float(row["coefficient"]) for row in rows], [c["coefficient"] for c in report["coefficients"]])
        self.assertNotIn(None, [value for row in rows for value in row.values()])

    def test_a_raster_of_classes_asked_for_its_value_is_classes(self):
        first = self.learn()["coefficients"]
        self.assertEqual(self.learn(b="value_of: b")["coefficients"], first)

    def test_many_classes(self):
        """Fifty: the deviation is then worked out in a loop."""
        random = np.random.default_rng(5)
        self.b = random.integers(1, 51, (ROWS, COLS)).astype("f4")
        self.raster("b.tif", self.b)
        report = self.learn(of="[b]", rest="")
        n = {code: (self.hit & (self.b == code)).sum() for code in range(1, 51)}
        m = {code: (~self.hit & (self.b == code)).sum() for code in range(1, 51)}
        ones, zeros = sum(n.values()), sum(m.values())
        score, sd = self.plane("deposit_score.tif"), self.plane("deposit_sd.tif")
        self.assertTrue(any(v == 0 for v in n.values()))
        for code in range(1, 51):  # of classes alone: their own odds, whose logit has the variance 1/n + 1/m
            in_class = (self.b == code) & (self.plane("deposit_state.tif") == 0)
            a, b = (n[code], m[code]) if n[code] and m[code] else (n[code] + 0.5, m[code] + 0.5 * zeros / ones)
            p = logistic(math.log(a / b) - report["rare_event_offset"])
            np.testing.assert_allclose(score[in_class], p, rtol=5e-5)
            np.testing.assert_allclose(sd[in_class], p * (1 - p) * math.sqrt(1 / a + 1 / b), rtol=5e-5)

    def test_too_many_classes_are_told(self):
        self.raster("b.tif", np.arange(ROWS * COLS, dtype="f4").reshape(ROWS, COLS) % 70)
        with self.assertRaisesRegex(AssertionError, r"make 71 coefficients, and a regression takes at most 64 \('b' alone has 70 classes\): use coarser"):
            self.learn()

    def test_one_class_is_told(self):
        self.raster("b.tif", np.full((ROWS, COLS), 3, "f4"))
        with self.assertRaisesRegex(AssertionError, "criterion 'b' is the same class everywhere: leave it out"):
            self.learn()

    def test_bytes_do_not_depend_on_bands_or_devices(self):
        self.learn(negatives=150)
        names = ("deposit_coefficients.csv", "deposit_model.json", "deposit_score.tif", "deposit_sd.tif", "sites.csv")
        whole = [(self.folder / "out" / name).read_bytes() for name in names]
        for _ in other_runs(self):
            self.assertEqual([(self.folder / "out" / name).read_bytes() for name in names], whole)


if __name__ == "__main__":
    unittest.main()
