"""Weights and overlays through the whole program against numpy: every way of weights, every overlay, what is missing, excluded and nested,
and what check, run and explain say of it."""
import functools
import json
import unittest

import jsonschema
import numpy as np

from ground import Ground
from places import SOURCE, lodescan, memory_for_rows, sites

COLS, ROWS = 30, 20
SCHEMA = jsonschema.Draft202012Validator(json.loads((SOURCE / "docs/schema/run.schema.json").read_text()))
NAMES = ("a", "b", "c", "d")
SHUT = "rules: {rich: {exclude_where: \"a > 0.6\"}}\n"


def norm(weights):
    return np.asarray(weights, float) / np.sum(weights)


def hamacher(a, b, g):
    below = g + (1 - g) * (a + b - a * b)
    return np.where(below == 0, 0, a * b / np.where(below == 0, 1, below))


def owa(values, weights, quantifier):
    """Cell by cell, missing left out."""
    out = np.full(values[0].shape, np.nan)
    for at in np.ndindex(out.shape):
        there = sorted(((v[at], w) for v, w in zip(values, weights) if not np.isnan(v[at])), reverse=True)
        if there:
            shares = np.concatenate([[0], np.cumsum([w for _, w in there])]) / sum(w for _, w in there)
            out[at] = sum(v * (quantifier(q) - quantifier(p)) for (v, _), p, q in zip(there, shares, shares[1:]))
    return out


def entropy(columns):
    """Hwang and Yoon 1981, columns of a decision matrix."""
    p = columns / columns.sum(axis=0)
    logs = np.where(p > 0, np.log(np.where(p > 0, p, 1)), 0)
    return norm(1 + (p * logs).sum(axis=0) / np.log(len(columns)))


def critic(columns):
    stretched = (columns - columns.min(axis=0)) / (columns.max(axis=0) - columns.min(axis=0))
    return norm(stretched.std(axis=0) * (1 - np.corrcoef(stretched.T)).sum(axis=1))


def topsis(values, weights, columns):
    """Closeness of every cell; norm and ideals from `columns`."""
    length = np.sqrt((columns ** 2).sum(axis=0))
    v = [w * x / n for w, x, n in zip(weights, values, length)]
    best, worst = weights * columns.max(axis=0) / length, weights * columns.min(axis=0) / length
    to_best = np.sqrt(sum((x - b) ** 2 for x, b in zip(v, best)))
    to_worst = np.sqrt(sum((x - b) ** 2 for x, b in zip(v, worst)))
    return to_worst / (to_best + to_worst)


