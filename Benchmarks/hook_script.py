"""What one would write to see activations in PyTorch: hooks and np.histogram2d.

    python hook_script.py NETWORKS IMAGES --limit N --batch B

Runs DY-ReLU-B's network over a folder of images and counts x against y of
every DyReLU after a depthwise convolution. Prints images per second, from the
first image's file to the last histogram; imports and loading are left out.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from networks import PREPROCESSING, SIZE, load
from PIL import Image
from torch import Tensor, nn

BINS = 512
RANGE = [[-16.0, 16.0], [-16.0, 16.0]]


def preprocess(path: Path) -> Tensor:
    """As torchvision does it: shorter side to 256, centre crop, normalise."""
    image = Image.open(path).convert("RGB")
    short = PREPROCESSING.resize["shorter_side"]
    width, height = image.size
    if width < height:
        width, height = short, int(short * height / width)
    else:
        width, height = int(short * width / height), short
    image = image.resize((width, height), Image.Resampling.BILINEAR)
    left, top = round((width - SIZE) / 2), round((height - SIZE) / 2)
    image = image.crop((left, top, left + SIZE, top + SIZE))
    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255
    mean, deviation = torch.tensor(PREPROCESSING.mean), torch.tensor(PREPROCESSING.deviation)
    return (pixels - mean[:, None, None]) / deviation[:, None, None]


class Histograms:
    """One 2-D histogram for each activation after a depthwise convolution."""

    def __init__(self, model: nn.Module) -> None:
        self.counts: dict[str, np.ndarray] = {}
        for name, module in model.named_modules():
            if name.endswith("depthwise.act"):
                self.counts[name] = np.zeros((BINS, BINS))
                module.register_forward_hook(self.hook(name))

    def hook(self, name: str):  # noqa: ANN201
        """Adds what passes through one module."""

        def count(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
            x, y = inputs[0].numpy().ravel(), output.numpy().ravel()
            self.counts[name] += np.histogram2d(x, y, bins=BINS, range=RANGE)[0]

        return count


@torch.inference_mode()
def main() -> None:
    """Runs once; the first batch warms up and is not counted."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("networks", type=Path)
    arguments.add_argument("images", type=Path)
    arguments.add_argument("--network", default="mobilenetv2-0.35")
    arguments.add_argument("--limit", type=int, default=48)
    arguments.add_argument("--batch", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    model = load(options.networks, options.network, "dyrelu-b")
    histograms = Histograms(model)
    paths = sorted(options.images.rglob("*.jpg"))[: options.limit]
    if not paths:
        sys.exit(f"{options.images}: no JPEG files")
    model(torch.stack([preprocess(path) for path in paths[: options.batch]]))
    start = time.perf_counter()
    for first in range(0, len(paths), options.batch):
        model(torch.stack([preprocess(path) for path in paths[first : first + options.batch]]))
    elapsed = time.perf_counter() - start
    assert len(histograms.counts) == 17
    print(len(paths) / elapsed)


if __name__ == "__main__":
    main()
