"""Broken layers through the command line: each message names the file, the layer, the scenario's line, the cause and the remedy."""
import re
import shutil
import unittest

import numpy as np
from osgeo import gdal, ogr, osr

from places import WORK, lodescan

gdal.UseExceptions()
HEAD = """lodescan: 1
title: broken
grid: {crs: EPSG:32611, extent: [480000, 4200000, 483000, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 1 km}
layers:
"""
TAIL = """
criteria:
  c: {%s, membership: {linear: {zero: %s, one: %s}}}
targets:
  deposit: {score: {weighted: {c: 1}}, candidates: {peaks: {spacing: 500 m, count: 3}}}
"""
OF_RASTER, OF_VECTOR = TAIL % ("value_of: layer", "0", "1"), TAIL % ("distance_to: layer", "5 km", "0 km")
LAYER_LINE = 5


def crs(code):
    words = osr.SpatialReference()
    words.ImportFromEPSG(code)
    words.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return words


class Broken(unittest.TestCase):
    def setUp(self):
        self.folder = WORK / "broken"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def raster(self, name="layer.tif", epsg=32611, transform=(479000, 100, 0, 4203000, 0, -100)):
        file = gdal.GetDriverByName("GTiff").Create(str(self.folder / name), 50, 40, 1, gdal.GDT_Float32)
        file.SetGeoTransform(transform)
        if epsg:
            file.SetSpatialRef(crs(epsg))
        file.WriteArray(np.linspace(0, 1, 2000, dtype="f4").reshape(40, 50))

    def vector(self, epsg=32611, points=((481000, 4201000),)):
        file = ogr.GetDriverByName("GPKG").CreateDataSource(str(self.folder / "layer.gpkg"))
        layer = file.CreateLayer("things", crs(epsg) if epsg else None, ogr.wkbPoint)
        layer.CreateField(ogr.FieldDefn("name", ogr.OFTString))
        for x, y in points:
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({x} {y})"))
            layer.CreateFeature(feature)

    def run_it(self, layer, tail):
        (self.folder / "scenario.yaml").write_text(HEAD + f"  layer: {{{layer}}}" + tail)
        return lodescan("run", self.folder / "scenario.yaml", f"--output={self.folder / 'out'}")

    def check(self, layer, tail, code, *words):
        done = self.run_it(layer, tail)
        self.assertEqual(done.returncode, code, done.stderr)
        where = re.search(r"scenario\.yaml:(\d+)", done.stderr)
        self.assertTrue(where, done.stderr)
        self.assertEqual(int(where.group(1)), LAYER_LINE, done.stderr)
        for word in ("layer", *words):
            self.assertIn(word, done.stderr)
        self.assertFalse((self.folder / "out" / "run.json").exists())

    def test_a_sound_one_runs(self):
        self.raster()
        done = self.run_it("raster: layer.tif", OF_RASTER)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_no_such_file(self):
        self.check("raster: nowhere.tif", OF_RASTER, 66, "nowhere.tif")

    def test_not_a_raster(self):
        (self.folder / "layer.tif").write_text("not a raster\n")
        self.check("raster: layer.tif", OF_RASTER, 65, "layer.tif")

    def test_truncated(self):
        self.raster()
        whole = (self.folder / "layer.tif").read_bytes()
        (self.folder / "layer.tif").write_bytes(whole[:len(whole) // 2])
        done = self.run_it("raster: layer.tif", OF_RASTER)
        self.assertNotEqual(done.returncode, 0, "half a file was read as if it were whole")
        self.assertIn("layer.tif", done.stderr)

    def test_no_crs(self):
        self.raster(epsg=None)
        self.check("raster: layer.tif", OF_RASTER, 65, "layer.tif", "crs")

    def test_no_such_band(self):
        self.raster()
        self.check("raster: layer.tif, band: 7", OF_RASTER, 65, "layer.tif", "7")

    def test_elsewhere(self):
        self.raster(transform=(979000, 100, 0, 4203000, 0, -100))
        done = self.run_it("raster: layer.tif", OF_RASTER)
        self.assertIn("layer.tif", done.stderr)

    def test_no_such_vector_layer(self):
        self.vector()
        self.check("vector: layer.gpkg, layer: thing", OF_VECTOR, 65, "layer.gpkg", "things")

    def test_bad_where(self):
        self.vector()
        self.check("vector: layer.gpkg, where: \"kind = 'x'\"", OF_VECTOR, 65, "layer.gpkg", "kind")

    def test_vector_without_crs(self):
        self.vector(epsg=None)
        self.check("vector: layer.gpkg", OF_VECTOR, 65, "layer.gpkg", "crs")

    def test_swapped_axes(self):
        self.vector(epsg=4326, points=((37.95, -117.2), (37.96, -117.21)))
        done = self.run_it("vector: layer.gpkg", OF_VECTOR)
        self.assertIn("layer.gpkg", done.stderr)
        self.assertRegex(done.stderr, "swap|axes|axis|latitude")


if __name__ == "__main__":
    unittest.main()
