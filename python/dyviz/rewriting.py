"""Joins nodes that together are one node of the model file."""

from __future__ import annotations

from collections.abc import Collection

from . import curves
from .errors import SUPPORT, ExportError
from .graph import Graph, Json, tensor_names
from .operators.pooling import PAD
from .operators.softmax import SOFTMAX
from .piecewise import Joiner

ORDERING = ("row_order", "intercepts", "dynamic_functions")
"""What says how the rows of a hyper function's second layer are ordered."""


def rewrite(graph: Graph, output: str, named: Collection[str] = (), row_order: str | None = None) -> str:
    """Simplifies the graph in place; the output's name, which may be another one then.

    `named` are the paths of modules that say that they are Dynamic ReLU; `row_order` is the user's word on their rows.
    """
    graph.remove_unused(output)
    for node in graph.nodes:
        if node["operator"] == PAD:
            _pad_by_rearranging(graph, node)
    curves.join(graph, output)
    Joiner(graph, output, named, row_order).run()
    for node in graph.nodes:
        if node["operator"] == SOFTMAX:
            origin = graph.origins[node["name"]]
            raise ExportError(f"aten.softmax is not covered: {origin.describe()}\n  {SUPPORT}", origin.path)
        if node.get("hyper", {}).get("row_order") == "interleaved":
            _separate_rows(graph, node)
    graph.remove_unused(output)
    return graph.rename(output)


def _separate_rows(graph: Graph, node: Json) -> None:
    """A second layer that other nodes take, too, gets rows in blocked order of its own: a tensor has one order in a file."""
    hyper = node["hyper"]
    names = {hyper["weight2"], hyper["bias2"]}
    alike = [hyper["row_order"], hyper["intercepts"], hyper["dynamic_functions"]]
    others = [
        one
        for one in graph.nodes
        if names & tensor_names(one) and [one.get("hyper", {}).get(key) for key in ORDERING] != alike
    ]
    if not others:
        return
    rows = hyper["dynamic_functions"] * (2 if hyper["intercepts"] else 1)
    for key in ("weight2", "bias2"):
        tensor = graph.tensors[hyper[key]]
        blocked = tensor.unflatten(0, (-1, rows)).transpose(0, 1).flatten(0, 1).contiguous()
        hyper[key] = graph.store(hyper[key], blocked)
    hyper["row_order"] = "blocked"


def _pad_by_rearranging(graph: Graph, node: Json) -> None:
    """Padding that no window takes along."""
    if node.pop("value") != 0:
        where = graph.origins[node["name"]].describe()
        raise ExportError(f"padding with another number than 0 is covered in front of a maximum pooling only: {where}")
    top, left, bottom, right = node.pop("padding")
    _, height, width = graph.shapes[node["inputs"][0]]
    for key, before, extent, after in (("rows", top, height, bottom), ("columns", left, width, right)):
        if before or after:
            node[key] = [-1] * before + list(range(extent)) + [-1] * after
    node["operator"] = "rearrange"
