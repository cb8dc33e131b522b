"""A user's own network: channel shuffle, squeeze-and-excitation, and Dynamic ReLU code of the kind that people copy.

docs/from-pytorch.md follows it from here to the terminal.
"""

import torch
from torch import nn
from torch.nn import functional as F


class DyReLU(nn.Module):
    def __init__(self, channels, reduction=4, k=2):
        super().__init__()
        self.channels, self.k = channels, k
        self.fc1 = nn.Linear(channels, channels // reduction)
        self.fc2 = nn.Linear(channels // reduction, 2 * k * channels)
        self.register_buffer("lambdas", torch.tensor([1.0] * k + [0.5] * k))
        self.register_buffer("init_v", torch.tensor([1.0] + [0.0] * (2 * k - 1)))

    def forward(self, x):
        theta = self.fc2(F.relu(self.fc1(x.mean(dim=(2, 3)))))
        theta = 2 * torch.sigmoid(theta) - 1
        coefs = theta.view(-1, self.channels, 2 * self.k) * self.lambdas + self.init_v
        out = x.permute(2, 3, 0, 1).unsqueeze(-1) * coefs[..., : self.k] + coefs[..., self.k :]
        return out.max(dim=-1)[0].permute(2, 3, 0, 1)


class Gate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down = nn.Conv2d(channels, channels // 4, 1)
        self.up = nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x):
        s = F.adaptive_avg_pool2d(x, 1)
        return x * torch.sigmoid(self.up(F.silu(self.down(s))))


class Unit(nn.Module):
    """Half of the channels pass by; the others go through 1x1, depthwise 3x3, 1x1; then both are shuffled."""

    def __init__(self, channels, gated):
        super().__init__()
        half = channels // 2
        self.expand = nn.Sequential(nn.Conv2d(half, half, 1, bias=False), nn.BatchNorm2d(half), DyReLU(half))
        self.spatial = nn.Sequential(
            nn.Conv2d(half, half, 3, padding=1, groups=half, bias=False), nn.BatchNorm2d(half), DyReLU(half))
        self.gate = Gate(half) if gated else nn.Identity()
        self.project = nn.Sequential(nn.Conv2d(half, half, 1, bias=False), nn.BatchNorm2d(half), nn.Hardswish())

    def forward(self, x):
        left, right = x.chunk(2, dim=1)
        right = self.project(self.gate(self.spatial(self.expand(right))))
        out = torch.cat([left, right], dim=1)
        n, c, h, w = out.shape
        return out.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


class Down(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.conv = nn.Conv2d(before, after - before, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(after - before)
        self.act = DyReLU(after - before)

    def forward(self, x):
        return torch.cat([F.max_pool2d(x, 2), self.act(self.norm(self.conv(x)))], dim=1)


class ShuffleDyNet(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.PReLU(16))
        self.stages = nn.ModuleList()
        channels = 16
        for width, depth in [(32, 2), (64, 3)]:
            units = [Unit(width, gated=index % 2 == 1) for index in range(depth)]
            self.stages.append(nn.Sequential(Down(channels, width), *units))
            channels = width
        self.head = nn.Sequential(nn.Conv2d(64, 96, 1), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1))
        self.classifier = nn.Linear(96, classes)

    def forward(self, x):
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.classifier(self.head(x))
