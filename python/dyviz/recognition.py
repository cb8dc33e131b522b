"""Finds the Dynamic ReLU modules of a network and holds what was found against their own forward."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from . import families
from .dynamic import REGISTERED, CoefficientsFunction, Recognised, activated, full, piecewise_maximum
from .errors import ExportError

TOLERANCE = 1e-4
ROW_ORDERS = ("blocked", "interleaved")


def recognise(network: nn.Module, image: Tensor, row_order: str | None = None) -> list[Recognised]:
    """The Dynamic ReLU modules that run for `image`, each tested on random numbers.

    Raises:
        ExportError: if a registered function, or the row order that the user states, contradicts a module's forward, or a
            module that bears Dynamic ReLU's names computes something else.
    """
    if row_order not in (None, *ROW_ORDERS):
        raise ExportError(f"row_order is one of {', '.join(ROW_ORDERS)}, or None to find it out; not {row_order!r}")
    looked_at = {
        path: one
        for path, one in network.named_modules()
        if _registered(one) or families.looks_like(one) or families.is_named(one)
    }
    arguments = _recorded(network, image, looked_at)
    found: list[Recognised] = []
    for path, call in arguments.items():
        module = looked_at[path]
        if any(path.startswith(f"{one.path}.") or one.path == "" for one in found):
            continue
        function = _registered(module)
        if function is None and any(_registered(part) for part in module.modules()):
            continue
        if function is not None:
            _test_registered(path, module, function, call)
        else:
            function = _test_families(path, module, call, row_order)
        if function is not None:
            found.append(Recognised(path, module, function))
    return found


def _registered(module: nn.Module) -> CoefficientsFunction | None:
    for cls in type(module).__mro__:
        if cls in REGISTERED:
            return REGISTERED[cls]
    return None


def _recorded(network: nn.Module, image: Tensor, modules: dict[str, nn.Module]) -> dict[str, tuple[Any, ...]]:
    """The arguments of each module's first call; the hooks are gone afterwards."""
    calls: dict[str, tuple[Any, ...]] = {}

    def record(path: str) -> Callable[..., None]:
        def hook(_: nn.Module, arguments: tuple[Any, ...]) -> None:
            calls.setdefault(path, copy.deepcopy(arguments))

        return hook

    if not modules:
        return calls
    handles = [module.register_forward_pre_hook(record(path)) for path, module in modules.items()]
    try:
        with torch.no_grad():
            network(image.clone())
    finally:
        for handle in handles:
            handle.remove()
    return calls


Trial = tuple[nn.Module, tuple[Any, ...]]
"""A module and the arguments that it is called with."""


def _trials(module: nn.Module, call: tuple[Any, ...]) -> Iterator[Trial]:
    """Copies of the module with arguments of their own, in which a form that is another one shows.

    One copy with random weights may hide a difference: a hidden unit may be dead, a bound out of reach. So there are several:
    with biases above 0, which keep the hidden units alive, and with large numbers; and the module's own weights and input.
    """
    changes: list[Callable[[Tensor], Tensor]] = [
        lambda x: x, lambda x: x, lambda x: 20 * x, lambda x: 10 * x.abs(), lambda x: -10 * x.abs(), lambda x: x + 1
    ]  # fmt: skip
    for seed, change in enumerate(changes):
        yield _randomised(module, seed, positive=seed % 2 == 1), _random(call, seed, change)
    own = copy.deepcopy(module).eval()
    yield _randomised(module, len(changes), True), call
    yield own, call
    yield own, _random(call, 0, changes[0])


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


def _random(call: tuple[Any, ...], seed: int, change: Callable[[Tensor], Tensor]) -> tuple[Any, ...]:
    """Random arguments of the same shapes, each tensor with numbers of its own."""
    generator = torch.Generator().manual_seed(100 + seed)

    def random(like: Any) -> Any:
        if isinstance(like, (list, tuple)):
            return type(like)(random(one) for one in like)
        if isinstance(like, Tensor) and like.is_floating_point():
            return change(torch.randn(like.shape, generator=generator))
        return like

    return random(call)


