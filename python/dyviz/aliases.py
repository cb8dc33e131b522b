"""Which tensors of a traced program share memory, and what a change in place does to each of them.

PyTorch's own bookkeeping tells: while it traces, a view's stand-in shares the storage of its base,
with an offset and strides of its own, whatever operator made it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx

from .context import Context
from .operators.joins import join
from .values import Value

PASSED_ON = {"aten.dropout", "aten.feature_dropout", "aten.alpha_dropout", "aten.feature_alpha_dropout"}
"""Give their argument itself in evaluation mode; their stand-ins do not say so."""


def targets(node: fx.Node) -> list[Any]:
    """What a call changes in place: `self` of `relu_`, `out` of `add(..., out=y)`."""
    schema = getattr(node.target, "_schema", None)
    if schema is None:
        return []
    written = [
        node.kwargs.get(formal.name, node.args[index] if index < len(node.args) else None)
        for index, formal in enumerate(schema.arguments)
        if formal.alias_info is not None and formal.alias_info.is_write
    ]
    return [one for one in written if one is not None]


class Memory:
    """The tensors of a program by the storage that they are in."""

    def __init__(self, graph: fx.Graph) -> None:
        self.positions = {node: index for index, node in enumerate(graph.nodes)}
        self.places: dict[fx.Node, Tensor] = {}
        """Stand-ins of all tensors."""
        self.sharing: dict[int, list[fx.Node]] = {}
        for node in graph.nodes:
            value = node.meta.get("val")
            if str(getattr(node.target, "overloadpacket", "")) in PASSED_ON and isinstance(node.args[0], fx.Node):
                value = self.places.get(node.args[0], value)
            if isinstance(value, Tensor):
                self.places[node] = value
                self.sharing.setdefault(_storage(value), []).append(node)

    def changed_placeholders(self, graph: fx.Graph) -> set[str]:
        """Parameters, buffers and inputs that the program changes in place."""
        written = {
            _storage(self.places[one])
            for node in graph.nodes
            for one in targets(node)
            if isinstance(one, fx.Node) and one in self.places
        }
        return {one.name for key in written for one in self.sharing[key] if one.op == "placeholder"}

    def change(self, context: Context, call: fx.Node, target: Any, value: Any, values: dict[fx.Node, Any]) -> None:
        """`call` has given the elements of `target` new values: all tensors that hold some of them follow."""
        if not isinstance(target, fx.Node) or target not in self.places or not isinstance(value, Value):
            context.fail("changes several tensors in place at once; one is covered")
        now, stand_in = self.positions[call], self.places[target]
        found: Tensor | None = None
        for other in self.sharing[_storage(stand_in)]:
            if other not in values or other is call or all(self.positions[user] <= now for user in other.users):
                continue
            if found is None:
                found = torch.full((_extent(stand_in),), -1)
                found[_index(stand_in).reshape(-1)] = torch.arange(stand_in.numel())
            new = found[_index(self.places[other])]
            if bool((new >= 0).any()):
                values[other] = _mixed(context, values[other], value, new)


def _mixed(context: Context, old: Any, value: Value, new: Tensor) -> Value:
    """`old` with the elements of `value` that `new` counts, where it is not below 0."""
    given = value.index().reshape(-1)
    if bool((new >= 0).all()):
        return value.placed(given[new])
    if not isinstance(old, Value) or old.extents[1:] != value.extents[1:]:
        context.fail("changes a part of a tensor in place; whole tensors and whole channels of maps are covered")
    both = join(context, [old.placed(old.index().reshape(-1)), value.placed(given)], 0)
    kept = torch.arange(old.count).view(new.shape)
    return both.placed(both.index()[torch.where(new >= 0, new + old.count, kept)])


def _storage(stand_in: Tensor) -> int:
    return stand_in.untyped_storage()._cdata


def _extent(stand_in: Tensor) -> int:
    return stand_in.untyped_storage().nbytes() // stand_in.element_size()


def _index(stand_in: Tensor) -> Tensor:
    """Where in its storage each element of a tensor is."""
    places = torch.arange(_extent(stand_in))
    return places.as_strided(stand_in.shape, stand_in.stride(), stand_in.storage_offset())
