"""Holds ONNX files against ONNX Runtime, output and activations."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

TOLERANCE = 1e-4
SMALLEST = float(np.finfo(np.float32).tiny)
Array = NDArray[np.float32]


def everything(path: Path, image: Array) -> dict[str, Array]:
    """What ONNX Runtime gives for every tensor of the file."""
    model = onnx.load(path)
    known = {one.name for one in model.graph.output}
    for node in model.graph.node:
        for name in node.output:
            if name and name not in known:
                known.add(name)
                model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    values = session.run(None, {session.get_inputs()[0].name: image})
    named = zip((one.name for one in session.get_outputs()), values)
    return {name: one for name, one in named if isinstance(one, np.ndarray) and one.dtype == np.float32}


def difference(got: Array, wanted: Array, floor: float = SMALLEST) -> float:
    """The largest difference over the largest value, or over `floor`."""
    if got.size != wanted.size:
        return float("inf")
    return float(np.abs(got.ravel() - wanted.ravel()).max() / max(np.abs(wanted).max(), floor))


def taps(path: Path, image: Array, program: Path, *options: str) -> dict[str, Array]:
    """What the program gives: the output, and what each activation takes and gives."""
    given, found = path.with_name("input.safetensors"), path.with_name("taps.safetensors")
    save_file({"input": image}, given)
    arguments = ["taps", path, "--input", given, "--output", found]
    subprocess.run([program, *map(str, arguments), *options], check=True, capture_output=True)
    return load_file(found)


def worst_activation(found: dict[str, Array], values: dict[str, Array], floor: float = SMALLEST) -> tuple[str, float]:
    """The activation that is farthest from any tensor that ONNX Runtime computes, and how far."""
    worst = ("", 0.0)
    for name, y in found.items():
        if name.startswith("y/"):
            alike = [one for one in values.values() if one.size == y.size]
            alike += [one.transpose(0, 3, 1, 2) for one in alike if one.ndim == 4]
            alike += [one.transpose(0, 2, 1) for one in alike if one.ndim == 3]
            nearest = min((difference(y, one, floor) for one in alike), default=float("inf"))
            worst = max(worst, (name, nearest), key=lambda one: one[1])
    return worst


def agree(path: Path, image: Array, program: Path) -> None:
    """The output, and what each activation gives, are tensors that ONNX Runtime computes."""
    found, values = taps(path, image, program), everything(path, image)
    assert difference(found["output"], next(iter(values.values()))) <= TOLERANCE
    name, far = worst_activation(found, values)
    assert far <= TOLERANCE, name
