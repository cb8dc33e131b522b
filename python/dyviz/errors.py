"""What goes wrong in this package, and what is worth a remark."""

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


class ReadError(ValueError):
    """A file or folder that is no run of the program's as it stands; the message names it."""


class ProgramError(RuntimeError):
    """The program was not found, or ended with an error: its own message."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        """Its exit status, less than 0 where a signal ended it; None where it was not started."""


class RemoteError(ProgramError):
    """Images elsewhere that cannot be asked for as they are named; the message names them."""


class ProgramWarning(UserWarning):
    """What the program says that may make its numbers doubtful: images that were skipped, folders without a label."""


class Remark(UserWarning):
    """What was decided for the user, who may have meant something else."""


def remark(text: str) -> None:
    """Issues one as a warning; the command line prints it."""
    warnings.warn(text, Remark, stacklevel=3)
