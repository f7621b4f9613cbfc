"""Variants and overlaps of rules on the page: chosen ones show what variants.csv tells, and what a run of the changed scenario alone would show."""
import csv
import unittest

import numpy as np

import test_page
from test_page import NARROW, Page, setUpModule  # noqa: F401
from ground import Ground
from places import sites

ROWS, COLS = 23, 31
ROUTES = ("jurisdiction,route,stage,after,family,figures,low,middle,high,source,certainty\n"
          "X,plant,talk,,triangular,low/mode/high,6,12,30,a test,cited\nX,plant,sign,talk,triangular,low/mode/high,1,2,3,a test,cited\n"
          "X,mine,talk,,triangular,low/mode/high,6,12,30,a test,cited\n")
LAND = "class,kind,multiplier,granted,source,certainty\nopen,open,1,0.9,a test,cited\nheath,conditional,2.5,0.7,a test,cited\n"
VARIANTS = ("variants:\n  heavy: {weights: {b: 6, spot: {a: 0.5}}}\n  open: {relax: [park, camp]}\n  fast: {accelerate: {talk: 25 percent}}\n"
            "  later: {as_of: 2031-01-01, relax: park}\n")


class VariantsGround(Ground):
    """In a folder of its own."""


class Ran(Page):
    """The scan of this module, made once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not hasattr(Ran, "ground"):
            Ran.make()
        cls.scan = Ran.ground.folder / "out"

    @classmethod
    def make(cls):
        Ran.ground, random = VariantsGround(), np.random.default_rng(12)
        Ran.ground.setUp()
        y, x = np.mgrid[:ROWS, :COLS]
        for name in ("park", "camp", "heath", "fen"):
            mask = np.zeros((ROWS, COLS), "f4")
            for _ in range(7):
                r, c = random.integers(0, ROWS), random.integers(0, COLS)
                mask[r:r + 5, c:c + 6] = 1
            Ran.ground.raster(f"{name}.tif", mask)
        Ran.ground.raster("one.tif", (0.5 + 0.4 * np.sin(x / 3) * np.cos(y / 4) + 0.1 * random.random((ROWS, COLS))).astype("f4"))
        Ran.ground.raster("two.tif", random.random((ROWS, COLS)).astype("f4"))
        (Ran.ground.folder / "routes.csv").write_text(ROUTES)
        (Ran.ground.folder / "land.csv").write_text(LAND)
        Ran.ground.vector("known.gpkg", [(f"POINT ({480050 + 100 * c} {4201950 - 100 * r})", f"<r{r}c{c}>", 0) for r in range(0, 20, 3) for c in range(0, 30, 4)])
        Ran.text = ("".join(f"  {name}: {{raster: {name}.tif, resample: nearest, where: \"value > 0\"}}\n" for name in ("park", "camp", "heath", "fen"))
                    + "  one: {raster: one.tif}\n  two: {raster: two.tif}\n  known: {vector: known.gpkg, label: name}\n",
                    "  a: {value_of: one, membership: {linear: {zero: 0, one: 1}}}\n  b: {value_of: two, membership: {linear: {zero: 0, one: 1}}}\n"
                    "  half: {months_to_permit: plant, membership: {linear: {zero: 50 months, one: 0 months}}}\n")
        Ran.run_it("{weighted: {a: 2, b: 1, half: 1}}", "{weighted: {a: 1, b: 1}}", VARIANTS)

    @classmethod
    def run_it(cls, plant, spot, variants, folder="out"):
        Ran.ground.scan(*Ran.text,
                        "as_of: 2027-01-01\nrules:\n  park: {exclude_inside: park, reason: A park}\n  camp: {exclude_inside: camp}\n"
                        "  fen: {exclude_inside: fen, valid: {from: 2030-01-01}, reason: A fen}\n"
                        "permits: {jurisdiction: X, land_status: {heath: heath}, elsewhere: open, routes: routes.csv, classes: land.csv}\n" + variants
                        + f"targets:\n  plant: {{score: {plant}, mode: plant, candidates: {{peaks: {{spacing: 300 m, count: 40}}}}, shortlist: {{within: 24 months}}}}\n"
                        f"  spot: {{score: {spot}, candidates: {{points: known}}}}\n")

    def table(self, variant, target):
        with open(self.scan / "variants.csv", newline="") as file:
            return {row["site_id"]: row for row in csv.DictReader(file) if (row["variant"], row["target"]) == (variant, target)}

    def now(self):
        return {one[0]: one[1] for one in self.ask("lodescan.data.targets[lodescan.state.target].sites.map((site) => [site.id, site.now])")}

    def take(self, variant):
        self.click(f"#variant-list [data-variant='{variant}']")

    def score_at(self, lat, lon):
        self.driver.execute_script("lodescan.map.fire('click', {latlng: L.latLng(arguments[0], arguments[1])})", lat, lon)
        return self.ask("document.querySelector('#explanation .score').innerText")


class Choosing(Ran):
    def test_sites_are_as_the_variant_ranks_them(self):
        for variant in ("heavy", "open", "fast", "later", "open"):
            for target in ("plant", "spot"):
                self.show(target)
                self.take(variant)
                rows, now = self.table(variant, target), self.now()
                self.assertEqual(set(now), set(rows))
                for site, row in rows.items():
                    self.assertEqual(str(now[site]["rank"] or ""), row["rank"], (variant, target, site))
                    if row["status"]:
                        self.assertEqual(now[site]["status"], row["status"], (variant, target, site))
                        self.assertAlmostEqual(now[site]["score"], float(row["score"]), delta=2e-7)
                    else:
                        self.assertIn(now[site]["status"], ("not listed", "excluded"))
        self.take("")
        for target in ("plant", "spot"):
            self.show(target)
            self.assertEqual({s: (one["rank"], one["status"]) for s, one in self.now().items()}, {s["site_id"]: (s["rank"], s["status"]) for s in sites(self.scan, target)})

    def test_the_list_tells_then_and_now(self):
        self.take("open")
        rows = self.table("open", "plant")
        heads = self.ask("[...document.querySelectorAll('#table thead th')].map((one) => one.innerText.trim())")
        self.assertEqual(heads[-1], "In the run")
        shown = {row[0]: row[1:] for row in self.rows()}
        self.assertEqual(set(shown), set(rows))
        for site, cells in shown.items():
            row = rows[site]
            then = cells[4].split("\n")
            self.assertEqual((cells[0], then[0]), (row["rank"] or "\u2013", row["base_rank"] or row["base_status"] or "not listed"), site)
            self.assertEqual(len(then), 2 if row["base_score"] else 1)
            if row["base_score"]:
                self.assertAlmostEqual(float(then[1]), float(row["base_score"]), delta=6e-4)
        self.assertGreater(sum(row["change"] == "enters" for row in rows.values()), 2)
        self.assertIn("in open", self.ask("document.querySelector('#count').innerText"))
        self.assertNotIn("your changes", self.ask("document.querySelector('#count').innerText"))

    def test_differences_have_their_reasons(self):
        for variant, words in (("open", "no longer excluded: A park"), ("fast", "as other stages are accelerated"), ("heavy", "weight"), ("later", "rule 'fen' now holds here (A fen)")):
            self.take(variant)
            told = self.ask("document.querySelector('#variant-parts').innerText")
            self.assertIn(words, told)
            rows = self.table(variant, "plant").values()
            cells = self.ask(f"[...document.querySelector(\"#variant-list [data-variant='{variant}']\").closest('tr').cells].map((one) => one.innerText)")
            self.assertEqual(cells[1:5], [str(sum(row["change"] == kind for row in rows)) for kind in ("enters", "leaves", "up", "down")])
            self.assertEqual(cells[5], str(sum(row["shortlist"] == "in" for row in rows)))
            self.assertEqual("stay the run's" in told, variant in ("fast", "later"))
        change = next(row for row in self.table("later", "plant").values() if row["change"] == "down")
        self.click(f"#table tr[data-site='{change['site_id']}'] button")
        words = self.ask("document.querySelector('#explanation .variant-note').innerText")
        self.assertIn(f"rank {change['base_rank']} \u2192 {change['rank']}", words)
        self.assertIn(change["why"], words)

    def test_names_of_sites_stay_words(self):
        self.show("spot")
        self.take("open")
        self.assertIn("<r", self.ask("document.querySelector('#variant-parts .changes').innerText"))

    def test_terms_of_a_site_are_the_variants(self):
        self.take("fast")
        row = next(row for row in self.table("fast", "plant").values() if row["status"] == "ranked")
        self.click(f"#table tr[data-site='{row['site_id']}'] button")
        told = self.ask("[...document.querySelectorAll('#explanation .terms tr')].map((one) => one.innerText).find((one) => one.startsWith('half'))")
        self.assertAlmostEqual(float(told.split(" month")[0].split()[-1]), float(row["permit_p50_months"]), delta=0.06)

    def test_the_link_keeps_it_and_reset_leaves_it(self):
        self.take("open")
        self.click("#rule-list input[data-rule=camp]")
        now, link = self.now(), self.link()
        self.assertIn("v=open", link)
        self.assertIn("with your changes", self.ask("document.querySelector('#count').innerText"))
        self.open(link)
        self.assertEqual(self.now(), now)
        self.click("#reset")
        self.assertEqual(self.ask("lodescan.state.variant"), "")
        self.assertEqual({s: one["rank"] for s, one in self.now().items()}, {s["site_id"]: s["rank"] for s in sites(self.scan, "plant")})
        self.open("#v=nothing")
        self.assertEqual(self.ask("lodescan.state.variant"), "")

    def test_keys_alone_do(self):
        self.driver.execute_script("document.querySelector(\"#variant-list [data-variant='']\").focus()")
        for _ in range(2):
            self.driver.switch_to.active_element.send_keys("\ue004")
        self.assertEqual(self.ask("document.activeElement.dataset.variant"), "open")
        self.driver.switch_to.active_element.send_keys("\ue007")
        self.settle()
        self.assertEqual(self.ask("[lodescan.state.variant, document.activeElement.dataset.variant, document.activeElement.getAttribute('aria-pressed')]"), ["open", "open", "true"])


class Painting(Ran):
    """Scores of the map under a variant's weights are those of a run that has them."""

    def test_the_map_has_its_weights(self):
        self.take("heavy")
        places = [(site["lat"], site["lon"]) for site in sites(self.scan, "plant")[:12]]
        shown = [float(self.score_at(*place).split()[0]) for place in places]
        self.take("")
        before = [float(self.score_at(*place).split()[0]) for place in places]
        self.assertGreater(np.abs(np.subtract(shown, before)).max(), 0.05)
        data = self.ask("lodescan.data")
        for place, score, plain in zip(places, shown, before):
            site = next(s for s in data["targets"][0]["sites"] if (s["lat"], s["lon"]) == place)
            a, b, half = (term[1] for term in site["terms"])
            self.assertAlmostEqual(score, (2 * a + 6 * b + half) / 9, delta=0.011)
            self.assertAlmostEqual(plain, (2 * a + b + half) / 4, delta=0.011)

    def test_sliders_show_them_and_go_on_from_there(self):
        self.take("heavy")
        values = self.ask("[...document.querySelectorAll('#sliders input')].map((one) => Number(one.value))")
        np.testing.assert_allclose(values, [2, 6, 1], rtol=0.01)
        self.driver.execute_script("const one = document.querySelectorAll('#sliders input')[1]; one.value = 0; one.dispatchEvent(new Event('input'))")
        self.settle()
        self.driver.execute_async_script("setTimeout(arguments[0], 200)")
        for site in self.ask("lodescan.data.targets[0].sites.filter((site) => site.now.rank)"):
            a, b, half = (term[1] for term in site["terms"])
            self.assertAlmostEqual(site["now"]["score"], (2 * a + half) / 3, delta=1e-6)

    def test_relaxed_rules_are_off_on_the_map(self):
        place = next(row for row in self.table("open", "plant").values() if row["change"] == "enters")
        self.assertIn("if it were not excluded", self.score_at(float(place["lat"]), float(place["lon"])))
        self.take("open")
        self.assertNotIn("if it were not excluded", self.score_at(float(place["lat"]), float(place["lon"])))
        self.assertEqual(self.ask("[...document.querySelectorAll('#rule-list input[data-rule]')].map((one) => one.checked)"), [False, False])


