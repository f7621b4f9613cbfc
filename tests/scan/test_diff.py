"""lodescan diff against numpy: what became of cells, which sites moved, and reasons that add up."""
import base64
import csv
import hashlib
import html
import json
import math
import re
import shutil
import unittest

import jsonschema
import numpy as np
from osgeo import gdal

from ground import Ground
from places import SCAN, SOURCE, lodescan, sites

COLS, ROWS = 37, 23
PLANE = ("grid: {crs: EPSG:32611, extent: [480000, 4199700, 483700, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n",
         (480000, 100, 0, 4202000, 0, -100), 32611)
GLOBE = ("grid: {crs: EPSG:4326, extent: [20, 54.25, 29.25, 60], cell: 0.25 deg, margin: 0 m}\n", (20, 0.25, 0, 60, 0, -0.25), 4326)
SCORED, EXCLUDED, NO_DATA, OUTSIDE = range(4)


def row_km2(how):
    """Area of a cell of each row; on the globe between two parallels, by the closed form of the authalic integral."""
    if how[2] != 4326:
        return np.full(ROWS, 0.01)
    a, f = 6378137.0, 1 / 298.257223563
    e = math.sqrt(f * (2 - f))

    def q(lat):
        s = np.sin(np.radians(lat))
        return (1 - e * e) * (s / (1 - e * e * s * s) + np.arctanh(e * s) / e)
    north = 60 - 0.25 * np.arange(ROWS)
    return a * a / 2 * (q(north) - q(north - 0.25)) * math.radians(0.25) / 1e6


