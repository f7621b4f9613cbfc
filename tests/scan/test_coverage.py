"""Covered shares of cells in whole scans: against OGR's intersection with every cell by itself, and against whole areas."""
import json
import math
import os
import pathlib
import unittest

import numpy as np
from osgeo import ogr, osr

from ground import Ground, crs
from places import lodescan, memory_for_rows

COLS, ROWS, CELL = 31, 19, 100.0
WEST, NORTH = 480000.0, 4202000.0
CRITERION = "  share: {coverage_of: areas, membership: {linear: {zero: 0, one: 1}}}\n"
REST = "targets: {plant: {score: share}}\noutputs: {criteria: true}\n"
LAYER = "  areas: {vector: areas.gpkg}\n"


def grid(cols=COLS, rows=ROWS, cell=CELL, west=WEST, north=NORTH):
    return (f"grid: {{crs: EPSG:32611, extent: [{west!r}, {north - rows * cell!r}, {west + cols * cell!r}, {north!r}], extent_crs: EPSG:32611, "
            f"cell: {cell:g} m, margin: 0 m}}\n")


def square(west, south, east, north):
    return f"POLYGON (({west!r} {south!r}, {east!r} {south!r}, {east!r} {north!r}, {west!r} {north!r}, {west!r} {south!r}))"


def star(x, y, radius, points, twist=0.0, inner=0.4):
    """Corners out and in; the hole within is a smaller one."""
    def ring(size):
        at = [(x + size * (1 if i % 2 else inner) * math.cos(twist + i * math.pi / points),
               y + size * (1 if i % 2 else inner) * math.sin(twist + i * math.pi / points)) for i in range(2 * points)]
        return "(" + ", ".join(f"{px!r} {py!r}" for px, py in at + at[:1]) + ")"
    return ring(radius), ring(radius / 2)


def by_cell(shapes, cols, rows, dx, dy, west, north):
    """Every cell's intersection with what the shapes cover together."""
    shares = np.zeros((rows, cols))
    shapes = [ogr.CreateGeometryFromWkt(words) for words in shapes]
    for r in range(rows):
        for c in range(cols):
            cell = ogr.CreateGeometryFromWkt(square(west + c * dx, north - (r + 1) * dy, west + (c + 1) * dx, north - r * dy))
            covered = None
            for shape in shapes:
                part = cell.Intersection(shape) if shape.Intersects(cell) else None
                if part is not None and not part.IsEmpty():
                    covered = part if covered is None else covered.Union(part)
            areas = covered is not None and covered.GetGeometryType() not in (ogr.wkbPoint, ogr.wkbLineString, ogr.wkbMultiPoint, ogr.wkbMultiLineString)
            shares[r, c] = covered.Area() / (dx * dy) if areas else 0
    return shares


