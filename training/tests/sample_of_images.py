"""Some of the sample's images, for the program and for PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy
import torch
from fashion_on_photographs import normalise
from model_reader import Network
from PIL import Image
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
BATCH = 50
"""Images that run at once."""


def chosen_images(count: int) -> list[Path]:
    """Some of the sample's images in the order of their paths: as many of each of the ten classes, for tens."""
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


def name_of(path: Path) -> str:
    """An image's path below the folder, as the program has it."""
    return f"{path.parent.name}/{path.name}"


@torch.no_grad()
def values_by_batch(network: Network, pixels: Tensor) -> Iterator[dict[str, Tensor]]:
    """Every node's value [BATCH, C, H, W] by name, batch by batch."""
    for part in pixels.split(BATCH):
        yield network.values(normalise(part))