class Weights(Ground):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(4)
        self.mu = {n: random.random((ROWS, COLS)).astype("f4") ** (i + 1) for i, n in enumerate(NAMES)}
        self.mu["c"] = (0.6 * self.mu["c"] + 0.4 * self.mu["a"]).astype("f4")
        for values in self.mu.values():
            values[random.random((ROWS, COLS)) < 0.08] = np.nan
        self.mu["b"][3:6, 4:9] = 0
        for name, values in self.mu.items():
            self.raster(f"{name}.tif", values)
        self.shut = np.nan_to_num(self.mu["a"]) > 0.6

    def scores(self, scores, rest="", coverage="100 percent"):
        """A target a score, t0 ...; returns their planes."""
        layers = "".join(f"  {n}: {{raster: {n}.tif, resample: nearest, kind: continuous}}\n" for n in NAMES)
        criteria = "".join(f"  {n}: {{value_of: {n}, membership: {{linear: {{zero: 0, one: 1}}}}}}\n" for n in NAMES)
        targets = "".join(f"  t{i}: {{score: {score}, min_coverage: {coverage}, candidates: {{peaks: {{count: 3, spacing: 300 m}}}}}}\n"
                          for i, score in enumerate(scores))
        self.done = self.scan(layers, criteria, f"{rest}targets:\n{targets}")
        self.state = self.plane("t0_state.tif")
        SCHEMA.validate(json.loads((self.folder / "out" / "run.json").read_text()))
        return [self.plane(f"t{i}_score.tif").astype(float) for i in range(len(scores))]

    def node(self, target=0):
        return json.loads((self.folder / "out" / "run.json").read_text())["targets"][target]["score"]

    def sites(self, target=0):
        return sites(self.folder / "out", f"t{target}")

    def values(self, *names):
        return [self.mu[n].astype(float) for n in names]

    def counted(self, values, shut=False):
        """The decision matrix: a row for each cell where all are there and no rule excludes."""
        whole = ~np.isnan(sum(values)) & ~(self.shut if shut else np.zeros_like(self.shut))
        return np.column_stack([v[whole] for v in values])

    def check(self, got, wanted, message=None):
        np.testing.assert_allclose(got, wanted, rtol=1.6e-5, atol=4e-6, err_msg=message)  # scores are files of 16 bits
        self.assertGreater(np.nanstd(wanted), 0.01)

    def test_weights_of_people(self):
        a, b, c = self.values("a", "b", "c")
        matrix = np.array([[1, 3, 5], [1 / 3, 1, 4], [1 / 5, 1 / 4, 1]])
        roots, vectors = np.linalg.eig(matrix)
        first = np.argmax(roots.real)
        ahp, ratio = norm(np.abs(vectors[:, first].real)), (roots[first].real - 3) / 2 / 0.58
        rows = {"{ahp: {a/b: 3, a/c: 5, b/c: 4}}": ahp, "{rank_sum: [a, b, c]}": [3, 2, 1], "{reciprocal: [a, b, c]}": [6, 3, 2],
                "{roc: [a, b, c]}": [11, 5, 2]}
        scores = self.scores([f"{{weighted: {words}}}" for words in rows])
        for i, (words, weights) in enumerate(rows.items()):
            w = norm(weights)
            self.check(scores[i], w[0] * a + w[1] * b + w[2] * c, words)
            np.testing.assert_allclose([child["weight"] for child in self.node(i)["of"]], w, rtol=1e-9)
            site = self.sites(i)[0]
            self.assertAlmostEqual(sum(term["contribution"] or 0 for term in site["criteria"]), site["score"], places=5)
        self.assertAlmostEqual(self.node()["consistency_ratio"], ratio, places=9)
        words = f"weights by ahp: a {ahp[0]:.4f}, b {ahp[1]:.4f}, c {ahp[2]:.4f}; consistency ratio {ratio:.3f}"
        said = [self.done.stdout, lodescan("check", self.folder / "scenario.yaml").stdout,
                lodescan("explain", self.folder / "out", "t0:1").stdout, (self.folder / "out" / "run.json").read_text()]
        for text in said:
            self.assertIn(words, text)
            self.assertNotIn("no sum of parts", text)

    def test_contradiction_is_refused_unless_accepted(self):
        self.scores(["{weighted: {ahp: {a/b: 7, b/c: 7, a/c: 1/2}, accept_inconsistency: true}}"])
        self.assertGreater(self.node()["consistency_ratio"], 0.1)
        self.assertIn("over 0.10 and accepted", self.done.stdout)
        path = self.folder / "scenario.yaml"
        path.write_text(path.read_text().replace(", accept_inconsistency: true", ""))
        refused = lodescan("check", path)
        self.assertEqual(refused.returncode, 65)
        self.assertRegex(refused.stderr, "`ahp` contradicts itself.*by the other two `a/b` would be 1/14")

    def test_weights_of_cells(self):
        values = self.values("a", "b", "c")
        columns, methods = self.counted(values, shut=True), {"entropy": entropy, "critic": critic}
        scores = self.scores([f"{{weighted: {{{name}: [a, b, c]}}}}" for name in methods], SHUT)
        for i, (name, method) in enumerate(methods.items()):
            w = method(columns)
            self.assertGreater(abs(w - method(self.counted(values))).max(), 1e-3)  # the rule matters
            self.check(scores[i][self.state == 0], sum(x * y for x, y in zip(w, values))[self.state == 0], name)
            np.testing.assert_allclose([child["weight"] for child in self.node(i)["of"]], w, atol=1e-6)
            self.assertEqual(self.node(i)["cells_counted"], len(columns))
            self.assertIn(f"weights by {name}: a {w[0]:.4f}, b {w[1]:.4f}, c {w[2]:.4f}; over {len(columns)} cells", self.done.stdout)
        self.assertIn("known when the cells", lodescan("check", self.folder / "scenario.yaml").stdout)

    def test_a_site_keeps_its_parts_under_weights_of_cells(self):
        w = critic(self.counted(self.values("a", "b", "c")))
        self.scores(["{weighted: [{of: {weighted: {critic: [a, b, c]}}, weight: 3}, {of: d, weight: 1}]}"], coverage="40 percent")
        for site in self.sites():
            terms = {term["name"]: term for term in site["criteria"]}
            at = site["cell_row"], site["cell_col"]
            mu = {n: float(self.mu[n][at]) for n in NAMES}
            there = {n: weight for n, weight in zip("abc", w) if not np.isnan(mu[n])}
            outer = {"abc": 3 if there else 0, "d": 0 if np.isnan(mu["d"]) else 1}
            for n, weight in zip("abc", w):
                self.assertAlmostEqual(terms[n]["weight"], 0.75 * weight, places=5)
                if n in there:
                    part = mu[n] * weight / sum(there.values()) * outer["abc"] / sum(outer.values())
                    self.assertAlmostEqual(terms[n]["contribution"], part, places=5)
            self.assertAlmostEqual(sum(t["contribution"] or 0 for t in terms.values()), site["score"], places=5)

    def test_order_weights(self):
        values = self.values("a", "b", "c")
        through = functools.partial(np.interp, xp=[0, 1 / 3, 2 / 3, 1], fp=[0, 0.6, 0.9, 1])
        rows = [("{owa: [a, b, c], order_weights: [6, 3, 1]}", [1, 1, 1], through, 0.75),
                ("{owa: {a: 2, b: 1, c: 1}, order_weights: [0.6, 0.3, 0.1]}", [2, 1, 1], through, 0.75),
                ("{owa: {roc: [a, b, c]}, alpha: 2}", [11, 5, 2], lambda p: p ** 2, (1 / 9 + 4 / 9) / 2),
                ("{owa: [a, b, c], orness: 0}", [1, 1, 1], lambda p: float(p >= 1 - 1e-12), 0),
                ("{owa: {a: 5, b: 1, c: 2}, orness: 1}", [5, 1, 2], lambda p: float(p > 0), 1),
                ("{owa: {a: 5, b: 1, c: 2}, orness: 0.5}", [5, 1, 2], lambda p: p, 0.5)]
        for coverage in ("100 percent", "0 percent"):
            scores = self.scores([row[0] for row in rows], coverage=coverage)
            for score, (words, weights, quantifier, _) in zip(scores, rows):
                wanted = owa(values, weights, quantifier)
                if coverage == "100 percent":
                    wanted[np.isnan(sum(values))] = np.nan
                self.check(score, wanted, words)
        for i, (words, _, quantifier, orness) in enumerate(rows):
            order = np.array(self.node(i)["order_weights"])
            np.testing.assert_allclose(order, np.diff([quantifier(j / 3) for j in range(4)]), atol=1e-9)
            self.assertAlmostEqual(self.node(i)["orness"], orness, places=9)
            self.assertAlmostEqual(self.node(i)["trade_off"], 1 - np.sqrt(3 * ((order - 1 / 3) ** 2).sum() / 2), places=9)
            self.assertIn(f"ORness {orness:.3f}", self.done.stdout)
            self.assertTrue(all(term["contribution"] is None for term in self.sites(i)[0]["criteria"]))
        self.assertIn("no sum of parts", lodescan("explain", self.folder / "out", "t0:1").stdout)

    def test_topsis(self):
        values, w = self.values("a", "b", "c"), np.array([3, 4, 3])
        columns = self.counted(values, shut=True)
        observed, weighed, absolute = self.scores(["{topsis: {a: 3, b: 4, c: 3}}", "{topsis: {entropy: [a, b, c]}}",
                                                   "{topsis: {a: 3, b: 4, c: 3}, ideal: absolute}"], SHUT)
        open_ = self.state == 0
        self.check(observed[open_], topsis(values, norm(w), columns)[open_])
        self.check(weighed[open_], topsis(values, entropy(columns), columns)[open_])
        up = np.sqrt(sum((x * y) ** 2 for x, y in zip(w, values)))
        self.check(absolute[open_], (up / (up + np.sqrt(sum((x * (1 - y)) ** 2 for x, y in zip(w, values)))))[open_])
        self.assertLess(columns.max(), 1)  # the best is what cells have
        np.testing.assert_allclose(self.node()["best"], columns.max(axis=0), rtol=1e-6)
        np.testing.assert_allclose(self.node()["worst"], columns.min(axis=0), rtol=1e-6)
        np.testing.assert_allclose(self.node()["root_mean_square"], np.sqrt((columns ** 2).mean(axis=0)), rtol=1e-6)

    def test_fuzzy_operators(self):
        a, b, c, d = values = self.values("a", "b", "c", "d")
        fold = functools.reduce
        union, product = 1 - np.prod([1 - v for v in values], axis=0), np.prod(values, axis=0)
        rows = {"{hamacher_product: [a, b, c, d]}": fold(lambda x, y: hamacher(x, y, 0), values),
                "{hamacher_product: [a, b, c, d], parameter: 2}": fold(lambda x, y: x * y / (1 + (1 - x) * (1 - y)), values),  # Einstein's
                "{hamacher_sum: [a, b, c, d], parameter: 2}": fold(lambda x, y: (x + y) / (1 + x * y), values),
                "{hamacher_sum: [a, b, c, d], parameter: 0.5}": 1 - fold(lambda x, y: hamacher(x, y, 0.5), [1 - v for v in values]),
                "{lukasiewicz_and: [a, {or: [a, b]}, {or: [a, c]}]}": np.maximum(0, a + np.maximum(a, b) + np.maximum(a, c) - 2),
                "{lukasiewicz_or: [a, b, {product: [c, d]}]}": np.minimum(1, a + b + c * d),
                "{sum: [a, b, c, d]}": union,
                "{gamma: 0.8, of: [a, b, c, d]}": union ** 0.8 * product ** 0.2}
        for score, (words, wanted) in zip(self.scores(rows), rows.items()):
            self.check(score, wanted, words)

    def test_groups_within_groups_and_the_same_bytes(self):
        a, b, c, d = self.values("a", "b", "c", "d")
        inner = entropy(self.counted([a, b]))
        values = [inner[0] * a + inner[1] * b, np.minimum(a, d), c]
        wanted = topsis(values, critic(self.counted(values)), self.counted(values))
        words, bytes_ = "{topsis: {critic: [{weighted: {entropy: [a, b]}}, {owa: [a, d], orness: 0}, c]}}", []
        self.scores([words])
        for memory in (memory_for_rows(3, self.folder / "scenario.yaml"), "8 GB"):  # bands of a few rows, and one
            done = lodescan("run", self.folder / "scenario.yaml", f"--output={self.folder / 'out'}", "--overwrite", f"--memory={memory}")
            self.assertEqual(done.returncode, 0, done.stderr)
            score = self.plane("t0_score.tif").astype(float)
            self.check(score, wanted)
            bytes_.append((score.tobytes(), json.dumps(self.node())))
        self.assertEqual(bytes_[0], bytes_[1])

    def test_cells_that_tell_nothing_are_told(self):
        self.raster("a.tif", np.full((ROWS, COLS), 0.5, "f4"))
        self.raster("b.tif", np.full((ROWS, COLS), 0.25, "f4"))
        with self.assertRaisesRegex(AssertionError, "`critic` finds nothing to tell criteria apart in the 600 cells that count"):
            self.scores(["{weighted: {critic: [a, b]}}"])
        left, right = np.full((ROWS, COLS), np.nan, "f4"), np.full((ROWS, COLS), np.nan, "f4")
        left[:, :9], right[:, 9:] = 0.5, 0.25
        self.raster("a.tif", left)
        self.raster("b.tif", right)
        with self.assertRaisesRegex(AssertionError, "`topsis` has no cell to go by"):
            self.scores(["{topsis: {a: 1, b: 1}}"])


if __name__ == "__main__":
    unittest.main()
