"""Fast elementwise part of dynamic ReLU for training on a CPU.

`enable()` compiles fused.cpp with the system's C++ compiler, checks it against
the PyTorch form and lets every `DyReLU` use it. Nothing but speed changes.
"""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import tempfile
from pathlib import Path

import torch
from dyrelu import Coefficients, DyReLU, piecewise_maximum
from torch import Tensor

SOURCE = Path(__file__).with_name("fused.cpp")
FLAGS = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-std=c++17"]
if platform.machine() == "x86_64":
    # GCC takes half of AVX-512's width otherwise.
    FLAGS.append("-mprefer-vector-width=512")


def enable() -> None:
    """Compiles, checks and switches on; raises if any of these fails."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "fused.so"
        compiler = os.environ.get("CXX", "c++")
        subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", str(library)], check=True)
        _Fused.library = ctypes.CDLL(str(library))
    _check()
    DyReLU.elementwise = staticmethod(fused_maximum)


def fused_maximum(x: Tensor, coefficients: Coefficients) -> Tensor:
    """Equation (1) times pi, as `piecewise_maximum`, in one pass."""
    slopes, intercepts, attention = coefficients
    shape = (x.shape[0], slopes.shape[1], x.shape[1])
    slopes = slopes.expand(shape)
    intercepts = torch.zeros_like(slopes) if intercepts is None else intercepts.expand(shape)
    return _Fused.apply(x, slopes, intercepts, attention)


class _Fused(torch.autograd.Function):
    """x [N, C, H, W], a and b [N, K, C], pi [N, 1, H, W] or None."""

    library: ctypes.CDLL

    @staticmethod
    def forward(ctx, x, slopes, intercepts, attention):  # noqa: ANN001, ANN205
        """y, like x; saves what the gradient needs."""
        x = x.contiguous(memory_format=torch.channels_last)
        slopes, intercepts = slopes.contiguous(), intercepts.contiguous()
        attention = None if attention is None else attention.contiguous()
        y = torch.empty_like(x)
        tensors = (x, slopes, intercepts, attention, y)
        _call(_Fused.library.dyreluForward, tensors, x, slopes)
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
        _call(_Fused.library.dyreluBackward, tensors, x, slopes)
        return results


def _call(function, tensors, x: Tensor, slopes: Tensor) -> None:  # noqa: ANN001
    """Calls into the library with the tensors' addresses and the sizes."""
    addresses = [ctypes.c_void_p(t.data_ptr()) if t is not None else None for t in tensors]
    n, channels, height, width = x.shape
    sizes = (n, height * width, channels, slopes.shape[1])
    if x.dtype != torch.float32 or function(*addresses, *map(ctypes.c_int64, sizes)):
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
