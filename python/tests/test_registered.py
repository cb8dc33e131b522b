"""Classes that are registered: called in any way, held against their forward, and errors that say where."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import agree, images, preprocessing
from dyviz.dynamic import REGISTERED
from test_dynamic_relu import randomised
from torch import Tensor, nn
from torch.nn import functional as F


class Excitation(nn.Module):
    """Squeeze-and-excitation."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(channels, 4), nn.Linear(4, channels)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.up(self.down(x.mean((2, 3))).relu()).sigmoid()[..., None, None]


class Bend(nn.Module):
    """Dynamic ReLU of a hyper function that is no known one, with a context or its own mean."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layer = nn.Linear(channels, 4 * channels)

    def theta(self, context: Tensor) -> Tensor:
        return (self.layer(context) ** 3).tanh().view(len(context), 4, -1)

    def bent(self, x: Tensor, context: Tensor) -> Tensor:
        a, b, c, d = self.theta(context)[..., None, None].unbind(1)
        return torch.maximum(x * a + b, c * x + d)

    def forward(self, x: Tensor, context: Tensor | None = None, factor: float = 1.0) -> Tensor:
        return factor * self.bent(x, x.mean((2, 3)) if context is None else context)


class First(Bend):
    """The context comes first."""

    def forward(self, context: Tensor, x: Tensor) -> Tensor:  # type: ignore[override]
        return self.bent(x, context)


class Pair(Bend):
    """x and the context in a tuple."""

    def forward(self, inputs: tuple[Tensor, Tensor]) -> Tensor:  # type: ignore[override]
        x, context = inputs
        return self.bent(x, context)


class Triple(Bend):
    """The context is the first of several tensors."""

    def forward(self, x: Tensor, g: tuple[Tensor, Tensor, Tensor]) -> Tensor:  # type: ignore[override]
        return self.bent(x, g[0])


class Named(Bend):
    """Arguments by keyword alone."""

    def forward(self, *, g: dict[str, Tensor], x: Tensor) -> Tensor:  # type: ignore[override]
        return self.bent(x, g["context"])


def halves(theta: Tensor) -> tuple[Tensor, Tensor]:
    """Slopes and intercepts."""
    return theta[:, 0::2], theta[:, 1::2]


Call = Callable[[nn.Module, Tensor, Tensor], Tensor]
CALLS: dict[str, tuple[type[nn.Module], Call, Callable[..., Any]]] = {
    "by position": (Bend, lambda m, x, g: m(x), lambda module, x: halves(module.theta(x.mean((2, 3))))),
    "by keyword": (Bend, lambda m, x, g: m(x=x), lambda module, x: halves(module.theta(x.mean((2, 3))))),
    "another name": (Bend, lambda m, x, g: m(x=x), lambda module, y, *_: halves(module.theta(y.mean((2, 3))))),
    "context by keyword": (Bend, lambda m, x, g: m(context=g, x=x), lambda module, x, context: halves(module.theta(context))),
    "in another order": (Bend, lambda m, x, g: m(x, g), lambda module, context, x: halves(module.theta(context))),
    "a default": (
        Bend, lambda m, x, g: m(x, g, factor=2.0),
        lambda module, x, context, factor=1.0: [factor * one for one in halves(module.theta(context))],
    ),
    "a default left out": (
        Bend, lambda m, x, g: m(x, g),
        lambda module, x, context, factor: [factor * one for one in halves(module.theta(context))],
    ),
    "context first": (First, lambda m, x, g: m(g, x), lambda module, context, x: halves(module.theta(context))),
    "a pair": (Pair, lambda m, x, g: m((x, g)), lambda module, inputs: halves(module.theta(inputs[1]))),
    "a list by keyword": (Pair, lambda m, x, g: m(inputs=[x, g]), lambda module, inputs: halves(module.theta(inputs[1]))),
    "three contexts": (Triple, lambda m, x, g: m(x, (g, g + 1, x.mean(3))), lambda module, x, g: halves(module.theta(g[0]))),
    "a dictionary": (Named, lambda m, x, g: m(x=x, g={"context": g}), lambda module, x, g: halves(module.theta(g["context"]))),
    "twice": (Bend, lambda m, x, g: m(m(x), context=g), lambda module, x, context: halves(
        module.theta(x.mean((2, 3)) if context is None else context))),
}  # fmt: skip


class Around(nn.Module):
    """A convolution, and the call of a module."""

    def __init__(self, module: nn.Module, call: Call) -> None:
        super().__init__()
        self.conv, self.act, self.call = nn.Conv2d(3, 8, 3), module, call

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return self.call(self.act, x, F.hardswish(x.amax((2, 3)))).mean((2, 3))


@pytest.mark.parametrize("name", CALLS)
def test_a_registered_class_may_be_called_in_any_way(
    name: str, tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keywords, defaults, tuples, and contexts in any position."""
    cls, call, function = CALLS[name]
    monkeypatch.setitem(REGISTERED, cls, function)
    nodes = agree(randomised(Around(cls(8), call)), images(2, 12), tmp_path, program).nodes()
    acts = [node for node in nodes.values() if node.get("coefficients") == "input"]
    assert [node["name"] for node in acts] == (["act", "act_2"] if name == "twice" else ["act"])


