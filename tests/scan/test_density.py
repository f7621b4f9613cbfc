"""Densities of points, lines and crossings in whole scans, against sums over all of them by numpy; weights, rules, mistakes, and the same bytes."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import numpy as np
from osgeo import gdal

from ground import Ground
from places import lodescan, memory_for_rows

COLS, ROWS, CELL, WEST, NORTH = 31, 23, 100.0, 480000.0, 4202000.0
UTM = "grid: {crs: EPSG:32611, extent: [480000, 4199700, 483100, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"
REST = "targets: {plant: {score: c0, min_coverage: 0 percent}}\noutputs: {criteria: true}\n"
MEMBER = "membership: {ms_large: {}}"
A, F = 6378137.0, 1 / 298.257223563


def quartic(d, r):
    return np.where(d <= r, 3 / (np.pi * r * r) * (1 - (d / r) ** 2) ** 2, 0)


def uniform(d, r):
    return np.where(d <= r, 1 / (np.pi * r * r), 0)


def in_space(lon, lat):
    """On the ellipsoid, in kilometres, by its reduced latitude."""
    reduced = np.arctan((1 - F) * np.tan(np.radians(lat)))
    return np.stack([A * np.cos(reduced) * np.cos(np.radians(lon)), A * np.cos(reduced) * np.sin(np.radians(lon)), A * (1 - F) * np.sin(reduced)], -1) / 1000


class Density(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(78)
        n = 97
        self.x, self.y = random.uniform(WEST - 700, WEST + 3800, n), random.uniform(NORTH - 3000, NORTH + 700, n)
        self.v = np.round(random.uniform(0, 9, n), 3)
        self.vector("wells.gpkg", [(f"POINT ({x!r} {y!r})", "p", v) for x, y, v in zip(self.x.tolist(), self.y.tolist(), self.v.tolist())])
        self.lines = []
        for k in range(14):
            steps = np.cumsum(random.normal(0, 350, (6, 2)), 0) + [random.uniform(WEST, WEST + 3100), random.uniform(NORTH - 2300, NORTH)]
            self.lines.append(steps)
        self.lines.append(np.array([[WEST - 9000, NORTH - 1050], [WEST + 9000, NORTH - 1020]]))  # one piece, far longer than any radius
        self.lines.append(np.array([[WEST + 1050, NORTH - 400], [WEST + 1050, NORTH - 1050]]))  # along cells' centres
        shapes = [("LINESTRING (" + ", ".join(f"{x!r} {y!r}" for x, y in line.tolist()) + ")", f"f{k}", k) for k, line in enumerate(self.lines)]
        self.vector("faults.gpkg", shapes)

    def criteria(self, operations, rest=REST, grid=UTM):
        layers = "".join(f"  {n}: {{vector: {n}.gpkg, attribute: v}}\n" for n in ("wells", "faults", "world", "parks", "mixed")
                         if (self.folder / f"{n}.gpkg").exists())
        return self.scan(layers, "".join(f"  c{i}: {{{o}, {MEMBER}}}\n" for i, o in enumerate(operations)), rest, grid)

    def raw(self, index):
        return self.plane(f"criteria/c{index}.tif")[0].astype(float)

    def centres(self):
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        return WEST + (cols + 0.5) * CELL, NORTH - (rows + 0.5) * CELL

    def of_points(self, px, py, weight, kernel, r):
        x, y = self.centres()
        return (kernel(np.hypot(x[..., None] - px, y[..., None] - py) / 1000, r) * weight).sum(-1)

    def of_lines(self, kernel, r, weight, step=0.02):
        """Each line in pieces of two centimetres, which count where their middles are."""
        total = np.zeros((ROWS, COLS))
        x, y = self.centres()
        for line, w in zip(self.lines, weight):
            for a, b in zip(line[:-1], line[1:]):
                for row in range(ROWS):  # of the line, only what the radius can reach; the rest counts nothing
                    length = np.hypot(*(b - a))
                    n = max(int(length / 1000 / r * 4000), 40)
                    t = (np.arange(n) + 0.5) / n
                    along = a + t[:, None] * (b - a)
                    near = (np.abs(along[:, 1] - y[row, 0]) <= r * 1000) & (along[:, 0] > WEST - r * 1000) & (along[:, 0] < WEST + 3100 + r * 1000)
                    along = along[near]
                    if not len(along):
                        continue
                    d = np.hypot(x[row][:, None] - along[:, 0], y[row][:, None] - along[:, 1]) / 1000
                    total[row] += w * kernel(d, r).sum(-1) * length / n / 1000
        return total

    def test_points(self):
        self.criteria(["density_of: wells, radius: 800 m", "density_of: wells, radius: 800 m, kernel: uniform", "density_of: wells, radius: 350 m",
                       "density_of: wells, radius: 800 m, weighted: true", "density_of: wells, radius: 30 km, kernel: uniform"])
        for i, (r, kernel, weight) in enumerate(((0.8, quartic, 1), (0.8, uniform, 1), (0.35, quartic, 1), (0.8, quartic, self.v))):
            wanted = self.of_points(self.x, self.y, weight, kernel, r)
            np.testing.assert_allclose(self.raw(i), wanted, rtol=1e-6, atol=1e-12)
            self.assertTrue(wanted.max() > 3 and wanted.std() > 0.5)
        self.assertTrue((self.raw(2) == 0).any())  # nothing is near: none, not missing
        kept = ((self.x > WEST - 30e3) & (self.y < NORTH + 30e3)).sum()
        np.testing.assert_allclose(self.raw(4), kept / (np.pi * 900), rtol=1e-6)

    @unittest.skipUnless(shutil.which("grass"), "GRASS is not here")
    def test_grass(self):
        """v.kernel's quartic in two dimensions, per square metre."""
        self.criteria(["density_of: wells, radius: 800 m"])
        with tempfile.TemporaryDirectory() as home:
            shutil.copy(self.folder / "wells.gpkg", home)
            script = pathlib.Path(home) / "job.sh"
            script.write_text(f"set -e\nv.in.ogr input={home}/wells.gpkg output=wells --q\n"
                              f"g.region n={NORTH} s={NORTH - ROWS * CELL} w={WEST} e={WEST + COLS * CELL} res={CELL}\n"
                              f"v.kernel input=wells output=k radius=800 kernel=quartic --q\n"
                              f"r.out.gdal -f -c input=k output={home}/k.tif type=Float64 --q\n")
            for words in (["-c", "EPSG:32611", "-e", f"{home}/place"], [f"{home}/place/PERMANENT", "--exec", "sh", str(script)]):
                done = subprocess.run(["grass", *words], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
            np.testing.assert_allclose(self.raw(0), gdal.Open(f"{home}/k.tif").ReadAsArray() * 1e6, rtol=1e-6, atol=1e-9)

    def test_lines(self):
        self.criteria(["density_of: faults, radius: 600 m", "density_of: faults, radius: 600 m, kernel: uniform",
                       "density_of: faults, radius: 400 m, weighted: true"])
        for i, (r, kernel, weight) in enumerate(((0.6, quartic, [1] * 16), (0.6, uniform, [1] * 16), (0.4, quartic, range(16)))):
            wanted = self.of_lines(kernel, r, weight)
            np.testing.assert_allclose(self.raw(i), wanted, rtol=1e-4, atol=2e-3 if kernel is uniform else 1e-5)
            self.assertGreater(wanted.max(), 2)

    def test_closed_forms(self):
        """A straight line through all of a circle: 2 / (pi r) of it for the uniform kernel at its middle, 16 / (5 pi r) for the quartic."""
        y = NORTH - 1150
        self.vector("world.gpkg", [(f"LINESTRING ({WEST - 5e4} {y}, {WEST + 5e4} {y})", "a", 1)])
        self.criteria(["density_of: world, radius: 500 m", "density_of: world, radius: 500 m, kernel: uniform"])
        offset = np.abs(self.centres()[1] - y) / 500
        a = np.clip(1 - offset ** 2, 0, None)
        np.testing.assert_allclose(self.raw(0), 3 / (np.pi * 0.5) * 16 / 15 * a ** 2.5, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(self.raw(1), 2 / (np.pi * 0.5) * np.sqrt(a), rtol=1e-6, atol=1e-4)  # steep at the rim

    def test_volume_is_what_was_counted(self):
        """Of features well inside, density times area adds up to their number, and to their length."""
        self.vector("world.gpkg", [(f"POINT ({WEST + 1333} {NORTH - 1077})", "a", 1), (f"POINT ({WEST + 1777} {NORTH - 1177})", "b", 2)])
        self.criteria(["density_of: world, radius: 900 m"])
        self.assertAlmostEqual(self.raw(0).sum() * CELL * CELL / 1e6, 2, places=2)

    def crossings(self):
        """All pairs of pieces, by the two parameters where their lines meet; the last abuts on the one before the end of it."""
        pieces = [(k, i, line[i], line[i + 1]) for k, line in enumerate(self.lines) for i in range(len(line) - 1)]
        found = []
        for m, (k, i, a, b) in enumerate(pieces):
            for l, j, c, d in pieces[m + 1:]:
                if k == l and abs(i - j) == 1:
                    continue
                u, w, q = b - a, d - c, c - a
                cross = u[0] * w[1] - u[1] * w[0]
                s, t = (q[0] * w[1] - q[1] * w[0]) / cross, (q[0] * u[1] - q[1] * u[0]) / cross
                if 0 <= s <= 1 and 0 <= t <= 1:
                    found.append(a + s * u)
        return np.array(found)

    def test_crossings(self):
        at = self.crossings()
        self.assertGreater(len(at), 15)
        self.criteria(["crossings_of: faults, radius: 700 m", "crossings_of: faults, radius: 700 m, kernel: uniform"])
        np.testing.assert_allclose(self.raw(0), self.of_points(at[:, 0], at[:, 1], 1, quartic, 0.7), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(self.raw(1), self.of_points(at[:, 0], at[:, 1], 1, uniform, 0.7), rtol=1e-6, atol=1e-9)

    def test_what_is_a_crossing(self):
        """Ends that meet are none; an abutment is one, and so is a star of four lines; doubled lines are one line."""
        e, n = WEST + 1500, NORTH - 1100
        star = [(f"LINESTRING ({e} {n}, {e + x} {n + y})", "s", 1) for x, y in ((200, 0), (-200, 0), (0, 200), (130, 140))]
        abut = [(f"LINESTRING ({e - 900} {n}, {e - 500} {n})", "a", 1), (f"LINESTRING ({e - 700} {n}, {e - 700} {n + 300})", "a", 1)]
        on = [(f"LINESTRING ({e + 900} {n}, {e + 1000} {n})", "o", 1), (f"LINESTRING ({e + 1000} {n}, {e + 1100} {n + 200})", "o", 1),
              (f"LINESTRING ({e + 900} {n}, {e + 1000} {n})", "o", 1)]
        self.vector("world.gpkg", star + abut + on)
        self.criteria(["crossings_of: world, radius: 300 m, kernel: uniform"])
        wanted = self.of_points(np.array([e, e - 700]), np.array([n, n]), 1, uniform, 0.3)
        np.testing.assert_allclose(self.raw(0), wanted, rtol=1e-6, atol=1e-9)

    def test_degrees_across_the_antimeridian(self):
        grid = "grid: {crs: EPSG:4326, extent: [176.9, 61.7, 180, 64], cell: 0.1 deg, margin: 0 m}\n"
        random = np.random.default_rng(5)
        lon, lat = random.uniform(175, 182, 90), random.uniform(60, 65, 90)
        lon = np.where(lon > 180, lon - 360, lon)
        self.vector("world.gpkg", [(f"POINT ({x!r} {y!r})", "p", 1) for x, y in zip(lon.tolist(), lat.tolist())], 4326)
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        here = in_space(176.9 + (cols + 0.5) / 10, 64 - (rows + 0.5) / 10)
        self.criteria(["density_of: world, radius: 60 km", "density_of: world, radius: 150 km, kernel: uniform"], grid=grid)
        d = np.linalg.norm(here[:, :, None] - in_space(lon, lat), axis=-1)
        np.testing.assert_allclose(self.raw(0), quartic(d, 60).sum(-1), rtol=1e-6, atol=1e-15)
        np.testing.assert_allclose(self.raw(1), uniform(d, 150).sum(-1), rtol=1e-6, atol=1e-15)
        self.assertTrue((d[:, -1][:, lon < 0].min(-1) < 60).any())

    def test_lines_in_degrees(self):
        grid = "grid: {crs: EPSG:4326, extent: [10, 61.7, 13.1, 64], cell: 0.1 deg, margin: 0 m}\n"
        self.vector("world.gpkg", [("LINESTRING (9 62, 12 63.5, 14 62.2)", "a", 1), ("LINESTRING (11 60, 11.5 66)", "b", 1)], 4326)
        self.criteria(["density_of: world, radius: 80 km", "density_of: world, radius: 80 km, kernel: uniform"], grid=grid)
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        here = in_space(10 + (cols + 0.5) / 10, 64 - (rows + 0.5) / 10)
        for i, kernel in enumerate((quartic, uniform)):
            total = np.zeros((ROWS, COLS))
            for line in (((9, 62), (12, 63.5), (14, 62.2)), ((11, 60), (11.5, 66))):
                for a, b in zip(line[:-1], line[1:]):
                    t = np.linspace(0, 1, 4001)
                    ends = in_space(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
                    middle, length = (ends[1:] + ends[:-1]) / 2, np.linalg.norm(np.diff(ends, axis=0), axis=-1)
                    for row in range(ROWS):
                        d = np.linalg.norm(here[row][:, None] - middle, axis=-1)
                        total[row] += (kernel(d, 80) * length).sum(-1)
            np.testing.assert_allclose(self.raw(i), total, rtol=1e-4, atol=2e-5 if kernel is uniform else 2e-6)
            self.assertGreater(total.max(), 0.01)

    def test_rules_with_a_buffer_and_no_features(self):
        rest = "rules:\n  dense: {exclude_where: \"c0 > 4\", buffer: 150 m}\n" + REST
        self.criteria(["density_of: wells, radius: 700 m"], rest)
        rows, cols = np.nonzero(self.of_points(self.x, self.y, 1, quartic, 0.7) > 4)
        y, x = np.mgrid[0:ROWS, 0:COLS]
        near = np.any([(y - r) ** 2 + (x - c) ** 2 <= 2.25 for r, c in zip(rows, cols)], axis=0)
        inner = np.s_[2:-2, 2:-2]
        self.assertTrue(0 < near.sum() < near.size)
        np.testing.assert_array_equal((self.plane("plant_state.tif") == 1)[inner], near[inner])
        self.vector("world.gpkg", [("POINT (600000 4300000)", "far", 1)])
        self.criteria(["density_of: wells, radius: 700 m", "density_of: world, radius: 1 km"])
        self.assertTrue((self.raw(1) == 0).all())

    def test_same_bytes_from_every_band(self):
        self.criteria(["density_of: wells, radius: 900 m, weighted: true", "density_of: faults, radius: 700 m", "crossings_of: faults, radius: 500 m"])
        scenario = self.folder / "scenario.yaml"
        digests = set()
        for rows in (1, 7):
            out = self.folder / f"rows{rows}"
            done = lodescan("run", scenario, f"--output={out}", f"--memory={memory_for_rows(rows, scenario)}")
            self.assertEqual(done.returncode, 0, done.stderr)
            for folder in (out, self.folder / "out"):
                digests.add(tuple(hashlib.sha256((folder / "criteria" / f"c{i}.tif").read_bytes()).hexdigest() for i in range(3)))
        self.assertEqual(len(digests), 1)

    def test_units(self):
        """The same numbers in another unit, in memberships, in conditions, and by name in what is written."""
        plain = ["density_of: faults, radius: 700 m", "density_of: wells, radius: 700 m", "crossings_of: faults, radius: 700 m",
                 "density_of: wells, radius: 700 m, weighted: true"]
        self.criteria(plain)
        base = [self.raw(i) for i in range(4)]
        wanted = [("m/ha", 10), ("per 100 km2", 100), ("per ha", 0.01), ("t/km2", 1)]
        self.criteria([f"{words}, unit: {unit}" for words, (unit, _) in zip(plain, wanted)])
        for i, (unit, factor) in enumerate(wanted):
            self.assertGreater(base[i].max(), 0)
            np.testing.assert_allclose(self.raw(i), base[i] * factor, rtol=1e-6)
            file = gdal.Open(str(self.folder / f"out/criteria/c{i}.tif"))
            self.assertEqual(file.GetRasterBand(1).GetUnitType(), unit)
        with open(self.folder / "out/run.json", encoding="utf-8") as run:
            self.assertEqual([c["unit"] for c in json.load(run)["criteria"]], [unit for unit, _ in wanted])
        half = float(np.median(base[0]))
        for number in (f"{10 * half!r}", f"{10 * half!r} m/ha", f"{half!r} km/km2"):
            layers = "  faults: {vector: faults.gpkg}\n"
            criterion = f"  c0: {{density_of: faults, radius: 700 m, unit: m/ha, membership: {{linear: {{zero: 0, one: {number}}}}}}}\n"
            self.scan(layers, criterion, f'rules: {{crowded: {{exclude_where: "c0 > {number}"}}}}\n' + REST, UTM)
            member = self.plane("criteria/c0.tif")[1]
            np.testing.assert_allclose(member, np.minimum(base[0] / half, 1), rtol=1e-5)
            state = self.plane("plant_state.tif")
            sure = np.abs(base[0] / half - 1) > 1e-5
            np.testing.assert_array_equal((state == 1)[sure], (base[0] > half)[sure])

    def test_mistakes(self):
        self.vector("parks.gpkg", [("POLYGON ((480000 4200000, 481000 4200000, 481000 4201000, 480000 4200000))", "p", 1)])
        self.vector("mixed.gpkg", [("POINT (480000 4200000)", "p", 1), ("LINESTRING (480000 4200000, 481000 4201000)", "l", 1)])
        path = self.folder / "wrong.yaml"
        layers = "  bare: {vector: wells.gpkg}\n  dem: {raster: dem.tif}\n  wells: {vector: wells.gpkg}\n"
        for command, words, said in (("check", "density_of: wells", "needs `radius`"), ("check", "density_of: dem, radius: 1 km", "'dem' is a raster layer"),
                                     ("check", "density_of: bare, radius: 1 km, weighted: true", "needs numbers to weigh by"),
                                     ("check", "crossings_of: bare, radius: 1 km, weighted: true", "`weighted` goes with density_of alone"),
                                     ("check", "value_of: dem, kernel: uniform", "`kernel` goes with density_of and crossings_of alone"),
                                     ("check", "density_of: bare, radius: 1 km, kernel: quartik", "did you mean 'quartic'"),
                                     ("check", "density_of: bare, radius: 1 km, unit: km", "write `per km2` or `per ha` of points, `km/km2` or `m/ha` of lines"),
                                     ("check", "density_of: bare, radius: 1 km, unit: t/km2", "`unit: t/km2` does not fit density_of"),
                                     ("check", "crossings_of: bare, radius: 1 km, unit: km/km2", "write `per km2` or `per ha`"),
                                     ("run", "density_of: wells, radius: 1 km, unit: m/ha", "`unit: m/ha` is of lines, and layer 'wells' has points"),
                                     ("run", "density_of: parks, radius: 1 km", "is an area, and points and lines are counted"),
                                     ("run", "density_of: mixed, radius: 1 km", "both points and lines"),
                                     ("run", "crossings_of: wells, radius: 1 km", "its features are points, and lines cross")):
            lines = layers if command == "check" else "".join(f"  {n}: {{vector: {n}.gpkg}}\n" for n in ("parks", "mixed", "wells"))
            path.write_text(f"lodescan: 1\ntitle: odd\n{UTM}layers:\n{lines}criteria:\n  c0: {{{words}, {MEMBER}}}\n{REST}")
            done = lodescan(command, path, *((f"--output={self.folder / 'none'}",) if command == "run" else ()))
            self.assertEqual(done.returncode, 65, (words, done.stderr))
            self.assertIn(said, done.stderr)
            self.assertIn("wrong.yaml:", done.stderr)


if __name__ == "__main__":
    unittest.main()
