"""What was measured, and on which machine."""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from peers import SUBJECT, Name, Peers
from rows import Row
from tools import ROOT

PACKAGES = ("torch", "onnxruntime", "openvino", "ncnn", "pnnx", "onnx", "numpy", "pillow")


class Results:
    """Everything that was measured, by kind and network."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.rates: dict[tuple[str, Name], list[float]] = {}
        self.errors: dict[str, float] = {}
        self.notes: dict[str, Any] = {"rounds": options.rounds, "seconds": options.seconds}
        self.profile: dict[str, Any] = {}
        self.peers: dict[Name, tuple[str, list[float]]] = {}
        self.left_out: dict[str, str] = {}
        self.engines: dict[Name, dict[str, list[float]]] = {}
        self.tried: dict[Name, dict[str, float]] = {}
        self.rows: list[Row] = []

    def add(self, kind: str, name: Name, value: float) -> None:
        """Notes one round's value."""
        self.rates.setdefault((kind, name), []).append(value)

    def take(self, peers: Peers) -> None:
        """Takes over what the other engines did."""
        self.tried, self.engines, self.left_out = peers.tried, peers.rates, peers.left_out
        self.peers = {name: peers.fastest(name) for name in peers.rates}

    def of(self, kind: str, name: Name = SUBJECT) -> list[float]:
        """One kind's values, round by round."""
        return self.rates[kind, name]

    def raw(self) -> dict[str, Any]:
        """For results.json."""
        return {
            "machine": machine(),
            "notes": self.notes,
            "rows": [
                {
                    "what": row.what,
                    "least": row.least,
                    "most": row.most,
                    "median": row.median,
                    "rounds": row.values,
                    "met": row.met,
                }
                for row in self.rows
            ],
            "dyviz": {f"{kind}, {' '.join(name)}": v for (kind, name), v in self.rates.items()},
            "engines": {" ".join(name): rates for name, rates in self.engines.items()},
            "tried": {" ".join(name): rates for name, rates in self.tried.items()},
            "logits": self.errors,
            "left out": self.left_out,
            "profile": self.profile,
        }


def machine() -> dict[str, str]:
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
        **{package: version(package) for package in PACKAGES},
    }
