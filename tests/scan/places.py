"""Where things are, as CTest says, and the two ways to start the program."""
import csv
import json
import os
import pathlib
import signal
import subprocess

PROGRAM = os.environ["LODESCAN"]
MAKE_DEMO = os.environ["MAKE_DEMO"]
SOURCE = pathlib.Path(os.environ["LODESCAN_SOURCE"])
WORK = pathlib.Path(os.environ["LODESCAN_WORK"])  # this build's folder for outputs
SCENARIO = SOURCE / "datasets/demo/scenario.yaml"
DATA, SCAN = WORK / "data", WORK / "scan"


def lodescan(*words, **extra):
    """Runs to the end; returns the finished process with text outputs."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1750000000", **extra}
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, env=environment, timeout=300)


def memory_for_rows(rows, scenario, *words, **extra):
    """The budget, as --memory takes it, with which bands have `rows` rows: by halving, since what is needed beside the bands is the program's word."""
    low, high = 0, 1 << 27
    while high - low > 1000:
        middle = (low + high) // 2
        done = lodescan("check", scenario, "--json", f"--memory={middle}B", *words, **extra)
        if done.returncode not in (0, 75):
            raise AssertionError(done.stderr)
        enough = done.returncode == 0 and json.loads(done.stdout)["memory"]["band_rows"] >= rows
        low, high = (low, middle) if enough else (middle, high)
    if high == 1 << 27:
        raise AssertionError(f"{rows} rows take more than {high} bytes")
    return f"{high}B"


def lodescan_start(*words):
    """Starts it in its own process group, so that a signal reaches it alone."""
    return subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), start_new_session=True)


def table(path):
    """The rows of a CSV, by the names in its head."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def sites(folder, target=None):
    """The site list's properties in the order written."""
    listed = json.loads((pathlib.Path(folder) / "sites.geojson").read_text())["features"]
    return [site["properties"] for site in listed if target in (None, site["properties"]["target"])]
