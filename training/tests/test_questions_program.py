"""`dyviz functions` and `dyviz stats --channels` against plain PyTorch and NumPy on the sample's images.

Functions: every slope and intercept of ten images, one of each class, at all sites of the three dynamic variants, within
1e-5. Channels: 500 images, all channels of all sites of the three variants, every column of `channels.csv`, and
the dynamic score and eta squared of all sites. Outputs agree within 1e-5, scores within 1e-5 of their size, eta squared
within 1e-7 over the dynamic score (3e-6 for a score of 0.03), all other numbers within 1e-6; counts and shares are equal
but for pairs within 1e-5 of an edge, kinds of functions but where a slope or a share is within 1e-4 of a limit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy
import pytest
from channels_of_sample import Array, Channels, bounded_columns, exact_columns, gathered, kinds, scores
from model_reader import load_model
from program_tables import run, table
from sample_of_images import ROOT, chosen_images, linked, name_of

VARIANTS = ("dyrelu-a", "dyrelu-b", "dyrelu-c")
IMAGES, FUNCTIONS = 500, 50
"""Every 50th image has its functions asked: one of each class."""
CLOSE = 1e-5
"""Absolute, of slopes and intercepts of one image."""
OUTPUT_CLOSE, NUMBER_CLOSE = 1e-5, 1e-6
"""Of `output_min` and `output_max`, and of all other numbers: relative, where one is above 1, and absolute below."""
SLOPE_ROUNDING = 1e-7
"""What single precision leaves open of mean slopes near 1; eta squared divides it by how far the slopes move."""
TEXTS = {"block", "site", "node", "channel", "function"}


@dataclass
class Run:
    """The images by the network's own code, and what the program says."""

    variant: str
    paths: list[Path]
    labels: Array
    sites: list[Channels]
    exports: Path


@pytest.fixture(scope="module", params=VARIANTS)
def truth(
    program: Path, model_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Run:
    """A variant's sites over all images."""
    network, paths, folder = load_model(model_path)[request.param], chosen_images(IMAGES), tmp_path_factory.mktemp("c")
    labels = numpy.array([network.labels.index(path.parent.name) for path in paths])
    images = linked(paths, folder / "images")
    run(program, "stats", model_path, images, "--variant", request.param, "--channels",
        "--output", folder)  # fmt: skip
    return Run(request.param, paths, labels, gathered(network, paths), folder / request.param)


def test_functions_of_an_image_are_pytorchs(program: Path, model_path: Path, truth: Run, tmp_path: Path) -> None:
    """A row for each site, segment and channel; one without a channel where all share a function."""
    compared, worst = 0, 0.0
    for image in range(0, IMAGES, FUNCTIONS):
        run(program, "functions", model_path, ROOT / "sample-images", "--variant", truth.variant,
            "--image", name_of(truth.paths[image]), "--output", tmp_path / "f.csv")  # fmt: skip
        told = {(row["node"], row["segment"], row["channel"]): row for row in table(tmp_path / "f.csv")}
        for site in truth.sites:
            coefficients = [numpy.concatenate(part)[image] for part in (site.slopes, site.intercepts)]
            for (k, channel), slope in numpy.ndenumerate(coefficients[0]):
                shared = coefficients[0].shape[1] == 1
                row = told.pop((site.node["name"], str(k + 1), "" if shared else str(channel)))
                assert (row["block"], row["site"]) == (str(site.node["block"]), site.node["site"])
                for name, value in (("slope", slope), ("intercept", coefficients[1][k, channel])):
                    assert abs(float(row[name]) - value) <= CLOSE, (image, row, value)
                    worst, compared = max(worst, abs(float(row[name]) - value)), compared + 1
        assert not told
    print(f"{truth.variant}: {compared} coefficients, off by {worst:.1e} at most")


def test_scores_say_how_far_slopes_move_and_how_much_by_class(truth: Run) -> None:
    """Of all sites."""
    rows, worst = {row["node"]: row for row in table(truth.exports / "slope_difference.csv")}, Counter()
    for site in truth.sites:
        row = rows.pop(site.node["name"])
        # One function of all channels counts once.
        variance, between = scores(numpy.concatenate(site.slopes).astype(float), truth.labels)
        score, by_class = variance.mean() ** 0.5, between.sum() / variance.sum()
        for name, value, close in (
            ("dynamic_score", score, CLOSE * score), ("by_class", by_class, SLOPE_ROUNDING / score),
        ):  # fmt: skip
            error = abs(float(row[name]) - value)
            assert error <= close, (row, value)
            worst[name] = max(worst[name], error)
    assert not rows
    print(f"{truth.variant}: {2 * len(truth.sites)} scores, off by at most {dict(worst)}")


def column(rows: list[dict[str, str]], name: str) -> Array:
    """The numbers of a column."""
    return numpy.array([float(row[name]) for row in rows])


def tolerance(name: str, columns: dict[str, Array]) -> Array | float:
    """How close a column must be."""
    if name == "by_class":
        return SLOPE_ROUNDING / columns["dynamic_score"]
    return OUTPUT_CLOSE if name.startswith("output") else NUMBER_CLOSE


def test_every_column_of_every_channel_is_what_its_pairs_say(truth: Run) -> None:
    """No column more, and none that a site lacks."""
    rows, worst, compared = table(truth.exports / "channels.csv"), Counter(), 0
    for site in truth.sites:
        own = [row for row in rows if row["node"] == site.node["name"]]
        assert [int(row["channel"]) for row in own] == list(range(site.channels))
        exact, bounded = exact_columns(site, truth.labels), bounded_columns(site)
        exact |= {name: numpy.full(site.channels, value)
                  for name, value in (("pairs", site.pairs), ("functions", IMAGES), ("not_finite", 0))}  # fmt: skip
        filled = {name for row in own for name in row if row[name]} - TEXTS
        assert filled == exact.keys() | bounded.keys(), site.node["name"]
        for name, values in exact.items():
            error = abs(column(own, name) - values) / numpy.maximum(abs(values), 1)
            worst[name] = max(worst[name], error.max())
            assert (error <= tolerance(name, exact)).all(), (site.node["name"], name)
        for name, (least, most) in bounded.items():
            told = column(own, name)
            assert ((least - 1e-12 <= told) & (told <= most + 1e-12)).all(), (site.node["name"], name)
            worst[f"{name} bounds"] = max(worst[f"{name} bounds"], numpy.nanmax(most - least))
        compared += site.channels * (len(exact) + len(bounded))
    print(f"{truth.variant}: {compared} numbers of {len(rows)} channels")
    print(*(f"{name} {error:.1e}" for name, error in sorted(worst.items())), sep="; ")


def test_kinds_of_functions_are_by_the_rules(truth: Run) -> None:
    """All channels of all sites; few may be of either kind."""
    told = {(row["node"], int(row["channel"])): row["function"] for row in table(truth.exports / "channels.csv")}
    found, either, differs = Counter(), 0, 0
    for site in truth.sites:
        for channel, (kind, close) in enumerate(zip(*kinds(site), strict=True)):
            program = told.pop((site.node["name"], channel))
            assert program == kind or close, (site.node["name"], channel, program, kind)
            found[str(kind)], either, differs = found[str(kind)] + 1, either + close, differs + (program != kind)
    assert not told
    assert either <= 0.02 * found.total(), "a check in which most may be of either kind says nothing"
    assert len(found) > 4, found
    print(f"{truth.variant}: {dict(found)}, {either} near a limit, of which {differs} are of another kind")
