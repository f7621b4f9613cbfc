"""Who can have a permit in time: probabilities by the closed form of a triangular time, answers and words by a second set of rules."""
import csv
import json
import unittest

import jsonschema
import numpy as np

from ground import Ground
from places import SOURCE, lodescan, sites

COLS, ROWS = 31, 21
GRID = "grid: {crs: EPSG:32611, extent: [480000, 4199900, 483100, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"
ROUTES = ("jurisdiction,route,stage,after,family,figures,low,middle,high,source,certainty\n"
          "X,mine,talk,,triangular,low/mode/high,2,4,9,a test,cited\nX,mine,sign,talk,triangular,low/mode/high,1,1,1,a test,cited\n"
          "Y,plant,talk,,triangular,low/mode/high,1,2,3,a test,cited\n")
LAND = ("class,kind,multiplier,granted,source,certainty\nopen,open,1,0.9,a test,cited\nheath,conditional,2,0.4,a test,cited\n"
        "bog,open,3,0.8,a test,cited\npark,excluded,,,a test,cited\n")
DRAWS = 65536


def triangular(x, low, mode, high):
    """P(time <= x)."""
    if x <= low:
        return 0.0
    if x >= high:
        return 1.0
    return (x - low) ** 2 / ((high - low) * (mode - low)) if x <= mode else 1 - (high - x) ** 2 / ((high - low) * (high - mode))


