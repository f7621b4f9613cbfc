"""cost_distance_to against Dijkstra (1959) with a heap in Python: slopes, land cover, barriers, sources beyond the grid."""
import heapq
import math
import re
import unittest

import numpy as np
from osgeo import gdal

from ground import UTM, Ground
from places import lodescan, memory_for_rows, sites

# The grid is 30 x 20 cells of 100 m; with 500 m of margin the ways may use 5 + 1 cells around it.
COLS, ROWS, CELL, AROUND = 30, 20, 100.0, 6
WIDE, HIGH = COLS + 2 * AROUND, ROWS + 2 * AROUND
WEST, NORTH = 480000 - AROUND * CELL, 4202000 + AROUND * CELL
GRID = UTM.replace("margin: 0 m", "margin: 500 m")


def horn_percent(z):
    """Horn (1981); NaN on the rim."""
    out = np.full(z.shape, np.nan)
    for r in range(1, z.shape[0] - 1):
        for c in range(1, z.shape[1] - 1):
            w = z[r - 1:r + 2, c - 1:c + 2]
            out[r, c] = 100 * math.hypot(((w[:, 2] - w[:, 0]) * [1, 2, 1]).sum(), ((w[2] - w[0]) * [1, 2, 1]).sum()) / (8 * CELL)
    return out


def dijkstra(friction, sources):
    """Cheapest lengths and the source they lead to; a step costs its length times the mean friction of its two cells."""
    cost, nearest = np.full(friction.shape, np.inf), np.full(friction.shape, -1)
    queue = [(0.0, int(r), int(c), i) for i, (r, c) in enumerate(np.argwhere(sources)) if friction[r, c] > 0]
    while queue:
        so_far, r, c, source = heapq.heappop(queue)
        if so_far >= cost[r, c]:
            continue
        cost[r, c], nearest[r, c] = so_far, source
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                to = (r + dr, c + dc)
                if (dr or dc) and 0 <= to[0] < friction.shape[0] and 0 <= to[1] < friction.shape[1]:
                    step = math.hypot(dr, dc) * CELL * (friction[r, c] + friction[to]) / 2
                    if so_far + step < cost[to]:  # False when a friction is NaN
                        heapq.heappush(queue, (so_far + step, *to, source))
    return cost, nearest


