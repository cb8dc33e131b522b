"""Measures dyviz against PyTorch, ONNX Runtime, OpenVINO and ncnn: `make bench`.

Builds networks and pictures below .build/benchmarks, checks that all engines
give the same logits, measures in rounds in which everything takes its turn,
and writes docs/benchmarks.md and Benchmarks/results.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from pathlib import Path

from page import write
from peers import FULL, FURTHER, RESNET, SMALL, SUBJECT, V3, Name, Peers, label
from program import Program
from report import Results
from tools import ROOT, THREADS, Failure, run, say

FOLDER = ROOT / ".build/benchmarks"
TOLERANCE = 1e-4
VARIANTS: dict[str, tuple[str, ...]] = {
    SMALL: ("relu6", "dyrelu-a", "dyrelu-b", "dyrelu-c"),
    FULL: ("relu6", "dyrelu-b"),
    RESNET: ("relu", "dyrelu-b"),
    V3: ("dyrelu-b",),
}
COMPARED: list[Name] = [
    (SMALL, "relu6"),
    (SMALL, "dyrelu-b"),
    (FULL, "dyrelu-b"),
    (RESNET, "dyrelu-b"),
    (V3, "dyrelu-b"),
]
"""What the other engines are measured on."""
PICTURES = (200, 1000)
HOOK_SCRIPTS = [(workers, batch) for workers in range(THREADS + 1) for batch in (1, 4, 16)]
"""Workers of the script's DataLoader and its batch: what is tried; the best counts."""


def prepare() -> tuple[Path, Path]:
    """The folders of networks and pictures, made anew where the scripts have changed."""
    made = []
    here = Path(__file__).parent
    networks = [here / "networks.py", here / "resnet18.py", here / "requirements.txt"]
    training = ("dyrelu", "mobilenetv2", "mobilenetv3", "model_file", "graph_builder")
    training += ("activations", "paper_activations")
    networks += [ROOT / "training" / f"{name}.py" for name in training]
    photos = [here / "photos.py"]
    for script, sources in ((networks[0], networks), (photos[0], photos)):
        folder, stamp = FOLDER / script.stem, FOLDER / f"{script.stem}.stamp"
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
        if not stamp.exists() or stamp.read_text() != digest:
            FOLDER.mkdir(parents=True, exist_ok=True)
            say(run([sys.executable, str(script), str(folder)]))
            stamp.write_text(digest)
        made.append(folder)
    return made[0], made[1]


def hold(results: Results, name: Name, engine: str, error: float) -> None:
    """Notes how far logits are from PyTorch's; an error where that is too far."""
    say(f"  {' '.join(name)}, {engine}: differs by {error:.1e} of the largest logit")
    if not error <= TOLERANCE:
        raise Failure(
            f"{' '.join(name)}: {engine} differs from PyTorch by {error:.1e} of the largest logit, "
            f"expected {TOLERANCE:.0e} at most"
        )
    results.errors[f"{' '.join(name)}, {engine}"] = error


def check_engine(peers: Peers, results: Results, name: Name, engine: str) -> None:
    """Holds one engine's logits of a network against PyTorch's."""
    configurations = peers.configurations(name)[engine]
    try:
        for options in configurations if name in COMPARED else configurations[:1]:
            error = peers.engines[engine].check(name, options, peers.folder)
            hold(results, name, label(engine, options), error)
    except Failure as failure:
        if engine not in FURTHER:
            raise
        peers.leave_out(engine, str(failure))


def check(program: Program, peers: Peers, results: Results) -> None:
    """Holds every engine's logits against PyTorch's; ends the run where they differ."""
    say("The same logits everywhere?")
    for network, variants in VARIANTS.items():
        for name in ((network, variant) for variant in variants):
            for engine in peers.configurations(name):
                check_engine(peers, results, name, engine)
            for instruction_set in program.instruction_sets():
                error = program.check(name, instruction_set)
                hold(results, name, f"dyviz {instruction_set}", error)


