"""Normalisations by a map's own statistics and softmax, in the layouts that networks write them in."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import agree, exported, images, preprocessing
from conftest import ROOT
from test_operators import Calls
from torch import Tensor, nn
from torch.nn import functional as F

Function = Callable[[nn.Module, Tensor], Tensor]


def drawn(module: nn.Module) -> nn.Module:
    """With scales and shifts that matter."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.rand(parameter.shape, generator=torch.Generator().manual_seed(2)) + 0.5)
    return module


def response(x: Tensor, channels: int = 1, positions: tuple[int, int] = (2, 3)) -> Tensor:
    """ConvNeXt V2's response normalisation without scale and shift."""
    norms = torch.norm(x, p=2, dim=positions, keepdim=True)
    return x * (norms / (norms.mean(dim=channels, keepdim=True) + 1e-6))


NORMS: dict[str, tuple[str, Function, Callable[[], nn.Module] | None]] = {
    "channels first": ("layer", lambda m, x: m.part(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2), lambda: nn.LayerNorm(8)),
    "channels last": ("layer", lambda m, x: m.part(x.permute(0, 2, 3, 1)).relu().mean((1, 2)), lambda: nn.LayerNorm(8, eps=1e-3)),
    "tokens": ("layer", lambda m, x: m.part(x.flatten(2).transpose(1, 2)).mean(1), lambda: nn.LayerNorm(8)),
    "some channels": ("layer", lambda m, x: m.part(x[:, 2:7].permute(0, 2, 3, 1)).mean((1, 2)), lambda: nn.LayerNorm(5)),
    "vector": ("layer", lambda m, x: m.part(x.mean((2, 3))), lambda: nn.LayerNorm(8, bias=False)),
    "shuffled vector": ("layer", lambda m, x: m.part(x.mean((2, 3))[:, [3, 1, 0, 2, 7, 6, 5, 4]]), lambda: nn.LayerNorm(8)),
    "without factors": ("layer", lambda m, x: F.layer_norm(x.permute(0, 2, 3, 1), (8,)).permute(0, 3, 1, 2), None),
    "root mean square": ("layer", lambda m, x: m.part(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2), lambda: nn.RMSNorm(8)),
    "one group": ("group", lambda m, x: m.part(x), lambda: nn.GroupNorm(1, 8)),
    "groups": ("group", lambda m, x: m.part(x.relu()), lambda: nn.GroupNorm(4, 8, eps=1e-3)),
    "groups of a vector": ("group", lambda m, x: m.part(x.mean((2, 3))), lambda: nn.GroupNorm(2, 8)),
    "instances": ("group", lambda m, x: m.part(x), lambda: nn.InstanceNorm2d(8, affine=True)),
    "whole map": ("group", lambda m, x: F.layer_norm(x, x.shape[1:]), None),
    "whole channels": ("group", lambda m, x: F.layer_norm(x, x.shape[2:]), None),
    "response": ("response", lambda m, x: x + torch.addcmul(m.shift, m.scale, response(x)), None),
    "response alone": ("response", lambda m, x: response(x.relu()), None),
    "response channels last": (
        "response", lambda m, x: _last(m, x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2), None),
}  # fmt: skip


def _last(m: nn.Module, x: Tensor) -> Tensor:
    return m.scale.flatten() * response(x, 3, (1, 2)) + m.shift.flatten() + x


SHARES: dict[str, tuple[dict[str, object], Function]] = {
    "head": ({"over": "channels"}, lambda m, x: x.mean((2, 3)).softmax(1)),
    "channels": ({"over": "channels"}, lambda m, x: x.softmax(1)),
    "channels last": ({"over": "channels"}, lambda m, x: F.softmax(x.permute(0, 2, 3, 1), -1).permute(0, 3, 1, 2)),
    "parts": ({"over": "channels", "parts": 2}, lambda m, x: x.mean((2, 3)).view(1, 2, 4).softmax(1).flatten(1)),
    "neighbours": ({"over": "channels", "parts": 2}, lambda m, x: x.mean((2, 3)).view(1, 4, 2).softmax(2).flatten(1)),
    "parts of a map": ({"over": "channels", "parts": 4}, lambda m, x: x.unflatten(1, (4, 2)).softmax(1).flatten(1, 2)),
    "positions": ({"over": "positions"}, lambda m, x: x.flatten(2).softmax(-1).view_as(x)),
    "with a temperature": ({"over": "positions"}, lambda m, x: (x.flatten(2) / 0.3).softmax(-1).view_as(x) * 7),
}
SUMS: dict[str, Function] = {
    "context": lambda m, x: x + _context(m.part(x), x)[..., None],
    "context in order": lambda m, x: x + torch.bmm(m.part(x).flatten(2).softmax(2), x.flatten(2).transpose(1, 2)).transpose(1, 2)[..., None],
    "radix": lambda m, x: _radix(x.unflatten(1, (2, 4))),
}


def _context(scores: Tensor, x: Tensor) -> Tensor:
    """The sum of a map's positions by weights of theirs, [N, C, 1]."""
    return torch.matmul(x.flatten(2), scores.flatten(2).softmax(2).transpose(1, 2))


