"""Modules of Dynamic ReLU are recognised by what they compute, whatever their hyper function is."""

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


def activations(nodes: dict[str, Json]) -> list[Json]:
    """In the order in which they run."""
    return [node for node in nodes.values() if node["operator"] == "activation"]


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
    assert [node["functions"] for node in activations(nodes)] == [2, 2] and "act1.norm" in nodes
