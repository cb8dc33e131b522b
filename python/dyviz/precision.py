"""The yardstick: a module's own forward in double precision, and how near to it single precision is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

FACTOR = 5.0
"""How many times PyTorch's own error something that is right may be off, since roundings fall this way or that."""
LEAST = 1e-6
"""What may be off in any case, as a share of the largest value."""


class _Widening:
    """float64 for whatever is float32."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Tensor, Tensor]] = {}

    def __call__(self, value: Any) -> Any:
        if value is torch.float32:
            return torch.float64
        if not isinstance(value, Tensor) or value.dtype != torch.float32:
            return value
        # The same double each time, so that what a forward writes into a buffer is found there again.
        if id(value) not in self.known:
            self.known[id(value)] = value, value.double()
        return self.known[id(value)][1]


class _Mode:
    """Widens what is called within."""

    def __init__(self, wide: _Widening) -> None:
        super().__init__()
        self.wide = wide

    def call(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return function(*tree_map(self.wide, args), **tree_map(self.wide, kwargs or {}))


class _Functions(_Mode, TorchFunctionMode):
    """PyTorch's functions: some compare their arguments' types themselves."""

    __torch_function__ = _Mode.call


class _Operators(_Mode, TorchDispatchMode):
    """What is made below them."""

    __torch_dispatch__ = _Mode.call


@contextmanager
def doubled() -> Iterator[None]:
    """Within, PyTorch computes in double precision, wherever its numbers come from; modules stay as they are."""
    before, wide = torch.get_default_dtype(), _Widening()
    torch.set_default_dtype(torch.float64)
    try:
        with _Operators(wide), _Functions(wide):
            yield
    finally:
        torch.set_default_dtype(before)


def both(run: Callable[[], Any]) -> tuple[Any, Any]:
    """What a function gives in double precision and in single precision."""
    with torch.no_grad():
        with doubled():
            exact = run()
        return exact, run()


@dataclass(frozen=True)
class Error:
    """How far a tensor is from the one in double precision."""

    absolute: float
    """The largest difference of one element; infinite where only one of the two is a number."""
    relative: float
    """That, divided by the largest value of the yardstick."""

    def within(self, single: Error) -> bool:
        """Whether a result is right: about as near as PyTorch's single precision is."""
        return self.relative <= FACTOR * single.relative + LEAST


def error(got: Tensor, exact: Tensor, least: float = 0.0, overflows: bool = False) -> Error:
    """The largest error over all images [N, ...], relative to each image's own largest value.

    `least` is a magnitude below which values count as this large. With `overflows`, what is not finite is left out.
    """
    got, exact = got.double().flatten(1), exact.double().flatten(1)
    if not exact.numel():
        return Error(0.0, 0.0)
    same = (got == exact) | (got.isnan() & exact.isnan())
    if overflows:
        same |= ~got.isfinite()
    difference = torch.where(same, 0.0, (got - exact).abs()).nan_to_num(nan=torch.inf)
    largest = exact.abs().nan_to_num(nan=0.0, posinf=0.0).amax(1).clamp(min=max(least, 1e-300))
    return Error(float(difference.max()), float((difference.amax(1) / largest).max()))
