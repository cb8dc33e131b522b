"""What python/README.md says is covered, term by term; and what it says is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import exported, images, preprocessing
from conftest import ROOT
from dyviz.graph import Json
from test_normalizations import response
from test_operators import Calls
from test_registered import Excitation
from torch import Tensor, nn
from torch.nn import functional as F

README = (ROOT / "python/README.md").read_text(encoding="utf-8")
Body = Callable[[Any, Tensor], Tensor]
ROOT_2, ROOT_2_PI = math.sqrt(2), math.sqrt(2 / math.pi)
RELU = {"slopes": [1.0, 0.0]}
WRITTEN: dict[str, tuple[Json, list[Body]]] = {
    "ReLU": (RELU, [
        lambda m, x: F.relu(x), lambda m, x: x.clamp(min=0), lambda m, x: torch.maximum(x, torch.zeros_like(x)),
        lambda m, x: x * (x > 0), lambda m, x: torch.where(x > 0, x, torch.zeros_like(x)), lambda m, x: (x + x.abs()) / 2,
        lambda m, x: x.masked_fill(x < 0, 0.0),
    ]),
    "ReLU6": (RELU | {"upper_bound": 6.0}, [
        lambda m, x: F.relu6(x), lambda m, x: F.hardtanh(x, 0.0, 6.0), lambda m, x: x.relu().clamp(max=6),
        lambda m, x: torch.minimum(x.relu(), torch.full_like(x, 6.0)), lambda m, x: torch.clamp_min(x.clamp_max(6.0), 0.0),
    ]),
    "clamp": ({"slopes": [1.0, 0.0], "intercepts": [0.0, -0.25], "upper_bound": 0.5}, [
        lambda m, x: x.clamp(-0.25, 0.5), lambda m, x: F.hardtanh(x, -0.25, 0.5), lambda m, x: x.clamp(max=0.5).clamp(min=-0.25),
        lambda m, x: torch.where(x > 0.5, 0.5, torch.where(x < -0.25, -0.25, x)),
    ]),
    "LeakyReLU": ({"slopes": [1.0, 0.25]}, [
        lambda m, x: F.leaky_relu(x, 0.25), lambda m, x: torch.maximum(x, 0.25 * x), lambda m, x: x.relu() - 0.25 * (-x).relu(),
        lambda m, x: torch.where(x > 0, x, 0.25 * x), lambda m, x: torch.where(x < 0, 0.25 * x, x),
    ]),
    "RReLU": ({"slopes": [1.0, (1 / 8 + 1 / 3) / 2]}, [lambda m, x: F.rrelu(x)]),
    "PReLU": ({"sharing": "channel"}, [
        lambda m, x: m.prelu(x), lambda m, x: torch.where(x >= 0, x, m.scale * x), lambda m, x: x.relu() - m.scale * (-x).relu(),
        lambda m, x: x.relu() + m.scale * (x - x.abs()) * 0.5, lambda m, x: x.clamp(min=0) + m.scale * x.clamp(max=0),
    ]),
    "SELU": ({"curve": "elu", "scale": 1.0507009873554805, "negative_scale": 1.6732632423543772}, [lambda m, x: F.selu(x)]),
    "CELU": ({"curve": "elu", "input_scale": 0.5, "scale": 2.0}, [lambda m, x: F.celu(x, 2.0)]),
    "softplus": ({"curve": "softplus"}, [lambda m, x: F.softplus(x)]),
    "ELU": ({"curve": "elu"}, [
        lambda m, x: F.elu(x), lambda m, x: torch.where(x > 0, x, x.exp() - 1), lambda m, x: torch.where(x > 0, x, x.expm1()),
        lambda m, x: x.relu() + (x.clamp(max=0).exp() - 1),
    ]),
    "hard swish": ({"curve": "hard_swish"}, [
        lambda m, x: F.hardswish(x), lambda m, x: x * F.relu6(x + 3) / 6, lambda m, x: F.relu6(x + 3) / 6 * x,
        lambda m, x: x * F.hardsigmoid(x), lambda m, x: x * (x / 6 + 0.5).clamp(0, 1), lambda m, x: x * F.hardtanh(x + 3, 0.0, 6.0) / 6,
    ]),
    "hard sigmoid": ({"curve": "hard_sigmoid"}, [
        lambda m, x: F.hardsigmoid(x), lambda m, x: F.relu6(x + 3) / 6, lambda m, x: (x / 6 + 0.5).clamp(0, 1),
        lambda m, x: torch.clamp(x + 3, 0, 6) * (1 / 6),
    ]),
    "SiLU": ({"curve": "silu"}, [
        lambda m, x: F.silu(x), lambda m, x: x * x.sigmoid(), lambda m, x: x.sigmoid().mul_(x), lambda m, x: x / (1 + (-x).exp()),
    ]),
    "GELU": ({"curve": "gelu"}, [
        lambda m, x: F.gelu(x), lambda m, x: 0.5 * x * (1 + torch.erf(x / ROOT_2)),
        lambda m, x: x * 0.5 * (1.0 + torch.erf(x * 2**-0.5)), lambda m, x: 0.5 * x * torch.erfc(-x / ROOT_2),
    ]),
    "GELU by tanh": ({"curve": "gelu_tanh"}, [
        lambda m, x: F.gelu(x, approximate="tanh"),
        lambda m, x: 0.5 * x * (1 + torch.tanh(ROOT_2_PI * (x + 0.044715 * torch.pow(x, 3)))),
        lambda m, x: x * 0.5 * (1 + torch.tanh(0.7978845608 * x * (1 + 0.044715 * x * x))),
    ]),
    "sigmoid": ({"curve": "sigmoid"}, [
        lambda m, x: x.sigmoid(), lambda m, x: 1 / (1 + torch.exp(-x)), lambda m, x: 0.5 * ((0.5 * x).tanh() + 1),
        lambda m, x: x.exp() / (x.exp() + 1), lambda m, x: F.logsigmoid(x).exp(),
    ]),
    "tanh": ({"curve": "tanh"}, [
        lambda m, x: x.tanh(), lambda m, x: 2 * torch.sigmoid(2 * x) - 1, lambda m, x: 1 - 2 / ((2 * x).exp() + 1),
        lambda m, x: (x.exp() - (-x).exp()) / (x.exp() + (-x).exp()),
    ]),
    "Mish": ({"curve": "mish"}, [
        lambda m, x: F.mish(x), lambda m, x: x * torch.tanh(F.softplus(x)), lambda m, x: x * (1 + x.exp()).log().tanh(),
        lambda m, x: x.mul(x.exp().log1p().tanh()),
    ]),
}  # fmt: skip


def layers() -> dict[str, nn.Module]:
    """What the bodies take."""
    torch.manual_seed(1)
    return {
        "prelu": nn.PReLU(8), "grouped": nn.Conv2d(8, 4, 3, groups=2), "strided": nn.Conv2d(8, 4, 3, stride=(2, 1)),
        "dilated": nn.Conv2d(8, 4, 3, dilation=2, padding=1), "same": nn.Conv2d(8, 4, 4, padding="same"),
        "line": nn.Linear(8, 4), "flat": nn.Linear(480, 4), "norm": nn.BatchNorm2d(8), "norm1": nn.BatchNorm1d(8),
        "channels": nn.Conv1d(1, 1, 3, padding=1), "se": Excitation(8), "act": families.Interleaved(8),
        "group_norm": nn.GroupNorm(2, 8), "up": nn.ConvTranspose2d(8, 4, 2, 2), "kernels": nn.Linear(288, 4),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "index"), [(name, at) for name, (_, forms) in WRITTEN.items() for at in range(len(forms))])
def test_an_activation_in_whatever_form_is_one_node(name: str, index: int, tmp_path: Path) -> None:
    """Called by its name, or written out in parts."""
    wanted, forms = WRITTEN[name]
    nodes = list(exported(Calls(forms[index], **layers()).eval(), images(1, (6, 10)), tmp_path).nodes().values())
    assert [node["operator"] for node in nodes] == ["input", "convolution", "activation"]
    assert {key: nodes[2].get(key) for key in wanted} == {key: pytest.approx(one) if key != "curve" else one for key, one in wanted.items()}


def test_parts_of_activations_are_not_taken_for_whole_ones(tmp_path: Path) -> None:
    """What is nearly one: other constants, other channels, another map; and what stands before and behind it stays."""
    near: dict[str, Body] = {
        "two maps": lambda m, x: x * m.norm(x).sigmoid(), "flipped": lambda m, x: x * x.flip(1).sigmoid(),
        "another bound": lambda m, x: x * F.relu6(x + 2) / 6, "twice": lambda m, x: F.relu(F.relu(x).mul(0.5)),
        "constant": lambda m, x: x.relu() * 0 + x, "residual": lambda m, x: x + F.silu(x),
    }  # fmt: skip
    for name, body in near.items():
        nodes = exported(Calls(body, **layers()).eval(), images(1, (6, 10)), tmp_path).nodes().values()
        assert not any(node.get("curve") in ("silu", "hard_swish") for node in nodes) or name == "residual", name
        assert len(nodes) > 3, name


COVERED: dict[str, dict[str, list[Body]]] = {
    "layers": {
        "convolutions with any groups": [lambda m, x: m.grouped(x)], "stride": [lambda m, x: m.strided(x)],
        'dilation and padding ("same" too)': [lambda m, x: m.dilated(x), lambda m, x: m.same(x)],
        "transposed convolutions": [lambda m, x: m.up(x)],
        "convolutions whose kernel is a mixture of some for each image (CondConv)": [
            lambda m, x: F.conv2d(x, (m.line(x.mean((2, 3))).sigmoid() @ m.kernels.weight).view(4, 8, 3, 3)),
        ],
        "linear layers (on a vector, a flattened map, or at each position)": [
            lambda m, x: m.line(x.mean((2, 3))), lambda m, x: m.flat(x.flatten(1)),
            lambda m, x: m.line(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2),
        ],
        "BatchNorm": [lambda m, x: m.norm(x), lambda m, x: m.norm1(x.mean((2, 3)))],
        "1-d convolutions over a pooled map's channels": [lambda m, x: m.channels(x.mean((2, 3))[:, None])[:, 0]],
    },
    "normalisations": {
        "LayerNorm and RMSNorm (over the channels of each position or of a vector, channels first or last)": [
            lambda m, x: F.layer_norm(x.permute(0, 2, 3, 1), (8,)).permute(0, 3, 1, 2), lambda m, x: F.layer_norm(x.mean((2, 3)), (8,)),
            lambda m, x: F.rms_norm(x.permute(0, 2, 3, 1), (8,)).relu().mean((1, 2)),
        ],
        "GroupNorm": [lambda m, x: m.group_norm(x)], "InstanceNorm": [lambda m, x: F.instance_norm(x)],
        "LayerNorm over whole channels": [lambda m, x: F.layer_norm(x, x.shape[1:]), lambda m, x: F.layer_norm(x, x.shape[2:])],
        "ConvNeXt V2's response normalisation": [lambda m, x: response(x)],
    },
    "softmax": {
        "over channels": [lambda m, x: x.softmax(1), lambda m, x: x.mean((2, 3)).softmax(-1)],
        "over parts of the channels (selective kernels, split attention)": [lambda m, x: x.unflatten(1, (2, 4)).softmax(1).flatten(1, 2)],
        "over all positions": [lambda m, x: x.flatten(2).softmax(2).view_as(x)],
    },
    "windows": {
        "maximum and average poolings": [lambda m, x: F.max_pool2d(x, 2), lambda m, x: F.avg_pool2d(x, 3, 2, 1)],
        "`ceil_mode`": [lambda m, x: F.max_pool2d(x, 3, 2, ceil_mode=True)],
        "adaptive poolings": [lambda m, x: F.adaptive_avg_pool2d(x, (2, 5)), lambda m, x: F.adaptive_max_pool2d(x, 4)],
        "padding (with zeros, of channels too, by reflection, replication or the other end)": [
            lambda m, x: F.pad(x, (1, 2, 0, 1)), lambda m, x: F.pad(x, (0, 0, 0, 0, 1, 2)), lambda m, x: F.pad(x, (1, 2, 0, 1), mode="reflect"),
            lambda m, x: F.pad(x, (1, 2, 0, 1), mode="replicate"), lambda m, x: F.pad(x, (1, 2, 0, 1), mode="circular"),
        ],
        "nearest and bilinear interpolation to any size and by any factor": [
            lambda m, x: F.interpolate(x, scale_factor=2), lambda m, x: F.interpolate(x, scale_factor=(2, 3), mode="bilinear"),
            lambda m, x: F.interpolate(x, scale_factor=2.05), lambda m, x: F.interpolate(x, (7, 13), mode="bilinear"),
        ],
    },
    "sums": {
        "add": [lambda m, x: x + x.tanh()], "sub": [lambda m, x: x - x.tanh()], "mul": [lambda m, x: x * x.tanh()],
        "div (of two values, of which either may have one row, column or channel for all, or with a constant for each channel)": [
            lambda m, x: x / m.scale, lambda m, x: m.scale * x + m.scale, lambda m, x: x / (x.sigmoid() + 1),
            lambda m, x: x * x.mean(2, keepdim=True), lambda m, x: x - x.amax(3, keepdim=True), lambda m, x: x[:, :1] + x,
        ],
        "minimum and maximum of two values": [
            lambda m, x: torch.minimum(x, m.norm(x).flip(1)), lambda m, x: torch.maximum(x, m.norm(x).flip(1)),
        ],
        "addcmul": [lambda m, x: torch.addcmul(x, x, m.scale, value=2), lambda m, x: torch.addcmul(m.scale, x, x.tanh())],
        "matrix products with a vector (positions weighted by one map)": [
            lambda m, x: (x.flatten(2) @ x[:, :1].flatten(2).transpose(1, 2))[..., 0],
            lambda m, x: (x[:, :1].flatten(2) @ x.flatten(2).transpose(1, 2))[:, 0],
        ],
        "whole powers up to 8": [lambda m, x: x**2 - x**3, lambda m, x: x.pow(8)],
        "mean": [lambda m, x: x.mean((2, 3)), lambda m, x: x.mean(1, keepdim=True), lambda m, x: x.mean(2, keepdim=True)],
        "sum and maximum (over positions, rows, columns or channels)": [
            lambda m, x: x.sum((2, 3)), lambda m, x: x.sum(1, keepdim=True), lambda m, x: x.amax((2, 3)), lambda m, x: x.amax(1, keepdim=True),
            lambda m, x: x.sum(3, keepdim=True), lambda m, x: x.amax(2, keepdim=True),
        ],
    },
    "conditions": {
        "comparisons of two values or with a number (as factors, with each other, in `where` and in `masked_fill`)": [
            lambda m, x: x * (x.flip(1) > x), lambda m, x: x * ((x > 0.5) | (x < -0.5)), lambda m, x: torch.where(x > x.flip(1), x, x.tanh()),
            lambda m, x: x.tanh().masked_fill(x <= 0.1, 2.0), lambda m, x: x.masked_fill(x > x.flip(1), 2.0),
        ],
        "`threshold`": [lambda m, x: F.threshold(x, 0.25, 0.0)],
    },
    "layout": {
        "view": [lambda m, x: x.view(1, 4, 2, 6, 10)[:, :, 0].relu()], "reshape": [lambda m, x: x.reshape(1, 4, 2, 60).amax(2).reshape(1, 4, 6, 10)],
        "permute": [lambda m, x: x.permute(0, 2, 3, 1).relu().permute(0, 3, 1, 2)], "transpose": [lambda m, x: x.transpose(1, 3).relu().transpose(1, 3)],
        "chunk": [lambda m, x: x.chunk(2, 1)[1]], "split": [lambda m, x: x.split([3, 5], 1)[1]], "slices": [lambda m, x: x[:, 2:7:2]],
        "indexing": [lambda m, x: x[:, [5, 0, 0]]], "flatten": [lambda m, x: x.mean((2, 3), keepdim=True).flatten(1)],
        "flip": [lambda m, x: x.flip(3)], "roll": [lambda m, x: x.roll(1, 2)],
        "stack": [lambda m, x: torch.stack([x, x.tanh()], 2).flatten(1, 2)],
        "cat along any axis": [lambda m, x: torch.cat([x, x.tanh()], dim) for dim in (1, 2, 3)],
        "pixel shuffle and unshuffle": [lambda m, x: F.pixel_shuffle(x, 2), lambda m, x: F.pixel_unshuffle(x, 2)],
        "channel shuffle": [lambda m, x: F.channel_shuffle(x, 4)], "expand": [lambda m, x: x + x.mean(1, keepdim=True).expand(1, 8, 6, 10)],
    },
    "in place": {
        "any of these on a whole tensor or": [lambda m, x: x.relu_().add_(1)],
        "through views made before or after": [lambda m, x: (x.view(1, 8, 60).mul_(2), x)[1]],
        "on whole channels (`x[:, :8].relu_()`, `x[:, 0] = 0`, `a, b = x.chunk(2, 1)`, then `a.add_(y)`)": [
            lambda m, x: (x[:, :4].relu_(), x)[1], lambda m, x: (x[:, 0].zero_(), x)[1],
            lambda m, x: (x.chunk(2, 1)[0].add_(x.chunk(2, 1)[1]), x)[1],
        ],
        "parts of a map's rows or columns are refused": [],
    },
    "activations": {
        "Maxout": [lambda m, x: torch.maximum(x, m.norm(x).flip(1))], "squeeze-and-excitation": [lambda m, x: m.se(x)],
        "Dynamic ReLU": [lambda m, x: m.act(x)],
        "also written out in parts (`x * tanh(softplus(x))`, `where(x > 0, x, exp(x) - 1)`)": [],
    } | {name: [] for name in WRITTEN if name != "GELU by tanh"},
}  # fmt: skip


def terms(text: str) -> set[str]:
    """What a list in prose names: split at commas and semicolons that are in no brackets."""
    depth, found = 0, [""]
    for one in text:
        depth += (one == "(") - (one == ")")
        if one in ",;" and depth == 0:
            found.append("")
        else:
            found[-1] += one
    return {part.strip() for part in found}


def test_every_term_of_the_table_has_its_case() -> None:
    """The README's table names what is tested here, and nothing else."""
    section = README.split("## What is covered")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| (\S[^|]*?) \| (\S[^|]*?) \|$", section, re.MULTILINE))
    assert {row: terms(text) for row, text in rows.items()} == {row: set(cases) for row, cases in COVERED.items()}