class Shortlist(Ground):
    CLASSES = {"open": (1, 0.9), "heath": (2, 0.4), "bog": (3, 0.8), "park": (None, 0)}

    def lay(self, shortlist, accelerate=""):
        rng = np.random.default_rng(11)
        self.x = rng.random((ROWS, COLS)).astype("f4")
        self.x[3:6, 4:9] = np.nan
        self.raster("x.tif", self.x)
        self.land = np.full((ROWS, COLS), "open", object)
        self.place = np.full((ROWS, COLS), "X", object)
        self.place[:, 27:] = "Y"
        self.place[:, :2] = None
        boxes = {"park": (slice(0, 6), slice(10, 17)), "heath": (slice(5, 12), slice(0, 14)), "bog": (slice(12, 21), slice(8, 21))}
        for name, where in reversed(boxes.items()):
            mask = np.zeros((ROWS, COLS), "f4")
            mask[where] = 1
            self.raster(f"{name}.tif", mask)
            self.land[where] = name
        self.vector("states.gpkg", [("POLYGON ((480200 4199900, 482700 4199900, 482700 4202000, 480200 4202000, 480200 4199900))", "Ex", 1),
                                    ("POLYGON ((482700 4199900, 483100 4199900, 483100 4202000, 482700 4202000, 482700 4199900))", "Y", 1)])
        self.block = np.zeros((ROWS, COLS), bool)
        self.block[14:18, 18:25] = True
        self.raster("block.tif", self.block.astype("f4"))
        (self.folder / "routes.csv").write_text(ROUTES)
        (self.folder / "land.csv").write_text(LAND)
        points = [(480000 + 100 * (c + 0.5), 4202000 - 100 * (r + 0.5), f"r{r}c{c}") for r in range(0, ROWS, 2) for c in range(0, COLS, 3)]
        self.vector("known.gpkg", [(f"POINT ({x} {y})", name, 0) for x, y, name in points])
        layers = "".join(f"  {n}: {{raster: {n}.tif, resample: nearest, where: \"value > 0\"}}\n" for n in ("park", "heath", "bog", "block"))
        layers += "  x: {raster: x.tif, resample: nearest}\n  states: {vector: states.gpkg, category: name}\n  known: {vector: known.gpkg, label: name}\n"
        return self.scan(layers, "  value: {value_of: x, membership: {linear: {zero: 0, one: 1}}}\n",
                         "rules: {blocked: {exclude_inside: block, reason: \"A wall; of old\"}}\n"
                         "permits: {jurisdictions: states, names: {Ex: X}, land_status: {park: park, heath: heath, bog: bog}, elsewhere: open, "
                         f"routes: routes.csv, classes: land.csv{accelerate}}}\n"
                         f"targets: {{ore: {{score: {{weighted: {{value: 1}}}}, candidates: {{points: known}}, shortlist: {shortlist}}}}}\n", GRID)

    def chance(self, land, months, share=1.0):
        """Talk takes `share` of its time, and a month of signing comes after it."""
        multiplier, granted = self.CLASSES[land]
        return 0.0 if multiplier is None else granted * triangular((months / multiplier - 1) / share, 2, 4, 9)

    def answers(self, months, wanted, count, share=1.0):
        taken, out = 0, {}
        for s in sites(self.folder / "out"):
            place, land = self.place[s["cell_row"], s["cell_col"]], self.land[s["cell_row"], s["cell_col"]]
            p = self.chance(land, months, share) if place == "X" else None
            if s["status"] != "ranked":
                answer = s["status"]
            elif place != "X":
                answer = "no figures"
            elif land == "park":
                answer = "no permit"
            elif p >= wanted:
                taken += 1
                answer = "in" if taken <= count else "beyond"
            else:
                answer = "refused" if self.CLASSES[land][1] < wanted else "slow"
            out[s["site_id"]] = (answer, p, place, land, s)
        return out

    def check(self, months, wanted, count, share=None):
        shortlist = f"{{within: {months} months, probability: {wanted}, count: {count}}}"
        done = self.lay(shortlist, f", accelerate: {{talk: {100 * share:g} percent}}" if share else "")
        with open(self.folder / "out/ore_shortlist.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        told = json.loads((self.folder / "out/run.json").read_text())
        jsonschema.validate(told, json.loads((SOURCE / "docs/schema/run.schema.json").read_text()))
        told = told["targets"][0]["shortlist"]
        self.assertEqual((told["within_months"], told["probability"], told["count"]), (months, wanted, count))
        found = set()
        for prefix, key, of in (("", "today", 1.0), ("what_if_", "accelerated", share)):
            if of is None:
                self.assertNotIn(key, told)
                self.assertNotIn("what_if_shortlist", rows[0])
                continue
            wish, position = self.answers(months, wanted, count, of), 0
            self.assertEqual([r["site_id"] for r in rows], list(wish))
            for row in rows:
                answer, p, place, land, site = wish[row["site_id"]]
                self.assertEqual(row[prefix + "shortlist"], answer)
                if p is not None:
                    self.assertAlmostEqual(float(row[prefix + "p_within"]), p, delta=4.5 * 0.5 / DRAWS ** 0.5)
                else:
                    self.assertEqual(row[prefix + "p_within"], "")
                position += answer == "in"
                self.assertEqual(row[prefix + "position"], str(position) if answer == "in" else "")
            counts = {a: [w[0] for w in wish.values()].count(a) for a in {w[0] for w in wish.values()}}
            self.assertEqual(told[key]["counts"], counts)
            self.assertEqual([s["site_id"] for s in told[key]["sites"]], [k for k, w in wish.items() if w[0] == "in"])
            found |= set(counts)
            if not prefix:
                self.words(rows, wish, months, wanted)
        self.assertIn(f"a permit within {months:g} months with probability {wanted:g}: {told['today']['counts'].get('in', 0)} of {len(rows)} sites", done.stdout)
        return found

    def words(self, rows, wish, months, wanted):
        for row in rows:
            answer, p, place, land, site = wish[row["site_id"]]
            beginning = {"excluded": "excluded: A wall; of old", "no data": "no data of value", "no permit": "no permit on park land",
                         "refused": f"granted to only 40 % on heath land, under {wanted:.2f} whatever the time", "beyond": "would do, but the first ",
                         "in": f"P(permit within {months:g} months) = ", "slow": f"P(permit within {months:g} months) = ",
                         "no figures": "no known jurisdiction" if place is None else "no route 'mine' in Y"}[answer]
            self.assertTrue(row["why"].startswith(beginning), row["why"])
            if answer == "slow":
                mean = (2 + 4 + 9) / 3 * self.CLASSES[land][0]  # of a triangular time
                self.assertRegex(row["why"], r": half of permits take more than [0-9.]+ months, talk [0-9.]+ of [0-9.]+ on average$")
                self.assertAlmostEqual(float(row["critical_stage_months"]), mean, delta=0.03 * mean)

    def test_answers(self):
        found = self.check(6, 0.5, 1000)
        found |= self.check(6, 0.5, 7, 0.5)
        found |= self.check(12, 0.45, 9, 0.25)
        self.assertEqual(found, {"in", "slow", "refused", "no permit", "no figures", "no data", "excluded", "beyond"})

    def test_default(self):
        self.lay("{}")
        told = json.loads((self.folder / "out/run.json").read_text())["targets"][0]["shortlist"]
        self.assertEqual((told["within_months"], told["probability"], told["count"]), (6, 0.5, 20))

    def test_a_route_that_is_not_there(self):
        self.lay("{}")
        path = self.folder / "scenario.yaml"
        text = path.read_text().replace("ore: {score", "ore: {mode: stockpile, score").replace("Y,plant", "Y,mill")
        path.write_text(text)
        (self.folder / "routes.csv").write_text(ROUTES.replace("Y,plant", "Y,mill"))
        done = lodescan("run", path, f"--output={self.folder / 'out'}", "--overwrite")
        self.assertEqual(done.returncode, 65)
        self.assertIn("the shortlist of 'ore': no route 'plant' is in ", done.stderr)

    def test_nothing_falls_out_and_nothing_is_ranked(self):
        """No empty brackets, and no heading without lines."""
        self.lay("{within: 12 months}", ", accelerate: {talk: 50 percent}")
        path = self.folder / "scenario.yaml"
        text, rows = path.read_text(), sites(self.folder / "out")
        with open(self.folder / "out/ore_shortlist.csv", newline="") as file:
            names = {row["shortlist"]: row["name"] for row in csv.DictReader(file)}
        self.assertGreater(len(rows), 2)
        one = {answer: text.replace("known.gpkg,", f"known.gpkg, where: \"name = '{name}'\",") for answer, name in names.items()}
        none = text.replace("points: known", "peaks: {spacing: 500 m}").replace("rules: {", 'rules: {all: {exclude_where: "value >= 0"}, ')
        for words, wanted, heading in ((one["in"], "1 of 1 sites", True), (one["excluded"], "0 of 1 sites (1 excluded)", False),
                                       (none, "0 of 0 sites", False)):
            path.write_text(words)
            done = lodescan("run", path, f"--output={self.folder / 'out'}", "--overwrite")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"with probability 0.5: {wanted}\n", done.stdout)
            self.assertIn(f"  with accelerated permits: {wanted}\n", done.stdout)
            self.assertEqual("permits by route" in done.stdout, heading)


if __name__ == "__main__":
    unittest.main()
