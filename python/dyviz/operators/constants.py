"""Tensors of one number with the shape of another, and numbers that are written over others."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..context import Call, Context, handles
from ..values import Value
from .arithmetic import affine


@handles("zeros_like")
def zeros_like(context: Context, call: Call) -> Tensor:
    """Zeros of a value's shape."""
    return torch.zeros(call["self"].shape)


@handles("ones_like")
def ones_like(context: Context, call: Call) -> Tensor:
    """Ones of a value's shape."""
    return torch.ones(call["self"].shape)


@handles("full_like")
def full_like(context: Context, call: Call) -> Tensor:
    """One number in a value's shape."""
    return torch.full(tuple(call["self"].shape), float(call["fill_value"]))


@handles("new_zeros")
def new_zeros(context: Context, call: Call) -> Tensor:
    """Zeros of a given shape."""
    return torch.zeros(tuple(call["size"]))


@handles("new_ones")
def new_ones(context: Context, call: Call) -> Tensor:
    """Ones of a given shape."""
    return torch.ones(tuple(call["size"]))


@handles("new_full")
def new_full(context: Context, call: Call) -> Tensor:
    """One number in a given shape."""
    return torch.full(tuple(call["size"]), float(call["fill_value"]))


@handles("copy")
def copy(context: Context, call: Call) -> Any:
    """`x[:, :2] = y`: y in x's shape."""
    shape, source = tuple(call["self"].shape), call["src"]
    if isinstance(source, Value):
        return source.laid_out(lambda places: places.expand(shape))
    return affine(context, call["self"], 0.0, source)


@handles("fill")
def fill(context: Context, call: Call) -> Value:
    """`x[:, :2] = 0.5`."""
    return affine(context, call["self"], 0.0, context.constant(call["value"], "number"))


@handles("zero")
def zero(context: Context, call: Call) -> Value:
    """`x[:, :2].zero_()`."""
    return affine(context, call["self"], 0.0, 0.0)
