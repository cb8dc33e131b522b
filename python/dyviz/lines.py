"""Finds Dynamic ReLU in whatever code computes it: a maximum of maps that are affine in one map x, channel by channel.

A map is followed back through sums, products, choices and joins to x. What it is multiplied with and what is added
on the way are vectors, whose elements are the slopes and intercepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .graph import Json
from .rows import Finder, Rows, Vectors, joined

STEPS = ("add", "multiply", "batch_normalization", "select_channels", "concatenate")
"""Operators that keep a map affine in x."""


def is_step(node: Json) -> bool:
    """Whether a node's value is affine in a map that its inputs are affine in, channel by channel."""
    return node["operator"] in STEPS and node.get("axis", "channels") == "channels"


@dataclass
class Line:
    """A map's channels, each as slope * x[channel] + intercept."""

    channel: Tensor
    """-1 where x has no part."""
    slope: Rows
    intercept: Rows

    @property
    def is_vector(self) -> bool:
        """Whether x has no part at all."""
        return bool((self.channel < 0).all())

    def chosen(self, channels: Tensor) -> Line:
        """Some channels."""
        return Line(self.channel[channels], self.slope.chosen(channels), self.intercept.chosen(channels))


class LineFinder:
    """Writes maps as lines in x."""

    def __init__(self, finder: Finder, x: str, vectors: Vectors) -> None:
        self.finder, self.x, self.vectors = finder, x, vectors
        self.shapes = finder.graph.shapes
        self.known: dict[str, Line | None] = {}

    def line(self, name: str) -> Line | None:
        """The map, or a vector; None if it is no line in x."""
        if name not in self.known:
            self.known[name] = self._line(name)
        return self.known[name]

    def _line(self, name: str) -> Line | None:
        count = self.shapes[name][0]
        none, ones = torch.full((count,), -1), torch.ones(count)
        if name == self.x:
            return Line(torch.arange(count), Rows.constant(ones), Rows.constant(0 * ones))
        node = self.finder.nodes[name]
        parts = [self.line(one) for one in node["inputs"]] if is_step(node) else []
        if not parts or any(part is None for part in parts):
            parts = []
        if all(part.is_vector for part in parts):  # type: ignore[union-attr]
            is_vector = self.shapes[name][1:] == (1, 1)
            return Line(none, Rows.constant(0 * ones), self.finder.rows(name)) if is_vector else None
        return self._step(node, parts)  # type: ignore[arg-type]

    def _step(self, node: Json, parts: list[Line]) -> Line | None:
        first = parts[0]
        match node["operator"]:
            case "select_channels":
                return first.chosen(torch.tensor(node["channels"]))
            case "concatenate":
                channel = torch.cat([part.channel for part in parts])
                return Line(channel, joined([one.slope for one in parts]), joined([one.intercept for one in parts]))
            case "batch_normalization":
                scale, shift = self.finder.scale_and_shift(node)
                return Line(first.channel, first.slope.scaled(scale, 0 * shift), first.intercept.scaled(scale, shift))
        second = parts[1]
        if len(second.channel) != len(first.channel):
            second = second.chosen(torch.zeros(len(first.channel), dtype=torch.long))
        return self._sum(first, second) if node["operator"] == "add" else self._product(first, second)

    def _sum(self, first: Line, second: Line) -> Line | None:
        if bool(((first.channel != second.channel) & (first.channel >= 0) & (second.channel >= 0)).any()):
            return None
        channel, add = torch.maximum(first.channel, second.channel), self.vectors.sum
        return Line(channel, add(first.slope, second.slope), add(first.intercept, second.intercept))

    def _product(self, first: Line, second: Line) -> Line | None:
        line, factor = (second, first) if first.is_vector else (first, second)
        if not factor.is_vector:
            return None
        multiply = self.vectors.product
        return Line(line.channel, multiply(line.slope, factor.intercept), multiply(line.intercept, factor.intercept))


@dataclass
class Lines:
    """K lines in one map."""

    x: str
    channels: Tensor
    """The channel of x that each channel's lines take."""
    rows: Rows
    """Slopes and intercepts [2, K, M]; M is 1 if all channels share them."""
    shared: bool

    @property
    def is_constant(self) -> bool:
        """Whether slopes and intercepts are numbers."""
        return not bool(self.rows.moving.any())


def candidates(finder: Finder, maps: list[str]) -> Iterator[str]:
    """Maps that all of `maps` may be affine in, the latest first."""
    size = finder.graph.shapes[maps[0]][1:]
    common: set[str] | None = None
    for name in maps:
        found, left = set(), [name]
        while left:
            one = left.pop()
            if one in found or finder.graph.shapes[one][1:] != size:
                continue
            found.add(one)
            node = finder.nodes[one]
            left.extend(node["inputs"] if is_step(node) else [])
        common = found if common is None else common & found
    yield from (name for name in reversed(list(finder.nodes)) if name in (common or ()))


def find(finder: Finder, maps: list[str], x: str, vectors: Vectors) -> Lines | None:
    """The maps as lines in x; None if they are something else."""
    lines = LineFinder(finder, x, vectors)
    found = [lines.line(name) for name in maps]
    if any(one is None for one in found):
        return None
    channels = torch.stack([one.channel for one in found])  # type: ignore[union-attr]
    channel = channels.amax(0)
    if bool((channel < 0).any()) or bool(((channels != channel) & (channels >= 0)).any()):
        return None
    parts = [one.slope for one in found] + [one.intercept for one in found]  # type: ignore[union-attr]
    if _is_from_coefficients(finder, x, parts):
        return None
    first = torch.zeros(len(channel), dtype=torch.long)
    shared = len(channel) > 1 and all(part.equal(part.chosen(first)) for part in parts)
    return Lines(x, channel, joined([part.chosen(first[:1]) for part in parts] if shared else parts), shared)


def _is_from_coefficients(finder: Finder, x: str, parts: list[Rows]) -> bool:
    """Whether x is a vector that is computed from the coefficients: then the two have changed places."""
    if finder.graph.shapes[x][1:] != (1, 1):
        return False
    leaves = {leaf for part in parts for leaf, moves in zip(part.leaf, part.moving.tolist()) if moves}
    return bool(leaves & finder.ancestors(x))
