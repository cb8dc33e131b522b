"""A run of the program that is looked at while it goes on."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path

from tools import Failure, say

PROGRESS = re.compile(rb": (\d+) of \d+ images")
TICKS = os.sysconf("SC_CLK_TCK")
WAIT = 0.05
"""Seconds between two looks at the process."""


@dataclass
class Look:
    """What was seen at one moment."""

    seconds: float
    """Since the start."""
    images: int
    processor: float
    """Seconds of processor time by then."""
    resident: int
    """Bytes of memory."""


@dataclass
class Watched:
    """A run that is over."""

    looks: list[Look] = field(default_factory=list)
    peak: int = 0
    """The most bytes of memory by then."""
    checkpoints: int = 0
    """How often its file appeared anew while it went on."""
    status: int = 0

    @property
    def first(self) -> Look:
        """The last look before an image was through: the program has started and listed them."""
        return next((one for one, other in zip(self.looks, self.looks[1:]) if other.images > 0), self.looks[0])

    @property
    def last(self) -> Look:
        """The last look at the process."""
        return self.looks[-1]

    def at(self, images: float) -> Look:
        """How it stood when so many images were through, between the two looks next to that."""
        for one, other in zip(self.looks, self.looks[1:]):
            if one.images <= images <= other.images and other.images > one.images:
                share = (images - one.images) / (other.images - one.images)
                between = [a + share * (b - a) for a, b in zip(_numbers(one), _numbers(other))]
                return Look(between[0], round(images), between[1], round(between[2]))
        return self.last


def _numbers(look: Look) -> tuple[float, float, float]:
    return look.seconds, look.processor, look.resident


def watch(command: list[str], file: Path | None = None, seconds: float | None = None) -> Watched:
    """Runs a command to its end, or TERM so many seconds after its first image; what was seen of it meanwhile.

    Args:
        command: the program and its arguments. It tells its progress to a terminal, which is made for it.
        file: the file that it writes again and again.
        seconds: when to end it; None for its own end.
    """
    say("$ " + " ".join(command))
    reading, writing = pty.openpty()
    tty.setraw(writing)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=writing)
    os.close(writing)
    found, images, said, began, known = Watched(), 0, b"", None, _stamp(file)
    while process.poll() is None:
        if select.select([reading], [], [], WAIT)[0]:
            said = said[-4000:] + _read(reading)
            images = max([images, *(int(number) for number in PROGRESS.findall(said))])
        if _look(found, process.pid, time.perf_counter() - start, images) and (stamp := _stamp(file)) != known:
            found.checkpoints, known = found.checkpoints + 1, stamp
        began = began or (time.perf_counter() if images else None)
        if seconds is not None and began and time.perf_counter() > began + seconds:
            process.send_signal(signal.SIGTERM)
            seconds = None
    os.close(reading)
    found.status = process.returncode
    if found.status not in (0, 75, -signal.SIGTERM):
        raise Failure(f"{' '.join(command)}: ended with status {found.status}\n{said.decode(errors='replace')}")
    return found


def _read(reading: int) -> bytes:
    try:
        return os.read(reading, 1 << 16)
    except OSError:  # The program has closed its terminal.
        return b""


def _stamp(file: Path | None) -> tuple[int, int] | None:
    try:
        return (status.st_ino, status.st_mtime_ns) if file and (status := file.stat()) else None
    except OSError:
        return None


def _look(found: Watched, pid: int, seconds: float, images: int) -> bool:
    """Notes how the process stands; whether it still does."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in status.splitlines() if line.endswith(" kB")}
    if "VmRSS" not in sizes:
        return False
    processor = (int(times[11]) + int(times[12])) / TICKS
    found.looks.append(Look(seconds, images, processor, sizes["VmRSS"]))
    found.peak = max(found.peak, sizes["VmHWM"])
    return True
