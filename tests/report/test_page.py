"""report.html in a real browser: opened from file://, watched for errors and requests, and asked for its numbers, which are held against the run's own."""
import csv
import json
import os
import pathlib
import sys
import time
import unittest

import numpy as np
from osgeo import gdal, ogr, osr
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scan"))
from places import DATA, SCAN, SCENARIO, WORK, lodescan, sites  # noqa: E402

gdal.UseExceptions()
ogr.UseExceptions()

WIDE, NARROW = (1440, 1000), (390, 844)


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--window-size={WIDE[0]},{WIDE[1]}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")), options=options)


def setUpModule():
    """One browser for all."""
    global driver
    driver = browser()
    unittest.addModuleCleanup(driver.quit)


class Page(unittest.TestCase):
    """Each test opens the page anew, in a window of its class's size."""
    size, media, scan, name = WIDE, {}, SCAN, "report.html"

    @classmethod
    def setUpClass(cls):
        cls.driver = driver
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": cls.size[0], "height": cls.size[1], "deviceScaleFactor": 1, "mobile": cls.size[0] < 500})
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in cls.media.items()]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def setUp(self):
        self.open()

    def open(self, fragment=""):
        self.driver.get("about:blank")
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.driver.get((self.scan / self.name).resolve().as_uri() + fragment)
        end = time.monotonic() + 30
        while not self.ask("document.documentElement.dataset.ready === 'true'"):
            self.assertLess(time.monotonic(), end, self.driver.get_log("browser"))
            time.sleep(0.02)
        self.settle()

    def ask(self, expression, *arguments):
        return self.driver.execute_script("return " + expression, *arguments)

    def tearDown(self):
        self.assertEqual(self.driver.get_log("browser"), [])
        events = [json.loads(line["message"])["message"] for line in self.driver.get_log("performance")]
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        self.assertEqual([url for url in asked if not url.startswith(("data:", "about:")) and not url.split("#")[0].endswith("/" + self.name)], [])

    def settle(self):
        """Until the picture of the moment is there whole."""
        self.driver.execute_async_script("const done = arguments[0], wait = () => lodescan.isWhole() ? done() : setTimeout(wait, 5);"
                                         "requestAnimationFrame(() => requestAnimationFrame(wait))")

    def link(self):
        """The address's words, once they are those of the moment."""
        time.sleep(0.5)
        return self.ask("location.hash")

    def tile(self, look):
        """The colours that a pattern has."""
        words = self.ask("[...Array(64).keys()].map((k) => new Uint8Array(new Uint32Array([%s(k %% 8, k >> 3)]).buffer)).map(([r, g, b]) => [r, g, b])" % look)
        return [list(one) for one in sorted({tuple(one) for one in words})]

    def rows(self):
        return self.ask("[...document.querySelectorAll('#table tbody tr')].map((row) => [row.dataset.site, ...[...row.cells].map((cell) => cell.innerText)])")

    def click(self, selector):
        self.driver.execute_script("document.querySelector(arguments[0]).click()", selector)
        self.settle()

    def show(self, target):
        self.driver.execute_script("[...document.querySelectorAll('#targets button')].find((one) => one.textContent === arguments[0]).click()", target)
        self.settle()


