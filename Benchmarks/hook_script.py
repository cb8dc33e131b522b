"""What one would write to see activations in PyTorch: hooks and np.histogram2d.

    python hook_script.py NETWORKS IMAGES --limit N --batch B --workers W

Runs DY-ReLU-B's network over a folder of images and counts x against y of
every DyReLU after a depthwise convolution. A DataLoader reads the images, in
processes of its own where W is not 0. Prints images per second, from the first
image's file to the last histogram; imports, loading, the start of the workers
and a first batch are left out.
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
from torch.utils.data import DataLoader, Dataset

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


class Images(Dataset[Tensor]):
    """The files, preprocessed."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Tensor:
        return preprocess(self.paths[index])


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
def rate(model: nn.Module, paths: list[Path], batch: int, workers: int) -> float:
    """Images per second, once a first batch has gone through everything."""
    order = list(range(min(batch, len(paths))))
    loader = DataLoader(
        Images(paths), batch, sampler=order, num_workers=workers, persistent_workers=workers > 0
    )
    for images in loader:
        model(images)
    # The same loader with its workers goes on to all images.
    order[:] = range(len(paths))
    start = time.perf_counter()
    for images in loader:
        model(images)
    return len(paths) / (time.perf_counter() - start)


def main() -> None:
    """Runs once."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("networks", type=Path)
    arguments.add_argument("images", type=Path)
    arguments.add_argument("--network", default="mobilenetv2-0.35")
    arguments.add_argument("--limit", type=int, default=48)
    arguments.add_argument("--batch", type=int, default=1)
    arguments.add_argument("--workers", type=int, default=0)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    model = load(options.networks, options.network, "dyrelu-b")
    histograms = Histograms(model)
    paths = sorted(options.images.rglob("*.jpg"))[: options.limit]
    if not paths:
        sys.exit(f"{options.images}: no JPEG files")
    found = rate(model, paths, options.batch, options.workers)
    assert len(histograms.counts) == 17
    print(found)


if __name__ == "__main__":
    main()