class Overlaps(Ran):
    def test_pairs_are_those_of_the_table(self):
        self.assertFalse(self.ask("document.querySelector('#overlaps').hidden"))
        tables = self.ask("[...document.querySelectorAll('#overlaps table')].map((table) => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.innerText)))")
        with open(self.scan / "plant_rules.csv", newline="") as file:
            rules = {row["reason"]: row for row in csv.DictReader(file) if float(row["excluded_km2"])}
        with open(self.scan / "plant_rules_overlap.csv", newline="") as file:
            pairs = {frozenset((row["rule"], row["other"])): float(row["both_km2"]) for row in csv.DictReader(file)}
        self.assertEqual({row[0] for row in tables[0]}, set(rules))
        for row in tables[0]:
            self.assertAlmostEqual(float(row[1]), float(rules[row[0]]["excluded_km2"]), delta=0.051)
            self.assertAlmostEqual(float(row[2]), float(rules[row[0]]["alone_km2"]), delta=0.051)
        names = {row["reason"]: row["rule"] for row in rules.values()}
        self.assertEqual(len(tables[1]), sum(both > 0 for both in pairs.values()))
        for row in tables[1]:
            both = pairs[frozenset((names[row[0]], names[row[1]]))]
            self.assertAlmostEqual(float(row[2]), both, delta=0.051)
            self.assertAlmostEqual(float(row[3]), 100 * both / float(rules[row[0]]["excluded_km2"]), delta=0.51)


class Narrow(Ran):
    size, media = NARROW, {"prefers_color_scheme": "dark"}

    def test_nothing_is_wider_than_a_telephone(self):
        self.take("later")
        self.assertEqual(self.ask("document.documentElement.scrollWidth"), NARROW[0])
        for box in self.ask("[...document.querySelectorAll('#variant-list button')].map((one) => [one.getBoundingClientRect().left, one.getBoundingClientRect().right])"):
            self.assertTrue(0 <= box[0] < box[1] <= NARROW[0], box)


del Page  # its own tests are test_page's
if __name__ == "__main__":
    unittest.main()
