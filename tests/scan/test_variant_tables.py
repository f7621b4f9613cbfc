"""Variants with weights, tables and a day of their own: each is what a run of the changed scenario alone gives."""
import csv
import json
import re
import shutil
import unittest

import jsonschema
import numpy as np

from ground import Ground
from places import SOURCE, lodescan, sites, table

COLS, ROWS = 43, 31
GRID = "grid: {crs: EPSG:32611, extent: [480000, 4198900, 484300, 4202000], extent_crs: EPSG:32611, cell: 100 m, margin: 0 m}\n"
ROUTE = "jurisdiction,route,stage,after,family,figures,low,middle,high,source,certainty\n"
NOW = ROUTE + ("Ash,mine,talk,,triangular,low/mode/high,20,30,60,a test,cited\nBirch,mine,talk,,triangular,low/mode/high,2,5,9,a test,cited\n"
               "Ash,plant,sign,,triangular,low/mode/high,1,2,9,a test,cited\nBirch,plant,sign,,triangular,low/mode/high,3,4,5,a test,cited\n")
# Cedar has routes in this one alone, and Birch's are slower.
LATER = ROUTE + ("Birch,mine,talk,,triangular,low/mode/high,12,18,24,a test,cited\nAsh,mine,talk,,triangular,low/mode/high,2,3,4,a test,cited\n"
                 "Ash,mine,vote,talk,triangular,low/mode/high,1,2,3,a test,cited\nCedar,mine,talk,,triangular,low/mode/high,1,2,9,a test,cited\n"
                 "Cedar,plant,sign,,triangular,low/mode/high,1,2,9,a test,cited\nAsh,plant,sign,,triangular,low/mode/high,1,2,9,a test,cited\n"
                 "Birch,plant,sign,,triangular,low/mode/high,1,2,9,a test,cited\n")
LAND = "class,kind,multiplier,granted,source,certainty\nopen,open,1,0.9,a test,cited\nheath,conditional,{},0.7,a test,cited\n"
SETBACKS = "jurisdiction,feature,setback,unit,valid_from,valid_until,citation,text\n"
STRICT = SETBACKS + "Ash,homes,500,m,,,Ash Code 4,\nCedar,homes,300,m,,,,\nBirch,homes,0,m,,,,\nBirch,homes,450,m,2030-01-01,,Birch Code 9,\n".replace("Birch,homes,0,m,,,", "Birch,homes,0,m,,2029-12-31,")
MILD = SETBACKS + "Ash,homes,100,m,,,,\nBirch,homes,900,m,,,Birch Code 1,\n"
CASES = {
    "heavy": {"weights": {"half": 5}},
    "mixed": {"weights": {"near": 0.2}, "ore": {"value": 4, "near": 3}},
    "routes": {"routes": "later.csv"},
    "quick": {"routes": "later.csv", "classes": "land2.csv", "accelerate": {"vote": 0.1, "talk": 0.5}},
    "mild": {"table": "mild.csv"},
    "none": {"table": ""},
    "day": {"as_of": "2030-06-01"},
    "all": {"as_of": "2030-06-01", "table": "mild.csv", "routes": "later.csv", "weights": {"half": 0.5}, "relax": ["steep"]},
}
WEIGHTS = {"ore": {"value": 2, "half": 1, "near": 1}, "mill": {"near": 3, "half": 2}}


