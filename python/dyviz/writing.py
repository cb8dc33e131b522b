"""Writes the archive: a safetensors file with the description in its metadata."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from . import rules
from .archive import archive
from .errors import ExportError
from .graph import Json
from .model_file import FORMAT, METADATA_KEY


def write(
    path: str | os.PathLike[str], variants: Sequence[Json], tensors: dict[str, Tensor], half: bool
) -> None:
    """Writes all variants; the file appears only when it is whole."""
    stored = {name: stored_tensor(name, tensor, half) for name, tensor in tensors.items()}
    rules.check(variants, stored)
    text = json.dumps({"format": FORMAT, "variants": list(variants)}, allow_nan=False)
    content = archive(stored, {METADATA_KEY: text})
    rules.check_size(int.from_bytes(content[:8], "little"), len(content))
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


def stored_tensor(name: str, tensor: Tensor, half: bool) -> Tensor:
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