class Opening(Page):
    def test_it_lists_the_sites_of_every_target_as_the_run_ranked_them(self):
        for target in ("deposit", "plant", "known"):
            self.show(target)
            expected = [(site["site_id"], site["rank"]) for site in sites(SCAN, target)]
            shown = [(row[0], None if row[1] == "\u2013" else int(row[1])) for row in self.rows()]
            self.assertEqual(shown, expected, target)

    def test_the_map_is_painted(self):
        colours = self.ask("new Set(new Uint32Array(lodescan.canvas.getContext('2d').getImageData(0, 0, lodescan.canvas.width, lodescan.canvas.height)"
                           ".data.buffer)).size")
        self.assertGreater(colours, 100)
        self.assertGreater(self.ask("document.querySelectorAll('#map .pin').length"), 5)

    def test_a_site_is_explained_when_it_is_clicked(self):
        first = sites(SCAN, "deposit")[0]
        self.click("#table tbody tr button")
        words = self.ask("document.querySelector('#explanation').innerText")
        self.assertIn(f"{first['score']:.4f}", words)
        for criterion in first["criteria"]:
            if criterion["weight"] is not None:
                self.assertIn(criterion["label"], words)

    def test_any_place_is_explained(self):
        place = sites(SCAN, "plant")[0]
        self.show("plant")
        self.driver.execute_script("lodescan.map.fire('click', {latlng: L.latLng(arguments[0], arguments[1])})", place["lat"], place["lon"])
        score = float(self.ask("document.querySelector('#explanation .score').innerText"))
        self.assertAlmostEqual(score, place["score"], delta=0.015)

    def test_it_is_small_enough_to_be_sent(self):
        self.assertLess((SCAN / "report.html").stat().st_size, 12e6)


class Weighing(Page):
    """Weights moved on the page against a second run whose scenario has these weights."""
    moved = {"host_rock": 0.5, "near_fault": 1.7, "magnetic_high": 5}  # multiples of the sliders' steps

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        words = SCENARIO.read_text()
        for before, after in (("{host_rock: 3, thorium", "{host_rock: 0.5, thorium"), ("near_fault: 1, magnetic_high: 1,", "near_fault: 1.7, magnetic_high: 5,")):
            assert before in words
            words = words.replace(before, after)
        path = WORK / "moved.yaml"
        path.write_text(words)
        done = lodescan("run", path, f"--data={DATA}", f"--output={WORK / 'moved'}", "--overwrite", "--no-report")
        assert done.returncode == 0, done.stderr

    def move(self):
        self.show("known")
        for name, weight in self.moved.items():
            label = next(c["label"] for c in sites(SCAN, "known")[0]["criteria"] if c["name"] == name)
            self.driver.execute_script(
                "const input = [...document.querySelectorAll('.slider')].find((one) => one.querySelector('label span').textContent === arguments[0])"
                ".querySelector('input'); input.value = arguments[1]; input.dispatchEvent(new Event('input', {bubbles: true}))", label, weight)
        self.settle()

    def test_sites_are_ranked_as_the_run_with_these_weights_ranks_them(self):
        before = [site["site_id"] for site in sites(SCAN, "known")]
        expected = sites(WORK / "moved", "known")
        self.move()
        shown = self.rows()
        self.assertEqual([row[0] for row in shown], [site["site_id"] for site in expected])
        self.assertNotEqual([row[0] for row in shown], before)
        for row, site in zip(shown, expected):
            self.assertEqual(row[3], f"{site['score']:.3f}")
        self.assertTrue(any(row[4] for row in shown))

    def test_the_map_is_painted_as_that_run_scores(self):
        self.move()
        raster, ramp = self.ask("lodescan.data.raster"), self.ask("lodescan.data.targets.find((one) => one.name === 'known').ramp")
        ramp = np.array([list(bytes.fromhex(ramp[i:i + 6])) for i in range(0, len(ramp), 6)], int)
        score, state = gdal.Open(str(WORK / "moved/known_score.tif")), gdal.Open(str(WORK / "moved/known_state.tif")).ReadAsArray()
        crs = osr.SpatialReference()
        crs.ImportFromEPSG(4326)
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        to_grid = osr.CoordinateTransformation(crs, score.GetSpatialRef())
        x0, dx, _, y0, _, dy = score.GetGeoTransform()
        score = score.ReadAsArray()
        top, bottom = (np.arctanh(np.sin(np.radians(raster[side]))) for side in ("north", "south"))
        looks = [[222] * 3] + self.tile("lodescan.ruleTile(lodescan.data.targets[lodescan.state.target], lodescan.data.rules.findIndex((one) => one.name === 'park'))")
        checked = 0
        spots = np.random.default_rng(5).integers(0, (raster["width"], raster["height"]), (600, 2)).tolist()
        colours = self.ask("arguments[0].map(([x, y]) => [...lodescan.canvas.getContext('2d').getImageData(x, y, 1, 1).data])", spots)
        for (i, j), (*colour, opaque) in zip(spots, colours):
            lon = raster["west"] + (raster["east"] - raster["west"]) * (i + 0.5) / raster["width"]
            lat = np.degrees(np.arcsin(np.tanh(top + (bottom - top) * (j + 0.5) / raster["height"])))
            x, y, _ = to_grid.TransformPoint(lon, lat)
            col, row = (x - x0) / dx, (y - y0) / dy
            if not (0 <= col < score.shape[1] and 0 <= row < score.shape[0]) or min(abs(col - round(col)), abs(row - round(row))) < 0.05:
                continue  # outside, or between two cells
            self.assertEqual(opaque, 255)
            if state[int(row), int(col)] != 0:
                self.assertIn(colour, looks)
                continue
            step = np.abs(ramp - colour).sum(axis=1).argmin()
            self.assertLessEqual(np.abs(ramp - colour).sum(axis=1).min(), 0)
            self.assertAlmostEqual((step + 0.5) / len(ramp), score[int(row), int(col)], delta=1.2 / len(ramp))
            checked += 1
        self.assertGreater(checked, 200)

    def test_what_was_moved_is_in_the_link_and_reset_takes_it_back(self):
        self.move()
        moved = self.rows()
        self.open(self.link())
        self.assertEqual(self.rows(), moved)
        self.click("#reset")
        self.assertEqual([row[0] for row in self.rows()], [site["site_id"] for site in sites(SCAN, "known")])
        self.assertEqual(self.link(), "#t=known")

    def test_the_page_scores_every_site_as_the_program_did(self):
        """With the run's own weights, where the table shows the run's own scores."""
        for target in self.ask("lodescan.data.targets.map((one) => one.name)"):
            made = self.ask("lodescan.data.targets.find((one) => one.name === arguments[0]).sites.map((site) => "
                            "[site.id, lodescan.scoreOne(lodescan.data.targets.find((one) => one.name === arguments[0]).tree, site.terms.map((term) => term[1])).value])", target)
            expected = {site["site_id"]: site["score"] for site in sites(SCAN, target)}
            for site, score in made:
                self.assertAlmostEqual(score, expected[site], delta=2e-7, msg=target)

    def test_a_rule_that_is_switched_off_lets_its_sites_in(self):
        self.show("known")
        out = [row[0] for row in self.rows() if row[1] == "\u2013"]
        self.assertTrue(out)
        self.click("#rule-list input")
        self.assertLess(len([row for row in self.rows() if row[1] == "\u2013"]), len(out))


