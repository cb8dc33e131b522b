"""Exports a network and holds the file against PyTorch, by the interpreter and by the program."""

from __future__ import annotations

from pathlib import Path

import dyviz
import torch
from dyviz.verifying import run_taps
from dyviz.model_file import ModelFile
from torch import Tensor, nn

TOLERANCE = 1e-4


def preprocessing(channels: int = 3) -> dyviz.Preprocessing:
    """Any that fits an input of `channels`."""
    return dyviz.Preprocessing(mean=[0.5] * channels, deviation=[0.25] * channels)


def scrambled(module: nn.Module, seed: int = 0) -> nn.Module:
    """The module in evaluation mode with BatchNorm statistics and affine parameters that matter.

    Its layers' outputs keep a spread of about one, so that nothing saturates and no branch vanishes.
    """
    generator = torch.Generator().manual_seed(seed)
    for part in module.modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm):
            part.running_mean.normal_(0, 0.1, generator=generator)
            part.running_var.uniform_(0.5, 1.5, generator=generator)
            with torch.no_grad():
                part.weight.uniform_(0.5, 1.5, generator=generator)
                part.bias.normal_(0, 0.1, generator=generator)
    return module.eval()


def drawn(module: nn.Module, seed: int = 0) -> nn.Module:
    """The same with every other vector of equal numbers drawn, too: scales and shifts of normalisations, layer scales, biases.

    As they are initialised, most of them take no part: a layer scale of 1e-6 hides its block.
    """
    generator = torch.Generator().manual_seed(seed + 1)
    with torch.no_grad():
        for parameter in module.parameters():
            values = parameter.flatten()
            if values.numel() != max(parameter.shape, default=0) or bool((values != values[0]).any()):
                continue
            if bool(values[0] == 0):
                parameter.normal_(0, 0.1, generator=generator)
            else:
                parameter.uniform_(0.5, 1.5, generator=generator)
    return scrambled(module, seed)


def images(count: int, size: int | tuple[int, int], channels: int = 3, seed: int = 1) -> Tensor:
    """Random images [N, C, H, W]."""
    height, width = (size, size) if isinstance(size, int) else size
    return torch.randn(count, channels, height, width, generator=torch.Generator().manual_seed(seed))


def relative(got: Tensor, wanted: Tensor) -> float:
    """The largest difference over the largest value."""
    assert got.shape == wanted.shape, (got.shape, wanted.shape)
    return float((got - wanted).abs().max() / wanted.abs().max())


def exported(module: nn.Module, x: Tensor, folder: Path) -> ModelFile:
    """The file of a network, found equal to PyTorch by the interpreter."""
    path = folder / "model.bin"
    dyviz.export(module, path, x, preprocessing=preprocessing(x.shape[1]))
    file = ModelFile.read(path)
    with torch.no_grad():
        assert relative(file.run(x), module(x)) <= TOLERANCE
    return file


def agree(module: nn.Module, x: Tensor, folder: Path, program: Path) -> ModelFile:
    """The same, and the program's output and taps are PyTorch's."""
    file = exported(module, x, folder)
    path = folder / "model.bin"
    report = dyviz.verify(module, path, x, binary=program, tolerance=TOLERANCE)
    assert report.worst.relative <= TOLERANCE, str(report)
    taps, values = run_taps(path, "network", x, program), file.values(x)
    for name, value in values.items():
        if name.startswith(("slopes/", "intercepts/")) and name in taps:
            assert relative(taps[name] + 1, value + 1) <= TOLERANCE, name
    return file
