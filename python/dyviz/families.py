"""The forms in which Dynamic ReLU is found in people's code.

Nothing here is known by class or import: people copied and changed the
code. A module is taken apart into its layers; together with the names of its
options this leaves a few forms, and a test on random numbers tells which one
its forward is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .dynamic import Attention, Coefficients

MAXIMUM_FUNCTIONS = 8
NAME = re.compile(r"dy(namic)?_?relu", re.IGNORECASE)
GATES = {
    "2*sigmoid-1": lambda z: 2 * torch.sigmoid(z) - 1,
    "2*hard_sigmoid-1": lambda z: 2 * F.hardsigmoid(z) - 1,
}
ORDERS = ("interleaved", "blocked", "paired", "interleaved pairs")
"""Of rows j = a_1 ... a_K, b_1 ... b_K and channels c: c J + j; j M + c; the same two with j = a_1, b_1, a_2, b_2, ..."""


def is_named(module: nn.Module) -> bool:
    """Whether a module says itself that it is Dynamic ReLU: no block or network that has some inside."""
    if not NAME.search(type(module).__name__) or not _layers(module):
        return False
    inner = [part for part in module.modules() if part is not module]
    spatial = [part for part in inner if isinstance(part, nn.Conv2d) and max(part.kernel_size) > 1 and part.out_channels > 1]
    return not spatial and not any(NAME.search(type(part).__name__) and _layers(part) for part in inner)


def looks_like(module: nn.Module) -> bool:
    """Whether a module might be one: few layers, all of them on single positions."""
    if isinstance(module, (nn.Sequential, nn.ModuleList, nn.Linear, nn.Conv2d)):
        return False
    layers = _layers(module)
    owned = {id(parameter) for part in layers for parameter in part.parameters()}
    owned |= {id(one) for part in module.modules() if isinstance(part, nn.BatchNorm2d) for one in part.parameters()}
    return 1 <= len(layers) <= 3 and all(id(parameter) in owned for parameter in module.parameters())


@dataclass(frozen=True)
class Form:
    """One way to read a module; called, it gives the module's coefficients."""

    layers: tuple[str, ...]
    """Paths of the hyper function's layers: two, or the last one alone behind a context that is given."""
    shared: int
    """M: 1 if channels share their coefficients, else C."""
    order: str
    gate: str
    alpha: list[float]
    beta: list[float]
    slope_range: float
    intercept_range: float
    intercepts: bool
    attention: str | None = None
    """Path of the convolution to one channel."""
    norm: str | None = None
    """Path of the BatchNorm behind it."""
    temperature: float = 10.0
    scale: float = 1 / 3

    def __call__(self, module: nn.Module, *arguments: Any) -> Coefficients:
        """Equations (2) and (3)."""
        first = arguments[0]
        context, x = first if isinstance(first, (list, tuple)) else (first, first)
        if len(self.layers) == 1:
            hidden = arguments[1].reshape(x.shape[0], -1)
        else:
            pooled = context.mean((2, 3)) if context.ndim == 4 else context
            hidden = F.relu(_linear(module.get_submodule(self.layers[0]), pooled))
        residual = GATES[self.gate](_linear(module.get_submodule(self.layers[-1]), hidden))
        slopes, intercepts = self._rows(residual)
        slopes = slopes * self.slope_range + x.new_tensor(self.alpha)[:, None]
        if intercepts is not None:
            intercepts = intercepts * self.intercept_range + x.new_tensor(self.beta)[:, None]
        return Coefficients(slopes, intercepts, self._attention(module))

    def last_layer(self, module: nn.Module) -> nn.Module:
        """The one that gives the residuals."""
        return module.get_submodule(self.layers[-1])

    def _rows(self, rows: Tensor) -> tuple[Tensor, Tensor | None]:
        """The last layer's outputs [N, J M] as residuals [N, K, M] of slopes and intercepts."""
        n, count, shared = rows.shape[0], len(self.alpha), self.shared
        kinds = 2 if self.intercepts else 1
        if self.order == "interleaved":
            parts = rows.reshape(n, shared, kinds, count).permute(2, 0, 3, 1)
        elif self.order == "blocked":
            parts = rows.reshape(n, kinds, count, shared).permute(1, 0, 2, 3)
        elif self.order == "paired":
            parts = rows.reshape(n, count, kinds, shared).permute(2, 0, 1, 3)
        else:
            parts = rows.reshape(n, shared, count, kinds).permute(3, 0, 2, 1)
        return parts[0], parts[1] if self.intercepts else None

    def _attention(self, module: nn.Module) -> Attention | None:
        """Equation (4), a BatchNorm folded into the convolution."""
        if self.attention is None:
            return None
        layer = module.get_submodule(self.attention)
        weight, bias = layer.weight, layer.bias
        if self.norm is not None:
            norm = module.get_submodule(self.norm)
            factor = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
            offset = 0 if bias is None else bias.double()
            bias = ((offset - norm.running_mean.double()) * factor + norm.bias.double()).float()
            weight = (weight.double() * factor[:, None, None, None]).float()
        return Attention(weight, bias, self.temperature, self.scale)


