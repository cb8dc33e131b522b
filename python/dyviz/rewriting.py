"""Joins nodes that together are one node of the model file."""

from __future__ import annotations

import torch

from . import hyper
from .errors import ExportError
from .graph import Graph, Json, Origin, tensor_names
from .operators.pooling import PAD

ORDERING = ("row_order", "intercepts", "dynamic_functions")
"""What says how the rows of a hyper function's second layer are ordered."""


def rewrite(graph: Graph, output: str) -> str:
    """Simplifies the graph in place; the output's name, which may be another one then."""
    graph.remove_unused(output)
    for node in graph.nodes:
        if node["operator"] == PAD:
            _pad_by_convolution(graph, node)
        elif node["operator"] == "multiply":
            _gate(graph, node)
        elif node.get("coefficients") == "input":
            _compute(graph, node)
    graph.remove_unused(output)
    for node in graph.nodes:
        if node.get("hyper", {}).get("row_order") == "interleaved":
            _separate_rows(graph, node)
    graph.remove_unused(output)
    return graph.rename(output)


def _compute(graph: Graph, node: Json) -> None:
    """A Dynamic ReLU whose coefficients the paper's hyper function gives."""
    x, coefficients = node["inputs"]
    found = hyper.find(graph, x, coefficients, node["functions"], intercepts=True)
    if found is not None:
        del node["coefficients"]
        node.update(inputs=[x], hyper=found)


def _gate(graph: Graph, node: Json) -> None:
    """Squeeze-and-excitation: K = 1, a slope from the hyper function and no intercept."""
    x, factor = node["inputs"]
    if graph.shapes[factor][1:] != (1, 1):
        return
    found = hyper.find(graph, x, factor, 1, intercepts=False)
    if found is None:
        return
    origin = graph.origins[node["name"]]
    node.update(operator="activation", inputs=[x], functions=1, sharing="channel", hyper=found)
    if origin.path and not origin.path.rpartition(".")[2].isdigit():
        graph.origins[node["name"]] = Origin(origin.path, origin.path, origin.location)


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


def _pad_by_convolution(graph: Graph, node: Json) -> None:
    """Padding that no window takes along: a depthwise convolution of 1x1."""
    if node.pop("value") != 0:
        where = graph.origins[node["name"]].describe()
        raise ExportError(f"padding with another number than 0 is covered in front of a maximum pooling only: {where}")
    channels = graph.shapes[node["name"]][0]
    weight = graph.store(f'{node["name"]}.weight', torch.ones(channels, 1, 1, 1))
    node.update(operator="convolution", out_channels=channels, kernel=[1, 1], groups=channels, weight=weight)
