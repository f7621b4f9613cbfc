"""Indices through the whole program: against numpy on bands made here, and on real scenes against gdal_calc.py and GRASS's i.vi.
The formulas are written anew, by band number, from the publications."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import numpy as np
from osgeo import gdal

from ground import Ground, crs
from places import lodescan

COLS, ROWS = 31, 19
GRID = "grid: {crs: EPSG:32611, extent: [480000, 4200000, 483100, 4201900], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"
SENSORS = pathlib.Path(os.environ.get("LODESCAN_DATA", "/nowhere")) / "sensors"


def over(a, b):
    """A quotient where the divisor is more than 0."""
    with np.errstate(all="ignore"):
        return np.where(b > 0, a / b, np.nan)


def normal(a, b):
    return over(a - b, a + b)


def of_landsat_8(b):
    return {
        "ndvi": normal(b[5], b[4]), "savi": over(1.5 * (b[5] - b[4]), b[5] + b[4] + 0.5), "ndwi": normal(b[3], b[5]), "mndwi": normal(b[3], b[6]),
        "ndmi": normal(b[5], b[6]), "bare_soil": normal(b[6] + b[4], b[5] + b[2]), "ferric_iron": over(b[4], b[2]),
        "ferrous_silicates": over(b[6], b[5]), "ferrous_iron": over(b[7], b[5]) + over(b[3], b[4]), "gossan": over(b[6], b[4]),
        "clay": over(b[6], b[7])}


def of_landsat_7(b):
    names = {2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 7}
    return of_landsat_8({eight: b[seven] for eight, seven in names.items()})


def of_sentinel_2(b):
    return {
        "ndvi": normal(b["8"], b["4"]), "ferric_iron": over(b["4"], b["2"]), "ferrous_silicates": over(b["11"], b["8A"]),
        "ferrous_iron": over(b["12"], b["8A"]) + over(b["3"], b["4"]), "clay": over(b["11"], b["12"]), "iron_6_1": over(b["6"], b["1"]),
        "iron_6_8a": over(b["6"], b["8A"]), "iron_67_8a": over(b["6"] + b["7"], b["8A"]), "ndwi": normal(b["3"], b["8"])}


def of_aster(b):
    return {
        "ndvi": normal(b[3], b[2]), "ferric_iron": over(b[2], b[1]), "ferrous_silicates": over(b[5], b[4]),
        "ferrous_iron": over(b[5], b[3]) + over(b[1], b[2]), "clay": over(b[5] + b[7], b[6]), "hydroxyl": over(b[7], b[6]) * over(b[4], b[6]),
        "carbonate": over(b[7] + b[9], b[8]), "mg_oh": over(b[6] + b[9], b[8]), "calcite": over(b[6], b[8]) * over(b[9], b[8]),
        "dolomite": over(b[6] + b[8], b[7]), "quartz": over(b[11] ** 2, b[10] * b[12]), "carbonate_tir": over(b[13], b[14]),
        "gossan": over(b[4], b[2])}


class Scenes(Ground):
    def stack(self, name, bands):
        file = gdal.GetDriverByName("GTiff").Create(str(self.folder / name), COLS, ROWS, len(bands), gdal.GDT_Float32)
        file.SetGeoTransform((480000, 100, 0, 4201900, 0, -100))
        file.SetSpatialRef(crs(32611))
        for i, band in enumerate(bands, 1):
            file.GetRasterBand(i).WriteArray(band)

    def reflectances(self, count):
        """With negative, zero and missing pixels, so that no divisor is safe."""
        random = np.random.default_rng(count)
        bands = random.uniform(0.02, 0.6, (count, ROWS, COLS)).astype("f4")
        bands[random.random(bands.shape) < 0.04] = 0
        bands[random.random(bands.shape) < 0.04] *= -0.2
        bands[random.random(bands.shape) < 0.04] = np.nan
        return bands

    def indices(self, layers, expected, of="scene", grid=GRID):
        criteria = "".join(f"  {name}: {{index: {name}, of: {of}}}\n" for name in expected)
        return self.scan(layers, criteria + f"  z: {{index: {next(iter(expected))}, of: {of}, membership: {{linear: {{zero: 0, one: 1}}}}}}\n",
                         "targets: {deposit: {score: z}}\noutputs: {criteria: true}\n", grid)

    def raw(self, name):
        file = gdal.Open(str(self.folder / "out" / "criteria" / f"{name}.tif"))
        return file.GetRasterBand(1).ReadAsArray().astype(float)

    def agree(self, expected, rtol=2e-6):
        for name, values in expected.items():
            raw = self.raw(name)
            np.testing.assert_array_equal(np.isnan(raw), np.isnan(values), name)
            np.testing.assert_allclose(raw, values, rtol=rtol, atol=2e-6, err_msg=name)
            self.assertGreater(np.isfinite(raw).sum(), raw.size / 2, name)


class Made(Scenes):
    def check(self, sensor, bands, written, formulas):
        self.stack("scene.tif", list(bands.values()))
        expected = formulas({label: band.astype(float) for label, band in bands.items()})
        self.indices(f"  scene: {{raster: scene.tif, sensor: {sensor}, resample: nearest{written}}}\n", expected)
        self.agree(expected, rtol=2e-4)  # differences of like numbers lose digits

    def test_landsat_8(self):
        self.check("landsat_8", dict(enumerate(self.reflectances(7), 1)), "", of_landsat_8)

    def test_landsat_7_in_another_order(self):
        self.check("landsat_7", dict(zip((7, 5, 4, 3, 2, 1, 6), self.reflectances(7))), ", bands: [B7, 5, 4, b3, B02, 1, 6]", of_landsat_7)

    def test_sentinel_2(self):
        self.check("sentinel_2", dict(zip("1 2 3 4 5 6 7 8 8A 9 11 12".split(), self.reflectances(12))), "", of_sentinel_2)

    def test_aster(self):
        self.check("aster", dict(enumerate(self.reflectances(14), 1)), ", date: 2005-03-01", of_aster)

    def test_a_file_a_band(self):
        bands = self.reflectances(7)
        for i, band in enumerate(bands, 1):
            self.stack(f"LC09_B{i}.TIF", [band])
        expected = of_landsat_8({i: band.astype(float) for i, band in enumerate(bands, 1)})
        (self.folder / "LC09_B1.TIF").unlink()  # nothing reads it
        self.indices('  scene: {raster: "LC09_B{band}.TIF", sensor: landsat_9, resample: nearest}\n', expected)
        self.agree(expected, rtol=2e-4)

    def test_radioelements(self):
        k, u, th = np.abs(self.reflectances(3)) * [[[8]], [[10]], [[40]]]
        for name, values in (("k", k), ("u", u), ("th", th)):
            self.stack(f"{name}.tif", [values])
        k, u, th = (x.astype("f4").astype(float) for x in (k, u, th))
        expected = {"thorium_potassium": np.where(k >= 0.25, th / np.maximum(k, 1e-9), np.nan),
                    "uranium_potassium": np.where(k >= 0.25, u / np.maximum(k, 1e-9), np.nan),
                    "uranium_thorium": np.where(th >= 1, u / np.maximum(th, 1e-9), np.nan),
                    "uranium2_thorium": np.where(th >= 1, u ** 2 / np.maximum(th, 1e-9), np.nan),
                    "f_parameter": np.where(th >= 1, k * u / np.maximum(th, 1e-9), np.nan)}
        criteria = "".join(f"  {name}: {{index: {name}, of: {{potassium: k, uranium: u, thorium: th}}}}\n" for name in expected)
        layers = "".join(f"  {name}: {{raster: {name}.tif, resample: nearest}}\n" for name in ("k", "u", "th"))
        self.scan(layers, criteria + "  z: {value_of: k, membership: {linear: {zero: 0, one: 1}}}\n",
                  "targets: {deposit: {score: z}}\noutputs: {criteria: true}\n", GRID)
        self.agree(expected)

    def test_a_file_of_other_bands_is_refused(self):
        self.stack("scene.tif", self.reflectances(8))
        path = self.folder / "scenario.yaml"
        with self.assertRaises(AssertionError) as refused:
            self.indices("  scene: {raster: scene.tif, sensor: landsat_7}\n", {"clay": None})
        self.assertIn("scenario.yaml:5: layer 'scene.b5'", str(refused.exception))
        self.assertIn("has 8 bands where Landsat 7 ETM+ has 6: list those of the file in its order", str(refused.exception))
        self.assertTrue(path.exists())

    def masked(self, sensor, bands, quality, formulas, ndvi, water, hidden):
        """Two criteria: one by NDVI and NDWI alone, one by the scene's quality."""
        self.stack("scene.tif", bands)
        self.stack("qa.tif", [quality.astype("f4")])
        clay = formulas["clay"]
        with np.errstate(all="ignore"):
            told = ~np.isnan(ndvi) & ~np.isnan(water)
            expected = {"plain": np.where(told & ~(ndvi > 0.3) & ~(water > 0), clay, np.nan), "hid": np.where(hidden, np.nan, clay)}
        self.scan(f"  bare: {{raster: scene.tif, sensor: {sensor}, resample: nearest}}\n  scene: {{raster: scene.tif, sensor: {sensor}, qa: qa, "
                  "resample: nearest}\n  qa: {raster: qa.tif}\n",
                  "  plain: {index: clay, of: bare, mask: [vegetation, water], membership: {linear: {zero: 0, one: 1}}}\n"
                  "  hid: {index: clay, of: scene, mask: [cloud, shadow, snow, water]}\n",
                  "targets: {deposit: {score: plain, min_coverage: 0 percent}}\noutputs: {criteria: true}\n", GRID)
        self.assertTrue(0.05 < hidden.mean() < 0.95)
        for name, values in expected.items():
            np.testing.assert_array_equal(np.isnan(self.raw(name)), np.isnan(values), name)
            np.testing.assert_allclose(self.raw(name), values, rtol=1e-6)

    def test_masks_by_bits(self):
        bands = self.reflectances(7)
        b = dict(enumerate(bands.astype(float), 1))
        quality = np.random.default_rng(5).integers(0, 2, (ROWS, COLS)) * 2 ** np.random.default_rng(6).integers(0, 16, (ROWS, COLS))
        hidden = sum(quality // 2 ** n % 2 for n in (1, 2, 3, 4, 5, 7)) > 0
        self.masked("landsat_8", bands, quality, of_landsat_8(b), normal(b[5], b[4]), normal(b[3], b[5]), hidden)

    def test_masks_by_classes(self):
        bands = self.reflectances(12)
        b = dict(zip("1 2 3 4 5 6 7 8 8A 9 11 12".split(), bands.astype(float)))
        quality = np.random.default_rng(5).integers(1, 12, (ROWS, COLS))
        hidden = np.isin(quality, (8, 9, 10, 3, 11, 6))
        self.masked("sentinel_2", bands, quality, of_sentinel_2(b), normal(b["8"], b["4"]), normal(b["3"], b["8"]), hidden)

    def test_products_are_scaled_and_others_warned_of(self):
        stored = np.random.default_rng(3).integers(7500, 40000, (7, ROWS, COLS)).astype("f4")
        stored[:, 3, 4] = 0
        self.stack("scene.tif", list(stored))
        b = dict(enumerate(np.where(stored == 0, np.nan, stored.astype(float) * 0.0000275 - 0.2), 1))
        expected = of_landsat_8(b)
        done = self.indices("  scene: {raster: scene.tif, sensor: landsat_8, scaled: landsat_2_sr, resample: nearest}\n", expected)
        self.agree(expected, rtol=2e-4)
        self.assertNotIn("stored numbers", done.stderr)
        done = self.indices("  scene: {raster: scene.tif, sensor: landsat_8, resample: nearest}\n", ["clay", "ndvi"])
        self.assertEqual(done.stderr.count("look like stored numbers rather than reflectances"), 1, done.stderr)
        self.assertIn("scenario.yaml:5: layer 'scene'", done.stderr)
        self.assertIn("write `scaled: landsat_2_sr`", done.stderr)
        done = self.indices("  scene: {raster: scene.tif, sensor: landsat_8, resample: nearest, scale: 1}\n", ["clay"])
        self.assertNotIn("stored numbers", done.stderr)

    def test_bits(self):
        self.stack("qa.tif", [np.arange(ROWS * COLS, dtype="f4").reshape(ROWS, COLS) * 111])
        codes = (np.arange(ROWS * COLS).reshape(ROWS, COLS) * 111)
        self.scan("  qa: {raster: qa.tif, resample: nearest}\n",
                  '  bits: {formula: "bits(qa, 5, 7)", membership: {linear: {zero: 0, one: 1}}}\n  bit: {formula: "where(bit(qa, 3), 1, 0)"}\n',
                  "targets: {deposit: {score: bits}}\noutputs: {criteria: true}\n", GRID)
        self.agree({"bits": codes >> 5 & 127, "bit": codes >> 3 & 1}, rtol=0)


class Spectra(Scenes):
    """A spectrum whose depths are known in closed form: a straight continuum, times 1 - depth of a Gaussian at each absorption of neodymium.
    Its width is such that the shoulders are free of it. Bands are where an instrument has them, never at the nominal wavelengths."""
    CENTRES = np.arange(421.3, 1000, 6.1)
    SIGMA = 3.5

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(744)
        self.level, self.rise = random.uniform(0.1, 0.6, (ROWS, COLS)), random.uniform(-2e-4, 4e-4, (ROWS, COLS))
        self.depths = {nm: random.uniform(0, 0.3, (ROWS, COLS)) for nm in (580, 744, 802, 870)}
        self.depths[744][::2] = 0  # half of the cells lack one of the two
        self.bands = [self.reflectance(nm) for nm in self.CENTRES]

    def continuum(self, nm):
        return self.level + self.rise * (nm - 421.3)

    def dip(self, centre, nm):
        return self.depths[centre] * np.exp(-((nm - centre) / self.SIGMA) ** 2 / 2)

    def reflectance(self, nm):
        return self.continuum(nm) * np.prod([1 - self.dip(centre, nm) for centre in self.depths], axis=0)

    def nearest(self, nm):
        return self.CENTRES[np.argmin(np.abs(self.CENTRES - nm))]

    def closed_form(self):
        """The dip at the band itself; the continuum being straight, removing it leaves nothing else."""
        depths = {f"nd_{nm}": self.dip(nm, self.nearest(nm)) for nm in self.depths}
        return {**depths, "neodymium": np.minimum(depths["nd_744"], depths["nd_802"])}

    def check(self, layer):
        expected = self.closed_form()
        self.indices(f"  scene: {{{layer}, resample: nearest}}\n", expected)
        for name, values in expected.items():
            np.testing.assert_allclose(self.raw(name), values, atol=2e-5, err_msg=name)  # tails of a dip reach its shoulders by less
            self.assertGreater(values.std(), 0.01)
        nominal = 1 - self.reflectance(self.nearest(744)) / (self.reflectance(self.nearest(716)) + (744 - 716) / (775 - 716) * (
            self.reflectance(self.nearest(775)) - self.reflectance(self.nearest(716))))
        self.assertGreater(np.abs(nominal - expected["nd_744"]).max(), 1e-3)  # the nominal wavelengths would have been wrong

    def test_envi(self):
        self.stack("scene.tif", self.bands)
        gdal.Translate(str(self.folder / "scene.img"), str(self.folder / "scene.tif"), format="ENVI")
        header = self.folder / "scene.hdr"
        waves = ", ".join(f"{nm / 1000:.6f}" for nm in self.CENTRES)
        header.write_text(header.read_text() + f"wavelength units = Micrometers\nwavelength = {{{waves}}}\n")
        self.check("raster: scene.img, sensor: enmap")
        self.assertIn("band 54 of 95, 744.6 nm", (self.folder / "out" / "run.json").read_text())

    def test_a_list_beside_the_file(self):
        self.stack("scene.tif", self.bands)
        (self.folder / "waves.csv").write_text("band,wavelength\n" + "".join(f"{i},{nm:.1f}\n" for i, nm in enumerate(self.CENTRES, 1)))
        self.check("raster: scene.tif, sensor: prisma, wavelengths: waves.csv")
        (self.folder / "waves.csv").write_text("".join(f"{nm:.1f}\n" for nm in self.CENTRES))
        self.check("raster: scene.tif, sensor: spectrometer, wavelengths: waves.csv")

    def test_descriptions(self):
        self.stack("scene.tif", self.bands)
        file = gdal.Open(str(self.folder / "scene.tif"), gdal.GA_Update)
        for i, nm in enumerate(self.CENTRES, 1):
            file.GetRasterBand(i).SetDescription(f"Band {i} ({nm:.1f} nm)")
        del file
        self.check("raster: scene.tif, sensor: emit")

    def refused(self, layer, index="nd_744"):
        with self.assertRaises(AssertionError) as refused:
            self.indices(f"  scene: {{{layer}}}\n", {index: None})
        return str(refused.exception)

    def test_files_that_do_not_say(self):
        self.stack("scene.tif", self.bands)
        self.assertRegex(self.refused("raster: scene.tif, sensor: enmap"),
                         "scenario.yaml:5: layer 'scene.w716'.* does not say the wavelengths of its bands: .*`wavelengths: FILE`")
        (self.folder / "waves.csv").write_text("".join(f"{nm:.1f}\n" for nm in self.CENTRES[:-1]))
        self.assertRegex(self.refused("raster: scene.tif, sensor: enmap, wavelengths: waves.csv"), f"ends with band {len(self.CENTRES) - 1} where the file has")
        self.assertRegex(self.refused("raster: scene.tif, sensor: enmap, wavelengths: wave.csv"), "wave.csv cannot be opened")
        (self.folder / "waves.csv").write_text("".join(f"{nm:.1f}\n" for nm in self.CENTRES))
        self.assertRegex(self.refused("raster: scene.tif, sensor: enmap, wavelengths: waves.csv", "clay"), "no band within 10 nm of 2165 nm; the nearest is")


class Listed(unittest.TestCase):
    def test_of_a_sensor_and_all(self):
        every = {row["name"]: row for row in json.loads(lodescan("indices", "--json").stdout)}
        aster = {row["name"]: row for row in json.loads(lodescan("indices", "aster", "--json").stdout)}
        self.assertLess(len(aster), len(every))
        self.assertEqual([row["formula"] for row in aster["clay"]["formulas"]], ["ratio(swir_2165 + swir_2260, swir_2205)"])
        self.assertEqual(len(every["clay"]["formulas"]), 2)
        self.assertNotIn("iron_6_1", aster)
        self.assertEqual(every["thorium_potassium"]["minimum"], 0.25)
        words = lodescan("indices").stdout
        for name in every:
            self.assertIn(f"  {name}: ", words)

    def test_an_unknown_sensor(self):
        done = lodescan("indices", "astre")
        self.assertEqual(done.returncode, 64)
        self.assertIn("no sensor 'astre', did you mean 'aster'?", done.stderr)


# The ten of a scene without a coastal band, for gdal_calc.py, in the letters of Landsat 7's six bands: A blue ... F SWIR2.
TEN = {
    "ndvi": "(D-C)/(D+C)", "savi": "1.5*(D-C)/(D+C+0.5)", "ndwi": "(B-D)/(B+D)", "mndwi": "(B-E)/(B+E)", "ndmi": "(D-E)/(D+E)",
    "bare_soil": "((E+C)-(D+A))/((E+C)+(D+A))", "ferric_iron": "C/A", "ferrous_silicates": "E/D", "ferrous_iron": "F/D+B/C", "gossan": "E/C",
    "clay": "E/F"}
IN_GRASS = {"ndvi": "red=c nir=d", "savi": "red=c nir=d", "ndwi": "green=b nir=d"}


class Compared(Scenes):
    """Values of real scenes, laid on a lattice of 30 m so that pixels are cells and nothing is resampled."""

    def scene(self, path, first):
        """A copy whose first band is blue; its grid."""
        file = gdal.Open(str(path))
        self.size = file.RasterXSize, file.RasterYSize
        corners = [600000, 4200000 + 30 * self.size[1], 600000 + 30 * self.size[0], 4200000]
        gdal.Translate(str(self.folder / "scene.tif"), file, outputBounds=corners, outputSRS="EPSG:32611",
                       bandList=list(range(first, file.RasterCount + 1)))
        return (f"grid: {{crs: EPSG:32611, extent: [{corners[0]}, {corners[3]}, {corners[2]}, {corners[1]}], extent_crs: EPSG:32611, cell: 30 m, "
                "margin: 0 m}\n")

    def calc(self, expression):
        letters = [word for i, letter in enumerate("ABCDEF", 1) for word in (f"-{letter}", "scene.tif", f"--{letter}_band={i}")]
        expression = re.sub("[A-F]", r"\g<0>.astype(float)", expression)
        done = subprocess.run(["gdal_calc.py", *letters, f"--calc={expression}", "--outfile=calc.tif", "--type=Float64", "--overwrite", "--quiet",
                               "--hideNoData"], capture_output=True, text=True, timeout=120, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return gdal.Open(str(self.folder / "calc.tif")).ReadAsArray()

    def grass(self):
        """i.vi's answers, all in one session."""
        gdal.Translate(str(self.folder / "float.tif"), str(self.folder / "scene.tif"), outputType=gdal.GDT_Float64)  # whole numbers it divides by 255
        lines = ["set -e"] + [f"r.in.gdal -o --o --q input=float.tif band={i} output={letter}" for i, letter in enumerate("abcdef", 1)]
        lines += ["g.region raster=a"]
        for name, bands in IN_GRASS.items():
            lines += [f"i.vi --o --q viname={name} output={name} {bands}",
                      f"r.out.gdal --o --q -c input={name} output=grass_{name}.tif format=GTiff type=Float64"]
        (self.folder / "vi.sh").write_text("\n".join(lines))
        done = subprocess.run(["grass", "--tmp-location", "EPSG:32611", "--exec", "bash", "vi.sh"], capture_output=True, text=True, timeout=240,
                              cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {name: gdal.Open(str(self.folder / f"grass_{name}.tif")).ReadAsArray() for name in IN_GRASS}

    def compare(self, expected, who):
        for name, values in expected.items():
            raw = self.raw(name)
            self.assertEqual(raw.shape, self.size[::-1])
            known = np.isfinite(raw)
            self.assertGreater(known.mean(), 0.9, name)
            self.assertTrue(np.isfinite(values[known]).all(), name)
            worst = np.abs(raw - values)[known].max()
            print(f"{who:9} {name:18} {known.sum()} cells of {raw.size}, at most {worst:.2e} apart, from {values[known].min():.4f} to {values[known].max():.4f}")
            self.assertLess(worst, 2e-6 * max(1, np.abs(values[known]).max()), name)
            self.assertGreater(values[known].std(), 0.01, name)

    def check(self, sensor, path, first, written):
        grid = self.scene(path, first)
        self.indices(f"  scene: {{raster: scene.tif, sensor: {sensor}, resample: nearest{written}}}\n", TEN, grid=grid)
        self.compare({index: self.calc(text) for index, text in TEN.items()}, "gdal_calc")
        if shutil.which("grass"):
            self.compare(self.grass(), "i.vi")


@unittest.skipUnless((SENSORS / "landsat7_olinda.tif").exists(), "LODESCAN_DATA names no folder with sensors/landsat7_olinda.tif")
class Real(Compared):
    def test_landsat_7(self):
        self.check("landsat_7", SENSORS / "landsat7_olinda.tif", 1, "")

    def test_landsat_8(self):
        self.check("landsat_8", SENSORS / "landsat8_elkton.tif", 2, ", bands: [2, 3, 4, 5, 6, 7]")


if __name__ == "__main__":
    unittest.main()
