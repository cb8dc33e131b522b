"""`verify`: runs dyviz on a model file and holds its values against PyTorch's."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from .archive import archive
from .checking import check
from .errors import VerificationError
from .exporting import build, describe
from .given import check_input, prepared
from .model_file import ModelFile
from .precision import both, doubled, error
from .program import find_binary
from .running import Network, node_values, run

TOLERANCE = 1e-4
OUTPUT = "output"
ORDER = 20.0
"""How many times PyTorch's own error the program may be off, which adds up in another order: each of its sums begins with
the bias, so a large one costs a rounding for every term, where PyTorch may round once."""


@dataclass(frozen=True)
class Difference:
    """How far one tensor of dyviz is from what PyTorch gives in double precision."""

    name: str
    """`output`, or an activation's node."""
    absolute: float
    """The largest difference of one element."""
    relative: float
    """That, divided by the largest absolute value."""
    single: float = 0.0
    """How far PyTorch's own single precision is off, likewise."""


@dataclass(frozen=True)
class Report:
    """What `verify` found, the output first and then the activations as they run."""

    differences: tuple[Difference, ...]
    tolerance: float

    @property
    def worst(self) -> Difference:
        """The tap that is farthest off."""
        return max(self.differences, key=lambda one: one.relative)

    @property
    def passed(self) -> bool:
        """Whether the output is within the tolerance, or it and all activations are off by what single precision explains."""
        output, *activations = self.differences
        if output.relative <= self.tolerance:
            return True
        near = all(one.relative <= max(self.tolerance, ORDER * one.single) for one in activations)
        return near and output.relative <= ORDER * output.single

    def __str__(self) -> str:
        width = max(len(one.name) for one in self.differences)
        lines = [
            f"{one.name:<{width}}  {one.absolute:.1e}  {one.relative:.1e}   {one.single:.1e}" for one in self.differences
        ]
        head = f"{'':<{width}}  largest  relative  PyTorch's float32"
        verdict = f"{'equal' if self.passed else 'NOT equal'} within {self.tolerance:g} of the largest output"
        output = self.differences[0]
        if self.passed and output.relative > self.tolerance:
            verdict = (
                f"not within {self.tolerance:g} of the largest output, but only {output.relative / output.single:.1f} times as far "
                "from double precision as PyTorch's own float32"
            )
        return "\n".join([head, *lines, verdict])


def verify(
    module: nn.Module,
    path: str | os.PathLike[str],
    example_input: Tensor,
    *,
    variant: str | None = None,
    binary: str | os.PathLike[str] | None = None,
    tolerance: float = TOLERANCE,
    output: str | int | None = None,
) -> Report:
    """Runs dyviz on `example_input` and compares the output and each activation's output with the module's own.

    What they are compared with is computed in double precision, of the network with its weights as the file stores them: with
    those of `half=True` rounded to F16.

    Args:
        module: the network that was exported.
        path: the model file.
        example_input: preprocessed images [N, C, H, W].
        variant: the variant to compare; may be left out if the file has one.
        binary: the program; by default $DYVIZ, else `dyviz` on the path.
        tolerance: how much of the largest output a difference may be.
        output: which of the network's outputs was written, as in `export`.

    Raises:
        VerificationError: if the program cannot be run, or if the output differs by more than the tolerance and than PyTorch's
            own single precision explains.
    """
    file = ModelFile.read(path)
    name = _chosen(list(file.variants), variant, path)
    image = check_input(example_input)
    taps = run_taps(path, name, example_input, binary)
    with prepared(module, image, output):
        network = Network(module, *build(module, image))
        exact, single = _yardstick(network, file, name, example_input)
    differences = []
    for tap, wanted in exact.items():
        got = taps.get(f"y/{tap}" if tap != OUTPUT else tap)
        if got is not None and got.numel() == wanted.numel():
            differences.append(_difference(tap, got.reshape(wanted.shape), wanted, single[tap]))
    if not differences or differences[0].name != OUTPUT:
        raise VerificationError(f"{path}, variant {name}: the output's shape is not that of the module's")
    report = Report(tuple(differences), tolerance)
    if not report.passed:
        raise VerificationError(f"{path}, variant {name}: dyviz does not compute what PyTorch does\n{report}")
    return report


def run_taps(
    path: str | os.PathLike[str], variant: str, images: Tensor, binary: str | os.PathLike[str] | None = None
) -> dict[str, Tensor]:
    """What `dyviz taps` writes for images [N, C, H, W]."""
    program = find_binary(binary)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "input.safetensors", Path(folder) / "output.safetensors"
        source.write_bytes(archive({"input": images}))
        command = [program, "taps", str(path), "--variant", variant, "--input", str(source), "--output", str(target)]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            raise VerificationError(f"{program} taps: {(finished.stderr or finished.stdout).strip()}")
        return load_file(target)


def _chosen(names: list[str], variant: str | None, path: str | os.PathLike[str]) -> str:
    if variant is None and len(names) == 1:
        return names[0]
    if variant not in names:
        raise VerificationError(f"{path} holds the variants {', '.join(names)}; which one is the module's?")
    return str(variant)


def _yardstick(
    network: Network, file: ModelFile, variant: str, images: Tensor
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The output's and each activation's values in double and in single precision, with the weights as the file has them."""
    names = [node["name"] for node in network.graph.nodes if node["operator"] == "activation"]
    described, tensors = describe(variant, network, {})
    rounded = {
        name: tensor.half().float() if file.dtypes.get(name) == torch.float16 else tensor for name, tensor in tensors.items()
    }
    if any(not torch.equal(tensors[name], rounded[name]) for name in tensors):
        check(network, ModelFile({"variants": [described]}, tensors), variant, images[:1])
        stored = ModelFile({"variants": [described]}, rounded)
        exact, single = (stored.values(one, variant, [*names, network.output]) for one in (images.double(), images))
        taps = {OUTPUT: network.output} | {name: name for name in names}
        return {tap: exact[node] for tap, node in taps.items()}, {tap: single[node] for tap, node in taps.items()}
    exact, single = both(lambda: run(network, images))
    with doubled():
        wanted = node_values(network, images, exact, names)
    return {OUTPUT: exact.output} | wanted, {OUTPUT: single.output} | node_values(network, images, single, names)


def _difference(name: str, got: Tensor, exact: Tensor, single: Tensor) -> Difference:
    off, own = error(got, exact), error(single, exact, overflows=True)
    return Difference(name, off.absolute, off.relative, own.relative)
