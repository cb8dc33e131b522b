"""The operator that stands for a Dynamic ReLU module."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from ..context import HANDLERS, Call, Context
from ..values import Value
from .joins import join


def dynamic_relu(context: Context, call: Call) -> Value:
    """An activation with coefficients from the graph; `rewriting` finds the hyper function behind them, if there is one."""
    slopes, intercepts = call["slopes"], call["intercepts"]
    source = context.whole_map(call["x"])
    count, shared = slopes.shape[1:]
    if intercepts is None:
        intercepts = torch.zeros(tuple(slopes.shape))
    parts = [_row(slopes), _row(intercepts)]
    if not any(isinstance(part, Value) for part in parts):
        context.fail("has constant coefficients")
    context.call = replace(call, origin=context.relabelled("coefficients"))
    coefficients = context.whole_map(join(context, parts, 1))
    context.call = call
    options: dict[str, Any] = {"functions": count, "sharing": "channel", "coefficients": "input"}
    if shared == 1 and source.extents[0] != 1:
        options["sharing"] = "all"
    attention = _attention(context, call)
    if attention is not None:
        options["attention"] = attention
    node = context.add("activation", [source.node, coefficients.node], source.extents, **options)
    return Value(node.node, node.extents, source.shape)


def _row(part: Any) -> Any:
    """[1, K, M] as [1, K M]."""
    return part.laid_out(lambda places: places.reshape(1, -1)) if isinstance(part, Value) else part.reshape(1, -1)


def _attention(context: Context, call: Call) -> dict[str, Any] | None:
    weight, bias = call["weight"], call["bias"]
    if weight is None:
        return None
    weight, bias = context.constant(weight, "attention's weight"), context.constant(bias, "attention's bias")
    label = call.origin.label
    attention = {
        "weight": context.store(weight, f"{label}.attention.weight"),
        "temperature": float(call["temperature"]),
        "scale": float(call["scale"]),
    }
    if bias is not None:
        attention["bias"] = context.store(bias, f"{label}.attention.bias")
    return attention


HANDLERS["dyviz.dynamic_relu"] = dynamic_relu
