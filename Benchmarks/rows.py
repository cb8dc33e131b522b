"""The table of `make bench`: each figure and what is asked of it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any, Protocol

from peers import FULL, RESNET, SMALL, SUBJECT, V3, Name

HEAD = "| what | asked | measured | lowest … highest | met |"


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


def number(value: float) -> str:
    """Three digits or so."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:.{digits}f}"


def ratio(above: list[float], below: list[float]) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(above, below, strict=True)]


class Measured(Protocol):
    """What rows are made of (`Results`)."""

    peers: dict[Name, tuple[str, list[float]]]
    """The best other engine of each network, and its images per second."""
    rates: dict[tuple[str, Name], list[float]]
    notes: dict[str, Any]

    def of(self, kind: str, name: Name = SUBJECT) -> list[float]:
        """One kind's values, round by round."""


def rows(results: Measured) -> list[Row]:
    """The table of the figures."""
    return [
        *watching(results),
        *activations(results),
        *other_engines(results),
        *one_machine(results),
        *files(results),
    ]


def watching(results: Measured) -> list[Row]:
    """What statistics leave of the speed."""
    return [
        Row(f"{what} : no taps", ratio(results.of(f"taps {taps}"), results.of("plain")), least)
        for taps, what, least in (
            ("default", "default statistics (`dyviz stats`)", 0.8),
            ("depthwise", "exact at the 17 depthwise sites", 0.8),
            ("exact", "exact at all sites", 0.6),
            ("lattice", "every 17th position of all sites", 0.85),
        )
    ]


def activations(results: Measured) -> list[Row]:
    """What Dynamic ReLU leaves of a static one's speed."""
    static = results.of("plain", (SMALL, "relu6"))
    return [
        Row(
            f"DY-ReLU-{letter.upper()} : ReLU6",
            ratio(results.of("plain", (SMALL, f"dyrelu-{letter}")), static),
            least,
        )
        for letter, least in (("c", 0.8), ("b", 0.88), ("a", 0.85))
    ]


def other_engines(results: Measured) -> list[Row]:
    """dyviz with DY-ReLU-B beside the best of the others."""
    found = []
    for what, network, variant, least, aim in (
        ("DY-ReLU-B : best other engine's DY-ReLU-B", SMALL, "dyrelu-b", 2.7, "; aim 3"),
        ("the same for x1.0", FULL, "dyrelu-b", 2.0, ""),
        ("DY-ReLU-B : best other engine's static ReLU6", SMALL, "relu6", 1.0, "; aim 1.2"),
        ("ResNet-18, DY-ReLU-B : best other engine", RESNET, "dyrelu-b", 1.5, ""),
        ("MobileNetV3-Large with DY-ReLU-B : best other engine", V3, "dyrelu-b", 2.0, ""),
    ):
        engine, rates = results.peers[network, variant]
        values = ratio(results.of("dyviz", (network, "dyrelu-b")), rates)
        found.append(Row(f"{what} ({engine}){aim}", values, least))
    return found


def one_machine(results: Measured) -> list[Row]:
    """What dyviz makes of the machine: its limit, threads, instruction sets."""
    share = results.of("limit share")
    found = [
        Row("share of the machine's FMA limit, one thread, no taps", share, 0.75),
        Row("two threads : one", ratio(results.of("plain"), results.of("one thread")), 1.9),
    ]
    sets = ("avx512", "avx2", "portable")
    widest = next(kind for kind in sets if (kind, SUBJECT) in results.rates)
    for narrower, least in (("avx2", 0.4), ("portable", None)):
        if (narrower, SUBJECT) in results.rates and narrower != widest:
            values = ratio(results.of(narrower), results.of(widest))
            found.append(Row(f"{narrower} kernels : {widest} kernels", values, least))
    return found


def files(results: Measured) -> list[Row]:
    """From files to statistics."""
    rates = results.of("files")
    hook = f"hook script with DataLoader workers at its best ({results.notes['hook script']})"
    growth = ratio(results.of("memory 1000"), results.of("memory 200"))
    return [
        Row(
            f"end to end from 500x375 JPEG : {hook}; aim 50",
            ratio(rates, results.of("hook script")),
            40,
        ),
        Row(
            "end to end : the decoders alone (libjpeg-turbo on all cores)",
            ratio(rates, results.of("libjpeg-turbo alone")),
        ),
        Row("resident memory end to end, 1,000 images", results.of("memory 1000"), None, 150, " MB"),
        Row("the same at 1,000 images : at 200 (flat)", growth, None, 1.05),
    ]
