"""What the program answers about dots, channels and images, against plain PyTorch and NumPy on the sample's images."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy
import pytest
import torch
from dyrelu import DyReLU
from fashion_on_photographs import normalise
from model_reader import Network, load_model
from sample_of_images import chosen_images, linked, tensors

Array = numpy.ndarray
VARIANT = "dyrelu-b"
IMAGES = 60
SITES = ("stem.act", "blocks.1.expand.act", "blocks.4.depthwise.act", "blocks.10.project.act", "head.act")
REGIONS = ((("2", ""), ("1", "")), (("-1", "-0.25"), ("0", "0.5")))
"""Ranges of x and of y; an end that is left out is open."""
NEAR = 1e-5
"""Pairs nearer to an edge may fall on either side: both programs round."""


@dataclass
class Truth:
    """The images by the network's own code."""

    network: Network
    folder: Path
    paths: list[Path]
    labels: Array
    values: dict[str, Array]
    """Every node's value, [N, C, H, W]."""
    coefficients: dict[str, tuple[Array, Array]]
    """Slopes and intercepts by node, [N, K, C] each."""

    def pairs(self, node: str) -> tuple[Array, Array]:
        """x and y of an activation, [N, C, H, W]."""
        source = next(one for one, _ in self.network.steps if one["name"] == node)["inputs"][0]
        return self.values[source], self.values[node]


