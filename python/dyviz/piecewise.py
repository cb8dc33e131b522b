"""Turns nodes that together compute Dynamic ReLU or squeeze-and-excitation into one activation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch

from . import attention, hyper, lines
from .errors import ExportError
from .graph import Graph, Json, Origin
from .node_rules import MAXIMUM_FUNCTIONS
from .rows import Finder, Rows, Vectors


def is_dynamic(node: Json) -> bool:
    """Whether a node is an activation whose coefficients are computed."""
    return "hyper" in node or "coefficients" in node


def within(path: str, module: str) -> bool:
    """Whether a path is a module's, or of a part of it."""
    return path == module or path.startswith(f"{module}.")


@dataclass
class Joiner:
    """Joins the nodes of a graph, in place."""

    graph: Graph
    output: str
    named: Collection[str] = ()
    """Paths of modules that say that they are Dynamic ReLU."""
    row_order: str | None = None
    """The order that the user says the rows of the hyper functions have."""

    def run(self) -> None:
        """Maxima, then single lines and gates, then attentions; the latest first, since they take earlier ones in."""
        for node in self._latest_first():
            if node.get("coefficients") == "input":
                self._compute(node)
            elif "maximum" in node:
                self._maximum(node)
        for node in self._latest_first():
            if node["operator"] in ("add", "multiply"):
                self._single(node)
        for node in self._latest_first():
            if node["operator"] == "multiply":
                self._attend(node)
        self.graph.remove_unused(self.output)
        self._label()

    def _latest_first(self) -> list[Json]:
        self.graph.remove_unused(self.output)
        return self.graph.nodes[::-1]

    def _compute(self, node: Json) -> None:
        """A registered module: the hyper function behind its coefficients, if it is the paper's."""
        finder = Finder(self.graph)
        x, coefficients = node["inputs"]
        found = self._hyper(node, x, finder.rows(coefficients), node["functions"], intercepts=True)
        if found is not None:
            del node["coefficients"]
            node.update(inputs=[x], hyper=found)

    def _maximum(self, node: Json) -> None:
        """A maximum of lines in one map."""
        finder = Finder(self.graph)
        maps = self._flat(finder, node)
        if len(maps) > MAXIMUM_FUNCTIONS:
            return
        vectors = Vectors(finder, node)
        choices = [lines.find(finder, maps, x, vectors) for x in lines.candidates(finder, maps)]
        found = self._likeliest(finder, node, [one for one in choices if one is not None], len(maps), vectors)
        if found is None:
            return
        del node["maximum"]
        if not found.is_constant:
            self._write(node, found, len(maps), vectors)
            return
        slopes, intercepts = found.rows.shift.view(2, -1).tolist()
        inputs = [self._source(found, vectors)]
        node.update(inputs=inputs, functions=len(maps), sharing="all", slopes=slopes, intercepts=intercepts)

    def _likeliest(
        self, finder: Finder, node: Json, choices: list[lines.Lines], count: int, vectors: Vectors
    ) -> lines.Lines | None:
        """Lines may be affine in several maps: x is the one that is pooled, else one that the coefficients come from."""
        dynamic = [one for one in choices if not one.is_constant]
        for found in dynamic:
            if self._hyper(node, self._source(found, vectors), found.rows, count, intercepts=True) is not None:
                return found
        for found in dynamic:
            leaves = {leaf for leaf, moves in zip(found.rows.leaf, found.rows.moving.tolist()) if moves}
            if any(found.x in finder.ancestors(leaf) for leaf in leaves):
                return found
        return next(iter([*dynamic, *(one for one in choices if one.shared or len(one.channels) == 1)]), None)

    def _flat(self, finder: Finder, node: Json) -> list[str]:
        """The maps that a maximum of maxima is taken over."""
        found: list[str] = []
        for one in node["inputs"]:
            found += self._flat(finder, finder.nodes[one]) if "maximum" in finder.nodes[one] else [one]
        return found

    def _single(self, node: Json) -> None:
        """One line: squeeze-and-excitation, or K = 1; with another hyper function only where the module has the name."""
        finder = Finder(self.graph)
        first, second = node["inputs"]
        if self.graph.shapes[second][1:] != (1, 1) or node["name"] not in finder.nodes:
            return
        vectors = Vectors(finder, node)
        for x in lines.candidates(finder, [node["name"]]):
            found = lines.find(finder, [node["name"]], x, vectors) if x != node["name"] else None
            if found is None or found.is_constant:
                continue
            source = self._source(found, vectors)
            moving, shift = found.rows.moving.chunk(2), found.rows.shift.chunk(2)
            plain = not bool(moving[1].any() | shift[1].any())
            rows = found.rows.chosen(torch.arange(len(shift[0]))) if plain else found.rows
            described = self._hyper(node, source, rows, 1, intercepts=not plain)
            named = any(within(self.graph.origins[node["name"]].path, one) for one in self.named)
            if described is not None or named and bool(moving[0].any()):
                node.update(operator="activation")
                self._write(node, found, 1, vectors, described)
                return

    def _source(self, found: lines.Lines, vectors: Vectors) -> str:
        """The node of x; of the channels of it that the lines take."""
        channels = found.channels.tolist()
        if channels == list(range(self.graph.shapes[found.x][0])):
            return found.x
        shape = (len(channels), *self.graph.shapes[found.x][1:])
        return vectors.add("select_channels", [found.x], shape, channels=channels)

    def _write(
        self, node: Json, found: lines.Lines, count: int, vectors: Vectors, described: Json | None = None
    ) -> None:
        source, sharing = self._source(found, vectors), "all" if found.shared else "channel"
        described = described or self._hyper(node, source, found.rows, count, intercepts=True)
        node.update(inputs=[source], functions=count, sharing=sharing)
        if described is not None:
            node["hyper"] = described
            return
        node.update(inputs=[source, vectors.node(found.rows)], coefficients="input")

    def _hyper(self, node: Json, x: str, rows: Rows, count: int, intercepts: bool) -> Json | None:
        """The hyper function behind the coefficients; an error if its rows are not in the order that the user says."""
        found = hyper.find(self.graph, x, rows, count, intercepts)
        if found is None:
            return None
        described, orders = found
        if self.row_order is not None and intercepts and self.row_order not in orders:
            origin = self.graph.origins[node["name"]]
            raise ExportError(
                f"{origin.describe()}: its last layer's rows are not {self.row_order}; "
                f"its own forward reads them {' or '.join(orders) or 'in another order'}"
            )
        return described

    def _attend(self, node: Json) -> None:
        """Dynamic ReLU times its spatial attention."""
        finder = Finder(self.graph)
        for one, other in (node["inputs"], node["inputs"][::-1]):
            act = finder.nodes[one]
            if not is_dynamic(act) or "attention" in act or self.graph.shapes[other][0] != 1:
                continue
            found = attention.find(finder, other, act["inputs"][0])
            if found is not None:
                name = node["name"]
                node.clear()
                node.update(act | {"name": name, "attention": found})
                return

    def _label(self) -> None:
        """An activation that is all that its module computes is called as the module."""
        finder = Finder(self.graph)
        dynamic = [node["name"] for node in self.graph.nodes if is_dynamic(node)]
        for path in {self.graph.origins[name].path for name in dynamic}:
            own = [name for name in dynamic if self.graph.origins[name].path == path]
            if path and self._inside(path) <= self._parts(finder, own):
                for name in own:
                    self.graph.origins[name] = Origin(path, path, self.graph.origins[name].location)

    def _inside(self, path: str) -> set[str]:
        return {node["name"] for node in self.graph.nodes if within(self.graph.origins[node["name"]].path, path)}

    def _parts(self, finder: Finder, activations: list[str]) -> set[str]:
        """Activations and what their coefficients alone are computed from."""
        parts = set(activations)
        for name in activations:
            x, *coefficients = finder.nodes[name]["inputs"]
            for one in coefficients:
                parts |= finder.ancestors(one) - finder.ancestors(x)
        return parts
