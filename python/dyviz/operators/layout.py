"""Operators that only move, drop or repeat elements."""

from __future__ import annotations

from typing import Any

import torch

from ..context import HANDLERS, Call, Context, handles
from ..values import Value

MOVES = """
    view reshape _unsafe_view view_as reshape_as flatten unflatten squeeze unsqueeze permute transpose t movedim moveaxis swapaxes
    numpy_T mT slice select narrow index index_select expand expand_as broadcast_to repeat tile repeat_interleave
    flip roll channel_shuffle native_channel_shuffle pixel_shuffle pixel_unshuffle rot90 diagonal unfold
"""
SPLITS = "split split_with_sizes chunk unbind tensor_split"
SAME = """
    clone contiguous detach alias to _to_copy lift_fresh_copy lift_fresh dropout feature_dropout alpha_dropout
    feature_alpha_dropout native_dropout type_as
"""


def move(context: Context, call: Call) -> Any:
    """Does to the places what the operator does to the elements."""
    value, arguments = _first(context, call)
    packet = getattr(torch.ops.aten, call.operator.removeprefix("aten."))
    return value.laid_out(lambda places: packet(places, **arguments))


def split(context: Context, call: Call) -> list[Value]:
    """The same, with several results."""
    value, arguments = _first(context, call)
    packet = getattr(torch.ops.aten, call.operator.removeprefix("aten."))
    return [value.placed(part) for part in packet(value.index(), **arguments)]


def same(context: Context, call: Call) -> Any:
    """The value itself: in evaluation mode nothing happens."""
    value, arguments = _first(context, call)
    if arguments.get("train"):
        context.fail("is in training mode though the module was put into evaluation mode")
    dtype = arguments.get("dtype")
    if dtype is not None and dtype != torch.float32:
        context.fail(f"converts to {dtype}; a model file computes in float32")
    return value


def _first(context: Context, call: Call) -> tuple[Value, dict[str, Any]]:
    """The tensor and the other arguments, whose values do not depend on the image."""
    names = list(call.arguments)
    value = call[names[0]]
    if not isinstance(value, Value):
        context.fail("its choice of elements depends on the image")
    arguments = {name: call[name] for name in names[1:]}
    for name, one in arguments.items():
        if name == "other" and isinstance(one, Value):
            arguments[name] = one.index()
        elif any(isinstance(part, Value) for part in torch.utils._pytree.tree_leaves(one)):
            context.fail(f"its {name} depends on the image")
    return value, arguments


for _name in MOVES.split():
    HANDLERS[f"aten.{_name}"] = move
for _name in SPLITS.split():
    HANDLERS[f"aten.{_name}"] = split
for _name in SAME.split():
    HANDLERS[f"aten.{_name}"] = HANDLERS[f"aten.{_name}_"] = same


@handles("_assert_tensor_metadata")
def ignore(context: Context, call: Call) -> None:
    """A check that the tracer put in."""