class Learnt(Page):
    """Scores from 1e-9 on, which the page cannot work out."""
    scan = WORK / "learnt"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = lodescan("run", SCENARIO.parent / "learning.yaml", f"--data={DATA}", f"--output={cls.scan}", "--overwrite")
        assert done.returncode == 0, done.stderr

    def test_its_scores_are_the_runs_without_weights_to_move(self):
        self.show("weights")
        self.assertEqual(self.ask("document.querySelectorAll('.slider').length"), 0)
        self.assertIn("learnt", self.ask("document.querySelector('#weights-note').innerText"))
        for site in sites(self.scan, "weights"):
            self.driver.execute_script("lodescan.map.fire('click', {latlng: L.latLng(arguments[0], arguments[1])})", site["lat"], site["lon"])
            self.assertAlmostEqual(float(self.ask("document.querySelector('#explanation .score').innerText")), site["score"], delta=0.02)

    def test_cells_all_over_the_map_keep_their_small_scores(self):
        self.show("weights")
        score = gdal.Open(str(self.scan / "weights_score.tif"))
        crs = osr.SpatialReference()
        crs.ImportFromEPSG(4326)
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        to_earth = osr.CoordinateTransformation(score.GetSpatialRef(), crs)
        x0, dx, _, y0, _, dy = score.GetGeoTransform()
        values, low = score.ReadAsArray(), 0
        for row, col in np.random.default_rng(3).integers(5, np.array(values.shape) - 5, (60, 2)):
            near = values[row - 1:row + 2, col - 1:col + 2]
            if not (near == values[row, col]).all() or not values[row, col] > 0:
                continue  # a pixel's cell may be the next one
            lon, lat, _ = to_earth.TransformPoint(x0 + (col + 0.5) * dx, y0 + (row + 0.5) * dy)
            self.driver.execute_script("lodescan.map.fire('click', {latlng: L.latLng(arguments[0], arguments[1])})", lat, lon)
            shown = float(self.ask("document.querySelector('#explanation .score').innerText"))
            self.assertAlmostEqual(np.log(shown), np.log(values[row, col]), delta=0.06)
            low += values[row, col] < 1e-3
        self.assertGreater(low, 20)


