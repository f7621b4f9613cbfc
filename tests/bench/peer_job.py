#!/usr/bin/python3
"""The whole job as one would write it with GDAL and numpy, and write it well: two processes at once, single precision, bands of rows,
GDAL called in the process (no start of a tool for each step), nothing compressed but what is delivered.

  peer_job.py FOLDER SIZE OUT     OUT: score.tif (COG), heatmap.png, peaks.csv
"""
import csv
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from osgeo import gdal

import job_region as region

gdal.UseExceptions()
gdal.SetCacheMax(512 << 20)
ROWS = 128
RAMP = "nv 0 0 0 0\n0 68 1 84 255\n0.25 59 82 139 255\n0.5 33 145 140 255\n0.75 94 201 98 255\n1 253 231 37 255\n"


class Job:
    def __init__(self, folder, size, out):
        self.folder, self.size, self.out = folder, size, out

    def source(self, name):
        return os.path.join(self.folder, name)

    def scratch(self, name):
        return os.path.join(self.out, name)

    def raster(self, path, kind):
        driver = gdal.GetDriverByName("GTiff" if path else "MEM")
        file = driver.Create(path, self.size, self.size, 1, kind)
        file.SetProjection(region.reference().ExportToWkt())
        file.SetGeoTransform([region.WEST, region.CELL_M, 0, region.NORTH, 0, -region.CELL_M])
        return file


def burn(job, name, path=""):
    mask, vector = job.raster(path, gdal.GDT_Byte), gdal.OpenEx(job.source(f"{name}.gpkg"))
    options = ["ALL_TOUCHED=TRUE"] if name in region.LINES else []
    gdal.RasterizeLayer(mask, [1], vector.GetLayer(0), burn_values=[1], options=options)
    return mask


def prepare(job, name):
    """A plane as a file: slope, the parks' mask, or the distance to a layer."""
    path = job.scratch(f"{name}.tif")
    if name == "slope":
        gdal.DEMProcessing(path, job.source("elevation.tif"), "slope", slopeFormat="percent")
    elif name == "parks":
        burn(job, name, path)
    else:
        mask, plane = burn(job, name), job.raster(path, gdal.GDT_Float32)  # a band does not keep its file
        gdal.ComputeProximity(mask.GetRasterBand(1), plane.GetRasterBand(1), ["DISTUNITS=GEO"])


def score(job, half):
    """Every other band of rows."""
    files = {name: gdal.Open(job.scratch(f"{name}.tif")) for name in [*region.FAR_KM, "slope", "parks"]}
    files.update({name: gdal.Open(job.source(f"{name}.tif")) for name in ("geology", "cover")})
    tables = {}
    for name, scores in (("geology", region.GEOLOGY), ("cover", region.COVER)):
        tables[name] = np.zeros(256, np.float32)
        tables[name][list(scores)] = list(scores.values())
    out = np.memmap(job.scratch("score.bin"), np.float32, "r+", shape=(job.size, job.size))
    total = sum(region.WEIGHTS.values())
    for first in range(half * ROWS, job.size, 2 * ROWS):
        rows = min(ROWS, job.size - first)
        band = {name: file.GetRasterBand(1).ReadAsArray(0, first, job.size, rows) for name, file in files.items()}
        slope = band["slope"]
        steep = region.STEEP_PERCENT
        sum_ = region.WEIGHTS["flat"] * np.clip((np.float32(steep) - slope) / np.float32(steep - 2), 0, 1)
        for name, far in region.FAR_KM.items():
            sum_ += region.WEIGHTS[name] * np.clip(1 - band[name] * np.float32(1 / (1000 * far)), 0, 1)
        sum_ += region.WEIGHTS["rock"] * tables["geology"][band["geology"]]
        sum_ += region.WEIGHTS["land"] * tables["cover"][band["cover"]]
        sum_ *= np.float32(1 / total)
        excluded = (band["parks"] != 0) | (band["rivers"] <= region.RIVER_M) | (band["towns"] <= region.TOWN_M) | (slope > steep)
        sum_[excluded | (slope == -9999)] = np.nan
        out[first:first + rows] = sum_
    out.flush()


