"""The cheapest ways in the outputs against Dijkstra (1959) with a heap: mazes, oblong cells, a geographic grid, the antimeridian."""
import heapq
import json
import math
import unittest
import xml.dom.minidom

import jsonschema
import numpy as np
from osgeo import ogr, osr

from ground import UTM, Ground, crs
from places import SOURCE, lodescan, sites

ogr.UseExceptions()


class Field:
    """A lattice with friction (NaN: a barrier) and the lengths of its steps: the truth that the program does not share."""

    def __init__(self, friction, sources, dx, dy, wraps=False):
        self.friction, self.wraps = friction, wraps
        self.dx, self.dy = (np.broadcast_to(np.asarray(d, float), friction.shape[:1]) for d in (dx, dy))
        self.cost = np.full(friction.shape, np.inf)
        queue = [(0.0, r, c) for r, c in sources if friction[r, c] > 0]
        while queue:
            so_far, r, c = heapq.heappop(queue)
            if so_far >= self.cost[r, c]:
                continue
            self.cost[r, c] = so_far
            for to in self.around(r, c):
                step = self.length((r, c), to) * (friction[r, c] + friction[to]) / 2
                if so_far + step < self.cost[to]:
                    heapq.heappush(queue, (so_far + step, *to))

    def around(self, r, c):
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                to = (r + dr, (c + dc) % self.friction.shape[1] if self.wraps else c + dc)
                if (dr or dc) and 0 <= to[0] < self.friction.shape[0] and 0 <= to[1] < self.friction.shape[1]:
                    yield to

    def length(self, a, b):
        x = (self.dx[a[0]] + self.dx[b[0]]) / 2 if a[1] != b[1] else 0
        return math.hypot(x, (self.dy[a[0]] + self.dy[b[0]]) / 2 if a[0] != b[0] else 0)

    def along(self, cells):
        """Cost and length of a way; every step must be one to a neighbour."""
        cost = length = 0.0
        for a, b in zip(cells, cells[1:]):
            assert b in self.around(*a), (a, b)
            step = self.length(a, b)
            length += step
            cost += step * (self.friction[a] + self.friction[b]) / 2
        return cost, length


def degree_metres(lat):
    """Arc lengths of a degree of longitude and of latitude on WGS 84 (Snyder 1987, eq. 4-18 and 4-20)."""
    a, e2 = 6378137.0, 0.0066943799901413165
    root = np.sqrt(1 - e2 * np.sin(np.radians(lat)) ** 2)
    return np.radians(1) * a * np.cos(np.radians(lat)) / root, np.radians(1) * a * (1 - e2) / root ** 3


