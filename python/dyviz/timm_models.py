"""Networks of timm by name; timm is needed only here."""

from __future__ import annotations

import importlib
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from .errors import ExportError
from .preprocessing import INTERPOLATIONS, Preprocessing


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


def load(module: nn.Module, path: str) -> None:
    """Loads a safetensors file, or a file of torch.save that holds nothing but weights."""
    try:
        if Path(path).suffix == ".safetensors":
            state: Any = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, SafetensorError, RuntimeError, EOFError) as error:
        problem = str(error).partition("\n")[0]
        raise ExportError(f"{path} is no file of weights alone (.safetensors, or torch.save of tensors): {problem}") from error
    for key in ("state_dict", "model"):
        if isinstance(state, Mapping) and isinstance(state.get(key), Mapping):
            state = state[key]
    state = {key.removeprefix("module."): value for key, value in state.items()}
    try:
        module.load_state_dict(state)
    except RuntimeError as error:
        raise ExportError(f"{path}: {error}") from error


def preprocessing(module: nn.Module, size: int | None) -> tuple[Preprocessing, tuple[int, int, int], str | None]:
    """From `pretrained_cfg`: the preprocessing, the input's shape, and a remark on what differs from timm's."""
    configuration = module.pretrained_cfg
    channels, height, width = configuration["input_size"]
    if size is not None:
        height = width = size
    share = configuration.get("crop_pct") or 1.0
    crop = {"height": height, "width": width}
    resize: dict[str, int | str] = {"shorter_side": int(min(height, width) / share)}
    if configuration.get("crop_mode") == "squash":
        resize = dict(crop)
    remark = None
    interpolation = configuration.get("interpolation") or "bilinear"
    if interpolation not in INTERPOLATIONS:
        remark = f"timm resizes {interpolation}; dyviz resizes bilinear, which may cost a little accuracy"
    elif interpolation != "bilinear":
        resize["interpolation"] = interpolation
    described = Preprocessing(
        mean=list(configuration["mean"]), deviation=list(configuration["std"]), resize=resize, crop=crop
    )
    return described, (channels, height, width), remark
