#!/usr/bin/env python3
"""A heatmap of the fixture as GDAL opens it. Usage: check_heatmap.py PNG [world]   (world: no auxiliary file is there)"""
import sys

from osgeo import gdal, osr

gdal.UseExceptions()
picture = gdal.Open(sys.argv[1])
assert picture.GetGeoTransform() == (-1792000, 500, 0, 1500500, 0, -250), picture.GetGeoTransform()
assert (picture.RasterXSize, picture.RasterYSize) == (7, 5)
if len(sys.argv) == 2:
    asked = osr.SpatialReference()
    asked.ImportFromEPSG(5070)
    assert picture.GetSpatialRef().IsSame(asked)
    names = picture.GetRasterBand(1).GetCategoryNames()
    assert len(names) == 256 and names[:4] == ["outside", "no data", "excluded", "excluded"], names[:5]
    assert names[4] == "score 0 to 0.004" and names[255].endswith("to 1"), (names[4], names[255])
    texts = picture.GetMetadata()
    assert texts["Title"] == "Test <hills> & dales: deposit score", texts
    assert texts["Software"].startswith("lodescan ")
    assert texts["Description"] == "Survey of Nowhere; Clay people; Clay", texts
