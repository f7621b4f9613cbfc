"""Why cells are excluded: the bits, areas and freed sites of a run against masks, areas and scores made here a second time."""
import csv
import json
import math
import re
import unittest

import jsonschema
import numpy as np
from osgeo import gdal

from ground import Ground
from places import SOURCE, lodescan, memory_for_rows, sites

COLS, ROWS = 37, 23
PLANE = ("grid: {crs: EPSG:32611, extent: [480000, 4199700, 483700, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n",
         (480000, 100, 0, 4202000, 0, -100), 32611)
GLOBE = ("grid: {crs: EPSG:4326, extent: [20, 54.25, 29.25, 60], cell: 0.25 deg, margin: 0 m}\n", (20, 0.25, 0, 60, 0, -0.25), 4326)
SCORED, EXCLUDED, NO_DATA, OUTSIDE = range(4)


def cell_km2(row, transform, epsg):
    """The area of a cell of the row: on the globe that between two parallels, by the closed form of the authalic integral."""
    if epsg != 4326:
        return abs(transform[1] * transform[5]) / 1e6
    a, f = 6378137.0, 1 / 298.257223563
    e = math.sqrt(f * (2 - f))

    def q(lat):
        s = math.sin(math.radians(lat))
        return (1 - e * e) * (s / (1 - e * e * s * s) + math.atanh(e * s) / e)
    north = transform[3] + row * transform[5]
    return a * a / 2 * (q(north) - q(north + transform[5])) * math.radians(transform[1]) / 1e6


