"""Dynamic ReLU as the public implementations have it, written anew from a table of their names, row orders and gates."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Interleaved(nn.Module):
    """fc1, fc2; buffers lambdas and init_v; rows c 2k + j. `shared` makes it variant A, `spatial` variant C."""

    def __init__(self, channels: int, k: int = 2, reduction: int = 4, shared: bool = False, spatial: bool = False) -> None:
        super().__init__()
        self.channels, self.k, self.shared = channels, k, shared
        self.fc1 = nn.Linear(channels, max(channels // reduction, 1))
        self.fc2 = nn.Linear(self.fc1.out_features, 2 * k * (1 if shared else channels))
        self.conv1x1 = nn.Conv2d(channels, 1, 1) if spatial else None
        self.register_buffer("lambdas", torch.tensor([1.0] * k + [0.5] * k))
        self.register_buffer("init_v", torch.tensor([1.0] + [0.0] * (2 * k - 1)))

    def forward(self, x: Tensor) -> Tensor:
        theta = torch.mean(torch.mean(x, dim=-1), dim=-1)
        theta = 2 * torch.sigmoid(self.fc2(F.relu(self.fc1(theta)))) - 1
        theta = theta.view(-1, 1 if self.shared else self.channels, 2 * self.k) * self.lambdas + self.init_v
        lines = x.permute(2, 3, 0, 1).unsqueeze(-1) * theta[..., : self.k] + theta[..., self.k :]
        y = torch.max(lines, dim=-1)[0].permute(2, 3, 0, 1)
        if self.conv1x1 is None:
            return y
        scores = (self.conv1x1(x) / 10).flatten(2).softmax(-1).view(x.shape[0], 1, *x.shape[2:])
        return y * torch.clamp(x.shape[2] * x.shape[3] / 3 * scores, max=1)


class HardSigmoid(nn.Module):
    """relu6(x + 3) / 6."""

    def forward(self, x: Tensor) -> Tensor:
        return F.relu6(x + 3) / 6


class Head(nn.Module):
    """fc.0, fc.2; blocks of rows a1, b1, a2, b2; options instead of buffers; attention with BatchNorm and temperature 1."""

    def __init__(self, channels: int, use_bias: bool = True, two: bool = True, use_spatial: bool = False) -> None:
        super().__init__()
        self.oup, self.lambda_a, self.use_bias, self.two = channels, 2.0, use_bias, two
        self.init_a, self.init_b = [1.0, 0.0], [0.0, 0.0]
        self.exp = (2 if two else 1) * (2 if use_bias else 1)
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        squeeze = channels // 4
        self.fc = nn.Sequential(
            nn.Linear(channels, squeeze), nn.ReLU(inplace=True), nn.Linear(squeeze, channels * self.exp), HardSigmoid()
        )
        self.spa = nn.Sequential(nn.Conv2d(channels, 1, 1), nn.BatchNorm2d(1)) if use_spatial else None

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        parts = self.fc(self.avg_pool(x).view(n, c)).view(n, self.oup * self.exp, 1, 1).split(self.oup, dim=1)
        step = 2 if self.use_bias else 1
        y = None
        for k in range(2 if self.two else 1):
            line = x * ((parts[step * k] - 0.5) * self.lambda_a + self.init_a[k])
            if self.use_bias:
                line = line + (parts[step * k + 1] - 0.5 + self.init_b[k])
            y = line if y is None else torch.max(y, line)
        if self.spa is not None:
            scores = F.softmax(self.spa(x).view(n, -1), dim=1).view(n, 1, h, w) * h * w
            y = y * (F.hardtanh(scores, 0, 3, inplace=True) / 3)
        return y


class Unit(nn.Module):
    """A 1x1 convolution and its activation."""

    def __init__(self, inputs: int, outputs: int, activation: nn.Module) -> None:
        super().__init__()
        self.conv, self.activate = nn.Conv2d(inputs, outputs, 1), activation

    def forward(self, x: Tensor) -> Tensor:
        return self.activate(self.conv(x))


class Hardened(nn.Module):
    """min(max((x + 3) / 6, 0), 1) by clamp."""

    def forward(self, x: Tensor) -> Tensor:
        return ((x + 3.0) / 6.0).clamp_(0.0, 1.0)


class Detector(nn.Module):
    """conv1.conv, conv2.conv; blocks of rows a1, b1, a2, b2."""

    def __init__(self, channels: int, ratio: int = 4) -> None:
        super().__init__()
        self.channels = channels
        self.global_avgpool = nn.AdaptiveAvgPool2d(1)
        self.conv1 = Unit(channels, channels // ratio, nn.ReLU())
        self.conv2 = Unit(channels // ratio, channels * 4, Hardened())

    def forward(self, x: Tensor) -> Tensor:
        coefficients = self.conv2(self.conv1(self.global_avgpool(x))) - 0.5
        a1, b1, a2, b2 = torch.split(coefficients, self.channels, dim=1)
        return torch.max(x * (a1 * 2.0 + 1.0) + b1, x * (a2 * 2.0) + b2)


class Contextual(nn.Module):
    """coef_net.0 on a context that is computed elsewhere; interleaved."""

    def __init__(self, channels: int, context: int, m: int = 2) -> None:
        super().__init__()
        self.channels, self.m = channels, m
        self.coef_net = nn.Sequential(nn.Linear(context, 2 * m * channels))
        self.sigmoid = nn.Sigmoid()
        self.register_buffer("lambdas", torch.tensor([1.0] * m + [0.5] * m))
        self.register_buffer("init_v", torch.tensor([1.0] + [0.0] * (2 * m - 1)))

    def forward(self, x: Tensor, g: Tensor) -> Tensor:
        theta = 2 * self.sigmoid(self.coef_net(g)) - 1
        theta = theta.view(-1, self.channels, 1, 1, 2 * self.m) * self.lambdas + self.init_v
        lines = x.unsqueeze(-1) * theta[..., : self.m] + theta[..., self.m :]
        return torch.maximum(lines[..., 0], lines[..., 1])


class Plain(nn.Module):
    """dynamic.0, dynamic.2; lambdas and init_v are plain attributes; interleaved; `shared` makes it variant A."""

    def __init__(self, channels: int, k: int = 2, ratio: int = 6, shared: bool = False, convolutions: bool = True) -> None:
        super().__init__()
        self.k, self.shared, self.convolutions = k, shared, convolutions
        self.lambdas = torch.tensor([1.0] * k + [0.5] * k)
        self.init_v = torch.tensor([1.0] + [0.0] * (2 * k - 1))
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        outputs = 2 * k * (1 if shared else channels)
        layer = (lambda i, o: nn.Conv2d(i, o, 1)) if convolutions else nn.Linear
        self.dynamic = nn.Sequential(
            layer(channels, channels // ratio), nn.ReLU(inplace=True), layer(channels // ratio, outputs), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        n, c = x.shape[:2]
        pooled = self.avg_pool(x)
        theta = 2 * self.dynamic(pooled if self.convolutions else pooled.view(n, c)).reshape(n, -1) - 1
        theta = theta.view(n, 1 if self.shared else c, 2 * self.k) * self.lambdas + self.init_v
        lines = [x * theta[:, :, k, None, None] + theta[:, :, self.k + k, None, None] for k in range(self.k)]
        return torch.stack(lines).max(dim=0).values


class Registered(nn.Module):
    """A class of one's own that no family covers: tanh as the gate, three functions, and names of its own."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze, self.excite = nn.Linear(channels, 4), nn.Linear(4, 6 * channels)

    def theta(self, x: Tensor) -> Tensor:
        return torch.tanh(self.excite(F.silu(self.squeeze(x.mean((2, 3)))))).view(len(x), 2, 3, -1)

    def forward(self, x: Tensor) -> Tensor:
        theta = self.theta(x)
        a, b = theta[:, 0, :, :, None, None], theta[:, 1, :, :, None, None]
        return (a * x[:, None] + b).amax(1)
