"""A network that is exported is the network that was given: what is about to be written is run before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import agree, images, preprocessing, relative
from dyviz import recognition
from dyviz.context import HANDLERS, Call, Context
from dyviz.dynamic import REGISTERED
from dyviz.model_file import ModelFile
from dyviz.verifying import ORDER, Difference, Report
from test_dynamic_relu import Network, randomised
from test_operators import Calls
from torch import Tensor, nn
from torch.nn import functional as F


def export(network: nn.Module, folder: Path, size: int = 12, **options: object) -> Path:
    """To a file in a folder."""
    path = folder / "m.bin"
    dyviz.export(network, path, images(1, size), preprocessing=preprocessing(), **options)  # type: ignore[arg-type]
    return path


def test_the_first_node_that_differs_is_named_and_no_file_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator that is translated wrongly shows, with module and line."""

    def wrong(context: Context, call: Call) -> object:
        value = call["self"]
        return context.add("activation", [value.node], value.extents, curve="silu")

    monkeypatch.setitem(HANDLERS, "aten.mish", wrong)
    network = Calls(lambda m, x: F.mish(x).relu().mean((2, 3))).eval()
    with pytest.raises(dyviz.ExportError, match=r'(?s)first node that differs is "mish".*test_operators.py:\d+: return self'):
        export(network, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_module_that_is_taken_for_another_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The yardstick is the module's own forward, not the one that stands in while it is traced."""
    monkeypatch.setattr(recognition, "_difference", lambda *_: 0.0)
    network = randomised(Network(lambda c: families.Registered(c) if c == 12 else nn.ReLU()))
    monkeypatch.setitem(REGISTERED, families.Registered, lambda module, x: module.theta(x).mul(0.9).unbind(1))
    with pytest.raises(dyviz.ExportError, match='first node that differs is "act1"'):
        export(network, tmp_path)
    assert not list(tmp_path.iterdir())


BRANCHING: dict[str, tuple[Callable[[nn.Module, Tensor], Tensor], str]] = {
    "other images": (lambda m, x: x - x.mean((0, 2, 3), keepdim=True), "depends on the batch"),
    "size of the batch": (
        lambda m, x: (x.permute(0, 2, 3, 1).flatten(0, 2).relu_(), x)[1].mean((2, 3)), "depends on the batch"
    ),
    "chance": (lambda m, x: x + torch.randn(1), "different results for the same image"),
    "counting": (lambda m, x: x * counted(m), "different results for the same image"),
}


def counted(module: nn.Module) -> float:
    """How often it was called."""
    module.calls = getattr(module, "calls", 0) + 1  # type: ignore[assignment]
    return float(module.calls)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BRANCHING)
def test_what_a_file_cannot_hold_is_refused(name: str, tmp_path: Path) -> None:
    """Results that depend on the batch, on chance, on what came before."""
    function, message = BRANCHING[name]
    with pytest.raises(dyviz.ExportError, match=message):
        export(Calls(function).eval(), tmp_path)
    assert not list(tmp_path.iterdir())


class Cancelling(nn.Module):
    """Ill-conditioned: single precision leaves three digits of a difference of large numbers."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 3)
        with torch.no_grad():
            for one in (self.first, self.second):
                one.weight.mul_(1e-3)
                one.bias.fill_(100)
        self.norm, self.head = nn.BatchNorm2d(8), nn.Linear(8, 3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.head((self.norm(self.first(x)) - self.second(x) * (1 + 1e-5) ** -0.5).relu().mean((2, 3)))


def test_an_ill_conditioned_network_is_not_called_wrong(tmp_path: Path, program: Path) -> None:
    """The program is about as near to double precision as PyTorch's single precision is, and `verify` shows both."""
    network = Cancelling().eval()
    path = export(network, tmp_path)
    report = dyviz.verify(network, path, images(2, 12), binary=program, tolerance=1e-7)
    output = report.differences[0]
    assert report.passed and output.single > 1e-5 and 1e-7 < output.relative < ORDER * output.single
    assert f"only {output.relative / output.single:.1f} times as far from double precision" in str(report)


@pytest.mark.parametrize(
    ("output", "activation", "passed"), [(19e-4, 19e-4, True), (21e-4, 19e-4, False), (19e-4, 21e-4, False)]
)
def test_what_single_precision_does_not_explain_is_called_wrong(output: float, activation: float, passed: bool) -> None:
    """Twenty times PyTorch's own error is the limit, for the output and for each activation."""
    differences = (Difference("output", 1, output, 1e-4), Difference("relu", 1, activation, 1e-4))
    report = Report(differences, tolerance=1e-4)
    assert report.passed == passed
    assert ("NOT equal" in str(report)) != passed


