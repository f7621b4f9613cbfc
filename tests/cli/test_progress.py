"""Progress, notes and warnings: plain lines into a pipe, one redrawn line on a terminal, nothing when quiet."""
import os
import pty
import struct
import subprocess
import termios
import unittest
from fcntl import ioctl

from acted import PROGRAM, call, main


def on_terminal(*words, columns=80, kind="xterm"):
    """What a terminal would get of standard error."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    run = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "TERM": kind})
    os.close(theirs)
    got = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux says EIO once the other end is closed
            break
        if not part:
            break
        got += part
    os.close(ours)
    return run.wait(20), got.decode()


class Progress(unittest.TestCase):
    def test_pipe_gets_a_line_a_stage(self):
        code, out, err = call("run", "short", "-o", "x")
        self.assertEqual((code, out), (0, ""))
        lines = err.splitlines()
        self.assertEqual([line.split(":")[0] for line in lines], ["distances", "scoring"])
        self.assertEqual(lines[0], "distances: 0 %, 0:00 elapsed")
        self.assertRegex(lines[1], r"^scoring: 50 %, 0:0\d elapsed, 0:0\d left$")
        self.assertNotIn("\x1b", err)

    def test_quiet_says_errors_only(self):
        self.assertEqual(call("run", "short", "-o", "x", "-q")[2], "")
        self.assertEqual(call("run", "warn", "-o", "x", "--quiet")[2], "")
        self.assertNotEqual(call("run", "fail-65", "-o", "x", "--quiet")[2], "")

    def test_warnings_and_notes(self):
        code, out, err = call("run", "warn", "-o", "x")
        self.assertEqual((code, err), (0, "warning: layer 'rail' is empty\non device 0:0\n"))
        self.assertTrue(out.startswith("run out=x"))

    def test_terminal_redraws_one_line_and_takes_it_away(self):
        code, got = on_terminal("run", "short", "-o", "x")
        self.assertEqual(code, 0)
        self.assertNotIn("\n", got)
        frames = got.split("\r\x1b[K")
        self.assertGreater(len(frames), 3)
        self.assertEqual(frames[-1], "")
        self.assertRegex(frames[-2], r"^scoring +\[#+\.+\] +\d+ %, 0:0\d elapsed, 0:0\d left$")

    def test_narrow_terminal_does_not_wrap(self):
        code, got = on_terminal("run", "short", "-o", "x", columns=31)
        self.assertEqual(code, 0)
        self.assertEqual({len(frame) for frame in got.split("\r\x1b[K")[:-1]}, {30})

    def test_dumb_terminal_gets_plain_lines(self):
        code, got = on_terminal("run", "short", "-o", "x", kind="dumb")
        self.assertEqual(code, 0)
        self.assertNotIn("\x1b", got)
        self.assertEqual(got.count("\n"), 2)


if __name__ == "__main__":
    main()
