"""Small networks for Tests/Golden/onnx with the operators that came after those of golden_onnx.py's own."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ChannelsLast(nn.Module):
    """LayerNorm of the channels, in channels-last form around it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class WrittenOut(nn.Module):
    """A normalisation in parts: over the channels, over groups of them, or of the mean square alone."""

    def __init__(self, channels: int, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.weight, self.bias = nn.Parameter(torch.rand(channels) + 0.5), nn.Parameter(torch.rand(channels) - 0.5)

    def forward(self, x: Tensor) -> Tensor:
        if self.kind == "layer":
            x = x - x.mean(1, keepdim=True)
            x = x / torch.sqrt(x.pow(2).mean(1, keepdim=True) + 1e-6)
        elif self.kind == "group":
            groups = x.reshape(x.shape[0], 2, -1)
            groups = groups - groups.mean(2, keepdim=True)
            x = (groups / torch.sqrt((groups * groups).mean(2, keepdim=True) + 1e-5)).reshape(x.shape)
        else:
            x = x * torch.rsqrt(x.pow(2).mean(1, keepdim=True) + 1e-5)
        return self.weight[:, None, None] * x + self.bias[:, None, None]


class Response(nn.Module):
    """ConvNeXt V2's global response normalisation."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.rand(channels)), nn.Parameter(torch.rand(channels) - 0.5)

    def forward(self, x: Tensor) -> Tensor:
        norms = x.norm(p=2, dim=(2, 3), keepdim=True)
        norms = norms / (norms.mean(1, keepdim=True) + 1e-6)
        return x + self.bias[:, None, None] + self.weight[:, None, None] * (x * norms)


class Shares(nn.Module):
    """Softmax over channels, over positions (a global context) and over two branches (selective kernels)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.context, self.mix = nn.Conv2d(8, 1, 1), nn.Conv2d(8, 8, 1)
        self.reduce, self.choose = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 16, 1)
        self.left, self.right = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=2, dilation=2)
        self.head = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv(x))
        n, c, h, w = x.shape
        weights = F.softmax(self.context(x).reshape(n, 1, h * w), dim=2)
        x = x + self.mix((x.reshape(n, 1, c, h * w) @ weights.unsqueeze(-1)).reshape(n, c, 1, 1))
        branches = torch.stack([self.left(x), self.right(x)], dim=1)
        scores = self.choose(F.relu(self.reduce(branches.sum(1).mean((2, 3), keepdim=True))))
        x = (branches * F.softmax(scores.reshape(n, 2, c, 1, 1), dim=1)).sum(1)
        x = x * F.softmax(x, dim=1)
        return F.softmax(self.head(x.mean((2, 3))), dim=-1)


class UNet(nn.Module):
    """Down and up again at odd sizes, with every way to enlarge a map."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 6, 3, padding=1, padding_mode="reflect"), nn.Conv2d(6, 8, 3, stride=2, padding=1)
        self.third = nn.Sequential(nn.ReplicationPad2d(1), nn.Conv2d(8, 12, 3, stride=2))
        self.up = nn.ConvTranspose2d(12, 8, 3, stride=2, padding=1, output_padding=(0, 0))
        self.wide = nn.ConvTranspose2d(16, 6, (2, 4), stride=2, padding=(0, 1), groups=2)
        self.shuffle, self.back = nn.Conv2d(12, 12, 1), nn.Conv2d(3, 3, 1)
        self.head = nn.Linear(12, 5)

    def forward(self, x: Tensor) -> Tensor:
        a = F.relu(self.first(x))
        b = F.relu(self.second(a))
        c = F.relu(self.third(b))
        c = torch.cat([F.interpolate(self.up(c), size=b.shape[2:], mode="nearest"), b], 1)
        d = torch.cat([F.relu(self.wide(c)), a], 1)
        e = self.back(F.pixel_shuffle(self.shuffle(d), 2))
        e = F.interpolate(e, size=(9, 7), mode="bilinear", align_corners=True)
        e = F.interpolate(e, scale_factor=1.6, mode="bilinear")
        e = F.pad(F.interpolate(e, size=(13, 11), mode="bicubic"), (-1, 2, 1, -2))
        e = F.pixel_unshuffle(F.pad(e, (1, 1, 1, 1), mode="circular")[..., :12, :12], 2)
        return self.head(F.relu(e).mean((2, 3)))


class Scaled(nn.Module):
    """A curve with factors, written by hand."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def forward(self, x: Tensor) -> Tensor:
        if self.kind == "swish":
            return x * torch.sigmoid(1.702 * x)
        return torch.where(x > 0, x, 0.3 * (torch.exp(x) - 1))


