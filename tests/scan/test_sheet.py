"""The map sheet of the demo: the same bytes twice, words where they belong, a scale bar as long as it says, titles that break nothing."""
import filecmp
import json
import re
import shutil
import unittest
import xml.etree.ElementTree as ET

import numpy as np
from osgeo import gdal, ogr

import pdf_words
from ground import Ground, crs
from places import DATA, SCENARIO, WORK, lodescan, memory_for_rows, sites

gdal.UseExceptions()
FOLDER = WORK / "sheet"
SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("png", "svg", "pdf")
HOSTILE = "Größe <b>&amp;</b> ]]> -- Čeněk's \u7a00\u571f \u202e \\ %s"


def scenario(name, outputs, title=None):
    words = re.sub(r"(?m)^outputs:\n  criteria: true\n", f"outputs: {outputs}\n", SCENARIO.read_text())
    if title:
        words = re.sub(r"(?m)^title: .*$", lambda _: f"title: {json.dumps(title)}", words)
    path = FOLDER / f"{name}.yaml"
    path.write_text(words)
    return path


def scan(name, outputs="{map: [png, svg, pdf]}", *more, title=None, **extra):
    done = lodescan("run", scenario(name, outputs, title), f"--data={DATA}", f"--output={FOLDER / name}", "--cell=200m", "--overwrite", "--no-report", *more,
                    **extra)
    if done.returncode:
        raise AssertionError(done.stderr)
    return FOLDER / name


def setUpModule():
    global once
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    once = scan("once")


class Sheet(unittest.TestCase):
    def test_same_bytes_whatever_the_time_the_memory_and_the_other_kinds(self):
        path = scenario("again", "{map: [pdf, svg]}")
        again = scan("again", "{map: [pdf, svg]}", f"--memory={memory_for_rows(7, path, f'--data={DATA}', '--cell=200m')}", SOURCE_DATE_EPOCH="1",
                     POCL_MAX_PTHREAD_COUNT="1")
        for kind in ("svg", "pdf"):
            self.assertTrue(filecmp.cmp(once / f"plant_map.{kind}", again / f"plant_map.{kind}", shallow=False), kind)
        self.assertFalse((again / "plant_map.png").exists())
        alone = scan("alone", "{map: png}")
        self.assertTrue(filecmp.cmp(once / "plant_map.png", alone / "plant_map.png", shallow=False))

    def test_files_are_listed_and_there_on_wish_alone(self):
        listed = {output["name"] for output in json.loads((once / "run.json").read_text())["outputs"]}
        for target in ("deposit", "plant", "known"):
            self.assertLessEqual({f"{target}_map.{kind}" for kind in KINDS}, listed)
        self.assertEqual(list(scan("none", "{criteria: false}").glob("*_map.*")), [])

    def test_picture_is_a3(self):
        picture = gdal.Open(str(once / "plant_map.png"))
        self.assertEqual((picture.RasterXSize, picture.RasterYSize), (2480, 1754))
        self.assertIn(b"/MediaBox [ 0 0 1190.4 841.92 ]", pdf_words.whole(once / "plant_map.pdf")[0])
        self.assertNotIn(b"CreationDate", (once / "plant_map.pdf").read_bytes())

    def test_svg_parses_and_tells_its_sites(self):
        root = ET.parse(once / "plant_map.svg").getroot()
        lines = root.find(f"{SVG}desc").text.strip().split("\n")[1:]
        ranked = [site for site in sites(once, "plant") if site["rank"]]
        self.assertEqual(len(lines), len(ranked))
        for line, site in zip(lines, ranked):
            rank, score, lon, lat = line.split()[:4]
            self.assertEqual(int(rank), site["rank"])
            self.assertAlmostEqual(float(score), site["score"], delta=1e-4)
            self.assertAlmostEqual(float(lon), site["lon"], delta=1e-4)
        used = set(re.findall(r'#([\w-]+)', (once / "plant_map.svg").read_text()))
        given = [element.get("id") for element in root.iter() if element.get("id")]
        self.assertEqual(len(given), len(set(given)))
        self.assertEqual({name for name in used if not re.fullmatch(r"[0-9a-f]{6}", name)} - set(given), set())

    def test_hostile_title(self):
        hostile = scan("hostile", "{map: [svg, pdf]}", title=HOSTILE)
        self.assertEqual(ET.parse(hostile / "plant_map.svg").getroot().find(f"{SVG}title").text, HOSTILE)
        words, _ = pdf_words.read(hostile / "plant_map.pdf")
        self.assertTrue(any("<b>&amp;</b> ]]>" in text for _, _, text, _ in words))

    def test_wrong_kind_is_a_mistake(self):
        done = lodescan("check", scenario("wrong", "{map: [png, jpeg]}"), f"--data={DATA}")
        self.assertEqual(done.returncode, 65)
        self.assertIn("`map: jpeg` is none of png, svg, pdf", done.stderr)

    def test_kinds_of_the_command_line(self):
        asked = scan("asked", "{map: pdf}", "--map=svg")
        self.assertEqual(sorted(path.suffix for path in asked.glob("plant_map.*")), [".pdf", ".svg"])
        done = lodescan("run", FOLDER / "asked.yaml", f"--data={DATA}", f"--output={FOLDER / 'nothing'}", "--map=png,jpg")
        self.assertEqual((done.returncode, (FOLDER / "nothing").exists()), (64, False))
        self.assertIn("'jpg' is no kind of map", done.stderr)


