"""The sample's task: an item of Fashion-MNIST on a patch of a photograph, |photograph - item| for each colour.

In the manner of MNIST-M (Ganin et al. 2015). What is under an item decides whether the item is brighter or darker
than its surroundings, so the right rectifier depends on the image.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from fashion_mnist import CLASSES, load
from photographs import VALIDATION, Photographs
from recipe import TASK, Task
from torch import Tensor
from torch.nn import functional as F

__all__ = ["CLASSES", "Composer", "epoch_batches", "load", "normalise", "validation_images", "validation_set"]

ITEM_SIDE = 28
VALIDATION_SEED = 2003_10027
VALIDATION_BATCH = 250


@dataclass(frozen=True)
class Composer:
    """Puts items on patches of its photographs."""

    photographs: Photographs
    task: Task = TASK

    def compose(self, items: Tensor, generator: torch.Generator) -> Tensor:
        """uint8 [N, 28, 28] to uint8 [N, side, side, 3]; the generator decides everything."""
        ground = self._ground(len(items), generator)
        figure = self._placed(items, generator)
        return ground.sub_(figure[..., None]).abs_().mul_(255).round_().to(torch.uint8)

    def _ground(self, count: int, generator: torch.Generator) -> Tensor:
        """Patches in [0, 1], float [N, side, side, 3]: some mixed of two, with colours changed."""
        task = self.task
        ground = self.photographs.patches(count, task.side, generator).float()
        mixed = (torch.rand(count, generator=generator) < task.mixed_share).nonzero()[:, 0]
        other = self.photographs.patches(len(mixed), task.side, generator).float()
        share = _uniform((len(mixed), 1, 1), task.mixture, generator)
        ground[mixed] = ground[mixed].lerp_(other, share)
        # Gain, offset and order of the colours as one matrix; the fourth number of each pixel is 255.
        order = torch.rand(count, 3, generator=generator).argsort(dim=1)
        gain = _uniform((count, 1, 3), task.gain, generator)
        offset = _uniform((count, 1, 3), task.offset, generator)
        matrix = torch.cat([F.one_hot(order, 3).mT * gain, offset], dim=1) / 255
        ground = torch.bmm(ground, matrix).clamp_(0, 1)
        return ground.view(count, task.side, task.side, 3)

    def _placed(self, items: Tensor, generator: torch.Generator) -> Tensor:
        """Items in [0, 1], scaled, turned, shifted and flipped, float [N, side, side]."""
        task, count = self.task, len(items)
        length = ITEM_SIDE * task.item_scale * _uniform((count,), task.item_scales, generator)
        turn = math.radians(1) * _uniform((count,), (-task.item_turn, task.item_turn), generator)
        shift = 2 * _uniform((count, 2), (-task.item_shift, task.item_shift), generator)
        flip = 1 - 2 * (torch.rand(count, generator=generator) < 0.5).float()
        # From a place in the picture to its place in the item, both in [-1, 1].
        factor = task.side / length
        cosine, sine = factor * turn.cos(), factor * turn.sin()
        matrix = torch.stack([flip * cosine, -flip * sine, sine, cosine], dim=1).view(count, 2, 2)
        theta = torch.cat([matrix, -(matrix @ shift[..., None])], dim=2)
        grid = F.affine_grid(theta, [count, 1, task.side, task.side], align_corners=False)
        placed = F.grid_sample(items[:, None].float() / 255, grid, align_corners=False)
        return placed[:, 0]


def epoch_batches(
    composer: Composer, items: Tensor, labels: Tensor, size: int, seed: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffled batches of one epoch: float [size, 3, side, side] in channels-last order, and [size].

    The seed decides everything, so an epoch does not depend on earlier ones.
    """
    generator = torch.Generator().manual_seed(seed)
    for chosen in torch.randperm(len(items), generator=generator).split(size):
        if len(chosen) == size:
            yield normalise(composer.compose(items[chosen], generator)), labels[chosen]


def validation_images(composer: Composer, items: Tensor) -> Tensor:
    """uint8 [N, side, side, 3]; the same for every run."""
    generator = torch.Generator().manual_seed(VALIDATION_SEED)
    return torch.cat([composer.compose(part, generator) for part in items.split(VALIDATION_BATCH)])


def validation_set(data: Path, count: int | None = None) -> tuple[Tensor, Tensor]:
    """The first `count` test items (None: all) on the validation photographs: uint8 [N, side, side, 3], int64 [N]."""
    items, labels = load(data, "t10k")
    if count is not None:
        # Whole batches: what is drawn for an image depends on the size of its batch.
        items = items[: -(-count // VALIDATION_BATCH) * VALIDATION_BATCH]
    images = validation_images(Composer(Photographs.load(VALIDATION)), items)
    return images[:count], labels[:count]


def normalise(images: Tensor) -> Tensor:
    """uint8 [N, H, W, 3] to (x / 255 - mean) / deviation, float [N, 3, H, W] in channels-last order."""
    return images.float().div_(255).sub_(TASK.mean).div_(TASK.deviation).permute(0, 3, 1, 2)


def _uniform(shape: tuple[int, ...], limits: tuple[float, float], generator: torch.Generator) -> Tensor:
    """Numbers drawn evenly between the limits."""
    low, high = limits
    return low + (high - low) * torch.rand(shape, generator=generator)
