"""Every picture of the guide is what the program makes today. LODE_UPDATE=1 makes them anew in docs/.

Heatmaps hold no letters: their pixels are compared one by one. Diagrams and sheets are reduced to half their size, in a few colours, and fonts
differ between machines: most of their ground must agree."""
import os
import pathlib
import re
import unittest

import numpy
from osgeo import gdal

from page import NOT_RUN, SOURCE, blocks, folder_for, run_line

gdal.UseExceptions()
SCAN = pathlib.Path("out/demo/scan")
WHOLE = {"demo_heatmap.png": SCAN / "deposit_heatmap.png", "demo_plant.png": SCAN / "plant_heatmap.png"}
HALVED = {"demo_map.png": SCAN / "deposit_map.png", "demo_success_rate.png": SCAN / "validation/deposit/success_rate.png", "demo_rules.png": SCAN / "plant_rules.png",
          "demo_ranks.png": pathlib.Path("out/whatif/plant_ranks.png")}
COLOURS, MOST_BYTES = 250, 150_000


def pixels(path):
    """[band][row][column], red, green, blue and opacity."""
    return gdal.Translate("", str(path), format="MEM", rgbExpand="rgba").ReadAsArray() if gdal.Open(str(path)).RasterCount == 1 else \
        gdal.Open(str(path)).ReadAsArray()


def halved(path):
    whole = pixels(path)[:3].astype(float)
    rows, cols = whole.shape[1] // 2 * 2, whole.shape[2] // 2 * 2
    return sum(whole[:, i:rows:2, j:cols:2] for i in (0, 1) for j in (0, 1)) / 4


def write_halved(source, target):
    values = numpy.round(halved(source)).astype(numpy.uint8)
    memory = gdal.GetDriverByName("MEM").Create("", values.shape[2], values.shape[1], 3)
    memory.WriteArray(values)
    table, few = gdal.ColorTable(), gdal.GetDriverByName("MEM").Create("", values.shape[2], values.shape[1], 1)
    gdal.ComputeMedianCutPCT(*(memory.GetRasterBand(band) for band in (1, 2, 3)), COLOURS, table)
    palette = numpy.array([table.GetColorEntry(i)[:3] for i in range(table.GetCount())], float)
    distances = [((values - colour[:, None, None]) ** 2).sum(axis=0) for colour in palette]
    few.GetRasterBand(1).SetColorTable(table)
    few.GetRasterBand(1).WriteArray(numpy.argmin(distances, axis=0).astype(numpy.uint8))
    gdal.GetDriverByName("PNG").CreateCopy(str(target), few, options=["ZLEVEL=9"])
    pathlib.Path(f"{target}.aux.xml").unlink(missing_ok=True)


class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_for(SOURCE / "docs/pictures_of_demo")
        for _, name, lines, _ in blocks(SOURCE / "docs/tutorial.md"):
            if name == "whatif.yaml":
                (cls.folder / name).write_text("\n".join(lines) + "\n")
        for line in (NOT_RUN["datasets/demo/run"][1] + " --map=png", "lodescan run whatif.yaml --data=out/demo/data -o out/whatif",
                     """lodescan validate out/demo/scan out/demo/data/truth.geojson --where="kind = 'deposit'" """):
            code, said = run_line(line, cls.folder)
            assert code == 0, said
        if "LODE_UPDATE" in os.environ:
            for name, source in WHOLE.items():
                (SOURCE / "docs" / name).write_bytes((cls.folder / source).read_bytes())
            for name, source in HALVED.items():
                write_halved(cls.folder / source, SOURCE / "docs" / name)

    def test_heatmaps(self):
        for name, source in WHOLE.items():
            self.assertTrue(numpy.array_equal(pixels(SOURCE / "docs" / name), pixels(self.folder / source)), name)

    def test_with_letters(self):
        for name, source in HALVED.items():
            shown, made = pixels(SOURCE / "docs" / name)[:3].astype(float), halved(self.folder / source)
            self.assertEqual(shown.shape, made.shape, name)
            self.assertLess((numpy.abs(shown - made).max(axis=0) > 80).mean(), 0.02, name)

    def test_no_other_picture(self):
        pages = [SOURCE / "README.md", *(SOURCE / "docs").glob("*.md")]
        shown = {(page.parent / name).resolve() for page in pages for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text())}
        made = {(SOURCE / "docs" / name).resolve() for name in [*WHOLE, *HALVED]}
        self.assertEqual(shown, made)
        self.assertEqual(set((SOURCE / "docs").resolve().glob("*.png")), made)
        self.assertEqual([path.name for path in made if path.stat().st_size > MOST_BYTES], [])


if __name__ == "__main__":
    unittest.main()
