"""Fashion-MNIST from the files of the Debian package dataset-fashion-mnist."""

from __future__ import annotations

import gzip
from pathlib import Path

import torch
from torch import Tensor

DEFAULT_FOLDER = Path("/usr/share/datasets/fashion-mnist")
CLASSES = (
    "t-shirt-top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle-boot",
)


def load(folder: Path, part: str) -> tuple[Tensor, Tensor]:
    """Images uint8 [N, 28, 28] and labels int64 [N]; part: "train" or "t10k"."""
    images = _read_idx(folder / f"{part}-images-idx3-ubyte.gz")
    labels = _read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
    if len(images) != len(labels):
        raise ValueError(f"{folder}: {len(images)} images, but {len(labels)} labels")
    return images, labels.long()


def _read_idx(path: Path) -> Tensor:
    """An IDX file of bytes: 0, 0, 8, rank, big-endian sizes, then the data."""
    data = gzip.decompress(path.read_bytes())
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of bytes")
    rank = data[3]
    starts = range(4, 4 + 4 * rank, 4)
    shape = [int.from_bytes(data[start : start + 4], "big") for start in starts]
    body = torch.frombuffer(bytearray(data[4 + 4 * rank :]), dtype=torch.uint8)
    return body.reshape(shape)
