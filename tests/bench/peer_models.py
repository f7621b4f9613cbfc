#!/usr/bin/python3
"""Weights of evidence and logistic regression as one would write them with GDAL and numpy, and write them well: two processes, each with every
other band of rows, single precision where it is enough, a look at each layer for the counts and one for the score.

  peer_models.py FOLDER SIZE woe|logistic OUT     OUT: score.tif (deflate 1), and no picture, sites, tables or deviation
"""
import math
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from osgeo import gdal, ogr

import models_region as region

gdal.UseExceptions()
gdal.SetCacheMax(256 << 20)
ROWS, NEGATIVES, UNIT_KM2, CONTRAST = 64, 50000, 0.01, 2
CELL_KM2 = (region.CELL_M / 1000) ** 2


class Work:
    def __init__(self, folder, size, kind, out):
        self.folder, self.size, self.kind, self.out = folder, size, kind, out
        layer = ogr.Open(os.path.join(folder, "known.gpkg"))
        cells = {(int((region.NORTH - f.geometry().GetY()) // region.CELL_M), int((f.geometry().GetX() - region.WEST) // region.CELL_M))
                 for f in layer.GetLayer(0)}
        self.rows, self.cols = np.array(sorted(cells)).T

    def bands(self, half):
        files = [gdal.Open(os.path.join(self.folder, f"l{i}.tif")) for i in range(region.LAYERS)]
        for first in range(half * ROWS, self.size, 2 * ROWS):
            rows = min(ROWS, self.size - first)
            yield first, rows, [file.GetRasterBand(1).ReadAsArray(0, first, self.size, rows) for file in files]


def count(work, half):
    """Cells of each class of each layer, and the classes of known places."""
    cells, points = np.zeros((region.LAYERS, 10), np.int64), np.zeros((region.LAYERS, 10), np.int64)
    breaks = np.array(region.BREAKS, np.float32)
    for first, rows, layers in work.bands(half):
        here = (work.rows >= first) & (work.rows < first + rows)
        for i, layer in enumerate(layers):
            above = [np.count_nonzero(layer > b) for b in breaks]
            cells[i] += -np.diff([layer.size, *above, 0])
            points[i] += np.bincount(np.searchsorted(breaks, layer[work.rows[here] - first, work.cols[here]]), minlength=10)
    return cells, points


def sample(work, half):
    """Evidence at known places and at cells drawn by chance."""
    random = np.random.default_rng(half)
    drawn = np.sort(random.choice(work.size * work.size // 2, NEGATIVES // 2, replace=False))
    ones, zeros, before = [], [], 0
    for first, rows, layers in work.bands(half):
        here = (work.rows >= first) & (work.rows < first + rows)
        ones.append(np.stack([layer[work.rows[here] - first, work.cols[here]] for layer in layers], axis=1))
        inside = drawn[(drawn >= before) & (drawn < before + rows * work.size)] - before
        zeros.append(np.stack([layer.ravel()[inside] for layer in layers], axis=1))
        before += rows * work.size
    return np.concatenate(ones), np.concatenate(zeros)


def weigh(cells, points):
    """(cut, W below, W above) of one layer, or None."""
    units, n, best = cells.sum() * CELL_KM2 / UNIT_KM2, points.sum(), None
    for k, (area, inside) in enumerate(zip(np.cumsum(cells)[:-1] * CELL_KM2 / UNIT_KM2, np.cumsum(points)[:-1])):
        a, b, c, d = inside, n - inside, area - inside, units - area - (n - inside)
        if min(a, b, c, d) <= 0:
            a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
        plus, minus = math.log(a / (a + b) / (c / (c + d))), math.log(b / (a + b) / (d / (c + d)))
        ratio = (plus - minus) / math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        if ratio >= CONTRAST and (best is None or ratio > best[0]):
            best = ratio, region.BREAKS[k], plus, minus
    return best and best[1:]


def fit(ones, zeros):
    x = np.concatenate([ones, zeros]).astype(float)
    x, y = np.column_stack([np.ones(len(x)), x]), np.concatenate([np.ones(len(ones)), np.zeros(len(zeros))])
    beta = np.zeros(x.shape[1])
    for _ in range(20):
        p = 1 / (1 + np.exp(-x @ beta))
        beta += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]), x.T @ (y - p))
    return beta


def score(work, half, constant, terms):
    """terms: (layer, cut, W below, W above), or (layer, slope)."""
    out = np.memmap(os.path.join(work.out, "score.bin"), np.float32, "r+", shape=(work.size, work.size))
    for first, rows, layers in work.bands(half):
        logit = np.full((rows, work.size), constant, np.float32)
        for i, *numbers in terms:
            if len(numbers) == 1:
                logit += layers[i] * np.float32(numbers[0])
            else:
                logit += np.where(layers[i] <= np.float32(numbers[0]), np.float32(numbers[1]), np.float32(numbers[2]))
        np.negative(logit, out=logit)
        np.exp(logit, out=logit)
        logit += 1
        np.reciprocal(logit, out=out[first:first + rows])


def deliver(work):
    plane = np.memmap(os.path.join(work.out, "score.bin"), np.float32, "r", shape=(work.size, work.size))
    file = gdal.GetDriverByName("GTiff").Create(os.path.join(work.out, "score.tif"), work.size, work.size, 1, gdal.GDT_Float32,
                                                ["TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1", "PREDICTOR=3", "NUM_THREADS=ALL_CPUS"])
    file.SetProjection(region.reference().ExportToWkt())
    file.SetGeoTransform([region.WEST, region.CELL_M, 0, region.NORTH, 0, -region.CELL_M])
    for row in range(0, work.size, 512):
        file.GetRasterBand(1).WriteArray(plane[row:row + 512], 0, row)


def main(folder, size, kind, out):
    os.makedirs(out, exist_ok=True)
    work = Work(folder, int(size), kind, out)
    np.memmap(os.path.join(out, "score.bin"), np.float32, "w+", shape=(work.size, work.size)).flush()
    prior = len(work.rows) * UNIT_KM2 / (work.size * work.size * CELL_KM2)
    constant, terms = math.log(prior / (1 - prior)), []
    with ProcessPoolExecutor(2) as pool:
        if kind == "woe":
            cells, points = (sum(part) for part in zip(*pool.map(count, [work] * 2, range(2))))
            found = [(i, weigh(cells[i], points[i])) for i in range(region.LAYERS)]
            terms = [(i, *numbers) for i, numbers in found if numbers]
        else:
            ones, zeros = (np.concatenate(part) for part in zip(*pool.map(sample, [work] * 2, range(2))))
            beta, share = fit(ones, zeros), len(ones) / (len(ones) + len(zeros))
            constant = beta[0] - math.log((1 - prior) / prior * share / (1 - share))
            terms = list(enumerate(beta[1:]))
        list(pool.map(score, [work] * 2, range(2), [constant] * 2, [terms] * 2))
    deliver(work)


if __name__ == "__main__":
    main(*sys.argv[1:])
