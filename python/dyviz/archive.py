"""Bytes of safetensors files, without NumPy, which the safetensors package needs for writing but torch does not."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Mapping

import torch
from torch import Tensor

DTYPES = {torch.float32: "F32", torch.float16: "F16"}


def archive(tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> bytes:
    """A whole file; the tensors are float32 or float16."""
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    parts, offset = [], 0
    for name, tensor in tensors.items():
        values = tensor.detach().cpu().contiguous()
        # The bytes are copied while `values` is alive.
        parts.append(ctypes.string_at(values.data_ptr(), values.nbytes) if values.nbytes else b"")
        header[name] = {
            "dtype": DTYPES[values.dtype],
            "shape": list(values.shape),
            "data_offsets": [offset, offset + values.nbytes],
        }
        offset += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])
