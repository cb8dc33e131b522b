"""What the benchmark's scripts share: running commands, and what is said meanwhile."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
THREADS = 2


class Failure(Exception):
    """A sentence for the user."""


def say(text: str) -> None:
    """Prints at once, also into a pipe."""
    print(text, flush=True)


def run(command: list[str], environment: dict[str, str] | None = None) -> str:
    """Runs a command to its end; what it printed."""
    prefix = "".join(f"{key}={value} " for key, value in (environment or {}).items())
    say("$ " + prefix + " ".join(command))
    variables = os.environ | (environment or {})
    result = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        raise Failure(f"{' '.join(command)}: ended with status {result.returncode}")
    return result.stdout


def run_measured(command: list[str]) -> tuple[float, float]:
    """Runs a command to its end; seconds, and the most megabytes (10^6 bytes) that it held."""
    say("$ " + " ".join(command))
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    status = Path(f"/proc/{process.pid}/status")
    peak = 0
    # The kernel keeps the largest size; the last look before the end has nearly seen it all.
    while process.poll() is None:
        try:
            lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        except OSError:
            lines = []
        if lines:
            peak = max(peak, int(lines[0].split()[1]) * 1024)
        time.sleep(0.001)
    elapsed = time.perf_counter() - start
    if process.returncode != 0:
        raise Failure(f"{' '.join(command)}: ended with status {process.returncode}")
    return elapsed, peak / 1e6
