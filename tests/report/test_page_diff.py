"""The maps of diff.html: the change of each cell against the difference surface, and a mark for each site that is listed in either run."""
import json
import unittest

import numpy as np
from osgeo import gdal, osr

import test_page
from test_page import Page, setUpModule  # noqa: F401
from places import DATA, SCENARIO, WORK, lodescan

FOLDER = WORK / "page_diff"


class Moves(Page):
    scan, name = FOLDER / "moves", "diff.html"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        FOLDER.mkdir(parents=True, exist_ok=True)
        words = SCENARIO.read_text()
        after = words
        for was, is_ in (("{rail_access: 3, road_access: 2,", "{rail_access: 1, road_access: 5,"), ("spacing: 3 km, count: 10", "spacing: 3 km, count: 8"),
                         ("{host_rock: 3, thorium_high: 2,", "{host_rock: 0.1, thorium_high: 0.5,"), ("buffer: 500 m, reason: Park", "buffer: 4 km, reason: Park")):
            assert after.count(was) == 1, was
            after = after.replace(was, is_)
        for name, text in (("before", words), ("after", after)):
            (FOLDER / f"{name}.yaml").write_text(text)
            done = lodescan("run", FOLDER / f"{name}.yaml", f"--data={DATA}", f"--output={FOLDER / name}", "--overwrite", "--no-report")
            assert done.returncode == 0, done.stderr
        done = lodescan("diff", FOLDER / "before", FOLDER / "after", "-o", cls.scan, "--overwrite", "--within=2km")
        assert done.returncode == 0, done.stderr
        cls.targets = json.loads((cls.scan / "diff.json").read_text())["targets"]

    def test_a_place_shows_its_change(self):
        crs = osr.SpatialReference()
        crs.ImportFromEPSG(4326)
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        for index, target in enumerate(self.targets):
            file = gdal.Open(str(self.scan / f"{target['name']}_difference.tif"))
            change, (x0, dx, _, y0, _, dy) = file.ReadAsArray(), file.GetGeoTransform()
            to_earth = osr.CoordinateTransformation(file.GetSpatialRef(), crs)
            picture = gdal.Open(str(self.scan / f"{target['name']}_difference.png")).ReadAsArray()
            places, wanted = [], []
            for row, col in np.random.default_rng(5).integers(3, np.array(change.shape) - 3, (900, 2)):
                lon, lat, _ = to_earth.TransformPoint(x0 + (col + 0.5) * dx, y0 + (row + 0.5) * dy)
                places.append((lat, lon))
                wanted.append((change[row - 1:row + 2, col - 1:col + 2], picture[row - 1:row + 2, col - 1:col + 2]))
            most = self.ask("lodescan.maps[arguments[0]].most", index)
            self.assertAlmostEqual(most, max(target["surface"]["largest_rise"], -target["surface"]["largest_fall"]), places=12)
            shown = self.ask("arguments[1].map(([lat, lon]) => lodescan.entryAt(lodescan.maps[arguments[0]], lat, lon))", index, places)
            told = self.ask("arguments[1].map((entry) => lodescan.changeOf(lodescan.maps[arguments[0]], entry))", index, shown)
            exact = scored = 0
            for entry, change_there, (near, of) in zip(shown, told, wanted):
                if entry < 6:
                    self.assertIn(entry, of)
                    exact += of[1, 1] == entry or {of[1, 1], entry} == {2, 3}
                    continue
                off = np.abs(near - change_there) <= 0.51 * most / 124 + 1e-9
                self.assertTrue(off.any())  # a pixel's cell may be the next one
                exact += off[1, 1]
                scored += 1
            self.assertGreater(scored, 300, target["name"])
            self.assertGreater(exact, 0.8 * len(wanted), target["name"])

    def test_every_site_has_a_mark(self):
        seen = set()
        for index, target in enumerate(self.targets):
            marks = self.ask("[...document.querySelectorAll('#map-' + arguments[0] + ' .move')].map((one) => [one.className.split(' ').find((word) => ['entered', 'left', 'risen', 'fallen', 'moved', 'same'].includes(word)), one.innerText.trim()])", index)
            wanted = []
            for site in target["sites"]["sites"]:
                was, is_ = site["rank"]["before"], site["rank"]["after"]
                by = was - is_ if was and is_ else 0
                kind, sign = ((site["move"], {"entered": "+", "left": "\u00d7", "same": ""}[site["move"]]) if site["move"] != "moved" else
                              ("risen", f"\u25b2{by}") if by > 0 else ("fallen", f"\u25bc{-by}") if by < 0 else ("left", "\u00d7") if is_ is None else
                              ("entered", "+") if was is None else ("moved", "\u2248"))
                wanted.append((kind, sign))
                seen.add(kind)
            self.assertEqual(sorted(map(tuple, marks)), sorted(wanted))
            shifted = [site for site in target["sites"]["sites"] if site["apart_m"]]
            self.assertEqual(self.ask("document.querySelectorAll('#map-' + arguments[0] + ' .leaflet-overlay-pane path').length", index), 2 * len(shifted))
            for site in shifted:
                self.assertNotEqual((site["lon"], site["lat"]), (site["lon_before"], site["lat_before"]))
        self.assertGreater(len(seen), 3)

    def test_a_click_tells_the_change(self):
        self.driver.execute_script("const of = lodescan.maps[1]; of.map.fire('click', {latlng: L.latLng((of.south + of.north) / 2, (of.west + of.east) / 2)})")
        told = self.ask("document.querySelector('.leaflet-popup-content').innerText")
        entry = self.ask("(() => { const of = lodescan.maps[1]; return lodescan.entryAt(of, (of.south + of.north) / 2, (of.west + of.east) / 2); })()")
        self.assertRegex(told, "score (rose|fell) by [0-9.e-]+, to within|score as before" if entry >= 6 else "excluded|scored|no data|outside")

    def test_maps_stand_in_place_of_pictures(self):
        self.assertEqual(self.ask("document.querySelectorAll('.map').length"), len(self.targets))
        self.assertEqual(self.ask("[...document.querySelectorAll('figure img')].filter((one) => one.checkVisibility()).length"), 0)
        self.assertEqual(self.ask("[...document.querySelectorAll('.map')].filter((one) => one.clientHeight > 200).length"), len(self.targets))
        self.assertLess((self.scan / "diff.html").stat().st_size, 12e6)


class Small(Page):
    scan, name, size, media = FOLDER / "moves", "diff.html", test_page.NARROW, {"prefers_color_scheme": "dark"}

    def test_nothing_is_wider_than_a_telephone(self):
        self.assertLessEqual(self.ask("document.documentElement.scrollWidth"), self.size[0])


del Page  # its own tests are test_page's
if __name__ == "__main__":
    unittest.main()
