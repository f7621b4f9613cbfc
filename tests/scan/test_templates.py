"""Templates of `lodescan init`: what they say is marked and sourced; with layers made for them each passes `check`, runs, and finds the place
where all its evidence was put before the one where half of it was, and never the one that is as good but forbidden."""
import json
import re
import shutil
import unittest

import numpy as np
import yaml
from osgeo import gdal, ogr

from ground import crs
from places import SOURCE, WORK, lodescan, sites

gdal.UseExceptions()
ogr.UseExceptions()
FILES = sorted((SOURCE / "datasets/templates").glob("*.yaml"))
OPERATIONS = ("density_of", "crossings_of", "relief_of", "sd_of", "idw_of", "kriging_of", "radius", "variogram", "distance_to", "category_of", "value_of", "slope_of", "roughness_of", "formula", "index")
MARK = r"# (?:.*; ?)?(?:cited|expert default)\b"

# Raster layers: value of the country around, value at a place with evidence. What two layers make together is worked out by hand:
# Nd's bands dip at 744 and 802 nm, calcite and dolomite rise as band 8 and band 7 fall, plants are few.
RASTERS = {
    "thorium": (8, 60), "potassium": (1.5, 3.4), "magnetics": (-20, 400), "gravity": (0, 15), "uranium": (2, 14),
    "lanthanum": (25, 300), "cerium": (50, 600), "niobium": (10, 400), "strontium": (300, 3000), "barium": (500, 5000),
    "aster B6": (0.3, 0.3), "aster B7": (0.3, 0.2), "aster B8": (0.3, 0.2), "aster B9": (0.3, 0.3),
    "nm716": (0.3, 0.3), "nm744": (0.31, 0.27), "nm775": (0.32, 0.32), "nm802": (0.33, 0.29), "nm835": (0.34, 0.34),
    "yttrium": (15, 120), "zirconium": (150, 3000), "beryllium": (2, 30), "titanium": (3000, 30000), "phosphorus": (600, 9000),
    "copper": (20, 900), "climate": (7, 14), "shaking": (0.3, 0.05), "sentinel_2 B2": (0.15, 0.05), "sentinel_2 B4": (0.2, 0.2),
    "sentinel_2 B8": (0.25, 0.25), "sentinel_2 B11": (0.3, 0.3), "sentinel_2 B12": (0.3, 0.2),
}
# Where the kind of deposit wants something else.
OWN = {
    "carbonatite": {"potassium": (1.5, 1.5)},
    "peralkaline": {"lanthanum": (25, 60), "aster B8": (0.2, 0.3)},
    "ionic-clay": {"potassium": (3, 0.8), "lanthanum": (25, 150), "yttrium": (15, 190)},
    "placer": {"uranium": (2, 3)},
    "iocg": {"thorium": (8, 10)},
}
SLOPE = {"ionic-clay": 0.18}  # rise over run round the places with evidence; else level. The country around is rugged.
SAMPLES = {"sediments": (40, 340)}  # points with numbers; others have those of a raster of the name
LINES = {"faults of carbonatite", "faults of iocg"}  # a cross at each place
AGAINST = {"protected", "wetlands", "flood", "dwellings", "faults of plant"}
CELL = {"plant": 5000}


