"""MobileNetV2 of any width and input size, with static or dynamic ReLU.

Dynamic ReLU stands at the paper's three sites of every block: after the
expansion (A1), the depthwise convolution (A2) and the projection (A3), and
also after the stem and the last convolution. A static baseline has no
activation after the projection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dyrelu import DyReLU
from torch import Tensor, nn

STAGES = (
    # expansion t, channels c, blocks n
    (1, 16, 1),
    (6, 24, 2),
    (6, 32, 3),
    (6, 64, 4),
    (6, 96, 3),
    (6, 160, 3),
    (6, 320, 1),
)
ACTIVATIONS = ("relu", "relu6", "dyrelu-a", "dyrelu-b", "dyrelu-c")


@dataclass(frozen=True)
class Activation:
    """Which activation a network has, and its options."""

    name: str = "dyrelu-b"
    functions: int = 2
    reduction: int = 8
    intercepts: bool = True

    def __post_init__(self) -> None:
        if self.name not in ACTIVATIONS:
            raise ValueError(f"unknown activation {self.name!r}")

    def make(self, channels: int) -> nn.Module:
        """The activation at every site but the projection's."""
        if self.name == "relu":
            return nn.ReLU()
        if self.name == "relu6":
            return nn.ReLU6()
        return self._dynamic(channels, self.functions)

    def make_after_projection(self, channels: int) -> nn.Module | None:
        """A3: K = 1 (alpha 1, beta 0) if dynamic, else none at all."""
        return self._dynamic(channels, 1) if self.name.startswith("dyrelu") else None

    def _dynamic(self, channels: int, functions: int) -> DyReLU:
        return DyReLU(
            channels,
            functions=functions,
            variant=self.name[-1],
            reduction=self.reduction,
            intercepts=self.intercepts,
        )


class ConvUnit(nn.Module):
    """Convolution, BatchNorm and, if there is one, the activation."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        activation: nn.Module | None,
        stride: int = 1,
        groups: int = 1,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False
        )
        self.norm = nn.BatchNorm2d(outputs)
        self.act = activation

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, ceil(H / stride), ceil(W / stride)]."""
        x = self.norm(self.conv(x))
        return x if self.act is None else self.act(x)


class InvertedResidual(nn.Module):
    """Expansion (unless t = 1), depthwise convolution, projection."""

    def __init__(
        self, inputs: int, outputs: int, stride: int, expansion: int, activation: Activation
    ) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = ConvUnit(inputs, wide, 1, activation.make(wide)) if expansion != 1 else None
        self.depthwise = ConvUnit(wide, wide, 3, activation.make(wide), stride=stride, groups=wide)
        self.project = ConvUnit(wide, outputs, 1, activation.make_after_projection(outputs))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, ceil(H / stride), ceil(W / stride)]."""
        y = x if self.expand is None else self.expand(x)
        y = self.project(self.depthwise(y))
        return x + y if self.residual else y


class MobileNetV2(nn.Module):
    """Stem, 17 inverted residual blocks, last 1x1 convolution, classifier."""

    def __init__(
        self,
        classes: int = 10,
        width: float = 1.0,
        activation: Activation = Activation(),  # noqa: B008 (frozen)
        input_channels: int = 3,
        stem_stride: int = 2,
        stage_strides: Sequence[int] = (1, 2, 2, 2, 1, 2, 1),
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        channels = make_divisible(32 * width)
        self.stem = ConvUnit(
            input_channels, channels, 3, activation.make(channels), stride=stem_stride
        )
        blocks: list[nn.Module] = []
        for (expansion, base, count), stage_stride in zip(STAGES, stage_strides, strict=True):
            outputs = make_divisible(base * width)
            for index in range(count):
                stride = stage_stride if index == 0 else 1
                blocks.append(InvertedResidual(channels, outputs, stride, expansion, activation))
                channels = outputs
        self.blocks = nn.ModuleList(blocks)
        last = make_divisible(1280 * max(width, 1.0))
        self.head = ConvUnit(channels, last, 1, activation.make(last))
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(last, classes)
        self._initialise()

    def forward(self, x: Tensor) -> Tensor:
        """[N, input_channels, H, W] to logits [N, classes]."""
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        x = self.head(x).mean(dim=(2, 3))
        return self.classifier(self.dropout(x))

    def _initialise(self) -> None:
        """He initialisation; the dynamic ReLUs have set their own already."""
        for module in self.modules():
            if isinstance(module, ConvUnit):
                nn.init.kaiming_normal_(module.conv.weight, mode="fan_out")
        nn.init.normal_(self.classifier.weight, std=0.01)
        nn.init.zeros_(self.classifier.bias)


def make_divisible(value: float, divisor: int = 8) -> int:
    """The multiple of `divisor` next to `value`, but not below 90 % of it."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded
