"""What was measured, and on which machine."""

from __future__ import annotations

import argparse
from typing import Any

from peers import SUBJECT, Name, Peers
from rows import Row
from tools import machine

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
            "machine": machine(PACKAGES),
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