class Layers(Page):
    """The scenario's own layers against the files that they come from."""

    def drawn(self, name):
        """The lines of a layer in the page, as one OGR shape in pixels of the page's picture."""
        lines = self.ask("lodescan.linesOf(lodescan.data.layers.list.find((one) => one.name === arguments[0]).shapes)", name)
        return self.shape([[(lon, lat) for lat, lon in line] for line in lines])

    def shape(self, lines):
        raster = self.ask("lodescan.data.raster")
        mercator = lambda lat: np.arctanh(np.sin(np.radians(lat)))
        top, bottom = mercator(raster["north"]), mercator(raster["south"])
        shape = ogr.Geometry(ogr.wkbMultiLineString)
        for line in lines:
            part = ogr.Geometry(ogr.wkbLineString)
            for lon, lat in line:
                part.AddPoint_2D((lon - raster["west"]) / (raster["east"] - raster["west"]) * raster["width"], (top - mercator(lat)) / (top - bottom) * raster["height"])
            shape.AddGeometry(part)
        self.size_px = raster["width"], raster["height"]
        return shape

    def given(self, file, where=None):
        source = ogr.Open(str(DATA / file))
        layer = source.GetLayer()
        layer.SetAttributeFilter(where)
        crs = osr.SpatialReference()
        crs.ImportFromEPSG(4326)
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        to_earth = osr.CoordinateTransformation(layer.GetSpatialRef(), crs)
        lines = []
        for feature in layer:
            stack = [feature.GetGeometryRef().Clone()]
            while stack:
                part = stack.pop()
                if part.GetGeometryCount():
                    stack += [part.GetGeometryRef(i).Clone() for i in range(part.GetGeometryCount())]
                    continue
                part.Segmentize(500)
                part.Transform(to_earth)
                lines.append([point[:2] for point in part.GetPoints()])
        return self.shape(lines)

    def within(self, shape, other, far):
        """How many places of one lie in the picture; none of them may be farther from the other than that."""
        count = 0
        for i in range(shape.GetGeometryCount()):
            for x, y in shape.GetGeometryRef(i).GetPoints():
                if 0 <= x <= self.size_px[0] and 0 <= y <= self.size_px[1]:
                    point = ogr.Geometry(ogr.wkbPoint)
                    point.AddPoint_2D(x, y)
                    self.assertLess(point.Distance(other), far)
                    count += 1
        return count

    def test_lines_lie_where_their_files_have_them(self):
        for name, file, where in (("highways", "roads.gpkg", "class = 'highway'"), ("faults", "faults.gpkg", None), ("parks", "parks.gpkg", None),
                                  ("rivers", "rivers.gpkg", "flow = 'perennial'")):
            drawn, given = self.drawn(name), self.given(file, where)
            self.assertGreater(self.within(drawn, given, 0.9), 5, name)
            self.assertGreater(self.within(given, drawn, 0.9), 10, name)

    def test_a_layer_is_switched_on_and_the_link_remembers_it(self):
        self.assertFalse(self.ask("document.querySelector('[data-layer=\"l.parks\"]').checked"))
        before = self.ask("document.querySelector('#map .leaflet-base-pane canvas').toDataURL()")
        self.click('[data-layer="l.parks"]')
        self.assertNotEqual(self.ask("document.querySelector('#map .leaflet-base-pane canvas').toDataURL()"), before)
        self.click('[data-layer="scores"]')
        self.open(self.link())
        self.assertTrue(self.ask("document.querySelector('[data-layer=\"l.parks\"]').checked"))
        self.assertFalse(self.ask("document.querySelector('[data-layer=scores]').checked"))
        self.assertFalse(self.ask("document.querySelector('#map').contains(lodescan.canvas)"))

    def test_towns_have_their_names(self):
        names = {feature["properties"]["name"] for feature in json.loads((DATA / "towns.geojson").read_text())["features"]}
        shown = set(self.ask("[...document.querySelectorAll('#map .place-name')].map((one) => one.innerText)"))
        self.assertTrue(shown)
        self.assertLessEqual(shown, names)


