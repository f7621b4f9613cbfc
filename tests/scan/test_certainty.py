"""How far ranks hold: closed forms, and numpy with random numbers of its own, for every overlay that weighs and every way to draw weights."""
import csv
import json
import unittest

import jsonschema
import numpy as np

from osgeo import gdal

from ground import Ground
from places import SOURCE, lodescan, sites

COLS, ROWS = 30, 20
DRAWS = 10000
SCHEMA = jsonschema.Draft202012Validator(json.loads((SOURCE / "docs/schema/run.schema.json").read_text()))
CELLS = [(2, 3), (5, 7), (11, 4), (17, 9), (23, 15), (28, 18), (8, 13)]


def ranks(scores):
    """[draw, site]: one more than how many score higher."""
    return 1 + (scores[:, None, :] > scores[:, :, None]).sum(axis=2)


def simplex(random, n, draws=50000):
    gaps = random.exponential(size=(draws, n))
    return gaps / gaps.sum(axis=1, keepdims=True)


def around(random, given, spread, draws=50000):
    return np.asarray(given) * random.uniform(1 - spread, 1 + spread, size=(draws, len(given)))


class Certainty(Ground):
    def setUp(self):
        super().setUp()
        self.random = np.random.default_rng(11)

    def run_sites(self, values, score, certainty, membership="{linear: {zero: 0, one: 1}}", words=(), rest=""):
        """values: [site, criterion], raw; returns the rows of the table in the order of `values`, by number."""
        names = "abcdefgh"[:values.shape[1]]
        for i, name in enumerate(names):
            plane = np.full((ROWS, COLS), 0.01, "f4")
            for (col, row), of in zip(CELLS, values):
                plane[row, col] = of[i]
            self.raster(f"{name}.tif", plane)
        self.vector("spots.gpkg", [(f"POINT ({480050 + 100 * c} {4201950 - 100 * r})", str(k), 0) for k, (c, r) in enumerate(CELLS[:len(values)])])
        layers = "".join(f"  {n}: {{raster: {n}.tif, resample: nearest, kind: continuous}}\n" for n in names)
        layers += "  spots: {vector: spots.gpkg, label: name}\n"
        criteria = "".join(f"  {n}: {{value_of: {n}, membership: {membership}}}\n" for n in names)
        self.done = self.scan(layers, criteria, f"{rest}targets:\n  t: {{score: {score}, min_coverage: 40 percent, candidates: {{points: spots}}, "
                                                f"certainty: {{{certainty}}}}}\n", words=words)
        rows = list(csv.DictReader((self.folder / "out/t_acceptability.csv").read_text().splitlines()))
        return sorted(rows, key=lambda row: int(row["name"]))

    def table(self, rows):
        return np.array([[float(row[f"rank_{r + 1}"]) for r in range(len(rows))] for row in rows])

    def near(self, found, wanted, draws=DRAWS, wanted_draws=None):
        """Shares of draws against shares that are exact, or of other draws: within 5 standard deviations."""
        variance = wanted * (1 - wanted) * (1 / draws + (1 / wanted_draws if wanted_draws else 0))
        off = np.abs(found - wanted) - 5 * np.sqrt(variance) - 3 / draws
        self.assertLess(off.max(), 0, f"{found}\n{wanted}")

    def against(self, rows, scores):
        """The whole table and the quantiles against draws of numpy's: [draw, site]."""
        wanted = ranks(scores)
        n = scores.shape[1]
        self.near(self.table(rows), np.array([[(wanted[:, i] == r + 1).mean() for r in range(n)] for i in range(n)]), wanted_draws=len(scores))
        for i, row in enumerate(rows):
            for share, word in ((0.05, "p05"), (0.5, "p50"), (0.95, "p95")):
                slack = 5 * np.sqrt(share * (1 - share) * (1 / DRAWS + 1 / len(scores)))
                low, high = (np.quantile(scores[:, i], share + s * slack) for s in (-1, 1))
                self.assertTrue(low - 1e-6 <= float(row[f"score_{word}"]) <= high + 1e-6, (i, word, row[f"score_{word}"], low, high))
                low, high = (np.quantile(wanted[:, i], share + s * slack) for s in (-1, 1))
                self.assertTrue(np.floor(low) <= float(row[f"rank_{word}"]) <= np.ceil(high), (i, word))

    def test_two_criteria_and_any_weights_are_an_interval(self):
        values = np.array([[0.9, 0.2], [0.5, 0.6], [0.1, 0.7]])
        rows = self.run_sites(values, "{weighted: {a: 1, b: 1}}", "weights: any")
        # with w on a: the first beats the second above w = 1/2, the second the third above 1/5
        self.near(np.array([float(row["share_first"]) for row in rows]), np.array([1 / 2, 3 / 10, 1 / 5]))
        for row, middle, width in zip(rows, (3 / 4, 7 / 20, 1 / 10), (1 / 2, 3 / 10, 1 / 5)):
            slack = 5 * width / np.sqrt(12 * DRAWS * width)
            self.assertAlmostEqual(float(row["a_weight_if_first"]), middle, delta=slack)
            self.assertAlmostEqual(float(row["a_weight_if_first"]) + float(row["b_weight_if_first"]), 1, places=9)
        # 0.2 + 0.7 w
        self.assertAlmostEqual(float(rows[0]["score_p05"]), 0.2 + 0.7 * 0.05, delta=0.7 * 5 * np.sqrt(0.05 * 0.95 / DRAWS))
        self.assertAlmostEqual(float(rows[0]["score_p95"]), 0.2 + 0.7 * 0.95, delta=0.7 * 5 * np.sqrt(0.05 * 0.95 / DRAWS))
        np.testing.assert_allclose(self.table(rows).sum(axis=0), 1, atol=1e-9)  # no ties
        np.testing.assert_allclose(self.table(rows).sum(axis=1), 1, atol=1e-9)
        picture = gdal.Open(str(self.folder / "out/t_ranks.png")).ReadAsArray()
        self.assertEqual(picture.shape, (3, 150 + 40 * 3 + 100, 1280))
        for i, row in enumerate(rows):  # near a field's corner there are no letters
            for r in range(3):
                share = np.sqrt(float(row[f"rank_{r + 1}"]))
                pixel = picture[:, 150 + 40 * (int(row["rank"]) - 1) + 4, 330 + r * 300 + 6]
                np.testing.assert_allclose(pixel, [255 + (8 - 255) * share, 255 + (48 - 255) * share, 255 + (107 - 255) * share], atol=1.01)

    def test_better_in_everything_is_first_with_certainty(self):
        values = np.array([[0.3, 0.4, 0.2], [0.8, 0.7, 0.9], [0.5, 0.6, 0.1]])
        rows = self.run_sites(values, "{weighted: {a: 1, b: 3, c: 2}}", "weights: any")
        self.assertEqual([rows[1][key] for key in ("rank_p05", "rank_p50", "rank_p95", "share_first")], ["1", "1", "1", "1"])
        self.assertEqual(rows[0]["share_first"], "0")
        self.assertEqual(rows[0]["a_weight_if_first"], "")
        listed = {site["name"]: site for site in sites(self.folder / "out")}
        self.assertEqual((listed["1"]["rank_p05"], listed["1"]["rank_p95"], listed["1"]["share_first"]), (1, 1, 1))
        self.assertEqual(listed["0"]["share_first_10"], 1)

    def test_equal_sites_share_the_better_rank(self):
        values = np.array([[0.5, 0.6], [0.5, 0.6], [0.2, 0.1]])
        rows = self.run_sites(values, "{weighted: {a: 1, b: 1}}", "weights: 50 %, draws: 500")
        np.testing.assert_array_equal(self.table(rows), [[1, 0, 0], [1, 0, 0], [0, 0, 1]])

    def test_order_is_kept_and_equals_are_not_told_apart(self):
        values = self.random.random((6, 4))
        rows = self.run_sites(values, "{weighted: {a: 2, b: 5, c: 2, d: 1}}", "weights: order")
        drawn = simplex(self.random, 4)
        drawn.sort(axis=1)
        middle = self.random.random(len(drawn)) < 0.5
        a, c = np.where(middle, drawn[:, 2], drawn[:, 1]), np.where(middle, drawn[:, 1], drawn[:, 2])
        weights = np.stack([a, drawn[:, 3], c, drawn[:, 0]], axis=1)
        self.against(rows, weights @ values.T)

    def test_any_weights_of_many(self):
        values = self.random.random((7, 5))
        rows = self.run_sites(values, "{weighted: {a: 2, b: 5, c: 2, d: 1, e: 3}}", "weights: any")
        self.against(rows, simplex(self.random, 5) @ values.T)

    def test_spread_in_every_overlay_that_weighs(self):
        values = self.random.uniform(0.4, 0.6, (7, 4))
        given = [3, 2, 1, 2]
        weights = around(self.random, given, 0.4)
        shares = weights / weights.sum(axis=1, keepdims=True)
        named = "{a: 3, b: 2, c: 1, d: 2}"
        owa = []
        for row in values:  # orness through alpha 2: Q(p) = p^2
            order = np.argsort(-row)
            p = np.concatenate([np.zeros((len(shares), 1)), np.cumsum(shares[:, order], axis=1)], axis=1) ** 2
            owa.append((np.diff(p, axis=1) * row[order]).sum(axis=1))
        best = np.sqrt((shares[:, None, :] ** 2 * (1 - values) ** 2).sum(axis=2))
        worst = np.sqrt((shares[:, None, :] ** 2 * values ** 2).sum(axis=2))
        cases = {f"{{weighted: {named}}}": shares @ values.T,
                 f"{{weighted_product: {named}}}": np.exp(shares @ np.log(values.T)),
                 f"{{owa: {named}, alpha: 2}}": np.stack(owa, axis=1),
                 f"{{topsis: {named}, ideal: absolute}}": worst / (best + worst)}
        for score, wanted in cases.items():
            with self.subTest(score=score):
                self.against(self.run_sites(values, score, "weights: 40 %"), wanted)

    def test_groups_are_drawn_each_for_itself(self):
        values = self.random.random((6, 5))
        score = "{weighted: [{of: {weighted: {a: 1, b: 2}}, weight: 3}, {of: {and: [c, {weighted: {d: 1, e: 1}}]}, weight: 1}]}"
        outer, first, second = simplex(self.random, 2), simplex(self.random, 2), simplex(self.random, 2)
        ab, de = first @ values[:, :2].T, second @ values[:, 3:].T
        wanted = outer[:, :1] * ab + outer[:, 1:] * np.minimum(values[:, 2], de)
        rows = self.run_sites(values, score, "weights: any")
        self.against(rows, wanted)
        for row in rows:
            named = [float(row[f"{n}_weight_if_first"] or "nan") for n in "abcde"]
            if row["share_first"] != "0":
                self.assertAlmostEqual(sum(named), 1, places=9)

    def test_memberships_stretch(self):
        values = self.random.uniform(2, 18, (6, 3))
        factor = self.random.uniform(0.8, 1.2, size=(50000, 3))
        x = values[None, :, :] / factor[:, None, :]
        cases = {"{linear: {zero: 20, one: 3}}": np.clip((20 - x) / 17, 0, 1),
                 "{trapezoid: {zero_below: 1, one_from: 5, one_to: 9, zero_above: 17}}":
                     np.minimum(np.clip((x - 1) / 4, 0, 1), np.clip((17 - x) / 8, 0, 1)),
                 "{small: {midpoint: 8, spread: 3}}": 1 / (1 + (x / 8) ** 3),
                 "{near: {midpoint: 8, spread: 0.1}}": 1 / (1 + 0.1 * (x - 8) ** 2),
                 "{gaussian: {midpoint: 8, spread: 0.05}}": np.exp(-0.05 * (x - 8) ** 2),
                 "{logistic: {midpoint: 8, steepness: 0.7}}": 1 / (1 + np.exp(-0.7 * (x - 8))),
                 "{inverse: {half: 6}}": 6 / (6 + x)}
        for membership, mu in cases.items():
            with self.subTest(membership=membership):
                self.against(self.run_sites(values, "{gamma: 1, of: [a, b, c]}", "memberships: 20 %", membership), 1 - (1 - mu).prod(axis=2))

    def test_nothing_drawn_is_the_score_itself(self):
        values = self.random.random((7, 4))
        rows = self.run_sites(values, "{weighted_product: {a: 3, b: 1, c: 2, d: 1}}", "weights: 0 %, draws: 50")
        listed = {site["name"]: site for site in sites(self.folder / "out")}
        for row in rows:
            site = listed[row["name"]]
            self.assertEqual([float(row[key]) for key in ("score_p05", "score_p50", "score_p95")], [site["score"]] * 3)
            self.assertEqual([int(row[key]) for key in ("rank_p05", "rank_p50", "rank_p95")], [site["rank"]] * 3)

    def test_what_is_missing_and_penalised_stays_so(self):
        values = self.random.uniform(0.3, 0.7, (7, 3))
        values[2, 1] = np.nan
        values[4, 0] = 0.95
        rows = self.run_sites(values, "{weighted: {a: 2, b: 1, c: 1}}", "weights: 30 %",
                              rest="rules: {rich: {penalise_where: \"a > 0.9\", factor: 0.6}}\n")
        weights = around(self.random, [2, 1, 1], 0.3)
        there = ~np.isnan(values)
        scores = weights @ np.where(there, values, 0).T / (weights @ there.T)
        scores[:, 4] *= 0.6
        self.against(rows, scores)

    def test_below_the_least_coverage_comes_last(self):
        values = np.array([[0.9, np.nan], [0.5, 0.6], [0.2, 0.1]])
        rows = self.run_sites(values, "{weighted: {a: 1, b: 1}}", "weights: any")
        # without b, the first has a score where the weight of a is 0.4 or more
        self.near(np.array([float(rows[0]["share_first"]), float(rows[0]["rank_3"])]), np.array([0.6, 0.4]))
        self.assertEqual((rows[0]["score_p05"], rows[0]["rank_p95"]), ("", "3"))
        self.assertAlmostEqual(float(rows[0]["score_p95"]), 0.9, places=6)

    def test_same_bytes_and_another_seed(self):
        values = self.random.random((7, 4))
        def table(certainty, *words):
            self.run_sites(values, "{weighted: {a: 3, b: 1, c: 2, d: 1}}", certainty, words=words)
            return (self.folder / "out/t_acceptability.csv").read_bytes()
        first = table("memberships: 10 %")
        self.assertEqual(first, table("weights: 25 percent, memberships: 10 %, seed: 1", "--memory=300MB"))
        self.assertNotEqual(first, table("memberships: 10 %, seed: 2"))
        manifest = json.loads((self.folder / "out/run.json").read_text())
        SCHEMA.validate(manifest)
        told = manifest["targets"][0]["certainty"]
        self.assertEqual((told["weights"], told["memberships"], told["draws"], told["seed"], told["sites"]), (0.25, 0.1, DRAWS, 2, 7))
        names = [out["name"] for out in manifest["outputs"]]
        self.assertEqual([name for name in names if name.startswith("t_ra") or name.startswith("t_to") or name.startswith("t_ac")],
                         ["t_acceptability.csv", "t_tornado.csv", "t_ranks.png", "t_tornado.png"])
        self.assertIn("of 10000 draws with weights up to 25 % off and memberships up to 10 % off first came:", self.done.stdout)

    def test_one_criterion_at_a_time(self):
        values = np.array([[0.9, 0.2, 0.4], [0.51, 0.63, 0.42], [0.31, 0.87, 0.13], [0.82, 0.11, 0.57]])
        given = np.array([3.0, 2.0, 1.0])
        self.run_sites(values, "{weighted: {a: 3, b: 2, c: 1}}", "draws: 10")
        rows = list(csv.DictReader((self.folder / "out/t_tornado.csv").read_text().splitlines()))
        self.assertEqual(len(rows), 3 * 5 * 4)
        order = np.argsort(-(values @ given))
        manifest = json.loads((self.folder / "out/run.json").read_text())
        dethroned = {(d["criterion"], d["changed"], d["factor"]) for d in manifest["targets"][0]["certainty"]["dethroned_by"]}
        ids = {row["name"]: row["site_id"] for row in rows}
        for row in rows:
            c, factor, weights, mu = "abc".index(row["criterion"]), float(row["factor"]), given.copy(), values.copy()
            if row["changed"] == "weight":
                weights[c] *= factor
            else:
                mu[:, c] = np.clip(mu[:, c] / factor, 0, 1)
            scores, site = mu @ weights / weights.sum(), int(row["name"])
            self.assertAlmostEqual(float(row["score_then"]), scores[site], places=6)
            self.assertAlmostEqual(float(row["score_change"]), scores[site] - values[site] @ given / 6, places=6)
            self.assertEqual(int(row["rank_then"]), 1 + (scores > scores[site] + 1e-7).sum(), row)
            self.assertEqual(row["first_then"], ids[str(scores.argmax())])
            self.assertEqual((row["criterion"], row["changed"], factor) in dethroned, bool(scores.max() > scores[order[0]] + 1e-7))
        self.assertEqual({row["factor"] for row in rows if row["changed"] == "weight"}, {"0", "0.5", "2"})
        self.assertTrue(dethroned)
        self.assertIn("another site comes first with the weight of a times 0 (2)", self.done.stdout)

    def test_mistakes_are_told(self):
        head = "lodescan: 1\ntitle: x\ngrid: {crs: EPSG:32611, extent: [0, 0, 1, 1], cell: 1 km}\nlayers: {l: {raster: l.tif}, p: {vector: p.gpkg}}\n"
        head += "criteria: {a: {value_of: l, membership: {linear: {zero: 0, one: 1}}}, b: {value_of: l, membership: {linear: {zero: 1, one: 0}}}}\n"
        cases = {
            "t: {score: {and: [a, b]}, certainty: {draws: 9}}":
                "`certainty` has nothing to vary: the score of target 't' has no weights; write `memberships: 10 percent`",
            "t: {score: {weighted: {a: 1, b: 1}}, certainty: {weights: all}}":
                "`weights: all` is neither a share such as `25 percent` nor one of order, any",
            "t: {score: {weighted: {a: 1, b: 1}}, certainty: {weights: 130 %}}": "from 0 to 100 percent",
            "t: {score: {weighted: {a: 1, b: 1}}, certainty: {memberships: 60 %}}": "`memberships: 60 %` is out of range; at most 50 percent are possible",
            "t: {score: {weighted: {a: 1, b: 1}}, certainty: {draws: 100001}}": "`draws: 100001` is too many; at most 100000 are possible",
            "t: {score: {weighted: {a: 1, b: 1}}, certainty: {drws: 7}}": "did you mean 'draws'?",
            "t: {score: {logistic_regression: {training: p}, of: [a, b]}, certainty: {draws: 9}}":
                "`certainty` varies the weights and memberships of an overlay, and the score of target 't' is learnt; leave it out",
        }
        path = self.folder / "scenario.yaml"
        for target, wanted in cases.items():
            with self.subTest(target=target):
                path.write_text(f"{head}targets:\n  {target}\n")
                done = lodescan("check", path)
                self.assertEqual(done.returncode, 65)
                self.assertIn(f"{path}:7:", done.stderr)
                self.assertIn(wanted, done.stderr)


if __name__ == "__main__":
    unittest.main()
