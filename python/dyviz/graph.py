"""The graph under construction: nodes as the model file describes them, their shapes and tensors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from .errors import ExportError
from .values import Shape

Json = dict[str, Any]


@dataclass
class Origin:
    """Where a node comes from in the user's network."""

    path: str
    """The module's path, empty for the outermost."""
    label: str
    """The node's own name: the module's path, or that and the operator."""
    location: str
    """File, line and code of the call."""

    def describe(self) -> str:
        """For messages: `module "layer1.0.act" at model.py:12: x = self.act(x)`."""
        module = f'module "{self.path}"' if self.path else "the outermost module"
        return f"{module} at {self.location}" if self.location else module


@dataclass
class Graph:
    """Nodes in the order in which they run, and what belongs to them."""

    nodes: list[Json] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    wishes: dict[str, str] = field(default_factory=dict)
    """The name that each tensor was to have."""
    results: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """For nodes that are a call's whole result: the call in the traced program and how its elements lie in the node's."""

    def add(
        self, origin: Origin, operator: str, inputs: Sequence[str], shape: Shape, **options: Any
    ) -> str:
        """Appends a node; its name, which is the label's or that and a number."""
        name = self.free_name(origin.label or operator)
        self.nodes.append({"name": name, "operator": operator, "inputs": list(inputs), **options})
        self.shapes[name], self.origins[name] = shape, origin
        return name

    def free_name(self, wished: str) -> str:
        """`wished`, or `wished_2`, `wished_3`, ..."""
        name, number = wished, 1
        while name in self.shapes:
            number += 1
            name = f"{wished}_{number}"
        return name

    def node(self, name: str) -> Json:
        """The node of that name."""
        for node in reversed(self.nodes):
            if node["name"] == name:
                return node
        raise KeyError(name)

    def by_name(self) -> dict[str, Json]:
        """All nodes by name."""
        return {node["name"]: node for node in self.nodes}

    def store(self, name: str, tensor: Tensor) -> str:
        """Keeps a tensor under `name`, or under a name of its own as long as another one has it."""
        free, number = name, 1
        while free in self.tensors and not _same(self.tensors[free], tensor):
            number += 1
            free = f"{name}_{number}"
        self.tensors[free], self.wishes[free] = tensor, name
        return free

    def uses(self, output: str) -> Counter[str]:
        """How many inputs each node's value goes to; the output counts as one."""
        counts: Counter[str] = Counter([output])
        for node in self.nodes:
            counts.update(node["inputs"])
        return counts

    def remove_unused(self, output: str) -> None:
        """Drops nodes and tensors that the output does not need; the input stays."""
        needed = {output}
        for node in reversed(self.nodes):
            if node["name"] in needed:
                needed.update(node["inputs"])
        self.nodes = [one for one in self.nodes if one["name"] in needed or one["operator"] == "input"]
        names = {text for node in self.nodes for text in _strings(node)}
        self.tensors = {name: tensor for name, tensor in self.tensors.items() if name in names}

    def rename(self, output: str) -> str:
        """Gives all nodes and tensors their wished names anew, now that some are gone; the output's new name."""
        names: dict[str, str] = {}
        shapes, origins, self.shapes, self.origins = self.shapes, self.origins, {}, {}
        results, self.results = self.results, {}
        for node in self.nodes:
            old = node["name"]
            new = self.free_name(origins[old].label or node["operator"])
            names[old], self.shapes[new], self.origins[new] = new, shapes[old], origins[old]
            if old in results:
                self.results[new] = results[old]
            node.update(name=new, inputs=[names[one] for one in node["inputs"]])
        self._rename_tensors()
        return names[output]

    def _rename_tensors(self) -> None:
        tensors, self.tensors = self.tensors, {}
        names = {name: self.store(self.wishes.get(name, name), tensor) for name, tensor in tensors.items()}
        self.nodes = [with_tensors(node, names.__getitem__) for node in self.nodes]


TENSOR_KEYS = {"weight", "bias", "mean", "variance", "negative_slope", "weight1", "bias1", "weight2", "bias2"}


def with_tensors(node: Json, name: Callable[[str], str]) -> Json:
    """A node whose tensors are called otherwise."""
    result = {}
    for key, value in node.items():
        if isinstance(value, dict):
            value = with_tensors(value, name)
        elif key in TENSOR_KEYS and isinstance(value, str):
            value = name(value)
        result[key] = value
    return result


def tensor_names(node: Json) -> set[str]:
    """The tensors that a node needs."""
    names: set[str] = set()
    with_tensors(node, lambda name: names.add(name) or name)
    return names


def without_nulls(value: Any) -> Any:
    """A description without keys that say nothing."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, (list, tuple)) else value


def checked(tensor: Tensor, what: str) -> Tensor:
    """A weight as 32-bit floats in memory of its own; complex numbers and integers are refused."""
    if tensor.is_complex() or not tensor.is_floating_point():
        raise ExportError(f"{what} is {tensor.dtype}; weights must be floating point")
    return tensor.detach().to("cpu", torch.float32)


def _same(left: Tensor, right: Tensor) -> bool:
    return left is right or (left.shape == right.shape and torch.equal(left, right))


def _strings(value: Any) -> Iterable[str]:
    """All strings in a node's options: among them, the names of its tensors."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
