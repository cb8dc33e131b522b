"""ONNX's own node tests through the program: what is covered, and why the rest is not. `make onnx-nodes` writes docs/onnx.md.

    python python/tests/onnx_nodes.py [NAME...] [--write docs/onnx.md]

A case of `onnx.backend.test` is one node with its inputs and what it gives. Here it becomes a network for one image: the image
holds what the case gives to the node, put into the case's shape by `Reshape`, and the result is put into a row. Inputs behind the
first are constants, as weights are in networks, or come out of the image too; a case is covered if either gives its values.
A case for several images is tried as a whole, and image by image. Names as arguments show what becomes of these cases.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file, save_file

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("DYVIZ", ROOT / ".build/release/dyviz"))
BEGIN, END = "<!-- nodes: made by python/tests/onnx_nodes.py -->", "<!-- end of nodes -->"
FLOATS = ("float16", "float32", "float64")
LARGEST_CHANNELS = 16
Array = np.ndarray[Any, Any]

OUTSIDE = {
    "sequences, optional values, texts or images in files": {
        "SequenceMap", "SequenceLength", "SequenceInsert", "SplitToSequence", "OptionalHasElement", "OptionalGetElement", "StringSplit",
        "StringNormalizer", "StringConcat", "RegexFullMatch", "TfIdfVectorizer", "ImageDecoder", "LabelEncoder",
    },
    "training: losses, optimisers, random numbers": {
        "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss", "Momentum", "Adagrad", "Adam", "Bernoulli", "RandomUniformLike",
    },
    "loops and branches, recurrent networks": {"If", "Loop", "Scan", "GRU", "LSTM", "RNN", "CausalConvWithState"},
    "attention between positions, sound and text": {
        "Attention", "LinearAttention", "FlexAttention", "RotaryEmbedding", "TensorScatter", "DFT", "STFT", "MelWeightMatrix",
        "BlackmanWindow", "HammingWindow", "HannWindow",
    },
    "quantised numbers": {
        "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearMatMul", "QLinearConv", "ConvInteger", "MatMulInteger",
    },
}  # fmt: skip
"""Operators that no network for images has, or that are another kind of file, by what they are."""


DISPUTED = {
    f"test_resize_downsample_scales_{mode}_align_corners": "places corners by scale times size, which need not be whole; "
    "ONNX Runtime and PyTorch place them by the result's size, as the program does"
    for mode in ("linear", "cubic")
}
"""Cases that ONNX Runtime fails as well, and why."""


@dataclass
class Case:
    """A node test: the model, its inputs, and what it gives."""

    name: str
    operator: str
    model: onnx.ModelProto
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    tolerance: float


@dataclass
class Outcome:
    """What became of a case: covered, or why not."""

    case: Case
    reason: str | None

    @property
    def is_covered(self) -> bool:
        return self.reason is None


@cache
def cases() -> list[Case]:
    """All node tests of the installed package, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.case.node import collect_testcases

        found = collect_testcases(None)
    return [_case(one) for one in sorted(found, key=lambda one: one.name)]


def _case(found: Any) -> Case:
    graph, (inputs, outputs) = found.model.graph, found.data_sets[0]
    # A case whose node is written out in parts is called after the node.
    words = found.name.removeprefix("test_").replace("_expanded", "")
    operator = next((node.op_type for node in graph.node if node.op_type.lower() in words.replace("_", "")), graph.node[0].op_type)
    names = [[value.name for value in values if value.name] for values in (graph.input, graph.output)]
    given, wanted = (dict(zip(own, values)) for own, values in zip(names, (inputs, outputs)))
    return Case(found.name, operator, found.model, given, wanted, max(found.rtol, 1e-4))


def outside(case: Case) -> str | None:
    """Why a case is about something else than a network for images."""
    operators = {case.operator, *(node.op_type for node in case.model.graph.node[:1])}
    # A node that is written out in parts is told by the case's name.
    name = case.name.removeprefix("test_").replace("_", "")
    for what, names in OUTSIDE.items():
        if operators & names or any(name.startswith(one.lower()) for one in names - {"If", "Scan", "Loop"}):
            return what
    if any(one.domain not in ("", "ai.onnx") for one in case.model.opset_import):
        return "operators of other domains"
    values = [*case.inputs.values(), *case.outputs.values()]
    if not all(isinstance(one, np.ndarray) and one.dtype.kind in "fiub" for one in values):
        return "sequences, optional values, texts or images in files"
    if not case.inputs:
        return "nothing that comes from an image"
    first, results = next(iter(case.inputs.values())), list(case.outputs.values())
    if first.dtype.name not in (*FLOATS, "bool"):
        return "whole numbers and narrow floats: the program computes in F32"
    if all(one.dtype.name not in (*FLOATS, "bool") for one in results):
        return "results that are whole numbers, such as places of the largest"
    if any(one.size == 0 for one in values):
        return "tensors without elements"
    return None


