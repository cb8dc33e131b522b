"""How a tensor of the traced program lies in a node's value.

A network's tensors are views, slices, permutations and joins of what its
layers compute. So a tensor is kept as the node that holds its numbers and,
for each of its elements, the place in that node's map [C, H, W]. Whatever a
program does to the layout is done to the places; only where an operator needs
a whole map again are they read off.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Shape = tuple[int, int, int]
"""Channels, height, width."""


@dataclass(frozen=True)
class Value:
    """A tensor of one image: elements of a node's map in some layout.

    `shape` is the tensor's own, batch of one included. `places` has that shape
    and holds flat positions in [C, H, W]; None stands for 0, 1, 2, ...
    """

    node: str
    extents: Shape
    shape: tuple[int, ...]
    places: Tensor | None = None

    @property
    def count(self) -> int:
        """Elements of the tensor."""
        return math.prod(self.shape)

    @property
    def positions(self) -> int:
        """H times W of the node's map."""
        return self.extents[1] * self.extents[2]

    def index(self) -> Tensor:
        """The places, never None."""
        return torch.arange(self.count).view(self.shape) if self.places is None else self.places

    def laid_out(self, change: Callable[[Tensor], Tensor]) -> Value:
        """The tensor after an operator that only moves, drops or repeats elements."""
        return self.placed(change(self.index()))

    def placed(self, places: Tensor) -> Value:
        """Other elements of the same map."""
        places = places.contiguous()
        shape, whole = tuple(places.shape), math.prod(self.extents)
        if places.numel() == whole and torch.equal(places.reshape(-1), torch.arange(whole)):
            return Value(self.node, self.extents, shape)
        return Value(self.node, self.extents, shape, places)

    def is_permutation(self) -> bool:
        """Whether the tensor holds each element of the map exactly once."""
        if self.count != math.prod(self.extents):
            return False
        return self.places is None or self.places.reshape(-1).bincount(minlength=self.count).max() == 1


def whole(node: str, extents: Shape, shape: tuple[int, ...] | None = None) -> Value:
    """A node's value as [1, C, H, W], or in another shape of the same order."""
    return Value(node, extents, (1, *extents) if shape is None else shape)


def map_extents(shape: tuple[int, ...]) -> Shape | None:
    """The map that a tensor's shape stands for: [1, C, H, W], [1, C, L] or [1, C]; None for other ranks."""
    if len(shape) < 2 or len(shape) > 4 or shape[0] != 1:
        return None
    channels, height, width = (*shape[1:], 1, 1)[:3]
    return channels, height, width


def chosen_channels(places: Tensor, extents: Shape) -> list[int] | None:
    """The channels that make up `places` [C', H, W] of a map `extents`, if these are whole channels in order."""
    positions = extents[1] * extents[2]
    if places[0].numel() != positions:
        return None
    rows = places.reshape(places.shape[0], positions)
    first = rows[:, :1]
    if not torch.equal(rows, first + torch.arange(positions)) or bool((first % positions).any()):
        return None
    return (first[:, 0] // positions).tolist()


def moves(places: Tensor, extents: Shape) -> tuple[list, list, list] | None:
    """What each channel, row and column of `places` [C, H, W] adds to the place of its elements in a map `extents`.

    A number is a part along the own axis, three are row, column and channel. None if the places are no such sums.
    """
    _, height, width = extents
    parts = torch.stack([places // width % height, places % width, places // (height * width)])
    axes = [parts[:, :, 0, 0], parts[:, 0, :, 0], parts[:, 0, 0, :]]
    least = parts.amin((1, 2, 3))
    axes = [axis - axis.amin(1, keepdim=True) for axis in axes]
    channels, rows, columns = axes
    for axis, part in zip(axes, (2, 0, 1)):
        axis[part] += least[part]
    total = channels[:, :, None, None] + rows[:, None, :, None] + columns[:, None, None, :]
    if not torch.equal(total, parts):
        return None
    return _entries(channels, 2), _entries(rows, 0), _entries(columns, 1)


def _entries(axis: Tensor, own: int) -> list:
    """[3, N] as numbers where the own part is all that differs from 0."""
    others = [part for part in range(3) if part != own]
    if not bool(axis[others].any()):
        return axis[own].tolist()
    return axis.T.tolist()
