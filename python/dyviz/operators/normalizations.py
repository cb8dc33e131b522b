"""Normalisations by a map's own statistics: LayerNorm, RMSNorm, GroupNorm, InstanceNorm and response normalisation."""

from __future__ import annotations

import torch
from torch import Tensor

from ..context import Call, Context, handles
from ..values import Value, whole
from .arithmetic import per_channel, plain_affine
from .reductions import dimensions, grouped, over_positions

NORM = "norm over positions"
"""A node of each channel's Euclidean norm over its positions, a part of a response normalisation."""
RESPONSE = "response"
"""A node of such norms over their mean, until the map that they are of is multiplied by them."""


@handles("layer_norm", "rms_norm")
def layer_normalization(context: Context, call: Call) -> Value:
    """Over the channels of each position, in whatever layout; over whole channels it is a GroupNorm."""
    value, size = context.compact(call["input"]), torch.Size(call["normalized_shape"]).numel()
    sets = value.index().reshape(-1, size)
    tensors = {key: _by_channel(context, value, call.get(key)) for key in ("weight", "bias")}
    at = sets % value.positions
    if size == value.extents[0] and bool((at == at[:, :1]).all()):
        options = {"epsilon": call["eps"]}
        if call.operator.endswith("rms_norm"):
            epsilon = torch.finfo(torch.float32).eps if call["eps"] is None else call["eps"]
            options = {"epsilon": epsilon, "centred": False}
        node = context.layer("layer_normalization", [value.node], value.extents, tensors, **options)
        return Value(node.node, value.extents, value.shape, value.places)
    owner = torch.empty(value.count, dtype=torch.long)
    owner[sets.reshape(-1)] = torch.arange(len(sets)).repeat_interleave(size)
    neighbours = torch.arange(value.count) // size
    if call.operator.endswith("rms_norm") or not torch.equal(owner, neighbours) or size % value.positions:
        context.fail("normalises something else than the channels of each position, or neighbouring whole channels")
    options = {"groups": len(sets), "epsilon": call["eps"]}
    node = context.layer("group_normalization", [value.node], value.extents, tensors, **options)
    return Value(node.node, value.extents, value.shape, value.places)


def _by_channel(context: Context, value: Value, constant: Tensor | None) -> Tensor | None:
    """A scale or shift of the last dimensions as one number for each channel of the node; itself where that is the same."""
    if constant is None:
        return None
    constant = context.constant(constant, "scale or shift")
    ordered = per_channel(context, value, constant.expand(value.shape))
    return constant if torch.equal(ordered, constant) else ordered


@handles("group_norm")
def group_normalization(context: Context, call: Call) -> Value:
    """Over all positions of groups of neighbouring channels."""
    return _grouped_by(context, call, call["num_groups"])


@handles("instance_norm")
def instance_normalization(context: Context, call: Call) -> Value:
    """Over all positions of each channel."""
    if not call["use_input_stats"]:
        context.fail("has running statistics; write BatchNorm, which is the same then")
    return _grouped_by(context, call, call["input"].shape[1])


def _grouped_by(context: Context, call: Call, groups: int) -> Value:
    source = context.whole_map(call["input"])
    tensors = {
        key: None if call[key] is None else context.constant(call[key], "scale or shift") for key in ("weight", "bias")
    }
    node = context.layer(
        "group_normalization", [source.node], source.extents, tensors, groups=groups, epsilon=call["eps"]
    )
    return whole(node.node, node.extents, source.shape)


@handles("linalg_vector_norm")
def norm(context: Context, call: Call) -> Value:
    """The Euclidean norm of each channel over its positions."""
    value = call["self"]
    places, shape = grouped(value, dimensions(value, call["dim"]), bool(call["keepdim"]))
    if call["ord"] != 2 or call["dtype"] not in (None, torch.float32):
        context.uncovered()
    result = over_positions(context, value, places, _norm_of_channels)
    if result is None:
        context.uncovered()
    return result.placed(result.index().reshape(shape))


def _norm_of_channels(context: Context, source: Value, kernel: list[int]) -> Value:
    if kernel != list(source.extents[1:]):
        context.uncovered()
    return context.add(NORM, [source.node], (source.extents[0], 1, 1))


def response(context: Context, norms: Value, mean: Value) -> Value | None:
    """Norms over (their own mean over channels + epsilon); None for another quotient."""
    below, scale, epsilon = plain_affine(context, mean.node)
    over, averaging = context.graph.node(norms.node), context.graph.node(below)
    is_mean = averaging["operator"] == "convolution" and averaging["inputs"] == [norms.node] and mean.count == 1
    if over["operator"] != NORM or not is_mean:
        return None
    shares = context.graph.tensors[averaging["weight"]].double() * scale * norms.extents[0]
    if not torch.allclose(shares, torch.ones_like(shares), rtol=0, atol=1e-6):
        return None
    node = context.add(RESPONSE, over["inputs"], norms.extents, epsilon=float(epsilon))
    return Value(node.node, norms.extents, norms.shape, norms.places)
