"""Distances by kernels alone: planar from roads and from few clusters, geodesic from sites."""
import json
import subprocess

import answers
import place
from contest import Contender, contest

SCIPY_SIDE = 8192  # beyond it scipy takes minutes and tens of gigabytes; it runs there when a size was asked for


def ours(work, size):
    answer = place.scratch(f"{work}_ours.raw")
    return Contender("lodescan", [place.CORE, "time", work, "--size", str(size)], ["--out", answer]), answer


def planar(size, rounds, asked):
    mask, (mine, answer) = place.made("roads", size), ours("planar", size)
    gdal, scipy = place.scratch("planar_gdal.raw"), place.scratch("planar_scipy.raw")
    peers = [Contender("GDALComputeProximity", [place.built("gdal_proximity"), mask, str(size)], [gdal],
                       agree=lambda: answers.inexact(answer, gdal, 0.01))]
    if asked or size <= SCIPY_SIDE:
        peers.append(Contender("scipy distance_transform_edt", [place.peer("scipy"), mask, str(size)], [scipy],
                               missing=place.absent_module("scipy"), agree=lambda: answers.within(answer, scipy, 1e-6)))
    return contest("planar", size, mine, peers, rounds)


def planar_sparse(size, rounds, asked):
    mask, (mine, answer) = place.made("sparse", size), ours("planar-sparse", size)
    other = place.scratch("sparse_envelope.raw")
    peer = Contender("lower envelope in C, one thread", [place.built("envelope"), mask, str(size)], [other],
                     agree=lambda: answers.within(answer, other, 1e-6))
    return contest("planar-sparse", size, mine, [peer], rounds)


def judged(work, size, rounds, allowed):
    mine, answer = ours(work, size)

    def judge():
        said = subprocess.run([place.built("geodesic"), work, str(size), answer, "300"], stdout=subprocess.PIPE, check=True)
        worst = json.loads(said.stdout)["worst"]
        return worst <= allowed, f"largest relative difference to PROJ's geodesics on 300 cells {worst:.1e}"

    rows = contest(work, size, mine, [], rounds, judge)
    for row in rows:
        cells = size * size // 2 if work == "geodesic" else size * (size * 5 // 8)
        if row["lodescan"]:
            row["note"] = f"{cells / row['lodescan']['wall_s'] / 1e6:.1f} Mcell/s; {row['note']}"
    return rows


def geodesic(size, rounds, asked):
    return judged("geodesic", size, rounds, 5e-4)


def geodesic_region(size, rounds, asked):
    return judged("geodesic-region", size, rounds, 1e-4)
