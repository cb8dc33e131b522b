"""Activation functions."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..context import Call, Context, handles
from ..values import Value
from .arithmetic import affine, uniform

CURVES = {
    "hardswish": "hard_swish",
    "hardsigmoid": "hard_sigmoid",
    "silu": "silu",
    "sigmoid": "sigmoid",
    "special_expit": "sigmoid",
    "tanh": "tanh",
    "mish": "mish",
}
RELU = [1.0, 0.0]


@handles(*CURVES)
def curve(context: Context, call: Call) -> Value:
    """A fixed smooth function."""
    return elementwise(context, call["self"], curve=CURVES[call.operator.removeprefix("aten.").rstrip("_")])


@handles("gelu")
def gelu(context: Context, call: Call) -> Value:
    """GELU with the error function or its tanh form."""
    name = "gelu_tanh" if call["approximate"] == "tanh" else "gelu"
    return elementwise(context, call["self"], curve=name)


SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)
"""SELU's alpha and scale."""


@handles("elu", "celu", "selu")
def elu(context: Context, call: Call) -> Value:
    """ELU and its kin: a factor within the exponential, one for all, and one below 0."""
    name = call.operator.removeprefix("aten.").rstrip("_")
    alpha = float(call.get("alpha", 1))
    if name == "celu":
        return scaled_curve(context, call["self"], "elu", 1 / alpha, alpha)
    if name == "selu":
        return scaled_curve(context, call["self"], "elu", 1.0, SELU[1], SELU[0])
    inner = float(call.get("input_scale", 1))
    if inner <= 0:
        context.fail(f"has the input_scale {inner}; numbers above 0 are covered")
    return scaled_curve(context, call["self"], "elu", inner, float(call.get("scale", 1)) / inner, alpha * inner)


def scaled_curve(
    context: Context, value: Value, curve: str, inner: float, outer: float, negative: float = 1.0
) -> Value:
    """outer * curve(inner * x), below 0 times another factor."""
    scales = {"input_scale": inner, "scale": outer, "negative_scale": negative}
    return elementwise(context, value, curve=curve, **{key: scale for key, scale in scales.items() if scale != 1})


@handles("relu")
def relu(context: Context, call: Call) -> Value:
    """max(x, 0)."""
    return lines(context, call["self"], RELU)


@handles("relu6")
def relu6(context: Context, call: Call) -> Value:
    """max(x, 0), at most 6."""
    return bounded(context, call["self"], 0.0, 6.0)


@handles("leaky_relu")
def leaky_relu(context: Context, call: Call) -> Value:
    """x above 0, x times a constant below."""
    return rectifier(context, call["self"], float(call["negative_slope"]))


@handles("rrelu")
def randomized_relu(context: Context, call: Call) -> Value:
    """In evaluation mode the mean of both slopes."""
    if call["training"]:
        context.fail("is in training mode")
    return rectifier(context, call["self"], (float(call["lower"]) + float(call["upper"])) / 2)


@handles("prelu", "_prelu_kernel")
def parametric_relu(context: Context, call: Call) -> Value:
    """x above 0, x times a trained number below."""
    slope = context.constant(call["weight"], "weight")
    sharing = "all" if slope.numel() == 1 else "channel"
    source = context.whole_map(call["self"])
    if slope.ndim != 1:
        slope = slope.reshape(-1)
    name = context.store(slope, f"{context.call.origin.label}.weight")  # type: ignore[union-attr]
    return elementwise(context, source, functions=2, sharing=sharing, negative_slope=name)


@handles("hardtanh", "clamp", "clip", "clamp_min", "clamp_max")
def clamp(context: Context, call: Call) -> Value:
    """min(max(x, low), high)."""
    low, high = (call.get(name, call.get(f"{name}_val")) for name in ("min", "max"))
    for bound in (low, high):
        if isinstance(bound, Value) or isinstance(bound, torch.Tensor) and bound.numel() != 1:
            context.fail("has bounds that are tensors; numbers are covered")
    return bounded(
        context, call["self"], None if low is None else float(low), None if high is None else float(high)
    )


def bounded(context: Context, value: Value, low: float | None, high: float | None) -> Value:
    """Bounds are the intercept of a constant line, and the upper bound."""
    if high is not None and (high < 0 or not math.isfinite(high)):
        context.fail(f"has the upper bound {high}; finite ones from 0 on are covered")
    options = {} if high is None else {"upper_bound": high}
    if low is None:
        return lines(context, value, [1.0], **options)
    if not math.isfinite(low):
        context.fail(f"has the lower bound {low}")
    if low == 0 and high:
        inner, scale, shift = uniform(context, value)
        if abs(scale - high / 6) < 2e-8 * high and abs(shift - high / 2) < 2e-8 * high:
            return affine(context, elementwise(context, inner, curve="hard_sigmoid"), high, 0.0)
    return lines(context, value, RELU, [0.0, low], **options)


@handles("abs", "absolute")
def absolute(context: Context, call: Call) -> Value:
    """max(x, -x)."""
    return lines(context, call["self"], [1.0, -1.0])


def rectifier(context: Context, value: Value, slope: float) -> Value:
    """x above 0, slope x below: a maximum for slopes up to 1, else a PReLU."""
    if slope <= 1:
        return lines(context, value, [1.0, slope])
    name = context.store(torch.tensor([slope]), f"{context.call.origin.label}.negative_slope")  # type: ignore[union-attr]
    return elementwise(context, value, functions=2, sharing="all", negative_slope=name)


def lines(
    context: Context, value: Value, slopes: list[float], intercepts: list[float] | None = None, **options: Any
) -> Value:
    """max over k of a_k x + b_k with constant coefficients."""
    if intercepts and any(intercepts):
        options["intercepts"] = intercepts
    return elementwise(context, value, functions=len(slopes), sharing="all", slopes=slopes, **options)


def elementwise(context: Context, value: Value, **options: Any) -> Value:
    """An activation node; the layout stays as it is where the value is a whole map in some order."""
    value = context.compact(value)
    node = context.add("activation", [value.node], value.extents, **options)
    return Value(node.node, value.extents, value.shape, value.places)


