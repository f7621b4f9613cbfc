"""Learnt scores under cross-validation, against models that numpy fits anew, fold by fold, on what is left."""
import itertools
import json
import math
import unittest

import jsonschema
import numpy as np

import test_models as models
from places import SOURCE
from test_models import CELL, COLS, ROWS, logistic

SCHEMA = jsonschema.Draft202012Validator(json.loads((SOURCE / "docs/schema/validation.schema.json").read_text()))


def ground(kind, name, validate, target=""):
    """Places and layers of another test's ground, in a folder of its own; more lines at the end of its target and of its scenario."""
    def scan(self, layers, criteria, rest, **grid):
        return kind.scan(self, layers, criteria, rest + target + f"validate:\n  {validate}\n", **grid)
    made = type(name, (kind,), {"scan": scan})("learn")
    made.setUp()
    return made


def figures(made, target="deposit"):
    found = json.loads((made.folder / f"out/validation/{target}/validation.json").read_text())
    assert not [e.message for e in SCHEMA.iter_errors(found)]
    return found


def area_share(posterior, background, cell):
    """Of background cells: how many score higher, ties half."""
    values = posterior[background]
    apart = 1e-9 * posterior[cell]
    return ((values > posterior[cell] + apart).sum() + (abs(values - posterior[cell]) <= apart).sum() / 2) / len(values)


def auc_interval(shares, folds=None):
    """Student's t on the logit scale; of places, or of sums in each fold."""
    from scipy.stats import t
    shares, n = np.array(shares), len(shares)
    auc = 1 - shares.mean()
    if folds is None:
        error, freedom = shares.std(ddof=1) / math.sqrt(n), n - 1
    else:
        sums = [(auc - (1 - shares[np.array(folds) == f])).sum() for f in sorted(set(folds))]
        error, freedom = math.sqrt(sum(s * s for s in sums) * len(sums) / (len(sums) - 1)) / n, len(sums) - 1
    half = t.ppf(0.975, freedom) * error / (auc * (1 - auc))
    return [float(logistic(math.log(auc / (1 - auc)) + sign * half)) for sign in (-1, 1)]


