"""report.html in a real browser: opened from file://, watched for errors and requests, and asked for its numbers, which are held against the run's own."""
import json
import os
import pathlib
import sys
import time
import unittest

import numpy as np
from osgeo import gdal, osr
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scan"))
from places import DATA, SCAN, SCENARIO, WORK, lodescan, sites  # noqa: E402

gdal.UseExceptions()

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
    size, media, scan = WIDE, {}, SCAN

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
        self.driver.get((self.scan / "report.html").resolve().as_uri() + fragment)
        end = time.monotonic() + 30
        while not self.ask("document.documentElement.dataset.ready === 'true'"):
            self.assertLess(time.monotonic(), end, self.driver.get_log("browser"))
            time.sleep(0.02)

    def ask(self, expression, *arguments):
        return self.driver.execute_script("return " + expression, *arguments)

    def tearDown(self):
        self.assertEqual(self.driver.get_log("browser"), [])
        events = [json.loads(line["message"])["message"] for line in self.driver.get_log("performance")]
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        self.assertEqual([url for url in asked if not url.startswith(("data:", "about:")) and not url.split("#")[0].endswith("/report.html")], [])

    def settle(self):
        self.driver.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")

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
                self.assertIn(colour[0], (120, 176, 222))
                self.assertEqual(len(set(colour)), 1)
                continue
            step = np.abs(ramp - colour).sum(axis=1).argmin()
            self.assertLessEqual(np.abs(ramp - colour).sum(axis=1).min(), 0)
            self.assertAlmostEqual((step + 0.5) / len(ramp), score[int(row), int(col)], delta=1.2 / len(ramp))
            checked += 1
        self.assertGreater(checked, 200)

    def test_what_was_moved_is_in_the_link_and_reset_takes_it_back(self):
        self.move()
        moved = self.rows()
        self.open("#" + self.ask("location.hash.slice(1)"))
        self.assertEqual(self.rows(), moved)
        self.click("#reset")
        self.assertEqual([row[0] for row in self.rows()], [site["site_id"] for site in sites(SCAN, "known")])
        self.assertEqual(self.ask("location.hash"), "#t=known")

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


class Small(Page):
    size, media = NARROW, {"prefers_color_scheme": "dark"}

    def test_nothing_is_wider_than_a_telephone(self):
        self.show("plant")
        self.click("#table tbody tr button")
        self.assertEqual(self.ask("document.documentElement.scrollWidth"), NARROW[0])
        self.assertEqual(self.ask("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()"), "#1d2423")
        self.assertGreater(self.ask("document.querySelector('#map').clientHeight"), 250)


if __name__ == "__main__":
    unittest.main()
