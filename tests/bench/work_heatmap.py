"""A GeoTIFF of scores to a picture of a pixel a cell: the run's heatmap against gdaldem color-relief with the same colours, nearest entry; both whole
processes, compared pixel by pixel."""
import os

import numpy as np
from osgeo import gdal

import place
from contest import Contender, contest, run

gdal.UseExceptions()
PROGRAM = os.path.join(place.BUILD, "tests", "bench", "heatmap_png")
STATES, COLOURS, ROWS = 4, 252, 256


def scores(size):
    """Waves with a little noise, and holes without data; uncompressed."""
    path = place.scratch(f"scores_{size}.tif")
    if not place.stale(path, __file__):
        return path
    file = gdal.GetDriverByName("GTiff").Create(path + ".part", size, size, 1, gdal.GDT_Float32)
    file.SetProjection("EPSG:32611")
    file.SetGeoTransform([200000, 100, 0, 5000000, 0, -100])
    file.GetRasterBand(1).SetNoDataValue(float("nan"))
    rng, x = np.random.default_rng(9), np.arange(size, dtype=np.float32)
    for first in range(0, size, ROWS):
        y = np.arange(first, min(first + ROWS, size), dtype=np.float32)[:, None]
        cells = 0.5 + 0.3 * np.sin(x / 97) * np.cos(y / 143) + 0.15 * np.sin((x + 2 * y) / 611) + 0.02 * rng.standard_normal((y.size, size), np.float32)
        cells[(x // 64 % 7 == 3) & (y // 64 % 5 == 1)] = np.nan
        file.GetRasterBand(1).WriteArray(np.clip(cells, 0, 1).astype(np.float32), 0, first)
    del file
    os.rename(path + ".part", path)
    return path


def ramp(mine):
    """The program's colours for the peer: entry k in the middle of its scores."""
    picture, path = gdal.Open(mine), place.scratch("ramp.txt")
    table = picture.GetRasterBand(1).GetColorTable()
    with open(path, "w") as file:
        file.write("nv %d %d %d 255\n" % table.GetColorEntry(1)[:3])
        for k in range(COLOURS):
            file.write("%.17g %d %d %d 255\n" % ((k + 0.5) / COLOURS, *table.GetColorEntry(STATES + k)[:3]))
    return path


def agree(size, mine, other):
    """A score at the very end of a colour may go to either side of it in one of them."""
    a, b = gdal.Open(mine), gdal.Open(other)
    colours = a.GetRasterBand(1).GetColorTable()
    table = np.array([colours.GetColorEntry(i)[:3] for i in range(STATES + COLOURS)], np.uint8)
    differ = far = 0
    for first in range(0, size, ROWS):
        rows = min(ROWS, size - first)
        entries, shown = a.ReadAsArray(0, first, size, rows), b.ReadAsArray(0, first, size, rows)[:3]
        wrong = (np.moveaxis(table[entries], 2, 0) != shown).any(axis=0)
        differ += np.count_nonzero(wrong)
        for entry, colour in zip(entries[wrong], shown[:, wrong].T):
            far += not any((table[min(max(entry + by, STATES), STATES + COLOURS - 1)] == colour).all() for by in (-1, 1))
    return differ <= 1e-4 * size * size and far == 0, f"{differ} of {size * size} pixels differ{', by one colour each' if differ else ''}" + (f"; {far} BY MORE" if far else "")


def heatmap(size, rounds, asked):
    source, mine, other = scores(size), place.scratch("heatmap_ours.png"), place.scratch("heatmap_gdal.png")
    ours = Contender("lodescan", [PROGRAM, source, mine])
    run(ours.command)  # for its colours
    command = ["gdaldem", "color-relief", "-q", "-of", "PNG", "-alpha", "-nearest_color_entry", source, ramp(mine), other]
    peer = Contender("gdaldem color-relief", command, fresh=(other,), missing=place.absent("gdaldem"), agree=lambda: agree(size, mine, other))
    return contest("heatmap", size, ours, [peer], rounds)
