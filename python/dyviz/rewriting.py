"""Joins nodes that together are one node of the model file."""

from __future__ import annotations

import torch

from .graph import Graph, Json
from .operators.pooling import PAD
from .errors import ExportError


def rewrite(graph: Graph, output: str) -> str:
    """Simplifies the graph in place; the output's name, which may be another one then."""
    graph.remove_unused(output)
    for node in graph.nodes:
        if node["operator"] == PAD:
            _pad_by_convolution(graph, node)
    graph.remove_unused(output)
    return output


def _pad_by_convolution(graph: Graph, node: Json) -> None:
    """Padding that no window takes along: a depthwise convolution of 1x1."""
    if node.pop("value") != 0:
        where = graph.origins[node["name"]].describe()
        raise ExportError(f"padding with another number than 0 is covered in front of a maximum pooling only: {where}")
    channels = graph.shapes[node["name"]][0]
    weight = graph.store(f'{node["name"]}.weight', torch.ones(channels, 1, 1, 1))
    node.update(operator="convolution", out_channels=channels, kernel=[1, 1], groups=channels, weight=weight)
