"""What stands in data is shown as it stands there: never markup, script or style, however it is written; and long words are broken, not the page."""
import csv
import json
import pathlib
import sys
import unittest

import numpy as np
from osgeo import gdal, ogr, osr

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scan"))
from places import WORK, lodescan, sites  # noqa: E402
from test_page import NARROW, Page, setUpModule  # noqa: E402,F401

COLUMNS, ROWS, CELL = 101, 77, 100
HOSTILE = [
    '<img src=x onerror="window.hit=1">', "</script><script>window.hit=2</script>", "\"'&<>\\ `${window.hit=3}`", "<!--title--><!--data-->",
    "parted\u2028here\u2029and here", "\u202eback to front\u202c \u0645\u0631\u062d\u0628\u0627", "W" * 10000, "javascript:window.hit=4", "&lt;b&gt;&amp;#60;", "</style><svg onload=window.hit=5>",
    "{{constructor.constructor('window.hit=6')()}}", "%3Cscript%3E window.hit=7", "__proto__", "\u00e4\u4e2d\U0001d54f",
]


def make(folder):
    """A small region whose every name is hostile."""
    folder.mkdir(parents=True, exist_ok=True)
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(32611)
    raster = gdal.GetDriverByName("GTiff").Create(str(folder / "rock.tif"), COLUMNS, ROWS, 1, gdal.GDT_Float32)
    raster.SetGeoTransform((500000, CELL, 0, 4200000, 0, -CELL))
    raster.SetProjection(crs.ExportToWkt())
    raster.GetRasterBand(1).WriteArray(np.add.outer(np.arange(ROWS), np.arange(COLUMNS)).astype("f4") / (ROWS + COLUMNS))
    del raster
    for name, kind in (("towns", ogr.wkbPoint), ("known", ogr.wkbPoint), ("roads", ogr.wkbLineString), ("parks", ogr.wkbPolygon)):
        (folder / f"{name}.gpkg").unlink(missing_ok=True)
        file = ogr.GetDriverByName("GPKG").CreateDataSource(str(folder / f"{name}.gpkg"))
        layer = file.CreateLayer(name, crs, kind)
        layer.CreateField(ogr.FieldDefn("name", ogr.OFTString))
        layer.CreateField(ogr.FieldDefn("type", ogr.OFTString))
        for i, words in enumerate(HOSTILE):
            x, y = 500000 + CELL * (7 * i + 3), 4200000 - CELL * (5 * i + 4)
            shape = {ogr.wkbPoint: f"POINT({x + (350 if name == 'towns' else 0)} {y})", ogr.wkbLineString: f"LINESTRING({x} {y},{x + 900} {y - 400},{x + 950} {y - 2000})",
                     ogr.wkbPolygon: f"POLYGON(({x + 150} {y},{x + 450} {y},{x + 450} {y - 300},{x + 150} {y}))"}[kind]
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetField("name", words)
            feature.SetField("type", words)
            feature.SetGeometry(ogr.CreateGeometryFromWkt(shape))
            layer.CreateFeature(feature)
        del layer, file
    said = lambda words: '"' + "".join(letter if " " <= letter < "\x7f" and letter not in '"\\' else f"\\U{ord(letter):08X}" for letter in words) + '"'
    (folder / "names.yaml").write_text(f"""lodescan: 1
title: {said(HOSTILE[1] + HOSTILE[0] + HOSTILE[4])}
description: {said(HOSTILE[9] + " " + HOSTILE[3] + " " + HOSTILE[6])}
credits: [{", ".join(map(said, HOSTILE))}]
grid: {{crs: EPSG:32611, extent: [500000, {4200000 - CELL * ROWS}, {500000 + CELL * COLUMNS}, 4200000], extent_crs: EPSG:32611, cell: {CELL} m}}
layers:
  rock: {{raster: rock.tif}}
  towns: {{vector: towns.gpkg}}
  known: {{vector: known.gpkg}}
  roads: {{vector: roads.gpkg}}
  parks: {{vector: parks.gpkg}}
criteria:
  rich: {{value_of: rock, label: {said(HOSTILE[0])}, membership: {{linear: {{zero: 0, one: 1}}}}}}
  near: {{distance_to: roads, label: {said(HOSTILE[6])}, membership: {{small: {{midpoint: 1 km, spread: 2}}}}}}
rules:
  park: {{exclude_inside: parks, reason: {said(HOSTILE[1])}, citation: {said(HOSTILE[0])}}}
  town: {{exclude_inside: towns, buffer: 100 m, reason: {said(HOSTILE[6])}, citation: {said(HOSTILE[2])}}}
permits: {{jurisdiction: US, elsewhere: public, land_status: {{parks: park}}}}
targets:
  ore: {{mode: deposit, score: {{weighted: {{rich: 2, near: 1}}}}, candidates: {{points: known, merge_within: 10 m}}, shortlist: {{within: 24 months, probability: 0.05, count: 6}}}}
validate: {{ore: {{sites: known}}}}
""", encoding="utf-8")


