"""Dynamic ReLU is recognised by what is computed, whatever code computes it and wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import agree, images, preprocessing
from dyviz.graph import Json
from test_dynamic_relu import Network, randomised
from torch import Tensor, nn
from torch.nn import functional as F


class Trained(families.Interleaved):
    """lambdas and init_v are parameters, or attributes, of any numbers."""

    def __init__(self, channels: int, make: Callable[[Tensor], object], numbers: list[list[float]] | None = None) -> None:
        super().__init__(channels)
        del self.lambdas, self.init_v
        first, second = numbers or [[1.0, 1, 0.5, 0.5], [1.0, 0, 0, 0]]
        self.lambdas, self.init_v = make(torch.tensor(first)), make(torch.tensor(second))


class ByChannel(Trained):
    """Initial values of each channel's own."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, nn.Parameter)
        self.init_v = nn.Parameter(torch.randn(channels, 4))


class Normed(families.Interleaved):
    """BatchNorm1d behind each layer."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.fc1 = nn.Sequential(self.fc1, nn.BatchNorm1d(self.fc1.out_features))
        self.fc2 = nn.Sequential(self.fc2, nn.BatchNorm1d(self.fc2.out_features))


class Deeper(families.Interleaved):
    """With four layers."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        width = self.fc1.out_features
        self.fc1 = nn.Sequential(self.fc1, nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))


class Scaled(families.Interleaved):
    """One more trained scale, of the result or of the residual."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.scale = nn.Parameter(torch.ones(1))
        self.gain = nn.Parameter(torch.ones(1, 2 * self.k))

    def forward(self, x: Tensor) -> Tensor:
        theta = 2 * torch.sigmoid(self.fc2(F.relu(self.fc1(F.avg_pool2d(x, x.shape[2:]).flatten(1))))) - 1
        theta = (theta.view(-1, self.channels, 2 * self.k) * self.lambdas * self.gain + self.init_v) * self.scale
        lines = x.permute(2, 3, 0, 1).unsqueeze(-1) * theta[..., : self.k] + theta[..., self.k :]
        return lines.max(dim=-1).values.permute(2, 3, 0, 1)


class Gated(nn.Module):
    """A gate that is none of the known ones, three functions, of which the last is x itself."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layer = nn.Linear(channels, 2 * channels)

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.layer(x.mean((2, 3))).tanh().chunk(2, 1)
        a, b = a[..., None, None], b[..., None, None]
        return torch.max(torch.max(x + a * x, b + 0.5 * x * a), x)


class Single(families.Interleaved):
    """K = 1 with a hyper function of its own."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, k=1)
        self.fc1 = nn.Sequential(self.fc1, nn.Tanh(), nn.Linear(self.fc1.out_features, self.fc1.out_features))


for cls in (Trained, ByChannel, Normed, Deeper, Scaled, Gated, Single):
    cls.__name__ = f"DyReLU{cls.__name__}"
Layer = Callable[[int], nn.Module]
MODULES: dict[str, tuple[Layer, int, bool]] = {
    "trained parameters": (lambda c: Trained(c, nn.Parameter), 2, False),
    "frozen parameters": (lambda c: Trained(c, lambda x: nn.Parameter(x, requires_grad=False)), 2, False),
    "attributes": (lambda c: Trained(c, lambda x: x), 2, True),
    "ranges of each function": (lambda c: Trained(c, lambda x: x, [[1.0, 0.8, 0.5, 0.4], [1.0, 0.1, 0, 0.2]]), 2, False),
    "initial values of each channel": (ByChannel, 2, False),
    "batch normalisation": (Normed, 2, True),
    "four layers": (Deeper, 2, False),
    "trained scales": (Scaled, 2, False),
    "another gate": (Gated, 3, False),
    "one function": (Single, 1, False),
}  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_any_hyper_function_of_pooled_values_is_recognised(name: str, tmp_path: Path, program: Path) -> None:
    """One activation under the module's name; with the paper's hyper function inside where it is that."""
    make, count, has_hyper = MODULES[name]
    nodes = agree(randomised(Network(make)), images(2, 12), tmp_path, program).nodes()
    for act in (nodes["act1"], nodes["act2"]):
        assert (act["operator"], act["functions"], "hyper" in act) == ("activation", count, has_hyper)
        assert act["sharing"] == "channel" and ("coefficients" in act) != has_hyper


def test_attributes_reach_the_hyper_function(tmp_path: Path, program: Path) -> None:
    """Numbers of one's own, the same for all functions."""
    make: Layer = lambda c: Trained(c, lambda x: x, [[0.8, 0.8, 0.3, 0.3], [1.0, 0.25, 0.1, -0.1]])  # noqa: E731
    hyper = agree(randomised(Network(make)), images(2, 12), tmp_path, program).nodes()["act1"]["hyper"]
    got = [hyper[key] for key in ("slope_init", "intercept_init", "slope_range", "intercept_range")]
    assert got == [pytest.approx(one, rel=1e-6) for one in ([1.0, 0.25], [0.1, -0.1], 0.8, 0.3)]


