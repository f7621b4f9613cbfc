"""A run keeps its budget: the process's peak by the kernel's count (ru_maxrss), on a grid whose surfaces alone are larger than the budget."""
import json
import os
import subprocess
import sys
import unittest

import numpy as np
from osgeo import gdal

from ground import Ground, crs
from places import PROGRAM, lodescan, memory_for_rows

WIDE, HIGH, CELL = 9001, 7003, 50
WEST, NORTH = 400000, 4900000
# The program beside what it counts: itself, GDAL and PROJ (100 MB), PoCL and what LLVM keeps (60 MB), and LLVM at work where kernels were never
# built before (160 MB more). Measured on 160 x 400 cells: 156 MB, 318 MB with an empty kernel cache.
PROGRAM_BYTES = 320e6
GRID = (f"grid: {{crs: EPSG:32611, extent: [{WEST}, {NORTH - HIGH * CELL}, {WEST + WIDE * CELL}, {NORTH}], extent_crs: EPSG:32611, "
        f"cell: {CELL} m, margin: 0 m}}\n")
LAYERS = "  dem: {raster: dem.tif}\n  mines: {vector: mines.gpkg}\n  lakes: {vector: lakes.gpkg}\n"
CRITERIA = ("  near: {distance_to: mines, membership: {small: {midpoint: 30 km}}}\n"
            "  flat: {slope_of: dem, unit: percent, membership: {linear: {zero: 8 percent, one: 0 percent}}}\n")
# Peaks far apart: after each, most of the score plane is looked at again.
REST = ("rules: {lake: {exclude_inside: lakes}, steep: {exclude_where: \"flat > 30 percent\"}}\n"
        "targets: {plant: {score: {weighted: {near: 1, flat: 1}}, candidates: {peaks: {spacing: 60 km, count: 12}}}}\n")


def peak_bytes(*words, **extra):
    """Of one run, which has to succeed."""
    process = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **extra})
    _, state, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(state)
    if process.returncode != 0:
        raise AssertionError(f"{words} ended with {process.returncode}")
    return usage.ru_maxrss * 1024


