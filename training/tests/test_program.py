"""The program against PyTorch and NumPy, on the sample."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
import torch
from conftest import ROOT
from export import measure
from fashion_mnist import DEFAULT_FOLDER
from fashion_on_photographs import validation_set
from model_reader import load_model
from program_tables import run
from torch import Tensor

VARIANTS = ["dyrelu-a", "dyrelu-b", "dyrelu-c", "relu"]
STATISTICS_IMAGES = 250


@pytest.fixture(scope="session")
def composed() -> tuple[Tensor, Tensor]:
    """All 10,000 validation images, uint8 [N, side, side, 3], and their classes."""
    return validation_set(DEFAULT_FOLDER)


@pytest.fixture(scope="session")
def image_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same images as files."""
    folder = tmp_path_factory.mktemp("validation-images")
    run(sys.executable, ROOT / "training/make_sample_images.py", "--all", folder)
    return folder


def test_statistics_agree_with_an_independent_computation(
    program: Path, model_path: Path, tmp_path: Path
) -> None:
    """Counts, slope differences and shares of all depthwise sites, every variant."""
    limit = ("--limit", STATISTICS_IMAGES)
    run(program, "stats", model_path, ROOT / "sample-images", "--output", tmp_path, *limit)
    script = ROOT / "training/statistics_reference.py"
    run(
        sys.executable, script, model_path, ROOT / "sample-images", "--compare", tmp_path, *limit,
        "--threads", os.cpu_count(),
    )  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_top_1_over_all_validation_images_equals_pytorchs(
    name: str, program: Path, model_path: Path, image_files: Path, composed: tuple[Tensor, Tensor], tmp_path: Path
) -> None:
    """Within 0.1 point, for the same F16 weights; and accuracy.json says the same."""
    run(program, "stats", model_path, image_files, "--variant", name, "--output", tmp_path)
    summary = json.loads((tmp_path / name / "summary.json").read_text())
    assert (summary["images"], summary["labelled"], summary["skipped"]) == (10_000, 10_000, 0)
    torch.set_num_threads(os.cpu_count() or 1)
    measured = measure(load_model(model_path)[name], *composed)
    assert abs(100 * summary["top1"] - measured["top1_percent"]) <= 0.1
    assert abs(100 * summary["top5"] - measured["top5_percent"]) <= 0.1
    accuracy = json.loads((model_path.parent / "accuracy.json").read_text())
    (published,) = [one for one in accuracy["variants"] if one["name"] == name]
    assert abs(published["top1_percent"] - measured["top1_percent"]) <= 0.05
