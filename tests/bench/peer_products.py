#!/usr/bin/python3
"""What `lodescan run` delivers of a learnt score, as a user of numpy and GDAL writes it: whole arrays, one process, nothing in Python a cell.

  peer_products.py FOLDER SIZE woe|logistic OUT     OUT: score.tif, sd.tif and state.tif (COG: statistics, overviews), heatmap.png, weights.csv or
                                                    coefficients.csv, model.json with the tests of independence, sites.gpkg and sites.csv

Where arithmetic can be saved it is: a cell's score, deviation and colour are looked up by its unique condition. It has no page, no reasons of sites, no
checksums of inputs and outputs, and does not look for cells without values.
"""
import csv
import json
import math
import os
import sys

import numpy as np
from osgeo import gdal, ogr

import models_region as region
import peer_models as lean

SITES, SPACING_M, COLOURS, FIRST_COLOUR = 50, 5000, 252, 4


class Products:
    def __init__(self, work):
        self.work, self.side = work, work.size
        self.files = [gdal.Open(os.path.join(work.folder, f"l{i}.tif")) for i in range(region.LAYERS)]

    def layer(self, i):
        return self.files[i].GetRasterBand(1).ReadAsArray()

    def path(self, name):
        return os.path.join(self.work.out, name)


def table_of(cells, points):
    """A row a class of what lies up to it: the four counts, weights with their deviations, contrast; and the row that cuts best, or None."""
    units, n = cells.sum() * lean.CELL_KM2 / lean.UNIT_KM2, points.sum()
    area, inside = np.cumsum(cells)[:-1] * lean.CELL_KM2 / lean.UNIT_KM2, np.cumsum(points)[:-1]
    four = np.array([inside, n - inside, area - inside, units - area - (n - inside)], float)
    a, b, c, d = four + 0.5 * (four.min(axis=0) <= 0)
    plus, minus = np.log(a / (a + b) / (c / (c + d))), np.log(b / (a + b) / (d / (c + d)))
    s_plus, s_minus = np.sqrt(1 / a + 1 / c), np.sqrt(1 / b + 1 / d)
    ratio = (plus - minus) / np.hypot(s_plus, s_minus)
    best = int(np.argmax(ratio))
    return np.column_stack([region.BREAKS, area, inside, plus, s_plus, minus, s_minus, plus - minus, ratio]), best if ratio[best] >= lean.CONTRAST else None


def tabulate(products):
    """For each layer its table, and how many cells and places lie in each class; layers are read for it once."""
    work, breaks, tables = products.work, np.array(region.BREAKS, np.float32), []
    for i in range(region.LAYERS):
        layer = products.layer(i)
        cells = -np.diff([layer.size, *(np.count_nonzero(layer > b) for b in breaks), 0])
        points = np.bincount(np.searchsorted(breaks, layer[work.rows, work.cols]), minlength=10)
        tables.append(table_of(cells, points))
    return tables


def learn_weights(products):
    """(condition of each cell, posterior, deviation and area in unit cells of each condition, tables)."""
    work, tables = products.work, tabulate(products)
    used = [(i, table[best]) for i, (table, best) in enumerate(tables) if best is not None]
    condition = np.zeros((work.size, work.size), np.uint16)
    for bit, (i, row) in enumerate(used):
        condition |= (products.layer(i) > np.float32(row[0])).astype(np.uint16) << bit
    units = np.bincount(condition.ravel(), minlength=1 << len(used)) * lean.CELL_KM2 / lean.UNIT_KM2
    above = np.arange(1 << len(used))[:, None] >> np.arange(len(used)) & 1 > 0
    rows = np.array([row for _, row in used])
    prior = len(work.rows) / (work.size * work.size * lean.CELL_KM2 / lean.UNIT_KM2)
    logit = math.log(prior / (1 - prior)) + np.where(above, rows[:, 5], rows[:, 3]).sum(axis=1)
    posterior = 1 / (1 + np.exp(-logit))
    sd = posterior * np.sqrt(1 / len(work.rows) + (np.where(above, rows[:, 6], rows[:, 4]) ** 2).sum(axis=1))
    return condition, posterior, sd, units, tables


