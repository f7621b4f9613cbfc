"""Fitted variograms in whole scans: lags and least squares against numpy and scipy, foretelling each point from the others, degrees, and mistakes."""
import json
import unittest

import numpy as np
from scipy import optimize

from ground import Ground
from places import lodescan

COLS, ROWS, CELL, WEST, NORTH = 30, 20, 100.0, 480000.0, 4202000.0
REST = "targets: {plant: {score: c0, min_coverage: 0 percent}}\noutputs: {criteria: true}\n"
MEMBER = "membership: {ms_large: {}}"
UTM = "grid: {crs: EPSG:32611, extent: [480000, 4200000, 483000, 4202000], extent_crs: EPSG:32611, cell: 100 m}\n"
A, F = 6378137.0, 1 / 298.257223563
SHAPES = {"spherical": lambda h: np.where(h < 1, 1.5 * h - 0.5 * h ** 3, 1), "exponential": lambda h: 1 - np.exp(-3 * h),
          "gaussian": lambda h: 1 - np.exp(-3 * h * h)}


def in_space(lon, lat):
    """On the ellipsoid, by its reduced latitude."""
    reduced = np.arctan((1 - F) * np.tan(np.radians(lat)))
    return np.stack([A * np.cos(reduced) * np.cos(np.radians(lon)), A * np.cos(reduced) * np.sin(np.radians(lon)), A * (1 - F) * np.sin(reduced)], -1)


def lags_of(at, v):
    i, j = np.triu_indices(len(v), 1)
    h, g = np.linalg.norm(at[i] - at[j], axis=-1), (v[i] - v[j]) ** 2 / 2
    edges = np.linspace(0, np.linalg.norm(np.ptp(at, axis=0)) / 2, 16)
    bins = [(h >= a) & (h < b) for a, b in zip(edges[:-1], edges[1:])]
    return [(h[b].mean(), g[b].mean(), b.sum()) for b in bins if b.any()]


