"""Reads model.bin (docs/model-format.md) with PyTorch.

networks = load_model("model.bin")   # {"dyrelu-b": Network}
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch
from activations import CURVES, Given, HyperActivation, Maxout, Scaled
from dyrelu import DyReLU
from mixed_convolution import MixedConv2d
from model_file import FORMAT, METADATA_KEY, Json
from safetensors import safe_open
from torch import Tensor, nn

COMBINATIONS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "divide": torch.div,
    "minimum": torch.minimum,
    "greater": lambda x, y: (x > y).to(x.dtype),
    "greater_equal": lambda x, y: (x >= y).to(x.dtype),
    "keep": lambda x, y: torch.where(y != 0, x, torch.zeros_like(x)),
    "drop": lambda x, y: torch.where(y == 0, x, torch.zeros_like(x)),
}
"""Two maps combined element by element."""
AXES = {"channels": 1, "rows": 2, "columns": 3}


class Network(nn.Module):
    """A variant as it stands in a file: runs node by node, in fp32."""

    def __init__(self, description: Json, tensors: dict[str, Tensor]) -> None:
        super().__init__()
        self.description = description
        self.labels: list[str] = description.get("labels") or []
        self.steps: list[tuple[Json, nn.Module | None]] = []
        channels: dict[str, int] = {}
        for node in description["nodes"]:
            inputs = node.get("inputs", [])
            module = _module(node, channels[inputs[0]] if inputs else 0, tensors)
            channels[node["name"]] = _channels(node, [channels[name] for name in inputs])
            self.steps.append((node, module))
            if module is not None:
                self.add_module(node["name"].replace(".", "/"), module)
        self.eval()

    def values(self, x: Tensor) -> dict[str, Tensor]:
        """Every node's value by name, for x [N, C, H, W]."""
        values: dict[str, Tensor] = {}
        for node, module in self.steps:
            inputs = [values[name] for name in node.get("inputs", [])]
            match node["operator"]:
                case "input":
                    value = x
                case "add":
                    value = inputs[0] + inputs[1]
                case "multiply":
                    value = inputs[0] * inputs[1]
                case operator if operator in COMBINATIONS:
                    value = COMBINATIONS[operator](*inputs)
                case "concatenate":
                    value = torch.cat(inputs, dim=AXES[node.get("axis", "channels")])
                case "rearrange":
                    value = _rearranged(node, inputs[0])
                case "max_pool" | "average_pool" if "rows" in node:
                    value = _parts(node, inputs[0])
                case "select_channels":
                    value = inputs[0][:, node["channels"]]
                case "global_average_pool":
                    value = inputs[0].mean(dim=(2, 3), keepdim=True)
                case "linear":
                    value = module(inputs[0].flatten(1))[:, :, None, None]
                case _:
                    value = module(*inputs)
            values[node["name"]] = value
        return values

    def forward(self, x: Tensor) -> Tensor:
        """x [N, C, H, W] to [N, outputs]."""
        return self.values(x)[self.description["output"]].flatten(1)


class Constant(nn.Module):
    """A static activation: y = min(max_k(a_k x + b_k), bound)."""

    def __init__(self, slopes: list[float], intercepts: list[float], bound: float | None) -> None:
        super().__init__()
        self.lines, self.bound = list(zip(slopes, intercepts, strict=True)), bound

    def forward(self, x: Tensor) -> Tensor:
        """To the same shape."""
        lines = torch.stack([slope * x + intercept for slope, intercept in self.lines])
        y = lines.amax(dim=0)
        return y if self.bound is None else y.clamp(max=self.bound)


class Sampled(nn.Module):
    """A map at another size; with `step`, sampled at multiples of it."""

    def __init__(self, size: tuple[int, int], step: list[float] | None, mode: str, aligns: Json) -> None:
        super().__init__()
        self.size, self.step, self.mode, self.aligns = size, step, mode, aligns

    def forward(self, x: Tensor) -> Tensor:
        """To [N, C, *size]."""
        if self.step is None:
            return nn.functional.interpolate(x, size=self.size, mode=self.mode, **self.aligns)
        names = {"nearest": "upsample_nearest2d", "nearest-exact": "_upsample_nearest_exact2d"}
        function = getattr(torch.ops.aten, names.get(self.mode, "upsample_bilinear2d")).default
        aligned = [False] if self.mode == "bilinear" else []
        return function(x, list(self.size), *aligned, *(1 / one for one in self.step))


