"""Options, exit codes, help and output of the commands."""
import os
import re
import subprocess
import tempfile
import unittest

from acted import PROGRAM, SOURCE, call, command_names, main

TAKES = {
    "run": ["--output=OUT", "--data=DIR", "--device=DEVICE", "--memory=SIZE", "--cell=SIZE", "--as-of=DATE", "--overwrite", "--no-report", "--map=KINDS", "--kmz", "--flatgeobuf",
            "--json", "--quiet"],
    "check": ["--data=DIR", "--device=DEVICE", "--memory=SIZE", "--cell=SIZE", "--as-of=DATE", "--json", "--quiet"],
    "init": ["--output=FILE", "--overwrite"],
    "explain": ["--json"],
    "verify": ["--json"],
    "validate": ["--output=FOLDER", "--target=NAME", "--layer=NAME", "--where=SQL", "--name=FIELD", "--uncertainty=SIZE", "--within=HOW",
                 "--merge=SIZE", "--folds=COUNT", "--blocks=SIZE", "--baseline=TARGET", "--overwrite", "--json", "--quiet"],
    "diff": ["--output=FOLDER", "--within=SIZE", "--overwrite", "--json", "--quiet"],
    "distance": ["--device=DEVICE", "--metric=METRIC", "--co=KEY", "--overwrite", "--quiet"],
    "path": ["--from=LON", "--criterion=NAME", "--data=DIR", "--device=DEVICE", "--memory=SIZE", "--cell=SIZE", "--quiet"],
    "indices": ["--json"],
    "devices": ["--json"],
    "selftest": ["--device=DEVICE", "--json"],
    "doctor": ["--json"],
}


class Help(unittest.TestCase):
    def test_overview_lists_every_command(self):
        self.assertEqual(sorted(command_names()), sorted(TAKES))
        for words in ([], ["--help"], ["help"], ["-h"]):
            code, out, err = call(*words)
            self.assertEqual((code, err), (0, ""))
            self.assertIn("lodescan init", out)

    def test_help_names_exactly_the_options_taken(self):
        for name, options in TAKES.items():
            code, out, err = call(name, "--help")
            self.assertEqual((code, err), (0, ""), name)
            named = set(re.findall(r"^  (?:    |-., )(--[a-z-]+(?:=[A-Z]+)?)", out, re.M)) - {"--help", "--usage", "--version"}
            self.assertEqual(named, set(options))
            self.assertEqual(call("help", name)[1], out)

    def test_every_command_has_its_file(self):
        files = {path.stem[4:] for path in (SOURCE / "host/cli").glob("cmd_*.c")}
        self.assertEqual(files, set(TAKES))

    def test_version(self):
        for words in (["--version"], ["-V"], ["run", "--version"]):
            self.assertEqual(call(*words), (0, "lodescan 9.8.7\n", ""))


