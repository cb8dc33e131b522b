"""`verify`: runs dyviz on a model file and holds its values against PyTorch's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn

from .archive import archive
from .errors import VerificationError
from .exporting import build, check_input
from .graph import Json
from .tracing import evaluating
from .writing import METADATA_KEY

TOLERANCE = 1e-4


@dataclass(frozen=True)
class Difference:
    """How far one tensor of dyviz is from PyTorch's."""

    name: str
    """`output`, or an activation's node."""
    absolute: float
    """The largest difference of one element."""
    relative: float
    """That, divided by PyTorch's largest absolute value."""


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
        """Whether the output is within the tolerance."""
        return self.differences[0].relative <= self.tolerance

    def __str__(self) -> str:
        width = max(len(one.name) for one in self.differences)
        lines = [f"{one.name:<{width}}  {one.absolute:.1e}  {one.relative:.1e}" for one in self.differences]
        verdict = "equal" if self.passed else "NOT equal"
        head = f"{'':<{width}}  largest  relative"
        return "\n".join([head, *lines, f"{verdict} within {self.tolerance:g} of the largest output"])


def verify(
    module: nn.Module,
    path: str | os.PathLike[str],
    example_input: Tensor,
    *,
    variant: str | None = None,
    binary: str | os.PathLike[str] | None = None,
    tolerance: float = TOLERANCE,
) -> Report:
    """Runs dyviz on `example_input` and compares the output and each activation's output with the module's.

    Args:
        module: the network that was exported.
        path: the model file.
        example_input: preprocessed images [N, C, H, W].
        variant: the variant to compare; may be left out if the file has one.
        binary: the program; by default $DYVIZ, else `dyviz` on the path.
        tolerance: how much of the largest output a difference may be.

    Raises:
        VerificationError: if the program cannot be run, or if the output differs by more.
    """
    with safe_open(str(path), framework="pt") as archive:
        described = json.loads((archive.metadata() or {})[METADATA_KEY])["variants"]
    one = _chosen(described, variant, path)
    taps = run_taps(path, one["name"], example_input, binary)
    with evaluating(module), torch.no_grad():
        expected = module(example_input)
    differences = [_difference("output", taps["output"], expected.reshape(taps["output"].shape))]
    for name, wanted in _own_outputs(module, example_input).items():
        if taps.get(f"y/{name}", wanted[:0]).shape == wanted.shape:
            differences.append(_difference(name, taps[f"y/{name}"], wanted))
    report = Report(tuple(differences), tolerance)
    if not report.passed:
        raise VerificationError(f"{path}, variant {one['name']}: dyviz does not compute what PyTorch does\n{report}")
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


def find_binary(binary: str | os.PathLike[str] | None) -> str:
    """The program's path."""
    wished = str(binary or os.environ.get("DYVIZ") or "dyviz")
    found = shutil.which(wished)
    if found is None:
        raise VerificationError(
            f"the program {wished} is not found; build it (make build) and put it on the PATH, set DYVIZ to its path, "
            "or name it (binary=..., --binary)"
        )
    return found


def _chosen(described: list[Json], variant: str | None, path: str | os.PathLike[str]) -> Json:
    names = [one["name"] for one in described]
    if variant is None and len(names) == 1:
        return described[0]
    if variant not in names:
        raise VerificationError(f"{path} holds the variants {', '.join(names)}; which one is the module's?")
    return described[names.index(variant)]


def _own_outputs(module: nn.Module, images: Tensor) -> dict[str, Tensor]:
    """What PyTorch gives at each activation's node, [N, C, H, W], from the module traced anew."""
    graph, _, program = build(module, check_input(images))
    names = [node["name"] for node in graph.nodes if node["operator"] == "activation"]
    calls = {name: graph.results[name] for name in names if name in graph.results}
    nodes = {call for call, _ in calls.values()}
    outputs: dict[str, list[Tensor]] = {name: [] for name in calls}
    for image in images:
        found = program.values(image[None], nodes)
        for name, (call, value) in calls.items():
            ordered = found[call].reshape(-1)
            if value.places is not None:
                ordered = torch.empty_like(ordered).scatter_(0, value.places.reshape(-1), ordered)
            outputs[name].append(ordered.view(value.extents))
    return {name: torch.stack(parts) for name, parts in outputs.items()}


def _difference(name: str, got: Tensor, wanted: Tensor) -> Difference:
    if not len(wanted):
        return Difference(name, 0.0, 0.0)
    absolute = float((got - wanted).abs().max())
    return Difference(name, absolute, absolute / max(float(wanted.abs().max()), 1e-12))
