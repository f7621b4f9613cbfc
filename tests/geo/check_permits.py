#!/usr/bin/env python3
"""The permits of datasets/permits, and of a table with stages every way round, against a million draws of numpy's own generator.

Usage: check_permits.py PRINT_PERMITS DATASETS_PERMITS"""
import csv
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

HOST, DEVICE, SEED = 1_000_000, 400_000, 11
Z = {"p10/p50/p90": statistics.NormalDist().inv_cdf(0.9), "p25/p50/p75": statistics.NormalDist().inv_cdf(0.75)}

MIXED = """jurisdiction,route,stage,after,family,figures,low,middle,high,source,certainty
X,mixed,baseline,,triangular,low/mode/high,6,12,30,made up,expert default
X,mixed,water,,lognormal,p10/p50/p90,3,9,40,made up,expert default
X,mixed,statement,baseline,lognormal,p25/p50/p75,8,12,17,made up,expert default
X,mixed,consent,baseline; water,triangular,low/mode/high,0,2,9,made up,expert default
X,mixed,appeal,statement;consent,lognormal,p10/p50/p90,0.2,1,20,made up,expert default
X,mixed,bond,water,lognormal,p10/p50/p90,1,2,4,made up,expert default
"""


def routes_of(path):
    routes = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            routes.setdefault((row["jurisdiction"], row["route"]), []).append(row)
    return routes


def drawn(rng, row):
    low, middle, high = (float(row[k]) for k in ("low", "middle", "high"))
    if row["family"] == "triangular":
        return rng.triangular(low, middle, high, HOST)
    z = rng.standard_normal(HOST)
    spread = np.where(z < 0, math.log(middle / low), math.log(high / middle)) / Z[row["figures"]]
    return middle * np.exp(spread * z)


def simulate(rng, stages):
    took, end, before, names = [], [], [], [row["stage"] for row in stages]
    for row in stages:
        took.append(drawn(rng, row))
        waits = [names.index(word.strip()) for word in row["after"].split(";") if word.strip()]
        if waits:
            ends = np.array([end[w] for w in waits])
            before.append(np.array(waits)[ends.argmax(axis=0)])
            end.append(ends.max(axis=0) + took[-1])
        else:
            before.append(np.full(HOST, -1))
            end.append(took[-1])
    ends = np.array(end)
    at, total = ends.argmax(axis=0), ends.max(axis=0)
    way = np.zeros(ends.shape, bool)
    for s in reversed(range(len(stages))):
        way[s] = at == s
        at = np.where(way[s], before[s], at)
    return total, way, np.where(way, np.array(took), 0)


def near(words, got, wanted, error):
    if not abs(got - wanted) <= 5 * error + 1e-6 * abs(wanted):
        sys.exit(f"{words}: {got:.6g}, not {wanted:.6g} +- {error:.2g}")


def compare(key, totals, lines, stages, rng):
    both = 1 / HOST + 1 / DEVICE
    total, way, months = simulate(rng, stages)
    for share, got in zip((0.1, 0.5, 0.9), totals[:3]):
        wanted = np.quantile(total, share)
        step = 0.01
        slope = (np.quantile(total, share + step) - np.quantile(total, share - step)) / (2 * step)  # months a unit of share
        near(f"{key} P{share * 100:.0f}", got, wanted, slope * math.sqrt(share * (1 - share) * both))
    for limit, got in zip((6, 24), totals[3:]):
        p = (total <= limit).mean()
        near(f"{key} P(<= {limit})", got, p, math.sqrt(max(p * (1 - p), 1 / HOST) * both))
    assert [name for name, *_ in lines] == [row["stage"] for row in stages], (key, lines)
    for s, (name, on_way, way_months) in enumerate(lines):
        p = way[s].mean()
        near(f"{key} {name} on the way", on_way, p, math.sqrt(max(p * (1 - p), 1 / HOST) * both))
        near(f"{key} {name} months", way_months, months[s].mean(), months[s].std() * math.sqrt(both))


def check(program, table, *arguments):
    text = subprocess.run([program, str(DEVICE), str(SEED), *arguments], check=True, capture_output=True, text=True).stdout
    routes, rng, seen = routes_of(table), np.random.default_rng(5), {}
    for line in text.splitlines():
        words = line.split("\t")
        if words[0]:
            seen[words[0], words[1]] = key = ([float(w) for w in words[2:]], [])
        else:
            key[1].append((words[1], float(words[2]), float(words[3])))
    assert seen.keys() == routes.keys(), seen.keys() ^ routes.keys()
    for key, (totals, lines) in seen.items():
        compare(key, totals, lines, routes[key], rng)
    return seen


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for table in folder.glob("*.csv"):
        for number, row in enumerate(csv.DictReader(table.open(newline="", encoding="utf-8")), 2):
            if row["certainty"] not in ("cited", "derived", "expert default") or not row["source"]:
                sys.exit(f"{table}:{number}: where is this from, and how sure is it?")
    seen = check(program, folder / "routes.csv")
    # What the three Brazilian licences were shared out from (a guess, to within a month or three).
    for got, wanted in zip(seen["BR", "mine"][0][:3], (24, 42, 72)):
        assert abs(got - wanted) < 3, (got, wanted)
    # Surveyed shares of exploration permits within six months.
    for place, share in ("CA-QC", 0.85), ("CA-ON", 0.71), ("CA-BC", 0.61):
        assert abs(seen[place, "exploration"][0][3] - share) < 0.005, place
    with tempfile.TemporaryDirectory() as place:
        table = pathlib.Path(place, "mixed.csv")
        table.write_text(MIXED, encoding="utf-8")
        check(program, table, str(table))


if __name__ == "__main__":
    main()
