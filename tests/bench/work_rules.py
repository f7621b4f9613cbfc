"""What rules and permits add to the fused pass over eight layers: the same scenario without them, and with eight rules on layers that are
criteria anyway, on eight layers of their own, on these with buffers, and with permits of five stages and three layers of land.

Both scenarios take turns within one process, band by band (fused_pass.c). What is timed is what a band costs when its layers were read: to make the
bits of rules and the classes of permits, the kernel, counting and storing. Masks are made before it. The `lodescan` column is the pass without, the
other one the pass with: a ratio of 1.33 is an overhead of a third. Rule bits of a whole run are held against GDAL's and scipy's masks."""
import numpy as np
from osgeo import gdal, ogr
from scipy import ndimage

import place
import rules_region
from contest import Contender, contest, run

gdal.UseExceptions()
TURNS = 3
WORDS = {"shared": "8 rules on shared planes", "own": "8 rules on layers of their own", "buffers": "8 rules with buffers of their own",
         "permits": "permits, five stages"}
PASS = f"{place.BUILD}/tests/bench/fused_pass"


def scenario(size, name):
    return f"{rules_region.folder(size)}/{name}.yaml"


def burnt(size, n):
    file = gdal.GetDriverByName("MEM").Create("", size, size, 1, gdal.GDT_Byte)
    source = gdal.Open(f"{rules_region.folder(size)}/c{n}.tif")
    file.SetProjection(source.GetProjection())
    file.SetGeoTransform(source.GetGeoTransform())
    vector = ogr.Open(f"{rules_region.folder(size)}/p{n}.gpkg")
    gdal.RasterizeLayer(file, [1], vector.GetLayer(), burn_values=[1])
    return file.ReadAsArray() == 1


def holds(size, name, n):
    if name == "shared":
        return gdal.Open(f"{rules_region.folder(size)}/c{n}.tif").ReadAsArray() > np.float32(rules_region.ABOVE)
    inside = burnt(size, n)
    return inside if name == "own" else ndimage.distance_transform_edt(~inside) * rules_region.CELL_M <= rules_region.BUFFER_M


def agree(size, name):
    """The bits of every rule, and that the score is there where there are none."""
    if name == "permits":
        return None, ""
    out = place.scratch(f"rules_{size}_{name}")
    run([place.PROGRAM, "run", scenario(size, name), "-o", out, "--overwrite", "-q", "--no-report"])
    bits, score = (gdal.Open(f"{out}/ore_{what}.tif").ReadAsArray() for what in ("rules", "score"))
    differ = sum(int(np.count_nonzero((bits >> n & 1 == 1) != holds(size, name, n))) for n in range(rules_region.COUNT))
    differ += int(np.count_nonzero(np.isfinite(score) != (bits == 0)))
    return differ == 0, f"{differ} cells differ, {100 * np.mean(bits != 0):.0f} % excluded"


def parts(took):
    return {side: ", ".join(f"{part[:-2]} {1000 * seconds:.1f}" for part, seconds in took[side].items()) for side in ("without", "with")}


def with_rules(size, name, said):
    def figures(took):
        said.append(parts(took))
        return {"wall_s": took["other_wall_s"], "cpu_s": took["other_cpu_s"], "peak_mib": took["peak_mib"]}
    return figures


def rules(size, rounds, asked):
    rows = []
    for name, words in WORDS.items():
        said = []
        mine = Contender("without", [PASS, scenario(size, "without"), scenario(size, name), TURNS])
        peer = Contender(words, [], from_ours=with_rules(size, name, said), agree=lambda name=name: agree(size, name))
        for one in contest("rules", size, mine, [peer], rounds):
            for side, words_of in (said[-1] if said else {}).items():
                one["note"] += f"{'; ' if one['note'] else ''}{side}: {words_of} ms"
            rows.append(one)
    return rows
