"""Finds the hyper function behind an activation's coefficients.

The coefficients' vector is followed back through choices, joins and affine
steps to a gate, from there through linear steps to ReLU or a curve, and
through linear steps again to the mean of the activation's own input. Where
that is the way, the activation computes its coefficients itself, which is
much faster than a dozen nodes on vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .graph import Graph, Json, checked

GATES = {"sigmoid": "2*sigmoid-1", "hard_sigmoid": "2*hard_sigmoid-1"}


@dataclass
class Rows:
    """Elements of a vector as `scale * leaf[index] + shift`; a scale of 0 stands for a constant."""

    leaf: list[str]
    index: Tensor
    scale: Tensor
    shift: Tensor

    def chosen(self, channels: Tensor) -> Rows:
        """Some of them."""
        return Rows(
            [self.leaf[one] for one in channels.tolist()],
            self.index[channels], self.scale[channels], self.shift[channels],
        )  # fmt: skip


class Finder:
    """Reads a graph backwards."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.nodes = graph, graph.by_name()

    def rows(self, name: str) -> Rows:
        """A vector's elements, through everything that treats each by itself."""
        node, count = self.nodes[name], self.graph.shapes[name][0]
        match node["operator"]:
            case "select_channels":
                return self.rows(node["inputs"][0]).chosen(torch.tensor(node["channels"]))
            case "concatenate":
                parts = [self.rows(one) for one in node["inputs"]]
                return Rows(
                    sum((part.leaf for part in parts), []),
                    *(torch.cat([getattr(part, key) for part in parts]) for key in ("index", "scale", "shift")),
                )
            case "batch_normalization":
                scale, shift = self.scale_and_shift(node)
                rows = self.rows(node["inputs"][0])
                return Rows(rows.leaf, rows.index, rows.scale * scale, rows.shift * scale + shift)
        ones = torch.ones(count, dtype=torch.float64)
        return Rows([name] * count, torch.arange(count), ones, ones - 1)

    def scale_and_shift(self, node: Json) -> tuple[Tensor, Tensor]:
        """BatchNorm as scale x + shift, in double precision."""
        weight, bias, mean, variance = (
            self.graph.tensors[node[key]].double() for key in ("weight", "bias", "mean", "variance")
        )
        scale = weight / torch.sqrt(variance + node.get("epsilon", 1e-5))
        return scale, bias - mean * scale

    def layer(self, name: str) -> Layer | None:
        """The linear map that ends in this vector; None if there is none."""
        chain: list[Json] = []
        while True:
            node = self.nodes[name]
            is_pointwise = node["operator"] == "convolution" and node["kernel"] == [1, 1] and node["groups"] == 1
            is_pointwise = is_pointwise and not any(node["padding"]) and self.graph.shapes[name][1:] == (1, 1)
            if not is_pointwise and node["operator"] not in ("linear", "batch_normalization", "select_channels"):
                break
            chain.append(node)
            name = node["inputs"][0]
        if not any("weight" in node for node in chain):
            return None
        if len(chain) == 1 and chain[0]["operator"] != "batch_normalization":
            return Layer(name, chain[0], *self.matrix(chain[0]))
        size = self.graph.shapes[name][0]
        matrix, offset = torch.eye(size, dtype=torch.float64), torch.zeros(size, dtype=torch.float64)
        for node in reversed(chain):
            step, shift = self.matrix(node)
            matrix, offset = step @ matrix, step @ offset + shift
        named = [node for node in chain if node["operator"] in ("linear", "convolution")]
        return Layer(name, {"name": (named or chain)[0]["name"]}, matrix, offset)

    def matrix(self, node: Json) -> tuple[Tensor, Tensor]:
        """One step as a matrix and an offset."""
        inputs = self.graph.shapes[node["inputs"][0]][0]
        if node["operator"] == "select_channels":
            chosen = torch.tensor(node["channels"])
            return torch.eye(inputs, dtype=torch.float64)[chosen], torch.zeros(len(chosen), dtype=torch.float64)
        if node["operator"] == "batch_normalization":
            scale, shift = self.scale_and_shift(node)
            return torch.diag(scale), shift
        weight = self.graph.tensors[node["weight"]].double().flatten(1)
        bias = self.graph.tensors[node["bias"]].double() if "bias" in node else weight.new_zeros(len(weight))
        return weight, bias


@dataclass
class Layer:
    """A linear map of the vector `source`."""

    source: str
    node: Json
    """The node whose tensors it is, if it is just that one; else a name only."""
    weight: Tensor
    bias: Tensor

    def store(self, graph: Graph, order: Tensor | None = None) -> tuple[str, str]:
        """Names of its weight [out, in] and bias, under the network's names where they are its own."""
        name = self.node["name"]
        weight, bias = (self.weight, self.bias) if order is None else (self.weight[order], self.bias[order])
        own = self.node.get("weight")
        base = own.removesuffix(".weight") if own else name
        keys = own or f"{base}.weight", self.node.get("bias") or f"{base}.bias"
        return graph.store(keys[0], checked(weight, name)), graph.store(keys[1], checked(bias, name))


