"""A second opinion on a scan: the scenario's numbers at chosen cells, in double, from the raw layers.

Shares nothing with the program: YAML by PyYAML, vectors by ogr2ogr and gdal_rasterize, distances by brute force over every burnt
cell, rasters cell by cell from the file with a bilinear blend of our own, memberships and overlays from their published formulas.
Covers what the demo scenario says: projected grids, planar distances, exact or upsampled rasters."""
import math
import os
import pathlib
import re
import subprocess
import tempfile

import numpy as np
import yaml
from osgeo import gdal, osr

gdal.UseExceptions()
BASE = {"m": 1, "km": 1000, "mi": 1609.344, "ft": 0.3048, "percent": 1, "%": 1, "deg": 1, "degree": 1}
SCORED, EXCLUDED, NO_DATA, OUTSIDE = range(4)


def quantity(words, unit):
    """`20 km` as a number in `unit`; a bare number as it is."""
    if isinstance(words, (int, float)):
        return float(words)
    number, own = re.fullmatch(r"\s*([-+.\deE]+)\s*(\S*)\s*", words).groups()
    return float(number) * (BASE[own] / BASE[unit] if own else 1)


def crs_of(text):
    crs = osr.SpatialReference()
    crs.SetFromUserInput(text)
    crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return crs


FEATURES_WITHIN_M = 12000  # how far the demo's layers reach beyond its grid, at most


