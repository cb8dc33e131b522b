"""Where the processor time of `dyviz stats` goes on the sample, function by function.

    python3 Benchmarks/profile_sample.py [--variant V] [--runs N] [--rows N] [--threads N]

Runs the program under Linux perf (`linux-perf` of Debian), which looks every
quarter of a millisecond of processor time at what runs, and prints the
functions in which most was found, with what they mostly are called by. Inlined
functions count for those that they stand in. The whole of a process is counted,
from its start to the exported files, over all threads and in the kernel, too.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
NANOSECONDS = 250_000
"""Of processor time between two samples of a thread."""
UNKNOWN = "[unknown]"


@dataclass
class Costs:
    """Nanoseconds of processor time by function, and by function and caller."""

    own: Counter[str] = field(default_factory=Counter)
    called: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, period: int, frames: list[str]) -> None:
        """Counts one sample; its innermost frame comes first."""
        function = frames[0] if frames else UNKNOWN
        self.own[function] += period
        # Code without frame pointers breaks the chain; the next frame with a name is the caller that is known.
        callers = (frame for frame in frames[1:] if frame != function and not frame.startswith(UNKNOWN))
        self.called.setdefault(function, Counter())[next(callers, UNKNOWN)] += period

    def caller(self, function: str) -> str:
        """What calls it most."""
        return self.called[function].most_common(1)[0][0]


def frame(text: str) -> str:
    """A function, or the library that one without a name is in, of `address function (path)`."""
    function, _, path = text.split(maxsplit=1)[1].rpartition(" (")
    return f"{UNKNOWN} in {Path(path[:-1]).name}" if function == UNKNOWN else function


def samples(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Period and frames of each sample that `perf script -F period,ip,sym,dso` prints: a period alone on its line, a
    frame a line, an empty line."""
    period, frames = None, []
    for line in [*lines, ""]:
        if not line.strip():
            if period is not None:
                yield period, frames
            period, frames = None, []
        elif period is None:
            period = int(line)
        else:
            frames.append(frame(line))


def checked(command: list[str], text: str | None = None) -> str:
    """Runs a command; what it printed."""
    if which(command[0]) is None:
        sys.exit(f"{command[0]} is not installed")
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: ended with status {result.returncode}\n{result.stderr}")
    return result.stdout


def demangled(names: list[str]) -> dict[str, str]:
    """Swift's names as they are written in its sources."""
    readable = checked(["swift", "demangle", "--simplified"], "\n".join(names)).splitlines()
    return dict(zip(names, readable, strict=True))


def profile(options: argparse.Namespace) -> Costs:
    """Runs the program as often as asked."""
    costs = Costs()
    with TemporaryDirectory() as place:
        data = f"{place}/perf.data"
        record = ["perf", "record", "--quiet", "-e", "cpu-clock", "-c", str(NANOSECONDS)]
        program = [str(options.program), "stats", str(options.model), str(options.images)]
        program += ["--variant", options.variant, "--threads", str(options.threads)]
        program += ["--output", f"{place}/statistics"]
        for _ in range(options.runs):
            checked([*record, "--call-graph", "fp", "--output", data, "--", *program])
            # Looking up inlined functions takes minutes and names no function of its own.
            script = ["perf", "script", "--no-inline", "--no-demangle", "-F", "period,ip,sym,dso", "-i"]
            for period, frames in samples(checked([*script, data]).splitlines()):
                costs.add(period, frames)
    return costs


def table(costs: Costs, images: int, rows: int) -> str:
    """Markdown: the largest costs, and all together, in microseconds an image."""
    total = sum(costs.own.values())
    largest = costs.own.most_common(rows)
    names = demangled([*(name for name, _ in largest), *(costs.caller(name) for name, _ in largest)])
    lines = ["| µs an image | share | function | mostly called by |", "|---|---|---|---|"]
    for name, period in largest:
        figures = f"{period / 1000 / images:.1f} | {100 * period / total:.1f} %"
        lines.append(f"| {figures} | `{names[name]}` | `{names[costs.caller(name)]}` |")
    rest = total - sum(period for _, period in largest)
    lines.append(f"| {rest / 1000 / images:.1f} | {100 * rest / total:.1f} % | the rest | |")
    lines.append(f"| {total / 1000 / images:.1f} | 100 % | all | |")
    return "\n".join(lines)


def main() -> None:
    """Profiles and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=ROOT / ".build/release/dyviz")
    parser.add_argument("--model", type=Path, default=ROOT / "sample-weights/model.bin")
    parser.add_argument("--images", type=Path, default=ROOT / "sample-images")
    parser.add_argument("--variant", default="dyrelu-b")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    count = len([path for path in options.images.rglob("*") if path.suffix == ".png"])
    if count == 0:
        sys.exit(f"{options.images}: no PNG files")
    costs = profile(options)
    print(f"{options.variant}, {count} images, {options.runs} runs, {options.threads} threads")
    print(table(costs, count * options.runs, options.rows))


if __name__ == "__main__":
    main()
