"""ONNX files as both of PyTorch's exporters write them: the program against ONNX Runtime, layer by layer."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path

import dynamic_relu_families as families
import numpy as np
import pytest
import torch
from comparing import scrambled
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from test_networks import network
from torch import Tensor, nn

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

TOLERANCE = 1e-4
Array = NDArray[np.float32]
EXPORTERS = ["script", "dynamo"]
NETWORKS = [
    ("torchvision", "resnet18"), ("torchvision", "shufflenet_v2_x0_5"), ("torchvision", "squeezenet1_1"),
    ("torchvision", "mobilenet_v2"), ("torchvision", "googlenet"), ("timm", "mobilenetv3_small_100"),
    ("timm", "efficientnet_b0"), ("timm", "regnety_002"), ("timm", "resnet18d"), ("timm", "densenet121"),
    ("timm", "repvgg_a0"), ("timm", "rexnet_100"), ("timm", "ghostnet_100"), ("timm", "ecaresnet50t"),
]  # fmt: skip


class Activated(nn.Module):
    """A convolution, the activation, and a classifier."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.conv, self.act, self.head = nn.Conv2d(3, 8, 3, padding=1), activation, nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.act(self.conv(x)).mean((2, 3)))


FAMILIES = {
    "DY-ReLU-A": lambda: families.Interleaved(8, shared=True),
    "DY-ReLU-B": lambda: families.Interleaved(8),
    "DY-ReLU-C": lambda: families.Interleaved(8, spatial=True),
    "DY-ReLU-B, head": lambda: families.Head(8),
    "DY-ReLU-C, head": lambda: families.Head(8, use_spatial=True),
    "DY-ReLU-B without intercepts, head": lambda: families.Head(8, use_bias=False),
    "DY-ReLU-B, detector": lambda: families.Detector(8),
    "DY-ReLU-B, plain": lambda: families.Plain(8),
    "DY-ReLU-A, plain": lambda: families.Plain(8, shared=True, convolutions=False),
    "DY-ReLU-B, computed by the graph": lambda: families.Registered(8),
}


def export(module: nn.Module, image: Tensor, path: Path, exporter: str) -> None:
    """Writes an ONNX file; the older exporter with open sizes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if exporter == "dynamo":
            torch.onnx.export(module, (image,), path, dynamo=True, external_data=False, verbose=False)
        else:
            torch.onnx.export(module, (image,), path, dynamo=False, opset_version=17, dynamic_axes={})


def everything(path: Path, image: Array) -> list[Array]:
    """What ONNX Runtime gives for every tensor of the file, the file's own output first."""
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
    return [one for one in values if isinstance(one, np.ndarray) and one.dtype == np.float32]


def difference(got: Array, wanted: Array) -> float:
    """The largest difference over the largest value."""
    return float(np.abs(got.ravel() - wanted.ravel()).max() / max(np.abs(wanted).max(), 1e-9))


def agree(path: Path, image: Array, program: Path) -> None:
    """The logits, and what each activation gives, are tensors that ONNX Runtime computes."""
    save_file({"input": image}, path.with_name("input.safetensors"))
    arguments = ["taps", path, "--input", path.with_name("input.safetensors"), "--output", path.with_name("taps")]
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)
    taps, values = load_file(path.with_name("taps")), everything(path, image)
    assert difference(taps["output"], values[0]) <= TOLERANCE
    for name, y in taps.items():
        if name.startswith("y/"):
            alike = [one for one in values if one.size == y.size]
            alike += [one.transpose(0, 3, 1, 2) for one in alike if one.ndim == 4]
            assert min(difference(y, one) for one in alike) <= TOLERANCE, name


def kinds(path: Path, program: Path) -> str:
    """What the program lists of a file."""
    return subprocess.run([program, "info", str(path)], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize("library, name", NETWORKS)
def test_networks_agree(library: str, name: str, exporter: str, tmp_path: Path, program: Path) -> None:
    """Logits and activations of networks of torchvision and timm."""
    image = torch.randn(1, 3, 96, 128, generator=torch.Generator().manual_seed(1))
    path = tmp_path / "network.onnx"
    export(scrambled(network(library, name)), image, path, exporter)
    agree(path, image.numpy(), program)


@pytest.mark.parametrize("slim", [False, True])
@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize("kind", FAMILIES)
def test_dynamic_relu_is_one_activation(kind: str, exporter: str, slim: bool, tmp_path: Path, program: Path) -> None:
    """Of each public family, as exported and as onnxslim leaves it."""
    torch.manual_seed(0)
    module, image = Activated(FAMILIES[kind]()).eval(), torch.randn(1, 3, 10, 8)
    path = tmp_path / "network.onnx"
    export(module, image, path, exporter)
    if slim:
        onnxslim = pytest.importorskip("onnxslim")
        onnx.save(onnxslim.slim(onnx.load(path)), path)
    listing = kinds(path, program)
    wanted = kind if kind.endswith("graph") else kind.partition(",")[0]
    assert wanted in listing, listing
    if not kind.endswith("graph"):
        assert "1 of them activations" in listing, listing
    agree(path, image.numpy(), program)
