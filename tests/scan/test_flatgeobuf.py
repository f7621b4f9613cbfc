"""TARGET_sites.fgb of a scan: what sites.gpkg holds, by GDAL's readers; found by place; empty where there is no site; only on wish; the same bytes twice."""
import json
import re
import shutil
import unittest

from osgeo import ogr

from places import DATA, SCENARIO, WORK, lodescan

ogr.UseExceptions()
FOLDER = WORK / "fgb"


def run(name, words, *options):
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.yaml"
    path.write_text(words)
    done = lodescan("run", path, f"--data={DATA}", f"--output={FOLDER / name}", "--overwrite", "--no-report", *options)
    assert done.returncode == 0, done.stderr
    return FOLDER / name


def layer_of(path, name=None):
    source = ogr.Open(str(path))
    return source, source.GetLayerByName(name) if name else source.GetLayer()


def fields(layer):
    defined = layer.GetLayerDefn()
    """GDAL 3.6 reads no subtype (JSON) from a FlatGeobuf."""
    return [(field.GetName(), field.GetType()) for field in (defined.GetFieldDefn(i) for i in range(defined.GetFieldCount()))]


def rows(layer):
    found = {}
    for row in layer:
        values = [row.GetField(i) if row.IsFieldSetAndNotNull(i) else None for i in range(row.GetFieldCount())]
        found[row.GetField("site_id")] = values, row.GetGeometryRef().GetPoint_2D()
    return found


class FlatGeobuf(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        words = re.sub(r"(?m)^  deposit:\n", "  none: {score: {weighted: {thorium_high: 1}}, candidates: {peaks: {spacing: 9 km, count: 3, min_score: 1}}}\n  deposit:\n",
                       SCENARIO.read_text(), count=1)
        cls.words = words
        shutil.rmtree(FOLDER, ignore_errors=True)
        cls.out = run("once", words + "  flatgeobuf: true\n")
        cls.names = sorted(path.name for path in cls.out.iterdir())  # before GDAL 3.10 reads a GeoPackage here and leaves an .aux.xml
        cls.targets = [target["name"] for target in json.loads((cls.out / "run.json").read_text())["targets"]]

    def test_it_holds_what_the_geopackage_holds(self):
        self.assertEqual(len(self.targets), 4)
        for target in self.targets:
            (one, fgb), (other, gpkg) = layer_of(self.out / f"{target}_sites.fgb"), layer_of(self.out / "sites.gpkg", target)
            self.assertEqual(fields(fgb), fields(gpkg))
            self.assertEqual(fgb.GetGeomType(), ogr.wkbPoint)
            self.assertEqual(fgb.GetSpatialRef().GetAuthorityCode(None), "4326")
            here, there = rows(fgb), rows(gpkg)
            self.assertEqual(len(here), gpkg.GetFeatureCount())
            self.assertEqual(here, there)
            self.assertEqual(not here, target == "none")

    def test_a_site_is_found_by_its_place(self):
        source, layer = layer_of(self.out / "known_sites.fgb")
        self.assertTrue(layer.TestCapability(ogr.OLCFastSpatialFilter))
        everywhere = rows(layer)
        for site, (_, (lon, lat)) in everywhere.items():
            layer.SetSpatialFilterRect(lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)
            self.assertEqual(set(rows(layer)), {other for other, (_, (x, y)) in everywhere.items() if abs(x - lon) <= 1e-4 and abs(y - lat) <= 1e-4})

    def test_the_option_asks_for_the_same_bytes_and_nobody_else_does(self):
        asked = run("asked", self.words, "--flatgeobuf")
        for target in self.targets:
            name = f"{target}_sites.fgb"
            self.assertEqual((asked / name).read_bytes(), (self.out / name).read_bytes())
        self.assertEqual(self.names, sorted(path.name for path in asked.iterdir()))
        self.assertEqual(list(run("plain", self.words).glob("*.fgb")), [])
        listed = {one["name"] for one in json.loads((self.out / "run.json").read_text())["outputs"]}
        self.assertTrue({f"{target}_sites.fgb" for target in self.targets} <= listed)
        assets = json.loads((self.out / "stac.json").read_text())["assets"]
        self.assertEqual({one["type"] for one in assets.values() if one["href"].endswith(".fgb")}, {"application/vnd.flatgeobuf"})


if __name__ == "__main__":
    unittest.main()
