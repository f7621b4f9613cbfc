"""stac.json of a scan: the rules of STAC 1.0.0 as a JSON Schema written from its text, footprints by GDAL, checksums by hashlib, bands by GDAL."""
import hashlib
import json
import shutil
import unittest

import jsonschema
import numpy as np
from osgeo import gdal, ogr, osr

from places import DATA, SCAN, SCENARIO, WORK, lodescan

gdal.UseExceptions()
FOLDER = WORK / "stac"
NUMBERS = {"type": "array", "items": {"type": "number"}}
STATISTICS = {"type": "object", "required": ["minimum", "maximum", "mean", "stddev"], "additionalProperties": {"type": "number"}}
BAND = {"type": "object", "required": ["data_type"], "additionalProperties": False,
        "properties": {"name": {"type": "string"}, "unit": {"type": "string", "minLength": 1}, "sampling": {"enum": ["area", "point"]},
                       "data_type": {"enum": ["uint8", "uint16", "uint32", "uint64", "float32"]},
                       "nodata": {"oneOf": [{"type": "number"}, {"enum": ["nan", "inf", "-inf"]}]}, "statistics": STATISTICS}}
ASSET = {"type": "object", "required": ["href", "type", "roles", "file:size", "file:checksum"],
         "properties": {"href": {"type": "string", "pattern": r"^\./"}, "type": {"type": "string", "pattern": r"^[a-z]+/[a-z0-9.+-]+"},
                        "roles": {"type": "array", "minItems": 1, "items": {"enum": ["data", "visual", "overview", "metadata"]}},
                        "file:size": {"type": "integer", "minimum": 1}, "file:checksum": {"type": "string", "pattern": "^1220[0-9a-f]{64}$"},
                        "raster:bands": {"type": "array", "minItems": 1, "items": BAND}}}
PROPERTIES = {"type": "object", "required": ["datetime", "proj:epsg", "proj:wkt2", "proj:shape", "proj:transform", "providers"],
              "properties": {"datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}, "proj:epsg": {"type": ["integer", "null"]},
                             "proj:shape": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2},
                             "proj:transform": {**NUMBERS, "minItems": 6, "maxItems": 6}, "proj:bbox": {**NUMBERS, "minItems": 4, "maxItems": 4},
                             "providers": {"type": "array", "items": {"type": "object", "required": ["name"]}},
                             "processing:software": {"type": "object", "additionalProperties": {"type": "string"}}}}
ITEM = {"type": "object", "required": ["type", "stac_version", "stac_extensions", "id", "geometry", "bbox", "properties", "links", "assets"],
        "properties": {"type": {"const": "Feature"}, "stac_version": {"const": "1.0.0"}, "id": {"type": "string", "pattern": "^[a-z0-9-]+$"},
                       "stac_extensions": {"type": "array", "uniqueItems": True, "items": {"type": "string", "format": "iri"}},
                       "geometry": {"type": "object", "properties": {"type": {"enum": ["Polygon", "MultiPolygon"]}}, "required": ["coordinates"]},
                       "bbox": {**NUMBERS, "minItems": 4, "maxItems": 4}, "properties": PROPERTIES,
                       "links": {"type": "array", "items": {"type": "object", "required": ["href", "rel"]}},
                       "assets": {"type": "object", "minProperties": 1, "additionalProperties": ASSET}}}


def item_of(folder):
    item = json.loads((folder / "stac.json").read_text())
    jsonschema.validate(item, ITEM)
    return item


def scan(name, text, *more, data=DATA, **extra):
    (FOLDER / f"{name}.yaml").write_text(text)
    done = lodescan("run", FOLDER / f"{name}.yaml", f"--data={data}", f"--output={FOLDER / name}", "--no-report", *more, **extra)
    if done.returncode:
        raise AssertionError(done.stderr)
    return item_of(FOLDER / name)


def world(crs, extent, cell):
    """A scenario without layers' data to speak of: every cell scores 1."""
    return (f"lodescan: 1\ntitle: Ends of the Earth\ngrid: {{crs: '{crs}', extent: {extent}, cell: {cell}}}\n"
            "layers:\n  ones: {raster: ones.tif}\n"
            "criteria:\n  one: {value_of: ones, membership: {linear: {zero: 0, one: 1}}}\n"
            "targets:\n  ore: {score: {weighted: {one: 1}}, candidates: {peaks: {spacing: 500 km, count: 2}}}\n")


def setUpModule():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    file = gdal.GetDriverByName("GTiff").Create(str(FOLDER / "ones.tif"), 72, 36, 1, gdal.GDT_Byte)
    file.SetGeoTransform((-180, 5, 0, 90, 0, -5))
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    file.SetProjection(degrees.ExportToWkt())
    file.GetRasterBand(1).Fill(1)


