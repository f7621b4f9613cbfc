"""Penalties and inclusions on the page: what it makes of them is what the run made, with each switched off in turn too."""
import unittest

import numpy as np

import test_page
from test_page import Page, setUpModule  # noqa: F401
from ground import Ground
from places import sites

ROWS, COLS = 20, 30


class Rules(Page):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ground, random = Ground(), np.random.default_rng(4)
        ground.setUp()
        for name in ("wet", "park", "mine"):
            ground.raster(f"{name}.tif", (random.random((ROWS, COLS)) < 0.4).astype("f4"))
        ground.raster("one.tif", random.random((ROWS, COLS)).astype("f4"))
        ground.scan("".join(f"  {name}: {{raster: {name}.tif}}\n" for name in ("wet", "park", "mine", "one")),
                    "  a: {value_of: one, membership: {linear: {zero: 0, one: 1}}}\n",
                    "rules:\n  soft: {penalise_inside: wet, factor: 0.6, reason: Wet ground}\n  hard: {exclude_inside: park}\n"
                    "  lease: {include_inside: mine}\n  late: {exclude_inside: wet, valid: {from: 2030-01-01}}\nas_of: 2027-01-01\n"
                    "targets: {plant: {score: {weighted: {a: 1}}, candidates: {peaks: {spacing: 300 m, count: 60}}}}\n")
        cls.scan = ground.folder / "out"
        cls.records = {site["site_id"]: site for site in sites(cls.scan, "plant")}

    def now(self):
        return {one[0]: one[1] for one in self.ask("lodescan.data.targets[0].sites.map((site) => [site.id, site.now])")}

    def switch(self, rule):
        self.click(f"#rule-list input[data-rule={rule}]")

    def test_it_scores_and_ranks_as_the_run(self):
        now = self.now()
        self.assertEqual(set(now), set(self.records))
        for site, record in self.records.items():
            self.assertAlmostEqual(now[site]["score"], record["score"], delta=2e-7)
            self.assertEqual((now[site]["rank"], now[site]["status"]), (record["rank"], record["status"]))
        self.assertTrue(any(record["penalties"] for record in self.records.values()))

    def test_a_penalty_that_is_switched_off_gives_back_what_it_took(self):
        self.switch("soft")
        for site, one in self.now().items():
            self.assertAlmostEqual(one["score"], self.records[site]["score_without_penalties"], delta=2e-7)
        ranked = sorted((one for one in self.now().values() if one["rank"]), key=lambda one: one["rank"])
        self.assertEqual([one["score"] for one in ranked], sorted((one["score"] for one in ranked), reverse=True))

    def test_without_the_inclusion_the_exclusion_holds(self):
        freed = {site for site, record in self.records.items() if record["freed_by"]}
        self.assertTrue(freed)
        self.switch("lease")
        self.assertEqual({site for site, one in self.now().items() if one["status"] == "excluded"} & freed, freed)
        self.switch("hard")
        self.assertEqual({one["status"] for one in self.now().values()}, {"ranked"})

    def test_a_site_tells_its_penalty_and_the_list_what_is_not_in_force(self):
        site = next(site for site, record in self.records.items() if record["penalties"] and record["rank"])
        self.click(f"#table tr[data-site='{site}'] button")
        told = self.ask("document.querySelector('#explanation').innerText")
        self.assertIn("Wet ground: times 0.6", told)
        self.assertIn(f"without which it scores {self.records[site]['score_without_penalties']:.4f}", told)
        self.assertIn("late: not in force on 2027-01-01 (from 2030-01-01)", self.ask("document.querySelector('#rule-list').innerText"))

    def test_the_map_shows_penalised_scores(self):
        for site in list(self.records.values())[:8]:
            self.driver.execute_script("lodescan.map.fire('click', {latlng: L.latLng(arguments[0], arguments[1])})", site["lat"], site["lon"])
            shown = self.ask("document.querySelector('#explanation .score').innerText")
            self.assertAlmostEqual(float(shown.split()[0]), site["score"], delta=0.011)
            self.assertEqual("if it were not excluded" in shown, site["status"] == "excluded")


del Page  # its own tests are test_page's
if __name__ == "__main__":
    unittest.main()
