"""Exports networks of timm with drawn weights and holds the program against PyTorch: `make test-timm`.

    python python/tests/timm_networks.py [NAME...] [--write docs/timm.md]

`timm_networks.txt` has a network a line, with what is expected of it: `agrees`, or `refused: OPERATOR` with the reason. A network
agrees where its output is within 1e-4 of the largest value of what PyTorch gives in double precision, or where it and all
activations are as near to that as PyTorch's own single precision is (`dyviz.verify`). Ends with 1 if any is not as expected.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(Path(__file__).parent)]

import dyviz  # noqa: E402
from comparing import TOLERANCE, drawn, images, preprocessing  # noqa: E402
from dyviz.timm_models import import_timm  # noqa: E402

LIST = Path(__file__).with_suffix(".txt")
CLASSES = 7
SIZE = 128


@dataclass
class Outcome:
    """What became of a network."""

    name: str
    expected: str
    found: str
    differences: str = ""
    """Of output and worst activation, and PyTorch's own."""

    @property
    def is_expected(self) -> bool:
        """Agreements as such, refusals by their operator."""
        return self.found == self.expected.partition(" (")[0]


def networks() -> dict[str, str]:
    """Names and what is expected of them."""
    lines = [line.rstrip("\n").split("\t") for line in LIST.open(encoding="utf-8") if not line.startswith("#")]
    return {name: expected for name, expected in lines}


def outcome(name: str, expected: str) -> Outcome:
    """Exports a network and runs it."""
    torch.manual_seed(0)
    network = import_timm().create_model(name, pretrained=False, num_classes=CLASSES)
    configuration = network.pretrained_cfg
    size = configuration["input_size"][1] if configuration.get("fixed_input_size") else SIZE
    network, x = drawn(network), images(1, size)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.bin"
        try:
            dyviz.export(network, path, x, preprocessing=preprocessing())
            report = dyviz.verify(network, path, x, tolerance=TOLERANCE)
        except dyviz.ExportError as error:
            return Outcome(name, expected, f"refused: {_operator(str(error))}")
        except dyviz.VerificationError as error:
            return Outcome(name, expected, "differs", str(error).replace("\n", "; ")[:200])
    output, worst = report.differences[0], report.worst
    return Outcome(name, expected, "agrees", f"{output.relative:.0e} | {output.single:.0e} | {worst.relative:.0e}")


def _operator(message: str) -> str:
    """`softmax` of `aten.softmax of module ...`; what is traced by Python itself has a line of its own."""
    words = message.split()
    return words[0].removeprefix("aten.").rstrip("_") if words[0].startswith("aten.") else message.partition(":")[0]


def table(outcomes: list[Outcome]) -> str:
    """The page with the results."""
    agreeing = [one for one in outcomes if one.found == "agrees"]
    lines = [
        "# Networks of timm",
        "",
        f"{len(agreeing)} of {len(outcomes)} networks of timm {import_timm().__version__}, with weights and statistics drawn, {CLASSES} classes, images of {SIZE} x {SIZE}",
        "unless the network has a size of its own, agree with PyTorch; the others are refused. `make test-timm` writes this page.",
        "",
        "Differences are shares of the largest value, from double precision: dyviz's output, PyTorch's own output in single precision, and dyviz's worst activation.",
        "",
        "| network | output | PyTorch's | worst activation |",
        "|---|---|---|---|",
        *(f"| {one.name} | {one.differences} |" for one in agreeing),
        "",
        "| refused | operator, and why |",
        "|---|---|",
        *(f"| {one.name} | {one.expected if one.is_expected else one.found} |" for one in outcomes if one.found != "agrees"),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Runs all or some networks."""
    parser = argparse.ArgumentParser(description="Networks of timm against PyTorch")
    parser.add_argument("names", nargs="*", help="networks; all of the list unless given")
    parser.add_argument("--write", type=Path, help="page for the results")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    expected, outcomes = networks(), []
    for name in options.names or expected:
        start = time.monotonic()
        outcomes.append(outcome(name, expected.get(name, "agrees")))
        one = outcomes[-1]
        mark = "" if one.is_expected else f"   EXPECTED {one.expected}"
        print(f"{name:28} {one.found} {one.differences} {time.monotonic() - start:.0f} s{mark}", flush=True)
    agreeing = sum(one.found == "agrees" for one in outcomes)
    print(f"{agreeing} of {len(outcomes)} agree")
    if options.write:
        options.write.write_text(table(outcomes), encoding="utf-8")
    return 0 if all(one.is_expected for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
