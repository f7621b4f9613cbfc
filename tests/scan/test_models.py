"""Scores learnt from known places: weights of evidence against numpy, and against the published case of Cloncurry where its data are given
(LODESCAN_DATA)."""
import csv
import itertools
import json
import math
import os
import pathlib
import shutil
import unittest

import jsonschema
import numpy as np
from osgeo import gdal, ogr

from ground import Ground
from places import SOURCE, lodescan, memory_for_rows, sites
from test_devices import TWO

COLS, ROWS, CELL = 30, 20, 100.0
CLONCURRY = pathlib.Path(os.environ.get("LODESCAN_DATA", "/nowhere")) / "cloncurry"


def weigh(units, points, all_units, all_points):
    """W+, s(W+), W-, s(W-) of a pattern (Bonham-Carter and others 1989), 0.5 more in each count where one is 0."""
    a, b = points, all_points - points
    c, d = max(units - a, 0), max(all_units - units - b, 0)
    if min(a, b, c, d) <= 0:
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    plus, minus = math.log(a / (a + b) / (c / (c + d))), math.log(b / (a + b) / (d / (c + d)))
    return plus, math.sqrt(1 / a + 1 / c), minus, math.sqrt(1 / b + 1 / d)


def logistic(x):
    return 1 / (1 + np.exp(-x))


def other_runs(case):
    """The same scenario again: in bands of two rows, and these on two devices."""
    scenario = case.folder / "scenario.yaml"
    for device, extra in (("0:0", {}), ("all", TWO)):
        small = memory_for_rows(2, scenario, f"--device={device}", **extra)
        done = lodescan("run", scenario, f"--output={case.folder / 'out'}", "--overwrite", f"--device={device}", f"--memory={small}", **extra)
        case.assertEqual(done.returncode, 0, done.stderr)
        devices = json.loads((case.folder / "out/run.json").read_text())["devices"]
        case.assertEqual([d["number"] for d in devices], ["0:0", "0:1"] if extra else ["0:0"])
        yield devices


def schema_faults(folder):
    faults = []
    for schema, document in (("sites", "sites.geojson"), ("run", "run.json")):
        rules = json.loads((SOURCE / f"docs/schema/{schema}.schema.json").read_text())
        validator = jsonschema.validators.validator_for(rules)(rules)
        faults += [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(json.loads((folder / "out" / document).read_text()))]
    return faults


def table(folder, target="deposit"):
    with open(folder / "out" / f"{target}_weights.csv", newline="", encoding="utf-8") as lines:
        return [{key: float(value) if value.replace(".", "", 1).replace("-", "").replace("e", "").isdigit() else value for key, value in row.items()}
                for row in csv.DictReader(lines)]


