"""Weights that follow from their names: a network's tensors need not be stored to be the same elsewhere.

`Tests/InferenceTests/DrawnWeights.swift` draws the same ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def fnv1a(name: str) -> int:
    """The FNV-1a hash of a name, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


def uniform(name: str, count: int) -> np.ndarray:
    """`count` numbers of -1 to below 1, multiples of 2^-23: SplitMix64 started at the name's hash."""
    with np.errstate(over="ignore"):
        steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
        bits = steps + np.uint64(fnv1a(name))
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        bits = bits ^ (bits >> np.uint64(31))
    return (bits >> np.uint64(40)).astype(np.float64) / (1 << 23) - 1


def spread(name: str, shape: Sequence[int], gain: float) -> tuple[float, float]:
    """The middle and the reach of a tensor's values, by its name and shape.

    They let slopes, intercepts and attentions vary; `gain` scales convolutions
    and classifiers, so that maps stay near 1 in a network.
    """
    if name.endswith("running_var"):
        return 1.0, 0.5
    if name.endswith("running_mean"):
        return 0.0, 0.25
    if len(shape) == 1:
        if name.endswith("act.weight"):
            return 0.25, 0.25
        return (0.75, 0.25) if name.endswith("weight") else (0.0, 0.25)
    fan_in = math.prod(shape[1:])
    if "attention" in name:
        return 0.0, math.sqrt(48 / fan_in)
    if ".fc" in name:
        return 0.0, math.sqrt(3 / fan_in)
    return 0.0, gain * math.sqrt(6 / fan_in)


def drawn(name: str, shape: Sequence[int], gain: float) -> Tensor:
    """The tensor of this name, in single precision."""
    middle, reach = spread(name, shape, gain)
    values = middle + reach * uniform(name, math.prod(shape))
    return torch.from_numpy(values.astype(np.float32)).reshape(tuple(shape))


@torch.no_grad()
def draw_weights(model: nn.Module, gain: float) -> None:
    """Gives every parameter and running statistic of `model` its drawn values."""
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            tensor.copy_(drawn(name, tensor.shape, gain))


def drawn_image(height: int, width: int, name: str = "input") -> Tensor:
    """[1, 3, height, width], drawn in the order of [height, width, 3]."""
    values = math.sqrt(3) * uniform(name, height * width * 3)
    image = torch.from_numpy(values.astype(np.float32)).reshape(1, height, width, 3)
    return image.permute(0, 3, 1, 2).contiguous()
