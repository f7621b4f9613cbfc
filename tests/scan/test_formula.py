"""Formulas over layers against numpy: every operation, what is missing, statistics, rules and reports."""
import json
import unittest

import numpy as np
from osgeo import gdal

from ground import Ground
from places import lodescan, memory_for_rows, sites

COLS, ROWS, CELL = 30, 20, 100.0


def finite(values):
    return np.where(np.isfinite(values), values, np.nan)


def where(condition, a, b):
    """`condition` holds 1, 0 or NaN."""
    return np.where(np.isnan(condition), np.nan, np.where(condition == 1, a, b))


def known(condition, *operands):
    return np.where(np.isnan(sum(operands)), np.nan, condition)


def horn_percent(z):
    """Horn (1981) of the inner cells, NaN on the rim; eight neighbours, one window after the other."""
    out = np.full(z.shape, np.nan)
    for r in range(1, z.shape[0] - 1):
        for c in range(1, z.shape[1] - 1):
            w = z[r - 1:r + 2, c - 1:c + 2]
            dx = ((w[:, 2] - w[:, 0]) * [1, 2, 1]).sum() / (8 * CELL)
            dy = ((w[2] - w[0]) * [1, 2, 1]).sum() / (8 * CELL)
            out[r, c] = 100 * np.hypot(dx, dy)
    return out


