"""What the tests share: the package on the path, and the built program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "training"), str(Path(__file__).parent)]


@pytest.fixture(scope="session")
def program() -> Path:
    """dyviz: $DYVIZ, else as `make build` leaves it."""
    path = Path(os.environ.get("DYVIZ", ROOT / ".build/release/dyviz")).resolve()
    assert path.exists(), f"{path} is not built; run `make build`"
    return path
