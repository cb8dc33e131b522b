"""Brings PyTorch networks to dyviz: one call writes a model file, another checks it."""

from .errors import ExportError, VerificationError
from .exporting import export
from .preprocessing import Preprocessing

__all__ = ["ExportError", "Preprocessing", "VerificationError", "export"]
