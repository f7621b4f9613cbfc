"""Where the harness finds what it runs, and the inputs that are made once for each size."""
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, "build", "release")
FOLDER = os.path.join(TOP, "build", "bench")
CORE = os.path.join(BUILD, "lodescan_core")
PROGRAM = os.path.join(BUILD, "lodescan")


def peer(name):
    return os.path.join(HERE, f"peer_{name}.py")


def built(name):
    return os.path.join(BUILD, "tests", "bench", f"peer_{name}")


def scratch(name):
    os.makedirs(FOLDER, exist_ok=True)
    return os.path.join(FOLDER, name)


def stale(path, maker):
    return not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(maker)


def made(name, size):
    """An input of lodescan_core, made when it is not there yet or the program is newer."""
    path = scratch(f"{name}_{size}.raw")
    if stale(path, CORE):
        subprocess.run([CORE, "make", name, "--size", str(size), "--out", path + ".part"], check=True)
        os.rename(path + ".part", path)
    return path


def region(name, last, maker, make):
    """A folder that `make` fills, made when its `last` file is not there yet or the maker is newer."""
    path = scratch(name)
    if stale(os.path.join(path, last), maker):
        shutil.rmtree(path, ignore_errors=True)
        make(path)
    return path


def absent(command):
    """Why a tool cannot be run, or None."""
    return None if shutil.which(command) else f"missing: {command} is not installed"


def absent_module(name):
    code = subprocess.run(["/usr/bin/python3", "-c", f"import {name}"], stderr=subprocess.DEVNULL).returncode
    return None if code == 0 else f"missing: Python's {name} is not installed"