class Demo(unittest.TestCase):
    def test_assets_are_the_files(self):
        item = item_of(SCAN)
        there = {str(path.relative_to(SCAN)) for path in SCAN.rglob("*") if path.is_file()} - {"run.json", "stac.json"}
        self.assertEqual(set(item["assets"]), there)
        for name, asset in item["assets"].items():
            path = SCAN / asset["href"]
            self.assertEqual(asset["file:checksum"], "1220" + hashlib.sha256(path.read_bytes()).hexdigest())
            self.assertEqual(asset["file:size"], path.stat().st_size)
            self.assertEqual("raster:bands" in asset, name.endswith(".tif"))
        listed = {output["name"] for output in json.loads((SCAN / "run.json").read_text())["outputs"]}
        self.assertIn("stac.json", listed)
        self.assertEqual(lodescan("verify", SCAN).returncode, 0)

    def test_bands_are_the_rasters(self):
        for name, asset in item_of(SCAN)["assets"].items():
            if "raster:bands" not in asset:
                continue
            file = gdal.Open(str(SCAN / name))
            self.assertEqual(len(asset["raster:bands"]), file.RasterCount)
            for i, band in enumerate(asset["raster:bands"]):
                source = file.GetRasterBand(i + 1)
                values, nodata = source.ReadAsArray(), source.GetNoDataValue()
                self.assertEqual(band["data_type"], values.dtype.name)
                self.assertEqual(band.get("nodata"), "nan" if nodata is not None and np.isnan(nodata) else nodata)
                if values.dtype == np.float32 and np.isfinite(values).any():
                    told, good = band["statistics"], values[np.isfinite(values)].astype(float)
                    np.testing.assert_allclose([told[k] for k in ("minimum", "maximum", "mean", "stddev")],
                                               [good.min(), good.max(), good.mean(), good.std()], rtol=1e-5, atol=1e-9)

    def test_place(self):
        item, file = item_of(SCAN), gdal.Open(str(SCAN / "plant_score.tif"))
        about = item["properties"]
        self.assertEqual((about["proj:epsg"], about["proj:shape"]), (32611, [file.RasterYSize, file.RasterXSize]))
        origin_x, dx, _, origin_y, _, dy = file.GetGeoTransform()
        self.assertEqual(about["proj:transform"], [dx, 0, origin_x, 0, dy, origin_y])
        wkt = osr.SpatialReference(about["proj:wkt2"])
        self.assertTrue(wkt.IsSame(file.GetSpatialRef()))
        degrees = osr.SpatialReference()
        degrees.ImportFromEPSG(4326)
        degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        wkt.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        to = osr.CoordinateTransformation(wkt, degrees)
        right, bottom = origin_x + dx * file.RasterXSize, origin_y + dy * file.RasterYSize
        shape = ogr.CreateGeometryFromJson(json.dumps(item["geometry"]))
        self.assertTrue(shape.IsValid())
        corners = [to.TransformPoint(x, y)[:2] for x, y in ((origin_x, bottom), (right, bottom), (right, origin_y), (origin_x, origin_y))]
        ring = np.array(item["geometry"]["coordinates"][0])
        np.testing.assert_allclose(ring[[0, 16, 32, 48, 64]], corners + corners[:1], atol=2e-7)
        self.assertGreater(np.sum(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1]), 0)  # anticlockwise
        np.testing.assert_allclose(item["bbox"], [*ring.min(axis=0), *ring.max(axis=0)])

    def test_time(self):
        self.assertEqual(item_of(SCAN)["properties"]["datetime"], "2025-06-15T15:06:40Z")  # SOURCE_DATE_EPOCH of the tests
        later = scan("later", SCENARIO.read_text(), "--as-of=2027-01-31", SOURCE_DATE_EPOCH="1")
        self.assertEqual(later["properties"]["datetime"], "2027-01-31T00:00:00Z")


class Ends(unittest.TestCase):
    def test_antimeridian(self):
        item = scan("dateline", world("EPSG:3832", "[150, -20, 210, 25]", "200 km"), data=FOLDER)
        west, south, east, north = item["bbox"]
        self.assertGreater(west, east)
        np.testing.assert_allclose([west, south, east, north], [150, -20, -150, 25], atol=2.5)
        self.assertEqual(item["geometry"]["type"], "MultiPolygon")
        lons = [[point[0] for point in part[0]] for part in item["geometry"]["coordinates"]]
        self.assertEqual([(min(part), max(part)) for part in lons], [(west, 180), (-180, east)])

    def test_pole(self):
        item = scan("pole", world("EPSG:3413", "[-2000000, -1900000, 2100000, 2000000]", "100 km").replace("cell:", "extent_crs: 'EPSG:3413', cell:"),
                    data=FOLDER)
        self.assertEqual((item["bbox"][0], item["bbox"][2], item["bbox"][3]), (-180, 180, 90))
        self.assertTrue(55 < item["bbox"][1] < 66)


if __name__ == "__main__":
    unittest.main()
