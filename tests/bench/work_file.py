"""A whole process from mask file to distance file: `lodescan distance` against gdal_proximity.py, with the same options of GDAL's: ours deflates by ISA-L,
whose file is a quarter larger than that of GDAL's own level 6."""
import subprocess

import numpy as np
from osgeo import gdal

import place
from contest import Contender, contest

gdal.UseExceptions()
CELL_M = 100
WRITTEN = ("COMPRESS=DEFLATE", "PREDICTOR=3", "TILED=YES", "BIGTIFF=IF_SAFER")  # with NUM_THREADS, tiles make gdal_proximity.py twenty times slower


def mask_file(size):
    path = place.scratch(f"roads_{size}.tif")
    cells = np.memmap(place.made("roads", size), np.uint8, "r", shape=(size, size))
    file = gdal.GetDriverByName("GTiff").Create(path, size, size, 1, gdal.GDT_Byte, ["COMPRESS=DEFLATE", "TILED=YES"])
    file.SetProjection("EPSG:32611")
    file.SetGeoTransform([200000, CELL_M, 0, 5000000, 0, -CELL_M])
    file.GetRasterBand(1).WriteArray(cells)
    return path


def agree(mine, other):
    a, b = gdal.Open(mine), gdal.Open(other)
    differ = smaller = 0
    worst = 0.0
    for row in range(0, a.RasterYSize, 256):
        rows = min(256, a.RasterYSize - row)
        over = (b.ReadAsArray(0, row, None, rows).astype(float) - a.ReadAsArray(0, row, None, rows)) / CELL_M
        differ += np.count_nonzero(np.abs(over) > 1e-4)
        smaller += np.count_nonzero(over < -1e-3)
        worst = max(worst, float(np.max(over)))
    share = differ / (a.RasterXSize * a.RasterYSize)
    return bool(share <= 0.01 and smaller == 0), f"the peer is too large in {100 * share:.3f} % of cells, by up to {worst:.2f} cells" + (
        f"; SMALLER in {smaller}" if smaller else "")


def distance_file(size, rounds, asked):
    name = "gdal_proximity.py"
    if subprocess.run([place.PROGRAM, "distance", "--help"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        return contest("distance-file", size, Contender("lodescan", [], missing="no such command: lodescan distance"), [Contender(name, [])], rounds)
    mask, mine, other = mask_file(size), place.scratch("distance_ours.tif"), place.scratch("distance_gdal.tif")
    ours = Contender("lodescan", [place.PROGRAM, "distance", mask, mine, "-q", *(f"--co={word}" for word in WRITTEN)], fresh=(mine,))
    command = [name, mask, other, "-distunits", "GEO", "-ot", "Float32", "-q", *(part for word in WRITTEN for part in ("-co", word))]
    peer = Contender(name, command, fresh=(other,), missing=place.absent(name), agree=lambda: agree(mine, other))
    return contest("distance-file", size, ours, [peer], rounds)
