#!/usr/bin/env python3
"""Results are the same bytes with one thread and with two, and in PoCL's single-threaded device.

Usage: same_bytes.py DIGEST_PROGRAM"""
import os
import subprocess
import sys

WAYS = [
    {"POCL_MAX_PTHREAD_COUNT": "1"},
    {"POCL_MAX_PTHREAD_COUNT": "2"},
    {"POCL_DEVICES": "basic", "ASAN_OPTIONS": "detect_leaks=0"},  # its compiler keeps memory to the end
]


def digests(program, extra):
    done = subprocess.run([program], env={**os.environ, **extra}, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{extra}: exit {done.returncode}: {done.stderr}")
    return done.stdout.splitlines()


def main():
    first = digests(sys.argv[1], WAYS[0])
    if len(first) != 21 or len(set(first)) != 21:
        sys.exit(f"21 different digests are expected, and there are: {first}")
    for way in WAYS[1:]:
        for a, b in zip(first, digests(sys.argv[1], way), strict=True):
            if a != b:
                sys.exit(f"{WAYS[0]}: {a}\n{way}: {b}")
    print("\n".join(first))


if __name__ == "__main__":
    main()