class Coverage(Ground):
    def areas(self, shapes, epsg=32611):
        self.vector("areas.gpkg", [(words, str(i), i) for i, words in enumerate(shapes)], epsg)

    def shares(self, where=None, criterion=CRITERION, rest=REST):
        self.scan(LAYER, criterion, rest, where or grid())
        return self.plane("criteria/share.tif")[0].astype(float)

    def holds(self, shapes, cols=COLS, rows=ROWS, cell=CELL, west=WEST, north=NORTH):
        self.areas(shapes)
        got, wanted = self.shares(grid(cols, rows, cell, west, north)), by_cell(shapes, cols, rows, cell, cell, west, north)
        self.assertEqual(got.shape, (rows, cols))
        np.testing.assert_allclose(got, wanted, atol=2e-7, rtol=0)
        return got, wanted

    def test_by_cell(self):
        """Random triangles and stars, holes and parts, overlaps, beyond all four sides of the grid."""
        random = np.random.default_rng(51)
        shapes = []
        for _ in range(14):
            x, y = WEST + random.uniform(-200, 3300, 3), NORTH - random.uniform(-300, 2200, 3)
            shapes.append("POLYGON ((" + ", ".join(f"{a} {b}" for a, b in zip([*x, x[0]], [*y, y[0]])) + "))")
        for points, radius in ((3, 300), (5, 450), (17, 90)):
            out, hole = star(WEST + random.uniform(0, 3100), NORTH - random.uniform(0, 1900), radius, points, random.uniform(0, 3))
            shapes.append(f"POLYGON ({out}, {hole})")
        one, two = (star(WEST + 700 + 1500 * i, NORTH - 900, 333.3, 4, 0.2)[0] for i in range(2))
        shapes.append(f"MULTIPOLYGON (({one}), ({two}))")
        got, wanted = self.holds(shapes)
        partly = (wanted > 0.001) & (wanted < 0.999)
        self.assertGreater(partly.sum(), 100)
        self.assertGreater((got == 1).sum(), 20)
        self.assertGreater((got == 0).sum(), 20)

    def test_on_the_lines(self):
        """Edges on cells' sides, corners on cells' corners, a cell exactly, half cells."""
        shapes = [square(WEST + 200, NORTH - 500, WEST + 700, NORTH - 200), square(WEST + 1000, NORTH - 350, WEST + 1050, NORTH - 200),
                  f"POLYGON (({WEST + 1500} {NORTH - 300}, {WEST + 1800} {NORTH - 600}, {WEST + 1500} {NORTH - 600}, {WEST + 1500} {NORTH - 300}))",
                  square(WEST + 2000, NORTH - 1000, WEST + 2100, NORTH - 900)]
        got, wanted = self.holds(shapes)
        self.assertTrue((got[2:5, 2:7] == 1).all())
        self.assertEqual(sorted(set(np.unique(got))), [0, 0.25, 0.5, 1])

    def test_neighbours_share_an_edge(self):
        """Two that touch cover as one does; one upon the other counts once."""
        out = square(WEST + 137, NORTH - 1411, WEST + 2237, NORTH - 333)
        slant = f"{WEST + 977.7} {NORTH - 333}, {WEST + 1311.1} {NORTH - 1411}"
        left = f"POLYGON (({WEST + 137} {NORTH - 333}, {slant}, {WEST + 137} {NORTH - 1411}, {WEST + 137} {NORTH - 333}))"
        right = f"POLYGON (({WEST + 2237} {NORTH - 333}, {slant}, {WEST + 2237} {NORTH - 1411}, {WEST + 2237} {NORTH - 333}))"
        for shapes in ([left, right], [left, right, square(WEST + 500, NORTH - 1000, WEST + 1500, NORTH - 500)], [out, out]):
            self.areas(shapes)
            np.testing.assert_allclose(self.shares(), by_cell([out], COLS, ROWS, CELL, CELL, WEST, NORTH), atol=2e-7, rtol=0)

    def test_slivers(self):
        """Areas much smaller than a cell keep their area, far from the origin of the map and in small cells too."""
        for cell, west, north in ((CELL, WEST, NORTH), (0.5, 499999.5, 9200000.0)):
            sliver = star(west + 3.37 * cell, north - 2.61 * cell, 0.01 * cell, 3)[0]
            needle = (f"(({west + 5.1 * cell!r} {north - 4.2 * cell!r}, {west + 5.101 * cell!r} {north - 4.2 * cell!r}, "
                      f"{west + 5.9 * cell!r} {north - 9.7 * cell!r}, {west + 5.1 * cell!r} {north - 4.2 * cell!r}))")
            got, wanted = self.holds([f"POLYGON ({sliver})", "POLYGON " + needle], 13, 11, cell, west, north)
            self.assertGreater(got[2, 3], 0)
            self.assertAlmostEqual(got.sum() / wanted.sum(), 1, delta=2e-6)

    def test_broken_rings(self):
        """A figure of eight is two triangles, and a hole beyond its ring is none."""
        eight = f"POLYGON (({WEST + 250} {NORTH - 250}, {WEST + 1450} {NORTH - 1450}, {WEST + 1450} {NORTH - 250}, {WEST + 250} {NORTH - 1450}, {WEST + 250} {NORTH - 250}))"
        halves = [f"POLYGON (({WEST + x} {NORTH - 250}, {WEST + 850} {NORTH - 850}, {WEST + x} {NORTH - 1450}, {WEST + x} {NORTH - 250}))" for x in (250, 1450)]
        self.areas([eight])
        np.testing.assert_allclose(self.shares(), by_cell(halves, COLS, ROWS, CELL, CELL, WEST, NORTH), atol=2e-7, rtol=0)

    def test_degrees(self):
        """On a geographic grid shares are of squares of degrees, and areas go on over the antimeridian."""
        shapes = [square(170.13, -20.4, 193.37, 11.9), "POLYGON ((-180 40, -171.3 55.2, -179.1 61.3, -180 40))", square(-20.5, -13.25, 7.75, 8)]
        self.areas(shapes, 4326)
        got = self.shares("grid: {crs: EPSG:4326, extent: [-180, -90, 180, 90], cell: 5 deg}\n")
        turned = [square(-180, -20.4, -166.63, 11.9), square(170.13, -20.4, 180, 11.9), *shapes[1:]]
        np.testing.assert_allclose(got, by_cell(turned, 72, 36, 5, 5, -180, 90), atol=2e-7, rtol=0)
        self.assertAlmostEqual(got.sum() * 25 / sum(ogr.CreateGeometryFromWkt(s).Area() for s in shapes), 1, delta=1e-6)

    def test_bands(self):
        """Any band height, the same bytes; and rows that sites ask for say what the surface says."""
        self.areas([f"POLYGON ({star(WEST + 1500, NORTH - 900, 870, 7, 0.1)[0]})"])
        rest = "targets: {plant: {score: share, candidates: {peaks: {spacing: 300 m}}}}\noutputs: {criteria: true}\n"
        whole = self.shares(rest=rest)
        scenario = self.folder / "scenario.yaml"
        for rows in (7,):
            self.scan_with(memory_for_rows(rows, scenario))
            self.assertEqual(self.plane("criteria/share.tif")[0].tobytes(), whole.astype("f4").tobytes())
        sites = json.loads((self.folder / "out" / "sites.geojson").read_text())["features"]
        self.assertGreater(len(sites), 5)
        for site in sites:
            row, col = int((NORTH - site["properties"]["y"]) / CELL), int((site["properties"]["x"] - WEST) / CELL)
            self.assertAlmostEqual(site["properties"]["score"], whole[row, col], delta=1e-6)

    def scan_with(self, memory):
        done = lodescan("run", self.folder / "scenario.yaml", f"--output={self.folder / 'out'}", "--overwrite", f"--memory={memory}")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_rules(self):
        """More than the share is inside, less is outside; at the share neither; exactly at the edge of a cell nothing is covered."""
        shapes = [square(WEST + 200, NORTH - 500, WEST + 750, NORTH - 200), square(WEST + 1025, NORTH - 900, WEST + 1100, NORTH - 600)]
        self.areas(shapes)
        share = by_cell(shapes, COLS, ROWS, CELL, CELL, WEST, NORTH)
        self.assertEqual(set(np.unique(share)), {0, 0.5, 0.75, 1})
        for words, excluded in (("exclude_inside: areas, coverage: 50 percent", share > 0.5), ("exclude_inside: areas, coverage: 49 %", share > 0.49),
                                ("exclude_inside: areas, coverage: 0 percent", share > 0), ("exclude_outside: areas, coverage: 75 percent", share < 0.75),
                                ("exclude_outside: areas, coverage: 100 percent", share < 1), ("exclude_where: share >= 0.75", share >= 0.75)):
            self.scan(LAYER, CRITERION, f"rules: {{r: {{{words}}}}}\n" + REST, grid())
            score = self.plane("plant_score.tif")
            np.testing.assert_array_equal(np.isnan(score if score.ndim == 2 else score[0]), excluded, words)

    def test_no_areas(self):
        self.areas([f"LINESTRING ({WEST} {NORTH}, {WEST + 900} {NORTH - 800})"])
        path = self.folder / "scenario.yaml"
        path.write_text("lodescan: 1\ntitle: odd\n" + grid() + "layers:\n" + LAYER + "criteria:\n" + CRITERION + REST)
        done = lodescan("check", path)
        self.assertEqual(done.returncode, 65)
        self.assertIn(":5: layer 'areas' (areas.gpkg): it has no areas, and lines and points cover nothing of a cell: `coverage_of` and "
                      "`coverage` need a layer of areas", done.stderr)
        self.areas([f"LINESTRING ({WEST} {NORTH}, {WEST + 900} {NORTH - 800})", square(WEST, NORTH - 100, WEST + 100, NORTH)])
        done = lodescan("check", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 of its features are lines or points, which cover nothing of a cell", done.stderr)

    @unittest.skipUnless("LODESCAN_DATA" in os.environ, "LODESCAN_DATA names the folder of real layers")
    def test_real_areas(self):
        """Parks, reservations, counties: cells' shares add up to the area of what lies in the grid."""
        data = pathlib.Path(os.environ["LODESCAN_DATA"]) / "mojave"
        for name in ("protected_areas_nps", "indian_lands", "urban_areas", "counties"):
            source = ogr.Open(str(data / f"{name}.gpkg"))
            (self.folder / "areas.gpkg").unlink(missing_ok=True)
            ogr.GetDriverByName("GPKG").CopyDataSource(source, str(self.folder / "areas.gpkg"))
            where = "grid: {crs: EPSG:5070, extent: [-2100000, 1299000, -1479000, 1758000], extent_crs: EPSG:5070, cell: 3 km}\n"
            got = self.shares(where)
            layer = source.GetLayer(0)
            own = layer.GetSpatialRef()
            own.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
            change = osr.CoordinateTransformation(own, crs(5070))
            box = ogr.CreateGeometryFromWkt(square(-2100000.0, 1299000.0, -1479000.0, 1758000.0))
            together = None
            for feature in layer:
                shape = feature.GetGeometryRef().Clone()
                shape.Transform(change)
                part = shape.Intersection(box)
                together = part if together is None else together.Union(part)
            self.assertEqual(got.shape, (153, 207))
            self.assertAlmostEqual(got.sum() * 9e6 / together.Area(), 1, delta=1e-6, msg=name)


if __name__ == "__main__":
    unittest.main()
