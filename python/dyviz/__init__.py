"""Brings PyTorch networks to dyviz: one call writes a model file, another checks it.

The package carries the program, which needs no PyTorch, so importing it needs none either: what does is loaded when it
is first asked for.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Any

from . import errors
from .errors import ExportError, VerificationError
from .extras import needs_export

if TYPE_CHECKING:
    from .dynamic import Attention, Coefficients, dynamic_relu
    from .exporting import export
    from .preprocessing import Preprocessing
    from .verifying import Difference, Report, verify

__all__ = [
    "Attention",
    "Coefficients",
    "Difference",
    "ExportError",
    "Preprocessing",
    "Report",
    "VerificationError",
    "dynamic_relu",
    "errors",
    "export",
    "verify",
]

_MODULES = {
    "Attention": "dynamic",
    "Coefficients": "dynamic",
    "Difference": "verifying",
    "Preprocessing": "preprocessing",
    "Report": "verifying",
    "dynamic_relu": "dynamic",
    "export": "exporting",
    "verify": "verifying",
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that has it."""
    if name == "__version__":
        return importlib.metadata.version("dyviz")
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needs_export(f"dyviz.{name}"):
        value = getattr(importlib.import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