class Printed(unittest.TestCase):
    """The PDF's words and lines."""

    @classmethod
    def setUpClass(cls):
        cls.words, cls.boxes = pdf_words.read(once / "plant_map.pdf")
        cls.ranked = [site for site in sites(once, "plant") if site["rank"]]

    def numbers(self):
        """Where the numbers of the map stand: middle of the words, by rank."""
        found = {}
        for x, y, text, matrix in self.words:
            size = matrix[0]
            if text.strip().isdigit() and abs(size - 17 * 0.48) < 0.01 and abs(matrix[1]) < 1e-9 and x < 860:
                found.setdefault(int(text), (x + 0.348 * size * len(text.strip()), y - 0.36 * size))
        return found

    def fit(self):
        """Points of the sheet for a metre of the grid, across and down, from the sites' numbers."""
        from osgeo import osr
        utm, degrees = osr.SpatialReference(), osr.SpatialReference()
        utm.ImportFromEPSG(32611)
        degrees.ImportFromEPSG(4326)
        degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        way = osr.CoordinateTransformation(degrees, utm)
        found = self.numbers()
        places = np.array([way.TransformPoint(site["lon"], site["lat"])[:2] for site in self.ranked])
        marks = np.array([found[site["rank"]] for site in self.ranked])
        fits = []
        for axis in range(2):
            terms = np.stack([places[:, axis], np.ones(len(places))], axis=1)
            solved, *_ = np.linalg.lstsq(terms, marks[:, axis], rcond=None)
            off = np.abs(terms @ solved - marks[:, axis])
            self.assertLess(np.median(off), 0.3)
            fits.append(solved[0])
        return fits

    def test_every_site_has_its_number_at_its_place(self):
        self.assertEqual(sorted(self.numbers()), [site["rank"] for site in self.ranked])
        across, down = self.fit()
        self.assertAlmostEqual(across / -down, 1, delta=0.01)

    def test_table_tells_the_same(self):
        text = "\n".join(words for _, _, words, _ in self.words)
        for site in self.ranked:
            self.assertIn(f"{site['score']:.4f}", text)
            self.assertIn(f"{site['lon']:.4f}", text)
            self.assertIn(f"{site['lat']:.4f}", text)

    def test_scale_bar(self):
        quarters = [box for box in self.boxes if abs(box[3] - 11 * 0.48) < 0.01]
        whole = max(box[2] for box in quarters)
        label = [words.strip() for _, _, words, _ in self.words if re.search(r"\d k?m$", words.strip()) and "cells" not in words]
        length = max(float(words.split()[-2]) * (1000 if words.endswith("km") else 1) for words in label)
        across, _ = self.fit()
        # UTM shortens: 0.9996 on the middle meridian (117 W), and x^2 / (2 R^2) more beside it; the map's middle lies 10 km east of it.
        factor = 0.9996 * (1 + 10e3 ** 2 / (2 * 6.38e6 ** 2))
        self.assertAlmostEqual(whole / across / factor / length, 1, delta=0.004)

    def test_graticule_has_its_degrees(self):
        said = {words.strip() for _, _, words, _ in self.words if "°" in words}
        self.assertIn("117°05′ W", said)
        self.assertIn("38°10′ N", said)
        self.assertIn("38° N", said)

    def test_legend_and_credits(self):
        text = " ".join(words for _, _, words, _ in self.words)
        for words in ("Score: plant", "Excluded by a rule", "access only", "EPSG:32611 WGS 84 / UTM zone 11N", "Generated demo data", "Railway", "Known"):
            self.assertIn(words, text.replace("\ufb01", "fi"))