def coefficients(block: nn.Module, x: Tensor, rows: int) -> Tensor:
    """The paper's hyper function with a block's layers: [N, rows, C]."""
    theta = block.fc2(F.relu(block.fc1(x.mean((2, 3)))))
    return (2 * torch.sigmoid(theta) - 1).view(len(x), rows, -1)


def maximum_of_two(block: nn.Module, x: Tensor) -> Tensor:
    theta = coefficients(block, x, 4)[..., None, None]
    return torch.max(x * (theta[:, 0] + 1) + 0.5 * theta[:, 2], x * theta[:, 1] + 0.5 * theta[:, 3])


def maximum_of_three(block: nn.Module, x: Tensor) -> Tensor:
    theta = coefficients(block, x, 6)[..., None, None]
    lines = [theta[:, k] * x + theta[:, 3 + k] / 2 for k in range(3)]
    return torch.maximum(torch.maximum(lines[0] + x, lines[1]), lines[2])


def stacked(block: nn.Module, x: Tensor) -> Tensor:
    theta = coefficients(block, x, 4)[..., None, None]
    return torch.stack([x * theta[:, 0] + theta[:, 2], x * theta[:, 1] + theta[:, 3]], -1).max(-1)[0]


def five_dimensions(block: nn.Module, x: Tensor) -> Tensor:
    theta = coefficients(block, x, 4)[..., None, None]
    return (x.unsqueeze(1) * theta[:, :2] + theta[:, 2:]).amax(1)


def where(block: nn.Module, x: Tensor) -> Tensor:
    theta = coefficients(block, x, 4)[..., None, None]
    first, second = x * theta[:, 0] + theta[:, 2], x * theta[:, 1] + theta[:, 3]
    return torch.where(first > second, first, second)


def slopes_alone(block: nn.Module, x: Tensor) -> Tensor:
    theta = coefficients(block, x, 2)[..., None, None]
    return torch.maximum((1 + theta[:, 0]) * x, theta[:, 1] * x)


def shared(block: nn.Module, x: Tensor) -> Tensor:
    theta = coefficients(block, x, 4)
    theta = theta[..., None, None]
    return torch.maximum(x * (1 + theta[:, 0]) + theta[:, 2], x * theta[:, 1] + theta[:, 3])


def attended(block: nn.Module, x: Tensor) -> Tensor:
    scores = F.softmax(block.spatial(x).flatten(2) / 10, -1).view(len(x), 1, *x.shape[2:])
    return maximum_of_two(block, x) * (scores * x.shape[2] * x.shape[3] / 3).clamp(max=1)


def single(block: nn.Module, x: Tensor) -> Tensor:
    theta = coefficients(block, x, 2)[..., None, None]
    return x * (1 + theta[:, 0]) + 0.5 * theta[:, 1]


def half_of_the_channels(block: nn.Module, x: Tensor) -> Tensor:
    x = torch.cat([x, x], 1)[:, 4:-4]
    return maximum_of_two(block, x)


