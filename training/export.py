"""From the checkpoints of train.py to sample-weights/.

    python training/export.py runs

Reads `runs/VARIANT/checkpoint.pt`, writes `model.bin` with all variants in F16,
reads that file again and measures what is in it on the 10,000 test images, in
fp32: `accuracy.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

import torch
from fashion_mnist import CLASSES, DEFAULT_FOLDER, DEVIATION, MEAN, load, normalise, pad
from model_file import Preprocessing, Variant, mobilenet_variant, write_model
from model_reader import Network, load_model
from torch import Tensor
from train import VARIANTS, make_model

MAXIMUM_SIZE = 16_000_000
SIDE, BORDER = 32, 2


def read_checkpoint(folder: Path, name: str) -> tuple[Variant, dict]:
    """The variant of one training run, and what `accuracy.json` says of it."""
    state = torch.load(folder / name / "checkpoint.pt", map_location="cpu", weights_only=True)
    model = make_model(name)
    model.load_state_dict(state["model"])
    preprocessing = Preprocessing(1, [MEAN], [DEVIATION], padding=[BORDER] * 4)
    variant = mobilenet_variant(name, model, SIDE, SIDE, preprocessing, CLASSES)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return variant, {"name": name, "epochs": state["epoch"], "parameters": parameters}


@torch.no_grad()
def measure(network: Network, images: Tensor, labels: Tensor) -> dict[str, float]:
    """Top-1 and top-5 in percent; `images` is uint8 [N, 28, 28]."""
    hits = torch.zeros(5, dtype=torch.int64)
    for batch, wanted in zip(images.split(250), labels.split(250), strict=True):
        x = normalise(pad(batch, BORDER)).contiguous(memory_format=torch.channels_last)
        best = network(x).topk(5, dim=1).indices
        hits += (best == wanted[:, None]).sum(dim=0)
    share = 100 * hits.cumsum(0).double() / len(labels)
    return {"top1_percent": round(share[0].item(), 4), "top5_percent": round(share[4].item(), 4)}


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, help="folder with a folder for each variant")
    parser.add_argument("--output", type=Path, default=Path("sample-weights"))
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=VARIANTS)
    parser.add_argument("--seed", type=int, default=0, help="the seed that train.py was given")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Writes both files, each whole or not at all."""
    options = parse()
    torch.set_num_threads(options.threads)
    read = [read_checkpoint(options.runs, name) for name in options.variants]
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "model.bin"
    temporary = path.with_suffix(".tmp")
    write_model(temporary, [variant for variant, _ in read])
    contents = temporary.read_bytes()
    if len(contents) > MAXIMUM_SIZE:
        raise SystemExit(f"{temporary}: {len(contents)} bytes, more than {MAXIMUM_SIZE}")
    networks, test = load_model(temporary), load(options.data, "t10k")
    variants = []
    for _, facts in read:
        variants.append(facts | measure(networks[facts["name"]], *test))
        print(json.dumps(variants[-1]), flush=True)
    report = {
        "file": path.name,
        "bytes": len(contents),
        "sha256": hashlib.sha256(contents).hexdigest(),
        "images": len(test[1]),
        "seed": options.seed,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "safetensors")},
        "variants": variants,
    }
    accuracy = options.output / "accuracy.json"
    accuracy.with_suffix(".tmp").write_text(json.dumps(report, indent=2) + "\n")
    os.replace(temporary, path)
    os.replace(accuracy.with_suffix(".tmp"), accuracy)


if __name__ == "__main__":
    main()