def layouts(shape: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """Images that hold as many elements: channels, rows and columns."""
    count = int(np.prod(shape))
    found = []
    if len(shape) == 4 and shape[0] == 1:
        found.append((shape[1], shape[2], shape[3]))
    if len(shape) == 3:
        found.append((shape[0], shape[1], shape[2]))
    if len(shape) == 2:
        found += [(1, shape[0], shape[1]), (shape[1], shape[0], 1)]
    found += [(1, 1, count), (count, 1, 1)]
    # Of 1 and 3 channels each is taken for the channels' place.
    yield from ((one, two, three) for one, two, three in found if one in (1, 3) or three not in (1, 3))


class Network:
    """A case as a network for one image."""

    def __init__(self, case: Case, output: str, from_image: list[str], layout: tuple[int, int, int]) -> None:
        self.case, self.output, self.from_image, self.layout = case, output, from_image, layout
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        """The network's file."""
        graph, opset = self.case.model.graph, self.case.model.opset_import
        self._take_from_image(min(one.version for one in opset))
        for name, value in self.case.inputs.items():
            if name not in self.from_image:
                self.tensors.append(numpy_helper.from_array(value, name))
        self.nodes += graph.node
        result = self.output
        if self.case.outputs[self.output].dtype.name == "bool":
            self.nodes.append(helper.make_node("Cast", [result], ["result of dyviz"], to=TensorProto.FLOAT))
            result = "result of dyviz"
        self._reshape(result, "row of dyviz", (1, -1))
        image = helper.make_tensor_value_info("image of dyviz", TensorProto.FLOAT, (1, *self.layout))
        rows = helper.make_tensor_value_info("row of dyviz", TensorProto.FLOAT, None)
        own = helper.make_graph(self.nodes, "node", [image], [rows], [*graph.initializer, *self.tensors])
        return helper.make_model(own, ir_version=self.case.model.ir_version, opset_imports=opset)

    def _take_from_image(self, opset: int) -> None:
        shapes = {name: self.case.inputs[name].shape for name in self.from_image}
        parts = dict.fromkeys(self.from_image, "image of dyviz")
        if len(shapes) > 1:
            sizes = [int(np.prod(shape)) for shape in shapes.values()]
            if len(set(shapes.values())) > 1:
                self._reshape("image of dyviz", "elements of dyviz", (1, -1))
                axis, source = 1, "elements of dyviz"
            else:
                axis, source, sizes = 1, "image of dyviz", [self.layout[0] // len(shapes)] * len(shapes)
            parts = {name: f"part of dyviz {index}" for index, name in enumerate(shapes)}
            sides = {"split": sizes} if opset < 13 else {}
            inputs = [source] if opset < 13 else [source, self._numbers(sizes)]
            self.nodes.append(helper.make_node("Split", inputs, list(parts.values()), axis=axis, **sides))
        for name, part in parts.items():
            is_truth = self.case.inputs[name].dtype.name == "bool"
            self._reshape(part, f"{name} of image" if is_truth else name, shapes[name])
            if is_truth:
                self.nodes.append(helper.make_node("Cast", [f"{name} of image"], [name], to=TensorProto.BOOL))

    def _reshape(self, source: str, result: str, shape: tuple[int, ...]) -> None:
        self.nodes.append(helper.make_node("Reshape", [source, self._numbers(shape)], [result]))

    def _numbers(self, numbers: Any) -> str:
        name = f"numbers of dyviz {len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.array(numbers, np.int64), name))
        return name

    def image(self) -> Array:
        """What the image holds."""
        values = [self.case.inputs[name].astype(np.float32).ravel() for name in self.from_image]
        return np.concatenate(values).reshape(1, *self.layout)


def networks(case: Case, output: str) -> Iterator[Network]:
    """The ways to make a network of a case."""
    first = next(iter(case.inputs))
    floating = [name for name, value in case.inputs.items() if value.dtype.name in (*FLOATS, "bool")]
    for layout in dict.fromkeys(layouts(case.inputs[first].shape)):
        if layout[0] <= LARGEST_CHANNELS:
            yield Network(case, output, [first], layout)
    shapes = {case.inputs[name].shape for name in floating}
    if len(floating) < 2:
        return
    if len(shapes) == 1:
        for channels, rows, columns in dict.fromkeys(layouts(shapes.pop())):
            if channels * len(floating) <= LARGEST_CHANNELS:
                yield Network(case, output, floating, (channels * len(floating), rows, columns))
    else:
        yield Network(case, output, floating, (1, 1, sum(case.inputs[name].size for name in floating)))


def single_images(case: Case) -> list[Case]:
    """A case for several images as one for each; none if it is no such case."""
    first, value = next(iter(case.inputs.items()))
    count = value.shape[0] if value.ndim > 2 else 1
    if count == 1 or any(one.ndim < 2 or one.shape[0] != count for one in case.outputs.values()):
        return []
    return [
        Case(
            case.name, case.operator, case.model, case.inputs | {first: value[index : index + 1]},
            {name: one[index : index + 1] for name, one in case.outputs.items()}, case.tolerance,
        )
        for index in range(count)
    ]  # fmt: skip


def problem(network: Network, folder: Path) -> str | None:
    """What the program says of a network, or how it differs; None if all is as it should be."""
    path, given, found = (folder / name for name in ("network.onnx", "input.safetensors", "output.safetensors"))
    model = network.model()
    onnx.save(model, path)
    save_file({"input": network.image()}, given)
    # By its name, so that a LogSoftmax is not taken for the end of a network, before which its output is.
    arguments = ["taps", path, "--input", given, "--output", found, "--logits", model.graph.output[0].name]
    run = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    if run.returncode:
        return run.stderr.strip().splitlines()[-1].split(": ", 2)[-1] if run.stderr.strip() else f"exit code {run.returncode}"
    wanted = network.case.outputs[network.output].astype(np.float64).ravel()
    got = load_file(found)["output"].astype(np.float64).ravel()
    if got.size != wanted.size:
        return f"DIFFERS: gives {got.size} values, not {wanted.size}"
    finite = np.isfinite(wanted)
    scale = max(1.0, float(np.abs(wanted[finite]).max(initial=0)))
    is_close = np.allclose(got[finite], wanted[finite], rtol=network.case.tolerance, atol=1e-5 * scale)
    if not is_close or not np.array_equal(got[~finite], wanted[~finite], equal_nan=True):
        return f"DIFFERS by {np.abs(got - wanted)[finite].max(initial=0):.2g}"
    return None


def _tried(case: Case, folder: Path) -> str | None:
    """None if one way gives what the case says for every result; else what the first way says."""
    whole = [name for name, value in case.outputs.items() if value.dtype.name not in (*FLOATS, "bool")]
    for output in case.outputs:
        if output in whole:
            continue
        said = []
        for network in networks(case, output):
            said.append(problem(network, folder))
            if said[-1] is None:
                break
            if "the operator is not covered" in said[-1]:
                return said[-1]
        else:
            differing = [one for one in said if one and one.startswith("DIFFERS")]
            return (differing or said or ["has too many channels for an image"])[0]
    return "results that are whole numbers, such as places of the largest (the others agree)" if whole else None


def outcome(case: Case) -> Outcome:
    """Runs a case."""
    reason = outside(case)
    if reason is not None:
        return Outcome(case, reason)
    with tempfile.TemporaryDirectory() as folder:
        reason = _tried(case, Path(folder))
        if reason is not None and (singles := single_images(case)):
            reason = None if all(_tried(one, Path(folder)) is None for one in singles) else reason
    return Outcome(case, DISPUTED.get(case.name, reason) if reason else None)


def outcomes(wanted: list[str]) -> list[Outcome]:
    """Of all cases, or of those with these names."""
    chosen = [one for one in cases() if not wanted or one.name in wanted]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(outcome, chosen))


def category(outcome: Outcome) -> str:
    """The reason in words that cases share."""
    reason = outcome.reason or ""
    rest = reason.split("): ", 1)[1] if reason.startswith("node ") and "): " in reason else reason
    if "the operator is not covered" in rest:
        return "operators that graphs do not have"
    return rest


def page(found: list[Outcome]) -> str:
    """The part of docs/onnx.md."""
    covered = [one for one in found if one.is_covered]
    operators = Counter(one.case.operator for one in covered)
    lines = [
        f"onnx {onnx.__version__} has {len(found):,} node tests; {len(covered):,} are covered and agree, of the operators",
        ", ".join(f"`{name}` {count}" for name, count in sorted(operators.items())) + ".",
        "", "The others, by reason:", "", "| reason | cases | operators |", "|---|---:|---|",
    ]  # fmt: skip
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        if not one.is_covered:
            reasons[category(one)][one.case.operator] += 1
    for reason, names in sorted(reasons.items(), key=lambda item: (-item[1].total(), item[0])):
        text = ", ".join(f"`{name}`" + (f" {count}" if count > 1 else "") for name, count in sorted(names.items()))
        lines.append(f"| {reason.replace('|', chr(92) + '|')} | {names.total()} | {text} |")
    return "\n".join(lines)


def written(text: str, part: str, begin: str, end: str) -> str:
    """The page with its part between the markers replaced."""
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        sys.exit(f"the page has no markers {begin} and {end}")
    return f"{before}{begin}\n{part}\n{end}{after}"


def main() -> None:
    """Runs cases, tells what became of them, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    found = outcomes(options.names)
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8"), page(found), BEGIN, END), encoding="utf-8")
        return
    for one in found:
        print(one.case.name, one.case.operator, one.reason or "covered", sep="\t")


if __name__ == "__main__":
    main()