def test_an_ill_conditioned_network_is_not_called_right_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong node differs from its own call, whatever becomes of it later."""
    monkeypatch.setitem(HANDLERS, "aten.relu", lambda context, call: context.call.arguments["self"])
    with pytest.raises(dyviz.ExportError, match="does not compute what the network does"):
        export(nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU(), Cancelling()).eval(), tmp_path)


def test_half_is_held_against_rounded_weights(tmp_path: Path, program: Path) -> None:
    """No false alarm, and a true one for other weights."""
    network = randomised(Network(families.Interleaved))
    path = export(network, tmp_path, half=True)
    assert relative(ModelFile.read(path).run(images(1, 12)), network(images(1, 12))) > 1e-5
    report = dyviz.verify(network, path, images(2, 12), binary=program, tolerance=1e-5)
    assert report.worst.relative <= 1e-5, str(report)
    with torch.no_grad():
        network.head.weight[0] *= 1.01
    with pytest.raises(dyviz.VerificationError, match="does not compute what PyTorch does"):
        dyviz.verify(network, path, images(2, 12), binary=program)


def test_verify_compares_with_the_modules_own_output(tmp_path: Path, program: Path) -> None:
    """At Dynamic ReLUs too, in double precision."""
    network = randomised(Network(families.Head))
    report = dyviz.verify(network, export(network, tmp_path), images(2, 12), binary=program)
    assert [one.name for one in report.differences] == ["output", "act1", "act2"]
    assert all(0 < one.single < 1e-5 and one.relative < 1e-5 for one in report.differences)


class Pooled(families.Interleaved):
    """Dynamic ReLU whose context is another one than the mean."""

    def __init__(self, channels: int, pool: Callable[[Tensor], Tensor], hidden: int = 1) -> None:
        super().__init__(channels, reduction=channels // hidden)
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        theta = 2 * torch.sigmoid(self.fc2(F.relu(self.fc1(self.pool(x))))) - 1
        theta = theta.view(-1, self.channels, 2 * self.k) * self.lambdas + self.init_v
        theta = theta[..., None, None]
        return torch.maximum(x * theta[:, :, 0] + theta[:, :, 2], x * theta[:, :, 1] + theta[:, :, 3])


Pooled.__name__ = "DyReLUPooled"
POOLS: dict[str, Callable[[Tensor], Tensor]] = {
    "largest": lambda x: x.amax((2, 3)),
    "mean and largest": lambda x: x.mean((2, 3)) + x.amax((2, 3)),
    "rectified mean": lambda x: x.relu().mean((2, 3)),
    "corner": lambda x: x[:, :, 0, 0],
}


@pytest.mark.parametrize("hidden", [1, 2])
@pytest.mark.parametrize("name", POOLS)
def test_another_context_is_not_taken_for_the_mean(name: str, hidden: int, tmp_path: Path, program: Path) -> None:
    """With few hidden units, which may be dead in a trial: the activation takes what the network computes."""
    network = randomised(Network(lambda c: Pooled(c, POOLS[name], hidden)))
    act = agree(network, images(1, 12), tmp_path, program).nodes()["act1"]
    assert (act["functions"], act["coefficients"]) == (2, "input")


class SecondMap(Pooled):
    """Its context is the mean of another map."""

    def forward(self, x: Tensor, other: Tensor) -> Tensor:  # type: ignore[override]
        self.pool = lambda _: other.mean((2, 3))
        return super().forward(x)


class TwoMaps(nn.Module):
    """Gives its activation a second map."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.act = nn.Conv2d(3, 12, 3), SecondMap(12, F.relu)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return self.act(x, x + x.tanh()).mean((2, 3))


def test_a_second_map_is_not_taken_for_the_first(tmp_path: Path, program: Path) -> None:
    """Even where both are alike in the network."""
    act = agree(randomised(TwoMaps()), images(1, 12), tmp_path, program).nodes()["act"]
    assert (act["functions"], act["coefficients"]) == (2, "input")


class Waving(families.Interleaved):
    """Its attention is none."""

    def forward(self, x: Tensor) -> Tensor:
        spatial, self.conv1x1 = self.conv1x1, None
        y, self.conv1x1 = super().forward(x), spatial
        scores = (self.conv1x1(x) / 10).flatten(2).sin().view(x.shape[0], 1, *x.shape[2:])
        return y * x.shape[2] * x.shape[3] / 3 * scores


def test_a_named_class_that_cannot_be_written_must_be_registered(tmp_path: Path) -> None:
    """The error says so, with the operator, the module, the line and the lines to write."""
    Waving.__name__ = "DyReLUWaving"
    told = r'(?s)aten.sin is not covered: module "act1" at .*test_given.py:\d+: scores.*@dyviz.dynamic_relu\(DyReLUWaving\)'
    with pytest.raises(dyviz.ExportError, match=told):
        export(randomised(Network(lambda c: Waving(c, spatial=True))), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_network_may_bear_the_name_of_its_activations(tmp_path: Path, program: Path) -> None:
    """Only the innermost module of that name is meant."""

    class MobileDyReLUNet(Network):
        pass

    network = randomised(MobileDyReLUNet(families.Interleaved))
    assert agree(network, images(1, 12), tmp_path, program).nodes()["act1"]["functions"] == 2
