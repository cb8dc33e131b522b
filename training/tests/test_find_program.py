"""`dyviz find` against plain PyTorch on 100 of the sample's images, ten of each class.

Ten regions at each of five sites, of variants A, B and C, early and late, with K = 2 and K = 1: fifty checks. In each
the pairs of every image, of every channel of every image and of every position of every image are counted here too, and
the counts must be equal but for pairs within 1e-5 of an edge of the region. The three extremes at the same sites: the
value of every image within 1e-5 of its magnitude (at least 1), and at the channel and position told there is such a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy
import pytest
from model_reader import load_model
from program_tables import counts, run, table
from sample_of_images import chosen_images, linked, name_of, tensors, values_by_batch

Array = numpy.ndarray
IMAGES = 100
SITES = (
    ("dyrelu-a", "stem.act"),
    ("dyrelu-b", "blocks.1.expand.act"),
    ("dyrelu-c", "blocks.4.depthwise.act"),
    ("dyrelu-a", "blocks.10.project.act"),
    ("dyrelu-b", "head.act"),
)
Ends = tuple[float | str | None, float | str | None]
"""Quantiles of the site's values, numbers as text, or None: open."""
WHOLE: Ends = (None, None)
REGIONS: tuple[tuple[Ends, Ends], ...] = (
    (WHOLE, WHOLE),
    ((0.9, None), WHOLE),
    ((None, 0.05), WHOLE),
    (WHOLE, (0.99, None)),
    (WHOLE, (None, 0.02)),
    ((None, "0"), ("0", None)),
    ((0.8, None), (None, 0.9)),
    ((0.45, 0.55), (0.4, 0.6)),
    ((0.7, 0.72), WHOLE),
    ((0.2, 0.3), (0.3, 0.32)),
)
NEAR = 1e-5
"""Pairs nearer to an edge may fall on either side, and values nearer to each other rank either way: both sides round."""
FEW = 0.03
"""The largest share of a region's pairs that may lie as near."""
EXTREMES = {
    "gain": lambda x, y: abs(y - numpy.maximum(x, 0)),
    "largest": lambda _, y: y,
    "smallest": lambda _, y: -y,
}
"""What is largest of an image's pair."""


