"""Softmax: shares of positions, of channels, or of the parts of a map's channels."""

from __future__ import annotations

import torch
from torch import Tensor

from ..context import Call, Context, handles
from ..values import Value

SOFTMAX = "softmax"


@handles("softmax", "_softmax")
def softmax(context: Context, call: Call) -> Value:
    """Over all positions of each channel, or over channels at each position."""
    if call.get("dtype") not in (None, torch.float32):
        context.fail(f"computes in {call['dtype']}; a model file computes in float32")
    value = context.compact(call["self"])
    moved = value.index().movedim(call["dim"], -1)
    sets = moved.reshape(-1, moved.shape[-1])
    channels, at = sets // value.positions, sets % value.positions
    if bool((at == at[:, :1]).all()):
        return _over_channels(context, value, channels, at[:, 0])
    if sets.shape[1] == value.positions and bool((channels == channels[:, :1]).all()):
        node = context.add(SOFTMAX, [value.node], value.extents, over="positions")
        return Value(node.node, value.extents, value.shape, value.places)
    context.fail("shares over something else than all positions, or channels at each position")


def _over_channels(context: Context, value: Value, channels: Tensor, at: Tensor) -> Value:
    """Sets of channels [sets, members] at the positions `at`: the parts of the map, in which a set's members have one place."""
    count, positions = value.extents[0], value.positions
    members = channels.sort(dim=1).values
    in_order = members[(at * count + members[:, 0]).argsort()].view(positions, -1, members.shape[1])
    if not torch.equal(in_order, in_order[:1].expand_as(in_order)):
        context.fail("shares over channels that differ between positions")
    order = in_order[0].T.reshape(-1)
    parts = None if members.shape[1] == count else members.shape[1]
    source = context.select(value, order.tolist())
    node = context.add(SOFTMAX, [source], value.extents, over="channels", parts=parts)
    if source == value.node:
        return Value(node.node, value.extents, value.shape, value.places)
    rank = torch.empty_like(order)
    rank[order] = torch.arange(count)
    places = value.index()
    return node.placed(rank[places // positions] * positions + places % positions)
