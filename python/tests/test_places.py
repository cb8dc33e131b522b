"""Blocks and sites from module paths."""

import torch
from dyviz.exporting import build
from torch import Tensor, nn
from torch.nn import functional as F


class Excitation(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, 4, 1), nn.Conv2d(4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))


class Residual(nn.Module):
    """Functional activations, and an excitation written into the block itself."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.down, self.up = nn.Conv2d(channels, 4, 1), nn.Conv2d(4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(F.relu(self.first(x)))
        y = y * torch.sigmoid(self.up(F.relu(self.down(y.mean((2, 3), keepdim=True)))))
        return F.relu(x + y)


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
        unit = nn.Sequential(nn.Conv2d(8, 8, 1), nn.SiLU(), nn.Conv2d(8, 8, 3), Excitation(8))
        self.stages = nn.ModuleList([unit, Residual(8)])
        self.head = nn.Sequential(nn.Conv2d(8, 8, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.head(x)


def test_blocks_are_numbered_parts_with_layers_and_not_an_activations_own_module() -> None:
    torch.manual_seed(0)
    graph = build(Network(), torch.randn(1, 3, 16, 16))[0]
    places = [
        (node["block"], node.get("block_name"), node["site"])
        for node in graph.nodes
        if node["operator"] == "activation"
    ]
    assert [(block, name) for block, name, _ in places] == [
        (0, None),
        (1, "stages.0"),
        (1, "stages.0"),
        (2, "stages.1"),
        (2, "stages.1"),
        (2, "stages.1"),
        (3, None),
    ]
    assert len({(block, site) for block, _, site in places}) == len(places)
    assert places[0][2] == "stem.1" and places[1][2] == "1" and places[2][2].startswith("3")
