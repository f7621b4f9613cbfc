"""Variants: each is what a run of the changed scenario alone gives, beside the base; and the changes are told."""
import json
import re
import unittest

import jsonschema
import numpy as np

from ground import Ground
from places import SOURCE, lodescan, sites, table

COLS, ROWS = 41, 29
GRID = "grid: {crs: EPSG:32611, extent: [480000, 4199100, 484100, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"
ROUTES = ("jurisdiction,route,stage,after,family,figures,low,middle,high,source,certainty\n"
          "X,mine,talk,,triangular,low/mode/high,6,12,30,a test,cited\nX,mine,sign,talk,triangular,low/mode/high,1,2,3,a test,cited\n"
          "X,plant,sign,,triangular,low/mode/high,1,2,9,a test,cited\n")
LAND = "class,kind,multiplier,granted,source,certainty\nopen,open,1,0.9,a test,cited\nheath,conditional,2,0.7,a test,cited\npark,excluded,,,a test,cited\n"
TALK, BOTH = "{talk: 25 percent}", "{talk: 10 percent, sign: 50 percent}"


class Variants(Ground):
    def lay(self):
        rng = np.random.default_rng(23)
        x, y = np.mgrid[:ROWS, :COLS]
        self.raster("x.tif", (0.5 + 0.3 * np.sin(x / 4) * np.cos(y / 5) + 0.2 * rng.random((ROWS, COLS))).astype("f4"))
        for name, share in (("park", 0.12), ("heath", 0.5), ("camp", 0.2)):
            mask = np.zeros((ROWS, COLS), "f4")
            for _ in range(int(share * 40)):
                r, c = rng.integers(0, ROWS), rng.integers(0, COLS)
                mask[r:r + 5, c:c + 6] = 1
            self.raster(f"{name}.tif", mask)
        (self.folder / "routes.csv").write_text(ROUTES)
        (self.folder / "land.csv").write_text(LAND)
        self.vector("known.gpkg", [(f"POINT ({480050 + 100 * c} {4201950 - 100 * r})", f"r{r}c{c}", 0) for r in range(0, ROWS, 3) for c in range(0, COLS, 4)])
        self.layers = "".join(f"  {n}: {{raster: {n}.tif, resample: nearest, where: \"value > 0\"}}\n" for n in ("park", "heath", "camp"))
        self.layers += "  x: {raster: x.tif, resample: nearest}\n  known: {vector: known.gpkg, label: name}\n"

    def text(self, seen, relax=(), accelerate=None, variants=""):
        """The scenario, or one in which the variant's changes are written into tables and rules themselves."""
        criteria = "  value: {value_of: x, membership: {linear: {zero: 0, one: 1}}}\n"
        criteria += "  half: {months_to_permit: mine, membership: {linear: {zero: 40 months, one: 2 months}}}\n"  # told, if no score sees it
        rules = {"parks": "{exclude_inside: park, reason: A park}", "camps": "{exclude_inside: camp, targets: [ore]}",
                 "poor": "{exclude_where: value < 0.35}", "claim": "{include_inside: heath, over: camps}", "dear": "{penalise_inside: camp, factor: 0.75}"}
        if seen:
            rules["slow"] = "{exclude_where: half > 26 months, reason: Too slow}"
        kept = {n: w for n, w in rules.items() if n not in relax}
        if "camps" in relax:
            kept.pop("claim", None)
        routes = ROUTES
        for stage, share in (accelerate or {}).items():
            lines = []
            for line in routes.splitlines():
                cells = line.split(",")
                if cells[2] == stage:
                    cells[6:9] = [repr(float(v) * share) for v in cells[6:9]]
                lines.append(",".join(cells))
            routes = "\n".join(lines) + "\n"
        (self.folder / "routes.csv").write_text(routes)
        score = "{weighted: {value: 2, half: 1}}" if seen else "{weighted: {value: 1}}"
        return (self.layers, criteria, "rules:\n" + "".join(f"  {n}: {w}\n" for n, w in kept.items())
                + "permits: {jurisdiction: X, land_status: {park: park, heath: heath}, elsewhere: open, routes: routes.csv, classes: land.csv}\n"
                + variants + f"targets:\n  ore: {{score: {score}, candidates: {{points: known, snap_within: 150 m}}, shortlist: {{within: 12 months, count: 9}}}}\n"
                + f"  mill: {{score: {score}, mode: plant, candidates: {{peaks: {{spacing: 450 m, count: 15}}}}}}\n", GRID)

    CASES = {"fast": ((), {"talk": 0.25}, TALK), "open": (("parks",), None, None), "both": (("parks", "camps"), {"talk": 0.1, "sign": 0.5}, BOTH)}

    def variants(self):
        return "variants:\n" + "".join(
            "  {}: {{{}}}\n".format(name, ", ".join(([f"relax: [{', '.join(relax)}]"] if relax else []) + ([f"accelerate: {words}"] if words else [])))
            for name, (relax, _, words) in self.CASES.items())

    def table(self):
        return table(self.folder / "out/variants.csv")

    def shortlist(self):
        return {row["site_id"]: row["shortlist"] for row in table(self.folder / "out/ore_shortlist.csv")}

    def sites_csv(self):
        return table(self.folder / "out/sites.csv")

    def without_variants(self):
        return [{k: v for k, v in row.items() if "_in_" not in k} for row in self.sites_csv()]

    def same_in_list(self, listed, row, name):
        """What the list of sites says of a site in a variant, beside what variants.csv does."""
        self.assertEqual(listed[f"rank_in_{name}"], row["rank"])
        if not row["status"]:  # no site there, but a place
            self.assertIn(listed[f"status_in_{name}"], ("not listed", "excluded", "no data"))
            return
        self.assertEqual(listed[f"status_in_{name}"], row["status"])
        for kind in ("score", "permit_p50_months"):
            mine, other = listed[f"{kind}_in_{name}"], row[kind]
            self.assertEqual(bool(mine), bool(other))
            if mine:
                self.assertAlmostEqual(float(mine), float(other), delta=1e-6 * max(1, float(other)))

    def check(self, seen):
        self.lay()
        done = self.scan(*self.text(seen, variants=self.variants()))
        rows, told = self.table(), json.loads((self.folder / "out/run.json").read_text())
        jsonschema.validate(told, json.loads((SOURCE / "docs/schema/run.schema.json").read_text()))
        jsonschema.validate(json.loads((self.folder / "out/sites.geojson").read_text()), json.loads((SOURCE / "docs/schema/sites.schema.json").read_text()))
        listed = {(row["target"], row["site_id"]): row for row in self.sites_csv()}
        files = {p.name: p.read_bytes() for p in (self.folder / "out").glob("*.tif")} | {"csv": self.without_variants()}
        base, base_list = {(s["target"], s["site_id"]): s for s in sites(self.folder / "out")}, self.shortlist()
        self.scan(*self.text(seen))
        self.assertEqual({p.name: p.read_bytes() for p in (self.folder / "out").glob("*.tif")} | {"csv": self.without_variants()}, files)
        changes = []
        for name, (relax, accelerate, _) in self.CASES.items():
            self.scan(*self.text(seen, relax, accelerate))
            other, other_list = {(s["target"], s["site_id"]): s for s in sites(self.folder / "out")}, self.shortlist()
            mine = {(r["target"], r["site_id"]): r for r in rows if r["variant"] == name}
            self.assertEqual(set(mine), set(base) | set(other))
            counts = {}
            for key in base:
                self.same_in_list(listed[key], mine[key], name)
            for key, row in mine.items():
                before, now = base.get(key), other.get(key)
                self.assertEqual((row["base_status"], row["status"]), tuple(s["status"] if s else "" for s in (before, now)), (name, key))
                ranks = [s["rank"] if s else None for s in (before, now)]
                self.assertEqual([row["base_rank"], row["rank"]], [str(r) if r else "" for r in ranks], (name, key))
                for column, site, field in (("base_score", before, "score"), ("score", now, "score"), ("base_permit_p50_months", before, "permit_p50_months"),
                                            ("permit_p50_months", now, "permit_p50_months")):
                    value = site and site[field]
                    if value is None:
                        self.assertEqual(row[column], "")
                    else:
                        self.assertAlmostEqual(float(row[column]), value, delta=2e-6 * max(1, value))
                if key[0] == "ore":
                    self.assertEqual((row["base_shortlist"], row["shortlist"]), (base_list[key[1]], other_list[key[1]]))
                kind = "enters" if ranks[1] and not ranks[0] else "leaves" if ranks[0] and not ranks[1] else \
                    "" if not ranks[0] or ranks[0] == ranks[1] else "up" if ranks[1] < ranks[0] else "down"
                if kind or row["change"] != "score":
                    self.assertEqual(row["change"], kind, (name, key))
                if row["change"]:
                    self.assertTrue(row["why"], (name, key))
                    counts[key[0], row["change"]] = counts.get((key[0], row["change"]), 0) + 1
                    changes.append((name, row["change"], row["why"]))
            of = next(v for v in told["variants"] if v["name"] == name)
            self.assertEqual((of["relax"], of["accelerate"]), (list(relax), accelerate or {}))
            for target in of["targets"]:
                self.assertEqual({k: v for k, v in target.items() if k in ("enters", "leaves", "up", "down", "score") and v},
                                 {k[1]: n for k, n in counts.items() if k[0] == target["target"]})
                self.assertEqual(len(target["changes"]), sum(n for k, n in counts.items() if k[0] == target["target"]))
            self.assertIn(f"variant '{name}' (", done.stdout)
        return changes

    def test_what_no_criterion_sees(self):
        changes = self.check(False)
        self.assertEqual({c for c in changes if c[0] == "fast"}, set())
        self.assertTrue(any(c[:2] == ("open", "enters") and c[2] == "no longer excluded: A park" for c in changes))
        self.assertTrue(any(c[1] == "down" and c[2].startswith("its own score is the same; ") for c in changes))

    def test_what_scores_see(self):
        changes = self.check(True)
        self.assertTrue(any(c[0] == "fast" and re.match(r'[+-]0\.\d{4} half: [\d.]+ -> [\d.]+ month; permit [\d.]+ -> [\d.]+ months, as other stages are accelerated', c[2]) for c in changes))
        self.assertGreaterEqual({c[1] for c in changes}, {"enters", "leaves", "up", "down"})

    def test_two_devices_tell_the_same(self):
        self.lay()
        self.scan(*self.text(True, variants=self.variants()))
        table = (self.folder / "out/variants.csv").read_bytes()
        two = {"POCL_DEVICES": "pthread pthread", "ASAN_OPTIONS": "intercept_tls_get_addr=0:verify_asan_link_order=0:use_sigaltstack=0"}
        done = lodescan("run", self.folder / "scenario.yaml", f"--output={self.folder / 'out'}", "--overwrite", "--device=all", **two)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "out/variants.csv").read_bytes(), table)


if __name__ == "__main__":
    unittest.main()
