"""The keypoint network of section 5.4: a MobileNet, then upsampling and four
inverted residual blocks, then a heat map for each keypoint."""

from __future__ import annotations

from paper_activations import Activation
from mobilenetv2 import ConvUnit, MobileNetV2
from mobilenetv3 import MobileNetV3
from torch import Tensor, nn

BLOCKS = (
    # upsampling before, channels of the depthwise convolution (None: the input's), channels
    (True, None, 256),
    (False, 768, 256),
    (True, 768, 128),
    (True, 384, 128),
)


class Backbone(nn.Module):
    """A MobileNet without what follows its last 1x1 convolution."""

    def __init__(self, network: MobileNetV2 | MobileNetV3) -> None:
        super().__init__()
        self.stem, self.blocks, self.head = network.stem, network.blocks, network.head
        norms = [part for part in network.head.norm.modules() if isinstance(part, nn.BatchNorm2d)]
        self.channels = norms[0].num_features

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to [N, channels, H / 32, W / 32], rounded up."""
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


class WideResidual(nn.Module):
    """MobileNetV2's block with a given number of channels in the middle."""

    def __init__(self, inputs: int, wide: int, outputs: int, activation: Activation) -> None:
        super().__init__()
        expands = wide != inputs
        self.expand = ConvUnit(inputs, wide, 1, activation.make(wide)) if expands else None
        self.depthwise = ConvUnit(wide, wide, 3, activation.make(wide), groups=wide)
        self.project = ConvUnit(wide, outputs, 1, activation.make_after_projection(outputs))
        self.residual = inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, H, W]."""
        y = x if self.expand is None else self.expand(x)
        y = self.project(self.depthwise(y))
        return x + y if self.residual else y


class HeadBlock(nn.Module):
    """Perhaps upsampling, then an inverted residual block."""

    def __init__(self, upsamples: bool, block: WideResidual) -> None:
        super().__init__()
        upsampling = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        self.upsample = upsampling if upsamples else nn.Identity()
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, outputs, H, W] or [N, outputs, 2 H, 2 W]."""
        return self.block(self.upsample(x))


class Head(nn.Module):
    """Heat maps at eight times the backbone's resolution."""

    def __init__(self, inputs: int, keypoints: int, activation: Activation) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        for upsamples, wide, outputs in BLOCKS:
            block = WideResidual(inputs, wide or inputs, outputs, activation)
            blocks.append(HeadBlock(upsamples, block))
            inputs = outputs
        self.blocks = nn.ModuleList(blocks)
        self.heat_maps = nn.Conv2d(inputs, keypoints, 1)

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] to [N, keypoints, 8 H, 8 W]."""
        for block in self.blocks:
            x = block(x)
        return self.heat_maps(x)


class KeypointNetwork(nn.Module):
    """Backbone and head."""

    def __init__(
        self,
        backbone: MobileNetV2 | MobileNetV3,
        keypoints: int = 17,
        activation: Activation = Activation("relu"),  # noqa: B008 (frozen)
    ) -> None:
        super().__init__()
        self.backbone = Backbone(backbone)
        self.head = Head(self.backbone.channels, keypoints, activation)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, H, W] to heat maps [N, keypoints, H / 4, W / 4]."""
        return self.head(self.backbone(x))