def _rearranged(node: Json, x: Tensor) -> Tensor:
    """Each element from the place that its row, column and channel name."""
    extents = {"rows": x.shape[2], "columns": x.shape[3], "channels": x.shape[1]}
    tables = []
    for own, (key, extent) in enumerate(extents.items()):
        entries = node.get(key) or range(extent)
        tables.append([[one * (part == own) for part in range(3)] if isinstance(one, int) else one for one in entries])
    y = x.new_zeros(len(x), len(tables[2]), len(tables[0]), len(tables[1]))
    for k, channel in enumerate(tables[2]):
        for r, row in enumerate(tables[0]):
            for c, column in enumerate(tables[1]):
                if min(*row, *column, *channel) >= 0:
                    place = [sum(parts) for parts in zip(row, column, channel, strict=True)]
                    y[:, k, r, c] = x[:, place[2], place[0], place[1]]
    return y


def _parts(node: Json, x: Tensor) -> Tensor:
    """A pooling of parts that are named one by one."""
    pool = torch.amax if node["operator"] == "max_pool" else torch.mean
    rows = [
        torch.stack([pool(x[:, :, top:bottom, left:right], dim=(2, 3)) for left, right in node["columns"]], dim=-1)
        for top, bottom in node["rows"]
    ]
    return torch.stack(rows, dim=-2)


def load_model(path: str | Path) -> dict[str, Network]:
    """The networks of a file by name, their weights widened to fp32."""
    with safe_open(str(path), framework="pt") as archive:
        description = json.loads((archive.metadata() or {})[METADATA_KEY])
        tensors = {name: archive.get_tensor(name).float() for name in archive.keys()}  # noqa: SIM118
    if description["format"] != FORMAT:
        raise ValueError(f"{path}: format {description['format']}, not {FORMAT}")
    return {one["name"]: Network(one, tensors) for one in description["variants"]}


def _channels(node: Json, inputs: list[int]) -> int:
    """Channels of a node's value."""
    match node["operator"]:
        case "select_channels":
            return len(node["channels"])
        case "rearrange":
            return len(node.get("channels") or range(inputs[0]))
        case "concatenate" if node.get("axis", "channels") == "channels":
            return sum(inputs)
        case operator if len(inputs) == 2 and operator in {"add", "multiply", *COMBINATIONS}:
            return max(inputs)
    keys = ("channels", "out_channels", "out_features")
    own = [node[key] for key in keys if key in node]
    return own[0] if own else inputs[0]


def _module(node: Json, channels: int, tensors: dict[str, Tensor]) -> nn.Module | None:
    """The module that computes a node from a map of `channels`, if it needs one."""
    match node["operator"]:
        case "input" | "add" | "multiply" | "concatenate" | "select_channels" | "rearrange" | "global_average_pool":
            return None
        case operator if operator in COMBINATIONS or "rows" in node:
            return None
        case "mixed_convolution":
            weight, bias = tensors[node["weight"]], tensors.get(node.get("bias") or "")
            stride, padding = node.get("stride", (1, 1)), _padding(node)
            module: nn.Module = MixedConv2d(weight, bias, stride[0], padding[0], node.get("groups", 1))
            if len({*stride}) > 1 or len({*padding}) > 1 or node.get("dilation", [1, 1]) != [1, 1]:
                raise ValueError(f"node {node['name']}: such a mixed convolution is not read here")
            return module
        case "transposed_convolution":
            module = nn.ConvTranspose2d(
                channels,
                node["out_channels"],
                tuple(node["kernel"]),
                stride=tuple(node.get("stride", (1, 1))),
                padding=tuple(node.get("padding", (0, 0))),
                output_padding=tuple(node.get("output_padding", (0, 0))),
                dilation=tuple(node.get("dilation", (1, 1))),
                groups=node.get("groups", 1),
                bias=bool(node.get("bias")),
            )
            names = {"weight": node["weight"], "bias": node.get("bias")}
        case "upsample" if "size" in node:
            aligns = {"align_corners": node.get("align_corners", False)}
            mode = node["interpolation"].replace("_", "-")
            return Sampled(tuple(node["size"]), node.get("step"), mode, aligns if mode == "bilinear" else {})
        case "upsample":
            aligns = {"align_corners": node.get("align_corners", False)}
            mode = node["interpolation"]
            options = aligns if mode == "bilinear" else {}
            return nn.Upsample(scale_factor=tuple(map(float, node["factor"])), mode=mode, **options)
        case "convolution":
            module = _convolution(node, channels)
            names = {"weight": node["weight"], "bias": node.get("bias")}
        case "batch_normalization":
            module = nn.BatchNorm2d(channels, eps=node.get("epsilon", 1e-5))
            names = {"running_mean": node["mean"], "running_var": node["variance"]}
            names |= {"weight": node["weight"], "bias": node["bias"]}
        case "max_pool":
            return nn.MaxPool2d(**_window(node), dilation=tuple(node.get("dilation", (1, 1))))
        case "average_pool":
            counts = node.get("count_padding", True)
            return nn.AvgPool2d(**_window(node), count_include_pad=counts)
        case "linear":
            module = nn.Linear(channels, node["out_features"], bias=bool(node.get("bias")))
            names = {"weight": node["weight"], "bias": node.get("bias")}
        case "activation" if "hyper" in node:
            return _dynamic(node, channels, tensors)
        case "activation" if "curve" in node:
            scales = {key: node[key] for key in ("input_scale", "scale", "negative_scale") if key in node}
            return Scaled(node["curve"], scales) if scales else CURVES[node["curve"]]()
        case "activation" if "maximum" in node:
            return Maxout(node["functions"])
        case "activation" if "coefficients" in node:
            return Given(node["functions"], node["sharing"] == "all")
        case "activation" if "negative_slope" in node:
            module = nn.PReLU(channels if node["sharing"] == "channel" else 1)
            names = {"weight": node["negative_slope"]}
        case "activation":
            return Constant(node["slopes"], node["intercepts"], node.get("upper_bound"))
        case other:
            raise ValueError(f"node {node['name']}: unknown operator {other!r}")
    _fill(module, names, tensors)
    return module