def vector(block: nn.Module, x: Tensor) -> Tensor:
    return maximum_of_two(block, F.adaptive_avg_pool2d(x, 1)) + x


BODIES: dict[str, tuple[Callable[[nn.Module, Tensor], Tensor], int, int]] = {
    "maximum of two": (maximum_of_two, 4 * 8, 2),
    "maximum of three": (maximum_of_three, 6 * 8, 3),
    "stacked": (stacked, 4 * 8, 2),
    "five dimensions": (five_dimensions, 4 * 8, 2),
    "where": (where, 4 * 8, 2),
    "slopes alone": (slopes_alone, 2 * 8, 2),
    "shared": (shared, 4, 2),
    "attention": (attended, 4 * 8, 2),
    "one function": (single, 2 * 8, 1),
    "some channels": (half_of_the_channels, 4 * 8, 2),
    "a vector": (vector, 4 * 8, 2),
}


class Block(nn.Module):
    """Layers of the hyper function among the block's own; no module of its own for the activation."""

    def __init__(self, body: Callable[[nn.Module, Tensor], Tensor], rows: int, kernel: int) -> None:
        super().__init__()
        self.first, self.norm = nn.Conv2d(8, 8, kernel, padding=kernel // 2), nn.BatchNorm2d(8)
        self.fc1, self.fc2 = nn.Linear(8, 4), nn.Linear(4, rows)
        self.second, self.spatial = nn.Conv2d(8, 8, kernel, padding=kernel // 2), nn.Conv2d(8, 1, 1)
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.body(self, self.norm(self.first(x))))


class Blocks(nn.Module):
    """A stem, blocks, a head."""

    def __init__(self, body: Callable[[nn.Module, Tensor], Tensor], rows: int, kernel: int = 3) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
        self.stages = nn.Sequential(*(Block(body, rows, kernel) for _ in range(2)))
        self.head = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stages(self.stem(x)).mean((2, 3)))


def sites(nodes: dict[str, Json]) -> list[Json]:
    return [node for node in nodes.values() if node["operator"] == "activation"]


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("name", BODIES)
def test_a_block_may_compute_its_dynamic_relu_itself(name: str, kernel: int, tmp_path: Path, program: Path) -> None:
    """One activation of the block, with the hyper function inside, slopes and intercepts as they are."""
    body, rows, count = BODIES[name]
    file = agree(randomised(Blocks(body, rows, kernel)), images(2, 12), tmp_path, program)
    stem, *acts = sites(file.nodes())
    assert stem["block"] == 0 and len(acts) == 2
    for number, act in enumerate(acts, 1):
        assert (act["block"], act["block_name"], act["functions"]) == (number, f"stages.{number - 1}", count)
        assert act["hyper"]["gate"] == "2*sigmoid-1" and act["hyper"]["hidden"] == 4
        assert act["sharing"] == ("all" if name == "shared" else "channel")
        assert ("attention" in act) == (name == "attention") and not act["site"].startswith("stages")
    hyper = acts[0]["hyper"]
    assert hyper["weight2"] == "network/stages.0.fc2.weight" and hyper["row_order"] == "blocked"


def softplus_of_context(block: nn.Module, x: Tensor) -> Tensor:
    a = block.fc2(x.amax((2, 3)).tanh()[:, :4])[..., None, None].sigmoid()
    return torch.maximum(x, a * x)


def context_of_rows(block: nn.Module, x: Tensor) -> Tensor:
    g = block.fc2(F.hardswish(block.fc1(F.hardswish(x).mean(3).mean(2))))[..., None, None]
    return torch.maximum(x * g.relu(), g)


def two_products(block: nn.Module, x: Tensor) -> Tensor:
    a, b = coefficients(block, x, 2)[..., None, None].unbind(1)
    return torch.maximum(a * b * x + a, (x + b) * a)


