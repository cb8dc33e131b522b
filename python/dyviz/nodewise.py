"""Holds each node of a file against the call that it stands for, each from the same numbers.

Every node takes PyTorch's own values of the nodes before it, in single precision; so no rounding is carried along, and
what a node gives is what PyTorch gives, bit by bit, wherever both do the same. Only nodes that differ in a bit are in
doubt. They and their calls are computed once more from those values in double precision, which tells a rounding from a
mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from .graph import Json
from .model_file import ModelFile
from .precision import LEAST, Error, doubled, error
from .running import Network, Own, as_map, forwards, results


@dataclass
class Differing:
    """A node that computes something else than its call."""

    node: Json
    off: Error
    allowed: Error


class Nodes:
    """The nodes of a file's variant, and what PyTorch gives for one image at those that stand for calls."""

    def __init__(self, network: Network, file: ModelFile, variant: str, image: Tensor, own: Own) -> None:
        self.network, self.file, self.image = network, file, image
        self.nodes = file.nodes(variant)
        self.calls = {name: one for name, one in network.graph.results.items() if name in self.nodes}
        self.own = results(network, own)
        given = {node: call.result for node, call in self.own.items()}
        self.found, self.result = network.program.run(image, {call for call, _ in self.calls.values()}, given)
        self.values = {name: as_map(self.found[call], value) for name, (call, value) in self.calls.items()}

    @property
    def output(self) -> Tensor:
        """The traced program's own result [1, C, H, W], after all changes in place."""
        return self.result.reshape(1, *self.network.shape)

    def first_difference(self) -> Differing | None:
        """The first node that differs by more than single precision explains."""
        doubtful = list(self._doubtful())
        if not doubtful:
            return None
        exact = self._exact({name for name in doubtful if name in self.calls})
        for name in doubtful:
            wanted, single = exact[name], self.values.get(name, self.output)
            inputs = [self._double(one) for one in self.nodes[name].get("inputs", [])]
            # Where large values cancel, nothing is left but their rounding.
            least = LEAST * max([0.0, *map(_largest, inputs)])
            off = error(self._compute(name, inputs, self.image.double()), wanted, least)
            allowed = error(single, wanted, least, overflows=True)
            if not off.within(allowed):
                return Differing(self.nodes[name], off, allowed)
        return None

    def _doubtful(self) -> Iterator[str]:
        """Nodes that do not give the very bits that their calls give; the output too, where it is no call's."""
        values: dict[str, Tensor] = {}
        for name, node in self.nodes.items():
            got = self._compute(name, [values[one] for one in node.get("inputs", [])], self.image)
            values[name] = self.values.get(name, got)
            is_result = name == self.network.output and name not in self.calls
            if not equal(got, self.output if is_result else values[name]):
                yield name

    def _exact(self, names: set[str]) -> dict[str, Tensor]:
        """What the calls of these nodes give in double precision for PyTorch's own values of the nodes before them."""
        wanted = {self.calls[name][0]: name for name in names}
        given, forced = {}, {}
        for name, (call, _) in self.calls.items():
            (forced if name in names or not is_pure(call) else given)[call] = self.found[call].double()
        with torch.no_grad(), doubled():
            modules = self.network.dynamic_calls()
            given |= forwards({node: call for node, call in self.own.items() if node in wanted}, modules)
            found, result = self.network.program.run(self.image.double(), wanted, given, forced)
        exact = {name: as_map(found[call], self.calls[name][1]) for call, name in wanted.items()}
        return {self.network.output: result.reshape(1, *self.network.shape)} | exact

    def _double(self, name: str) -> Tensor:
        """A node's value as the nodes behind it take it, in double precision."""
        if name in self.values:
            return self.values[name].double()
        inputs = [self._double(one) for one in self.nodes[name].get("inputs", [])]
        return self._compute(name, inputs, self.image.double())

    def _compute(self, name: str, inputs: list[Tensor], image: Tensor) -> Tensor:
        with torch.no_grad():
            return self.file.value(self.nodes[name], inputs, image)


def is_pure(call: fx.Node) -> bool:
    """Whether a call's result is new memory, and nothing else is changed by it."""
    schema: Any = getattr(call.target, "_schema", None)
    return schema is not None and all(one.alias_info is None for one in [*schema.arguments, *schema.returns])


def equal(left: Tensor, right: Tensor) -> bool:
    """Whether two tensors are the same numbers; what is not a number is equal to its like."""
    return torch.equal(left, right) or bool(((left == right) | (left.isnan() & right.isnan())).all())


def _largest(value: Tensor) -> float:
    return float(value.abs().nan_to_num(nan=0.0, posinf=0.0).max())
