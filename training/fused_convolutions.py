"""The convolutions of fused_units.py: 1x1 and depthwise 3x3 in the library, others in PyTorch.

Shapes: x [N, I, H, W] and z [N, C, H', W'], both channels last.
"""

from __future__ import annotations

import torch
from fused_library import LANES, Gradient, Library
from torch import Tensor, nn


def kind_of(conv: nn.Conv2d, x: Tensor) -> str:
    """"pointwise" or "depthwise" if the library has it, else "other"."""
    if conv.in_channels % LANES or conv.dilation != (1, 1) or conv.padding_mode != "zeros":
        return "other"
    if conv.kernel_size == (1, 1) and conv.groups == 1 and conv.stride == (1, 1) and conv.padding == (0, 0):
        return "pointwise"
    depthwise = conv.groups == conv.in_channels == conv.out_channels
    even = x.shape[2] % 2 == 0 and x.shape[3] % 2 == 0
    strided = conv.stride == (1, 1) or (conv.stride == (2, 2) and even)
    fits = depthwise and strided and conv.kernel_size == (3, 3) and conv.padding == (1, 1)
    return "depthwise" if fits else "other"


def convolve(kind: str, conv: nn.Conv2d, x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """z, and the sums and centred squares over each image's positions, [N, C]."""
    (images, inputs, height, width), outputs = x.shape, conv.out_channels
    sums, squares = x.new_empty(images, outputs), x.new_empty(images, outputs)
    if kind == "other":
        z = torch.conv2d(x, weight, None, conv.stride, conv.padding, conv.dilation, conv.groups)
        z = z.contiguous(memory_format=torch.channels_last)
        Library.call("statistics", z, sums, squares, images, z.shape[2] * z.shape[3], outputs)
        return z, sums, squares
    stride = conv.stride[0]
    shape = (images, outputs, height // stride, width // stride)
    z = torch.empty(shape, memory_format=torch.channels_last)
    if kind == "pointwise":
        Library.call("pointwiseForward", x, weight, z, sums, squares, images, height * width, inputs, outputs)
    else:
        taps = weight.view(outputs, 9).t().contiguous()
        Library.call("depthwiseForward", x, taps, z, sums, squares, images, height, width, outputs, stride)
    return z, sums, squares


def convolve_back(
    kind: str, conv: nn.Conv2d, rows: Gradient, tensors: tuple[Tensor, Tensor, Tensor], to_input: bool
) -> tuple[Tensor | None, Tensor]:
    """Gradients of x, if `to_input`, and of the weight, like them; `tensors` are x, the weight and z."""
    x, weight, z = tensors
    if kind == "other":
        to_z = torch.empty_like(z)
        Library.call("linesBackward", rows, to_z)
        sizes = (conv.stride, conv.padding, conv.dilation, False, (0, 0), conv.groups)
        wanted = (to_input, True, False)
        return torch.ops.aten.convolution_backward(to_z, x, weight, None, *sizes, wanted)[:2]
    to_x = torch.empty_like(x)
    if kind == "pointwise":
        to_weight = torch.empty(weight.shape)
        Library.call("pointwiseBackward", rows, x, weight, to_x, to_weight, x.shape[1])
        return to_x, to_weight
    taps = weight.view(-1, 9).t().contiguous()
    to_taps = torch.empty_like(taps)
    Library.call("depthwiseBackward", rows, x, taps, to_x, to_taps, x.shape[2], x.shape[3], conv.stride[0])
    return to_x, to_taps.t().reshape(weight.shape)
