"""Measures how far a run goes: `make scale`.

Makes tar shards of small pictures below .build/scale, runs `dyviz stats` over all of them, and over some of them in
parts that are merged, and writes docs/scale.md and Benchmarks/scale.json. With a million images the run takes some eight minutes on two
processors, its checkpoints four, and 256 parts of the first 100,000 three (of all images they would take 25, since each lists
all); and 2.2 GB of disk.

    python3 Benchmarks/scale.py --images 10000      # a rehearsal of a few minutes; nothing below docs is written
    python3 Benchmarks/scale.py --go-on             # what an interrupted run has left to do
    python3 Benchmarks/scale.py --write-only        # docs/scale.md anew from Benchmarks/scale.json
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import scale_report
from scale_report import WHOLE
from shards import PER_SHARD, make
from tools import ROOT, THREADS, Failure, machine, run, run_measured, say
from watching import Watched, watch

FOLDER = ROOT / ".build/scale"
PROGRAM = os.environ.get("DYVIZ", str(ROOT / ".build/release/dyviz"))
MODEL, VARIANT = str(ROOT / "sample-weights/model.bin"), "dyrelu-b"
TENTHS = 10
FEW = 16
"""Parts of the first shard, whose merging is compared with that of the parts of all."""


def stats(images: list[Path], *options: str, threads: int = THREADS) -> list[str]:
    """The command that runs over images."""
    paths = [str(path) for path in images]
    return [PROGRAM, "stats", MODEL, *paths, "--variant", VARIANT, "--threads", str(threads), *options]


def long_run(shards: list[Path], images: int) -> dict[str, Any]:
    """All images in one run that saves itself at the usual times."""
    file = FOLDER / "run.dyviz"
    file.unlink(missing_ok=True)
    watched = watch(stats(shards, "--resume", str(file)), file)
    first, last = watched.first, watched.at(images)
    ends = [first, *(watched.at(images * tenth / TENTHS) for tenth in range(1, TENTHS)), last]
    tenths = [
        {
            "images/s": (end.images - start.images) / (end.seconds - start.seconds),
            "images/processor s": (end.images - start.images) / (end.processor - start.processor),
            "resident": end.resident,
        }
        for start, end in zip(ends, ends[1:])
    ]
    return {
        "images": images, "seconds": last.seconds, "processor": last.processor, "listing": first.seconds,
        "listing processor": first.processor, "resident before": first.resident, "peak": watched.peak,
        "tenths": tenths, "checkpoints": watched.checkpoints, "bytes": file.stat().st_size, "names": names(file),
    }  # fmt: skip


def names(file: Path) -> int:
    """Bytes of a saved run that name images and their classes."""
    with file.open("rb") as run_file:
        header = json.loads(run_file.read(int.from_bytes(run_file.read(8), "little")))
    places = [about["data_offsets"] for name, about in header.items() if name == "images" or name.startswith("labels/")]
    return sum(end - start for start, end in places)


def one_shard(shards: list[Path], images: int) -> dict[str, Any]:
    """The first shard alone: what a run costs whatever its size."""
    file = FOLDER / "shard.dyviz"
    watched = watch(stats(shards[:1], "--save", str(file)))
    return {
        "images": images, "listing": watched.first.seconds, "resident before": watched.first.resident,
        "peak": watched.peak, "bytes": file.stat().st_size,
    }  # fmt: skip


def checkpoints(shards: list[Path], seconds: float, rounds: int) -> dict[str, Any]:
    """Processor time for an image with and without saving the run every second, over the whole list of images."""
    file = FOLDER / "checkpoint.dyviz"
    plain, saving = [], []
    for _ in range(rounds):
        plain.append(_progress(watch(stats(shards, "--save", str(file)), seconds=seconds)))
        file.unlink(missing_ok=True)
        saving.append(_progress(watch(stats(shards, "--save", str(file), "--every", "1s"), file, seconds)))
    without = statistics.median(one["processor"] / one["images"] for one in plain)
    each = [(one["processor"] - without * one["images"]) / max(one["checkpoints"], 1) for one in saving]
    return {"plain": plain, "saving": saving, "each": statistics.median(each)}


def _progress(watched: Watched) -> dict[str, float]:
    first, last = watched.first, watched.last
    return {
        "images": last.images - first.images, "processor": last.processor - first.processor,
        "checkpoints": watched.checkpoints, "peak": watched.peak,
    }  # fmt: skip


def parts(shards: list[Path], images: int, count: int) -> dict[str, Any]:
    """A run over some shards in parts, two at a time, and what merging some and all of them takes."""
    folder = FOLDER / "parts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = [folder / f"{index:03}.part" for index in range(count)]
    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda index: part(shards, index, count, paths[index]), range(count)))
    seconds = time.perf_counter() - start
    sizes = [path.stat().st_size for path in paths]
    merges = [merge(paths[: count // share], share == 1) for share in (4, 2, 1)]
    shutil.rmtree(folder)
    whole = FOLDER / "whole.dyviz"
    run(stats(shards, "--save", str(whole)))
    return {
        "images": images, "count": count, "seconds": seconds, "merges": merges,
        "same": (FOLDER / "merged.dyviz").read_bytes() == whole.read_bytes(),
        "sizes": [min(sizes), statistics.median(sizes), max(sizes)],
    }  # fmt: skip


def part(shards: list[Path], index: int, count: int, path: Path) -> None:
    """One part, by one thread."""
    run(stats(shards, "--shard", f"{index}/{count}", "--save", str(path), threads=1))


def merge(paths: list[Path], is_whole: bool) -> dict[str, Any]:
    """What merging parts takes."""
    file = FOLDER / "merged.dyviz"
    file.unlink(missing_ok=True)
    before = os.times()
    seconds, megabytes = run_measured([PROGRAM, "merge", *map(str, paths), "--save", str(file), *["--whole"][:is_whole]])
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return {"parts": len(paths), "seconds": seconds, "processor": processor, "megabytes": megabytes}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Everything, in this order; what is done is written down at once, and `--go-on` does the rest."""
    say(f"making shards of {options.images:,} images")
    shards = make(FOLDER / "shards", options.images)
    done = FOLDER / "measured.json"
    found: dict[str, Any] = json.loads(done.read_text()) if options.go_on and done.exists() else {}
    if found and found["run"]["images"] != options.images:
        raise Failure(f"{done} is of {found['run']['images']:,} images: measure all of it anew")
    steps: dict[str, Callable[[], Any]] = {
        "machine": machine,
        "load": lambda: os.getloadavg()[0],
        "shards": lambda: {"count": len(shards), "bytes": sum(path.stat().st_size for path in shards), "most": PER_SHARD},
        "shard": lambda: one_shard(shards, min(options.images, PER_SHARD)),
        "run": lambda: long_run(shards, options.images),
        "checkpoints": lambda: checkpoints(shards, options.seconds, options.rounds),
        "parts of one shard": lambda: parts(shards[:1], min(options.images, PER_SHARD), FEW),
        "parts": lambda: parts(
            shards[: max(options.of // PER_SHARD, 1)], min(options.images, max(options.of, PER_SHARD)), options.parts
        ),
    }
    for name, step in steps.items():
        if name in found:
            continue
        found[name] = step()
        if "run" in found:
            done.write_text(json.dumps(found))
    return {**found, "threads": THREADS}


def main() -> None:
    """Runs the whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=WHOLE)
    parser.add_argument("--parts", type=int, default=256)
    parser.add_argument("--of", type=int, default=100_000, help="images, in whole shards, that are run in parts")
    parser.add_argument("--seconds", type=float, default=30, help="of each run that the cost of saving is taken from")
    parser.add_argument("--rounds", type=int, default=3, help="of those runs")
    parser.add_argument("--go-on", action="store_true", help="keep what an interrupted measurement has found")
    parser.add_argument("--write-only", action="store_true", help="write the page from what was measured before")
    options = parser.parse_args()
    results, page = ROOT / "Benchmarks/scale.json", ROOT / "docs/scale.md"
    if options.images != WHOLE:
        results, page = FOLDER / "scale.json", FOLDER / "scale.md"
    try:
        if not options.write_only:
            FOLDER.mkdir(parents=True, exist_ok=True)
            found = measure(options)
            results.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        text = scale_report.page(json.loads(results.read_text()))
        page.write_text(text)
    except Failure as failure:
        sys.exit(f"make scale: {failure}")
    say(text)
    say(f"written to {page} and {results}")


if __name__ == "__main__":
    main()
