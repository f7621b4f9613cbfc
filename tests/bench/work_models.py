"""A score learnt from 400 known places and ten layers, files to files: the counting pass, the fit, the fused pass, surfaces, picture and sites. The
peer (peer_models.py) delivers the score alone; a regression's zeros are drawn by each its own way, so that coefficients differ by chance."""
import numpy as np
from osgeo import gdal

import models_region
import place
from contest import Contender, contest, run

gdal.UseExceptions()


def agree(size, kind, mine, other):
    a, b = gdal.Open(f"{mine}/deposit_score.tif"), gdal.Open(f"{other}/score.tif")
    worst, spread = 0.0, 0.0
    for first in range(0, size, 256):
        rows = min(256, size - first)
        x, y = (file.GetRasterBand(1).ReadAsArray(0, first, size, rows).astype(float) for file in (a, b))
        x, y = np.log(x / (1 - x)), np.log(y / (1 - y))
        worst, spread = max(worst, float(np.max(np.abs(x - y)))), max(spread, float(np.std(x)))
    return worst <= (1e-3 if kind == "woe" else 0.3 * spread), f"largest difference of logits {worst:.2e}, whose deviation is {spread:.2f}"


def models(kind, size, rounds):
    folder, mine, other = models_region.folder(size), place.scratch(f"models_{kind}_{size}_ours"), place.scratch(f"models_{kind}_{size}_peer")
    ours = Contender("lodescan", [place.PROGRAM, "run", f"{folder}/{kind}.yaml", "-o", mine, "--overwrite", "-q"])
    run(ours.command)  # kernels are compiled once a machine
    peer = Contender("GDAL and numpy, two processes", [place.peer("models"), folder, str(size), kind, other],
                     agree=lambda: agree(size, kind, mine, other))
    return contest(f"models-{kind}", size, ours, [peer], rounds)


def models_woe(size, rounds, asked):
    return models("woe", size, rounds)


def models_logistic(size, rounds, asked):
    return models("logistic", size, rounds)
