"""`dyviz ablate` against the same changes made by hooks in plain PyTorch, on the sample's images."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
import what_if
from fashion_on_photographs import normalise
from model_reader import load_model
from sample_of_images import chosen_images, linked, tensors
from what_if import EVERYWHERE, compare, places

IMAGES = 100
BATCH = 50
CLOSE = 1e-4
"""Logits nearer than this may rank either way: both programs round."""


def written(program: Path, model: Path, images: Path, folder: Path, variant: str) -> list[dict[str, str]]:
    """The rows of the program's table."""
    subprocess.run(
        [program, "ablate", model, images, "--variant", variant, "--output", folder, "--change", *what_if.CHANGES],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with (folder / variant / "what_if.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("variant", "single"), [("dyrelu-b", ["a3"]), ("dyrelu-c", [])])
def test_every_change_does_what_it_does_in_pytorch(
    program: Path, model_path: Path, tmp_path: Path, variant: str, single: list[str]
) -> None:
    network = load_model(model_path)[variant]
    paths = chosen_images(IMAGES)
    pixels, labels = tensors(paths, network.labels)
    batches = [normalise(part) for part in pixels.split(BATCH)]
    where = places(network, single)
    found = compare(network, batches, labels.split(BATCH), where, what_if.CHANGES)
    rows = written(program, model_path, linked(paths, tmp_path / "images"), tmp_path, variant)
    unchanged = rows[0]
    assert int(unchanged["images"]) == IMAGES
    assert float(unchanged["top1"]) == pytest.approx(found.unchanged.right / IMAGES, abs=0.001)
    by_name = {(row["order"], row["name"], row["change"]): row for row in rows}
    nodes = what_if.dynamic_nodes(network)
    for (place, change), tally in found.changed.items():
        if place.where == EVERYWHERE:
            key = ("all", "", change)
        elif len(place.nodes) == 1:
            key = ("each", place.nodes[0], change)
        else:
            key = ("role", nodes[place.nodes[0]], change)
        row = by_name[key]
        assert int(row["sites"]) == len(place.nodes)
        # One image whose best two logits all but tie may fall on either side.
        assert float(row["top1"]) == pytest.approx(tally.right / IMAGES, abs=1.01 / IMAGES), key
        assert abs(int(row["changed"]) - tally.changed) <= 1, key
        mean = tally.total_change / (tally.images * tally.classes)
        assert float(row["mean_abs_logit_change"]) == pytest.approx(mean, rel=2e-3, abs=CLOSE), key
    assert len(found.changed) == 3 * (1 + 5 + 17 * len(single))
