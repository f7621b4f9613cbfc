"""Permits in a scan: classes of cells by numpy, months by a million draws of numpy's, criteria, rules, sites and reports."""
import csv
import hashlib
import json
import math
import statistics
import unittest

import jsonschema
import numpy as np
from osgeo import gdal

from ground import Ground
from places import SOURCE, lodescan, memory_for_rows, sites

COLS, ROWS = 31, 21
GRID = "grid: {crs: EPSG:32611, extent: [480000, 4199900, 483100, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"
DRAWS, HOST = 65536, 1_000_000
Z90, Z75 = statistics.NormalDist().inv_cdf(0.9), statistics.NormalDist().inv_cdf(0.75)


def box(c0, r0, c1, r1):
    """The cells of columns c0 to c1 and rows r0 to r1, both included, as a polygon."""
    w, e, n, s = 480000 + 100 * c0, 480000 + 100 * (c1 + 1), 4202000 - 100 * r0, 4202000 - 100 * (r1 + 1)
    return f"POLYGON (({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"


def lognormal(rng, low, middle, high, z):
    draw = rng.standard_normal(HOST)
    return middle * np.exp(np.where(draw < 0, np.log(middle / low), np.log(high / middle)) / z * draw)


class Permits(Ground):
    LAYERS = ("  parks: {vector: parks.gpkg}\n  blm: {vector: blm.gpkg}\n  reserve: {raster: reserve.tif, resample: nearest, where: \"value > 2\"}\n"
              "  states: {vector: states.gpkg, category: name}\n  x: {raster: x.tif, resample: nearest}\n")
    PERMITS = ("permits:\n  jurisdictions: states\n  jurisdiction: AU-WA\n  names: {Sable: US, Ridge: CA-QC}\n"
               "  land_status: {parks: park, reserve: conservation, blm: public}\n")

    def setUp(self):
        super().setUp()
        self.vector("parks.gpkg", [(box(3, 2, 9, 6), "a park", 1)])
        self.vector("blm.gpkg", [(box(6, 4, 25, 15), "blm", 1)])
        self.vector("states.gpkg", [(box(0, 0, 14, 11), "Sable", 1), (box(15, 0, 22, 20), "Ridge", 1), (box(23, 3, 26, 12), "JP", 1),
                                    (box(0, 12, 4, 20), "Nowhere", 1)])
        rng = np.random.default_rng(3)
        self.reserve = rng.integers(0, 4, (ROWS, COLS)).astype("f4")
        self.reserve[rng.random((ROWS, COLS)) < 0.1] = np.nan
        self.raster("reserve.tif", self.reserve)
        self.raster("x.tif", np.arange(ROWS * COLS, dtype="f4").reshape(ROWS, COLS))
        self.land = np.full((ROWS, COLS), "private", object)
        self.land[4:16, 6:26] = "public"
        self.land[self.reserve > 2] = "conservation"
        self.land[2:7, 3:10] = "park"
        self.place = np.full((ROWS, COLS), "AU-WA", object)
        self.place[0:12, 0:15], self.place[:, 15:23], self.place[3:13, 23:27] = "US", "CA", "JP"
        self.figures = {}

    def months(self, place):
        """Draws of route `mine` by the table's own figures, written down here a second time."""
        if place not in self.figures:
            rng = np.random.default_rng(17)
            self.figures[place] = {
                "US": lambda: np.maximum(lognormal(rng, 26, 42, 72, Z75), lognormal(rng, 12, 24, 48, Z90)),
                "CA": lambda: lognormal(rng, 24, 42, 84, Z90),
                "JP": lambda: lognormal(rng, 24, 48, 120, Z90),
                "AU-WA": lambda: np.maximum(lognormal(rng, 9, 22, 54, Z90), lognormal(rng, 0.96, 1.82, 3.45, Z90)) + lognormal(rng, 0.48, 0.91, 1.73, Z90),
            }[place]()
        return self.figures[place]

    LAND = {"park": (math.inf, 0), "conservation": (1.8, 0.3), "public": (1, 0.75), "private": (0.7, 0.85)}

    def expected(self, function):
        out = np.empty((ROWS, COLS))
        for place, land in {*zip(self.place.ravel(), self.land.ravel())}:
            out[(self.place == place) & (self.land == land)] = function(place, land)
        return out

    def quantile(self, share):
        return self.expected(lambda place, land: np.inf if land == "park" else self.LAND[land][0] * np.quantile(self.months(place), share))

    def chance(self, months):
        return self.expected(lambda place, land: 0 if land == "park" else
                             self.LAND[land][1] * (self.months(place) * self.LAND[land][0] <= months).mean())

    CRITERIA = ("  x: {value_of: x, membership: {linear: {zero: 0, one: 1000}}}\n"
                "  slow: {months_to_permit: mine, quantile: 90, unit: year}\n"
                "  half: {months_to_permit: mine, membership: {small: {midpoint: 36 months, spread: 2}}}\n"
                "  fast: {p_within: 2 years, route: mine, membership: {linear: {zero: 0, one: 0.5}}}\n")

    def permits(self, rest="targets: {ore: {score: {weighted: {x: 1, half: 1, fast: 2}}, candidates: {peaks: {spacing: 300 m, count: 60}}}}\n",
                criteria=CRITERIA, permits=PERMITS):
        return self.scan(self.LAYERS, criteria, permits + rest + "outputs: {criteria: true}\n", GRID)

    def bands(self, name):
        return gdal.Open(str(self.folder / "out" / "criteria" / f"{name}.tif")).ReadAsArray().astype(float)

    def test_surfaces(self):
        self.permits()
        for name, share, unit, membership in (("half", 0.5, 1, lambda x: 1 / (1 + (x / 36) ** 2)), ("slow", 0.9, 12, None)):
            raw = self.bands(name)
            raw, mu = raw if membership else (raw[0] if raw.ndim == 3 else raw, None)
            wanted = self.quantile(share) / unit
            np.testing.assert_array_equal(np.isinf(raw), self.land == "park", name)
            np.testing.assert_allclose(raw, wanted, rtol=0.025, err_msg=name)  # a standard error is 0.4 % of the median and 0.6 % of P90
            if membership:
                np.testing.assert_allclose(mu, membership(raw), atol=1e-6)
        raw, mu = self.bands("fast")
        error = math.sqrt(0.25 / DRAWS + 0.25 / HOST)
        np.testing.assert_allclose(raw, self.chance(24), atol=4.5 * error)
        np.testing.assert_allclose(mu, np.clip(raw / 0.5, 0, 1), atol=1e-6)
        # Four places by three kinds of land that have permits, and parks; on public land 10 of 100 take 24 months in two places, under the same luck.
        self.assertEqual(len(np.unique(raw)), 4 * 3 + 1 - 1)
        plain = json.loads((self.folder / "out" / "run.json").read_text())["criteria"]
        self.assertEqual([c["missing_cells"] for c in plain], [0, 0, 0, 0])
        self.assertEqual([(c["route"], c.get("quantile"), c.get("within_months"), c["layer"], c["unit"]) for c in plain[1:]],
                         [("mine", 90, None, None, "year"), ("mine", 50, None, None, "month"), ("mine", None, 24, None, "")])

    def test_places_without_figures_are_missing(self):
        self.permits(permits=self.PERMITS.replace("  jurisdiction: AU-WA\n", ""))
        raw = self.bands("half")[0]
        np.testing.assert_array_equal(np.isnan(raw), self.place == "AU-WA")
        self.assertEqual(json.loads((self.folder / "out" / "run.json").read_text())["criteria"][2]["missing_cells"], (self.place == "AU-WA").sum())
        self.permits(criteria=self.CRITERIA.replace("route: mine", "route: plant").replace(": {months_to_permit: mine", ": {months_to_permit: plant"))
        raw = self.bands("half")[0]
        np.testing.assert_array_equal(np.isnan(raw), (self.place == "AU-WA") | (self.place == "CA"))
        self.assertEqual(json.loads((self.folder / "out" / "run.json").read_text())["criteria"][2]["missing_cells"], np.isnan(raw).sum())

    def test_sites_and_records(self):
        done = self.permits()
        listed = sites(self.folder / "out")
        self.assertGreater(len({(s["permit_jurisdiction"], s["land_status"]) for s in listed}), 5)
        for site in listed:
            row, col = site["cell_row"], site["cell_col"]
            place, land = site["permit_jurisdiction"], site["land_status"]
            self.assertEqual(("CA" if place == "CA-QC" else place, land), (self.place[row, col], self.land[row, col]))
            half, slow, fast = (next(c for c in site["criteria"] if c["name"] == n)["value"] for n in ("half", "slow", "fast"))
            self.assertEqual(site["p_granted"], self.LAND[land][1])
            self.assertAlmostEqual(site["p_within_24"], fast, places=6)
            self.assertEqual(site["permit_certainty"], "expert default")
            self.assertEqual(site["permit_route"], "mine")
            if land == "park":
                self.assertEqual([site[k] for k in ("permit_p10_months", "permit_p50_months", "critical_stage")], [None] * 3)
                self.assertEqual((site["p_within_6"], half, slow), (0, None, None))
                continue
            self.assertAlmostEqual(site["permit_p50_months"], half, places=4)
            self.assertAlmostEqual(site["permit_p90_months"] / 12, slow, places=4)
            self.assertLess(site["permit_p10_months"], site["permit_p50_months"])
            self.assertEqual(site["critical_stage"], {"US": "environmental impact statement", "CA-QC": "federal impact assessment",
                                                      "AU-WA": "environmental assessment", "JP": "seabed mining right"}[place])
        for name, document in (("sites", "sites.geojson"), ("run", "run.json")):
            schema = json.loads((SOURCE / f"docs/schema/{name}.schema.json").read_text())
            jsonschema.validators.validator_for(schema)(schema).validate(json.loads((self.folder / "out" / document).read_text()))
        run = json.loads((self.folder / "out" / "run.json").read_text())["permits"]
        for key, file in (("routes", "routes"), ("classes", "land_status")):
            bytes_ = (SOURCE / f"datasets/permits/{file}.csv").read_bytes()
            self.assertEqual(run[key], {"path": f"permits/{file}.csv", "own": True, "sha256": hashlib.sha256(bytes_).hexdigest()})
        self.assertEqual((run["seed"], run["draws"]), (1, DRAWS))
        self.assertEqual(len(run["figures"]), 16)
        best = listed[0]
        line = next(l for l in done.stdout.splitlines() if f"{best['permit_jurisdiction']}, {best['land_status']} land" in l)
        self.assertIn(f"{best['permit_p10_months']:.0f}-{best['permit_p50_months']:.0f}-{best['permit_p90_months']:.0f} months", line)
        with open(self.folder / "out" / "sites.csv", newline="", encoding="utf-8-sig") as file:
            row = next(csv.DictReader(file))
        self.assertEqual(row["land_status"], best["land_status"])
        done = lodescan("explain", self.folder / "out", best["site_id"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("half", done.stdout)

    def test_a_rule_and_statistics(self):
        self.permits("rules: {slow: {exclude_where: \"half > 3 years\"}, never: {exclude_where: \"fast == 0\"}}\n"
                     "targets: {ore: {score: {weighted: {x: 1, half: 1}}}}\n",
                     self.CRITERIA.replace("{small: {midpoint: 36 months, spread: 2}}", "{ms_small: {}}"))
        raw, mu = self.bands("half")
        finite = raw[np.isfinite(raw)]
        mean, sd = finite.mean(), finite.std()
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(mu, np.where(raw > mean, sd / (raw - mean + sd), 1), atol=1e-5)
        np.testing.assert_array_equal(self.plane("ore_state.tif") == 1, (raw > 36) | (self.land == "park"))

    def test_same_bytes_whatever_the_memory_and_devices(self):
        self.permits()
        scenario = self.folder / "scenario.yaml"
        whole = {p.name: p.read_bytes() for p in sorted((self.folder / "out").rglob("*.tif"))} | {"csv": (self.folder / "out/sites.csv").read_bytes()}
        two = {"POCL_DEVICES": "pthread pthread", "ASAN_OPTIONS": "intercept_tls_get_addr=0:verify_asan_link_order=0:use_sigaltstack=0"}
        for words, extra in (([f"--memory={memory_for_rows(3, scenario)}"], {}), (["--device=all"], two)):
            done = lodescan("run", scenario, f"--output={self.folder / 'out'}", "--overwrite", *words, **extra)
            self.assertEqual(done.returncode, 0, done.stderr)
            again = {p.name: p.read_bytes() for p in sorted((self.folder / "out").rglob("*.tif"))} | {"csv": (self.folder / "out/sites.csv").read_bytes()}
            self.assertEqual(whole, again)

    def test_another_table_and_seed(self):
        header = "jurisdiction,route,stage,after,family,figures,low,middle,high,source,certainty\n"
        (self.folder / "own.csv").write_text(header + "X,dig,talk,,triangular,low/mode/high,5,5,5,a test,cited\nX,dig,wait,talk,triangular,low/mode/high,7,7,7,a test,cited\n")
        (self.folder / "land.csv").write_text("class,kind,multiplier,granted,source,certainty\nany,open,2,0.5,a test,cited\n")
        self.permits("targets: {ore: {score: {weighted: {x: 1, half: 1}}, permit: dig}}\n",
                     "  x: {value_of: x, membership: {linear: {zero: 0, one: 1000}}}\n  half: {months_to_permit: dig, membership: {small: {midpoint: 36 months}}}\n"
                     "  in_time: {p_within: 24 months, route: dig}\n  too_late: {p_within: 23 months, route: dig}\n",
                     "permits: {jurisdiction: X, routes: own.csv, classes: land.csv, elsewhere: any, seed: 5, draws: 100}\n")
        for name, value in (("half", 24), ("in_time", 0.5), ("too_late", 0)):
            np.testing.assert_array_equal(self.bands(name)[0], value)
        site = sites(self.folder / "out")[0]
        self.assertEqual((site["permit_certainty"], site["critical_stage"], site["p_within_6"], site["p_within_24"]), ("cited", "wait", 0, 0.5))
        run = json.loads((self.folder / "out" / "run.json").read_text())["permits"]
        self.assertEqual(run["routes"]["sha256"], hashlib.sha256((self.folder / "own.csv").read_bytes()).hexdigest())
        self.assertFalse(run["routes"]["own"])
        self.assertAlmostEqual(run["figures"][0]["critical_share"], 7 / 12)

    def test_accelerated_stages(self):
        """Under the same luck: half of a route's only stage is half the months to the last bit but one; the later of two is told by the other."""
        self.permits(permits=self.PERMITS + "  accelerate: {environmental impact statement: 50 percent, federal impact assessment: 50 percent, mining proposal: 0 percent}\n")
        rng = np.random.default_rng(23)
        us = np.maximum(lognormal(rng, 13, 21, 36, Z75), lognormal(rng, 12, 24, 48, Z90))
        wa = np.maximum(lognormal(rng, 9, 22, 54, Z90), lognormal(rng, 0.96, 1.82, 3.45, Z90))
        seen = set()
        for site in sites(self.folder / "out"):
            place, (multiplier, granted) = site["permit_jurisdiction"], self.LAND[site["land_status"]]
            if multiplier == math.inf:
                self.assertEqual((site["permit_p50_what_if_months"], site["p_within_24_what_if"]), (None, 0))
                continue
            seen.add(place)
            faster, plain = site["permit_p50_what_if_months"], site["permit_p50_months"]
            if place == "JP":
                self.assertEqual((faster, site["p_within_24_what_if"]), (plain, site["p_within_24"]))
            elif place == "CA-QC":
                self.assertAlmostEqual(faster, plain / 2, delta=1e-4)
                self.assertGreater(site["p_within_24_what_if"], site["p_within_24"])
            else:
                draws = multiplier * (us if place == "US" else wa)
                self.assertAlmostEqual(faster, np.median(draws), delta=0.025 * plain)
                self.assertAlmostEqual(site["p_within_24_what_if"], granted * (draws <= 24).mean(), delta=0.012)
                self.assertAlmostEqual(site["p_within_6_what_if"], granted * (draws <= 6).mean(), delta=0.012)
                self.assertLess(faster, plain)
        self.assertEqual(seen, {"US", "CA-QC", "JP", "AU-WA"})
        record = json.loads((self.folder / "out" / "run.json").read_text())
        self.assertEqual(record["permits"]["accelerate"], {"environmental impact statement": 0.5, "federal impact assessment": 0.5, "mining proposal": 0})
        for name, document in (("sites", "sites.geojson"), ("run", "run.json")):
            schema = json.loads((SOURCE / f"docs/schema/{name}.schema.json").read_text())
            jsonschema.validators.validator_for(schema)(schema).validate(json.loads((self.folder / "out" / document).read_text()))
        # What is told beside changes nothing of what is scored.
        raw = self.bands("half")[0]
        self.permits()
        np.testing.assert_array_equal(self.bands("half")[0], raw)
        self.assertNotIn("p_within_24_what_if", sites(self.folder / "out")[0])

    def refused(self, permits, criteria=CRITERIA, target="{score: x}"):
        path = self.folder / "scenario.yaml"
        path.write_text("lodescan: 1\ntitle: odd\n" + GRID + "layers:\n" + self.LAYERS + "criteria:\n" + criteria + permits + f"targets: {{ore: {target}}}\n")
        done = lodescan("check", path)
        self.assertEqual(done.returncode, 65, done.stdout)
        return done.stderr

    def test_what_tables_do_not_have(self):
        said = self.refused("permits: {jurisdiction: USA, land_status: {parks: praks, blm: city}}\n", self.CRITERIA.replace("route: mine", "route: mien"))
        self.assertIn("scenario.yaml:15:25: no route of 'USA' is in the program's permits/routes.csv, did you mean 'US'?", said)
        self.assertIn("no class of land 'praks' is in the program's permits/land_status.csv, did you mean 'park'?", said)
        self.assertIn("no class of land 'city' is in the program's permits/land_status.csv; it has park, military, conservation", said)
        self.assertIn("criterion 'fast': no route 'mien' is in the program's permits/routes.csv, did you mean 'mine'?", said)
        (self.folder / "bad.csv").write_text("jurisdiction,route,stage,after,family,figures,low,middle,high,source,certainty\nX,dig,talk,,lognormal,p10/p50/p90,5,4,3,a test,cited\n")
        said = self.refused("permits: {jurisdiction: X, routes: bad.csv}\n")
        self.assertIn("scenario.yaml:15: permits: ", said)
        self.assertIn("bad.csv:2:7: 5, 4, 3 do not rise; the figures go from the shortest to the longest", said)
        said = self.refused("permits: {jurisdiction: US, accelerate: {environmental impact statment: 50 percent, strategic project: 10 percent}}\n")
        self.assertIn("`accelerate`: no route asked for has a stage 'environmental impact statment' in the program's permits/routes.csv, "
                      "did you mean 'environmental impact statement'?", said)
        self.assertIn("target", self.refused("permits: {jurisdiction: US}\n", target="{score: x, permit: digging}"))


if __name__ == "__main__":
    unittest.main()