def _window(node: Json) -> Json:
    """What both poolings over windows have, as PyTorch's options."""
    kernel = tuple(node["kernel"])
    padding, stride = _padding(node), tuple(node.get("stride", kernel))
    return {"kernel_size": kernel, "stride": stride, "padding": padding}


def _padding(node: Json) -> tuple[int, int]:
    """Vertical and horizontal padding."""
    top, left, bottom, right = node.get("padding", (0, 0, 0, 0))
    if (top, left) != (bottom, right):
        raise ValueError(f"node {node['name']}: unequal padding is not read here")
    return top, left


def _convolution(node: Json, channels: int) -> nn.Module:
    """A convolution."""
    return nn.Conv2d(
        channels,
        node["out_channels"],
        tuple(node["kernel"]),
        stride=tuple(node.get("stride", (1, 1))),
        padding=_padding(node),
        dilation=tuple(node.get("dilation", (1, 1))),
        groups=node.get("groups", 1),
        bias=bool(node.get("bias")),
    )


def _dynamic(node: Json, channels: int, tensors: dict[str, Tensor]) -> DyReLU:
    """A dynamic ReLU with the file's options and weights."""
    hyper, functions = node["hyper"], node["functions"]
    attention, shared = node.get("attention"), node.get("sharing", "channel") == "all"
    beta = hyper.get("intercept_init") or [0.0] * functions
    if node.get("upper_bound") is not None:
        raise ValueError(f"node {node['name']}: such a bound is not read here")
    if shared and attention:
        raise ValueError(f"node {node['name']}: such a dynamic ReLU is not read here")
    module = HyperActivation(
        channels,
        gate=hyper["gate"],
        dynamic=hyper.get("dynamic_functions"),
        inner=hyper.get("inner"),
        functions=functions,
        variant="c" if attention else "a" if shared else "b",
        intercepts=hyper.get("intercepts", True),
        alpha=hyper.get("slope_init"),
        beta=beta,
        lambda_a=hyper.get("slope_range", 1.0),
        lambda_b=hyper.get("intercept_range", 0.5),
        temperature=(attention or {}).get("temperature", 10.0),
        gamma=(attention or {}).get("scale", 1 / 3),
    )
    module.hidden = hyper["hidden"]
    module.fc1 = nn.Linear(channels, module.hidden)
    module.fc2 = nn.Linear(module.hidden, module.fc2.out_features)
    if attention:
        module.attention = nn.Conv2d(channels, 1, 1, bias=bool(attention.get("bias")))
        names = {"weight": attention["weight"], "bias": attention.get("bias")}
        _fill(module.attention, names, tensors)
    tensors = dict(tensors)
    if hyper.get("row_order", "blocked") == "interleaved":
        for name in (hyper["weight2"], hyper["bias2"]):
            rows = tensors[name].unflatten(0, (module.shared, -1))
            tensors[name] = rows.transpose(0, 1).flatten(0, 1).contiguous()
    _fill(module.fc1, {"weight": hyper["weight1"], "bias": hyper["bias1"]}, tensors)
    _fill(module.fc2, {"weight": hyper["weight2"], "bias": hyper["bias2"]}, tensors)
    return module


def _fill(module: nn.Module, names: dict[str, str | None], tensors: dict[str, Tensor]) -> None:
    """Loads a module's tensors by the names given, shapes checked."""
    state = {key: tensors[name] for key, name in names.items() if name is not None}
    if isinstance(module, nn.BatchNorm2d):
        state["num_batches_tracked"] = torch.tensor(0)
    module.load_state_dict(state)
