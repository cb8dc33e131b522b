"""What was measured, and docs/benchmarks.md."""

from __future__ import annotations

import argparse
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peers import Name, Peers
from tools import THREADS, machine

SMALL, FULL, RESNET = "mobilenetv2-0.35", "mobilenetv2-1.0", "resnet-18"
SUBJECT: Name = (SMALL, "dyrelu-b")
HEAD = "| what | asked | measured | lowest … highest | met |"
PACKAGES = ("torch", "onnxruntime", "openvino", "onnx", "numpy", "pillow")


@dataclass
class Row:
    """One line of the table: values round by round, and the bound that is asked for."""

    what: str
    values: list[float]
    least: float | None = None
    most: float | None = None
    unit: str = ""

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the median keeps the bound; None where there is none."""
        if self.least is not None:
            return self.median >= self.least
        return self.median <= self.most if self.most is not None else None

    def line(self) -> str:
        """A line of Markdown."""
        asked = "reported"
        if self.least is not None:
            asked = f"≥ {self.least:g}{self.unit}"
        elif self.most is not None:
            asked = f"≤ {self.most:g}{self.unit}"
        low, high = (number(value) for value in (min(self.values), max(self.values)))
        met = {True: "yes", False: "**no**", None: "–"}[self.met]
        measured = f"{number(self.median)}{self.unit}"
        return f"| {self.what} | {asked} | {measured} | {low} … {high} | {met} |"


class Results:
    """Everything that was measured, by kind and network."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.rates: dict[tuple[str, Name], list[float]] = {}
        self.errors: dict[str, float] = {}
        self.notes: dict[str, Any] = {"rounds": options.rounds, "seconds": options.seconds}
        self.profile: dict[str, Any] = {}
        self.peers: dict[Name, tuple[str, list[float]]] = {}
        self.engines: dict[Name, dict[str, list[float]]] = {}
        self.tried: dict[Name, dict[str, float]] = {}
        self.rows: list[Row] = []

    def add(self, kind: str, name: Name, value: float) -> None:
        """Notes one round's value."""
        self.rates.setdefault((kind, name), []).append(value)

    def take(self, peers: Peers) -> None:
        """Takes over what the other engines did."""
        self.tried, self.engines = peers.tried, peers.rates
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
            "profile": self.profile,
        }


