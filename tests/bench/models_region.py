"""Ten layers of evidence and known places, the same ones each time: places are likelier where the first three layers are low."""
import os

import numpy as np
from osgeo import gdal, ogr, osr

import place

LAYERS, BREAKS = 10, [round(0.1 * k, 1) for k in range(1, 10)]
CELL_M, WEST, NORTH, PLACES = 30, 300000, 4699980, 400  # whole cells from 0, as grids are: pixels are cells


def reference():
    words = osr.SpatialReference()
    words.ImportFromEPSG(32611)
    return words


def scenario(size, kind):
    of = {"woe": "{" + ", ".join(f"e{i}: {{ascending: {{breaks: {BREAKS}}}}}" for i in range(LAYERS)) + "}",
          "logistic": "[" + ", ".join(f"e{i}" for i in range(LAYERS)) + "]"}[kind]
    model = {"woe": "weights_of_evidence: {training: known, unit_area: 0.01 km2}",
             "logistic": "logistic_regression: {training: known, unit_area: 0.01 km2, negatives: 50000}"}[kind]
    side = size * CELL_M
    return ("lodescan: 1\ntitle: models\n"
            f"grid: {{crs: EPSG:32611, extent: [{WEST}, {NORTH - side}, {WEST + side}, {NORTH}], extent_crs: EPSG:32611, cell: {CELL_M} m, margin: 0 m}}\n"
            "layers:\n" + "".join(f"  l{i}: {{raster: l{i}.tif, kind: continuous, resample: nearest}}\n" for i in range(LAYERS))
            + "  known: {vector: known.gpkg}\ncriteria:\n" + "".join(f"  e{i}: {{value_of: l{i}}}\n" for i in range(LAYERS))
            + f"targets:\n  deposit:\n    score: {{{model}, of: {of}}}\n    candidates: {{peaks: {{spacing: 5 km, count: 50}}}}\n")


def write_layer(path, size, random):
    file = gdal.GetDriverByName("GTiff").Create(path, size, size, 1, gdal.GDT_Float32, ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512"])
    file.SetProjection(reference().ExportToWkt())
    file.SetGeoTransform([WEST, CELL_M, 0, NORTH, 0, -CELL_M])
    for row in range(0, size, 512):
        file.GetRasterBand(1).WriteArray(random.random((min(512, size - row), size), np.float32), 0, row)


def write_places(path, layers, size, random):
    file = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer, n = file.CreateLayer("known", reference(), ogr.wkbPoint), 0
    layer.StartTransaction()
    while n < PLACES:
        col, row = random.integers(0, size, 2)
        low = [float(band.ReadAsArray(int(col), int(row), 1, 1)[0, 0]) for band in layers[:3]]
        if random.random() > np.exp(-2 * sum(low)):
            continue
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({WEST + (col + 0.5) * CELL_M} {NORTH - (row + 0.5) * CELL_M})"))
        layer.CreateFeature(feature)
        n += 1
    layer.CommitTransaction()


def folder(size):
    made = place.scratch(f"models_{size}")
    if not place.stale(os.path.join(made, "woe.yaml"), os.path.abspath(__file__)):
        return made
    os.makedirs(made, exist_ok=True)
    random = np.random.default_rng(17)
    for i in range(LAYERS):
        write_layer(os.path.join(made, f"l{i}.tif"), size, random)
    files = [gdal.Open(os.path.join(made, f"l{i}.tif")) for i in range(LAYERS)]
    if os.path.exists(os.path.join(made, "known.gpkg")):
        os.remove(os.path.join(made, "known.gpkg"))
    write_places(os.path.join(made, "known.gpkg"), [file.GetRasterBand(1) for file in files], size, random)
    for kind in ("logistic", "woe"):
        with open(os.path.join(made, f"{kind}.yaml"), "w") as text:
            text.write(scenario(size, kind))
    return made
