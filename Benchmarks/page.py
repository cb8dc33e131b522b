"""docs/benchmarks.md."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from pathlib import Path

from peers import SUBJECT
from report import PACKAGES, Results
from rows import HEAD, number, rows
from tools import THREADS, machine


@dataclass
class Page:
    """Markdown, line by line."""

    lines: list[str] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        """Appends lines."""
        self.lines += lines

    def table(self, head: list[str], body: list[list[str]]) -> None:
        """Appends a table."""
        self.add("| " + " | ".join(head) + " |", "|" + "---|" * len(head))
        self.add(*("| " + " | ".join(row) + " |" for row in body), "")


def write(results: Results, path: Path) -> str:
    """Writes the page; gives the table for the terminal."""
    results.rows = rows(results)
    about = machine(PACKAGES)
    page = Page(["# Benchmarks", ""])
    page.add(
        "Written by `make bench`; do not edit. Medians of "
        f"{results.notes['rounds']} rounds in which every measurement of "
        f"{results.notes['seconds']:g} s took its turn (at most three rounds for files), and the "
        "lowest and highest round.",
        f"{THREADS} threads, 32-bit floats, 224x224 pixels, the same weights for all; networks are "
        "MobileNetV2 x0.35 unless named otherwise.",
        "",
    )
    about["load before the run"] = results.notes["load before the run"]
    page.table(["", ""], [[key, value] for key, value in about.items()])
    page.add("## What is asked for", "")
    page.add(HEAD, "|---|---|---|---|---|")
    page.add(*(row.line() for row in results.rows), "")
    speeds(results, page)
    profile(results, page)
    method(page)
    path.write_text("\n".join(page.lines))
    return "\n".join([HEAD, *(row.line() for row in results.rows)])


def speeds(results: Results, page: Page) -> None:
    """All rates."""
    page.add("## Images per second", "")
    body = []
    for (kind, name), values in results.rates.items():
        if not kind.startswith(("memory", "limit")):
            own = kind in ("dyviz", "hook script", "libjpeg-turbo alone")
            body.append([" ".join(name), kind if own else f"dyviz, {kind}", *spread(values)])
    for name, engines in results.engines.items():
        body += [[" ".join(name), engine, *spread(values)] for engine, values in engines.items()]
    page.table(["network", "run by", "median", "lowest … highest"], sorted(body))
    for engine, reason in results.left_out.items():
        page.add(f"{engine} is left out: {reason}.", "")
    largest = max(results.errors, key=lambda key: results.errors[key])
    page.add(
        f"The logits of all {len(results.errors)} combinations of network, engine, options and "
        "instruction set equal PyTorch's; the largest difference is "
        f"{results.errors[largest]:.1e} of the largest logit ({largest}).",
        "",
    )


def spread(values: list[float]) -> list[str]:
    """Median and range."""
    return [number(statistics.median(values)), f"{number(min(values))} … {number(max(values))}"]


def profile(results: Results, page: Page) -> None:
    """Where dyviz spends its time."""
    found = results.profile
    page.add("## Where the time goes", "")
    page.add(
        f"{' '.join(SUBJECT)}: {100 * found['limitShare']:.1f} % of the limit of "
        f"{found['peak'] / THREADS / 1e9:.1f} billion multiply-adds per second and thread"
        f" ({found['instructionSet']}); Dynamic ReLU takes {100 * found['dynamicShare']:.1f} % of "
        "the time (what a static twin would save).",
        "",
    )
    steps = sorted(found["steps"], key=lambda step: -step["microseconds"])[:20]
    page.table(
        ["the 20 longest steps", "", "µs", "share", "of the limit"],
        [
            [
                step["node"],
                step["operation"],
                f"{step['microseconds']:.1f}",
                f"{100 * step['share']:.1f} %",
                f"{100 * step['limitShare']:.1f} %" if step.get("limitShare") else "",
            ]
            for step in steps
        ],
    )


def method(page: Page) -> None:
    """How it was measured."""
    page.add(
        "## How",
        "",
        "- Ratios are taken round by round; the table shows their median. Every engine has a process "
        "of its own and waits while another is measured.",
        "- The other engines run Dynamic ReLU in the form that suits them best (a maximum instead of "
        "the training code's comparison and choice, a plain mean), in 32-bit floats, exported from "
        "PyTorch to ONNX with opset 17 or, for ncnn, converted by pnnx. Each counts with the best of "
        "its configurations: PyTorch eager with channels last at batch 1 and 16, and, on MobileNetV2 "
        "x0.35, with torch.compile and frozen weights; ONNX Runtime with one session or one for each "
        "thread at batch 1 and 16; OpenVINO at batch 1 and 16 with latency and throughput hints; "
        "ncnn, on MobileNetV2 x0.35, with one session or one for each thread, an image at a time.",
        "- dyviz runs `dyviz bench`, batch 1, each thread with an image of its own.",
        "- End to end: 500x375 JPEG files of about 45 kB. dyviz's time is that of the whole process "
        "`dyviz stats` on 1,000 files, from its start to the exported statistics; the script's "
        "begins after its imports, its loading, the start of its workers and its first batch. Its "
        "workers (0 to 2) and batch (1, 4, 16) are those with which it is fastest. `further files` "
        "is the rate between the 200th and the 1,000th file.",
        "- The decoders alone: libjpeg-turbo decodes the same 1,000 files whole to RGB with its "
        "default settings, in a process for each thread that has nothing else to do; their start is "
        "not counted.",
        "- dyviz counts coefficients at all sites in every row with taps.",
        "- `portable` is SSE2 without fused multiply-adds.",
        "",
    )
