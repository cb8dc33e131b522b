"""A network with every normalisation by a map's own statistics, and softmax over all that it can be taken over."""

from __future__ import annotations

from functools import partial

import torch
from dyrelu import DyReLU
from golden_family import Family
from golden_networks import CLASSES, PREPROCESSING
from graph_builder import GraphBuilder, Variant
from normalizations import LayerNorm, ResponseNorm, RMSNorm, Softmax
from torch import Tensor, nn


class Normalized(nn.Module):
    """Normalisations before and behind dynamic activations, a selective kernel, a global context, and softmax at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 20, 3, stride=2, padding=1)
        self.stem_norm = LayerNorm(20)
        self.stem_act = nn.ReLU()
        self.depthwise = nn.Conv2d(20, 20, 3, padding=1, groups=20)
        self.depthwise_norm = nn.GroupNorm(1, 20)
        self.depthwise_act = DyReLU(20)
        self.wide = nn.Conv2d(20, 36, 1)
        self.wide_norm = nn.GroupNorm(4, 36, eps=1e-3, affine=False)
        self.wide_act = nn.GELU()
        self.response = ResponseNorm(36)
        self.narrow = nn.Conv2d(36, 19, 1)
        self.narrow_norm = RMSNorm(19, eps=1e-6)
        self.narrow_act = DyReLU(19, variant="c")
        self.left = nn.Conv2d(19, 19, 3, padding=1)
        self.left_act = nn.SiLU()
        self.right = nn.Conv2d(19, 19, 3, padding=2, dilation=2)
        self.right_act = nn.ReLU6()
        self.select = nn.Conv2d(38, 38, 1)
        self.shares = Softmax("channels", 2)
        self.fuse = nn.Conv2d(38, 17, 1)
        self.fuse_norm = nn.GroupNorm(17, 17, eps=0.1)
        self.plain = ResponseNorm(17, eps=1e-2, adds_input=False)
        self.plane = nn.Conv2d(17, 1, 1)
        self.positions = Softmax("positions")
        self.context = nn.Conv2d(17, 17, 1)
        self.context_norm = LayerNorm(17, eps=1e-6, bias=False)
        self.classes = Softmax("channels")
        self.mixed = Softmax("positions")
        self.last_act = DyReLU(17, variant="a")
        self.head_norm = LayerNorm(17)
        self.classifier = nn.Linear(17, CLASSES)
        self.probabilities = Softmax("channels")

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to probabilities [N, CLASSES]."""
        x = self.stem_act(self.stem_norm(self.stem(x)))
        x = self.depthwise_act(self.depthwise_norm(self.depthwise(x)))
        x = self.response(self.wide_act(self.wide_norm(self.wide(x))))
        x = self.narrow_act(self.narrow_norm(self.narrow(x)))
        both = torch.cat([self.left_act(self.left(x)), self.right_act(self.right(x))], dim=1)
        x = self.fuse(both * self.shares(self.select(both.mean(dim=(2, 3), keepdim=True))))
        x = self.plain(self.fuse_norm(x))
        weighted = x * self.positions(self.plane(x))
        x = x + self.context_norm(self.context(weighted.mean(dim=(2, 3), keepdim=True)))
        x = self.last_act(x * self.classes(x) + self.mixed(x))
        x = self.head_norm(x.mean(dim=(2, 3), keepdim=True))
        return self.probabilities(self.classifier(x.flatten(1))[:, :, None, None]).flatten(1)

    def describe(self, name: str, height: int, width: int) -> Variant:
        """The network as a file holds it; nodes are named as the modules."""
        build = GraphBuilder(name, 3, height, width)

        def unit(source: str, part: str) -> str:
            y = build.convolution(part, getattr(self, part), source)
            norm, act = getattr(self, f"{part}_norm", None), getattr(self, f"{part}_act", None)
            y = y if norm is None else build.normalization(f"{part}_norm", norm, y)
            return y if act is None else build.activation(f"{part}_act", act, y, 1, part)

        x = unit(unit(unit(build.input, "stem"), "depthwise"), "wide")
        x = unit(build.normalization("response", self.response, x), "narrow")
        both = build.concatenate("both", unit(x, "left"), unit(x, "right"))
        select = unit(build.global_average_pool("both_pool", both), "select")
        shares = build.softmax("shares", self.shares, select)
        x = unit(build.multiply("chosen", both, shares), "fuse")
        x = build.normalization("plain", self.plain, x)
        positions = build.softmax("positions", self.positions, unit(x, "plane"))
        weighted = build.global_average_pool("weighted_pool", build.multiply("weighted", x, positions))
        x = build.add("contextual", x, unit(weighted, "context"))
        classes = build.multiply("classed", x, build.softmax("classes", self.classes, x))
        x = build.add("mixture", classes, build.softmax("mixed", self.mixed, x))
        x = build.global_average_pool("pool", build.activation("last_act", self.last_act, x, 1, "last"))
        x = build.normalization("head_norm", self.head_norm, x)
        x = build.linear("classifier", self.classifier, x)
        return build.finish(build.softmax("probabilities", self.probabilities, x), PREPROCESSING)


def normalizations(family: Family) -> None:
    """Adds a variant for each of three sizes."""
    for name, size in (("even", (16, 12)), ("odd", (13, 11)), ("small", (5, 3))):
        network = Normalized()
        family.add(name, network, partial(network.describe, name, *size), size)
