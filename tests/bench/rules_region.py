"""Eight rasters that read at the speed of memory and eight layers of parks; and scenarios that score the same weighted sum with and without
rules and permits. Buffers are no whole number of cells: no cell lies exactly on a rule's edge."""
import os

import numpy as np
from osgeo import gdal, ogr

import place
from job_region import CELL_M, NORTH, ROWS, WEST, park, reference, vector

gdal.UseExceptions()
ogr.UseExceptions()
COUNT, BUFFER_M, ABOVE = 8, 290, 0.9
STAGES = ("scoping", "survey", "statement", "review", "licence")


def raster(path, size, kind, cells):
    file = gdal.GetDriverByName("GTiff").Create(path, size, size, 1, kind)
    file.SetProjection(reference().ExportToWkt())
    file.SetGeoTransform([WEST, CELL_M, 0, NORTH, 0, -CELL_M])
    for first in range(0, size, ROWS):
        rows = np.arange(first, min(first + ROWS, size))[:, None] / 1.0
        file.GetRasterBand(1).WriteArray(cells(np.arange(size)[None, :] / 1.0, rows), 0, first)


def wave(n):
    """Smooth over some hundred cells, in 0..1; above ABOVE in blobs, as rules mostly hold over wide areas."""
    def cells(col, row):
        long = 150 + 37 * n
        return (0.5 + 0.5 * np.sin(col / long + n) * np.cos(row / long * 1.3)).astype(np.float32)
    return cells


def make(folder, size):
    rng = np.random.default_rng(7)
    os.makedirs(folder)
    for n in range(COUNT):
        raster(os.path.join(folder, f"c{n}.tif"), size, gdal.GDT_Float32, wave(n))
        vector(os.path.join(folder, f"p{n}.gpkg"), ogr.wkbPolygon, [park(rng, size) for _ in range(6)])
    raster(os.path.join(folder, "country.tif"), size, gdal.GDT_Byte, lambda col, row: (1 + (col + 0 * row) // 900 % 4).astype(np.uint8))
    with open(os.path.join(folder, "routes.csv"), "w") as file:
        file.write("jurisdiction,route,stage,after,family,figures,low,middle,high,source,certainty\n")
        for country in range(1, 5):
            for s, stage in enumerate(STAGES):
                after = STAGES[s - 1] if s else ""
                file.write(f"J{country},mine,{stage},{after},lognormal,p10/p50/p90,{1 + s},{country + 2 * s + 2},{3 * country + 4 * s + 9},made up,expert default\n")
    for name, more in SCENARIOS.items():
        with open(os.path.join(folder, f"{name}.yaml"), "w") as file:
            file.write(scenario(size, **more))


def rules_of(form):
    return "rules:\n" + "".join(f"  r{n}: {{{form(n)}}}\n" for n in range(COUNT))


PERMITS = ("permits:\n  routes: routes.csv\n  jurisdictions: country\n  names: {1: J1, 2: J2, 3: J3, 4: J4}\n"
           "  land_status: {p0: park, p1: conservation, p2: public}\n")
MONTHS = "  months: {months_to_permit: mine, membership: {linear: {zero: 90 months, one: 2 months}}}\n"
LAND = "".join(f"  p{n}: {{vector: p{n}.gpkg}}\n" for n in range(COUNT))
COUNTRY = "  country: {raster: country.tif, kind: classes}\n"
SCENARIOS = {
    "without": {},
    "shared": {"rules": rules_of(lambda n: f'exclude_where: "c{n} > {ABOVE}"')},
    "own": {"layers": LAND, "rules": rules_of(lambda n: f"exclude_inside: p{n}")},
    "buffers": {"layers": LAND, "rules": rules_of(lambda n: f"exclude_inside: p{n}, buffer: {BUFFER_M} m")},
    "permits": {"layers": LAND + COUNTRY, "criteria": MONTHS, "weights": ", months: 3", "rules": PERMITS},
}


def scenario(size, layers="", criteria="", weights="", rules=""):
    east, south = WEST + size * CELL_M, NORTH - size * CELL_M
    rasters = "".join(f"  c{n}: {{raster: c{n}.tif, resample: nearest}}\n" for n in range(COUNT))
    values = "".join(f"  c{n}: {{value_of: c{n}, membership: {{linear: {{zero: 0, one: 1}}}}}}\n" for n in range(COUNT))
    weighted = ", ".join(f"c{n}: {n + 1}" for n in range(COUNT)) + weights
    return f"""lodescan: 1
title: Rules
grid: {{crs: EPSG:32611, extent: [{WEST}, {south}, {east}, {NORTH}], extent_crs: EPSG:32611, cell: {CELL_M} m, margin: {10 * CELL_M} m}}
layers:
{rasters}{layers}criteria:
{values}{criteria}{rules}targets:
  ore:
    score: {{weighted: {{{weighted}}}}}
    candidates: {{peaks: {{spacing: {size * CELL_M // 10} m, count: 5}}}}
"""


def folder(size):
    return place.region(f"rules_{size}", "permits.yaml", __file__, lambda path: make(path, size))
