"""Dynamic ReLU (Chen et al., ECCV 2020): variants A, B and C as one module.

Shapes: N images, C channels, H x W positions, K linear functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Coefficients(NamedTuple):
    """Coefficients of one batch, as the hyper function gives them."""

    slopes: Tensor
    """a, [N, K, C]; [N, K, 1] for variant A."""
    intercepts: Tensor | None
    """b, shaped like the slopes; None if the module has no intercepts."""
    attention: Tensor | None
    """pi, [N, 1, H, W], for variant C; None for the others."""


class DyReLU(nn.Module):
    """y = max_k(a_k(x) x + b_k(x)), with a and b computed from the whole input.

    Variant "a" shares a and b over channels and positions, "b" over positions
    only, and "c" multiplies b's coefficients by a spatial attention.

    Args:
        channels: C, the number of channels of the input.
        functions: K, the number of linear functions.
        variant: "a", "b" or "c".
        reduction: R; the hidden layer has max(C // R, 1) units.
        intercepts: whether there are intercepts b; without them the hyper
            function gives slopes only, and beta and lambda_b do not count.
        alpha: initial slopes, K numbers; by default 1, 0, 0, ...
        beta: initial intercepts, K numbers; by default 0.
        lambda_a: range of the slopes' residual.
        lambda_b: range of the intercepts' residual.
        temperature: tau of the attention's softmax.
        gamma: the attention's scale is gamma * H * W.
    """

    elementwise: Callable[[Tensor, Coefficients], Tensor]
    """`piecewise_maximum`, or another form of it (see fused.py)."""
    alpha: Tensor
    beta: Tensor

    def __init__(
        self,
        channels: int,
        functions: int = 2,
        variant: str = "b",
        reduction: int = 8,
        intercepts: bool = True,
        alpha: Sequence[float] | None = None,
        beta: Sequence[float] | None = None,
        lambda_a: float = 1.0,
        lambda_b: float = 0.5,
        temperature: float = 10.0,
        gamma: float = 1 / 3,
    ) -> None:
        super().__init__()
        if variant not in ("a", "b", "c"):
            raise ValueError(f"variant must be a, b or c, not {variant!r}")
        self.channels, self.functions, self.variant = channels, functions, variant
        self.lambda_a, self.lambda_b = lambda_a, lambda_b
        self.temperature, self.gamma = temperature, gamma
        self.has_intercepts = intercepts
        # Buffers, but not saved: they are options of the graph, not weights.
        self.register_buffer("alpha", _initial(alpha, functions, first=1.0), persistent=False)
        self.register_buffer("beta", _initial(beta, functions, first=0.0), persistent=False)
        self.hidden = max(channels // reduction, 1)
        self.shared = 1 if variant == "a" else channels
        kinds = 2 if intercepts else 1
        self.fc1 = nn.Linear(channels, self.hidden)
        self.fc2 = nn.Linear(self.hidden, kinds * functions * self.shared)
        self.attention = nn.Conv2d(channels, 1, kernel_size=1) if variant == "c" else None
        # Small residuals at first: training starts next to alpha x + beta,
        # that is, with the defaults, next to ReLU.
        for layer in (self.fc2, self.attention):
            if layer is not None:
                nn.init.normal_(layer.weight, std=0.01)
                nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Equation (1): [N, C, H, W] to the same shape."""
        return self.elementwise(x, self.coefficients(x))

    def coefficients(self, x: Tensor) -> Coefficients:
        """Equations (2) and (3), and (4) for variant C, for x [N, C, H, W]."""
        # The sum, then a division: mean()'s gradient would be as large as x.
        pooled = x.sum(dim=(2, 3)) / (x.shape[2] * x.shape[3])
        hidden = F.relu(self.fc1(pooled))
        residual = 2 * torch.sigmoid(self.fc2(hidden)) - 1
        # Row order of equation (2): all slopes, then all intercepts; within
        # each the function k varies slowest and the channel fastest.
        residual = residual.view(x.shape[0], -1, self.functions, self.shared)
        slopes = self.alpha[:, None] + self.lambda_a * residual[:, 0]
        intercepts = None
        if self.has_intercepts:
            intercepts = self.beta[:, None] + self.lambda_b * residual[:, 1]
        return Coefficients(slopes, intercepts, self.spatial_attention(x))

    def spatial_attention(self, x: Tensor) -> Tensor | None:
        """Equation (4): pi [N, 1, H, W], or None for variants A and B."""
        if self.attention is None:
            return None
        n, _, height, width = x.shape
        # The 1x1 convolution as a product: much faster for one output channel.
        weight, bias = self.attention.weight.view(1, -1), self.attention.bias
        z = F.linear(x.permute(0, 2, 3, 1), weight, bias).reshape(n, height * width)
        scaled = self.gamma * height * width * torch.softmax(z / self.temperature, dim=1)
        return scaled.clamp(max=1).view(n, 1, height, width)


def largest_line(
    x: Tensor, coefficients: Coefficients, larger: Callable[[Tensor, Tensor], Tensor]
) -> Tensor:
    """Equation (1), times pi: pi > 0, so pi max(line) = max(pi line).

    x is [N, C, H, W], and so is the result; `larger` gives the elementwise
    maximum of two maps.
    """
    slopes, intercepts, attention = coefficients
    y = None
    for k in range(slopes.shape[1]):
        line = slopes[:, k, :, None, None] * x
        if intercepts is not None:
            line = line + intercepts[:, k, :, None, None]
        y = line if y is None else larger(y, line)
    assert y is not None
    return y if attention is None else y * attention


def piecewise_maximum(x: Tensor, coefficients: Coefficients) -> Tensor:
    """Equation (1) as training wants it."""
    # where() instead of maximum(): the same value, but its gradient
    # needs one mask and no handling of ties.
    return largest_line(x, coefficients, lambda y, line: torch.where(y >= line, y, line))


DyReLU.elementwise = staticmethod(piecewise_maximum)


def _initial(values: Sequence[float] | None, functions: int, first: float) -> Tensor:
    """The K initial values: those given, or `first` and zeros."""
    if functions < 1:
        raise ValueError("there must be at least one linear function")
    if values is None:
        values = [first] + [0.0] * (functions - 1)
    if len(values) != functions:
        raise ValueError(f"{len(values)} initial values for {functions} functions")
    return torch.tensor([float(value) for value in values])
