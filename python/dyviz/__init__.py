"""Brings PyTorch networks to dyviz (one call writes a model file, another checks it), and what dyviz found to Python.

The package carries the program, which needs no PyTorch, so importing it needs none either: what does is loaded when it
is first asked for.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Any

from . import errors
from .errors import ExportError, ProgramError, ReadError, VerificationError
from .extras import needs

if TYPE_CHECKING:
    from .density import Density
    from .dynamic import Attention, Coefficients, dynamic_relu
    from .exporting import export
    from .figures import caption, figure3
    from .preprocessing import Preprocessing
    from .reading import Run, Variant, read
    from .streaming import run
    from .tables import read_table
    from .verifying import Difference, Report, verify

__all__ = [
    "Attention",
    "Coefficients",
    "Density",
    "Difference",
    "ExportError",
    "Preprocessing",
    "ProgramError",
    "ReadError",
    "Report",
    "Run",
    "Variant",
    "VerificationError",
    "caption",
    "dynamic_relu",
    "errors",
    "export",
    "figure3",
    "read",
    "read_table",
    "run",
    "verify",
]

_MODULES = {
    "Attention": "dynamic",
    "Coefficients": "dynamic",
    "Density": "density",
    "Difference": "verifying",
    "Preprocessing": "preprocessing",
    "Report": "verifying",
    "Run": "reading",
    "Variant": "reading",
    "caption": "figures",
    "dynamic_relu": "dynamic",
    "export": "exporting",
    "figure3": "figures",
    "read": "reading",
    "read_table": "tables",
    "run": "streaming",
    "verify": "verifying",
}
_EXTRAS = {"density": "read", "figures": "figure", "reading": "read", "streaming": "read", "tables": "read"}
"""What the modules need that is no part of the exporter."""


def __getattr__(name: str) -> Any:
    """A public name, from the module that has it."""
    if name == "__version__":
        return importlib.metadata.version("dyviz")
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needs(_EXTRAS.get(module, "export"), f"dyviz.{name}"):
        value = getattr(importlib.import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