def number(value: float) -> str:
    """Three digits or so."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:.{digits}f}"


def ratio(above: list[float], below: list[float]) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(above, below, strict=True)]


def rows(results: Results) -> list[Row]:
    """The table of the figures."""
    subject = results.of("dyviz")
    found = [
        Row(
            f"DY-ReLU-B, dyviz : best other engine ({results.peers[SUBJECT][0]})",
            ratio(subject, results.peers[SUBJECT][1]),
            3.0,
        ),
        Row(
            f"DY-ReLU-B in dyviz : static ReLU6 in the best other engine "
            f"({results.peers[SMALL, 'relu6'][0]}); aim 1.2",
            ratio(subject, results.peers[SMALL, "relu6"][1]),
            1.0,
        ),
    ]
    for letter in "bac":
        dynamic = results.of("plain", (SMALL, f"dyrelu-{letter}"))
        values = ratio(dynamic, results.of("plain", (SMALL, "relu6")))
        found.append(Row(f"DY-ReLU-{letter.upper()} : ReLU6, both dyviz", values, 0.85))
    plain = results.of("plain")
    found.append(Row("two threads : one", ratio(plain, results.of("one thread")), 1.9))
    for taps, what, least in (
        ("depthwise", "exact histograms at the 17 depthwise sites : no taps", 0.7),
        ("lattice", "every 17th position of all sites : no taps", 0.85),
        ("default", "both together, as `dyviz stats` does : no taps", None),
        ("exact", "exact histograms at all sites : no taps", None),
    ):
        found.append(Row(what, ratio(results.of(f"taps {taps}"), plain), least))
    found.append(
        Row(
            "end to end from JPEG, dyviz : PyTorch hook script",
            ratio(results.of("files"), results.of("hook script")),
            45,
        )
    )
    for network, title in ((FULL, "MobileNetV2 x1.0"), (RESNET, "ResNet-18")):
        name = (network, "dyrelu-b")
        best, rates = results.peers[name]
        values = ratio(results.of("dyviz", name), rates)
        found.append(Row(f"{title} DY-ReLU-B, dyviz : best other engine ({best})", values, 1.5))
    found.append(
        Row("resident memory end to end, 1,000 images", results.of("memory 1000"), None, 150, " MB")
    )
    growth = ratio(results.of("memory 1000"), results.of("memory 200"))
    found.append(Row("the same at 1,000 images : at 200 (flat)", growth, None, 1.05))
    sets = ("avx512", "avx2", "portable")
    widest = next(kind for kind in sets if (kind, SUBJECT) in results.rates)
    for narrower, least in (("avx2", 0.4), ("portable", None)):
        if (narrower, SUBJECT) in results.rates and narrower != widest:
            values = ratio(results.of(narrower), results.of(widest))
            found.append(Row(f"{narrower} kernels : {widest} kernels", values, least))
    return found


@dataclass
class Page:
    """Markdown, line by line."""

    lines: list[str] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        """Appends lines."""
        self.lines += lines

    def table(self, head: list[str], body: list[list[str]]) -> None:
        """Appends a table."""
        self.add("| " + " | ".join(head) + " |", "|" + "---|" * len(head))
        self.add(*("| " + " | ".join(row) + " |" for row in body), "")


def write(results: Results, path: Path) -> str:
    """Writes the page; gives the table for the terminal."""
    results.rows = rows(results)
    about = machine(PACKAGES)
    page = Page(["# Benchmarks", ""])
    page.add(
        "Written by `make bench`; do not edit. Medians of "
        f"{results.notes['rounds']} rounds in which every measurement of "
        f"{results.notes['seconds']:g} s took its turn (at most three rounds for files), and the "
        "lowest and highest round.",
        f"{THREADS} threads, 32-bit floats, 224x224 pixels, the same weights for all; networks are "
        "MobileNetV2 x0.35 unless named otherwise.",
        "",
    )
    about["load before the run"] = results.notes["load before the run"]
    page.table(["", ""], [[key, value] for key, value in about.items()])
    page.add("## What is asked for", "")
    page.add(HEAD, "|---|---|---|---|---|")
    page.add(*(row.line() for row in results.rows), "")
    speeds(results, page)
    profile(results, page)
    method(page)
    path.write_text("\n".join(page.lines))
    return "\n".join([HEAD, *(row.line() for row in results.rows)])


def speeds(results: Results, page: Page) -> None:
    """All rates."""
    page.add("## Images per second", "")
    body = []
    for (kind, name), values in results.rates.items():
        if not kind.startswith("memory"):
            own = kind in ("dyviz", "hook script")
            body.append([" ".join(name), kind if own else f"dyviz, {kind}", *spread(values)])
    for name, engines in results.engines.items():
        body += [[" ".join(name), engine, *spread(values)] for engine, values in engines.items()]
    page.table(["network", "run by", "median", "lowest … highest"], sorted(body))
    largest = max(results.errors, key=lambda key: results.errors[key])
    page.add(
        f"The logits of all {len(results.errors)} combinations of network, engine, options and "
        "instruction set equal PyTorch's; the largest difference is "
        f"{results.errors[largest]:.1e} of the largest logit ({largest}).",
        "",
    )


def spread(values: list[float]) -> list[str]:
    """Median and range."""
    return [number(statistics.median(values)), f"{number(min(values))} … {number(max(values))}"]


def profile(results: Results, page: Page) -> None:
    """Where dyviz spends its time."""
    found = results.profile
    page.add("## Where the time goes", "")
    page.add(
        f"{' '.join(SUBJECT)}: {100 * found['limitShare']:.1f} % of the limit of "
        f"{found['peak'] / THREADS / 1e9:.1f} billion multiply-adds per second and thread"
        f" ({found['instructionSet']}); Dynamic ReLU takes {100 * found['dynamicShare']:.1f} % of "
        "the time (what a static twin would save).",
        "",
    )
    steps = sorted(found["steps"], key=lambda step: -step["microseconds"])[:20]
    page.table(
        ["the 20 longest steps", "", "µs", "share", "of the limit"],
        [
            [
                step["node"],
                step["operation"],
                f"{step['microseconds']:.1f}",
                f"{100 * step['share']:.1f} %",
                f"{100 * step['limitShare']:.1f} %" if step.get("limitShare") else "",
            ]
            for step in steps
        ],
    )


def method(page: Page) -> None:
    """How it was measured."""
    page.add(
        "## How",
        "",
        "- Ratios are taken round by round; the table shows their median. Every engine has a process "
        "of its own and waits while another is measured.",
        "- The other engines run Dynamic ReLU in the form that suits them best (a maximum instead of "
        "the training code's comparison and choice, a plain mean), exported from PyTorch to ONNX "
        "with opset 17. Each counts with the best of its configurations: PyTorch eager with channels "
        "last, and ONNX Runtime with one session or one for each thread, both at batch 1 and 16; "
        "OpenVINO at batch 1 and 16 with latency and throughput hints, in 32-bit floats.",
        "- dyviz runs `dyviz bench`, batch 1, each thread with an image of its own.",
        "- End to end: 500x375 JPEG files of about 45 kB. dyviz's time is that of the whole process "
        "`dyviz stats` on 1,000 files, from its start to the exported statistics; the script's "
        "begins after its imports, its loading and its first batch. `further files` is the rate "
        "between the 200th and the 1,000th file.",
        "- dyviz counts coefficients at all sites in every row with taps.",
        "- `portable` is SSE2 without fused multiply-adds.",
        "",
    )
