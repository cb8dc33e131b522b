"""Elements of vectors, traced back through the nodes that treat each element by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .graph import Graph, Json, Origin
from .values import Shape


@dataclass
class Rows:
    """Elements of a vector as `scale * leaf[index] + shift`; a scale of 0 stands for a constant."""

    leaf: list[str]
    index: Tensor
    scale: Tensor
    shift: Tensor

    @classmethod
    def constant(cls, values: Tensor) -> Rows:
        """Numbers."""
        values = values.double()
        return cls([""] * len(values), torch.zeros(len(values), dtype=torch.long), torch.zeros_like(values), values)

    @classmethod
    def of(cls, name: str, count: int) -> Rows:
        """A vector's elements as they are."""
        ones = torch.ones(count, dtype=torch.float64)
        return cls([name] * count, torch.arange(count), ones, ones - 1)

    def chosen(self, channels: Tensor) -> Rows:
        """Some of them."""
        return Rows(
            [self.leaf[one] for one in channels.tolist()],
            self.index[channels], self.scale[channels], self.shift[channels],
        )  # fmt: skip

    def scaled(self, scale: Tensor, shift: Tensor) -> Rows:
        """scale x + shift."""
        return Rows(self.leaf, self.index, self.scale * scale, self.shift * scale + shift)

    @property
    def moving(self) -> Tensor:
        """Which of them are no constants."""
        return self.scale != 0

    def equal(self, other: Rows) -> bool:
        """Whether all elements are the same ones."""
        keys = ("index", "scale", "shift")
        same = self.leaf == other.leaf and all(torch.equal(getattr(self, key), getattr(other, key)) for key in keys)
        return same or not bool((self.moving | other.moving).any()) and torch.equal(self.shift, other.shift)


def joined(parts: Sequence[Rows]) -> Rows:
    """Elements behind each other."""
    return Rows(
        sum((part.leaf for part in parts), []),
        *(torch.cat([getattr(part, key) for part in parts]) for key in ("index", "scale", "shift")),
    )


class Finder:
    """Reads a graph backwards."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.nodes = graph, graph.by_name()

    def rows(self, name: str) -> Rows:
        """A vector's elements, through everything that treats each by itself."""
        node = self.nodes[name]
        match node["operator"]:
            case "select_channels":
                return self.rows(node["inputs"][0]).chosen(torch.tensor(node["channels"]))
            case "concatenate":
                return joined([self.rows(one) for one in node["inputs"]])
            case "batch_normalization":
                return self.rows(node["inputs"][0]).scaled(*self.scale_and_shift(node))
        return Rows.of(name, self.graph.shapes[name][0])

    def scale_and_shift(self, node: Json) -> tuple[Tensor, Tensor]:
        """BatchNorm as scale x + shift, in double precision."""
        weight, bias, mean, variance = (
            self.graph.tensors[node[key]].double() for key in ("weight", "bias", "mean", "variance")
        )
        scale = weight / torch.sqrt(variance + node.get("epsilon", 1e-5))
        return scale, bias - mean * scale

    def ancestors(self, name: str) -> set[str]:
        """The nodes that a node is computed from, itself among them."""
        found, left = set(), [name]
        while left:
            one = left.pop()
            if one not in found:
                found.add(one)
                left.extend(self.nodes[one]["inputs"])
        return found


class Vectors:
    """Makes vectors of rows: nodes that stand before a given one and belong to the same call."""

    def __init__(self, finder: Finder, before: Json, suffix: str = "coefficients") -> None:
        self.finder, self.before = finder, before
        origin = finder.graph.origins[before["name"]]
        self.origin = Origin(origin.path, f"{origin.label}.{suffix}", origin.location)

    def add(self, operator: str, inputs: list[str], shape: Shape, **options: object) -> str:
        """A node."""
        graph = self.finder.graph
        name = graph.add(self.origin, operator, inputs, shape, **options)
        node = graph.nodes.pop()
        graph.nodes.insert(next(at for at, one in enumerate(graph.nodes) if one is self.before), node)
        self.finder.nodes[name] = node
        return name

    def node(self, rows: Rows) -> str:
        """A vector of these elements, some of which are no constants."""
        moving = rows.moving.tolist()
        first = next(index for index, moves in enumerate(moving) if moves)
        leaves = [leaf if moves else rows.leaf[first] for leaf, moves in zip(rows.leaf, moving)]
        sources = list(dict.fromkeys(leaves))
        counts = [self.finder.graph.shapes[one][0] for one in sources]
        offsets = dict(zip(sources, torch.tensor([0, *counts]).cumsum(0).tolist()))
        name, total = sources[0], sum(counts)
        if len(sources) > 1:
            name = self.add("concatenate", sources, (total, 1, 1))
        channels = [offsets[leaf] + index for leaf, index in zip(leaves, rows.index.tolist())]
        shape = (len(channels), 1, 1)
        if channels != list(range(total)):
            name = self.add("select_channels", [name], shape, channels=channels)
        if bool((rows.scale == 1).all()) and bool((rows.shift == 0).all()):
            return name
        options = self.affine(rows.scale, rows.shift)
        return self.add(options.pop("operator"), [name], shape, **options)

    def affine(self, scale: Tensor, shift: Tensor) -> Json:
        """A node's operator and tensors for scale x + shift."""
        graph, zeros = self.finder.graph, torch.zeros(len(scale))
        tensors = {"weight": scale.float(), "bias": shift.float(), "mean": zeros, "variance": zeros + 1}
        free = graph.free_name(self.origin.label)
        stored = {role: graph.store(f"{free}.{role}", tensor) for role, tensor in tensors.items()}
        return {"operator": "batch_normalization", **stored, "epsilon": 0.0}

    def sum(self, left: Rows, right: Rows) -> Rows:
        """Element by element."""
        if not bool((left.moving & right.moving).any()):
            moving = torch.where(left.moving, 0, 1)
            both = joined([left, right]).chosen(torch.arange(len(moving)) + len(moving) * moving)
            return Rows(both.leaf, both.index, both.scale, left.shift + right.shift)
        if left.leaf == right.leaf and torch.equal(left.index, right.index):
            return Rows(left.leaf, left.index, left.scale + right.scale, left.shift + right.shift)
        return self._combined("add", left, right)

    def product(self, left: Rows, right: Rows) -> Rows:
        """Element by element."""
        for one, other in ((left, right), (right, left)):
            if not bool(one.moving.any()):
                return other.scaled(one.shift, torch.zeros_like(one.shift))
        return self._combined("multiply", left, right)

    def _combined(self, operator: str, left: Rows, right: Rows) -> Rows:
        count = len(left.leaf)
        return Rows.of(self.add(operator, [self.node(left), self.node(right)], (count, 1, 1)), count)


def plain_number(value: Tensor) -> float:
    """Free of what double precision and 32-bit constants leave in the last digits, if it is the same 32-bit number then."""
    rounded = float(f"{float(value):.7g}")
    if abs(rounded) < 1e-9:
        return 0.0
    return rounded if torch.tensor(rounded, dtype=torch.float32) == value.float() else float(value)
