"""Where in the user's code something went wrong, and what to do about it."""

from __future__ import annotations

import linecache
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn

from .errors import ExportError

LIBRARIES = (f"{Path(torch.__file__).parent}{os.sep}", f"{Path(__file__).parent}{os.sep}")
"""Folders of PyTorch and of this package."""
ADVICE = (
    (("numpy", "numpy array"), "NumPy and other libraries cannot follow a trace: compute it with PyTorch's operators"),
    (
        ("data-dependent", "data dependent", ".item()", "_local_scalar_dense", "unbacked"),
        "it asks for the numbers of an image in Python (if, while, float(), .item(), .tolist(), indexing by a mask), but a file "
        "holds one way for all images: use torch.where, or tensors in the place of numbers",
    ),
    (("FakeTensor", "fake tensor", "tensor subclasses"), "it needs real numbers, which there are none of in a trace"),
)


@contextmanager
def told(root: nn.Module, what: str) -> Iterator[None]:
    """Within, any exception becomes an ExportError with the module, the line and what to do."""
    try:
        yield
    except ExportError:
        raise
    except Exception as failure:
        raise ExportError(f"{what}: {place(root, failure)}\n  {reason(failure)}") from failure


def reason(failure: Exception) -> str:
    """The exception's own first line, and what would do."""
    text = str(failure)
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    head = f"{type(failure).__name__}: {first}"
    looked_at = f"{type(failure).__name__} {text}".lower()
    advice = next((advice for words, advice in ADVICE if any(word.lower() in looked_at for word in words)), None)
    return f"{head}\n  {advice}" if advice else head


def place(root: nn.Module, failure: BaseException) -> str:
    """`module "stem" at net.py:12: x = self.stem(x)`: the innermost module, and the innermost line of the user's code."""
    frames = [frame for frame, _ in traceback.walk_tb(failure.__traceback__)]
    lines = [line for _, line in traceback.walk_tb(failure.__traceback__)]
    paths = {id(module): path for path, module in root.named_modules()}
    called = [paths[id(one)] for frame in frames if id(one := frame.f_locals.get("self")) in paths]
    path = called[-1] if called else ""
    own = [(frame, line) for frame, line in zip(frames, lines) if is_users(frame.f_code.co_filename)]
    where = f'module "{path}"' if path else "the outermost module"
    if not own:
        return where
    file, line = own[-1][0].f_code.co_filename, own[-1][1]
    return f"{where} at {file}:{line}: {linecache.getline(file, line).strip()}"


def is_users(file: str) -> bool:
    """Whether a line of this file is neither PyTorch's nor this package's, nor Python's own."""
    return not file.startswith((*LIBRARIES, "<")) and "contextlib" not in file