class LearntWeights(Ground):
    """Points lie where `a` is low and in class 7 of `b`; both have gaps, and a corner is outside the study area."""

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(7)
        self.a = random.uniform(0, 10, (ROWS, COLS)).astype("f4")
        self.b = random.choice([3, 7, 12, 20], (ROWS, COLS), p=[0.5, 0.2, 0.2, 0.1]).astype("f4")
        self.b[5, 5] = 99  # a class of one cell, without a point
        self.a[random.random((ROWS, COLS)) < 0.1] = np.nan
        self.b[random.random((ROWS, COLS)) < 0.1] = np.nan
        chance = 0.02 + 0.25 * (self.a < 3) * np.where(self.b == 7, 2, 1)
        self.hits = [(r, c) for r in range(ROWS) for c in range(COLS) if random.random() < chance[r, c]]
        self.hits.append(self.hits[len(self.hits) // 2])  # twice in one cell
        self.raster("a.tif", self.a)
        self.raster("b.tif", self.b)
        places = [(f"POINT ({480000 + (c + 0.3) * CELL} {4202000 - (r + 0.6) * CELL})", f"p{i}", i) for i, (r, c) in enumerate(self.hits)]
        self.vector("known.gpkg", places + [("POINT (400000 4200000)", "far", 0)])
        self.vector("area.gpkg", [("POLYGON ((480000 4200000, 483000 4200000, 483000 4202000, 480500 4202000, 480000 4201500, 480000 4200000))", "area", 1)])
        self.vector("park.gpkg", [("POLYGON ((481000 4200500, 481600 4200500, 481600 4201000, 481000 4201000, 481000 4200500))", "park", 1)])

    def learn(self, how="", a="{ascending: {breaks: [1, 2, 3, 4.5, 6, 8]}}", rest="min_coverage: 50 percent", unit="0.01 km2"):
        layers = ("  a: {raster: a.tif, resample: nearest, kind: continuous}\n  b: {raster: b.tif, resample: nearest, kind: classes}\n"
                  "  known: {vector: known.gpkg}\n  area: {vector: area.gpkg}\n  park: {vector: park.gpkg}\n")
        criteria = "  a: {value_of: a}\n  b: {category_of: b}\n"
        targets = ("rules: {park: {exclude_inside: park}}\ntargets:\n  deposit:\n"
                   f"    score: {{weights_of_evidence: {{training: known, unit_area: {unit}{how}}}, of: {{a: {a}, b: unique}}}}\n"
                   f"    {rest}\n    candidates: {{points: known}}\n")
        grid = ("grid: {crs: EPSG:32611, extent: [480000, 4200000, 483000, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m, within: area}\n")
        return self.scan(layers, criteria, targets, grid=grid)

    def study(self):
        inside = np.ones((ROWS, COLS), bool)
        for r, c in itertools.product(range(5), range(5)):
            inside[r, c] = c + 0.5 + (r + 0.5) > 5
        return inside & ~(np.isnan(self.a) & np.isnan(self.b))

    def expect(self, threshold=2.0):
        """Posterior, its standard deviation, weights a, weights b, T and s(T), a cell being a unit cell."""
        study, hit = self.study(), np.zeros((ROWS, COLS))
        for r, c in self.hits:
            hit[r, c] = 1
        n, units = (hit * study).sum(), study.sum()
        known, best = study & ~np.isnan(self.a), None
        rows_a = []
        for edge in (1, 2, 3, 4.5, 6, 8):
            low = known & (self.a <= np.float32(edge))
            w = weigh(low.sum(), (hit * low).sum(), known.sum(), (hit * known).sum())
            ratio = (w[0] - w[2]) / math.hypot(w[1], w[3])
            rows_a.append((*w, ratio))
            if ratio >= threshold and (best is None or ratio > best[0]):
                best = ratio, w, low
        weight_a, var_a, group_a = np.zeros((ROWS, COLS)), np.zeros((ROWS, COLS)), np.zeros((ROWS, COLS), int)
        for pattern, w, s, group in ((best[2], best[1][0], best[1][1], 1), (known & ~best[2], best[1][2], best[1][3], 2)) if best else ():
            weight_a[pattern], var_a[pattern], group_a[pattern] = w, s * s, group
        known = study & ~np.isnan(self.b)
        weight_b, var_b, group_b = np.zeros((ROWS, COLS)), np.zeros((ROWS, COLS)), np.zeros((ROWS, COLS), int)
        pool, rows_b = np.zeros((ROWS, COLS), bool), {}
        for group, value in enumerate((3, 7, 12, 20, 99), 1):
            pattern = known & (self.b == value)
            w = weigh(pattern.sum(), (hit * pattern).sum(), known.sum(), (hit * known).sum())
            rows_b[value] = w
            if abs((w[0] - w[2]) / math.hypot(w[1], w[3])) >= threshold:
                weight_b[pattern], var_b[pattern], group_b[pattern] = w[0], w[1] ** 2, group
            else:
                pool |= pattern
        w = weigh(pool.sum(), (hit * pool).sum(), known.sum(), (hit * known).sum())
        if group_b.any():  # or it is not used
            weight_b[pool], var_b[pool], group_b[pool] = w[0], w[1] ** 2, 9
        posterior = logistic(math.log(n / (units - n)) + weight_a + weight_b)
        sd = posterior * np.sqrt(1 / n + var_a + var_b)
        expected, variance = posterior[study].sum(), 0.0
        for condition in set(zip(group_a[study], group_b[study])):
            cells = study & (group_a == condition[0]) & (group_b == condition[1])
            variance += (cells.sum() * sd[cells][0]) ** 2
        return {"study": study, "posterior": posterior, "sd": sd, "a": rows_a, "b": rows_b, "T": expected, "sT": math.sqrt(variance), "n": n,
                "weight_a": weight_a, "weight_b": weight_b}

    def test_against_numpy(self):
        done = self.learn()
        want, report = self.expect(), json.loads((self.folder / "out/deposit_model.json").read_text())
        self.assertEqual(report["training"]["places"], len(self.hits))  # what lies far from the grid was never read
        self.assertEqual(report["training"]["points"], want["n"])
        self.assertAlmostEqual(report["study_km2"], want["study"].sum() / 100, places=9)
        rows = table(self.folder)
        self.assertEqual(len(rows), 7 + 5)
        for row, wanted in zip(rows, want["a"]):
            for key, value in zip(("w_plus", "s_w_plus", "w_minus", "s_w_minus", "studentised_contrast"), wanted):
                self.assertAlmostEqual(float(row[key]), value, places=9)
        self.assertEqual(rows[6]["w_plus"], "")  # all of it is no pattern
        self.assertEqual([row["chosen"] for row in rows].count("yes"), 1)
        for row in rows[7:]:
            self.assertAlmostEqual(float(row["w_plus"]), want["b"][int(row["up_to"])][0], places=9)
        self.assertEqual(rows[11]["zero_corrected"], "yes")
        test = report["conditional_independence"]
        self.assertAlmostEqual(test["expected_points"], want["T"], places=8)
        self.assertAlmostEqual(test["s_expected_points"], want["sT"], places=8)
        self.assertAlmostEqual(test["omnibus"], want["n"] / want["T"], places=9)
        self.assertAlmostEqual(test["agterberg_cheng_z"], (want["T"] - want["n"]) / want["sT"], places=8)
        self.assertIn("omnibus ratio", done.stdout)
        self.assertEqual(schema_faults(self.folder), [])
        state = self.plane("deposit_state.tif")
        self.assertEqual(int((state == 1).sum()), 30)  # the park is studied, but not scored
        score, sd = self.plane("deposit_score.tif"), self.plane("deposit_sd.tif")
        shown = want["study"] & (state == 0)
        np.testing.assert_array_equal(np.isnan(score), ~shown)
        np.testing.assert_array_equal(np.isnan(sd), ~shown)
        np.testing.assert_allclose(score[shown], want["posterior"][shown], rtol=2e-5)  # files of 16 bits
        np.testing.assert_allclose(sd[shown], want["sd"][shown], rtol=2e-5)
        known = [site for site in sites(self.folder / "out") if site["status"] in ("ranked", "excluded")]
        self.assertEqual({site["status"] for site in known}, {"ranked", "excluded"})
        for site in known:
            self.assertAlmostEqual(site["score_sd"] / want["sd"][site["cell_row"], site["cell_col"]], 1, places=6)

    def test_colours_of_the_picture_are_steps_of_the_logit(self):
        self.learn()
        score, state = self.plane("deposit_score.tif"), self.plane("deposit_state.tif")
        picture = gdal.Open(str(self.folder / "out/deposit_heatmap.png"))
        pixels, names = picture.ReadAsArray(), picture.GetRasterBand(1).GetCategoryNames()
        used = set()
        for row, col in np.argwhere(state == 0):
            low, high = (float(word) for word in names[pixels[row, col]][6:].split(" to "))
            self.assertTrue(low * (1 - 2e-5) <= score[row, col] <= high * (1 + 2e-5))
            used.add(int(pixels[row, col]))
        self.assertEqual((min(used), max(used)), (4, 255))  # from end to end
        ends = [float(names[i][6:].split(" to ")[0]) for i in range(4, 256)]
        np.testing.assert_allclose(np.diff(np.log(np.array(ends) / (1 - np.array(ends))), 2), 0, atol=1e-9)

    def test_reasons_add_up_to_the_logit(self):
        self.learn()
        prior, listed = json.loads((self.folder / "out/deposit_model.json").read_text())["prior_logit"], sites(self.folder / "out")
        self.assertGreater(len(listed), 10)
        scored = [site for site in listed if site["score"] is not None]
        self.assertTrue(scored)
        told = lodescan("explain", self.folder / "out", scored[0]["site_id"])
        self.assertIn(f"with the prior's logit, {prior:.4f}, the contributions add up", told.stdout, told.stderr)
        for site in scored:
            terms = {c["name"]: c for c in site["criteria"]}
            total = prior + terms["a"]["contribution"] + terms["b"]["contribution"]
            self.assertAlmostEqual(float(logistic(total)), site["score"], places=6)
            self.assertEqual(sorted(site["nodata_layers"].split("; ") if site["nodata_layers"] else []),
                             [name for name in ("a", "b") if terms[name]["value"] is None])

    def test_places_of_one_cell_may_count_each(self):
        self.learn(how=", same_cell: count")
        want = self.expect()
        report = json.loads((self.folder / "out/deposit_model.json").read_text())
        self.assertEqual(report["training"]["points"], want["n"] + 1)

    def test_bytes_do_not_depend_on_bands_or_devices(self):
        self.learn()
        whole = {name: (self.folder / "out" / name).read_bytes() for name in ("deposit_weights.csv", "deposit_model.json", "deposit_score.tif", "deposit_sd.tif")}
        for _ in other_runs(self):
            for name, bytes_ in whole.items():
                self.assertEqual((self.folder / "out" / name).read_bytes(), bytes_, name)

    def test_the_wrong_end_is_told(self):
        done = self.learn(a="{descending: {breaks: [1, 2, 3, 4.5, 6, 8]}}")
        self.assertRegex(done.stderr, r"no class of 'a' reaches a studentised contrast of 2 .*it would be, as ascending")

    def test_equal_classes(self):
        self.learn(a="{ascending: {classes: 5}}")
        rows = [row for row in table(self.folder) if row["evidence"] == "a"]
        self.assertEqual(len(rows), 5)
        ordered = np.sort(self.a[~np.isnan(self.a)])
        for k, row in enumerate(rows[:4], 1):
            self.assertAlmostEqual(float(row["up_to"]), float(ordered[math.ceil(k * len(ordered) / 5) - 1]), places=5)

    def test_distances_and_formulas_are_evidence(self):
        """A distance in km from one cell, and twice `a`, whose table is that of `a`."""
        self.vector("hill.gpkg", [("POINT (481250 4201350)", "hill", 1)])
        layers = "  a: {raster: a.tif, resample: nearest, kind: continuous}\n  hill: {vector: hill.gpkg}\n  known: {vector: known.gpkg}\n"
        criteria = "  near: {distance_to: hill}\n  a: {value_of: a}\n  twice: {formula: \"2 * a\"}\n"
        of = "{near: {ascending: {breaks: [300 m, 1 km]}}, a: {ascending: {breaks: [1, 3, 6]}}, twice: {ascending: {breaks: [2, 6, 12]}}}"
        self.scan(layers, criteria, f"targets:\n  deposit:\n    score: {{weights_of_evidence: {{training: known, unit_area: 0.01 km2}}, of: {of}}}\n")
        rows = table(self.folder)
        east, south = np.meshgrid(np.arange(COLS) - 12, np.arange(ROWS) - 6)
        apart, known, hit = np.hypot(east, south) * 0.1, ~np.isnan(self.a), np.zeros((ROWS, COLS), bool)
        for r, c in self.hits:
            hit[r, c] = True
        for row, (low, high) in zip(rows, ((-1, 0.3), (0.3, 1), (1, 99))):
            cells = known & (apart > low + 1e-6) & (apart <= high + 1e-6)  # without `a` a cell has not all of its evidence
            self.assertAlmostEqual(row["class_km2"], cells.sum() / 100, places=9)
            self.assertEqual(row["class_points"], (cells & hit).sum())
        for single, double in zip(rows[3:7], rows[7:]):
            self.assertEqual({**single, "evidence": 0, "above": 0, "up_to": 0}, {**double, "evidence": 0, "above": 0, "up_to": 0})
        score = self.plane("deposit_score.tif")
        weights = {row["class"]: row["weight"] for row in rows[3:7]}
        prior = json.loads((self.folder / "out/deposit_model.json").read_text())["prior_logit"]
        classes = 1 + (self.a > 1).astype(int) + (self.a > 3) + (self.a > 6)
        near = np.where(apart <= 0.3 + 1e-6, rows[0]["weight"], np.where(apart <= 1 + 1e-6, rows[1]["weight"], rows[2]["weight"]))
        want = logistic(prior + near + 2 * np.vectorize(lambda k: weights[float(k)])(classes))
        np.testing.assert_allclose(score[known], want[known], rtol=2e-5)

    def test_evidence_that_says_the_same_is_told(self):
        layers = "  a: {raster: a.tif, resample: nearest, kind: continuous}\n  known: {vector: known.gpkg}\n"
        criteria = "".join(f"  a{i}: {{formula: \"{i} * a\"}}\n" for i in range(1, 4))
        of = ", ".join(f"a{i}: {{ascending: {{breaks: [{3 * i}]}}}}" for i in range(1, 4))
        done = self.scan(layers, criteria, f"targets:\n  deposit:\n    score: {{weights_of_evidence: {{training: known, unit_area: 0.001 km2}}, of: {{{of}}}}}\n")
        test = json.loads((self.folder / "out/deposit_model.json").read_text())["conditional_independence"]
        self.assertEqual(test["unique_conditions"], 2)
        self.assertGreater(test["agterberg_cheng_z"], 1.645)
        self.assertRegex(done.stderr, "target 'deposit': its evidence is not independent given the training places")

    def test_classes_have_their_names(self):
        self.vector("rock.gpkg", [("POLYGON ((480000 4200000, 481500 4200000, 481500 4202000, 480000 4202000, 480000 4200000))", 'dyke, "old"', 1),
                                  ("POLYGON ((481500 4200000, 483000 4200000, 483000 4202000, 481500 4202000, 481500 4200000))", "granite", 2)])
        self.scan("  rock: {vector: rock.gpkg, category: name}\n  known: {vector: known.gpkg}\n", "  rock: {category_of: rock}\n",
                  "targets:\n  deposit:\n    score: {weights_of_evidence: {training: known, unit_area: 0.01 km2}, of: {rock: unique}}\n")
        self.assertEqual([row["name"] for row in table(self.folder)], ['dyke, "old"', "granite"])
        self.assertEqual([row["name"] for row in json.loads((self.folder / "out/deposit_model.json").read_text())["evidence"][0]["classes"]],
                         ['dyke, "old"', "granite"])

    def test_no_training_place(self):
        self.vector("none.gpkg", [("POINT (480010 4201990)", "in the corner outside", 0)])
        shutil.move(self.folder / "none.gpkg", self.folder / "known.gpkg")
        with self.assertRaisesRegex(AssertionError, "none of the 1 training places lies in the study area"):
            self.learn()


class Regression(Ground):
    """Points are likelier where `a` is low and `b` high; `b` has gaps."""

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(11)
        self.a = random.uniform(4000, 4010, (ROWS, COLS)).astype("f4")
        self.b = random.normal(0.5, 0.2, (ROWS, COLS)).astype("f4")
        self.b[random.random((ROWS, COLS)) < 0.1] = np.nan
        chance = logistic(-3 - 0.3 * (self.a - 4005) + 4 * (np.nan_to_num(self.b) - 0.5))
        self.hit = random.random((ROWS, COLS)) < chance
        self.raster("a.tif", self.a)
        self.raster("b.tif", self.b)
        self.vector("known.gpkg", [(f"POINT ({480000 + (c + 0.5) * CELL} {4202000 - (r + 0.5) * CELL})", f"p{r}_{c}", 0) for r, c in np.argwhere(self.hit)])

    def learn(self, negatives=1000000, of="[a, b]", more=""):
        layers = "".join(f"  {name}: {{raster: {name}.tif, resample: nearest, kind: continuous}}\n" for name in "ab") + "  known: {vector: known.gpkg}\n"
        criteria = "  a: {value_of: a}\n  b: {value_of: b}\n" + more
        self.scan(layers, criteria, "targets:\n  deposit:\n    score: {logistic_regression: {training: known, unit_area: 0.01 km2, "
                  f"negatives: {negatives}}}, of: {of}}}\n    candidates: {{points: known}}\n")
        return json.loads((self.folder / "out/deposit_model.json").read_text())

    def fit(self, among=True):
        """Iterated weighted least squares of all whole cells, or of some of them."""
        whole = ~np.isnan(self.b) & among
        x = np.column_stack([np.ones(whole.sum()), self.a[whole].astype("f8"), self.b[whole].astype("f8")])
        y, beta = self.hit[whole].astype("f8"), np.zeros(3)
        for _ in range(30):
            p = logistic(x @ beta)
            root = np.sqrt(p * (1 - p))
            beta = np.linalg.lstsq(root[:, None] * x, root * (x @ beta + (y - p) / (p * (1 - p))), rcond=None)[0]
        # (X'WX)^-1 of centred columns, whose slopes have the same errors.
        centred = x - np.array([0, *x[:, 1:].mean(axis=0)])
        covariance = np.linalg.inv(centred.T @ (centred * (p * (1 - p))[:, None]))
        return beta, np.sqrt(np.diag(covariance)), whole

    def test_against_least_squares(self):
        report = self.learn()
        beta, errors, whole = self.fit()
        got = {c["evidence"]: c for c in report["coefficients"]}
        used = (self.hit & whole).sum()
        self.assertEqual((report["points_used"], report["negatives_used"]), (used, (~self.hit & whole).sum()))
        for name, j in (("a", 1), ("b", 2)):
            self.assertAlmostEqual(got[name]["coefficient"] / beta[j], 1, places=6)
            self.assertAlmostEqual(got[name]["standard_error"] / errors[j], 1, places=5)
        self.assertEqual(schema_faults(self.folder), [])
        # All cells were drawn: the share is the true one, and there is hardly anything to take from the constant.
        self.assertAlmostEqual(report["rare_event_offset"], 0, places=9)
        posterior = logistic(beta[0] + beta[1] * self.a.astype("f8") + beta[2] * self.b.astype("f8"))
        score = self.plane("deposit_score.tif")
        np.testing.assert_array_equal(np.isnan(score), ~whole)
        np.testing.assert_allclose(score[whole], posterior[whole], rtol=2e-5)
        for site in sites(self.folder / "out"):
            terms = {c["name"]: c["contribution"] for c in site["criteria"]}
            if site["score"] is not None:
                at_mean = got["constant"]["coefficient"] + sum(got[n]["coefficient"] * got[n]["mean"] for n in "ab")
                self.assertAlmostEqual(float(logistic(at_mean + terms["a"] + terms["b"])), site["score"], places=5)

    def test_rare_events(self):
        """Few zeros: the constant is corrected to the study area's share."""
        report = self.learn(negatives=150)
        self.assertEqual(report["negatives_drawn"], 150)
        n1, n0, tau = report["points_used"], report["negatives_used"], report["prior"]
        self.assertAlmostEqual(report["rare_event_offset"], math.log((1 - tau) / tau * n1 / n0), places=12)
        score = self.plane("deposit_score.tif")
        self.assertAlmostEqual(float(np.nanmean(score)), tau, delta=0.35 * tau)

    def apart(self, metres):
        """Cells so far from every place, by the distance of each pair; and the places themselves."""
        r, c = np.mgrid[0:ROWS, 0:COLS]
        nearest = np.min([np.hypot(r - i, c - j) for i, j in np.argwhere(self.hit)], axis=0) * CELL
        return (nearest >= metres) | self.hit

    def test_negatives_apart_from_places(self):
        """200 m is the distance of two cells exactly: what lies so far is a negative."""
        shares = []
        for metres in (100, 200, 250):
            report = self.learn(negatives=f"1000000, apart: {metres} m")
            among = self.apart(metres)
            beta, errors, used = self.fit(among)
            got = {c["evidence"]: c for c in report["coefficients"]}
            self.assertEqual(report["negatives_used"], (used & ~self.hit).sum())
            self.assertEqual((report["negatives_apart_m"], report["points_used"]), (metres, (used & self.hit).sum()))
            for name, j in (("a", 1), ("b", 2)):
                self.assertAlmostEqual(got[name]["coefficient"] / beta[j], 1, places=5)
                self.assertAlmostEqual(got[name]["standard_error"] / errors[j], 1, places=4)
            ones, zeros, prior = report["points_used"], report["negatives_used"], report["prior"]
            self.assertAlmostEqual(got["constant"]["coefficient"] + math.log((1 - prior) / prior * ones / zeros), beta[0], delta=2e-5 * abs(beta[0]))
            shares.append(zeros)
        self.assertTrue(shares[0] > shares[1] > shares[2] > 50, shares)

    def test_too_far_apart_leaves_none(self):
        with self.assertRaisesRegex(AssertionError, "and 0 drawn cells have all of the evidence.*a shorter `apart`"):
            self.learn(negatives="1000000, apart: 50 km")

    def test_another_seed_draws_others(self):
        slopes = set()
        for seed in (1, 2, 3):
            report = self.learn(negatives=f"150, seed: {seed}")
            self.assertEqual((report["negatives_drawn"], report["negatives_seed"]), (150, seed))
            slopes.add(report["coefficients"][1]["coefficient"])
        self.assertEqual(len(slopes), 3)

    def test_bytes_do_not_depend_on_bands_or_devices(self):
        self.learn(negatives="150, apart: 200 m, seed: 7")
        names = ("deposit_coefficients.csv", "deposit_model.json", "deposit_score.tif")
        whole = [(self.folder / "out" / name).read_bytes() for name in names]
        for _ in other_runs(self):
            self.assertEqual([(self.folder / "out" / name).read_bytes() for name in names], whole)

    def test_evidence_made_of_other_evidence(self):
        with self.assertRaisesRegex(AssertionError, "criterion 'twice' is the same everywhere, or made up of the ones before it"):
            self.learn(of="[a, b, twice]", more='  twice: {formula: "2 * a"}\n')


@unittest.skipUnless(CLONCURRY.is_dir(), f"no data in {CLONCURRY} (LODESCAN_DATA)")
class Cloncurry(Ground):
    """Geoscience Australia's published weights and posterior. Its maps are not on a whole-number lattice, so maps and points are moved together
    by a part of a cell onto the grid's."""

    MAPS = {"strat": ("binary_strat_favourable", "stratno"), "breccia": ("binary_breccia_5km", "dist2breccia"),
            "fault": ("binary_fault_2km", "dist2fault"), "density": ("binary_fault_density_hi", "faultdensity")}

    def moved(self):
        source = gdal.Open(str(CLONCURRY / "ref_posterior.tif"))
        west, _, _, north, _, _ = source.GetGeoTransform()
        to_west, to_north = round(west, -2), round(north, -2)
        for name, (file, _) in self.MAPS.items():
            gdal.Translate(str(self.folder / f"{name}.tif"), str(CLONCURRY / f"{file}.tif"),
                           outputBounds=[to_west, to_north, to_west + 125900, to_north - 248700])
        places = ogr.Open(str(CLONCURRY / "iocg_deposits.gpkg"))  # keeps its layers alive
        self.vector("known.gpkg", [(f"POINT ({f.GetGeometryRef().GetX() - west + to_west} {f.GetGeometryRef().GetY() - north + to_north})", "", 0)
                                    for f in places.GetLayer(0)],
                    epsg=7845)
        return to_west, to_north, source.ReadAsArray()

    def test_published_weights_and_posterior(self):
        west, north, posterior = self.moved()
        layers = "".join(f"  {name}: {{raster: {name}.tif, resample: nearest, kind: classes}}\n" for name in self.MAPS) + "  known: {vector: known.gpkg}\n"
        criteria = "".join(f"  {name}: {{category_of: {name}}}\n" for name in self.MAPS)
        of = ", ".join(f"{name}: unique" for name in self.MAPS)
        self.scan(layers, criteria, "targets:\n  deposit:\n    score: {weights_of_evidence: {training: known, unit_area: 1 km2, same_cell: count}, "
                  f"of: {{{of}}}}}\n", grid=f"grid: {{crs: EPSG:7845, extent: [{west}, {north - 248700}, {west + 125900}, {north}], extent_crs: EPSG:7845, cell: 100 m}}\n")
        rows = table(self.folder)
        for name, (_, reference) in self.MAPS.items():
            with open(CLONCURRY / f"ref_weights_{reference}.csv", newline="", encoding="utf-8") as lines:
                wanted = list(csv.DictReader(lines))
            mine = [row for row in rows if row["evidence"] == name]
            self.assertEqual(len(mine), len(wanted))
            for got, want in zip(mine, wanted):
                for key, column in (("area_km2", "AREA_SQ_KM"), ("points", "NO_POINTS"), ("w_plus", "WPLUS"), ("s_w_plus", "S_WPLUS"), ("w_minus", "WMINUS"),
                                    ("s_w_minus", "S_WMINUS"), ("contrast", "CONTRAST"), ("s_contrast", "S_CONTRAST"), ("studentised_contrast", "STUDC")):
                    self.assertAlmostEqual(float(got[key]), float(want[column]), delta=1e-6, msg=f"{name} {key}")
        score = self.plane("deposit_score.tif")
        np.testing.assert_array_equal(np.isnan(score), np.isnan(posterior))
        self.assertLess(np.nanmax(np.abs(score.astype("f8") - posterior)), 1e-6)
        self.assertGreater(np.nanmax(posterior), 0.12)


if __name__ == "__main__":
    unittest.main()
