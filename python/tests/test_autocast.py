"""Context managers in a forward: what is under them is in line with the rest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import dyviz
import pytest
import torch
from comparing import agree, images, preprocessing
from test_export import small
from test_operators import Calls
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint


class Within(nn.Module):
    """A part of its forward is under a context manager: one change in place, one value that is in use behind it."""

    def __init__(self, manager: Callable[[], AbstractContextManager[object]]) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second, self.manager = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 1), manager

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        with self.manager():
            y = self.second(x)
            x.relu_()
            with self.manager():
                z = y.sigmoid()
        return (x * z + y).mean((2, 3))


MANAGERS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "autocast": lambda: torch.autocast("cpu", enabled=False),
    "autocast of another device": lambda: torch.autocast("cuda", enabled=False),
    "autocast by name": lambda: torch.amp.autocast(device_type="cpu", dtype=torch.bfloat16, enabled=False),
    "gradients": torch.enable_grad,
    "no gradients": torch.no_grad,
    "inference": torch.inference_mode,
}


@pytest.mark.parametrize("name", MANAGERS)
def test_what_changes_no_number_is_covered(name: str, tmp_path: Path, program: Path) -> None:
    """With each node's module and name."""
    file = agree(Within(MANAGERS[name]).eval().requires_grad_(False), images(1, 10), tmp_path, program)
    assert {"first", "second", "relu", "sigmoid"} <= set(file.nodes())


def test_decorators_and_checkpoints_are_covered(tmp_path: Path, program: Path) -> None:
    """They are context managers, too."""
    functions = (
        torch.autocast("cpu", enabled=False)(lambda m, x: x.relu()),
        torch.no_grad()(lambda m, x: x.relu()),
        lambda m, x: checkpoint(torch.relu, x, use_reentrant=False),
    )
    for function in functions:
        agree(Calls(function).eval().requires_grad_(False), images(1, 8), tmp_path, program)


@pytest.mark.parametrize("inner", [False, True])
def test_autocast_is_refused_by_name_and_line(inner: bool, tmp_path: Path) -> None:
    """Also within one that is off."""

    class Mixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(3, 4, 3)

        def forward(self, x: Tensor) -> Tensor:
            with torch.autocast("cpu", enabled=not inner), torch.autocast("cpu", dtype=torch.bfloat16):
                x = self.stem(x)
            return x.float().mean((2, 3))

    message = r'torch.autocast\("cpu"\) around aten.conv2d of module "stem" at .*test_autocast.py:\d+: x = self.stem\(x\)'
    with pytest.raises(dyviz.ExportError, match=message):
        dyviz.export(Mixed().eval(), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
    assert not list(tmp_path.iterdir())


def test_what_surrounds_the_call_changes_nothing(tmp_path: Path, program: Path) -> None:
    """A user's own autocast and gradients."""
    module, x = small(), images(1, 8)
    for manager in (torch.autocast("cpu"), torch.enable_grad(), torch.no_grad()):
        with manager:
            dyviz.export(module, tmp_path / "m.bin", x, preprocessing=preprocessing())
            assert dyviz.verify(module, tmp_path / "m.bin", x, binary=program).passed


def test_a_branch_of_the_program_is_refused_by_its_name(tmp_path: Path) -> None:
    """torch.cond takes programs of its own, as autocast does."""
    module = Calls(lambda m, x: torch.cond(m.scale.sum() > 0, lambda y: y.relu(), lambda y: y.neg(), (x,))).eval()
    with pytest.raises(dyviz.ExportError, match="cond is not covered: the outermost module"):
        dyviz.export(module.requires_grad_(False), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
