"""Trains the network that docs/from-pytorch.md follows, python/examples/shuffle_dynet.py, on the sample's task.

    python training/train_example.py shuffle.pth

Two epochs, some minutes of one core. Prints top-1 on the 10,000 validation images and writes the weights alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import photographs
import torch
from fashion_mnist import DEFAULT_FOLDER, load
from fashion_on_photographs import Composer, epoch_batches, validation_set
from photographs import Photographs
from torch import nn
from train import accuracy, keep_memory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python" / "examples"))

from shuffle_dynet import ShuffleDyNet  # noqa: E402

EPOCHS, BATCH, RATE, DECAY, SEED = 2, 128, 4e-3, 1e-2, 0


def train(network: nn.Module, data: Path) -> None:
    """AdamW with a rate that rises and falls once."""
    composer, items, labels = Composer(Photographs.load(photographs.TRAINING)), *load(data, "train")
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * (len(items) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps)
    network.train()
    for epoch in range(EPOCHS):
        for step, (x, wanted) in enumerate(epoch_batches(composer, items, labels, BATCH, seed=epoch)):
            loss = nn.functional.cross_entropy(network(x), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            if step % 100 == 0:
                print(f"epoch {epoch + 1} step {step} loss {loss.item():.3f}", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    keep_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    network = ShuffleDyNet()
    train(network, options.data)
    print(f"top-1 on validation photographs {accuracy(network, *validation_set(options.data)):.2f} %")
    torch.save(network.state_dict(), options.output)


if __name__ == "__main__":
    main()
