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
from .rows import Finder, Rows, plain_number

GATES = {"sigmoid": "2*sigmoid-1", "hard_sigmoid": "2*hard_sigmoid-1"}


class Hyper(Finder):
    """Finds the layers of a hyper function."""

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


def find(graph: Graph, x: str, rows: Rows, count: int, intercepts: bool) -> tuple[Json, tuple[str, ...]] | None:
    """The `hyper` object for slopes (and intercepts), and the row orders that its second layer is in.

    None if it is another function. `rows` are K * M slopes and, with `intercepts`, as many intercepts.
    """
    finder = Hyper(graph)
    kinds = 2 if intercepts else 1
    leaves = {leaf for leaf, moves in zip(rows.leaf, rows.moving.tolist()) if moves}
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
    residuals = _residuals(rows, gate["curve"], kinds, count)
    if residuals is None:
        return None
    described, order = residuals
    described["hidden"] = len(first.weight)
    if inner is not None and "curve" in inner:
        described["inner"] = inner["curve"]
    shared = rows.index.numel() // (kinds * count)
    orders = _orders(order, len(second.weight), shared)
    described["row_order"] = orders[0] if orders else "blocked"
    described["weight1"], described["bias1"] = first.store(graph)
    described["weight2"], described["bias2"] = second.store(graph, None if orders else order.reshape(-1))
    return described, orders


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


def _residuals(rows: Rows, curve: str, kinds: int, count: int) -> tuple[dict[str, Any], Tensor] | None:
    """Initial values, ranges and gate; and the gate's element behind each residual [kinds, D, M]."""
    shape = (kinds, count, -1)
    moving, index = rows.moving.view(shape), rows.index.view(shape)
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
        "slope_init": [plain_number(one) for one in initial[0, :, 0]],
        "intercept_init": [plain_number(one) for one in initial[1, :, 0]] if kinds == 2 else [0.0] * count,
        "slope_range": plain_number(ranges[0, 0, 0]),
        "dynamic_functions": dynamic,
    }
    if kinds_moving == 2:
        described["intercept_range"] = plain_number(ranges[1, 0, 0])
    return described, index[:kinds_moving, :dynamic]


def _orders(order: Tensor, rows: int, shared: int) -> tuple[str, ...]:
    """The names of the second layer's row order: both where they are the same, none where it is another one."""
    flat = order.reshape(-1)
    named = {"blocked": flat, "interleaved": order.reshape(-1, shared).T.reshape(-1)}
    return tuple(name for name, one in named.items() if torch.equal(one, torch.arange(rows)))


def _constant(values: Tensor, dim: int) -> bool:
    first = values.narrow(dim, 0, 1)
    return bool(((values - first).abs() <= 1e-6 * first.abs().clamp(min=1)).all())
