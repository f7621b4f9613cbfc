"""The KMZ of a scan: tiles that show each place's own colour, sites with their reasons, names that break nothing, the same bytes twice."""
import filecmp
import json
import math
import re
import shutil
import unittest
import xml.etree.ElementTree as ET
import zipfile

import numpy as np
from osgeo import gdal, osr

from ground import Ground
from places import DATA, SCENARIO, WORK, lodescan, sites

gdal.UseExceptions()
FOLDER = WORK / "kmz"
KML = "{http://www.opengis.net/kml/2.2}"


def overlays(path):
    """(name in the zip, north, south, east, west) of each picture, the finest last."""
    root = ET.fromstring(zipfile.ZipFile(path).read("doc.kml"))
    found = []
    for overlay in root.iter(f"{KML}GroundOverlay"):
        box = overlay.find(f"{KML}LatLonBox")
        found.append((int(overlay.find(f"{KML}drawOrder").text), overlay.find(f"{KML}Icon/{KML}href").text,
                      *(float(box.find(KML + side).text) for side in ("north", "south", "east", "west"))))
    return found


def shown(path, places):
    """The colours (RGBA) of the finest tiles at places of longitude and latitude; clear where there is no tile."""
    tiles, colours = overlays(path), np.zeros((len(places), 4), int)
    finest = max(tile[0] for tile in tiles)
    for _, name, north, south, east, west in (tile for tile in tiles if tile[0] == finest):
        file = gdal.Open(f"/vsizip/{path}/{name}")
        bands = file.ReadAsArray()
        table = file.GetRasterBand(1).GetColorTable()
        for i, (lon, lat) in enumerate(places):
            if not (west <= lon < east and south < lat <= north):
                continue
            col, row = int((lon - west) / (east - west) * file.RasterXSize), int((north - lat) / (north - south) * file.RasterYSize)
            colours[i] = table.GetColorEntry(int(bands[row, col])) if table else bands[:, row, col]
    return colours


def setUpModule():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)


