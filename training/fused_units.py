"""Convolution, BatchNorm and activation of MobileNetV2 in three passes forward and two backward, for training.

BatchNorm and the activation behind it are one piecewise linear function of the convolution's output z,
y = max_k(a_k z + b_k): K = 1 without activation, the lines 0 and BatchNorm's for ReLU, and lines for each image for
dynamic ReLU. Only z and the convolution's input are kept for the gradients. Shapes: x [N, I, H, W] and z
[N, C, H', W'], both channels last; lines [N, K, C], or [1, K, C] if all images share them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import torch
from activations import Maxout
from dyrelu import DyReLU
from fused_convolutions import convolve, convolve_back, kind_of
from fused_library import LANES, Gradient, Library, LineOptions
from mobilenetv2 import ConvUnit
from torch import Tensor, nn
from torch.nn import functional as F

MOST_FUNCTIONS = 3
plain_forward = ConvUnit.forward


def unit_forward(unit: ConvUnit, x: Tensor) -> Tensor:
    """`ConvUnit.forward`, fused where the unit and its mode allow it: [N, I, H, W] to [N, C, H', W']."""
    if not _can_fuse(unit, x):
        return plain_forward(unit, x)
    batch = _Batch(unit.norm)
    z, pooled = _ConvNorm.apply(x, unit.conv.weight, unit.norm.weight, unit.norm.bias, unit.conv, batch)
    act = unit.act
    if type(act) is DyReLU and act.functions <= MOST_FUNCTIONS:
        # Equations (2) and (3) need no more than the means over the positions.
        sigma = torch.sigmoid(act.fc2(F.relu(act.fc1(pooled))))
        return _Lines.apply(z, sigma, _attention(act, z, batch), batch, act)
    y = _Lines.apply(z, None, None, batch, RELU if isinstance(act, nn.ReLU) else IDENTITY)
    return y if act is None or isinstance(act, nn.ReLU) else act(y)


def _attention(act: DyReLU, z: Tensor, batch: _Batch) -> Tensor | None:
    """Equation (4), as `DyReLU.spatial_attention` of BatchNorm's result: pi [N, H' W'], or None."""
    if act.attention is None:
        return None
    logits = _Logits.apply(z, act.attention.weight, act.attention.bias, batch)
    scaled = act.gamma * logits.shape[1] * torch.softmax(logits / act.temperature, dim=1)
    return scaled.clamp(max=1)


def _can_fuse(unit: ConvUnit, x: Tensor) -> bool:
    """Whether it trains, in float32, with vectors' multiples of channels and BatchNorm as PyTorch makes it."""
    norm, conv = unit.norm, unit.conv
    if not unit.training or isinstance(unit.act, Maxout) or type(norm) is not nn.BatchNorm2d:
        return False
    usual = norm.training and norm.affine and norm.track_running_stats and norm.momentum is not None
    vectors = x.dtype == torch.float32 and x.shape[0] > 1 and conv.out_channels % LANES == 0
    return usual and vectors and conv.bias is None


@dataclass
class _Batch:
    """What a unit's functions share of one batch."""

    module: nn.BatchNorm2d
    norm: Tensor | None = None
    """[5, C], as in fused_terms.cpp."""
    lines: tuple[Tensor, Tensor] | None = None
    """a and b with BatchNorm's scale and shift, of z."""
    sums: tuple[Tensor, Tensor] | None = None
    """Over an image's positions, of the gradient of BatchNorm's result and of it times z - mean; [N, C]."""
    attention: tuple[Tensor, ...] | tuple[None, ...] = (None, None, None)
    """pi and the gradient of its logits [N, P], and the logits' weights of z [C]."""

    def measure(self, sums: Tensor, squares: Tensor, positions: int) -> tuple[Tensor, Tensor]:
        """Statistics from those of each image, [N, C]; the means of BatchNorm's result and of z - mean, [N, C]."""
        module, (images, channels) = self.module, sums.shape
        self.norm, pooled, centred = sums.new_empty(5, channels), torch.empty_like(sums), torch.empty_like(sums)
        parameters = (module.weight, module.bias, module.running_mean, module.running_var)
        results = (self.norm, pooled, centred, images, positions, channels)
        Library.call("normForward", sums, squares, *parameters, module.eps, module.momentum, *results)
        module.num_batches_tracked.add_(1)
        return pooled, centred


class _ConvNorm(torch.autograd.Function):
    """The convolution with BatchNorm's statistics; its gradient goes through the whole unit.

    `_Lines` hands its gradient on as it is, with what `_Batch` keeps: so the gradient of z need not be stored.
    """

    @staticmethod
    def forward(ctx, x, weight, gamma, beta, conv, batch):  # noqa: ANN001, ANN205
        """z, and the means over the positions of BatchNorm's result, [N, C]."""
        x = x.contiguous(memory_format=torch.channels_last)
        kind = kind_of(conv, x)
        z, sums, squares = convolve(kind, conv, x, weight)
        positions = z.shape[2] * z.shape[3]
        pooled, centred = batch.measure(sums, squares, positions)
        ctx.conv, ctx.batch, ctx.kind = conv, batch, kind
        ctx.save_for_backward(x, weight, z, centred)
        return z, pooled

    @staticmethod
    def backward(ctx, gradient, to_pooled):  # noqa: ANN001, ANN205
        """Gradients of x, the weight, gamma and beta."""
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        x, weight, z, centred = ctx.saved_tensors
        batch, (images, channels, height, width) = ctx.batch, z.shape
        to_gamma, to_beta, per_channel = z.new_empty(3, channels)
        per_image, to_pooled = torch.empty_like(centred), to_pooled.contiguous()
        results = (to_gamma, to_beta, per_image, per_channel, images, height * width, channels)
        Library.call("normBackward", *batch.sums, to_pooled, centred, batch.norm, *results)
        rows = _gradient(z, gradient, batch.lines, per_image, per_channel, *batch.attention)
        to_x, to_weight = convolve_back(ctx.kind, ctx.conv, rows, (x, weight, z), ctx.needs_input_grad[0])
        return to_x, to_weight, to_gamma, to_beta, None, None


