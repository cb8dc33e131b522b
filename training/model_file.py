"""Writes model.bin (docs/model-format.md) with PyTorch; model_reader.py reads it.

builder = GraphBuilder("dyrelu-b", channels=1, height=32, width=32)
... or ...
variant = mobilenet_variant("dyrelu-b", model, 32, 32, preprocessing, labels)
write_model("model.bin", [variant])
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from dyrelu import DyReLU
from mobilenetv2 import ConvUnit, MobileNetV2
from safetensors.torch import save
from torch import Tensor, nn

FORMAT = 1
METADATA_KEY = "dyviz"
GATE = "2*sigmoid-1"
MAXIMUM_HEADER = 25_000_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Preprocessing:
    """How an image becomes the input; see docs/model-format.md."""

    channels: int
    mean: Sequence[float]
    deviation: Sequence[float]
    resize: Json | None = None
    crop: Json | None = None
    padding: Sequence[int] = (0, 0, 0, 0)
    """Top, left, bottom, right."""


@dataclass
class Variant:
    """A network as the file describes it."""

    name: str
    nodes: list[Json]
    output: str
    tensors: dict[str, Tensor]
    """By the names that the nodes use."""
    preprocessing: Preprocessing
    labels: Sequence[str] = field(default_factory=list)


class GraphBuilder:
    """Collects nodes and tensors; every method gives the new node's name.

    Tensors are named `VARIANT/NODE.weight` and so on.
    """

    def __init__(self, name: str, channels: int, height: int, width: int) -> None:
        self.name = name
        self.nodes: list[Json] = []
        self.tensors: dict[str, Tensor] = {}
        self.input = "input"
        shape = {"channels": channels, "height": height, "width": width}
        self.nodes.append({"name": self.input, "operator": "input", **shape})

    def convolution(self, name: str, module: nn.Conv2d, source: str) -> str:
        """A convolution with zero padding."""
        if isinstance(module.padding, str) or module.padding_mode != "zeros":
            raise ValueError(f"{name}: padding must be given as numbers of zeros")
        vertical, horizontal = module.padding
        return self._node(
            name,
            "convolution",
            [source],
            out_channels=module.out_channels,
            kernel=list(module.kernel_size),
            stride=list(module.stride),
            padding=[vertical, horizontal, vertical, horizontal],
            dilation=list(module.dilation),
            groups=module.groups,
            weight=self._tensor(f"{name}.weight", module.weight),
            bias=self._optional(f"{name}.bias", module.bias),
        )

    def batch_normalization(self, name: str, module: nn.BatchNorm2d, source: str) -> str:
        """BatchNorm with its running statistics."""
        return self._node(
            name,
            "batch_normalization",
            [source],
            epsilon=module.eps,
            weight=self._tensor(f"{name}.weight", module.weight),
            bias=self._tensor(f"{name}.bias", module.bias),
            mean=self._tensor(f"{name}.running_mean", module.running_mean),
            variance=self._tensor(f"{name}.running_var", module.running_var),
        )

    def activation(self, name: str, module: nn.Module, source: str, block: int, site: str) -> str:
        """A ReLU, ReLU6, LeakyReLU or DyReLU."""
        place = {"block": block, "site": site}
        if isinstance(module, DyReLU):
            return self._node(name, "activation", [source], **place, **self._dynamic(name, module))
        if isinstance(module, nn.LeakyReLU):
            slopes, bound = [1.0, module.negative_slope], None
        elif isinstance(module, nn.ReLU6):
            slopes, bound = [1.0, 0.0], 6.0
        elif isinstance(module, nn.ReLU):
            slopes, bound = [1.0, 0.0], None
        else:
            raise ValueError(f"{name}: no activation of the format is {module}")
        options = {"functions": 2, "sharing": "all", "upper_bound": bound}
        constants = {"slopes": slopes, "intercepts": [0.0, 0.0]}
        return self._node(name, "activation", [source], **place, **options, **constants)

    def add(self, name: str, left: str, right: str) -> str:
        """The sum of two maps."""
        return self._node(name, "add", [left, right])

    def global_average_pool(self, name: str, source: str) -> str:
        """The mean over all positions."""
        return self._node(name, "global_average_pool", [source])

    def max_pool(self, name: str, module: nn.MaxPool2d, source: str) -> str:
        """The largest value under a window."""
        options = self._window(name, module) | {"dilation": _pair(module.dilation)}
        return self._node(name, "max_pool", [source], **options)

    def average_pool(self, name: str, module: nn.AvgPool2d, source: str) -> str:
        """The mean value under a window."""
        if module.divisor_override is not None:
            raise ValueError(f"{name}: the format has no other divisor than the window's size")
        options = self._window(name, module) | {"count_padding": module.count_include_pad}
        return self._node(name, "average_pool", [source], **options)

    def linear(self, name: str, module: nn.Linear, source: str) -> str:
        """A fully connected layer on a pooled map."""
        return self._node(
            name,
            "linear",
            [source],
            out_features=module.out_features,
            weight=self._tensor(f"{name}.weight", module.weight),
            bias=self._optional(f"{name}.bias", module.bias),
        )

    def finish(
        self, output: str, preprocessing: Preprocessing, labels: Sequence[str] = ()
    ) -> Variant:
        """The whole, with `output` as the result."""
        return Variant(self.name, self.nodes, output, self.tensors, preprocessing, labels)

    def _dynamic(self, name: str, module: DyReLU) -> Json:
        """The options of a dynamic ReLU."""
        hyper = {
            "hidden": module.hidden,
            "intercepts": module.has_intercepts,
            "slope_init": module.alpha.tolist(),
            "intercept_init": module.beta.tolist(),
            "slope_range": module.lambda_a,
            "intercept_range": module.lambda_b,
            "gate": GATE,
            "row_order": "blocked",
            "weight1": self._tensor(f"{name}.fc1.weight", module.fc1.weight),
            "bias1": self._tensor(f"{name}.fc1.bias", module.fc1.bias),
            "weight2": self._tensor(f"{name}.fc2.weight", module.fc2.weight),
            "bias2": self._tensor(f"{name}.fc2.bias", module.fc2.bias),
        }
        options: Json = {
            "functions": module.functions,
            "sharing": "all" if module.shared == 1 and module.variant == "a" else "channel",
            "upper_bound": None,
            "hyper": hyper,
        }
        if module.attention is not None:
            options["attention"] = {
                "weight": self._tensor(f"{name}.attention.weight", module.attention.weight),
                "bias": self._optional(f"{name}.attention.bias", module.attention.bias),
                "temperature": module.temperature,
                "scale": module.gamma,
            }
        return options

    def _window(self, name: str, module: nn.MaxPool2d | nn.AvgPool2d) -> Json:
        """What both poolings over windows have."""
        if module.ceil_mode:
            raise ValueError(f"{name}: write ceil_mode as padding below and to the right")
        return {
            "kernel": _pair(module.kernel_size),
            "stride": _pair(module.stride),
            "padding": _pair(module.padding) * 2,
        }

    def _node(self, name: str, operator: str, inputs: list[str], **options: Any) -> str:
        self.nodes.append({"name": name, "operator": operator, "inputs": inputs, **options})
        return name

    def _tensor(self, name: str, tensor: Tensor) -> str:
        key = f"{self.name}/{name}"
        self.tensors[key] = tensor.detach()
        return key

    def _optional(self, name: str, tensor: Tensor | None) -> str | None:
        return None if tensor is None else self._tensor(name, tensor)


def _pair(sides: int | Sequence[int]) -> list[int]:
    """Height and width, where PyTorch takes one number for both."""
    return [sides, sides] if isinstance(sides, int) else list(sides)


def mobilenet_variant(
    name: str,
    model: MobileNetV2,
    height: int,
    width: int,
    preprocessing: Preprocessing,
    labels: Sequence[str] = (),
) -> Variant:
    """A MobileNetV2; nodes bear the names of its modules."""
    builder = GraphBuilder(name, preprocessing.channels, height, width)

    def unit(prefix: str, module: ConvUnit, source: str, block: int, site: str) -> str:
        x = builder.convolution(f"{prefix}.conv", module.conv, source)
        x = builder.batch_normalization(f"{prefix}.norm", module.norm, x)
        if module.act is None:
            return x
        return builder.activation(f"{prefix}.act", module.act, x, block, site)

    x = unit("stem", model.stem, builder.input, 0, "stem")
    for index, block in enumerate(model.blocks):
        prefix, number, source = f"blocks.{index}", index + 1, x
        if block.expand is not None:
            x = unit(f"{prefix}.expand", block.expand, x, number, "A1")
        x = unit(f"{prefix}.depthwise", block.depthwise, x, number, "A2")
        x = unit(f"{prefix}.project", block.project, x, number, "A3")
        if block.residual:
            x = builder.add(f"{prefix}.add", source, x)
    x = unit("head", model.head, x, len(model.blocks) + 1, "last")
    x = builder.global_average_pool("pool", x)
    x = builder.linear("classifier", model.classifier, x)
    return builder.finish(x, preprocessing, labels)


def write_model(path: str | Path, variants: Iterable[Variant], half: bool = True) -> None:
    """Writes one file; with `half`, tensors of rank 2 and more as F16.

    Biases and BatchNorm's tensors stay F32: they are few, and running
    variances may lie outside F16's range.
    """
    tensors: dict[str, Tensor] = {}
    descriptions: list[Json] = []
    for variant in variants:
        for name, tensor in variant.tensors.items():
            if name in tensors:
                raise ValueError(f"two tensors are called {name}")
            tensors[name] = _stored(name, tensor, half)
        descriptions.append(
            {
                "name": variant.name,
                "nodes": variant.nodes,
                "output": variant.output,
                "preprocessing": asdict(variant.preprocessing),
                "labels": list(variant.labels),
            }
        )
    text = json.dumps({"format": FORMAT, "variants": descriptions}, allow_nan=False)
    if len(text) + 200 * len(tensors) > MAXIMUM_HEADER:
        raise ValueError(f"{path}: the description is {len(text)} bytes long, too much")
    # Not save_file: its files can be read by their owner only.
    Path(path).write_bytes(save(tensors, metadata={METADATA_KEY: text}))


def _stored(name: str, tensor: Tensor, half: bool) -> Tensor:
    """The tensor as it goes to the file: own memory, C order, F16 or F32."""
    values = tensor.detach().to("cpu", torch.float32).contiguous().clone()
    if half and tensor.ndim > 1:
        rounded = values.to(torch.float16)
        if not torch.isfinite(rounded).all():
            raise ValueError(f"{name}: a value lies outside F16's range")
        return rounded
    return values
