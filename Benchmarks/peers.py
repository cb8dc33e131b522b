"""The other engines, each in its own process (engines.py)."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from tools import THREADS, Failure, say

Options = dict[str, Any]
Name = tuple[str, str]
"""A network and a variant."""
SMALL, FULL, RESNET, V3 = "mobilenetv2-0.35", "mobilenetv2-1.0", "resnet-18", "mobilenetv3-large"
SUBJECT: Name = (SMALL, "dyrelu-b")

CONFIGURATIONS: dict[str, list[Options]] = {
    "pytorch": [{"batch": 1}, {"batch": 16}],
    "onnxruntime": [{"batch": b, "sessions": s} for b in (1, 16) for s in (1, THREADS)],
    "openvino": [{"batch": b, "hint": h} for b in (1, 16) for h in ("LATENCY", "THROUGHPUT")],
}
"""Everything tried for each engine; its best counts."""
FURTHER: dict[str, list[Options]] = {
    "torch.compile": [{"batch": 1}, {"batch": 16}],
    "ncnn": [{"batch": 1, "sessions": s} for s in (1, THREADS)],
}
"""Engines that are left out, and the reason is told, where they cannot run or differ from PyTorch."""
FURTHER_RUN: list[Name] = [(SMALL, "relu6"), SUBJECT]
NEAR = 0.75
"""The second best is measured in all rounds too where it reaches so much of the best."""


def label(engine: str, options: Options) -> str:
    """An engine and its options as a row's name."""
    return f"{engine}, " + ", ".join(f"{key} {value}" for key, value in options.items())


class Engine:
    """A process that runs networks on one engine."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        script = Path(__file__).with_name("engines.py")
        command = [sys.executable, str(script), name, str(folder), str(THREADS)]
        say("$ " + " ".join(command))
        variables = os.environ | {"TORCHINDUCTOR_CACHE_DIR": str(folder.parent / "inductor")}
        self.process = subprocess.Popen(
            command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, name: Name, options: Options, **request: Any) -> float | None:
        """Sends one request; the rate, if it was for one."""
        message = {"network": name[0], "variant": name[1], "options": options, **request}
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            print(json.dumps(message), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer = json.loads(line) if line else {"error": "the engine's process ended"}
        if "error" in answer:
            raise Failure(f"{label(self.name, options)} on {' '.join(name)}: {answer['error']}")
        return answer["rate"]

    def rate(self, name: Name, options: Options, seconds: float) -> float:
        """Images per second."""
        rate = self.ask(name, options, seconds=seconds)
        assert rate is not None
        say(f"  {' '.join(name)}, {label(self.name, options)}: {rate:.1f} images/s")
        return rate

    def check(self, name: Name, options: Options, folder: Path) -> float:
        """The largest difference to PyTorch's logits, relative to the largest logit."""
        found = folder / "found.npy"
        self.ask(name, options, logits=str(found))
        return relative_error(np.load(found), folder, name)

    def close(self) -> None:
        """Ends the process."""
        # Closes its standard input, which may have words that a process that has ended left unread.
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate()


def relative_error(found: np.ndarray, folder: Path, name: Name) -> float:
    """The largest difference of logits [N, classes] to PyTorch's, relative to its largest."""
    expected = np.load(folder / f"{'.'.join(name)}.logits.npy")[: len(found)]
    if found.shape != expected.shape:
        raise Failure(f"{' '.join(name)}: logits of shape {found.shape}, expected {expected.shape}")
    return float(np.abs(found - expected).max() / np.abs(expected).max())


class Peers:
    """All engines, and the best configurations of each for each network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engines = {name: Engine(name, folder) for name in CONFIGURATIONS | FURTHER}
        self.left_out: dict[str, str] = {}
        self.tried: dict[Name, dict[str, float]] = {}
        self.best: dict[Name, dict[str, list[Options]]] = {}
        self.rates: dict[Name, dict[str, list[float]]] = {}

    def configurations(self, name: Name) -> dict[str, list[Options]]:
        """What is tried on one network."""
        every = CONFIGURATIONS | (FURTHER if name in FURTHER_RUN else {})
        return {engine: tried for engine, tried in every.items() if engine in self.engines}

    def leave_out(self, engine: str, reason: str) -> None:
        """Goes on without one of the further engines."""
        say(f"{engine} is left out: {reason}")
        self.left_out[engine] = reason
        self.engines.pop(engine).close()

    def choose(self, name: Name, seconds: float) -> None:
        """Tries every configuration on one network."""
        self.best[name], self.tried[name], self.rates[name] = {}, {}, {}
        for engine, configurations in self.configurations(name).items():
            rates = [self.engines[engine].rate(name, one, seconds) for one in configurations]
            ranked = sorted(zip(rates, configurations, strict=True), key=lambda one: -one[0])
            self.tried[name] |= {label(engine, options): rate for rate, options in ranked}
            self.best[name][engine] = [
                options for rate, options in ranked[:2] if rate >= NEAR * ranked[0][0]
            ]

    def measure(self, name: Name, seconds: float) -> None:
        """One round: each engine's best configurations on one network."""
        for engine, configurations in self.best[name].items():
            for options in configurations:
                rate = self.engines[engine].rate(name, options, seconds)
                self.rates[name].setdefault(label(engine, options), []).append(rate)

    def fastest(self, name: Name) -> tuple[str, list[float]]:
        """The engine with the highest median, and its rates round by round."""
        return max(self.rates[name].items(), key=lambda item: statistics.median(item[1]))

    def close(self) -> None:
        """Ends all processes."""
        for engine in self.engines.values():
            engine.close()
