"""Softmax, which a model file has within the attention of variant C only."""

from __future__ import annotations

from ..context import Call, Context, handles
from ..values import Value

SOFTMAX = "softmax"
"""A node of softmax over a map's positions, until an attention takes it along."""


@handles("softmax", "_softmax")
def softmax(context: Context, call: Call) -> Value:
    """Over all positions of one channel."""
    value = call["self"]
    if value.extents[0] != 1 or not value.is_permutation() or value.shape[call["dim"]] != value.count:
        context.uncovered()
    node = context.add(SOFTMAX, [value.node], value.extents)
    return Value(node.node, value.extents, value.shape, value.places)
