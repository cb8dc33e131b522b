"""Writes the archive: a safetensors file with the description in its metadata."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .archive import archive
from .errors import ExportError
from .graph import Json

FORMAT = 1
METADATA_KEY = "dyviz"


def write(
    path: str | os.PathLike[str], variants: Sequence[Json], tensors: dict[str, Tensor], half: bool
) -> None:
    """Writes all variants; the file appears only when it is whole."""
    text = json.dumps({"format": FORMAT, "variants": [_without_nulls(one) for one in variants]}, allow_nan=False)
    stored = {name: _stored(name, tensor, half) for name, tensor in tensors.items()}
    content = archive(stored, {METADATA_KEY: text})
    target = Path(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _without_nulls(value: Any) -> Any:
    """The description without keys that say nothing."""
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, (list, tuple)) else value


def _stored(name: str, tensor: Tensor, half: bool) -> Tensor:
    """The tensor in memory of its own; with `half`, those of rank 2 and more as F16.

    Vectors stay F32: they are few, and running variances may lie outside F16's range.
    """
    values = tensor.contiguous().clone()
    if not half or tensor.ndim < 2:
        return values
    rounded = values.to(torch.float16)
    if not bool(torch.isfinite(rounded).all()):
        raise ExportError(f"{name}: a value lies outside F16's range; export without half")
    return rounded