class Memory(Ground):
    def setUp(self):
        super().setUp()
        rows, cols = np.mgrid[0:HIGH // 10 + 2, 0:WIDE // 10 + 2].astype("f4")
        coarse = (WEST - 5 * CELL, 10 * CELL, 0, NORTH + 5 * CELL, 0, -10 * CELL)
        self.raster("dem.tif", 300 + 200 * np.sin(rows / 31) * np.cos(cols / 47) + np.cos(rows / 3), coarse)
        random = np.random.default_rng(5)
        places = [(WEST + x * WIDE * CELL, NORTH - y * HIGH * CELL) for x, y in random.random((40, 2))]
        self.vector("mines.gpkg", [(f"POINT ({x} {y})", f"m{i}", i) for i, (x, y) in enumerate(places[:30])])
        self.vector("lakes.gpkg", [(f"POLYGON (({x} {y}, {x + 9e3} {y}, {x} {y - 7e3}, {x} {y}))", "lake", 1) for x, y in places[30:]])
        self.scenario = self.folder / "scenario.yaml"
        self.scenario.write_text("lodescan: 1\ntitle: memory\n" + GRID + "layers:\n" + LAYERS + "criteria:\n" + CRITERIA + REST)

    def test_the_peak_is_within_the_budget(self):
        budget = 150e6
        self.assertLess(budget, 5 * WIDE * HIGH / 2)
        peak = peak_bytes("run", self.scenario, f"--output={self.folder / 'out'}", f"--memory={budget:.0f}B", "--quiet")
        print(f"peak {peak / 1e6:.0f} MB of a budget of {budget / 1e6:.0f} MB", file=sys.stderr)
        self.assertLess(peak, budget + PROGRAM_BYTES)

    def test_validation_keeps_the_budget(self):
        """Discs of 33 rows each, of places all over the grid: pages that they bring are let go."""
        random = np.random.default_rng(6)
        spots = [(WEST + x * WIDE * CELL, NORTH - y * HIGH * CELL) for x, y in random.random((300, 2))]
        self.vector("known.gpkg", [(f"POINT ({x} {y})", f"k{i}", i) for i, (x, y) in enumerate(spots)])
        wished = self.folder / "validated.yaml"
        wished.write_text(self.scenario.read_text().replace("layers:\n", "layers:\n  known: {vector: known.gpkg}\n")
                          + "validate: {plant: {sites: known, uncertainty: 30 km}}\n")
        budget = 150e6
        peak = peak_bytes("run", wished, f"--output={self.folder / 'validated'}", f"--memory={budget:.0f}B", "--quiet")
        print(f"validated: peak {peak / 1e6:.0f} MB of a budget of {budget / 1e6:.0f} MB", file=sys.stderr)
        self.assertLess(peak, budget + PROGRAM_BYTES)

    def test_the_list_of_tenants_adds_up_to_the_budget(self):
        told = json.loads(lodescan("check", self.scenario, "--json", "--memory=150MB").stdout)["memory"]
        sums = {time: sum(tenant["bytes"] for tenant in told["tenants"] if time in tenant["during"]) for time in ("masks", "scoring", "writing", "page")}
        self.assertEqual(max(sums.values()), told["peak_bytes"])
        self.assertLessEqual(told["peak_bytes"], 150e6)
        self.assertGreater(told["band_rows"], 1)

    def test_too_little_is_refused_with_what_is_needed(self):
        least = int(memory_for_rows(1, self.scenario)[:-1])
        refused = lodescan("run", self.scenario, f"--output={self.folder / 'no'}", f"--memory={least - 2000}B")
        self.assertEqual(refused.returncode, 75)
        self.assertIn(f"a grid of {WIDE} x {HIGH} cells needs at least {least // 1000000 + 1} MB", refused.stderr)
        self.assertIn("of it: pictures of the page): give more --memory or a coarser cell", refused.stderr)
        self.assertFalse((self.folder / "no").exists())


class Ways(Ground):
    """The raster that the costs are made of is larger, decoded, than budget and program together; GDAL would keep all of it."""
    WIDE, HIGH, CELL, FINE = 1401, 1103, 100, 10

    def setUp(self):
        super().setUp()
        cols, rows = self.WIDE * self.FINE, self.HIGH * self.FINE
        file = gdal.GetDriverByName("GTiff").Create(str(self.folder / "rock.tif"), cols, rows, 1, gdal.GDT_Float32,
                                                    ["TILED=YES", "SPARSE_OK=TRUE", "BLOCKXSIZE=512", "BLOCKYSIZE=512"])
        file.SetGeoTransform((WEST, self.CELL / self.FINE, 0, NORTH, 0, -self.CELL / self.FINE))
        file.SetSpatialRef(crs(32611))
        del file
        self.vector("mines.gpkg", [(f"POINT ({WEST + 5000} {NORTH - 5000})", "mine", 1)])
        self.scenario = self.folder / "scenario.yaml"
        self.scenario.write_text(
            "lodescan: 1\ntitle: ways\n"
            f"grid: {{crs: EPSG:32611, extent: [{WEST}, {NORTH - self.HIGH * self.CELL}, {WEST + self.WIDE * self.CELL}, {NORTH}], "
            f"extent_crs: EPSG:32611, cell: {self.CELL} m, margin: 0 m}}\n"
            "layers:\n  rock: {raster: rock.tif, resample: average}\n  mines: {vector: mines.gpkg}\n"
            "criteria:\n  haul: {cost_distance_to: mines, friction: \"1 + rock\", membership: {small: {midpoint: 30 km}}}\n"
            "targets: {plant: {score: haul, candidates: {peaks: {spacing: 60 km, count: 3}}}}\n")

    def test_a_path_keeps_its_budget(self):
        budget = 70e6
        self.assertGreater(4 * self.WIDE * self.HIGH * self.FINE**2, budget + PROGRAM_BYTES)
        peak = peak_bytes("path", self.scenario, "--from=-117.6,43.6", f"--memory={budget:.0f}B", GDAL_CACHEMAX="2000")
        print(f"path: peak {peak / 1e6:.0f} MB of a budget of {budget / 1e6:.0f} MB", file=sys.stderr)
        self.assertLess(peak, budget + PROGRAM_BYTES)

    def test_a_path_needs_less_than_a_run(self):
        least = int(memory_for_rows(1, self.scenario)[:-1])
        path = lodescan("path", self.scenario, "--from=-117.6,43.6", f"--memory={least - 2000}B")
        self.assertEqual(path.returncode, 0, path.stderr)


if __name__ == "__main__":
    unittest.main()
