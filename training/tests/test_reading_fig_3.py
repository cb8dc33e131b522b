"""docs/reading-fig-3.md against the program, and training/what-if.csv against the networks that it is of."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from number_differences import NUMBER, number_difference
from reading_fig_3 import CHANGES, FIGURES, PAGE, VARIANT, WHAT_IF, over_images, read_report, read_rows
from run_table import BLOCK, filled


def difference(one: str, other: str) -> str:
    """Where two texts differ by more than the last digits of their numbers; empty if nowhere."""
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return "the words differ"
    return number_difference(one, other)


def test_differences_are_found() -> None:
    """The comparison itself."""
    assert difference("1.00 of 2,000", "1.02 of 2,001") == ""
    assert difference("1.00", "1.03") and difference("1.00 %", "1.00") and difference("-0.10", "0.10")


def test_slopes_over_images_are_the_root_mean_square_of_the_sites_own_rows() -> None:
    """Of 3 and 4: the square root of 12.5."""
    rows = [{"node": node, "slope_deviation": value} for node, value in (("a", "3"), ("a", "4"), ("b", "9"))]
    assert over_images({"coefficients": rows}, "a") == pytest.approx(12.5**0.5)


def test_figures_of_the_page_are_the_programs(program: Path, model_path: Path, tmp_path: Path) -> None:
    """Filling them in again changes last digits at most."""
    images = ROOT / "sample-images"
    subprocess.run(
        [program, "stats", model_path, images, "--variant", VARIANT, "--output", tmp_path],
        check=True,
        capture_output=True,
    )
    text = PAGE.read_text()
    assert {block[2] for block in BLOCK.finditer(text)} == FIGURES.keys()
    assert difference(text, filled(text, read_report(tmp_path), FIGURES)) == ""


def test_the_what_if_comparison_is_of_the_committed_networks(model_path: Path) -> None:
    """Of all images; unchanged, each has the top-1 of accuracy.json, and every place has every change."""
    report = json.loads((model_path.parent / "accuracy.json").read_text())
    published = {one["name"]: one["top1_percent"] for one in report["variants"]}
    rows = read_rows(WHAT_IF)
    assert {int(row["images"]) for row in rows} == {report["images"]}
    unchanged = {row["variant"]: float(row["top1"]) for row in rows if row["change"] == "none"}
    assert VARIANT in unchanged
    for name, top1 in unchanged.items():
        assert top1 == pytest.approx(published[name], abs=0.02)
        changes = [row["change"] for row in rows if row["variant"] == name and row["change"] != "none"]
        assert changes == list(CHANGES) * (len(changes) // len(CHANGES)) != []
