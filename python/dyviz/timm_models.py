"""Networks of timm by name; timm is needed only here."""

from __future__ import annotations

import importlib
import math
import sys
from typing import Any

import torch
from torch import nn

from .checkpoints import load
from .errors import ExportError
from .preprocessing import INTERPOLATIONS, Preprocessing

INPUT_SIZES = ("train", "test")


def import_timm() -> Any:
    """timm, also beside a torchvision whose compiled operators do not fit the installed torch: classifiers need none."""
    try:
        return importlib.import_module("timm")
    except ImportError as error:
        raise ExportError(f"timm cannot be imported ({error}); pip install timm") from error
    except RuntimeError:
        for name in [one for one in sys.modules if one.partition(".")[0] in ("timm", "torchvision")]:
            del sys.modules[name]
    register = torch.library.register_fake
    torch.library.register_fake = lambda *_, **__: lambda function: function  # type: ignore[assignment]
    try:
        return importlib.import_module("timm")
    finally:
        torch.library.register_fake = register


def create(name: str, pretrained: bool, checkpoint: str | None, classes: int | None) -> nn.Module:
    """The network, with timm's weights, a checkpoint's, or random ones."""
    timm = import_timm()
    if not timm.is_model(name.partition(".")[0]):
        raise ExportError(f"timm has no model {name}")
    options = {} if classes is None else {"num_classes": classes}
    try:
        module = timm.create_model(name, pretrained=pretrained, **options)
    except Exception as error:
        hint = "; --no-pretrained makes random weights, --checkpoint loads a file" if pretrained else ""
        raise ExportError(f"timm cannot make {name}: {error}{hint}") from error
    if checkpoint is not None:
        load(module, checkpoint)
    return module.eval()


def preprocessing(
    module: nn.Module, size: int | None = None, input_size: str = "train"
) -> tuple[Preprocessing, tuple[int, int, int], str | None]:
    """From `pretrained_cfg`, as timm's own transform for evaluation has it: the preprocessing, the input's shape, and a
    remark on what differs from timm's.

    Args:
        size: height and width of the input; otherwise the configuration's.
        input_size: "train" for the size and share of the crop that the network was trained with, "test" for those that its
            authors test it with, where the configuration has them.
    """
    if input_size not in INPUT_SIZES:
        raise ExportError(f"input_size is {' or '.join(INPUT_SIZES)}, not {input_size!r}")
    configuration = dict(module.pretrained_cfg)
    resolved = import_timm().data.resolve_data_config(pretrained_cfg=configuration, use_test_size=input_size == "test")
    channels, height, width = resolved["input_size"]
    if size is not None:
        height = width = size
    remarks = [] if size is not None else _sizes(configuration, input_size)
    scaled = [math.floor(one / resolved["crop_pct"]) for one in (height, width)]
    resize: dict[str, int | str] = {"shorter_side": max(scaled)}
    if resolved["crop_mode"] == "squash":
        resize = {"height": scaled[0], "width": scaled[1]}
    elif resolved["crop_mode"] == "border" or scaled[0] != scaled[1]:
        fits = "the whole image with borders into" if resolved["crop_mode"] == "border" else "the image around"
        remarks.append(
            f"timm fits {fits} {scaled[0]} x {scaled[1]}; dyviz resizes the shorter side to {max(scaled)}, which is the same "
            "for square images only"
        )
    interpolation = resolved["interpolation"]
    if interpolation not in INTERPOLATIONS:
        remarks.append(f"timm resizes {interpolation}; dyviz resizes bilinear, which may cost a little accuracy")
    elif interpolation != "bilinear":
        resize["interpolation"] = interpolation
    described = Preprocessing(
        mean=list(resolved["mean"]), deviation=list(resolved["std"]), resize=resize, crop={"height": height, "width": width}
    )
    return described, (channels, height, width), "; ".join(remarks) or None


def _sizes(configuration: dict[str, Any], input_size: str) -> list[str]:
    """Which of two sizes is taken, where there are two."""
    train, test = configuration["input_size"], configuration.get("test_input_size") or configuration["input_size"]
    if tuple(train) == tuple(test):
        return []
    sizes = {"train": train, "test": test}
    other = "test" if input_size == "train" else "train"
    taken, left = (f"{name} size, {sizes[name][1]} x {sizes[name][2]}" for name in (input_size, other))
    return [f"the input has timm's {taken}; --input-size {other} takes the {left}"]
