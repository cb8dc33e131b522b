"""What makes a wheel of the package one that carries the program: `make wheel`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags

VARIABLE = "DYVIZ_INSTALLED"
"""Names a folder as `make install` fills it: bin/dyviz and share. Without it the wheel has the Python package alone."""


class CarryProgram(BuildHookInterface[Any]):
    """Puts the program where an environment keeps its programs, as it is, and the rest beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is built."""
        installed = os.environ.get(VARIABLE)
        if not installed:
            return
        root = Path(installed).resolve()
        build_data["pure_python"] = False
        # For any Python 3. Which systems have what the program needs is found out afterwards, by auditwheel.
        build_data["tag"] = f"py3-none-{next(platform_tags())}"
        build_data["shared_scripts"] = {str(root / "bin/dyviz"): "dyviz"}
        build_data["shared_data"] = {str(root / "share"): "share"}
