"""Activations of the model file beside DyReLU and PyTorch's own, as modules."""

from __future__ import annotations

from typing import Any

import torch
from dyrelu import Coefficients, DyReLU, piecewise_maximum
from torch import Tensor, nn
from torch.nn import functional as F

GATES = {
    "2*sigmoid-1": lambda z: 2 * torch.sigmoid(z) - 1,
    "2*hard_sigmoid-1": lambda z: 2 * F.hardsigmoid(z) - 1,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": F.hardsigmoid,
}
"""What maps a hyper function's second layer to residuals."""

CURVES: dict[str, Any] = {
    "hard_swish": nn.Hardswish,
    "hard_sigmoid": nn.Hardsigmoid,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "gelu_tanh": lambda: nn.GELU("tanh"),
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "mish": nn.Mish,
    "softplus": nn.Softplus,
}
"""Modules of the format's curves."""


def curve_scales(module: nn.Module) -> dict[str, float]:
    """The factors of a curve that is another one with factors."""
    match module:
        case nn.ELU() if module.alpha != 1:
            return {"negative_scale": module.alpha}
        case nn.CELU():
            return {"input_scale": 1 / module.alpha, "scale": module.alpha}
        case nn.SELU():
            return {"scale": 1.0507009873554805, "negative_scale": 1.6732632423543772}
        case nn.Softplus() if module.beta != 1:
            return {"input_scale": module.beta, "scale": 1 / module.beta}
    return {}


class Scaled(nn.Module):
    """A curve with factors, as a file describes it."""

    def __init__(self, curve: str, scales: dict[str, float]) -> None:
        super().__init__()
        self.curve, self.scales = CURVES[curve](), scales

    def forward(self, x: Tensor) -> Tensor:
        """To the same shape."""
        y = self.scales.get("scale", 1.0) * self.curve(self.scales.get("input_scale", 1.0) * x)
        return torch.where(x < 0, self.scales.get("negative_scale", 1.0) * y, y)


def curve_name(module: nn.Module) -> str | None:
    """The format's name of a curve; None for other modules."""
    if isinstance(module, nn.GELU):
        return "gelu_tanh" if module.approximate == "tanh" else "gelu"
    if isinstance(module, nn.CELU | nn.SELU):
        return "elu"
    kinds = {kind: name for name, kind in CURVES.items() if isinstance(kind, type)}
    return kinds.get(type(module))


class HyperActivation(DyReLU):
    """A dynamic ReLU with every option of the format.

    Args:
        gate: one of `GATES`.
        dynamic: how many functions are computed, the first ones; the others
            stay at alpha and beta.
        inner: a curve between the two layers in the place of ReLU.
        hidden: units of the hidden layer, where channels // R does not tell.
    """

    def __init__(
        self,
        channels: int,
        gate: str = "2*sigmoid-1",
        dynamic: int | None = None,
        inner: str | None = None,
        hidden: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(channels, **options)
        self.gate, self.inner = gate, inner
        self.dynamic = dynamic or self.functions
        if hidden is not None:
            self.hidden = hidden
            self.fc1 = nn.Linear(channels, hidden)
        kinds = 2 if self.has_intercepts else 1
        self.fc2 = nn.Linear(self.hidden, kinds * self.dynamic * self.shared)

    def coefficients(self, x: Tensor) -> Coefficients:
        """As the base's, in the same order of rows."""
        hidden = self.fc1(x.mean(dim=(2, 3)))
        hidden = F.relu(hidden) if self.inner is None else CURVES[self.inner]()(hidden)
        residual = GATES[self.gate](self.fc2(hidden))
        residual = residual.view(x.shape[0], -1, self.dynamic, self.shared)
        fixed = residual.new_zeros(x.shape[0], residual.shape[1], self.functions - self.dynamic, self.shared)
        residual = torch.cat([residual, fixed], dim=2)
        slopes = self.alpha[:, None] + self.lambda_a * residual[:, 0]
        intercepts = None
        if self.has_intercepts:
            intercepts = self.beta[:, None] + self.lambda_b * residual[:, 1]
        elif self.beta.any():
            intercepts = self.beta[:, None].expand_as(slopes)
        return Coefficients(slopes, intercepts, self.spatial_attention(x))


def squeeze_and_excitation(channels: int, gate: str, hidden: int) -> HyperActivation:
    """SE: each channel times its gate, a factor of 0 to 1."""
    return HyperActivation(
        channels, gate=gate, functions=1, alpha=[0.0], intercepts=False, hidden=hidden
    )


class Maxout(nn.Module):
    """The largest of K maps; who has it makes one convolution for each."""

    def __init__(self, functions: int) -> None:
        super().__init__()
        self.functions = functions

    def forward(self, *maps: Tensor) -> Tensor:
        """K maps [N, C, H, W] to one."""
        return torch.stack(maps).amax(dim=0)


class Given(nn.Module):
    """Equation (1) with coefficients that come as a second input."""

    def __init__(self, functions: int, shared: bool) -> None:
        super().__init__()
        self.functions, self.shared = functions, shared

    def coefficients(self, given: Tensor) -> Coefficients:
        """[N, 2 K M, ...] as slopes and intercepts."""
        rows = given.flatten(1).unflatten(1, (2, self.functions, -1))
        return Coefficients(rows[:, 0], rows[:, 1], None)

    def forward(self, x: Tensor, given: Tensor) -> Tensor:
        """To the shape of x [N, C, H, W]."""
        return piecewise_maximum(x, self.coefficients(given))
