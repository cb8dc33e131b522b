"""What the tests share: paths, the built program, and the scripts of both folders on the path."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "training"), str(ROOT / "Scripts")]


@pytest.fixture(scope="session")
def program() -> Path:
    """dyviz, as `make build` leaves it."""
    path = ROOT / ".build/release/dyviz"
    assert path.exists(), f"{path} is not built; run `make build`"
    return path


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The sample's networks."""
    return ROOT / "sample-weights/model.bin"
