"""Finds the spatial attention of variant C, equation (4), in whatever code computes it."""

from __future__ import annotations

import torch

from .graph import Json, checked
from .operators.softmax import SOFTMAX
from .rows import Finder, plain_number


def find(finder: Finder, name: str, x: str) -> Json | None:
    """The `attention` object of a map [1, H, W].

    That is min(scale H W softmax(z / temperature), 1) for a 1x1 convolution z of x; None for another map.
    """
    outer, name = _scale(finder, name)
    node = finder.nodes[name]
    bound = node.get("upper_bound")
    if bound is None or node.get("slopes") not in ([1.0], [1.0, 0.0]) or any(node.get("intercepts", [])):
        return None
    inner, name = _scale(finder, node["inputs"][0])
    node = finder.nodes[name]
    if node["operator"] != SOFTMAX or node["over"] != "positions" or inner <= 0 or outer <= 0 or abs(outer * bound - 1) > 1e-6:
        return None
    _, height, width = finder.graph.shapes[name]
    found = _scores(finder, node["inputs"][0], x)
    return None if found is None else found | {"scale": _plain(outer * inner / (height * width))}


def _scale(finder: Finder, name: str) -> tuple[float, str]:
    """A map of one channel as a number times another map."""
    factor, node = 1.0, finder.nodes[name]
    while node["operator"] == "batch_normalization":
        scale, shift = finder.scale_and_shift(node)
        if float(shift) != 0:
            break
        factor, name = factor * float(scale), node["inputs"][0]
        node = finder.nodes[name]
    return factor, name


def _scores(finder: Finder, name: str, x: str) -> Json | None:
    """Weight, bias and temperature of z / temperature, a BatchNorm folded into the convolution."""
    graph, temperature = finder.graph, 1.0
    factor, below = _scale(finder, name)
    if factor > 0:
        temperature, name = 1 / factor, below
    scale, shift = torch.ones(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    node = finder.nodes[name]
    while node["operator"] == "batch_normalization":
        own, offset = finder.scale_and_shift(node)
        scale, shift = scale * own, scale * offset + shift
        node = finder.nodes[node["inputs"][0]]
    is_layer = node["operator"] in ("convolution", "linear") and node["inputs"] == [x]
    ones = [node.get(key, [1, 1]) == [1, 1] for key in ("kernel", "stride")]
    if not is_layer or not all(ones) or any(node.get("padding", [])) or node.get("groups", 1) != 1:
        return None
    weight = graph.tensors[node["weight"]]
    bias = graph.tensors[node["bias"]] if "bias" in node else None
    if bool(scale != 1) or bool(shift != 0):
        bias = (0 if bias is None else bias.double()) * scale + shift
        weight = weight.double() * scale
    weight = checked(weight, node["name"]).reshape(1, -1, 1, 1)
    described = {"weight": graph.store(node["weight"], weight), "temperature": _plain(temperature)}
    if bias is not None:
        described["bias"] = graph.store(node.get("bias", f'{node["name"]}.bias'), checked(bias, node["name"]))
    return described


def _plain(value: float) -> float:
    return plain_number(torch.tensor(value, dtype=torch.float64))