class Cost(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(20250612)
        rim = 2  # so that slopes are known in all of the margin
        east, south = np.meshgrid(np.arange(WIDE + 2 * rim), np.arange(HIGH + 2 * rim))
        self.dem = (900 + 60 * np.sin(east / 4) + 40 * np.cos(south / 3) + random.uniform(0, 8, east.shape)).astype("f4")
        self.raster("dem.tif", self.dem, (WEST - rim * CELL, CELL, 0, NORTH + rim * CELL, 0, -CELL))
        self.slope = horn_percent(self.dem.astype(float))[rim:-rim, rim:-rim]
        self.cover = random.integers(1, 4, (HIGH, WIDE)).astype("f4")
        self.cover[4:18, 22] = np.nan  # a wall to walk round
        self.raster("cover.tif", self.cover, (WEST, CELL, 0, NORTH, 0, -CELL))
        # Two mines in the grid, one in its margin, and one inside the wall, which no way leaves.
        self.cells = [("upper", 8, 10), ("lower", 22, 31), ("beyond", 15, WIDE - 3), ("walled", 10, 22)]
        self.vector("mines.gpkg", [(f"POINT ({WEST + (c + 0.5) * CELL} {NORTH - (r + 0.5) * CELL})", name, 1) for name, r, c in self.cells])
        self.sources = np.zeros((HIGH, WIDE), bool)
        for _, r, c in self.cells:
            self.sources[r, c] = True
        # Two rings of marsh: columns 26..31, rows 9..12 of the wide window.
        self.vector("marsh.gpkg", [(self.box(26, 9, 32, 13), "marsh", 1)])
        self.marsh = np.zeros((HIGH, WIDE))
        self.marsh[9:13, 26:32] = 1

    def box(self, col0, row0, col1, row1):
        west, east, north, south = WEST + col0 * CELL, WEST + col1 * CELL, NORTH - row0 * CELL, NORTH - row1 * CELL
        return f"POLYGON (({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"

    def haul(self, friction, rest="", memory=None, criteria=""):
        layers = ("  dem: {raster: dem.tif, resample: nearest}\n  cover: {raster: cover.tif, resample: nearest, kind: continuous}\n"
                  "  mines: {vector: mines.gpkg, label: name}\n  marsh: {vector: marsh.gpkg}\n")
        self.scan(layers, f"  haul: {{cost_distance_to: mines, friction: \"{friction}\", membership: {{small: {{midpoint: 5 km}}}}}}\n{criteria}",
                  f"{rest}targets: {{plant: {{score: haul, candidates: {{peaks: {{spacing: 500 m, count: 20}}}}}}}}\noutputs: {{criteria: true}}\n", GRID)
        if memory:
            memory = memory_for_rows(memory, self.folder / "scenario.yaml") if isinstance(memory, int) else memory
            done = lodescan("run", self.folder / "scenario.yaml", f"--output={self.folder / 'out'}", "--overwrite", f"--memory={memory}")
            self.assertEqual(done.returncode, 0, done.stderr)
        return gdal.Open(str(self.folder / "out" / "criteria" / "haul.tif")).ReadAsArray().astype(float)

    def inner(self, plane):
        return plane[AROUND:-AROUND, AROUND:-AROUND]

    def test_slope_cover_and_barriers(self):
        friction = 1 + 0.2 * self.slope + np.where(self.marsh == 1, 25, 0) + 0 * self.cover
        cost, nearest = dijkstra(friction, self.sources)
        raw, membership = self.haul("1 + 0.2 * slope(dem) + where(inside(marsh), 25, 0) + 0 * cover")
        expected = self.inner(cost) / 1000
        self.assertTrue(np.isinf(self.inner(cost)).any() and self.marsh[8:14].any() and np.isnan(friction[10, 22]))
        reached = np.isfinite(expected)
        np.testing.assert_allclose(raw[reached], expected[reached], rtol=1e-5)
        self.assertFalse(np.isfinite(raw[~reached]).any())
        np.testing.assert_allclose(membership[reached], 1 / (1 + (expected[reached] / 5) ** 5), rtol=1e-4, atol=1e-6)
        found = sites(self.folder / "out")
        self.assertGreater(len(found), 5)
        for site in found:
            row, col = site["cell_row"] + AROUND, site["cell_col"] + AROUND
            term, = site["criteria"]
            self.assertAlmostEqual(term["value"], cost[row, col] / 1000, places=4)
            order = {int(i): name for i, name in enumerate(n for n, _, _ in sorted(self.cells, key=lambda cell: cell[1:]))}
            self.assertEqual(term["nearest"], order[nearest[row, col]])
        told = lodescan("explain", self.folder / "out", found[0]["site_id"])
        self.assertIn("haul: cost distance to mines", told.stdout)

    def test_friction_one_is_the_way_of_a_king(self):
        raw, _ = self.haul("1")
        rows, cols = np.mgrid[0:HIGH, 0:WIDE]
        best = np.full((HIGH, WIDE), np.inf)
        for _, r, c in self.cells:
            far, near = np.maximum(abs(rows - r), abs(cols - c)), np.minimum(abs(rows - r), abs(cols - c))
            best = np.minimum(best, (far - near + math.sqrt(2) * near) * CELL)
        np.testing.assert_allclose(raw, self.inner(best) / 1000, rtol=1e-5)

    def test_same_bytes_whatever_the_memory(self):
        planes = [self.haul("1 + slope(dem) / 10 + where(inside(marsh), cover, 0)", memory=memory) for memory in (3, "4 GB")]  # bands of that many rows, or a budget
        self.assertEqual(planes[0].tobytes(), planes[1].tobytes())

    def test_a_rule_and_a_plain_distance_go_beside_it(self):
        raw, _ = self.haul("2", rest="rules: {far: {exclude_where: \"haul > 1500 m\"}, near: {exclude_inside: mines, buffer: 250 m}}\n")
        state = self.plane("plant_state.tif")
        rows, cols = np.mgrid[0:HIGH, 0:WIDE]
        near = np.min([np.hypot(rows - r, cols - c) for _, r, c in self.cells], axis=0) <= 2.5
        np.testing.assert_array_equal(state == 1, (raw > 1.5) | self.inner(near))

    def test_what_may_lie_beyond_is_told_by_the_least_friction(self):
        """A plant 500 m from the only mine, 1000 m from the grid's side: beyond it a mine would cost at least 1000 m times the least friction."""
        self.vector("mine.gpkg", [("POINT (480950 4200950)", "mine", 1)])
        self.vector("spot.gpkg", [("POINT (481450 4200950)", "spot", 1)])
        for friction, easy, told in ((1, 9, False), (1, 0.25, True), (3, 2, False), (1, 0.6, False)):
            field = np.full((20, 30), friction, "f4")
            field[0, 0] = easy
            self.raster("road.tif", field, (480000, 100, 0, 4202000, 0, -100))
            done = self.scan("  road: {raster: road.tif, resample: nearest, kind: continuous}\n  mine: {vector: mine.gpkg}\n  spot: {vector: spot.gpkg}\n",
                             "  haul: {cost_distance_to: mine, friction: road, membership: {small: {midpoint: 500 m, spread: 50}}}\n",
                             "targets: {plant: {score: haul, candidates: {points: spot}}}\n")
            words = "criterion 'haul': for 1 sites a nearer feature could lie beyond the 0 km around the grid that were looked at, and where a metre " \
                    "counts for only 0.25 a way reaches farther; `margin:` in the grid looks farther"
            self.assertEqual(words in done.stderr, told, done.stderr)
            self.assertEqual("criterion 'haul': for" in done.stderr, told, done.stderr)

    def test_criteria_are_no_layers(self):
        for other, words in (("slope_of: dem", "write `slope(dem)`"), ("value_of: cover", "write `cover`"), ('formula: "cover + 1"', "write its formula here"),
                             ("distance_to: mines", "write what it is made of here, as in `slope(elevation)` or `inside(roads)`")):
            with self.assertRaisesRegex(AssertionError, re.escape(f"`friction`: 'other' is a criterion, and a formula reads layers; {words}")):
                self.haul("1 + other", criteria=f"  other: {{{other}}}\n")

    def test_what_cannot_be_is_refused(self):
        for friction, words in (("1 - cover", "the friction of criterion 'haul' is (0|-[12]) in column -?[0-9]+, row -?[0-9]+ of the grid"),
                                ("1 + slop(dem)", "'slop' names no function, did you mean 'slope'"),
                                ("slope(mines)", "slope\\(\\) needs a raster layer")):
            with self.assertRaisesRegex(AssertionError, words):
                self.haul(friction)
        with self.assertRaisesRegex(AssertionError, "rule 'r' puts a buffer round a cost distance"):
            self.haul("1", rest="rules: {r: {exclude_where: \"haul > 1 km\", buffer: 1 km}}\n")


if __name__ == "__main__":
    unittest.main()