class Usage(unittest.TestCase):
    def refused(self, *words, says):
        code, out, err = call(*words)
        self.assertEqual((code, out), (64, ""), words)
        self.assertIn(says, err)

    def test_mistakes_exit_64_and_name_the_remedy(self):
        self.refused("runn", "a.yaml", says="did you mean 'run'?")
        self.refused("verfiy", says="did you mean 'verify'?")
        self.refused("frobnicate", says="lodescan --help")
        self.refused("run", "a.yaml", says="--output=OUT")
        self.refused("run", "-o", "x", says="SCENARIO")
        self.refused("run", "a.yaml", "b.yaml", "-o", "x", says="'b.yaml'")
        self.refused("explain", "out", says="OUT SITE")
        self.refused("devices", "x", says="'x'")
        self.refused("run", "a.yaml", "-o", "x", "--bands=3", says="--bands=3")
        self.refused("devices", "--overwrite", says="--overwrite")

    def test_places_are_passed_on(self):
        self.assertEqual(call("path", "a.yaml", "--from=-115.5,35.25", "--from", "+3,-90", "--criterion=haul")[1],
                         "a.yaml from 2, last 3 -90, criterion haul\n")
        self.assertEqual(call("path", "a.yaml", "--from=10.5,.5")[1], "a.yaml from 1, last 10.5 0.5, criterion -\n")
        self.refused("path", "a.yaml", says="--from=LON,LAT")
        for wrong in ("5", "5,", ",5", "5,91", "361,0", "5;6", "5,6,7", "nan,5", "5, 6", "1e2,5", "0x5,6", "--5,6"):
            self.refused("path", "a.yaml", f"--from={wrong}", says="such as -115.53,35.47")
        self.refused("path", "a.yaml", *["--from=1,2"] * 65, says="64")
        self.assertEqual(call("path", "fail-66", "--from=1,2")[0], 66)

    def test_creation_options_are_passed_on(self):
        err = call("distance", "a.tif", "b.tif", "--co", "COMPRESS=LZW", "--co=PREDICTOR=3")[2]
        self.assertIn("a.tif to b.tif with 2 options, last PREDICTOR=3", err)
        self.assertIn("a.tif to b.tif with 0 options", call("distance", "a.tif", "b.tif")[2])
        self.refused("distance", "a.tif", "b.tif", "--co", "LZW", says="KEY=VALUE")
        self.refused("distance", "a.tif", "b.tif", *["--co=A=1"] * 17, says="16")
        self.refused("distance", "a.tif", says="MASK OUT")
        self.assertEqual(call("distance", "fail-74", "b.tif")[0], 74)

    def test_sizes_want_a_unit(self):
        for bad in ("8", "8XB", "-1GB", "GB", "1e3GB", "nanGB", "0x10GB", "0GB", "", "99999999TB", "1.2.3GB"):
            self.refused("run", "a", "-o", "x", "--memory=" + bad, says="8GB or 512MiB")
        for bad in ("100", "0m", "-5m", "10 parsec", "m", "infdeg"):
            self.refused("run", "a", "-o", "x", "--cell=" + bad, says="100m, 1km or 0.1deg")

    def told(self, *words):
        code, out, err = call("run", "a.yaml", "-o", "x", *words)
        self.assertEqual((code, err), (0, ""))
        return dict(pair.split("=", 1) for pair in out.split()[1:])

    def test_options_reach_the_library(self):
        self.assertEqual(self.told(), dict(out="x", data="-", device="-", memory="0", cell="0", overwrite="0", json="0"))
        self.assertEqual(self.told("--data=d", "--device", "0:1", "--memory=8GB", "--cell=1.5km", "--overwrite", "--json"),
                         dict(out="x", data="d", device="0:1", memory="8000000000", cell="1500", overwrite="1", json="1"))

    def test_sizes(self):
        for words, size in {"512MiB": 2**29, "2G": 2**31, "1.5 GB": 15 * 10**8, "3kb": 3000, "700B": 700, "1TiB": 2**40}.items():
            self.assertEqual(self.told("--memory=" + words)["memory"], str(size))
        for words, size in {"100m": "100", "100 m": "100", "0.1deg": "0.1deg", "2km": "2000"}.items():
            self.assertEqual(self.told("--cell=" + words)["cell"], size)

    def test_other_commands_pass_their_words(self):
        self.assertEqual(call("explain", "out", "plant:3", "--json"), (0, "explain out plant:3 json=1\n", ""))
        self.assertEqual(call("diff", "a", "b"), (0, "diff a b within=- out=- overwrite=0 json=0\n", ""))
        self.assertEqual(call("diff", "a", "b", "--within=2km", "-o", "c", "--overwrite", "--json"),
                         (0, "diff a b within=2km out=c overwrite=1 json=1\n", ""))
        self.assertEqual(call("verify", "out"), (0, "verify out - json=0\n", ""))
        self.assertEqual(call("selftest", "--device=cpu"), (0, "selftest cpu - json=0\n", ""))
        self.assertEqual(call("devices", "--json"), (0, "devices - - json=1\n", ""))
        self.assertEqual(call("indices"), (0, "indices - - json=0\n", ""))
        self.assertEqual(call("indices", "aster", "--json"), (0, "indices aster - json=1\n", ""))
        self.assertEqual(call("doctor"), (0, "doctor - - json=0\n", ""))
        self.assertTrue(call("check", "a.yaml", "--json")[1].startswith("a.yaml out=- "))


class Results(unittest.TestCase):
    def test_failures_keep_their_code_and_words(self):
        for code in (64, 65, 66, 69, 70, 74, 75, 130):
            for command in (["run", f"fail-{code}", "-o", "x"], ["check", f"fail-{code}", "--quiet"]):
                self.assertEqual(call(*command), (code, "", "lodescan: first line\nsecond line\n"))
        self.assertEqual(call("verify", "changed"), (65, "", "lodescan: sites.csv: changed since the run\n"))

    def test_a_run_may_have_nothing_to_say(self):
        self.assertEqual(call("run", "silent", "-o", "x"), (0, "", ""))

    def test_full_standard_output_is_a_failure(self):
        for words in (["devices"], ["--version"], [], ["init"]):
            with open("/dev/full", "w") as full:
                done = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 74, words)
            self.assertIn("standard output", done.stderr)

    def test_init_with_a_template(self):
        self.assertEqual(call("init", "granite"), (0, "lodescan: 1\ntitle: granite\n", ""))
        self.assertEqual(call("init", "none"), (64, "", "lodescan: no template 'none'\n"))
        code, out, err = call("init", "granite", "river-bed")
        self.assertEqual((code, out), (64, ""))
        self.assertIn("'river-bed' is one word too many", err)
        self.assertIn("\nTemplates:\n  granite      Granite: what is made of it\n  river-bed    River bed: what lies in it\n", call("init", "--help")[1])

    def test_init_writes_once(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "mine.yaml")
            self.assertEqual(call("init"), (0, "lodescan: 1\n", ""))
            self.assertEqual(call("init", "-o", path), (0, "", ""))
            with open(path, "w") as mine:
                mine.write("mine\n" * 10)
            code, out, err = call("init", "-o", path)
            self.assertEqual((code, out), (64, ""))
            self.assertIn("--overwrite", err)
            with open(path) as kept:
                self.assertEqual(kept.read(), "mine\n" * 10)
            self.assertEqual(call("init", "-o", path, "--overwrite")[0], 0)
            with open(path) as replaced:
                self.assertEqual(replaced.read(), "lodescan: 1\n")
            code, out, err = call("init", "-o", os.path.join(folder, "no/such.yaml"))
            self.assertEqual(code, 74)
            self.assertIn("No such file", err)


if __name__ == "__main__":
    main()
