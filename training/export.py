"""From the runs of train.py to sample-weights/.

    python training/export.py runs
    python training/export.py runs --tables

Writes `model.bin` with seed 0 of every variant in F16, reads that file again and measures what is in it on the 10,000
validation images, in fp32: `accuracy.json`, which lists all finished runs too. The figures in the README.md of both
folders follow, and the logs are copied to training/runs/. With `--tables` the file stays as it is, and finished runs
that are in the folder besides or anew come into the tables: it needs their logs alone.
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
from fashion_mnist import DEFAULT_FOLDER
from fashion_on_photographs import CLASSES, normalise, validation_set
from model_file import Preprocessing, Variant, mobilenet_variant, write_model
from model_reader import Network, load_model
from recipe import TASK
from run_table import filled, merged, read_runs
from torch import Tensor
from train import VARIANTS, keep_memory, make_model

TRAINING_FOLDER = Path(__file__).resolve().parent
MAXIMUM_SIZE = 16_000_000
SEED = 0
"""Whose networks the file holds."""
TEXTS = [TRAINING_FOLDER.parent / "sample-weights/README.md", TRAINING_FOLDER / "README.md"]


def read_checkpoint(runs: Path, name: str) -> tuple[Variant, dict]:
    """The variant of one training run, and what `accuracy.json` says of it."""
    path = runs / f"{name}-{SEED}" / "checkpoint.pt"
    if not path.exists():
        raise SystemExit(f"{path}: no such checkpoint")
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = make_model(name)
    model.load_state_dict(state["model"])
    preprocessing = Preprocessing(3, [TASK.mean] * 3, [TASK.deviation] * 3)
    variant = mobilenet_variant(name, model, TASK.side, TASK.side, preprocessing, CLASSES)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return variant, {"name": name, "epochs": state["epoch"], "parameters": parameters}


@torch.no_grad()
def measure(network: Network, images: Tensor, labels: Tensor) -> dict[str, float]:
    """Top-1 and top-5 in percent; `images` is uint8 [N, H, W, 3]."""
    hits = torch.zeros(5, dtype=torch.int64)
    for batch, wanted in zip(images.split(250), labels.split(250), strict=True):
        best = network(normalise(batch)).topk(5, dim=1).indices
        hits += (best == wanted[:, None]).sum(dim=0)
    share = 100 * hits.cumsum(0).double() / len(labels)
    return {"top1_percent": round(share[0].item(), 4), "top5_percent": round(share[4].item(), 4)}


def check_finished(variants: list[dict], runs: list[dict]) -> None:
    """Whether the log of every exported run says that its last epoch is done."""
    finished = {(run["variant"], run["seed"]): run["epochs"] for run in runs}
    for one in variants:
        if finished.get((one["name"], SEED)) != one["epochs"]:
            raise SystemExit(f"{one['name']}-{SEED}: not finished; its checkpoint is of epoch {one['epochs']}")


def replace_whole(contents: dict[Path, bytes]) -> None:
    """Writes all files, then moves each to its place."""
    temporary = {path: path.with_suffix(".tmp") for path in contents}
    for path, data in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary[path].write_bytes(data)
    for path in contents:
        os.replace(temporary[path], path)


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, help="folder with a folder VARIANT-SEED for each run")
    parser.add_argument("--output", type=Path, default=TRAINING_FOLDER.parent / "sample-weights")
    parser.add_argument("--texts", type=Path, nargs="*", default=TEXTS, help="where figures are filled in")
    parser.add_argument("--logs", type=Path, default=TRAINING_FOLDER / "runs", help="folder for the logs")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=VARIANTS)
    parser.add_argument("--tables", action="store_true", help="keep the model file, add finished runs to the tables")
    parser.add_argument("--unfinished", action="store_true", help="take runs as they stand, to try this out")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def write_and_measure(path: Path, read: list[tuple[Variant, dict]], data: Path) -> tuple[bytes, dict]:
    """The model file's bytes, written to `path` in passing, and what `accuracy.json` says of them."""
    write_model(path, [variant for variant, _ in read])
    contents, networks = path.read_bytes(), load_model(path)
    path.unlink()
    if len(contents) > MAXIMUM_SIZE:
        raise SystemExit(f"the networks take {len(contents)} bytes, more than {MAXIMUM_SIZE}")
    images, labels = validation_set(data)
    variants = []
    for _, facts in read:
        variants.append(facts | measure(networks[facts["name"]], images, labels))
        print(json.dumps(variants[-1]), flush=True)
    return contents, {
        "file": "model.bin",
        "bytes": len(contents),
        "sha256": hashlib.sha256(contents).hexdigest(),
        "images": len(labels),
        "seed": SEED,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "safetensors")},
        "variants": variants,
    }


def make_file(options: argparse.Namespace, runs: list[dict]) -> tuple[dict[Path, bytes], dict]:
    """The model file, by its path, and the report on it."""
    read = [read_checkpoint(options.runs, name) for name in options.variants]
    if not options.unfinished:
        check_finished([facts for _, facts in read], runs)
    options.output.mkdir(parents=True, exist_ok=True)
    contents, report = write_and_measure(options.output / "model.trial.tmp", read, options.data)
    return {options.output / "model.bin": contents}, report | {"runs": runs}


def main() -> None:
    """Writes all files, or none."""
    options = parse()
    keep_memory()
    torch.set_num_threads(options.threads)
    runs, logs = read_runs(options.runs, options.variants, options.unfinished)
    accuracy = options.output / "accuracy.json"
    if options.tables:
        files, report = {}, json.loads(accuracy.read_text())
        report["runs"] = merged(report["runs"], runs, VARIANTS)
    else:
        files, report = make_file(options, runs)
    replace_whole(
        files
        | {accuracy: (json.dumps(report, indent=2) + "\n").encode()}
        | {options.logs / name: text.encode() for name, text in logs.items()}
        | {path: filled(path.read_text(), report).encode() for path in options.texts}
    )


if __name__ == "__main__":
    main()
