"""SIGINT and SIGTERM: asked once the job stops by itself, asked twice it is killed."""
import signal
import subprocess
import time
import unittest

from acted import PROGRAM, main


def started(scenario):
    run = subprocess.Popen([PROGRAM, "run", scenario, "-o", "x"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    run.stderr.readline()  # its first progress line: the handlers are there
    return run


class Signals(unittest.TestCase):
    def test_first_signal_stops_the_job(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            run = started("slow")
            run.send_signal(number)
            out, err = run.communicate(timeout=20)
            self.assertEqual((run.returncode, out), (code, ""))
            self.assertTrue(err.endswith("lodescan: interrupted\n"), err)

    def test_second_signal_kills_a_deaf_job(self):
        for first, second in ((signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)):
            run = started("deaf")
            run.send_signal(first)
            time.sleep(0.2)
            self.assertIsNone(run.poll())
            run.send_signal(second)
            run.communicate(timeout=20)
            self.assertEqual(run.returncode, -second)


if __name__ == "__main__":
    main()
