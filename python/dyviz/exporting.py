"""`export`: from PyTorch modules to a model file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from . import dynamic, naming, places, rewriting, rules
from .checking import check
from .dynamic import Recognised
from .errors import ExportError
from .given import check_input, prepared
from .graph import Graph, Json, with_tensors, without_nulls
from .interpreter import Interpreter
from .labels import cleaned
from .model_file import ModelFile
from .piecewise import within
from .preprocessing import Preprocessing
from .recognition import recognise
from .running import Network
from .tracing import Program, trace
from .writing import write

DEFAULT_VARIANT = "network"
ROW_ORDERS = ("blocked", "interleaved")


def export(
    module: nn.Module | Mapping[str, nn.Module],
    path: str | os.PathLike[str],
    example_input: Tensor,
    *,
    preprocessing: Preprocessing | None = None,
    labels: Iterable[str] | Mapping[Any, Any] | str | os.PathLike[str] = (),
    variant: str | None = None,
    half: bool = False,
    row_order: str | None = None,
    output: str | int | None = None,
) -> None:
    """Writes a network, or several as variants of one file, for dyviz.

    The modules are traced in evaluation mode and left as they were. What is written is run before, and held against the
    modules' own forwards in double precision (`checking`).

    Args:
        module: the network, or networks by their variants' names.
        path: the file to write.
        example_input: preprocessed images [N, C, H, W], float32; the first one is used, its size is the file's.
        preprocessing: how an image file becomes such an input.
        labels: names of the classes in the order of the outputs; or by number (`{0: "tench"}`, `{"tench": 0}`), or the path
            of a text file with one name a line.
        variant: the variant's name; for a single module only.
        half: store weights as 16-bit floats.
        row_order: "blocked" or "interleaved" if you know how the last layers of the network's Dynamic ReLUs order their rows; it
            is found out otherwise, and an error if the modules contradict it.
        output: which of the network's outputs is written where it has several, by name (`"out"`, `"features.2"`) or place;
            the first unless given.

    Raises:
        ExportError: if something of the network is not covered, if the program would refuse the file, or if what would be
            written computes something else than the network; says which operator, module and line. No file is left then.
    """
    if isinstance(module, Mapping):
        if variant is not None:
            raise ExportError("variant names a single module; the names of several are the mapping's keys")
        modules = dict(module)
    else:
        modules = {variant or DEFAULT_VARIANT: module}
    if preprocessing is None:
        raise ExportError(
            "preprocessing is missing: how does an image file become the example input? For ImageNet networks often "
            'dyviz.Preprocessing(mean=[0.485, 0.456, 0.406], deviation=[0.229, 0.224, 0.225], '
            'resize={"shorter_side": 256}, crop={"height": 224, "width": 224})'
        )
    image = check_input(example_input)
    if not isinstance(preprocessing, Preprocessing):
        raise ExportError(f"preprocessing is a dyviz.Preprocessing, not {type(preprocessing).__name__}")
    names = cleaned(labels)
    described = preprocessing.describe(*image.shape[1:])
    variants, tensors = [], {}
    for name, one in modules.items():
        rules.check_name(name)
        with prepared(one, image, output):
            network = Network(one, *build(one, image, row_order))
            variant, own = describe(name, network, described, names)
            rules.check([variant], own)
            check(network, ModelFile({"variants": [variant]}, own), name, image)
        variants.append(variant)
        tensors.update(own)
    write(path, variants, tensors, half)


def build(
    module: nn.Module, image: Tensor, row_order: str | None = None
) -> tuple[Graph, str, Program, list[Recognised]]:
    """Of a prepared module: its graph, the name of its output's node, the program that it was made from, and its Dynamic ReLUs."""
    if row_order not in (None, *ROW_ORDERS):
        raise ExportError(f"row_order is one of {', '.join(ROW_ORDERS)}, or None to find it out; not {row_order!r}")
    recognised = recognise(module, image)
    with dynamic.replaced(recognised):
        program = trace(module, image)
    interpreter = Interpreter(module, program, tuple(image.shape[1:]))
    named = naming.named(module, recognised)
    with torch.no_grad(), _advising(recognised, named):
        output = interpreter.run().node
        output = rewriting.rewrite(interpreter.graph, output, named, row_order)
    naming.check(interpreter.graph, named)
    places.assign(interpreter.graph, module)
    return interpreter.graph, output, program, recognised


@contextmanager
def _advising(recognised: list[Recognised], named: Mapping[str, nn.Module]) -> Iterator[None]:
    """Within, an error inside a Dynamic ReLU says what its user can do about it."""
    try:
        yield
    except ExportError as error:
        for one in recognised:
            if error.path is not None and within(error.path, one.path):
                raise ExportError(f"{error}\n  in {one.describe()}. {dynamic.USAGE}", error.path) from error
        for path, part in named.items():
            if error.path is not None and within(error.path, path):
                raise ExportError(f"{error}{naming.advice(part)}", error.path) from error
        raise


def describe(
    name: str, network: Network, preprocessing: Json, labels: Sequence[str] = ()
) -> tuple[Json, dict[str, Tensor]]:
    """The variant's object, and its tensors with the variant's name in front of theirs."""
    graph = network.graph
    nodes = [with_tensors(node, lambda tensor: f"{name}/{tensor}") for node in graph.nodes]
    described = {"name": name, "nodes": nodes, "output": network.output, "preprocessing": preprocessing}
    if labels:
        described["labels"] = list(labels)
    return without_nulls(described), {f"{name}/{key}": tensor for key, tensor in graph.tensors.items()}
