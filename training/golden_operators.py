"""A network with every operator that joins, chooses, multiplies or enlarges maps, and with grouped convolutions."""

from __future__ import annotations

from functools import partial

import torch
from dyrelu import DyReLU
from golden_family import Family
from golden_networks import CLASSES, PREPROCESSING
from graph_builder import GraphBuilder, Variant
from torch import Tensor, nn

SHUFFLED = torch.arange(40).view(2, 20).t().flatten().tolist()
"""A channel shuffle in two groups."""


class Operators(nn.Module):
    """Two branches that join, a squeeze-and-excitation of its own nodes, and an upsampling head."""

    def __init__(self, mode: str, align_corners: bool | None) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.stem_act = nn.Hardswish()
        self.grouped = nn.Conv2d(16, 24, 3, padding=1, groups=2)
        self.grouped_act = DyReLU(24)
        self.flat = nn.Conv2d(16, 16, (1, 3), padding=(0, 2), dilation=(1, 2))
        self.flat_act = nn.SiLU()
        self.multiplied = nn.Conv2d(20, 40, 3, padding=(2, 1), dilation=(2, 1), groups=20)
        self.multiplied_act = nn.Mish()
        self.squeeze = nn.Conv2d(40, 10, 1)
        self.squeeze_act = nn.ReLU()
        self.excite = nn.Conv2d(10, 40, 1)
        self.excite_act = nn.Sigmoid()
        self.plane = nn.Conv2d(40, 1, 1)
        self.plane_act = nn.Hardsigmoid()
        self.bottom = nn.Conv2d(40, 20, 1, groups=4)
        self.up = nn.Upsample(scale_factor=2.0, mode=mode, align_corners=align_corners)
        self.wide_up = nn.Upsample(scale_factor=(1.0, 3.0), mode=mode, align_corners=align_corners)
        self.head = nn.Conv2d(20, 9, 3, stride=3, padding=1)
        self.head_act = DyReLU(9, variant="c")
        self.classifier = nn.Linear(9, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, CLASSES]."""
        x = self.stem_act(self.stem(x))
        x = torch.cat([self.grouped_act(self.grouped(x)), self.flat_act(self.flat(x))], dim=1)
        x = x[:, SHUFFLED]
        left, right = x[:, :20], x[:, 20:]
        y = self.multiplied_act(self.multiplied(left))
        pooled = y.mean(dim=(2, 3), keepdim=True)
        gate = self.excite_act(self.excite(self.squeeze_act(self.squeeze(pooled))))
        y = y * gate
        plane = self.plane_act(self.plane(y))
        y = y * plane + pooled
        y = self.bottom(y + plane) * right
        y = self.head_act(self.head(self.wide_up(self.up(y))))
        return self.classifier(y.mean(dim=(2, 3)))

    def describe(self, name: str, height: int, width: int) -> Variant:
        """The network as a file holds it; nodes are named as the modules."""
        build = GraphBuilder(name, 3, height, width)

        def unit(source: str, part: str) -> str:
            y = build.convolution(part, getattr(self, part), source)
            act = getattr(self, f"{part}_act", None)
            return y if act is None else build.activation(f"{part}_act", act, y, 1, part)

        x = unit(build.input, "stem")
        x = build.concatenate("join", unit(x, "grouped"), unit(x, "flat"))
        x = build.select_channels("shuffle", x, SHUFFLED)
        left = build.select_channels("left", x, range(20))
        right = build.select_channels("right", x, range(20, 40))
        y = unit(left, "multiplied")
        pooled = build.global_average_pool("pooled", y)
        y = build.multiply("excited", y, unit(unit(pooled, "squeeze"), "excite"))
        plane = unit(y, "plane")
        y = build.add("shifted", build.multiply("weighted", y, plane), pooled)
        y = build.multiply("product", unit(build.add("raised", y, plane), "bottom"), right)
        y = build.upsample("wide_up", self.wide_up, build.upsample("up", self.up, y))
        y = build.global_average_pool("pool", unit(y, "head"))
        return build.finish(build.linear("classifier", self.classifier, y), PREPROCESSING)


def operators(family: Family) -> None:
    """Adds a variant for each interpolation."""
    for name, mode, aligned, size in (
        ("nearest", "nearest", None, (12, 10)),
        ("bilinear", "bilinear", False, (9, 13)),
        ("aligned", "bilinear", True, (10, 8)),
    ):
        network = Operators(mode, aligned)
        family.add(name, network, partial(network.describe, name, *size), size)
