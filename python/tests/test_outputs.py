"""Networks with several outputs, or with none that is a classifier's."""

from __future__ import annotations

import subprocess
import warnings
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dyviz
import pytest
import torch
from comparing import images, preprocessing, relative
from conftest import ROOT
from dyviz.errors import Remark
from dyviz.model_file import ModelFile
from test_networks import network as known
from torch import Tensor, nn


@dataclass
class Classified:
    """As libraries of pretrained networks have it."""

    loss: Tensor | None
    logits: Tensor
    features: tuple[Tensor, ...]


Pair = namedtuple("Pair", "scores map")


class Several(nn.Module):
    """Two scores and a map, in a form that a function gives."""

    def __init__(self, form: Callable[[Tensor, Tensor, Tensor], Any]) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.first, self.second, self.form = nn.Conv2d(3, 4, 3), nn.Linear(4, 2), nn.Linear(4, 5), form

    def forward(self, x: Tensor) -> Any:
        x = self.conv(x).relu()
        return self.form(self.first(x.mean((2, 3))), self.second(x.mean((2, 3))), x)


FORMS: dict[str, tuple[Callable[..., Any], dict[str, int]]] = {
    "dictionary": (lambda a, b, x: {"out": a, "aux": b}, {"out": 0, "aux": 1}),
    "ordered dictionary": (lambda a, b, x: OrderedDict(map=x, out=a), {"map": 2, "out": 0}),
    "tuple": (lambda a, b, x: (a, b), {"0": 0, "1": 1}),
    "list": (lambda a, b, x: [b, a], {"0": 1, "1": 0}),
    "nested": (lambda a, b, x: {"scores": [b, (a, 3)], "maps": {"low": x}}, {"scores.0": 1, "scores.1.0": 0, "maps.low": 2}),
    "dataclass": (lambda a, b, x: Classified(None, a, (x, b)), {"logits": 0, "features.0": 2, "features.1": 1}),
    "named tuple": (lambda a, b, x: Pair(a, x), {"scores": 0, "map": 2}),
    "with what is no tensor": (lambda a, b, x: {"name": "net", "none": None, "out": b}, {"out": 1}),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_output_can_be_written(name: str, tmp_path: Path, program: Path) -> None:
    """By name and by place; the first by itself."""
    form, outputs = FORMS[name]
    module, x, path = Several(form).eval(), images(2, 8), tmp_path / "m.bin"
    plain = Several(lambda *parts: parts).eval().requires_grad_(False)(x)
    for place, (output, part) in enumerate(outputs.items()):
        for chosen in (output, place) if place else (output, place, None):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Remark)
                dyviz.export(module, path, x, preprocessing=preprocessing(), output=chosen)
            assert relative(ModelFile.read(path).run(x), plain[part]) < 1e-5
    assert dyviz.verify(module, path, x, binary=program, output=place).passed
    assert type(module(x)) is type(form(*plain)) and not module._forward_hooks


def test_what_is_taken_is_said(tmp_path: Path) -> None:
    """With all names and shapes, unless somebody chose or there is no choice."""
    module, path = Several(FORMS["dictionary"][0]).eval(), tmp_path / "m.bin"
    with pytest.warns(Remark, match=r'outputs out \[1, 2\], aux \[1, 5\]; "out" is taken, output="out" or another name'):
        dyviz.export(module, path, images(1, 8), preprocessing=preprocessing())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dyviz.export(module, path, images(1, 8), preprocessing=preprocessing(), output="aux", labels=list("abcde"))
        single = Several(FORMS["with what is no tensor"][0]).eval()
        dyviz.export(single, path, images(1, 8), preprocessing=preprocessing())


@pytest.mark.parametrize(
    ("form", "output", "message"),
    [
        (FORMS["dictionary"][0], "logits", r"'logits' is none of the network's outputs: out \[1, 2\], aux \[1, 5\]"),
        (FORMS["dictionary"][0], 2, "output=2 is none"),
        (FORMS["dictionary"][0], True, "output=True is none"),
        (lambda a, b, x: {"name": "net"}, None, "gives dict, which holds no tensor"),
        (lambda a, b, x: None, None, "gives NoneType"),
        (lambda a, b, x: a.argmax(1), None, "output is torch.int64; float32 numbers"),
        (lambda a, b, x: a.double(), None, "output is torch.float64"),
    ],
)
def test_what_is_no_output_is_an_error(form: Any, output: Any, message: str, tmp_path: Path) -> None:
    """It names those that there are."""
    with pytest.raises(dyviz.ExportError, match=message):
        dyviz.export(Several(form).eval(), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing(), output=output)
    assert not list(tmp_path.iterdir())


def test_what_only_another_output_needs_is_not_asked_for(tmp_path: Path) -> None:
    """A sine of the second output, say."""
    module = Several(lambda a, b, x: (a, b.sin())).eval()
    dyviz.export(module, tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing(), output=0)
    with pytest.raises(dyviz.ExportError, match="aten.sin is not covered"):
        dyviz.export(module, tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing(), output=1)


def test_a_map_as_output_can_be_looked_at(tmp_path: Path, program: Path) -> None:
    """A backbone, a segmenter, a detector: the activations are there, and no top-1."""
    module, path = Several(lambda a, b, x: {"out": x}).eval(), tmp_path / "m.bin"
    resized = dyviz.Preprocessing([0.5] * 3, [0.5] * 3, resize={"height": 16, "width": 16})
    dyviz.export(module, path, images(1, 16), preprocessing=resized)
    assert dyviz.verify(module, path, images(2, 16), binary=program).passed
    told = subprocess.run([program, "info", path], capture_output=True, text=True, check=True).stdout
    assert "14×14×4, no labels" in told
    command = [program, "stats", path, ROOT / "sample-images", "--output", tmp_path / "out"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "images/s" in told and "ReLU" in told and "top-1" not in told


def test_a_map_takes_no_labels(tmp_path: Path) -> None:
    """There are no classes to name."""
    with pytest.raises(dyviz.ExportError, match="labels.*14 x 14"):
        module = Several(lambda a, b, x: x).eval()
        dyviz.export(module, tmp_path / "m.bin", images(1, 16), preprocessing=preprocessing(), labels=["a", "b"])


def test_a_segmenter_of_torchvision_gives_its_backbone(tmp_path: Path, program: Path) -> None:
    """LR-ASPP's scores are upsampled to a size of the input's."""
    known("torchvision", "squeezenet1_1")  # torchvision's operators may need help to be imported.
    import torchvision

    torch.manual_seed(0)
    options = {"weights": None, "weights_backbone": None, "num_classes": 4, "aux_loss": False}
    module = torchvision.models.segmentation.fcn_resnet50(**options).backbone.eval()
    with pytest.raises(dyviz.ExportError, match="none of the network's outputs: out"):
        dyviz.export(module, tmp_path / "m.bin", images(1, 64), preprocessing=preprocessing(), output="aux")
    dyviz.export(module, tmp_path / "m.bin", images(1, 64), preprocessing=preprocessing(), output="out")
    assert dyviz.verify(module, tmp_path / "m.bin", images(1, 64), binary=program, output="out").passed
