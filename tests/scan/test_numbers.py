"""Every number of the demo's scan against a second opinion in double (oracle.py): criteria, memberships, scores, states, sites."""
import unittest

import numpy as np
from osgeo import gdal

import oracle
from places import DATA, SCAN, SCENARIO, sites

RAW = {"rtol": 2e-5, "atol": 2e-4}  # float planes; slopes are differences of decimetres
# Where more is allowed, and why: the warp places pixels within 0.125 of one, and aspects of all but flat ground turn on the last bits.
OWN_RAW = {"magnetic_high": {"atol": 0.1}, "aspect": {"atol": 0.1}}
OWN_MU = {"magnetic_high": {"atol": 4e-4}, "aspect": {"atol": 2e-3}}
STATES = ("ranked", "excluded", "no data", "outside")


class Numbers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scan = oracle.Scan(SCENARIO, DATA, SCAN)
        cls.listed = sites(SCAN)
        random = np.random.default_rng(20)
        cells = np.column_stack([random.integers(0, cls.scan.width, 3000), random.integers(0, cls.scan.height, 3000)])
        corners = [[c, r] for c in (0, cls.scan.width - 1) for r in (0, cls.scan.height - 1)]
        cls.at_sites = np.array([[s["cell_col"], s["cell_row"]] for s in cls.listed])
        cls.cells = np.vstack([cls.at_sites, corners, cells])
        cls.raw = {name: cls.scan.raw(name, cls.cells) for name in cls.scan.text["criteria"]}
        cls.mu = {name: cls.scan.membership(name, x) for name, x in cls.raw.items()}
        cls.fired = {name: cls.scan.fires(name, cls.cells, cls.raw) for name in cls.scan.text["rules"]}

    def surface(self, name, band=1):
        source = gdal.Open(str(SCAN / name))  # keeps its bands alive
        values = source.GetRasterBand(band).ReadAsArray()
        return values[self.cells[:, 1], self.cells[:, 0]].astype(float)

    def test_grid_is_the_declared_one(self):
        west, south, east, north = self.scan.text["grid"]["extent"]
        self.assertEqual((self.scan.x0, self.scan.y0, self.scan.dx, self.scan.dy), (west, north, 100, 100))
        self.assertEqual((self.scan.width, self.scan.height), ((east - west) / 100, (north - south) / 100))

    def test_values_and_memberships(self):
        for name, raw in self.raw.items():
            with self.subTest(criterion=name):
                written = self.surface(f"criteria/{name}.tif")
                np.testing.assert_array_equal(np.isnan(written), np.isnan(raw))
                seen = np.isfinite(raw)
                if name == "aspect":
                    seen &= self.raw["flat_ground"] > 0.5
                    written = raw + (written - raw + 180) % 360 - 180
                self.assertGreater(seen.sum(), 2000)
                np.testing.assert_allclose(written[seen], raw[seen], **OWN_RAW.get(name, RAW))
                if "membership" not in self.scan.text["criteria"][name]:
                    continue
                self.assertGreater(np.nanmax(self.mu[name]) - np.nanmin(self.mu[name]), 0.2, "a flat criterion tests nothing")
                mu = self.surface(f"criteria/{name}.tif", 2)
                np.testing.assert_allclose(mu[seen], self.mu[name][seen], **OWN_MU.get(name, {"rtol": 1e-4, "atol": 1e-5}))

    def test_distances_to_the_last_cell(self):
        """Squared distances in cells are whole numbers: no tolerance but the float's."""
        for name, criterion in self.scan.text["criteria"].items():
            if "distance_to" not in criterion:
                continue
            with self.subTest(criterion=name):
                squared = (self.surface(f"criteria/{name}.tif") * 1000 / self.scan.dx) ** 2
                exact = np.round((self.raw[name] * 1000 / self.scan.dx) ** 2)
                np.testing.assert_allclose(squared, exact, rtol=1e-6)

    def test_scores_and_states(self):
        for target, words in self.scan.text["targets"].items():
            with self.subTest(target=target):
                score, coverage = self.scan.overlay(words["score"], self.mu)
                state, _ = self.scan.state(target, score, coverage, self.fired)
                written = self.surface(f"{target}_state.tif")
                np.testing.assert_array_equal(written, state)
                self.assertTrue(np.any(state == oracle.EXCLUDED))
                score[state != oracle.SCORED] = np.nan
                np.testing.assert_allclose(self.surface(f"{target}_score.tif"), score, rtol=1e-4, atol=5e-5)

    def test_clouds_lower_the_coverage(self):
        score, coverage = self.scan.overlay(self.scan.text["targets"]["known"]["score"], self.mu)
        self.assertTrue(np.any((coverage < 1) & ~np.isnan(score)), "no sample under the cloud")

    def test_sites(self):
        for i, site in enumerate(self.listed):
            with self.subTest(site=f"{site['target']} {site['rank']}"):
                target = self.scan.text["targets"][site["target"]]
                here = {name: mu[i:i + 1] for name, mu in self.mu.items()}
                score, coverage = self.scan.overlay(target["score"], here)
                self.assertAlmostEqual(site["score"], score[0], delta=5e-5)
                self.assertAlmostEqual(site["evidence_coverage"], coverage[0], delta=1e-6)
                state, rules = self.scan.state(site["target"], score, coverage, {n: f[i:i + 1] for n, f in self.fired.items()})
                self.assertEqual(site["status"], STATES[state[0]])
                reasons = [self.scan.text["rules"][n]["reason"] for n in rules if self.fired[n][i]]
                self.assertEqual(site["exclusion_reasons"], "; ".join(reasons))
                self.check_terms(site, i)

    def check_terms(self, site, i):
        weighted = "weighted" in self.scan.text["targets"][site["target"]]["score"]
        total = 0
        for term in site["criteria"]:
            raw, mu = self.raw[term["name"]][i], self.mu[term["name"]][i]
            self.assertEqual(term["value"] is None, bool(np.isnan(raw)), term["name"])
            if term["value"] is not None:
                np.testing.assert_allclose(term["value"], raw, err_msg=term["name"], **OWN_RAW.get(term["name"], RAW))
            if term["membership"] is not None:
                self.assertAlmostEqual(term["membership"], mu, delta=OWN_MU.get(term["name"], {"atol": 2e-5})["atol"], msg=term["name"])
            total += term["contribution"] or 0
            if weighted and term["contribution"] is not None:
                share = self.scan.shares(site["target"])[term["name"]]
                self.assertAlmostEqual(term["weight"], share, delta=1e-6)
        if weighted:
            self.assertAlmostEqual(total, site["score"], delta=1e-6)

    def test_ranks_follow_scores(self):
        for target in self.scan.text["targets"]:
            ranked = sorted((s for s in self.listed if s["target"] == target and s["rank"]), key=lambda s: s["rank"])
            scores = [s["score"] for s in ranked]
            self.assertEqual(scores, sorted(scores, reverse=True))

    def test_peaks_are_the_best_that_spacing_allows(self):
        """Greedy over the written surface: the highest scored cell, then the highest at least a spacing away, and so on. The surface is rounded, so
        that several cells may be the highest: the listed one is among them."""
        for target, words in self.scan.text["targets"].items():
            if "peaks" not in words["candidates"]:
                continue
            with self.subTest(target=target):
                peaks = words["candidates"]["peaks"]
                score = gdal.Open(str(SCAN / f"{target}_score.tif")).ReadAsArray().astype(float)
                state = gdal.Open(str(SCAN / f"{target}_state.tif")).ReadAsArray()
                free = np.where((state == oracle.SCORED) & (score >= peaks.get("min_score", 0)) & (score > 0), score, -1)
                rows, cols = np.indices(free.shape)
                spacing = oracle.quantity(peaks["spacing"], "m")
                listed = sorted((s for s in self.listed if s["target"] == target), key=lambda s: -s["score"])
                for site in listed:
                    col, row = site["cell_col"], site["cell_row"]
                    self.assertEqual(free[row, col], free.max())
                    self.assertLessEqual(abs(free[row, col] / site["score"] - 1), 2.0**-16 + 1e-6)
                    free[np.hypot((cols - col) * self.scan.dx, (rows - row) * self.scan.dy) < spacing] = -1
                self.assertTrue(len(listed) == peaks["count"] or free.max() <= 0)


if __name__ == "__main__":
    unittest.main()