def deliver(job, what):
    {"cog": cog, "heatmap": heatmap, "peaks": peaks}[what](job)


def cog(job):
    options = ["COMPRESS=DEFLATE", "PREDICTOR=YES", "NUM_THREADS=ALL_CPUS"]
    gdal.Translate(job.scratch("score.tif"), job.scratch("score.vrt"), format="COG", creationOptions=options)


def heatmap(job):
    with open(job.scratch("ramp.txt"), "w") as file:
        file.write(RAMP)
    gdal.DEMProcessing(job.scratch("heatmap.png"), job.scratch("score.vrt"), "color-relief", format="PNG", colorFilename=job.scratch("ramp.txt"),
                       addAlpha=True)


def peaks(job):
    """The highest cell, and so on, none within the spacing of one chosen: maxima of tiles, looked at again where a peak took cells."""
    cells, tile = np.memmap(job.scratch("score.bin"), np.float32, "r", shape=(job.size, job.size)), 64
    free = np.nan_to_num(cells, nan=-1)
    tiles = -(-job.size // tile)
    best = np.full((tiles, tiles), -1, np.float32)
    for r in range(tiles):
        strip = free[r * tile:(r + 1) * tile].max(axis=0)
        best[r] = np.maximum.reduceat(strip, np.arange(0, job.size, tile))
    reach, chosen = region.spacing_m(job.size) / region.CELL_M, []
    while len(chosen) < region.PEAKS and best.max() > 0:
        tr, tc = np.unravel_index(np.argmax(best), best.shape)
        block = free[tr * tile:(tr + 1) * tile, tc * tile:(tc + 1) * tile]
        r, c = np.add(np.unravel_index(np.argmax(block), block.shape), (tr * tile, tc * tile))
        chosen.append((int(c), int(r), float(free[r, c])))
        r0, r1, c0, c1 = (int(max(v, 0)) for v in (r - reach, r + reach + 1, c - reach, c + reach + 1))
        near = free[r0:r1, c0:c1]
        rows, cols = np.ogrid[r0:r0 + near.shape[0], c0:c0 + near.shape[1]]
        near[(rows - r) ** 2 + (cols - c) ** 2 < reach * reach] = -1
        for row in range(r0 // tile, min(r1 // tile + 1, tiles)):
            for col in range(c0 // tile, min(c1 // tile + 1, tiles)):
                best[row, col] = free[row * tile:(row + 1) * tile, col * tile:(col + 1) * tile].max()
    with open(job.scratch("peaks.csv"), "w", newline="") as file:
        csv.writer(file).writerows([("col", "row", "score"), *chosen])


VRT = """<VRTDataset rasterXSize="{n}" rasterYSize="{n}"><SRS>EPSG:32611</SRS><GeoTransform>{west}, {cell}, 0, {north}, 0, -{cell}</GeoTransform>
<VRTRasterBand dataType="Float32" band="1" subClass="VRTRawRasterBand"><NoDataValue>nan</NoDataValue><SourceFilename relativeToVRT="1">score.bin</SourceFilename>
<ImageOffset>0</ImageOffset><PixelOffset>4</PixelOffset><LineOffset>{line}</LineOffset></VRTRasterBand></VRTDataset>"""


def started(folder, size, out):
    """The job, with an empty plane of scores that processes share."""
    job = Job(folder, int(size), out)
    os.makedirs(out, exist_ok=True)
    with open(job.scratch("score.bin"), "wb") as file:
        file.truncate(4 * job.size * job.size)
    with open(job.scratch("score.vrt"), "w") as file:
        file.write(VRT.format(n=job.size, west=region.WEST, north=region.NORTH, cell=region.CELL_M, line=4 * job.size))
    return job


def main(folder, size, out):
    job = started(folder, size, out)
    with ProcessPoolExecutor(2) as pool:
        for step, parts in ((prepare, [*region.FAR_KM, "slope", "parks"]), (score, range(2)), (deliver, ("heatmap", "cog", "peaks"))):
            list(pool.map(step, [job] * len(parts), parts))


if __name__ == "__main__":
    main(*sys.argv[1:])
