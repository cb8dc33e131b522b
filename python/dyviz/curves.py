"""Finds activations that are written out in parts, such as x * tanh(softplus(x)), by what they compute.

Nodes that treat each number by itself make up a function of one map x. It is computed on a grid and compared with the
activations that the model file has.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from . import masks
from .errors import SUPPORT, ExportError
from .graph import Graph, Json
from .model_file import CURVES, scaled_curve
from .operators.pointwise import POINTWISE
from .rows import Finder, Vectors, plain_number

GRID = torch.cat([torch.linspace(-12, 12, 601), torch.linspace(12.5, 80, 28), -torch.linspace(12.5, 80, 28)]).double()
TOLERANCE = 1e-6
COMBINING = ("multiply", "add", POINTWISE)


def join(graph: Graph, output: str) -> None:
    """Makes one activation of each that is written out; an error if parts are left over."""
    finder, needed = Finder(graph), {output}
    for node in reversed(list(graph.nodes)):
        if node["name"] not in needed:
            continue
        if _may_be_one(finder, node):
            _join(finder, node)
        needed.update(node["inputs"])
    graph.remove_unused(output)
    masks.lower(finder)
    for node in graph.nodes:
        if node["operator"] == POINTWISE:
            origin = graph.origins[node["name"]]
            raise ExportError(
                f"{node['call']} is not covered: {origin.describe()}\n  It is part of no activation that is; {SUPPORT}",
                origin.path,
            )


def _may_be_one(finder: Finder, node: Json) -> bool:
    """Whether a node may be the last one of an activation that is written out."""
    if node["operator"] in COMBINING or "maximum" in node:
        return True
    below = finder.nodes[node["inputs"][0]] if node["inputs"] else {}
    if node["operator"] == "batch_normalization":
        # Sigmoid and tanh are each a scale and a shift of the other.
        is_inner = "curve" in below and finder.nodes[below["inputs"][0]]["operator"] == "batch_normalization"
        return is_inner or below["operator"] in COMBINING or "maximum" in below
    # ReLU6 as ReLU and a bound.
    return "slopes" in node and "slopes" in below and [1.0] in (node["slopes"], below["slopes"])


def _join(finder: Finder, node: Json) -> None:
    # A bound is an activation of its input already.
    own = node["inputs"] if "slopes" in node else []
    for x in (one for one in _candidates(finder, node["name"]) if one not in own):
        y = Function(finder, x).values(node["name"])
        found = None if y is None else _activation(y)
        if found is not None:
            _write(finder, node, found | {"inputs": [x]})
            return
        scale = _scaled_curve(y) if y is not None and node["operator"] == "multiply" else None
        if scale is not None:
            _write_scaled(finder, node, x, *scale)
            return


def _write(finder: Finder, node: Json, options: Json) -> None:
    name = node["name"]
    slope = options.get("negative_slope")
    if slope is not None:
        options["negative_slope"] = finder.graph.store(f"{finder.graph.origins[name].label}.negative_slope", slope)
    node.clear()
    node.update({"name": name, "operator": "activation", **options})


def _write_scaled(finder: Finder, node: Json, x: str, curve: str, scale: float) -> None:
    vectors, shape = Vectors(finder, node, "curve"), finder.graph.shapes[x]
    inner = vectors.add("activation", [x], shape, curve=curve)
    scales = torch.full((shape[0],), scale, dtype=torch.float64)
    name = node["name"]
    node.clear()
    node.update({"name": name, "inputs": [inner], **vectors.affine(scales, 0 * scales)})


def _candidates(finder: Finder, name: str) -> Iterator[str]:
    """Nodes of a node's shape that it may be a function of, number by number, the latest first."""
    found, left = set(), [name]
    while left:
        one = left.pop()
        if one not in found and finder.graph.shapes[one] == finder.graph.shapes[name]:
            found.add(one)
            left.extend(finder.nodes[one]["inputs"] if _is_pointwise(finder.nodes[one]) else [])
    found.discard(name)
    yield from (one for one in reversed(list(finder.nodes)) if one in found)


def _is_pointwise(node: Json) -> bool:
    if node["operator"] == "activation":
        return not {"hyper", "coefficients", "attention"} & set(node)
    return node["operator"] in (*COMBINING, "batch_normalization")


