"""MobileNetV2 of any width and input size, with static or dynamic ReLU.

Dynamic ReLU stands at the paper's three sites of every block: after the
expansion (A1), the depthwise convolution (A2) and the projection (A3), and
also after the stem and the last convolution. A static baseline has no
activation after the projection.
"""

from __future__ import annotations

from collections.abc import Sequence

from activations import Maxout
from paper_activations import Activation
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


class ConvUnit(nn.Module):
    """Convolution, BatchNorm and, if there is one, the activation.

    Maxout takes K convolutions, each with its own BatchNorm.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        activation: nn.Module | None,
        stride: int = 1,
        groups: int = 1,
        epsilon: float = 1e-5,
    ) -> None:
        super().__init__()

        def convolution() -> nn.Conv2d:
            return nn.Conv2d(
                inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False
            )

        self.conv: nn.Module
        self.norm: nn.Module
        if isinstance(activation, Maxout):
            count = range(activation.functions)
            self.conv = nn.ModuleList(convolution() for _ in count)
            self.norm = nn.ModuleList(nn.BatchNorm2d(outputs, eps=epsilon) for _ in count)
        else:
            self.conv = convolution()
            self.norm = nn.BatchNorm2d(outputs, eps=epsilon)
        self.act = activation

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, ceil(H / stride), ceil(W / stride)]."""
        if isinstance(self.act, Maxout):
            pairs = zip(self.conv, self.norm, strict=True)
            return self.act(*(norm(conv(x)) for conv, norm in pairs))
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
                for part in module.conv.modules():
                    if isinstance(part, nn.Conv2d):
                        nn.init.kaiming_normal_(part.weight, mode="fan_out")
        nn.init.normal_(self.classifier.weight, std=0.01)
        nn.init.zeros_(self.classifier.bias)


def make_divisible(value: float, divisor: int = 8) -> int:
    """The multiple of `divisor` next to `value`, but not below 90 % of it."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded
