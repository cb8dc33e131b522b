"""Trains MobileNetV2 x0.35 on Fashion-MNIST with dynamic or static ReLU.

    python training/train.py --variant dyrelu-b --epochs 12 --output runs/dyrelu-b

The output folder receives `log.txt` (a line per epoch) and `checkpoint.pt`
(replaced whole after every epoch; `--resume` goes on from it).
"""

from __future__ import annotations

import argparse
import ctypes
import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fused
import torch
from fashion_mnist import CLASSES, DEFAULT_FOLDER, load, normalise, pad
from mobilenetv2 import Activation, MobileNetV2
from torch import Tensor, nn
from torch.nn import functional as F

VARIANTS = ("dyrelu-a", "dyrelu-b", "dyrelu-c", "relu")
WARMUP_SHARE = 0.05
SHIFT = 2


@dataclass
class Run:
    """What a training run holds, and what its checkpoints save."""

    model: MobileNetV2
    optimizer: torch.optim.SGD
    epoch: int = 0
    """Epochs done."""

    def save(self, path: Path) -> None:
        """Writes the checkpoint beside `path`, then moves it there whole."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "rng": torch.get_rng_state(),
        }
        temporary = path.with_suffix(".tmp")
        torch.save(state, temporary)
        os.replace(temporary, path)

    def load(self, path: Path) -> None:
        """Goes back to a checkpoint."""
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch = state["epoch"]
        torch.set_rng_state(state["rng"])


def make_model(variant: str) -> MobileNetV2:
    """The sample's network: one grey channel, 32 x 32, ten classes."""
    return MobileNetV2(
        classes=len(CLASSES),
        width=0.35,
        activation=Activation(variant, functions=2, reduction=8),
        input_channels=1,
        stem_stride=1,
        stage_strides=(1, 2, 2, 2, 1, 2, 1),
    )


def make_optimizer(model: nn.Module, rate: float, decay: float) -> torch.optim.SGD:
    """SGD with momentum; no weight decay on biases and BatchNorm."""
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": weights, "weight_decay": decay}, {"params": others}]
    return torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True, foreach=True)


def learning_rate(peak: float, progress: float) -> float:
    """Linear warm-up, then a half cosine; `progress` runs from 0 to 1."""
    if progress < WARMUP_SHARE:
        return peak * progress / WARMUP_SHARE
    share = (progress - WARMUP_SHARE) / (1 - WARMUP_SHARE)
    return peak * (1 + math.cos(math.pi * share)) / 2


def batches(
    images: Tensor, labels: Tensor, size: int, seed: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffled, flipped and shifted batches of one epoch.

    `images` is uint8 [N, 28, 28]; gives float [size, 1, 32, 32] and [size].
    The seed decides everything, so an epoch does not depend on earlier ones.
    """
    generator = torch.Generator().manual_seed(seed)
    # Wide enough that a 32 x 32 window, shifted by up to SHIFT, stays inside.
    wide = pad(images, 2 + SHIFT)
    order = torch.randperm(len(images), generator=generator)
    steps = torch.arange(32)
    for chosen in order.split(size):
        if len(chosen) < size:
            return
        shifts = torch.randint(2 * SHIFT + 1, (2, size, 1), generator=generator)
        flip = torch.rand(size, 1, generator=generator) < 0.5
        rows = steps + shifts[0]
        columns = torch.where(flip, 31 - steps, steps) + shifts[1]
        batch = wide[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]
        yield normalise(batch), labels[chosen]


@torch.no_grad()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Top-1 in percent, in fp32; `images` is uint8 [N, 28, 28]."""
    model.eval()
    right = 0
    for batch, wanted in zip(images.split(250), labels.split(250), strict=True):
        x = normalise(pad(batch, 2)).contiguous(memory_format=torch.channels_last)
        right += int((model(x).argmax(1) == wanted).sum())
    return 100 * right / len(labels)


def train_epoch(run: Run, data: tuple[Tensor, Tensor], options: argparse.Namespace) -> float:
    """One epoch; the mean loss."""
    run.model.train()
    total, steps = 0.0, len(data[0]) // options.batch
    stream = batches(*data, options.batch, options.seed * 1000 + run.epoch)
    for step, (x, wanted) in enumerate(stream):
        progress = (run.epoch + step / steps) / options.epochs
        for group in run.optimizer.param_groups:
            group["lr"] = learning_rate(options.rate, progress)
        logits = run.model(x.contiguous(memory_format=torch.channels_last))
        loss = F.cross_entropy(logits, wanted, label_smoothing=options.smoothing)
        loss.backward()
        run.optimizer.step()
        run.optimizer.zero_grad()
        total += loss.item()
        if step % 50 == 0:
            print(f"epoch {run.epoch + 1} step {step}/{steps} loss {loss.item():.3f}", flush=True)
    run.epoch += 1
    return total / steps


def keep_memory() -> None:
    """Lets glibc keep freed memory instead of giving it back to the kernel.

    Activations are large: by default each is mapped and unmapped anew, and the
    page faults take longer than the arithmetic (ReLU: 2.3 times the time).
    """
    if not hasattr(libc := ctypes.CDLL(None), "mallopt"):
        return
    trim_threshold, top_padding, most_mappings = -1, -2, -4
    libc.mallopt(most_mappings, 0)
    libc.mallopt(trim_threshold, 2**31 - 1)
    libc.mallopt(top_padding, 2**28)


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", choices=VARIANTS, required=True)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=0.1, help="highest learning rate")
    parser.add_argument("--decay", type=float, default=2e-4, help="weight decay")
    parser.add_argument("--smoothing", type=float, default=0.1, help="label smoothing")
    parser.add_argument(
        "--fused",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="compile the dynamic ReLU's elementwise part (needs a C++ compiler)",
    )
    return parser.parse_args()


def main() -> None:
    """Trains, and saves and logs every epoch."""
    options = parse()
    keep_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    if options.fused and options.variant != "relu":
        fused.enable()
    options.output.mkdir(parents=True, exist_ok=True)
    checkpoint = options.output / "checkpoint.pt"
    model = make_model(options.variant).to(memory_format=torch.channels_last)
    run = Run(model, make_optimizer(model, options.rate, options.decay))
    if options.resume and checkpoint.exists():
        run.load(checkpoint)
    training, test = load(options.data, "train"), load(options.data, "t10k")
    while run.epoch < options.epochs:
        start = time.monotonic()
        loss = train_epoch(run, training, options)
        trained = time.monotonic()
        top1 = accuracy(model, *test)
        run.save(checkpoint)
        line = (
            f"{options.variant} epoch {run.epoch}/{options.epochs} loss {loss:.4f} "
            f"top-1 {top1:.2f} % seconds {trained - start:.0f}"
            f" + {time.monotonic() - trained:.0f}"
        )
        print(line, flush=True)
        with open(options.output / "log.txt", "a") as log:
            log.write(line + "\n")


if __name__ == "__main__":
    main()
