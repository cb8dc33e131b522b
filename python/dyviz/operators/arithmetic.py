"""Sums and products, of two values or of one with a constant."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from ..context import Call, Context, handles
from ..values import Value, chosen_channels, map_extents, whole

@handles("add", "sub", "subtract")
def add(context: Context, call: Call) -> Value:
    """x + alpha y."""
    alpha = call.get("alpha", 1)
    sign = 1.0 if call.operator.rstrip("_").endswith("add") else -1.0
    return weighted_sum(context, call["self"], call["other"], 1.0, sign * alpha)


@handles("rsub")
def reversed_subtraction(context: Context, call: Call) -> Value:
    """y - alpha x."""
    return weighted_sum(context, call["self"], call["other"], -1.0 * call.get("alpha", 1), 1.0)


@handles("mul", "multiply")
def multiply(context: Context, call: Call) -> Value:
    """x y."""
    left, right = call["self"], call["other"]
    if isinstance(left, Value) and isinstance(right, Value):
        return combine(context, "multiply", left, right)
    value, constant = (left, right) if isinstance(left, Value) else (right, left)
    return affine(context, value, constant, 0.0)


@handles("neg", "negative")
def negate(context: Context, call: Call) -> Value:
    """-x."""
    return affine(context, call["self"], -1.0, 0.0)


def weighted_sum(context: Context, left: Any, right: Any, first: float, second: float) -> Value:
    """first * left + second * right, each a value or a constant."""
    if isinstance(left, Value) and isinstance(right, Value):
        left = left if first == 1 else affine(context, left, first, 0.0)
        right = right if second == 1 else affine(context, right, second, 0.0)
        return combine(context, "add", left, right)
    if isinstance(left, Value):
        return affine(context, left, first, second * torch.as_tensor(right, dtype=torch.float64))
    return affine(context, right, second, first * torch.as_tensor(left, dtype=torch.float64))


def affine(context: Context, value: Value, scale: Any, shift: Any) -> Value:
    """scale x + shift, for constants that do not vary over a channel's positions: a batch_normalization."""
    scale = torch.as_tensor(scale, dtype=torch.float64)
    shift = torch.as_tensor(shift, dtype=torch.float64)
    shape = torch.broadcast_shapes(value.shape, scale.shape, shift.shape)
    value = value.laid_out(lambda places: places.expand(shape))
    value = context.compact(value)
    weight = _per_channel(context, value, scale.expand(shape))
    bias = _per_channel(context, value, shift.expand(shape))
    below, inner_weight, inner_bias = plain_affine(context, value.node)
    weight, bias = weight * inner_weight, bias + weight * inner_bias
    value = Value(below, value.extents, shape, value.places)
    if bool(((weight - 1).abs() < 1e-9).all()) and bool((bias.abs() < 1e-9).all()):
        return value
    zeros = torch.zeros(value.extents[0])
    tensors = {"weight": weight.float(), "bias": bias.float(), "mean": zeros, "variance": zeros + 1}
    node = context.layer("batch_normalization", [value.node], value.extents, tensors, epsilon=0.0)
    context.affines[node.node] = (value.node, weight, bias)
    return Value(node.node, value.extents, shape, value.places)


def plain_affine(context: Context, node: str) -> tuple[str, Tensor, Tensor]:
    """A node as scale x + shift of another one, in double precision; every node is 1 times itself."""
    ones = torch.ones(context.graph.shapes[node][0], dtype=torch.float64)
    return context.affines.get(node, (node, ones, ones - 1))


def uniform(context: Context, value: Value) -> tuple[Value, float, float]:
    """`value` as scale x + shift with one scale and one shift for all channels, 1 and 0 if that cannot be."""
    below, scale, shift = plain_affine(context, value.node)
    if bool((scale == scale[0]).all()) and bool((shift == shift[0]).all()):
        return Value(below, value.extents, value.shape, value.places), float(scale[0]), float(shift[0])
    return value, 1.0, 0.0


def _per_channel(context: Context, value: Value, constant: Tensor) -> Tensor:
    """A constant of `value`'s shape as one number for each channel of its node."""
    ordered = constant.reshape(-1)
    if value.places is not None:
        ordered = torch.empty_like(ordered).scatter_(0, value.places.reshape(-1), ordered)
    rows = ordered.view(value.extents[0], -1)
    if not bool((rows == rows[:, :1]).all()):
        context.fail("uses a constant that varies over positions; one number for each channel is covered")
    if not bool(torch.isfinite(rows).all()):
        context.fail("uses a constant that is not finite")
    return rows[:, 0]


SYMMETRIC = ("add", "multiply", "maximum")
"""What gives the same for its inputs in either order."""


