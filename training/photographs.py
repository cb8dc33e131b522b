"""The photographs of the sample's task, from the wheels of scikit-image and scikit-learn.

Their terms are those that the two packages document (`skimage/data/_fetchers.py`, `sklearn/datasets/images/README.txt`);
sample-images/README.md lists them with their authors. Photographs that validation images show are never trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import distribution

import numpy
import torch
from PIL import Image
from torch import Tensor

SCIKIT_IMAGE, SCIKIT_LEARN = ("scikit-image", "skimage/data"), ("scikit-learn", "sklearn/datasets/images")
TRAINING = {
    "astronaut.png": SCIKIT_IMAGE,
    "brick.png": SCIKIT_IMAGE,
    "chelsea.png": SCIKIT_IMAGE,
    "china.jpg": SCIKIT_LEARN,
    "flower.jpg": SCIKIT_LEARN,
    "grass.png": SCIKIT_IMAGE,
    "hubble_deep_field.jpg": SCIKIT_IMAGE,
    "rocket.jpg": SCIKIT_IMAGE,
}
VALIDATION = {
    "camera.png": SCIKIT_IMAGE,
    "coffee.png": SCIKIT_IMAGE,
    "gravel.png": SCIKIT_IMAGE,
    "retina.jpg": SCIKIT_IMAGE,
}
SHORTER_SIDES = (96, 144, 216, 324)
"""Pixels of a photograph's shorter side at its four scales."""


@dataclass(frozen=True)
class Photographs:
    """Every photograph at every scale, as one list of pixels."""

    pixels: Tensor
    """int32 [P]: four bytes each, red, green, blue and 255, so that one look-up fetches a pixel."""
    starts: Tensor
    """int64 [L], the first pixel of each picture; L = photographs times scales."""
    heights: Tensor
    """int64 [L], pixels."""
    widths: Tensor
    """int64 [L], pixels."""

    @staticmethod
    def load(names: dict[str, tuple[str, str]]) -> Photographs:
        """`TRAINING` or `VALIDATION`; grey ones count as colour."""
        pictures = []
        for name, (package, folder) in names.items():
            with Image.open(distribution(package).locate_file(f"{folder}/{name}")) as opened:
                whole = opened.convert("RGB")
            for side in SHORTER_SIDES:
                factor = side / min(whole.size)
                size = (round(whole.width * factor), round(whole.height * factor))
                scaled = whole.resize(size, Image.Resampling.LANCZOS).convert("RGBA")
                pictures.append(torch.from_numpy(numpy.array(scaled)).view(torch.int32)[..., 0])
        counts = torch.tensor([picture.shape[0] * picture.shape[1] for picture in pictures])
        return Photographs(
            pixels=torch.cat([picture.flatten() for picture in pictures]),
            starts=counts.cumsum(0) - counts,
            heights=torch.tensor([picture.shape[0] for picture in pictures]),
            widths=torch.tensor([picture.shape[1] for picture in pictures]),
        )

    def patches(self, count: int, side: int, generator: torch.Generator) -> Tensor:
        """uint8 [count, side * side, 4]: random pictures and places, flipped and transposed at random.

        The fourth byte of each pixel is 255.
        """

        def below(limits: Tensor) -> Tensor:
            return (torch.rand(count, generator=generator) * limits).long()

        chosen = torch.randint(len(self.starts), (count,), generator=generator)
        top = below(self.heights[chosen] - side + 1)
        left = below(self.widths[chosen] - side + 1)
        flips = torch.rand(3, count, 1, 1, generator=generator) < 0.5
        steps = torch.arange(side)
        rows = torch.where(flips[1], side - 1 - steps, steps)[:, 0, :]
        columns = torch.where(flips[2], side - 1 - steps, steps)[:, 0, :]
        stride = self.widths[chosen][:, None]
        first = (self.starts[chosen] + top * self.widths[chosen] + left)[:, None, None]
        down = torch.where(flips[0, :, 0], columns, rows * stride)
        across = torch.where(flips[0, :, 0], rows * stride, columns)
        places = first + down[:, :, None] + across[:, None, :]
        return self.pixels.take(places).view(torch.uint8).view(count, side * side, 4)
