"""What the operators' translations share: the graph, the call at hand, and values turned into nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import torch
from torch import Tensor

from .errors import SUPPORT, ExportError
from .graph import Graph, Origin, checked
from .values import Shape, Value, chosen_channels, map_extents, moves, whole


@dataclass
class Call:
    """One call of the traced program."""

    operator: str
    """`aten.conv2d`."""
    arguments: dict[str, Any]
    """By the schema's names, defaults filled in; tensors are `Value`s or, if constant, tensors."""
    origin: Origin
    rank: int
    """Dimensions of the result."""

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    def get(self, name: str, default: Any = None) -> Any:
        """An argument that not every overload has."""
        return self.arguments.get(name, default)


@dataclass
class Context:
    """The graph under construction and the call that is being translated."""

    graph: Graph
    call: Call | None = None
    names: dict[int, str] = field(default_factory=dict)
    """The network's own names of its parameters and buffers, by their identity."""
    affines: dict[str, tuple[str, Tensor, Tensor]] = field(default_factory=dict)
    """Nodes that are a constant scale and shift of another one: that one, and both in double precision."""
    choices: dict[tuple[str, tuple[int, ...]], str] = field(default_factory=dict)
    """Nodes of chosen channels: the same choice is the same node."""
    moved: dict[tuple[str, str], str] = field(default_factory=dict)
    """Nodes of moved elements, likewise."""
    kept: list[Tensor] = field(default_factory=list)
    """Tensors whose identity must stay theirs."""

    def fail(self, problem: str) -> NoReturn:
        """Stops with what is wrong, the operator, the module and the line."""
        assert self.call is not None
        origin = self.call.origin
        raise ExportError(f"{self.call.operator} of {origin.describe()}\n  {problem}", origin.path)

    def uncovered(self) -> NoReturn:
        """Stops at an operator that no node stands for."""
        assert self.call is not None
        origin = self.call.origin
        raise ExportError(f"{self.call.operator} is not covered: {origin.describe()}\n  {SUPPORT}", origin.path)

    def add(self, operator: str, inputs: list[str], shape: Shape, **options: Any) -> Value:
        """Appends a node for this call; its whole value."""
        assert self.call is not None
        return whole(self.graph.add(self.call.origin, operator, inputs, shape, **options), shape)

    def layer(
        self, operator: str, inputs: list[str], shape: Shape, tensors: dict[str, Tensor | None], **options: Any
    ) -> Value:
        """Appends a node with weights, called as they are in the network where they are its parameters."""
        assert self.call is not None
        label = self.call.origin.label
        named = self.names.get(id(tensors.get("weight")))
        if named and "." in named:
            label = named.rpartition(".")[0]
        origin = Origin(self.call.origin.path, label, self.call.origin.location)
        free = self.graph.free_name(label or operator)
        for role, tensor in tensors.items():
            if tensor is not None:
                options[role] = self.store(tensor, f"{free}.{role}")
        return whole(self.graph.add(origin, operator, inputs, shape, **options), shape)

    def store(self, tensor: Tensor, name: str) -> str:
        """Keeps a weight under the network's name for it, else under `name`."""
        own = self.names.get(id(tensor))
        return self.graph.store(own or name, checked(tensor, own or name))

    def constant(self, value: Any, what: str) -> Tensor:
        """An argument that must not depend on the image."""
        if isinstance(value, Value):
            self.fail(f"its {what} is computed from the image; only constant ones are covered")
        return value

    def whole_map(self, value: Value, extents: Shape | None = None) -> Value:
        """`value` as a whole node's map, with `select_channels` or `rearrange` where needed."""
        if extents is None:
            is_vector = value.positions == 1 and (len(value.shape) != 4 or value.shape[2:] == (1, 1))
            extents = (value.count, 1, 1) if is_vector else map_extents(value.shape)
        if extents is None:
            self.fail(f"takes a tensor of shape {list(value.shape)}, which is no map or vector of one image")
        if value.places is None and extents == value.extents:
            return value
        places = value.index().reshape(extents)
        channels = chosen_channels(places, value.extents)
        # Of a tensor of rank 3 it does not matter how its positions are called.
        is_turned = len(value.shape) == 4 and extents[1:] != value.extents[1:]
        if channels is None or is_turned:
            moved = self.rearranged(value, places)
            if moved is None:
                self.fail(
                    f"needs a map, but its input of shape {list(value.shape)} holds elements of "
                    f'"{value.node}" ({" x ".join(map(str, value.extents))}) in an order that no node gives'
                )
            return moved
        return whole(self.select(value, channels), (len(channels), *value.extents[1:]), value.shape)

    def compact(self, value: Value) -> Value:
        """`value` as all elements of a node, each once and in any order: of its own, or of one that holds its channels."""
        if value.is_permutation():
            return value
        places = value.index()
        channels = places.unique() // value.positions
        chosen = channels.unique()
        if len(channels) != places.numel() or len(channels) != len(chosen) * value.positions:
            return self.whole_map(value)
        rank = torch.zeros(value.extents[0], dtype=torch.long)
        rank[chosen] = torch.arange(len(chosen))
        node = self.select(value, chosen.tolist())
        extents = (len(chosen), *value.extents[1:])
        own = rank[places // value.positions] * value.positions + places % value.positions
        return Value(node, extents, value.shape).placed(own)

    def select(self, value: Value, channels: list[int]) -> str:
        """The node that holds these channels of `value`'s node."""
        if channels == list(range(value.extents[0])):
            return value.node
        key = value.node, tuple(channels)
        if key not in self.choices:
            shape = (len(channels), *value.extents[1:])
            self.choices[key] = self.add("select_channels", [value.node], shape, channels=channels).node
        return self.choices[key]

    def exact_map(self, value: Value) -> Value:
        """`value` as a whole node's map whose extents are those of its own shape."""
        source, extents = self.whole_map(value), map_extents(value.shape)
        if extents is None or source.extents == extents:
            return source
        moved = self.rearranged(source, source.index().reshape(extents))
        return self.whole_map(value) if moved is None else moved

    def rearranged(self, value: Value, places: Tensor) -> Value | None:
        """A node of `places` [C, H, W]; None if they are no sum of a part for each row, column and channel."""
        axes = moves(places, value.extents)
        if axes is None:
            return None
        options = {key: axis for key, axis, extent in zip(("channels", "rows", "columns"), axes, value.extents)
                   if axis != list(range(extent))}  # fmt: skip
        key = value.node, str(options)
        if key not in self.moved:
            self.moved[key] = self.add("rearrange", [value.node], tuple(places.shape), **options).node
        return whole(self.moved[key], tuple(places.shape), value.shape)

    def relabelled(self, suffix: str) -> Origin:
        """This call's origin with a longer label."""
        assert self.call is not None
        origin = self.call.origin
        return Origin(origin.path, f"{origin.label}.{suffix}", origin.location)


Handler = Callable[[Context, Call], Any]
HANDLERS: dict[str, Handler] = {}
"""How each operator is translated, by its name."""


def handles(*operators: str) -> Callable[[Handler], Handler]:
    """Registers a function for ATen operators; those in place (`relu_`) come with them."""

    def register(handler: Handler) -> Handler:
        for operator in operators:
            HANDLERS[f"aten.{operator}"] = handler
            HANDLERS[f"aten.{operator}_"] = handler
        return handler

    return register
