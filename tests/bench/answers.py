"""Two answers side by side, raw floats of any size, compared a few rows at a time."""
import numpy as np

CHUNK = 1 << 22


def pairs(mine, other):
    a, b = np.memmap(mine, np.float32, "r"), np.memmap(other, np.float32, "r")
    if a.size != b.size:
        raise ValueError(f"{a.size} cells against {b.size}")
    for first in range(0, a.size, CHUNK):
        yield a[first:first + CHUNK].astype(np.float64), b[first:first + CHUNK].astype(np.float64)


def within(mine, other, relative):
    """Every cell agrees to `relative`; missing and infinite cells are the same ones."""
    worst, odd = 0.0, 0
    for a, b in pairs(mine, other):
        both = np.isfinite(a) & np.isfinite(b)
        odd += np.count_nonzero(np.isfinite(a) != np.isfinite(b))
        worst = max(worst, np.max(np.abs(a[both] - b[both]) / np.maximum(np.abs(b[both]), 1), initial=0))
    return bool(worst <= relative and odd == 0), f"largest relative difference {worst:.1e}" + (f", {odd} cells missing in one" if odd else "")


def inexact(mine, other, share):
    """Of a peer that may be too large here and there: never smaller than the exact answer, and nearly everywhere the same."""
    cells = differ = smaller = 0
    worst = 0.0
    for a, b in pairs(mine, other):
        over = b - a
        cells += a.size
        differ += np.count_nonzero(np.abs(over) > 1e-4)
        smaller += np.count_nonzero(over < -1e-3)
        worst = max(worst, float(np.max(over)))
    note = f"the peer is too large in {100 * differ / cells:.3f} % of cells, by up to {worst:.2f} cells"
    return bool(differ <= share * cells and smaller == 0), note + (f"; SMALLER in {smaller}" if smaller else "")
