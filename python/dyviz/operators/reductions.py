"""Means, sums and maxima over dimensions."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..context import Call, Context, handles
from ..values import Value, chosen_channels, whole
from .arithmetic import affine
from .pooling import max_over_windows, mean_over_windows


@handles("mean")
def mean(context: Context, call: Call) -> Value:
    """Over positions a pooling, over channels a 1x1 convolution."""
    value = call["self"]
    dims = dimensions(value, call.get("dim"))
    return reduced(context, value, dims, bool(call.get("keepdim")), average=True)


@handles("sum")
def total(context: Context, call: Call) -> Value:
    """A mean times the number of elements."""
    value = call["self"]
    dims = dimensions(value, call.get("dim"))
    return reduced(context, value, dims, bool(call.get("keepdim")), average=False)


def summed(context: Context, value: Value, dim: int) -> Value:
    """The sum over one dimension, which stays with one element."""
    return reduced(context, value, dimensions(value, dim), keep=True, average=False)


@handles("amax")
def largest_element(context: Context, call: Call) -> Value:
    """Over positions a pooling, over channels Maxout."""
    return _largest(context, call["self"], dimensions(call["self"], call.get("dim")), bool(call["keepdim"]))


def largest(context: Context, call: Call) -> Any:
    """`max` over one dimension: values, and indices that nothing may use."""
    value = call["self"]
    result = _largest(context, value, dimensions(value, call.get("dim")), bool(call.get("keepdim")))
    return result if call.get("dim") is None else (result, None)


def dimensions(value: Value, dims: Any) -> list[int]:
    """Dimensions counted from the front; all of them for None."""
    rank = len(value.shape)
    if dims is None or dims == []:
        return list(range(rank))
    return sorted(dim % rank for dim in ([dims] if isinstance(dims, int) else dims))


def grouped(value: Value, dims: list[int], keep: bool) -> tuple[Tensor, tuple[int, ...]]:
    """Places as [results, elements of each], and the result's shape."""
    kept = [dim for dim in range(len(value.shape)) if dim not in dims]
    places = value.index().permute(*kept, *dims)
    results = 1
    for dim in kept:
        results *= value.shape[dim]
    shape = tuple(1 if dim in dims else size for dim, size in enumerate(value.shape) if keep or dim not in dims)
    return places.reshape(results, -1), shape


def reduced(context: Context, value: Value, dims: list[int], keep: bool, average: bool) -> Value:
    places, shape = grouped(value, dims, keep)
    count = places.shape[1]
    if count == 1:
        return value.placed(places.reshape(shape))
    pooled = over_positions(context, value, places, mean_over_windows)
    if pooled is not None:
        result = pooled.placed(pooled.index().reshape(shape))
        return result if average else affine(context, result, float(count), 0.0)
    return _over_channels(context, value, places, shape, 1 / count if average else 1.0)


def _largest(context: Context, value: Value, dims: list[int], keep: bool) -> Value:
    places, shape = grouped(value, dims, keep)
    if places.shape[1] == 1:
        return value.placed(places.reshape(shape))
    pooled = over_positions(context, value, places, max_over_windows)
    if pooled is not None:
        return pooled.placed(pooled.index().reshape(shape))
    size = value.positions
    maps = [_channel_maps(column, size) for column in places.unbind(1)]
    if len(maps) > 16 or any(one is None for one in maps):
        context.fail("takes the largest over something else than positions or up to 16 groups of channels")
    order = maps[0][1]  # type: ignore[index]
    if any(not torch.equal(one[1], order) for one in maps):  # type: ignore[index]
        context.fail("compares values at different positions")
    nodes = [context.select(value, one[0]) for one in maps]  # type: ignore[index]
    first = whole(nodes[0], (len(maps[0][0]), *value.extents[1:]))  # type: ignore[index]
    result = context.add("activation", nodes, first.extents, functions=len(nodes), maximum="inputs")
    return result.placed(order.reshape(shape))


def _channel_maps(places: Tensor, positions: int) -> tuple[list[int], Tensor] | None:
    """`places` as elements of a map of chosen channels: the channels, and the order of its elements."""
    channels, index = (places // positions), places % positions
    chosen = channels.unique().tolist()
    rank = torch.zeros(int(channels.max()) + 1, dtype=torch.long)
    rank[chosen] = torch.arange(len(chosen))
    if places.numel() != len(chosen) * positions:
        return None
    return chosen, rank[channels] * positions + index


def over_positions(context: Context, value: Value, places: Tensor, pool: Any) -> Value | None:
    """Pools whole maps, rows or columns of one channel; None if the reduction is another one."""
    channels, height, width = value.extents
    rows = places.sort(dim=1).values
    for kernel in ([height, width], [height, 1], [1, width]):
        if kernel[0] * kernel[1] != places.shape[1]:
            continue
        chosen = rows[:, 0] // value.positions
        first = rows[:, 0] % value.positions
        step = torch.arange(kernel[0])[:, None] * width + torch.arange(kernel[1])
        if not torch.equal(rows, rows[:, :1] + step.reshape(1, -1)):
            continue
        if kernel[0] == height and bool((first >= width).any()) or kernel[1] == width and bool((first % width).any()):
            continue
        used = chosen.unique().tolist()
        source = whole(context.select(value, used), (len(used), height, width))
        result = pool(context, source, kernel)
        rank = torch.zeros(channels, dtype=torch.long)
        rank[used] = torch.arange(len(used))
        along = first // width // kernel[0] * (width // kernel[1]) + first % width // kernel[1]
        size = (height // kernel[0]) * (width // kernel[1])
        return result.placed(rank[chosen] * size + along)
    return None


def _over_channels(
    context: Context, value: Value, places: Tensor, shape: tuple[int, ...], weight: float
) -> Value:
    """Sums of channels at each position: a 1x1 convolution of zeros and `weight`s."""
    channels, height, width = value.extents
    positions = value.positions
    at = places % positions
    if not torch.equal(at, at[:, :1].expand_as(at)) or places.shape[0] % positions:
        context.fail("reduces over something else than all positions, or channels at each position")
    outputs = places.shape[0] // positions
    for order in (torch.arange(places.shape[0]).view(outputs, positions),
                  torch.arange(places.shape[0]).view(positions, outputs).T):  # fmt: skip
        groups = places[order][:, :, :] // positions
        if torch.equal(groups, groups[:, :1].expand_as(groups)) and chosen_channels(
            at[order][:, :, 0], (1, height, width)
        ) == [0] * outputs:
            matrix = torch.zeros(outputs, channels)
            matrix.scatter_add_(1, groups[:, 0], torch.full(groups[:, 0].shape, weight))
            extents = (outputs, height, width)
            node = context.layer(
                "convolution", [value.node], extents, {"weight": matrix[:, :, None, None]},
                out_channels=outputs, kernel=[1, 1],
            )  # fmt: skip
            back = torch.empty_like(order).reshape(-1)
            back[order.reshape(-1)] = torch.arange(back.numel())
            return node.placed(back.reshape(shape))
    context.fail("reduces over groups of channels that differ between positions")


