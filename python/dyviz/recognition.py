"""Finds the modules of registered classes and holds each class's function against the module's own forward."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from .arguments import Arguments, Place, bind
from .dynamic import REGISTERED, CoefficientsFunction, Recognised, piecewise_maximum

TOLERANCE = 1e-4


def recognise(network: nn.Module, image: Tensor) -> list[Recognised]:
    """The modules of registered classes that run for `image`, each tested on random numbers.

    Raises:
        ExportError: if a registered function fails, or contradicts a module's forward.
    """
    registered = {
        path: Recognised(path, one, function, inspect.signature(one.forward))
        for path, one in network.named_modules()
        if (function := _registered(one)) is not None
    }
    found: list[Recognised] = []
    for path, calls in _recorded(network, image, registered).items():
        if not any(path.startswith(f"{one.path}.") or one.path == "" for one in found):
            found.append(_tested(registered[path], calls))
    return found


def _registered(module: nn.Module) -> CoefficientsFunction | None:
    for cls in type(module).__mro__:
        if cls in REGISTERED:
            return REGISTERED[cls]
    return None


def _recorded(network: nn.Module, image: Tensor, modules: dict[str, Recognised]) -> dict[str, list[Arguments]]:
    """Each module's calls that differ in more than numbers; the hooks are gone afterwards."""
    calls: dict[str, dict[str, Arguments]] = {}

    def record(one: Recognised) -> Callable[..., None]:
        def hook(_: nn.Module, positional: tuple[Any, ...], named: dict[str, Any]) -> None:
            call = bind(one.signature, positional, named).copied()
            calls.setdefault(one.path, {}).setdefault(call.form(), call)

        return hook

    handles = [one.module.register_forward_pre_hook(record(one), with_kwargs=True) for one in modules.values()]
    try:
        if handles:
            with torch.no_grad():
                network(image.clone())
    finally:
        for handle in handles:
            handle.remove()
    return {path: list(forms.values()) for path, forms in calls.items()}


def _tested(one: Recognised, calls: list[Arguments]) -> Recognised:
    """With the argument that is x: the one that equation (1) gives the module's own forward of."""
    with torch.no_grad():
        wanted = calls[0].copied().call(one.module)
    if not isinstance(wanted, Tensor):
        one.fail(f"stands for one tensor, but the module's forward gives a {type(wanted).__name__}")
    places = [place for place, tensor in calls[0].tensors().items() if tensor.shape == wanted.shape]
    if not places:
        shape = list(wanted.shape)
        one.fail(f"stands for a function of x, but no argument has the shape {shape} of the forward's result")
    differences = {place: max(_difference(one, place, call) for call in calls) for place in places}
    x = min(places, key=differences.__getitem__)
    if not differences[x] <= TOLERANCE:
        one.fail(
            "contradicts the module: max over k of (a_k x + b_k) with its slopes and intercepts differs from the module's "
            f"own forward by {differences[x]:.1e} of the largest value, with x as {pytree.keystr(x)}. "
            "Is the order of the last layer's rows right?"
        )
    return replace(one, x=x)


def _difference(one: Recognised, place: Place, call: Arguments) -> float:
    """The largest relative difference over all trials between equation (1) and the module's forward."""
    largest = 0.0
    for is_own, module, arguments in _trials(one.module, call):
        x = arguments.tensors().get(place)
        if x is None:
            return float("inf")
        with torch.no_grad():
            try:
                wanted = arguments.copied().call(module)
            except Exception:  # noqa: BLE001  (random numbers may be none that a forward takes)
                if is_own:
                    raise
                continue
            slopes, intercepts, attention = one.coefficients(module, arguments.copied(), x)
            got = piecewise_maximum(x, slopes, intercepts, *(attention or ()))
        difference = float((wanted - got).abs().max() / wanted.abs().max().clamp(min=1e-6))
        largest = max(largest, difference if difference == difference else float("inf"))
    return largest


def _trials(module: nn.Module, call: Arguments) -> Iterator[tuple[bool, nn.Module, Arguments]]:
    """Copies of the module with arguments in which another function shows; and whether the numbers are its own.

    One copy with random weights may hide a difference: a hidden unit may be dead, a bound out of reach. So there are several:
    with biases above 0, which keep the hidden units alive, and with large numbers; and the module's own weights and input.
    """
    changes: list[Callable[[Tensor], Tensor]] = [
        lambda x: x, lambda x: x, lambda x: 20 * x, lambda x: 10 * x.abs(), lambda x: -10 * x.abs(), lambda x: x + 1
    ]  # fmt: skip
    for seed, change in enumerate(changes):
        yield False, _randomised(module, seed, positive=seed % 2 == 1), _random(call, seed, change)
    own = copy.deepcopy(module).eval()
    yield False, _randomised(module, len(changes), True), call
    yield True, own, call
    yield False, own, _random(call, 0, changes[0])


def _randomised(module: nn.Module, seed: int, positive: bool) -> nn.Module:
    """A copy with random weights and statistics; vectors above 0 if told."""
    trial, generator = copy.deepcopy(module).eval(), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in trial.parameters():
            scale = 1.0 if parameter.ndim < 2 else parameter[0].numel() ** -0.5
            parameter.copy_(scale * torch.randn(parameter.shape, generator=generator))
            if positive and parameter.ndim < 2:
                parameter.abs_().add_(0.5)
        for part in trial.modules():
            if isinstance(part, nn.modules.batchnorm._BatchNorm) and part.running_var is not None:
                part.running_mean.normal_(0, 0.3, generator=generator)
                part.running_var.uniform_(0.5, 1.5, generator=generator)
    return trial


def _random(call: Arguments, seed: int, change: Callable[[Tensor], Tensor]) -> Arguments:
    """Random arguments of the same shapes, each tensor with numbers of its own."""
    generator = torch.Generator().manual_seed(100 + seed)
    return call.mapped(
        lambda like: change(torch.randn(like.shape, generator=generator)) if like.is_floating_point() else like
    )
