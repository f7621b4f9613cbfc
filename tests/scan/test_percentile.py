"""Percentiles of circles and the ruggedness index in whole scans: against scipy and gdaldem; gaps, mistakes, and the same bytes from every band."""
import hashlib
import subprocess
import unittest
import warnings

import numpy as np
from osgeo import gdal
from scipy import ndimage

from ground import Ground
from places import lodescan, memory_for_rows

COLS, ROWS, CELL = 31, 23, 100.0
REST = "targets: {plant: {score: c0, min_coverage: 0 percent}}\noutputs: {criteria: true}\n"
UTM = "grid: {crs: EPSG:32611, extent: [480000, 4199700, 483100, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"
WGS = "grid: {crs: EPSG:4326, extent: [10, 59.7, 13.1, 62], cell: 0.1 deg, margin: 0 m}\n"


def disc(reach_cols, reach_rows, inside):
    return np.array([[inside(r, c) for c in range(-reach_cols, reach_cols + 1)] for r in range(-reach_rows, reach_rows + 1)])


def percentile(values, percent, footprint):
    """Of the known cells; missing where these are less than half."""
    cells = footprint.sum()

    def of(v):
        known = v[np.isfinite(v)]
        return np.percentile(known, percent) if 2 * known.size >= cells else np.nan

    with warnings.catch_warnings(action="ignore"):
        return ndimage.generic_filter(values.astype(float), of, footprint=footprint, mode="constant", cval=np.nan)


