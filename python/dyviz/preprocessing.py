"""How an image file becomes the network's input; see docs/model-format.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import ExportError

INTERPOLATIONS = ("bilinear", "bicubic")


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
        if own != channels:
            raise ExportError(f"preprocessing gives {own} channels, but the example input has {channels}")
        if min(self.deviation) <= 0:
            raise ExportError(f"preprocessing: deviations must be above 0, not {list(self.deviation)}")
        self._check_resize()
        top, left, bottom, right = self.padding
        wanted = (height - top - bottom, width - left - right)
        self._check_size(wanted)
        return {
            "channels": own,
            "resize": None if self.resize is None else dict(self.resize),
            "crop": None if self.crop is None else dict(self.crop),
            "padding": list(self.padding),
            "mean": [float(one) for one in self.mean],
            "deviation": [float(one) for one in self.deviation],
        }

    def _check_resize(self) -> None:
        """One of the two sizes, and an interpolation that dyviz knows."""
        if self.resize is None:
            return
        interpolation = self.resize.get("interpolation", "bilinear")
        if interpolation not in INTERPOLATIONS:
            raise ExportError(
                f"preprocessing: resize's interpolation must be {' or '.join(INTERPOLATIONS)}, not {interpolation!r}"
            )
        if set(self.resize) - {"interpolation"} not in ({"shorter_side"}, {"height", "width"}):
            raise ExportError(
                f"preprocessing: resize takes shorter_side, or height and width, not {dict(self.resize)}"
            )

    def _check_size(self, wanted: tuple[int, int]) -> None:
        """Crop, or an exact resize, gives the example input's size."""
        given = self.crop or {key: value for key, value in (self.resize or {}).items() if key != "interpolation"}
        if not given:
            return
        if "shorter_side" in given:
            fits = given["shorter_side"] == min(wanted)
        else:
            fits = (given.get("height"), given.get("width")) == wanted
        if not fits:
            raise ExportError(
                f"preprocessing gives {dict(given)}, but the example input is {wanted[0]} x {wanted[1]} without padding"
            )