CASES = [(row, term, at) for row, cases in COVERED.items() for term, bodies in cases.items() for at in range(len(bodies))]


@pytest.mark.parametrize(("row", "term", "index"), CASES)
def test_what_is_said_to_be_covered_is(row: str, term: str, index: int, tmp_path: Path) -> None:
    """Each term of the README's table."""
    exported(Calls(COVERED[row][term][index], **layers()).eval(), images(1, (6, 10)), tmp_path)


REFUSED: dict[str, list[tuple[Body, str]]] = {
    "attention between positions": [
        (lambda m, x: F.scaled_dot_product_attention(*[x.flatten(2).transpose(1, 2)] * 3), "aten.scaled_dot_product_attention"),
    ],
    "matrix products of two matrices that are computed": [(lambda m, x: x.flatten(2) @ x.flatten(2).transpose(1, 2), "aten.matmul")],
    "constants that vary over positions": [(lambda m, x: x * m.positions, "aten.mul"), (lambda m, x: m.positions + x, "aten.add")],
    "parts of an activation that is none": [
        (lambda m, x: x.exp(), "aten.exp"), (lambda m, x: torch.erf(x), "aten.erf"), (lambda m, x: torch.log1p(x.abs()), "aten.log1p"),
    ],
    "rows or columns in place": [(lambda m, x: (x[:, :, :2].mul_(2), x)[1].relu(), "aten.mul_")],
}  # fmt: skip


