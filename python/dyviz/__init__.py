"""Brings PyTorch networks to dyviz: one call writes a model file, another checks it."""

from .dynamic import Attention, Coefficients, dynamic_relu
from .errors import ExportError, VerificationError
from .exporting import export
from .preprocessing import Preprocessing

__all__ = ["Attention", "Coefficients", "ExportError", "Preprocessing", "VerificationError", "dynamic_relu", "export"]
