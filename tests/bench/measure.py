#!/usr/bin/python3
"""Runs one command and prints, as one JSON line, what it took: exit code, wall and processor seconds, peak memory, and what it printed.

A process of its own, and a small one: a child's peak memory starts at that of whoever starts it, so the harness, which holds whole
grids when it compares answers, cannot measure. Of a command with children of its own the peak is the largest process's, not the sum.
"""
import json
import os
import sys
import tempfile
import time


def measure(command):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        child = os.posix_spawnp(command[0], command, os.environ,
                                file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, err.fileno(), 2)])
        _, status, usage = os.wait4(child, 0)
        wall = time.monotonic() - start
        out.seek(0)
        err.seek(0)
        return {"code": os.waitstatus_to_exitcode(status), "wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime,
                "peak_mib": usage.ru_maxrss / 1024, "stdout": out.read().decode(errors="replace"),
                "stderr": err.read().decode(errors="replace")[-2000:]}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1:])))
