"""`export`: from PyTorch modules to a model file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from . import dynamic, places, rewriting
from .errors import ExportError
from .graph import Graph, Json, with_tensors
from .interpreter import Interpreter
from .preprocessing import Preprocessing
from .recognition import recognise
from .tracing import Program, evaluating, trace
from .writing import write

DEFAULT_VARIANT = "network"


def export(
    module: nn.Module | Mapping[str, nn.Module],
    path: str | os.PathLike[str],
    example_input: Tensor,
    *,
    preprocessing: Preprocessing | None = None,
    labels: Sequence[str] = (),
    variant: str | None = None,
    half: bool = False,
    row_order: str | None = None,
) -> None:
    """Writes a network, or several as variants of one file, for dyviz.

    The modules are traced in evaluation mode and left as they were.

    Args:
        module: the network, or networks by their variants' names.
        path: the file to write.
        example_input: preprocessed images [N, C, H, W], float32; the first one is used, its size is the file's.
        preprocessing: how an image file becomes such an input.
        labels: names of the classes in the order of the outputs.
        variant: the variant's name; for a single module only.
        half: store weights as 16-bit floats.
        row_order: "blocked" or "interleaved" if you know how the last layers of the network's Dynamic ReLUs order their rows; it
            is found out otherwise, and an error if the modules contradict it.

    Raises:
        ExportError: if something of the network is not covered; says which operator, module and line.
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
    described = preprocessing.describe(*image.shape[1:])
    variants, tensors = [], {}
    for name, one in modules.items():
        _check_name(name)
        graph, output, _ = build(one, image, row_order)
        variants.append(_describe(name, graph, output, described, labels))
        tensors.update({f"{name}/{key}": tensor for key, tensor in graph.tensors.items()})
    write(path, variants, tensors, half)


def check_input(example_input: Tensor) -> Tensor:
    """The first image [1, C, H, W] of the example."""
    if not isinstance(example_input, Tensor):
        raise ExportError(f"example_input must be one tensor [N, C, H, W], not {type(example_input).__name__}")
    if example_input.ndim != 4 or example_input.dtype != torch.float32 or not len(example_input):
        raise ExportError(
            f"example_input must be float32 [N, C, H, W], not {example_input.dtype} {list(example_input.shape)}"
        )
    if example_input.shape[1] not in (1, 3):
        raise ExportError(f"example_input has {example_input.shape[1]} channels; images have 1 or 3")
    return example_input[:1].detach()


def build(module: nn.Module, image: Tensor, row_order: str | None = None) -> tuple[Graph, str, Program]:
    """The graph of a module, the name of its output's node, and the program that it was made from."""
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        if tensor.is_complex() or tensor.is_floating_point() and tensor.dtype != torch.float32:
            raise ExportError(f"{name} is {tensor.dtype}; call .float() on the network first")
    with evaluating(module), torch.random.fork_rng(devices=[]):
        with dynamic.replaced(recognise(module, image, row_order)):
            program = trace(module, image)
        interpreter = Interpreter(module, program, tuple(image.shape[1:]))
        with torch.no_grad():
            output = interpreter.run().node
            output = rewriting.rewrite(interpreter.graph, output)
        places.assign(interpreter.graph, module)
    return interpreter.graph, output, program


def _check_name(name: str) -> None:
    if not name or "/" in name or name.startswith(".") or len(name.encode()) > 128:
        raise ExportError(f"a variant's name has 1 to 128 bytes, no / and no . in front, not {name!r}")


def _describe(name: str, graph: Graph, output: str, preprocessing: Json, labels: Sequence[str]) -> Json:
    """The variant's object, its tensors' names with the variant's in front."""
    channels, height, width = graph.shapes[output]
    if labels and (len(labels) != channels or height * width != 1):
        raise ExportError(f"{len(labels)} labels are given, but the network's output is {channels} x {height} x {width}")
    nodes = [with_tensors(node, lambda tensor: f"{name}/{tensor}") for node in graph.nodes]
    described = {"name": name, "nodes": nodes, "output": output, "preprocessing": preprocessing}
    return described | ({"labels": [str(one) for one in labels]} if labels else {})
