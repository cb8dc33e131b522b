"""Tensors of one number with the shape of another: constants, whatever the image."""

from __future__ import annotations

import torch
from torch import Tensor

from ..context import Call, Context, handles


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
