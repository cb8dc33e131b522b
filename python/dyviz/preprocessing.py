"""How an image file becomes the network's input; see docs/model-format.md."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .errors import ExportError
from .fields import Fields
from .rules import INTERPOLATIONS, MAXIMUM_CHANNELS, check_preprocessing

__all__ = ["INTERPOLATIONS", "Preprocessing"]


@dataclass(frozen=True)
class Preprocessing:
    """The steps of torchvision on a Pillow image: resize, centre crop, pad, scale to 0...1, normalise.

    Numbers and sequences may be those of any library (NumPy, PyTorch).

    Args:
        mean, deviation: one number for each channel, or one for all; (pixel / 255 - mean) / deviation.
        resize: as torchvision's `Resize`: `256` for the shorter side, `(224, 224)` for height and width; or
            `{"shorter_side": 256}` or `{"height": 224, "width": 224}`. Antialiased as Pillow does it, bilinear unless
            `"interpolation": "bicubic"` stands beside.
        crop: as torchvision's `CenterCrop`: `224` for a square, `(224, 192)` for height and width; or
            `{"height": 224, "width": 224}`.
        padding: top, left, bottom, right: black pixels around, before normalisation; one number for all sides.
        channels: 1 (grey) or 3 (RGB), else of tensors that another program prepares, up to 16; as many as there are means unless given, as the network's input has if there is one
            mean for all.
    """

    mean: Any
    deviation: Any
    resize: Any = None
    crop: Any = None
    padding: Any = (0, 0, 0, 0)
    channels: int | None = None

    def describe(self, channels: int, height: int, width: int) -> dict[str, Any]:
        """The file's object, held against the network's input."""
        mean, deviation, own = _plain(self.mean), _plain(self.deviation), _plain(self.channels)
        if own is None:
            counts = [len(one) for one in (mean, deviation) if isinstance(one, list)]
            own = counts[0] if counts else channels
        if isinstance(own, bool) or own not in range(1, MAXIMUM_CHANNELS + 1):
            raise ExportError(f"preprocessing: an input has 1 to {MAXIMUM_CHANNELS} channels, not {own!r}")
        described = {
            "channels": own,
            "resize": _resize(_plain(self.resize)),
            "crop": _crop(_plain(self.crop)),
            "padding": _sides(_plain(self.padding)),
            "mean": _for_channels("mean", mean, own, self.channels is not None),
            "deviation": _for_channels("deviation", deviation, own, self.channels is not None),
        }
        check_preprocessing(Fields(described, "preprocessing"), (channels, height, width))
        return described


def _plain(value: Any) -> Any:
    """Numbers, strings and sequences of any library as Python's own; what is none stays for the rules to refuse."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(one) for one in value]
    try:
        return value if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _resize(value: Any) -> Any:
    """As torchvision's `Resize`: one number is the shorter side's length, two are height and width."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if _is_number(value):
        return {"shorter_side": value}
    return _extents("resize", value)


def _crop(value: Any) -> Any:
    """As torchvision's `CenterCrop`: one number is a square's side, two are height and width."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return _extents("crop", [value, value] if _is_number(value) else value)


def _extents(key: str, value: Any) -> Any:
    if isinstance(value, list) and len(value) == 2:
        return {"height": value[0], "width": value[1]}
    if value is None or isinstance(value, dict):
        return value
    raise ExportError(f"preprocessing, {key}: takes one number, two (height, width), or names with numbers, not {value!r}")


def _sides(value: Any) -> Any:
    """One number stands for all sides."""
    return [value] * 4 if _is_number(value) else value


def _for_channels(key: str, value: Any, channels: int, is_stated: bool) -> list[float]:
    """One number for each channel: a single one stands for all, a list of one only where the channels are stated."""
    values = value if isinstance(value, list) else [value] * channels
    if len(values) == 1 and is_stated:
        values = values * channels
    if len(values) != channels:
        raise ExportError(f"preprocessing: {channels} channels, but {len(values)} numbers in {key}; {key}=0.5 is one for all")
    return [_number(one) for one in values]


def _number(value: Any) -> Any:
    """Of any library as Python's own; no strings, which Python's `float` takes too."""
    return float(value) if hasattr(value, "__float__") and not isinstance(value, bool) else value
