"""How far ranks hold, on the page: its columns, filter, grid and bars against the tables that the run wrote."""
import csv
import unittest

import test_page
from test_page import Page, setUpModule  # noqa: F401
from places import DATA, SCENARIO, WORK, lodescan, sites


def rows(folder, name):
    with open(folder / name, newline="") as file:
        return list(csv.DictReader(file))


class Scanned(Page):
    scan = WORK / "certain"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        words = SCENARIO.read_text()
        for before, after in (("name: name}\n", "name: name}\n    certainty: {weights: any, draws: 1500}\n"),
                              ("count: 10}}\n", "count: 10}}\n    certainty: {weights: 40 percent, memberships: 20 percent, draws: 1500}\n")):
            assert words.count(before) == 1
            words = words.replace(before, after)
        path = WORK / "certain.yaml"
        path.write_text(words)
        done = lodescan("run", path, f"--data={DATA}", f"--output={cls.scan}", "--overwrite")
        assert done.returncode == 0, done.stderr
        cls.tables = {name: rows(cls.scan, f"{name}_acceptability.csv") for name in ("known", "plant")}
        assert len(cls.tables["plant"]) != len(cls.tables["known"])

    def setUp(self):
        super().setUp()
        self.show("known")


class Certainty(Scanned):
    def choose(self, box, value):
        self.driver.execute_script("const box = document.querySelector(arguments[0]); box.value = arguments[1]; box.dispatchEvent(new Event('change'))", box, str(value))

    def among(self, row, first):
        return sum(float(row[f"rank_{r + 1}"]) for r in range(min(first, sum(key.startswith("rank_") and key[5:].isdigit() for key in row))))

    def shown_share(self, words):
        return float(words.replace("%", "").replace("<", "")) / 100

    def test_columns_tell_what_the_run_drew(self):
        for target, table in self.tables.items():
            self.show(target)
            wanted = {row["site_id"]: row for row in table}
            for first in (1, 2, 10):
                self.choose("#among", first)
                self.assertEqual(self.ask("document.querySelector('#table thead th:last-child').innerText"), f"First {first}")
                for row in self.rows():
                    site, shown, share = wanted.get(row[0]), row[5], row[6]
                    if not site:
                        self.assertEqual((shown, share), ("\u2013", "\u2013"))
                        continue
                    low, high = site["rank_p05"], site["rank_p95"]
                    self.assertEqual(shown.strip(), low if low == high else f"{low}\u2013{high}")
                    self.assertAlmostEqual(self.shown_share(share), self.among(site, first), delta=0.006, msg=(row, first))
                    if first in (1, 10):
                        self.assertAlmostEqual(self.among(site, first), float(site["share_first" if first == 1 else "share_first_10"]), delta=1e-9)

    def test_sites_are_filtered_by_it_and_the_link_remembers(self):
        self.choose("#among", 2)
        self.choose("#sure", 50)
        wanted = [row["site_id"] for row in self.tables["known"] if self.among(row, 2) >= 0.5]
        self.assertTrue(0 < len(wanted) < len(self.tables["known"]))
        self.assertEqual([row[0] for row in self.rows()], wanted)
        self.click("#table [data-sort=among]")
        shares = [self.shown_share(row[6]) for row in self.rows()]
        self.assertEqual(shares, sorted(shares, reverse=True))
        before = self.rows()
        self.open(self.link())
        self.assertEqual(self.rows(), before)
        self.show("deposit")  # which has no such columns to sort by
        self.assertEqual([(row[0]) for row in self.rows()], [site["site_id"] for site in sites(self.scan, "deposit")])
        self.assertEqual(self.ask("document.querySelectorAll('#table thead th').length"), 4)
        self.assertFalse(self.ask("document.querySelector('#certain').checkVisibility() || document.querySelector('#certainty').checkVisibility()"))

    def test_the_grid_shows_shares_of_ranks(self):
        for target, table in self.tables.items():
            self.show(target)
            shown = self.ask("[...document.querySelectorAll('.ranks tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => [cell.innerText, Number(cell.querySelector('i').style.opacity)]))")
            self.assertEqual(len(shown), len(table))
            for cells, row in zip(shown, table):
                self.assertEqual(len(cells), len(table))
                for r, (words, shade) in enumerate(cells):
                    share = float(row[f"rank_{r + 1}"])
                    self.assertAlmostEqual(float(words or 0), 100 * share, delta=0.51)
                    self.assertAlmostEqual(shade ** 2, share, delta=0.003)

    def test_bars_are_as_long_as_what_a_criterion_does(self):
        table = rows(self.scan, "known_tornado.csv")
        for chosen in (None, table[1]["site_id"]):
            if chosen:
                self.click(f"#table tr[data-site='{chosen}'] button")
            site = chosen or table[0]["site_id"]
            ends = {}
            for row in table:
                if row["site_id"] == site and row["score_change"]:
                    low, high = ends.get((row["criterion"], row["changed"]), (0, 0))
                    ends[row["criterion"], row["changed"]] = min(low, float(row["score_change"])), max(high, float(row["score_change"]))
            widest = max(max(-low, high) for low, high in ends.values())
            labels = {one["label"]: one["name"] for one in self.ask("lodescan.data.criteria")}
            shown = self.ask("[...document.querySelectorAll('.tornado li:not(.scale)')].map((row) => [row.querySelector('.what').firstChild.textContent, ...[...row.querySelectorAll('.swing i')].map((bar) => [parseFloat(bar.style.left), parseFloat(bar.style.width)])])")
            self.assertEqual({labels[row[0]] for row in shown}, {name for name, _ in ends})
            for label, *bars in shown:
                for (left, width), kind in zip(bars, ("weight", "membership")):
                    low, high = ends.get((labels[label], kind), (0, 0))
                    self.assertAlmostEqual((left - 50) / 50 * widest, low, delta=0.002 * widest)
                    self.assertAlmostEqual(width / 50 * widest, high - low, delta=0.002 * widest)

    def test_a_site_tells_its_interval_and_what_made_it_first(self):
        row = self.tables["known"][0]
        self.click(f"#table tr[data-site='{row['site_id']}'] button")
        told = self.ask("document.querySelector('#explanation').innerText")
        self.assertIn(f"in 90 % of 1,500 draws with any weights, in the middle {row['rank_p50']}", told)
        self.assertIn(f"Score {float(row['score_p05']):.3f} to {float(row['score_p95']):.3f} in 90 % of them", told)
        self.click("#explanation .if-first summary")
        weights = dict(self.ask("[...document.querySelectorAll('#explanation .if-first tbody tr')].map((one) => [one.cells[0].innerText, one.cells[2].innerText])"))
        labels = {one["name"]: one["label"] for one in self.ask("lodescan.data.criteria")}
        wanted = {labels[key[:-len("_weight_if_first")]]: float(value) for key, value in row.items() if key.endswith("_weight_if_first")}
        self.assertEqual(set(weights), set(wanted))
        for label, weight in wanted.items():
            self.assertAlmostEqual(self.shown_share(weights[label]), weight, delta=0.006)

    def test_weights_that_move_leave_what_was_drawn_alone(self):
        before = [row[5:] for row in sorted(self.rows())]
        self.driver.execute_script("const input = document.querySelector('.slider input'); input.value = 0; input.dispatchEvent(new Event('input', {bubbles: true}))")
        self.settle()
        end = self.ask("new Promise((done) => setTimeout(() => done(document.querySelector('#table').classList.contains('unmoved')), 200))")
        self.assertFalse(end)
        self.assertEqual([row[5:] for row in sorted(self.rows())], before)


class Narrow(Scanned):
    size, media = test_page.NARROW, {"prefers_color_scheme": "dark"}

    def test_nothing_is_wider_than_a_telephone(self):
        self.assertEqual(self.ask("document.documentElement.scrollWidth"), self.size[0])


del Page, Scanned  # they have no tests
if __name__ == "__main__":
    unittest.main()