class Variogram(Ground):
    def points(self, at, v, epsg=32611):
        self.vector("soil.gpkg", [(f"POINT ({x!r} {y!r})", "p", z) for (x, y), z in zip(at.tolist(), v.tolist())], epsg)

    def simulated(self, n, seed, model="spherical", nugget=4.0, sill=40.0, reach=1100.0):
        random = np.random.default_rng(seed)
        at = np.stack([random.uniform(WEST, WEST + 3000, n), random.uniform(NORTH - 2000, NORTH, n)], -1)
        h = np.linalg.norm(at[:, None] - at, axis=-1)
        cov = sill - np.where(h > 0, nugget + (sill - nugget) * SHAPES[model](h / reach), 0)
        return at, 100 + np.linalg.cholesky(cov + 1e-9 * np.eye(n)) @ random.normal(size=n)

    def fit(self, operations, grid=UTM):
        self.scan("  soil: {vector: soil.gpkg, attribute: v}\n", "".join(f"  c{i}: {{{o}, {MEMBER}}}\n" for i, o in enumerate(operations)), REST, grid)
        return [c["variogram"] for c in json.loads((self.folder / "out" / "run.json").read_text())["criteria"]]

    def check_least(self, told, lags, model):
        """No other variogram has a smaller misfit: a search from many starts by another method."""
        h, g, n = (np.array(x, dtype=float) for x in zip(*lags))

        def misfit(p):
            share, reach = 0.999 / (1 + np.exp(-p[0])), np.exp(p[1])
            sill = np.exp(p[2])
            return (n * (g / (sill * (share + (1 - share) * SHAPES[model](h / reach))) - 1) ** 2).sum()
        best = min((optimize.minimize(misfit, (s, np.log(r), np.log(g.mean())), method="Nelder-Mead",
                                      options={"maxiter": 4000, "xatol": 1e-9, "fatol": 1e-12}) for s in (-6, -1, 2) for r in (h[2], h[7], h[-1])),
                   key=lambda found: found.fun)
        gamma = told["nugget"] + (told["sill"] - told["nugget"]) * SHAPES[model](h / told["range_m"])
        own = (n * (g / gamma - 1) ** 2).sum()
        self.assertAlmostEqual(own / told["misfit"], 1, places=6)
        self.assertLessEqual(own, best.fun * (1 + 1e-6))
        share = 0.999 / (1 + np.exp(-best.x[0]))
        if abs(own / best.fun - 1) < 1e-9 and 0.01 < share < 0.99:
            np.testing.assert_allclose([told["sill"], told["nugget"], told["range_m"]], [np.exp(best.x[2]), share * np.exp(best.x[2]), np.exp(best.x[1])],
                                       rtol=1e-3)

    def check_lags(self, told, lags):
        self.assertEqual([lag["pairs"] for lag in told["lags"]], [n for _, _, n in lags])
        np.testing.assert_allclose([lag["distance_m"] for lag in told["lags"]], [h for h, _, _ in lags], rtol=1e-9)
        np.testing.assert_allclose([lag["semivariance"] for lag in told["lags"]], [g for _, g, _ in lags], rtol=1e-9)

    def test_lags_and_least_squares(self):
        at, v = self.simulated(211, 3)
        self.points(np.concatenate([at, at[:1]]), np.concatenate([v + 0, v[:1] + 8]))  # two values at one place are one: their mean
        v = v.copy()
        v[0] += 4
        told = self.fit([f"kriging_of: soil, radius: 900 m, variogram: {{fit: {m}}}" for m in SHAPES])
        lags = lags_of(at, v)
        for model, fit in zip(SHAPES, told):
            self.assertEqual((fit["model"], fit["places"]), (model, 211))
            self.check_lags(fit, lags)
            self.check_least(fit, lags, model)
        self.assertTrue(550 < told[0]["range_m"] < 2200 and 20 < told[0]["sill"] < 80, told[0])

    def test_one_is_left_out(self):
        at, v = self.simulated(83, 4)
        self.points(at, v)
        fit = self.fit(["kriging_of: soil, radius: 700 m, neighbours: 9, variogram: {fit: exponential}"])[0]
        gamma = lambda h: np.where(h > 0, fit["nugget"] + (fit["sill"] - fit["nugget"]) * SHAPES["exponential"](h / fit["range_m"]), 0)
        errors, ratios = [], []
        for k in range(len(v)):
            h = np.linalg.norm(at - at[k], axis=-1)
            near = [i for i in np.argsort(h) if i != k and h[i] <= 700][:9]
            if not near:
                continue
            system = np.ones((len(near) + 1, len(near) + 1))
            system[:-1, :-1] = gamma(np.linalg.norm(at[near][:, None] - at[near], axis=-1))
            system[-1, -1] = 0
            right = np.append(gamma(h[near]), 1)
            weights = np.linalg.solve(system, right)
            errors.append(weights[:-1] @ v[near] - v[k])
            ratios.append(errors[-1] ** 2 / (weights @ right))
        left = fit["left_out"]
        self.assertEqual(left["points"], len(errors))
        np.testing.assert_allclose([left["mean_error"], left["rmse"], left["mean_squared_ratio"]],
                                   [np.mean(errors), np.sqrt(np.mean(np.square(errors))), np.mean(ratios)], rtol=1e-7)
        self.assertTrue(0.5 < left["mean_squared_ratio"] < 2 and left["rmse"] < np.std(v))

    def test_the_same_as_when_it_is_given(self):
        at, v = self.simulated(120, 5)
        self.points(at, v)
        operations = [f"{o}: soil, radius: 900 m, variogram: {{fit: spherical}}" for o in ("kriging_of", "kriging_variance_of")]
        fit = self.fit(operations)[0]
        fitted = [self.plane(f"criteria/c{i}.tif")[0] for i in range(2)]
        again = self.fit(operations)
        self.assertEqual(again, [fit, fit])
        words = f"nugget: {fit['nugget']!r}, sill: {fit['sill']!r}, range: {fit['range_m']!r} m"
        given = self.fit([f"{o}: soil, radius: 900 m, {words}" for o in ("kriging_of", "kriging_variance_of")])
        self.assertEqual({k: given[0][k] for k in ("nugget", "sill", "range_m")}, {k: fit[k] for k in ("nugget", "sill", "range_m")})
        self.assertNotIn("lags", given[0])
        for i in range(2):
            np.testing.assert_allclose(self.plane(f"criteria/c{i}.tif")[0], fitted[i], rtol=1e-6)
        done = lodescan("check", self.folder / "scenario.yaml")
        self.assertIn(f"sill {fit['sill']:.6g}, range {fit['range_m']:.6g} m", done.stdout)

    def test_degrees_across_the_antimeridian(self):
        random = np.random.default_rng(6)
        lon, lat = random.uniform(177, 183, 60), random.uniform(60, 64, 60)
        v = 10 * np.sin(lat * 4) + 10 * np.cos(lon * 2) + random.normal(size=60)
        self.points(np.stack([np.where(lon > 180, lon - 360, lon), lat], -1), v, 4326)
        grid = "grid: {crs: EPSG:4326, extent: [177, 60, 180, 64], cell: 0.2 deg}\n"
        fit = self.fit(["kriging_of: soil, radius: 400 km, variogram: {fit: gaussian}"], grid)[0]
        lags = lags_of(in_space(lon, lat), v)
        self.check_lags(fit, lags)
        self.check_least(fit, lags, "gaussian")

    def test_both_zeros_are_one_place(self):
        random = np.random.default_rng(8)
        lon, lat, v = random.uniform(-3, 3, 41), random.uniform(40, 44, 41), random.normal(size=41)
        lon[0], twice = 0.0, np.array([-0.0])
        self.points(np.stack([np.append(lon, twice), np.append(lat, lat[0])], -1), np.append(v - 0, v[0] + 8), 4326)
        v[0] += 4
        fit = self.fit(["kriging_of: soil, radius: 400 km, variogram: {fit: spherical}"],
                       "grid: {crs: EPSG:4326, extent: [-3, 40, 3, 44], cell: 0.2 deg}\n")[0]
        self.assertEqual(fit["places"], 41)
        self.check_lags(fit, lags_of(in_space(lon, lat), v))

    def test_mistakes(self):
        random = np.random.default_rng(7)
        few = np.stack([random.uniform(WEST, WEST + 3000, 9), random.uniform(NORTH - 2000, NORTH, 9)], -1)
        path = self.folder / "wrong.yaml"
        for at, v, words, said in ((few, few[:, 0], "variogram: {fit: spherical}", "10 different places at least, and there are 9"),
                                   (np.repeat(few, 2, 0) + np.arange(18)[:, None], np.ones(18), "variogram: {fit: spherical}", "are all alike"),
                                   (few, few[:, 0], "variogram: {fit: spherical}, sill: 3", "`sill` is fitted to the points"),
                                   (few, few[:, 0], "variogram: {fit: spherikal}", "did you mean 'spherical'"),
                                   (few, few[:, 0], "variogram: {model: spherical}", "unknown key 'model' in `variogram`"),
                                   (few, few[:, 0], "variogram: {}", "names no model to fit"),
                                   (few, few[:, 0], "variogram: spherical", "or `variogram: {fit: spherical}`")):
            (self.folder / "soil.gpkg").unlink(missing_ok=True)
            self.points(at, v)
            path.write_text(f"lodescan: 1\ntitle: odd\n{UTM}layers:\n  soil: {{vector: soil.gpkg, attribute: v}}\ncriteria:\n"
                            f"  c0: {{kriging_of: soil, radius: 900 m, {words}, {MEMBER}}}\n{REST}")
            done = lodescan("check", path)
            self.assertEqual(done.returncode, 65, (words, done.stderr))
            self.assertIn(said, done.stderr)
            self.assertIn("wrong.yaml:7:", done.stderr)


if __name__ == "__main__":
    unittest.main()
