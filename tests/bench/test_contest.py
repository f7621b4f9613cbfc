#!/usr/bin/python3
"""The harness must not call a disagreement, a missing peer or a failure a success, and must measure the child and not itself."""
import os
import sys
import tempfile
import unittest

import numpy as np

import answers
from contest import Contender, contest, passed, run

PYTHON = "/usr/bin/python3"


def said(wall, cpu):
    return [PYTHON, "-c", f"print('{{\"wall_s\": {wall}, \"cpu_s\": {cpu}}}')"]


class Contest(unittest.TestCase):
    def one(self, ours, *peers, judge=None):
        return contest("work", 64, ours, list(peers), 3, judge)

    def test_ratio_is_the_peers_over_ours(self):
        (row,) = self.one(Contender("ours", said(2, 4)), Contender("peer", said(3, 2), agree=lambda: (True, "")))
        self.assertEqual((row["ratio_wall"], row["ratio_cpu"]), (1.5, 0.5))
        self.assertTrue(passed(row))

    def test_disagreement_fails(self):
        (row,) = self.one(Contender("ours", said(1, 1)), Contender("peer", said(1, 1), agree=lambda: (False, "no")))
        self.assertFalse(passed(row))

    def test_answers_that_cannot_be_compared_fail(self):
        (row,) = self.one(Contender("ours", said(1, 1)), Contender("peer", said(1, 1), agree=lambda: open("/nowhere")))
        self.assertFalse(passed(row))
        self.assertIn("cannot compare", row["note"])

    def test_missing_peer_is_a_row_that_fails_and_keeps_our_figures(self):
        rows = self.one(Contender("ours", said(1, 1)), Contender("peer", [], missing="missing: peer"), Contender("other", said(1, 1)))
        self.assertEqual([passed(row) for row in rows], [False, True])
        self.assertEqual(rows[0]["lodescan"]["wall_s"], 1)
        self.assertIn("missing", rows[0]["note"])

    def test_failing_program_fails_every_row(self):
        rows = self.one(Contender("ours", ["false"]), Contender("peer", said(1, 1)), Contender("other", said(1, 1)))
        self.assertEqual([passed(row) for row in rows], [False, False])
        self.assertIn("ended with 1", rows[0]["note"])

    def test_no_such_program_fails(self):
        (row,) = self.one(Contender("ours", said(1, 1)), Contender("peer", ["/nowhere/program"]))
        self.assertFalse(passed(row))

    def test_peak_memory_is_the_childs(self):
        held = np.ones(25_000_000)  # 200 MB of the harness
        self.assertLess(run(["true"])["peak_mib"], 60)
        self.assertGreater(run([PYTHON, "-c", "bytearray(b'x' * 150_000_000)"])["peak_mib"], 140)
        self.assertEqual(held[0], 1)


class Answers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def file(self, name, values):
        path = os.path.join(self.folder.name, name)
        np.asarray(values, np.float32).tofile(path)
        return path

    def pair(self, a, b):
        return self.file("a", a), self.file("b", b)

    def test_within(self):
        self.assertTrue(answers.within(*self.pair([1, np.inf], [1, np.inf]), 1e-6)[0])
        self.assertFalse(answers.within(*self.pair([1, 2], [1, 2.1]), 1e-6)[0])
        self.assertFalse(answers.within(*self.pair([1, np.inf], [1, 2]), 1e-6)[0])
        self.assertRaises(ValueError, answers.within, *self.pair([1], [1, 2]), 1e-6)

    def test_inexact_peer_may_be_larger_in_few_cells_and_never_smaller(self):
        exact = np.ones(1000)
        few, many, smaller = exact.copy(), exact.copy(), exact.copy()
        few[:5], many[:50], smaller[0] = 1.2, 1.2, 0.9
        self.assertTrue(answers.inexact(*self.pair(exact, few), 0.01)[0])
        self.assertFalse(answers.inexact(*self.pair(exact, many), 0.01)[0])
        self.assertFalse(answers.inexact(*self.pair(exact, smaller), 0.01)[0])


if __name__ == "__main__":
    sys.exit(unittest.main())
