"""Writes Tests/Golden/onnx: small networks as both of PyTorch's exporters write them, with what PyTorch computes.

    python training/golden_onnx.py [NAME...]
"""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Tests" / "Golden" / "onnx"
sys.path.insert(0, str(ROOT / "python" / "tests"))
import dynamic_relu_families as families  # noqa: E402
from onnx_networks import later_networks  # noqa: E402

SIZE = (12, 10)


class Block(nn.Module):
    """Two convolutions, an activation by a module and one by a function, around a shortcut."""

    def __init__(self, channels: int, activation: nn.Module) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.act = activation
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.conv2(self.act(self.bn1(self.conv1(x)))))


class Network(nn.Module):
    """A stem, a block for each activation, and a classifier."""

    def __init__(self, *activations: nn.Module, channels: int = 8) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, channels, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True))
        self.layers = nn.Sequential(*(Block(channels, one) for one in activations))
        self.head = nn.Linear(channels, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layers(self.stem(x)).mean((2, 3)))


class Squeeze(nn.Module):
    """Squeeze-and-excitation with `gate`."""

    def __init__(self, channels: int, gate: nn.Module) -> None:
        super().__init__()
        self.pool, self.gate = nn.AdaptiveAvgPool2d(1), gate
        self.fc1, self.fc2 = nn.Conv2d(channels, 4, 1), nn.Conv2d(4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gate(self.fc2(F.relu(self.fc1(self.pool(x)))))


class Shapes(nn.Module):
    """Layouts by shapes that are asked for: a shuffle, halves, a flattened map."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.AvgPool2d(SIZE)
        self.head = nn.Linear(32, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, -1, h, w)
        left, right = x.chunk(2, dim=1)
        x = torch.cat([F.relu(left), F.pad(right, (1, 1, 1, 1))[..., 1:-1, 1:-1].sigmoid()], dim=1)
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        return self.head(torch.flatten(self.pool(x), 1))


class Turned(nn.Module):
    """Maps whose elements meet a window, a pooling and a sum in other rows and columns than they came in."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.conv3, self.head = nn.Conv2d(4, 6, (3, 2), stride=(1, 2)), nn.Linear(6, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv1(x))
        y = F.relu(self.conv2(x.reshape(1, 4, 6, 20)))
        y = F.max_pool2d(y.reshape(1, 4, 12, 10), 2) + F.max_pool2d(x.transpose(2, 3), 2).transpose(2, 3)
        y = self.conv3(y.flip(3).reshape(1, 4, 3, 10))
        return self.head(F.relu(y).mean((2, 3)))


def networks() -> dict[str, nn.Module]:
    """All networks by name."""
    curves = [nn.Hardswish(), nn.SiLU(), nn.GELU(), nn.GELU(approximate="tanh"), nn.Mish(), nn.ELU(), nn.Hardsigmoid(), nn.Tanh()]
    lines = [nn.ReLU6(), nn.LeakyReLU(0.1), nn.PReLU(8), nn.PReLU(), nn.Hardtanh(-2, 3)]
    return {
        "residual": Network(nn.ReLU(), nn.ReLU()),
        "curves": Network(*curves),
        "lines": Network(*lines),
        "squeeze": Network(Squeeze(8, nn.Sigmoid()), Squeeze(8, nn.Hardsigmoid())),
        "shapes": Shapes(),
        "turned": Turned(),
        "dyrelu-interleaved": Network(
            families.Interleaved(8), families.Interleaved(8, shared=True), families.Interleaved(8, k=3, spatial=True)
        ),
        "dyrelu-head": Network(families.Head(8), families.Head(8, use_spatial=True), families.Head(8, use_bias=False)),
        "dyrelu-detector": Network(families.Detector(8)),
        "dyrelu-plain": Network(families.Plain(8), families.Plain(8, shared=True, convolutions=False)),
        "dyrelu-other": Network(families.Registered(8)),
    } | later_networks(Network)  # fmt: skip


@torch.no_grad()
def scrambled(network: nn.Module) -> nn.Module:
    """Weights with which everything matters."""
    generator = torch.Generator().manual_seed(0)
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_(0, 0.3, generator=generator)
            part.running_var.uniform_(0.5, 1.5, generator=generator)
        if isinstance(part, (nn.GroupNorm, nn.LayerNorm, nn.InstanceNorm2d)):
            part.weight.uniform_(0.5, 1.5, generator=generator)
            part.bias.normal_(0, 0.3, generator=generator)
        if isinstance(part, nn.PReLU):
            part.weight.uniform_(-0.5, 1.5, generator=generator)
    for parameter in network.parameters():
        if parameter.ndim > 1:
            parameter.normal_(0, (2 / parameter[0].numel()) ** 0.5, generator=generator)
    return network.eval()


def export(network: nn.Module, name: str) -> None:
    """Both exporters' files, and what PyTorch gives in double precision."""
    channels = next(part.in_channels for part in network.modules() if isinstance(part, nn.Conv2d))
    image = torch.randn(1, channels, *SIZE, generator=torch.Generator().manual_seed(1))
    torch.onnx.export(
        network, (image,), FOLDER / f"{name}.script.onnx", dynamo=False, opset_version=13,
        input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "batch", 2: "height", 3: "width"}, "logits": {0: "batch"}},
    )  # fmt: skip
    torch.onnx.export(network, (image,), FOLDER / f"{name}.dynamo.onnx", dynamo=True, external_data=False, verbose=False)
    for path in FOLDER.glob(f"{name}.*.onnx"):
        model = onnx.load(path)
        for node in model.graph.node:
            # Paths of this machine, which nobody reads.
            kept = [entry for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
            node.doc_string = ""
        del model.graph.value_info[:]
        onnx.save(model, path)
    with torch.no_grad():
        logits = network.double()(image.double())
    save_file({"input": image, "logits": logits.float()}, FOLDER / f"{name}.expected.safetensors")


def channels_last() -> None:
    """As converters from Keras write: an image with its channels last, transposed around each layer; F16; old opset."""
    generator = torch.Generator().manual_seed(3)
    kernel, matrix = torch.randn(4, 3, 3, 3, generator=generator).half(), torch.randn(4, 5, generator=generator).half()
    nodes = [
        helper.make_node("Transpose", ["image"], ["nchw"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["nchw", "kernel"], ["map"], "model/block_1/conv/Conv2D", auto_pad="SAME_UPPER", strides=[2, 2]),
        helper.make_node("Transpose", ["map"], ["nhwc"], perm=[0, 2, 3, 1]),
        helper.make_node("Clip", ["nhwc"], ["relu6"], "model/block_1/relu/Relu6", min=0.0, max=6.0),
        helper.make_node("ReduceMean", ["relu6"], ["pooled"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["pooled", "matrix"], ["logits"], "model/head/MatMul"),
    ]
    tensors = [numpy_helper.from_array(one.numpy(), name) for one, name in ((kernel, "kernel"), (matrix, "matrix"))]
    # Initializers that are inputs as well, as IR 3 has them.
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", *SIZE, 3])]
    inputs += [helper.make_tensor_value_info(one.name, one.data_type, one.dims) for one in tensors]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 5])]
    graph = helper.make_graph(nodes, "keras", inputs, outputs, tensors)
    model = helper.make_model(graph, ir_version=3, opset_imports=[helper.make_opsetid("", 9)])
    onnx.save(model, FOLDER / "channels-last.onnx")
    image = torch.randn(1, 3, *SIZE, generator=generator)
    padded = F.pad(image.double(), (0, 1, 0, 1))
    y = F.relu6(F.conv2d(padded, kernel.double(), stride=2)).mean((2, 3)) @ matrix.double()
    save_file({"input": image, "logits": y.float()}, FOLDER / "channels-last.expected.safetensors")


def main() -> None:
    """Writes all files."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    torch.manual_seed(0)
    for name, network in networks().items():
        if not wanted or name in wanted:
            torch.manual_seed(0)
            export(scrambled(network), name)
    if not wanted or "channels-last" in wanted:
        channels_last()


if __name__ == "__main__":
    main()