class VariantTables(Ground):
    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(31)
        x, y = np.mgrid[:ROWS, :COLS]
        self.raster("x.tif", (0.5 + 0.3 * np.sin(x / 4) * np.cos(y / 5) + 0.2 * rng.random((ROWS, COLS))).astype("f4"))
        self.raster("heath.tif", (((x // 6) + (y // 9)) % 3 == 0).astype("f4"))
        shapes = [self.square(c, r, c + 1, r + 1) for r, c in zip(rng.integers(0, ROWS, 9), rng.integers(0, COLS, 9))]
        self.vector("homes.gpkg", [(s, f"h{i}", 0) for i, s in enumerate(shapes)])
        self.vector("rails.gpkg", [("LINESTRING (480000 4199500, 484300 4201300)", "r", 0)])
        self.vector("lands.gpkg", [(self.square(0, 0, 15, 31), "Ash", 0), (self.square(15, 0, 30, 31), "Birch", 0), (self.square(30, 0, 43, 20), "Cedar", 0)])
        points = [(r, c) for r in range(1, ROWS, 3) for c in range(0, COLS, 4)]
        self.vector("known.gpkg", [(f"POINT ({480050 + 100 * c} {4201950 - 100 * r})", f"r{r}c{c}", 0) for r, c in points])
        for name, text in (("now.csv", NOW), ("later.csv", LATER), ("land.csv", LAND.format(2)), ("land2.csv", LAND.format(3)), ("strict.csv", STRICT),
                           ("mild.csv", MILD)):
            (self.folder / name).write_text(text)

    @staticmethod
    def square(col0, row0, col1, row1):
        w, n, e, s = 480000 + 100 * col0, 4202000 - 100 * row0, 480000 + 100 * col1, 4202000 - 100 * row1
        return f"POLYGON (({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"

    def text(self, case=None, variants=""):
        """The scenario, or one into which a variant's changes are written."""
        case = case or {}
        layers = "".join(f"  {n}: {{vector: {n}.gpkg}}\n" for n in ("homes", "rails")) + "  lands: {vector: lands.gpkg, category: name}\n"
        layers += "  heath: {raster: heath.tif, where: \"value > 0\", resample: nearest}\n  x: {raster: x.tif, resample: nearest}\n"
        layers += "  known: {vector: known.gpkg, label: name}\n"
        criteria = ("  value: {value_of: x, membership: {linear: {zero: 0, one: 1}}}\n"
                    "  half: {months_to_permit: mine, membership: {linear: {zero: 40 months, one: 2 months}}}\n"
                    "  near: {distance_to: rails, unit: km, membership: {small: {midpoint: 1 km}}}\n")
        rules = {"home": "{exclude_setback: homes, default: 150 m, reason: Homes}", "steep": "{exclude_where: value > 0.85}",
                 "moss": "{exclude_inside: heath, buffer: 100 m, targets: [mill], valid: {from: 2029-01-01}}",
                 "rail": "{exclude_inside: rails, buffer: 250 m, targets: [ore], valid: {until: 2029-12-31}}",
                 "dear": "{penalise_inside: heath, factor: 0.75, valid: {until: 2029-12-31}}"}
        rules = {n: w for n, w in rules.items() if n not in case.get("relax", ())}
        for file, table in (("now.csv", NOW), ("later.csv", LATER)):
            for stage, share in case.get("accelerate", {}).items():
                rows = [line.split(",") for line in table.splitlines()]
                table = "".join(",".join([*r[:6], *(repr(float(v) * share) for v in r[6:9]), *r[9:]] if r[2] == stage else r) + "\n" for r in rows)
            (self.folder / file).write_text(table)
        scores = {t: {c: case.get(t, {}).get(c, case.get("weights", {}).get(c, w)) for c, w in of.items()} for t, of in WEIGHTS.items()}
        score = {t: "{weighted: {" + ", ".join(f"{c}: {w}" for c, w in of.items()) + "}}" for t, of in scores.items()}
        rest = f"as_of: {case.get('as_of', '2027-01-31')}\nrules:\n" + "".join(f"  {n}: {w}\n" for n, w in rules.items())
        rest += f"ordinances: {{table: {case.get('table', 'strict.csv')}, jurisdictions: lands}}\n"
        rest += (f"permits: {{jurisdictions: lands, jurisdiction: Birch, land_status: {{heath: heath}}, elsewhere: open, routes: {case.get('routes', 'now.csv')}, "
                 f"classes: {case.get('classes', 'land.csv')}}}\n")
        rest += variants + (f"targets:\n  ore: {{score: {score['ore']}, candidates: {{points: known}}, shortlist: {{within: 12 months, count: 9}}}}\n"
                            f"  mill: {{score: {score['mill']}, mode: plant, candidates: {{peaks: {{spacing: 450 m, count: 17}}}}}}\n")
        return layers, criteria, rest, GRID

    @staticmethod
    def words(case):
        parts = []
        weights = {**case.get("weights", {}), **{t: "{" + ", ".join(f"{c}: {w}" for c, w in case[t].items()) + "}" for t in WEIGHTS if t in case}}
        if weights:
            parts.append("weights: {" + ", ".join(f"{n}: {w}" for n, w in weights.items()) + "}")
        tables = {k: case[k] for k in ("routes", "classes") if k in case}
        if tables:
            parts.append("permits: {" + ", ".join(f"{n}: {w}" for n, w in tables.items()) + "}")
        if "table" in case:
            parts.append(f"ordinances: {{table: {case['table']}}}")
        if "as_of" in case:
            parts.append(f"as_of: {case['as_of']}")
        if "relax" in case:
            parts.append(f"relax: [{', '.join(case['relax'])}]")
        if "accelerate" in case:
            parts.append("accelerate: {" + ", ".join(f"{s}: {100 * v} percent" for s, v in case["accelerate"].items()) + "}")
        return "{" + ", ".join(parts) + "}"

    def variants(self, names=CASES):
        return "variants:\n" + "".join(f"  {name}: {self.words(CASES[name])}\n" for name in names)

    def listed(self):
        return {(s["target"], s["site_id"]): {k: v for k, v in s.items() if "_in_" not in k} for s in sites(self.folder / "out")}

    def table(self):
        return table(self.folder / "out/variants.csv")

    def shortlist(self):
        return {row["site_id"]: row["shortlist"] for row in table(self.folder / "out/ore_shortlist.csv")}

    def scores(self):
        return {t: self.plane(f"{t}_score.tif") for t in WEIGHTS}

    def same(self, row, base, other, name, key):
        before, now = base.get(key), other.get(key)
        self.assertEqual((row["base_status"], row["status"]), tuple(s["status"] if s else "" for s in (before, now)), (name, key))
        self.assertEqual([row["base_rank"], row["rank"]], [str(s["rank"]) if s and s["rank"] else "" for s in (before, now)], (name, key))
        for column, site, field in (("base_score", before, "score"), ("score", now, "score"), ("base_permit_p50_months", before, "permit_p50_months"),
                                    ("permit_p50_months", now, "permit_p50_months")):
            value = site and site[field]
            if value is None:
                self.assertEqual(row[column], "", (name, key, column))
            else:
                self.assertAlmostEqual(float(row[column]), value, delta=2e-6 * max(1, value), msg=(name, key, column))
        if row["change"]:
            self.assertTrue(row["why"], (name, key))

    def told(self, rows):
        """Why: each kind of change says so, and where weights alone changed the parts add up."""
        words = {name: [r["why"] for r in rows if r["variant"] == name] for name in CASES}
        parts = 0
        for row in rows:
            if row["variant"] not in ("heavy", "mixed") or not row["base_score"] or not row["score"] or " more" in row["why"]:
                continue
            told = re.findall(r"([+-]\d\.\d{4}) (?:value|half|near|penalties): ", row["why"])
            if told:
                self.assertAlmostEqual(sum(map(float, told)), float(row["score"]) - float(row["base_score"]), delta=3e-4, msg=row)
                parts += 1
        self.assertGreater(parts, 50)
        for name, pattern in (("heavy", r"half: weight [\d.]+ -> [\d.]+"), ("routes", r"permit [\d.]+ -> [\d.]+ months by other tables"),
                              ("routes", r"[+-]0\.\d{4} half: [\d.]+ -> [\d.]+ month"), ("mild", r"rule 'home' now holds here \(Homes \(900 m by Birch: Birch Code 1"),
                              ("mild", r"rule 'home' no longer holds here \(Homes \(500 m by Ash: Ash Code 4"), ("none", r"rule 'home' no longer holds here"),
                              ("day", r"rule 'moss' now holds here \(moss\)"), ("day", r"rule 'rail' no longer holds here \(rail\)"),
                              ("day", r"rule 'dear' no longer holds here \(dear, times 0\.75\)"), ("all", r"no longer excluded: steep")):
            self.assertTrue(any(re.search(pattern, w) for w in words[name]), (name, pattern, sorted(set(words[name]))[:40]))

    def test_each_is_a_run_of_its_own(self):
        self.scan(*self.text())
        base, base_list, base_scores = self.listed(), self.shortlist(), self.scores()
        plain = {p.name: p.read_bytes() for p in (self.folder / "out").glob("*.tif")}
        done = self.scan(*self.text(variants=self.variants()))
        self.assertEqual({p.name: p.read_bytes() for p in (self.folder / "out").glob("*.tif")}, plain)
        self.assertEqual(self.listed(), base)
        rows, told = self.table(), json.loads((self.folder / "out/run.json").read_text())
        jsonschema.validate(told, json.loads((SOURCE / "docs/schema/run.schema.json").read_text()))
        moved = set()
        for name, case in CASES.items():
            alone = self.scan(*self.text(case))
            other, other_list, scores = self.listed(), self.shortlist(), self.scores()
            areas = {t["name"]: {s: t["cells"][s]["km2"] for s in ("scored", "excluded")} for t in json.loads((self.folder / "out/run.json").read_text())["targets"]}
            mine = {(r["target"], r["site_id"]): r for r in rows if r["variant"] == name}
            self.assertEqual(set(mine), set(base) | set(other), name)
            for key, row in mine.items():
                self.same(row, base, other, name, key)
                if key[0] == "ore":
                    self.assertEqual((row["base_shortlist"], row["shortlist"]), (base_list[key[1]], other_list[key[1]]), (name, key))
                moved |= {(name, row["change"])}
            for target in next(v for v in told["variants"] if v["name"] == name)["targets"]:
                t = target["target"]
                before, now = np.isfinite(base_scores[t]), np.isfinite(scores[t])
                self.assertAlmostEqual(target["scored_km2"], areas[t]["scored"], places=9)
                self.assertAlmostEqual(target["excluded_km2"], areas[t]["excluded"], places=9)
                self.assertAlmostEqual(target["gained_km2"], (now & ~before).sum() * 0.01, places=9)
                self.assertAlmostEqual(target["lost_km2"], (before & ~now).sum() * 0.01, places=9)
            self.assertIn(f"variant '{name}' (", done.stdout)
            self.assertEqual(alone.returncode, 0)
        self.told(rows)
        for name in CASES:
            self.assertTrue({c for n, c in moved if n == name} & {"up", "down", "enters", "leaves"}, name)

    def test_bands_and_devices_tell_the_same(self):
        names = ("heavy", "mild", "routes", "day", "all")
        self.scan(*self.text(variants=self.variants(names)))
        table = (self.folder / "out/variants.csv").read_bytes()
        self.scan(*self.text(variants=self.variants(names[::-1])))
        order = [r for name in names for r in self.table() if r["variant"] == name]
        self.assertEqual(order, list(csv.DictReader(table.decode().splitlines())))
        self.scan(*self.text(variants=self.variants(names)))
        two = {"POCL_DEVICES": "pthread pthread", "ASAN_OPTIONS": "intercept_tls_get_addr=0:verify_asan_link_order=0:use_sigaltstack=0"}
        done = lodescan("run", self.folder / "scenario.yaml", f"--output={self.folder / 'out'}", "--overwrite", "--device=all", **two)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "out/variants.csv").read_bytes(), table)

    def refused(self, variants, words, code=65):
        layers, criteria, rest, grid = self.text(variants=variants)
        path = self.folder / "scenario.yaml"
        path.write_text("lodescan: 1\ntitle: odd\n" + grid + "layers:\n" + layers + "criteria:\n" + criteria + rest)
        for command in ("check", "run"):
            out = [f"--output={self.folder / 'none'}"] if command == "run" else []
            done = lodescan(command, path, *out)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(words, done.stderr)
        shutil.rmtree(self.folder / "none", ignore_errors=True)

    def test_mistakes_of_tables(self):
        line = 2 + 1 + 1 + 6 + 1 + 3 + 1 + 1 + 5 + 1 + 1 + 2
        self.refused("variants:\n  a: {ordinances: {table: gone.csv}}\n", f"scenario.yaml:{line}: ordinances", 66)
        self.refused("variants:\n  a: {permits: {routes: gone.csv}}\n", f"scenario.yaml:{line}: permits", 66)
        (self.folder / "bad.csv").write_text(SETBACKS + "Ash,homes,far,m,,,,\n")
        self.refused("variants:\n  a: {ordinances: {table: bad.csv}}\n", "variant 'a': ")
        self.refused("variants:\n  a: {accelerate: {vote: 10 percent}}\n", f"scenario.yaml:{line}:20: `accelerate`: no route asked for has a stage 'vote'")
        self.refused("variants:\n  a: {permits: {routes: later.csv}, accelerate: {vot: 10 percent}}\n",
                     f"scenario.yaml:{line}:50: `accelerate`: no route asked for has a stage 'vot' in {self.folder}/later.csv, did you mean 'vote'?")


if __name__ == "__main__":
    unittest.main()
