"""`dyviz diff` of two variants against PyTorch and NumPy on 100 of the sample's images, ten of each class.

Every row of the table: the run's accuracies equal, the measures of all sites within 1e-6, shares of functions and pairs
within 2e-4 (those next to a limit), the total variation distance of all sites' densities, on the program's bins and
every pair of them, within 1e-4.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy
import pytest
import torch
from fashion_on_photographs import normalise
from model_reader import Network, load_model
from program_tables import run, table
from sample_of_images import chosen_images, linked, tensors
from statistics_reference import Site, coarsened, collect, figures

IMAGES = 100
PAIRS = (("dyrelu-a", "dyrelu-b"), ("dyrelu-c", "relu"))
NAMES = {
    "slope_difference_mean": "|a1-a2| mean",
    "slope_outside_unit_share": "slope<0|>1",
    "intercept_share": "|b|>0.05",
    "positive_from_negative_share": "x<0,y>0",
    "output_at_half_mean": "f(0.5) mean",
    "slope_1_mean": "a1 mean",
    "slope_2_mean": "a2 mean",
    "intercept_1_mean": "b1 mean",
    "intercept_2_mean": "b2 mean",
}
"""The program's quantities, and what `statistics_reference.figures` calls them."""
CLOSE, SHARE_CLOSE, DENSITY_CLOSE = 1e-6, 2e-4, 1e-4
Measures = dict[tuple[str, str], float]
"""By node and quantity."""


def of_a_run(network: Network) -> tuple[dict[str, float], list[Site]]:
    """Accuracies and sites of a variant over the images."""
    pixels, labels = tensors(chosen_images(IMAGES), network.labels)
    images = normalise(pixels)
    with torch.no_grad():
        best = network(images).topk(5).indices
    hits = (best == labels[:, None]).double()
    whole = {"images": IMAGES, "top1": float(hits[:, 0].mean()), "top5": float(hits.sum(dim=1).mean())}
    nodes = {node["name"] for node, _ in network.steps if node["operator"] == "activation"}
    return whole, collect(network, images, nodes)


def measures(sites: list[Site]) -> Measures:
    """All but densities."""
    found: Measures = {}
    for site in sites:
        own, node = figures(site), site.node["name"]
        found |= {(node, quantity): own[name] for quantity, name in NAMES.items() if name in own}
        variance = numpy.concatenate(site.slopes).astype(float).var(axis=0)
        found[node, "dynamic_score"] = float(variance.mean() ** 0.5)
    return found


def distance(first: Site, second: Site) -> float:
    """Half the sum of |share - share| over the bins of the coarser axes."""
    target = [max(pair) for pair in zip(first.exponents, second.exponents, strict=True)]
    shares = [coarsened(site.counts, site.exponents, target) / site.counts.sum() for site in (first, second)]
    return float(abs(shares[0] - shares[1]).sum() / 2)


def expected_cells(
    row: dict[str, str], wholes: list[dict[str, float]], told: list[Measures], sites: list[dict[str, Site]]
) -> list[float | None]:
    """A row's values of both variants and their difference; each list has both variants'."""
    quantity, nodes = row["quantity"], (row["node_a"], row["node_b"])
    if quantity == "density":
        both = [part.get(node) for part, node in zip(sites, nodes, strict=True)]
        return [None, None, None if None in both else distance(*both)]
    if row["block"]:
        values = [part.get((node, quantity)) for part, node in zip(told, nodes, strict=True)]
    else:
        values = [whole[quantity] for whole in wholes]
    return [*values, None if None in values else values[1] - values[0]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The images for the program."""
    return linked(chosen_images(IMAGES), tmp_path_factory.mktemp("diff") / "images")


@pytest.mark.parametrize("variants", PAIRS, ids="-".join)
def test_differences_are_pytorchs(
    program: Path, model_path: Path, folder: Path, tmp_path: Path, variants: tuple[str, str]
) -> None:
    """Of all sites, those that one of the two alone has among them."""
    run(program, "diff", model_path, folder, "--variants", *variants, "--exact", "--output", tmp_path / "d.csv")
    networks = load_model(model_path)
    runs = [of_a_run(networks[name]) for name in variants]
    told = [measures(sites) for _, sites in runs]
    sites = [{site.node["name"]: site for site in found} for _, found in runs]
    rows, seen, worst, compared = table(tmp_path / "d.csv"), set(), Counter(), 0
    for row in rows:
        quantity, nodes = row["quantity"], (row["node_a"], row["node_b"])
        close = DENSITY_CLOSE if quantity == "density" else SHARE_CLOSE if quantity.endswith("share") else CLOSE
        seen.add((*nodes, quantity))
        cells = expected_cells(row, [whole for whole, _ in runs], told, sites)
        for cell, value in zip(("value_a", "value_b", "difference"), cells, strict=True):
            assert (row[cell] == "") == (value is None), (row, value)
            if value is not None:
                error = abs(float(row[cell]) - value)
                assert error <= close, (row, value)
                worst[quantity], compared = max(worst[quantity], error), compared + 1
    assert len(seen) == len(rows)
    for index in (0, 1):
        missing = told[index].keys() - {(key[index], key[2]) for key in seen}
        assert not missing, missing
        assert {key[index] for key in seen if key[2] == "density"} - {""} == sites[index].keys()
    print(f"{variants}: {compared} numbers", *(f"{name} {error:.1e}" for name, error in worst.items()), sep="; ")
