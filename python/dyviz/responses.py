"""Joins the parts of a response normalisation, `x + weight * (x * norms / mean of the norms) + bias`, to one node."""

from __future__ import annotations

from .errors import SUPPORT, ExportError
from .graph import Graph, Json
from .operators.normalizations import NORM, RESPONSE
from .rows import Finder


def join(graph: Graph, output: str) -> None:
    """Makes a node of each product of a map with its own response, and of the scale, shift and sum behind it."""
    finder = Finder(graph)
    for node in list(graph.nodes):
        response = _response(finder, node)
        if response is not None:
            _replace(node, response["inputs"], epsilon=response["epsilon"], add_input=False)
            _take_along(finder, node, output)
    graph.remove_unused(output)
    for node in graph.nodes:
        if node["operator"] in (NORM, RESPONSE):
            origin = graph.origins[node["name"]]
            raise ExportError(
                f"aten.linalg_vector_norm is covered in a response normalisation only: {origin.describe()}\n  {SUPPORT}",
                origin.path,
            )


def _response(finder: Finder, node: Json) -> Json | None:
    """The response that a product multiplies its own map by."""
    if node["operator"] == "multiply":
        for x, factor in (node["inputs"], node["inputs"][::-1]):
            one = finder.nodes[factor]
            if one["operator"] == RESPONSE and one["inputs"] == [x]:
                return one
    return None


def _take_along(finder: Finder, node: Json, output: str) -> None:
    """A scale and shift, and the sum with the map itself, where nothing else takes what is before them."""
    graph, users = finder.graph, finder.graph.uses(output)
    following = _only_user(graph, node["name"], users)
    if following is not None and following["operator"] == "batch_normalization":
        scale, shift = finder.scale_and_shift(following)
        name = graph.origins[following["name"]].label
        weight, bias = (graph.store(f"{name}.{key}", one.float()) for key, one in (("weight", scale), ("bias", shift)))
        _replace(following, node["inputs"], epsilon=node["epsilon"], add_input=False, weight=weight, bias=bias)
        node = following
        following = _only_user(graph, node["name"], users)
    if following is not None and following["operator"] == "add" and set(following["inputs"]) == {node["name"], *node["inputs"]}:
        options = {key: node[key] for key in ("epsilon", "weight", "bias") if key in node}
        _replace(following, node["inputs"], **options, add_input=True)


def _only_user(graph: Graph, name: str, users: dict[str, int]) -> Json | None:
    return next((one for one in graph.nodes if name in one["inputs"]), None) if users[name] == 1 else None


def _replace(node: Json, inputs: list[str], **options: object) -> None:
    name = node["name"]
    node.clear()
    node.update({"name": name, "operator": "response_normalization", "inputs": list(inputs), **options})
