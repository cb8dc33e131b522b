"""Some of the sample's images, for the program and for PyTorch."""

from __future__ import annotations

from pathlib import Path

import numpy
import torch
from PIL import Image
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]


def chosen_images(count: int) -> list[Path]:
    """Some of the sample's images in the order of their paths, of all classes."""
    paths = sorted((ROOT / "sample-images").glob("*/*.png"), key=lambda path: str(path).encode())
    return paths[:: len(paths) // count][:count]


def tensors(paths: list[Path], classes: list[str]) -> tuple[Tensor, Tensor]:
    """Pixels, uint8 [N, H, W, 3], and classes [N]."""
    pixels = torch.stack([torch.from_numpy(numpy.array(Image.open(path).convert("RGB"))) for path in paths])
    return pixels, torch.tensor([classes.index(path.parent.name) for path in paths])


def linked(paths: list[Path], folder: Path) -> Path:
    """A folder with the same images."""
    for path in paths:
        target = folder / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(path)
    return folder
