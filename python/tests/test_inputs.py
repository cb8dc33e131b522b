"""What is no network that can be traced is an error of the package, with the module, the line, and what to do."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dyviz
import numpy as np
import pytest
import torch
from comparing import agree, images, preprocessing
from test_export import small
from test_operators import Calls
from torch import Tensor, nn

LINE = r"test_inputs.py:\d+: "


class Inner(nn.Module):
    """A block that a function computes."""

    def __init__(self, function: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.conv, self.function = nn.Conv2d(3, 4, 1), function

    def forward(self, x: Tensor) -> Any:
        return self.function(self.conv(x))


def of(function: Callable[[Tensor], Any]) -> nn.Module:
    """A network with such a block in it."""
    return nn.Sequential(nn.ReLU(), Inner(function)).eval()


def branching(x: Tensor) -> Tensor:
    """Depends on the numbers."""
    if x.sum() > 0:
        return x
    return -x


def looping(x: Tensor) -> Tensor:
    """Depends on the numbers, too."""
    while x.abs().max() > 1:
        x = x / 2
    return x


def bounded(x: Tensor) -> Tensor:
    """Takes a number out."""
    return x * max(x.mean().item(), 1.0)


def compared(x: Tensor) -> Tensor:
    """Takes a number out, too."""
    return x * (1 if float(x.mean()) > 3 else 2)


def listed(x: Tensor) -> Tensor:
    """Takes all numbers out."""
    return x * max(x.mean((2, 3)).tolist()[0])


def converted(x: Tensor) -> Tensor:
    """Through another library."""
    return torch.from_numpy(x.detach().numpy() * 2)


def averaged(x: Tensor) -> Tensor:
    """By another library."""
    return x * float(np.mean(x.detach().numpy()))


def failing(x: Tensor) -> Tensor:
    """Does not fit."""
    return x @ torch.ones(3, 3)


def lost(x: Tensor) -> Tensor:
    """An error that has nothing to do with tensors."""
    return {}["missing"]


ONE_WAY = "a file holds one way for all images: use torch.where"
UNTRACED: dict[str, tuple[Callable[[Tensor], Any], str, str]] = {
    "if": (branching, r"if x.sum\(\) > 0:", ONE_WAY),
    "while": (looping, r"while x.abs\(\).max\(\) > 1:", ONE_WAY),
    "item": (bounded, r"return x \* max\(", ONE_WAY),
    "float": (compared, r"return x \* \(1 if float", ONE_WAY),
    "list": (listed, r"return x \* max\(x.mean", ONE_WAY),
    "numpy": (converted, "return torch.from_numpy", "NumPy and other libraries cannot follow"),
    "NumPy's function": (averaged, r"return x \* float\(np.mean", "NumPy and other libraries cannot follow"),
    "error": (failing, "return x @", "RuntimeError: "),
    "own error": (lost, 'return {}', "KeyError: 'missing'"),
}


@pytest.mark.parametrize("name", UNTRACED)
def test_what_cannot_be_traced_is_told(name: str, tmp_path: Path) -> None:
    """With the module's path and the user's line."""
    function, code, advice = UNTRACED[name]
    with pytest.raises(dyviz.ExportError, match=f'(?s)module "1" at .*{LINE}{code}.*\n.*{advice}'):
        dyviz.export(of(function), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
    assert not list(tmp_path.iterdir())


class Two(nn.Module):
    """Two images."""

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return left + right


class Keyword(nn.Module):
    """One image, and what must be named."""

    def forward(self, x: Tensor, *, scale: float) -> Tensor:
        return x * scale


class Optional(nn.Module):
    """One image is enough."""

    def forward(self, x: Tensor, mask: Tensor | None = None, **options: Any) -> Tensor:
        return x if mask is None else x * mask


def quantised() -> nn.Module:
    """Dynamically."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Flatten(), nn.Linear(192, 2)), {nn.Linear})


