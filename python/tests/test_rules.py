"""Nothing is written that the program refuses: the writer's rules are the reader's."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import images, preprocessing
from dyviz import rules
from dyviz.archive import archive
from dyviz.model_file import ModelFile
from test_dynamic_relu import Network, randomised
from test_export import resized, small

CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "empty label": ({"labels": ["", "dog"]}, "labels is an empty string"),
    "line end": ({"labels": ["cat\ntabby", "dog"]}, "labels holds control characters"),
    "direction": ({"labels": ["cat\u202e", "dog"]}, "labels holds control characters"),
    "half a surrogate": ({"labels": ["cat\ud800", "dog"]}, "labels holds control characters"),
    "marks": ({"labels": ["a" + "\u0301" * 31, "dog"]}, "labels has more than 30 combining marks in a row"),
    "long label": ({"labels": ["é" * 600, "dog"]}, "longer than 1024 bytes"),
    "float size": ({"preprocessing": resized(shorter_side=8.0)}, "integer from 1 to 65536, not 8.0"),  # type: ignore[arg-type]
    "boolean size": ({"preprocessing": resized(shorter_side=True)}, "integer from 1 to 65536, not True"),
    "no size": ({"preprocessing": resized(shorter_side=0)}, "integer from 1 to 65536, not 0"),
    "huge size": (
        {"preprocessing": dyviz.Preprocessing([0.5] * 3, [0.5] * 3, {"shorter_side": 70_000}, {"height": 8, "width": 8})},
        "not 70000",
    ),
    "float crop": (
        {"preprocessing": dyviz.Preprocessing([0.5] * 3, [0.5] * 3, crop={"height": 8.0, "width": 8.0})}, "not 8.0"  # type: ignore[dict-item]
    ),
    "another key": ({"preprocessing": resized(shorter_side=8, antialias=True)}, "unknown key 'antialias'"),
    "no number": ({"preprocessing": dyviz.Preprocessing([float("nan")] * 3, [0.5] * 3)}, "mean: expected 3 finite numbers"),
    "beyond floats": ({"preprocessing": dyviz.Preprocessing([0.5] * 3, [1e39] * 3)}, "deviation: expected 3 finite numbers"),
    "negative padding": ({"preprocessing": dyviz.Preprocessing([0.5] * 3, [0.5] * 3, padding=(-1, 0, 0, 0))}, "padding: expected 4"),
    "too much padding": ({"preprocessing": dyviz.Preprocessing([0.5] * 3, [0.5] * 3, padding=(4, 4, 4, 4))}, "leaves nothing"),
    "control characters": ({"variant": "a\x1b[31m"}, "name holds control characters"),
    "no variants": ({"module": {}}, "1 to 64 networks, not 0"),
    "too many variants": ({"module": {str(one): small() for one in range(65)}}, "1 to 64 networks, not 65"),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_what_the_program_refuses_is_an_error(name: str, tmp_path: Path) -> None:
    """Before anything is written."""
    change, message = CALLS[name]
    options = {"module": small(), "path": tmp_path / "m.bin", "example_input": images(1, 8), "preprocessing": preprocessing()}
    with pytest.raises(dyviz.ExportError, match=message):
        dyviz.export(**(options | change))
    assert not list(tmp_path.iterdir())


def test_integers_of_other_libraries_are_integers(tmp_path: Path, program: Path) -> None:
    """As NumPy's are."""
    numpy = pytest.importorskip("numpy")
    path = tmp_path / "m.bin"
    mean = numpy.array([0.5] * 3, dtype=numpy.float32)
    described = dyviz.Preprocessing(mean, mean, resize={"shorter_side": numpy.int64(8)})
    dyviz.export(small(), path, images(1, 8), preprocessing=described)
    subprocess.run([program, "info", path], check=True, capture_output=True)


Change = Callable[[dict[str, Any]], object]
ALLOWED = ("nothing", "null", "row orders", "normalisation", "shares")


def _normalised(variant: dict[str, Any], kind: str = "layer", **options: object) -> None:
    variant["nodes"].append({"name": "more", "operator": f"{kind}_normalization", "inputs": ["input"], **options})


def _shared(variant: dict[str, Any], **options: object) -> None:
    variant["nodes"].append({"name": "more", "operator": "softmax", "inputs": ["input"], **options})


