"""The task of the networks that sample-weights/ holds today: Fashion-MNIST as published, 28x28 grey, padded to 32x32.

It goes when the networks of recipe.py take their place.
"""

from __future__ import annotations

from pathlib import Path

import torch
from fashion_mnist import CLASSES
from model_reader import Network
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

MEAN, DEVIATION = 0.2860, 0.3530
BORDER = 2


def write_images(images: Tensor, labels: Tensor, output: Path) -> None:
    """Every image of uint8 [N, 28, 28] as PNG, in folders named by class."""
    for name in CLASSES:
        (output / name).mkdir(parents=True, exist_ok=True)
    for index, (image, label) in enumerate(zip(images, labels.tolist(), strict=True)):
        Image.fromarray(image.numpy()).save(output / CLASSES[label] / f"{index:05}.png")


@torch.no_grad()
def measure(network: Network, images: Tensor, labels: Tensor) -> dict[str, float]:
    """Top-1 and top-5 in percent; `images` is uint8 [N, 28, 28]."""
    hits = torch.zeros(5, dtype=torch.int64)
    for batch, wanted in zip(images.split(250), labels.split(250), strict=True):
        x = ((F.pad(batch, (BORDER,) * 4).float() / 255 - MEAN) / DEVIATION)[:, None]
        best = network(x.contiguous(memory_format=torch.channels_last)).topk(5, dim=1).indices
        hits += (best == wanted[:, None]).sum(dim=0)
    share = 100 * hits.cumsum(0).double() / len(labels)
    return {"top1_percent": round(share[0].item(), 4), "top5_percent": round(share[4].item(), 4)}