def test_every_refusal_has_its_case() -> None:
    """What the README says is refused."""
    listed = README.split("among others ")[1].split(".\n")[0].replace("\n", " ")
    named = {part.removeprefix("and ") for part in terms(listed)}
    assert named == set(REFUSED) - {"rows or columns in place"}


@pytest.mark.parametrize(("term", "index"), [(term, at) for term, cases in REFUSED.items() for at in range(len(cases))])
def test_what_is_said_to_be_refused_is(term: str, index: int, tmp_path: Path) -> None:
    """With the operator, the module's path and the line; and no file is left."""
    body, operator = REFUSED[term][index]
    network = nn.Sequential(nn.Conv2d(3, 3, 1), Calls(body, **layers())).eval()
    told = rf'(?s){operator}[ .\w]* (is not covered: |of )module "1[\w.]*" at \S+test_operators.py:\d+: return self.function'
    with pytest.raises(dyviz.ExportError, match=told):
        dyviz.export(network, tmp_path / "m.bin", images(1, (6, 10)), preprocessing=preprocessing())
    assert not list(tmp_path.iterdir())


def test_functional_calls_are_named_by_their_operators(tmp_path: Path) -> None:
    """With a number where there are several."""
    network = nn.Sequential(nn.Conv2d(3, 3, 1), Calls(lambda m, x: m.grouped(x.relu()).relu(), **layers())).eval()
    nodes = exported(network, images(1, (6, 10)), tmp_path).nodes()
    assert list(nodes) == ["input", "0", "1.conv", "1.relu", "1.grouped", "1.relu_2"]
    assert nodes["1.grouped"]["weight"] == "network/1.grouped.weight"