def forms(module: nn.Module, x: Tensor, arguments: tuple[Any, ...]) -> Iterator[Form]:
    """All forms that the module's layers and options allow for an input x [N, C, ...]."""
    channels, paths = x.shape[1], {path: part for path, part in module.named_modules() if _is_layer(part)}
    attentions = [path for path, part in paths.items() if isinstance(part, nn.Conv2d) and _sizes(part)[1] == 1]
    attention = attentions[-1] if attentions and len(paths) == 3 else None
    hyper = tuple(path for path in paths if path != attention)
    if len(hyper) not in (1, 2) or len(hyper) == 1 and len(arguments) < 2:
        return
    rows = _sizes(paths[hyper[-1]])[1]
    norms = [path for path, part in module.named_modules() if isinstance(part, nn.BatchNorm2d)]
    for (count, shared, intercepts), order, gate in product(_counts(module, rows, channels), ORDERS, GATES):
        for alpha, beta, slope_range, intercept_range in _options(module, count):
            for temperature, scale in _softmaxes(module) if attention else [(10.0, 1 / 3)]:
                yield Form(
                    hyper, shared, order, gate, alpha, beta, slope_range, intercept_range, intercepts,
                    attention, norms[0] if attention and norms else None, temperature, scale,
                )  # fmt: skip


def _counts(module: nn.Module, rows: int, channels: int) -> Iterator[tuple[int, int, bool]]:
    """K, M and whether there are intercepts, from the number of rows."""
    vector = getattr(module, "lambdas", None)
    stated = len(vector) // 2 if isinstance(vector, (Tensor, list, tuple)) else None
    for intercepts, shared in product((True, False), (channels, 1)):
        per_function = shared * (2 if intercepts else 1)
        count = rows // per_function
        if rows % per_function == 0 and 1 <= count <= MAXIMUM_FUNCTIONS and stated in (None, count):
            yield count, shared, intercepts


def _options(module: nn.Module, count: int) -> Iterator[tuple[list[float], list[float], float, float]]:
    """alpha, beta, lambda_a and lambda_b: what the module says, else the paper's."""
    standard = [1.0] + [0.0] * (count - 1)
    initial = _numbers(module, "init_v")
    alpha, beta = (initial[:count], initial[count:]) if initial and len(initial) == 2 * count else (None, None)
    alpha = alpha or _numbers(module, "alpha", count) or _numbers(module, "init_a", count) or standard
    beta = beta or _numbers(module, "beta", count) or _numbers(module, "init_b", count) or [0.0] * count
    ranges = _numbers(module, "lambdas")
    if ranges and len(ranges) == 2 * count:
        yield alpha, beta, ranges[0], ranges[-1]
        return
    slope_range = (_numbers(module, "lambda_a") or [1.0])[0]
    intercept_range = (_numbers(module, "lambda_b") or [0.5])[0]
    yield alpha, beta, slope_range, intercept_range
    # Some keep twice the range, for gates from -1/2 to 1/2.
    yield alpha, beta, slope_range / 2, intercept_range


def _softmaxes(module: nn.Module) -> Iterator[tuple[float, float]]:
    """Temperature and scale of the attention."""
    temperatures = _numbers(module, "temperature") or _numbers(module, "tau") or [10.0, 1.0]
    scale = _numbers(module, "gamma") or [1 / 3]
    for temperature in temperatures:
        yield temperature, scale[0]


def _numbers(module: nn.Module, name: str, count: int | None = None) -> list[float] | None:
    """An option of the module as a list, if it has it and it is long enough."""
    value = getattr(module, name, None)
    if isinstance(value, Tensor):
        value = value.flatten().tolist()
    elif isinstance(value, (int, float)):
        value = [float(value)]
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) < (count or 1):
        return None
    return [float(one) for one in (value if count is None else value[:count])]


def _is_layer(part: nn.Module) -> bool:
    return isinstance(part, nn.Linear) or (
        isinstance(part, nn.Conv2d) and part.kernel_size == (1, 1) and part.groups == 1 and part.stride == (1, 1)
    )


def _layers(module: nn.Module) -> list[nn.Module]:
    return [part for part in module.modules() if _is_layer(part)]


def _sizes(layer: nn.Module) -> tuple[int, int]:
    """Inputs and outputs."""
    return layer.weight.shape[1], layer.weight.shape[0]


def _linear(layer: nn.Module, x: Tensor) -> Tensor:
    """A layer on vectors [N, inputs]."""
    if isinstance(layer, nn.Linear):
        return layer(x)
    return layer(x[:, :, None, None]).flatten(1)
