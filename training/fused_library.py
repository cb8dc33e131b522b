"""The compiled library of fused*.cpp, and what is passed to it."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import tempfile
from pathlib import Path

from torch import Tensor

LANES = 8
"""Channels of one vector, as in fused_rows.h."""
SOURCES = sorted(Path(__file__).parent.glob("fused*.cpp"))
FLAGS = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-std=c++17"]
if platform.machine() == "x86_64":
    # GCC takes half of AVX-512's width otherwise.
    FLAGS.append("-mprefer-vector-width=512")


class Library:
    """The compiled functions."""

    functions: ctypes.CDLL

    @classmethod
    def compile(cls) -> None:
        """With the system's C++ compiler; raises if it fails."""
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "fused.so"
            compiler = os.environ.get("CXX", "c++")
            subprocess.run([compiler, *FLAGS, *map(str, SOURCES), "-o", str(library)], check=True)
            cls.functions = ctypes.CDLL(str(library))

    @classmethod
    def call(cls, name: str, *arguments: Tensor | ctypes.Structure | float | None) -> int:
        """Calls a function with the tensors' addresses and the numbers; what it returns, if anything."""
        return getattr(cls.functions, name)(*map(_argument, arguments))


def _argument(value: Tensor | ctypes.Structure | float | None) -> object:
    if isinstance(value, Tensor):
        return ctypes.c_void_p(value.data_ptr())
    if isinstance(value, ctypes.Structure):
        return ctypes.byref(value)
    return ctypes.c_float(value) if isinstance(value, float) else None if value is None else ctypes.c_int64(value)


class Gradient(ctypes.Structure):
    """`Gradient` of fused_rows.h."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("z", "g", "a", "b")),
        *((name, ctypes.c_void_p) for name in ("per_image", "per_channel", "pi", "to_logits", "weights")),
        *((name, ctypes.c_int64) for name in ("images", "positions", "channels", "functions", "line_stride")),
    ]


class LineOptions(ctypes.Structure):
    """`Lines` of fused_terms.cpp."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("sigma", "alpha", "beta")),
        *((name, ctypes.c_float) for name in ("lambda_a", "lambda_b")),
        *((name, ctypes.c_int64) for name in ("images", "functions", "channels", "shared", "kinds")),
    ]
