"""metric: geodesic on projected grids, for criteria and for buffers, against Vincenty (1975) from every cell to every source.

The grid is Web Mercator between 65 and 70 degrees north, where a metre of ground takes 2.4 to 2.9 metres of the plane, or polar
stereographic over the pole; their longitudes and latitudes are closed forms of the oracle's own."""
import unittest

import numpy as np
from osgeo import gdal

from ground import Ground
from places import lodescan, memory_for_rows, sites

A, F = 6378137.0, 1 / 298.257223563
E2 = F * (2 - F)


def vincenty(lon1, lat1, lon2, lat2):
    """Metres; radians in. Converges but near the antipode, where no source is."""
    u1, u2 = np.arctan((1 - F) * np.tan(lat1)), np.arctan((1 - F) * np.tan(lat2))
    far = lon2 - lon1
    lam = far
    for _ in range(100):
        sin_sigma = np.hypot(np.cos(u2) * np.sin(lam), np.cos(u1) * np.sin(u2) - np.sin(u1) * np.cos(u2) * np.cos(lam))
        cos_sigma = np.sin(u1) * np.sin(u2) + np.cos(u1) * np.cos(u2) * np.cos(lam)
        sigma = np.arctan2(sin_sigma, cos_sigma)
        safe = np.where(sin_sigma == 0, 1, sin_sigma)
        sin_alpha = np.where(sin_sigma == 0, 0, np.cos(u1) * np.cos(u2) * np.sin(lam) / safe)
        cos2_alpha = 1 - sin_alpha**2
        cos_2m = cos_sigma - 2 * np.sin(u1) * np.sin(u2) / np.where(cos2_alpha == 0, 1, cos2_alpha)
        c = F / 16 * cos2_alpha * (4 + F * (4 - 3 * cos2_alpha))
        lam = far + (1 - c) * F * sin_alpha * (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2 * cos_2m**2 - 1)))
    u = cos2_alpha * E2 / (1 - E2)
    a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    d = b * sin_sigma * (cos_2m + b / 4 * (cos_sigma * (2 * cos_2m**2 - 1) - b / 6 * cos_2m * (4 * sin_sigma**2 - 3) * (4 * cos_2m**2 - 3)))
    return np.where(sin_sigma == 0, 0, A * (1 - F) * a * (sigma - d))


def mercator(x, y):
    return x / A, 2 * np.arctan(np.exp(y / A)) - np.pi / 2


def polar(x, y):
    """EPSG:3413 back to radians: Snyder (1987), 21-33 to 21-40, true at 70 N, straight down at 45 W."""
    e, standard = np.sqrt(E2), np.radians(70)
    shrunk = lambda lat: np.tan(np.pi / 4 - lat / 2) / ((1 - e * np.sin(lat)) / (1 + e * np.sin(lat))) ** (e / 2)
    t = np.hypot(x, y) * shrunk(standard) / (A * np.cos(standard) / np.sqrt(1 - E2 * np.sin(standard)**2))
    lat = np.pi / 2 - 2 * np.arctan(t)
    for _ in range(30):
        lat = np.pi / 2 - 2 * np.arctan(t * ((1 - e * np.sin(lat)) / (1 + e * np.sin(lat))) ** (e / 2))
    return np.radians(-45) + np.arctan2(x, -y), lat