def _difference(module: nn.Module, function: CoefficientsFunction, call: tuple[Any, ...]) -> float:
    """The largest relative difference between equation (1) with a function's coefficients and the module's forward."""
    with torch.no_grad():
        wanted = module(*copy.deepcopy(call))
        slopes, intercepts, attention = full(function(module, *copy.deepcopy(call)))
        got = piecewise_maximum(activated(call), slopes, intercepts, *(attention or ()))
    if not isinstance(wanted, Tensor) or wanted.shape != got.shape:
        return float("inf")
    difference = float((wanted - got).abs().max() / wanted.abs().max().clamp(min=1e-6))
    return float("inf") if difference != difference else difference


def _test_registered(path: str, module: nn.Module, function: CoefficientsFunction, call: tuple[Any, ...]) -> None:
    difference = max(_difference(trial, function, arguments) for trial, arguments in _trials(module, call))
    if difference > TOLERANCE:
        raise ExportError(
            f'module "{path}" ({type(module).__name__}): with the slopes and intercepts of its registered function, '
            f"max over k of (a_k x + b_k) differs from its own forward by {difference:.1e} of the largest value. "
            "Is the order of the last layer's rows right (slopes [N, K, C], then intercepts)?"
        )


def _test_families(
    path: str, module: nn.Module, call: tuple[Any, ...], row_order: str | None
) -> CoefficientsFunction | None:
    """The first form that agrees with the module's forward, and is ReLU without residuals; None if it is no Dynamic ReLU."""
    agreeing = _agreeing(module, call)
    if agreeing is None:
        if families.is_named(module):
            raise ExportError(
                f'module "{path}" ({type(module).__name__}) has the names of Dynamic ReLU, but its forward is none of the known '
                "forms (row orders blocked and interleaved; gates 2*sigmoid-1 and 2*hard_sigmoid-1; a mean, two layers). "
                "Register its slopes and intercepts with @dyviz.dynamic_relu"
            )
        return None
    if row_order is not None and agreeing.order != row_order:
        raise ExportError(
            f'module "{path}" ({type(module).__name__}): its last layer\'s rows are not {row_order}; '
            f"its own forward reads them {agreeing.order}"
        )
    trial, arguments = next(_trials(module, call))
    _test_without_residuals(path, trial, agreeing, arguments)
    return agreeing


def _agreeing(module: nn.Module, call: tuple[Any, ...]) -> families.Form | None:
    """The first form that gives what the module's forward gives, in every trial."""
    x = activated(call) if call else None
    if not isinstance(x, Tensor) or x.ndim not in (2, 4):
        return None
    candidates = list(families.forms(module, x, call))
    for trial, arguments in _trials(module, call) if candidates else ():
        candidates = [form for form in candidates if _agrees(trial, form, arguments)]
        if not candidates:
            return None
    return candidates[0] if candidates else None


def _agrees(trial: nn.Module, form: families.Form, arguments: tuple[Any, ...]) -> bool:
    try:
        return _difference(trial, form, arguments) <= TOLERANCE
    except Exception:  # noqa: BLE001  (a form that does not fit may fail in any way)
        return False


def _test_without_residuals(path: str, trial: nn.Module, form: families.Form, call: tuple[Any, ...]) -> None:
    """Table 1: with the last hyper layer zeroed, what is left is max over k of (alpha_k x + beta_k), usually ReLU."""
    with torch.no_grad():
        for parameter in form.last_layer(trial).parameters():
            parameter.zero_()
        x = activated(call)
        slopes, intercepts = (torch.tensor(one)[None, :, None] for one in (form.alpha, form.beta))
        attention = full(form(trial, *call)).attention
        wanted = piecewise_maximum(x, slopes, intercepts, *(attention or ()))
        difference = float((trial(*copy.deepcopy(call)) - wanted).abs().max())
    if difference > TOLERANCE * max(1.0, float(wanted.abs().max())):
        raise ExportError(
            f'module "{path}" ({type(trial).__name__}): with its last hyper layer zeroed it must be '
            f"max over k of (alpha_k x + beta_k) with alpha {form.alpha} and beta {form.beta}, but it differs by {difference:.1e}"
        )