class Drawn(Ground):
    """What layers are on a sheet: by name, by `draw`, by who takes places from them."""

    def words(self, layers, rest=""):
        self.scan("  v: {raster: v.tif, resample: nearest}\n" + layers, "  c: {value_of: v, membership: {linear: {zero: 0, one: 1}}}\n",
                  "targets:\n  deposit: {score: c, candidates: {points: found}}\noutputs: {map: pdf}\n" + rest)
        words, _ = pdf_words.read(self.folder / "out/deposit_map.pdf")
        return [text.strip().replace("\ufb01", "fi") for _, _, text, _ in words]

    def setUp(self):
        super().setUp()
        self.raster("v.tif", np.tile(np.linspace(0, 1, 30, dtype=np.float32), (20, 1)))
        line = "LINESTRING (480000 4200100, 483000 4201900)"
        self.vector("line.gpkg", [(line, "L", 1)])
        self.vector("spots.gpkg", [("POINT (480700 4200700)", "Größwald", 9), ("POINT (482300 4201500)", "Ω Ζωή", 5)])
        file = ogr.GetDriverByName("GPKG").CreateDataSource(str(self.folder / "found.gpkg"))
        layer = file.CreateLayer("things", crs(32611), ogr.wkbPoint)
        layer.CreateField(ogr.FieldDefn("dep_type", ogr.OFTString))
        for i, kind in enumerate(("placer", "placer", "carbonatite", None)):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({480300 + 600 * i} 4200300)"))
            if kind:
                feature.SetField("dep_type", kind)
            layer.CreateFeature(feature)
        del layer, file

    def test_by_name_and_by_draw(self):
        words = self.words("  found: {vector: found.gpkg}\n  old_railway: {vector: line.gpkg}\n  x: {vector: line.gpkg, draw: road}\n"
                           "  rivers: {vector: line.gpkg, draw: none}\n  towns: {vector: spots.gpkg}\n  strata: {vector: line.gpkg}\n")
        for there in ("Railway", "Road", "Town", "Größwald", "Ω Ζωή"):
            self.assertIn(there, words)
        for absent in ("River or lake", "Line", "Border", "Coast", "Port"):
            self.assertNotIn(absent, words)

    def test_deposits_by_type(self):
        words = self.words("  found: {vector: found.gpkg}\n")
        known = [word for word in words if word.startswith("Known")]
        self.assertEqual(known, ["Known: placer", "Known: carbonatite", "Known: type not told"])

    def test_words_in_names_are_whole(self):
        words = self.words("  found: {vector: found.gpkg}\n  airports: {vector: spots.gpkg}\n  indian_lands: {vector: line.gpkg}\n  railheads: {vector: spots.gpkg}\n")
        for absent in ("Port", "Coast", "Railway", "Town"):
            self.assertNotIn(absent, words)


if __name__ == "__main__":
    unittest.main()