KEYWORDS: dict[str, Call] = {
    "by keyword": lambda m, x, g: m(x=x),
    "by position": lambda m, x, g: m(x),
}


@pytest.mark.parametrize("name", KEYWORDS)
@pytest.mark.parametrize("make", [Excitation, families.Interleaved, families.Head, families.Detector])
def test_a_class_that_is_not_registered_may_be_called_in_any_way(
    make: Callable[[int], nn.Module], name: str, tmp_path: Path, program: Path
) -> None:
    """By keyword too, squeeze-and-excitation and Dynamic ReLU."""
    nodes = agree(randomised(Around(make(8), KEYWORDS[name])), images(2, 12), tmp_path, program).nodes()
    assert nodes["act"]["functions"] == (1 if make is Excitation else 2) and "hyper" in nodes["act"]


class DyReLUTuple(families.Contextual):
    """As EfficientAT has it: the context is the first of three."""

    def forward(self, x: Tensor, g: tuple[Tensor, ...]) -> Tensor:  # type: ignore[override]
        h_c, _, _ = g
        return super().forward(x, h_c.flatten(1))


class ContextBlock(nn.Module):
    """The context is computed from the rows and columns of the block's input, and given to the activation as a tuple."""

    def __init__(self, m: int) -> None:
        super().__init__()
        self.joint, self.norm, self.exp = nn.Conv2d(3, 6, 1), nn.BatchNorm2d(6), nn.Conv2d(3, 12, 1)
        self.depth_act = DyReLUTuple(12, 6, m)

    def forward(self, x: Tensor) -> Tensor:
        rows, columns = F.adaptive_avg_pool2d(x, (None, 1)), F.adaptive_avg_pool2d(x, (1, None)).permute(0, 1, 3, 2)
        g_cf, g_ct = (F.hardswish(self.norm(self.joint(one))) for one in (rows, columns))
        h_c = (g_cf.mean(2, keepdim=True) + g_ct.mean(2, keepdim=True)) / 2
        return self.depth_act(self.exp(x), (h_c, g_cf, g_ct)).mean((2, 3))


def test_the_context_may_be_one_of_a_tuple(tmp_path: Path, program: Path) -> None:
    """And is recognised without registering."""
    act = agree(randomised(ContextBlock(2)), images(2, 12), tmp_path, program).nodes()["depth_act"]
    assert (act["functions"], act["coefficients"], act["sharing"]) == (2, "input", "channel")


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
    return slopes + 0 * x.flatten(2).softmax(2)[:, None, :, 0], intercepts


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
    raises: r"raised RuntimeError: shape .*test_registered.py:\d+: return halves\(module.theta\(x.mean\(\(2, 3\)\)\).view\(7, 7\)\)",
    misses: r"raised AttributeError.*test_registered.py:\d+: return halves\(module.no_such_layer",
    swapped: r"differs from the module's own forward.*order of the last layer's rows",
    branches: "raised GuardOnDataDependentSymNode.*test_registered.py:\\d+: return halves",
    refused: r"aten.sin is not covered: module \"act\" at .*test_registered.py:\d+: return halves\(theta \+ 0",
    corner: r"aten.softmax is not covered: module \"act\" at .*test_registered.py:\d+: return slopes",
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
