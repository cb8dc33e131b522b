"""dyviz as the benchmark runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from peers import Name, relative_error
from tools import ROOT, THREADS, run, run_measured, say

PROGRAM = ROOT / ".build/release/dyviz"
INSTRUCTION_SETS = ("avx512", "avx2", "portable")


class Program:
    """The built program and the networks' folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def instruction_sets(self) -> list[str]:
        """Those of this machine, widest first."""
        flags = Path("/proc/cpuinfo").read_text()
        has = {"avx512": "avx512vl" in flags, "avx2": "avx2" in flags, "portable": True}
        return [name for name in INSTRUCTION_SETS if has[name]]

    def bench(self, name: Name, *options: str, instruction_set: str | None = None) -> str:
        """What `dyviz bench` prints."""
        network, variant = name
        command = [str(PROGRAM), "bench", str(self.folder / f"{network}.bin")]
        environment = {"DYVIZ_INSTRUCTION_SET": instruction_set} if instruction_set else None
        return run([*command, "--variant", variant, *options], environment)

    def rate(
        self,
        name: Name,
        seconds: float,
        threads: int = THREADS,
        taps: str = "none",
        instruction_set: str | None = None,
    ) -> float:
        """Images per second."""
        options = ("--brief", "--seconds", str(seconds), "--threads", str(threads), "--taps", taps)
        rate = float(self.bench(name, *options, instruction_set=instruction_set))
        say(f"  {rate:.1f} images/s")
        return rate

    def report(self, name: Name, seconds: float, threads: int = THREADS) -> dict[str, Any]:
        """Where the time goes."""
        options = ("--json", "--seconds", str(seconds), "--threads", str(threads))
        return json.loads(self.bench(name, *options))

    def check(self, name: Name, instruction_set: str) -> float:
        """The largest difference to PyTorch's logits, relative to the largest logit."""
        images = np.load(self.folder / "images.npy")
        path = self.folder / "image.f32"
        rows = []
        for image in images[:2]:
            np.ascontiguousarray(image.transpose(1, 2, 0)).tofile(path)
            printed = self.bench(name, "--logits", str(path), instruction_set=instruction_set)
            rows.append(np.array([float(line) for line in printed.split()]))
        return relative_error(np.stack(rows), self.folder, name)

    def statistics(self, name: Name, images: Path, limit: int, output: Path) -> tuple[float, float]:
        """Seconds and megabytes of `dyviz stats` from files to exports."""
        network, variant = name
        command = [str(PROGRAM), "stats", str(self.folder / f"{network}.bin"), str(images)]
        options = ["--variant", variant, "--threads", str(THREADS), "--limit", str(limit)]
        return run_measured([*command, *options, "--output", str(output)])
