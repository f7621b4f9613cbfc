#!/usr/bin/env python3
"""The arrows of the house: a file includes only its own floor and those below; compute and geo do not know each other.

Usage: includes.py SOURCE_DIR   (exit 1 and one line per wrong arrow)"""
import pathlib
import re
import sys

FLOORS = {
    "base": set(),
    "model": {"base"},
    "compute": {"base", "model"},
    "geo": {"base", "model"},
    "analysis": {"base", "model", "compute", "geo"},
    "report": {"base", "model", "compute", "geo", "analysis"},
    "api": {"base", "model", "compute", "geo", "analysis", "report"},
    "cli": set(),  # knows the public header alone
}
# Which floors may use a library's header (a regular expression over <...>).
LIBRARIES = {
    r"CL/": {"compute"},
    r"(gdal|ogr_|cpl_|proj|geodesic)": {"geo"},
    r"yaml\.h": {"model"},
    r"png\.h": {"report"},
    r"cairo|pango|glib": {"report"},
    r"json-c|json\.h": {"analysis", "report", "api"},
    r"xgboost/": {"analysis"},
    r"openssl/": {"analysis", "report", "api"},
    r"argp\.h": {"cli"},
}


def wrong_arrows(root):
    for path in sorted((root / "host").rglob("*.[ch]")):
        room = path.relative_to(root / "host").parts[0]
        if room not in FLOORS:
            yield f"{path}: room '{room}' is on no floor"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(root)}:{number}"
            ours = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            theirs = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
            if ours and ours.group(1) not in ("lodescan.h", "ops.h", "geodesy.h"):
                other = ours.group(1).split("/")[0]
                if other != room and other not in FLOORS[room]:
                    yield f"{where}: {room} may not include {ours.group(1)}"
            if theirs:
                for pattern, rooms in LIBRARIES.items():
                    if re.match(pattern, theirs.group(1)) and room not in rooms:
                        yield f"{where}: {room} may not include <{theirs.group(1)}>"
    for path in sorted((root / "kernels").glob("*")):
        if path.suffix in (".cl", ".h") and re.search(r"^\s*#\s*include\s", path.read_text(), re.M):
            yield f"{path.relative_to(root)}: kernels include nothing"


def main():
    root = pathlib.Path(sys.argv[1])
    files = list((root / "host").rglob("*.[ch]"))
    wrong = list(wrong_arrows(root))
    for line in wrong:
        print(line)
    print(f"{len(files)} files, {len(wrong)} wrong arrows")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
