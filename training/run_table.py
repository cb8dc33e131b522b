"""The logs of train.py as a table: every run's figures, their means and spreads, and the texts that show them."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from recipe import NETWORK
from recipe import TRAINING as RECIPE

Json = dict[str, Any]
VALIDATION, TRAINING = "top1_validation_photographs_percent", "top1_training_photographs_percent"
LINE = re.compile(
    r"(?P<variant>\S+) seed (?P<seed>\d+) epoch (?P<epoch>\d+)/(?P<epochs>\d+) loss (?P<loss>\S+)"
    r" top-1 on validation photographs (?P<validation>\S+) %( on training photographs (?P<training>\S+) %)?"
    r" seconds (?P<seconds>\d+) \+ (?P<measuring>\d+)"
)
"""A line of a log; `seconds` are of training, `measuring` of accuracies. The last has both accuracies."""
BLOCK = re.compile(r"(<!-- figures: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
"""What `filled` replaces in a text."""


def read_runs(folder: Path, variants: Iterable[str], unfinished: bool = False) -> tuple[list[Json], dict[str, str]]:
    """All finished runs, by variant and seed, and their logs by the names that they are kept under.

    With `unfinished`, runs that have not come to their last epoch count as well, as they stand.
    """
    runs, logs = [], {}
    for variant in variants:
        paths = folder.glob(f"{variant}-*/log.txt")
        for path in sorted(paths, key=lambda path: int(path.parent.name.rpartition("-")[2])):
            run, finished = read_log(text := path.read_text())
            if finished or unfinished:
                runs.append(run)
                logs[f"{path.parent.name}.txt"] = text
    return runs, logs


def merged(known: list[Json], found: list[Json], variants: Sequence[str]) -> list[Json]:
    """The runs of a report with those found besides or anew, by variant and seed."""
    runs = {(run["variant"], run["seed"]): run for run in [*known, *found]}
    return [runs[key] for key in sorted(runs, key=lambda key: (variants.index(key[0]), key[1]))]


def read_log(text: str) -> tuple[Json, bool]:
    """The figures of a run after the last epoch of its log, and whether that is the last of all."""
    lines = text.splitlines()
    matches = [match for line in lines if (match := LINE.fullmatch(line))]
    if not lines or len(matches) != len(lines):
        raise ValueError(f"not a log of train.py: {text[:80]!r}")
    last = matches[-1]
    run = {
        "variant": last["variant"],
        "seed": int(last["seed"]),
        "epochs": int(last["epoch"]),
        "loss": float(last["loss"]),
        VALIDATION: float(last["validation"]),
        TRAINING: float(last["training"]) if last["training"] else None,
        "seconds": sum(int(match["seconds"]) + int(match["measuring"]) for match in matches),
        "fastest_epoch_seconds": min(int(match["seconds"]) for match in matches),
    }
    return run, last["epoch"] == last["epochs"]


def mean_and_spread(values: list[float]) -> str:
    """Percent: the mean, and with two values or more the sample standard deviation (n - 1); nothing of none."""
    if not values:
        return ""
    mean = f"{statistics.fmean(values):.2f}"
    return f"{mean} ± {statistics.stdev(values):.2f} %" if len(values) > 1 else f"{mean} %"


def runs_table(report: Json) -> str:
    """Of all runs: a row for each variant."""
    by_variant = _by_variant(report)
    baseline = statistics.fmean(run[VALIDATION] for run in by_variant["relu"]) if "relu" in by_variant else None
    rows = []
    for variant, runs in by_variant.items():
        validation, training = ([run[key] for run in runs if run[key]] for key in (VALIDATION, TRAINING))
        gain = "" if variant == "relu" or baseline is None else f"{statistics.fmean(validation) - baseline:+.2f}"
        each = ", ".join(f"{value:.2f}" for value in validation)
        rows.append([variant, len(runs), mean_and_spread(validation), gain, each, mean_and_spread(training)])
    heads = ["variant", "seeds", "top-1, validation photographs", "above ReLU", "each seed"]
    return markdown_table([*heads, "top-1, training photographs"], rows)


def file_table(report: Json) -> str:
    """Of the networks in the file."""
    rows = []
    for one in report["variants"]:
        accuracies = [f"{one[key]:.2f} %" for key in ("top1_percent", "top5_percent")]
        rows.append([one["name"], f"{one['parameters']:,}", one["epochs"], *accuracies])
    return markdown_table(["variant", "parameters", "epochs", "top-1", "top-5"], rows)


def facts_list(report: Json) -> str:
    """The versions that trained, and the file's size and hash."""
    versions = report["versions"]
    return (
        f"- Versions: Python {versions['python']}, torch {versions['torch']}, safetensors {versions['safetensors']}\n"
        f"- Size and SHA-256 of `{report['file']}`: {report['bytes']:,} bytes, `{report['sha256']}`\n"
    )


def time_sentence(report: Json) -> str:
    """How long the runs took, in hours for each variant and together; the fastest epochs tell of a machine at rest."""
    hours, epochs, total = [], [], 0.0
    for name, runs in _by_variant(report).items():
        own = [run["seconds"] / 3600 for run in runs]
        low, high = f"{min(own):.1f}", f"{max(own):.1f}"
        hours.append(f"{name} {low} h" if low == high else f"{name} {low} to {high} h")
        epochs.append(f"{name} {min(run['fastest_epoch_seconds'] for run in runs)} s")
        total += sum(own)
    return (
        f"By their logs the {len(report['runs'])} runs took {total:.1f} h together, with whatever else the machine did:"
        f" a run of {', of '.join(hours)}.\n"
        f"The fastest epoch, training alone, took {', '.join(epochs)}.\n"
    )


def recipe_list(_: Json) -> str:
    """How all runs were trained, by recipe.py."""
    return (
        f"- Recipe: {RECIPE.epochs} epochs of 60,000 images, composed anew in each; batch {RECIPE.batch},"
        f" {100 * RECIPE.warmup_share:g} % warm-up and a cosine to zero, label smoothing {RECIPE.smoothing},"
        f" dropout {NETWORK.dropout}.\n"
        f"  SGD with Nesterov momentum {RECIPE.momentum}, peak rate {RECIPE.rate} and weight decay {RECIPE.decay};"
        f" hyper functions by AdamW at a peak rate of {RECIPE.hyper_rate} without decay\n"
    )


FIGURES: dict[str, Callable[[Json], str]] = {
    "runs": runs_table,
    "file": file_table,
    "recipe": recipe_list,
    "facts": facts_list,
    "time": time_sentence,
}
"""The blocks of `filled` by name."""


def filled(text: str, report: Json, figures: dict[str, Callable[[Json], str]] = FIGURES) -> str:
    """The text with its blocks `<!-- figures: NAME -->` to `<!-- end -->` made anew from the report."""
    return BLOCK.sub(lambda block: block[1] + figures[block[2]](report) + block[3], text)


def _by_variant(report: Json) -> dict[str, list[Json]]:
    """The report's runs."""
    found: dict[str, list[Json]] = {}
    for run in report["runs"]:
        found.setdefault(run["variant"], []).append(run)
    return found


def markdown_table(heads: list[str], rows: list[list[object]]) -> str:
    """Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)
