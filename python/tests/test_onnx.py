"""ONNX files as both of PyTorch's exporters write them: the program against ONNX Runtime, layer by layer."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import dynamic_relu_families as families
import numpy as np
import pytest
import torch
from comparing import drawn, scrambled
from test_networks import network
from torch import Tensor, nn

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")
from onnx_comparing import agree  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
from onnx_networks import later_networks  # noqa: E402

EXPORTERS = ["script", "dynamo"]
NETWORKS = [
    ("torchvision", "resnet18"), ("torchvision", "shufflenet_v2_x0_5"), ("torchvision", "squeezenet1_1"),
    ("torchvision", "mobilenet_v2"), ("torchvision", "googlenet"), ("timm", "mobilenetv3_small_100"),
    ("timm", "efficientnet_b0"), ("timm", "regnety_002"), ("timm", "resnet18d"), ("timm", "densenet121"),
    ("timm", "repvgg_a0"), ("timm", "rexnet_100"), ("timm", "ghostnet_100"), ("timm", "ecaresnet50t"),
]  # fmt: skip
OWN_STATISTICS = [
    ("timm", "convnext_atto"), ("timm", "convnextv2_atto"), ("timm", "skresnet18"), ("timm", "resnest14d"),
    ("timm", "poolformerv2_s12"), ("timm", "gcresnext26ts"), ("timm", "inception_next_atto"), ("timm", "mambaout_femto"),
    ("timm", "tresnet_m"), ("own", "unet"), ("own", "combined"), ("own", "shares"),
    ("own", "mixed"), ("own", "kernel-sum"), ("own", "forms"),
]  # fmt: skip
"""Networks whose normalisations, shares and kernels come from the image's own map; with every scale drawn."""


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


def kinds(path: Path, program: Path) -> str:
    """What the program lists of a file."""
    return subprocess.run([program, "info", str(path)], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize("library, name", NETWORKS + OWN_STATISTICS)
def test_networks_agree(library: str, name: str, exporter: str, tmp_path: Path, program: Path) -> None:
    """Output and activations of networks of torchvision and timm, and of some small ones."""
    size = (12, 10) if library == "own" else (96, 128)
    image = torch.randn(1, 4 if name == "mixed" else 3, *size, generator=torch.Generator().manual_seed(1))
    path = tmp_path / "network.onnx"
    module = later_networks(nn.Sequential)[name] if library == "own" else network(library, name)
    made = drawn if (library, name) in OWN_STATISTICS else scrambled
    export(made(module), image, path, exporter)
    agree(path, image.numpy(), program)


def test_large_mixed_kernels_agree(tmp_path: Path, program: Path) -> None:
    """Kernels of up to 368,640 numbers, four of which are mixed; the older exporter writes none whose shape it does not know."""
    image = torch.randn(1, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    export(drawn(network("timm", "tf_efficientnet_cc_b0_4e")), image, tmp_path / "network.onnx", "dynamo")
    agree(tmp_path / "network.onnx", image.numpy(), program)


@pytest.mark.parametrize(
    "operator, attributes, constant",
    [
        ("Resize", {"mode": "linear", "axes": [2, 3], "keep_aspect_ratio_policy": "not_smaller"}, [7, 20]),
        ("Resize", {"mode": "cubic", "axes": [2, 3], "keep_aspect_ratio_policy": "not_larger"}, [7, 20]),
        ("Resize", {"mode": "nearest", "axes": [2, 3], "keep_aspect_ratio_policy": "not_larger"}, [7, 20]),
        ("Pad", {"mode": "wrap"}, [0, 0, -2, 3, 0, 0, 1, -1]),
        ("Pad", {"mode": "wrap"}, [0, 0, 2, -3, 0, 0, -1, 4]),
        ("Pad", {"mode": "reflect"}, [0, 0, -2, 3, 0, 0, 1, -1]),
    ],
)
def test_nodes_that_no_exporter_makes_agree(
    operator: str, attributes: dict[str, object], constant: list[int], tmp_path: Path, program: Path
) -> None:
    """Of forms that ONNX's own node tests do not have."""
    names = ["x", "", "", "c"] if operator == "Resize" else ["x", "c"]
    nodes = [
        onnx.helper.make_node("Relu", ["image"], ["x"], name="relu"),
        onnx.helper.make_node(operator, names, ["y"], name="moved", **attributes),
        onnx.helper.make_node("Sigmoid", ["y"], ["output"], name="sigmoid"),
    ]
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes, "g", [value("image", onnx.TensorProto.FLOAT, [1, 3, 9, 11])], [value("output", onnx.TensorProto.FLOAT, None)],
        [onnx.numpy_helper.from_array(np.array(constant, dtype=np.int64), "c")],
    )  # fmt: skip
    path = tmp_path / "network.onnx"
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 19)], ir_version=9), path)
    agree(path, np.random.default_rng(1).standard_normal((1, 3, 9, 11)).astype(np.float32), program)


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
