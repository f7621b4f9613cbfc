"""A region for the whole job: a surface, two class maps, and drawn lines, places and parks; and the scenario that asks for it.

Features stay inside of the grid, so that what the program reads beyond the frame changes nothing. Buffers are no whole number of cells:
no cell lies exactly on a rule's edge.
"""
import os

import numpy as np
from osgeo import gdal, ogr, osr

import place

gdal.UseExceptions()
ogr.UseExceptions()
CELL_M, WEST, NORTH = 30, 300000, 4700010
LINES = {"roads": 40, "rail": 6, "power": 12, "rivers": 25}
POINTS = {"towns": 40, "ports": 5}
GEOLOGY = {1: 1.0, 2: 0.7, 3: 0.4, 4: 0.2, 5: 0.1, 6: 0.0}
COVER = {1: 0.9, 2: 1.0, 3: 0.6, 4: 0.3, 5: 0.5, 6: 0.2, 7: 0.8, 8: 0.0}
FAR_KM = {"roads": 20, "rail": 40, "power": 30, "rivers": 25, "towns": 60, "ports": 150}
WEIGHTS = {"roads": 3, "rail": 2, "power": 2, "rivers": 1, "towns": 1, "ports": 1, "flat": 2, "rock": 3, "land": 1}
RIVER_M, TOWN_M, STEEP_PERCENT, PEAKS = 290, 1990, 15, 50
ROWS = 256  # made at a time


def spacing_m(size):
    return size * CELL_M / 50


def reference():
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32611)
    return srs


def raster(path, size, kind, cells):
    file = gdal.GetDriverByName("GTiff").Create(path, size, size, 1, kind, ["COMPRESS=DEFLATE", "TILED=YES"])
    file.SetProjection(reference().ExportToWkt())
    file.SetGeoTransform([WEST, CELL_M, 0, NORTH, 0, -CELL_M])
    for first in range(0, size, ROWS):
        rows = np.arange(first, min(first + ROWS, size))[:, None] / 1.0
        file.GetRasterBand(1).WriteArray(cells(np.arange(size)[None, :] / 1.0, rows), 0, first)


def heights(col, row):
    """Waves of several lengths in cells, so that slopes are alike at every size: most below 15 percent."""
    waves = ((700, 30, 0.3), (190, 9, 1.1), (61, 2.2, 2.0), (23, 0.5, 0.7))
    return sum(high * np.sin(col / long * np.cos(turn) + 1) * np.cos(row / long + turn) for long, high, turn in waves).astype(np.float32)


def classes(count, length):
    def cells(col, row):
        wave = np.sin(col / length) + np.cos(row / length * 1.3) + np.sin((col + row) / length / 2.1)
        return np.clip((wave + 3) / 6 * count + 1, 1, count).astype(np.uint8)
    return cells


def vector(path, kind, shapes):
    file = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer = file.CreateLayer(os.path.basename(path)[:-5], reference(), kind)
    for shape in shapes:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(shape)
        layer.CreateFeature(feature)


def walk(rng, size):
    """A line that wanders from one side to the other."""
    line, steps = ogr.Geometry(ogr.wkbLineString), 60
    along, across = np.linspace(0.02, 0.98, steps), np.clip(rng.uniform(0.1, 0.9) + np.cumsum(rng.normal(0, 0.012, steps)), 0.02, 0.98)
    x, y = (along, across) if rng.random() < 0.5 else (across, along)
    for u, v in zip(x, y):
        line.AddPoint_2D(WEST + u * size * CELL_M, NORTH - v * size * CELL_M)
    return line


def point(rng, size):
    shape = ogr.Geometry(ogr.wkbPoint)
    shape.AddPoint_2D(WEST + rng.uniform(0.05, 0.95) * size * CELL_M, NORTH - rng.uniform(0.05, 0.95) * size * CELL_M)
    return shape


def park(rng, size):
    return point(rng, size).Buffer(rng.uniform(0.005, 0.04) * size * CELL_M, 8)


def make(folder, size):
    rng = np.random.default_rng(3)
    os.makedirs(folder)
    raster(os.path.join(folder, "elevation.tif"), size, gdal.GDT_Float32, heights)
    raster(os.path.join(folder, "geology.tif"), size, gdal.GDT_Byte, classes(len(GEOLOGY), 300))
    raster(os.path.join(folder, "cover.tif"), size, gdal.GDT_Byte, classes(len(COVER), 90))
    for name, count in LINES.items():
        vector(os.path.join(folder, f"{name}.gpkg"), ogr.wkbLineString, [walk(rng, size) for _ in range(count)])
    for name, count in POINTS.items():
        vector(os.path.join(folder, f"{name}.gpkg"), ogr.wkbPoint, [point(rng, size) for _ in range(count)])
    vector(os.path.join(folder, "parks.gpkg"), ogr.wkbPolygon, [park(rng, size) for _ in range(30)])
    with open(os.path.join(folder, "scenario.yaml"), "w") as file:
        file.write(scenario(size))


def scenario(size):
    near = "\n".join(f"  near_{name}: {{distance_to: {name}, membership: {{linear: {{zero: {far} km, one: 0 km}}}}}}" for name, far in FAR_KM.items())
    named = {name: f"near_{name}" if name in FAR_KM else name for name in WEIGHTS}
    east, south = WEST + size * CELL_M, NORTH - size * CELL_M
    vectors = "\n".join(f"  {name}: {{vector: {name}.gpkg}}" for name in [*FAR_KM, "parks"])
    table = {name: ", ".join(f"{code}: {score}" for code, score in scores.items()) for name, scores in (("rock", GEOLOGY), ("land", COVER))}
    return f"""lodescan: 1
title: Benchmark job
grid: {{crs: EPSG:32611, extent: [{WEST}, {south}, {east}, {NORTH}], extent_crs: EPSG:32611, cell: {CELL_M} m}}
layers:
  elevation: {{raster: elevation.tif, unit: m}}
  geology: {{raster: geology.tif, kind: classes}}
  cover: {{raster: cover.tif, kind: classes}}
{vectors}
criteria:
{near}
  flat: {{slope_of: elevation, membership: {{linear: {{zero: {STEEP_PERCENT} percent, one: 2 percent}}}}}}
  rock: {{category_of: geology, membership: {{categorical: {{classes: {{{table['rock']}}}}}}}}}
  land: {{category_of: cover, membership: {{categorical: {{classes: {{{table['land']}}}}}}}}}
rules:
  park: {{exclude_inside: parks}}
  river: {{exclude_inside: rivers, buffer: {RIVER_M} m}}
  town: {{exclude_inside: towns, buffer: {TOWN_M} m}}
  steep: {{exclude_where: "flat > {STEEP_PERCENT} percent"}}
targets:
  plant:
    score: {{weighted: {{{', '.join(f'{named[name]}: {weight}' for name, weight in WEIGHTS.items())}}}}}
    candidates: {{peaks: {{spacing: {spacing_m(size):.0f} m, count: {PEAKS}}}}}
"""


def folder(size):
    return place.region(f"job_{size}", "scenario.yaml", __file__, lambda path: make(path, size))
