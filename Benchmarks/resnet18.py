"""ResNet-18 with static or dynamic ReLU.

Dynamic ReLU takes the place of both ReLUs of every block and of the stem's.
"""

from __future__ import annotations

from collections.abc import Sequence

from mobilenetv2 import Activation
from graph_builder import GraphBuilder
from model_file import Preprocessing, Variant
from torch import Tensor, nn

STAGES = ((64, 1), (128, 2), (256, 2), (512, 2))
"""Channels and the first block's stride; two blocks each."""


class BasicBlock(nn.Module):
    """Two 3x3 convolutions around which the input passes."""

    def __init__(self, inputs: int, outputs: int, stride: int, activation: Activation) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.act1 = activation.make(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.act2 = activation.make(outputs)
        self.shortcut: nn.Conv2d | None = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut_norm = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, ceil(H / stride), ceil(W / stride)]."""
        y = self.act1(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        passed = x if self.shortcut is None else self.shortcut_norm(self.shortcut(x))
        return self.act2(y + passed)


class ResNet18(nn.Module):
    """Stem with max pooling, eight blocks, classifier."""

    def __init__(self, classes: int, activation: Activation) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.norm = nn.BatchNorm2d(64)
        self.act = activation.make(64)
        self.pool = nn.MaxPool2d(3, 2, 1)
        blocks: list[nn.Module] = []
        channels = 64
        for outputs, stride in STAGES:
            blocks.append(BasicBlock(channels, outputs, stride, activation))
            blocks.append(BasicBlock(outputs, outputs, 1, activation))
            channels = outputs
        self.blocks = nn.ModuleList(blocks)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, classes]."""
        x = self.pool(self.act(self.norm(self.conv(x))))
        for block in self.blocks:
            x = block(x)
        return self.classifier(x.mean(dim=(2, 3)))


def resnet_variant(
    name: str,
    model: ResNet18,
    height: int,
    width: int,
    preprocessing: Preprocessing,
    labels: Sequence[str] = (),
) -> Variant:
    """The network as a model file holds it; nodes bear the names of its modules."""
    builder = GraphBuilder(name, 3, height, width)

    def convolution(node: str, conv: nn.Conv2d, norm: nn.BatchNorm2d, source: str) -> str:
        x = builder.convolution(node, conv, source)
        return builder.batch_normalization(node.replace("conv", "norm"), norm, x)

    x = convolution("conv", model.conv, model.norm, builder.input)
    x = builder.activation("act", model.act, x, 0, "stem")
    x = builder.max_pool("maxpool", model.pool, x)
    for index, block in enumerate(model.blocks):
        assert isinstance(block, BasicBlock)
        prefix, number, passed = f"blocks.{index}", index + 1, x
        y = convolution(f"{prefix}.conv1", block.conv1, block.norm1, x)
        y = builder.activation(f"{prefix}.act1", block.act1, y, number, "A1")
        y = convolution(f"{prefix}.conv2", block.conv2, block.norm2, y)
        if block.shortcut is not None:
            passed = convolution(
                f"{prefix}.shortcut_conv", block.shortcut, block.shortcut_norm, passed
            )
        x = builder.add(f"{prefix}.add", y, passed)
        x = builder.activation(f"{prefix}.act2", block.act2, x, number, "A2")
    x = builder.global_average_pool("pool", x)
    x = builder.linear("classifier", model.classifier, x)
    return builder.finish(x, preprocessing, labels)
