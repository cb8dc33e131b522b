"""What goes wrong while a network is exported or checked."""

from __future__ import annotations


class ExportError(ValueError):
    """A network that cannot be written as it stands; the message says what, where, and what would do."""


class VerificationError(RuntimeError):
    """The program could not be run on the file, or its values are not PyTorch's."""
