"""The activations of the paper's tables, by name, as options of its networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from activations import HyperActivation, Maxout, squeeze_and_excitation
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


class SqueezeReLU(nn.Module):
    """Squeeze-and-excitation, then ReLU: a row of Table 5."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.squeeze = squeeze_and_excitation(channels, "sigmoid", max(channels // reduction, 1))

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, H, W] to the same shape."""
        return F.relu(self.squeeze(x))


@dataclass(frozen=True)
class Activation:
    """Which activation a network has, and its options."""

    name: str = "dyrelu-b"
    functions: int = 2
    reduction: int = 8
    intercepts: bool = True
    dynamic_functions: int | None = None
    alpha: Sequence[float] | None = None
    beta: Sequence[float] | None = None
    lambda_a: float = 1.0
    lambda_b: float = 0.5

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
        return self._dynamic(channels)

    def make_after_projection(self, channels: int) -> nn.Module | None:
        """A3: K = 1 (alpha 1, beta 0) if Dynamic ReLU, Maxout as elsewhere, else none."""
        if self.name == "maxout":
            return Maxout(self.functions)
        if not self.name.startswith("dyrelu"):
            return None
        affine = replace(self, functions=1, dynamic_functions=None, alpha=None, beta=None)
        return affine.make(channels)

    def make_for_vector(self, channels: int, usual: str) -> nn.Module:
        """Behind a fully connected layer, where Maxout leaves the usual one."""
        return Activation(usual).make(channels) if self.name == "maxout" else self.make(channels)

    def _dynamic(self, channels: int) -> DyReLU:
        options = {
            "functions": self.functions,
            "variant": self.name[-1],
            "reduction": self.reduction,
            "intercepts": self.intercepts,
            "alpha": self.alpha,
            "beta": self.beta,
            "lambda_a": self.lambda_a,
            "lambda_b": self.lambda_b,
        }
        if self.dynamic_functions is None:
            return DyReLU(channels, **options)  # type: ignore[arg-type]
        return HyperActivation(channels, dynamic=self.dynamic_functions, **options)
