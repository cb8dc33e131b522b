"""Where the program is."""

from __future__ import annotations

import os
import shutil
import sysconfig

from .errors import VerificationError


def find_binary(binary: str | os.PathLike[str] | None = None) -> str:
    """The program's path: the one that is named, $DYVIZ, the one installed with this package, or `dyviz` on the path."""
    named = binary or os.environ.get("DYVIZ")
    # An environment's programs are there for its Python whether or not its folder is on the path.
    installed = None if named else shutil.which("dyviz", path=sysconfig.get_path("scripts"))
    wished = str(named or "dyviz")
    found = installed or shutil.which(wished)
    if found is None:
        raise VerificationError(
            f"the program {wished} is not found; install a package that carries it or build it (make build) and put it on "
            "the PATH, set DYVIZ to its path, or name it (binary=..., --binary)"
        )
    return found