@dataclass
class Pairs:
    """The pairs of a site, [N, C, H W] each."""

    variant: str
    node: str
    x: Array
    y: Array


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The images for the program."""
    return linked(chosen_images(IMAGES), tmp_path_factory.mktemp("find") / "images")


@pytest.fixture(scope="module")
def sites(model_path: Path) -> list[Pairs]:
    """The pairs of all sites by PyTorch."""
    networks, found = load_model(model_path), []
    for variant in dict.fromkeys(variant for variant, _ in SITES):
        network = networks[variant]
        nodes = [node for one, node in SITES if one == variant]
        inputs = {node["name"]: node["inputs"][0] for node, _ in network.steps if node["name"] in nodes}
        batches = [
            {name: values[name].flatten(2).numpy() for name in (*inputs, *inputs.values())}
            for values in values_by_batch(network, tensors(chosen_images(IMAGES), network.labels)[0])
        ]
        joined = {name: numpy.concatenate([batch[name] for batch in batches]) for name in batches[0]}
        found += [Pairs(variant, node, joined[inputs[node]], joined[node]) for node in nodes]
    return found


def texts(ends: Ends, values: Array) -> tuple[str, str]:
    """A range as the program takes it."""
    lower, upper = (
        "" if end is None else end if isinstance(end, str) else f"{numpy.quantile(values, end):.6g}" for end in ends
    )
    return lower, upper


def inside(values: Array, ends: tuple[str, str], slack: float) -> Array:
    """Which values are in [lower, upper), widened by the slack; the ends are 32-bit floats."""
    lower, upper = numpy.float32(ends[0] or "-inf"), numpy.float32(ends[1] or "inf")
    return (values >= lower.astype(float) - slack) & (values < upper.astype(float) + slack)


def dense(row: dict[str, str], column: str, size: int) -> Array:
    """The counts of a list, as many as there are channels or positions."""
    counted = numpy.zeros(size, int)
    for index, count in counts(row[column]).items():
        counted[index] = count
    return counted


def check_region(found: list[dict[str, str]], pairs: Pairs, bounds: tuple[Array, Array]) -> None:
    """Pairs by image, channel and position; `bounds` are those surely inside, and all that may be."""
    by_path = {row["path"]: row for row in found}
    for image, path in enumerate(chosen_images(IMAGES)):
        least, most = (bound[image] for bound in bounds)
        row = by_path.pop(name_of(path), {"pairs": "0", "channels": "", "positions": ""})
        assert least.sum() <= int(row["pairs"]) <= most.sum(), row
        for column, axis in (("channels", 1), ("positions", 0)):
            told = dense(row, column, least.shape[1 - axis])
            assert ((least.sum(axis) <= told) & (told <= most.sum(axis))).all(), (path, column)
            assert told.sum() == int(row["pairs"])
    assert not by_path
    order = [int(row["pairs"]) for row in found]
    assert order == sorted(order, reverse=True) and [int(row["rank"]) for row in found] == [*range(1, len(found) + 1)]


@pytest.mark.parametrize("region", range(len(REGIONS)))
@pytest.mark.parametrize("site", range(len(SITES)))
def test_pairs_of_a_region_are_counted(
    program: Path, model_path: Path, folder: Path, sites: list[Pairs], tmp_path: Path, site: int, region: int
) -> None:
    """Of every image, channel and position; the line of all images adds them up."""
    pairs = next(one for one in sites if (one.variant, one.node) == SITES[site])
    ends = [texts(*both) for both in zip(REGIONS[region], (pairs.x, pairs.y), strict=True)]
    told = run(
        program, "find", model_path, folder, "--variant", pairs.variant, "--site", pairs.node,
        "--x", ":".join(ends[0]), "--y", ":".join(ends[1]), "--output", tmp_path / "found.csv",
    ).splitlines()[1]  # fmt: skip
    bounds = [inside(pairs.x, ends[0], slack) & inside(pairs.y, ends[1], slack) for slack in (-NEAR, NEAR)]
    least, most = (int(bound.sum()) for bound in bounds)
    assert 0 < most and most - least <= FEW * most, "a region without pairs, or of pairs near an edge, says nothing"
    found = table(tmp_path / "found.csv")
    check_region(found, pairs, (bounds[0], bounds[1]))
    everything = sum(int(row["pairs"]) for row in found)
    assert told.startswith(f"{everything:,} pairs") and f"{len(found)} of {IMAGES} images" in told, told
    print(f"{pairs.variant} {pairs.node} {ends}: {everything} pairs, {most - least} near an edge")


@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize("site", range(len(SITES)))
def test_extreme_pairs_are_pytorchs(
    program: Path, model_path: Path, folder: Path, sites: list[Pairs], tmp_path: Path, site: int, extreme: str
) -> None:
    """One of each image, in their order."""
    pairs = next(one for one in sites if (one.variant, one.node) == SITES[site])
    run(
        program, "find", model_path, folder, "--variant", pairs.variant, "--site", pairs.node,
        "--extreme", extreme, "--output", tmp_path / "found.csv",
    )  # fmt: skip
    found = table(tmp_path / "found.csv")
    images = {name_of(path): image for image, path in enumerate(chosen_images(IMAGES))}
    assert sorted(row["path"] for row in found) == sorted(images)
    worst, elsewhere, told = 0.0, 0, []
    for row in found:
        x, y = (part[images[row["path"]]] for part in (pairs.x, pairs.y))
        measure = EXTREMES[extreme](x, y)
        place = int(row["channel"]), int(row["position"])
        own = float(EXTREMES[extreme](numpy.float32(row["x"]), numpy.float32(row["y"])))
        near = NEAR * max(1, abs(x[place]), abs(y[place]))
        assert measure[place] >= measure.max() - near, row
        elsewhere += place != divmod(int(measure.argmax()), x.shape[1])
        for name, value in (("x", x[place]), ("y", y[place]), ("gain", EXTREMES["gain"](x, y)[place])):
            worst = max(worst, abs(float(row[name]) - value) / near * NEAR)
            assert abs(float(row[name]) - value) <= near, (name, row)
        told.append(own)
    assert told == sorted(told, reverse=True)
    print(f"{pairs.variant} {pairs.node} {extreme}: off by {worst:.1e} at most, {elsewhere} at another of equal pairs")


def test_the_lower_end_is_inside_and_the_upper_is_not(
    program: Path, model_path: Path, folder: Path, tmp_path: Path
) -> None:
    """A static ReLU's outputs are 0 exactly, or more: all from 0 on, none below."""
    output = tmp_path / "found.csv"
    command = [program, "find", model_path, folder, "--variant", "relu", "--site", "head.act", "--output", output]
    run(*command, "--y", "0:")
    assert sum(int(row["pairs"]) for row in table(output)) == IMAGES * 1280 * 2 * 2
    run(*command, "--y", ":0")
    assert table(output) == []
