"""Hooks of the user do not run in a trace; what they do to the network is in the file, or the network is refused."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import images, preprocessing, relative
from dyviz.model_file import ModelFile
from test_dynamic_relu import Network, randomised
from test_export import small
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize, prune

Hooked = Callable[[nn.Module, list[Any]], Any]


def _output_to(kept: list[Any]) -> Callable[..., None]:
    return lambda module, arguments, output: kept.append(output.detach().numpy().copy())


OBSERVERS: dict[str, Hooked] = {
    "numpy": lambda m, kept: m[0].register_forward_hook(_output_to(kept)),
    "keeping": lambda m, kept: m[1].register_forward_hook(lambda _m, _a, output: kept.append(output)),
    "passing on": lambda m, kept: m[1].register_forward_hook(lambda _m, _a, output: (kept.append(output), output)[1]),
    "before": lambda m, kept: m[0].register_forward_pre_hook(lambda _m, arguments: kept.append(arguments[0].tolist())),
    "of the whole": lambda m, kept: m.register_forward_hook(_output_to(kept)),
    "with options": lambda m, kept: m[0].register_forward_hook(
        lambda _m, _a, _o, output: kept.append(output.detach().numpy()), with_kwargs=True
    ),
    "always": lambda m, kept: m[0].register_forward_hook(_output_to(kept), always_call=True),
    "of all modules": lambda m, kept: nn.modules.module.register_module_forward_hook(_output_to(kept)),
    "before all modules": lambda m, kept: nn.modules.module.register_module_forward_pre_hook(
        lambda _m, arguments: kept.append(float(arguments[0].sum()))
    ),
    "kept by the module": lambda m, kept: m[1].register_forward_hook(lambda m, _a, output: setattr(m, "seen", output)),
}


@pytest.mark.parametrize("name", OBSERVERS)
def test_an_observer_is_left_alone(name: str, tmp_path: Path) -> None:
    """It sees real numbers, is there afterwards, and where it was."""
    module, kept, x = small(), [], images(1, 8)
    first = module[0].register_forward_hook(lambda *_: None)
    handle = OBSERVERS[name](module, kept)
    before = {path: (list(part._forward_hooks), list(part._forward_pre_hooks)) for path, part in module.named_modules()}
    try:
        dyviz.export(module, tmp_path / "m.bin", x, preprocessing=preprocessing())
    finally:
        is_there = bool(list(nn.modules.module._global_forward_hooks) + list(nn.modules.module._global_forward_pre_hooks))
        if "all modules" in name:
            handle.remove()
    assert is_there == ("all modules" in name)
    assert not any("Fake" in type(one).__name__ for one in [*kept, vars(module[1]).get("seen")])
    assert before == {path: (list(part._forward_hooks), list(part._forward_pre_hooks)) for path, part in module.named_modules()}
    count = len(kept)
    wanted = module(x).detach()
    assert len(kept) > count or "all modules" in name or name == "kept by the module"
    for one in (handle, first):
        one.remove()
    assert relative(ModelFile.read(tmp_path / "m.bin").run(x), wanted) < 1e-5


def masked(layer: nn.Conv2d) -> nn.Conv2d:
    """Pruned."""
    prune.random_unstructured(layer, "weight", 0.5)
    return layer


def standardised(layer: nn.Conv2d) -> nn.Conv2d:
    """A user's own pre-hook that computes a weight."""
    weight = layer.weight
    del layer.weight
    layer.raw = weight
    layer.register_forward_pre_hook(lambda m, _: setattr(m, "weight", m.raw - m.raw.mean((1, 2, 3), keepdim=True)))
    return layer


class Doubled(nn.Module):
    """A parametrization."""

    def forward(self, weight: Tensor) -> Tensor:
        return 2 * weight


def parametrised(layer: nn.Conv2d) -> nn.Conv2d:
    """With a parametrization of one's own."""
    parametrize.register_parametrization(layer, "weight", Doubled())
    return layer


