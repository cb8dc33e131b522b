"""One small network for each activation of the format, which stands at every position of a block."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from activations import CURVES, Given, HyperActivation, Maxout, squeeze_and_excitation
from golden_family import Family
from golden_networks import CLASSES, PREPROCESSING
from graph_builder import GraphBuilder, Variant
from torch import Tensor, nn

SIZE = (7, 5)


class Unit(nn.Module):
    """A convolution, batch normalisation, and activations one after the other."""

    def __init__(self, inputs: int, outputs: int, kernel: int, groups: int, acts: list[nn.Module]) -> None:
        super().__init__()
        self.conv = convolution(inputs, outputs, kernel, groups)
        self.norm = nn.BatchNorm2d(outputs)
        self.acts = nn.ModuleList(acts)

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, H, W]."""
        x = self.norm(self.conv(x))
        for act in self.acts:
            x = act(x)
        return x

    def describe(self, build: GraphBuilder, name: str, x: str) -> str:
        """Adds the nodes."""
        x = build.convolution(f"{name}.conv", self.conv, x)
        x = build.batch_normalization(f"{name}.norm", self.norm, x)
        for index, act in enumerate(self.acts):
            x = build.activation(f"{name}.acts.{index}", act, x, 1, f"{name}{index}")
        return x


class MaxoutUnit(nn.Module):
    """K convolutions, of which the largest output counts."""

    def __init__(self, inputs: int, outputs: int, kernel: int, groups: int, functions: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(convolution(inputs, outputs, kernel, groups) for _ in range(functions))
        self.norms = nn.ModuleList(nn.BatchNorm2d(outputs) for _ in range(functions))
        self.act = Maxout(functions)

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, H, W]."""
        return self.act(*(norm(conv(x)) for conv, norm in zip(self.convs, self.norms, strict=True)))

    def describe(self, build: GraphBuilder, name: str, x: str) -> str:
        """Adds the nodes."""
        maps: list[str] = []
        for index, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            y = build.convolution(f"{name}.convs.{index}", conv, x)
            maps.append(build.batch_normalization(f"{name}.norms.{index}", norm, y))
        return build.activation(f"{name}.act", self.act, maps, 1, name)


class GivenUnit(nn.Module):
    """A dynamic activation whose hyper function is a layer of the graph."""

    def __init__(self, inputs: int, outputs: int, kernel: int, groups: int, functions: int, shared: bool) -> None:
        super().__init__()
        self.conv = convolution(inputs, outputs, kernel, groups)
        self.norm = nn.BatchNorm2d(outputs)
        self.fc = nn.Linear(outputs, 2 * functions * (1 if shared else outputs))
        self.act = Given(functions, shared)

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, H, W]."""
        x = self.norm(self.conv(x))
        return self.act(x, self.fc(x.mean(dim=(2, 3))))

    def describe(self, build: GraphBuilder, name: str, x: str) -> str:
        """Adds the nodes."""
        x = build.convolution(f"{name}.conv", self.conv, x)
        x = build.batch_normalization(f"{name}.norm", self.norm, x)
        pooled = build.global_average_pool(f"{name}.pool", x)
        given = build.linear(f"{name}.fc", self.fc, pooled)
        return build.activation(f"{name}.act", self.act, [x, given], 1, name)


class Block(nn.Module):
    """Stem, expansion, depthwise convolution and projection with a residual."""

    def __init__(self, unit: Callable[[int, int, int, int], nn.Module]) -> None:
        super().__init__()
        self.stem = unit(3, 6, 3, 1)
        self.expand = unit(6, 18, 1, 1)
        self.depthwise = unit(18, 18, 3, 18)
        self.project = unit(18, 6, 1, 1)
        self.classifier = nn.Linear(6, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, CLASSES]."""
        x = self.stem(x)
        x = x + self.project(self.depthwise(self.expand(x)))
        return self.classifier(x.mean(dim=(2, 3)))

    def describe(self, name: str) -> Variant:
        """The network as a file holds it."""
        build = GraphBuilder(name, 3, *SIZE)
        start = self.stem.describe(build, "stem", build.input)
        x = self.expand.describe(build, "expand", start)
        x = self.depthwise.describe(build, "depthwise", x)
        x = build.add("sum", start, self.project.describe(build, "project", x))
        x = build.global_average_pool("pool", x)
        return build.finish(build.linear("classifier", self.classifier, x), PREPROCESSING)


def convolution(inputs: int, outputs: int, kernel: int, groups: int) -> nn.Conv2d:
    """A convolution that keeps the size."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False)


def activations(family: Family) -> None:
    """Adds a variant for each activation of the paper, and for each option."""

    def add(name: str, unit: Callable[[int, int, int, int], nn.Module]) -> None:
        block = Block(unit)
        family.add(name, block, partial(block.describe, name), SIZE)

    def plain(name: str, *makers: Callable[[int], nn.Module]) -> None:
        add(name, lambda *shape: Unit(*shape, [make(shape[1]) for make in makers]))

    def dynamic(name: str, **options: Any) -> None:
        plain(name, lambda channels: HyperActivation(channels, **options))

    plain("leaky", lambda _: nn.LeakyReLU(0.25))
    plain("rrelu", lambda _: nn.RReLU(0.125, 0.375))
    plain("prelu", nn.PReLU)
    plain("prelu-shared", lambda _: nn.PReLU())
    for gate in ("sigmoid", "hard_sigmoid"):
        def excite(channels: int, gate: str = gate) -> nn.Module:
            return squeeze_and_excitation(channels, gate, max(channels // 4, 1))

        plain(f"se-{gate}", excite, lambda _: nn.ReLU())
    for functions in (2, 3):
        add(f"maxout-{functions}", partial(MaxoutUnit, functions=functions))
    dynamic("first-dynamic", functions=2, dynamic=1)
    dynamic("first-dynamic-slopes", functions=2, dynamic=1, intercepts=False, beta=[0.0, 0.25])
    dynamic("two-of-three", functions=3, dynamic=2, variant="a", beta=[0.0, 0.125, -0.25])
    dynamic("gate-hard", gate="2*hard_sigmoid-1")
    dynamic("gate-sigmoid-c", gate="sigmoid", variant="c", inner="hard_swish")
    for name, functions, shared in (("given", 2, False), ("given-shared", 3, True)):
        add(name, partial(GivenUnit, functions=functions, shared=shared))
    names = iter(CURVES)
    for first in names:
        # A curve of its own at each position.
        own = [first, *(name for _, name in zip(range(3), names))]
        makers = iter((own * 4)[:4])
        add(f"curves-{first}", lambda *shape, makers=makers: Unit(*shape, [CURVES[next(makers)]()]))
    scaled = iter((nn.ELU(0.5), nn.CELU(0.25), nn.SELU(), nn.Softplus(2.5)))
    add("curves-scaled", lambda *shape: Unit(*shape, [next(scaled)]))
