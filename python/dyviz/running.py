"""Runs a module as it was given, and the program that was traced from it: what a file is held against."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx, nn

from .dynamic import Recognised, standing_in
from .graph import Graph
from .tracing import Program, module_path, operator_name
from .values import Value


@dataclass
class Network:
    """A module and what was made of it."""

    module: nn.Module
    graph: Graph
    output: str
    program: Program
    recognised: list[Recognised] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the output's map."""
        return self.graph.shapes[self.output]

    def dynamic_calls(self) -> dict[nn.Module, list[fx.Node]]:
        """The calls of the traced program that stand for each recognised module's forward."""
        calls: dict[nn.Module, list[fx.Node]] = {one.module: [] for one in self.recognised}
        for node in self.program.module.graph.nodes:
            if node.op == "call_function" and operator_name(node) == "dyviz.dynamic_relu":
                # The module may be in the network under several names.
                with suppress(AttributeError, KeyError):
                    calls[self.module.get_submodule(module_path(node))].append(node)
        return calls


@dataclass
class Called:
    """One call of a module: what it was given, and what it gave."""

    arguments: tuple[Any, ...]
    options: dict[str, Any]
    result: Tensor


@dataclass
class Own:
    """What the module itself gives for some images, in one precision."""

    output: Tensor
    """[N, C, H, W]."""
    calls: dict[nn.Module, list[Called]]
    """Each recognised module's calls, with N images each."""


def run(network: Network, images: Tensor) -> Own:
    """The module's own forward: all images at once, or one by one where it does not take a batch."""
    if len(images) > 1:
        batched = run_batch(network, images)
        if batched is not None:
            return batched
    parts = [run_one(network, one[None]) for one in images]
    calls = {module: [_joined(calls) for calls in zip(*(own.calls[module] for own in parts))] for module in parts[0].calls}
    return Own(torch.cat([one.output for one in parts]), calls)


def run_one(network: Network, image: Tensor) -> Own:
    """For one image [1, C, H, W]."""
    own = _call(network, image)
    return Own(own.output.reshape(1, *network.shape), own.calls)


def run_batch(network: Network, images: Tensor) -> Own | None:
    """For all images at once; None if the module does not take a batch."""
    try:
        own = _call(network, images)
    except Exception:  # noqa: BLE001  (whatever a forward of one image may say to two)
        return None
    if own.output.shape[:1] != (len(images),) or own.output[0].numel() != torch.Size(network.shape).numel():
        return None
    return Own(own.output.reshape(len(images), *network.shape), own.calls)


def _joined(calls: tuple[Called, ...]) -> Called:
    return Called((), {}, torch.cat([one.result for one in calls]))


def _call(network: Network, images: Tensor) -> Own:
    buffers = [(buffer, buffer.clone()) for buffer in network.module.buffers()]
    try:
        with ExitStack() as stack:
            calls = {one.module: stack.enter_context(_recorded(one.module)) for one in network.recognised}
            return Own(network.module(images.clone()), calls)
    finally:
        for buffer, value in buffers:
            if not torch.equal(buffer, value):
                buffer.copy_(value)


@contextmanager
def _recorded(module: nn.Module) -> Iterator[list[Called]]:
    """The calls of a module's forward within."""
    calls: list[Called] = []
    forward = module.forward

    def record(*arguments: Any, **options: Any) -> Any:
        given = copy.deepcopy((arguments, options))
        result = forward(*arguments, **options)
        calls.append(Called(*given, result.clone() if isinstance(result, Tensor) else torch.empty(0)))
        return result

    with standing_in(module, record):
        yield calls


def results(network: Network, own: Own) -> dict[fx.Node, Called]:
    """The module's own calls by the calls of the traced program that stand for them."""
    found: dict[fx.Node, Called] = {}
    for module, nodes in network.dynamic_calls().items():
        calls = own.calls.get(module, [])
        shapes = [tuple(node.meta["val"].shape[1:]) for node in nodes]
        if [tuple(one.result.shape[1:]) for one in calls] == shapes:
            found.update(zip(nodes, calls))
    return found


def node_values(network: Network, images: Tensor, own: Own, names: list[str]) -> dict[str, Tensor]:
    """What PyTorch gives at nodes that stand for calls [N, C, H, W]; a recognised module's output is its own."""
    calls = {name: network.graph.results[name] for name in names if name in network.graph.results}
    given = results(network, own)
    parts: dict[str, list[Tensor]] = {name: [] for name in calls}
    for index, image in enumerate(images):
        stand_ins = {node: call.result[index : index + 1] for node, call in given.items()}
        found = network.program.values(image[None], {call for call, _ in calls.values()}, stand_ins)
        for name, (call, value) in calls.items():
            parts[name].append(as_map(found[call], value))
    return {name: torch.cat(values) for name, values in parts.items()}


def as_map(result: Tensor, value: Value) -> Tensor:
    """A call's result in the order of the node's map [1, C, H, W]."""
    ordered = result.reshape(-1)
    if value.places is not None:
        ordered = torch.empty_like(ordered).scatter_(0, value.places.reshape(-1), ordered)
    return ordered.view(1, *value.extents)


def forwards(calls: Mapping[fx.Node, Called], modules: Mapping[nn.Module, list[fx.Node]]) -> dict[fx.Node, Tensor]:
    """What the modules' own forwards give for the arguments of these calls, in the precision in force."""
    owners = {node: module for module, nodes in modules.items() for node in nodes}
    return {
        node: owners[node].forward(*copy.deepcopy(call.arguments), **copy.deepcopy(call.options))
        for node, call in calls.items()
    }
