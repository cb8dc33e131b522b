"""What goes wrong while a network is exported or checked, and what is worth a remark."""

from __future__ import annotations

import warnings

SUPPORT = "python/README.md lists what is covered"


class ExportError(ValueError):
    """A network that cannot be written as it stands; the message says what, where, and what would do."""

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path
        """The module in question, if it is one."""


class VerificationError(RuntimeError):
    """The program could not be run on the file, or its values are not PyTorch's."""


class Remark(UserWarning):
    """What was decided for the user, who may have meant something else."""


def remark(text: str) -> None:
    """Issues one as a warning; the command line prints it."""
    warnings.warn(text, Remark, stacklevel=3)
