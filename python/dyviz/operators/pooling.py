"""Poolings, and what windows take along of a padding."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..context import Call, Context, handles
from ..values import Shape, Value

PAD = "pad"
"""A node of padding, until a window takes it along; see `pad_below`."""


def pair(sides: int | Sequence[int]) -> list[int]:
    """Height and width, where PyTorch takes one number for both."""
    sides = [sides] if isinstance(sides, int) else list(sides)
    return sides * 2 if len(sides) == 1 else sides


def pad_below(
    context: Context, source: Value, padding: list[int], neutral: float
) -> tuple[str, list[int], Shape]:
    """The node below a padding, what a window has to pad instead, and the extents without any padding.

    Only padding with `neutral` is taken along.
    """
    node = context.graph.node(source.node)
    if node["operator"] != PAD:
        return source.node, padding, source.extents
    below = node["inputs"][0]
    fits = node["value"] == neutral
    if neutral == -math.inf and node["value"] == 0:
        fits = _is_rectified(context, below) and not any(padding)
    if not fits:
        return source.node, padding, source.extents
    return below, [one + two for one, two in zip(node["padding"], padding)], context.graph.shapes[below]


def _is_rectified(context: Context, name: str) -> bool:
    """Whether a node's values are never below 0, so that zeros do not win against them."""
    node = context.graph.node(name)
    return 0.0 in node.get("slopes", []) and min(node.get("intercepts", [0.0])) >= 0


@handles("max_pool2d", "max_pool2d_with_indices")
def max_pool(context: Context, call: Call) -> Any:
    """The largest value under a window."""
    source = context.whole_map(call["self"])
    padding, dilation = pair(call["padding"]) * 2, pair(call["dilation"])
    node, padding, extents = pad_below(context, source, padding, -math.inf)
    kernel, stride = pair(call["kernel_size"]), pair(call["stride"] or call["kernel_size"])
    padding, shape = _windows(extents, kernel, stride, padding, dilation, call["ceil_mode"])
    options = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    result = context.add("max_pool", [node], shape, **options)
    return (result, None) if call.operator.endswith("indices") else result


@handles("avg_pool2d")
def average_pool(context: Context, call: Call) -> Value:
    """The mean value under a window."""
    source = context.whole_map(call["self"])
    kernel, stride = pair(call["kernel_size"]), pair(call["stride"] or call["kernel_size"])
    own, counts = pair(call["padding"]) * 2, call["count_include_pad"]
    if call["divisor_override"] is not None:
        context.fail("has a divisor of its own; the window's size is covered")
    if kernel == list(source.extents[1:]) and not any(own):
        return mean_over_windows(context, source, kernel)
    node, padding, extents = source.node, own, source.extents
    if counts or not any(own):
        node, padding, extents = pad_below(context, source, own, 0.0)
    counts = counts or padding != own
    padded = list(padding)
    padding, shape = _windows(extents, kernel, stride, padding, [1, 1], call["ceil_mode"])
    if padding != padded:
        if any(padded) and counts:
            context.fail("counts its padding but not what ceil_mode adds; use one of them")
        counts = False
    options = {"kernel": kernel, "stride": stride, "padding": padding, "count_padding": counts}
    return context.add("average_pool", [node], shape, **options)


@handles("adaptive_avg_pool2d", "_adaptive_avg_pool2d")
def adaptive_average_pool(context: Context, call: Call) -> Value:
    """Means over parts of the map."""
    return _adaptive(context, call, "average_pool", mean_over_windows)


@handles("adaptive_max_pool2d")
def adaptive_max_pool(context: Context, call: Call) -> Any:
    """Largest values over parts of the map."""
    return [_adaptive(context, call, "max_pool", max_over_windows), None]


def mean_over_windows(context: Context, source: Value, kernel: list[int]) -> Value:
    """Means over windows that lie side by side."""
    channels, height, width = source.extents
    if kernel == [1, 1]:
        return source
    if kernel == [height, width]:
        return context.add("global_average_pool", [_below_parts(context, source.node)], (channels, 1, 1))
    shape = (channels, height // kernel[0], width // kernel[1])
    return context.add("average_pool", [source.node], shape, kernel=kernel, stride=kernel)


def _below_parts(context: Context, name: str) -> str:
    """The map of whose equal parts `name` is the means, since their mean is the mean of all; else `name`."""
    node = context.graph.node(name)
    if node["operator"] != "average_pool" or node["kernel"] != node["stride"] or any(node.get("padding", [])):
        return name
    below = node["inputs"][0]
    is_whole = all(extent % side == 0 for extent, side in zip(context.graph.shapes[below][1:], node["kernel"]))
    return _below_parts(context, below) if is_whole else name


def max_over_windows(context: Context, source: Value, kernel: list[int]) -> Value:
    """Largest values over windows that lie side by side."""
    channels, height, width = source.extents
    shape = (channels, height // kernel[0], width // kernel[1])
    return context.add("max_pool", [source.node], shape, kernel=kernel, stride=kernel)


def _adaptive(context: Context, call: Call, operator: str, over_windows: Callable[..., Value]) -> Value:
    """A pooling of parts: windows where they are equal, else each by its ends."""
    source = context.exact_map(call["self"])
    extents = source.extents[1:]
    wanted = [one or extent for one, extent in zip(pair(call["output_size"]), extents)]
    if not any(extent % parts for extent, parts in zip(extents, wanted)):
        return over_windows(context, source, [extent // parts for extent, parts in zip(extents, wanted)])
    rows, columns = (
        [[index * extent // count, -(-(index + 1) * extent // count)] for index in range(count)]
        for extent, count in zip(extents, wanted)
    )
    shape = (source.extents[0], wanted[0], wanted[1])
    return context.add(operator, [source.node], shape, rows=rows, columns=columns)


def _windows(
    extents: Shape, kernel: list[int], stride: list[int], padding: list[int], dilation: list[int], ceil: bool
) -> tuple[list[int], Shape]:
    """Padding that covers what ceil_mode adds, and the result's shape."""
    padding, sizes = list(padding), []
    for side in (0, 1):
        extent, before, after = extents[1 + side], padding[side], padding[side + 2]
        reach = dilation[side] * (kernel[side] - 1) + 1
        room = extent + before + after - reach
        count = room // stride[side] + 1
        if ceil and room % stride[side] and count * stride[side] < extent + before:
            count += 1
            padding[side + 2] += count * stride[side] - stride[side] - room
        sizes.append(count)
    return padding, (extents[0], *sizes)