def combine(context: Context, operator: str, left: Value, right: Value) -> Value:
    """A node of two values whose shapes are broadcast against each other: `add`, `multiply`, `maximum` and others."""
    shape = torch.broadcast_shapes(left.shape, right.shape)
    orders = ((left, right, False), (right, left, True))
    for first, second, turned in orders:
        result = _aligned(context, operator, first, second, shape, turned)
        if result is not None:
            return result
    extents = map_extents(shape)
    for first, second, turned in orders:
        if extents is not None and first.count == math.prod(shape):
            first = context.whole_map(first)
            result = _aligned(context, operator, first, second, shape, turned)
            if result is not None:
                return result
    result = None
    if operator in SYMMETRIC:
        result = _paired(context, operator, left, right, shape)
    result = result or _spread(context, operator, left, right, shape)
    if result is not None:
        return result
    context.fail(f"combines shapes {list(left.shape)} and {list(right.shape)} in a way that no node does")


def _paired(context: Context, operator: str, left: Value, right: Value, shape: tuple[int, ...]) -> Value | None:
    """The node that has a channel for each pair of channels that meet, as in x[:, None] * a[..., None, None].

    None if elements of different positions meet.
    """
    first, second = (left, right) if left.positions >= right.positions else (right, left)
    if second.extents[1:] not in ((1, 1), first.extents[1:]):
        return None
    one, other = (value.index().expand(shape).reshape(-1) for value in (first, second))
    at = one % first.positions
    if second.positions > 1 and not torch.equal(at, other % second.positions):
        return None
    pairs, rank = (one // first.positions * second.extents[0] + other // second.positions).unique(return_inverse=True)
    nodes = [
        context.select(value, channels.tolist())
        for value, channels in ((first, pairs // second.extents[0]), (second, pairs % second.extents[0]))
    ]
    extents = (len(pairs), *first.extents[1:])
    options = {"functions": 2, "maximum": "inputs"} if operator == "maximum" else {}
    if options and second.positions != first.positions:
        return None
    node = context.add("activation" if options else operator, nodes, extents, **options)
    return Value(node.node, extents, shape).placed((rank * first.positions + at).view(shape))


def _spread(context: Context, operator: str, left: Value, right: Value, shape: tuple[int, ...]) -> Value | None:
    """The node that takes each of two maps along the axes in which it has one row, column or channel alone."""
    if len(shape) != 4 or shape[0] != 1 or operator == "maximum":
        return None
    nodes = []
    for value in (left, right):
        own = (1,) * (4 - len(value.shape)) + value.shape
        value = value.laid_out(lambda places: places.reshape(own))  # noqa: B023
        nodes.append(context.exact_map(value).node)
    return context.add(operator, nodes, map_extents(shape))  # type: ignore[arg-type]


def _aligned(
    context: Context, operator: str, first: Value, second: Value, shape: tuple[int, ...], turned: bool
) -> Value | None:
    """The node if `first` is a whole map and `second`, seen in its layout, fits it; None if not.

    `turned` says that `first` is the operator's second input.
    """
    if first.count != math.prod(shape) or not first.is_permutation():
        return None
    channels, height, width = first.extents
    order = first.index().reshape(-1)
    places = torch.empty_like(order)
    places[order] = second.index().expand(shape).reshape(-1)
    places = places.view(channels, height * width)
    name = _operand(context, second, places, (height, width))
    if name is None:
        return None
    if operator == "maximum":
        if context.graph.shapes[name] != first.extents:
            zeros = affine(context, whole(first.node, first.extents), 0.0, 0.0)
            name = context.add("add", [zeros.node, name], first.extents).node
        options: dict[str, Any] = {"functions": 2, "maximum": "inputs"}
        node = context.add("activation", [first.node, name], first.extents, **options)
    else:
        inputs = [name, first.node] if turned and operator not in SYMMETRIC else [first.node, name]
        node = context.add(operator, inputs, first.extents)
    return Value(node.node, first.extents, shape, first.places if first.places is None else first.index().view(shape))


def _operand(context: Context, value: Value, places: Tensor, size: tuple[int, int]) -> str | None:
    """The node that stands for `places` [C, H W] of a map of that size: a map, one channel, row or column, or a vector."""
    if value.extents[1:] == size:
        if torch.equal(places, places[:1].expand_as(places)) and places.shape[0] > 1:
            channels = chosen_channels(places[:1], value.extents)
        else:
            channels = chosen_channels(places, value.extents)
        if channels is not None:
            return context.select(value, channels)
    if value.positions == 1 and torch.equal(places, places[:, :1].expand_as(places)):
        return context.select(value, places[:, 0].tolist())
    return _moved_operand(context, value, places.reshape(-1, *size))


def _moved_operand(context: Context, value: Value, places: Tensor) -> str | None:
    """The node of other places [C, H, W]: the map turned as it has to be, or a row, a column or one channel for all."""
    for dim in range(3):
        first = places.narrow(dim, 0, 1)
        if torch.equal(places, first.expand_as(places)):
            places = first
    if torch.equal(places.reshape(-1), torch.arange(value.count)) and tuple(places.shape) == value.extents:
        return value.node
    channels = chosen_channels(places, value.extents)
    if channels is not None and tuple(places.shape[1:]) == value.extents[1:]:
        return context.select(value, channels)
    moved = context.rearranged(value, places)
    return None if moved is None else moved.node
