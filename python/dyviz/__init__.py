"""Brings PyTorch networks to dyviz: one call writes a model file, another checks it."""

from .dynamic import Attention, Coefficients, dynamic_relu
from .errors import ExportError, VerificationError
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
    "export",
    "verify",
]
