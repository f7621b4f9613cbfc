"""Accumulated cost from 20 sources over a smooth friction: GRASS r.cost (its process alone, maps already in) and scikit-image."""
import glob
import os
import shutil
import subprocess

import answers
import place
from contest import Contender, contest


class Grass:
    """A location without a reference system, and the environment in which a module runs as a process of its own."""

    def __init__(self, size):
        self.size, self.location = size, place.scratch(f"grass_{size}")
        base = sorted(glob.glob("/usr/lib/grass*"))[-1]
        rc = place.scratch("grass_rc")
        with open(rc, "w") as file:
            file.write(f"GISDBASE: {place.FOLDER}\nLOCATION_NAME: {os.path.basename(self.location)}\nMAPSET: PERMANENT\nGUI: text\n")
        self.env = {**os.environ, "GISBASE": base, "GISRC": rc, "GRASS_OVERWRITE": "1", "GRASS_VERBOSE": "0",
                    "LD_LIBRARY_PATH": f"{base}/lib", "PATH": f"{base}/bin:{base}/scripts:{os.environ['PATH']}"}
        self.base = base
        shutil.rmtree(self.location, ignore_errors=True)
        subprocess.run(["grass", "-c", "XY", "-e", self.location], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def module(self, name, *arguments):
        subprocess.run([f"{self.base}/bin/{name}", *arguments], env=self.env, check=True, stdout=subprocess.DEVNULL)

    def bring(self, name, path, *kind):
        n = str(self.size)
        self.module("r.in.bin", f"input={path}", f"output={name}", f"rows={n}", f"cols={n}", f"north={n}", "south=0", f"east={n}", "west=0", *kind)


def grass(starts, friction, size, answer):
    missing = place.absent("grass")
    if missing:
        return Contender("GRASS r.cost", [], missing=missing)
    session, out = Grass(size), place.scratch("cost_grass.raw")
    session.bring("starts", starts, "bytes=1", "anull=0")
    session.bring("friction", friction, "-f", "bytes=4")
    session.module("g.region", "raster=friction")

    def agree():
        session.module("r.mapcalc", "expression=single = float(cost)")
        session.module("r.out.bin", "-f", "input=single", "bytes=4", f"output={out}")
        return answers.within(answer, out, 1e-5)

    command = [f"{session.base}/bin/r.cost", "input=friction", "output=cost", "start_raster=starts", "memory=8000"]
    return Contender("GRASS r.cost", command, env=session.env, agree=agree)


def cost(size, rounds, asked):
    starts, friction = place.made("starts", size), place.made("friction", size)
    answer, other = place.scratch("cost_ours.raw"), place.scratch("cost_skimage.raw")
    mine = Contender("lodescan", [place.CORE, "time", "cost", "--size", str(size)], ["--out", answer])
    peers = [grass(starts, friction, size, answer),
             Contender("skimage MCP_Geometric", [place.peer("skimage"), starts, friction, str(size)], [other],
                       missing=place.absent_module("skimage"), agree=lambda: answers.within(answer, other, 1e-5))]
    return contest("cost", size, mine, peers, rounds)
