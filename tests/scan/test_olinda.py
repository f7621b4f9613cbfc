"""A real Landsat 7 scene and a real surface, both of Olinda in Brazil as the package r-cran-stars has them: indices against gdal_calc.py and GRASS's i.vi,
slope, relief and topographic position against gdaldem, and circles of several cells against numpy. Skipped where the package is not."""
import pathlib
import subprocess
import sys
import unittest

import numpy as np
from osgeo import gdal

import test_indices
from test_focal import half_known

FOLDER = pathlib.Path("/usr/lib/R/site-library/stars/tif")
SCENE, DEM = FOLDER / "L7_ETMs.tif", FOLDER / "olinda_dem_utm25s.tif"


class Indices(test_indices.Compared):
    def test_landsat_7(self):
        self.assertGreaterEqual(len(test_indices.TEN), 10)
        self.check("landsat_7", SCENE, 1, "")
        self.assertEqual(self.size, (349, 352))


class Surface(test_indices.Scenes):
    """On a lattice of 90 m, so that pixels are cells. The program's 3 x 3 has values on the rim, where gdaldem's has none."""
    CELL, RADII = 90.0, (135.0, 500.0)

    def setUp(self):
        super().setUp()
        file = gdal.Open(str(DEM))
        self.dem = file.ReadAsArray().astype(float)
        rows, cols = self.dem.shape
        corners = [600030, 4200030 + 90 * rows, 600030 + 90 * cols, 4200030]  # whole multiples of a cell
        gdal.Translate(str(self.folder / "dem.tif"), file, outputBounds=corners, outputSRS="EPSG:32611")
        self.grid = (f"grid: {{crs: EPSG:32611, extent: [{corners[0]}, {corners[3]}, {corners[2]}, {corners[1]}], extent_crs: EPSG:32611, cell: 90 m, "
                     "margin: 0 m}\n")

    def computed(self):
        """Every criterion's raw values, in one scan."""
        words = "  slope: {slope_of: dem, membership: {ms_large: {}}}\n"
        for radius in self.RADII:
            for name in ("relief", "tpi", "mean", "sd"):
                words += f"  {name}_{radius:.0f}: {{{name}_of: dem, radius: {radius} m}}\n"
        self.scan("  dem: {raster: dem.tif, resample: nearest, kind: continuous}\n", words,
                  "targets: {plant: {score: slope, min_coverage: 0 percent}}\noutputs: {criteria: true}\n", self.grid)

    def gdaldem(self, *words):
        out = str(self.folder / "peer.tif")
        subprocess.run(["gdaldem", words[0], "-q", str(self.folder / "dem.tif"), out, *words[1:]], check=True, timeout=60)
        return gdal.Open(out).ReadAsArray().astype(float)[1:-1, 1:-1]

    def close(self, name, got, wanted, atol):
        self.assertEqual(got.shape, wanted.shape, name)
        self.assertTrue(np.isfinite(got).all() and np.isfinite(wanted).all(), name)
        print(f"{name:12} {got.size} cells, at most {np.abs(got - wanted).max():.2e} apart, from {wanted.min():.4f} to {wanted.max():.4f}")
        np.testing.assert_allclose(got, wanted, atol=atol, rtol=2e-6, err_msg=name)
        self.assertGreater(wanted.std(), 0.5, name)

    def test_against_gdaldem_and_numpy(self):
        self.computed()
        for name, words in (("slope", ["slope", "-p"]), ("relief_135", ["roughness"]), ("tpi_135", ["TPI"])):
            self.close(name, self.raw(name)[1:-1, 1:-1], self.gdaldem(*words), 1e-4)
        z = self.dem
        count = lambda s: np.isfinite(s).sum(axis=-1)
        wanted = {"relief": lambda s: np.nanmax(s, axis=-1) - np.nanmin(s, axis=-1), "mean": lambda s: np.nanmean(s, axis=-1),
                  "tpi": lambda s: z - (np.nansum(s, axis=-1) - z) / (count(s) - 1), "sd": lambda s: np.nanstd(s, axis=-1)}
        inner = np.s_[6:-6, 6:-6]  # where no circle is cut off by the rim
        for name, values in wanted.items():
            for radius in self.RADII:
                self.close(f"{name}_{radius:.0f}", self.raw(f"{name}_{radius:.0f}")[inner], half_known(z, radius, values, self.CELL)[inner], 2e-4)


if __name__ == "__main__":
    if not (SCENE.exists() and DEM.exists()):
        print(f"skipped: no {SCENE} (apt-get install r-cran-stars)")
        sys.exit(77)
    unittest.main()
