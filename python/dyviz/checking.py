"""Runs what is about to be written, and holds it against the module as it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx, nn

from .dynamic import Recognised
from .errors import ExportError
from .graph import Graph
from .model_file import ModelFile
from .precision import FACTOR, LEAST, Error, both, doubled, error
from .tracing import Program, module_path, operator_name

DOUBTFUL = 1e-5
"""Single precision's error above which it is asked whether the network gives the same result twice."""


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


@dataclass
class Own:
    """What the module itself gives for some images, in one precision."""

    output: Tensor
    """[N, C, H, W]."""
    calls: dict[nn.Module, list[Tensor]]
    """Each recognised module's outputs [N, ...], call by call."""


def check(network: Network, file: ModelFile, variant: str, image: Tensor) -> None:
    """Compares a file with its module: on the example [1, C, H, W] node by node, and on more images, in a batch if it takes one.

    The example tells how much single precision costs. The other images are first held against the module in single
    precision, which is much faster; only where that leaves a doubt, double precision decides.

    Raises:
        ExportError: if the output, or a node that stands for a call, differs by more than single precision explains.
            It names the first such node.
    """
    usual = _judge(network, file, variant, image)
    images = more(image)
    with torch.no_grad():
        own, got = run(network, images).output, file.values(images, variant, [network.output])[network.output]
    if error(got, own).relative > (FACTOR + 2) * usual.relative + LEAST:
        _judge(network, file, variant, images)


def _judge(network: Network, file: ModelFile, variant: str, images: Tensor) -> Error:
    """Compares in double precision; single precision's error of the output."""
    exact, single = both(lambda: run(network, images))
    got = file.values(images.double(), variant)
    off, allowed = error(got[network.output], exact.output), error(single.output, exact.output, overflows=True)
    if not allowed.relative <= DOUBTFUL and _is_unsteady(network, images, exact):
        raise ExportError(
            "the network gives different results for the same image; chance and what came before have no place in a file"
        )
    found = _first_difference(network, got, images, exact, single)
    if found is None and off.within(allowed):
        return allowed
    if len(images) > 1 and _is_mixed(network, images, exact):
        raise ExportError(
            "the network's result for an image depends on the batch that it is in; dyviz runs each image by itself"
        )
    raise ExportError(_told(network, found, off, allowed))


def more(image: Tensor) -> Tensor:
    """Two more images of other values [2, C, H, W]: noise, and large areas of one colour."""
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(image.shape, generator=generator)
    coarse = 2 * torch.randn(1, image.shape[1], 3, 4, generator=generator)
    return torch.cat([noise, nn.functional.interpolate(coarse, size=image.shape[2:])])


def run(network: Network, images: Tensor) -> Own:
    """The module's own forward: all images at once, or one by one where it does not take a batch."""
    if len(images) > 1:
        try:
            own = _call(network, images)
            if own.output.shape[0] == len(images) and own.output[0].numel() == torch.Size(network.shape).numel():
                return Own(own.output.reshape(len(images), *network.shape), own.calls)
        except Exception:  # noqa: BLE001  (whatever a forward of one image may say to two)
            pass
    parts = [_call(network, one[None]) for one in images]
    output = torch.cat([one.output.reshape(1, *network.shape) for one in parts])
    calls = {part: [torch.cat(one) for one in zip(*(own.calls[part] for own in parts))] for part in parts[0].calls}
    return Own(output, calls)


def _call(network: Network, images: Tensor) -> Own:
    calls: dict[nn.Module, list[Tensor]] = {one.module: [] for one in network.recognised}

    def keep(module: nn.Module, _: Any, result: Any) -> None:
        calls[module].append(result.clone() if isinstance(result, Tensor) else torch.empty(len(images), 0))

    handles = [module.register_forward_hook(keep) for module in calls]
    before = [buffer.clone() for buffer in network.module.buffers()]
    try:
        result = network.module(images.clone())
    finally:
        for handle in handles:
            handle.remove()
        for buffer, value in zip(network.module.buffers(), before):
            if not torch.equal(buffer, value):
                buffer.copy_(value)
    leaves = [one for one in torch.utils._pytree.tree_leaves(result) if isinstance(one, Tensor)]
    return Own(leaves[0], calls)


