"""A convolution whose kernel is a mixture of K kernels, with shares that are computed for each image."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class MixedConv2d(nn.Module):
    """Kernels [K, out, in / groups, height, width] and, if there are any, biases [K, out]."""

    def __init__(self, weight: Tensor, bias: Tensor | None, stride: int = 1, padding: int = 0, groups: int = 1) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.bias = None if bias is None else nn.Parameter(bias)
        self.stride, self.padding, self.groups = stride, padding, groups

    def forward(self, x: Tensor, shares: Tensor) -> Tensor:
        """[N, in, H, W] and shares [N, K] or [N, K, 1, 1] to [N, out, H', W']."""
        results = []
        for image, share in zip(x, shares.flatten(1), strict=True):
            kernel = torch.einsum("k,k...->...", share, self.weight)
            bias = None if self.bias is None else share @ self.bias
            results.append(F.conv2d(image[None], kernel, bias, self.stride, self.padding, 1, self.groups))
        return torch.cat(results)
