"""Draws weights for a network, runs it in double precision and collects what Swift's tests expect."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path

import torch
from activations import CURVES, Given, Maxout
from dyrelu import DyReLU
from golden_networks import PREPROCESSING, Rectifier, Small
from graph_builder import Variant
from mixed_convolution import MixedConv2d
from model_file import mobilenet_variant, write_model
from safetensors.torch import save_file
from torch import Tensor, nn

FOLDER = Path(__file__).resolve().parent.parent / "Tests" / "Golden" / "networks"
CONDITION = 1e-5
"""Largest error of PyTorch's single precision at a tap, relative to its largest magnitude."""
SIZES = ((9, 7, 1), (9, 7, 2), (13, 10, 2))
"""Height, width and the stem's stride, by turns."""
TAPPED = (DyReLU, Given, Maxout, nn.CELU, nn.SELU, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.RReLU, nn.PReLU) + tuple(
    type(make()) for make in CURVES.values()
)
"""Activations."""
Recorded = dict[str, Tensor]


@torch.no_grad()
def random_weights(
    model: nn.Module,
    size: tuple[int, int],
    generator: torch.Generator,
    scale: float = 1,
    response: float = 1.5,
) -> None:
    """Weights for which slopes, intercepts and attentions really vary.

    `scale` is the mean scale of the normalisations, `response` how strongly a
    hyper function answers to the means of x. Weights of rank 2 and more are
    numbers of F16, so the file loses nothing.
    """

    def normal(tensor: Tensor, deviation: float, mean: float = 0) -> None:
        tensor.copy_(mean + deviation * torch.randn(tensor.shape, generator=generator))

    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            normal(module.weight, (2 / module.weight[0].numel()) ** 0.5)
            if module.bias is not None:
                normal(module.bias, 0.3)
        elif isinstance(module, MixedConv2d):
            normal(module.weight, (2 / module.weight[0, 0].numel()) ** 0.5)
            normal(module.bias, 0.3)
        elif isinstance(module, nn.BatchNorm2d):
            normal(module.weight, 0.2, mean=scale)
            normal(module.bias, 0.3)
            module.momentum = None
    for module in model.modules():
        if isinstance(module, DyReLU):
            normal(module.fc1.weight, response / module.channels**0.5)
            normal(module.fc1.bias, 0.5)
            normal(module.fc2.weight, 1.0 / module.hidden**0.5)
            normal(module.fc2.bias, 0.7)
            if module.attention is not None:
                normal(module.attention.weight, 8 / module.channels**0.5)
                normal(module.attention.bias, 1.0)
        if isinstance(module, nn.PReLU):
            normal(module.weight, 0.8, mean=0.6)
    for parameter in model.parameters():
        if parameter.ndim > 1:
            parameter.copy_(parameter.half())
    # Running statistics near those of random images keep every layer's values near 1.
    model.train()
    model(torch.randn((64, 3, *size), generator=generator))
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            count = module.running_var.shape
            module.running_var.mul_(0.8 + 0.5 * torch.rand(count, generator=generator))
            module.running_mean.add_(0.2 * torch.randn(count, generator=generator))
    model.eval()


@torch.no_grad()
def record(model: nn.Module, image: Tensor, dtype: torch.dtype) -> Recorded:
    """Every tap of one image [1, C, H, W], by node, computed in `dtype`."""
    recorded: Recorded = {"input": nhwc(image)}

    def tap(name: str, module: nn.Module, inputs: tuple[Tensor, ...], y: Tensor) -> None:
        x = inputs[0]
        recorded[f"{name}/x"], recorded[f"{name}/y"] = nhwc(x), nhwc(y)
        if isinstance(module, nn.PReLU):
            recorded[f"{name}/slopes"] = torch.stack([torch.ones_like(module.weight), module.weight])
        if isinstance(module, DyReLU | Given):
            slopes, intercepts, attention = module.coefficients(inputs[-1])
            recorded[f"{name}/slopes"] = slopes[0]
            if intercepts is not None:
                recorded[f"{name}/intercepts"] = intercepts[0]
            if attention is not None:
                recorded[f"{name}/attention"] = attention[0, 0]

    model = deepcopy(model).to(dtype)
    for name, module in model.named_modules():
        if isinstance(module, TAPPED):
            module.register_forward_hook(partial(tap, name))
    recorded["logits"] = model(image.to(dtype))[0]
    return recorded


def check_condition(name: str, exact: Recorded, single: Recorded) -> None:
    """Ends the program if single precision is too far off at a tap."""
    for tap, value in exact.items():
        error = (single[tap].double() - value).abs().max() / value.abs().max().clamp(min=1e-30)
        if not error <= CONDITION:
            raise SystemExit(
                f"{name} is ill conditioned: at {tap}, PyTorch in single precision is off by "
                f"{error:.1e} of the largest magnitude, more than {CONDITION:.0e}; "
                "try another draw or a weaker response"
            )


def nhwc(x: Tensor) -> Tensor:
    """[1, C, H, W] to [H, W, C]."""
    return x[0].permute(1, 2, 0)


class Family:
    """Variants that share a file."""

    def __init__(self, name: str, scale: float = 1, response: float = 1.5) -> None:
        self.name, self.scale, self.response = name, scale, response
        self.variants: list[Variant] = []
        self.expected: Recorded = {}

    def add(
        self,
        name: str,
        model: nn.Module,
        describe: Callable[[], Variant],
        size: tuple[int, int],
        draw: int = 0,
    ) -> None:
        """Draws weights and an image for `model` and runs it."""
        generator = torch.Generator().manual_seed(1000 + len(self.variants) + 100 * draw)
        random_weights(model, size, generator, self.scale, self.response)
        image = torch.randn((1, 3, *size), generator=generator)
        self.variants.append(describe())
        exact = record(model, image, torch.float64)
        check_condition(f"{self.name}/{name}", exact, record(model, image, torch.float32))
        for key, tensor in exact.items():
            self.expected[f"{name}/{key}"] = tensor.float().contiguous()

    def small(self, name: str, rectifier: Rectifier, draw: int = 0) -> None:
        """Adds a `Small`; sizes and strides go by turns."""
        height, width, stride = SIZES[len(self.variants) % len(SIZES)]
        model = Small(rectifier, stride)
        describe = partial(mobilenet_variant, name, model, height, width, PREPROCESSING)
        self.add(name, model, describe, (height, width), draw)

    def write(self) -> None:
        """Writes both files."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        model = FOLDER / f"{self.name}.model.bin"
        expected = FOLDER / f"{self.name}.expected.safetensors"
        write_model(model, self.variants)
        save_file(self.expected, str(expected))
        for path in (model, expected):
            path.chmod(0o644)
        print(f"{self.name}: {len(self.variants)} variants")
