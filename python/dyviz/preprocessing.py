"""How an image file becomes the network's input; see docs/model-format.md."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import ExportError
from .fields import Fields
from .rules import INTERPOLATIONS, check_preprocessing

__all__ = ["INTERPOLATIONS", "Preprocessing"]


@dataclass(frozen=True)
class Preprocessing:
    """The steps of torchvision on a Pillow image: resize, centre crop, pad, scale to 0...1, normalise.

    Args:
        mean, deviation: one number for each channel; (pixel / 255 - mean) / deviation.
        resize: `{"shorter_side": 256}` or `{"height": 224, "width": 224}`, antialiased as Pillow does it, bilinear
            unless `"interpolation": "bicubic"` stands beside.
        crop: `{"height": 224, "width": 224}`.
        padding: top, left, bottom, right: black pixels around, before normalisation.
        channels: 1 (grey) or 3 (RGB); as many as there are means unless given.
    """

    mean: Sequence[float]
    deviation: Sequence[float]
    resize: Mapping[str, int | str] | None = None
    crop: Mapping[str, int] | None = None
    padding: Sequence[int] = (0, 0, 0, 0)
    channels: int | None = None

    def describe(self, channels: int, height: int, width: int) -> dict[str, Any]:
        """The file's object, held against the network's input."""
        own = len(self.mean) if self.channels is None else self.channels
        if own not in (1, 3) or len(self.mean) != own or len(self.deviation) != own:
            raise ExportError(
                f"preprocessing: 1 or 3 channels with one mean and deviation each, not {own} channels, "
                f"{len(self.mean)} means and {len(self.deviation)} deviations"
            )
        described = {
            "channels": own,
            "resize": _plain(self.resize),
            "crop": _plain(self.crop),
            "padding": _plain(self.padding),
            "mean": [_number(one) for one in self.mean],
            "deviation": [_number(one) for one in self.deviation],
        }
        check_preprocessing(Fields(described, "preprocessing"), (channels, height, width))
        return described


def _plain(value: Any) -> Any:
    """Integers of any library as Python's own; what is none stays for the rules to refuse."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    try:
        return value if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return value


def _number(value: Any) -> Any:
    """Numbers of any library as Python's own."""
    return float(value) if hasattr(value, "__float__") and not isinstance(value, bool) else value