class Provenance(Ground):
    """Rules that overlap in all ways: one within another, two that cross, one that holds where there is no data, one for another target."""

    def bars(self, target, legend):
        """The picture's bars, the widest first, against the table: blue what a rule alone takes, pale what others take too."""
        pixels = np.moveaxis(gdal.Open(str(self.folder / f"out/{target}_rules.png")).ReadAsArray()[:3], 0, 2)
        wanted = sorted(((float(row["excluded_km2"]), float(row["alone_km2"])) for row in legend), key=lambda both: -both[0])
        self.assertEqual(pixels.shape[:2], (250 + 40 * len(wanted), 1280))
        for i, (taken, alone) in enumerate(wanted):
            line = pixels[150 + 40 * i + 10]
            blue, pale = ((line == colour).all(axis=1).sum() for colour in ((0x00, 0x72, 0xb2), (0x9e, 0xca, 0xe9)))
            scale = 710 / (wanted[0][0] or 1)
            self.assertAlmostEqual(blue, alone * scale, delta=2, msg=(target, i))
            self.assertAlmostEqual(pale, (taken - alone) * scale, delta=2, msg=(target, i))

    def lay(self, how, more=0):
        self.grid, transform, epsg = how
        rng = np.random.default_rng(41)
        self.x = rng.random((ROWS, COLS)).astype("f4")
        self.x[rng.random((ROWS, COLS)) < 0.1] = np.nan
        self.raster("x.tif", self.x, transform, epsg)
        self.kinds = rng.integers(0, 5, (ROWS, COLS)).astype("f4")
        self.raster("kinds.tif", self.kinds, transform, epsg)
        self.study = np.ones((ROWS, COLS), "f4")
        self.study[:, :3] = np.nan
        self.raster("study.tif", self.study, transform, epsg)
        blocks = {"wide": (slice(4, 15), slice(2, 20)), "inner": (slice(6, 10), slice(5, 11)), "across": (slice(9, 20), slice(12, 31)),
                  "other": (slice(0, 23), slice(30, 33)), "nowhere": (slice(0, 0), slice(0, 0))}
        self.rules = {}
        for name, where in blocks.items():
            mask = np.zeros((ROWS, COLS), "f4")
            mask[where] = 1
            self.rules[name] = mask > 0
            self.raster(f"{name}.tif", mask, transform, epsg)
        self.rules["odd"] = self.kinds == 3
        self.rules["low"] = np.nan_to_num(self.x, nan=9) < np.float32(0.1)
        extra = {f"more{i}": self.kinds == i % 5 for i in range(more)}
        self.rules.update(extra)
        self.of = {"ore": [n for n in self.rules if n != "other" and n not in extra], "mill": [n for n in self.rules if n not in ("wide",)]}
        layers = "  x: {raster: x.tif, resample: nearest}\n  kinds: {raster: kinds.tif, resample: nearest}\n  study: {raster: study.tif, resample: nearest}\n"
        layers += "".join(f"  {n}: {{raster: {n}.tif, resample: nearest, where: \"value > 0\"}}\n" for n in blocks)
        places = [(transform[0] + transform[1] * (c + 0.5), transform[3] + transform[5] * (r + 0.5)) for r, c in self.places()]
        self.vector("known.gpkg", [(f"POINT ({px} {py})", f"site {i}", i) for i, (px, py) in enumerate(places)], epsg)
        layers += "  known: {vector: known.gpkg, label: name}\n"
        rules = "".join(f"  {n}: {{exclude_inside: {n}, reason: \"In the {n}, or so\"{', citation: Act 1' if n == 'wide' else ''}"
                        f"{', targets: [ore]' if n == 'wide' else ', targets: [mill]' if n == 'other' else ''}}}\n" for n in blocks)
        rules += "  odd: {exclude_where: kinds == 3}\n  low: {exclude_where: value < 0.1}\n"
        rules += "".join(f"  {n}: {{exclude_where: kinds == {i % 5}, targets: [mill]}}\n" for i, n in enumerate(extra))
        self.rest = "rules:\n" + rules + ("targets:\n  ore: {score: {weighted: {value: 1}}, candidates: {points: known}}\n"
                                          "  mill: {score: {weighted: {value: 1}}, mode: plant, candidates: {peaks: {spacing: 300 m, count: 7}}}\n")
        self.grid = self.grid.replace("margin: 0 m", "margin: 0 m, within: study")
        self.text = (layers, "  value: {value_of: x, membership: {linear: {zero: 0, one: 1}}}\n", self.rest, self.grid)
        return self.scan(*self.text)

    def places(self):
        return [(r, c) for r in range(1, ROWS, 2) for c in range(1, COLS, 3)]

    def table(self, name):
        with open(self.folder / "out" / name, newline="") as file:
            return list(csv.DictReader(file))

    def check(self, how, more=0, kind=gdal.GDT_Byte):
        done = self.lay(how, more)
        slack = 2e-6 if how[2] == 4326 else 1e-12  # a cell's width is that of its middle parallel
        km2 = np.array([cell_km2(r, how[1], how[2]) for r in range(ROWS)])[:, None] * np.ones((1, COLS))
        names, manifest = list(self.rules), json.loads((self.folder / "out" / "run.json").read_text())
        jsonschema.validate(manifest, json.loads((SOURCE / "docs/schema/run.schema.json").read_text()))
        inside = self.study > 0
        for target in manifest["targets"]:
            of = self.of[target["name"]]
            file = gdal.Open(str(self.folder / "out" / f"{target['name']}_rules.tif"))
            self.assertEqual(file.GetRasterBand(1).DataType, kind)
            self.assertIsNone(file.GetRasterBand(1).GetNoDataValue())
            self.assertEqual(file.GetMetadata("IMAGE_STRUCTURE")["COMPRESSION"], "DEFLATE")
            said = {k: v for k, v in file.GetRasterBand(1).GetMetadata().items() if k.startswith("BIT_")}
            self.assertEqual(said, {f"BIT_{names.index(n)}": n for n in of})
            bits, state = file.ReadAsArray().astype(np.uint64), self.plane(f"{target['name']}_state.tif")
            wanted = sum((self.rules[n] & inside).astype(np.uint64) << np.uint64(names.index(n)) for n in of)
            np.testing.assert_array_equal(bits, wanted, target['name'])
            would = inside & ~np.isnan(self.x)
            excluded = would & np.any([self.rules[n] for n in of], axis=0)
            np.testing.assert_array_equal(state == EXCLUDED, excluded)
            np.testing.assert_array_equal(excluded, would & (bits != 0))
            self.assertAlmostEqual(target["cells"]["excluded"]["km2"], km2[would & (bits != 0)].sum(), delta=slack * km2.sum())
            legend, overlaps = self.table(f"{target['name']}_rules.csv"), self.table(f"{target['name']}_rules_overlap.csv")
            self.bars(target["name"], legend)
            self.assertEqual([row["rule"] for row in legend], of)
            self.assertEqual([e["rule"] for e in target["exclusions"]], of)
            count = sum(self.rules[n].astype(int) for n in of)
            listed = sites(self.folder / "out", target["name"])
            for row, told in zip(legend, target["exclusions"]):
                name = row["rule"]
                bit = names.index(name)
                self.assertEqual((int(row["bit"]), int(row["value"]), told["bit"]), (bit, 1 << bit, bit))
                held = bits >> np.uint64(bit) & np.uint64(1) > 0
                alone = would & held & (count == 1)
                for key, mask in (("holds_km2", held), ("excluded_km2", held & would), ("alone_km2", alone)):
                    self.assertAlmostEqual(float(row[key]), km2[mask].sum(), delta=slack * km2.sum(), msg=f"{name} {key}")
                    self.assertEqual(told[key], float(row[key]))
                self.assertEqual((told["excluded_cells"], told["alone_cells"]), ((held & would).sum(), alone.sum()))
                if alone.any():
                    best = np.where(alone, self.x, -1)
                    self.assertAlmostEqual(told["best_freed"]["score"], best.max(), places=6)
                    self.assertEqual(float(row["best_freed_score"]), told["best_freed"]["score"])
                    if how[2] == 4326:
                        r, c = divmod(int(best.argmax()), COLS)
                        self.assertAlmostEqual(told["best_freed"]["lon"], 20 + (c + 0.5) / 4, places=9)
                        self.assertAlmostEqual(told["best_freed"]["lat"], 60 - (r + 0.5) / 4, places=9)
                else:
                    self.assertEqual((told["best_freed"], row["best_freed_score"]), (None, ""))
                for other in of:
                    if other != name:
                        self.assertAlmostEqual(told["overlaps_km2"][other], km2[would & self.rules[name] & self.rules[other]].sum(), delta=slack * km2.sum())
                freed = [s for s in listed if alone[s["cell_row"], s["cell_col"]]]
                self.assertEqual([f["site_id"] for f in told["frees"]], [s["site_id"] for s in freed])
                self.assertEqual(int(row["freed_sites"]), len(freed))
                for f in told["frees"]:
                    site = next(s for s in listed if s["site_id"] == f["site_id"])
                    better = [s for s in listed if s["rank"] and (-s["score"], s["site_id"]) < (-f["score"], f["site_id"])]
                    self.assertAlmostEqual(f["score"], self.x[site["cell_row"], site["cell_col"]], places=6)
                    self.assertEqual(f["would_rank"], 1 + len(better))
                if freed and target["name"] == "ore":
                    self.assertIn(f"relaxing '{name}' frees ", done.stdout)
            self.assertEqual(len(overlaps), len(of) * (len(of) - 1) // 2)
            for row in overlaps:
                both = km2[would & self.rules[row["rule"]] & self.rules[row["other"]]].sum()
                self.assertAlmostEqual(float(row["both_km2"]), both, delta=slack * km2.sum())
                first = km2[would & self.rules[row["rule"]]].sum()
                self.assertEqual(row["share_of_rule"] == "", first == 0)
                if first:
                    self.assertAlmostEqual(float(row["share_of_rule"]), both / first, delta=slack)
        ore = manifest["targets"][0]["exclusions"]
        self.assertGreater(sum(len(e["frees"]) for e in ore), 5)
        self.assertEqual(next(e for e in ore if e["rule"] == "inner")["alone_cells"], 0)  # within another, so that it alone takes nothing
        self.assertEqual([(r["citation"], r["reason"]) for r in self.table("ore_rules.csv") if r["rule"] == "wide"], [("Act 1", "In the wide, or so")])

    def test_projected(self):
        self.check(PLANE)

    def test_geographic(self):
        self.check(GLOBE)

    def test_wider_types(self):
        for more, kind in ((5, gdal.GDT_UInt16), (15, gdal.GDT_UInt32), (57, gdal.GDT_UInt64)):
            self.check(GLOBE, more, kind)

    def test_bands_and_devices_change_nothing(self):
        self.check(PLANE, 5, gdal.GDT_UInt16)
        whole = {p.name: p.read_bytes() for p in (self.folder / "out").glob("*_rules*")}
        told = json.loads((self.folder / "out" / "run.json").read_text())
        self.assertEqual(len(whole), 10)
        path = self.folder / "scenario.yaml"
        two = {"POCL_DEVICES": "pthread pthread", "ASAN_OPTIONS": "intercept_tls_get_addr=0:verify_asan_link_order=0:use_sigaltstack=0"}
        for words, extra, bands in ((["--device=all"], two, 8), ([f"--memory={memory_for_rows(3, path)}"], {}, 1)):
            done = lodescan("run", path, f"--output={self.folder / 'out'}", "--overwrite", *words, **extra)
            self.assertEqual(done.returncode, 0, done.stderr)
            again = json.loads((self.folder / "out" / "run.json").read_text())
            self.assertGreaterEqual(sum(map(int, re.findall(r"rows in (\d+) band", done.stdout))), bands)
            self.assertEqual({p.name: p.read_bytes() for p in (self.folder / "out").glob("*_rules*")}, whole)
            self.assertEqual([t["exclusions"] for t in again["targets"]], [t["exclusions"] for t in told["targets"]])

    def test_inclusions_and_penalties(self):
        """A cell that an inclusion frees is excluded by what is left; a penalty holds, and excludes nothing."""
        self.lay(PLANE)
        rules = ("  wide: {exclude_inside: wide}\n  across: {exclude_inside: across}\n  lease: {include_inside: inner, over: wide}\n"
                 "  odd: {exclude_where: kinds == 3}\n  wet: {penalise_inside: other, factor: 0.5}\n")
        self.scan(self.text[0], self.text[1], "rules:\n" + rules + self.rest[self.rest.index("\ntargets:") + 1:], self.text[3])
        told = json.loads((self.folder / "out" / "run.json").read_text())["targets"][0]
        masks = self.rules
        stops = {"wide": masks["wide"] & ~masks["inner"], "across": masks["across"], "odd": masks["odd"]}
        would, count = (self.study > 0) & ~np.isnan(self.x), sum(m.astype(int) for m in stops.values())
        self.assertEqual([e["rule"] for e in told["exclusions"]], list(stops))
        listed = sites(self.folder / "out", "ore")
        for e in told["exclusions"]:
            alone = would & stops[e["rule"]] & (count == 1)
            self.assertEqual((e["excluded_cells"], e["alone_cells"]), ((would & stops[e["rule"]]).sum(), alone.sum()))
            self.assertAlmostEqual(e["holds_km2"], ((self.study > 0) & masks[e["rule"]]).sum() / 100)
            for other, area in e["overlaps_km2"].items():
                self.assertAlmostEqual(area, (would & stops[e["rule"]] & stops[other]).sum() / 100)
            best = np.where(alone, self.x * np.where(masks["other"], 0.5, 1), -1)
            self.assertAlmostEqual(e["best_freed"]["score"], best.max(), places=6)
            self.assertEqual([f["site_id"] for f in e["frees"]], [s["site_id"] for s in listed if alone[s["cell_row"], s["cell_col"]]])
        bits = gdal.Open(str(self.folder / "out/ore_rules.tif")).ReadAsArray()
        order = ("wide", "across", "inner", "odd", "other")
        np.testing.assert_array_equal(bits, sum(((self.study > 0) & masks[n]).astype("u1") << i for i, n in enumerate(order)))
        self.assertEqual([(r["rule"], r["kind"]) for r in self.table("ore_rules.csv")][2::2], [("lease", "include_inside"), ("wet", "penalise_inside")])

    def test_without_rules(self):
        self.lay(PLANE)
        self.scan(self.text[0], self.text[1], self.rest[self.rest.index("\ntargets:") + 1:], self.text[3])
        self.assertEqual(list((self.folder / "out").glob("*rules*")), [])
        self.assertNotIn("exclusions", json.loads((self.folder / "out" / "run.json").read_text())["targets"][0])


if __name__ == "__main__":
    unittest.main()
