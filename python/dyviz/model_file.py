"""Runs a model file with plain PyTorch, node by node as docs/model-format.md has it.

Written from that page alone, so that an exporter's mistake shows apart from
one of the program's. It computes in the precision of the images that it is given.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional as F

from .graph import Json
from .map_values import MapValues

FORMAT = 1
METADATA_KEY = "dyviz"
CURVES: dict[str, Callable[[Tensor], Tensor]] = {
    "hard_swish": F.hardswish,
    "hard_sigmoid": F.hardsigmoid,
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "elu": F.elu,
    "mish": F.mish,
    "softplus": F.softplus,
}
GATES: dict[str, Callable[[Tensor], Tensor]] = {
    "2*sigmoid-1": lambda z: 2 * torch.sigmoid(z) - 1,
    "2*hard_sigmoid-1": lambda z: F.relu6(z + 3) / 3 - 1,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": lambda z: F.relu6(z + 3) / 6,
}



def scaled_curve(node: Json, x: Tensor) -> Tensor:
    """A curve with its factors."""
    y = CURVES[node["curve"]](node.get("input_scale", 1.0) * x)
    return torch.where(x < 0, node.get("negative_scale", 1.0) * y, y) * node.get("scale", 1.0)


class ModelFile(MapValues):
    """All variants of a file."""

    def __init__(self, description: Json, tensors: Mapping[str, Tensor]) -> None:
        self.tensors, self.variants = dict(tensors), {one["name"]: one for one in description["variants"]}
        self.dtypes = {name: tensor.dtype for name, tensor in tensors.items()}
        """How the file stores each tensor."""

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> ModelFile:
        """From a file; weights are widened to float32."""
        with safe_open(str(Path(path)), framework="pt") as archive:
            description = json.loads((archive.metadata() or {})[METADATA_KEY])
            tensors = {name: archive.get_tensor(name) for name in archive.keys()}  # noqa: SIM118
        if description["format"] != FORMAT:
            raise ValueError(f"{path} is of format {description['format']}, not {FORMAT}")
        file = cls(description, {name: tensor.float() for name, tensor in tensors.items()})
        file.dtypes = {name: tensor.dtype for name, tensor in tensors.items()}
        return file

    def run(self, x: Tensor, variant: str | None = None) -> Tensor:
        """The output for images [N, C, H, W]: [N, classes] or [N, C, H, W]."""
        output = self._variant(variant)["output"]
        value = self.values(x, variant, [output])[output]
        return value.flatten(1) if value.shape[2:] == (1, 1) else value

    def nodes(self, variant: str | None = None) -> dict[str, Json]:
        """The nodes by name."""
        return {node["name"]: node for node in self._variant(variant)["nodes"]}

    def values(
        self, x: Tensor, variant: str | None = None, wanted: Collection[str] | None = None
    ) -> dict[str, Tensor]:
        """Each node's value [N, C, H, W], or those wanted; `slopes/NODE` and `intercepts/NODE` [N, K, M] as well."""
        values: dict[str, Tensor] = {}
        nodes = self._variant(variant)["nodes"]
        left = Counter(name for node in nodes for name in node.get("inputs", []))
        for node in nodes:
            inputs = [values[name] for name in node.get("inputs", [])]
            values[node["name"]] = self.value(node, inputs, x, values)
            left.subtract(node.get("inputs", []))
            for name in node.get("inputs", []):
                if wanted is not None and name not in wanted and left[name] <= 0:
                    values.pop(name, None)
        return values

    def value(self, node: Json, inputs: list[Tensor], x: Tensor, values: dict[str, Tensor] | None = None) -> Tensor:
        """One node's value for those of its inputs; an activation's coefficients go into `values`."""
        return getattr(self, node["operator"])(node, inputs, {} if values is None else values, x)

    def _variant(self, name: str | None) -> Json:
        if name is None:
            (described,) = self.variants.values()
            return described
        return self.variants[name]

    def tensor(self, owner: Json, key: str, like: Tensor) -> Tensor:
        """A tensor in the precision of another one."""
        return self.tensors[owner[key]].to(like.dtype)

    def input(self, node: Json, inputs: list[Tensor], values: Any, x: Tensor) -> Tensor:
        return x

    def convolution(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        (x,), groups = inputs, node.get("groups", 1)
        top, left, bottom, right = node.get("padding", [0, 0, 0, 0])
        weight = self.tensor(node, "weight", x)
        bias = self.tensor(node, "bias", x) if "bias" in node else None
        padding = (top, left)
        if padding != (bottom, right):
            x, padding = F.pad(x, (left, right, top, bottom)), (0, 0)
        return F.conv2d(x, weight, bias, node.get("stride", [1, 1]), padding, node.get("dilation", [1, 1]), groups)

    def mixed_convolution(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        x, shares = inputs
        top, left, bottom, right = node.get("padding", [0, 0, 0, 0])
        x = F.pad(x, (left, right, top, bottom))
        weight, results = self.tensor(node, "weight", x), []
        bias = self.tensor(node, "bias", x) if "bias" in node else None
        options = (node.get("stride", [1, 1]), 0, node.get("dilation", [1, 1]), node.get("groups", 1))
        for image, share in zip(x, shares.flatten(1)):
            own = None if bias is None else share @ bias
            kernel = (share @ weight.flatten(1)).view(weight.shape[1:])
            results.append(F.conv2d(image[None], kernel, own, *options))
        return torch.cat(results)

    def transposed_convolution(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        (x,) = inputs
        bias = self.tensor(node, "bias", x) if "bias" in node else None
        return F.conv_transpose2d(
            x, self.tensor(node, "weight", x), bias, node.get("stride", [1, 1]), node.get("padding", [0, 0]),
            node.get("output_padding", [0, 0]), node.get("groups", 1), node.get("dilation", [1, 1]),
        )  # fmt: skip

    def batch_normalization(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        weight, bias, mean, variance = (
            self.tensor(node, key, inputs[0]) for key in ("weight", "bias", "mean", "variance")
        )
        return F.batch_norm(inputs[0], mean, variance, weight, bias, eps=node.get("epsilon", 1e-5))

    def activation(self, node: Json, inputs: list[Tensor], values: dict[str, Tensor], _: Tensor) -> Tensor:
        x = inputs[0]
        if "curve" in node:
            return scaled_curve(node, x)
        if "maximum" in node:
            return torch.stack(inputs).amax(0)
        if "negative_slope" in node:
            slope = self.tensor(node, "negative_slope", x)
            y = torch.where(x > 0, x, slope[:, None, None] * x)
        else:
            slopes, intercepts = self.coefficients(node, inputs)
            values[f"slopes/{node['name']}"], values[f"intercepts/{node['name']}"] = slopes, intercepts
            y = (slopes[..., None, None] * x[:, None] + intercepts[..., None, None]).amax(1)
        if "attention" in node:
            y = y * self.attention(node["attention"], x)
        return y.clamp(max=node["upper_bound"]) if "upper_bound" in node else y

    def coefficients(self, node: Json, inputs: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Slopes and intercepts [N, K, M]."""
        x, count = inputs[0], node["functions"]
        n, channels = x.shape[:2]
        own = channels if node["sharing"] == "channel" else 1
        if "slopes" in node:
            both = x.new_tensor([node["slopes"], node.get("intercepts", [0.0] * count)])[:, None, :, None]
            slopes, intercepts = both.expand(2, n, count, own)
            return slopes, intercepts
        if "coefficients" in node:
            pair = inputs[1].reshape(n, 2, count, own)
            return pair[:, 0], pair[:, 1]
        return self.hyper(node["hyper"], x, count, own)

    def hyper(self, hyper: Json, x: Tensor, count: int, own: int) -> tuple[Tensor, Tensor]:
        n, dynamic = len(x), hyper.get("dynamic_functions", count)
        kinds = 2 if hyper.get("intercepts", True) else 1
        z = F.linear(x.mean((2, 3)), self.tensor(hyper, "weight1", x), self.tensor(hyper, "bias1", x))
        z = CURVES[hyper["inner"]](z) if "inner" in hyper else z.relu()
        z = F.linear(z, self.tensor(hyper, "weight2", x), self.tensor(hyper, "bias2", x))
        delta = GATES[hyper["gate"]](z)
        if hyper["row_order"] == "interleaved":
            delta = delta.view(n, own, kinds * dynamic).transpose(1, 2)
        delta = delta.reshape(n, kinds, dynamic, own)
        slopes = x.new_tensor(hyper.get("slope_init", [1.0] + [0.0] * (count - 1)))[:, None].repeat(n, 1, own)
        intercepts = x.new_tensor(hyper.get("intercept_init", [0.0] * count))[:, None].repeat(n, 1, own)
        slopes[:, :dynamic] += hyper.get("slope_range", 1.0) * delta[:, 0]
        if kinds == 2:
            intercepts[:, :dynamic] += hyper.get("intercept_range", 0.5) * delta[:, 1]
        return slopes, intercepts

    def attention(self, attention: Json, x: Tensor) -> Tensor:
        n, _, height, width = x.shape
        bias = self.tensor(attention, "bias", x) if "bias" in attention else None
        z = F.conv2d(x, self.tensor(attention, "weight", x), bias).flatten(1)
        pi = (z / attention.get("temperature", 10.0)).softmax(1) * height * width * attention.get("scale", 1 / 3)
        return pi.clamp(max=1).view(n, 1, height, width)

    def select_channels(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return inputs[0][:, node["channels"]]

    def global_average_pool(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        return inputs[0].mean((2, 3), keepdim=True)

    def max_pool(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        if "rows" in node:
            return self.parts(node, inputs[0], lambda part: part.amax((2, 3)))
        top, left, bottom, right = node.get("padding", [0, 0, 0, 0])
        x = F.pad(inputs[0], (left, right, top, bottom), value=-torch.inf)
        return F.max_pool2d(x, node["kernel"], node.get("stride", node["kernel"]), 0, node.get("dilation", [1, 1]))

    def average_pool(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        if "rows" in node:
            return self.parts(node, inputs[0], lambda part: part.mean((2, 3)))
        top, left, bottom, right = node.get("padding", [0, 0, 0, 0])
        options = (node["kernel"], node.get("stride", node["kernel"]))
        padded = F.avg_pool2d(F.pad(inputs[0], (left, right, top, bottom)), *options)
        if node.get("count_padding", True):
            return padded
        share = F.avg_pool2d(F.pad(torch.ones_like(inputs[0]), (left, right, top, bottom)), *options)
        return padded / share

    def linear(self, node: Json, inputs: list[Tensor], *_: Any) -> Tensor:
        (x,) = inputs
        weight = self.tensor(node, "weight", x)
        bias = self.tensor(node, "bias", x) if "bias" in node else None
        return F.linear(x.flatten(1), weight, bias)[:, :, None, None]