def find(graph: Graph, x: str, coefficients: str, count: int, intercepts: bool) -> Json | None:
    """The `hyper` object for slopes (and intercepts) that stand in the vector `coefficients`; None if it is another function.

    `coefficients` holds K * M slopes and, with `intercepts`, as many intercepts.
    """
    finder = Finder(graph)
    rows = finder.rows(coefficients)
    kinds = 2 if intercepts else 1
    moving = rows.scale != 0
    leaves = {leaf for leaf, moves in zip(rows.leaf, moving.tolist()) if moves}
    if len(leaves) != 1:
        return None
    gate = finder.nodes[leaves.pop()]
    if gate.get("curve") not in GATES:
        return None
    second = finder.layer(gate["inputs"][0])
    inner = finder.nodes[second.source] if second else None
    first = finder.layer(inner["inputs"][0]) if inner is not None and _is_inner(inner) else None
    if second is None or first is None or not _is_mean(finder, first.source, x):
        return None
    described = _residuals(rows, moving, gate["curve"], kinds, count)
    if described is None:
        return None
    described, order = described
    described["hidden"] = len(first.weight)
    if inner is not None and "curve" in inner:
        described["inner"] = inner["curve"]
    shared = rows.index.numel() // (kinds * count)
    described["row_order"], permutation = _order(order, len(second.weight), shared)
    described["weight1"], described["bias1"] = first.store(graph)
    described["weight2"], described["bias2"] = second.store(graph, permutation)
    return described


def _is_inner(node: Json) -> bool:
    """Whether a node can stand between the layers: ReLU or a curve."""
    if node["operator"] != "activation":
        return False
    if "curve" in node:
        return True
    plain = node.get("slopes") == [1.0, 0.0] and not any(node.get("intercepts", []))
    return plain and "upper_bound" not in node


def _is_mean(finder: Finder, name: str, x: str) -> bool:
    """Whether a vector is the mean of x over its positions."""
    node = finder.nodes[name]
    if name == x and finder.graph.shapes[x][1:] == (1, 1):
        return True
    return node["operator"] == "global_average_pool" and node["inputs"][0] == x


def _residuals(
    rows: Rows, moving: Tensor, curve: str, kinds: int, count: int
) -> tuple[dict[str, Any], Tensor] | None:
    """Initial values, ranges and gate; and the gate's element behind each residual [kinds, D, M]."""
    shape = (kinds, count, -1)
    moving, index = moving.view(shape), rows.index.view(shape)
    scale, shift = rows.scale.view(shape), rows.shift.view(shape)
    dynamic = int(moving.any(2).any(0).sum())
    slopes = moving[0, :dynamic]
    kinds_moving = 2 if kinds == 2 and bool(moving[1].any()) else 1
    if not bool(moving[:kinds_moving, :dynamic].all()) or bool(moving[:, dynamic:].any()) or not slopes.numel():
        return None
    plain = count == 1 and kinds_moving == 1 and bool((shift[0].abs() < 1e-12).all())
    half = 0.0 if plain else 0.5
    initial, ranges = shift + half * scale, (1 - half) * scale
    computed = ranges[:kinds_moving, :dynamic].flatten(1)
    if not _constant(initial, 2) or not _constant(computed, 1):
        return None
    described = {
        "gate": curve if plain else GATES[curve],
        "intercepts": kinds_moving == 2,
        "slope_init": [_number(one) for one in initial[0, :, 0]],
        "intercept_init": [_number(one) for one in initial[1, :, 0]] if kinds == 2 else [0.0] * count,
        "slope_range": _number(ranges[0, 0, 0]),
        "dynamic_functions": dynamic,
    }
    if kinds_moving == 2:
        described["intercept_range"] = _number(ranges[1, 0, 0])
    return described, index[:kinds_moving, :dynamic]


def _order(order: Tensor, rows: int, shared: int) -> tuple[str, Tensor | None]:
    """The row order if it has a name, else rows put into blocked order."""
    flat = order.reshape(-1)
    if torch.equal(flat, torch.arange(rows)):
        return "blocked", None
    interleaved = order.reshape(-1, shared).T.reshape(-1)
    if torch.equal(interleaved, torch.arange(rows)):
        return "interleaved", None
    return "blocked", flat


def _constant(values: Tensor, dim: int) -> bool:
    first = values.narrow(dim, 0, 1)
    return bool(((values - first).abs() <= 1e-6 * first.abs().clamp(min=1)).all())


def _number(value: Tensor) -> float:
    """Free of what double precision and 32-bit constants leave in the last digits, if it is the same 32-bit number then."""
    rounded = float(f"{float(value):.7g}")
    if abs(rounded) < 1e-9:
        return 0.0
    return rounded if torch.tensor(rounded, dtype=torch.float32) == value.float() else float(value)
