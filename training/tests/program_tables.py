"""The program as the tests call it, and the tables that it writes."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path


def run(*arguments: object) -> str:
    """Runs a command; what it printed."""
    finished = subprocess.run([str(one) for one in arguments], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def counts(cell: str) -> dict[int, int]:
    """`17:290 4:21`."""
    return {int(key): int(value) for key, _, value in (part.partition(":") for part in cell.split())}