def scripted(inner: bool) -> nn.Module:
    """As TorchScript, or a part of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        part = torch.jit.script(nn.Conv2d(3, 4, 3))
        return nn.Sequential(part, nn.ReLU()) if inner else torch.jit.script(nn.Sequential(nn.Conv2d(3, 4, 3)))


NO_NETWORKS: dict[str, tuple[Callable[[], Any], str]] = {
    "two inputs": (Two, r"takes 2 inputs \(left, right\), .*test_inputs.py:\d+; .*wrap the network"),
    "a keyword": (Keyword, r"takes 2 inputs \(x, scale\), .*test_inputs.py:\d+"),
    "meta": (lambda: small().to("meta"), "0.weight is on the meta device, without numbers; load the weights"),
    "a part on meta": (lambda: nn.Sequential(nn.ReLU(), nn.BatchNorm2d(3, device="meta")), "1.weight is on the meta device"),
    "lazy": (lambda: nn.Sequential(nn.LazyConv2d(4, 3)), "0.weight has no shape yet; run the network once"),
    "quantised": (quantised, r'module "1" \(Linear\) is quantised; export the network with floating-point'),
    "scripted": (lambda: scripted(False), "TorchScript; export the Python module"),
    "scripted within": (lambda: scripted(True), r'module "0" \(RecursiveScriptModule\) is TorchScript'),
    "traced": (lambda: torch.jit.trace(nn.Conv2d(3, 4, 3), images(1, 8)), "is TorchScript"),
    "half": (lambda: small().half(), r"0.weight is torch.float16; call .float\(\)"),
    "double": (lambda: small().double(), r"0.weight is torch.float64; call .float\(\)"),
    "brain": (lambda: nn.Sequential(nn.ReLU(), nn.Conv2d(3, 4, 1).bfloat16()), "1.weight is torch.bfloat16"),
    "complex": (lambda: nn.Sequential(nn.Conv2d(3, 4, 1, dtype=torch.complex64)), "0.weight is torch.complex64"),
    "a class": (lambda: nn.ReLU, "is a torch.nn.Module, not the class ReLU; make a module of it"),
    "a function": (lambda: torch.relu, "is a torch.nn.Module, not builtin"),
    "weights": (lambda: small().state_dict(), "is a torch.nn.Module, not Tensor"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_NETWORKS)
def test_what_is_no_network_is_told(name: str, tmp_path: Path) -> None:
    """Before anything is traced."""
    make, message = NO_NETWORKS[name]
    with pytest.raises(dyviz.ExportError, match=f"(?s){message}"):
        dyviz.export(make(), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
    assert not list(tmp_path.iterdir())


class Subclass(Tensor):
    """As torchvision's images are."""


EXAMPLES: dict[str, tuple[Any, str]] = {
    "meta": (torch.zeros(1, 3, 8, 8, device="meta"), r"is on meta; .*call .cpu\(\)"),
    "half": (torch.zeros(1, 3, 8, 8).half(), "float32"),
    "double": (torch.zeros(1, 3, 8, 8).double(), "float32"),
    "bytes": (torch.zeros(1, 3, 8, 8, dtype=torch.uint8), "float32"),
    "empty": (torch.zeros(0, 3, 8, 8), r"\[0, 3, 8, 8\]"),
    "flat": (torch.zeros(1, 3, 0, 8), r"\[1, 3, 0, 8\]"),
    "no number": (torch.full((1, 3, 8, 8), torch.nan), "not finite"),
    "array": (np.zeros((1, 3, 8, 8), np.float32), "one tensor .*, not ndarray"),
    "tuple": ((torch.zeros(1, 3, 8, 8),), "one tensor .*, not tuple"),
    "sparse": (torch.zeros(1, 3, 8, 8).to_sparse(), "to_dense"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_no_example_is_told(name: str, tmp_path: Path) -> None:
    """In the package's own words."""
    example, message = EXAMPLES[name]
    with pytest.raises(dyviz.ExportError, match=message):
        dyviz.export(small(), tmp_path / "m.bin", example, preprocessing=preprocessing())


def test_verify_tells_the_same(tmp_path: Path) -> None:
    """Of another module than the one that was exported."""
    dyviz.export(small(), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
    with pytest.raises(dyviz.ExportError, match="takes 2 inputs"):
        dyviz.verify(Two(), tmp_path / "m.bin", images(1, 8))


def test_what_is_unusual_and_right_is_exported(tmp_path: Path, program: Path) -> None:
    """Wrapped and compiled networks, further inputs with defaults, examples of other layouts and kinds."""
    networks = [
        nn.Sequential(Optional(), nn.Conv2d(3, 4, 1)), nn.DataParallel(small()), torch.compile(small()),
        Calls(lambda m, x: x.relu().mean((2, 3))),
    ]  # fmt: skip
    for network in networks:
        agree(network.eval().requires_grad_(False), images(1, 8), tmp_path, program)
    examples = images(1, 8).to(memory_format=torch.channels_last), images(1, 8).requires_grad_(), images(1, 8).as_subclass(Subclass)
    for example in examples:
        dyviz.export(small(), tmp_path / "m.bin", example, preprocessing=preprocessing())
