"""What starting costs: the program's name and version, and a whole run on a handful of cells."""
import place
import work_job
from contest import Contender, contest


def startup(size, rounds, asked):
    version = Contender("lodescan", [place.PROGRAM, "--version"])
    gdal = Contender("gdalinfo --version", ["gdalinfo", "--version"], missing=place.absent("gdalinfo"))
    ours = work_job.ours(size)
    work_job.warm(ours)
    rows = contest("startup-version", 0, version, [gdal], max(rounds, 5))
    return rows + contest("startup-run", size, ours, [], rounds, lambda: (None, "a whole run with a warm kernel cache"))
