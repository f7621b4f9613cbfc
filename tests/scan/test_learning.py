"""Scores that are learnt, held out on ground that was made for it, and on real data sets where a folder of them is given (LODESCAN_DATA)."""
import json
import os
import pathlib
import shutil
import unittest

from places import DATA, SOURCE, WORK, lodescan

REAL = pathlib.Path(os.environ.get("LODESCAN_DATA", "/nowhere"))


def run(scenario, data, name, *options):
    """Each validation of a scenario, by target."""
    out = WORK / f"learning {name}"
    shutil.rmtree(out, ignore_errors=True)
    done = lodescan("run", SOURCE / "datasets" / scenario, f"--data={data}", f"--output={out}", "--quiet", *options)
    assert done.returncode == 0, done.stderr
    return {path.parent.name: json.loads(path.read_text()) for path in out.glob("validation/*/validation.json")}


class Planted(unittest.TestCase):
    def test_each_deposit_is_found_without_having_been_told(self):
        found = run("demo/learning.yaml", DATA, "demo")
        self.assertEqual(sorted(found), ["boosted", "forest", "fuzzy", "regression", "weights"])
        for target, validation in found.items():
            learnt = target != "fuzzy"
            folds = validation["figures"]["folds"]
            self.assertEqual((folds["kind"], folds["count"], folds["made_anew"]), ("leave one out", 6, learnt))
            shares = [place["held_out_area_share" if learnt else "area_share"] for place in validation["places"]]
            self.assertEqual(len(shares), 6)
            self.assertLess(max(shares), 0.01, target)  # by chance: one in 10^12
            self.assertGreater(folds["held_out_auc"] if learnt else validation["figures"]["auc"]["value"], 0.99)


@unittest.skipUnless((REAL / "mtpainter").is_dir(), "LODESCAN_DATA has no mtpainter")
class MountPainter(unittest.TestCase):
    def test_what_seven_occurrences_allow_to_say(self):
        chance = run("mtpainter/scenario.yaml", REAL / "mtpainter", "mtpainter")["deposit"]["figures"]["chance"]
        top = {round(row["area_share"], 2): row for row in chance["top"]}
        self.assertEqual(top[0.2]["places"], 6)
        self.assertAlmostEqual(top[0.2]["p"], 7 * 0.2**6 * 0.8 + 0.2**7, places=12)  # six or seven of seven by chance
        self.assertLess(chance["rank_sum_p"], 0.01)


@unittest.skipUnless((REAL / "cloncurry").is_dir(), "LODESCAN_DATA has no cloncurry")
class Cloncurry(unittest.TestCase):
    def test_held_out_is_less_than_the_success_rate_and_more_than_chance(self):
        for target, validation in run("cloncurry/scenario.yaml", REAL / "cloncurry", "cloncurry", "--cell=200 m").items():
            figures = validation["figures"]
            self.assertLess(figures["folds"]["held_out_auc"], figures["auc"]["value"] - 0.005, target)
            self.assertGreater(figures["folds"]["held_out_ci95"][0], 0.5, target)


@unittest.skipUnless((REAL / "global").is_dir(), "LODESCAN_DATA has no global")
class Globe(unittest.TestCase):
    def test_ground_and_towns_together_are_better_than_blind(self):
        found = run("global/prospectivity.yaml", REAL / "global", "global", "--cell=0.4 deg")
        figures = found["all_evidence"]["figures"]
        self.assertEqual(figures["baseline"]["target"], "near_towns")
        self.assertGreater(figures["baseline"]["gain"], 0)
        self.assertGreater(figures["folds"]["held_out_ci95"][0], 0.5)
        self.assertLess(figures["folds"]["held_out_auc"], figures["auc"]["value"])


if __name__ == "__main__":
    unittest.main()
