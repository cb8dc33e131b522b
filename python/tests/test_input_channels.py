"""Networks of other inputs than grey and RGB: prepared tensors go through them, images do not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import dyviz
import pytest
from comparing import agree, images, preprocessing
from PIL import Image
from torch import nn


def network(channels: int) -> nn.Module:
    """A convolution with ReLU, and a classifier."""
    return nn.Sequential(
        nn.Conv2d(channels, 6, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 2)
    ).eval()


@pytest.mark.parametrize("channels", [1, 2, 4, 16])
def test_any_number_of_channels_agrees(channels: int, tmp_path: Path, program: Path) -> None:
    """On tensors that the caller prepared."""
    agree(network(channels), images(2, 8, channels=channels), tmp_path, program)


@pytest.mark.parametrize("command", ["stats", "keypoints", "ablate"])
def test_images_are_refused(command: str, tmp_path: Path, program: Path) -> None:
    """With the reason, and what to do."""
    path, folder = tmp_path / "m.bin", tmp_path / "images"
    dyviz.export(network(4), path, images(1, 8, channels=4), preprocessing=preprocessing(4))
    folder.mkdir()
    Image.new("RGBA", (8, 8)).save(folder / "one.png")
    output = tmp_path / ("k.csv" if command == "keypoints" else "out")
    told = subprocess.run([program, command, path, folder, "--output", output], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "takes 4 channels, and images have 1 or 3; `dyviz taps` runs it on prepared tensors" in told.stderr


def test_too_many_channels_are_refused(tmp_path: Path) -> None:
    """More than a file takes."""
    with pytest.raises(dyviz.ExportError, match="17 channels; at most 16 are read"):
        dyviz.export(network(17), tmp_path / "m.bin", images(1, 8, channels=17), preprocessing=preprocessing(17))
