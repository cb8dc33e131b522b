"""How fast the screen answers: from a key to the screen while a pass runs, and from a question to its first answer.

    python3 Benchmarks/screen.py [--program DYVIZ] [--keys N] MODEL IMAGES

dyviz runs in a pseudoterminal of 120x40 of its own. The time counts from the moment a key is written until the bytes
arrive that only this key can cause. A benchmark runs alone on its machine.
"""

import argparse
import fcntl
import os
import pty
import random
import select
import signal
import statistics
import struct
import termios
import time

COLUMNS, ROWS = 120, 40
PATIENCE = 120
"""Seconds until what is waited for must have come."""


class Screen:
    """dyviz in a pseudoterminal."""

    def __init__(self, command):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", COLUMNS="", LINES="")
            os.execv(command[0], command)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def press(self, keys):
        """Types keys; the time when that was done."""
        os.write(self.terminal, keys.encode())
        return time.monotonic()

    def wait(self, text):
        """Reads until `text` has come; the time when it had."""
        wanted, seen = text.encode(), b""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.5)[0]:
                seen = seen[-4096:] + os.read(self.terminal, 65536)
                if wanted in seen:
                    return time.monotonic()
        raise SystemExit(f"{text!r} did not come in {PATIENCE} s; the last bytes are {seen[-400:]!r}")

    def drain(self, seconds):
        """Reads whatever comes for some time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                os.read(self.terminal, 65536)

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def key_to_screen(command, count):
    """Milliseconds from `:` to its prompt, each at a random moment of the first pass or a what-if's."""
    screen = Screen(command)
    screen.drain(1)
    screen.press("wa")
    times = []
    for _ in range(count):
        screen.drain(random.uniform(0.02, 0.2))
        pressed = screen.press(":")
        times.append(1000 * (screen.wait("a block's number") - pressed))
        screen.press("\x1b")
        screen.drain(0.1)
    screen.close()
    return times


def first_answer(command):
    """Milliseconds from the key that asks about a dot to the first images behind it, once the first pass is through."""
    screen = Screen(command)
    screen.wait("done")
    screen.press("x+++")
    screen.drain(0.5)
    pressed = screen.press("\r")
    # A line that was empty before: what ncurses finds unchanged it does not write.
    first = 1000 * (screen.wait("channels: ") - pressed)
    screen.close()
    return first


def main():
    parser = argparse.ArgumentParser(description="How fast the screen answers.")
    parser.add_argument("model")
    parser.add_argument("images")
    parser.add_argument("--program", default=".build/release/dyviz")
    parser.add_argument("--keys", type=int, default=100)
    options = parser.parse_args()
    command = [os.path.abspath(options.program), options.model, options.images, "--variant", "dyrelu-b"]
    answers = [first_answer(command) for _ in range(5)]
    print(f"first part of an answer: {', '.join(f'{ms:.0f}' for ms in answers)} ms")
    times = sorted(key_to_screen(command, options.keys))
    p95 = times[int(0.95 * (len(times) - 1))]
    print(
        f"key to screen while a pass runs, {len(times)} keys at {COLUMNS}x{ROWS}: "
        f"median {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, largest {times[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
