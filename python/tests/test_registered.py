"""Modules that are called in any way: by keyword, with defaults, tuples and contexts; registered or not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import agree, images
from conftest import ROOT
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


def test_the_example_of_the_documentation_is_one_activation(
    tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """docs/from-pytorch.md: a form that is not found by itself, and is when it is registered."""
    page = (ROOT / "docs/from-pytorch.md").read_text(encoding="utf-8")
    example, registration = re.search(r"```python\n(class Bend.*?)(@dyviz.*?)```", page, re.DOTALL).groups()  # type: ignore[union-attr]
    names: dict[str, Any] = {"torch": torch, "nn": nn, "dyviz": dyviz}
    exec(example, names)  # noqa: S102
    network = randomised(Around(names["Bend"](8), lambda m, x, g: m(x)))
    assert "coefficients" not in str(agree(network, images(2, 12), tmp_path, program).nodes())
    monkeypatch.setitem(REGISTERED, names["Bend"], None)
    exec(registration, names)  # noqa: S102
    act = agree(network, images(2, 12), tmp_path, program).nodes()["act"]
    assert (act["functions"], act["coefficients"], act["sharing"]) == (2, "input", "channel")


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
