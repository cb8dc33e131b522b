"""Errors in registered functions say where: the module, the function's file and line, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import dyviz
import pytest
import torch
from comparing import images, preprocessing
from dyviz.dynamic import REGISTERED
from test_dynamic_relu import randomised
from test_registered import Around, Bend, Call, halves
from torch import Tensor, nn


def wrong_type(module: Bend, x: Tensor) -> object:
    return {"slopes": halves(module.theta(x.mean((2, 3))))}


def nothing(module: Bend, x: Tensor) -> None:
    module.theta(x.mean((2, 3)))


def four_values(module: Bend, x: Tensor) -> object:
    return module.theta(x.mean((2, 3))).unbind(1)


def no_tensors(module: Bend, x: Tensor) -> object:
    return [1.0, 0.0], [0.0, 0.0]


def other_intercepts(module: Bend, x: Tensor) -> object:
    return module.theta(x.mean((2, 3)))[:, 0::2], module.theta(x.mean((2, 3)))[:, 1]


def at_positions(module: Bend, x: Tensor) -> object:
    theta = module.theta(x.mean((2, 3)))[..., None, None] * x[:, :1, None]
    return theta[:, 0::2], theta[:, 1::2]


def channels_first(module: Bend, x: Tensor) -> object:
    return tuple(one.transpose(1, 2) for one in halves(module.theta(x.mean((2, 3)))))


def doubles(module: Bend, x: Tensor) -> object:
    return tuple(one.double() for one in halves(module.theta(x.mean((2, 3)))))


def many(module: Bend, x: Tensor) -> object:
    return tuple(one.repeat(1, 9, 1) for one in halves(module.theta(x.mean((2, 3)))))


def no_attention(module: Bend, x: Tensor) -> object:
    return *halves(module.theta(x.mean((2, 3)))), x.mean(1)


def small_attention(module: Bend, x: Tensor) -> object:
    return *halves(module.theta(x.mean((2, 3)))), dyviz.Attention(torch.zeros(1, 3, 1, 1))


def raises(module: Bend, x: Tensor) -> object:
    return halves(module.theta(x.mean((2, 3))).view(7, 7))


def misses(module: Bend, x: Tensor) -> object:
    return halves(module.no_such_layer(x))


def swapped(module: Bend, x: Tensor) -> object:
    return halves(module.theta(x.mean((2, 3))))[::-1]


def branches(module: Bend, x: Tensor) -> object:
    theta = module.theta(x.mean((2, 3)))
    return halves(theta if theta.sum() > -1e9 else -theta)


def refused(module: Bend, x: Tensor) -> object:
    theta = module.theta(x.mean((2, 3)))
    return halves(theta + 0 * torch.sin(theta))


def corner(module: Bend, x: Tensor) -> object:
    slopes, intercepts = halves(module.theta(x.mean((2, 3))))
    return slopes + 0 * x.flatten(2).sin()[:, None, :, 0], intercepts


def too_many_arguments(module: Bend, x: Tensor, other: Tensor, factor: float, more: int) -> object:
    return halves(module.theta(x.mean((2, 3))))


def constant(module: Bend, x: Tensor) -> object:
    return x.new_ones(1, 2, 8)


WRONG: dict[Callable[..., object], str] = {
    wrong_type: "returns a dict",
    nothing: "returns None",
    four_values: "returns 4 values",
    no_tensors: "returns a list as slopes",
    other_intercepts: r"shape \[1, 2, 8\] and \[1, 8\]",
    at_positions: r"shape \[1, 2, 8, 10, 10\].*the same at all positions",
    channels_first: r"shape \[1, 8, 2\] and \[1, 8, 2\] for x \[1, 8, 10, 10\]",
    doubles: "returns slopes as torch.float64",
    many: "K = 18 functions; 1 to 16",
    no_attention: "returns a Tensor as its third value, which is a dyviz.Attention",
    small_attention: r"weight is \[1, 3, 1, 1\], not \[1, 8, 1, 1\]",
    raises: r"raised RuntimeError: shape .*test_registered_errors.py:\d+: return halves\(module.theta\(x.mean\(\(2, 3\)\)\).view\(7, 7\)\)",
    misses: r"raised AttributeError.*test_registered_errors.py:\d+: return halves\(module.no_such_layer",
    swapped: r"differs from the module's own forward.*order of the last layer's rows",
    branches: "raised GuardOnDataDependentSymNode.*test_registered_errors.py:\\d+: return halves",
    refused: r"aten.sin is not covered: module \"act\" at .*test_registered_errors.py:\d+: return halves\(theta \+ 0",
    corner: r"aten.sin is not covered: module \"act\" at .*test_registered_errors.py:\d+: return slopes",
    too_many_arguments: "raised TypeError: .*missing 1 required positional argument: 'more'",
    constant: "differs from the module's own forward",
}


@pytest.mark.parametrize("function", WRONG)
def test_an_error_in_a_registered_function_says_where(
    function: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module's path, the function's file and line, and how such a function looks; and no file is left."""
    monkeypatch.setitem(REGISTERED, Bend, function)
    network = randomised(Around(Bend(8), lambda m, x, g: m(x)))
    with pytest.raises(dyviz.ExportError, match=f"(?s){WRONG[function]}") as caught:
        dyviz.export(network, tmp_path / "m.bin", images(1, 12), preprocessing=preprocessing())
    told, line = str(caught.value), function.__code__.co_firstlineno
    assert 'module "act"' in told and f"registered function {function.__name__} ({__file__}:{line})" in told
    assert "returns slopes and intercepts, each [N, K, C]" in told and not list(tmp_path.iterdir())
    assert not re.search(r"dyviz/\w+\.py", told), "names a line of the package"


class Static(nn.Module):
    """Registered though its slopes are constant."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.slopes = nn.Parameter(torch.rand(2, channels))

    def forward(self, x: Tensor) -> Tensor:
        return (x[:, None] * self.slopes[..., None, None]).amax(1)


def trained_slopes(module: Static, x: Tensor) -> Tensor:
    return module.slopes[None]


class Twofold(Bend):
    """Gives two tensors."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        return x, x


class Halved(Bend):
    """Gives another shape than any argument has."""

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        return self.bent(x, x.mean((2, 3)))[:, :, ::2]


@pytest.mark.parametrize(
    ("cls", "message"),
    [(Static, "constant coefficients"), (Twofold, "forward gives a tuple"), (Halved, r"no argument has the shape \[1, 8, 5, 10\]")],
)
def test_a_class_that_is_none_says_so(
    cls: type[nn.Module], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With module and function too."""
    monkeypatch.setitem(REGISTERED, cls, trained_slopes if cls is Static else lambda module, x: halves(module.theta(x.mean((2, 3)))))
    call: Call = lambda m, x, g: m(x) if cls is not Twofold else m(x)[0]  # noqa: E731
    with pytest.raises(dyviz.ExportError, match=f"(?s){message}") as caught:
        dyviz.export(randomised(Around(cls(8), call)), tmp_path / "m.bin", images(1, 12), preprocessing=preprocessing())
    assert 'module "act"' in str(caught.value) and "registered function" in str(caught.value)
