"""Each operator that is covered, in small networks; and what is not covered says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dyviz
import pytest
import torch
from comparing import agree, exported, images, preprocessing
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
}
LINES: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "relu": lambda m, x: x.relu_(),
    "relu6": lambda m, x: F.relu6(x),
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
}


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
    "positions": (lambda m, x: x + m.positions, "varies over positions"),
    "products": (lambda m, x: x.flatten(2) @ x.flatten(2).transpose(1, 2), "attention between positions"),
    "reflection": (lambda m, x: F.pad(x, (1, 1, 1, 1), mode="reflect"), 'pads by "reflect"'),
    "parts": (lambda m, x: F.adaptive_avg_pool2d(x, 4), "equal size"),
    "elu": (lambda m, x: F.elu(x, 0.5), "alpha = 1"),
    "minimum": (lambda m, x: torch.minimum(x, x.relu()), "minimum"),
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