def write_cog(products, name, plane, nodata, predictor):
    """By way of a raster in memory on the array itself; the lowest level of compression, all cores."""
    kind = {"float32": "Float32", "uint8": "Byte"}[plane.dtype.name]
    memory = gdal.Open(f"MEM:::DATAPOINTER={plane.ctypes.data},PIXELS={products.side},LINES={products.side},DATATYPE={kind}")
    memory.SetProjection(region.reference().ExportToWkt())
    memory.SetGeoTransform([region.WEST, region.CELL_M, 0, region.NORTH, 0, -region.CELL_M])
    memory.GetRasterBand(1).SetNoDataValue(nodata)
    memory.GetRasterBand(1).ComputeStatistics(False)
    gdal.GetDriverByName("COG").CreateCopy(products.path(name), memory, options=[
        "COMPRESS=DEFLATE", "LEVEL=1", f"PREDICTOR={predictor}", "NUM_THREADS=ALL_CPUS", f"RESAMPLING={'AVERAGE' if predictor == 'YES' else 'NEAREST'}"])


def write_picture(products, entries):
    memory = gdal.Open(f"MEM:::DATAPOINTER={entries.ctypes.data},PIXELS={products.side},LINES={products.side},DATATYPE=Byte")
    colours, ends = gdal.ColorTable(), (np.array([68, 1, 84]), np.array([253, 231, 37]))
    for k in range(COLOURS):
        colours.SetColorEntry(FIRST_COLOUR + k, tuple(int(v) for v in ends[0] + (ends[1] - ends[0]) * k / (COLOURS - 1)))
    memory.GetRasterBand(1).SetColorTable(colours)
    gdal.GetDriverByName("PNG").CreateCopy(products.path("heatmap.png"), memory, options=["ZLEVEL=1", "WORLDFILE=YES"])


def colour_of(logit, low, high):
    return (FIRST_COLOUR + np.clip((logit - low) * (COLOURS / (high - low)), 0, COLOURS - 1)).astype(np.uint8)


