"""What every channel of a variant's sites does, by PyTorch and NumPy: the columns of `channels.csv` (docs/exports.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy
import torch
from model_reader import Network
from sample_of_images import tensors, values_by_batch
from statistics_reference import coefficients
from torch import Tensor

Array = numpy.ndarray
NEAR = 1e-5
"""Values nearer to an edge, or lines nearer to each other, may fall on either side: both sides round."""
KIND_NEAR = 1e-4
"""A slope or a share nearer to a limit of the kinds may fall on either side."""
SMALL_SHARE, FLAT, LINEAR, LIKE_RELU = 0.01, 0.05, 0.1, 0.1


@dataclass
class Counted:
    """Pairs of each channel that have a property, [C]: surely, and perhaps."""

    least: Array | int = 0
    most: Array | int = 0

    def add(self, least: Tensor, most: Tensor) -> None:
        """Masks [N, C, H, W]."""
        self.least, self.most = (
            total + mask.sum(dim=(0, 2, 3)).numpy()
            for total, mask in zip((self.least, self.most), (least, most), strict=True)
        )


@dataclass
class Channels:
    """The channels of a site, K at most 2."""

    node: dict
    channels: int = 0
    slopes: list[Array] = field(default_factory=list)
    """[N, K, C] by batch; [N, K, 1] where all channels share a function."""
    intercepts: list[Array] = field(default_factory=list)
    first: Counted = field(default_factory=Counted)
    """Pairs that the first line gives."""
    negative: Counted = field(default_factory=Counted)
    positive_from_negative: Counted = field(default_factory=Counted)
    low: Array | float = numpy.inf
    high: Array | float = -numpy.inf
    pairs: int = 0
    """Of each channel."""

    def add(self, slopes: Array, intercepts: Array, x: Tensor, y: Tensor) -> None:
        """Pairs [N, C, H, W]."""
        self.channels = x.shape[1]
        self.slopes.append(slopes)
        self.intercepts.append(intercepts)
        lines = [
            torch.tensor(a)[:, :, None, None] * x + torch.tensor(b)[:, :, None, None]
            for a, b in zip(numpy.moveaxis(slopes, 1, 0), numpy.moveaxis(intercepts, 1, 0), strict=True)
        ]
        # Of equal lines the first counts; one alone always does.
        lead = lines[0] - lines[1] if len(lines) == 2 else torch.ones_like(x)
        self.first.add(lead > NEAR, lead >= -NEAR)
        self.negative.add(x < -NEAR, x < NEAR)
        self.positive_from_negative.add((x < -NEAR) & (y > NEAR), (x < NEAR) & (y > -NEAR))
        self.low = numpy.minimum(self.low, y.amin(dim=(0, 2, 3)).numpy())
        self.high = numpy.maximum(self.high, y.amax(dim=(0, 2, 3)).numpy())
        self.pairs += x.shape[0] * x.shape[2] * x.shape[3]

    def coefficients(self) -> tuple[Array, Array]:
        """Slopes and intercepts, [N, K, C] in double precision, a column for each channel of the map."""
        slopes, intercepts = (numpy.concatenate(part).astype(float) for part in (self.slopes, self.intercepts))
        shape = (*slopes.shape[:2], self.channels)
        return numpy.broadcast_to(slopes, shape), numpy.broadcast_to(intercepts, shape)


def gathered(network: Network, paths: list[Path]) -> list[Channels]:
    """All sites of a network over some images."""
    modules = {node["name"]: module for node, module in network.steps}
    sites = [Channels(node) for node, _ in network.steps if node["operator"] == "activation"]
    for values in values_by_batch(network, tensors(paths, network.labels)[0]):
        for site in sites:
            x, y = values[site.node["inputs"][0]], values[site.node["name"]]
            with torch.no_grad():
                given = coefficients(modules[site.node["name"]], site.node, x)
            site.add(*given, x, y)
    return sites


def scores(slopes: Array, labels: Array) -> tuple[Array, Array]:
    """Of slopes [N, K, C] and classes [N]: the variance over the images, and its part between the classes, [K, C]."""
    variance, between = slopes.var(axis=0), numpy.zeros(slopes.shape[1:])
    for label in numpy.unique(labels):
        own = slopes[labels == label]
        between += len(own) / len(slopes) * (own.mean(axis=0) - slopes.mean(axis=0)) ** 2
    return variance, between


def exact_columns(site: Channels, labels: Array) -> dict[str, Array]:
    """The columns that are numbers of the coefficients and outputs, [C] each; those that a site lacks are left out."""
    slopes, intercepts = site.coefficients()
    variance, between = scores(slopes, labels)
    found = {
        "output_min": site.low,
        "output_max": site.high,
        "dynamic_score": variance.mean(axis=0) ** 0.5,
        "by_class": between.sum(axis=0) / variance.sum(axis=0),
    }
    for k in range(slopes.shape[1]):
        for name, values in (("slope", slopes[:, k]), ("intercept", intercepts[:, k])):
            found[f"{name}_{k + 1}_mean"], found[f"{name}_{k + 1}_deviation"] = values.mean(axis=0), values.std(axis=0)
    if slopes.shape[1] > 1:
        difference = slopes.max(axis=1) - slopes.min(axis=1)
        found["slope_difference_mean"], found["slope_difference_deviation"] = (
            difference.mean(axis=0), difference.std(axis=0),
        )  # fmt: skip
    return found


def bounded_columns(site: Channels) -> dict[str, tuple[Array, Array]]:
    """The columns that count pairs, or are shares of them: the least and the most that they may be, [C] each."""
    counts = {"negative_inputs": site.negative, "positive_from_negative": site.positive_from_negative}
    found = {name: (numpy.array(one.least), numpy.array(one.most)) for name, one in counts.items()}
    (least, most), (fewest, greatest) = found["positive_from_negative"], found["negative_inputs"]
    with numpy.errstate(divide="ignore", invalid="ignore"):
        # A pair that counts in one of the two may count in the other.
        found["positive_from_negative_share"] = least / greatest, numpy.minimum(most / fewest, 1)
    first = numpy.array(site.first.least) / site.pairs, numpy.array(site.first.most) / site.pairs
    found["segment_1_share"] = first
    if len(site.slopes[0][0]) > 1:
        found["segment_2_share"] = 1 - first[1], 1 - first[0]
    return found


def kinds(site: Channels) -> tuple[Array, Array]:
    """The kind of each channel's function, and whether it is so close to another that both are right."""
    slopes = site.coefficients()[0].mean(axis=0)
    shares = numpy.stack([sum(ends) / 2 for name, ends in bounded_columns(site).items() if name.startswith("segment")])
    counts = shares >= SMALL_SHARE
    left = numpy.where(counts, slopes, numpy.inf).min(axis=0)
    right = numpy.where(counts, slopes, -numpy.inf).max(axis=0)
    rules = {
        "dead": site.low == site.high,
        "flat": (abs(left) <= FLAT) & (abs(right) <= FLAT),
        "linear": right - left < LINEAR,
        "V": (left < -FLAT) & (right > FLAT),
        "inverted": left < -FLAT,
        "leaky": left > FLAT,
        "ReLU-like": abs(right - 1) <= LIKE_RELU,
    }
    distances = [abs(abs(left) - FLAT), abs(abs(right) - FLAT), abs(right - left - LINEAR),
                 abs(abs(right - 1) - LIKE_RELU), abs(shares - SMALL_SHARE).min(axis=0)]  # fmt: skip
    close = numpy.min(distances, axis=0) < KIND_NEAR
    return numpy.select(list(rules.values()), list(rules), "scaled"), close | (site.high - site.low < KIND_NEAR)
