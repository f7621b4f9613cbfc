"""The fused pass over ten layers against the host's memory speed: a triad that takes turns with it in the same process.

The peer's seconds are what the triad would need for the bytes that the pass moves, so the ratio is one of bandwidths. Memory is both's.
Small sizes still make one pass of 4 M cells.
"""
import numpy as np

import place
from contest import Contender, contest

LAYERS, PASS = 10, 1 << 22


def linear(x):
    return np.clip((x - 0.9) / (0.1 - 0.9), 0, 1)


def logistic(x):
    return 1 / (1 + np.exp(-9 * (x - 0.4)))


def check(answer, membership):
    score = np.fromfile(answer, np.float32)
    cells = np.arange(PASS)
    wanted = sum((c + 1) * membership(cells * (2 * c + 1) % 1000 / 1000) for c in range(LAYERS)) / (LAYERS * (LAYERS + 1) / 2)
    worst = float(np.max(np.abs(score - wanted))) if score.size == cells.size else np.inf
    return worst <= 1e-5, f"largest difference to the formula in double {worst:.1e}"


def triad(took):
    bytes_more = took["gb_s"] * took["wall_s"] / (took["triad_gb_s"] * took["triad_wall_s"])
    return {"wall_s": took["triad_wall_s"] * bytes_more, "cpu_s": took["triad_cpu_s"] * bytes_more, "peak_mib": took["peak_mib"]}


def overlay(kind, membership, size, rounds):
    work = f"overlay-{kind}"
    answer = place.scratch(f"{work}_ours.raw")
    mine = Contender("lodescan", [place.CORE, "time", work, "--size", str(size)], ["--out", answer])
    peer = Contender("triad, same bytes", [], from_ours=triad, agree=lambda: check(answer, membership))
    return contest(work, size, mine, [peer], rounds)


def overlay_linear(size, rounds, asked):
    return overlay("linear", linear, size, rounds)


def overlay_logistic(size, rounds, asked):
    return overlay("logistic", logistic, size, rounds)
