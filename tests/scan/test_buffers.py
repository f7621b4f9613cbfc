"""Buffers of rules, clumps and what is beyond the grid, against brute force over all pairs of cells in double."""
import unittest

import numpy as np

from ground import Ground
from places import lodescan

FLAT = "  flat: {value_of: one, membership: {linear: {zero: 0, one: 2}}}\n"


def nearest(inside, sources, dx, dy):
    """From every cell to the nearest source cell, in units of length; infinity without any."""
    rows, cols = np.nonzero(sources)
    r, c = np.indices(inside.shape)
    found = np.full(inside.shape, np.inf)
    for row, col in zip(rows, cols):
        found = np.minimum(found, (dy * (r - row)) ** 2 + (dx * (c - col)) ** 2)
    return np.sqrt(found)


def clumps(mask):
    """Labels of clumps that touch at sides or corners, by flooding one cell after another."""
    labels, count = np.zeros(mask.shape, int), 0
    for start in zip(*np.nonzero(mask)):
        if labels[start]:
            continue
        count += 1
        labels[start], waiting = count, [start]
        while waiting:
            row, col = waiting.pop()
            for r in range(max(row - 1, 0), min(row + 2, mask.shape[0])):
                for c in range(max(col - 1, 0), min(col + 2, mask.shape[1])):
                    if mask[r, c] and not labels[r, c]:
                        labels[r, c] = count
                        waiting.append((r, c))
    return labels, count