class _Lines(torch.autograd.Function):
    """Equation (1) of BatchNorm's result, times pi; z, sigma [N, ...] of equation (3) or None, pi [N, P] or None."""

    @staticmethod
    def forward(ctx, z, sigma, attention, batch, act):  # noqa: ANN001, ANN205
        """y, like z."""
        sigma = None if sigma is None else sigma.contiguous()
        options = _options(act, sigma, z)
        shape = (options.images, options.functions, options.channels)
        batch.lines = z.new_empty(shape), z.new_empty(shape)
        Library.call("linesMake", options, batch.norm, *batch.lines)
        y = torch.empty_like(z)
        Library.call("linesForward", z, *batch.lines, attention, y, *_sizes(z, batch.lines))
        ctx.batch, ctx.act = batch, act
        ctx.save_for_backward(z, sigma, attention)
        return y

    @staticmethod
    def backward(ctx, gradient):  # noqa: ANN001, ANN205
        """The same gradient, for `_ConvNorm`, and those of sigma and pi."""
        (z, sigma, attention), batch = ctx.saved_tensors, ctx.batch
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        sizes = _sizes(z, batch.lines)
        images, _, channels, functions, _ = sizes
        sums = z.new_empty(2, images, functions, channels)
        to_attention = None if attention is None else torch.empty_like(attention)
        read, written = (z, gradient, *batch.lines, batch.norm, attention), (*sums, to_attention)
        Library.call("linesReduce", *read, *written, *sizes)
        to_sigma = None if sigma is None else torch.zeros_like(sigma)
        batch.sums = tuple(z.new_zeros(2, images, channels))
        # Detached: with its graph it would hold the batch, and the batch it, for ever.
        batch.attention = (None if attention is None else attention.detach(), None, None)
        options = _options(ctx.act, sigma, z)
        Library.call("linesTerms", options, batch.norm, *sums, to_sigma, *batch.sums, images)
        return gradient, to_sigma, to_attention, None, None


class _Logits(torch.autograd.Function):
    """The attention's 1x1 convolution of BatchNorm's result."""

    @staticmethod
    def forward(ctx, z, weight, bias, batch):  # noqa: ANN001, ANN205
        """[N, H' W']."""
        weight = weight.view(-1)
        _, _, scale, shift, _ = batch.norm
        logits, weights = z.new_empty(z.shape[0], z.shape[2] * z.shape[3]), weight * scale
        Library.call("logitsForward", z, weights, logits, logits.numel(), z.shape[1])
        ctx.batch = batch
        ctx.save_for_backward(z, weight, weights)
        return logits.add_(bias + weight @ shift)

    @staticmethod
    def backward(ctx, gradient):  # noqa: ANN001, ANN205
        """Gradients of weight and bias; the one of z is left to `_ConvNorm`."""
        (z, weight, weights), batch = ctx.saved_tensors, ctx.batch
        gradient = gradient.contiguous()
        to_scale = z.new_zeros(z.shape[:2])
        Library.call("logitsReduce", z, batch.norm, gradient, to_scale, *gradient.shape, z.shape[1])
        sums = gradient.sum(1)
        batch.sums[0].addcmul_(weight, sums[:, None])
        batch.sums[1].addcmul_(weight, to_scale)
        to_bias = sums.sum()
        to_weight = to_scale.sum(0) * batch.norm[2] + to_bias * batch.norm[4]
        # `_Lines` went before, and `_ConvNorm` follows.
        batch.attention = (batch.attention[0], gradient, weights)
        return None, to_weight.view(1, -1, 1, 1), to_bias.view(1), None


def _options(act: DyReLU | SimpleNamespace, sigma: Tensor | None, z: Tensor) -> LineOptions:
    """The structure; the caller keeps the tensors."""
    address = None if sigma is None else sigma.data_ptr()
    images, kinds = 1 if sigma is None else z.shape[0], 2 if act.has_intercepts else 1
    numbers = (act.lambda_a, act.lambda_b, images, act.functions, z.shape[1], act.shared, kinds)
    return LineOptions(address, act.alpha.data_ptr(), act.beta.data_ptr(), *numbers)


def _static(*slopes: float) -> SimpleNamespace:
    """Lines that all images share, with the names of `DyReLU`."""
    alpha, functions = torch.tensor(slopes), len(slopes)
    options = {"lambda_a": 0.0, "lambda_b": 0.0, "has_intercepts": False, "shared": 1, "functions": functions}
    return SimpleNamespace(alpha=alpha, beta=torch.zeros(functions), **options)


# At 0 the first line counts, and ReLU's gradient is 0.
RELU, IDENTITY = _static(0.0, 1.0), _static(1.0)


def _sizes(z: Tensor, lines: tuple[Tensor, Tensor]) -> tuple[int, ...]:
    """N, P, C, K and from one image's lines to the next's."""
    images, functions, channels = lines[0].shape
    step = functions * channels if images > 1 else 0
    return z.shape[0], z.shape[2] * z.shape[3], channels, functions, step


def _gradient(z: Tensor, gradient: Tensor, lines: tuple[Tensor, Tensor], *terms: Tensor | None) -> Gradient:
    """The structure; the caller keeps the tensors."""
    tensors = (z, gradient, *lines, *terms)
    return Gradient(*(None if t is None else t.data_ptr() for t in tensors), *_sizes(z, lines))