class Geodesic(Ground):
    """Each test has its cells' places and, as columns and rows, its sources."""

    def nearest(self, lonlat, west, north, cell, cols, rows, sources):
        x, y = np.meshgrid(west + (np.arange(cols) + 0.5) * cell, north - (np.arange(rows) + 0.5) * cell)
        lon, lat = lonlat(x, y)
        apart = []
        for _, col, row in sources:
            at = lonlat(np.array(west + (col + 0.5) * cell), np.array(north - (row + 0.5) * cell))
            apart.append(vincenty(lon, lat, *at))
        return np.min(apart, axis=0), np.argmin(apart, axis=0)

    def points(self, epsg, west, north, cell, sources):
        self.vector("mines.gpkg", [(f"POINT ({west + (c + 0.4) * cell} {north - (r + 0.6) * cell})", name, 1) for name, c, r in sources], epsg)

    def test_mercator_far_north(self):
        west, north, cell, cols, rows = 1000000, 11000000, 5000, 83, 107
        # The third lies beyond the grid, as far in the plane as nothing within 60 km of the ground could if the plane were true.
        sources = [("inner", 20, 30), ("south", 70, 95), ("beyond", 40, -25), ("west", -7, 60)]
        self.points(3857, west, north, cell, sources)
        grid = (f"grid: {{crs: EPSG:3857, extent: [{west}, {north - rows * cell}, {west + cols * cell}, {north}], extent_crs: EPSG:3857, "
                f"cell: {cell} m}}\n")
        layers = "  mines: {vector: mines.gpkg, label: name}\n  again: {vector: mines.gpkg}\n"
        criteria = ("  near: {distance_to: mines, metric: geodesic, membership: {linear: {zero: 60 km, one: 0 km}}}\n"
                    "  flat: {distance_to: mines, membership: {linear: {zero: 60 km, one: 0 km}}}\n")
        rest = ("rules:\n  ground: {exclude_inside: mines, buffer: 50 km, metric: geodesic}\n  plane: {exclude_outside: again, buffer: 400 km}\n"
                "targets: {plant: {score: {weighted: {near: 1}}, candidates: {peaks: {spacing: 30 km, count: 40}}}}\noutputs: {criteria: true}\n")
        self.scan(layers, criteria, rest, grid)
        metres, nearest = self.nearest(mercator, west, north, cell, cols, rows, sources)
        raw, flat = self.criterion("near"), self.criterion("flat")
        within = metres < 60e3
        np.testing.assert_allclose(raw[within], metres[within] / 1000, rtol=2e-6)
        self.assertTrue(within[0].any())  # thanks to what lies beyond the grid
        self.assertTrue((flat[within & (metres > 0)] > 2.3 * raw[within & (metres > 0)]).all())
        # A buffer of a length of the ground, and one of the plane: neither edge lies on a cell.
        self.assertGreater(np.abs(metres - 50e3).min(), 1)
        wanted = np.where(metres <= 50e3, 1, 0)
        planar = np.sqrt(np.min([(np.arange(cols) - c) ** 2 + (np.arange(rows)[:, None] - r) ** 2 for _, c, r in sources], axis=0)) * cell
        wanted = np.where(planar > 400e3, 1, wanted)
        np.testing.assert_array_equal(self.plane("plant_state.tif"), wanted)
        score = self.plane("plant_score.tif").astype(float)
        np.testing.assert_allclose(score[wanted == 0], np.clip(1 - metres / 60e3, 0, 1)[wanted == 0], atol=1e-6, rtol=2e-5)  # scores have 16 bits
        self.assertGreater(len(sites(self.folder / "out")), 3)
        for site in sites(self.folder / "out"):
            col, row = site["cell_col"], site["cell_row"]
            self.assertEqual(site["nearest_near"], sources[nearest[row, col]][0])
            self.assertAlmostEqual(site["near_value"], metres[row, col] / 1000, delta=1e-3)

    def criterion(self, name):
        plane = gdal.Open(str(self.folder / "out/criteria" / f"{name}.tif")).ReadAsArray().astype(float)
        return plane[0] if plane.ndim == 3 else plane

    def test_over_the_pole_in_any_memory(self):
        west, north, cell, cols, rows = -1500000, 1700000, 25000, 121, 133
        random = np.random.default_rng(11)
        sources = [(f"m{i}", int(random.integers(cols)), int(random.integers(rows))) for i in range(23)]
        self.points(3413, west, north, cell, sources)
        grid = (f"grid: {{crs: EPSG:3413, extent: [{west}, {north - rows * cell}, {west + cols * cell}, {north}], extent_crs: EPSG:3413, "
                f"cell: {cell} m, margin: 0 m}}\n")
        criteria = "  near: {distance_to: mines, metric: geodesic, unit: m, membership: {small: {midpoint: 300 km}}}\n"
        rest = ("targets: {plant: {score: near, candidates: {peaks: {spacing: 300 km, count: 30}}}}\noutputs: {criteria: true}\n")
        self.scan("  mines: {vector: mines.gpkg, label: name}\n", criteria, rest, grid)
        metres, nearest = self.nearest(polar, west, north, cell, cols, rows, sources)
        raw = self.criterion("near")
        np.testing.assert_allclose(raw, metres, rtol=3e-6, atol=1e-3)
        self.assertGreater(len(sites(self.folder / "out")), 3)
        for site in sites(self.folder / "out"):
            self.assertEqual(site["nearest_near"], sources[nearest[site["cell_row"], site["cell_col"]]][0])
        first = (self.folder / "out/criteria/near.tif").read_bytes()
        memory = memory_for_rows(5, self.folder / "scenario.yaml")
        done = lodescan("run", self.folder / "scenario.yaml", f"--output={self.folder / 'out'}", "--overwrite", f"--memory={memory}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "out/criteria/near.tif").read_bytes(), first)


if __name__ == "__main__":
    unittest.main()