class Function:
    """Nodes as functions of one map, for each channel on the grid [C, G]."""

    def __init__(self, finder: Finder, x: str) -> None:
        self.finder, self.shape = finder, finder.graph.shapes[x]
        self.known: dict[str, Tensor | None] = {x: GRID.expand(self.shape[0], -1)}

    def values(self, name: str) -> Tensor | None:
        """None if a node depends on something else than x."""
        if name not in self.known:
            node, self.known[name] = self.finder.nodes[name], None
            if self.finder.graph.shapes[name] == self.shape and _is_pointwise(node):
                inputs = [self.values(one) for one in node["inputs"]]
                if all(one is not None for one in inputs):
                    self.known[name] = self._computed(node, inputs)  # type: ignore[arg-type]
        return self.known[name]

    def _computed(self, node: Json, inputs: list[Tensor]) -> Tensor:
        match node["operator"]:
            case "multiply":
                return inputs[0] * inputs[1]
            case "add":
                return inputs[0] + inputs[1]
            case "batch_normalization":
                scale, shift = self.finder.scale_and_shift(node)
                return inputs[0] * scale[:, None] + shift[:, None]
            case operator if operator == POINTWISE:
                return node["function"](*inputs)
        return self._activated(node, inputs)

    def _activated(self, node: Json, inputs: list[Tensor]) -> Tensor:
        x = inputs[0]
        if "curve" in node:
            return scaled_curve(node, x)
        if "maximum" in node:
            return torch.stack(inputs).amax(0)
        if "negative_slope" in node:
            y = torch.where(x > 0, x, x * self.finder.graph.tensors[node["negative_slope"]].double()[:, None])
        else:
            pairs = zip(node["slopes"], node.get("intercepts", [0.0] * len(node["slopes"])))
            y = torch.stack([slope * x + intercept for slope, intercept in pairs]).amax(0)
        return y.clamp(max=node["upper_bound"]) if "upper_bound" in node else y


def _activation(y: Tensor) -> Json | None:
    """The activation that has these values [C, G] on the grid; None if there is none, or it is x itself."""
    for name, function in CURVES.items():
        if _equal(y, function(GRID)):
            return {"curve": name}
    slope = -y[:, GRID.sub(-1).abs().argmin()]
    is_itself = bool((slope - 1).abs().lt(TOLERANCE).any())
    if not is_itself and _equal(y, torch.where(GRID > 0, GRID, slope[:, None] * GRID)):
        return _rectifier(slope)
    low, high = float(y.min()), float(y.max())
    if low < high and 0 <= high < float(GRID.max()) and _equal(y, GRID.clamp(low, high)):
        slopes = [1.0, 0.0] if low > float(GRID.min()) else [1.0]
        described: Json = {"functions": len(slopes), "sharing": "all", "slopes": slopes, "upper_bound": high}
        return described if low == 0 or len(slopes) == 1 else described | {"intercepts": [0.0, low]}
    return _exponential(y)


def _exponential(y: Tensor) -> Json | None:
    """ELU with a factor below 0, and one for all."""
    first = y[0]
    scale = float(first[GRID.sub(1).abs().argmin()])
    negative = -float(first[GRID.add(80).abs().argmin()])
    if abs(scale) < TOLERANCE or abs(negative) < TOLERANCE:
        return None
    options = {"scale": scale, "negative_scale": negative / scale}
    options = {key: plain_number(torch.tensor(one, dtype=torch.float64)) for key, one in options.items()}
    described: Json = {"curve": "elu", **{key: one for key, one in options.items() if one != 1}}
    return described if _equal(y, scaled_curve(described, GRID)) else None


def _rectifier(slope: Tensor) -> Json:
    """x above 0, x times a number for each channel below."""
    described: Json = {"functions": 2, "sharing": "all"}
    if bool((slope - slope[0]).abs().gt(TOLERANCE).any()):
        return described | {"sharing": "channel", "negative_slope": slope.float()}
    number = plain_number(slope[0])
    return described | ({"slopes": [1.0, number]} if number <= 1 else {"negative_slope": slope[:1].float()})


def _scaled_curve(y: Tensor) -> tuple[str, float] | None:
    """The curve of which y is a multiple, and the factor."""
    for name, function in CURVES.items():
        curve = function(GRID)
        factor = float((y[0] * curve).sum() / curve.square().sum())
        if factor and _equal(y / factor, curve):
            return name, plain_number(torch.tensor(factor, dtype=torch.float64))
    return None


def _equal(y: Tensor, wanted: Tensor) -> bool:
    """To single precision, at every number of the grid."""
    return bool(((y - wanted).abs() <= TOLERANCE * wanted.abs().clamp(min=1)).all())