class Formula(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(20250611)
        self.b5 = random.uniform(-2, 5, (ROWS, COLS)).astype("f4")
        self.b7 = random.integers(-3, 6, (ROWS, COLS)).astype("f4")
        self.b5[random.random((ROWS, COLS)) < 0.15] = np.nan
        self.b7[random.random((ROWS, COLS)) < 0.15] = np.nan
        self.dem = random.uniform(300, 420, (ROWS, COLS)).astype("f4")
        for name, values in (("b5", self.b5), ("b7", self.b7), ("dem", self.dem)):
            self.raster(f"{name}.tif", values)
        # Cells 10..14 of rows 2..6, whole cells.
        self.vector("wet.gpkg", [("POLYGON ((481000 4201300, 481500 4201300, 481500 4201800, 481000 4201800, 481000 4201300))", "wet", 5)])
        self.wet = np.zeros((ROWS, COLS))
        self.wet[2:7, 10:15] = 1

    def formulas(self, formulas, membership="linear: {zero: 0, one: 1}", rest="", target="{score: c0, min_coverage: 0 percent}"):
        names = ("b5", "b7", "dem")
        layers = "".join(f"  {name}: {{raster: {name}.tif, resample: nearest, kind: continuous}}\n" for name in names) + "  wet: {vector: wet.gpkg}\n"
        criteria = "".join(f"  c{i}: {{formula: \"{f}\", membership: {{{membership}}}}}\n" for i, f in enumerate(formulas))
        return self.scan(layers, criteria, f"{rest}targets: {{plant: {target}}}\noutputs: {{criteria: true}}\n")

    def bands(self, name):
        return gdal.Open(str(self.folder / "out" / "criteria" / f"{name}.tif")).ReadAsArray().astype(float)

    def manifest(self, index):
        return json.loads((self.folder / "out" / "run.json").read_text())["criteria"][index]

    def test_every_operation(self):
        a, b, dem, wet = self.b5.astype(float), self.b7.astype(float), self.dem.astype(float), self.wet
        na, nb = np.isnan(a).astype(float), np.isnan(b)
        with np.errstate(all="ignore"):
            expected = {
                "b5 + b7 - 2 * b5": a + b - 2 * a,
                "b5 / b7": finite(a / b),
                "-b5 ^ 2": -(a ** 2),
                "b5 ^ b7": finite(known(np.power(a, b), a, b)),
                "pow(b7, 3) + abs(b5)": b ** 3 + np.abs(a),
                "log(b5) + log10(b5)": finite(np.log(a)) + finite(np.log10(a)),
                "exp(b5) - sqrt(b5)": np.exp(a) - np.sqrt(a),
                "exp(b7 * 40)": finite(np.exp(b * 40).astype("f4").astype(float)),
                "sin(b5) + cos(b5) * tan(b5 / 4)": np.sin(a) + np.cos(a) * np.tan(a / 4),
                "atan2(b5, b7) + pi": np.arctan2(a, b) + np.pi,
                "floor(b5)": np.floor(a),
                "clamp(b5, -1, 2)": np.clip(a, -1, 2),
                "min(b5, b7, 1) + max(b7, b5, 0, 2)": np.minimum(np.minimum(a, b), 1) + np.maximum(np.maximum(b, a), 2),
                "where(isnodata(b5) or b5 <= 0, nan, b5 / b7)": np.where(np.isnan(a) | (a <= 0), np.nan, finite(a / b)),
                "where(isnodata(b5), 7, b5)": where(na, 7, a),
                "where(b5 < b7, 1, 0)": known(a < b, a, b),
                "where(b5 > 0 and b7 > 0, 1, 2)": where(np.where((a <= 0) | (b <= 0), 0, known(1.0, a, b)), 1, 2),
                "where(b5 > 0 or b7 > 0, 1, 2)": where(np.where((a > 0) | (b > 0), 1, known(0.0, a, b)), 1, 2),
                "where(not (b7 == 2) and b7 != 3 and b7 >= -2, b7, 9)": where(known((b != 2) & (b != 3) & (b >= -2), b), b, 9),
                "where(inside(wet), 5, 0) + dem / 100": 5 * wet + dem / 100,
                "where(isnodata(b7) and not inside(wet), 1, 0)": (nb & (wet == 0)).astype(float),
            }
        self.formulas(expected)
        for i, (text, values) in enumerate(expected.items()):
            raw = self.bands(f"c{i}")[0]
            np.testing.assert_array_equal(np.isnan(raw), np.isnan(values), text)
            np.testing.assert_allclose(raw, values, rtol=2e-5, atol=2e-5, err_msg=text)
            self.assertEqual(self.manifest(i)["missing_cells"], np.isnan(values).sum(), text)
            self.assertEqual(self.manifest(i)["formula"], text)
            self.assertGreater(len(np.unique(raw[~np.isnan(raw)])), 1, text)

    def test_slope(self):
        self.formulas(["slope(dem) + b7 * 0"])
        expected = horn_percent(self.dem.astype(float)) + 0 * self.b7
        inner = self.bands("c0")[0][1:-1, 1:-1]
        np.testing.assert_allclose(inner, expected[1:-1, 1:-1], rtol=1e-4)

    def test_memberships_and_statistics(self):
        self.formulas(["b5 * 2 + b7"], membership="ms_large: {}")
        x = self.b5.astype(float) * 2 + self.b7
        mean, sd = np.nanmean(x), np.nanstd(x)
        expected = where(known((x > mean), x), 1 - sd / (x - mean + sd), 0)
        np.testing.assert_allclose(self.bands("c0")[1], expected, atol=1e-5)

    def test_same_bytes_whatever_the_memory(self):
        texts = []
        for rows in (3, None):  # bands of a few rows, and one
            self.formulas(["b5 / b7 + where(inside(wet), slope(dem), 0)"], membership="ms_small: {}")
            memory = memory_for_rows(rows, self.folder / "scenario.yaml") if rows else "8 GB"
            done = lodescan("run", self.folder / "scenario.yaml", f"--output={self.folder / 'out'}", "--overwrite", f"--memory={memory}")
            self.assertEqual(done.returncode, 0, done.stderr)
            texts.append(self.bands("c0").tobytes())
        self.assertEqual(texts[0], texts[1])

    def test_a_rule_on_a_formula(self):
        self.formulas(["b5 - b7"], rest="rules: {low: {exclude_where: \"c0 < 0.5\"}}\n")
        x = self.b5 - self.b7
        state = self.plane("plant_state.tif")
        np.testing.assert_array_equal(state == 1, x < 0.5)
        np.testing.assert_array_equal(state == 2, np.isnan(x))

    def test_a_buffer_round_a_formula(self):
        self.b5[:, :] = np.where(np.isnan(self.b5), np.nan, np.abs(self.b5) + 1)
        self.b5[4, 5], self.b7[4, 5] = -2, 2
        self.b5[15, 28], self.b7[15, 28] = -1, 1
        self.b7[np.isnan(self.b7)] = 0
        self.b5[np.isnan(self.b5)] = 1
        for name, values in (("b5", self.b5), ("b7", self.b7)):
            self.raster(f"{name}.tif", values)
        self.formulas(["b5 * b7 + slope(dem) * 0"], rest="rules: {low: {exclude_where: \"c0 == -4\", buffer: 250 m}}\n")
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        where_low = np.argwhere(self.b5 * self.b7 == -4)
        self.assertEqual(where_low.tolist(), [[4, 5]])
        np.testing.assert_array_equal(self.plane("plant_state.tif") == 1, np.hypot(rows - 4, cols - 5) <= 2.5)

    def test_a_buffer_reaches_what_lies_beyond_the_grid(self):
        self.raster("far.tif", np.ones((ROWS, COLS + 10), "f4"))
        self.vector("rich.gpkg", [("POLYGON ((483500 4199000, 483700 4199000, 483700 4203000, 483500 4203000, 483500 4199000))", "rich", 5)])
        self.scan("  far: {raster: far.tif, resample: nearest}\n  rich: {vector: rich.gpkg, attribute: v}\n",
                  "  flat: {value_of: far, membership: {linear: {zero: 0, one: 2}}}\n  grade: {formula: far * rich}\n",
                  "rules: {rich: {exclude_where: \"grade >= 5\", buffer: 1 km}}\ntargets: {plant: {score: flat}}\n")
        # 483550 - 1000 = 482550, the centre of column 25
        np.testing.assert_array_equal(self.plane("plant_state.tif") == 1, np.tile(np.arange(30) >= 25, (20, 1)))

    def test_a_site_is_explained(self):
        self.formulas(["dem / 100"], target="{score: c0, candidates: {peaks: {count: 1}}}")
        site, = sites(self.folder / "out")
        row, col = site["cell_row"], site["cell_col"]
        term, = site["criteria"]
        self.assertEqual(term["operation"], "formula")
        self.assertAlmostEqual(term["value"], float(self.dem[row, col]) / 100, places=5)
        done = lodescan("explain", self.folder / "out", site["site_id"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("c0", done.stdout)


if __name__ == "__main__":
    unittest.main()
