"""What the benchmark's scripts share: running commands, what is said meanwhile, and what they run on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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


def machine(packages: Iterable[str] = ()) -> dict[str, str]:
    """What it ran on."""
    cpu = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith(("model name", "cpu family", "model\t"))
    ]
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20

    def output(*command: str) -> str:
        try:
            options: dict[str, Any] = {"capture_output": True, "text": True, "check": True}
            return subprocess.run(command, cwd=ROOT, **options).stdout
        except (OSError, subprocess.CalledProcessError):
            return "unknown"

    def version(package: str) -> str:
        try:
            return importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            return "not installed"

    swift = output("swift", "--version").split("\n")[0].strip()
    kind = f"{cpu[2]} (family {cpu[0]}, model {cpu[1]})" if len(cpu) > 2 else platform.machine()
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": kind,
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "swift": swift,
        "python": platform.python_version(),
        "commit": output("git", "describe", "--always", "--dirty").strip(),
        **{package: version(package) for package in packages},
    }