class Rules(Page):
    def test_each_rule_tells_what_it_takes_and_takes_alone(self):
        self.show("plant")
        with open(SCAN / "plant_rules.csv", newline="") as file:
            rows = {row["rule"]: row for row in csv.DictReader(file)}
        self.assertGreater(len(rows), 3)
        words = dict(self.ask("[...document.querySelectorAll('#rule-list [data-rule]')].map((one) => [one.dataset.rule, one.closest('label').innerText])"))
        shown = lambda km2: f"{float(km2):,.0f} km\u00b2" if float(km2) >= 100 else f"{float(f'{float(km2):.3g}'):g} km\u00b2"
        for name, row in rows.items():
            self.assertIn(row["reason"], words[name])
            self.assertIn(f"excludes {shown(row['excluded_km2'])}, {shown(row['alone_km2'])} by it alone", words[name])

    def test_bars_are_as_long_as_what_rules_take(self):
        self.show("plant")
        with open(SCAN / "plant_rules.csv", newline="") as file:
            rows = {row["rule"]: row for row in csv.DictReader(file)}
        most = max(float(row["excluded_km2"]) for row in rows.values())
        bars = self.ask("[...document.querySelectorAll('#rule-list .taken')].map((one) => [one.closest('label').querySelector('[data-rule]').dataset.rule, parseFloat(one.querySelector('i').style.width), parseFloat(one.querySelector('.alone').style.width)])")
        self.assertEqual({bar[0] for bar in bars}, set(rows))
        for name, taken, alone in bars:
            self.assertAlmostEqual(taken, 100 * float(rows[name]["excluded_km2"]) / most, delta=0.01)
            self.assertAlmostEqual(alone, 100 * float(rows[name]["alone_km2"]) / most, delta=0.01)

    def test_a_cell_shows_the_rule_that_excludes_it_or_that_several_do(self):
        self.show("plant")
        raster, bits = self.ask("lodescan.data.raster"), gdal.Open(str(SCAN / "plant_rules.tif"))
        state = gdal.Open(str(SCAN / "plant_state.tif")).ReadAsArray()
        with open(SCAN / "plant_rules.csv", newline="") as file:
            names = {int(row["value"]): row["rule"] for row in csv.DictReader(file)}
        self.assertEqual(set(names.values()), {rule["name"] for rule in self.ask("lodescan.data.rules") if "plant" in rule["targets"]})
        looks = {value: self.tile(f"lodescan.ruleTile(lodescan.data.targets[lodescan.state.target], lodescan.data.rules.findIndex((one) => one.name === '{name}'))")
                 for value, name in names.items()}
        fired, seen = bits.ReadAsArray(), {value: 0 for value in names}
        crs = osr.SpatialReference()
        crs.ImportFromEPSG(4326)
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        to_earth = osr.CoordinateTransformation(bits.GetSpatialRef(), crs)
        x0, dx, _, y0, _, dy = bits.GetGeoTransform()
        rows, cols = np.nonzero(state[3:-3, 3:-3] == 1)
        for k in np.random.default_rng(2).permutation(len(rows))[:400]:
            row, col = rows[k] + 3, cols[k] + 3
            value = int(fired[row, col])
            if not (fired[row - 1:row + 2, col - 1:col + 2] == value).all():
                continue  # a pixel's cell may be the next one
            lon, lat, _ = to_earth.TransformPoint(x0 + (col + 0.5) * dx, y0 + (row + 0.5) * dy)
            colour = self.ask("(() => { const at = lodescan.pixelAt(arguments[0], arguments[1]), w = lodescan.canvas.width;"
                              "return [...lodescan.canvas.getContext('2d').getImageData(at % w, Math.floor(at / w), 1, 1).data]; })()", lat, lon)
            expected = looks.get(value, [[120] * 3, [176] * 3])
            self.assertIn(colour[:3], expected)
            if value in seen:
                seen[value] += 1
        self.assertGreater(sum(count > 3 for count in seen.values()), 2)


