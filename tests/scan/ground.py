"""A small piece of ground: layers made for one test, a scenario over them, and what a scan of it gave."""
import shutil
import unittest

from osgeo import gdal, ogr, osr

from places import WORK, lodescan

gdal.UseExceptions()
UTM = "grid: {crs: EPSG:32611, extent: [480000, 4200000, 483000, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"


def crs(code):
    words = osr.SpatialReference()
    words.ImportFromEPSG(code)
    words.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return words


class Ground(unittest.TestCase):
    def setUp(self):
        self.folder = WORK / f"{type(self).__name__} one"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def raster(self, name, values, transform=(480000, 100, 0, 4202000, 0, -100), epsg=32611):
        file = gdal.GetDriverByName("GTiff").Create(str(self.folder / name), values.shape[1], values.shape[0], 1, gdal.GDT_Float32)
        file.SetGeoTransform(transform)
        file.SetSpatialRef(crs(epsg))
        file.WriteArray(values)

    def vector(self, name, shapes, epsg=32611):
        file = ogr.GetDriverByName("GPKG").CreateDataSource(str(self.folder / name))
        layer = file.CreateLayer("things", crs(epsg), ogr.wkbUnknown)
        layer.CreateField(ogr.FieldDefn("name", ogr.OFTString))
        layer.CreateField(ogr.FieldDefn("v", ogr.OFTReal))
        for words, label, value in shapes:
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkt(words))
            feature.SetField("name", label)
            feature.SetField("v", value)
            layer.CreateFeature(feature)

    def scan(self, layers, criteria, rest, grid=UTM, words=()):
        path = self.folder / "scenario.yaml"
        path.write_text("lodescan: 1\ntitle: odd\n" + grid + "layers:\n" + layers + "criteria:\n" + criteria + rest)
        done = lodescan("run", path, f"--output={self.folder / 'out'}", "--overwrite", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def plane(self, name):
        return gdal.Open(str(self.folder / "out" / name)).ReadAsArray()