class HeldOut(unittest.TestCase):
    def check(self, made, cells, posterior_without, scored, out_of):
        """`cells`: of the places by name. `posterior_without`: a surface learnt without a set of cells. `out_of`: the cells that a fold holds out."""
        found = figures(made)
        used = [place for place in found["places"] if place["used"]]
        self.assertGreater(len(used), 20)
        shares, folds = [], [place["fold"] for place in used]
        for fold in sorted(set(folds)):
            surface = posterior_without(out_of([place for place in used if place["fold"] == fold]))
            for place in used:
                if place["fold"] == fold:
                    want = area_share(surface, scored, cells[place["name"]])
                    self.assertAlmostEqual(place["held_out_area_share"], want, places=6, msg=place)
                    shares.append((place["name"], want))
        told, by_name = found["figures"]["folds"], dict(shares)
        shares = [by_name[place["name"]] for place in used]
        self.assertTrue(told["made_anew"] and found["figures"]["learnt"])
        self.assertAlmostEqual(told["held_out_auc"], 1 - np.mean(shares), places=6)
        want = auc_interval(shares, folds if told["kind"] == "blocks" else None)
        np.testing.assert_allclose(told["held_out_ci95"], want, atol=1e-6)
        self.assertLess(told["held_out_auc"], found["figures"]["auc"]["value"])
        return found

    def weights(self, how):
        made = ground(models.LearntWeights, "HeldOutWeights", f"deposit: {{sites: known, name: name, {how}}}")
        made.learn()
        hits, cells = made.hits, {f"p{i}": hit for i, hit in enumerate(made.hits)}
        scored = made.study() & (made.plane("deposit_state.tif") == 0)

        def without(out):
            made.hits = [hit for hit in hits if hit not in out]
            return made.expect()["posterior"]
        return made, cells, without, scored

    def test_weights_by_lot(self):
        made, cells, without, scored = self.weights("folds: 4")
        self.assertEqual(len(made.hits), len(set(made.hits)) + 1)  # two places of one cell train it once, and each holds it out
        self.check(made, cells, without, scored, lambda places: {cells[p["name"]] for p in places})

    def test_weights_one_out(self):
        made, cells, without, scored = self.weights("folds: leave_one_out")
        self.check(made, cells, without, scored, lambda places: {cells[p["name"]] for p in places})

    def test_weights_merged(self):
        made, cells, without, scored = self.weights("folds: 5, merge_within: 120 m")

        def out_of(places):
            near = set()
            for place, hit in itertools.product(places, made.hits):
                r, c = cells[place["name"]]
                apart = CELL * math.hypot(c + 0.3 - (hit[1] + 0.5), r + 0.6 - (hit[0] + 0.5))
                if apart <= 120 + CELL * math.sqrt(0.5):
                    near.add(hit)
            return near
        hits = list(made.hits)
        found = self.check(made, cells, without, scored, lambda places: (setattr(made, "hits", hits), out_of(places))[1])
        self.assertLess(found["figures"]["places"], len(hits) - 1)

    def test_weights_in_blocks(self):
        made, cells, without, scored = self.weights("blocks: 500 m")

        def block(name):
            return cells[name][0] // 5, cells[name][1] // 5
        found = self.check(made, cells, without, scored, lambda places: {cell for n, cell in cells.items() if block(n) in {block(p["name"]) for p in places}})
        self.assertGreater(found["figures"]["folds"]["count"], 8)

    def test_regression_in_blocks(self):
        self.regression(0)

    def test_regression_apart_from_what_a_fold_knows(self):
        """Around a place that is held out there are negatives."""
        self.regression(200)

    def regression(self, metres):
        made = ground(models.Regression, "HeldOutRegression", "deposit: {sites: known, name: name, blocks: 700 m}", "    min_coverage: 60 percent\n")
        made.learn(negatives=f"1000000, apart: {metres} m")
        hit = made.hit
        cells = {f"p{r}_{c}": (r, c) for r, c in np.argwhere(hit)}
        whole = ~np.isnan(made.b)

        def without(out):
            rows = whole & ~np.isin(np.arange(ROWS * COLS).reshape(ROWS, COLS), [r * COLS + c for r, c in out])
            left, (r, c) = [cell for cell in cells.values() if cell not in out], np.mgrid[0:ROWS, 0:COLS]
            rows &= hit | (CELL * np.min([np.hypot(r - i, c - j) for i, j in left], axis=0) >= metres)
            x = np.column_stack([np.ones(rows.sum()), made.a[rows].astype("f8") - 4005, made.b[rows]])
            y, beta = hit[rows].astype("f8"), np.zeros(3)
            for _ in range(30):
                p = logistic(x @ beta)
                beta += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]), x.T @ (y - p))
            return logistic(beta[0] + beta[1] * (made.a.astype("f8") - 4005) + beta[2] * np.nan_to_num(made.b.astype("f8")))

        def out_of(places):
            wanted = {(cells[p["name"]][0] // 7, cells[p["name"]][1] // 7) for p in places}
            return {cell for cell in cells.values() if (cell[0] // 7, cell[1] // 7) in wanted}
        self.check(made, cells, without, whole, out_of)

    def test_a_baseline_that_is_learnt_is_held_out_too(self):
        made = ground(models.LearntWeights, "HeldOutBaseline", "deposit: {sites: known, name: name, folds: 4, baseline: other}\n"
                      "  other: {sites: known, name: name, folds: 4}",
                      "  other:\n    score: {weights_of_evidence: {training: known, unit_area: 0.01 km2}, of: {a: ascending, b: unique}}\n"
                      "    min_coverage: 50 percent\n")
        made.learn()
        one, two = figures(made), figures(made, "other")
        self.assertAlmostEqual(one["figures"]["baseline"]["auc"], two["figures"]["folds"]["held_out_auc"], places=12)
        gain = one["figures"]["folds"]["held_out_auc"] - two["figures"]["folds"]["held_out_auc"]
        self.assertAlmostEqual(one["figures"]["baseline"]["gain"], gain, places=9)

    def test_gain_in_blocks(self):
        from scipy.stats import t
        made = ground(models.LearntWeights, "HeldOutGain", "deposit: {sites: known, name: name, blocks: 500 m, baseline: other}\n"
                      "  other: {sites: known, name: name, blocks: 500 m}",
                      "  other:\n    score: {weights_of_evidence: {training: known, unit_area: 0.01 km2}, of: {b: unique, a: descending}}\n"
                      "    min_coverage: 50 percent\n")
        made.learn()
        one, two = figures(made), figures(made, "other")
        other = {(p["name"], p["lon"]): p["held_out_area_share"] for p in two["places"] if p["used"]}
        used = [p for p in one["places"] if p["used"]]
        gain, folds = np.array([other[p["name"], p["lon"]] - p["held_out_area_share"] for p in used]), np.array([p["fold"] for p in used])
        sums = np.array([(gain - gain.mean())[folds == f].sum() for f in set(folds)])
        half = t.ppf(0.975, len(sums) - 1) * math.sqrt((sums ** 2).sum() * len(sums) / (len(sums) - 1)) / len(gain)
        np.testing.assert_allclose(one["figures"]["baseline"]["gain_ci95"], [gain.mean() - half, gain.mean() + half], atol=1e-9)

    def test_places_that_the_map_was_learnt_from_are_no_forecast(self):
        made = ground(models.LearntWeights, "HeldOutNone", "deposit: {sites: known}")
        done = made.learn()
        self.assertIn("the score was learnt: where it was from these places, this is no forecast", done.stdout)


if __name__ == "__main__":
    unittest.main()
