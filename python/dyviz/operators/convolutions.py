"""Convolutions, fully connected layers and BatchNorm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ..context import Call, Context, handles
from ..values import Shape, Value, whole
from .pooling import pad_below, pair


@handles("conv2d")
def convolution(context: Context, call: Call) -> Value:
    """A convolution with zero padding, its own or that of a padding before it."""
    if isinstance(call["weight"], Value):
        return mixed_convolution(context, call)
    return _convolution(context, call, call["weight"], context.constant(call["bias"], "bias"))


def mixed_convolution(context: Context, call: Call) -> Value:
    """A convolution whose kernel is a product of a vector and a constant matrix."""
    shares, kernels = _mixture(context, call["weight"], "weight")
    bias = None
    if isinstance(call["bias"], Value):
        others, bias = _mixture(context, call["bias"], "bias")
        if others != shares:
            context.fail("its weight and its bias are mixed by different vectors; one for both is covered")
    elif call["bias"] is not None:
        context.fail("its weight is computed from the image, but its bias is constant; both, or the weight alone, are covered")
    return _convolution(context, call, kernels, bias, shares)


def _mixture(context: Context, value: Value, what: str) -> tuple[str, Tensor]:
    """The vector of shares, and the kernels [K, ...] that they mix."""
    node = context.graph.node(value.node)
    if node["operator"] != "linear" or node.get("bias") is not None:
        context.fail(f"its {what} is computed from the image; a vector times a constant matrix of kernels is covered")
    kernels = context.graph.tensors[node["weight"]].T
    kernels = kernels[:, value.index().reshape(-1)].reshape(-1, *value.shape)
    return node["inputs"][0], kernels.contiguous()


def _convolution(context: Context, call: Call, weight: Tensor, bias: Tensor | None, shares: str | None = None) -> Value:
    """The node; with `shares`, weight and bias have a leading dimension that these mix."""
    kernel, stride = list(weight.shape[-2:]), pair(call["stride"])
    dilation, groups = pair(call["dilation"]), call["groups"]
    source = context.whole_map(call["input"])
    padding = _padding(call["padding"], kernel, dilation)
    node, padding, extents = pad_below(context, source, padding, 0.0)
    height, width = (
        (extent + padding[side] + padding[side + 2] - step * (taps - 1) - 1) // move + 1
        for side, (extent, taps, step, move) in enumerate(zip(extents[1:], kernel, dilation, stride))
    )
    channels = weight.shape[-4]
    operator, inputs, options = "convolution", [node], {}
    if shares is not None:
        operator, inputs, options = "mixed_convolution", [node, shares], {"kernels": weight.shape[0]}
    return context.layer(
        operator, inputs, (channels, height, width), {"weight": weight, "bias": bias}, **options,
        out_channels=channels, kernel=kernel, stride=stride, padding=padding, dilation=dilation, groups=groups,
    )  # fmt: skip


@handles("conv_transpose2d")
def transposed_convolution(context: Context, call: Call) -> Value:
    """A transposed convolution."""
    weight = context.constant(call["weight"], "weight")
    bias = context.constant(call["bias"], "bias")
    source, groups = context.exact_map(call["input"]), call["groups"]
    stride, padding, more, dilation = (pair(call[key]) for key in ("stride", "padding", "output_padding", "dilation"))
    channels, kernel = weight.shape[1] * groups, list(weight.shape[2:])
    height, width = (
        (extent - 1) * stride[side] - 2 * padding[side] + dilation[side] * (kernel[side] - 1) + more[side] + 1
        for side, extent in enumerate(source.extents[1:])
    )
    return context.layer(
        "transposed_convolution", [source.node], (channels, height, width), {"weight": weight, "bias": bias},
        out_channels=channels, kernel=kernel, stride=stride, padding=padding, output_padding=more, dilation=dilation,
        groups=groups,
    )  # fmt: skip


@handles("conv1d")
def convolution_of_channels(context: Context, call: Call) -> Value:
    """A one-dimensional convolution over the channels of a vector, as a matrix."""
    weight = context.constant(call["weight"], "weight")
    bias = context.constant(call["bias"], "bias")
    value = call["input"]
    if value.count != value.extents[0] or value.positions != 1 or value.shape[-2] != 1:
        context.fail("is covered over the channels of a pooled map only")
    vector = context.whole_map(value, value.extents)
    options = (call["stride"], call["padding"], call["dilation"], call["groups"])
    matrix = F.conv1d(torch.eye(value.count)[:, None], weight.float(), None, *options)
    offset = None if bias is None else bias[:, None].expand(matrix.shape[1:]).reshape(-1)
    result = dense(context, vector.node, value.count, matrix.flatten(1).T.contiguous(), offset)
    return whole(result.node, result.extents, (1, *matrix.shape[1:]))


@handles("linear")
def linear(context: Context, call: Call) -> Value:
    """A fully connected layer: on a vector, on a flattened map, or at each position of a map."""
    weight = context.constant(call["weight"], "weight")
    return _linear(context, call["input"], weight, context.constant(call["bias"], "bias"))


@handles("addmm", "mm", "matmul")
def product(context: Context, call: Call) -> Value:
    """A matrix product with a constant on the right."""
    left, right = (call["mat1"], call["mat2"]) if "mat1" in call.arguments else (call["self"], call.get("mat2"))
    right = call["other"] if right is None else right
    if not isinstance(left, Value) or isinstance(right, Value) or right.ndim != 2:
        context.fail("is covered with a constant matrix on the right only; attention between positions is not")
    bias = None
    if "mat1" in call.arguments:
        bias = context.constant(call["self"], "addend") * call["beta"]
        right = right * call["alpha"]
        if bias.numel() != right.shape[1]:
            context.fail("adds a matrix; a vector is covered")
        bias = bias.reshape(-1)
    return _linear(context, left, right.T.contiguous(), bias)


def _linear(context: Context, value: Value, weight: Tensor, bias: Tensor | None) -> Value:
    _, height, width = value.extents
    features = value.shape[-1]
    places = value.index().reshape(-1, features)
    if places.shape[0] == 1:
        if value.positions > 1 and value.is_permutation():
            result = _window(context, value, places[0], weight, bias)
        else:
            vector = context.whole_map(value, (features, 1, 1))
            result = dense(context, vector.node, features, weight, bias)
        return whole(result.node, result.extents, (*value.shape[:-1], weight.shape[0]))
    chosen, positions = places[0] // value.positions, places[:, 0] % value.positions
    expected = chosen * value.positions + positions[:, None]
    if places.shape[0] != value.positions or not torch.equal(places, expected):
        moved = context.rearranged(value, places.T[:, :, None])
        if moved is None:
            context.fail("is covered over the channels, a flattened map, or what one node can put into channels")
        (height, width), positions = moved.extents[1:], torch.arange(places.shape[0])
        node = moved.node
    else:
        node = context.select(value, chosen.tolist())
    shape = (weight.shape[0], height, width)
    result = _pointwise(context, node, shape, weight, bias)
    order = torch.arange(weight.shape[0]) * (height * width) + positions[:, None]
    return Value(result.node, shape, tuple(order.shape), order).laid_out(
        lambda one: one.reshape(*value.shape[:-1], weight.shape[0])
    )


def dense(context: Context, node: str, features: int, weight: Tensor, bias: Tensor | None) -> Value:
    """A `linear` node."""
    shape = (weight.shape[0], 1, 1)
    tensors = {"weight": weight, "bias": bias}
    return context.layer("linear", [node], shape, tensors, out_features=weight.shape[0])


def _pointwise(context: Context, node: str, shape: Shape, weight: Tensor, bias: Tensor | None) -> Value:
    tensors = {"weight": _renamed(context, weight, weight[:, :, None, None]), "bias": bias}
    return context.layer("convolution", [node], shape, tensors, out_channels=shape[0], kernel=[1, 1])


def _window(context: Context, value: Value, places: Tensor, weight: Tensor, bias: Tensor | None) -> Value:
    """A layer on a flattened map is a convolution whose window is the whole map."""
    kernel = torch.empty_like(weight)
    kernel[:, places] = weight
    kernel = kernel.view(-1, *value.extents)
    tensors = {"weight": _renamed(context, weight, kernel), "bias": bias}
    return context.layer(
        "convolution", [value.node], (weight.shape[0], 1, 1), tensors,
        out_channels=weight.shape[0], kernel=list(value.extents[1:]),
    )  # fmt: skip


def _renamed(context: Context, old: Tensor, new: Tensor) -> Tensor:
    """`new` under the network's name for `old`."""
    if id(old) in context.names:
        context.names[id(new)] = context.names[id(old)]
        context.kept.append(new)
    return new


