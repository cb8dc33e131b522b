"""What the check costs, and what it finds: node by node, and in double precision only where a bit differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import images, preprocessing, scrambled
from dyviz import checking, exporting, nodewise
from dyviz.running import Network as Checked
from test_dynamic_relu import Network, randomised
from test_export import small
from test_given import Cancelling, export
from test_networks import network as known
from torch import Tensor, nn


@pytest.mark.parametrize("name", ["resnet18", "mobilenetv3_small_100", "efficientnet_b0"])
def test_double_precision_is_for_doubts(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nodes give the bits of their calls, nothing is computed in it."""

    @contextmanager
    def never() -> Iterator[None]:
        raise AssertionError("double precision")
        yield

    for part in (checking, nodewise):
        monkeypatch.setattr(part, "doubled", never)
    export(scrambled(known("timm", name)), tmp_path, 64)


def changed(monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any], dict[str, Tensor]], None]) -> None:
    """What is described is changed before it is checked."""
    original = exporting.describe

    def describe(*arguments: Any) -> tuple[dict[str, Any], dict[str, Tensor]]:
        variant, tensors = original(*arguments)
        change({node["name"]: node for node in variant["nodes"]}, tensors)
        return variant, tensors

    monkeypatch.setattr(exporting, "describe", describe)


def scaled(key: str, factor: float) -> Callable[[dict[str, Any], dict[str, Tensor]], None]:
    """One tensor's numbers times a factor."""
    return lambda _, tensors: tensors.update({f"network/{key}": tensors[f"network/{key}"] * factor})


WRONG: dict[str, tuple[Callable[[], nn.Module], Callable[[dict[str, Any], dict[str, Tensor]], None], str]] = {
    "a weight": (small, scaled("0.weight", 1 + 2e-5), "0"),
    "a classifier's weight": (small, scaled("4.weight", 1 + 2e-5), "4"),
    "an epsilon": (Cancelling, lambda nodes, _: nodes["norm"].update(epsilon=2e-5), "norm"),
    "a bias of what is ill-conditioned": (Cancelling, scaled("second.bias", 1 + 1e-5), "second"),
    "a hyper function's weight": (lambda: randomised(Network(families.Interleaved)), scaled("act1.fc1.weight", 1 + 1e-4), "act1"),
    "a range": (
        lambda: randomised(Network(families.Interleaved)),
        lambda nodes, _: nodes["act2"]["hyper"].update(intercept_range=0.5001), "act2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_small_mistake_is_found_where_it_is(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever becomes of it later: in an output it may be lost among roundings."""
    make, change, node = WRONG[name]
    torch.manual_seed(0)
    module = make().eval()
    export(module, tmp_path).unlink()
    changed(monkeypatch, change)
    with pytest.raises(dyviz.ExportError, match=f'first node that differs is "{node}"'):
        export(module, tmp_path)
    assert not list(tmp_path.iterdir())


class Traced(nn.Module):
    """Computes something else while it is traced."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.conv, self.factor = nn.Conv2d(3, 4, 3), factor

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return x * self.factor if type(x) is Tensor else x


@pytest.mark.parametrize("factor", [2.0, 1 + 1e-5])
def test_what_python_computes_is_missed(factor: float, tmp_path: Path) -> None:
    """Every call agrees, and the module's own result is another one."""
    with pytest.raises(dyviz.ExportError, match="from the numbers of an image in Python"):
        export(Traced(factor).eval(), tmp_path)


def test_a_little_of_other_images_is_found(tmp_path: Path) -> None:
    """The batch's mean with a small weight."""

    class Mixing(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x + 1e-5 * x.mean((0, 2, 3), keepdim=True)

    with pytest.raises(dyviz.ExportError, match="depends on the batch"):
        export(Mixing().eval(), tmp_path)


def test_the_rounding_of_a_batch_is_no_mixing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch may be added up in another order."""
    original = checking.run_batch

    def rounded(network: Checked, x: Tensor) -> Any:
        own = original(network, x)
        if own is not None and own.output.dtype == torch.float32:
            own.output *= 1 + 3e-6
        return own

    monkeypatch.setattr(checking, "run_batch", rounded)
    assert export(small(), tmp_path).exists()


def test_a_result_that_is_changed_in_place_is_compared_before(tmp_path: Path) -> None:
    """Of Dynamic ReLU, too: what stands in for its call is not changed with it."""

    class Bounded(families.Interleaved):
        pass

    class Changing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.act = nn.Conv2d(3, 8, 3), Bounded(8)

        def forward(self, x: Tensor) -> Tensor:
            y = self.act(self.conv(x))
            y[:, :4] = 0
            return y.mul_(0.5).mean((2, 3))

    Bounded.__name__ = "DyReLUBounded"
    module = randomised(Changing())
    path = tmp_path / "m.bin"
    dyviz.export(module, path, images(1, 12), preprocessing=preprocessing())
    assert path.exists()
