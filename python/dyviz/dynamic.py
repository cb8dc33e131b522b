"""Dynamic ReLU modules: one operator in the traced program, whatever code computes it.

While a network is traced, the forward of each such module is replaced by two
steps: its coefficients function, whose operators are traced, and one
custom operator that stands for equation (1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from .errors import ExportError


class Attention(NamedTuple):
    """Spatial attention of variant C, equation (4): min(scale H W softmax(z / temperature), 1) for z = conv1x1(x)."""

    weight: Tensor
    """[1, C, 1, 1]."""
    bias: Tensor | None = None
    """[1]."""
    temperature: float = 10.0
    scale: float = 1 / 3


class Coefficients(NamedTuple):
    """What a coefficients function gives."""

    slopes: Tensor
    """a, [N, K, C], or [N, K, 1] if channels share them."""
    intercepts: Tensor | None = None
    """b, of the same shape; None for zeros."""
    attention: Attention | None = None


CoefficientsFunction = Callable[..., Any]
"""(module, *the forward's arguments) to `Coefficients` or a plain tuple of the same."""

REGISTERED: dict[type[nn.Module], CoefficientsFunction] = {}


def dynamic_relu(cls: type[nn.Module]) -> Callable[[CoefficientsFunction], CoefficientsFunction]:
    """Registers a function that gives the slopes and intercepts of a class of modules.

        @dyviz.dynamic_relu(MyDynamicReLU)
        def coefficients(module, x):
            theta = module.hyper(x.mean((2, 3))).view(len(x), 2, module.k, -1)
            return theta[:, 0], theta[:, 1]  # [N, K, C] each

    It is held against the module's own forward when a network is exported.
    """

    def register(function: CoefficientsFunction) -> CoefficientsFunction:
        REGISTERED[cls] = function
        return function

    return register


torch.library.define(
    "dyviz::dynamic_relu",
    "(Tensor x, Tensor slopes, Tensor? intercepts, Tensor? weight, Tensor? bias, float temperature, float scale) -> Tensor",
)


def piecewise_maximum(
    x: Tensor,
    slopes: Tensor,
    intercepts: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    temperature: float = 10.0,
    scale: float = 1 / 3,
) -> Tensor:
    """Equation (1), times the attention of equation (4) if there is one."""
    places = (..., *[None] * (x.ndim - 2))
    lines = slopes[places] * x[:, None]
    if intercepts is not None:
        lines = lines + intercepts[places]
    y = lines.amax(1)
    if weight is None:
        return y
    z = nn.functional.conv2d(x, weight, bias)
    pi = scale * x.shape[2] * x.shape[3] * (z.flatten(1) / temperature).softmax(1)
    return y * pi.clamp(max=1).view_as(z)


torch.library.impl("dyviz::dynamic_relu", "default")(piecewise_maximum)


@torch.library.register_fake("dyviz::dynamic_relu")
def _shape(x: Tensor, *_: Any) -> Tensor:
    return torch.empty_like(x)


def full(coefficients: Any) -> Coefficients:
    """A function's result as `Coefficients`."""
    if isinstance(coefficients, Tensor):
        return Coefficients(coefficients)
    return Coefficients(*coefficients)


def apply(x: Tensor, coefficients: Any) -> Tensor:
    """The operator on a function's result."""
    slopes, intercepts, attention = full(coefficients)
    attention = attention or Attention(None)  # type: ignore[arg-type]
    return torch.ops.dyviz.dynamic_relu(x, slopes, intercepts, *attention)


@dataclass(frozen=True)
class Recognised:
    """A module whose forward is Dynamic ReLU."""

    path: str
    module: nn.Module
    function: CoefficientsFunction


def activated(arguments: tuple[Any, ...]) -> Tensor:
    """x among a forward's arguments: the first; where that is a pair of context and x, the second of it."""
    first = arguments[0]
    return first[1] if isinstance(first, (list, tuple)) else first


@contextmanager
def replaced(modules: list[Recognised]) -> Iterator[None]:
    """Within, the modules' forwards are the two steps; afterwards they are what they were."""
    with ExitStack() as stack:
        for one in modules:
            stack.enter_context(_replaced(one))
        yield


def _replaced(one: Recognised) -> AbstractContextManager[None]:
    def forward(*arguments: Any, **options: Any) -> Tensor:
        x = activated(arguments)
        return apply(x, _checked(one, x, one.function(one.module, *arguments, **options)))

    return standing_in(one.module, forward)


@contextmanager
def standing_in(module: nn.Module, forward: Callable[..., Any]) -> Iterator[None]:
    """Within, a module's forward is another one."""
    previous = module.__dict__.get("forward")
    module.forward = forward  # type: ignore[method-assign]
    try:
        yield
    finally:
        del module.forward
        if previous is not None:
            module.forward = previous  # type: ignore[method-assign]


def _checked(one: Recognised, x: Tensor, result: Any) -> Coefficients:
    """The function's result if its shapes are right."""
    coefficients = full(result)
    slopes, intercepts = coefficients.slopes, coefficients.intercepts
    fits = slopes.ndim == 3 and slopes.shape[0] == x.shape[0] and slopes.shape[2] in (1, x.shape[1])
    if not fits or intercepts is not None and intercepts.shape != slopes.shape:
        shapes = [list(part.shape) for part in (slopes, intercepts) if part is not None]
        raise ExportError(
            f'module "{one.path}" ({type(one.module).__name__}): slopes and intercepts must be [N, K, C] or [N, K, 1] '
            f"for x {list(x.shape)}, not {' and '.join(map(str, shapes))}"
        )
    return coefficients
