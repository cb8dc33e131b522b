"""Borders around maps."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from ..context import Call, Context, handles
from ..values import Value, whole
from .pooling import PAD


@handles("pad", "constant_pad_nd")
def pad(context: Context, call: Call) -> Value:
    """Rows, columns and channels of zeros around a map, or of the map's own elements."""
    value, sides, mode = call["self"], list(call["pad"]), call.get("mode", "constant")
    if len(sides) > 2 * (len(value.shape) - 1):
        context.fail("pads images; rows, columns and channels are covered")
    if mode != "constant":
        return _repeated(value, sides, mode)
    value = value.laid_out(lambda places: F.pad(places, [min(side, 0) for side in sides]))
    sides = [max(side, 0) for side in sides] + [0] * 6
    if not any(sides):
        return value
    if len(value.shape) == 2:
        sides = [0, 0, 0, 0, *sides[:2]]
    elif len(value.shape) == 3:
        sides = [0, 0, *sides[:4]]
    number = float(call.get("value") or 0.0)
    source = context.exact_map(value)
    if any(sides[4:6]):
        source = _padded_channels(context, source, sides[4], sides[5], number)
    left, right, top, bottom = sides[:4]
    channels, height, width = source.extents
    extents = (channels, height + top + bottom, width + left + right)
    shape = (1, *extents[: len(value.shape) - 1])
    if any(sides[:4]):
        options = {"padding": [top, left, bottom, right], "value": number}
        source = context.add(PAD, [source.node], extents, **options)
    return whole(source.node, extents, shape)


def _padded_channels(context: Context, source: Value, before: int, after: int, number: float) -> Value:
    if number:
        context.fail(f"pads channels with {number}; zeros are covered")
    channels, height, width = source.extents
    order = [-1] * before + list(range(channels)) + [-1] * after
    return context.add("rearrange", [source.node], (len(order), height, width), channels=order)


def _repeated(value: Value, sides: list[int], mode: str) -> Value:
    """Borders of a map's own rows and columns: reflected, the outermost ones again, or those of the other end."""
    for number, (before, after) in enumerate(zip(sides[::2], sides[1::2])):
        dim = len(value.shape) - 1 - number
        order = torch.arange(value.shape[dim], dtype=torch.float64)[None]
        order = F.pad(order, (before, after), mode=mode)[0].long()
        value = value.laid_out(lambda places: places.index_select(dim, order))  # noqa: B023
    return value


@handles(
    *(f"{mode}_pad{rank}d" for mode in ("reflection", "replication") for rank in (1, 2, 3)), "_pad_circular",
)  # fmt: skip
def pad_by_repeating(context: Context, call: Call) -> Value:
    """The same under names of their own."""
    modes = {"reflection": "reflect", "replication": "replicate", "_pad": "circular"}
    name = call.operator.removeprefix("aten.")
    mode = next(mode for start, mode in modes.items() if name.startswith(start))
    return _repeated(call["self"], list(call["pad" if "pad" in call.arguments else "padding"]), mode)
