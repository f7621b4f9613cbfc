#!/usr/bin/python3
"""The whole job with GDAL's command-line tools, as a user runs them from a script, two at a time; numpy, in two processes, for reclasses, sum and
peaks. Single precision; nothing is compressed but what is delivered.

  peer_tools.py FOLDER SIZE OUT     OUT: score.tif (COG), heatmap.png, peaks.csv
"""
import os
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import job_region as region
import peer_job

CACHE_MB = 512


def tool(*words):
    subprocess.run([*map(str, words)], check=True, stdout=subprocess.DEVNULL, env={**os.environ, "GDAL_CACHEMAX": str(CACHE_MB)})


def burn(job, name, path):
    east, south = region.WEST + job.size * region.CELL_M, region.NORTH - job.size * region.CELL_M
    touched = ["-at"] if name in region.LINES else []
    tool("gdal_rasterize", "-q", *touched, "-burn", 1, "-ot", "Byte", "-te", region.WEST, south, east, region.NORTH, "-tr", region.CELL_M,
         region.CELL_M, job.source(f"{name}.gpkg"), path)


def prepare(job, name):
    """A plane as a file: slope, the parks' mask, or the distance to a layer."""
    path, mask = job.scratch(f"{name}.tif"), job.scratch(f"{name}_mask.tif")
    if name == "slope":
        tool("gdaldem", "slope", "-q", "-p", job.source("elevation.tif"), path)
    elif name == "parks":
        burn(job, name, path)
    else:
        burn(job, name, mask)
        tool("gdal_proximity.py", "-q", mask, path, "-distunits", "GEO", "-ot", "Float32")


def deliver(job, what):
    if what == "cog":
        tool("gdal_translate", "-q", "-of", "COG", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=YES", "-co", "NUM_THREADS=ALL_CPUS",
             job.scratch("score.vrt"), job.scratch("score.tif"))
    elif what == "heatmap":
        with open(job.scratch("ramp.txt"), "w") as file:
            file.write(peer_job.RAMP)
        tool("gdaldem", "color-relief", "-q", "-of", "PNG", "-alpha", job.scratch("score.vrt"), job.scratch("ramp.txt"), job.scratch("heatmap.png"))
    else:
        peer_job.peaks(job)


def main(folder, size, out):
    shutil.rmtree(out, ignore_errors=True)
    job = peer_job.started(folder, size, out)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: prepare(job, name), [*region.FAR_KM, "slope", "parks"]))
        with ProcessPoolExecutor(2) as numpy:
            list(numpy.map(peer_job.score, [job] * 2, range(2)))
        list(pool.map(lambda what: deliver(job, what), ("heatmap", "cog", "peaks")))


if __name__ == "__main__":
    main(*sys.argv[1:])
