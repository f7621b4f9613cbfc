"""A run that is stopped leaves nothing that looks finished, and a finished run is not replaced by accident."""
import pathlib
import shutil
import signal
import time
import unittest

from places import DATA, SCAN, SCENARIO, WORK, lodescan, lodescan_start

FINAL = ("sites.geojson", "sites.csv", "sites.gpkg", "run.json", "deposit_score.tif", "deposit_heatmap.png", "criteria/host_rock.tif")


class Interrupted(unittest.TestCase):
    def setUp(self):
        self.out = WORK / "interrupted"
        shutil.rmtree(self.out, ignore_errors=True)

    def stop_after(self, seconds, sent):
        """The exit code, or None when the run was over before the signal."""
        job = lodescan_start("run", SCENARIO, f"--data={DATA}", f"--output={self.out}", "--cell=50m")
        time.sleep(seconds)
        early = job.poll() is None
        job.send_signal(sent)
        _, said = job.communicate(timeout=120)
        return (job.returncode, said) if early else (None, said)

    def check_stopped(self, sent, code, delays):
        for seconds in delays:
            returned = None
            while returned is None:  # a fast machine may be done before the signal
                shutil.rmtree(self.out, ignore_errors=True)
                returned, said = self.stop_after(seconds, sent)
                seconds /= 2
            self.assertEqual(returned, code, said)
            left = [name for name in FINAL if (self.out / name).exists()]
            self.assertEqual(left, [], "a stopped run left a file under its final name")

    def test_sigint(self):
        self.check_stopped(signal.SIGINT, 130, (0.4, 1.2))

    def test_sigterm(self):
        self.check_stopped(signal.SIGTERM, 143, (0.8,))

    def test_a_stopped_run_can_be_run_again(self):
        self.stop_after(0.6, signal.SIGINT)
        done = lodescan("run", SCENARIO, f"--data={DATA}", f"--output={self.out}", "--cell=300m")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_refuses_to_replace(self):
        before = {path: path.read_bytes() for path in pathlib.Path(SCAN).glob("*.json")}
        done = lodescan("run", SCENARIO, f"--data={DATA}", f"--output={SCAN}")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--overwrite", done.stderr)
        self.assertEqual(before, {path: path.read_bytes() for path in before})


if __name__ == "__main__":
    unittest.main()
