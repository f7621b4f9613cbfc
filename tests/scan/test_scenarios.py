"""The scenarios of the real data sets against the data, where a folder of them is given (LODESCAN_DATA)."""
import os
import pathlib
import unittest

from places import SOURCE, lodescan


class Scenarios(unittest.TestCase):
    def test_check(self):
        data = pathlib.Path(os.environ["LODESCAN_DATA"])
        files = [f"{name}/scenario" for name in ("mtpainter", "cloncurry", "mojave", "conus", "global")] + ["global/prospectivity"]
        for name in files:
            with self.subTest(scenario=name):
                done = lodescan("check", SOURCE / "datasets" / f"{name}.yaml", f"--data={data / name.split('/')[0]}")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout.strip())


if __name__ == "__main__":
    unittest.main()
