"""ResNet-10, -18, -34 and -50 at any input size.

An `Activation` stands in the place of every ReLU: after the stem, after a
block's convolutions but the last one, and after its sum.
"""

from __future__ import annotations

from activations import Maxout
from mobilenetv2 import ConvUnit
from paper_activations import Activation
from torch import Tensor, nn

STAGES = {10: (1, 1, 1, 1), 18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}


class ResidualBlock(nn.Module):
    """3x3, 3x3; or, as a bottleneck, 1x1, 3x3, 1x1 with four times the channels.

    The stride is in the first 3x3 convolution. Maxout stands at the last
    convolution instead of after the sum: max(x) + s = max(x + s).
    """

    def __init__(
        self, inputs: int, width: int, stride: int, bottleneck: bool, activation: Activation
    ) -> None:
        super().__init__()
        outputs = 4 * width if bottleneck else width
        after = activation.make(outputs)
        at_last = after if isinstance(after, Maxout) else None
        if bottleneck:
            self.first = ConvUnit(inputs, width, 1, activation.make(width))
            self.second = ConvUnit(width, width, 3, activation.make(width), stride=stride)
            self.third: ConvUnit | None = ConvUnit(width, outputs, 1, at_last)
        else:
            self.first = ConvUnit(inputs, width, 3, activation.make(width), stride=stride)
            self.second = ConvUnit(width, width, 3, at_last)
            self.third = None
        changes = stride != 1 or inputs != outputs
        self.shortcut = ConvUnit(inputs, outputs, 1, None, stride=stride) if changes else None
        self.act = None if isinstance(after, Maxout) else after

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, ceil(H / stride), ceil(W / stride)]."""
        y = self.second(self.first(x))
        if self.third is not None:
            y = self.third(y)
        y = y + (x if self.shortcut is None else self.shortcut(x))
        return y if self.act is None else self.act(y)


class ResNet(nn.Module):
    """Stem, max pooling, four stages of blocks, classifier."""

    def __init__(
        self,
        depth: int,
        classes: int = 1000,
        activation: Activation = Activation("relu"),  # noqa: B008 (frozen)
    ) -> None:
        super().__init__()
        self.stem = ConvUnit(3, 64, 7, activation.make(64), stride=2)
        self.max_pool = nn.MaxPool2d(3, stride=2, padding=1)
        blocks: list[nn.Module] = []
        channels, bottleneck = 64, depth == 50
        for stage, count in enumerate(STAGES[depth]):
            width = 64 << stage
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(ResidualBlock(channels, width, stride, bottleneck, activation))
                channels = 4 * width if bottleneck else width
        self.blocks = nn.ModuleList(blocks)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, classes]."""
        x = self.max_pool(self.stem(x))
        for block in self.blocks:
            x = block(x)
        return self.classifier(x.mean(dim=(2, 3)))
