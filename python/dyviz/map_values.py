"""What nodes that move, sample, pool, join and combine whole maps compute, as docs/model-format.md has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .graph import Json

AXES = ("channels", "rows", "columns")


def places(values: list[Any], own: int) -> list[list[int] | None]:
    """What the rows, columns or channels of a rearranged map name: row, column and channel; None for zeros.

    A number alone is a part along the axis itself, number `own` of the three.
    """
    found: list[list[int] | None] = []
    for one in values:
        if isinstance(one, int):
            found.append(None if one < 0 else [one if part == own else 0 for part in range(3)])
        else:
            found.append(list(one))
    return found


class MapValues:
    """A method for each operator, called as it."""

    def add(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return inputs[0] + inputs[1]

    def multiply(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return inputs[0] * inputs[1]

    def divide(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return inputs[0] / inputs[1]

    def minimum(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return torch.minimum(inputs[0], inputs[1])

    def greater(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return (inputs[0] > inputs[1]).to(inputs[0].dtype)

    def greater_equal(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return (inputs[0] >= inputs[1]).to(inputs[0].dtype)

    def keep(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return torch.where(inputs[1] != 0, inputs[0], 0.0)

    def drop(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return torch.where(inputs[1] == 0, inputs[0], 0.0)

    def concatenate(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return torch.cat(inputs, 1 + AXES.index(node.get("axis", "channels")))

    def rearrange(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        (x,) = inputs
        extents = {"rows": x.shape[2], "columns": x.shape[3], "channels": x.shape[1]}
        axes = [
            places(list(range(extent)) if node.get(key) is None else node[key], own)
            for own, (key, extent) in enumerate(extents.items())
        ]
        ways = [torch.tensor([one or [0, 0, 0] for one in axis]) for axis in axes]
        rows, columns, channels = (
            ways[0][None, :, None, part] + ways[1][None, None, :, part] + ways[2][:, None, None, part]
            for part in range(3)
        )
        filled = [torch.tensor([one is not None for one in axis]) for axis in axes]
        mask = filled[0][None, :, None] & filled[1][None, None, :] & filled[2][:, None, None]
        return torch.where(mask, x[:, channels, rows, columns], 0.0)

    def upsample(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        mode = node["interpolation"].replace("_", "-")
        corners = node.get("align_corners", False) if mode == "bilinear" else None
        extents = inputs[0].shape[2:]
        if "size" not in node:
            size = [extent * factor for extent, factor in zip(extents, node["factor"])]
            return F.interpolate(inputs[0], size=size, mode=mode, align_corners=corners)
        if "offset" in node:
            return self._sampled(node, inputs[0])
        if corners or node.get("step") is None:
            return F.interpolate(inputs[0], size=node["size"], mode=mode, align_corners=corners)
        scales = [1 / one for one in node["step"]]
        names = {"nearest": "upsample_nearest2d", "nearest-exact": "_upsample_nearest_exact2d"}
        function = getattr(torch.ops.aten, names.get(mode, "upsample_bilinear2d")).default
        aligned = [False] if mode == "bilinear" else []
        return function(inputs[0], node["size"], *aligned, *scales)

    @staticmethod
    def _sampled(node: Json, x: Tensor) -> Tensor:
        """Linear interpolation at offset + step * output along both axes."""
        for axis, side in enumerate((2, 3)):
            extent, size = x.shape[side], node["size"][axis]
            step = node["step"][axis] if node.get("step") else extent / size
            places = (node["offset"][axis] + step * torch.arange(size, dtype=torch.float64)).clamp(0, extent - 1)
            first = places.floor().long()
            share = (places - first).to(x.dtype).reshape([-1 if one == side else 1 for one in range(4)])
            after = (first + 1).clamp(max=extent - 1)
            x = x.index_select(side, first) * (1 - share) + x.index_select(side, after) * share
        return x

    def parts(self, node: Json, x: Tensor, pool: Callable[[Tensor], Tensor]) -> Tensor:
        """A pooling of parts that are named one by one."""
        pooled = [
            torch.stack([pool(x[:, :, top:bottom, left:right]) for left, right in node["columns"]], -1)
            for top, bottom in node["rows"]
        ]
        return torch.stack(pooled, -2)
