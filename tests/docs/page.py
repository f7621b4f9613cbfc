"""A page of the guide as what can be done: its fenced blocks in order, run in a folder of their own.

`sh`: a command a line, as a reader types it; one that ends in `# exits N` ends with that code, all others with 0.
`yaml FILE`: what the reader writes into FILE.
`text`: lines that the commands just before printed, in this order; a line `...` stands for any lines.
"""
import os
import pathlib
import re
import shutil
import subprocess

SOURCE = pathlib.Path(os.environ["LODESCAN_SOURCE"])
WORK = pathlib.Path(os.environ["LODESCAN_WORK"])
DATA = pathlib.Path(os.environ.get("LODESCAN_DATA", "/nowhere"))

# Commands that no test runs as they stand: why, and what is run instead.
NOT_RUN = {
    "datasets/demo/run": ("installs packages and builds", "mkdir -p out/demo && make_demo --seed 1 out/demo/data && "
                          "lodescan run datasets/demo/scenario.yaml --data=out/demo/data -o out/demo/scan"),
    "tests/run": ("this is one of its tests", "true"),
    "datasets/fetch DATA mojave": ("needs a network", "test -d DATA/mojave"),
}
# Pages that need real data; they are run where LODESCAN_DATA has it, as DATA.
REAL = {"tutorial-mojave.md": "mojave"}


def pages():
    """The pages that have something to run."""
    found = [SOURCE / "README.md", *sorted((SOURCE / "docs").glob("*.md"))]
    return [page for page in found if "```sh" in page.read_text()]


def blocks(page):
    """(kind, name, lines, number of the first line)"""
    for match in re.finditer(r"^```(sh|yaml|text)(?: (\S+))?\n(.*?)^```$", page.read_text(), re.M | re.S):
        yield match[1], match[2], match[3].splitlines(), page.read_text()[:match.start()].count("\n") + 2


def surroundings():
    programs = [pathlib.Path(os.environ[name]).parent for name in ("LODESCAN", "MAKE_DEMO")]
    return {**os.environ, "PATH": ":".join(map(str, programs)) + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def folder_for(page):
    """A new folder like the checkout's root, for the page alone."""
    folder = WORK / page.stem
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "datasets").symlink_to(SOURCE / "datasets")
    (folder / "DATA").mkdir()
    for name in REAL.values():
        if (DATA / name).is_dir():
            (folder / "DATA" / name).symlink_to((DATA / name).resolve())
    return folder


def run_line(line, folder):
    """What a line printed; the caller asks for the exit code."""
    done = subprocess.run(["bash", "-c", line], cwd=folder, env=surroundings(), capture_output=True, text=True, timeout=200)
    return done.returncode, done.stdout + done.stderr


def missing_line(shown, printed):
    """The first shown line that is not where it must be, or None."""
    lines, at, loose = [line.rstrip() for line in printed.splitlines()], 0, True
    for want in (line.rstrip() for line in shown):
        if want.strip() == "...":
            loose = True
            continue
        if loose and want in lines[at:]:
            at += lines[at:].index(want) + 1
        elif not loose and lines[at:at + 1] == [want]:
            at += 1
        else:
            return want
        loose = False
    return None