WEIGHTS: dict[str, Callable[[nn.Conv2d], nn.Module]] = {
    "weight_norm": nn.utils.weight_norm,
    "spectral_norm": nn.utils.spectral_norm,
    "prune": masked,
    "a pre-hook": standardised,
    "parametrized weight_norm": parametrizations.weight_norm,
    "parametrized spectral_norm": parametrizations.spectral_norm,
    "a parametrization": parametrised,
}


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("stale", [False, True])
def test_computed_weights_are_in_the_file(name: str, stale: bool, tmp_path: Path) -> None:
    """As they are when the network is called, also where they have not been computed since the last change."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module, x = small(), images(1, 8)
        module[0] = WEIGHTS[name](module[0])
    module.eval()
    with torch.no_grad():
        module(x)
    if stale:
        with torch.no_grad():
            for parameter in module[0].parameters():
                parameter.add_(0.1 * torch.randn_like(parameter))
    kept = {key: value for key, value in vars(module[0]).items() if isinstance(value, Tensor)}
    dyviz.export(module, tmp_path / "m.bin", x, preprocessing=preprocessing())
    assert all(vars(module[0])[key] is value for key, value in kept.items())
    assert relative(ModelFile.read(tmp_path / "m.bin").run(x), module(x).detach()) < 1e-5
    assert "network/0.weight" in ModelFile.read(tmp_path / "m.bin").tensors or "parametri" in name


def test_an_activation_with_computed_weights_is_dynamic_relu(tmp_path: Path) -> None:
    """Its layers' pre-hooks compute their weights."""
    module = randomised(Network(families.Interleaved))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nn.utils.weight_norm(module.act1.fc1)
    dyviz.export(module, tmp_path / "m.bin", images(1, 12), preprocessing=preprocessing())
    assert "hyper" in ModelFile.read(tmp_path / "m.bin").nodes()["act1"]


def _half(module: nn.Module, arguments: Any, output: Tensor) -> Tensor:
    return output / 2


def _in_place(module: nn.Module, arguments: Any, output: Tensor) -> None:
    output.mul_(0.5)


def _brighter(module: nn.Module, arguments: Any) -> tuple[Tensor, ...]:
    return (arguments[0] + 1,)


class Remembering(nn.Module):
    """Its result is of what a hook has kept."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.conv.register_forward_pre_hook(lambda _, arguments: setattr(self, "seen", arguments[0].mean((2, 3))))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).mean((2, 3)) + self.seen


def hooked(change: Callable[[nn.Module], Any]) -> nn.Module:
    """A small network with a hook."""
    module = small()
    change(module)
    return module


CHANGING: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "result": (
        lambda: hooked(lambda m: m[0].register_forward_hook(_half)), r'hook _half of module "0" at .*test_hooks.py:\d+ changes'
    ),
    "in place": (lambda: hooked(lambda m: m[1].register_forward_hook(_in_place)), r'forward hook _in_place of module "1".*changes'),
    "input": (lambda: hooked(lambda m: m[0].register_forward_pre_hook(_brighter)), r'forward pre-hook _brighter of module "0"'),
    "of the whole": (lambda: hooked(lambda m: m.register_forward_hook(_half)), "hook _half of the outermost module"),
    "memory": (Remembering, "gives something else without its hooks, by the forward pre-hook .*test_hooks.py"),
    "failing": (
        lambda: hooked(lambda m: m[0].register_forward_hook(lambda *_: {}["lost"])),
        r'hook .*<lambda>.* of module "0".* fails: KeyError'
    ),
}


@pytest.mark.parametrize("name", CHANGING)
def test_a_hook_that_changes_the_network_is_refused(name: str, tmp_path: Path) -> None:
    """By name, module and line; and it is still there."""
    make, message = CHANGING[name]
    module = make().eval()
    count = sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in module.modules())
    with pytest.raises(dyviz.ExportError, match=f"(?s){message}"):
        dyviz.export(module, tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
    assert count == sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in module.modules())
    assert not list(tmp_path.iterdir())


def test_a_hook_of_all_modules_that_changes_something_is_refused(tmp_path: Path) -> None:
    """Too."""
    handle = nn.modules.module.register_module_forward_hook(_half)
    try:
        with pytest.raises(dyviz.ExportError, match="hook _half of all modules at .*test_hooks.py"):
            dyviz.export(small(), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
    finally:
        handle.remove()


def test_verify_runs_without_hooks_too(tmp_path: Path, program: Path) -> None:
    """They see nothing that is no tensor of numbers."""
    module, kept = small(), []
    OBSERVERS["numpy"](module, kept)
    dyviz.export(module, tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
    assert dyviz.verify(module, tmp_path / "m.bin", images(1, 8), binary=program).passed