class Table(Page):
    def test_columns_sort_both_ways_and_say_so(self):
        self.click("#table [data-sort=score]")
        self.assertEqual(self.ask("document.querySelector('#table th:nth-child(3)').getAttribute('aria-sort')"), "descending")
        self.click("#table [data-sort=score]")
        scores = [float(row[3]) for row in self.rows()]
        self.assertEqual(scores, sorted(scores))
        self.assertLess(scores[0], scores[-1])

    def test_it_is_filtered_by_words(self):
        name = sites(SCAN, "known")[0]["name"]
        self.show("known")
        self.driver.execute_script("const box = document.querySelector('#filter'); box.value = arguments[0]; box.dispatchEvent(new Event('input'))", name)
        self.assertEqual([row[2].split("\n")[0] for row in self.rows()], [name])


    def test_a_link_opens_the_same_list_and_site(self):
        self.show("plant")
        self.driver.execute_script("const box = document.querySelector('#filter'); box.value = 'district'; box.dispatchEvent(new Event('input'))")
        self.driver.execute_script("const box = document.querySelector('#status'); box.value = 'ranked'; box.dispatchEvent(new Event('change'))")
        self.click("#table [data-sort=score]")
        self.click("#table [data-sort=score]")
        self.click("#table tbody tr:nth-child(2) button")
        self.click("#rule-list [data-apart]")
        look = ("[document.querySelector('#filter').value, document.querySelector('#status').value, document.querySelector('#table th:nth-child(3)').getAttribute('aria-sort'),"
                "document.querySelector('#explanation h3').textContent, document.querySelector('#targets [aria-pressed=true]').textContent, document.querySelector('[data-apart]').checked, document.querySelector('#table tbody').innerText]")
        before = self.ask(look)
        self.open(self.link())
        self.assertEqual(self.ask(look), before)
        self.assertEqual(before[:3] + [before[5]], ["district", "ranked", "ascending", False])