def scan(name, text, *more):
    path = FOLDER / f"{name}.yaml"
    path.write_text(text)
    done = lodescan("run", path, f"--data={DATA}", f"--output={FOLDER / name}", "--overwrite", "--no-report", *more)
    if done.returncode:
        raise AssertionError(done.stderr)
    return FOLDER / name


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.words = re.sub(r"(?m)^outputs:\n  criteria: true\n", "", SCENARIO.read_text())
        cls.out = scan("once", cls.words + "outputs: {kmz: true}\n")

    def test_same_bytes_by_option(self):
        again = scan("again", self.words, "--kmz", "--map=svg")
        for target in ("deposit", "plant", "known"):
            self.assertTrue(filecmp.cmp(self.out / f"{target}.kmz", again / f"{target}.kmz", shallow=False))
        self.assertEqual(list(scan("none", self.words).glob("*.kmz")), [])

    def test_each_place_has_its_cells_colour(self):
        picture = gdal.Open(str(self.out / "plant_heatmap.png"))
        table, entries = picture.GetRasterBand(1).GetColorTable(), picture.ReadAsArray()
        utm, degrees = osr.SpatialReference(), osr.SpatialReference()
        utm.ImportFromEPSG(32611)
        degrees.ImportFromEPSG(4326)
        degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        way, chance = osr.CoordinateTransformation(utm, degrees), np.random.default_rng(5)
        rows, cols = chance.integers(0, 450, 400), chance.integers(0, 600, 400)
        places = [way.TransformPoint(480000 + 100 * (c + 0.5), 4245000 - 100 * (r + 0.5))[:2] for r, c in zip(rows, cols)]
        colours, same, hatched = shown(self.out / "plant.kmz", places), 0, 0
        for r, c, seen in zip(rows, cols, colours):
            around = {int(e) for e in entries[max(r - 1, 0):r + 2, max(c - 1, 0):c + 2].ravel()}  # a pixel's middle may lie in the next cell
            wanted = [table.GetColorEntry(e)[:3] for e in around]
            self.assertEqual(seen[3], 255)
            if any(e in (2, 3) for e in around) and tuple(seen[:3]) in (table.GetColorEntry(2)[:3], table.GetColorEntry(3)[:3]):
                hatched += 1
                continue
            self.assertIn(tuple(seen[:3]), wanted)
            same += tuple(seen[:3]) == table.GetColorEntry(int(entries[r, c]))[:3]
        self.assertGreater(hatched, 10)
        self.assertGreater(same / (400 - hatched), 0.5)

    def test_outside_of_the_grid_is_clear(self):
        self.assertTrue((shown(self.out / "plant.kmz", [(-117.2305, 37.9436), (-116.54, 38.3545)])[:, 3] == 0).all())

    def test_tiles_are_small_and_each_is_there(self):
        names = set(zipfile.ZipFile(self.out / "plant.kmz").namelist())
        used = {tile[1] for tile in overlays(self.out / "plant.kmz")}
        self.assertEqual({name for name in names if name.startswith("scores/")}, used)
        for name in used:
            file = gdal.Open(f"/vsizip/{self.out / 'plant.kmz'}/{name}")
            self.assertLessEqual(max(file.RasterXSize, file.RasterYSize), 512)
        text = zipfile.ZipFile(self.out / "plant.kmz").read("doc.kml").decode()
        self.assertEqual(set(re.findall(r"<href>(.*?)</href>", text)) - names, set())

    def test_sites_are_those_of_the_list(self):
        for target in ("plant", "known"):
            root = ET.fromstring(zipfile.ZipFile(self.out / f"{target}.kmz").read("doc.kml"))
            marks, listed = list(root.iter(f"{KML}Placemark")), sites(self.out, target)
            self.assertEqual(len(marks), len(listed))
            for mark, site in zip(marks, listed):
                lon, lat = (float(n) for n in mark.find(f"{KML}Point/{KML}coordinates").text.split(","))
                self.assertAlmostEqual(lon, site["lon"], delta=1e-6)
                self.assertAlmostEqual(lat, site["lat"], delta=1e-6)
                self.assertTrue(mark.find(f"{KML}name").text.startswith(str(site["rank"] or site["name"] or "")))
                page = mark.find(f"{KML}description").text
                ET.fromstring(f"<all>{page}</all>")
                if site["score"] is not None:
                    self.assertIn(f"Score {site['score']:.4g};", page)


