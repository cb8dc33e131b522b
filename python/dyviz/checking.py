"""Runs what is about to be written, and holds it against the module as it was given."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .errors import ExportError
from .model_file import ModelFile
from .nodewise import Differing, Nodes, equal
from .precision import LEAST, both, doubled, error
from .running import Network, Own, results, run_batch, run_one

HEAD = "what would be written does not compute what the network does"


def check(network: Network, file: ModelFile, variant: str, image: Tensor) -> None:
    """Compares a file with its module: on the example [1, C, H, W] and on more images, node by node.

    The module's own forward must give what the program traced from it gives, each node what its call gives, and each
    image in a batch what it gives alone. Single precision is enough where the bits are the same; only where they are
    not, double precision decides.

    Raises:
        ExportError: if the output, or a node that stands for a call, differs by more than single precision explains.
            It names the first such node.
    """
    with torch.no_grad():
        others = more(image)
        alone = [_check_image(network, file, variant, one[None]) for one in (image[0], *others)]
        _check_batch(network, others, torch.cat([own.output for own in alone[1:]]))


def more(image: Tensor) -> Tensor:
    """Two more images of other values [2, C, H, W]: noise, and large areas of one colour."""
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(image.shape, generator=generator)
    coarse = 2 * torch.randn(1, image.shape[1], 3, 4, generator=generator)
    return torch.cat([noise, nn.functional.interpolate(coarse, size=image.shape[2:])])


def _check_image(network: Network, file: ModelFile, variant: str, image: Tensor) -> Own:
    own = run_one(network, image)
    nodes = Nodes(network, file, variant, image, own)
    is_traced = equal(nodes.output, own.output)
    if not is_traced and _is_unsteady(network, image):
        raise ExportError(
            "the network gives different results for the same image; chance and what came before have no place in a file"
        )
    found = nodes.first_difference()
    if found is not None:
        raise ExportError(_told(network, found))
    if not is_traced:
        _check_traced(network, image)
    return own


def _is_unsteady(network: Network, image: Tensor) -> bool:
    first, second = run_one(network, image).output, run_one(network, image).output
    return not equal(first, second)


def _check_traced(network: Network, image: Tensor) -> None:
    """The traced program gives what the module gives, but for rounding: it has lost nothing that Python computed."""
    exact, single = both(lambda: run_one(network, image))
    with doubled():
        given = {node: call.result for node, call in results(network, exact).items()}
        traced = network.program.run(image.double(), (), given)[1].reshape(1, *network.shape)
    off, allowed = error(traced, exact.output), error(single.output, exact.output, overflows=True)
    if not off.within(allowed):
        raise ExportError(
            f"{HEAD}: its output differs by {off.relative:.1e} of the largest value (single precision: {allowed.relative:.1e}), "
            "though each call that was traced agrees. Does the network compute something from the numbers of an image in Python?"
        )


def _check_batch(network: Network, images: Tensor, alone: Tensor) -> None:
    """Each image's result in a batch is that of the image alone."""
    batched = run_batch(network, images)
    if batched is None or error(batched.output, alone).relative <= LEAST:
        return
    exact, single = both(lambda: torch.cat([run_one(network, one[None]).output for one in images]))
    with doubled():
        together = run_batch(network, images)
    if together is None or not error(together.output, exact).within(error(single, exact, overflows=True)):
        raise ExportError(
            "the network's result for an image depends on the batch that it is in; dyviz runs each image by itself"
        )


def _told(network: Network, found: Differing) -> str:
    name = found.node["name"]
    return (
        f'{HEAD}: the first node that differs is "{name}" ({found.node["operator"]}), {network.graph.origins[name].describe()}\n'
        f"  by {found.off.relative:.1e} of the largest value (single precision: {found.allowed.relative:.1e}). Please report this"
    )
