"""`lodescan distance` against brute force in double and closed forms."""
import shutil
import unittest

import numpy as np
from osgeo import gdal, osr

from places import WORK, lodescan
from test_geodesic import mercator, vincenty

gdal.UseExceptions()
TWO = {"POCL_DEVICES": "pthread pthread", "ASAN_OPTIONS": "intercept_tls_get_addr=0:verify_asan_link_order=0:use_sigaltstack=0"}


class Distance(unittest.TestCase):
    def setUp(self):
        self.folder = WORK / "distance"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.mask, self.out = self.folder / "mask.tif", self.folder / "out.tif"

    def write(self, values, transform, epsg=32611, nodata=None):
        kind = gdal.GDT_Byte if values.dtype == np.uint8 else gdal.GDT_Float32
        file = gdal.GetDriverByName("GTiff").Create(str(self.mask), values.shape[1], values.shape[0], 1, kind, ["COMPRESS=DEFLATE"])
        file.SetGeoTransform(transform)
        if epsg:
            words = osr.SpatialReference()
            words.ImportFromEPSG(epsg)
            file.SetSpatialRef(words)
        file.WriteArray(values)
        if nodata is not None:
            file.GetRasterBand(1).SetNoDataValue(nodata)

    def measure(self, *options):
        done = lodescan("distance", self.mask, self.out, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        file = gdal.Open(str(self.out))
        self.assertEqual(file.GetGeoTransform(), gdal.Open(str(self.mask)).GetGeoTransform())
        self.assertEqual(file.GetRasterBand(1).GetUnitType(), "m")
        return file.ReadAsArray()

    def refused(self, code, *says, options=()):
        done = lodescan("distance", self.mask, self.out, *options)
        self.assertEqual(done.returncode, code, done.stderr)
        for words in says:
            self.assertIn(words, done.stderr)
        self.assertEqual([path.name for path in self.folder.iterdir() if "out" in path.name], [])

    def brute(self, inside, dx, dy):
        rows, cols = np.nonzero(inside)
        y, x = np.indices(inside.shape)
        return np.sqrt(np.min((dx * (x[..., None] - cols)) ** 2 + (dy * (y[..., None] - rows)) ** 2, axis=2))

    def test_every_kind_of_pixel(self):
        random = np.random.default_rng(5)
        inside = random.random((61, 83)) < 0.01
        transform = (480000, 30, 0, 4202000, 0, -45)
        wanted = self.brute(inside, 30, 45)
        self.write(inside.astype("u1"), transform)
        np.testing.assert_allclose(self.measure(), wanted, rtol=1e-6)
        values = np.where(inside, 7.5, np.where(random.random(inside.shape) < 0.3, -9, 0)).astype("f4")
        values[0, 0] = np.nan
        self.write(values, transform, nodata=-9)
        np.testing.assert_allclose(self.measure("--overwrite", "--co", "COMPRESS=DEFLATE", "--co", "PREDICTOR=3"), wanted, rtol=1e-6)

    def test_the_same_whichever_way_it_is_written(self):
        """Two devices have bands of 64 rows, which are no whole tiles; a second band's last rows wait for the third. ZLEVEL is GDAL's own way."""
        inside = np.random.default_rng(7).random((1403, 517)) < 0.001
        self.write(inside.astype("u1"), (480000, 30, 0, 4202000, 0, -30))
        plain = self.measure("--co=NUM_THREADS=1")
        tiled, high = ("TILED=YES", "BLOCKXSIZE=160", "BLOCKYSIZE=144"), ("BLOCKYSIZE=100",)
        for words in ((), ("PREDICTOR=2",), ("PREDICTOR=3", *tiled), ("PREDICTOR=3", "NUM_THREADS=ALL_CPUS", *high), ("BIGTIFF=YES", *tiled),
                      ("ZLEVEL=9", *tiled), ("NUM_THREADS=1",), ("BLOCKYSIZE=1403",), ("COMPRESS=NONE",),
                      ("COMPRESS=NONE", *tiled)):
            options = [f"--co={word}" for word in (words if words[:1] == ("COMPRESS=NONE",) else ("COMPRESS=deflate", *words))]
            np.testing.assert_array_equal(self.measure("--overwrite", *options), plain, str(words))
            one = self.out.read_bytes()
            info = gdal.Info(str(self.out), format="json")["metadata"]["IMAGE_STRUCTURE"]
            self.assertEqual(info.get("COMPRESSION", "NONE"), "NONE" if words[:1] == ("COMPRESS=NONE",) else "DEFLATE")
            for word in words:
                if word.startswith("PREDICTOR"):
                    self.assertEqual(info["PREDICTOR"], word[-1])
            done = lodescan("distance", self.mask, self.out, "--overwrite", "--device=all", *options, **TWO)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.out.read_bytes(), one, words)

    def test_many_bands(self):
        inside = np.zeros((150, 100003), "u1")
        inside[97, 61234] = 1
        self.write(inside, (480000, 1, 0, 4202000, 0, -1))
        y, x = np.indices(inside.shape)
        np.testing.assert_allclose(self.measure(), np.hypot(x - 61234.0, y - 97.0), rtol=1e-6)

    def test_degrees_are_measured_along_the_ellipsoid(self):
        inside = np.zeros((7, 360), "u1")
        inside[3, 0] = 1
        self.write(inside, (-180, 1, 0, 3.5, 0, -1), epsg=4326)
        found = self.measure()
        equator = np.minimum(np.arange(180), 150) * 6378137 * np.pi / 180  # near the antipode the equator is not the shortest way
        np.testing.assert_allclose(found[3, :150], equator[:150], rtol=2e-5)
        np.testing.assert_allclose(found[3, -149:], equator[149:0:-1], rtol=2e-5)

    def test_geodesic_on_a_projected_grid(self):
        """Web Mercator at 65 to 67 degrees north, where a metre of ground takes some 2.4 of the plane."""
        random = np.random.default_rng(8)
        inside = random.random((41, 67)) < 0.005
        west, north, dx, dy = 1500000, 10200000, 9000, 11000
        self.write(inside.astype("u1"), (west, dx, 0, north, 0, -dy), epsg=3857)
        lon, lat = mercator(west + dx * (np.arange(67) + 0.5), north - dy * (np.arange(41) + 0.5))
        rows, cols = np.nonzero(inside)
        wanted = vincenty(lon[None, :, None], lat[:, None, None], lon[cols], lat[rows]).min(axis=2)
        np.testing.assert_allclose(self.measure("--metric=geodesic"), wanted, rtol=2e-5, atol=1e-3)
        planar = self.brute(inside, dx, dy)
        self.assertGreater(np.median(planar[planar > 0] / wanted[planar > 0]), 2)
        np.testing.assert_allclose(self.measure("--metric=planar", "--overwrite"), planar, rtol=1e-6)

    def test_a_metric_that_cannot_be_is_refused(self):
        self.write(np.eye(9, dtype="u1"), (0, 1, 0, 9, 0, -1), epsg=4326)
        self.refused(64, "mask.tif", "degrees", options=("--metric=planar",))
        self.refused(64, "metric 'straight'", "geodesic", options=("--metric=straight",))

    def test_no_set_cell_is_said(self):
        self.write(np.zeros((5, 9), "u1"), (0, 10, 0, 0, 0, -10))
        self.assertTrue(np.isinf(self.measure()).all())
        self.assertIn("no cell is set", lodescan("distance", self.mask, self.out, "--overwrite").stderr)

    def test_mistakes_name_file_and_remedy(self):
        self.refused(66, "mask.tif", "is not there")
        inside = np.eye(9, dtype="u1")
        self.write(inside, (0, 10, 3, 0, 0, -10))
        self.refused(65, "mask.tif", "gdalwarp")
        self.write(inside, (0, 10, 0, 0, 0, -10), epsg=None)
        self.refused(65, "mask.tif", "crs")
        self.write(inside, (0, 10, 0, 0, 0, -10))
        self.refused(64, "FOO", options=("--co", "FOO=1"))
        for side in (17, 100):
            self.refused(64, "multiples of 16", options=("--co", "TILED=YES", "--co", f"BLOCKXSIZE={side}", "--co", f"BLOCKYSIZE={side}"))
        self.out = self.folder / "none/out.tif"
        self.refused(74, "none/out.tif")

    def test_a_finished_file_is_not_replaced_unasked(self):
        self.write(np.eye(9, dtype="u1"), (0, 10, 0, 0, 0, -10))
        self.measure()
        done = lodescan("distance", self.mask, self.out)
        self.assertEqual(done.returncode, 74)
        self.assertIn("--overwrite", done.stderr)


if __name__ == "__main__":
    unittest.main()
