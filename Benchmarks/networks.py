"""Builds the networks that are measured, the same for every engine.

    python networks.py FOLDER

For each network of `NETWORKS`, FOLDER/NETWORK.bin for dyviz holds all its
variants, and each variant's weights are also in FOLDER/NETWORK.VARIANT.pt for
PyTorch and FOLDER/NETWORK.VARIANT.BATCH.onnx for the others. Weights are
random with a fixed seed; slopes and intercepts really vary with the image.
FOLDER/images.npy holds a batch of images [N, C, H, W], and
NETWORK.VARIANT.logits.npy what PyTorch makes of it.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "training"))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from dyrelu import Coefficients, DyReLU, largest_line  # noqa: E402
from mobilenetv2 import Activation, MobileNetV2  # noqa: E402
from mobilenetv3 import MobileNetV3  # noqa: E402
from model_file import Preprocessing, Variant, mobilenet_variant, write_model  # noqa: E402
from resnet18 import ResNet18, resnet_variant  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

SIZE = 224
CLASSES = 1000
BATCHES = (1, 16)
MEASURED = ("relu6", "relu", "dyrelu-b")
"""Variants that the other engines are measured with; the rest they only check."""
LABELS = [f"class{index:04}" for index in range(CLASSES)]
PREPROCESSING = Preprocessing(
    channels=3,
    mean=[0.485, 0.456, 0.406],
    deviation=[0.229, 0.224, 0.225],
    resize={"shorter_side": 256},
    crop={"height": SIZE, "width": SIZE},
)


@dataclass(frozen=True)
class Network:
    """A network in several variants, the names of its activations."""

    make: Callable[[Activation], nn.Module]
    describe: Callable[..., Variant]
    variants: tuple[str, ...]


NETWORKS = {
    "mobilenetv2-0.35": Network(
        lambda activation: MobileNetV2(CLASSES, 0.35, activation),
        mobilenet_variant,
        ("relu6", "dyrelu-a", "dyrelu-b", "dyrelu-c"),
    ),
    "mobilenetv2-1.0": Network(
        lambda activation: MobileNetV2(CLASSES, 1.0, activation),
        mobilenet_variant,
        ("relu6", "dyrelu-b"),
    ),
    "resnet-18": Network(
        lambda activation: ResNet18(CLASSES, activation), resnet_variant, ("relu", "dyrelu-b")
    ),
    "mobilenetv3-large": Network(
        lambda activation: MobileNetV3("large", CLASSES, activation=activation),
        mobilenet_variant,
        ("dyrelu-b",),
    ),
}


def maximum(x: Tensor, coefficients: Coefficients) -> Tensor:
    """Equation (1), with a maximum in place of the comparison and the choice that training wants."""
    return largest_line(x, coefficients, torch.maximum)


def plain_coefficients(self: DyReLU, x: Tensor) -> Coefficients:
    """Equations (2) to (4), with a plain mean."""
    hidden = F.relu(self.fc1(x.mean(dim=(2, 3))))
    residual = 2 * torch.sigmoid(self.fc2(hidden)) - 1
    residual = residual.view(x.shape[0], -1, self.functions, self.shared)
    slopes = self.alpha[:, None] + self.lambda_a * residual[:, 0]
    intercepts = self.beta[:, None] + self.lambda_b * residual[:, 1]
    return Coefficients(slopes, intercepts, self.spatial_attention(x))


def fastest_form() -> None:
    """Gives Dynamic ReLU the form in which the other engines run it fastest; the same numbers."""
    # Always the same functions: torch.compile would compile anew for others.
    DyReLU.elementwise = staticmethod(maximum)
    DyReLU.coefficients = plain_coefficients


@torch.no_grad()
def random_model(network: Network, variant: str) -> nn.Module:
    """A model with weights of which the file loses nothing, in inference mode."""
    torch.manual_seed(0)
    model = network.make(Activation(variant))
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_in")
        if isinstance(module, DyReLU):
            nn.init.normal_(module.fc2.weight, std=0.05)
            nn.init.normal_(module.fc2.bias, std=0.3)
            if module.attention is not None:
                nn.init.normal_(module.attention.weight, std=0.3)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.8, 1.2)
            nn.init.normal_(module.bias, std=0.1)
            module.momentum = None  # the running statistics are the mean of what was seen
    nn.init.normal_(model.classifier.weight, std=0.1)
    for parameter in model.parameters():
        if parameter.ndim > 1:
            parameter.copy_(parameter.half())
    model.train()
    model(torch.randn(16, 3, SIZE, SIZE))
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            shift = 0.1 * torch.randn_like(module.running_mean)
            module.running_mean.add_(shift * module.running_var.sqrt())
            module.running_var.mul_(0.8 + 0.4 * torch.rand_like(module.running_var))
    return model.eval()


def load(folder: Path, network: str, variant: str) -> nn.Module:
    """The model as it was built, in the fastest form."""
    fastest_form()
    model = NETWORKS[network].make(Activation(variant))
    model.load_state_dict(torch.load(folder / f"{network}.{variant}.pt", weights_only=True))
    return model.eval()


def export(model: nn.Module, images: Tensor, path: Path) -> None:
    """Writes one ONNX file with a fixed batch."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, (images,), str(path), dynamo=False, opset_version=17, input_names=["images"]
        )


@torch.no_grad()
def build(folder: Path) -> None:
    """Writes everything."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(1)
    images = torch.randn(max(BATCHES), 3, SIZE, SIZE, generator=generator)
    np.save(folder / "images.npy", images.numpy())
    plain = (DyReLU.elementwise, DyReLU.coefficients)
    for name, network in NETWORKS.items():
        described = []
        for variant in network.variants:
            DyReLU.elementwise, DyReLU.coefficients = staticmethod(plain[0]), plain[1]
            model = random_model(network, variant)
            described.append(network.describe(variant, model, SIZE, SIZE, PREPROCESSING, LABELS))
            torch.save(model.state_dict(), folder / f"{name}.{variant}.pt")
            logits = model(images)
            np.save(folder / f"{name}.{variant}.logits.npy", logits.numpy())
            fastest_form()
            for batch in BATCHES if variant in MEASURED else BATCHES[:1]:
                export(model, images[:batch], folder / f"{name}.{variant}.{batch}.onnx")
            spread = f"logits {logits.min():.2f} to {logits.max():.2f}"
            differ = (logits[1:] - logits[:-1]).abs().max()
            print(f"{name} {variant}: {spread}, {differ:.2f} apart between images", flush=True)
        write_model(folder / f"{name}.bin", described)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
