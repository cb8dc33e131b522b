"""Networks that move, sample, join and combine whole maps in every way of the format."""

from __future__ import annotations

from functools import partial

import torch
from dyrelu import DyReLU
from golden_family import Family
from golden_networks import CLASSES, PREPROCESSING
from graph_builder import GraphBuilder, Variant
from mixed_convolution import MixedConv2d
from torch import Tensor, nn
from torch.nn import functional as F

BORDER = 2


class Sampling(nn.Module):
    """Space to depth, transposed convolutions, and back to the stem's size, whatever it is."""

    def __init__(self, size: tuple[int, int], mode: str, aligned: bool | None) -> None:
        super().__init__()
        self.stem = nn.Conv2d(12, 12, 3, padding=1)
        self.stem_act = nn.ReLU()
        self.down = nn.Conv2d(12, 20, 3, stride=2, padding=1)
        self.down_act = DyReLU(20)
        self.back = nn.Upsample(size=(size[0] // 2, size[1] // 2), mode=mode, align_corners=aligned)
        self.grow = nn.ConvTranspose2d(20, 12, (4, 3), stride=2, padding=1, output_padding=(0, 1), groups=2)
        self.grow_act = nn.LeakyReLU(0.25)
        self.same = nn.ConvTranspose2d(12, 6, 3, padding=1, dilation=(1, 2), stride=(1, 3), bias=False)
        self.same_act = DyReLU(6, variant="a")
        self.depthwise = nn.ConvTranspose2d(6, 6, 2, stride=(3, 1), groups=6)
        self.last = nn.Conv2d(6, 8, 1)
        self.last_act = DyReLU(8, variant="c")
        self.classifier = nn.Linear(8, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W], H and W even, to logits [N, CLASSES]."""
        x = self.stem_act(self.stem(F.pixel_unshuffle(x, 2)))
        x = torch.cat([self.back(self.down_act(self.down(x))), x], dim=1)[:, :20]
        x = self.same_act(self.same(self.grow_act(self.grow(x))))
        x = F.interpolate(self.depthwise(x), scale_factor=(0.45, 0.7), mode="nearest-exact")
        x = self.last_act(self.last(x))
        return self.classifier(x.mean(dim=(2, 3)))

    def describe(self, name: str, height: int, width: int) -> Variant:
        """The network as a file holds it; nodes are named as the modules."""
        build = GraphBuilder(name, 3, height, width)
        x = build.rearrange(
            "unshuffled",
            build.input,
            rows=[2 * row for row in range(height // 2)],
            columns=[2 * column for column in range(width // 2)],
            channels=[[k // 2 % 2, k % 2, k // 4] for k in range(12)],
        )
        x = build.activation("stem_act", self.stem_act, build.convolution("stem", self.stem, x), 1, "stem")
        y = build.activation("down_act", self.down_act, build.convolution("down", self.down, x), 1, "down")
        x = build.concatenate("join", build.upsample("back", self.back, y), x)
        x = build.rearrange("some", x, channels=range(20))
        for part in ("grow", "same"):
            x = build.transposed_convolution(part, getattr(self, part), x)
            x = build.activation(f"{part}_act", getattr(self, f"{part}_act"), x, 1, part)
        x = build.transposed_convolution("depthwise", self.depthwise, x)
        tall, wide = self._sizes(height // 2, width // 2)
        steps = [float(torch.tensor(1 / scale, dtype=torch.float32)) for scale in (0.45, 0.7)]
        x = build.sampled("small", x, (int(tall * 0.45), int(wide * 0.7)), steps, "nearest_exact")
        x = build.activation("last_act", self.last_act, build.convolution("last", self.last, x), 1, "last")
        x = build.global_average_pool("pool", x)
        return build.finish(build.linear("classifier", self.classifier, x), PREPROCESSING)

    def _sizes(self, height: int, width: int) -> tuple[int, int]:
        """Of what the last transposed convolution gives."""
        with torch.no_grad():
            y = self.depthwise(self.same(self.grow(torch.zeros(1, 20, height, width))))
        return y.shape[2], y.shape[3]


class Combining(nn.Module):
    """Borders, joins along rows and columns, factors of rows and of columns, and what is done with two maps."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 18, 3, bias=False)
        self.stem_act = DyReLU(18)
        self.squeeze = nn.Conv2d(18, 5, 1)
        self.squeeze_act = nn.Hardswish()
        self.rows = nn.Conv2d(5, 18, (3, 1), padding=(1, 0))
        self.rows_act = nn.Sigmoid()
        self.columns = nn.Conv2d(5, 18, 1)
        self.columns_act = nn.Sigmoid()
        self.other = nn.Conv2d(18, 18, 1)
        self.other_act = nn.Tanh()
        self.last = nn.Conv2d(24, 9, 3, padding=1)
        self.last_act = DyReLU(9)
        self.route = nn.Linear(9, 3)
        self.route_act = nn.Sigmoid()
        self.mixed = MixedConv2d(torch.zeros(3, 12, 3, 3, 3), torch.zeros(3, 12), stride=1, padding=1, groups=3)
        self.mixed_act = nn.ELU(0.75)
        self.classifier = nn.Linear(12 * 2, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, CLASSES]."""
        x = self.stem_act(self.stem(F.pad(x, (BORDER, 1, 1, BORDER), mode="reflect")))
        height, width = x.shape[2:]
        down, across = x.mean(3, keepdim=True), x.amax(2, keepdim=True)
        y = torch.cat([down, across.transpose(2, 3)], dim=2)
        y = self.squeeze_act(self.squeeze(y))
        down = self.rows_act(self.rows(y[:, :, :height]))
        across = self.columns_act(self.columns(y[:, :, height:].transpose(2, 3)))
        x = x * down * across
        z = self.other_act(self.other(x))
        least = torch.minimum(x, z)
        chosen = torch.where(x > z, z / (1.5 + down * across), x * (x >= least))
        y = torch.cat([chosen, least[:, :, :, 1:3]], dim=3)
        y = self.last_act(self.last(F.pad(y, (0, 0, 0, 0, 2, 4))))
        shares = self.route_act(self.route(y.mean(dim=(2, 3)))[:, :, None, None])
        y = self.mixed_act(self.mixed(y, shares))
        y = F.adaptive_avg_pool2d(y, (3, 2)) + F.adaptive_max_pool2d(y, (3, 2))
        return self.classifier(y.mean(dim=2).flatten(1))

    def describe(self, name: str, height: int, width: int) -> Variant:
        """The network as a file holds it; nodes are named as the modules."""
        build = GraphBuilder(name, 3, height, width)

        def unit(source: str, part: str) -> str:
            y = build.convolution(part, getattr(self, part), source)
            return build.activation(f"{part}_act", getattr(self, f"{part}_act"), y, 1, part)

        rows = F.pad(torch.arange(height)[None].double(), (1, BORDER), mode="reflect")[0].int().tolist()
        columns = F.pad(torch.arange(width)[None].double(), (BORDER, 1), mode="reflect")[0].int().tolist()
        x = unit(build.rearrange("bordered", build.input, rows=rows, columns=columns), "stem")
        tall, wide = height + 1, width + 1
        down = build.pool_parts("down", "average_pool", x, [[row, row + 1] for row in range(tall)], [[0, wide]])
        across = build.pool_parts("across", "max_pool", x, [[0, tall]], [[column, column + 1] for column in range(wide)])
        turned = build.rearrange("turned", across, rows=[[0, column, 0] for column in range(wide)], columns=[0])
        y = unit(build.concatenate("both", down, turned, axis="rows"), "squeeze")
        down = unit(build.rearrange("upper", y, rows=range(tall)), "rows")
        lower = build.rearrange(
            "lower", y, rows=[0], columns=[[tall + column, 0, 0] for column in range(wide)]
        )
        across = unit(lower, "columns")
        x = build.multiply("scaled", build.multiply("scaled_rows", x, down), across)
        z = unit(x, "other")
        least = build.combine("least", "minimum", x, z)
        above = build.combine("above", "greater", x, z)
        factor = build.multiply("factor", down, across)
        ones = build.combine("ones", "divide", x, x)
        shifted = build.add("shifted", factor, ones)
        half = build.combine("half", "divide", ones, build.add("two", ones, ones))
        quotient = build.combine("quotient", "divide", z, build.add("divisor", shifted, half))
        product = build.multiply("product", x, build.combine("reached", "greater_equal", x, least))
        chosen = build.add(
            "chosen",
            build.combine("first", "keep", quotient, above),
            build.combine("second", "drop", product, above),
        )
        some = build.rearrange("some", least, columns=[1, 2])
        y = build.concatenate("joined", chosen, some, axis="columns")
        y = build.rearrange("deeper", y, channels=[-1, -1, *range(18), -1, -1, -1, -1])
        y = unit(y, "last")
        shares = build.linear("route", self.route, build.global_average_pool("routed", y))
        shares = build.activation("route_act", self.route_act, shares, 1, "route")
        y = build.mixed_convolution("mixed", self.mixed, y, shares)
        y = build.activation("mixed_act", self.mixed_act, y, 1, "mixed")
        parts = [[[i * size // count, -(-(i + 1) * size // count)] for i in range(count)]
                 for size, count in ((tall, 3), (wide + 2, 2))]  # fmt: skip
        mean, most = (build.pool_parts(f"parts_{one}", one, y, *parts) for one in ("average_pool", "max_pool"))
        y = build.add("parts", mean, most)
        y = build.pool_parts("pool", "average_pool", y, [[0, 3]], [[0, 1], [1, 2]])
        y = build.rearrange("flat", y, columns=[0], channels=[[0, k % 2, k // 2] for k in range(24)])
        return build.finish(build.linear("classifier", self.classifier, y), PREPROCESSING)


def maps(family: Family) -> None:
    """Adds a variant for each interpolation, and one with all combinations."""
    for name, mode, aligned, size in (
        ("nearest", "nearest", None, (14, 18)),
        ("bilinear", "bilinear", False, (18, 22)),
        ("aligned", "bilinear", True, (22, 14)),
    ):
        network = Sampling(size, mode, aligned)
        family.add(name, network, partial(network.describe, name, *size), size)
    combining = Combining()
    family.add("combining", combining, partial(combining.describe, "combining", 9, 12), (9, 12))