class Land:
    """Three places in a template's own grid, far apart: all evidence, half of it, all of it but forbidden."""

    def __init__(self, name, text, folder):
        self.name, self.folder, self.layers = name, folder, yaml.safe_load(text)["layers"]
        grid = yaml.safe_load(text)["grid"]
        self.epsg, self.cell = int(grid["crs"].split(":")[1]), CELL.get(name, 1000)
        west, south, east, north = grid["extent"]
        to_grid = gdal.osr.CoordinateTransformation(crs(4326), crs(self.epsg))
        self.lonlat = [(west + f * (east - west), south + g * (north - south)) for f, g in ((0.5, 0.6), (0.2, 0.25), (0.8, 0.25))]
        self.places = [to_grid.TransformPoint(*place)[:2] for place in self.lonlat]
        rim = [to_grid.TransformPoint(west + (east - west) * i / 8, south + (north - south) * j / 8)[:2] for i in range(9) for j in range(9)]
        self.box = [f(p[k] for p in rim) for f in (min, max) for k in (0, 1)]

    def make(self):
        by_file = {}
        for number, (layer, entry) in enumerate(self.layers.items()):
            if "vector" in entry:
                (self.samples if "attribute" in entry else self.vector)(layer, entry, half=number % 2 == 0)
            elif "sensor" in entry:
                for band, word in enumerate(entry["bands"], 1):
                    by_file.setdefault(entry["raster"], {})[band] = self.values(f"{entry['sensor']} {word}", half=number % 2 == 0)
            else:
                by_file.setdefault(entry["raster"], {})[entry.get("band", 1)] = self.values(layer, half=number % 2 == 0)
        for file, bands in by_file.items():
            self.raster(file, bands)

    def axes(self):
        margin = 3 * self.cell
        x = np.arange(self.box[0] - margin + self.cell / 2, self.box[2] + margin, self.cell)
        y = np.arange(self.box[3] + margin - self.cell / 2, self.box[1] - margin, -self.cell)
        return x, y

    def near(self, place, cells):
        x, y = self.axes()
        return np.exp(-(((x[None, :] - place[0]) ** 2 + (y[:, None] - place[1]) ** 2) / (2 * (cells * self.cell) ** 2)))

    def values(self, layer, half):
        places = self.places if half else [self.places[0], self.places[2]]
        if layer == "elevation":
            x, y = self.axes()
            rows, cols = np.indices((len(y), len(x)))
            rise = SLOPE.get(self.name, 0) * (x[None, :] - self.places[0][0]) + 0 * y[:, None]
            calm = np.max([self.near(place, 6) for place in places], axis=0) > 0.1
            return np.where(calm, rise, 4.0 * self.cell * ((rows // 2 + cols // 2) % 2))
        low, high = OWN.get(self.name, {}).get(layer, RASTERS.get(layer, (0.3, 0.3)))
        bump = np.max([self.near(place, 3) for place in places], axis=0)
        return np.where(bump > 0.5, high, low) if layer == "climate" else low + (high - low) * bump

    def samples(self, layer, entry, half):
        """Every fourth cell's centre, also around the grid as far as neighbours are looked for, and the places."""
        x, y = self.axes()
        low, high = SAMPLES.get(layer) or RASTERS[layer]
        places = self.places if half else [self.places[0], self.places[2]]
        east, north = (a.ravel() for a in np.meshgrid(x[0] + self.cell * np.arange(-24, len(x) + 24, 4), y[0] - self.cell * np.arange(-24, len(y) + 24, 4)))
        near = [np.exp(-((east - px) ** 2 + (north - py) ** 2) / (2 * (3 * self.cell) ** 2)) for px, py in places]
        at = list(zip(east, north, low + (high - low) * np.max(near, axis=0)))
        made = ogr.GetDriverByName("GPKG").CreateDataSource(str(self.folder / entry["vector"]))
        shapes = made.CreateLayer(layer, crs(self.epsg), ogr.wkbPoint)
        shapes.CreateField(ogr.FieldDefn(entry["attribute"], ogr.OFTReal))
        for east, north, value in at + [(*place, high) for place in places]:
            feature = ogr.Feature(shapes.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({east} {north})"))
            feature.SetField(0, value)
            shapes.CreateFeature(feature)

    def raster(self, file, bands):
        x, y = self.axes()
        made = gdal.GetDriverByName("GTiff").Create(str(self.folder / file), len(x), len(y), max(bands), gdal.GDT_Float32)
        made.SetGeoTransform((x[0] - self.cell / 2, self.cell, 0, y[0] + self.cell / 2, 0, -self.cell))
        made.SetSpatialRef(crs(self.epsg))
        for band in range(1, max(bands) + 1):
            made.GetRasterBand(band).WriteArray(bands.get(band, next(iter(bands.values()))))

    def cross(self, x, y):
        arm = 4 * self.cell
        return ogr.CreateGeometryFromWkt(f"MULTILINESTRING (({x - arm} {y}, {x + arm} {y}), ({x} {y - arm}, {x} {y + arm}))")

    def vector(self, layer, entry, half):
        file = entry["vector"]
        against = layer in AGAINST or f"{layer} of {self.name}" in AGAINST
        places = [self.places[2]] if against else [self.places[0]] if layer == "known" else self.places if half else [self.places[0], self.places[2]]
        made = ogr.GetDriverByName("GPKG").CreateDataSource(str(self.folder / file))
        shapes = made.CreateLayer(layer, crs(self.epsg), ogr.wkbUnknown)
        for x, y in places:
            feature = ogr.Feature(shapes.GetLayerDefn())
            point = ogr.CreateGeometryFromWkt(f"POINT ({x} {y})")
            line = self.cross(x, y) if f"{layer} of {self.name}" in LINES else None
            feature.SetGeometry(line if line else point.Buffer(4 * self.cell) if against else point if layer == "known" else point.Buffer(self.cell))
            shapes.CreateFeature(feature)


class Templates(unittest.TestCase):
    def each(self, look):
        self.assertEqual([file.stem for file in FILES], ["carbonatite", "iocg", "ionic-clay", "peralkaline", "placer", "plant"])
        for file in FILES:
            with self.subTest(template=file.stem):
                look(file.stem, file.read_text())

    def test_init_writes_them_and_help_lists_them(self):
        listed = lodescan("init", "--help").stdout.split("\nTemplates:\n")[1]

        def look(name, text):
            self.assertEqual(lodescan("init", name).stdout, text)
            summary = text.splitlines()[0][2:]
            self.assertIn(f"  {name:<12} {summary}\n", listed)

        self.each(look)
        self.assertEqual(len(listed.splitlines()), len(FILES))

    def test_unknown_names(self):
        for word, told in (("carbonatit", "did you mean 'carbonatite'?"), ("ionic_clay", "did you mean 'ionic-clay'?"),
                           ("gold", "there are: " + ", ".join(file.stem for file in FILES))):
            done = lodescan("init", word)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (64, "", f"lodescan: no template '{word}'; {told}\n"))

    def test_every_number_is_marked_and_every_source_listed(self):
        def look(name, text):
            lines, root = text.splitlines(), {key.value: value for key, value in yaml.compose(text).value}
            for key, value in root["criteria"].value:
                for entry, said in value.value:
                    if entry.value in (*OPERATIONS, "membership"):
                        here = entry.start_mark.line
                        self.assertTrue(re.search(MARK, lines[here]) or re.match(" *" + MARK, lines[here - 1]), f"{key.value}.{entry.value}")
            for key, value in root["rules"].value:
                self.assertTrue(any(re.search(MARK, line) for line in lines[key.start_mark.line:value.end_mark.line + 1]), key.value)
            for key, value in root["targets"].value:
                self.assertTrue(any(re.search(MARK, line) for line in lines[key.start_mark.line:value.end_mark.line + 1]), key.value)
            said = {word for found in re.findall(r"cited: ([^;(#\n]+)", text) for word in found.strip().split(", ")} - {"` with its source below"}
            sources = set(re.findall(r"(?m)^#   (?! )([^:]+): ", text.split("# Sources\n")[1].split("\nlodescan: 1")[0]))
            self.assertEqual(said, sources)

        self.each(look)

    def test_every_layer_says_what_to_bring(self):
        def look(name, text):
            lines, root = text.splitlines(), {key.value: value for key, value in yaml.compose(text).value}
            for key, value in root["layers"].value:
                line = key.start_mark.line
                above = line
                while re.match(r"  \w+:", lines[above]):
                    above -= 1
                self.assertTrue("  # " in lines[line] or lines[above].startswith("  # "), key.value)

        self.each(look)

    def test_each_finds_what_was_put_there(self):
        def look(name, text):
            folder = WORK / "templates" / name
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            land = Land(name, text, folder)
            land.make()
            (folder / "mine.yaml").write_text(text + "\noutputs: {criteria: true}\n")
            cell = f"--cell={land.cell}m"
            done = lodescan("check", folder / "mine.yaml", cell)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("warning", done.stderr)
            done = lodescan("run", folder / "mine.yaml", cell, f"--output={folder / 'out'}")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(lodescan("verify", folder / "out").returncode, 0)
            self.ranked(land)
            self.criteria(land, yaml.safe_load(text)["criteria"])
            if "validate" in text:
                told = json.loads((folder / "out/run.json").read_text())
                self.assertIn("validation", json.dumps(told))

        self.each(look)

    def ranked(self, land):
        """The first is the place with everything, the one with half of it is below, the forbidden one is not there."""
        listed = [site for site in sites(land.folder / "out") if site["status"] == "ranked"]
        surface = gdal.Open(str(next((land.folder / "out").glob("*_score.tif"))))
        x0, dx, _, y0, _, dy = surface.GetGeoTransform()
        score = surface.ReadAsArray()
        cells = [(int((y - y0) / dy), int((x - x0) / dx)) for x, y in land.places]
        apart = [np.hypot(listed[0]["cell_row"] - row, listed[0]["cell_col"] - col) for row, col in cells]
        self.assertLess(apart[0], 4, (listed[0], cells))
        best = listed[0]["score"]
        self.assertGreater(best, 0.7)
        around = score[cells[1][0] - 3:cells[1][0] + 4, cells[1][1] - 3:cells[1][1] + 4]
        self.assertLess(np.nanmax(around), best - 0.02)
        self.assertTrue(np.isnan(score[cells[2]]))

    def criteria(self, land, criteria):
        """Each line of evidence speaks for the place: no membership is the wrong way round."""
        x, y = land.places[0]
        for name, criterion in criteria.items():
            if "membership" not in criterion:
                continue
            file = gdal.Open(str(land.folder / f"out/criteria/{name}.tif"))
            x0, dx, _, y0, _, dy = file.GetGeoTransform()
            plane = file.GetRasterBand(2).ReadAsArray()
            here = plane[int((y - y0) / dy), int((x - x0) / dx)]
            self.assertGreater(here, 0.5, name)
            self.assertGreater(here, np.nanmedian(plane), name)


if __name__ == "__main__":
    unittest.main()
