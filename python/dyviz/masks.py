"""Comparisons, choices and quotients that are part of no activation, as nodes that combine two maps.

A condition is a map of 0 and 1. `keep` and `drop` choose by it, so that what is not chosen may be anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .graph import Json
from .operators.pointwise import COMPARISONS, POINTWISE, base_name
from .rows import Finder, Vectors

Recipe = Callable[["Masks", list[Any]], str]


def lower(finder: Finder) -> None:
    """Rewrites what nodes of single numbers are left, where nodes of two maps give the same."""
    for node in list(finder.graph.nodes):
        if node["operator"] != POINTWISE:
            continue
        recipe = RECIPES.get(base_name(node["call"]))
        if recipe is not None:
            Masks(finder, node).write(recipe)


class Masks:
    """The nodes that stand for one; the last of them takes its place."""

    def __init__(self, finder: Finder, node: Json) -> None:
        self.finder, self.node = finder, node
        self.vectors, self.shape = Vectors(finder, node, "part"), finder.graph.shapes[node["name"]]

    def write(self, recipe: Recipe) -> None:
        """Makes the nodes; the last one is the node itself."""
        left = iter(self.node["inputs"])
        result = recipe(self, [next(left) if given is None else float(given) for given in self.node["given"]])
        name, made = self.node["name"], self.finder.nodes.pop(result)
        graph = self.finder.graph
        graph.nodes.remove(made)
        del graph.shapes[result], graph.origins[result]
        self.node.clear()
        self.node.update(made | {"name": name})

    def combine(self, operator: str, left: Any, right: Any) -> str:
        """A node of two maps or numbers."""
        inputs = [self.constant(one) if isinstance(one, float) else one for one in (left, right)]
        return self.vectors.add(operator, inputs, self.shape)

    def constant(self, number: float) -> str:
        """A map of one number: 0 times a map that is no condition, plus the number."""
        nodes = self.finder.nodes
        names = [one for one in self.node["inputs"] if not _is_condition(nodes[one])] or self.node["inputs"]
        name = names[0]
        while _is_condition(nodes[name]):
            name = nodes[name]["inputs"][0]
        shape = self.finder.graph.shapes[name]
        shift = torch.full((shape[0],), number, dtype=torch.float64)
        options = self.vectors.affine(0 * shift, shift)
        return self.vectors.add(options.pop("operator"), [name], shape, **options)

    def choose(self, condition: Any, left: Any, right: Any) -> str:
        """One of two by a condition."""
        parts = [
            self.combine(operator, one, condition)
            for operator, one in (("keep", left), ("drop", right))
            if one != 0.0
        ]
        return self.combine("add", parts[0], parts[-1]) if len(parts) == 2 else parts[0]


def _is_condition(node: Json) -> bool:
    return node["operator"] in ("greater", "greater_equal", "drop") or base_name(node.get("call", "")) in CONDITIONS


NOT, AND, OR = ({f"{start}{word}" for start in ("logical_", "bitwise_", "__")} for word in ("not", "and", "or"))
CONDITIONS = {*COMPARISONS, *NOT, *AND, *OR}


def _threshold(make: Masks, parts: list[Any]) -> str:
    x, least, other = parts
    return make.choose(make.combine("greater", x, least), x, other)


def _or(make: Masks, parts: list[Any]) -> str:
    return make.combine("add", parts[0], make.combine("drop", parts[1], parts[0]))


RECIPES: dict[str, Recipe] = {
    "minimum": lambda make, parts: make.combine("minimum", *parts),
    "reciprocal": lambda make, parts: make.combine("divide", 1.0, *parts),
    "threshold": _threshold,
    "where": lambda make, parts: make.choose(*parts),
    "masked_fill": lambda make, parts: make.choose(parts[1], parts[2], parts[0]),
}
for _name in ("div", "divide", "true_divide"):
    RECIPES[_name] = lambda make, parts: make.combine("divide", *parts)
RECIPES |= {name: lambda make, parts: make.combine("drop", 1.0, *parts) for name in NOT}
RECIPES |= {name: lambda make, parts: make.combine("keep", *parts) for name in AND}
RECIPES |= {name: _or for name in OR}
for _name in ("gt", "greater"):
    RECIPES[_name] = lambda make, parts: make.combine("greater", *parts)
for _name in ("ge", "greater_equal"):
    RECIPES[_name] = lambda make, parts: make.combine("greater_equal", *parts)
for _name in ("lt", "less"):
    RECIPES[_name] = lambda make, parts: make.combine("greater", *parts[::-1])
for _name in ("le", "less_equal"):
    RECIPES[_name] = lambda make, parts: make.combine("greater_equal", *parts[::-1])