def disc():
    reach = int(SPACING_M // region.CELL_M)
    across = np.arange(-reach, reach + 1)
    return reach, np.hypot(across[:, None], across) * region.CELL_M < SPACING_M


def choose(products, score):
    """The highest cells that lie apart, by score and then in reading order: only those are sorted that could be among them."""
    reach, near = disc()
    most = min(score.size, SITES * int(near.sum()))
    least = np.partition(score.ravel(), score.size - most)[score.size - most]
    cells = np.flatnonzero(score.ravel() >= least)
    cells = cells[np.argsort(-score.ravel()[cells], kind="stable")]
    taken, sites = np.zeros(score.shape, bool), []
    for cell in cells:
        row, col = divmod(int(cell), products.side)
        if taken[row, col]:
            continue
        sites.append((row, col))
        if len(sites) == SITES:
            break
        top, left = max(row - reach, 0), max(col - reach, 0)
        part = taken[top:row + reach + 1, left:col + reach + 1]
        part |= near[top - row + reach:, left - col + reach:][:part.shape[0], :part.shape[1]]
    return sites


def write_sites(products, score):
    places = [(region.WEST + (col + 0.5) * region.CELL_M, region.NORTH - (row + 0.5) * region.CELL_M, float(score[row, col]), row, col)
              for row, col in choose(products, score)]
    file = ogr.GetDriverByName("GPKG").CreateDataSource(products.path("sites.gpkg"))
    layer = file.CreateLayer("sites", region.reference(), ogr.wkbPoint)
    layer.CreateField(ogr.FieldDefn("rank", ogr.OFTInteger))
    layer.CreateField(ogr.FieldDefn("score", ogr.OFTReal))
    layer.StartTransaction()
    for rank, (x, y, value, _, _) in enumerate(places, 1):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature["rank"], feature["score"] = rank, value
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({x} {y})"))
        layer.CreateFeature(feature)
    layer.CommitTransaction()
    write_table(products, "sites.csv", ["x", "y", "score", "row", "col"], places)


def write_table(products, name, head, rows):
    with open(products.path(name), "w", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def independence(products, posterior, sd, units):
    known = len(products.work.rows)
    expected, deviation = float(units @ posterior), float(np.sqrt(np.sum((units * sd) ** 2)))
    z = (expected - known) / deviation
    return {"expected_points": expected, "s_expected_points": deviation, "omnibus": known / expected, "agterberg_cheng_z": z,
            "agterberg_cheng_probability": 0.5 * math.erfc(z / math.sqrt(2)), "unique_conditions": int(np.count_nonzero(units))}


def weights_of_evidence(products):
    condition, posterior, sd, units, tables = learn_weights(products)
    head = ["evidence", "up_to", "units", "points", "w_plus", "s_w_plus", "w_minus", "s_w_minus", "contrast", "studentised_contrast", "chosen"]
    write_table(products, "weights.csv", head, [[f"e{i}", *row, k == best] for i, (table, best) in enumerate(tables) for k, row in enumerate(table)])
    with open(products.path("model.json"), "w") as file:
        json.dump(independence(products, posterior, sd, units), file)
    there, logit = units > 0, np.log(posterior / (1 - posterior))
    write_picture(products, colour_of(logit, logit[there].min(), logit[there].max())[condition])
    write_cog(products, "sd.tif", sd.astype(np.float32)[condition], np.nan, "YES")
    return posterior.astype(np.float32)[condition]


def logistic_regression(products):
    """Zeros are drawn at once and gathered as each layer is there; then the score is summed up layer by layer."""
    work, random = products.work, np.random.default_rng(0)
    zeros = np.divmod(np.sort(random.choice(work.size * work.size, lean.NEGATIVES, replace=False)), work.size)
    at = [(layer[work.rows, work.cols], layer[zeros]) for layer in map(products.layer, range(region.LAYERS))]
    ones, others = (np.stack(part, axis=1) for part in zip(*at))
    beta = lean.fit(ones, others)
    covariance = fit_covariance(ones, others, beta)
    prior, share = len(ones) / (work.size * work.size * lean.CELL_KM2 / lean.UNIT_KM2), len(ones) / (len(ones) + len(others))
    names = ["constant", *(f"e{i}" for i in range(region.LAYERS))]
    write_table(products, "coefficients.csv", ["name", "coefficient", "standard_error"], zip(names, beta, np.sqrt(np.diag(covariance))))
    logit, sd = logits(products, np.array([beta[0] - math.log((1 - prior) / prior * share / (1 - share)), *beta[1:]]), covariance)
    write_picture(products, colour_of(logit, logit.min(), logit.max()))
    score = 1 / (1 + np.exp(-logit))
    sd *= score * (1 - score)
    write_cog(products, "sd.tif", sd, np.nan, "YES")
    return score


def logits(products, beta, covariance):
    """The linear form and the square root of its variance, x'Cx as the length of a product with C's root: a block of rows at a time stays in the cache."""
    side, root = products.side, np.linalg.cholesky(covariance).T.astype(np.float32)
    logit, sd, beta = np.empty((side, side), np.float32), np.empty((side, side), np.float32), beta.astype(np.float32)
    for first in range(0, side, 16):
        rows = min(16, side - first)
        x = np.ones((region.LAYERS + 1, rows * side), np.float32)
        for i, file in enumerate(products.files):
            file.GetRasterBand(1).ReadAsArray(0, first, side, rows, buf_obj=x[i + 1].reshape(rows, side))
        logit[first:first + rows] = (beta @ x).reshape(rows, side)
        part = root @ x
        sd[first:first + rows] = np.sqrt(np.einsum("ij,ij->j", part, part)).reshape(rows, side)
    return logit, sd


def fit_covariance(ones, zeros, beta):
    x = np.concatenate([ones, zeros]).astype(float)
    x = np.column_stack([np.ones(len(x)), x])
    p = 1 / (1 + np.exp(-x @ beta))
    return np.linalg.inv(x.T @ (x * (p * (1 - p))[:, None]))


def main(folder, size, kind, out):
    os.makedirs(out, exist_ok=True)
    for name in ("sites.gpkg", "heatmap.png.aux.xml"):
        if os.path.exists(os.path.join(out, name)):
            os.remove(os.path.join(out, name))
    products = Products(lean.Work(folder, int(size), kind, out))
    score = (weights_of_evidence if kind == "woe" else logistic_regression)(products)
    write_sites(products, score)
    write_cog(products, "score.tif", score, np.nan, "YES")
    write_cog(products, "state.tif", np.isnan(score).astype(np.uint8) * np.uint8(2), 3, "NO")


if __name__ == "__main__":
    main(*sys.argv[1:])
