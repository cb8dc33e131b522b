"""The what-if comparison on a network small enough to compute by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
import torch
import what_if
from dyrelu import Coefficients, DyReLU, piecewise_maximum
from model_file import GraphBuilder, Preprocessing, write_model
from model_reader import Network, load_model
from site_changes import changed_activation, maximum_in_place
from torch import Tensor
from what_if import EVERYWHERE, Place, compare, places

Array = numpy.ndarray
Pick = Callable[[str, Array, Array], tuple[Array, Array]]
"""A node's slopes and intercepts, [K, C] each, to those that are used."""
NODES = {"one": "A1", "two": "A3", "three": "A3"}
FUNCTIONS = {"one": 2, "two": 1, "three": 2}
CHANNELS, CLASSES, IMAGES = 3, 4, 8
Labelled = tuple[Tensor, Tensor]
"""Images [N, C, H, W] and classes [N]."""


def small_network(folder: Path, variant: str = "b", prepare: Callable[[DyReLU], object] = lambda _: None) -> Network:
    """Three dynamic ReLUs, the input added after the second, then pooling and a classifier."""
    torch.manual_seed(1)
    builder = GraphBuilder("small", CHANNELS, 3, 2)
    x = builder.input
    for index, (name, site) in enumerate(NODES.items()):
        module = DyReLU(CHANNELS, FUNCTIONS[name], variant, reduction=1)
        torch.nn.init.normal_(module.fc1.weight)
        torch.nn.init.normal_(module.fc2.weight)
        torch.nn.init.normal_(module.fc2.bias)
        prepare(module)
        x = builder.activation(name, module, x, index + 1, site)
        if name == "two":
            x = builder.add("sum", builder.input, x)
    x = builder.global_average_pool("pool", x)
    x = builder.linear("classifier", torch.nn.Linear(CHANNELS, CLASSES), x)
    write_model(folder / "small.bin", [builder.finish(x, Preprocessing(3, [0] * 3, [1] * 3))], half=False)
    return load_model(folder / "small.bin")["small"]


@pytest.fixture
def images() -> Labelled:
    """[N, C, 3, 2] and classes [N]."""
    generator = torch.Generator().manual_seed(2)
    return torch.randn(IMAGES, CHANNELS, 3, 2, generator=generator), torch.arange(IMAGES) % CLASSES


def by_hand(network: Network, image: Array, pick: Pick) -> Array:
    """Logits [CLASSES] of one image [C, H, W], in double precision and without PyTorch."""
    modules = {node["name"]: module for node, module in network.steps}

    def weights(module: torch.nn.Linear) -> tuple[Array, Array]:
        return module.weight.detach().double().numpy(), module.bias.detach().double().numpy()

    x = image
    for name, functions in FUNCTIONS.items():
        (w1, b1), (w2, b2) = weights(modules[name].fc1), weights(modules[name].fc2)
        hidden = numpy.maximum(w1 @ x.mean(axis=(1, 2)) + b1, 0)
        residual = (2 / (1 + numpy.exp(-(w2 @ hidden + b2))) - 1).reshape(2, functions, CHANNELS)
        alpha = numpy.array([1.0, 0.0][:functions])[:, None]
        slopes, intercepts = pick(name, alpha + residual[0], 0.5 * residual[1])
        lines = slopes[:, :, None, None] * x + intercepts[:, :, None, None]
        x = lines.max(axis=0)
        if name == "two":
            x = x + image
    w, b = weights(modules["classifier"])
    return w @ x.mean(axis=(1, 2)) + b


def all_by_hand(network: Network, images: Tensor, pick: Pick) -> Array:
    """Logits [N, CLASSES]."""
    return numpy.stack([by_hand(network, image, pick) for image in images.double().numpy()])


def as_trained(_: str, slopes: Array, intercepts: Array) -> tuple[Array, Array]:
    """No change."""
    return slopes, intercepts


def tables_agree(network: Network, images: Labelled, change: str, pick: Pick) -> None:
    """`compare`, at every place, with logits by hand where `pick` is made at the place's nodes alone."""
    x, wanted = images
    found = compare(network, x.split(3), wanted.split(3), places(network, ["a1", "a3"]), [change])
    before = all_by_hand(network, x, as_trained)
    assert found.unchanged.right == (before.argmax(1) == wanted.numpy()).sum()
    assert len(found.changed) == 5
    for (place, _), tally in found.changed.items():
        after = all_by_hand(network, x, lambda name, a, b, p=place: pick(name, a, b) if name in p.nodes else (a, b))
        assert tally.images == IMAGES
        assert tally.right == (after.argmax(1) == wanted.numpy()).sum()
        assert tally.changed == (after.argmax(1) != before.argmax(1)).sum()
        assert tally.total_change == pytest.approx(abs(after - before).sum(), rel=1e-4)
        assert tally.total_change > 0.1, "the change is none"