class Diff(Ground):
    CRITERIA = ("  x: {value_of: a, membership: {linear: {zero: 0, one: 1}}}\n  y: {value_of: b, membership: {linear: {zero: 0, one: 1}}}\n"
                "  z: {value_of: c, membership: {linear: {zero: 0, one: 1}}}\n")
    LAYERS = ("  a: {raster: a.tif, resample: nearest}\n  b: {raster: b.tif, resample: nearest}\n  c: {raster: c.tif, resample: nearest}\n"
              "  park: {raster: park.tif, resample: nearest, where: \"value > 0\"}\n  known: {vector: known.gpkg, label: name}\n")
    REST = ("rules: {{park: {{exclude_inside: park, reason: In a park}}, low: {{{low}}}}}\ntargets:\n"
            "  ore: {{score: {{{score}}}, candidates: {{points: known, name: name}}}}\n")

    def ground(self, how=PLANE, seed=3):
        self.how = how
        rng = np.random.default_rng(seed)
        for name in "abc":
            plane = rng.random((ROWS, COLS)).astype("f4")
            plane[rng.random((ROWS, COLS)) < 0.05] = np.nan
            self.raster(f"{name}.tif", plane, how[1], how[2])
        park = np.zeros((ROWS, COLS), "f4")
        park[4:12, 5:19] = 1
        self.raster("park.tif", park, how[1], how[2])
        t = how[1]
        points = [(f"POINT ({t[0] + t[1] * (c + 0.5)} {t[3] + t[5] * (r + 0.5)})", f"site {r}-{c}", 0)
                  for r in range(1, ROWS, 3) for c in range(2, COLS, 4)]
        self.vector("known.gpkg", points, how[2])

    def one(self, into, score="weighted: {x: 1, y: 2, z: 1}", low="exclude_where: x < 0.1", criteria=None, rest="", grid=None):
        self.scan(self.LAYERS, criteria or self.CRITERIA, self.REST.format(score=score, low=low) + rest, grid or self.how[0])
        shutil.rmtree(self.folder / into, ignore_errors=True)
        shutil.move(self.folder / "out", self.folder / into)

    def diff(self, *words, code=0):
        done = lodescan("diff", self.folder / "before", self.folder / "after", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def tree(self, *words):
        told = json.loads(self.diff("--json", *words).stdout)
        jsonschema.validate(told, json.loads((SOURCE / "docs/schema/diff.schema.json").read_text()))
        return told

    def planes(self, run):
        return [gdal.Open(str(self.folder / run / f"ore_{what}.tif")).ReadAsArray() for what in ("score", "state")]

    def check_surface(self, told, difference=None):
        (a, was), (b, is_) = self.planes("before"), self.planes("after")
        a, b = a.astype("f8"), b.astype("f8")
        km2 = row_km2(self.how)[:, None] * np.ones((1, COLS))
        slack = 3e-6 if self.how[2] == 4326 else 1e-12

        def near(got, wanted):
            self.assertAlmostEqual(got, wanted, delta=slack * max(1, abs(wanted)) + 1e-9)
        for key, state in (("scored_km2", SCORED), ("excluded_km2", EXCLUDED), ("no_data_km2", NO_DATA)):
            near(told[key]["before"], km2[was == state].sum())
            near(told[key]["after"], km2[is_ == state].sum())
        near(told["newly_excluded_km2"], km2[(is_ == EXCLUDED) & (was != EXCLUDED)].sum())
        near(told["no_longer_excluded_km2"], km2[(is_ != EXCLUDED) & (was == EXCLUDED)].sum())
        both = (was == SCORED) & (is_ == SCORED)
        change = (b - a)[both]
        self.assertEqual(told["scored_in_both_cells"], both.sum())
        near(told["higher_km2"], km2[both][change > 0].sum())
        near(told["lower_km2"], km2[both][change < 0].sum())
        self.assertAlmostEqual(told["largest_rise"], change.max(), places=12)
        self.assertAlmostEqual(told["largest_fall"], change.min(), places=12)
        w = km2[both] / km2[both].sum()
        self.assertAlmostEqual(told["mean_difference"], (w * change).sum(), places=7)
        da, db = a[both] - (w * a[both]).sum(), b[both] - (w * b[both]).sum()
        self.assertAlmostEqual(told["correlation"], (w * da * db).sum() / math.sqrt((w * da * da).sum() * (w * db * db).sum()), places=6)
        tops = []
        for plane, state in ((a, was), (b, is_)):
            scores = np.sort(plane[state == SCORED])[::-1]
            tops.append((state == SCORED) & (plane >= scores[math.ceil(len(scores) / 100) - 1]))
        kept = (tops[0] & tops[1]).sum()
        self.assertEqual(told["top_percent"], {"before_cells": tops[0].sum(), "after_cells": tops[1].sum(), "kept_cells": kept,
                                               "kept_share": kept / tops[0].sum()})
        if difference:
            file = gdal.Open(str(difference))
            self.assertEqual(file.GetGeoTransform(), tuple(map(float, self.how[1])))
            np.testing.assert_array_equal(file.ReadAsArray(), np.where(both, (b - a).astype("f4"), np.float32(np.nan)))
            self.check_picture(difference.with_suffix(".png"), (b - a).astype("f4"), was, is_, max(change.max(), -change.min()))

    def check_picture(self, path, change, was, is_, most):
        """Palette entries by state, and of changes by even steps from the middle; the file lies where the grid does."""
        file = gdal.Open(str(path))
        np.testing.assert_allclose(file.GetGeoTransform(), self.how[1], rtol=1e-12)
        pixels = file.ReadAsArray().astype(int)
        both = (was == SCORED) & (is_ == SCORED)
        exact = 124 * change[both].astype("f8") / (most or 1)
        self.assertLessEqual(np.abs(pixels[both] - 130 - exact).max(), 0.5 + 1e-6)
        self.assertEqual({130 + 124 * s for s in np.sign(exact[np.abs(exact) > 123.99])}, set(pixels[both][np.abs(exact) > 123.99].tolist()))
        np.testing.assert_array_equal(pixels == 5, (is_ == SCORED) & (was != SCORED))
        np.testing.assert_array_equal(pixels == 4, (is_ == EXCLUDED) & (was != EXCLUDED))
        np.testing.assert_array_equal((pixels == 2) | (pixels == 3), (is_ == EXCLUDED) & (was == EXCLUDED))
        np.testing.assert_array_equal(pixels == 1, is_ == NO_DATA)
        names = file.GetRasterBand(1).GetCategoryNames()
        self.assertEqual((len(names), names[4:6]), (255, ["newly excluded", "newly scored"]))
        low, high = map(float, names[130].removeprefix("change ").split(" to "))
        self.assertAlmostEqual(high, most / 248, places=5)
        self.assertEqual(low, -high)

    def check_sites(self, told):
        """Everything in the list is in the runs' own lists; reasons of a sum add up to the change."""
        listed = [{s["site_id"]: s for s in sites(self.folder / run, "ore")} for run in ("before", "after")]
        seen = [[s["site_id"][side] for s in told["sites"] if s["site_id"][side]] for side in ("before", "after")]
        for run in range(2):
            self.assertEqual(sorted(seen[run]), sorted(listed[run]))
        self.assertEqual(sum(told[k] for k in ("entered", "left", "moved", "same")), len(told["sites"]))
        for s in told["sites"]:
            pair = [listed[run].get(s["site_id"][side]) for run, side in enumerate(("before", "after"))]
            for key in ("rank", "score", "status"):
                self.assertEqual([s[key][side] for side in ("before", "after")], [p and p[key] for p in pair])
        return [s for s in told["sites"] if s["move"] == "moved"]

    def test_itself(self):
        """The demo run against itself: nothing moves, and nothing is said to have."""
        done = lodescan("diff", SCAN, SCAN, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(told["inputs"], [])
        for target in told["targets"]:
            found = target["sites"]
            self.assertEqual((found["entered"], found["left"], found["moved"]), (0, 0, 0))
            self.assertEqual(found["same"], len(sites(SCAN, target["name"])))
            self.assertGreater(found["same"], 5)
            surface = target["surface"]
            self.assertEqual((surface["higher_km2"], surface["lower_km2"], surface["newly_excluded_km2"]), (0, 0, 0))
            self.assertAlmostEqual(surface["correlation"], 1)
            self.assertEqual(surface["top_percent"]["kept_share"], 1)
        words = lodescan("diff", SCAN, SCAN).stdout
        self.assertIn("Nothing that a result depends on was changed.", words)
        self.assertNotIn("->", words)

    def changed_weight(self, how):
        self.ground(how)
        self.one("before")
        self.one("after", score="weighted: {x: 1, y: 2, z: 5}", low="exclude_where: x < 0.1, reason: odd <b> &")
        told = self.tree("-o", self.folder / "moves")
        self.assertEqual([(c["what"], c["name"], c["before"], c["after"]) for c in told["inputs"] if c["what"] == "target"], [("target", "ore", 1, 5)])
        self.assertIn("z.weight: 1 -> 5", [c["words"] for c in told["inputs"] if c["what"] == "target"][0])
        target = told["targets"][0]
        self.check_surface(target["surface"], self.folder / "moves/ore_difference.tif")
        self.assertEqual(json.loads((self.folder / "moves/diff.json").read_text()), told)
        moved = self.check_sites(target["sites"])
        self.assertGreater(len(moved), 10)
        weights = {"x": (1 / 4, 1 / 8), "y": (2 / 4, 2 / 8), "z": (1 / 4, 5 / 8)}
        of = {s["site_id"]: s for s in sites(self.folder / "before", "ore")}
        for s in moved:
            if s["score"]["before"] is None:
                continue
            self.assertEqual({r["kind"] for r in s["reasons"]}, {"weight"})
            self.assertAlmostEqual(sum(r["delta"] for r in s["reasons"]), s["score"]["after"] - s["score"]["before"], places=5)
            record = of[s["site_id"]["before"]]
            for r in s["reasons"]:
                self.assertAlmostEqual(r["delta"], (weights[r["name"]][1] - weights[r["name"]][0]) * record[f"{r['name']}_membership"], places=5)
            self.assertEqual([abs(r["delta"]) for r in s["reasons"]], sorted((abs(r["delta"]) for r in s["reasons"]), reverse=True))
            self.assertIn("weight", s["why"])
        self.check_page(target)
        style = (self.folder / "moves/ore_difference.qml").read_text()
        most = max(target["surface"]["largest_rise"], -target["surface"]["largest_fall"])
        values = [float(v) for v in re.findall(r'<item value="([^"]+)"', style)]
        np.testing.assert_allclose(values, np.linspace(-most, most, len(values)), atol=1e-12)
        with open(self.folder / "moves/diff.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([r["why"] for r in rows], [s["why"] for s in target["sites"]["sites"]])
        for row, s in zip(rows, target["sites"]["sites"]):
            self.assertEqual(row["rank_before"], "" if s["rank"]["before"] is None else str(s["rank"]["before"]))
            if s["score"]["before"] is not None and s["score"]["after"] is not None:
                self.assertEqual(float(row["score_change"]), s["score"]["after"] - s["score"]["before"])

    def check_page(self, target):
        """Every move has its row, words are escaped, the picture is the file, and the policy allows the one style and the one script alone."""
        whole = (self.folder / "moves/diff.html").read_text()
        (data, script), page = re.findall(r"<script[^>]*>(.*?)</script>", whole, re.S), re.sub(r"<script.*?</script>", "", whole, flags=re.S)
        style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
        wanted = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in (style, script)]
        self.assertEqual(policy, f"default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src 'sha256-{wanted[0]}'; script-src 'sha256-{wanted[1]}'")
        self.assertEqual([len(one["sites"]) for one in json.loads(data)], [len(target["sites"]["sites"])])
        self.assertNotIn("odd <b>", page)
        self.assertIn("odd &lt;b&gt; &amp;", page)
        self.assertIsNone(re.search(r"https?://", page))
        picture = re.search(r'src="data:image/png;base64,([^"]+)"', page)[1]
        self.assertEqual(base64.b64decode(picture), (self.folder / "moves/ore_difference.png").read_bytes())
        body = re.search(r"<tbody>(.*?)</tbody>", page, re.S)[1]
        moved = [s for s in target["sites"]["sites"] if s["move"] != "same"]
        self.assertEqual(body.count("<tr>"), len(moved))
        for row, s in zip(body.split("</tr>"), moved):
            self.assertIn(html.escape(s["why"], quote=True), row)

    def test_changed_weight(self):
        self.changed_weight(PLANE)

    def test_changed_weight_on_the_globe(self):
        self.changed_weight(GLOBE)

    def test_changed_rule(self):
        self.ground()
        self.one("before")
        self.one("after", low="exclude_where: x < 0.5")
        told = self.tree("-o", self.folder / "moves")
        self.assertEqual([(c["what"], c["name"], c["key"], c["before"], c["after"]) for c in told["inputs"] if c["what"] != "scenario"],
                         [("rule", "low", "condition", "x < 0.1", "x < 0.5")])
        told = told["targets"][0]
        (a, was), (b, is_) = self.planes("before"), self.planes("after")
        self.check_picture(self.folder / "moves/ore_difference.png", np.where((was == SCORED) & (is_ == SCORED), b - a, 0), was, is_, 0)
        self.check_surface(told["surface"])
        moved = self.check_sites(told["sites"])
        x = gdal.Open(str(self.folder / "a.tif")).ReadAsArray()
        of = {s["site_id"]: s for s in sites(self.folder / "after", "ore")}
        fell = [s for s in moved if s["status"] == {"before": "ranked", "after": "excluded"}]
        self.assertGreater(len(fell), 5)
        for s in told["sites"]["sites"]:
            record = of[s["site_id"]["after"]]
            value = x[record["cell_row"], record["cell_col"]]
            now = [r for r in s["reasons"] if r["kind"] == "rule"]
            self.assertEqual([r["name"] for r in now], ["low"] if 0.1 <= value < 0.5 else [], s)
            if now:
                self.assertIn("rule 'low' now holds here", s["why"])
        for s in moved:
            if s["status"]["before"] == s["status"]["after"] == "ranked":
                self.assertEqual([r["kind"] for r in s["reasons"]], ["rank"])
        manifests = [json.loads((self.folder / run / "run.json").read_text())["targets"][0]["exclusions"] for run in ("before", "after")]
        for rule in told["rules"]:
            for run, side in enumerate(("before", "after")):
                self.assertEqual(rule["excluded_km2"][side], next(e["excluded_km2"] for e in manifests[run] if e["rule"] == rule["rule"]))
        self.assertIn("rule 'low' excludes", self.diff().stdout)

    def test_changed_layer(self):
        self.ground()
        self.one("before")
        b = gdal.Open(str(self.folder / "b.tif")).ReadAsArray()
        self.raster("b.tif", np.minimum(b + np.float32(0.25), 1).astype("f4"), self.how[1], self.how[2])
        self.one("after")
        told = self.tree()
        self.assertEqual([(c["what"], c["name"], c["key"]) for c in told["inputs"] if c["key"] == "sha256"], [("layer", "b", "sha256")])
        moved = self.check_sites(told["targets"][0]["sites"])
        self.check_surface(told["targets"][0]["surface"])
        scored = [s for s in moved if s["score"]["before"] is not None]
        self.assertGreater(len(scored), 10)
        of = [{s["site_id"]: s for s in sites(self.folder / run, "ore")} for run in ("before", "after")]
        for s in scored:
            self.assertEqual([(r["kind"], r["name"]) for r in s["reasons"]], [("layer", "y")])
            change = of[1][s["site_id"]["after"]]["y_membership"] - of[0][s["site_id"]["before"]]["y_membership"]
            self.assertAlmostEqual(s["reasons"][0]["delta"], 0.5 * change, places=5)
            self.assertIn("layer 'b' changed", s["why"])

    def test_score_that_is_no_sum(self):
        self.ground()
        self.one("before", score="gamma: 0.8, of: [x, y, z]")
        self.one("after", score="gamma: 0.8, of: [x, y, z]", criteria=self.CRITERIA.replace("value_of: c, membership: {linear: {zero: 0, one: 1}}",
                                                                                             "value_of: c, membership: {linear: {zero: 0, one: 2}}"))
        told = self.tree()
        self.assertEqual([(c["what"], c["name"], c["key"]) for c in told["inputs"] if c["what"] != "scenario"], [("criterion", "z", "membership.one")])
        moved = [s for s in self.check_sites(told["targets"][0]["sites"]) if s["score"]["before"] is not None]
        self.assertGreater(len(moved), 10)
        for s in moved:
            self.assertEqual([(r["kind"], r["name"], r["delta"]) for r in s["reasons"]], [("criterion", "z", None)])
            self.assertIn("its membership was changed", s["why"])

    def test_places_that_moved(self):
        """Points moved by less than a cell are the same sites; by more only within --within."""
        self.ground()
        self.one("before")
        t = self.how[1]
        points = [(f"POINT ({t[0] + t[1] * (c + 0.5) + 130} {t[3] + t[5] * (r + 0.5)})", f"site {r}-{c}", 0)
                  for r in range(1, ROWS, 3) for c in range(2, COLS, 4)]
        shutil.copy(self.folder / "known.gpkg", self.folder / "kept.gpkg")
        (self.folder / "known.gpkg").unlink()
        self.vector("known.gpkg", points, self.how[2])
        self.one("after")
        near = self.tree()["targets"][0]["sites"]
        self.assertEqual((near["entered"], near["left"]), (0, 0))
        for s in near["sites"]:
            self.assertAlmostEqual(s["apart_m"], 130, delta=0.2)  # UTM's scale here is within 0.1 percent
        far = self.tree("--within=120m")["targets"][0]["sites"]
        self.assertEqual((far["entered"], far["left"], far["moved"]), (len(points), len(points), 0))
        self.check_sites(far)
        self.assertIn("write a length", self.diff("--within=2", code=64).stderr)

    def test_accelerated_permit(self):
        self.ground()
        permits = "permits:\n  jurisdiction: US\n"
        self.one("before", rest=permits)
        self.one("after", rest=permits + "  accelerate: {environmental impact statement: 50 percent}\n")
        told = self.tree()
        self.assertEqual([(c["what"], c["name"], c["before"], c["after"]) for c in told["inputs"] if c["what"] != "scenario"],
                         [("permit stage", "environmental impact statement", None, 0.5)])
        of = {s["site_id"]: s for s in sites(self.folder / "after", "ore")}
        for s in told["targets"][0]["sites"]["sites"]:
            record = of[s["site_id"]["after"]]
            self.assertEqual(s["permit_months"], {"before": record["permit_p50_months"], "after": record["permit_p50_what_if_months"]})
            self.assertLess(s["permit_months"]["after"], s["permit_months"]["before"])
            self.assertEqual(([r["kind"] for r in s["reasons"]], s["move"]), (["permit"], "moved"))
            self.assertIn("accelerated", s["why"])

    def test_other_grid(self):
        self.ground()
        self.one("before")
        self.one("after", grid=self.how[0].replace("cell: 100 m", "cell: 50 m"))
        told = self.tree()
        self.assertIn("37 x 23", told["grids"])
        self.assertIn("74 x 46", told["grids"])
        self.assertNotIn("surface", told["targets"][0])
        self.assertIn("Surfaces are not compared", self.diff().stdout)
        done = self.diff("-o", self.folder / "moves", code=64)
        self.assertIn("the grids differ", done.stderr)
        self.assertFalse((self.folder / "moves").exists())

    def test_damaged(self):
        self.ground()
        self.one("before")
        self.one("after")
        done = lodescan("diff", self.folder / "before", self.folder / "nowhere")
        self.assertEqual(done.returncode, 66)
        self.assertIn("holds no finished run", done.stderr)
        self.assertEqual(lodescan("diff", self.folder / "before", self.folder / "after", "-o", self.folder / "before").returncode, 64)
        for name, code in (("sites.geojson", 66), ("ore_score.tif", 66), ("ore_state.tif", 66)):
            shutil.copy(self.folder / "after" / name, self.folder / "kept")
            (self.folder / "after" / name).unlink()
            done = self.diff("-o", self.folder / "moves", code=code)
            self.assertIn(name, done.stderr)
            (self.folder / "after" / name).write_bytes(b"no map")
            done = self.diff(code=65)
            self.assertIn(name, done.stderr)
            shutil.copy(self.folder / "kept", self.folder / "after" / name)
        self.assertFalse((self.folder / "moves").exists())
        self.diff("-o", self.folder / "moves")
        self.assertIn("already holds a difference", self.diff("-o", self.folder / "moves", code=64).stderr)
        first = {p.name: p.read_bytes() for p in (self.folder / "moves").iterdir()}
        self.diff("-o", self.folder / "moves", "--overwrite")
        self.assertEqual({p.name: p.read_bytes() for p in (self.folder / "moves").iterdir()}, first)


if __name__ == "__main__":
    unittest.main()
