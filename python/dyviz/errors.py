"""What goes wrong while a network is exported or checked."""

from __future__ import annotations

SUPPORT = "python/README.md lists what is covered"


class ExportError(ValueError):
    """A network that cannot be written as it stands; the message says what, where, and what would do."""

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path
        """The module in question, if it is one."""


class VerificationError(RuntimeError):
    """The program could not be run on the file, or its values are not PyTorch's."""