class Percentile(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(20260215)
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        self.dem = (-20 + 80 * np.sin(cols / 3.1) + 60 * np.cos(rows / 2.3 + cols / 5) + random.uniform(0, 15, (ROWS, COLS))).astype("f4")
        self.holed = np.where(random.random((ROWS, COLS)) < 0.3, np.nan, np.round(self.dem / 8)).astype("f4")
        self.raster("dem.tif", self.dem)
        self.raster("holed.tif", self.holed)
        self.raster("world.tif", self.holed, (10, 0.1, 0, 62, 0, -0.1), 4326)

    def criteria(self, operations, layers, grid=UTM, rest=REST):
        words = "".join(f"  c{i}: {{{o}, membership: {{ms_large: {{}}}}}}\n" for i, o in enumerate(operations))
        lines = "".join(f"  {name}: {{raster: {name}.tif, resample: nearest, kind: continuous}}\n" for name in layers)
        return self.scan(lines, words, rest, grid)

    def raw(self, index):
        return self.plane(f"criteria/c{index}.tif")[0].astype(float)

    def test_scipy(self):
        asked = ((90, 420, "holed"), (50, 300, "holed"), (12.5, 1150, "dem"), (0, 200, "dem"), (100, 200, "dem"))
        self.criteria([f"percentile_of: {layer}, radius: {radius} m, percentile: {p}" for p, radius, layer in asked], ("dem", "holed"))
        for i, (p, radius, layer) in enumerate(asked):
            n = int(radius / CELL)
            wanted = percentile(getattr(self, layer), p, disc(n, n, lambda r, c: (r * r + c * c) * CELL * CELL <= radius * radius + 1e-6))
            np.testing.assert_array_equal(np.isnan(self.raw(i)), np.isnan(wanted))
            np.testing.assert_allclose(self.raw(i), wanted, atol=3e-5, rtol=0)
            self.assertTrue(np.isfinite(wanted).sum() > 400 and np.isnan(wanted[0, 0]))

    def test_degrees(self):
        """A circle of 25 km where a tenth of a degree is 11.1 km high and 5.2 to 5.6 km wide: two rows, and four columns to either side."""
        self.criteria(["percentile_of: world, radius: 25 km, percentile: 80"], ("world",), WGS)
        got = self.raw(0)
        for row in range(ROWS):
            def inside(r, c):
                lat = np.radians(62 - 0.1 * (row + 0.5 + r / 2))
                across = np.radians(0.1) * 6378137 / np.sqrt(1 - 0.00669438 * np.sin(lat) ** 2) * np.cos(lat)
                down = np.radians(0.1) * 6378137 * (1 - 0.00669438) / (1 - 0.00669438 * np.sin(lat) ** 2) ** 1.5
                return (c * across) ** 2 + (r * down) ** 2 <= 25000 ** 2
            np.testing.assert_allclose(got[row], percentile(self.holed, 80, disc(6, 2, inside))[row], atol=1e-5, rtol=0)
        self.assertGreater(np.isfinite(got).sum(), 500)

    def test_gdaldem_has_the_same_ruggedness(self):
        self.criteria(["ruggedness_of: dem"], ("dem",))
        out = str(self.folder / "tri.tif")
        subprocess.run(["gdaldem", "TRI", "-q", "-alg", "Riley", str(self.folder / "dem.tif"), out], check=True)
        peer = gdal.Open(out).ReadAsArray()
        np.testing.assert_allclose(self.raw(0)[1:-1, 1:-1], peer[1:-1, 1:-1], rtol=1e-6)
        self.assertGreater(np.ptp(peer[1:-1, 1:-1]), 50)
        self.assertTrue(np.isnan(self.raw(0)[0]).all())

    def test_rules_with_a_buffer(self):
        rest = "rules:\n  high: {exclude_where: \"c0 > 60\", buffer: 250 m}\n" + REST
        self.criteria(["percentile_of: dem, radius: 250 m, percentile: 90"], ("dem",), rest=rest)
        rows, cols = np.nonzero(self.raw(0) > 60)
        y, x = np.mgrid[0:ROWS, 0:COLS]
        near = np.array([((y - r) ** 2 + (x - c) ** 2) * CELL * CELL <= 250 ** 2 for r, c in zip(rows, cols)]).any(axis=0)
        self.assertTrue(0 < near.sum() < near.size)
        np.testing.assert_array_equal((self.plane("plant_state.tif") == 1) | np.isnan(self.raw(0)), near | np.isnan(self.raw(0)))

    def test_same_bytes_from_every_band(self):
        self.criteria(["percentile_of: holed, radius: 700 m, percentile: 33.3", "ruggedness_of: dem"], ("dem", "holed"))
        scenario = self.folder / "scenario.yaml"
        digests = set()
        for rows in (1, 3, ROWS):
            out = self.folder / f"rows{rows}"
            done = lodescan("run", scenario, f"--output={out}", f"--memory={memory_for_rows(rows, scenario)}")
            self.assertEqual(done.returncode, 0, done.stderr)
            digests.add(tuple(hashlib.sha256((out / "criteria" / f"c{i}.tif").read_bytes()).hexdigest() for i in range(2)))
        self.assertEqual(len(digests), 1)

    def test_mistakes(self):
        for words, said in (("percentile_of: dem, radius: 13 km, percentile: 50", "130 rows far, and 1024 and 128 are the most"),
                            ("percentile_of: dem, percentile: 50", "needs `radius`"), ("percentile_of: dem, radius: 1 km", "needs `percentile`"),
                            ("ruggedness_of: dem, radius: 1 km", "`radius` is for operations on a circle"),
                            ("ruggedness_of: dem, unit: ppm", "write a length's unit such as `m`")):
            path = self.folder / "wrong.yaml"
            path.write_text(f"lodescan: 1\ntitle: odd\n{UTM}layers:\n  dem: {{raster: dem.tif}}\ncriteria:\n  c0: {{{words}, "
                            f"membership: {{ms_large: {{}}}}}}\n{REST}")
            done = lodescan("check", path)
            self.assertEqual(done.returncode, 65, (words, done.stderr))
            self.assertIn(said, done.stderr)
            self.assertIn("wrong.yaml:7:", done.stderr)


if __name__ == "__main__":
    unittest.main()
