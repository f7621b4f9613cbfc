"""Bash completion: what a person who presses Tab is offered."""
import os
import subprocess
import tempfile
import unittest

from acted import PROGRAM, SOURCE, command_names, main

ASK = """
set -u
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_lodescan
printf '%s\\n' "${COMPREPLY[@]}"
"""


def offered(*words, folder=None):
    done = subprocess.run(["bash", "-c", ASK, "-", str(SOURCE / "host/cli/lodescan.bash"), PROGRAM, *words], cwd=folder, capture_output=True,
                          text=True, timeout=60, check=True)
    assert done.stderr == "", done.stderr
    return sorted(done.stdout.split())


class Completion(unittest.TestCase):
    def test_commands(self):
        self.assertEqual(offered(""), sorted([*command_names(), "help", "--help", "--version"]))
        self.assertEqual(offered("de"), ["devices"])
        self.assertEqual(offered("help", "ex"), ["explain"])

    def test_options_of_the_command(self):
        self.assertEqual(offered("check", "--"), ["--as-of=", "--cell=", "--data=", "--device=", "--help", "--json", "--memory=", "--quiet", "--usage", "--version"])
        self.assertEqual(offered("run", "--o"), ["--output=", "--overwrite"])
        self.assertEqual(offered("explain", "--o"), [])

    def test_values_and_files(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("mojave.yaml", "other.yml", "rail.tif"):
                open(os.path.join(folder, name), "w").close()
            os.mkdir(os.path.join(folder, "out"))
            self.assertEqual(offered("run", "", folder=folder), ["mojave.yaml", "other.yml", "out"])
            self.assertEqual(offered("check", "mo", folder=folder), ["mojave.yaml"])
            self.assertEqual(offered("path", "mo", folder=folder), ["mojave.yaml"])
            self.assertEqual(offered("verify", "", folder=folder), ["out"])
            self.assertEqual(offered("run", "--data", "=", folder=folder), ["out"])
            self.assertEqual(offered("run", "-o", "o", folder=folder), ["out"])
            self.assertEqual(offered("init", "--output", "=", "o", folder=folder), ["other.yml", "out"])
            self.assertEqual(offered("init", "", folder=folder), ["granite", "river-bed"])
            self.assertEqual(offered("init", "ri", folder=folder), ["river-bed"])
        self.assertEqual(offered("run", "--device", "=", "g"), ["gpu"])
        for command, devices in (("run", ["all", "cpu", "gpu"]), ("check", ["all", "cpu", "gpu"]), ("distance", ["all", "cpu", "gpu"]),
                                 ("path", ["cpu", "gpu"]), ("selftest", ["cpu", "gpu"])):
            self.assertEqual(sorted(offered(command, "--device", "=")), devices, command)
        self.assertEqual(offered("run", "--memory", "="), [])


class ManPage(unittest.TestCase):
    def test_page_holds_every_command_with_its_options(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "page.1")
            subprocess.run(["cmake", "-DPROGRAM=" + PROGRAM, "-DOUT=" + path, "-DVERSION=1.2.3", "-P", str(SOURCE / "host/cli/manpage.cmake")], check=True)
            with open(path) as page:
                text = page.read()
        self.assertIn('"lodescan 1.2.3"', text)
        sections = text.split("\n.SS lodescan ")[1:]
        self.assertEqual([section.split("\n")[0] for section in sections], command_names())
        for section in sections:
            self.assertIn("\nUsage: lodescan " + section.split("\n")[0], section)
            self.assertIn("\\-\\-help", section)
        self.assertEqual(text.count("\n.nf\n"), text.count("\n.fi\n"))


if __name__ == "__main__":
    main()
