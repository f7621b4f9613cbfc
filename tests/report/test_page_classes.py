"""Scores in classes on the page: cut and coloured as the run cut them, and after a weight moved as a run with that weight does."""
import json
import re
import unittest

import numpy as np
from osgeo import gdal, osr

import test_page
from test_page import Page, setUpModule  # noqa: F401
from places import DATA, SCENARIO, WORK, lodescan

RAMP_FIRST = 4  # entries of a heatmap before its ramp


def run(words, name, *options):
    path, folder = WORK / f"{name}.yaml", WORK / name
    path.write_text(words)
    done = lodescan("run", path, f"--data={DATA}", f"--output={folder}", "--overwrite", *options)
    assert done.returncode == 0, done.stderr
    return {target["name"]: target["classes"] for target in json.loads((folder / "run.json").read_text())["targets"] if "classes" in target}


class Classes(Page):
    scan = WORK / "classed"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        words = SCENARIO.read_text()
        for before, kind in (("  deposit:\n", "{equal_interval: 4}"), ("  plant:\n", "{quantile: 5}"), ("  known:\n", "concentration_area")):
            words = re.sub(rf"(?m)^{before}", f"{before}    classes: {kind}\n", words, count=1)
        cls.classes = run(words, "classed")
        assert "{rail_access: 3, road_access: 2," in words
        cls.moved = run(words.replace("{rail_access: 3, road_access: 2,", "{rail_access: 0.9, road_access: 3.6,"), "classed_moved", "--no-report")

    def move(self, **weights):
        for name, weight in weights.items():
            path = self.ask("[...document.querySelectorAll('.slider input')].find((one) => one.closest('.slider').querySelector('label span').textContent === "
                            "lodescan.data.criteria.find((other) => other.name === arguments[0]).label).dataset.path", name)
            self.driver.execute_script("const input = document.querySelector(`.slider input[data-path='${arguments[0]}']`); input.value = arguments[1]; input.dispatchEvent(new Event('input', {bubbles: true}))", path, weight)
        self.settle()

    def legend(self):
        return self.ask("[...document.querySelectorAll('#legend .classes .key')].map((one) => one.innerText.trim())"), self.ask("document.querySelector('#legend .classes .note').innerText")

    def cells(self, folder, target, count=500):
        """Classes of cells in the page's picture, beside those of the run's heatmap and the cells' scores."""
        picture, score = gdal.Open(str(folder / f"{target}_heatmap.png")), gdal.Open(str(folder / f"{target}_score.tif"))
        crs = osr.SpatialReference()
        crs.ImportFromEPSG(4326)
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        to_earth = osr.CoordinateTransformation(score.GetSpatialRef(), crs)
        x0, dx, _, y0, _, dy = score.GetGeoTransform()
        entries, scores = picture.ReadAsArray(), score.ReadAsArray()
        rows, cols = np.nonzero(entries[2:-2, 2:-2] >= RAMP_FIRST)
        table = picture.GetRasterBand(1).GetColorTable()
        colours = {k: np.array(table.GetColorEntry(RAMP_FIRST + k)[:3], int) for k in range(int(entries.max()) - RAMP_FIRST + 1)}
        places, wanted = [], []
        for k in np.random.default_rng(8).permutation(len(rows))[:count]:
            row, col = rows[k] + 2, cols[k] + 2
            if (entries[row - 1:row + 2, col - 1:col + 2] == entries[row, col]).all():  # else a pixel's cell may be the next one
                lon, lat, _ = to_earth.TransformPoint(x0 + (col + 0.5) * dx, y0 + (row + 0.5) * dy)
                places.append((lat, lon))
                wanted.append((int(entries[row, col]) - RAMP_FIRST, scores[row, col]))
        shown = self.ask("arguments[0].map(([lat, lon]) => { const at = lodescan.pixelAt(lat, lon), w = lodescan.canvas.width; return [...lodescan.canvas.getContext('2d').getImageData(at % w, Math.floor(at / w), 1, 1).data].slice(0, 3); })", places)
        seen = []
        for colour in shown:
            far = {k: np.abs(one - colour).max() for k, one in colours.items()}
            best = min(far, key=far.get)
            self.assertLessEqual(far[best], 3)
            seen.append(best)
        return [(page, *mine) for page, mine in zip(seen, wanted)]

    def test_a_cell_has_the_class_that_the_run_gave_it(self):
        for target, classes in self.classes.items():
            self.show(target)
            breaks, seen = np.array(classes["breaks"]), set()
            for page, wanted, score in self.cells(self.scan, target):
                self.assertEqual(wanted, int((score > breaks).sum()) if np.abs(score - breaks).min() > 1e-5 else wanted)
                if np.abs(score - breaks).min() > 0.004:  # the page's memberships are bytes
                    self.assertEqual(page, wanted, (target, score))
                seen.add(page)
            self.assertGreater(len(seen), 1, target)
            keys, note = self.legend()
            self.assertEqual(len(keys), len(breaks) + 1)
            self.assertEqual(keys[0], f"up to {float(f'{breaks[0]:.3g}'):g}")
            self.assertEqual(keys[-1], f"above {float(f'{breaks[-1]:.3g}'):g}")
            self.assertNotIn("anew", note)

    def test_classes_of_equal_area_follow_a_weight(self):
        self.show("plant")
        self.move(rail_access=0.9, road_access=3.6)
        cuts, breaks = self.ask("lodescan.classCuts()"), self.moved["plant"]["breaks"]
        self.assertEqual(len(cuts), len(breaks))
        self.assertGreater(np.abs(np.array(breaks) - self.classes["plant"]["breaks"]).max(), 0.05)
        np.testing.assert_allclose(cuts, breaks, atol=0.004)
        self.assertIn("found anew", self.legend()[1])
        for page, wanted, score in self.cells(WORK / "classed_moved", "plant"):
            if np.abs(score - np.array(breaks)).min() > 0.008:
                self.assertEqual(page, wanted, score)
        self.click("#reset")
        np.testing.assert_allclose(self.ask("lodescan.classCuts()"), self.classes["plant"]["breaks"], atol=1e-9)

    def test_breaks_of_concentration_and_area_stay(self):
        self.show("known")
        self.move(host_rock=0)
        np.testing.assert_allclose(self.ask("lodescan.classCuts()"), self.classes["known"]["breaks"], atol=1e-9)
        self.assertIn("as in the run", self.legend()[1])

    def test_equal_intervals_follow_a_rule_that_is_switched_off(self):
        """Over the cells that then are scored: those of the whole map with the scores that excluded ones would have."""
        self.show("deposit")
        self.click("#rule-list input")
        cuts = self.ask("lodescan.classCuts()")
        self.assertEqual(len(cuts), 3)
        np.testing.assert_allclose(np.diff(cuts), cuts[1] - cuts[0], atol=1e-4)
        self.assertIn("found anew", self.legend()[1])

    def test_every_cells_colour_is_a_classes(self):
        self.show("plant")
        ramp = self.ask("lodescan.data.targets.find((one) => one.name === 'plant').ramp")
        steps = [round(k / 4 * 251) for k in range(5)]
        wanted = {ramp[6 * step:6 * step + 6] for step in steps}
        seen = self.ask("(() => { const found = new Set(), bytes = lodescan.canvas.getContext('2d').getImageData(0, 0, lodescan.canvas.width, lodescan.canvas.height).data;"
                        "for (let i = 0; i < bytes.length; i += 4) found.add([...bytes.slice(i, i + 3)].map((one) => one.toString(16).padStart(2, '0')).join('')); return [...found]; })()")
        self.assertTrue(wanted <= set(seen))
        self.assertLess(len(seen), 25)  # classes, patterns of rules, grey


del Page  # its own tests are test_page's
if __name__ == "__main__":
    unittest.main()
