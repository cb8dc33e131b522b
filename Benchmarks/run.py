"""Measures dyviz against PyTorch, ONNX Runtime and OpenVINO: `make bench`.

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

from peers import CONFIGURATIONS, Name, Peers, label
from program import Program
from report import Results, write
from tools import ROOT, THREADS, Failure, run, say

FOLDER = ROOT / ".build/benchmarks"
TOLERANCE = 1e-4
SMALL, FULL, RESNET = "mobilenetv2-0.35", "mobilenetv2-1.0", "resnet-18"
VARIANTS: dict[str, tuple[str, ...]] = {
    SMALL: ("relu6", "dyrelu-a", "dyrelu-b", "dyrelu-c"),
    FULL: ("relu6", "dyrelu-b"),
    RESNET: ("relu", "dyrelu-b"),
}
COMPARED: list[Name] = [
    (SMALL, "relu6"),
    (SMALL, "dyrelu-b"),
    (FULL, "dyrelu-b"),
    (RESNET, "dyrelu-b"),
]
"""What the other engines are measured on."""
SUBJECT: Name = (SMALL, "dyrelu-b")
PICTURES = (200, 1000)


def prepare() -> tuple[Path, Path]:
    """The folders of networks and pictures, made anew where the scripts have changed."""
    made = []
    here = Path(__file__).parent
    networks = [here / "networks.py", here / "resnet18.py", here / "requirements.txt"]
    training = ("dyrelu", "mobilenetv2", "model_file")
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


def check(program: Program, peers: Peers, results: Results) -> None:
    """Holds every engine's logits against PyTorch's; ends the run where they differ."""
    say("The same logits everywhere?")

    def hold(name: Name, engine: str, error: float) -> None:
        say(f"  {' '.join(name)}, {engine}: differs by {error:.1e} of the largest logit")
        results.errors[f"{' '.join(name)}, {engine}"] = error
        if not error <= TOLERANCE:
            raise Failure(f"{' '.join(name)}: {engine} differs from PyTorch by {error:.1e}")

    for network, variants in VARIANTS.items():
        for name in ((network, variant) for variant in variants):
            for engine, configurations in CONFIGURATIONS.items():
                for options in configurations if name in COMPARED else configurations[:1]:
                    error = peers.engines[engine].check(name, options, peers.folder)
                    hold(name, label(engine, options), error)
            for instruction_set in program.instruction_sets():
                hold(name, f"dyviz {instruction_set}", program.check(name, instruction_set))


def measure_round(program: Program, peers: Peers, results: Results, seconds: float) -> None:
    """Everything once."""
    for name in COMPARED:
        results.add("dyviz", name, program.rate(name, seconds))
        peers.measure(name, seconds)
    # What follows is compared with each other alone and stands together.
    for name in ((network, one) for network in (SMALL, RESNET) for one in VARIANTS[network]):
        results.add("plain", name, program.rate(name, seconds))
    results.add("one thread", SUBJECT, program.rate(SUBJECT, seconds, threads=1))
    for taps in ("depthwise", "lattice", "default", "exact"):
        results.add(f"taps {taps}", SUBJECT, program.rate(SUBJECT, seconds, taps=taps))
    for instruction_set in program.instruction_sets():
        rate = program.rate(SUBJECT, seconds, instruction_set=instruction_set)
        results.add(instruction_set, SUBJECT, rate)


def hook_script(networks: Path, photos: Path, batch: int, limit: int) -> float:
    """Images per second of the script with hooks."""
    script = [sys.executable, str(Path(__file__).with_name("hook_script.py"))]
    options = ["--batch", str(batch), "--limit", str(limit), "--threads", str(THREADS)]
    rate = float(run([*script, str(networks), str(photos), *options]))
    say(f"  {rate:.1f} images/s")
    return rate


def measure_files(
    program: Program, networks: Path, photos: Path, results: Results, rounds: int
) -> None:
    """From files to statistics, by turns with the script."""
    say("From files to statistics")
    rates = {batch: hook_script(networks, photos, batch, 2 * batch + 16) for batch in (1, 4, 16)}
    best = max(rates, key=lambda batch: rates[batch])
    results.notes["hook script's batch"] = best
    for _ in range(rounds):
        results.add("hook script", SUBJECT, hook_script(networks, photos, best, 48))
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
