"""Fast training on a CPU: dynamic ReLU's elementwise part, and MobileNetV2's units as a whole.

`enable()` compiles fused*.cpp with the system's C++ compiler, checks it against the PyTorch form and lets every
`DyReLU` and, in training mode, every `ConvUnit` use it. Nothing but speed changes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import torch
from dyrelu import Coefficients, DyReLU, piecewise_maximum
from fused_library import Library
from fused_units import plain_forward, unit_forward
from mobilenetv2 import ConvUnit
from torch import Tensor, nn


def enable() -> None:
    """Compiles, checks and switches on, for models made before or after; raises if any of these fails."""
    Library.compile()
    _check()
    DyReLU.elementwise = staticmethod(fused_maximum)
    _check_units()
    # In the class, so that the modules and their names stay as they are.
    ConvUnit.forward = unit_forward  # type: ignore[method-assign]


def fused_maximum(x: Tensor, coefficients: Coefficients) -> Tensor:
    """Equation (1) times pi, as `piecewise_maximum`, in one pass."""
    slopes, intercepts, attention = coefficients
    shape = (x.shape[0], slopes.shape[1], x.shape[1])
    slopes = slopes.expand(shape)
    intercepts = torch.zeros_like(slopes) if intercepts is None else intercepts.expand(shape)
    return _Fused.apply(x, slopes, intercepts, attention)


class _Fused(torch.autograd.Function):
    """x [N, C, H, W], a and b [N, K, C], pi [N, 1, H, W] or None."""

    @staticmethod
    def forward(ctx, x, slopes, intercepts, attention):  # noqa: ANN001, ANN205
        """y, like x; saves what the gradient needs."""
        x = x.contiguous(memory_format=torch.channels_last)
        slopes, intercepts = slopes.contiguous(), intercepts.contiguous()
        attention = None if attention is None else attention.contiguous()
        y = torch.empty_like(x)
        tensors = (x, slopes, intercepts, attention, y)
        _call("dyreluForward", tensors, x, slopes)
        ctx.save_for_backward(x, slopes, intercepts, attention)
        return y

    @staticmethod
    def backward(ctx, gradient):  # noqa: ANN001, ANN205
        """Gradients of x, a, b and pi, shaped like them."""
        x, slopes, intercepts, attention = ctx.saved_tensors
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        results = tuple(
            None if tensor is None else torch.empty_like(tensor)
            for tensor in (x, slopes, intercepts, attention)
        )
        tensors = (x, gradient, slopes, intercepts, attention, *results)
        _call("dyreluBackward", tensors, x, slopes)
        return results


def _call(function: str, tensors: tuple[Tensor | None, ...], x: Tensor, slopes: Tensor) -> None:
    """Calls into the library with the tensors and the sizes."""
    n, channels, height, width = x.shape
    sizes = (n, height * width, channels, slopes.shape[1])
    if x.dtype != torch.float32 or Library.call(function, *tensors, *sizes):
        raise ValueError("the fused form takes float32 and one to three functions")


def _check() -> None:
    """Compares output and gradients with the PyTorch form, every combination."""
    for variant in "abc":
        for functions in (1, 2, 3):
            for intercepts in (False, True):
                torch_form, fused_form = (
                    _results(form, variant, functions, intercepts)
                    for form in (piecewise_maximum, fused_maximum)
                )
                for one, other in zip(torch_form, fused_form, strict=True):
                    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def _results(form, variant: str, functions: int, intercepts: bool) -> list[Tensor]:  # noqa: ANN001
    """Output and all gradients of one small example."""
    generator = torch.Generator().manual_seed(0)

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator).requires_grad_()

    x = random(2, 19, 3, 5)
    shape = (2, functions, 1 if variant == "a" else 19)
    slopes, b, pi = random(*shape), random(*shape), random(2, 1, 3, 5)
    inputs = [x, slopes] + [b] * intercepts + [pi] * (variant == "c")
    chosen = Coefficients(slopes, b if intercepts else None, pi if variant == "c" else None)
    y = form(x, chosen)
    return [y, *torch.autograd.grad((y * y).sum(), inputs)]


def _check_units() -> None:
    """Compares output, gradients and running statistics of units with PyTorch's."""
    torch_form, fused_form = plain_forward, unit_forward
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for unit in _units():
            for one, other in zip(*(_unit_results(form, unit) for form in (torch_form, fused_form)), strict=True):
                torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-5)


def _units() -> Iterator[ConvUnit]:
    """Every kind of convolution with every kind of activation."""
    makers: list[Callable[[int], nn.Module | None]] = [lambda _: None, lambda _: nn.ReLU()]
    for variant in "abc":
        for functions, intercepts in ((1, True), (2, True), (3, False)):
            makers.append(
                lambda c, v=variant, k=functions, b=intercepts: DyReLU(c, k, v, 4, b)  # type: ignore[misc]
            )
    for make in makers:
        yield ConvUnit(3, 16, 3, make(16), stride=2)
        yield ConvUnit(8, 40, 1, make(40))
        yield ConvUnit(40, 24, 1, make(24))
        yield ConvUnit(24, 24, 3, make(24), groups=24)
        yield ConvUnit(24, 24, 3, make(24), stride=2, groups=24)


def _unit_results(form: Callable[[ConvUnit, Tensor], Tensor], unit: ConvUnit) -> list[Tensor]:
    """Output, gradients of input and parameters, and buffers after one batch."""
    unit = copy.deepcopy(unit).to(memory_format=torch.channels_last)
    generator = torch.Generator().manual_seed(1)
    for parameter in unit.parameters():
        # Away from where BatchNorm and the hyper function start.
        parameter.data += 0.3 * torch.randn(parameter.shape, generator=generator)
    convolution = unit.conv
    assert isinstance(convolution, nn.Conv2d)
    x = torch.randn(3, convolution.in_channels, 6, 10, generator=generator).requires_grad_()
    y = form(unit, x)
    weights = torch.randn(y.shape, generator=generator)
    gradients = torch.autograd.grad((y * weights).sum(), [x, *unit.parameters()])
    return [y.detach(), *gradients, *unit.buffers()]
