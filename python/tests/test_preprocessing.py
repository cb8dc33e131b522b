"""Sizes and numbers as torchvision and people's scripts have them."""

from __future__ import annotations

from typing import Any

import dyviz
import numpy as np
import pytest
import torch
from dyviz.timm_models import import_timm

HALF = [0.5] * 3


def described(channels: int = 3, height: int = 224, width: int = 224, /, **options: Any) -> dict[str, Any]:
    """What a file says of it."""
    given = {"mean": HALF, "deviation": [0.25] * 3, "crop": {"height": height, "width": width}}
    return dyviz.Preprocessing(**(given | options)).describe(channels, height, width)


@pytest.mark.parametrize("number", [256, np.int64(256), np.array(256), torch.tensor(256), [256], (256,), np.array([256])])
def test_one_number_is_the_shorter_side(number: Any) -> None:
    """As in torchvision's Resize."""
    assert described(resize=number)["resize"] == {"shorter_side": 256}


@pytest.mark.parametrize("pair", [(224, 192), [224, 192], np.array([224, 192]), torch.tensor([224, 192]), torch.Size([224, 192])])
def test_two_numbers_are_height_and_width(pair: Any) -> None:
    """As in torchvision's Resize and CenterCrop."""
    size = {"height": 224, "width": 192}
    assert described(3, 224, 192, resize=pair, crop=None)["resize"] == size
    assert described(3, 224, 192, resize=256, crop=pair)["crop"] == size


@pytest.mark.parametrize("number", [16, np.int32(16), torch.tensor(16), [16]])
def test_a_crop_of_one_number_is_square(number: Any) -> None:
    """As in torchvision's CenterCrop."""
    assert described(3, 16, 16, crop=number)["crop"] == {"height": 16, "width": 16}


def test_the_meaning_is_torchvisions() -> None:
    """Sizes that torchvision makes of an image."""
    import_timm()
    from PIL import Image
    from torchvision.transforms import CenterCrop, InterpolationMode, Resize

    image = Image.new("RGB", (50, 30))
    for size in (20, [20], (20, 24)):
        got = described(3, 20, 24, resize=size, crop=(20, 24))["resize"]
        resized = Resize(size)(image)
        assert min(resized.size) == got["shorter_side"] if "shorter_side" in got else resized.size == (got["width"], got["height"])
    for size in (20, [20], (20, 24)):
        got = described(3, *CenterCrop(size)(image).size[::-1], resize=30, crop=size)["crop"]
        assert CenterCrop(size)(image).size == (got["width"], got["height"])
    named = {"shorter_side": 256, "interpolation": InterpolationMode.BICUBIC}
    assert described(resize=named)["resize"]["interpolation"] == "bicubic"


ALIKE = [HALF, tuple(HALF), np.array(HALF), np.array(HALF, np.float32), torch.tensor(HALF), 0.5, np.float32(0.5)]


@pytest.mark.parametrize("values", ALIKE)
def test_numbers_of_any_library_are_means_and_deviations(values: Any) -> None:
    """One number is one for all channels."""
    got = described(mean=values, deviation=values)
    assert got["mean"] == got["deviation"] == HALF and got["channels"] == 3
    assert all(type(one) is float for one in got["mean"])


def test_the_channels_are_those_of_the_input() -> None:
    """Or as stated, or as many as there are numbers."""
    assert described(1, mean=0.5, deviation=0.5)["channels"] == 1
    assert described(3, mean=0.5, deviation=[0.5] * 3)["channels"] == 3
    assert described(3, mean=[0.5], deviation=[0.5], channels=3)["mean"] == HALF
    assert described(3, 20, 20, padding=np.int64(2), crop=16)["padding"] == [2] * 4


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no number": ({"mean": float("nan")}, "mean: expected 3 finite numbers"),
    "one of them no number": ({"mean": np.array([0.5, np.nan, 0.5])}, "mean: expected 3 finite numbers"),
    "infinite": ({"mean": [float("inf")] * 3}, "mean: expected 3 finite numbers"),
    "infinite deviation": ({"deviation": torch.tensor([np.inf] * 3)}, "deviation: expected 3 finite numbers"),
    "zero": ({"deviation": 0}, "deviations must be above 0"),
    "one zero": ({"deviation": [0.5, 0.0, 0.5]}, "deviations must be above 0"),
    "negative": ({"deviation": -0.5}, "deviations must be above 0"),
    "text": ({"mean": "0.5"}, "mean: expected 3 finite numbers"),
    "none": ({"mean": None}, "mean: expected 3 finite numbers"),
    "boolean": ({"mean": True}, "mean: expected 3 finite numbers"),
    "matrix": ({"mean": np.zeros((3, 1))}, "mean: expected 3 finite numbers"),
    "two": ({"mean": [0.5, 0.5]}, "2 channels, but 3 numbers in deviation"),
    "unlike": ({"deviation": [0.5]}, "3 channels, but 1 numbers in deviation; deviation=0.5 is one for all"),
    "grey": ({"mean": [0.5], "deviation": [0.5]}, "gives 1 channels, but the example input has 3"),
    "channels": ({"channels": 17}, "an input has 1 to 16 channels, not 17"),
    "no channels": ({"channels": 0}, "an input has 1 to 16 channels, not 0"),
    "a fraction": ({"resize": 256.5}, "shorter_side: expected an integer"),
    "a whole fraction": ({"crop": 224.0}, "expected an integer from 1 to 65536, not 224.0"),
    "an array of fractions": ({"resize": np.array([224.5, 224.0])}, "expected an integer"),
    "a truth": ({"resize": True}, "resize: takes one number, two"),
    "zero size": ({"resize": 0}, "integer from 1 to 65536, not 0"),
    "three": ({"resize": (1, 2, 3)}, r"resize: takes one number, two .* not \[1, 2, 3\]"),
    "nothing": ({"crop": ()}, "crop: takes one number, two"),
    "a word": ({"resize": "256"}, "resize: takes one number"),
    "another crop": ({"crop": 200}, "gives 200 x 200, but the example input is 224 x 224"),
    "another size": ({"resize": (256, 256), "crop": None}, "gives 256 x 256"),
    "two sides": ({"padding": (2, 2)}, "padding: expected 4 integers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_rest_is_an_error(name: str) -> None:
    """Of the package's own kind."""
    options, message = REFUSED[name]
    with pytest.raises(dyviz.ExportError, match=message):
        described(**options)


def test_only_a_preprocessing_is_one(tmp_path: Any) -> None:
    """No dictionary, no transform."""
    with pytest.raises(dyviz.ExportError, match="preprocessing is a dyviz.Preprocessing, not dict"):
        options: dict[str, Any] = {"preprocessing": {"mean": 0.5}}
        dyviz.export(torch.nn.ReLU(), tmp_path / "m.bin", torch.zeros(1, 3, 8, 8), **options)