class Odd(Ground):
    """Over the antimeridian, with hostile names."""

    def test_antimeridian_and_names(self):
        values = np.tile(np.linspace(0.1, 0.9, 41, dtype=np.float32), (23, 1))
        self.raster("v.tif", values, (177.95, 0.1, 0, 53.25, 0, -0.1), 4326)
        hostile = "<b>&amp; ]]> \"'\u7a00"
        self.vector("p.gpkg", [("POINT (178.4 52)", hostile, 1), ("POINT (181 52.5)", "east", 1)], 4326)
        self.scan("  v: {raster: v.tif, resample: nearest}\n  p: {vector: p.gpkg, label: name}\n",
                  "  c: {value_of: v, membership: {linear: {zero: 0, one: 1}}}\n",
                  "targets:\n  deposit: {score: c, candidates: {points: p}}\noutputs: {kmz: true}\n",
                  "grid: {crs: EPSG:4326, extent: [178, 51, 182, 53.2], cell: 0.1 deg}\n")
        path = self.folder / "out/deposit.kmz"
        boxes = overlays(path)
        self.assertEqual(len(boxes), 2)
        for _, _, north, south, east, west in boxes:
            self.assertTrue(-180 <= west < east <= 180 and -90 <= south < north <= 90)
        self.assertAlmostEqual(sum(east - west for *_, east, west in boxes), 4, places=6)
        picture = gdal.Open(str(self.folder / "out/deposit_heatmap.png"))  # owns its colours
        table = picture.GetRasterBand(1).GetColorTable()
        for lon in (178.45, 179.95, 180.05, 181.75):
            cell = math.floor((lon - 177.95) / 0.1)
            near = [table.GetColorEntry(4 + min(int(252 * float(values[0, cell + k])), 251))[:3] for k in (-1, 0, 1)]
            seen = shown(path, [(lon - 360 if lon > 180 else lon, 52.05)])[0]
            self.assertEqual(seen[3], 255)
            self.assertIn(tuple(seen[:3]), near)
        root = ET.fromstring(zipfile.ZipFile(path).read("doc.kml"))
        names = [mark.find(f"{KML}name").text for mark in root.iter(f"{KML}Placemark")]
        self.assertIn(hostile, {name.split(" ", 1)[1] for name in names})
        listed = {output["name"] for output in json.loads((self.folder / "out/run.json").read_text())["outputs"]}
        self.assertIn("deposit.kmz", listed)

    def test_pole_and_antimeridian_end_the_tiles(self):
        """197 and 50 by 1001 cells: the coarse levels' pixels do not divide them. Each pixel, the cut ones too, shows the cell at its middle."""
        entries = np.random.default_rng(11).integers(0, 252, (1001, 247))
        self.raster("v.tif", ((entries + 0.5) / 252).astype(np.float32), (160.3, 0.1, 0, 10.1, 0, -0.1), 4326)
        self.scan("  v: {raster: v.tif, resample: nearest}\n", "  c: {value_of: v, membership: {linear: {zero: 0, one: 1}}}\n",
                  "targets:\n  deposit: {score: c}\noutputs: {kmz: true}\n",
                  "grid: {crs: EPSG:4326, extent: [160.3, -90, 185, 10.1], cell: 0.1 deg, margin: 0 km}\n", ("--no-report",))
        path, picture = self.folder / "out/deposit.kmz", gdal.Open(str(self.folder / "out/deposit_heatmap.png"))
        table, ends, chance = picture.GetRasterBand(1).GetColorTable(), {}, np.random.default_rng(12)
        for level, name, north, south, east, west in overlays(path):
            self.assertTrue(-180 <= west < east <= 180 and -90 <= south < north <= 90, name)
            ends.setdefault(level, []).append((south, east))
            file = gdal.Open(f"/vsizip/{path}/{name}")
            pixels, tile = file.ReadAsArray(), file.GetRasterBand(1).GetColorTable()
            high, wide = pixels.shape
            lower, right = (north - south) / high, (east - west) / wide
            for j, i in [(high - 1, wide - 1), *zip(chance.integers(0, high, 60), chance.integers(0, wide, 60))]:
                lon, lat = west + (i + 0.5) * right, north - (j + 0.5) * lower
                lon += 360 if lon < 0 else 0
                near = max(0.1, lower, right) / 4 + 1e-6
                rows = {min(max(math.floor((10.1 - lat + d) / 0.1), 0), 1000) for d in (-near, -0.5 * near, 0, 0.5 * near, near)}
                cols = {min(max(math.floor((lon - 160.3 + d) / 0.1), 0), 246) for d in (-near, -0.5 * near, 0, 0.5 * near, near)}
                wanted = {table.GetColorEntry(4 + int(entries[r, c]))[:3] for r in rows for c in cols}
                self.assertIn(tile.GetColorEntry(int(pixels[j, i]))[:3], wanted, (name, j, i))
        self.assertEqual(len(ends), 2)
        for level in ends.values():
            self.assertAlmostEqual(min(south for south, _ in level), -90, places=9)
            self.assertAlmostEqual(max(east for _, east in level), 180, places=9)
            self.assertAlmostEqual(sorted(east for _, east in level)[0], -175, places=9)


if __name__ == "__main__":
    unittest.main()