@pytest.fixture(scope="module")
def truth(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """All values of the sample's DY-ReLU-B on some images."""
    network = load_model(model_path)[VARIANT]
    paths = chosen_images(IMAGES)
    pixels, labels = tensors(paths, network.labels)
    with torch.no_grad():
        values = network.values(normalise(pixels))
        coefficients = {}
        for node, module in network.steps:
            if isinstance(module, DyReLU):
                slopes, intercepts, _ = module.coefficients(values[node["inputs"][0]])
                coefficients[node["name"]] = slopes.numpy(), intercepts.numpy()
    folder = linked(paths, tmp_path_factory.mktemp("questions") / "images")
    return Truth(
        network, folder, paths, labels.numpy(), {name: value.numpy() for name, value in values.items()}, coefficients
    )


def rows(program: Path, *arguments: object, file: Path) -> list[dict[str, str]]:
    """The rows of the table that a command writes."""
    subprocess.run([program, *map(str, arguments), "--variant", VARIANT], check=True, stdout=subprocess.DEVNULL)
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def counts(cell: str) -> dict[int, int]:
    """`17:290 4:21`."""
    return {int(key): int(value) for key, _, value in (part.partition(":") for part in cell.split())}


def inside(values: Array, ends: tuple[str, str], slack: float) -> Array:
    """Which values are in [lower, upper), widened by the slack."""
    lower, upper = (float(ends[0] or "-inf"), float(ends[1] or "inf"))
    return (values >= lower - slack) & (values < upper + slack)


@pytest.mark.parametrize("node", SITES)
def test_exemplars_are_counted_by_image_channel_and_position(
    program: Path, model_path: Path, truth: Truth, tmp_path: Path, node: str
) -> None:
    x, y = truth.pairs(node)
    for x_ends, y_ends in REGIONS:
        options = ["--site", node, "--x", ":".join(x_ends), "--y", ":".join(y_ends), "--output", tmp_path / "f.csv"]
        found = rows(program, "find", model_path, truth.folder, *options, file=tmp_path / "f.csv")
        least, most = (
            (inside(x, x_ends, slack) & inside(y, y_ends, slack)).reshape(*x.shape[:2], -1) for slack in (-NEAR, NEAR)
        )
        by_path = {row["path"]: row for row in found}
        for image, path in enumerate(truth.paths):
            row = by_path.get(f"{path.parent.name}/{path.name}", {"pairs": "0", "channels": "", "positions": ""})
            assert least[image].sum() <= int(row["pairs"]) <= most[image].sum(), (node, path)
            for column, axis in (("channels", 1), ("positions", 0)):
                told = counts(row[column])
                low, high = least[image].sum(axis), most[image].sum(axis)
                assert all(low[index] <= told.get(index, 0) <= high[index] for index in range(len(low))), (node, path)
        pairs = [int(row["pairs"]) for row in found]
        assert pairs == sorted(pairs, reverse=True)


def test_functions_of_an_image_are_pytorchs(
    program: Path, model_path: Path, truth: Truth, tmp_path: Path
) -> None:
    for image in range(0, IMAGES, IMAGES // 10):
        name = "/".join(truth.paths[image].parts[-2:])
        options = ["--image", name, "--output", tmp_path / "f.csv"]
        found = rows(program, "functions", model_path, truth.folder, *options, file=tmp_path / "f.csv")
        assert {row["node"] for row in found} == set(truth.coefficients)
        for row in found:
            place = image, int(row["segment"]) - 1, int(row["channel"])
            slopes, intercepts = truth.coefficients[row["node"]]
            assert float(row["slope"]) == pytest.approx(slopes[place], abs=1e-4), (name, row)
            assert float(row["intercept"]) == pytest.approx(intercepts[place], abs=1e-4), (name, row)


@pytest.fixture(scope="module")
def exports(program: Path, model_path: Path, truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `dyviz stats --channels`."""
    folder = tmp_path_factory.mktemp("channels")
    command = [program, "stats", model_path, truth.folder, "--variant", VARIANT, "--channels", "--output", folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / VARIANT


def table(exports: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of an exported table."""
    with (exports / name).open(newline="", encoding="utf-8") as text:
        yield from csv.DictReader(text)


def test_scores_say_how_far_slopes_move_and_how_much_by_class(exports: Path, truth: Truth) -> None:
    for row in table(exports, "slope_difference.csv"):
        slopes = truth.coefficients[row["node"]][0].astype(float)
        variance = slopes.var(0)
        assert float(row["dynamic_score"]) == pytest.approx(variance.mean() ** 0.5, rel=1e-3), row
        between = sum(
            (truth.labels == label).mean() * (slopes[truth.labels == label].mean(0) - slopes.mean(0)) ** 2
            for label in numpy.unique(truth.labels)
        )
        assert float(row["by_class"]) == pytest.approx(between.sum() / variance.sum(), rel=1e-3), row


def test_channels_are_what_their_pairs_say(exports: Path, truth: Truth) -> None:
    checked = 0
    for row in table(exports, "channels.csv"):
        if row["node"] not in SITES:
            continue
        channel, (x, y) = int(row["channel"]), (part[:, int(row["channel"])] for part in truth.pairs(row["node"]))
        slopes, intercepts = (part[:, :, channel] for part in truth.coefficients[row["node"]])
        lines = slopes[:, :, None, None] * x[:, None] + intercepts[:, :, None, None]
        for segment in range(slopes.shape[1]):
            mean = slopes[:, segment].astype(float).mean()
            assert float(row[f"slope_{segment + 1}_mean"]) == pytest.approx(mean, abs=1e-5)
            share = (lines.argmax(1) == segment).mean()
            assert float(row[f"segment_{segment + 1}_share"]) == pytest.approx(share, abs=2e-4)
        assert float(row["output_min"]) == pytest.approx(y.min(), abs=1e-4)
        assert float(row["output_max"]) == pytest.approx(y.max(), abs=1e-4)
        assert int(row["pairs"]) == x.size
        assert abs(int(row["negative_inputs"]) - (x < 0).sum()) <= (abs(x) < NEAR).sum()
        assert row["function"] == kind(row), row
        checked += 1
    assert checked > 100


def kind(row: dict[str, str]) -> str:
    """The kind of a channel's function, by the rules of docs/exports.md."""
    if row["output_min"] == row["output_max"]:
        return "dead"
    segments = [k for k in (1, 2) if row[f"slope_{k}_mean"]]
    slopes = [float(row[f"slope_{k}_mean"]) for k in segments if float(row[f"segment_{k}_share"]) >= 0.01]
    left, right = min(slopes), max(slopes)
    rules = (
        ("flat", abs(left) <= 0.05 and abs(right) <= 0.05),
        ("linear", right - left < 0.1),
        ("V", left < -0.05 and right > 0.05),
        ("inverted", left < -0.05),
        ("leaky", left > 0.05),
        ("ReLU-like", abs(right - 1) <= 0.1),
    )
    return next((name for name, holds in rules if holds), "scaled")
