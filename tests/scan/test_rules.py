"""What rules do to cells, against numpy: exclusions, inclusions that free of them, penalties, and how it is told."""
import json
import unittest

import numpy as np

from ground import UTM, Ground
from places import lodescan, sites

ROWS, COLS = 20, 30
LAYERS = "".join(f"  m{i}: {{raster: m{i}.tif}}\n" for i in range(6)) + "  one: {raster: one.tif, resample: nearest}\n  two: {raster: two.tif, resample: nearest}\n"
CRITERIA = ("  a: {value_of: one, membership: {linear: {zero: 0, one: 1}}}\n"
            "  b: {value_of: two, membership: {linear: {zero: 0, one: 1}}}\n")
TARGETS = ("targets:\n"
           "  plant: {score: {weighted: {a: 2, b: 1}}, candidates: {peaks: {spacing: 100 m, count: 600}}}\n"
           "  store: {score: {owa: {a: 1, b: 1}, alpha: 2}, candidates: {peaks: {spacing: 100 m, count: 600}}}\n")


class Rules(Ground):
    def ground(self, rules, head="", *words):
        random = np.random.default_rng(5)
        self.inside = [random.random((ROWS, COLS)) < 0.4 for i in range(6)]
        self.one, self.two = random.random((2, ROWS, COLS)).astype("f4")
        self.two[3, 7:12] = np.nan
        for i, mask in enumerate(self.inside):
            self.raster(f"m{i}.tif", mask.astype("f4"))
        self.raster("one.tif", self.one)
        self.raster("two.tif", self.two)
        self.said = self.scan(LAYERS, CRITERIA, head + "rules:\n" + rules + TARGETS, words=words).stdout
        self.run_file = json.loads((self.folder / "out" / "run.json").read_text())
        self.of = {rule["name"]: rule for rule in self.run_file["rules"]}

    def check(self, target, excluded, factor):
        one, two = self.one.astype(float), self.two.astype(float)
        plain = (2 * one + two) / 3 if target == "plant" else 0.25 * np.maximum(one, two) + 0.75 * np.minimum(one, two)
        missing = np.isnan(plain)
        state, score = self.plane(f"{target}_state.tif"), self.plane(f"{target}_score.tif")
        np.testing.assert_array_equal(state, np.where(missing, 2, np.where(excluded, 1, 0)))
        shown = ~missing & ~excluded
        np.testing.assert_allclose(score[shown], (plain * factor)[shown], rtol=2e-5, atol=2e-6)
        listed = {(s["cell_row"], s["cell_col"]): s for s in sites(self.folder / "out", target)}
        for (row, col), site in listed.items():
            if site["status"] == "no data":
                continue
            self.assertAlmostEqual(site["score"], (plain * factor)[row, col], delta=2e-6)
            if (np.asarray(factor) != 1).any():
                self.assertAlmostEqual(site["score_without_penalties"], plain[row, col], delta=2e-6)
        return listed

    def test_a_penalty_multiplies_and_several_multiply_one_after_another(self):
        self.ground("  wet: {penalise_inside: m0, factor: 0.6, reason: Wet ground, citation: Map 1}\n"
                    "  far: {penalise_outside: m1, factor: 0.25, targets: plant}\n"
                    "  low: {penalise_where: \"a < 0.3\", factor: 0}\n")
        low = self.one.astype("f4") < np.float32(0.3)
        store = np.where(self.inside[0], 0.6, 1) * np.where(low, 0, 1)
        plant = store * np.where(self.inside[1], 1, 0.25)
        nothing = np.zeros((ROWS, COLS), bool)
        listed = self.check("plant", nothing, plant)
        self.check("store", nothing, store)
        self.assertGreater(len(listed), 200)
        self.assertTrue((self.plane("plant_score.tif")[low & ~np.isnan(self.two)] == 0).all())
        for (row, col), site in listed.items():
            words = [w for w, here in (("Wet ground (times 0.6)", self.inside[0][row, col]), ("far (times 0.25)", not self.inside[1][row, col]),
                                       ("low (times 0)", low[row, col])) if here]
            self.assertEqual(site["penalties"] or "", "; ".join(words))
        self.assertEqual((self.of["wet"]["factor"], self.of["far"]["kind"]), (0.6, "penalise_outside"))
        self.assertAlmostEqual(self.of["wet"]["area_km2"], self.inside[0].sum() * 0.01)
        self.assertEqual(self.of["wet"]["alone_km2"], 0)
        site = next(s for s in listed.values() if s["penalties"] and s["penalties"].startswith("Wet ground (times 0.6)") and s["score"] > 0)
        told = lodescan("explain", self.folder / "out", site["site_id"]).stdout
        self.assertIn(f"Penalties: {site['penalties']}. Without them it would score {site['score_without_penalties']:.4f}.", told)

    def test_an_inclusion_frees_of_the_exclusions_before_it(self):
        self.ground("  park: {exclude_inside: m0}\n  slum: {exclude_inside: m1, targets: store}\n  mine: {include_inside: m2, reason: Mining lease}\n"
                    "  lake: {exclude_inside: m3}\n")
        m = self.inside
        listed = self.check("plant", (m[0] & ~m[2]) | m[3], 1)
        self.check("store", ((m[0] | m[1]) & ~m[2]) | m[3], 1)
        for (row, col), site in listed.items():
            here = [mask[row, col] for mask in m]
            self.assertEqual(site["freed_by"] or "", "Mining lease" if here[0] and here[2] else "")
            reasons = [w for w, fires in (("park", here[0] and not here[2]), ("lake", here[3])) if fires]
            self.assertEqual(site["exclusion_reasons"] or "", "; ".join(reasons))
        self.assertEqual(self.of["mine"]["over"], ["park", "slum"])
        self.assertAlmostEqual(self.of["mine"]["freed_km2"], (m[2] & (m[0] | m[1])).sum() * 0.01)
        self.assertAlmostEqual(self.of["park"]["alone_km2"], (m[0] & ~m[2] & ~m[1] & ~m[3]).sum() * 0.01)
        self.assertAlmostEqual(self.of["lake"]["alone_km2"], (m[3] & (m[2] | ~(m[0] | m[1]))).sum() * 0.01)

    def test_an_inclusion_frees_of_what_it_names_alone_even_beyond_the_thirty_second_rule(self):
        many = "".join(f"  r{i}: {{exclude_where: \"a > {2 + i}\"}}\n" for i in range(31))
        self.ground("  park: {exclude_inside: m0}\n" + many + "  mine: {include_where: \"a > 0.5\", over: [lake, park], targets: [plant]}\n"
                    "  lake: {exclude_inside: m3}\n  camp: {exclude_inside: m4}\n  spare: {include_inside: m5, over: camp}\n")
        m, rich = self.inside, self.one > np.float32(0.5)
        self.check("plant", ((m[0] | m[3]) & ~rich) | (m[4] & ~m[5]), 1)
        self.check("store", m[0] | m[3] | (m[4] & ~m[5]), 1)

    def test_what_is_required_is_said_in_words(self):
        self.ground("  basin: {require_inside: m1}\n")
        listed = self.check("plant", ~self.inside[1], 1)
        self.assertEqual({s["exclusion_reasons"] for s in listed.values() if s["status"] == "excluded"} or {"outside m1"}, {"outside m1"})
        self.assertEqual((self.of["basin"]["kind"], self.of["basin"]["reason"]), ("require_inside", "outside m1"))


    DATED = ("  old: {exclude_inside: m0, valid: {until: 2026-12-31}}\n"
             "  new: {exclude_inside: m1, valid: {from: 2027-01-01, until: 2028-02-29}, citation: Bill 7}\n"
             "  wet: {penalise_inside: m2, factor: 0.5, valid: {from: 2027-01-01}}\n"
             "  mine: {include_inside: m3, over: [old, new, lake], valid: {from: 2028-02-29}}\n"
             "  lake: {exclude_inside: m4}\n")

    def test_a_rule_holds_on_its_days_the_first_and_the_last_included(self):
        m = None
        for day in ("2026-12-31", "2027-01-01", "2028-02-29", "2028-03-01"):
            self.ground(self.DATED, f"as_of: {day}\n")
            m = self.inside
            excluded = (m[0] if day <= "2026-12-31" else 0 * m[0]) | (m[1] if "2027-01-01" <= day <= "2028-02-29" else 0 * m[1]) | m[4]
            excluded = excluded & ~m[3] if day >= "2028-02-29" else excluded
            listed = self.check("plant", excluded.astype(bool), np.where(m[2], 0.5, 1) if day >= "2027-01-01" else 1)
            self.assertEqual("score_without_penalties" in next(iter(listed.values())), day >= "2027-01-01")
            self.assertEqual(self.run_file["as_of"], day)
            self.assertEqual({name: rule.get("in_force") for name, rule in self.of.items()},
                             {"old": day <= "2026-12-31", "new": "2027-01-01" <= day <= "2028-02-29", "wet": day >= "2027-01-01", "mine": day >= "2028-02-29",
                              "lake": None})
            self.assertEqual("rule 'new' (from 2027-01-01 until 2028-02-29)" in self.said, not "2027-01-01" <= day <= "2028-02-29")
            if not self.of["new"]["in_force"]:
                self.assertEqual((self.of["new"]["cells"], self.of["new"]["targets"], self.of["new"]["citation"]), (0, [], "Bill 7"))

    def test_the_command_line_says_another_day(self):
        self.ground(self.DATED, "as_of: 2020-01-01\n", "--as-of=2027-01-01")
        self.check("plant", self.inside[1] | self.inside[4], np.where(self.inside[2], 0.5, 1))
        self.assertEqual(self.run_file["as_of"], "2027-01-01")
        scenario = self.folder / "scenario.yaml"
        done = lodescan("check", scenario, "--as-of=2027-01-01")
        self.assertIn("not in force: rule mine, from 2028-02-29", done.stdout)
        scenario.write_text(scenario.read_text().replace("as_of: 2020-01-01\n", ""))
        done = lodescan("check", scenario)
        self.assertEqual(done.returncode, 65)
        self.assertRegex(done.stderr, r"scenario.yaml:\d+:3: rule 'old' holds until 2026-12-31, and nothing says of which day this run is: write "
                                      r"`as_of: 2027-01-31` in the scenario, or give --as-of")
        done = lodescan("check", scenario, "--as-of=2027-02-30")
        self.assertEqual((done.returncode, "--as-of=2027-02-30 is no day" in done.stderr), (64, True), done.stderr)
        self.assertEqual(lodescan("check", scenario, "--as-of=2028-02-29").returncode, 0)


if __name__ == "__main__":
    unittest.main()
