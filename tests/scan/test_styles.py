"""Styles beside the surfaces, read as XML: each scored cell has about the colour of its heatmap, classes and names are those of the scenario."""
import re
import shutil
import unittest
import xml.etree.ElementTree as ET

import numpy as np
from osgeo import gdal

from places import DATA, SCAN, SCENARIO, WORK, lodescan

gdal.UseExceptions()
FOLDER = WORK / "styles"


def style(path):
    return ET.parse(path).getroot().find("pipe/rasterrenderer")


def stops(renderer):
    """[(value, red, green, blue, alpha)], rising."""
    found = []
    for item in renderer.iter():
        if item.tag in ("item", "paletteEntry"):
            colour = item.get("color")
            found.append((float(item.get("value")), *(int(colour[i:i + 2], 16) for i in (1, 3, 5)), int(item.get("alpha"))))
    return np.array(found)


def drawn(renderer, values):
    """RGB of each value, as QGIS documents its three ways."""
    table = stops(renderer)
    if renderer.get("type") == "paletted":
        return table[np.searchsorted(table[:, 0], values), 1:4]
    if renderer.find("rastershader/colorrampshader").get("colorRampType") == "DISCRETE":
        return table[np.searchsorted(table[:, 0], values, side="left"), 1:4]
    return np.stack([np.interp(values, table[:, 0], table[:, i]) for i in (1, 2, 3)], axis=-1)


def heatmap(folder, target):
    file = gdal.Open(str(folder / f"{target}_heatmap.png"))
    table = np.array([file.GetRasterBand(1).GetColorTable().GetColorEntry(i)[:3] for i in range(256)])
    return table[file.ReadAsArray()]


class Styles(unittest.TestCase):
    def same_colours(self, folder, target, tolerance):
        score = gdal.Open(str(folder / f"{target}_score.tif")).ReadAsArray()
        scored = np.isfinite(score)
        self.assertGreater(scored.sum(), 100)
        got, wanted = drawn(style(folder / f"{target}_score.qml"), score[scored].astype(float)), heatmap(folder, target)[scored]
        self.assertLessEqual(np.abs(got - wanted).max(), tolerance)
        self.assertGreater(np.ptp(wanted, axis=0).max(), 50)

    def test_scores_have_their_heatmaps_colours(self):
        for target in ("deposit", "plant"):
            self.same_colours(SCAN, target, 6)

    def test_every_surface_has_a_style(self):
        surfaces = list(SCAN.rglob("*.tif"))
        self.assertGreater(len(surfaces), 9)
        for surface in surfaces:
            file, renderer = gdal.Open(str(surface)), style(surface.with_suffix(".qml"))
            self.assertLessEqual(int(renderer.get("band")), file.RasterCount)
            self.assertTrue((np.diff(stops(renderer)[:, 0]) > 0).all(), surface)
            if surface.parent.name == "criteria" and file.RasterCount == 1:
                values = file.ReadAsArray().astype(float)
                self.assertAlmostEqual(stops(renderer)[0, 0], np.nanmin(values), 4)
                self.assertAlmostEqual(stops(renderer)[-1, 0], np.nanmax(values), 4)

    def test_states_are_named(self):
        renderer = style(SCAN / "plant_state.qml")
        names = {int(item.get("value")): item.get("label") for item in renderer.iter("paletteEntry")}
        file = gdal.Open(str(SCAN / "plant_state.tif"))
        told = file.GetRasterBand(1).GetMetadata()
        self.assertEqual(names, {i: told[f"CLASS_{i}"] for i in range(3)})

    def test_rules_have_their_last_ones_name(self):
        file = gdal.Open(str(SCAN / "plant_rules.tif"))
        bits, told = file.ReadAsArray().astype(np.uint64), file.GetRasterBand(1).GetMetadata()
        names = {int(key[4:]): name for key, name in told.items() if key.startswith("BIT_")}
        items = list(style(SCAN / "plant_rules.qml").iter("item"))
        self.assertEqual(items[0].get("alpha"), "0")
        for value in np.unique(bits):
            item = next(item for item in items if float(value) <= float(item.get("value")))
            self.assertTrue(item.get("label").startswith(names[int(value).bit_length() - 1] if value else "no rule"), (value, item.attrib))
        self.assertGreater(len(np.unique(bits)), 2)

    def test_classes(self):
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        words = re.sub(r"(?m)^(  plant:\n)", r"\1    classes: {quantile: 5}\n", SCENARIO.read_text(), count=1)
        self.assertNotEqual(words, SCENARIO.read_text())
        (FOLDER / "five.yaml").write_text(words)
        done = lodescan("run", FOLDER / "five.yaml", f"--data={DATA}", f"--output={FOLDER / 'five'}", "--no-report")
        self.assertEqual(done.returncode, 0, done.stderr)
        renderer = style(FOLDER / "five/plant_score.qml")
        self.assertEqual(len(stops(renderer)), 5)
        self.assertEqual(renderer.find("rastershader/colorrampshader").get("colorRampType"), "DISCRETE")
        # The surface is rounded to 16 bits, so that a score beside a break may be drawn as its neighbour class.
        score = gdal.Open(str(FOLDER / "five/plant_score.tif")).ReadAsArray()
        scored = np.isfinite(score)
        got = drawn(renderer, score[scored].astype(float))
        self.assertGreater((got == heatmap(FOLDER / "five", "plant")[scored]).all(axis=1).mean(), 0.995)


if __name__ == "__main__":
    unittest.main()
