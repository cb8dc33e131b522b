"""Trains the sample's network with dynamic or static ReLU, by the recipe of recipe.py.

    python training/train.py --variant dyrelu-b --seed 0 --output runs

The folder `runs/dyrelu-b-0` receives `log.txt` (a line for each epoch) and `checkpoint.pt` (replaced whole after every
epoch; a run that was interrupted goes on from it).
"""

from __future__ import annotations

import argparse
import ctypes
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

import fused
import photographs
import torch
from dyrelu import DyReLU
from fashion_mnist import DEFAULT_FOLDER
from fashion_on_photographs import CLASSES, Composer, epoch_batches, load, normalise, validation_images
from mobilenetv2 import Activation, MobileNetV2
from photographs import Photographs
from recipe import NETWORK, TRAINING
from torch import Tensor, nn
from torch.nn import functional as F

VARIANTS = TRAINING.variants
Optimizers = dict[str, torch.optim.Optimizer]


@dataclass
class Run:
    """What a training run holds, and what its checkpoints save."""

    model: MobileNetV2
    optimizers: Optimizers
    epoch: int = 0
    """Epochs done."""

    def save(self, path: Path) -> None:
        """Writes the checkpoint beside `path`, then moves it there whole."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": {name: one.state_dict() for name, one in self.optimizers.items()},
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
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        self.epoch = state["epoch"]
        torch.set_rng_state(state["rng"])


def make_model(variant: str) -> MobileNetV2:
    """The sample's network: three colours, ten classes."""
    return MobileNetV2(
        classes=len(CLASSES),
        width=NETWORK.width,
        activation=Activation(variant, functions=NETWORK.functions, reduction=NETWORK.reduction),
        dropout=NETWORK.dropout,
    )


def make_optimizers(model: nn.Module) -> Optimizers:
    """AdamW for the hyper functions, SGD with momentum for all else."""
    dynamic = [p for m in model.modules() if isinstance(m, DyReLU) for p in m.parameters()]
    chosen = set(map(id, dynamic))
    others = [p for p in model.parameters() if id(p) not in chosen]
    groups = [
        {"params": [p for p in others if p.ndim > 1], "weight_decay": TRAINING.decay},
        {"params": [p for p in others if p.ndim <= 1]},
    ]
    optimizers: Optimizers = {
        "sgd": torch.optim.SGD(groups, lr=TRAINING.rate, momentum=TRAINING.momentum, nesterov=True, foreach=True)
    }
    if dynamic:
        optimizers["hyper"] = torch.optim.AdamW(dynamic, lr=TRAINING.hyper_rate, weight_decay=0, foreach=True)
    return optimizers


def rate_share(progress: float) -> float:
    """Share of the highest rate: linear warm-up, then a half cosine; `progress` runs from 0 to 1."""
    if progress < TRAINING.warmup_share:
        return progress / TRAINING.warmup_share
    share = (progress - TRAINING.warmup_share) / (1 - TRAINING.warmup_share)
    return (1 + math.cos(math.pi * share)) / 2


@torch.no_grad()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Top-1 in percent, in fp32; `images` is uint8 [N, H, W, 3]."""
    model.eval()
    right = 0
    for batch, wanted in zip(images.split(250), labels.split(250), strict=True):
        right += int((model(normalise(batch)).argmax(1) == wanted).sum())
    return 100 * right / len(labels)


def train_epoch(run: Run, composer: Composer, data: tuple[Tensor, Tensor], seed: int) -> float:
    """One epoch; the mean loss."""
    run.model.train()
    total, steps = 0.0, len(data[0]) // TRAINING.batch
    stream = epoch_batches(composer, *data, TRAINING.batch, seed * 1000 + run.epoch)
    for step, (x, wanted) in enumerate(stream):
        share = rate_share((run.epoch + step / steps) / TRAINING.epochs)
        for name, optimizer in run.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = share * (TRAINING.hyper_rate if name == "hyper" else TRAINING.rate)
        loss = F.cross_entropy(run.model(x), wanted, label_smoothing=TRAINING.smoothing)
        loss.backward()
        for optimizer in run.optimizers.values():
            optimizer.step()
            optimizer.zero_grad()
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
    """The command line; every number of the training itself is the recipe's."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", choices=VARIANTS, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, required=True, help="folder of all runs")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--fused",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="compile the training step's inner loops (needs a C++ compiler)",
    )
    return parser.parse_args()


def main() -> None:
    """Trains, and saves and logs every epoch."""
    options = parse()
    keep_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    if options.fused:
        fused.enable()
    folder = options.output / f"{options.variant}-{options.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    model = make_model(options.variant).to(memory_format=torch.channels_last)
    run = Run(model, make_optimizers(model))
    if checkpoint.exists():
        run.load(checkpoint)
    training, test = load(options.data, "train"), load(options.data, "t10k")
    seen, unseen = (Composer(Photographs.load(names)) for names in (photographs.TRAINING, photographs.VALIDATION))
    on_seen, on_unseen = (validation_images(composer, test[0]) for composer in (seen, unseen))
    while run.epoch < TRAINING.epochs:
        start = time.monotonic()
        loss = train_epoch(run, seen, training, options.seed)
        trained = time.monotonic()
        top1 = f"top-1 on validation photographs {accuracy(model, on_unseen, test[1]):.2f} %"
        if run.epoch == TRAINING.epochs:
            top1 += f" on training photographs {accuracy(model, on_seen, test[1]):.2f} %"
        line = (
            f"{options.variant} seed {options.seed} epoch {run.epoch}/{TRAINING.epochs} loss {loss:.4f} {top1} "
            f"seconds {trained - start:.0f} + {time.monotonic() - trained:.0f}"
        )
        run.save(checkpoint)
        print(line, flush=True)
        with open(folder / "log.txt", "a") as log:
            log.write(line + "\n")


if __name__ == "__main__":
    main()
