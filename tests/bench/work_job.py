"""A whole run, raw layers to delivered files: six distances, slope, two reclasses, four rules, a weighted sum of nine, fifty peaks,
a heatmap and a GeoTIFF. One peer is GDAL's command-line tools, two at a time, with numpy for what they do not do (peer_tools.py); the other calls
GDAL's functions within two processes (peer_job.py), which spares it the starting of tools. Both deliver the score, the picture and the peaks, and no
more; so the program writes no report.html. Scores in its GeoTIFF are rounded to 16 significant bits, and deflated by ISA-L, which packs as at
level 1; the peers' are whole, at GDAL's own level."""
import csv

import numpy as np
from osgeo import gdal

import job_region
import place
from contest import Contender, contest, run

gdal.UseExceptions()


def ours(size):
    out = place.scratch(f"job_{size}_ours")
    return Contender("lodescan", [place.PROGRAM, "run", job_region.folder(size) + "/scenario.yaml", "-o", out, "--overwrite", "-q", "--no-report"])


def warm(contender):
    """A run before the first counted one: kernels of this scenario are compiled once a machine, not once a run."""
    run(contender.command)


def peaks(path):
    with open(path, newline="") as file:
        return [float(row["score"]) for row in csv.DictReader(file)]


def agree(size, mine, other):
    a, b = gdal.Open(f"{mine}/plant_score.tif"), gdal.Open(f"{other}/score.tif")
    if (a.RasterXSize, a.RasterYSize, a.GetGeoTransform()) != (b.RasterXSize, b.RasterYSize, b.GetGeoTransform()):
        return False, f"the grids differ: {a.RasterXSize} x {a.RasterYSize} against {b.RasterXSize} x {b.RasterYSize}"
    near = scored = differ = 0
    for first in range(0, size, 256):
        rows = min(256, size - first)
        x, y = (file.GetRasterBand(1).ReadAsArray(0, first, size, rows) for file in (a, b))
        both = np.isfinite(x) & np.isfinite(y)
        differ += np.count_nonzero(np.isfinite(x) != np.isfinite(y))
        scored += np.count_nonzero(both)
        near += np.count_nonzero(np.abs(x - y)[both] <= 0.01)
    first, second = peaks(f"{mine}/sites.csv"), peaks(f"{other}/peaks.csv")
    apart = max((abs(p - q) for p, q in zip(first, second)), default=1)
    note = (f"{100 * near / max(scored, 1):.3f} % of {scored} scored cells within 0.01; {differ} cells excluded in one alone (the peer's"
            f" distances are inexact); {len(first)} and {len(second)} peaks, scores apart by {apart:.4f}; the peer's MiB are its largest process's")
    good = scored > 0 and near >= 0.99 * scored and differ <= 1e-4 * size * size and len(first) == len(second) and apart <= 0.01
    return bool(good), note


def peer(name, size, script, missing=None):
    out = place.scratch(f"job_{size}_{script}")
    return Contender(name, [place.peer(script), job_region.folder(size), str(size), out], missing=missing,
                     agree=lambda: agree(size, place.scratch(f"job_{size}_ours"), out))


def tools(size):
    needed = ("gdal_rasterize", "gdal_proximity.py", "gdaldem", "gdal_translate")
    return peer("GDAL's tools and numpy, two at a time", size, "tools", next(filter(None, map(place.absent, needed)), None))


def in_process(size):
    return peer("GDAL and numpy, two processes", size, "job")


def job(size, rounds, asked):
    mine = ours(size)
    warm(mine)
    return contest("job", size, mine, [tools(size), in_process(size)], rounds)