class Combined(nn.Module):
    """Maps compared, chosen, divided and joined along rows; factors with one row or one column; curves with factors."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.other = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(3, 8, 3, padding=1)
        self.curves = nn.Sequential(nn.ELU(0.7), nn.CELU(0.6), nn.SELU(), nn.Softplus(2.0), nn.Softplus(), Scaled("swish"), Scaled("elu"))
        self.shared, self.rows, self.columns = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1), nn.Conv2d(4, 8, 1)
        self.sign, self.head = nn.Softsign(), nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        left, right = self.conv(x), self.other(x)
        y = torch.where(left > right.flip(3), left, 0.5 * right)
        y = torch.minimum(y, self.curves(right)) + left / (1 + right.abs())
        y = y.masked_fill((right < -0.4) | (left >= 1.1), -0.3)
        height, width = y.mean(3, keepdim=True), y.mean(2, keepdim=True).transpose(2, 3)
        both = F.relu(self.shared(torch.cat([height, width], 2)))
        height, width = both.split([x.shape[2], x.shape[3]], 2)
        y = y * self.rows(height).sigmoid() * self.columns(width.transpose(2, 3)).sigmoid()
        y = y + self.sign(y) / (y.mean(3, keepdim=True).abs() + 1)
        return self.head(F.avg_pool2d(y, (4, 2)).amax((2, 3)))


class Mixed(nn.Module):
    """A kernel and a bias that are mixed for each image (CondConv), of an input with four channels."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.route = nn.Conv2d(4, 6, 3, padding=1), nn.Linear(6, 3)
        self.kernels, self.biases = nn.Parameter(torch.randn(3, 4 * 6 * 9) / 7), nn.Parameter(torch.randn(3, 4))
        self.head = nn.Linear(4, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem(x))
        shares = torch.sigmoid(self.route(x.mean((2, 3))))
        x = F.conv2d(x, (shares @ self.kernels).view(4, 6, 3, 3), (shares @ self.biases).view(4), padding=1)
        return self.head(F.relu(x).mean((2, 3)))


class KernelSum(nn.Module):
    """Kernels that are mixed for each image by a sum over them, in the sum's front or behind the images."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.route = nn.Conv2d(3, 6, 3, padding=1), nn.Linear(6, 3)
        self.first, self.second = nn.Parameter(torch.randn(3, 8, 6, 3, 3) / 7), nn.Parameter(torch.randn(4, 3, 8, 1, 1) / 3)
        self.head = nn.Linear(4, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem(x))
        shares = torch.softmax(self.route(x.mean((2, 3))), 1)
        x = F.relu(F.conv2d(x, (shares.view(3, 1, 1, 1, 1) * self.first).sum(0), padding=1))
        x = F.conv2d(x, (shares.view(1, 3, 1, 1, 1) * self.second).sum(1))
        return self.head(F.relu(x).mean((2, 3)))


class Forms(nn.Module):
    """What is written otherwise than by one operator, and activations whose own tensors are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.gate, self.up = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 1), nn.Conv2d(8, 16, 1)
        self.threshold, self.act, self.head = nn.Parameter(torch.rand(1, 8, 1, 1) - 0.5), nn.SiLU(), nn.Linear(20, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        n, c, h, w = x.shape
        y = x * torch.rsqrt(x.pow(2).mean((2, 3), keepdim=True) + 1e-6)
        y = torch.maximum(y, self.threshold)
        y = (y - y.mean(1, keepdim=True)) / torch.sqrt(y.var(1, keepdim=True) + 1e-5)
        y = F.normalize(y, dim=1) * F.relu6(self.gate(y) + 3)
        y = y + torch.maximum(y.mean(3, keepdim=True), y.mean(2, keepdim=True))
        y = y + (1 + y.abs()) ** -2 + y**0
        wide = self.act(F.pixel_shuffle(self.up(y), 2))
        parts = [y, y.reshape(n, 2, c // 2, h, w).amin(1), F.max_pool2d(wide, 2), -F.max_pool2d(-wide, 2)]
        return self.head(torch.cat(parts, 1).mean((2, 3)))


def later_networks(network: type[nn.Module]) -> dict[str, nn.Module]:
    """All by name; `network` makes one of activations."""
    norms = [nn.GroupNorm(4, 8), nn.GroupNorm(1, 8), nn.InstanceNorm2d(8, affine=True), ChannelsLast(8)]
    written = [WrittenOut(8, kind) for kind in ("layer", "group", "rms")] + [Response(8)]
    return {
        "normalised": network(*norms),
        "normalised-parts": network(*written),
        "shares": Shares(),
        "unet": UNet(),
        "combined": Combined(),
        "mixed": Mixed(),
        "kernel-sum": KernelSum(),
        "forms": Forms(),
    }
