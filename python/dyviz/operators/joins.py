"""Concatenation."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..context import Call, Context, handles
from ..values import Value, chosen_channels, map_extents, whole
from .arithmetic import affine

MAXIMUM_INPUTS = 64
AXES = ("channels", "rows", "columns")


@handles("cat", "concat", "concatenate")
def concatenate(context: Context, call: Call) -> Value:
    """Tensors behind each other along one dimension."""
    return join(context, list(call["tensors"]), call["dim"])


@handles("stack")
def stack(context: Context, call: Call) -> Value:
    """Tensors behind each other along a new dimension."""
    dim = call["dim"] % call.rank
    parts = [
        part.laid_out(lambda places: places.unsqueeze(dim)) if isinstance(part, Value) else part.unsqueeze(dim)
        for part in call["tensors"]
    ]
    return join(context, parts, dim)


def join(context: Context, parts: list[Any], dim: int) -> Value:
    """The nodes' maps are put behind each other along the channels; the places say where each element went."""
    given = [part for part in parts if isinstance(part, Value)]
    parts = [part if isinstance(part, Value) else _as_value(context, part, given[0]) for part in parts]
    parts = [part for part in parts if part.count]
    if any(part.node != parts[0].node for part in parts) or not all(_is_choice(part) for part in parts):
        parts = [_compact(context, part) for part in parts]
    sources: dict[str, Value] = {}
    for part in parts:
        sources.setdefault(part.node, part)
    height, width = parts[0].extents[1:]
    is_plain = all(part.places is None and len(part.shape) == 4 for part in parts)
    if any(part.extents[1:] != (height, width) for part in parts) or is_plain and dim % 4 > 1 and len(sources) > 1:
        return _joined_along(context, parts, dim)
    offsets, total = {}, 0
    for name, part in sources.items():
        offsets[name] = total * height * width
        total += part.extents[0]
    node = _joined(context, list(sources), [part.extents[0] for part in sources.values()], (height, width))
    places = torch.cat([part.index() + offsets[part.node] for part in parts], dim)
    return Value(node, (total, height, width), tuple(places.shape)).placed(places)


def _joined_along(context: Context, parts: list[Value], dim: int) -> Value:
    """Maps behind each other along any axis, each a node's whole map."""
    rank = len(parts[0].shape)
    axis = dim % rank - 1
    maps = [context.exact_map(part) for part in parts] if rank in (3, 4) and axis >= 0 else []
    shapes = {(*one.extents[:axis], *one.extents[axis + 1 :]) for one in maps}
    if len(shapes) != 1:
        context.fail("joins maps of different sizes: " + ", ".join(str(part.extents) for part in parts))
    extents = list(maps[0].extents)
    extents[axis] = sum(one.extents[axis] for one in maps)
    names = [one.node for one in maps]
    while len(names) > 1:
        first, names = names[:MAXIMUM_INPUTS], names[MAXIMUM_INPUTS:]
        size = list(extents)
        size[axis] = sum(context.graph.shapes[one][axis] for one in first)
        node = context.add("concatenate", first, (size[0], size[1], size[2]), axis=AXES[axis])
        names = [node.node, *names]
    return whole(names[0], (extents[0], extents[1], extents[2]), (1, *extents[: rank - 1]))


def _joined(context: Context, names: list[str], channels: list[int], size: tuple[int, int]) -> str:
    """One node for all; nodes of nodes where there are too many."""
    while len(names) > 1:
        first, names = names[:MAXIMUM_INPUTS], names[MAXIMUM_INPUTS:]
        count, channels = sum(channels[:MAXIMUM_INPUTS]), channels[MAXIMUM_INPUTS:]
        node = context.add("concatenate", first, (count, *size))
        names, channels = [node.node, *names], [count, *channels]
    return names[0]


def _compact(context: Context, part: Value) -> Value:
    """The part with a node of its own if it is some channels of a larger one."""
    if part.is_permutation() or map_extents(part.shape) is None:
        return part
    return context.whole_map(part)


def _is_choice(part: Value) -> bool:
    """Whether a part is some elements of a vector, or whole channels in order."""
    extents = map_extents(part.shape)
    if part.positions == 1 or part.is_permutation() or extents is None:
        return True
    return chosen_channels(part.index().reshape(extents), part.extents) is not None


def _as_value(context: Context, constant: Tensor, beside: Value) -> Value:
    """A constant beside vectors: 0 times an element of theirs, plus the constant."""
    if beside.positions != 1:
        context.fail("joins a map with a constant tensor; vectors may be")
    shape = tuple(constant.shape)
    vector = context.whole_map(Value(beside.node, beside.extents, shape, torch.zeros(shape, dtype=torch.long)),
                               (constant.numel(), 1, 1))  # fmt: skip
    vector = Value(vector.node, vector.extents, shape)
    return affine(context, vector, 0.0, constant)