def measure_round(program: Program, peers: Peers, results: Results, seconds: float) -> None:
    """Everything once."""
    for name in COMPARED:
        results.add("dyviz", name, program.rate(name, seconds))
        peers.measure(name, seconds)
    # What follows is compared with each other alone and stands together.
    for name in ((network, one) for network in (SMALL, RESNET) for one in VARIANTS[network]):
        results.add("plain", name, program.rate(name, seconds))
    results.add("one thread", SUBJECT, program.rate(SUBJECT, seconds, threads=1))
    share = program.report(SUBJECT, seconds, threads=1)["limitShare"]
    say(f"  {100 * share:.1f} % of the limit")
    results.add("limit share", SUBJECT, share)
    for taps in ("depthwise", "lattice", "default", "exact"):
        results.add(f"taps {taps}", SUBJECT, program.rate(SUBJECT, seconds, taps=taps))
    for instruction_set in program.instruction_sets():
        rate = program.rate(SUBJECT, seconds, instruction_set=instruction_set)
        results.add(instruction_set, SUBJECT, rate)


def python_rate(script: str, *arguments: str | Path | int) -> float:
    """Images per second, as one of the scripts beside this one prints them."""
    path = Path(__file__).with_name(script)
    rate = float(run([sys.executable, str(path), *(str(argument) for argument in arguments)]))
    say(f"  {rate:.1f} images/s")
    return rate


def measure_files(
    program: Program, networks: Path, photos: Path, results: Results, rounds: int
) -> None:
    """From files to statistics, by turns with the script and the decoders."""

    def hook_script(workers: int, batch: int, limit: int) -> float:
        options = ("--workers", workers, "--batch", batch, "--limit", limit, "--threads", THREADS)
        return python_rate("hook_script.py", networks, photos, *options)

    say("From files to statistics")
    rates = {one: hook_script(*one, 2 * one[1] + 16) for one in HOOK_SCRIPTS}
    workers, batch = max(rates, key=lambda one: rates[one])
    results.notes["hook script"] = f"{workers} workers, batch {batch}"
    for _ in range(rounds):
        results.add("hook script", SUBJECT, hook_script(workers, batch, 64))
        decoded = python_rate("decoders.py", photos, "--limit", PICTURES[1], "--processes", THREADS)
        results.add("libjpeg-turbo alone", SUBJECT, decoded)
        seconds = []
        for limit in PICTURES:
            elapsed, megabytes = program.statistics(SUBJECT, photos, limit, FOLDER / "statistics")
            say(f"  {limit} images in {elapsed:.2f} s, {megabytes:.1f} MB at most")
            results.add(f"memory {limit}", SUBJECT, megabytes)
            seconds.append(elapsed)
        results.add("files", SUBJECT, PICTURES[1] / seconds[1])
        further = (PICTURES[1] - PICTURES[0]) / max(seconds[1] - seconds[0], 1e-9)
        results.add("further files", SUBJECT, further)


def main() -> None:
    """Runs the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="for one measurement")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/benchmarks.md")
    parser.add_argument("--results", type=Path, default=ROOT / "Benchmarks/results.json")
    options = parser.parse_args()
    start = time.perf_counter()
    try:
        load = f"{os.getloadavg()[0]:.1f} processors"
        networks, photos = prepare()
        program, peers, results = Program(networks), Peers(networks), Results(options)
        results.notes["load before the run"] = load
        check(program, peers, results)
        say("Which configuration of each engine is its best?")
        for name in COMPARED:
            peers.choose(name, options.seconds / 2)
        for number in range(options.rounds):
            say(f"Round {number + 1} of {options.rounds}")
            measure_round(program, peers, results, options.seconds)
        measure_files(program, networks, photos, results, min(options.rounds, 3))
        results.profile = program.report(SUBJECT, 2 * options.seconds)
        results.take(peers)
        peers.close()
        results.notes["minutes"] = round((time.perf_counter() - start) / 60, 1)
        text = write(results, options.output)
        options.results.write_text(json.dumps(results.raw(), indent=1, sort_keys=True) + "\n")
    except Failure as failure:
        sys.exit(f"make bench: {failure}")
    say(text)
    say(f"written to {options.output} and {options.results}")


if __name__ == "__main__":
    main()
