"""A whole process from mask file to distance file: `lodescan distance` against gdal_proximity.py, written in the same way."""
import subprocess

import numpy as np
from osgeo import gdal

import place
from contest import Contender, contest, run

gdal.UseExceptions()
CELL_M = 100


def mask_file(size):
    path = place.scratch(f"roads_{size}.tif")
    cells = np.memmap(place.made("roads", size), np.uint8, "r", shape=(size, size))
    file = gdal.GetDriverByName("GTiff").Create(path, size, size, 1, gdal.GDT_Byte, ["COMPRESS=DEFLATE", "TILED=YES"])
    file.SetProjection("EPSG:32611")
    file.SetGeoTransform([200000, CELL_M, 0, 5000000, 0, -CELL_M])
    file.GetRasterBand(1).WriteArray(cells)
    return path


def creation_options(path):
    """What a file was compressed with, for a peer to do the same."""
    file = gdal.Open(path)
    structure = file.GetMetadata("IMAGE_STRUCTURE")
    words = [f"{option}={structure[key]}" for option, key in (("COMPRESS", "COMPRESSION"), ("PREDICTOR", "PREDICTOR")) if key in structure]
    block = file.GetRasterBand(1).GetBlockSize()
    if block[0] != file.RasterXSize:
        words += ["TILED=YES", f"BLOCKXSIZE={block[0]}", f"BLOCKYSIZE={block[1]}"]
    return [part for word in [*words, "NUM_THREADS=ALL_CPUS", "BIGTIFF=IF_SAFER"] for part in ("-co", word)]


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
    ours = Contender("lodescan", [place.PROGRAM, "distance", mask, mine, "--overwrite", "-q"])
    run(ours.command)  # what it writes decides what the peer is asked for
    command = [name, mask, other, "-distunits", "GEO", "-ot", "Float32", "-q", *creation_options(mine)]
    peer = Contender(name, command, missing=place.absent(name), agree=lambda: agree(mine, other))
    return contest("distance-file", size, ours, [peer], rounds)
