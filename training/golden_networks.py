"""Networks of the golden files: blocks of MobileNetV2's make, odd convolutions, poolings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dyrelu import DyReLU
from graph_builder import GraphBuilder, Preprocessing, Variant
from mobilenetv2 import ConvUnit, InvertedResidual
from torch import Tensor, nn

CLASSES = 5
PREPROCESSING = Preprocessing(channels=3, mean=[0.0] * 3, deviation=[1.0] * 3)


@dataclass
class Rectifier:
    """Makes a network's activations; stands in for mobilenetv2.Activation."""

    kind: type[nn.Module] = DyReLU
    options: dict[str, Any] = field(default_factory=dict)
    after_projection: dict[str, Any] = field(default_factory=dict)
    """What differs after the projection, for a dynamic ReLU."""

    def make(self, channels: int) -> nn.Module:
        """The activation at every site but the projection's."""
        return self.kind(channels, **self.options) if self.kind is DyReLU else self.kind()

    def make_after_projection(self, channels: int) -> nn.Module | None:
        """A3, with K = 1."""
        if self.kind is not DyReLU:
            return None
        own = {"functions": 1, "alpha": None, "beta": None} | self.after_projection
        return self.kind(channels, **(self.options | own))


class Small(nn.Module):
    """Three blocks of MobileNetV2's make with channel counts that fill no vector."""

    def __init__(self, rectifier: Rectifier, stride: int) -> None:
        super().__init__()
        self.stem = ConvUnit(3, 6, 3, rectifier.make(6), stride=stride)
        self.blocks = nn.ModuleList(
            [
                InvertedResidual(6, 5, 1, 1, rectifier),
                InvertedResidual(5, 5, 1, 2, rectifier),
                InvertedResidual(5, 9, 2, 3, rectifier),
            ]
        )
        self.head = ConvUnit(9, 19, 1, rectifier.make(19))
        self.classifier = nn.Linear(19, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, CLASSES]."""
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.classifier(self.head(x).mean(dim=(2, 3)))


class Oddities(nn.Module):
    """What MobileNetV2 does not have: every other option of a convolution, and
    batch normalisation and activations in unusual places."""

    def __init__(self) -> None:
        super().__init__()
        self.image_act = DyReLU(3, functions=3, variant="c", reduction=1)
        self.tall = nn.Conv2d(3, 12, (5, 3), stride=(2, 1), padding=(2, 0))
        self.tall_act = nn.LeakyReLU(0.125)
        self.grouped = nn.Conv2d(12, 8, 3, padding=1, groups=4)
        self.grouped_norm = nn.BatchNorm2d(8)
        self.grouped_act = DyReLU(8, variant="a", functions=2, reduction=3)
        self.multiplied = nn.Conv2d(8, 24, 3, padding=1, groups=8, bias=False)
        self.shared_norm = nn.BatchNorm2d(24)
        self.sum_norm = nn.BatchNorm2d(24)
        self.dilated = nn.Conv2d(24, 24, 3, padding=2, dilation=2, groups=24)
        self.dilated_norm = nn.BatchNorm2d(24)
        self.strided = nn.Conv2d(24, 20, 1, stride=2)
        self.strided_act = nn.ReLU6()
        self.pool_act = DyReLU(20, variant="c", functions=2)
        self.classifier = nn.Linear(20, CLASSES, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, CLASSES]."""
        x = self.tall_act(self.tall(self.image_act(x)))
        x = self.multiplied(self.grouped_act(self.grouped_norm(self.grouped(x))))
        x = self.sum_norm(x + self.shared_norm(x))
        x = x + self.dilated_norm(self.dilated(x))
        x = self.strided_act(self.strided(x))
        x = self.pool_act(x.mean(dim=(2, 3), keepdim=True))
        return self.classifier(x.flatten(1))

    def describe(self, name: str, height: int, width: int) -> Variant:
        """The network as a file holds it; nodes are named as the modules."""
        build = GraphBuilder(name, 3, height, width)

        def unit(source: str, *parts: str) -> str:
            for part in parts:
                module = getattr(self, part)
                if isinstance(module, nn.Conv2d):
                    source = build.convolution(part, module, source)
                elif isinstance(module, nn.BatchNorm2d):
                    source = build.batch_normalization(part, module, source)
                else:
                    source = build.activation(part, module, source, 1, part)
            return source

        x = unit(build.input, "image_act", "tall", "tall_act", "grouped", "grouped_norm")
        x = unit(x, "grouped_act", "multiplied")
        x = unit(build.add("sum", x, unit(x, "shared_norm")), "sum_norm")
        x = build.add("second_sum", x, unit(x, "dilated", "dilated_norm"))
        x = unit(x, "strided", "strided_act")
        x = unit(build.global_average_pool("pool", x), "pool_act")
        return build.finish(build.linear("classifier", self.classifier, x), PREPROCESSING)


class Pools(nn.Module):
    """Windows of every kind between dynamic activations."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 18, 3, padding=1, bias=False)
        self.stem_norm = nn.BatchNorm2d(18)
        self.stem_act = DyReLU(18, functions=2, reduction=4)
        self.max = nn.MaxPool2d(3, stride=2, padding=1)
        self.max_act = DyReLU(18, functions=2, variant="c")
        self.dilated = nn.MaxPool2d((2, 3), stride=(1, 2), padding=(0, 1), dilation=(2, 1))
        self.wide = nn.Conv2d(18, 70, 1)
        self.wide_act = nn.ReLU()
        self.mean = nn.AvgPool2d((3, 2), stride=(1, 2), padding=(1, 1), count_include_pad=False)
        self.mean_act = DyReLU(70, functions=1)
        self.padded_mean = nn.AvgPool2d(3, stride=1, padding=1)
        self.last_act = DyReLU(70, functions=3, variant="a")
        self.classifier = nn.Linear(70, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, CLASSES]."""
        x = self.max(self.stem_act(self.stem_norm(self.stem(x))))
        x = self.wide_act(self.wide(self.dilated(self.max_act(x))))
        x = self.last_act(self.padded_mean(self.mean_act(self.mean(x))))
        return self.classifier(x.mean(dim=(2, 3)))

    def describe(self, name: str, height: int, width: int) -> Variant:
        """The network as a file holds it; nodes are named as the modules."""
        build = GraphBuilder(name, 3, height, width)
        x = build.convolution("stem", self.stem, build.input)
        x = build.batch_normalization("stem_norm", self.stem_norm, x)
        x = build.activation("stem_act", self.stem_act, x, 0, "stem")
        x = build.max_pool("max", self.max, x)
        x = build.activation("max_act", self.max_act, x, 1, "max")
        x = build.max_pool("dilated", self.dilated, x)
        x = build.convolution("wide", self.wide, x)
        x = build.activation("wide_act", self.wide_act, x, 1, "wide")
        x = build.average_pool("mean", self.mean, x)
        x = build.activation("mean_act", self.mean_act, x, 1, "mean")
        x = build.average_pool("padded_mean", self.padded_mean, x)
        x = build.activation("last_act", self.last_act, x, 2, "last")
        x = build.global_average_pool("pool", x)
        return build.finish(build.linear("classifier", self.classifier, x), PREPROCESSING)
