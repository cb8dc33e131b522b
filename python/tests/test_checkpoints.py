"""Weights as training scripts leave them: wrapped, averaged, beside other things."""

from __future__ import annotations

import argparse
import warnings
from collections import OrderedDict
from pathlib import Path
from typing import Any

import dyviz
import pytest
import torch
from dyviz.checkpoints import load
from dyviz.command_line import main
from dyviz.errors import Remark
from safetensors.torch import save_file
from test_export import small
from torch import Tensor, nn


def named(front: str, module: nn.Module | None = None) -> dict[str, Tensor]:
    """The weights with something in front of their names."""
    return OrderedDict((front + key, value) for key, value in (module or small(3)).state_dict().items())


class Trained:
    """What a file of weights alone must not hold."""


OTHER = {"epoch": 3, "optimizer": {"state": {0: {"step": torch.tensor(1.0)}}, "param_groups": [{"lr": 0.1}]}}
FILES: dict[str, tuple[Any, str | None]] = {
    "plain": (named(""), None),
    "module": (named("module."), "weights, without 'module.' in their names"),
    "compiled": (named("_orig_mod."), "without '_orig_mod.'"),
    "model": (named("model."), "without 'model.'"),
    "net": (named("net."), "without 'net.'"),
    "another name": (named("wrapped.inner."), "without 'wrapped.inner.'"),
    "module of compiled": (named("module._orig_mod."), "without 'module.' and '_orig_mod.'"),
    "compiled module": (named("_orig_mod.module."), "without 'module.' and '_orig_mod.'"),
    "a part compiled": (
        OrderedDict((key.replace("0.", "0._orig_mod."), value) for key, value in named("").items()), "without '_orig_mod.'"
    ),
    "state_dict": ({"state_dict": named(""), **OTHER}, "the weights under \"state_dict\" are"),
    "model entry": ({"model": named("module."), **OTHER}, "under \"model\", without 'module.'"),
    "model_state_dict": ({"model_state_dict": named("")}, "model_state_dict"),
    "nested": ({"checkpoint": 1, "model": {"state_dict": named("")}}, "under \"model.state_dict\""),
    "average": ({"state_dict": named("", small(4)), "state_dict_ema": named("module."), "arch": "x"}, "under \"state_dict_ema\""),
    "average of a model": ({"model": named("", small(4)), "model_ema": named("")}, "under \"model_ema\""),
    "no average": ({"state_dict": named(""), "state_dict_ema": None}, "under \"state_dict\""),
    "timm": ({"state_dict": named(""), "args": argparse.Namespace(lr=0.1), "metric": 71.2}, "under \"state_dict\""),
    "Lightning": (
        {"state_dict": named("model.") | {"loss.weight": torch.ones(2)}, "hyper_parameters": {"lr": 0.1}, "global_step": 5},
        "under \"state_dict\", without 'model.' in their names are loaded; 1 others (loss.weight) are none of the network's",
    ),
    "Lightning, compiled": (
        {"state_dict": named("_orig_mod.net.") | {"loss.weight": torch.ones(2)}, "hyper_parameters": {}},
        "without 'net.' and '_orig_mod.' in their names are loaded; 1 others (loss.weight)",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_weights_are_found(name: str, tmp_path: Path) -> None:
    """And what was taken is said."""
    content, told = FILES[name]
    torch.save(content, tmp_path / "weights.pth")
    module = small(5)
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        load(module, str(tmp_path / "weights.pth"))
    assert all(torch.equal(value, small(3).state_dict()[key]) for key, value in module.state_dict().items())
    assert [one.category for one in remarks] == ([Remark] if told else [])
    assert told is None or told in str(remarks[0].message)


def test_safetensors_are_unwrapped_too(tmp_path: Path) -> None:
    """The names are the same."""
    save_file(dict(named("module._orig_mod.")), tmp_path / "weights.safetensors")
    module = small(5)
    with pytest.warns(Remark, match="without 'module.' and '_orig_mod.'"):
        load(module, str(tmp_path / "weights.safetensors"))
    assert torch.equal(module[0].weight, small(3)[0].weight)


def test_statistics_may_lack_their_count(tmp_path: Path) -> None:
    """As files from before PyTorch counted batches."""
    module = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))
    torch.save({key: value for key, value in named("module.", module).items() if "batches" not in key}, tmp_path / "w.pth")
    with pytest.warns(Remark):
        load(module, str(tmp_path / "w.pth"))


ALONE = r"(?s)no file of weights alone.*object of .*Trained.*torch.save\(torch.load\(.*weights_only=False\)\[\"state_dict\"\]"
REFUSED: dict[str, tuple[Any, str]] = {
    "object": ({"state_dict": named(""), "trainer": Trained()}, ALONE),
    "whole network": (small(3), r"(?s)object of torch.nn.modules.container.Sequential.*\.state_dict\(\)"),
    "other network": (named("module.", nn.Sequential(nn.Conv2d(3, 5, 3))), "lacks 4.weight, 4.bias; has in another shape 0.weight"),
    "more": (named("") | {"9.weight": torch.ones(1)}, "has besides 9.weight$"),
    "less": ({"0.weight": torch.ones(4, 3, 3, 3)}, "lacks 0.bias, 4.weight, 4.bias$"),
    "twice": (named("student.") | named("teacher."), "holds the network 2 times, under 'student.', 'teacher.'"),
    "compiled and not": (named("") | named("_orig_mod."), "twice, with _orig_mod. in their names and without"),
    "no weights": ({"epoch": 3, "best": 0.7}, r"no weights by name, nor an entry .*\(.*state_dict.*\), but epoch, best"),
    "a list": ([torch.ones(1)], "no weights by name.* but list"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_files_are_an_error(name: str, tmp_path: Path) -> None:
    """That says what is wrong, or what to do."""
    content, message = REFUSED[name]
    torch.save(content, tmp_path / "weights.pth")
    with pytest.raises(dyviz.ExportError, match=message):
        load(small(5), str(tmp_path / "weights.pth"))


def test_the_command_line_prints_what_it_took(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line on standard error."""
    from dyviz.timm_models import create

    weights = tmp_path / "weights.pth"
    torch.save({"state_dict_ema": named("module.", create("mobilenetv3_small_050", False, None, 3))}, weights)
    options = ["--timm", "mobilenetv3_small_050", "--classes", "3", "--size", "32", "--checkpoint", str(weights)]
    assert main(["export", *options, str(tmp_path / "m.bin")]) == 0
    assert f"dyviz: {weights}: the weights under \"state_dict_ema\", without 'module.' in" in capsys.readouterr().err
