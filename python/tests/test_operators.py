"""Each operator that is covered, in small networks; and what is not covered says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dyviz
import pytest
import torch
from comparing import agree, exported, images, preprocessing, scrambled
from torch import Tensor, nn
from torch.nn import functional as F


class Calls(nn.Module):
    """A convolution, then a function of its 8-channel map."""

    def __init__(self, function: Callable[[nn.Module, Tensor], Tensor], **parts: nn.Module) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.function = nn.Conv2d(3, 8, 3, padding=1), function
        for name, part in parts.items():
            self.add_module(name, part)
        self.register_buffer("scale", torch.rand(8, 1, 1) + 0.5)
        self.register_buffer("positions", torch.rand(6, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self, self.conv(x))


CURVES: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "hard_swish": lambda m, x: F.hardswish(x),
    "hard_swish by parts": lambda m, x: x * F.relu6(x + 3) / 6,
    "hard_swish with its own brackets": lambda m, x: x * (F.relu6(x + 3.0) * (1 / 6)),
    "hard_swish of a gate": lambda m, x: F.hardsigmoid(x).mul(x),
    "hard_sigmoid": lambda m, x: F.hardsigmoid(x),
    "hard_sigmoid by parts": lambda m, x: F.hardtanh(x + 3, 0.0, 6.0) / 6,
    "hard_sigmoid by clamp": lambda m, x: ((x + 3) / 6).clamp(0, 1),
    "silu": lambda m, x: F.silu(x, inplace=True),
    "silu by parts": lambda m, x: x * torch.sigmoid(x),
    "gelu": lambda m, x: F.gelu(x),
    "gelu_tanh": lambda m, x: F.gelu(x, approximate="tanh"),
    "sigmoid": lambda m, x: x.sigmoid(),
    "tanh": lambda m, x: x.tanh(),
    "elu": lambda m, x: F.elu(x),
    "mish": lambda m, x: F.mish(x),
    "mish by parts": lambda m, x: x * torch.tanh(F.softplus(x)),
    "softplus": lambda m, x: F.softplus(x),
    "softplus by parts": lambda m, x: torch.log1p(torch.exp(x)),
    "softplus with beta": lambda m, x: F.softplus(x, 2.5),
    "elu with alpha": lambda m, x: F.elu(x, 0.5),
    "elu by parts": lambda m, x: torch.where(x > 0, x, 0.7 * (torch.exp(x) - 1)),
    "elu as selu": lambda m, x: F.selu(x),
    "elu as celu": lambda m, x: F.celu(x, 0.3),
}
LINES: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "relu": lambda m, x: x.relu_(),
    "relu6": lambda m, x: F.relu6(x),
    "relu by a factor": lambda m, x: x * (x > 0),
    "relu by where": lambda m, x: torch.where(x > 0, x, 0.0),
    "clamp": lambda m, x: x.clamp(-0.25, 0.5),
    "clamp below": lambda m, x: x.clamp(min=0.1),
    "clamp above": lambda m, x: x.clamp(max=0.3),
    "leaky relu": lambda m, x: F.leaky_relu(x, 0.2),
    "steep leaky relu": lambda m, x: F.leaky_relu(x, 1.5),
    "rrelu": lambda m, x: F.rrelu(x),
    "abs": lambda m, x: x.abs(),
    "maxout of groups": lambda m, x: x.view(len(x), 4, 2, *x.shape[2:]).amax(2),
    "maxout of two": lambda m, x: torch.maximum(x[:, :4], x[:, 4:]),
    "maxout by max": lambda m, x: torch.stack(x.chunk(4, 1)).max(dim=0)[0],
}
SHAPES: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "shuffle": lambda m, x: x.view(len(x), 2, 4, 6, 10).transpose(1, 2).reshape(x.shape).relu(),
    "channel_shuffle": lambda m, x: F.channel_shuffle(x, 2).relu(),
    "chunks exchanged": lambda m, x: torch.cat(x.chunk(2, 1)[::-1], 1),
    "part changed": lambda m, x: torch.cat([x[:, :3] + x[:, 5:], x[:, 3:]], 1),
    "index": lambda m, x: x[:, [3, 1, 1, 7]].relu(),
    "channels last": lambda m, x: m.part(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2),
    "scaled channels last": lambda m, x: (x.permute(0, 2, 3, 1) * m.scale.flatten()).relu().permute(0, 3, 1, 2),
    "every second": lambda m, x: x[:, :, 1::2, ::2].relu(),
    "space to depth": lambda m, x: torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., 1::2, 1::2]], 1),
    "stacked mean": lambda m, x: torch.stack([x, x.relu()], 1).sum(1),
    "attention by channel mean": lambda m, x: x * x.mean(1, keepdim=True).sigmoid(),
    "mean over rows": lambda m, x: x.mean(2, keepdim=True),
    "flatten": lambda m, x: F.linear(x.flatten(1), torch.linspace(-1, 1, 480 * 3).view(3, 480).sin()),
    "vector": lambda m, x: x.mean((2, 3)).unsqueeze(-1).squeeze().view(1, -1)[:, 2:6],
    "layer over columns": lambda m, x: m.across(x).relu(),
    "layer over blocks": lambda m, x: m.block(x.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4)).permute(0, 1, 4, 2, 3).flatten(1, 2),
    "layer over flattened positions": lambda m, x: x + m.pointwise(x.flatten(2).unsqueeze(-1)).view(x.shape),
    "plane of flattened positions": lambda m, x: x * x.flatten(2).unsqueeze(-1).mean(1).view(1, 1, 6, 10).sigmoid(),
    "turned": lambda m, x: x.transpose(2, 3).relu(),
    "flipped": lambda m, x: m.pointwise(x.flip(3)),
    "cropped": lambda m, x: x[:, :, 1:5, 2:-1] * 2,
    "stem of blocks": lambda m, x: m.wide(
        x.view(len(x), 8, 3, 2, 5, 2).permute(0, 3, 5, 1, 2, 4).contiguous().view(len(x), 32, 3, 5)),
    "pixel_unshuffle": lambda m, x: m.wide(F.pixel_unshuffle(x, 2)),
    "pixel_shuffle": lambda m, x: F.pixel_shuffle(x, 2).relu(),
    "pixel_shuffle by parts": lambda m, x: x.view(1, 2, 2, 2, 6, 10).permute(0, 1, 4, 2, 5, 3).reshape(1, 2, 12, 20).relu(),
    "joined rows": lambda m, x: torch.cat([x, x[:, :, 1:4].relu()], 2),
    "joined columns": lambda m, x: torch.cat([x, x.relu()], 3),
    "joined twice": lambda m, x: torch.cat([x, x], 2).relu(),
    "thin convolution": lambda m, x: m.thin(x.mean(3, keepdim=True).transpose(2, 3)),
    "coordinate attention": lambda m, x: coordinates(m, x),
    "factor of rows": lambda m, x: x * x.mean(3, keepdim=True),
    "summand of columns": lambda m, x: x.amax(2, keepdim=True) + x,
    "rows times columns": lambda m, x: x.amax(2, keepdim=True) * x.mean(3, keepdim=True),
    "efficient attention": lambda m, x: x * m.line(x.mean((2, 3)).unsqueeze(1)).transpose(1, 2).unsqueeze(-1).sigmoid(),
}
SUMS: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "minimum with a number": lambda m, x: torch.minimum(torch.full_like(x, 0.5), x),
    "zeros like": lambda m, x: torch.maximum(x, torch.zeros_like(x)),
    "ones like": lambda m, x: x + torch.ones_like(x),
    "full like": lambda m, x: x * torch.full_like(x, 0.5),
    "new zeros": lambda m, x: x + x.new_zeros(8, 1, 1),
    "new ones": lambda m, x: x - x.new_ones(1),
    "new full": lambda m, x: x * x.new_full((1, 8, 1, 1), -2.0),
    "constants": lambda m, x: 2 - (3 * x / 7 + 1) * m.scale,
    "negative": lambda m, x: -x + 0.5,
    "difference": lambda m, x: x - x.tanh(),
    "scaled sum": lambda m, x: torch.add(x, x.relu(), alpha=0.3),
    "in place": lambda m, x: x.relu().add_(x).mul_(0.5),
    "square": lambda m, x: x**2 + x.square(),
    "vector second": lambda m, x: x + x.mean((2, 3), keepdim=True),
    "vector first": lambda m, x: x.amax((2, 3), keepdim=True) * x,
    "softplus with a threshold": lambda m, x: F.softplus(x, 2.5, 0.5),
    "factor of another's comparison": lambda m, x: x.tanh() * (x > 0.3).float(),
    "choice of maps": lambda m, x: torch.where(x[:, :4] > x[:, 4:] * 2, x[:, :4].tanh(), x[:, 4:] * 3),
    "choice of a number": lambda m, x: torch.where(x[:, :4] < x[:, 4:], x[:, :4], 0.25),
    "choice of numbers": lambda m, x: torch.where(x > 0.1, 0.5, -2.0) + x[:, :1],
    "choice by a channel": lambda m, x: torch.where(x > x.mean(1, keepdim=True), x, x * x),
    "filled where": lambda m, x: x.tanh().masked_fill(x <= 0.1, 2.0),
    "threshold": lambda m, x: F.threshold(x, 0.1, 0.3),
    "both conditions": lambda m, x: x.tanh() * ((x > 0.1) & (x < 0.5)).float(),
    "either condition": lambda m, x: x.tanh() * ((x < 0.1) | (x > 0.5)).float(),
    "not": lambda m, x: x * (~(x[:, :1] > x)).float(),
    "minimum of maps": lambda m, x: torch.minimum(x[:, :4], x[:, 4:]),
    "minimum with a vector": lambda m, x: torch.minimum(x, x.mean((2, 3), keepdim=True)),
    "quotient of maps": lambda m, x: x[:, :4] / (x[:, 4:].abs() + 1),
    "quotient by a vector": lambda m, x: x / (1 + x.square().mean((2, 3), keepdim=True)),
    "vector over a map": lambda m, x: x.mean((2, 3), keepdim=True) / (1 + x.square()),
    "number over a map": lambda m, x: 2 / (1 + x.square()),
    "rows over columns": lambda m, x: x.mean(3, keepdim=True) / (1 + x.square().mean(2, keepdim=True)),
}
WINDOWS: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "same": lambda m, x: m.part(x),
    "padded convolution": lambda m, x: m.plain(F.pad(x, (1, 0, 2, 1))),
    "padded sum": lambda m, x: F.pad(x, (0, 1, 1, 0)).relu(),
    "ceil maximum": lambda m, x: F.max_pool2d(x, 3, 2, ceil_mode=True),
    "ceil mean": lambda m, x: F.avg_pool2d(x, 3, 2, ceil_mode=True),
    "padded mean": lambda m, x: F.avg_pool2d(x, 3, 2, padding=1),
    "mean without padding": lambda m, x: F.avg_pool2d(x, 3, 1, padding=1, count_include_pad=False),
    "padded maximum": lambda m, x: F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=float("-inf")), 3, 2),
    "zero padded maximum": lambda m, x: F.max_pool2d(F.pad(x.relu(), (0, 1, 0, 1)), 3, 2),
    "adaptive mean": lambda m, x: F.adaptive_avg_pool2d(x, (3, 5)),
    "adaptive maximum": lambda m, x: F.adaptive_max_pool2d(x, 2),
    "adaptive mean of unequal parts": lambda m, x: F.adaptive_avg_pool2d(x, (4, 3)),
    "adaptive mean of more parts": lambda m, x: F.adaptive_avg_pool2d(x, (7, 7)),
    "adaptive maximum of unequal parts": lambda m, x: F.adaptive_max_pool2d(x, (4, 7)),
    "reflected": lambda m, x: m.plain(F.pad(x, (1, 2, 3, 0), mode="reflect")),
    "reflecting module": lambda m, x: m.plain(nn.ReflectionPad2d(2)(x)),
    "replicated": lambda m, x: F.pad(x, (1, 2, 3, 0), mode="replicate").relu(),
    "circular": lambda m, x: m.circular(x),
    "padded channels": lambda m, x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 4, 3)),
    "padded everywhere": lambda m, x: F.pad(x, (1, 0, 0, 2, 1, 0)).relu(),
    "padded and cut": lambda m, x: F.pad(x, (-1, 2, -2, 1)).relu(),
    "transposed convolution": lambda m, x: m.grow(x).relu(),
    "wide transposed convolution": lambda m, x: m.wide_grow(x),
    "nearest to a size": lambda m, x: F.interpolate(x, size=(7, 13)),
    "nearest by a fraction": lambda m, x: F.interpolate(x, scale_factor=1.7),
    "nearest, exactly": lambda m, x: F.interpolate(x, size=(7, 13), mode="nearest-exact"),
    "nearest, exactly, smaller": lambda m, x: F.interpolate(x, scale_factor=0.45, mode="nearest-exact"),
    "bilinear smaller": lambda m, x: F.interpolate(x, size=(3, 4), mode="bilinear"),
    "bilinear to a size": lambda m, x: F.interpolate(x, size=(7, 13), mode="bilinear"),
    "bilinear by fractions": lambda m, x: F.interpolate(x, scale_factor=(1.3, 2.45), mode="bilinear"),
    "bilinear by the sizes": lambda m, x: F.interpolate(
        x, scale_factor=1.3, mode="bilinear", recompute_scale_factor=True),
    "bilinear corners to a size": lambda m, x: F.interpolate(x, size=(7, 13), mode="bilinear", align_corners=True),
    "nearest": lambda m, x: F.interpolate(x, scale_factor=2),
    "bilinear": lambda m, x: F.interpolate(x, size=(12, 30), mode="bilinear"),
    "bilinear corners": lambda m, x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True),
    "dropout": lambda m, x: F.dropout(x, 0.5, m.training).relu(),
}
PARTS: dict[str, Callable[[], dict[str, nn.Module]]] = {
    "channels last": lambda: {"part": nn.Linear(8, 5)},
    "efficient attention": lambda: {"line": nn.Conv1d(1, 1, 3, padding=1, bias=False)},
    "same": lambda: {"part": nn.Conv2d(8, 6, (4, 3), padding="same", dilation=(1, 2), groups=2)},
    "padded convolution": lambda: {"plain": nn.Conv2d(8, 6, 3, padding=1)},
    "layer over columns": lambda: {"across": nn.Linear(10, 7)},
    "layer over blocks": lambda: {"block": nn.Linear(4, 3)},
    "flipped": lambda: {"pointwise": nn.Conv2d(8, 6, 1)},
    "layer over flattened positions": lambda: {"pointwise": nn.Conv2d(8, 8, 1)},
    "stem of blocks": lambda: {"wide": nn.Conv2d(32, 5, 3)},
    "pixel_unshuffle": lambda: {"wide": nn.Conv2d(32, 5, 3)},
    "thin convolution": lambda: {"thin": nn.Conv2d(8, 6, (1, 3), padding=(0, 1))},
    "coordinate attention": lambda: {"squeeze": nn.Conv2d(8, 6, 1), "excite": nn.Conv2d(6, 8, (3, 1), padding=(1, 0))},
    "reflected": lambda: {"plain": nn.Conv2d(8, 6, 3)},
    "reflecting module": lambda: {"plain": nn.Conv2d(8, 6, 3)},
    "circular": lambda: {"circular": nn.Conv2d(8, 6, 3, padding=1, padding_mode="circular")},
    "transposed convolution": lambda: {
        "grow": nn.ConvTranspose2d(8, 6, (4, 3), stride=2, padding=1, output_padding=(0, 1), groups=2)},
    "wide transposed convolution": lambda: {
        "wide_grow": nn.ConvTranspose2d(8, 8, 3, stride=(1, 3), dilation=(2, 1), padding=2, groups=8, bias=False)},
}  # fmt: skip


def coordinates(module: nn.Module, x: Tensor) -> Tensor:
    """Factors of rows and of columns that are computed from means along each."""
    height, width = x.shape[2:]
    joined = torch.cat([x.mean(3, keepdim=True), x.mean(2, keepdim=True).permute(0, 1, 3, 2)], 2)
    rows, columns = torch.split(F.hardswish(module.squeeze(joined)), [height, width], 2)
    return x * module.excite(columns).permute(0, 1, 3, 2).sigmoid() * module.excite(rows).sigmoid()


class Conditional(nn.Module):
    """A convolution with a kernel of its own for each image, as the mixture of some."""

    def __init__(self, bias: bool, groups: int) -> None:
        super().__init__()
        self.stem, self.route, self.groups = nn.Conv2d(3, 8, 3, padding=1), nn.Linear(8, 4), groups
        self.weight = nn.Parameter(torch.randn(4, 6 * 8 // groups * 9) / 6)
        self.bias = nn.Parameter(torch.randn(4, 6)) if bias else None
        self.norm = nn.BatchNorm2d(6)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x).relu()
        count, channels, height, width = x.shape
        shares = self.route(x.mean((2, 3))).sigmoid()
        weight = torch.matmul(shares, self.weight).view(count * 6, channels // self.groups, 3, 3)
        bias = None if self.bias is None else torch.matmul(shares, self.bias).view(-1)
        y = F.conv2d(x.reshape(1, count * channels, height, width), weight, bias, 2, 1, groups=self.groups * count)
        return self.norm(y.view(count, 6, *y.shape[2:])).relu()


@pytest.mark.parametrize(("bias", "groups"), [(False, 1), (True, 1), (True, 2)])
def test_kernels_are_mixed_for_each_image(bias: bool, groups: int, tmp_path: Path, program: Path) -> None:
    """CondConv, as its authors' and timm's code write it."""
    torch.manual_seed(0)
    nodes = agree(scrambled(Conditional(bias, groups)), images(2, (6, 10)), tmp_path, program).nodes()
    assert [node["operator"] for node in nodes.values()].count("mixed_convolution") == 1


@pytest.mark.parametrize("name", CURVES)
def test_curves_are_one_node(name: str, tmp_path: Path, program: Path) -> None:
    """In whatever pieces they are written."""
    nodes = agree(Calls(CURVES[name]), images(1, (6, 10)), tmp_path, program).nodes()
    assert [node.get("curve") for node in nodes.values()][2:] == [name.split()[0]]


@pytest.mark.parametrize("name", LINES)
def test_piecewise_linear_activations_agree(name: str, tmp_path: Path, program: Path) -> None:
    """Equation (1) with constants, and Maxout."""
    nodes = agree(Calls(LINES[name]).eval(), images(1, (6, 10)), tmp_path, program).nodes()
    assert sum(node["operator"] == "activation" for node in nodes.values()) == 1


@pytest.mark.parametrize("slopes", [1, 8])
def test_prelu_keeps_its_parameter(slopes: int, tmp_path: Path, program: Path) -> None:
    """One for each channel, or one for all."""
    network = Calls(lambda m, x: m.act(x), act=nn.PReLU(slopes))
    node = agree(network, images(1, (6, 10)), tmp_path, program).nodes()["act"]
    assert (node["negative_slope"], node["sharing"]) == ("network/act.weight", "all" if slopes == 1 else "channel")


@pytest.mark.parametrize("name", [*SHAPES, *SUMS, *WINDOWS])
def test_operators_agree(name: str, tmp_path: Path, program: Path) -> None:
    """Layouts, sums and products, windows."""
    function = (SHAPES | SUMS | WINDOWS)[name]
    agree(Calls(function, **PARTS.get(name, dict)()).eval(), images(1, (6, 10)), tmp_path, program)


def test_padding_goes_into_the_convolution(tmp_path: Path) -> None:
    """No node of its own: top, left, bottom, right."""
    network = Calls(WINDOWS["padded convolution"], **PARTS["padded convolution"]())
    nodes = exported(network, images(1, (6, 10)), tmp_path).nodes()
    assert nodes["plain"]["padding"] == [3, 2, 2, 1]
    assert len(nodes) == 3


REFUSED: dict[str, tuple[Callable[[nn.Module, Tensor], Tensor], str]] = {
    "operator": (lambda m, x: torch.sin(x), r"aten.sin is not covered.*test_operators.py:\d+: return self.function"),
    "softmax": (lambda m, x: x.softmax(1), "aten.softmax is not covered"),
    "positions": (lambda m, x: x + m.positions, "varies over positions"),
    "products": (lambda m, x: x.flatten(2) @ x.flatten(2).transpose(1, 2), "attention between positions"),
    "padded channels": (lambda m, x: F.pad(x, (0, 0, 0, 0, 1, 1), value=1.0), "pads channels with 1.0"),
    "cubic": (lambda m, x: F.interpolate(x, scale_factor=2, mode="bicubic"), "upsample_bicubic2d is not covered"),
    "weights": (lambda m, x: F.conv2d(x, x.mean((2, 3))[:, :, None, None].relu()), "vector times a constant matrix"),
    "logarithm": (lambda m, x: x.exp().log(), "is not covered"),
    "part in place": (lambda m, x: (x[:, :, :2].mul_(2), x)[1].relu(), "in place"),
    "double": (lambda m, x: x.double().relu(), "float64"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_covered_says_so(name: str, tmp_path: Path) -> None:
    """With the operator, the module and the line; and no file is left."""
    function, message = REFUSED[name]
    with pytest.raises(dyviz.ExportError, match=f"(?s){message}"):
        dyviz.export(Calls(function), tmp_path / "m.bin", images(1, (6, 10)), preprocessing=preprocessing())
    assert not list(tmp_path.iterdir())


def test_an_error_names_the_module(tmp_path: Path) -> None:
    """The path inside the network."""

    class Sine(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.sin(x)

    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Sequential(nn.ReLU(), Sine()))
    with pytest.raises(dyviz.ExportError, match=r'aten.sin is not covered: module "1.1" at .*return torch.sin\(x\)'):
        dyviz.export(network, tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
