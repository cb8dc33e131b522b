"""Writes small networks with what PyTorch makes of them, for Swift's tests.

    python training/golden.py

Each `Tests/Golden/networks/NAME.model.bin` holds a few variants with random
weights; `NAME.expected.safetensors` beside it holds, computed in double
precision and stored in single:

    VARIANT/input             [H, W, C]
    VARIANT/logits            [classes]
    VARIANT/NODE/x, .../y     [H, W, C], input and output of every activation
    VARIANT/NODE/slopes       [K, channels or 1], and .../intercepts if there
                              are any, of every dynamic activation
    VARIANT/NODE/attention    [H, W], of every DY-ReLU-C

Swift's tests allow single precision 1e-4 of a tap's largest magnitude. So that
they measure the programs and not the networks, a network for which PyTorch's
own single precision is off by a tenth of that is not written.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from dyrelu import DyReLU
from mobilenetv2 import Activation, ConvUnit, InvertedResidual, MobileNetV2
from model_file import GraphBuilder, Preprocessing, Variant, mobilenet_variant, write_model
from safetensors.torch import save_file
from torch import Tensor, nn

FOLDER = Path(__file__).resolve().parent.parent / "Tests" / "Golden" / "networks"
CLASSES = 5
CONDITION = 1e-5
"""Largest error of PyTorch's single precision at a tap, relative to its largest magnitude."""
Recorded = dict[str, Tensor]


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


PREPROCESSING = Preprocessing(channels=3, mean=[0.0] * 3, deviation=[1.0] * 3)
SIZES = ((9, 7, 1), (9, 7, 2), (13, 10, 2))
"""Height, width and the stem's stride, by turns."""


@torch.no_grad()
def random_weights(
    model: nn.Module,
    size: tuple[int, int],
    generator: torch.Generator,
    scale: float = 1,
    response: float = 1.5,
) -> None:
    """Weights for which slopes, intercepts and attentions really vary.

    `scale` is the mean scale of the normalisations, `response` how strongly a
    hyper function answers to the means of x. Weights of rank 2 and more are
    numbers of F16, so the file loses nothing.
    """

    def normal(tensor: Tensor, deviation: float, mean: float = 0) -> None:
        tensor.copy_(mean + deviation * torch.randn(tensor.shape, generator=generator))

    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            normal(module.weight, (2 / module.weight[0].numel()) ** 0.5)
            if module.bias is not None:
                normal(module.bias, 0.3)
        elif isinstance(module, nn.BatchNorm2d):
            normal(module.weight, 0.2, mean=scale)
            normal(module.bias, 0.3)
            module.momentum = None
    for module in model.modules():
        if isinstance(module, DyReLU):
            normal(module.fc1.weight, response / module.channels**0.5)
            normal(module.fc1.bias, 0.5)
            normal(module.fc2.weight, 1.0 / module.hidden**0.5)
            normal(module.fc2.bias, 0.7)
            if module.attention is not None:
                normal(module.attention.weight, 8 / module.channels**0.5)
                normal(module.attention.bias, 1.0)
    for parameter in model.parameters():
        if parameter.ndim > 1:
            parameter.copy_(parameter.half())
    # Running statistics near those of random images keep every layer's values near 1.
    model.train()
    model(torch.randn((64, 3, *size), generator=generator))
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            count = module.running_var.shape
            module.running_var.mul_(0.8 + 0.5 * torch.rand(count, generator=generator))
            module.running_mean.add_(0.2 * torch.randn(count, generator=generator))
    model.eval()


@torch.no_grad()
def record(model: nn.Module, image: Tensor, dtype: torch.dtype) -> Recorded:
    """Every tap of one image [1, C, H, W], by node, computed in `dtype`."""
    recorded: Recorded = {"input": nhwc(image)}

    def tap(name: str, module: nn.Module, inputs: tuple[Tensor], y: Tensor) -> None:
        (x,) = inputs
        recorded[f"{name}/x"], recorded[f"{name}/y"] = nhwc(x), nhwc(y)
        if isinstance(module, DyReLU):
            slopes, intercepts, attention = module.coefficients(x)
            recorded[f"{name}/slopes"] = slopes[0]
            if intercepts is not None:
                recorded[f"{name}/intercepts"] = intercepts[0]
            if attention is not None:
                recorded[f"{name}/attention"] = attention[0, 0]

    model = deepcopy(model).to(dtype)
    for name, module in model.named_modules():
        if isinstance(module, DyReLU | nn.ReLU | nn.ReLU6 | nn.LeakyReLU):
            module.register_forward_hook(partial(tap, name))
    recorded["logits"] = model(image.to(dtype))[0]
    return recorded


