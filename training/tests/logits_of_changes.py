"""What the what-if table says of a variant, from logits that PyTorch computes with the changes made in the network."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from dyrelu import DyReLU
from model_reader import Network
from site_changes import ALL_CHANGES, Given, continued, mean_coefficients, replacements
from torch import Tensor

TIE = 1e-5
"""Logits nearer than this may rank either way: both sides round."""

LARGEST = 2.0**20
"""Of the means by image that count."""
SETTLED = 2e-6
"""How far single precision may be off, of an image's largest logit."""


@dataclass(frozen=True)
class Row:
    """A row of the table, by its first columns."""

    order: str
    step: str
    name: str
    change: str
    nodes: tuple[str, ...]
    """The sites that are changed."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """As the tables have it."""
        return self.order, self.step, self.name, self.change


def dynamic_modules(network: Network) -> dict[str, tuple[str, DyReLU]]:
    """The kind of site and the module of every Dynamic ReLU, by node, in the network's order."""
    return {node["name"]: (node["site"], module) for node, module in network.steps if isinstance(module, DyReLU)}


def applies(module: DyReLU, change: str) -> bool:
    """Whether an activation has what is changed."""
    needs = {"first-segment": module.functions > 1, "uniform-attention": module.attention is not None}
    return needs.get(change, True)


def changes_of(network: Network) -> list[str]:
    """All changes that some site of the network has."""
    modules = [module for _, module in dynamic_modules(network).values()]
    return [change for change in ALL_CHANGES if any(applies(module, change) for module in modules)]


def asked(network: Network, orders: Sequence[str], changes: Sequence[str]) -> Iterator[Row]:
    """The rows of some orders."""
    for change in changes:
        kinds = {name: kind for name, (kind, module) in dynamic_modules(network).items() if applies(module, change)}
        names = tuple(kinds)
        if "all" in orders:
            yield Row("all", "", "", change, names)
        if "role" in orders:
            for kind in dict.fromkeys(kinds.values()):
                yield Row("role", "", kind, change, tuple(name for name in names if kinds[name] == kind))
        if "each" in orders:
            yield from (Row("each", "", name, change, (name,)) for name in names)
        for order, sequence in (("from-first", names), ("from-last", names[::-1])):
            if order in orders:
                for step, name in enumerate(sequence, start=1):
                    yield Row(order, str(step), name, change, sequence[:step])


class Changed:
    """A variant beside its changed copies, over images in batches [N, C, H, W]."""

    def __init__(self, network: Network, batches: Sequence[Tensor], other: Tensor) -> None:
        """`other` is the image [1, C, H, W] whose coefficients stand in for every image's."""
        self.network, self.batches, self.other = network, batches, other
        self.given: dict[str, dict[str, Given]] = {
            "frozen": mean_coefficients(network, batches),
            "another-image": mean_coefficients(network, [other]),
        }
        with torch.no_grad():
            self.known = [network.values(batch) for batch in batches]
        self.unchanged = torch.cat([known[network.description["output"]].flatten(1) for known in self.known])

    @torch.no_grad()
    def logits(self, nodes: Sequence[str], change: str) -> Tensor:
        """[N, classes] with a change at some nodes."""
        replaced = replacements(self.network, nodes, change, self.given.get(change, {}))
        return torch.cat([continued(self.network, known, replaced) for known in self.known])

    @cached_property
    def in_double(self) -> Changed:
        """The same in double precision."""
        batches = [batch.double() for batch in self.batches]
        return Changed(copy.deepcopy(self.network).double(), batches, self.other.double())

    def settled(self, row: Row, after: Tensor) -> bool:
        """Whether PyTorch's own single precision gives the logits `after` as double precision does, for every image.

        A network of linear activations alone can grow its values a millionfold from site to site, and its error too.
        """
        exact = self.in_double.logits(row.nodes, row.change)
        return bool(((after - exact).abs().amax(dim=1) <= SETTLED * exact.abs().amax(dim=1)).all())


def cross_entropies(logits: Tensor, labels: Tensor) -> Tensor:
    """Of logits [N, classes], by image [N]."""
    return torch.nn.functional.cross_entropy(logits.double(), labels, reduction="none")


def mean_changes(before: Tensor, after: Tensor) -> Tensor:
    """Of logits [N, classes], by image [N]."""
    return (after.double() - before.double()).abs().mean(dim=1)


def kept_mean(values: Tensor) -> float:
    """Of numbers [N] by image: the table leaves out images whose number is above 2^20. NaN for none."""
    return float(values[values <= LARGEST].mean())


def counted(before: Tensor, after: Tensor, labels: Tensor) -> dict[str, int]:
    """The columns of a row that are counts; shares times the images for `top1` and `top5`."""
    first, last = before.argmax(1), after.argmax(1)
    moved = first != last
    rank = (after > after.gather(1, labels[:, None])).sum(dim=1)
    return {
        "images": len(labels),
        "labelled": len(labels),
        "top1": int((rank == 0).sum()),
        "top5": int((rank < 5).sum()),
        "changed": int(moved.sum()),
        "right_now": int((moved & (last == labels)).sum()),
        "wrong_now": int((moved & (first == labels)).sum()),
    }


def ties(logits: Tensor, rank: int = 1) -> Tensor:
    """Of which images [N] the logits ranked `rank` and one below all but tie."""
    ranked = logits.sort(dim=1, descending=True).values
    return ranked[:, rank - 1] - ranked[:, rank] < TIE
