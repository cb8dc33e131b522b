"""The table of runs from logs, and the committed figures of sample-weights/."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from conftest import ROOT
from export import MAXIMUM_SIZE, TEXTS, check_finished
from run_table import BLOCK, FIGURES, filled, mean_and_spread, merged, read_log, read_runs

ACCURACY = ROOT / "sample-weights/accuracy.json"


def line(variant: str, seed: int, epoch: int, validation: float, epochs: int = 2) -> str:
    """A line as train.py logs it; the last has both accuracies."""
    both = " on training photographs 70.00 %" if epoch == epochs else ""
    return (
        f"{variant} seed {seed} epoch {epoch}/{epochs} loss 1.2345 top-1 on validation photographs {validation:.2f} %"
        f"{both} seconds 3000 + 600\n"
    )


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Logs: ReLU with three seeds, DY-ReLU-B with two and an unfinished third."""
    accuracies = {"relu-0": 70, "relu-1": 71, "relu-10": 72, "dyrelu-b-0": 74, "dyrelu-b-1": 75, "dyrelu-b-2": None}
    for name, accuracy in accuracies.items():
        variant, _, seed = name.rpartition("-")
        text = line(variant, int(seed), 1, 50)
        if accuracy is not None:
            text += line(variant, int(seed), 2, accuracy)
        (tmp_path / name).mkdir()
        (tmp_path / name / "log.txt").write_text(text)
    return tmp_path


def test_finished_runs_are_read_by_variant_and_seed(runs: Path) -> None:
    """Unfinished ones only where they are asked for; variants without runs are left out."""
    variants = ["dyrelu-a", "dyrelu-b", "relu"]
    found, logs = read_runs(runs, variants)
    names = [f"{run['variant']}-{run['seed']}" for run in found]
    assert names == ["dyrelu-b-0", "dyrelu-b-1", "relu-0", "relu-1", "relu-10"]
    assert list(logs) == [f"{name}.txt" for name in names]
    assert logs["relu-1.txt"] == (runs / "relu-1/log.txt").read_text()
    assert found[0] == {
        "variant": "dyrelu-b",
        "seed": 0,
        "epochs": 2,
        "loss": 1.2345,
        "top1_validation_photographs_percent": 74,
        "top1_training_photographs_percent": 70,
        "seconds": 7200,
        "fastest_epoch_seconds": 3000,
    }
    everything, _ = read_runs(runs, variants, unfinished=True)
    assert len(everything) == 6
    assert everything[2]["top1_training_photographs_percent"] is None


def test_further_runs_join_those_of_a_report() -> None:
    """In the order of variants and seeds; a run that is found anew takes the place of the old."""
    names = [("dyrelu-b", 0), ("relu", 0), ("relu", 10)]
    known = [{"variant": variant, "seed": seed, "loss": 1} for variant, seed in names]
    found = [{"variant": "relu", "seed": 2, "loss": 2}, {"variant": "dyrelu-b", "seed": 0, "loss": 3}]
    runs = merged(known, found, ["dyrelu-a", "dyrelu-b", "relu"])
    assert [(run["variant"], run["seed"], run["loss"]) for run in runs] == [
        ("dyrelu-b", 0, 3), ("relu", 0, 1), ("relu", 2, 2), ("relu", 10, 1),
    ]  # fmt: skip


def test_an_exported_run_must_be_finished(runs: Path) -> None:
    """Its log has the last epoch, and the checkpoint is of that epoch."""
    found, _ = read_runs(runs, ["relu", "dyrelu-b"])
    check_finished([{"name": "relu", "epochs": 2}], found)
    for wrong in ({"name": "relu", "epochs": 1}, {"name": "dyrelu-a", "epochs": 2}):
        with pytest.raises(SystemExit, match="not finished"):
            check_finished([wrong], found)


def test_other_logs_are_refused() -> None:
    """Rather than read in part."""
    for text in ("", "epoch 1 step 0/468 loss 2.3\n", line("relu", 0, 1, 50) + "\n"):
        with pytest.raises(ValueError, match="not a log"):
            read_log(text)


def test_spread_is_the_sample_standard_deviation() -> None:
    """Of 1, 2, 3 and 4: the square root of 5/3; one value has none."""
    assert mean_and_spread([1, 2, 3, 4]) == "2.50 ± 1.29 %"
    assert mean_and_spread([70.5]) == "70.50 %"
    assert mean_and_spread([]) == ""


def test_tables_and_time_of_runs(runs: Path) -> None:
    """The gain is the difference of the means."""
    report = {"runs": read_runs(runs, ["dyrelu-b", "relu"])[0]}
    assert filled("a\n<!-- figures: runs -->\nold\nold\n<!-- end -->\nb", report).splitlines() == [
        "a",
        "<!-- figures: runs -->",
        "| variant | seeds | top-1, validation photographs | above ReLU | each seed | top-1, training photographs |",
        "| --- | --- | --- | --- | --- | --- |",
        "| dyrelu-b | 2 | 74.50 ± 0.71 % | +3.50 | 74.00, 75.00 | 70.00 ± 0.00 % |",
        "| relu | 3 | 71.00 ± 1.00 % |  | 70.00, 71.00, 72.00 | 70.00 ± 0.00 % |",
        "<!-- end -->",
        "b",
    ]
    assert FIGURES["time"](report) == (
        "By their logs the 5 runs took 10.0 h together, with whatever else the machine did:"
        " a run of dyrelu-b 2.0 h, of relu 2.0 h.\n"
        "The fastest epoch, training alone, took dyrelu-b 3000 s, relu 3000 s.\n"
    )


def test_committed_file_is_the_one_measured(model_path: Path) -> None:
    """Size and hash."""
    contents, report = model_path.read_bytes(), json.loads(ACCURACY.read_text())
    assert len(contents) == report["bytes"] <= MAXIMUM_SIZE
    assert hashlib.sha256(contents).hexdigest() == report["sha256"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_figures_in_texts_are_those_of_the_report(path: Path) -> None:
    """Filling them in again changes nothing."""
    text = path.read_text()
    assert BLOCK.search(text)
    assert filled(text, json.loads(ACCURACY.read_text())) == text


def test_committed_logs_are_the_runs_of_the_report() -> None:
    """One for each run, finished, with the same figures."""
    report = json.loads(ACCURACY.read_text())
    logs = {path.name: read_log(path.read_text()) for path in (ROOT / "training/runs").glob("*.txt")}
    assert logs == {f"{run['variant']}-{run['seed']}.txt": (run, True) for run in report["runs"]}