def check_condition(name: str, exact: Recorded, single: Recorded) -> None:
    """Ends the program if single precision is too far off at a tap."""
    for tap, value in exact.items():
        error = (single[tap].double() - value).abs().max() / value.abs().max().clamp(min=1e-30)
        if not error <= CONDITION:
            raise SystemExit(
                f"{name} is ill conditioned: at {tap}, PyTorch in single precision is off by "
                f"{error:.1e} of the largest magnitude, more than {CONDITION:.0e}; "
                "try another draw or a weaker response"
            )


def nhwc(x: Tensor) -> Tensor:
    """[1, C, H, W] to [H, W, C]."""
    return x[0].permute(1, 2, 0)


class Family:
    """Variants that share a file."""

    def __init__(self, name: str, scale: float = 1, response: float = 1.5) -> None:
        self.name, self.scale, self.response = name, scale, response
        self.variants: list[Variant] = []
        self.expected: Recorded = {}

    def add(
        self,
        name: str,
        model: nn.Module,
        describe: Callable[[], Variant],
        size: tuple[int, int],
        draw: int = 0,
    ) -> None:
        """Draws weights and an image for `model` and runs it."""
        generator = torch.Generator().manual_seed(1000 + len(self.variants) + 100 * draw)
        random_weights(model, size, generator, self.scale, self.response)
        image = torch.randn((1, 3, *size), generator=generator)
        self.variants.append(describe())
        exact = record(model, image, torch.float64)
        check_condition(f"{self.name}/{name}", exact, record(model, image, torch.float32))
        for key, tensor in exact.items():
            self.expected[f"{name}/{key}"] = tensor.float().contiguous()

    def small(self, name: str, rectifier: Rectifier, draw: int = 0) -> None:
        """Adds a `Small`; sizes and strides go by turns."""
        height, width, stride = SIZES[len(self.variants) % len(SIZES)]
        model = Small(rectifier, stride)
        describe = partial(mobilenet_variant, name, model, height, width, PREPROCESSING)
        self.add(name, model, describe, (height, width), draw)

    def write(self) -> None:
        """Writes both files."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        model = FOLDER / f"{self.name}.model.bin"
        expected = FOLDER / f"{self.name}.expected.safetensors"
        write_model(model, self.variants)
        save_file(self.expected, str(expected))
        for path in (model, expected):
            path.chmod(0o644)
        print(f"{self.name}: {len(self.variants)} variants")


def dynamic_family(variant: str) -> Family:
    """DY-ReLU-A, -B or -C: K = 1, 2, 3 with and without intercepts, and other options."""
    family = Family(f"dyrelu-{variant}")
    for functions in (1, 2, 3):
        for intercepts in (True, False):
            options = {"variant": variant, "functions": functions, "intercepts": intercepts}
            ending = "" if intercepts else "-slopes"
            family.small(f"k{functions}{ending}", Rectifier(options=options))
    options = {
        "variant": variant,
        "functions": 2,
        "reduction": 3,
        "alpha": [0.75, -0.25],
        "beta": [-0.125, 0.375],
        "lambda_a": 1.75,
        "lambda_b": 0.875,
        "temperature": 4.5,
        "gamma": 0.6,
    }
    after = {"alpha": [0.5], "beta": [0.25]}
    # The first draw for C is ill conditioned.
    draw = 2 if variant == "c" else 0
    family.small("options", Rectifier(options=options, after_projection=after), draw)
    return family


def static_family() -> Family:
    """ReLU, ReLU6 and LeakyReLU, with values beyond 6."""
    family = Family("static", scale=4)
    for name, kind in (("relu", nn.ReLU), ("relu6", nn.ReLU6), ("leaky", nn.LeakyReLU)):
        family.small(name, Rectifier(kind))
    return family


def whole_family() -> Family:
    """All of MobileNetV2, at the least width, and the oddities."""
    family = Family("whole", response=0.5)
    activation = Activation("dyrelu-b", reduction=128)
    network = MobileNetV2(CLASSES, width=0.1, activation=activation)
    describe = partial(mobilenet_variant, "mobilenetv2", network, 21, 27, PREPROCESSING)
    family.add("mobilenetv2", network, describe, (21, 27))
    oddities = Oddities()
    family.add("oddities", oddities, partial(oddities.describe, "oddities", 11, 9), (11, 9))
    return family


def pools_family() -> Family:
    """Poolings over windows, on two sizes."""
    family = Family("pools")
    for name, size in (("even", (12, 16)), ("odd", (13, 9))):
        pools = Pools()
        family.add(name, pools, partial(pools.describe, name, *size), size)
    return family


def main() -> None:
    """Writes all families."""
    for family in (*map(dynamic_family, "abc"), static_family(), whole_family(), pools_family()):
        family.write()


if __name__ == "__main__":
    main()