class Address(Page):
    """What the link remembers, and that "back" leaves the page."""
    view = "(() => { const map = lodescan.map, at = map.getCenter(); return [at.lat, at.lng, map.getZoom()]; })()"

    def test_where_the_map_looks_is_in_the_link(self):
        self.show("plant")
        first = self.ask(self.view)
        self.assertEqual(self.link(), "#t=plant")
        self.driver.execute_script("const map = lodescan.map; map.setView([map.getCenter().lat + 0.03, map.getCenter().lng - 0.05], map.getZoom() + 1.25, {animate: false})")
        looks = self.ask(self.view)
        link = self.link()
        self.assertIn("&m=", link)
        self.open(link)
        np.testing.assert_allclose(self.ask(self.view), looks, atol=2e-4)
        self.assertEqual(self.link(), link)
        self.click("#reset")
        np.testing.assert_allclose(self.ask(self.view), first, atol=1e-9)
        self.assertEqual(self.link(), "#t=plant")

    def test_a_chosen_site_is_where_it_was(self):
        self.show("known")
        self.click("#table tbody tr:nth-child(2) button")
        time.sleep(0.5)  # the map moves there
        looks, chosen, link = self.ask(self.view), self.ask("lodescan.state.site"), self.link()
        self.open(link)
        self.assertEqual(self.ask("lodescan.state.site"), chosen)
        np.testing.assert_allclose(self.ask(self.view), looks, atol=2e-4)
        site = next(one for one in sites(SCAN, "known") if one["site_id"] == chosen)
        np.testing.assert_allclose(looks[:2], [site["lat"], site["lon"]], atol=0.02)

    def test_what_fits_nothing_is_passed_by(self):
        first = self.ask(self.view)
        for words in ("1", "1 2", "x y z", "89.9 0 5", "38 -117 99", "38 -117 1e9", "38 -117 8 8", "NaN 0 8"):
            self.open("#m=" + words.replace(" ", "+"))
            np.testing.assert_allclose(self.ask(self.view), first, atol=1e-9, err_msg=words)

    def test_a_hand_at_work_adds_no_pages_to_the_history(self):
        before, asked = self.ask("history.length"), "lodescan.asked"
        self.driver.execute_script("const given = history.replaceState; lodescan.asked = 0; history.replaceState = function () { lodescan.asked++; return given.apply(history, arguments); }")
        self.show("plant")
        self.driver.execute_async_script(
            "const done = arguments[0], input = document.querySelector('.slider input'); let k = 0;"
            "const turn = () => { input.value = (k % 40) / 20 * input.max / 2; input.dispatchEvent(new Event('input', {bubbles: true})); lodescan.map.panBy([k % 2 ? 7 : -5, 3], {animate: false});"
            "if (++k < 120) setTimeout(turn, 12); else done(); }; turn();")
        link = self.link()
        self.assertEqual(self.ask("history.length"), before)
        self.assertGreater(self.ask(asked), 1)
        self.assertLess(self.ask(asked), 25)
        self.assertIn("w=", link)
        self.assertIn("m=", link)


class Small(Page):
    size, media = NARROW, {"prefers_color_scheme": "dark"}

    def test_nothing_is_wider_than_a_telephone(self):
        self.show("plant")
        self.click("#table tbody tr button")
        self.assertEqual(self.ask("document.documentElement.scrollWidth"), NARROW[0])
        self.assertEqual(self.ask("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()"), "#1d2423")
        self.assertGreater(self.ask("document.querySelector('#map').clientHeight"), 250)

    def test_names_on_the_map_do_not_touch(self):
        """Of degrees among themselves and with the scale, wherever the map is moved; of towns among themselves."""
        boxes = ("[...document.querySelectorAll(arguments[0])].map((one) => one.getBoundingClientRect()).filter((box) => box.width > 0).map((box) => [box.left, box.top, box.right, box.bottom])")
        seen = 0
        for zoom, right, down in ((0, 0, 0), (0.5, 40, 30), (1, -60, 80), (2.25, 100, -90)):
            self.driver.execute_script("const map = lodescan.map; map.setView(map.getCenter(), map.getZoom() + arguments[0], {animate: false}); map.panBy([arguments[1], arguments[2]], {animate: false})", zoom, right, down)
            for names in ("#map .degree span, #map .leaflet-control-scale, #map .leaflet-control-zoom", "#map .place-name span"):
                placed = self.ask(boxes, names)
                for i, (left, top, end, bottom) in enumerate(placed):
                    for other in placed[i + 1:]:
                        self.assertTrue(left >= other[2] or end <= other[0] or top >= other[3] or bottom <= other[1], (zoom, names, placed[i], other))
                seen += len(placed)
        self.assertGreater(seen, 20)


if __name__ == "__main__":
    unittest.main()