def node_values(network: Network, images: Tensor, own: Own, names: list[str]) -> dict[str, Tensor]:
    """What PyTorch gives at nodes that stand for calls [N, C, H, W]; a recognised module's output is its own."""
    calls = {name: network.graph.results[name] for name in names if name in network.graph.results}
    given = _own_calls(network, own)
    parts: dict[str, list[Tensor]] = {name: [] for name in calls}
    for index, image in enumerate(images):
        stand_ins = {call: value[index : index + 1] for call, value in given.items()}
        found = network.program.values(image[None], {call for call, _ in calls.values()}, stand_ins)
        for name, (call, value) in calls.items():
            ordered = found[call].reshape(-1)
            if value.places is not None:
                ordered = torch.empty_like(ordered).scatter_(0, value.places.reshape(-1), ordered)
            parts[name].append(ordered.view(value.extents))
    return {name: torch.stack(values) for name, values in parts.items()}


def _own_calls(network: Network, own: Own) -> dict[fx.Node, Tensor]:
    """The module's own outputs by the calls of the traced program that stand for them."""
    calls: dict[nn.Module, list[fx.Node]] = {}
    for node in network.program.module.graph.nodes:
        if node.op == "call_function" and operator_name(node) == "dyviz.dynamic_relu":
            try:
                calls.setdefault(network.module.get_submodule(module_path(node)), []).append(node)
            except AttributeError:
                continue
    given: dict[fx.Node, Tensor] = {}
    for module, nodes in calls.items():
        outputs = own.calls.get(module, [])
        shapes = [tuple(node.meta["val"].shape[1:]) for node in nodes]
        if [tuple(one.shape[1:]) for one in outputs] == shapes:
            given.update(zip(nodes, outputs))
    return given


def _first_difference(
    network: Network, got: dict[str, Tensor], images: Tensor, exact: Own, single: Own
) -> tuple[str, Error, Error] | None:
    """The first node that differs from its call, by how much, and what single precision explains."""
    with doubled():
        wanted = node_values(network, images, exact, list(got))
    rounded: dict[str, Tensor] = {}
    for node in network.graph.nodes:
        name = node["name"]
        if name not in wanted:
            continue
        # Where large values cancel, nothing is left but their rounding.
        least = LEAST * max([0.0, *(_largest(got[one]) for one in node["inputs"])])
        off = error(got[name], wanted[name], least)
        if off.relative <= LEAST:
            continue
        rounded = rounded or node_values(network, images, single, list(got))
        allowed = error(rounded[name], wanted[name], least, overflows=True)
        if not off.within(allowed):
            return name, off, allowed
    return None


def _largest(value: Tensor) -> float:
    return float(value.abs().nan_to_num(nan=0.0, posinf=0.0).max())


def _is_unsteady(network: Network, images: Tensor, exact: Own) -> bool:
    with torch.no_grad(), doubled():
        again = run(network, images).output
    return error(again, exact.output).relative > LEAST


def _is_mixed(network: Network, images: Tensor, exact: Own) -> bool:
    """Whether the images one by one have other results than in a batch."""
    alone, single = both(lambda: torch.cat([run(network, one[None]).output for one in images]))
    return not error(exact.output, alone).within(error(single, alone, overflows=True))


def _told(network: Network, found: tuple[str, Error, Error] | None, off: Error, allowed: Error) -> str:
    head = "what would be written does not compute what the network does"
    if found is None:
        return (
            f"{head}: its output differs by {off.relative:.1e} of the largest value (single precision: {allowed.relative:.1e}), "
            "though each call that was traced agrees. Does the network compute something from the numbers of an image in Python?"
        )
    name, off, allowed = found
    origin = network.graph.origins[name]
    return (
        f'{head}: the first node that differs is "{name}" ({network.graph.node(name)["operator"]}), {origin.describe()}\n'
        f"  by {off.relative:.1e} of the largest value (single precision: {allowed.relative:.1e}). Please report this"
    )