def test_places_are_everywhere_kinds_and_single_sites(tmp_path: Path) -> None:
    """None twice: A1 has one site only."""
    network = small_network(tmp_path)
    everywhere, a1, a3 = Place(EVERYWHERE, tuple(NODES)), Place("A1", ("one",)), Place("A3", ("two", "three"))
    assert places(network, []) == [everywhere, a1, a3]
    assert places(network, ["a1", "a3"]) == [everywhere, a1, a3, Place("A3", ("two",)), Place("A3", ("three",))]


def test_no_intercepts_equal_a_computation_by_hand(tmp_path: Path, images: Labelled) -> None:
    """Slopes stay those of each image."""
    tables_agree(small_network(tmp_path), images, "no-intercepts", lambda _, a, b: (a, 0 * b))


def test_static_equals_a_computation_by_hand(tmp_path: Path, images: Labelled) -> None:
    """max(x, 0) for K = 2, x for K = 1."""
    start = {1: numpy.array([[1.0]]), 2: numpy.array([[1.0], [0.0]])}
    tables_agree(small_network(tmp_path), images, "static", lambda _, a, b: (start[len(a)] + 0 * a, 0 * b))


def test_frozen_equals_the_means_put_in_by_hand(tmp_path: Path, images: Labelled) -> None:
    """The means are those of the unchanged network, also where earlier sites are frozen."""
    network = small_network(tmp_path)
    seen: dict[str, list[tuple[Array, Array]]] = {}

    def note(name: str, slopes: Array, intercepts: Array) -> tuple[Array, Array]:
        seen.setdefault(name, []).append((slopes, intercepts))
        return slopes, intercepts

    all_by_hand(network, images[0], note)
    means = {name: tuple(numpy.mean(part, axis=0) for part in zip(*pairs, strict=True)) for name, pairs in seen.items()}
    tables_agree(network, images, "frozen", lambda name, _a, _b: means[name])


@pytest.mark.parametrize("variant", ["a", "b", "c"])
def test_freezing_a_constant_hyper_function_changes_nothing(tmp_path: Path, images: Labelled, variant: str) -> None:
    """Its second layer sees no image; variant C's attention goes on seeing them."""
    network = small_network(tmp_path, variant, lambda module: torch.nn.init.zeros_(module.fc2.weight))
    found = compare(network, images[0].split(4), images[1].split(4), places(network, ["a3"]), ["frozen"])
    for tally in found.changed.values():
        assert (tally.changed, tally.right) == (0, found.unchanged.right)
        assert tally.total_change < 1e-5


@pytest.mark.parametrize("variant", ["a", "b", "c"])
def test_static_and_no_intercepts_on_a_zeroed_hyper_function_change_nothing(
    tmp_path: Path, images: Labelled, variant: str
) -> None:
    """Not by a bit."""

    def zero(module: DyReLU) -> None:
        torch.nn.init.zeros_(module.fc2.weight)
        torch.nn.init.zeros_(module.fc2.bias)

    network = small_network(tmp_path, variant, zero)
    changes = ["static", "no-intercepts"]
    found = compare(network, images[0].split(4), images[1].split(4), places(network, ["a3"]), changes)
    assert [tally.total_change for tally in found.changed.values()] == [0] * 10


def test_attention_is_left_alone(images: Labelled) -> None:
    """Static variant C is ReLU times the attention of each image."""
    torch.manual_seed(0)
    module, x = DyReLU(CHANNELS, variant="c"), images[0]
    torch.nn.init.normal_(module.attention.weight, std=5)
    with torch.no_grad():
        expected = x.relu() * module.spatial_attention(x)
        assert torch.equal(changed_activation(module, "static", (None, None), x), expected)


def test_rows_name_what_was_changed(tmp_path: Path, images: Labelled) -> None:
    """The unchanged network first, then every place; a single site has its node's name."""
    network = small_network(tmp_path)
    found = compare(network, images[0].split(8), images[1].split(8), places(network, ["a3"]), what_if.CHANGES)
    rows = [dict(zip(what_if.COLUMNS, row, strict=True)) for row in found.rows("small")]
    assert len(rows) == 1 + 5 * 3
    first, second = rows[0], rows[4]
    assert (first["change"], first["top1_difference"], first["changed"]) == ("none", "0.0000", 0)
    assert (second["where"], second["node"], second["change"], second["images"]) == ("A1", "one", "frozen", IMAGES)
    for row in rows:
        assert float(row["top1"]) - float(first["top1"]) == pytest.approx(float(row["top1_difference"]), abs=1e-4)


@pytest.mark.parametrize("functions", [1, 2, 3])
@pytest.mark.parametrize("intercepts", [False, True])
def test_the_form_without_gradients_is_the_same_by_every_bit(functions: int, intercepts: bool) -> None:
    """With attention and without; the input stays as it was."""
    torch.manual_seed(0)
    x, attention = torch.randn(2, 5, 4, 3), torch.rand(2, 1, 4, 3)
    slopes, given = torch.randn(2, functions, 5), torch.randn(2, functions, 5) if intercepts else None
    kept = x.clone()
    for pi in (None, attention):
        coefficients = Coefficients(slopes, given, pi)
        assert torch.equal(maximum_in_place(x, coefficients), piecewise_maximum(x, coefficients))
    assert torch.equal(x, kept)
