"""Several devices share one scan: the same bytes whoever did which band, and records that name each device. PoCL is asked for two."""
import filecmp
import json
import os
import pathlib
import unittest

import jsonschema
import numpy as np

from ground import Ground
from places import DATA, SCENARIO, SOURCE, lodescan, memory_for_rows

# Under the address sanitizer: its record of thread-local memory is broken by PoCL with two devices, of which one is open.
TWO = {"POCL_DEVICES": "pthread pthread", "ASAN_OPTIONS": "intercept_tls_get_addr=0:verify_asan_link_order=0:use_sigaltstack=0"}
GLOBE = "grid: {crs: EPSG:4326, extent: [10, 44, 11.55, 45.05], cell: 0.05 deg, margin: 20 km}\n"
WEST, NORTH, CELL, COLS, ROWS = 480000, 4202000, 100, 31, 21
PLANE = f"grid: {{crs: EPSG:32611, extent: [{WEST}, {NORTH - ROWS * CELL}, {WEST + COLS * CELL}, {NORTH}], extent_crs: EPSG:32611, cell: 100 m, margin: 300 m}}\n"


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if path.is_file())


def record(folder):
    """run.json but for the devices, and these."""
    whole = json.loads((folder / "run.json").read_text())
    return {key: value for key, value in whole.items() if key not in ("device", "devices")}, whole["devices"]