NODES: dict[str, Change] = {
    "nothing": lambda v: None,
    "unknown key": lambda v: v["nodes"][1].update(colour="red"),
    "unknown operator": lambda v: v["nodes"][1].update(operator="sine"),
    "later input": lambda v: v["nodes"][1].update(inputs=["head"]),
    "name twice": lambda v: v["nodes"][2].update(name="stem"),
    "kernel": lambda v: v["nodes"][1].update(kernel=[3.0, 3]),
    "weight's shape": lambda v: v["nodes"][1].update(out_channels=13),
    "groups": lambda v: v["nodes"][4].update(groups=5),
    "no tensor": lambda v: v["nodes"][1].update(weight="none"),
    "too far": lambda v: v["nodes"][1].update(padding=[0, 0, 0, 70_000]),
    "small map": lambda v: v["nodes"][4].update(dilation=[50, 50]),
    "epsilon": lambda v: v["nodes"][2].update(epsilon="small"),
    "K": lambda v: v["nodes"][3].update(functions=17),
    "two forms": lambda v: v["nodes"][3].update(curve="silu"),
    "no form": lambda v: v["nodes"][3].pop("hyper"),
    "sharing": lambda v: v["nodes"][3].update(sharing="some"),
    "gate": lambda v: v["nodes"][3]["hyper"].update(gate="tanh"),
    "hidden": lambda v: v["nodes"][3]["hyper"].update(hidden=0),
    "initial slopes": lambda v: v["nodes"][3]["hyper"].update(slope_init=[1.0]),
    "place": lambda v: v["nodes"][5].update(block=v["nodes"][3]["block"], site=v["nodes"][3]["site"]),
    "long site": lambda v: v["nodes"][3].update(site="a" * 33),
    "bound": lambda v: v["nodes"][3].update(upper_bound=-1),
    "attention": lambda v: v["nodes"][3].update(attention={"weight": "network/head.weight"}),
    "row orders": lambda v: v["nodes"][5].update(hyper=v["nodes"][5]["hyper"] | {"row_order": "blocked"}, functions=2),
    "two row orders": lambda v: v["nodes"].insert(4, copy.deepcopy(v["nodes"][3]) | {
        "name": "again", "site": "again", "hyper": v["nodes"][3]["hyper"] | {"row_order": "blocked"}
    }),
    "output": lambda v: v.update(output="none"),
    "labels": lambda v: v.update(labels=["one"]),
    "equal labels": lambda v: v.update(labels=["caf\u00e9", "cafe\u0301"]),
    "marked labels": lambda v: v.update(labels=["one", "\ufeffone"]),
    "different labels": lambda v: v.update(labels=["one", "One"]),
    "many marks": lambda v: v.update(labels=["one", "a" + "\u0301" * 31]),
    "some marks": lambda v: v.update(labels=["one", "a" + "\u0301" * 30]),
    "null": lambda v: v.update(labels=None),
    "no name": lambda v: v.update(name=""),
    "channels": lambda v: v["preprocessing"].update(channels=2),
    "second input": lambda v: v["nodes"].append({"name": "more", "operator": "input", "channels": 3, "height": 8, "width": 8}),
    "join": lambda v: v["nodes"].append({"name": "more", "operator": "concatenate", "inputs": ["input", "head"]}),
    "sum": lambda v: v["nodes"].append({"name": "more", "operator": "add", "inputs": ["head", "input"]}),
    "choice": lambda v: v["nodes"].append({"name": "more", "operator": "select_channels", "inputs": ["input"], "channels": [3]}),
    "choice of none": lambda v: v["nodes"].append(
        {"name": "x", "operator": "select_channels", "inputs": ["input"], "channels": []}),
    "factor": lambda v: v["nodes"].append(
        {"name": "more", "operator": "upsample", "inputs": ["input"], "factor": [65, 1], "interpolation": "nearest"}),
    "corners": lambda v: v["nodes"].append(
        {"name": "x", "operator": "upsample", "inputs": ["input"], "factor": [2, 1], "interpolation": "nearest",
         "align_corners": True}),
    "window in the padding": lambda v: v["nodes"].append(
        {"name": "more", "operator": "max_pool", "inputs": ["input"], "kernel": [2, 2], "padding": [2, 0, 0, 0]}),
    "large map": lambda v: v["nodes"].append(
        {"name": "x", "operator": "max_pool", "inputs": ["input"], "kernel": [1, 1], "padding": [0, 0, 60_000, 60_000]}),
    "normalisation": lambda v: _normalised(v),
    "normalisation's epsilon": lambda v: _normalised(v, epsilon=-1.0),
    "normalisation's weight": lambda v: _normalised(v, weight="network/head.weight"),
    "groups of three channels": lambda v: _normalised(v, "group", groups=2),
    "no groups": lambda v: _normalised(v, "group"),
    "centred groups": lambda v: _normalised(v, "group", groups=1, centred=True),
    "response": lambda v: _normalised(v, "response", add_input="yes"),
    "shares": lambda v: _shared(v, over="positions"),
    "shares of parts": lambda v: _shared(v, over="channels", parts=2),
    "shares of rows": lambda v: _shared(v, over="rows"),
    "parts of positions": lambda v: _shared(v, over="positions", parts=1),
    "negative": lambda v: v["preprocessing"].update(deviation=[0.5, 0.5, 0.0]),
}  # fmt: skip


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """A file with an example of everything that is changed."""
    path = tmp_path_factory.mktemp("rules") / "m.bin"
    dyviz.export(randomised(Network(families.Interleaved)), path, images(1, 12), preprocessing=preprocessing())
    return ModelFile.read(path)


@pytest.mark.parametrize("name", NODES)
def test_the_writers_rules_are_the_readers(name: str, described: ModelFile, tmp_path: Path, program: Path) -> None:
    """What the program refuses to read the writer refuses, and what it reads is written."""
    variant = copy.deepcopy(described.variants["network"])
    NODES[name](variant)
    try:
        rules.check([variant], described.tensors)
        written = True
    except dyviz.ExportError:
        written = False
    text = json.dumps({"format": 1, "variants": [variant]})
    (tmp_path / "m.bin").write_bytes(archive(described.tensors, {"dyviz": text}))
    told = subprocess.run([program, "info", tmp_path / "m.bin"], capture_output=True, text=True, check=False)
    assert written == (told.returncode == 0), told.stderr or "the program reads it"
    assert written == (name in ALLOWED), "the change does nothing"


def test_a_layer_in_two_row_orders_is_written_twice(tmp_path: Path, program: Path) -> None:
    """One activation reads the rows channel by channel, another node takes the layer as it is."""

    class Twice(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.act = torch.nn.Conv2d(3, 12, 3), families.Interleaved(12)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.conv(x)
            return torch.cat([self.act(x).mean((2, 3)), self.act.fc2(x.mean((2, 3))[:, :3].tanh()).sigmoid()], 1)

    network, path, x = randomised(Twice()), tmp_path / "m.bin", images(1, 12)
    dyviz.export(network, path, x, preprocessing=preprocessing())
    assert dyviz.verify(network, path, x, binary=program).passed
