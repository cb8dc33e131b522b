"""Changes in place reach every tensor that shares the memory, or are refused; weights that two nodes need stay theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dyviz
import pytest
import torch
from comparing import agree, images, preprocessing
from dynamic_relu_families import Interleaved
from test_operators import Calls
from torch import Tensor, nn
from torch.nn import functional as F

Function = Callable[[nn.Module, Tensor], Tensor]


def after(change: Callable[[Tensor], object], then: Callable[[Tensor], Tensor] = lambda x: x.mean((2, 3))) -> Function:
    """What becomes of x after a change."""

    def function(_: nn.Module, x: Tensor) -> Tensor:
        change(x)
        return then(x)

    return function


def earlier(view: Callable[[Tensor], Tensor], change: Callable[[Tensor], object], then: Callable[[Tensor], Tensor]) -> Function:
    """What becomes of a view that was made before x is changed."""

    def function(_: nn.Module, x: Tensor) -> Tensor:
        seen = view(x)
        change(x)
        return then(seen)

    return function


def assigned(x: Tensor) -> None:
    """Three ways to write over channels."""
    x[:, 0] = 0.5
    x[:, 2:4] = x[:, 4:6].tanh()
    x[:, 6:] += x[:, :2]


FOLLOWED: dict[str, Function] = {
    "chunk": after(lambda x: nn.ReLU(inplace=True)(x.chunk(2, 1)[0])),
    "split": after(lambda x: F.hardswish(x.split([3, 5], 1)[1], inplace=True)),
    "unbind": after(lambda x: x.unbind(1)[2].relu_()),
    "slice": after(lambda x: x[:, :2].mul_(2), lambda x: x.relu()),
    "sum into a slice": after(lambda x: x[:, 3:6].add_(x[:, :3]), lambda x: x.tanh()),
    "view": after(lambda x: x.view(1, 2, 4, 6, 10)[:, 1].clamp_(min=0)),
    "transpose": after(lambda x: x.transpose(1, 3)[..., 3].mul_(3)),
    "permute and flatten": after(lambda x: x.permute(0, 2, 3, 1).flatten(1, 2)[..., 1:4].sigmoid_()),
    "reshape that copies": after(lambda x: x.permute(0, 2, 3, 1).reshape(1, -1).mul_(2)),
    "squeeze": lambda m, x: (lambda v: (v.squeeze(3).squeeze(2).relu_(), x * v)[1])(x.mean((2, 3), keepdim=True)),
    "expand": earlier(lambda x: x[:, None].expand(1, 2, 8, 6, 10), lambda x: x.relu_(), lambda e: e.sum(1)),
    "earlier slice": earlier(lambda x: x[:, 2:6], lambda x: x.relu_(), lambda e: e + 1),
    "overlapping slices": earlier(lambda x: x[:, 2:6], lambda x: x[:, :4].relu_(), lambda e: e + 1),
    "dropout": after(lambda x: F.dropout(x, 0.5, False).relu_()),
    "out": after(lambda x: torch.add(x, 1, out=x), lambda x: x.tanh()),
    "assignments": after(assigned, lambda x: x.tanh()),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_change_in_place_reaches_all_views(name: str, tmp_path: Path, program: Path) -> None:
    """Whatever made them, before or after the change."""
    agree(Calls(FOLLOWED[name]).eval(), images(1, (6, 10)), tmp_path, program)


REFUSED: dict[str, tuple[Function, str]] = {
    "rows": (after(lambda x: x[:, :, :2].mul_(2)), "changes a part of a tensor in place"),
    "positions": (after(lambda x: x[:, :, 0].fill_(0)), "aten.fill_"),
    "every second": (after(lambda x: x[..., ::2].relu_()), "changes a part of a tensor in place"),
    "part of a constant": (
        lambda m, x: (lambda w: (w[:, :4].copy_(x[:, :4]), w)[1])(torch.zeros_like(x)), "changes a part of a tensor"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_followed_is_refused(name: str, tmp_path: Path) -> None:
    """With module and line."""
    function, message = REFUSED[name]
    with pytest.raises(dyviz.ExportError, match=rf"(?s){message}|outermost module at .*test_in_place.py:\d+.*{message}"):
        dyviz.export(Calls(function), tmp_path / "m.bin", images(1, (6, 10)), preprocessing=preprocessing())
    assert not list(tmp_path.iterdir())


def test_export_and_verify_leave_buffers_alone(tmp_path: Path, program: Path) -> None:
    """Also one that the forward changes."""
    network = Calls(lambda m, x: (m.scale.add_(1), x * m.scale)[1]).eval()
    before, path, x = network.scale.clone(), tmp_path / "m.bin", images(1, (6, 10))
    dyviz.export(network, path, x, preprocessing=preprocessing())
    assert dyviz.verify(network, path, x, binary=program).passed
    assert torch.equal(network.scale, before)


def coefficients(m: nn.Module, x: Tensor) -> tuple[Tensor, ...]:
    """Two vectors of one hyper layer."""
    vector = m.fc2(m.fc1(x.mean((2, 3))).relu()).sigmoid()
    return vector[..., None, None].chunk(2, 1)


HYPER: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "two slopes": lambda x, a, b: (x * b).tanh() + (x * a).relu(),
    "slope and intercept": lambda x, a, b: x * a + b,
    "another map": lambda x, a, b: x * a + x.tanh() * b,
}


@pytest.mark.parametrize("name", HYPER)
def test_two_values_of_one_hyper_layer(name: str, tmp_path: Path, program: Path) -> None:
    """The activation that takes some rows of a layer leaves the others to whoever needs them."""
    torch.manual_seed(0)
    network = Calls(
        lambda m, x: HYPER[name](x, *coefficients(m, x)), fc1=nn.Linear(8, 4), fc2=nn.Linear(4, 16)
    ).eval()
    file = agree(network, images(1, (6, 10)), tmp_path, program)
    assert any("hyper" in node for node in file.nodes().values())


SCALED: dict[str, Callable[[Tensor], Tensor]] = {
    "bilinear": lambda x: F.interpolate(x, scale_factor=2.1, mode="bilinear"),
    "nearest": lambda x: F.interpolate(x, scale_factor=3.3),
    "exact": lambda x: F.interpolate(x, scale_factor=1.3, mode="nearest-exact"),
    "one side": lambda x: F.interpolate(x, scale_factor=(2, 2.4)),
}


@pytest.mark.parametrize("name", SCALED)
def test_sizes_that_are_rounded_agree(name: str, tmp_path: Path, program: Path) -> None:
    """PyTorch samples with 1 / scale there."""
    network = Calls(lambda m, x: SCALED[name](F.avg_pool2d(x, 2))).eval()
    nodes = agree(network, images(1, 6), tmp_path, program).nodes()
    assert any(node.get("step") for node in nodes.values())


ROUNDED: dict[str, Callable[[Tensor], Tensor]] = {
    "doubled": lambda x: F.interpolate(x, scale_factor=(2, 2.2)),
    "recomputed": lambda x: F.interpolate(x, scale_factor=2.1, mode="bilinear", recompute_scale_factor=True),
    "corners": lambda x: F.interpolate(x, scale_factor=2.1, mode="bilinear", align_corners=True),
    "exact": lambda x: F.interpolate(x, scale_factor=3.0, mode="nearest-exact"),
}


@pytest.mark.parametrize("name", ROUNDED)
def test_factors_that_pytorch_takes_from_the_sizes_agree(name: str, tmp_path: Path, program: Path) -> None:
    """Rounding the size does no harm then."""
    agree(Calls(lambda m, x: ROUNDED[name](F.avg_pool2d(x, 2))).eval(), images(1, 6), tmp_path, program)


def test_the_example_is_left_alone(tmp_path: Path) -> None:
    """By a network that changes its input, too; Dynamic ReLU or not."""
    network = nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(3, 12, 3), Interleaved(12)).eval()
    x = images(1, 8)
    dyviz.export(network, tmp_path / "m.bin", x, preprocessing=preprocessing())
    assert torch.equal(x, images(1, 8))
