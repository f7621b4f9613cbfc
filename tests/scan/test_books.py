"""Worked examples of books through whole scans: kriging of Isaaks and Srivastava, and each membership at its middle, at its ends and beyond them, by
numbers that can be checked by hand."""
import math
import unittest

import numpy as np

from ground import Ground

GRID = "grid: {{crs: EPSG:32611, extent: [{}, {}, {}, {}], extent_crs: EPSG:32611, cell: {} m, margin: 0 m}}\n"
OUTPUTS = "outputs: {criteria: true}\n"


class Books(Ground):
    def test_kriging_of_seven_samples(self):
        """Isaaks and Srivastava 1989, chapter 12: covariance 10 exp(-0.3 h), the samples around (65, 137) of the Walker Lake set: 592.7, variance
        8.96. An exponential variogram's range is where it has 95 percent, 3 / 0.3."""
        samples = ((61, 139, 477), (63, 140, 696), (64, 129, 227), (68, 128, 646), (71, 140, 606), (73, 141, 791), (75, 128, 783))
        west, south = 480000, 4200000
        self.vector("samples.gpkg", [(f"POINT ({west + x} {south + y})", str(v), v) for x, y, v in samples])
        words = "radius: 20 m, variogram: exponential, sill: 10, range: 10 m"
        self.scan("  v: {vector: samples.gpkg, attribute: v}\n",
                  f"  value: {{kriging_of: v, {words}, membership: {{ms_large: {{}}}}}}\n  doubt: {{kriging_variance_of: v, {words}, membership: {{ms_small: {{}}}}}}\n"
                  f"  idw: {{idw_of: v, radius: 20 m, power: 1, membership: {{ms_large: {{}}}}}}\n",
                  "targets: {plant: {score: {weighted: {value: 1, doubt: 1, idw: 1}}}}\n" + OUTPUTS,
                  GRID.format(west + 54, south + 126, west + 84, south + 146, 2))
        row, col = (146 - 137) // 2, (65 - 54) // 2
        at = {name: float(self.plane(f"criteria/{name}.tif")[0][row, col]) for name in ("value", "doubt", "idw")}
        self.assertEqual((round(at["value"], 1), round(at["doubt"], 2)), (592.7, 8.96))
        distances = [math.hypot(x - 65, y - 137) for x, y, _ in samples]  # 4.5, 3.6, 8.1, 9.5, 6.7, 8.9, 13.5 in the book
        wanted = sum(v / h for (_, _, v), h in zip(samples, distances)) / sum(1 / h for h in distances)
        self.assertAlmostEqual(at["idw"] / wanted, 1, places=6)
        self.assertEqual(round(at["idw"]), 594)

    def memberships(self, values, kinds):
        cells = np.array([values, values], "f4")
        self.raster("x.tif", cells)
        criteria = "".join(f"  c{i}: {{value_of: x, membership: {{{kind}}}}}\n" for i, kind in enumerate(kinds))
        of = ", ".join(f"c{i}" for i in range(len(kinds)))
        self.scan("  x: {raster: x.tif, resample: nearest, kind: continuous}\n", criteria, f"targets: {{plant: {{score: {{or: [{of}]}}, min_coverage: 0 percent}}}}\n" + OUTPUTS,
                  GRID.format(480000, 4201800, 480000 + 100 * len(values), 4202000, 100))
        for i, (kind, wanted) in enumerate(kinds.items()):
            for got in self.plane(f"criteria/c{i}.tif")[1]:
                np.testing.assert_allclose(got, wanted, rtol=2e-6, atol=1e-7, err_msg=kind)

    def test_memberships_at_their_middle_ends_and_beyond(self):
        nan = math.nan
        self.memberships((-5, 0, 5, 8, 9, 10, 11, 12, 14, 20, 30, 1e30, nan), {
            "linear: {zero: 30, one: 10}": (1, 1, 1, 1, 1, 1, .95, .9, .8, .5, 0, 0, nan),
            "linear: {zero: 10, one: 30}": (0, 0, 0, 0, 0, 0, .05, .1, .2, .5, 1, 1, nan),
            "trapezoid: {zero_below: 5, one_from: 10, one_to: 12, zero_above: 20}": (0, 0, 0, .6, .8, 1, 1, 1, .75, 0, 0, 0, nan),
            "small: {midpoint: 10, spread: 2}": (1, 1, .8, 1 / 1.64, 1 / 1.81, .5, 1 / 2.21, 1 / 2.44, 1 / 2.96, .2, .1, 0, nan),
            "large: {midpoint: 10, spread: 2}": (0, 0, .2, .64 / 1.64, .81 / 1.81, .5, 1.21 / 2.21, 1.44 / 2.44, 1.96 / 2.96, .8, .9, 1, nan),
            "near: {midpoint: 10, spread: 0.25}": (4 / 229, 1 / 26, 4 / 29, .5, .8, 1, .8, .5, .2, 1 / 26, 1 / 101, 0, nan),
            "gaussian: {midpoint: 10, spread: 0.25}": (math.exp(-56.25), math.exp(-25), math.exp(-6.25), math.exp(-1), math.exp(-.25), 1, math.exp(-.25),
                                                       math.exp(-1), math.exp(-4), math.exp(-25), math.exp(-100), 0, nan),
            "logistic: {midpoint: 10, steepness: 1.0986122886681098}": (1 / (1 + 3 ** 15), 1 / (1 + 3 ** 10), 1 / 244, .1, .25, .5, .75, .9, 81 / 82, 1 - 1 / (1 + 3 ** 10), 1, 1, nan),
            "inverse: {half: 10}": (1, 1, 2 / 3, 10 / 18, 10 / 19, .5, 10 / 21, 10 / 22, 10 / 24, 1 / 3, .25, 0, nan),
        })

    def test_memberships_by_mean_and_deviation(self):
        """Mean 5, standard deviation 2."""
        self.memberships((2, 4, 4, 4, 5, 5, 7, 9, math.nan), {
            "ms_small: {}": (1, 1, 1, 1, 1, 1, .5, 1 / 3, math.nan),
            "ms_large: {}": (0, 0, 0, 0, 0, 0, .5, 2 / 3, math.nan),
            "ms_small: {mean_multiplier: 0.8, sd_multiplier: 2}": (1, 1, 1, 1, .8, .8, 4 / 7, 4 / 9, math.nan),
            "ms_large: {mean_multiplier: 0.8, sd_multiplier: 2}": (0, 0, 0, 0, .2, .2, 3 / 7, 5 / 9, math.nan),
        })


if __name__ == "__main__":
    unittest.main()
