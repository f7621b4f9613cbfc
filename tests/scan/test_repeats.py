"""The same bytes again: the generator for a seed, and a scan whatever the threads and the memory."""
import filecmp
import pathlib
import shutil
import subprocess
import unittest

from places import DATA, MAKE_DEMO, SCENARIO, WORK, lodescan, memory_for_rows


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if path.is_file())


class Repeats(unittest.TestCase):
    def folder(self, name):
        path = WORK / name
        shutil.rmtree(path, ignore_errors=True)
        return path

    def assert_same(self, a, b):
        self.assertEqual(files(a), files(b))
        differing = [name for name in files(a) if not filecmp.cmp(a / name, b / name, shallow=False)]
        self.assertEqual(differing, [])

    def test_generator(self):
        again, other = self.folder("data_again"), self.folder("data_other")
        subprocess.run([MAKE_DEMO, "--seed", "1", again], check=True)
        subprocess.run([MAKE_DEMO, "--seed", "2", other], check=True)
        self.assert_same(DATA, again)
        self.assertFalse(filecmp.cmp(DATA / "elevation_dm.tif", other / "elevation_dm.tif", shallow=False))

    def test_threads_and_memory(self):
        one, two, small = self.folder("one_thread"), self.folder("two_threads"), self.folder("small_memory")
        seven_rows = memory_for_rows(7, SCENARIO, f"--data={DATA}", "--cell=200m")
        for out, threads, more in ((one, "1", []), (two, "2", []), (small, "2", [f"--memory={seven_rows}"])):
            done = lodescan("run", SCENARIO, f"--data={DATA}", f"--output={out}", "--cell=200m", *more, POCL_MAX_PTHREAD_COUNT=threads)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(len(files(one)), 20)
        self.assert_same(one, two)
        self.assert_same(one, small)


if __name__ == "__main__":
    unittest.main()
