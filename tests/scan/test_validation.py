"""Validation in a run and by command, against numpy and scipy on the surfaces that the run wrote: pairs counted one by one, tails summed anew."""
import csv
import json
import math
import os
import pathlib
import shutil
import unittest

import jsonschema
import numpy as np
from osgeo import gdal

from ground import Ground
from places import SOURCE, WORK, lodescan

# 30 x 20 cells of 100 m; two columns without data, and a park.
LAYERS = "  a: {raster: a.tif}\n  b: {raster: b.tif}\n  park: {vector: park.gpkg}\n  known: {vector: known.gpkg, label: name}\n"
CRITERIA = ("  a: {value_of: a, membership: {linear: {zero: 0, one: 1}}}\n"
            "  b: {value_of: b, membership: {linear: {zero: 0, one: 1}}}\n")
TARGETS = ("rules:\n  park: {exclude_inside: park}\n"
           "targets:\n  good: {score: {weighted: {a: 1}}}\n  other: {score: {weighted: {b: 1}}}\n")
IN_RUN = "validate:\n  good: {sites: known, merge_within: 50 m, folds: 3, uncertainty: v, name: name, baseline: other}\n"
PLACES = [(5, 4), (6, 4), (12, 9), (20, 15), (24, 3), (2, 2), (17, 17), (29, 0)]


def place(col, row, dx=0.0):
    return f"POINT ({480000 + 100 * (col + 0.5) + dx} {4202000 - 100 * (row + 0.5)})"