def _radix(x: Tensor) -> Tensor:
    """ResNeSt's sum of parts by shares that are computed from their pooled sum."""
    pooled = x.sum(1).mean((2, 3))
    return (x * torch.cat([pooled, 2 * pooled], 1).view(1, 2, 4).softmax(1)[..., None, None]).sum(1)


def network(function: Function, part: nn.Module | None = None) -> nn.Module:
    """A convolution, then the function; `scale` and `shift` are constants of eight channels."""
    module = Calls(function, **({} if part is None else {"part": part}))
    module.register_buffer("shift", torch.linspace(-0.5, 0.5, 8)[:, None, None])
    return module.eval()


@pytest.mark.parametrize("name", NORMS)
def test_normalisations_are_one_node(name: str, tmp_path: Path, program: Path) -> None:
    """In channels-first and channels-last form, of maps and vectors."""
    kind, function, part = NORMS[name]
    nodes = agree(network(function, drawn(part()) if part else None), images(1, (6, 10)), tmp_path, program).nodes()
    kinds = [node["operator"] for node in nodes.values()]
    assert kinds.count(f"{kind}_normalization") == 1
    assert not {"batch_normalization", "multiply", "add"} & set(kinds)


def test_parameters_keep_their_names(tmp_path: Path) -> None:
    """A LayerNorm's are its own where the channels' order is."""
    function = NORMS["channels first"][1]
    node = exported(network(function, drawn(nn.LayerNorm(8))), images(1, (6, 10)), tmp_path).nodes()["part"]
    assert (node["weight"], node["bias"]) == ("network/part.weight", "network/part.bias")


@pytest.mark.parametrize("name", SHARES)
def test_softmax_is_one_node(name: str, tmp_path: Path, program: Path) -> None:
    """Over channels, parts of them and positions."""
    wanted, function = SHARES[name]
    nodes = agree(network(function), images(1, (6, 10)), tmp_path, program).nodes()
    (node,) = (node for node in nodes.values() if node["operator"] == "softmax")
    assert {key: node[key] for key in ("over", "parts") if key in node} == wanted


@pytest.mark.parametrize("name", SUMS)
def test_weighted_sums_agree(name: str, tmp_path: Path, program: Path) -> None:
    """Positions by one map's weights, and parts of the channels by shares."""
    agree(network(SUMS[name], nn.Conv2d(8, 1, 1)), images(1, (6, 10)), tmp_path, program)


REFUSED: dict[str, tuple[Function, str]] = {
    "rows": (lambda m, x: F.layer_norm(x, x.shape[3:]), "normalises something else"),
    "positions' own scales": (
        lambda m, x: F.layer_norm(x, x.shape[1:], torch.rand(x.shape[1:])), "varies over positions"),
    "shares of rows": (lambda m, x: x.softmax(2), "shares over something else"),
    "shares of all": (lambda m, x: x.flatten(1).softmax(1), "shares over something else"),
    "attention": (
        lambda m, x: (x.flatten(2).transpose(1, 2) @ x.flatten(2)).softmax(2), "attention between positions is not covered"),
    "norm alone": (lambda m, x: torch.norm(x, p=2, dim=(2, 3)), "in a response normalisation only"),
    "sum of magnitudes": (lambda m, x: torch.norm(x, p=1, dim=(2, 3)), "aten.linalg_vector_norm is not covered"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_none_of_these_is_refused(name: str, tmp_path: Path) -> None:
    """By the operator and the line."""
    function, message = REFUSED[name]
    with pytest.raises(dyviz.ExportError, match=message):
        dyviz.export(network(function), tmp_path / "m.bin", images(1, (6, 10)), preprocessing=preprocessing())


def test_statistics_take_the_logits_of_a_network_that_ends_in_softmax(tmp_path: Path, program: Path) -> None:
    """Accuracy, loss and their changes are those of the network without it."""

    class Ending(nn.Module):
        def __init__(self, ends: bool) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.conv, self.act = nn.Conv2d(3, 8, 5, stride=4), families.Interleaved(8)
            self.head, self.ends = nn.Linear(8, 10), ends

        def forward(self, x: Tensor) -> Tensor:
            x = self.head(self.act(self.conv(x)).mean((2, 3)))
            return x.softmax(1) if self.ends else x

    path, folders = tmp_path / "m.bin", sorted(one.name for one in (ROOT / "sample-images").iterdir() if one.is_dir())
    modules = {"logits": Ending(False).eval(), "probabilities": Ending(True).eval()}
    described = dyviz.Preprocessing(mean=[0.37] * 3, deviation=[0.25] * 3)
    dyviz.export(modules, path, images(1, 64), preprocessing=described, labels=folders)
    assert dyviz.verify(modules["probabilities"], path, images(1, 64), binary=program, variant="probabilities").passed
    command = [program, "ablate", path, ROOT / "sample-images", "--limit", "40", "--sites", "all", "--output", tmp_path / "out"]
    subprocess.run(command, check=True, capture_output=True)
    tables = [(tmp_path / "out" / name / "what_if.csv").read_text(encoding="utf-8") for name in modules]
    assert "cross_entropy" in tables[0] and tables[0] == tables[1].replace("probabilities", "logits")