class Devices(Ground):
    def run_on(self, scenario, name, device, *more, **extra):
        out = self.folder / name
        done = lodescan("run", scenario, f"--output={out}", f"--device={device}", *more, **TWO, **extra)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out, done

    def assert_same(self, a, b):
        self.assertEqual(files(a), files(b))
        self.assertEqual([n for n in files(a) if n != "run.json" and not filecmp.cmp(a / n, b / n, shallow=False)], [])
        self.assertEqual(record(a)[0], record(b)[0])

    def compare(self, scenario, small, *more):
        one, _ = self.run_on(scenario, "one", "0:0", *more)
        self.assertGreater(len(files(one)), 8)
        small = memory_for_rows(small, scenario, "--device=all", *more, **TWO)
        for name, device, memory in (("small", "0:0", small), ("two", "all", None), ("two_small", "all", small), ("turned", "0:1,0:0", small)):
            other, _ = self.run_on(scenario, name, device, *more, *([f"--memory={memory}"] if memory else []))
            self.assert_same(one, other)
            self.assertEqual([d["number"] for d in record(other)[1]], {"small": ["0:0"], "turned": ["0:1", "0:0"]}.get(name, ["0:0", "0:1"]))

    def test_the_demo(self):
        self.compare(SCENARIO, 7, f"--data={DATA}", "--cell=300m")

    def write(self, text):
        path = self.folder / "scenario.yaml"
        path.write_text("lodescan: 1\ntitle: shared\n" + text)
        return path

    def test_cost_formula_terrain_and_rules(self):
        random = np.random.default_rng(7)
        rim = 6
        shape = (ROWS + 2 * rim, COLS + 2 * rim)
        place = (WEST - rim * CELL, CELL, 0, NORTH + rim * CELL, 0, -CELL)
        values = random.uniform(1, 4, shape).astype("f4")
        values[random.random(shape) < 0.1] = np.nan
        self.raster("dem.tif", random.uniform(300, 340, shape).astype("f4"), place)
        self.raster("values.tif", values, place)
        points = [(f"POINT ({WEST + (c + 0.5) * CELL} {NORTH - (r + 0.5) * CELL})", f"m{r}", 1) for r, c in ((3, 4), (17, 27), (11, 13))]
        self.vector("mines.gpkg", points)
        self.compare(self.write(f"""{PLANE}layers:
  dem: {{raster: dem.tif, resample: nearest}}
  values: {{raster: values.tif, resample: nearest, kind: continuous}}
  mines: {{vector: mines.gpkg, label: name}}
criteria:
  haul: {{cost_distance_to: mines, friction: "1 + slope(dem) / 10 + where(isnodata(values), 3, 0)", membership: {{small: {{midpoint: 2 km}}}}}}
  near: {{distance_to: mines, membership: {{small: {{midpoint: 1 km}}}}}}
  ground: {{distance_to: mines, metric: geodesic, membership: {{small: {{midpoint: 1 km}}}}}}
  ratio: {{formula: "sqrt(values) / (1 + values)", membership: {{ms_large: {{}}}}}}
  rough: {{roughness_of: dem, membership: {{linear: {{zero: 30 m, one: 1 m}}}}}}
rules:
  steep: {{exclude_where: "ratio > 0.49"}}
  close: {{exclude_inside: mines, buffer: 250 m}}
targets:
  plant: {{score: {{weighted: {{haul: 2, near: 1, ground: 1, ratio: 1, rough: 1}}}}, candidates: {{peaks: {{spacing: 300 m, count: 9}}}}}}
outputs: {{criteria: true}}
"""), 2)
        missing = {c["name"]: c["missing_cells"] for c in record(self.folder / "two_small")[0]["criteria"]}
        self.assertEqual(missing["ratio"], int(np.isnan(values[rim:-rim, rim:-rim]).sum()))
        self.assertGreater(missing["ratio"], 20)

    def test_the_ellipsoid(self):
        self.vector("towns.gpkg", [("POINT (10.31 44.72)", "one", 1), ("POINT (11.2 44.2)", "two", 1)], epsg=4326)
        self.compare(self.write(f"""{GLOBE}layers:
  towns: {{vector: towns.gpkg, label: name}}
criteria:
  near: {{distance_to: towns, membership: {{small: {{midpoint: 30 km}}}}}}
targets:
  plant: {{score: near, candidates: {{peaks: {{spacing: 20 km, count: 7}}}}}}
outputs: {{criteria: true}}
"""), 2)

    def test_records_name_each_device_and_its_part(self):
        out, done = self.run_on(SCENARIO, "told", "all", f"--data={DATA}", "--cell=300m", SOURCE_DATE_EPOCH="")
        run = json.loads((out / "run.json").read_text())
        jsonschema.validate(run, json.loads((SOURCE / "docs/schema/run.schema.json").read_text()))
        height, parts = run["grid"]["height"], run["devices"]
        self.assertEqual([part["number"] for part in parts], ["0:0", "0:1"])
        self.assertEqual(sum(part["rows"] for part in parts), height)
        for part in parts:
            self.assertGreater(part["bands"], 0)
            self.assertIn(f"{part['number']} {part['name']} ({part['rows']} rows in {part['bands']} band", done.stdout)
        self.assertEqual({key: parts[0][key] for key in run["device"]}, run["device"])
        told = json.loads(self.run_on(SCENARIO, "json", "all", f"--data={DATA}", "--cell=600m", "--json")[1].stdout)
        self.assertEqual([(part["platform"], part["device"]) for part in told["devices"]], [(0, 0), (0, 1)])
        self.assertEqual(sum(part["rows"] for part in told["devices"]), json.loads((self.folder / "json/run.json").read_text())["grid"]["height"])

    def test_check_names_them_and_counts_their_memory(self):
        def check(*words):
            done = lodescan("check", SCENARIO, f"--data={DATA}", *words, **TWO)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout
        one, two = json.loads(check("--json", "--device=0:1")), json.loads(check("--json", "--device=0:1,0:0"))
        self.assertEqual([(d["platform"], d["device"]) for d in one["devices"]], [(0, 1)])
        self.assertEqual([(d["platform"], d["device"]) for d in two["devices"]], [(0, 1), (0, 0)])
        distances = [next(t["bytes"] for t in told["memory"]["tenants"] if t["name"] == "distances") for told in (one, two)]
        self.assertEqual(distances[1], 2 * distances[0])
        self.assertNotIn("devices", json.loads(check("--json")))
        self.assertRegex(check("--device=all"), r"(?s)devices:\n  0:0 [^\n]*: shares the bands; makes masks[^\n]*\n  0:1 [^\n]*: shares the bands\n")

    def break_on(self, kernel, *words):
        done = lodescan(*words, LD_PRELOAD=os.environ["FAILING_DEVICE"], FAILING_KERNEL=kernel, **TWO)
        self.assertEqual(list(self.folder.glob("none*")) if done.returncode else [], [])
        return done

    def test_a_device_that_breaks_stops_all_and_is_named(self):
        scan = ("run", SCENARIO, f"--data={DATA}", "--cell=300m", f"--output={self.folder / 'none'}")
        for kernel in ("block_sweep", "strip_nearest", "overlay"):  # before bands, and in two steps of one
            for devices, named in (("0:0,0:1", "0:1"), ("0:1,0:0", "0:0")):  # the second that is opened breaks
                done = self.break_on(kernel, *scan, f"--device={devices}")
                self.assertEqual(done.returncode, 75, done.stderr)
                self.assertRegex(done.stderr, rf"lodescan: device {named} [^\n]*starting kernel {kernel} on [^\n]*: CL_OUT_OF_RESOURCES")
        alone = self.break_on("overlay", *scan, "--device=0:0")
        self.assertEqual(alone.returncode, 0, alone.stderr)

    def test_distances_are_shared_too(self):
        random = np.random.default_rng(11)
        for name, epsg, place in (("plane", 32611, (WEST, 30, 0, NORTH, 0, -45)), ("globe", 4326, (10, 0.01, 0, 48, 0, -0.01))):
            mask, made = self.folder / f"{name}.tif", []
            self.raster(mask.name, (random.random((1301, 93)) < 0.003).astype("f4"), place, epsg)
            for device in ("0:0", "all", "0:1,0:0"):
                made.append(self.folder / f"{name} {device}.tif")
                done = lodescan("distance", mask, made[-1], f"--device={device}", **TWO)
                self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(filecmp.cmp(made[0], made[1], shallow=False) and filecmp.cmp(made[0], made[2], shallow=False))
        done = lodescan("distance", mask, self.folder / "none.tif", "--device=0:0,0:0", **TWO)
        self.assertEqual((done.returncode, (self.folder / "none.tif").exists()), (64, False))
        done = self.break_on("nearest_source", "distance", mask, self.folder / "none.tif", "--device=all")
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertRegex(done.stderr, r"lodescan: device 0:1 ")

    def test_words_that_name_no_devices_are_refused_before_anything_is_done(self):
        both = json.loads(lodescan("devices", "--json", **TWO).stdout)[0]["name"]
        for command in (["run", SCENARIO, f"--output={self.folder / 'none'}"], ["check", SCENARIO]):
            for words, code, told in (("0:0,0:0", 64, "--device=0:0,0:0: 0:0 .* is named twice: name each device once"),
                                      ("0:1,", 64, "nothing stands between two commas"),
                                      ("0:0,0:7", 69, "no device fits '0:7'; there are:\n  0:0 .*\n  0:1 "),
                                      (both, 69, f"2 devices fit '{both}', give a number")):
                done = lodescan(*command, f"--data={DATA}", f"--device={words}", **TWO)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertRegex(done.stderr, told)
                self.assertFalse((self.folder / "none").exists())


if __name__ == "__main__":
    unittest.main()
