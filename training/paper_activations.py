"""The activations of the paper's tables, by name, as options of its networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from activations import HyperActivation
from dyrelu import DyReLU
from torch import Tensor, nn
from torch.nn import functional as F

ACTIVATIONS = (
    "relu",
    "relu6",
    "h-swish",
    "leaky-relu",
    "rrelu",
    "prelu",
    "se+relu",
    "maxout",
    "dyrelu-a",
    "dyrelu-b",
    "dyrelu-c",
)
PLAIN = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "h-swish": nn.Hardswish,
    "leaky-relu": nn.LeakyReLU,
    "rrelu": nn.RReLU,
}


class SqueezeExcite(nn.Module):
    """x times a factor of 0 to 1 for each channel, computed from the means of x."""

    def __init__(self, channels: int, hidden: int, hard: bool = False) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, hidden)
        self.fc2 = nn.Linear(hidden, channels)
        self.gate = F.hardsigmoid if hard else torch.sigmoid

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, H, W] to the same shape."""
        factors = self.gate(self.fc2(F.relu(self.fc1(x.mean(dim=(2, 3))))))
        return x * factors[:, :, None, None]


class SqueezeReLU(nn.Module):
    """Squeeze-and-excitation, then ReLU: a row of Table 5."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.squeeze = SqueezeExcite(channels, max(channels // reduction, 1))

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, H, W] to the same shape."""
        return F.relu(self.squeeze(x))


class Maxout(nn.Module):
    """The largest of K maps; a unit that has it makes one convolution for each."""

    def __init__(self, functions: int) -> None:
        super().__init__()
        self.functions = functions

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """K maps [N, C, H, W] to one."""
        return torch.stack(list(maps)).amax(dim=0)


@dataclass(frozen=True)
class Activation:
    """Which activation a network has, and its options."""

    name: str = "dyrelu-b"
    functions: int = 2
    reduction: int = 8
    intercepts: bool = True
    dynamic_functions: int | None = None

    def __post_init__(self) -> None:
        if self.name not in ACTIVATIONS:
            raise ValueError(f"unknown activation {self.name!r}")

    @property
    def is_dynamic(self) -> bool:
        """Whether something is computed from the input."""
        return self.name.startswith("dyrelu") or self.name == "se+relu"

    def make(self, channels: int) -> nn.Module:
        """The activation where a network usually has one."""
        if self.name in PLAIN:
            return PLAIN[self.name]()
        if self.name == "prelu":
            return nn.PReLU(channels)
        if self.name == "se+relu":
            return SqueezeReLU(channels, self.reduction)
        if self.name == "maxout":
            return Maxout(self.functions)
        return self._dynamic(channels, self.functions, self.dynamic_functions)

    def make_after_projection(self, channels: int) -> nn.Module | None:
        """A3: K = 1 (alpha 1, beta 0) if Dynamic ReLU, Maxout as elsewhere, else none."""
        if self.name == "maxout":
            return Maxout(self.functions)
        return self._dynamic(channels, 1, None) if self.name.startswith("dyrelu") else None

    def make_for_vector(self, channels: int, usual: str) -> nn.Module:
        """Behind a fully connected layer, where Maxout leaves the usual one."""
        return Activation(usual).make(channels) if self.name == "maxout" else self.make(channels)

    def _dynamic(self, channels: int, functions: int, dynamic_functions: int | None) -> DyReLU:
        options = {
            "functions": functions,
            "variant": self.name[-1],
            "reduction": self.reduction,
            "intercepts": self.intercepts,
        }
        if dynamic_functions is None:
            return DyReLU(channels, **options)  # type: ignore[arg-type]
        return HyperActivation(channels, dynamic=dynamic_functions, **options)
