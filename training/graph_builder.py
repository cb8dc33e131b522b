"""Collects a network's nodes and tensors as docs/model-format.md describes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from activations import Given, HyperActivation, Maxout, curve_name, curve_scales
from dyrelu import DyReLU
from torch import Tensor, nn

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

    def activation(
        self, name: str, module: nn.Module, source: str | list[str], block: int, site: str
    ) -> str:
        """A DyReLU, an activation of activations.py, or one of PyTorch's; a
        Maxout takes several sources, a Given its coefficients second."""
        sources = [source] if isinstance(source, str) else source
        options = {"block": block, "site": site}
        if isinstance(module, DyReLU):
            options |= self._dynamic(name, module)
        elif isinstance(module, Given):
            sharing = "all" if module.shared else "channel"
            options |= {"functions": module.functions, "sharing": sharing, "coefficients": "input"}
        elif isinstance(module, Maxout):
            options |= {"functions": len(sources), "maximum": "inputs"}
        elif isinstance(module, nn.PReLU):
            slope = self._tensor(f"{name}.weight", module.weight)
            sharing = "all" if module.num_parameters == 1 else "channel"
            options |= {"functions": 2, "sharing": sharing, "negative_slope": slope}
        elif curve := curve_name(module):
            options |= {"curve": curve} | curve_scales(module)
        else:
            options |= self._static(name, module)
        return self._node(name, "activation", sources, **options)

    def _static(self, name: str, module: nn.Module) -> Json:
        """The options of two constant lines."""
        bound = 6.0 if isinstance(module, nn.ReLU6) else None
        if isinstance(module, nn.LeakyReLU):
            slope = module.negative_slope
        elif isinstance(module, nn.RReLU):
            slope = (module.lower + module.upper) / 2
        elif isinstance(module, nn.ReLU | nn.ReLU6):
            slope = 0.0
        else:
            raise ValueError(f"{name}: no activation of the format is {module}")
        options = {"functions": 2, "sharing": "all", "upper_bound": bound}
        return options | {"slopes": [1.0, slope], "intercepts": [0.0, 0.0]}

    def add(self, name: str, left: str, right: str) -> str:
        """The sum of two maps."""
        return self._node(name, "add", [left, right])

    def multiply(self, name: str, left: str, right: str) -> str:
        """The product of two maps."""
        return self._node(name, "multiply", [left, right])

    def combine(self, name: str, operator: str, left: str, right: str) -> str:
        """Two maps combined otherwise: `divide`, `minimum`, `greater`, `greater_equal`, `keep` or `drop`."""
        return self._node(name, operator, [left, right])

    def concatenate(self, name: str, *sources: str, axis: str | None = None) -> str:
        """Maps behind each other, along the channels unless told."""
        options = {} if axis is None else {"axis": axis}
        return self._node(name, "concatenate", list(sources), **options)

    def rearrange(self, name: str, source: str, **axes: Sequence[Any]) -> str:
        """A map's elements moved, repeated or left out."""
        return self._node(name, "rearrange", [source], **{key: list(axis) for key, axis in axes.items()})

    def mixed_convolution(self, name: str, module: nn.Module, source: str, shares: str) -> str:
        """A `MixedConv2d`."""
        return self._node(
            name,
            "mixed_convolution",
            [source, shares],
            kernels=module.weight.shape[0],
            out_channels=module.weight.shape[1],
            kernel=list(module.weight.shape[3:]),
            stride=[module.stride] * 2,
            padding=[module.padding] * 4,
            groups=module.groups,
            weight=self._tensor(f"{name}.weight", module.weight),
            bias=self._optional(f"{name}.bias", module.bias),
        )

    def transposed_convolution(self, name: str, module: nn.ConvTranspose2d, source: str) -> str:
        """A transposed convolution."""
        return self._node(
            name,
            "transposed_convolution",
            [source],
            out_channels=module.out_channels,
            kernel=list(module.kernel_size),
            stride=list(module.stride),
            padding=list(module.padding),
            output_padding=list(module.output_padding),
            dilation=list(module.dilation),
            groups=module.groups,
            weight=self._tensor(f"{name}.weight", module.weight),
            bias=self._optional(f"{name}.bias", module.bias),
        )

    def select_channels(self, name: str, source: str, channels: Sequence[int]) -> str:
        """Some of a map's channels."""
        return self._node(name, "select_channels", [source], channels=list(channels))

    def upsample(self, name: str, module: nn.Upsample, source: str) -> str:
        """A map at another size, as a multiple of its own or as it is given."""
        aligns = {"align_corners": bool(module.align_corners)} if module.mode == "bilinear" else {}
        mode = module.mode.replace("-", "_")
        if module.size is not None:
            return self._node(name, "upsample", [source], size=_pair(module.size), interpolation=mode, **aligns)
        factor = [int(side) for side in _pair(module.scale_factor)]
        return self._node(name, "upsample", [source], factor=factor, interpolation=mode, **aligns)

    def sampled(self, name: str, source: str, size: Sequence[int], step: Sequence[float], mode: str) -> str:
        """A map at a size that its factors are rounded to; `step` is the inverse of the factors."""
        options = {"size": list(size), "step": list(step), "interpolation": mode}
        return self._node(name, "upsample", [source], **options)

    def pool_parts(
        self, name: str, operator: str, source: str, rows: Sequence[Sequence[int]], columns: Sequence[Sequence[int]]
    ) -> str:
        """A `max_pool` or `average_pool` of parts that are named one by one."""
        return self._node(name, operator, [source], rows=list(rows), columns=list(columns))

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
            "gate": "2*sigmoid-1",
            "row_order": "blocked",
            "weight1": self._tensor(f"{name}.fc1.weight", module.fc1.weight),
            "bias1": self._tensor(f"{name}.fc1.bias", module.fc1.bias),
            "weight2": self._tensor(f"{name}.fc2.weight", module.fc2.weight),
            "bias2": self._tensor(f"{name}.fc2.bias", module.fc2.bias),
        }
        if isinstance(module, HyperActivation):
            hyper |= {"gate": module.gate, "dynamic_functions": module.dynamic, "inner": module.inner}
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


def _pair(sides: float | Sequence[float]) -> list[Any]:
    """Height and width, where PyTorch takes one number for both."""
    return [sides, sides] if isinstance(sides, int | float) else list(sides)