class Scan:
    def __init__(self, scenario, data, out):
        self.text = yaml.safe_load(pathlib.Path(scenario).read_text())
        self.data, self.out = pathlib.Path(data), pathlib.Path(out)
        first = next(iter(self.text["targets"]))
        self.surface = gdal.Open(str(self.out / f"{first}_score.tif"))
        self.x0, self.dx, _, self.y0, _, dy = self.surface.GetGeoTransform()
        self.dy, self.width, self.height = -dy, self.surface.RasterXSize, self.surface.RasterYSize
        self.crs = self.text["grid"]["crs"]
        # Wide enough for every feature of the region: what the program looks at must not matter.
        self.margin = math.ceil(FEATURES_WITHIN_M / self.dx)
        self.masks, self.stats_of = {}, {}

    # layers -------------------------------------------------------------------------------------------------------------------

    def mask(self, name):
        """Cells (column, row) where a vector layer is, on the grid and its margin, by gdal_rasterize."""
        if name in self.masks:
            return self.masks[name]
        layer, n = self.text["layers"][name], self.margin
        west, north = self.x0 - n * self.dx, self.y0 + n * self.dy
        east, south = self.x0 + (self.width + n) * self.dx, self.y0 - (self.height + n) * self.dy
        with tempfile.TemporaryDirectory() as folder:
            flat, burnt = os.path.join(folder, "flat.gpkg"), os.path.join(folder, "burnt.tif")
            command = ["ogr2ogr", "-q", "-t_srs", self.crs, "-nln", "flat", flat, str(self.data / layer["vector"])]
            command += [layer["layer"]] if "layer" in layer else []
            subprocess.run(command + (["-where", layer["where"]] if "where" in layer else []), check=True)
            opened = gdal.OpenEx(flat)  # keeps its layers alive
            shape = opened.GetLayer(0).GetGeomType()
            touched = ["-at"] if shape % 1000 in (2, 5) else []
            box = [repr(v) for v in (west, south, east, north)]
            subprocess.run(["gdal_rasterize", "-q", "-burn", "1", "-ot", "Byte", "-init", "0", *touched, "-te", *box,
                            "-tr", repr(self.dx), repr(self.dy), flat, burnt], check=True)
            rows, cols = np.nonzero(gdal.Open(burnt).ReadAsArray())
        self.masks[name] = np.column_stack([cols - n, rows - n]).astype(float)
        return self.masks[name]

    def distance_m(self, name, cells):
        """From each cell's centre to the nearest burnt cell's centre: every pair is looked at."""
        burnt = self.mask(name) * [self.dx, self.dy]
        places = np.asarray(cells, float) * [self.dx, self.dy]
        nearest = np.empty(len(places))
        for first in range(0, len(places), 500):
            part = places[first:first + 500]
            apart = (part[:, None, 0] - burnt[None, :, 0]) ** 2 + (part[:, None, 1] - burnt[None, :, 1]) ** 2
            nearest[first:first + 500] = np.sqrt(apart.min(axis=1))
        return nearest

    def pixels(self, name):
        """The whole band of a raster as double with NaN where it has no value, scaled, and its geotransform."""
        layer = self.text["layers"][name]
        source = gdal.Open(str(self.data / layer["raster"]))
        band = source.GetRasterBand(layer.get("band", 1))
        values = band.ReadAsArray().astype(float)
        if band.GetNoDataValue() is not None:
            values[values == band.GetNoDataValue()] = np.nan
        return values * layer.get("scale", 1) + layer.get("offset", 0), source

    def value(self, name, cells):
        """Bilinear at the cells' centres (which is the pixel itself where the file's pixels are the grid's cells)."""
        values, source = self.pixels(name)
        x0, dx, _, y0, _, dy = source.GetGeoTransform()
        cells = np.asarray(cells, float)
        places = np.column_stack([self.x0 + (cells[:, 0] + 0.5) * self.dx, self.y0 - (cells[:, 1] + 0.5) * self.dy])
        if not crs_of(self.crs).IsSame(source.GetSpatialRef()):
            there = source.GetSpatialRef()
            there.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
            places = np.array(osr.CoordinateTransformation(crs_of(self.crs), there).TransformPoints(places))[:, :2]
        col, row = (places[:, 0] - x0) / dx - 0.5, (places[:, 1] - y0) / dy - 0.5
        col, row = np.where(abs(col - col.round()) < 1e-6, col.round(), col), np.where(abs(row - row.round()) < 1e-6, row.round(), row)
        c0, r0 = np.floor(col).astype(int), np.floor(row).astype(int)
        total, weight = np.zeros(len(cells)), np.zeros(len(cells))
        for dr in (0, 1):
            for dc in (0, 1):
                share = (1 - abs(col - c0 - dc)) * (1 - abs(row - r0 - dr))
                inside = (c0 + dc >= 0) & (c0 + dc < values.shape[1]) & (r0 + dr >= 0) & (r0 + dr < values.shape[0])
                pixel = values[np.clip(r0 + dr, 0, values.shape[0] - 1), np.clip(c0 + dc, 0, values.shape[1] - 1)]
                there = inside & ~np.isnan(pixel) & (share > 0)
                total += np.where(there, share * np.nan_to_num(pixel), 0)
                weight += np.where(there, share, 0)
        return np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.nan)

    def neighbours(self, name, cells):
        """The 3 x 3 values round each cell, north to south and west to east."""
        cells = np.asarray(cells)
        return [[self.value(name, cells + [dc, dr]) for dc in (-1, 0, 1)] for dr in (-1, 0, 1)]

    # criteria -----------------------------------------------------------------------------------------------------------------

    def raw(self, name, cells):
        criterion = self.text["criteria"][name]
        if "distance_to" in criterion:
            return self.distance_m(criterion["distance_to"], cells) / BASE[criterion.get("unit", "km")]
        if "value_of" in criterion or "category_of" in criterion:
            return self.value(criterion.get("value_of") or criterion["category_of"], cells)
        surface = criterion.get("slope_of") or criterion.get("aspect_of") or criterion["roughness_of"]
        (a, b, c), (d, e, f), (g, h, i) = self.neighbours(surface, cells)
        if "roughness_of" in criterion:
            return np.max([a, b, c, d, e, f, g, h, i], axis=0) - np.min([a, b, c, d, e, f, g, h, i], axis=0)
        east = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * self.dx)    # Horn 1981
        north = ((a + 2 * b + c) - (g + 2 * h + i)) / (8 * self.dy)
        if "aspect_of" in criterion:
            downhill = np.degrees(np.arctan2(-east, -north)) % 360
            return np.where((east == 0) & (north == 0), -1.0, downhill)
        rise = np.hypot(east, north)
        return 100 * rise if criterion.get("unit", "percent") == "percent" else np.degrees(np.arctan(rise))

    def unit(self, name):
        criterion = self.text["criteria"][name]
        default = "km" if "distance_to" in criterion else "percent" if "slope_of" in criterion else "m" if "roughness_of" in criterion else "deg"
        return criterion.get("unit", default)

    def statistics(self, name):
        """Mean and standard deviation over all valid cells of the grid."""
        if name not in self.stats_of:
            cols, rows = np.meshgrid(np.arange(self.width), np.arange(self.height))
            values = self.raw(name, np.column_stack([cols.ravel(), rows.ravel()]))
            values = values[np.isfinite(values)]
            self.stats_of[name] = (values.mean(), values.std(), values.min(), values.max())
        return self.stats_of[name]

    def membership(self, name, x):
        criterion = self.text["criteria"][name]
        if "membership" not in criterion:
            return np.full(len(x), np.nan)
        (kind, given), = criterion["membership"].items()
        if kind == "categorical":
            source = self.pixels(criterion["category_of"])[1]
            names = [n.lower() for n in source.GetRasterBand(1).GetCategoryNames() or []]
            mu = np.full(len(x), float(given.get("other", 0)))
            for label, score in given["classes"].items():
                mu[x == (names.index(label) if label in names else float(label))] = score
            mu[np.isnan(x)] = np.nan
            return 1 - mu if criterion.get("complement") else mu
        p = {key: quantity(words, self.unit(name)) for key, words in given.items()}
        with np.errstate(all="ignore"):
            mu = self.formula(kind, p, x, name)
        mu = np.where(np.isnan(x), np.nan, mu)
        return 1 - mu if criterion.get("complement") else mu

    def formula(self, kind, p, x, name):
        if kind == "linear":
            return np.clip((x - p["zero"]) / (p["one"] - p["zero"]), 0, 1)
        if kind == "trapezoid":
            return np.interp(x, [p["zero_below"], p["one_from"], p["one_to"], p["zero_above"]], [0, 1, 1, 0])
        if kind == "small":
            return 1 / (1 + (x / p["midpoint"]) ** p.get("spread", 5))
        if kind == "large":
            return np.where(x <= 0, 0, 1 / (1 + (x / p["midpoint"]) ** -p.get("spread", 5)))
        if kind == "near":
            return 1 / (1 + p.get("spread", 0.1) * (x - p["midpoint"]) ** 2)
        if kind == "gaussian":
            return np.exp(-p.get("spread", 0.1) * (x - p["midpoint"]) ** 2)
        if kind == "inverse":
            return np.where(x <= 0, 1, p["half"] / (p["half"] + x))
        mean, sd, least, most = self.statistics(name) if kind.startswith("ms_") or len(p) < 2 else (0, 0, 0, 1)
        if kind == "logistic":
            middle, steep = p.get("midpoint", (least + most) / 2), p.get("steepness", 9.2 / (most - least))
            return 1 / (1 + np.exp(-steep * (x - middle)))
        over, s = x - p.get("mean_multiplier", 1) * mean, p.get("sd_multiplier", 1) * sd
        low = np.where(over > 0, s / (over + s), 1)
        return {"ms_small": low, "ms_large": 1 - low}[kind]

    # scores -------------------------------------------------------------------------------------------------------------------

    def overlay(self, node, mu):
        """Value and coverage of an overlay; `mu` by criterion. Missing children are left out, their weight lowers the coverage."""
        if isinstance(node, str):
            return mu[node], (~np.isnan(mu[node])).astype(float)
        if "gamma" in node:
            kind, parts = "gamma", node["of"]
        else:
            (kind, parts), = node.items()
        if isinstance(parts, dict):
            parts = [{"of": name, "weight": weight} for name, weight in parts.items()]
        weights = [float(part["weight"]) if isinstance(part, dict) and "weight" in part else 1.0 for part in parts]
        children = [self.overlay(part["of"] if isinstance(part, dict) and "weight" in part else part, mu) for part in parts]
        v, c = np.array([child[0] for child in children]), np.array([child[1] for child in children])
        w, here = np.array(weights)[:, None], ~np.isnan(v)
        one, zero = np.where(here, v, 1.0), np.where(here, v, 0.0)
        present = (w * here).sum(axis=0)
        with np.errstate(all="ignore"):
            product, union = one.prod(axis=0), 1 - (1 - zero).prod(axis=0)
            value = {
                "weighted": lambda: (w * zero).sum(axis=0) / present,
                "weighted_product": lambda: (one ** (w / present)).prod(axis=0),
                "product": lambda: product,
                "sum": lambda: union,
                "and": lambda: np.where(here, v, np.inf).min(axis=0),
                "or": lambda: np.where(here, v, -np.inf).max(axis=0),
                "gamma": lambda: union ** node["gamma"] * product ** (1 - node["gamma"]),
            }[kind]()
        return np.where(present > 0, value, np.nan), (w * c).sum(axis=0) / w.sum()

    def fires(self, name, cells, raw):
        """Where a rule excludes."""
        rule = self.text["rules"][name]
        if "exclude_where" in rule:
            subject, op, words = rule["exclude_where"].split(None, 2)
            x = raw[subject] if subject in raw else self.value(subject, cells)
            limit = quantity(words, self.unit(subject)) if subject in raw else quantity(words, "m")
            return {"<": x < limit, "<=": x <= limit, ">": x > limit, ">=": x >= limit, "==": x == limit, "!=": x != limit}[op]
        return self.distance_m(rule["exclude_inside"], cells) <= quantity(rule.get("buffer", "0 m"), "m")

    def state(self, target, score, coverage, fired):
        wanted = self.text["targets"][target].get("min_coverage", "100 percent")
        missing = np.isnan(score) | (coverage < quantity(wanted, "percent") / 100 - 1e-6)
        rules = [n for n, rule in self.text.get("rules", {}).items() if target in rule.get("targets", self.text["targets"])]
        excluded = np.any([fired[n] for n in rules], axis=0)
        return np.where(missing, NO_DATA, np.where(excluded, EXCLUDED, SCORED)), rules

    def shares(self, target):
        """Each criterion's share of a weighted mean."""
        weights = self.text["targets"][target]["score"]["weighted"]
        return {name: weight / sum(weights.values()) for name, weight in weights.items()}