class Validation(Ground):
    """One run, which validates itself too; then the command, a wish each."""
    done = False

    def setUp(self):
        self.folder = WORK / "Validation one"
        if Validation.done:
            return
        super().setUp()
        rng = np.random.default_rng(3)
        a = (rng.integers(0, 40, (20, 30)) / 40).astype("float32")  # many ties
        a[:, 28:] = np.nan
        for col, row in PLACES[:5]:
            a[row, col] = 0.9
        self.raster("a.tif", a)
        self.raster("b.tif", rng.random((20, 30)).astype("float32"))
        self.vector("park.gpkg", [("POLYGON ((481640 4200240, 481860 4200240, 481860 4200360, 481640 4200360, 481640 4200240))", "Park", 0)])
        self.vector("known.gpkg", [(place(c, r), f"p{i}", 0.25) for i, (c, r) in enumerate(PLACES)] + [(place(5, 4, 20), "twin", 0.25)])
        self.vector("lost.gpkg", [(place(*PLACES[7]), "lost", 0)])
        self.scan(LAYERS, CRITERIA, TARGETS + IN_RUN)
        Validation.done = True

    def validate(self, *options, sites="known.gpkg", target="good"):
        return lodescan("validate", self.folder / "out", self.folder / sites, f"--target={target}", f"--output={self.folder / 'found'}",
                        "--overwrite", "--quiet", *options)

    def found(self, *options, **more):
        if "sites" not in more:
            options = ("--merge=50m", *options)
        done = self.validate(*options, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.read("found/validation.json")

    def read(self, name):
        found = json.loads((self.folder / name).read_text())
        schema = json.loads((SOURCE / "docs/schema/validation.schema.json").read_text())
        wrong = [e.message[:200] for e in jsonschema.validators.validator_for(schema)(schema).iter_errors(found)]
        self.assertEqual(wrong, [])
        return found

    def surface(self, target="good"):
        return self.plane(f"{target}_score.tif").astype(float), self.plane(f"{target}_state.tif") == 0

    def shares(self, radius_m, target="good"):
        """Of each place the mean share of scored cells above its disc's cells, half of the equal ones; and the shares counted against it."""
        score, scored = self.surface(target)
        background = score[scored]
        rows, cols = np.indices(score.shape)
        middle, against = [], []
        for col, row in PLACES:
            near = scored & (np.hypot(rows - row, cols - col) * 100 <= radius_m)
            if near.any():
                middle.append(np.mean([(background > s).mean() + (background == s).mean() / 2 for s in score[near]]))
            if scored[row, col]:
                against.append((background >= score[row, col]).mean())
        return np.array(middle), np.array(against)

    def test_auc_is_counted_pairs(self):
        found = self.found()
        middle, against = self.shares(0)
        figures = found["figures"]
        self.assertEqual((figures["places"], figures["places_used"], len(middle)), (8, 6, 6))  # one in the park, one without data, one twin
        self.assertAlmostEqual(figures["auc"]["value"], 1 - middle.mean(), 12)
        self.assertEqual([p["points"] for p in found["places"]], [2] + [1] * 7)
        self.assertEqual([p["status"] for p in found["places"]][6:], ["excluded", "no data"])
        self.assertEqual(figures["cells"], 600 - 40 - 6)
        self.assertAlmostEqual(figures["area_km2"], 5.54, 9)
        used = [p["area_share"] for p in found["places"] if p["used"]]
        np.testing.assert_allclose(used, middle, atol=1e-12)

    def test_intervals(self):
        figures = self.found()["figures"]
        good = 1 - self.shares(0)[0]
        auc, error, t = good.mean(), good.std(ddof=1) / math.sqrt(6), 2.5705818366  # Student, 5 degrees of freedom
        half = t * error / auc / (1 - auc)
        logistic = lambda x: 1 / (1 + math.exp(-x))
        ends = [logistic(math.log(auc / (1 - auc)) - half), logistic(math.log(auc / (1 - auc)) + half)]
        np.testing.assert_allclose(figures["auc"]["ci95"], ends, rtol=1e-9)
        drawn = np.random.default_rng(1).choice(good, (20000, 6)).mean(axis=1)
        np.testing.assert_allclose(figures["auc"]["bootstrap95"], np.percentile(drawn, [2.5, 97.5]), atol=0.02)

    def test_exact_chances(self):
        chance = self.found("--uncertainty=0.3km")["figures"]["chance"]
        against = self.shares(0)[1]
        self.assertEqual(len(against), 6)
        # With a radius of 300 m the excluded place counts too, at the scored cell nearest to it.
        score, scored = self.surface()
        col, row = PLACES[6]
        rows, cols = np.indices(score.shape)
        apart = np.where(scored, np.hypot(rows - row, cols - col), np.inf)
        nearest = np.flatnonzero(apart == apart.min())[0]
        column, line = PLACES[7]
        far = np.where(scored, np.hypot(rows - line, cols - column), np.inf)
        beside = np.flatnonzero(far == far.min())[0]
        against = np.append(against, [(score[scored] >= score.flat[i]).mean() for i in (nearest, beside)])
        for top in chance["top"]:
            hits, x, n = int((against <= top["area_share"]).sum()), top["area_share"], len(against)
            self.assertEqual(top["places"], hits)
            tail = sum(math.comb(n, k) * x**k * (1 - x)**(n - k) for k in range(hits, n + 1))
            self.assertAlmostEqual(top["p"], tail, 12)
        total, n = against.sum(), len(against)
        irwin_hall = sum((-1)**k * math.comb(n, k) * (total - k)**n for k in range(int(total) + 1)) / math.factorial(n)
        self.assertAlmostEqual(chance["rank_sum_p"], irwin_hall, 9)

    def test_a_radius_is_shared_among_its_cells(self):
        figures = self.found("--uncertainty=250m")["figures"]
        middle = self.shares(250)[0]
        self.assertEqual(figures["places_used"], 8)
        self.assertAlmostEqual(figures["auc"]["value"], 1 - middle.mean(), 9)
        best = self.found("--uncertainty=250m", "--within=best")["figures"]
        self.assertGreater(best["auc"]["value"], figures["auc"]["value"])
        by_field = self.found("--uncertainty=v")["figures"]
        self.assertEqual(by_field["auc"], figures["auc"])

    def test_average_precision(self):
        figures = self.found()["figures"]
        score, scored = self.surface()
        background = score[scored]
        own = np.array([score[r, c] for c, r in PLACES if scored[r, c]])
        for key, weight in (("value", 1.0), ("value_at_prevalence_half", len(background) / len(own))):
            average = 0
            for threshold in np.unique(own):
                hits, others = weight * (own >= threshold).sum(), (background >= threshold).sum()
                average += (own == threshold).mean() * hits / (hits + others)
            self.assertAlmostEqual(figures["pr_auc"][key], average, 12)
        self.assertAlmostEqual(figures["pr_auc"]["prevalence"], 6 / (6 + 554), 12)

    def test_area_for_most_and_crossing(self):
        figures = self.found()["figures"]
        score, scored = self.surface()
        background = score[scored]
        own = np.array([score[r, c] for c, r in PLACES if scored[r, c]])
        threshold = max(t for t in own if (own >= t).mean() >= 0.8)
        self.assertAlmostEqual(figures["area_for_80_percent"]["area_share"], (background >= threshold).mean(), 12)
        crossing = figures["prediction_area"]
        self.assertAlmostEqual(crossing["prediction_rate"] + crossing["area_share"], 1, 12)
        self.assertAlmostEqual(crossing["normalised_density"], crossing["prediction_rate"] / crossing["area_share"], 12)
        self.assertAlmostEqual(crossing["ln_weight"], math.log(crossing["normalised_density"]), 12)
        self.assertGreaterEqual(crossing["area_share"], (background > crossing["score"]).mean() - 1e-12)
        self.assertLessEqual(crossing["area_share"], (background >= crossing["score"] - 1e-3).mean() + 1e-12)

    def test_folds(self):
        lot = self.found("--folds=3")
        again = self.found("--folds=3")
        self.assertEqual(lot, again)
        self.assertEqual(sorted(f["places"] for f in lot["folds"]), [2, 2, 2])
        self.assertFalse(lot["figures"]["folds"]["made_anew"])
        for fold in lot["folds"]:
            shares = [p["area_share"] for p in lot["places"] if p.get("fold") == fold["fold"]]
            self.assertAlmostEqual(fold["auc"], 1 - np.mean(shares), 12)
        aucs = [f["auc"] for f in lot["folds"]]
        self.assertAlmostEqual(lot["figures"]["folds"]["auc_sd"], np.std(aucs, ddof=1), 12)
        one = self.found("--folds=leave_one_out")
        self.assertEqual([f["places"] for f in one["folds"]], [1] * 6)
        blocks = self.found("--blocks=1km")
        squares = {}
        for found, (col, row) in zip(blocks["places"], PLACES):
            if found["used"]:
                self.assertEqual(squares.setdefault((col // 10, row // 10), found["fold"]), found["fold"])
        self.assertEqual(len(squares), blocks["figures"]["folds"]["count"])

    def test_baseline(self):
        found = self.found("--baseline=other")["figures"]["baseline"]
        score, scored = self.surface("other")
        mine, theirs = self.shares(0)[0], []
        good = self.surface()[1]
        for col, row in PLACES:
            if good[row, col]:
                theirs.append((score[scored] > score[row, col]).mean() + (score[scored] == score[row, col]).mean() / 2)
        gains = np.array(theirs) - mine
        self.assertAlmostEqual(found["auc"], 1 - np.mean(theirs), 9)
        self.assertAlmostEqual(found["gain"], gains.mean(), 9)
        half = 2.5705818366 * gains.std(ddof=1) / math.sqrt(6)
        np.testing.assert_allclose(found["gain_ci95"], [gains.mean() - half, gains.mean() + half], rtol=1e-7)

    def test_curves(self):
        self.found()
        with open(self.folder / "found/curves.csv") as table:
            rows = list(csv.DictReader(table))
        score, scored = self.surface()
        own = np.array([score[r, c] for c, r in PLACES if scored[r, c]])
        area = [float(r["area_share"]) for r in rows]
        self.assertEqual((area[0], area[-1], float(rows[-1]["places_share"])), (0, 1, 1))
        self.assertEqual(area, sorted(area))
        for row in rows[1:]:
            threshold = float(row["score"])
            self.assertAlmostEqual(float(row["area_share"]), (score[scored] >= threshold).mean(), 12)
            self.assertAlmostEqual(float(row["places_share"]), (own >= threshold).mean(), 12)

    def test_the_run_finds_the_same(self):
        options = ("--folds=3", "--uncertainty=v", "--name=name", "--baseline=other")
        found = self.found(*options)
        self.assertEqual(self.read("out/validation/good/validation.json"), found)
        run = json.loads((self.folder / "out/run.json").read_text())
        jsonschema.validate(run, json.loads((SOURCE / "docs/schema/run.schema.json").read_text()))
        self.assertEqual(next(t for t in run["targets"] if t["name"] == "good")["validation"], found["figures"])
        names = {pathlib.Path(o["name"]).name for o in run["outputs"] if o["name"].startswith("validation/good/")}
        self.assertEqual(names, {path.name for path in (self.folder / "found").iterdir()})
        self.assertEqual(len(names), 7)
        for name in names:  # the same bytes, whoever made them
            self.assertEqual((self.folder / "found" / name).read_bytes(), (self.folder / "out/validation/good" / name).read_bytes(), name)
        printed = json.loads(self.validate("--merge=50m", *options, "--json").stdout)
        self.assertEqual(printed, found)
        words = self.validate("--merge=50m", *options).stdout
        self.assertIn(f"AUC {found['figures']['auc']['value']:.3f} (95 %: ", words)
        self.assertEqual(lodescan("verify", self.folder / "out").returncode, 0)

    def test_pictures(self):
        self.found()
        for path in (self.folder / "found").glob("*.png"):
            picture = gdal.Open(str(path))
            self.assertEqual((picture.RasterXSize, picture.RasterYSize), (1280, 960))
            pixels = picture.ReadAsArray()
            self.assertGreater((pixels[0] < 100).mean(), 0.002, path)  # lines and letters
            self.assertGreater((pixels[0] == 255).mean(), 0.8, path)

    def test_places_outside_the_grid_are_counted(self):
        """Just outside, and far enough for the layer to leave them out: by command and in a run, whose layer reaches farther for a distance."""
        inside, just, far = place(5, 4), place(30, 4), place(400, 4)
        self.vector("some.gpkg", [(inside, "in", 0), (just, "just", 0), (far, "far", 0), (far, "far too", 0)])
        done = lodescan("validate", self.folder / "out", self.folder / "some.gpkg", "--target=good", f"--output={self.folder / 'found'}", "--overwrite")
        self.assertEqual(done.returncode, 0, done.stderr)
        says = "3 of 4 known points lie outside the grid and are not measured"
        self.assertIn(f"validation of 'good': {says}", done.stderr)
        self.assertIn(f"1 of 1 known places, against 5.54 km2 of scored area\n    {says}\n", done.stdout)
        self.assertEqual(self.read("found/validation.json")["figures"]["points_outside_the_grid"], 3)
        self.assertEqual(self.found()["figures"]["points_outside_the_grid"], 0)
        scenario = (self.folder / "scenario.yaml").read_text().replace("known.gpkg", "some.gpkg").replace("criteria:\n",
            "criteria:\n  near: {distance_to: known, membership: {linear: {zero: 9 km, one: 0 m}}}\n", 1).replace(
            "good: {score: {weighted: {a: 1}}}", "good: {score: {weighted: {a: 1, near: 1}}, candidates: {points: known}}").replace(", folds: 3", "")
        (self.folder / "outside.yaml").write_text(scenario)
        done = lodescan("run", self.folder / "outside.yaml", f"--output={self.folder / 'outside'}", "--overwrite")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"validation of 'good': {says}", done.stderr)
        self.assertIn("target 'good': 3 of 4 given points lie outside the grid and are not listed", done.stderr)
        self.assertEqual(self.read("outside/validation/good/validation.json")["figures"]["points_outside_the_grid"], 3)

    def test_no_place_counts(self):
        figures = self.found(sites="lost.gpkg")["figures"]
        self.assertEqual(figures["places_used"], 0)
        self.assertIsNone(figures["auc"]["value"])
        self.assertIsNone(figures["auc"]["ci95"])

    def test_mistakes(self):
        for options, code, says in ((["--folds=1"], 64, "whole number from 2"), (["--folds=2", "--blocks=1km"], 64, "give one of them"),
                                    (["--blocks=3"], 64, "--blocks=3: write a length with its unit"), (["--within=best"], 64, "add --uncertainty=2km"),
                                    (["--baseline=none"], 64, "its targets are good, other"), (["--layer=no"], 65, "has no layer 'no': it has things"),
                                    (["--name=nam"], 65, "did you mean 'name'?"), (["--where=v > 9"], 65, "no feature meets")):
            done = self.validate(*options)
            self.assertEqual(done.returncode, code, (options, done.stderr))
            self.assertIn(says, done.stderr)
        self.assertEqual(self.validate(sites="nowhere.gpkg").returncode, 66)
        self.vector("far.gpkg", [(place(4000, 4), "far", 0)])
        two = gdal.GetDriverByName("GPKG").Create(str(self.folder / "two.gpkg"), 0, 0, 0, gdal.GDT_Unknown)
        two.CreateLayer("one"), two.CreateLayer("other")
        del two
        (self.folder / "nowhere.csv").write_text("WKT,name\n\"POINT (1 2)\",a\n")
        here = lambda name: str(self.folder / name)
        for name, says in (("none.gpkg", f"lodescan: {here('none.gpkg')} is not there: check the path\n"),
                           ("a.tif", f"lodescan: {here('a.tif')} holds a raster, not vectors: give a file of points\n"),
                           ("two.gpkg", f"lodescan: {here('two.gpkg')} has several layers (one, other): choose one with --layer=NAME\n"),
                           ("nowhere.csv", f"lodescan: {here('nowhere.csv')} does not say its crs: assign it with ogr2ogr -a_srs\n"),
                           ("known.gpkg", "lodescan: --baseline=good is the target itself: name another target\n")):
            self.assertEqual(self.validate(*(["--baseline=good"] if name == "known.gpkg" else []), sites=name).stderr, says)
        loud = lodescan("validate", self.folder / "out", here("far.gpkg"), "--target=good", f"--output={self.folder / 'found'}", "--overwrite")
        self.assertEqual(loud.returncode, 0, loud.stderr)
        self.assertIn(f"{here('far.gpkg')} has no feature within the grid and 0 km around it: check its place, crs and `where`", loud.stderr)
        self.assertIn("validation of 'good': no known place lies in the grid, so that nothing is measured\n", loud.stderr)
        self.assertNotIn("0 of 0", loud.stderr)
        plain = lambda *more: lodescan("validate", self.folder / "out", self.folder / "known.gpkg", "-q", *more)
        self.assertIn("--target=NAME", plain().stderr)
        self.assertIn("belongs to the run", plain("--target=good", "--overwrite").stderr)
        shutil.rmtree(self.folder / "out/validation/other", ignore_errors=True)
        self.assertEqual(plain("--target=other").returncode, 0)
        self.assertIn("--overwrite to replace it", plain("--target=other").stderr)
        self.assertEqual(plain("--target=other", "--overwrite").returncode, 0)

    def test_what_the_run_vouches_for_is_kept(self):
        os.makedirs(self.folder / "out/validation/other", exist_ok=True)
        (self.folder / "way").unlink(missing_ok=True)
        (self.folder / "way").symlink_to(self.folder / "out/validation/good")
        for path in ("out/validation/good", "out/validation/good/", "out/./validation//good", "out/validation/other/../good", "way"):
            for target in ("good", "other"):
                output = f"--output={self.folder}/{path}"
                done = lodescan("validate", self.folder / "out", self.folder / "known.gpkg", f"--target={target}", output, "--overwrite", "-q")
                self.assertEqual(done.returncode, 64, (path, target))
                self.assertIn(f"{self.folder}/{path}: belongs to the run, whose scenario asked for it: give another folder with -o", done.stderr)
        self.assertEqual(lodescan("verify", self.folder / "out").returncode, 0)

    def test_surfaces_of_other_ground(self):
        """Larger, smaller, and elsewhere: none is measured as if it lay on the run's ground."""
        shutil.rmtree(self.folder / "changed", ignore_errors=True)
        shutil.copytree(self.folder / "out", self.folder / "changed")
        for window in ((0, 0, 6000, 3000), (0, 0, 29, 20), (0, 0, 30, 19), (1, 0, 30, 20), (0, 1, 30, 20)):
            for plane in ("score", "state"):
                gdal.Translate(str(self.folder / f"changed/other_{plane}.tif"), str(self.folder / f"out/other_{plane}.tif"), srcWin=window)
            done = lodescan("validate", self.folder / "changed", self.folder / "known.gpkg", "--target=good", "--baseline=other",
                            f"--output={self.folder / 'found'}", "--overwrite", "-q")
            self.assertEqual(done.returncode, 65, (window, done.stderr))
            self.assertIn(f"{self.folder}/changed/good_score.tif and {self.folder}/changed/other_score.tif are not of the same place and size: "
                          "`lodescan verify` tells whether they were changed; run it again", done.stderr)


class Unscored(Ground):
    def test_no_scored_cell_does_not_fail_the_run(self):
        """Layers that have no cell in common, as a target and as a baseline: the other's figures stay."""
        values = np.random.default_rng(1).random((20, 30)).astype("float32")
        self.raster("a.tif", values)
        west = np.indices(values.shape)[1] < 13
        self.raster("west.tif", np.where(west, values, np.float32(np.nan)))
        self.raster("east.tif", np.where(west, np.float32(np.nan), values))
        self.vector("known.gpkg", [(place(c, r), f"p{i}", 0) for i, (c, r) in enumerate(PLACES)])
        criteria = "".join(f"  {n}: {{value_of: {n}, membership: {{linear: {{zero: 0, one: 1}}}}}}\n" for n in ("a", "west", "east"))
        rest = ("targets:\n  empty: {score: {weighted: {west: 1, east: 1}}}\n  good: {score: {weighted: {a: 1}}}\n"
                "validate:\n  empty: {sites: known, folds: 2, baseline: good}\n  good: {sites: known, folds: 2, baseline: empty}\n")
        done = self.scan("  a: {raster: a.tif}\n  west: {raster: west.tif}\n  east: {raster: east.tif}\n  known: {vector: known.gpkg}\n", criteria, rest)
        self.assertIn("validation of 'empty': no cell is scored, so that there is no area to compare places with: data is missing or a rule excludes "
                      "everywhere", done.stderr)
        self.assertNotIn("training", done.stderr)  # nothing is learnt, so that scoring comes next
        self.assertIn("\nscoring: 35 %", done.stderr)
        empty, good = (json.loads((self.folder / f"out/validation/{name}/validation.json").read_text()) for name in ("empty", "good"))
        schema = json.loads((SOURCE / "docs/schema/validation.schema.json").read_text())
        for found in (empty, good):
            jsonschema.validate(found, schema)
        self.assertEqual([empty["figures"][k] for k in ("places", "places_used", "cells", "area_km2")], [8, 0, 0, 0])
        self.assertIsNone(empty["figures"]["auc"]["value"])
        self.assertEqual([p["status"] for p in empty["places"]], ["no data"] * 8)
        self.assertEqual(good["figures"]["places_used"], 8)
        self.assertIsNone(good["figures"]["baseline"]["gain"])
        again = lodescan("validate", self.folder / "out", self.folder / "known.gpkg", "--target=empty", f"--output={self.folder / 'found'}")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("validation: 0 of 8 known places", again.stdout)


class OnTheGlobe(Ground):
    def test_cells_weigh_by_their_area(self):
        values = np.tile(np.linspace(1, 0, 90, dtype="float32")[:, None], (1, 9))
        self.raster("a.tif", values, (0, 1, 0, 90, 0, -1), 4326)
        self.vector("known.gpkg", [("POINT (4.5 20.5)", "south", 0), ("POINT (2.5 70.5)", "north", 0)], 4326)
        grid = "grid: {crs: EPSG:4326, extent: [0, 0, 9, 90], cell: 1 deg, margin: 0 m}\n"
        self.scan("  a: {raster: a.tif}\n  known: {vector: known.gpkg}\n", "  a: {value_of: a, membership: {linear: {zero: 0, one: 1}}}\n",
                  "targets:\n  good: {score: {weighted: {a: 1}}}\nvalidate:\n  good: {sites: known}\n", grid)
        found = json.loads((self.folder / "out/validation/good/validation.json").read_text())
        # Area of a zone of the ellipsoid north of a parallel, by Snyder's authalic q (3-12).
        e = math.sqrt(0.0066943799901413)
        q = lambda s: (1 - e * e) * (s / (1 - e * e * s * s) - math.log((1 - e * s) / (1 + e * s)) / (2 * e))
        north = lambda degrees: 1 - q(math.sin(math.radians(degrees))) / q(1)
        for listed, above, below in zip(found["places"], (21, 71), (20, 70)):
            self.assertAlmostEqual(listed["area_share"], (north(above) + north(below)) / 2, 5)


if __name__ == "__main__":
    unittest.main()