class Names(Page):
    size, scan = NARROW, WORK / "names" / "scan"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make(WORK / "names")
        done = lodescan("run", WORK / "names/names.yaml", f"--data={WORK / 'names'}", f"--output={cls.scan}", "--overwrite")
        assert done.returncode == 0, done.stderr

    def tearDown(self):
        self.assertIsNone(self.ask("window.hit === undefined ? null : window.hit"))
        self.assertEqual(self.ask("document.querySelectorAll('img, iframe, object, embed, b').length"), 0)
        self.assertEqual(self.ask("document.scripts.length"), 2)
        super().tearDown()

    def test_degrees_at_the_corner_of_a_small_picture_do_not_touch(self):
        placed = self.ask("[...document.querySelectorAll('#map .degree span')].map((one) => one.getBoundingClientRect()).map((box) => [box.left, box.top, box.right, box.bottom])")
        self.assertGreater(len(placed), 2)
        for i, (left, top, end, bottom) in enumerate(placed):
            for other in placed[i + 1:]:
                self.assertTrue(left >= other[2] or end <= other[0] or top >= other[3] or bottom <= other[1], (placed[i], other))

    def test_words_are_shown_letter_by_letter(self):
        self.assertEqual(self.ask("document.querySelector('#title').textContent"), HOSTILE[1] + HOSTILE[0] + HOSTILE[4])
        self.assertEqual(self.ask("document.title"), HOSTILE[1] + HOSTILE[0] + HOSTILE[4])
        self.assertEqual(self.ask("[...document.querySelectorAll('#table tbody button')].map((one) => one.textContent)"), [site["name"] for site in sites(self.scan, "ore")])
        self.assertEqual({site["name"] for site in sites(self.scan, "ore")}, set(HOSTILE))
        about = self.ask("[...document.querySelectorAll('#about li')].map((one) => one.textContent)")
        for words in HOSTILE:
            self.assertIn(words, about)
        rules = self.ask("document.querySelector('#rule-list').textContent")
        for words in (HOSTILE[1], HOSTILE[0], HOSTILE[6], HOSTILE[2]):
            self.assertIn(words, rules)

    def test_every_site_can_be_opened(self):
        for k, site in enumerate(sites(self.scan, "ore")):
            self.driver.execute_script("document.querySelectorAll('#table tbody button')[arguments[0]].click()", k)
            self.assertEqual(self.ask("document.querySelector('#explanation h3').textContent"), site["name"])
            self.assertEqual(self.ask("document.documentElement.scrollWidth"), NARROW[0])

    def test_tooltips_of_pins_and_places_are_words(self):
        self.driver.execute_script("lodescan.map.eachLayer((layer) => { if (layer.getTooltip && layer.getTooltip()) layer.openTooltip(); })")
        shown = self.ask("[...document.querySelectorAll('.leaflet-tooltip')].map((one) => one.textContent)")
        for words in HOSTILE[:4]:
            self.assertTrue(any(words in one for one in shown), words)

    def test_what_a_link_says_is_words_too(self):
        self.open("#q=%3Cimg%20src%3Dx%20onerror%3D%22window.hit%3D8%22%3E&t=__proto__&s=%3Cb%3E&w=0~1e999_0~-1_9~3_constructor~2&off=__proto__&sort=__proto__&l=x%20constructor&p=NaN%201&show=%22%3E")
        self.assertEqual(self.ask("document.querySelector('#filter').value"), '<img src=x onerror="window.hit=8">')
        self.assertEqual(self.ask("lodescan.state.weights.size"), 0)
        self.assertEqual([row[2].split("\n")[0] for row in self.rows()], [])

    def test_names_are_found(self):
        self.driver.execute_script("const box = document.querySelector('#filter'); box.value = arguments[0]; box.dispatchEvent(new Event('input'))", "window.hit=2")
        self.assertIn(HOSTILE[1], self.ask("document.querySelector('#table tbody').textContent"))