class Buffers(Ground):
    """A window of `rows` x `cols` cells of a layer that is known `beyond` cells farther on each side."""

    def place(self, rows, cols, dx, dy, x0, y0, epsg=32611, beyond=9, crs="EPSG:32611"):
        self.shape, self.cell, self.beyond, self.corner, self.epsg = (rows, cols), (dx, dy), beyond, (x0, y0), epsg
        unit = "deg" if crs == "EPSG:4326" else "m"
        self.grid = (f"grid: {{crs: {crs}, extent: [{x0!r}, {y0 - rows * dy!r}, {x0 + cols * dx!r}, {y0!r}], extent_crs: {crs}, "
                     f"cell: [{dx!r} {unit}, {dy!r} {unit}], margin: 0 m}}\n")
        self.raster("one.tif", np.ones((rows, cols), "f4"), (x0, dx, 0, y0, 0, -dy), epsg)

    def whole(self, values, name="m.tif"):
        (dx, dy), (x0, y0), n = self.cell, self.corner, self.beyond
        self.raster(name, np.asarray(values, "f4"), (x0 - n * dx, dx, 0, y0 + n * dy, 0, -dy), self.epsg)

    def excluded(self, *rules, layers="  m: {raster: m.tif, resample: nearest}\n"):
        """What each rule excludes, from one scan with a target for each."""
        held = "".join(f"  r{i}: {{{rule}, targets: t{i}}}\n" for i, rule in enumerate(rules))
        targets = "".join(f"  t{i}: {{score: flat, mode: plant, candidates: {{peaks: {{spacing: 1 km, count: 3}}}}}}\n" for i in range(len(rules)))
        self.said = self.scan("  one: {raster: one.tif, resample: nearest}\n" + layers, FLAT, "rules:\n" + held + "targets:\n" + targets, self.grid,
                              ["--no-report"])
        planes = [self.plane(f"t{i}_state.tif") == 1 for i in range(len(rules))]
        return planes if len(rules) > 1 else planes[0]

    def inner(self, plane):
        n = self.beyond
        return plane[n:-n, n:-n] if n else plane

    def random(self, density, seed=3):
        rows, cols = self.shape
        return np.random.default_rng(seed).random((rows + 2 * self.beyond, cols + 2 * self.beyond)) < density

    PLACES = [(31, 43, 100.0, 100.0, 480000.0, 4202000.0), (37, 29, 0.25, 0.25, 5999990.25, 6000010.75, 3857, 9, "EPSG:3857"), (23, 41, 33.3, 33.3, 479520.0, 4195800.0),
              (29, 33, 30.0, 20.0, 480000.0, 6000000.0), (27, 35, 0.1, 0.1, 480000.0, 6000000.0)]

    def test_buffers_of_whole_cells_take_exactly_those(self):
        for place in self.PLACES:
            self.place(*place)
            dx, dy = self.cell
            sparse, dense = self.random(0.01), self.random(0.985)
            self.whole(sparse)
            self.whole(dense, "n.tif")
            wishes = [(n * dx, layer, kind) for n in (1, 2, 3) for layer, kind in (("m", "exclude_inside"), ("m", "exclude_outside"), ("n", "exclude_inside"),
                                                                                     ("n", "require_inside"))]
            found = self.excluded(*(f"{kind}: {layer}, buffer: {length if layer == 'm' else -length!r} m" for length, layer, kind in wishes),
                                  layers="  m: {raster: m.tif, resample: nearest}\n  n: {raster: n.tif, resample: nearest}\n")
            near, deep = nearest(sparse, sparse, dx, dy), np.where(dense, nearest(dense, ~dense, dx, dy), 0)
            for (length, layer, kind), plane in zip(wishes, found):
                limit = length * (1 + 1e-9)
                held = near <= limit if layer == "m" else deep > limit
                wanted = self.inner(held if kind == "exclude_inside" else ~held)
                np.testing.assert_array_equal(plane, wanted, f"{place} {kind} {layer} {length}")
                self.assertTrue(wanted.any() and not wanted.all(), f"{place} {kind} {layer} {length}")

    def test_a_buffer_just_short_of_a_cell_does_not_take_it(self):
        self.place(*self.PLACES[1])
        mask = self.random(0.01)
        self.whole(mask)
        away = self.inner(nearest(mask, mask, 0.25, 0.25))
        buffers = (0.4999, 0.5, 0.5001, 0.5590169, 0.5590171, 0.249999)
        for buffer, plane in zip(buffers, self.excluded(*(f"exclude_inside: m, buffer: {buffer} m" for buffer in buffers))):
            np.testing.assert_array_equal(plane, away <= buffer, str(buffer))

    def test_long_buffers_take_exactly_the_cells_whose_squares_say_so(self):
        self.place(5, 1401, 10.0, 10.0, 480000.0, 6000000.0, beyond=1)
        mask = np.zeros((7, 1403), bool)
        mask[3, 4] = True
        self.whole(mask)
        r, c = np.indices(mask.shape)
        squares = (r - 3) ** 2 + (c - 4) ** 2
        wishes = [steps ** 2 + extra for steps in (700, 1000, 1300) for extra in (0, 1)]  # the next square that there may be
        for square, plane in zip(wishes, self.excluded(*(f"exclude_inside: m, buffer: {10 * float(square) ** 0.5!r} m" for square in wishes))):
            np.testing.assert_array_equal(plane, self.inner(squares <= square), str(square))

    def test_cells_without_data_take_nothing_off(self):
        self.place(21, 33, 100.0, 100.0, 480000.0, 4202000.0, beyond=0)
        values = np.ones((21, 33), "f4")
        values[10, 12], values[4, 20:24] = 0, np.nan
        self.whole(values)
        mask, out = values == 1, values == 0
        wanted = mask & (nearest(mask, out, 100, 100) > 300.0001)
        self.assertTrue(wanted[0].any())  # nothing is known beyond the grid
        inside, required, where = self.excluded("exclude_inside: m, buffer: -300 m", "require_inside: m, buffer: -300 m",
                                                "exclude_where: \"m > 0\", buffer: -300 m")
        np.testing.assert_array_equal(inside, wanted)
        np.testing.assert_array_equal(required, ~wanted)
        np.testing.assert_array_equal(where, wanted)
        self.whole(np.ones((21, 33)))
        np.testing.assert_array_equal(self.excluded("exclude_inside: m, buffer: -300 m"), np.ones((21, 33), bool))
        self.assertNotIn("warning", self.said.stderr)

    def test_areas_are_shrunk_from_beyond_the_grid(self):
        self.place(37, 29, 0.25, 0.25, 5999990.25, 6000010.75, 3857, 0, "EPSG:3857")
        x, y = self.corner
        west, south, east, north = x + 1.5, y - 7.75, x + 6, y + 0.5  # ends two cells above the grid
        self.vector("area.gpkg", [(f"POLYGON (({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))", "a", 1)], 3857)
        r, c = np.indices(self.shape)
        mx, my = x + 0.25 * (c + 0.5), y - 0.25 * (r + 0.5)
        found = self.excluded(*(f"exclude_inside: a, buffer: -{0.25 * steps} m" for steps in (1, 2, 3)), layers="  a: {vector: area.gpkg}\n")
        for steps, plane in zip((1, 2, 3), found):
            deep = ((east - mx) // 0.25 + 1 > steps) & ((mx - west) // 0.25 + 1 > steps) & ((my - south) // 0.25 + 1 > steps) & ((north - my) // 0.25 + 1 > steps)
            np.testing.assert_array_equal(plane, deep, str(steps))
            self.assertTrue(deep.any())

    def test_along_the_ellipsoid_too(self):
        """All pairs by Vincenty's sums in double, on a projected grid whose metres are not the ground's and on a geographic one."""
        for place, epsg, crs in (((23, 31, 500.0, 500.0, 300000.0, 7600000.0), 3857, "EPSG:3857"), ((21, 27, 0.02, 0.01, 10.0, 65.0), 4326, "EPSG:4326")):
            self.place(*place, epsg=epsg, crs=crs)
            dx, dy = self.cell
            sparse, dense = self.random(0.015), self.random(0.97)
            rows, cols = sparse.shape
            x, y = np.meshgrid(place[4] + dx * (np.arange(cols) - self.beyond + 0.5), place[5] - dy * (np.arange(rows) - self.beyond + 0.5))
            if epsg == 3857:
                a = 6378137.0
                x, y = np.degrees(x / a), np.degrees(2 * np.arctan(np.exp(y / a)) - np.pi / 2)

            def away(sources):
                found = np.full(sources.shape, np.inf)
                for r, c in zip(*np.nonzero(sources)):
                    found = np.minimum(found, ground_m(x, y, x[r, c], y[r, c]))
                return found

            cell_m = ground_m(x[0, 0], y[0, 0], x[0, 1], y[0, 1])
            self.whole(sparse)
            self.whole(dense, "n.tif")
            near, deep = away(sparse), away(~dense)
            wishes = [(round(float(steps * cell_m), 2), layer) for steps in (1.3, 2.2, 3.1) for layer in "mn"]
            found = self.excluded(*(f"exclude_inside: {layer}, buffer: {length if layer == 'm' else -length} m, metric: geodesic" for length, layer in wishes),
                                  layers="  m: {raster: m.tif, resample: nearest}\n  n: {raster: n.tif, resample: nearest}\n")
            for (length, layer), plane in zip(wishes, found):
                self.assertGreater(np.abs((near if layer == "m" else deep) - length).min(), 0.001)
                held = self.inner(near <= length if layer == "m" else dense & (deep > length))
                np.testing.assert_array_equal(plane, held, f"{crs} {layer} {length}")
                self.assertTrue(held.any() and not held.all())

    def points(self, classes, numbers, seed=8):
        """Features in the middle of cells in and beyond the grid; their rows and columns, class and number."""
        (rows, cols), (dx, dy), (x0, y0), random = self.shape, self.cell, self.corner, np.random.default_rng(seed)
        made = [(int(random.integers(-4, rows + 4)), int(random.integers(-4, cols + 4)), str(random.choice(classes)), float(random.choice(numbers)))
                for _ in range(14)]
        self.vector("p.gpkg", [(f"POINT ({x0 + dx * (c + 0.5)!r} {y0 - dy * (r + 0.5)!r})", name, v) for r, c, name, v in made], self.epsg)
        return made

    def within(self, made, length_of):
        (rows, cols), (dx, dy) = self.shape, self.cell
        r, c = np.indices((rows, cols))
        held = np.zeros((rows, cols), bool)
        for row, col, name, v in made:
            held |= np.hypot(dy * (r - row), dx * (c - col)) <= length_of(name, v) * (1 + 1e-9)
        return held

    def test_features_have_buffers_of_their_own(self):
        for place in (self.PLACES[0], self.PLACES[1], self.PLACES[3]):
            self.place(*place)
            step = self.cell[0]
            made = self.points(["road", "track", "path"], [0, step, 2 * step, 3 * step])
            by = f"{{field: name, by: {{road: {3 * step!r} m, track: {step!r} m}}, else: 0 m}}"
            number = f"{{field: v, unit: m, most: {3 * step!r} m}}"
            found = self.excluded(f"exclude_inside: p, buffer: {by}", f"require_inside: p, buffer: {by}", f"exclude_inside: p, buffer: {number}",
                                  f"penalise_inside: p, factor: 0.5, buffer: {by}", layers="  p: {vector: p.gpkg}\n")
            wanted = self.within(made, lambda name, v: {"road": 3, "track": 1, "path": 0}[name] * step)
            np.testing.assert_array_equal(found[0], wanted, str(place))
            np.testing.assert_array_equal(found[1], ~wanted, str(place))
            score = self.plane("t3_score.tif")
            np.testing.assert_array_equal(score, np.where(wanted, np.float32(0.25), np.float32(0.5)))
            np.testing.assert_array_equal(found[2], self.within(made, lambda name, v: v), str(place))
            self.assertTrue(wanted.any() and not wanted.all())

    def test_what_no_buffer_is_said_of_is_an_error(self):
        self.place(*self.PLACES[0])
        self.points(["road", "track"], [100, 250])
        for buffer, says in (("{field: name, by: {road: 100 m}}", "is 'track' in field 'name', of which `by` says no buffer: name it there, or give an `else`"),
                             ("{field: v, unit: m, most: 200 m}", "has a buffer of 250 m in field 'v', and it is from 0 to the rule's `most`, 200 m"),
                             ("{field: name, unit: m, most: 200 m}", "field 'name' holds no numbers: say the buffer of each class with `by`"),
                             ("{field: nme, by: {road: 100 m}}", "has no field 'nme' for the buffer of a rule")):
            path = self.folder / "scenario.yaml"
            path.write_text("lodescan: 1\ntitle: odd\n" + self.grid + "layers:\n  one: {raster: one.tif}\n  p: {vector: p.gpkg}\ncriteria:\n" + FLAT +
                            f"rules: {{m: {{exclude_inside: p, buffer: {buffer}}}}}\ntargets: {{plant: {{score: flat}}}}\n")
            done = lodescan("check", path)
            self.assertEqual(done.returncode, 65)
            self.assertIn(says, done.stderr)
            self.assertIn("rule 'm'", done.stderr)

    def test_too_many_different_buffers_are_an_error(self):
        self.place(*self.PLACES[0])
        self.vector("p.gpkg", [(f"POINT ({480050 + 60 * i} 4200050)", "x", 10 + i) for i in range(33)])
        path = self.folder / "scenario.yaml"
        head = "lodescan: 1\ntitle: odd\n" + self.grid + "layers:\n  one: {raster: one.tif}\n  p: {vector: p.gpkg%s}\ncriteria:\n" + FLAT
        tail = "rules: {m: {exclude_inside: p, buffer: {field: v, unit: m, most: 1 km}}}\ntargets: {plant: {score: flat}}\n"
        path.write_text(head % "" + tail)
        self.assertIn("has more than 32 different buffers", lodescan("check", path).stderr)
        path.write_text(head % ", where: \"v < 42\"" + tail)
        done = lodescan("check", path)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_small_clumps_do_not_count(self):
        for seed, density in ((1, 0.3), (2, 0.38), (3, 0.2)):
            self.place(61, 83, 100.0, 50.0, 480000.0, 4202000.0, beyond=0)
            mask = self.random(density, seed)
            self.whole(mask)
            labels, count = clumps(mask)
            for least in (1, 4, 20):  # cells of 0.005 km2
                kept = np.zeros_like(mask)
                for label in range(1, count + 1):
                    if (labels == label).sum() >= least:
                        kept |= labels == label
                words = f"min_clump: {least * 5000} m2"
                wanted = (kept, ~kept, nearest(mask, kept, 100, 50) <= 150.001, kept & (nearest(mask, ~kept, 100, 50) > 50.001))
                found = self.excluded(f"exclude_inside: m, {words}", f"require_inside: m, {words}", f"exclude_where: \"m == 1\", {words}, buffer: 150 m",
                                      f"exclude_inside: m, {words}, buffer: -50 m")
                for which in range(4):
                    np.testing.assert_array_equal(found[which], wanted[which], f"{seed} {least} {which}")

    def test_a_clump_is_as_large_as_it_is_beyond_the_grid(self):
        self.place(20, 30, 100.0, 100.0, 480000.0, 4202000.0, beyond=40)
        mask = np.zeros((100, 110), bool)
        mask[39:42, 45:48] = True  # 9 cells, of which 6 lie in the grid
        mask[10:41, 60] = True     # 31 cells, and one of them in the grid
        mask[50, 50] = True
        self.whole(mask)
        np.testing.assert_array_equal(self.excluded("exclude_inside: m, min_clump: 9 ha"), self.inner(mask & (np.indices(mask.shape)[0] != 50)))
        np.testing.assert_array_equal(self.excluded("exclude_inside: m, min_clump: 10 ha"), self.inner(mask & (np.indices(mask.shape)[1] == 60)))
        self.whole(mask & (np.indices(mask.shape)[1] != 60))
        self.excluded("exclude_inside: m, min_clump: 40 ha")
        self.assertRegex(self.said.stderr, "layer 'm' has no clump of 0.4 km2 or more")

    def test_clumps_on_the_globe_have_their_true_area_and_go_round_it(self):
        self.place(36, 72, 5.0, 5.0, -180.0, 90.0, epsg=4326, beyond=0, crs="EPSG:4326")
        mask = np.zeros((36, 72), bool)
        mask[17, [0, 71]] = True       # two cells beside each other across the antimeridian, of 308,000 km2 each
        mask[17, 20] = True
        mask[2, 30:36] = True          # six cells near the pole, of some 55,000 km2 each
        self.whole(mask)
        wanted = mask.copy()
        wanted[17, 20], wanted[2, 30:36] = False, False
        np.testing.assert_array_equal(self.excluded("exclude_inside: m, min_clump: 500000 km2"), wanted)


def ground_m(lon0, lat0, lon1, lat1):
    """Vincenty 1975, inverse, on WGS 84, in double."""
    a, f = 6378137.0, 1 / 298.257223563
    b = a * (1 - f)
    l = np.radians(np.asarray(lon1) - lon0)
    u0, u1 = np.arctan((1 - f) * np.tan(np.radians(lat0))), np.arctan((1 - f) * np.tan(np.radians(lat1)))
    s0, c0, s1, c1 = np.sin(u0), np.cos(u0), np.sin(u1), np.cos(u1)
    lam = l
    for _ in range(30):
        sl, cl = np.sin(lam), np.cos(lam)
        ss = np.hypot(c1 * sl, c0 * s1 - s0 * c1 * cl)
        cs = s0 * s1 + c0 * c1 * cl
        sigma = np.arctan2(ss, cs)
        sa = c0 * c1 * sl / np.where(ss == 0, 1, ss)
        ca2 = 1 - sa * sa
        cm = cs - 2 * s0 * s1 / np.where(ca2 == 0, 1, ca2)
        c = f / 16 * ca2 * (4 + f * (4 - 3 * ca2))
        lam = l + (1 - c) * f * sa * (sigma + c * ss * (cm + c * cs * (2 * cm * cm - 1)))
    k = ca2 * (a * a - b * b) / (b * b)
    big = 1 + k / 16384 * (4096 + k * (-768 + k * (320 - 175 * k)))
    small = k / 1024 * (256 + k * (-128 + k * (74 - 47 * k)))
    d = small * ss * (cm + small / 4 * (cs * (2 * cm * cm - 1) - small / 6 * cm * (4 * ss * ss - 3) * (4 * cm * cm - 3)))
    return b * big * (sigma - d)


if __name__ == "__main__":
    unittest.main()
