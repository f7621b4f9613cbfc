"""The program and its peers in turn on the same work (A B A B), medians of each, and a row for each pair.

A contender that prints a JSON line with `wall_s` and `cpu_s` last has timed the work itself, without reading its inputs; of others the
whole process counts. Ratios are the peer's over the program's: above 1 the program is faster.
"""
import json
import os
import statistics
import subprocess
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
FIGURES = ("wall_s", "cpu_s", "peak_mib")


@dataclass
class Contender:
    name: str
    command: list
    dump: list = field(default_factory=list)  # further arguments in the first round: where the answer goes
    fresh: tuple = ()  # files that go away before each round: some peers write into what is there
    missing: str = None  # why it cannot run
    env: dict = None
    agree: object = None  # of a peer: () -> (True, False or None, note)
    from_ours: object = None  # of a peer that runs inside the program's process: its figures from the program's


class Failed(Exception):
    """A contender that did not do its work; the words say why."""


def run(command, env=None):
    """What the command took, as measure.py says it, with what the command says of itself on top."""
    got = subprocess.run(["/usr/bin/python3", "-I", "-S", os.path.join(HERE, "measure.py"), *map(str, command)], env=env,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if got.returncode != 0:
        raise Failed(f"cannot start {command[0]}: {got.stderr.strip()[-300:]}")
    took = json.loads(got.stdout)
    if took["code"] != 0:
        raise Failed(f"{os.path.basename(str(command[0]))} ended with {took['code']}: {' '.join(took['stderr'].split())[-300:]}")
    lines = took["stdout"].strip().splitlines()
    if lines and lines[-1].startswith('{"'):
        said = json.loads(lines[-1])
        took.update(said if "wall_s" in said else {})
    return took


def medians(rounds):
    return {figure: round(statistics.median(took[figure] for took in rounds), 6) for figure in FIGURES}


def row(work, size, peer, ours=None, other=None, agrees=None, note=""):
    ratio = {figure: round(other[figure] / ours[figure], 3) if ours and other and ours[figure] > 0 else None for figure in FIGURES}
    return {"work": work, "size": size, "peer": peer, "lodescan": ours, "other": other, "ratio_wall": ratio["wall_s"],
            "ratio_cpu": ratio["cpu_s"], "agrees": agrees, "note": note}


def passed(row):
    """Nothing failed, nothing was missing, and the answers agree where they can be compared."""
    return row["lodescan"] is not None and row["agrees"] is not False and (row["peer"] is None or row["other"] is not None)


def take_turns(contenders, rounds):
    """Contender's name to its rounds, and to its failure. One that failed does not run again."""
    took, failure = {c.name: [] for c in contenders}, {c.name: c.missing for c in contenders if c.missing}
    for turn in range(rounds):
        for contender in contenders:
            if contenders[0].name in failure:
                return took, failure  # nothing to compare with
            if contender.name in failure or contender.from_ours:
                continue
            for path in filter(os.path.exists, contender.fresh):
                os.remove(path)
            try:
                took[contender.name].append(run(contender.command + (contender.dump if turn == 0 else []), contender.env))
            except Failed as words:
                failure[contender.name] = str(words)
    return took, failure


def judged(judge):
    """(agrees, note). Answers that cannot be compared do not agree."""
    try:
        return judge() if judge else (None, "")
    except Exception as failure:
        return False, f"cannot compare: {type(failure).__name__}: {failure}"


def contest(work, size, ours, peers, rounds, judge=None):
    """A row a peer; without peers one row, which `judge` () -> (agrees, note) may judge."""
    took, failure = take_turns([ours, *peers], rounds)
    if ours.name in failure:
        return [row(work, size, peer.name if peer else None, note=failure[ours.name]) for peer in peers or [None]]
    mine = medians(took[ours.name])
    if not peers:
        return [row(work, size, None, mine, None, *judged(judge))]
    rows = []
    for peer in peers:
        if peer.name in failure:
            rows.append(row(work, size, peer.name, mine, note=failure[peer.name]))
            continue
        other = medians(list(map(peer.from_ours, took[ours.name])) if peer.from_ours else took[peer.name])
        rows.append(row(work, size, peer.name, mine, other, *judged(peer.agree)))
    return rows
