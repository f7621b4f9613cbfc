"""A score learnt from 400 known places and ten layers, files to files: the counting pass, the fit, the fused pass, surfaces, picture and sites. Two
peers: one delivers the score alone, in two processes (peer_models.py); the other, as plain numpy is written, the surfaces, picture, tables, tests and
sites too (peer_products.py). A regression's zeros are drawn by each its own way, so that coefficients differ by chance."""
import csv
import json
import os

import numpy as np
from osgeo import gdal

import models_region
import place
from contest import Contender, contest, run

gdal.UseExceptions()
FIGURES = ("w_plus", "s_w_plus", "w_minus", "s_w_minus", "contrast", "studentised_contrast")


def blocks(size, *paths):
    files = [gdal.Open(path) for path in paths]
    for first in range(0, size, 256):
        yield [file.GetRasterBand(1).ReadAsArray(0, first, size, min(256, size - first)).astype(float) for file in files]


def agree(size, kind, mine, other):
    worst, spread = 0.0, 0.0
    for x, y in blocks(size, f"{mine}/deposit_score.tif", f"{other}/score.tif"):
        x, y = np.log(x / (1 - x)), np.log(y / (1 - y))
        worst, spread = max(worst, float(np.max(np.abs(x - y)))), max(spread, float(np.std(x)))
    return worst <= (1e-3 if kind == "woe" else 0.3 * spread), f"largest difference of logits {worst:.2e}, whose deviation is {spread:.2f}"


def read_table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def same_numbers(pairs, slack):
    x, y = np.array(pairs, float).T
    return len(x) > 0 and bool(np.all(np.abs(x - y) <= slack * (1e-9 + np.abs(y))))


def same_deviations(size, kind, mine, other):
    if not os.path.exists(f"{mine}/deposit_sd.tif"):
        return True
    apart = np.concatenate([np.abs(x / y - 1).ravel()[::97] for x, y in blocks(size, f"{mine}/deposit_sd.tif", f"{other}/sd.tif")])
    return float(apart.max()) <= 1e-3 if kind == "woe" else float(np.median(apart)) <= 0.15


def same_states(size, mine, other):
    return all(np.array_equal(x, y) for x, y in blocks(size, f"{mine}/deposit_state.tif", f"{other}/state.tif"))


def same_pictures(size, mine, other):
    return all(np.max(np.abs(x - y)) <= 1 for x, y in blocks(size, f"{mine}/deposit_heatmap.png", f"{other}/heatmap.png"))


def same_weights(mine, other):
    """Of nine classes: what lies up to the tenth is everything, which has no weight."""
    ours = [row for row in read_table(f"{mine}/deposit_weights.csv") if int(row["class"]) <= len(models_region.BREAKS)]
    theirs = read_table(f"{other}/weights.csv")
    chosen = [row["chosen"] == "yes" for row in ours] == [row["chosen"] == "True" for row in theirs]
    return chosen and len(ours) == len(theirs) and same_numbers([(a[f], b[f]) for a, b in zip(ours, theirs) for f in FIGURES], 1e-5)


def same_tests(mine, other):
    with open(f"{mine}/deposit_model.json") as a, open(f"{other}/model.json") as b:
        ours, theirs = json.load(a)["conditional_independence"], json.load(b)
    return same_numbers([(ours[name], theirs[name]) for name in ("expected_points", "s_expected_points", "unique_conditions")], 1e-4)


def same_sites(mine, other):
    ours, theirs = (sorted(float(row["score"]) for row in read_table(f"{folder}/sites.csv")) for folder in (mine, other))
    return len(ours) == len(theirs) and same_numbers(list(zip(ours, theirs)), 1e-3)


def all_agree(size, kind, mine, other):
    scores, note = agree(size, kind, mine, other)
    parts = {"scores": scores, "deviations": same_deviations(size, kind, mine, other), "states": same_states(size, mine, other)}
    if kind == "woe":
        parts |= {"picture": same_pictures(size, mine, other), "weights": same_weights(mine, other), "tests": same_tests(mine, other),
                  "sites": same_sites(mine, other)}
    wrong = [name for name, good in parts.items() if not good]
    return not wrong, note + (f"; other: {', '.join(wrong)}" if wrong else f"; the same: {', '.join(parts)}")


def models(kind, size, rounds):
    folder, mine = models_region.folder(size), place.scratch(f"models_{kind}_{size}_ours")
    lean, full = place.scratch(f"models_{kind}_{size}_peer"), place.scratch(f"models_{kind}_{size}_products")
    ours = Contender("lodescan", [place.PROGRAM, "run", f"{folder}/{kind}.yaml", "-o", mine, "--overwrite", "-q"])
    run(ours.command)  # kernels are compiled once a machine
    peers = [Contender("numpy, score alone, two processes", [place.peer("models"), folder, str(size), kind, lean],
                       agree=lambda: agree(size, kind, mine, lean)),
             Contender("numpy, the same products", [place.peer("products"), folder, str(size), kind, full],
                       agree=lambda: all_agree(size, kind, mine, full))]
    return contest(f"models-{kind}", size, ours, peers, rounds)


def models_woe(size, rounds, asked):
    return models("woe", size, rounds)


def models_logistic(size, rounds, asked):
    return models("logistic", size, rounds)