class Told(Page):
    """What permits and validations of the same run say on the page."""
    scan = Names.scan

    def test_permits_of_a_site_are_the_runs(self):
        told = 0
        for k, site in enumerate(sites(self.scan, "ore")):
            self.driver.execute_script("document.querySelectorAll('#table tbody button')[arguments[0]].click()", k)
            words = dict(self.ask("[...document.querySelectorAll('#explanation .permits tr')].map((row) => [row.cells[0].textContent, row.cells[1].textContent])"))
            if site["permit_p50_months"] is None:
                self.assertEqual(words, {})
                continue
            for name, value in (("1 in 10 take no longer than (P10)", site["permit_p10_months"]), ("Half no longer than (P50)", site["permit_p50_months"]),
                                ("9 in 10 no longer than (P90)", site["permit_p90_months"]), ("Granted within 6 months", 100 * site["p_within_6"]),
                                ("Granted within 24 months", 100 * site["p_within_24"]), ("Granted at all", 100 * site["p_granted"])):
                self.assertAlmostEqual(float(words[name].split()[0]), value, delta=0.006 * value + 1e-9)
            self.assertTrue(words["Stage that decides"].startswith(site["critical_stage"]))
            told += 1
        self.assertGreater(told, 3)

    def test_the_shortlist_is_the_runs(self):
        with open(self.scan / "ore_shortlist.csv", newline="") as file:
            rows = sorted((row for row in csv.DictReader(file) if row["position"]), key=lambda row: int(row["position"]))
        self.assertEqual(len(rows), 6)
        self.assertEqual(self.ask("[...document.querySelectorAll('#shortlisted li button')].map((one) => one.textContent)"), [row["name"] for row in rows])
        self.click("#shortlisted li:nth-child(3) button")
        self.assertEqual(self.ask("document.querySelector('#explanation h3').textContent"), rows[2]["name"])

    def test_curves_are_those_of_the_validation(self):
        """The line's places, read back from the drawing, lie on the run's curve."""
        figures = json.loads((self.scan / "validation/ore/validation.json").read_text())["figures"]
        captions = self.ask("[...document.querySelectorAll('#curves figcaption')].map((one) => one.textContent)")
        self.assertEqual(len(captions), 2)
        self.assertIn(f"success rate, AUC {figures['auc']['value']:.3f}", captions[0])
        rows = np.genfromtxt(self.scan / "validation/ore/curves.csv", delimiter=",", names=True)
        path = self.ask("document.querySelector('#curves path.curve').getAttribute('d')")
        drawn = np.array([[float(number) for number in one.split()] for one in path.lstrip("M").split("L")])
        (left, right), (low, high) = drawn[[0, -1], 0], drawn[[0, -1], 1]
        area, found = (drawn[:, 0] - left) / (right - left), (drawn[:, 1] - low) / (high - low)
        self.assertGreater(len(area), 10)
        apart = np.hypot(area[:, None] - rows["area_share"], found[:, None] - rows["places_share"])
        self.assertLess(apart[1:].min(axis=1).max(), 0.001)
        self.assertLess(apart.min(axis=0).max(), 0.12)  # a step of the curve may be one of its 14 places


class Keys(Page):
    """What a keyboard reaches."""

    def test_every_control_is_reached_in_turn_and_is_seen_to_be(self):
        self.show("plant")
        self.click("#table tbody tr button")
        wanted = self.ask("[...document.querySelectorAll('a[href], button:enabled, input, select, summary, [tabindex=\"0\"]')].filter((one) => one.checkVisibility()).length")
        reached = set()
        self.driver.execute_script("document.activeElement.blur(); window.scrollTo(0, 0)")
        self.driver.execute_script("window.seen = []; document.addEventListener('focusin', (event) => { const look = getComputedStyle(event.target);"
                                   "seen.push([[...document.querySelectorAll('*')].indexOf(event.target), look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1, event.target.outerHTML.slice(0, 90)]) })")
        for _ in range(wanted + 20):
            self.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9})
            self.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9})
        for index, seen, words in self.ask("seen"):
            self.assertTrue(seen, words)
            reached.add(index)
        missing = self.ask("[...document.querySelectorAll('a[href], button:enabled, input, select, summary, [tabindex=\"0\"]')].filter((one) => one.checkVisibility() &&"
                           "!arguments[0].includes([...document.querySelectorAll('*')].indexOf(one))).map((one) => one.outerHTML.slice(0, 90))", sorted(reached))
        self.assertEqual(missing, [])

    def test_every_control_has_a_name(self):
        names = self.ask("[...document.querySelectorAll('button, input, select')].map((one) => [one.outerHTML.slice(0, 80), (one.labels && one.labels.length ? one.labels[0].textContent : '') + one.textContent + (one.getAttribute('aria-label') || '')])")
        self.assertEqual([words for words, name in names if not name.strip()], [])

    def test_ranks_that_change_are_said(self):
        self.show("plant")
        self.driver.execute_script("const input = document.querySelector('.slider input'); input.value = 0; input.dispatchEvent(new Event('input', {bubbles: true}))")
        self.settle()
        self.driver.execute_async_script("setTimeout(arguments[0], 900)")
        self.assertRegex(self.ask("document.querySelector('#said[aria-live=polite]').textContent"), r"^\d+ sites ranked, \d+ of them elsewhere than in the run\. First is ")


del Page  # its own tests are test_page's
if __name__ == "__main__":
    unittest.main()
