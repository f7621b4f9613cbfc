"""report.html in a real browser: opened from file://, watched for errors and requests, and asked for its numbers, which are held against the run's own."""
import json
import os
import pathlib
import sys
import time
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scan"))
from places import SCAN, sites  # noqa: E402

WIDE, NARROW = (1440, 1000), (390, 844)


def browser(size, **media):
    options = webdriver.ChromeOptions()
    options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--window-size={size[0]},{size[1]}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")), options=options)
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 500})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]})
    return driver


class Page(unittest.TestCase):
    """One browser for all tests of a class; each test opens the page anew."""
    size, media, scan = WIDE, {}, SCAN

    @classmethod
    def setUpClass(cls):
        cls.driver = browser(cls.size, **cls.media)
        cls.addClassCleanup(cls.driver.quit)

    def setUp(self):
        self.open()

    def open(self, fragment=""):
        self.driver.get("about:blank")
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.driver.get((pathlib.Path(self.scan) / "report.html").resolve().as_uri() + fragment)
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


if __name__ == "__main__":
    unittest.main()
