"""What the demo's generator planted is found: deposits and plants first, decoys far behind, the rest for the stated reasons."""
import csv
import math
import unittest

from places import DATA, SCAN, sites

NEAR_M = 500


def planted(kind):
    with open(DATA / "truth.csv") as table:
        return [row for row in csv.DictReader(table) if row["kind"] == kind]


def apart_m(site, place):
    return math.hypot(site["x"] - float(place["x"]), site["y"] - float(place["y"]))


def is_one_of(site, places):
    return any(apart_m(site, place) < NEAR_M for place in places)


class Truth(unittest.TestCase):
    def ranked(self, target):
        found = sorted((s for s in sites(SCAN, target) if s["rank"]), key=lambda s: s["rank"])
        self.assertEqual([s["rank"] for s in found], list(range(1, len(found) + 1)))
        return found

    def check_on_top(self, target, kind, margin):
        places, found = planted(kind), self.ranked(target)
        top, rest = found[:len(places)], found[len(places):]
        for place in places:
            self.assertTrue(any(apart_m(site, place) < NEAR_M for site in top), f"{place['name']} is not among the first {len(top)}")
        self.assertTrue(rest, "no decoy was listed: nothing to be ahead of")
        self.assertGreater(top[-1]["score"] - rest[0]["score"], margin)

    def test_deposits(self):
        self.check_on_top("deposit", "deposit", 0.25)

    def test_plants(self):
        self.check_on_top("plant", "plant", 0.08)

    def test_decoys_are_listed_behind(self):
        decoys = planted("barren carbonatite") + planted("hot granite") + planted("alteration only")
        best = max(s["score"] for s in self.ranked("deposit") if is_one_of(s, decoys))
        self.assertLess(best, 0.75)

    def test_a_park_keeps_the_best_out(self):
        for target, kind in (("deposit", "deposit in a park"), ("plant", "plant in a park")):
            for site in self.ranked(target):
                self.assertFalse(is_one_of(site, planted(kind)), f"{kind} ranked {site['rank']}")

    def test_known_occurrences_are_merged(self):
        known = {site["name"]: site for site in sites(SCAN, "known")}
        # Most precise publisher first: its name and place stand.
        self.assertEqual(known["Tolliver Plug"]["n_sources"], 3)
        self.assertEqual(known["Ostrander"]["n_sources"], 3)
        self.assertEqual(known["GRIEVE HILL"]["n_sources"], 2)
        self.assertEqual(known["Quillan Dome"]["n_sources"], 2)
        self.assertEqual(len(known), 7, sorted(known))
        self.assertAlmostEqual(known["Tolliver Plug"]["coord_unc_km"], 0.1)
        sources = known["Tolliver Plug"]["sources"]
        self.assertEqual([s["layer"] for s in sources], ["known_survey", "known_state", "known_atlas"])
        self.assertEqual(sources[2]["attributes"]["commodities"], "REE")

    def test_excluded_stay_listed_with_reasons(self):
        listed = sites(SCAN, "known")
        quillan = next(s for s in listed if s["name"] == "Quillan Dome")
        self.assertIsNone(quillan["rank"])
        self.assertEqual(quillan["status"], "excluded")
        self.assertIn("Park or reserve", quillan["exclusion_reasons"])
        self.assertGreater(quillan["score"], 0.9)  # what it would be
        order = [s["rank"] for s in listed]
        unranked = order.index(None)
        self.assertTrue(all(rank is None for rank in order[unranked:]), "unranked sites come last")
        for site in sites(SCAN):
            self.assertEqual(site["rank"] is None, site["status"] != "ranked", site["site_id"])
            self.assertEqual(bool(site["exclusion_reasons"]), site["status"] == "excluded", site["site_id"])

    def test_annotations(self):
        for site in sites(SCAN):
            self.assertEqual(site["district"], "Linden District" if site["x"] < 510000 else "Halder District")


if __name__ == "__main__":
    unittest.main()
