"""Values between points in whole scans: inverse distances against gdal_grid, kriging against numpy's solve; rules, coverage, and the same bytes."""
import hashlib
import subprocess
import unittest

import numpy as np
from osgeo import gdal, ogr

from ground import Ground
from places import lodescan, memory_for_rows

COLS, ROWS, CELL, WEST, NORTH = 30, 20, 100.0, 480000.0, 4202000.0
REST = "targets: {plant: {score: c0, min_coverage: 0 percent}}\noutputs: {criteria: true}\n"
MEMBER = "membership: {ms_large: {}}"


class Between(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(77)
        n = 83
        self.x, self.y = random.uniform(WEST - 400, WEST + 3400, n), random.uniform(NORTH - 2400, NORTH + 400, n)
        self.v = 40 + 15 * np.sin(self.x / 700) + random.uniform(0, 9, n)
        shapes = [(f"POINT ({x!r} {y!r})", "p", v) for x, y, v in zip(self.x.tolist(), self.y.tolist(), self.v.tolist())]
        self.vector("soil.gpkg", shapes)

    def criteria(self, operations, rest=REST):
        self.scan("  soil: {vector: soil.gpkg, attribute: v, unit: ppm}\n", "".join(f"  c{i}: {{{o}, {MEMBER}}}\n" for i, o in enumerate(operations)), rest)

    def raw(self, index):
        return self.plane(f"criteria/c{index}.tif")[0].astype(float)

    def centres(self):
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        return WEST + (cols + 0.5) * CELL, NORTH - (rows + 0.5) * CELL

    def kriged(self, gamma, neighbours, radius):
        value, variance = np.full((ROWS, COLS), np.nan), np.full((ROWS, COLS), np.nan)
        for (r, c), px in np.ndenumerate(self.centres()[0]):
            h = np.hypot(self.x - px, self.y - self.centres()[1][r, c])
            near = [i for i in np.argsort(h)[:neighbours] if h[i] <= radius]
            if not near:
                continue
            n = len(near)
            system = np.ones((n + 1, n + 1))
            system[:n, :n] = gamma(np.hypot(self.x[near][:, None] - self.x[near], self.y[near][:, None] - self.y[near]))
            system[n, n] = 0
            right = np.append(gamma(h[near]), 1)
            weights = np.linalg.solve(system, right)
            value[r, c], variance[r, c] = weights[:n] @ self.v[near], weights @ right
        return value, variance

    def test_inverse_distances_against_gdal_grid(self):
        self.criteria(["idw_of: soil, radius: 900 m", "idw_of: soil, radius: 350 m, neighbours: 3, power: 3"])
        for i, (radius, count, power) in enumerate(((900, 12, 2), (350, 3, 3))):
            out = str(self.folder / "peer.tif")
            subprocess.run(["gdal_grid", "-q", "-a", f"invdistnn:power={power}:radius={radius}:max_points={count}:min_points=0:nodata=-9999",
                            "-zfield", "v", "-txe", str(WEST), str(WEST + COLS * CELL), "-tye", str(NORTH), str(NORTH - ROWS * CELL),
                            "-outsize", str(COLS), str(ROWS), "-ot", "Float64", str(self.folder / "soil.gpkg"), out], check=True)
            peer = gdal.Open(out).ReadAsArray()
            peer[peer == -9999] = np.nan
            got = self.raw(i)
            np.testing.assert_array_equal(np.isnan(got), np.isnan(peer))
            np.testing.assert_allclose(got, peer, rtol=2e-6)
            self.assertEqual(np.isnan(peer).any(), radius == 350)

    def test_kriging_against_numpy(self):
        models = {"spherical": lambda h: np.where(h < 1, 1.5 * h - 0.5 * h ** 3, 1), "exponential": lambda h: 1 - np.exp(-3 * h),
                  "gaussian": lambda h: 1 - np.exp(-3 * h * h)}
        for name, shape in models.items():
            words = f"variogram: {name}, nugget: 2, sill: 60, range: 1.2 km"
            self.criteria([f"kriging_of: soil, radius: 900 m, {words}", f"kriging_variance_of: soil, radius: 900 m, {words}",
                           f"kriging_of: soil, radius: 300 m, neighbours: 4, {words}"])
            gamma = lambda h: np.where(h > 0, 2 + 58 * shape(h / 1200), 0)
            value, variance = self.kriged(gamma, 12, 900)
            np.testing.assert_allclose(self.raw(0), value, rtol=3e-6)
            np.testing.assert_allclose(self.raw(1), variance, rtol=3e-6)
            np.testing.assert_allclose(self.raw(2), self.kriged(gamma, 4, 300)[0], rtol=3e-6)
            self.assertTrue(np.isnan(self.raw(2)).any() and 2 < variance.min() < 30 < variance.max() + 25)

    def test_missing_values_and_a_rule_with_a_buffer(self):
        """Points without a number do not count; a rule on the values may look beyond the grid."""
        file = ogr.Open(str(self.folder / "soil.gpkg"), 1)
        layer = file.GetLayer(0)
        for k in range(20):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({WEST + 150 * k} {NORTH - 500})"))
            layer.CreateFeature(feature)
        del layer, file
        self.criteria(["idw_of: soil, radius: 900 m"], "rules: {high: {exclude_where: \"c0 > 55 ppm\", buffer: 150 m}}\n" + REST)
        x, y = self.centres()
        h = np.hypot(x[..., None] - self.x, y[..., None] - self.y)
        order = np.argsort(h, axis=-1)[..., :12]
        near, v = np.take_along_axis(h, order, -1), self.v[order]
        weights = np.where(near <= 900, near ** -2.0, 0)
        wanted = (weights * v).sum(-1) / weights.sum(-1)
        np.testing.assert_allclose(self.raw(0), wanted, rtol=2e-6)
        high = wanted > 55
        self.assertTrue(0 < high.sum() < 300)
        excluded = self.plane("plant_state.tif") == 1
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        near_high = np.any([(rows - r) ** 2 + (cols - c) ** 2 <= 2.25 for r, c in zip(*np.nonzero(high))], axis=0)
        self.assertTrue(excluded[near_high].all())
        np.testing.assert_array_equal(excluded[2:-2, 2:-2], near_high[2:-2, 2:-2])

    def test_same_bytes_from_every_band(self):
        words = "nugget: 2, sill: 60, range: 1.2 km"
        self.criteria(["idw_of: soil, radius: 900 m, power: 2.5", f"kriging_of: soil, radius: 700 m, variogram: gaussian, {words}",
                       f"kriging_variance_of: soil, radius: 500 m, {words}"])
        digests = set()
        for rows in (1, 7):
            out = self.folder / f"rows{rows}"
            scenario = self.folder / "scenario.yaml"
            done = lodescan("run", scenario, f"--output={out}", f"--memory={memory_for_rows(rows, scenario)}")
            self.assertEqual(done.returncode, 0, done.stderr)
            for folder in (out, self.folder / "out"):
                digests.add(tuple(hashlib.sha256((folder / "criteria" / f"c{i}.tif").read_bytes()).hexdigest() for i in range(3)))
        self.assertEqual(len(digests), 1)

    def test_mistakes(self):
        grid = "grid: {crs: EPSG:32611, extent: [480000, 4200000, 483000, 4202000], extent_crs: EPSG:32611, cell: 100 m}\n"
        for words, said in (("idw_of: soil", "needs `radius`"), ("idw_of: soil, radius: 1 km, sill: 3", "`sill` goes with kriging_of alone"),
                            ("kriging_of: soil, radius: 1 km, range: 1 km", "needs `sill`"), ("kriging_of: soil, radius: 1 km, sill: 4", "needs `range`"),
                            ("kriging_of: soil, radius: 1 km, sill: 4, nugget: 4, range: 1 km", "is not below `sill: 4`"),
                            ("idw_of: soil, radius: 1 km, neighbours: 17", "16 are the most"), ("value_of: soil, power: 2", "`power` goes with idw_of alone"),
                            ("idw_of: dem, radius: 1 km", "is a raster layer"), ("idw_of: bare, radius: 1 km", "an `attribute: FIELD`")):
            path = self.folder / "wrong.yaml"
            path.write_text(f"lodescan: 1\ntitle: odd\n{grid}layers:\n  soil: {{vector: soil.gpkg, attribute: v}}\n  bare: {{vector: soil.gpkg}}\n"
                            f"  dem: {{raster: dem.tif}}\ncriteria:\n  c0: {{{words}, {MEMBER}}}\n{REST}")
            done = lodescan("check", path)
            self.assertEqual(done.returncode, 65, (words, done.stderr))
            self.assertIn(said, done.stderr)
            self.assertIn("wrong.yaml:9:", done.stderr)


if __name__ == "__main__":
    unittest.main()