OTHERS = {
    "another pooling": (softplus_of_context, 8),
    "rows, then columns": (context_of_rows, 8),
    "two products": (two_products, 16),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_block_may_have_another_hyper_function(name: str, tmp_path: Path, program: Path) -> None:
    """Slopes and intercepts come from other nodes then."""
    body, rows = OTHERS[name]
    nodes = agree(randomised(Blocks(body, rows)), images(2, 12), tmp_path, program).nodes()
    acts = [node for node in sites(nodes) if node.get("coefficients") == "input"]
    assert [(act["block_name"], act["functions"]) for act in acts] == [("stages.0", 2), ("stages.1", 2)]
    assert [act["inputs"][0] for act in acts] == ["stages.0.norm", "stages.1.norm"]


def different_maps(block: nn.Module, x: Tensor) -> Tensor:
    a = block.fc2(F.relu(block.fc1(x.mean((2, 3)))))[..., None, None]
    return torch.maximum(a * x, block.second(x))


def squares(block: nn.Module, x: Tensor) -> Tensor:
    a = block.fc2(F.relu(block.fc1(x.mean((2, 3)))))[..., None, None]
    return torch.maximum(a * x * x, x)


def crossed(block: nn.Module, x: Tensor) -> Tensor:
    a = block.fc2(F.relu(block.fc1(x.mean((2, 3)))))[..., None, None]
    return torch.maximum(a * x, x.flip(1))


def own_position(block: nn.Module, x: Tensor) -> Tensor:
    return torch.maximum(block.second(x).sigmoid() * x, x)


@pytest.mark.parametrize("body", [different_maps, squares, crossed, own_position])
def test_what_is_no_line_in_one_map_stays_maxout(
    body: Callable[[nn.Module, Tensor], Tensor], tmp_path: Path, program: Path
) -> None:
    """Two maps, a square, other channels of x, factors that vary over positions."""
    nodes = agree(randomised(Blocks(body, 8)), images(2, 12), tmp_path, program).nodes()
    assert sum("maximum" in node for node in nodes.values()) == 2
    assert not any("coefficients" in node or node.get("hyper", {}).get("intercepts") for node in nodes.values())


def test_constant_lines_are_a_static_activation(tmp_path: Path, program: Path) -> None:
    """Slopes and intercepts are numbers then."""
    body: Callable[[nn.Module, Tensor], Tensor] = lambda block, x: torch.maximum(0.5 * x + 1, -x)  # noqa: E731
    nodes = agree(randomised(Blocks(body, 8)), images(2, 12), tmp_path, program).nodes()
    acts = sites(nodes)[1:]
    assert [(act["slopes"], act["intercepts"]) for act in acts] == [([0.5, -1.0], [1.0, 0.0])] * 2


def test_a_named_class_of_one_more_term_must_be_registered(tmp_path: Path) -> None:
    """With the lines to write, the forward's own parameters among them; what they give is exported, or its error says why."""

    class DyReLUTwice(families.Interleaved):
        def forward(self, x: Tensor, power: int = 1) -> Tensor:
            return super().forward(x) * x.sigmoid()

    lines = r"@dyviz.dynamic_relu\(DyReLUTwice\)\n    def coefficients\(module, x, power=1\):\n.*\n        return slopes, intercepts"
    told = rf'(?s)module "act1" \(DyReLUTwice\) has the name of Dynamic ReLU.*{lines}'
    with pytest.raises(dyviz.ExportError, match=told):
        dyviz.export(Network(DyReLUTwice), tmp_path / "m.bin", images(1, 12), preprocessing=preprocessing())
    assert not list(tmp_path.iterdir())


def test_the_result_of_a_named_class_counts(tmp_path: Path, program: Path) -> None:
    """Layers before the maximum are no part of it."""

    class DyReLUBehindNorm(families.Interleaved):
        def __init__(self, channels: int) -> None:
            super().__init__(channels)
            self.norm = nn.BatchNorm2d(channels)

        def forward(self, x: Tensor) -> Tensor:
            return super().forward(self.norm(x))

    nodes = agree(randomised(Network(DyReLUBehindNorm)), images(2, 12), tmp_path, program).nodes()
    assert [node["functions"] for node in sites(nodes)] == [2, 2] and "act1.norm" in nodes
