"""Terrain and circles of cells in whole scans: against numpy, gdaldem and GRASS; rules, gaps, vectors, and the same bytes from every band."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import warnings

import numpy as np
from osgeo import gdal

from ground import Ground
from places import lodescan, memory_for_rows

COLS, ROWS, CELL = 30, 20, 100.0
REST = "targets: {plant: {score: c0, min_coverage: 0 percent}}\noutputs: {criteria: true}\n"


def circle(radius, cell=CELL):
    n = int(radius / cell)
    return [(r, c) for r in range(-n, n + 1) for c in range(-n, n + 1) if (r * r + c * c) * cell * cell <= radius * radius + 1e-6]


def around(z, radius, cell=CELL):
    """Each cell's circle as a last axis, NaN beyond the raster."""
    cells = circle(radius, cell)
    n = max(r for r, _ in cells)
    wide = np.pad(z.astype(float), n, constant_values=np.nan)
    return np.stack([wide[n + r:n + r + z.shape[0], n + c:n + c + z.shape[1]] for r, c in cells], axis=-1)


def half_known(z, radius, values, cell=CELL):
    stack = around(z, radius, cell)
    return np.where(2 * np.isfinite(stack).sum(axis=-1) >= stack.shape[-1], values(stack), np.nan)


class Focal(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(20260214)
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        self.dem = (900 + 80 * np.sin(cols / 3.1) + 60 * np.cos(rows / 2.3 + cols / 5) + random.uniform(0, 15, (ROWS, COLS))).astype("f4")
        self.holed = np.where(random.random((ROWS, COLS)) < 0.2, np.nan, self.dem).astype("f4")
        self.raster("dem.tif", self.dem)
        self.raster("holed.tif", self.holed)
        self.layers = "".join(f"  {name}: {{raster: {name}.tif, resample: nearest, kind: continuous}}\n" for name in ("dem", "holed"))

    def criteria(self, operations, rest=REST, layers=""):
        words = "".join(f"  c{i}: {{{o}, membership: {{ms_large: {{}}}}}}\n" for i, o in enumerate(operations))
        return self.scan(self.layers + layers, words, rest)

    def raw(self, index):
        return self.plane(f"criteria/c{index}.tif")[0].astype(float)

    def test_numpy(self):
        radius = 420.0
        self.criteria([f"{op}: holed, radius: {radius / 1000} km" for op in ("relief_of", "tpi_of", "mean_of", "sd_of")])
        z = self.holed
        with np.errstate(all="ignore"):
            count = lambda s: np.isfinite(s).sum(axis=-1)
            expected = [half_known(z, radius, lambda s: np.nanmax(s, axis=-1) - np.nanmin(s, axis=-1)),
                        half_known(z, radius, lambda s: z - (np.nansum(s, axis=-1) - z) / (count(s) - 1)),
                        half_known(z, radius, lambda s: np.nanmean(s, axis=-1)), half_known(z, radius, lambda s: np.nanstd(s, axis=-1))]
        for i, wanted in enumerate(expected):
            got = self.raw(i)
            np.testing.assert_array_equal(np.isnan(got), np.isnan(wanted))
            self.assertGreater(np.isfinite(wanted).sum(), 400)
            np.testing.assert_allclose(got, wanted, atol=2e-4, rtol=0)

    def test_gdaldem(self):
        """Its window is the 3 x 3; it has none on the rim."""
        self.criteria([f"tpi_of: dem, radius: {CELL * 1.5} m", f"relief_of: dem, radius: {CELL * 1.5} m", "roughness_of: dem"])
        for mode, indices in (("TPI", [0]), ("roughness", [1, 2])):
            out = str(self.folder / f"{mode}.tif")
            subprocess.run(["gdaldem", mode, "-q", str(self.folder / "dem.tif"), out], check=True)
            peer = gdal.Open(out).ReadAsArray()[1:-1, 1:-1]
            for i in indices:
                np.testing.assert_allclose(self.raw(i)[1:-1, 1:-1], peer, atol=1e-3, rtol=0)

    @unittest.skipUnless(shutil.which("grass"), "GRASS is not here")
    def test_grass(self):
        """r.slope.aspect's curvatures, and r.neighbors' circles, whose size is odd and counted in cells."""
        self.criteria(["profile_curvature_of: dem", "tangential_curvature_of: dem", "plan_curvature_of: dem", "mean_of: dem, radius: 300 m",
                       "sd_of: dem, radius: 300 m", "relief_of: dem, radius: 300 m", "slope_of: dem"])
        names = ("pcurv", "tcurv", "average", "stddev", "range")
        circles = "".join(f"r.neighbors -c input=dem output={m} method={m} size=7 --q\n" for m in names[2:])
        with tempfile.TemporaryDirectory() as home:
            shutil.copy(self.folder / "dem.tif", home)
            outs = "".join(f"r.out.gdal -f input={n} output={home}/{n}.tif type=Float64 --q\n" for n in names)
            script = pathlib.Path(home) / "job.sh"
            script.write_text(f"set -e\nr.in.gdal input={home}/dem.tif output=dem --q\ng.region raster=dem\n"
                              f"r.slope.aspect elevation=dem pcurvature=pcurv tcurvature=tcurv precision=DCELL --q\n{circles}{outs}")
            for words in (["-c", f"{home}/dem.tif", "-e", f"{home}/place"], [f"{home}/place/PERMANENT", "--exec", "sh", str(script)]):
                done = subprocess.run(["grass", *words], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
            peer = {n: gdal.Open(f"{home}/{n}.tif").ReadAsArray() for n in names}
        inner = np.s_[1:-1, 1:-1]
        slope = self.raw(6)[inner] / 100
        for i, wanted in ((0, peer["pcurv"]), (1, peer["tcurv"])):
            np.testing.assert_allclose(self.raw(i)[inner], wanted[inner], atol=2e-8, rtol=2e-5)
            self.assertGreater(np.abs(wanted[inner]).max(), 1e-3)
        np.testing.assert_allclose(self.raw(2)[inner], peer["tcurv"][inner] * np.sqrt(1 + slope ** 2) / slope, atol=1e-6, rtol=1e-4)
        for i, name in ((3, "average"), (4, "stddev"), (5, "range")):
            np.testing.assert_allclose(self.raw(i)[3:-3, 3:-3], peer[name][3:-3, 3:-3], atol=1e-3, rtol=0)

    def test_values_of_points_reach_into_the_grid(self):
        """A cell that holds a sample within the radius, from beyond the frame too; a circle of three cells has 29, and most are empty."""
        shapes = [(f"POINT ({480050 + 100 * c} {4201950 - 100 * r})", "p", 10 * c + r) for c in range(-3, 5) for r in range(0, ROWS)]
        self.vector("soil.gpkg", shapes)
        self.criteria(["mean_of: soil, radius: 300 m"], layers="  soil: {vector: soil.gpkg, attribute: v}\n")
        got = self.raw(0)
        values = np.full((ROWS, COLS + 3), np.nan)
        values[:, :8] = 10 * np.arange(-3, 5)[None, :] + np.arange(ROWS)[:, None]
        with warnings.catch_warnings(action="ignore"):
            wanted = half_known(values, 300, lambda s: np.nanmean(s, axis=-1))[:, 3:]
        np.testing.assert_array_equal(np.isnan(got), np.isnan(wanted))
        self.assertTrue(np.isfinite(wanted[5, 0]) and np.isnan(wanted[5, -1]))
        np.testing.assert_allclose(got, wanted, atol=1e-4, rtol=0)

    def test_rules_and_buffers(self):
        """A rule over a circle's values, and one with a buffer, whose mask is made beside the band."""
        rest = ("rules:\n  rugged: {exclude_where: \"c0 > 150 m\", reason: Rugged}\n  near: {exclude_where: \"c0 > 200 m\", buffer: 250 m}\n" + REST)
        self.criteria(["relief_of: dem, radius: 300 m"], rest=rest)
        relief = self.raw(0)
        rows, cols = np.nonzero(relief > 200)
        y, x = np.mgrid[0:ROWS, 0:COLS]
        near = np.array([((y - r) ** 2 + (x - c) ** 2) * CELL * CELL <= 250 ** 2 for r, c in zip(rows, cols)]).any(axis=0)
        excluded = (relief > 150) | near
        self.assertTrue(0 < (relief > 200).sum() < near.sum() < ROWS * COLS and 0 < excluded.sum() < ROWS * COLS)
        np.testing.assert_array_equal(self.plane("plant_state.tif") == 1, excluded)

    def test_same_bytes_from_every_band(self):
        operations = ["mean_of: holed, radius: 700 m", "sd_of: holed, radius: 450 m", "relief_of: dem, radius: 510 m", "tpi_of: dem, radius: 900 m",
                      "plan_curvature_of: dem"]
        self.criteria(operations)
        scenario = self.folder / "scenario.yaml"
        digests = set()
        for rows in (1, 3, 20):
            out = self.folder / f"rows{rows}"
            memory = memory_for_rows(rows, scenario)
            done = lodescan("run", scenario, f"--output={out}", f"--memory={memory}")
            self.assertEqual(done.returncode, 0, done.stderr)
            digests.add(tuple(hashlib.sha256((out / "criteria" / f"c{i}.tif").read_bytes()).hexdigest() for i in range(len(operations))))
            digests.add(tuple(hashlib.sha256((self.folder / "out" / "criteria" / f"c{i}.tif").read_bytes()).hexdigest()
                              for i in range(len(operations))))
        self.assertEqual(len(digests), 1)

    def test_what_a_radius_cannot_be(self):
        for words, said in (("mean_of: dem", "needs `radius`"), ("slope_of: dem, radius: 1 km", "leave it out of slope_of"),
                            ("mean_of: dem, radius: 50 m", "there is no other cell"), ("mean_of: dem, radius: 60 km", "reaches 600 columns"),
                            ("mean_of: dem, radius: 0 m", "radius"), ("tpi_of: dem, radius: 1 km, unit: ppm", "does not fit tpi_of")):
            path = self.folder / "wrong.yaml"
            grid = "grid: {crs: EPSG:32611, extent: [480000, 4200000, 483000, 4202000], extent_crs: EPSG:32611, cell: 100 m}\n"
            path.write_text(f"lodescan: 1\ntitle: odd\n{grid}layers:\n{self.layers}criteria:\n  c0: {{{words}, membership: "
                            f"{{ms_large: {{}}}}}}\n{REST}")
            done = lodescan("check", path)
            self.assertEqual(done.returncode, 65, (words, done.stderr))
            self.assertIn(said, done.stderr)
            self.assertIn("wrong.yaml:8:", done.stderr)

    def test_plan_and_site_terms(self):
        """What a site tells of a criterion is the surface's value, bit for bit: it is made from another window."""
        self.criteria(["mean_of: holed, radius: 700 m", "tpi_of: dem, radius: 350 m"],
                      rest=REST.replace("min_coverage: 0 percent", "candidates: {peaks: {spacing: 500 m, count: 9}}"))
        told = json.loads((self.folder / "out" / "sites.geojson").read_text())["features"]
        self.assertGreater(len(told), 4)
        planes = [self.raw(i) for i in range(2)]
        for site in told:
            p = site["properties"]
            self.assertEqual([p["c0_value"], p["c1_value"]], [plane[p["cell_row"], p["cell_col"]] for plane in planes])


if __name__ == "__main__":
    unittest.main()
