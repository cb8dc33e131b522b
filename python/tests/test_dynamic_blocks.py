"""Dynamic ReLU that a block computes in its own forward is recognised by what is computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from comparing import agree, images
from test_dynamic_relu import randomised
from test_written_out import activations
from torch import Tensor, nn
from torch.nn import functional as F


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


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("name", BODIES)
def test_a_block_may_compute_its_dynamic_relu_itself(name: str, kernel: int, tmp_path: Path, program: Path) -> None:
    """One activation of the block, with the hyper function inside, slopes and intercepts as they are."""
    body, rows, count = BODIES[name]
    file = agree(randomised(Blocks(body, rows, kernel)), images(2, 12), tmp_path, program)
    stem, *acts = activations(file.nodes())
    assert stem["block"] == 0 and len(acts) == 2
    for number, act in enumerate(acts, 1):
        assert (act["block"], act["block_name"], act["functions"]) == (number, f"stages.{number - 1}", count)
        assert act["hyper"]["gate"] == "2*sigmoid-1" and act["hyper"]["hidden"] == 4
        assert act["sharing"] == ("all" if name == "shared" else "channel")
        assert ("attention" in act) == (name == "attention") and not act["site"].startswith("stages")
    hyper = acts[0]["hyper"]
    assert hyper["weight2"] == "network/stages.0.fc2.weight" and hyper["row_order"] == "blocked"


def largest_context(block: nn.Module, x: Tensor) -> Tensor:
    a = block.fc2(x.amax((2, 3)).tanh()[:, :4])[..., None, None].sigmoid()
    return torch.maximum(x, a * x)


def context_of_rows(block: nn.Module, x: Tensor) -> Tensor:
    g = block.fc2(F.hardswish(block.fc1(F.hardswish(x).mean(3).mean(2))))[..., None, None]
    return torch.maximum(x * g.relu(), g)


def two_products(block: nn.Module, x: Tensor) -> Tensor:
    a, b = coefficients(block, x, 2)[..., None, None].unbind(1)
    return torch.maximum(a * b * x + a, (x + b) * a)


OTHERS = {
    "another pooling": (largest_context, 8),
    "rows, then columns": (context_of_rows, 8),
    "two products": (two_products, 16),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_block_may_have_another_hyper_function(name: str, tmp_path: Path, program: Path) -> None:
    """Slopes and intercepts come from other nodes then."""
    body, rows = OTHERS[name]
    nodes = agree(randomised(Blocks(body, rows)), images(2, 12), tmp_path, program).nodes()
    acts = [node for node in activations(nodes) if node.get("coefficients") == "input"]
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
    acts = activations(nodes)[1:]
    assert [(act["slopes"], act["intercepts"]) for act in acts] == [([0.5, -1.0], [1.0, 0.0])] * 2