@handles("batch_norm", "_native_batch_norm_legit_no_training", "cudnn_batch_norm")
def batch_normalization(context: Context, call: Call) -> Value:
    """BatchNorm with its running statistics."""
    mean, variance = call.get("running_mean"), call.get("running_var")
    if call.get("training") or mean is None:
        context.fail("has no running statistics; only evaluation with running statistics is covered")
    source = context.whole_map(call["input"])
    channels = source.extents[0]
    weight, bias = call["weight"], call["bias"]
    tensors = {
        "weight": torch.ones(channels) if weight is None else weight,
        "bias": torch.zeros(channels) if bias is None else bias,
        "mean": mean,
        "variance": variance,
    }
    node = context.layer("batch_normalization", [source.node], source.extents, tensors, epsilon=call["eps"])
    return whole(node.node, node.extents, source.shape)


def _padding(padding: Any, kernel: Sequence[int], dilation: Sequence[int]) -> list[int]:
    """Top, left, bottom, right; "same" puts the odd one below and to the right."""
    if padding == "valid":
        return [0, 0, 0, 0]
    if padding == "same":
        total = [step * (taps - 1) for taps, step in zip(kernel, dilation)]
        before = [one // 2 for one in total]
        return before + [one - half for one, half in zip(total, before)]
    return pair(padding) * 2