class Paths(Ground):
    def haul(self, grid, candidates="peaks: {spacing: 1 m, count: 400}", more=""):
        layers = f"  cover: {{raster: cover.tif, resample: nearest, kind: continuous}}\n  mines: {{vector: mines.gpkg, label: name}}\n" + more
        criteria = "  haul: {cost_distance_to: mines, friction: cover, unit: m, membership: {small: {midpoint: 1000 km}}}\n"
        return self.scan(layers, criteria, f"targets: {{plant: {{score: haul, candidates: {{{candidates}}}}}}}\n", grid)

    def paths(self):
        """Rows of the layer as (fields, longitudes and latitudes)."""
        file = ogr.Open(str(self.folder / "out" / "sites.gpkg"))
        layer = file.GetLayerByName("plant_paths")
        self.assertEqual(layer.GetGeomType(), ogr.wkbLineString)
        self.assertEqual(layer.GetSpatialRef().GetAuthorityCode(None), "4326")
        return [(row.items(), row.GetGeometryRef().GetPoints() if row.GetGeometryRef() else []) for row in layer]

    def check(self, field, place, name_of):
        """Every way against the truth; `place` gives the (row, column) of a longitude and latitude."""
        ranked = {site["site_id"]: site for site in sites(self.folder / "out") if site["status"] == "ranked"}
        rows = self.paths()
        self.assertGreater(len(rows), 50)
        self.assertEqual({row["site_id"] for row, _ in rows},
                         {key for key, site in ranked.items() if np.isfinite(field.cost[site["cell_row"], site["cell_col"]])})
        self.assertEqual([row["rank"] for row, _ in rows], sorted(row["rank"] for row, _ in rows))
        for row, points in rows:
            site = ranked[row["site_id"]]
            at = (site["cell_row"], site["cell_col"])
            self.assertEqual((row["target"], row["rank"], row["name"], row["criterion"], row["unit"]), ("plant", site["rank"], site["name"], "haul", "m"))
            cells = [place(*point[:2]) for point in points] or [at]
            self.assertEqual(cells[0], at)
            self.assertEqual(row["nearest"], name_of[cells[-1]])
            cost, length = field.along(cells)
            np.testing.assert_allclose([cost, row["cost"]], field.cost[at], rtol=2e-6)
            np.testing.assert_allclose(row["length_km"] * 1000, length, rtol=1e-9)
        return rows, ranked

    def maze(self, rows, cols, seed):
        """Walls of NaN with gaps at alternating ends, and rough ground between."""
        random = np.random.default_rng(seed)
        friction = random.uniform(0.5, 9, (rows, cols)).astype("f4")
        for i, r in enumerate(range(2, rows - 1, 4)):
            friction[r, 1 if i % 2 else 0:cols if i % 2 else cols - 1] = np.nan
        return friction

    def test_a_maze_of_oblong_cells(self):
        cols, rows, dx, dy, west, north = 37, 29, 90.0, 160.0, 480060.0, 4202080.0
        friction = self.maze(rows, cols, 7)
        friction[20:23, 20:23] = np.nan
        friction[21, 21] = 2  # no way leads out of here
        self.raster("cover.tif", friction, (west, dx, 0, north, 0, -dy))
        name_of = {(0, 36): "upper", (28, 3): "lower"}
        spots = [(int(i) // cols, int(i) % cols) for i in np.random.default_rng(1).permutation(rows * cols)[:300]]
        spots = sorted({*spots, (21, 21), *name_of})
        for name, cells in (("mines.gpkg", name_of.items()), ("spots.gpkg", [((r, c), f"spot {r} {c}") for r, c in spots])):
            self.vector(name, [(f"POINT ({west + (c + 0.5) * dx} {north - (r + 0.5) * dy})", label, 1) for (r, c), label in cells])
        done = self.haul(f"grid: {{crs: EPSG:32611, extent: [{west}, {north - rows * dy}, {west + cols * dx}, {north}], extent_crs: EPSG:32611, "
                         f"cell: [{dx} m, {dy} m], margin: 0 m}}\n",
                         "points: spots", "  spots: {vector: spots.gpkg, label: name}\n")
        to_grid = osr.CoordinateTransformation(crs(4326), crs(32611))

        def place(lon, lat):
            x, y, _ = to_grid.TransformPoint(lon, lat)
            at = ((north - y) / dy - 0.5, (x - west) / dx - 0.5)
            np.testing.assert_allclose(at, np.round(at), atol=1e-3)
            return round(at[0]), round(at[1])

        field = Field(friction.astype(float), list(name_of), dx, dy)
        rows_found, ranked = self.check(field, place, name_of)
        shut = [site for site in ranked.values() if not np.isfinite(field.cost[site["cell_row"], site["cell_col"]])]
        self.assertTrue((21, 21) in [(site["cell_row"], site["cell_col"]) for site in shut] and len(shut) < len(ranked))
        self.assertIn(f"no way leads to mines from {len(shut)} of {len(ranked)} ranked sites (criterion 'haul')", done.stdout)
        at_source = [(row, points) for row, points in rows_found if row["cost"] == 0]
        self.assertEqual([(row["length_km"], points) for row, points in at_source], [(0, [])] * 2)
        target, = json.loads((self.folder / "out" / "run.json").read_text())["targets"]
        self.assertEqual(target["paths"], [{"criterion": "haul", "paths": len(rows_found), "without": len(shut)}])
        self.check_geojson(rows_found)
        self.assertIn("no way leads there", lodescan("explain", self.folder / "out", shut[0]["site_id"]).stdout)
        self.assertNotIn("no way leads there", lodescan("explain", self.folder / "out", rows_found[0][0]["site_id"]).stdout)

        file = ogr.Open(str(self.folder / "out" / "sites.gpkg"))
        style, = [row["styleQML"] for row in file.GetLayerByName("layer_styles") if row["f_table_name"] == "plant_paths"]
        symbol, = xml.dom.minidom.parseString(style).getElementsByTagName("symbol")
        self.assertEqual(symbol.getAttribute("type"), "line")
        self.check_command([rows_found[0], rows_found[len(rows_found) // 2], rows_found[-1]], ranked, shut[0])

    def check_command(self, rows, ranked, shut):
        """`lodescan path` gives the very ways of the run, and null where there is none."""
        places = [ranked[row["site_id"]] for row, _ in rows] + [shut]
        words = [f"--from={site['lon']},{site['lat']}" for site in places]
        done = lodescan("path", self.folder / "scenario.yaml", *words, "--criterion=haul")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)["features"]
        for feature, (row, points), site in zip(found, rows, places):
            self.assertEqual(feature["properties"], {"lon": site["lon"], "lat": site["lat"],
                                                     **{key: row[key] for key in ("criterion", "cost", "unit", "length_km", "nearest")}})
            self.assertEqual(feature["geometry"] is None, not points)
            if points:
                np.testing.assert_allclose(feature["geometry"]["coordinates"], [point[:2] for point in points], atol=6e-8)
        self.assertEqual(len(found), len(places))
        self.assertEqual([found[-1]["properties"][key] for key in ("cost", "length_km", "nearest")] + [found[-1]["geometry"]], [None] * 4)
        self.assertIn("criterion 'haul': no way leads to mines from longitude", done.stderr)
        self.assertEqual(lodescan("path", self.folder / "scenario.yaml", *words).stdout, done.stdout)
        for more, says in ((["--criterion=near"], "'near' is no criterion with cost_distance_to; there are: haul\n"),
                           (["--criterion=hual"], "'hual' is no criterion with cost_distance_to, did you mean 'haul'?\n"),
                           (["--device=all"], "'all' names several devices, which only `run` and `distance` share: name one; there are:\n  0:0 "),
                           (["--from=3,4"], "longitude 3, latitude 4 lies outside")):
            refused = lodescan("path", self.folder / "scenario.yaml", *words, *more)
            self.assertEqual((refused.returncode, refused.stdout), (64, ""))
            self.assertIn(says, refused.stderr)

    def check_geojson(self, rows):
        """paths.geojson holds what the layer holds, to RFC 7946's advice of precision."""
        for name, rules in (("run.json", "run.schema.json"), ("paths.geojson", "paths.schema.json")):
            document, schema = (json.loads(path.read_text()) for path in (self.folder / "out" / name, SOURCE / "docs/schema" / rules))
            jsonschema.Draft202012Validator.check_schema(schema)
            jsonschema.Draft202012Validator(schema).validate(document)
        listed = document["features"]
        self.assertEqual(len(listed), len(rows))
        for feature, (row, points) in zip(listed, rows):
            self.assertEqual(feature["properties"], row)
            geometry = feature["geometry"]
            self.assertEqual(geometry is None, not points)
            if geometry and geometry["type"] == "LineString":
                np.testing.assert_allclose(geometry["coordinates"], [point[:2] for point in points], atol=6e-8)

    def test_degrees(self):
        """Rows near 80 N, where a degree of longitude changes from row to row; none of it touches the antimeridian."""
        cols, rows, cell, west, north = 31, 17, 0.05, 20.0, 80.35
        friction = self.maze(rows, cols, 8)
        self.raster("cover.tif", friction, (west, cell, 0, north, 0, -cell), 4326)
        name_of = {(16, 30): "east", (8, 2): "west"}
        self.vector("mines.gpkg", [(f"POINT ({west + (c + 0.5) * cell} {north - (r + 0.5) * cell})", name, 1) for (r, c), name in name_of.items()], 4326)
        self.haul(f"grid: {{crs: EPSG:4326, extent: [{west}, {north - rows * cell}, {west + cols * cell}, {north}], cell: {cell} deg, margin: 0 m}}\n")
        lat = north - (np.arange(rows) + 0.5) * cell
        dx, dy = (cell * metres for metres in degree_metres(lat))
        rows_found, _ = self.check(Field(friction.astype(float), list(name_of), dx, dy), lambda lon, lat: self.cell_of(lon, lat, west, north, cell), name_of)
        self.check_geojson(rows_found)

    def cell_of(self, lon, lat, west, north, cell, cols=None):
        at = ((north - lat) / cell - 0.5, (lon - west) / cell - 0.5)
        np.testing.assert_allclose(at, np.round(at), atol=1e-5)
        return round(at[0]), round(at[1]) % cols if cols else round(at[1])

    def test_round_the_world(self):
        """Ways over the antimeridian are one line in the layer, and cut in two in RFC 7946 files."""
        cols, rows, cell, west, north = 72, 9, 5.0, -180.0, 25.0
        friction = self.maze(rows, cols, 9)
        friction[:, 30] = np.nan
        self.raster("cover.tif", friction, (west, cell, 0, north, 0, -cell), 4326)
        name_of = {(5, 4): "pacific"}
        self.vector("mines.gpkg", [(f"POINT ({west + 4.5 * cell} {north - 5.5 * cell})", "pacific", 1)], 4326)
        self.haul(f"grid: {{crs: EPSG:4326, extent: [-180, {north - rows * cell}, 180, {north}], cell: {cell} deg, margin: 0 m}}\n")
        lat = north - (np.arange(rows) + 0.5) * cell
        dx, dy = (cell * metres for metres in degree_metres(lat))
        field = Field(friction.astype(float), list(name_of), dx, dy, wraps=True)
        rows_found, _ = self.check(field, lambda lon, lat: self.cell_of(lon, lat, west, north, cell, cols), name_of)
        self.check_geojson(rows_found)
        listed = json.loads((self.folder / "out" / "paths.geojson").read_text())["features"]
        crossing = 0
        for feature, (row, points) in zip(listed, rows_found):
            lons = [point[0] for point in points]
            self.assertTrue(all(abs(a - b) < 180 for a, b in zip(lons, lons[1:])))
            if not points or -180 <= min(lons) and max(lons) <= 180:
                continue
            crossing += 1
            self.assertEqual(feature["geometry"]["type"], "MultiLineString")
            parts = feature["geometry"]["coordinates"]
            self.assertTrue(all(-180 <= lon <= 180 for part in parts for lon, lat in part))
            self.assertEqual({abs(part[-1][0]) for part in parts[:1]} | {abs(part[0][0]) for part in parts[1:]}, {180.0})
        self.assertGreater(crossing, 10)

    def test_a_target_called_like_the_layer_of_another(self):
        self.vector("mines.gpkg", [("POINT (481000 4201000)", "a", 1)])
        targets = "targets: {plant: {score: haul}, plant_paths: {score: haul}}\n"
        for kind, refused in (("{cost_distance_to: mines, friction: \"1\", membership: {small: {midpoint: 1 km}}}", True),
                              ("{distance_to: mines, membership: {small: {midpoint: 1 km}}}", False)):
            path = self.folder / "scenario.yaml"
            path.write_text(f"lodescan: 1\ntitle: odd\n{UTM}layers: {{mines: {{vector: mines.gpkg}}}}\ncriteria: {{haul: {kind}}}\n{targets}")
            done = lodescan("check", path)
            self.assertEqual(done.returncode, 65 if refused else 0, done.stderr)
            self.assertEqual("scenario.yaml:6:33: target 'plant_paths' is called like the layer of the paths of target 'plant'; choose another name"
                             in done.stderr, refused, done.stderr)

    def test_none_without_such_a_criterion(self):
        self.vector("mines.gpkg", [("POINT (481000 4201000)", "a", 1)])
        self.scan("  mines: {vector: mines.gpkg}\n", "  near: {distance_to: mines, membership: {small: {midpoint: 1 km}}}\n",
                  "targets: {plant: {score: near}}\n")
        self.assertFalse((self.folder / "out" / "paths.geojson").exists())
        file = ogr.Open(str(self.folder / "out" / "sites.gpkg"))
        self.assertEqual([file.GetLayer(i).GetName() for i in range(file.GetLayerCount())], ["plant", "layer_styles"])


if __name__ == "__main__":
    unittest.main()
