"""Runs the acted command line; the test files share this. Usage of each: test_NOUN.py PROGRAM SOURCE_DIR"""
import pathlib
import subprocess
import sys
import unittest

PROGRAM = sys.argv[1]
SOURCE = pathlib.Path(sys.argv[2])


def call(*words, **more):
    """(exit code, stdout, stderr)"""
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60, **more)
    return done.returncode, done.stdout, done.stderr


def command_names():
    """The commands, as the overview lists them."""
    lines = call()[1].split("Commands:\n")[1].split("\n\n")[0].splitlines()
    return [line.split()[0] for line in lines]


def main():
    unittest.main(argv=sys.argv[:1])
