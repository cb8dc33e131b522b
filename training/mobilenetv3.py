"""MobileNetV3-Large and -Small of any width and input size.

By default with the networks' own ReLU, h-swish and squeeze-and-excitation;
with an `Activation` that one stands in the place of ReLU and h-swish. As in
the paper, a dynamic one removes squeeze-and-excitation.
"""

from __future__ import annotations

from activations import squeeze_and_excitation
from mobilenetv2 import ConvUnit, make_divisible
from paper_activations import Activation
from torch import Tensor, nn

EPSILON = 1e-3
"""Of every BatchNorm."""
LARGE = (
    # kernel, expanded channels, channels, squeezes, usual activation, stride
    (3, 16, 16, False, "relu", 1),
    (3, 64, 24, False, "relu", 2),
    (3, 72, 24, False, "relu", 1),
    (5, 72, 40, True, "relu", 2),
    (5, 120, 40, True, "relu", 1),
    (5, 120, 40, True, "relu", 1),
    (3, 240, 80, False, "h-swish", 2),
    (3, 200, 80, False, "h-swish", 1),
    (3, 184, 80, False, "h-swish", 1),
    (3, 184, 80, False, "h-swish", 1),
    (3, 480, 112, True, "h-swish", 1),
    (3, 672, 112, True, "h-swish", 1),
    (5, 672, 160, True, "h-swish", 2),
    (5, 960, 160, True, "h-swish", 1),
    (5, 960, 160, True, "h-swish", 1),
)
SMALL = (
    (3, 16, 16, True, "relu", 2),
    (3, 72, 24, False, "relu", 2),
    (3, 88, 24, False, "relu", 1),
    (5, 96, 40, True, "h-swish", 2),
    (5, 240, 40, True, "h-swish", 1),
    (5, 240, 40, True, "h-swish", 1),
    (5, 120, 48, True, "h-swish", 1),
    (5, 144, 48, True, "h-swish", 1),
    (5, 288, 96, True, "h-swish", 2),
    (5, 576, 96, True, "h-swish", 1),
    (5, 576, 96, True, "h-swish", 1),
)
HIDDEN = {"large": 1280, "small": 1024}
"""Units of the classifier's hidden layer."""


class SqueezingResidual(nn.Module):
    """MobileNetV2's block with any kernel and, perhaps, squeeze-and-excitation."""

    def __init__(
        self,
        inputs: int,
        wide: int,
        outputs: int,
        kernel: int,
        stride: int,
        squeezes: bool,
        activation: Activation,
    ) -> None:
        super().__init__()

        def unit(inputs: int, kernel: int, **window: int) -> ConvUnit:
            return ConvUnit(
                inputs, wide, kernel, activation.make(wide), epsilon=EPSILON, **window
            )

        self.expand = unit(inputs, 1) if wide != inputs else None
        self.depthwise = unit(wide, kernel, stride=stride, groups=wide)
        hidden = make_divisible(wide / 4)
        keeps = squeezes and not activation.is_dynamic
        self.squeeze = squeeze_and_excitation(wide, "hard_sigmoid", hidden) if keeps else None
        after = activation.make_after_projection(outputs)
        self.project = ConvUnit(wide, outputs, 1, after, epsilon=EPSILON)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, ceil(H / stride), ceil(W / stride)]."""
        y = x if self.expand is None else self.expand(x)
        y = self.depthwise(y)
        if self.squeeze is not None:
            y = self.squeeze(y)
        y = self.project(y)
        return x + y if self.residual else y


class MobileNetV3(nn.Module):
    """Stem, 15 or 11 blocks, last 1x1 convolution, hidden layer, classifier."""

    def __init__(
        self,
        size: str,
        classes: int = 1000,
        width: float = 1.0,
        activation: Activation | None = None,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        swish = activation or Activation("h-swish")
        channels = make_divisible(16 * width)
        self.stem = ConvUnit(3, channels, 3, swish.make(channels), stride=2, epsilon=EPSILON)
        blocks: list[nn.Module] = []
        for kernel, wide, outputs, squeezes, usual, stride in LARGE if size == "large" else SMALL:
            wide, outputs = make_divisible(wide * width), make_divisible(outputs * width)
            choice = activation or Activation(usual)
            blocks.append(
                SqueezingResidual(channels, wide, outputs, kernel, stride, squeezes, choice)
            )
            channels = outputs
        self.blocks = nn.ModuleList(blocks)
        last, hidden = 6 * channels, make_divisible(HIDDEN[size] * width)
        self.head = ConvUnit(channels, last, 1, swish.make(last), epsilon=EPSILON)
        self.hidden = nn.Linear(last, hidden)
        self.hidden_act = swish.make_for_vector(hidden, usual="h-swish")
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden, classes)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to logits [N, classes]."""
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        x = self.hidden(self.head(x).mean(dim=(2, 3)))
        x = self.hidden_act(x[:, :, None, None])[:, :, 0, 0]
        return self.classifier(self.dropout(x))
