"""Normalisations by a map's own statistics, and softmax, as modules on maps [N, C, H, W]."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LayerNorm(nn.LayerNorm):
    """Over the channels of each position."""

    def forward(self, x: Tensor) -> Tensor:
        """To the same shape."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class RMSNorm(nn.RMSNorm):
    """The same with the mean square alone."""

    def forward(self, x: Tensor) -> Tensor:
        """To the same shape."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ResponseNorm(nn.Module):
    """ConvNeXt V2's global response normalisation (https://arxiv.org/abs/2301.00808, section 3)."""

    def __init__(self, channels: int, eps: float = 1e-6, adds_input: bool = True) -> None:
        super().__init__()
        self.eps, self.adds_input = eps, adds_input
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """To the same shape."""
        norms = x.square().sum(dim=(2, 3), keepdim=True).sqrt()
        y = x * norms / (norms.mean(dim=1, keepdim=True) + self.eps)
        y = self.weight[:, None, None] * y + self.bias[:, None, None]
        return x + y if self.adds_input else y


class Softmax(nn.Module):
    """Over positions, or over parts of the channels: all channels unless told."""

    def __init__(self, over: str, parts: int | None = None) -> None:
        super().__init__()
        self.over, self.parts = over, parts

    def forward(self, x: Tensor) -> Tensor:
        """To the same shape."""
        if self.over == "positions":
            return x.flatten(2).softmax(dim=2).view_as(x)
        parts = x.unflatten(1, (self.parts or x.shape[1], -1))
        return F.softmax(parts, dim=1).flatten(1, 2)


NORMALIZATIONS = (nn.LayerNorm, nn.RMSNorm, nn.GroupNorm, ResponseNorm)
