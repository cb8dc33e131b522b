"""Registered classes of Dynamic ReLU: one operator in the traced program, whatever code computes it.

While a network is traced, the forward of each such module is replaced by two
steps: its coefficients function, whose operators are traced, and one
custom operator that stands for equation (1).
"""

from __future__ import annotations

import functools
import inspect
import traceback
import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, NoReturn

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from .arguments import Arguments, Place, bind
from .blame import is_users
from .errors import ExportError
from .node_rules import MAXIMUM_FUNCTIONS


class Attention(NamedTuple):
    """Spatial attention of variant C, equation (4): min(scale H W softmax(z / temperature), 1) for z = conv1x1(x)."""

    weight: Tensor
    """[1, C, 1, 1]."""
    bias: Tensor | None = None
    """[1]."""
    temperature: float = 10.0
    scale: float = 1 / 3


class Coefficients(NamedTuple):
    """What a coefficients function gives."""

    slopes: Tensor
    """a, [N, K, C], or [N, K, 1] if channels share them."""
    intercepts: Tensor | None = None
    """b, of the same shape; None for zeros."""
    attention: Attention | None = None


CoefficientsFunction = Callable[..., Any]
"""(module, *the forward's arguments) to `Coefficients` or a plain tuple of the same."""

USAGE = (
    "It takes the module and the arguments of its forward, and returns slopes and intercepts, each [N, K, C], "
    "or [N, K, 1] where channels share them; intercepts may be left out, and a dyviz.Attention may follow"
)
REGISTERED: dict[type[nn.Module], CoefficientsFunction] = {}


def dynamic_relu(cls: type[nn.Module]) -> Callable[[CoefficientsFunction], CoefficientsFunction]:
    """Registers a function that gives the slopes and intercepts of a class of modules.

        @dyviz.dynamic_relu(MyDynamicReLU)
        def coefficients(module, x):
            theta = module.hyper(x.mean((2, 3))).view(len(x), 2, module.k, -1)
            return theta[:, 0], theta[:, 1]  # [N, K, C] each

    It is held against the module's own forward when a network is exported.
    """

    def register(function: CoefficientsFunction) -> CoefficientsFunction:
        REGISTERED[cls] = function
        return function

    return register


torch.library.define(
    "dyviz::dynamic_relu",
    "(Tensor x, Tensor slopes, Tensor? intercepts, Tensor? weight, Tensor? bias, float temperature, float scale) -> Tensor",
)


def piecewise_maximum(
    x: Tensor,
    slopes: Tensor,
    intercepts: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    temperature: float = 10.0,
    scale: float = 1 / 3,
) -> Tensor:
    """Equation (1), times the attention of equation (4) if there is one."""
    places = (..., *[None] * (x.ndim - 2))
    lines = slopes[places] * x[:, None]
    if intercepts is not None:
        lines = lines + intercepts[places]
    y = lines.amax(1)
    if weight is None:
        return y
    z = nn.functional.conv2d(x, weight, bias)
    pi = scale * x.shape[2] * x.shape[3] * (z.flatten(1) / temperature).softmax(1)
    return y * pi.clamp(max=1).view_as(z)


torch.library.impl("dyviz::dynamic_relu", "default")(piecewise_maximum)


@torch.library.register_fake("dyviz::dynamic_relu")
def _shape(x: Tensor, *_: Any) -> Tensor:
    return torch.empty_like(x)


def apply(x: Tensor, coefficients: Coefficients) -> Tensor:
    """The operator on what a function gives."""
    slopes, intercepts, attention = coefficients
    attention = attention or Attention(None)  # type: ignore[arg-type]
    return torch.ops.dyviz.dynamic_relu(x, slopes, intercepts, *attention)


@dataclass(frozen=True)
class Recognised:
    """A module of a registered class."""

    path: str
    module: nn.Module
    function: CoefficientsFunction
    signature: inspect.Signature
    """Of the module's own forward."""
    x: Place = ()
    """Which of the forward's arguments is x."""

    def coefficients(self, module: nn.Module, arguments: Arguments, x: Tensor) -> Coefficients:
        """What the function gives for a module like this one.

        Raises:
            ExportError: if it fails, or gives something else than coefficients for x.
        """
        try:
            result = arguments.call_beside(self.function, module)
        except ExportError:
            raise
        except Exception as error:
            self.fail(f"raised {type(error).__name__}: {_brief(error)}{_line(error)}")
        problem = problem_of(result, x)
        if problem:
            self.fail(problem)
        return Coefficients(result) if isinstance(result, Tensor) else Coefficients(*result)

    def fail(self, problem: str) -> NoReturn:
        """Stops with the module, its registered function, and how such a function looks."""
        module = f'module "{self.path}" ({type(self.module).__name__})'
        raise ExportError(f"{module}: {self.describe()} {problem}\n  {USAGE}", self.path)

    def describe(self) -> str:
        """For messages: `the registered function coefficients (model.py:12)`."""
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        name = getattr(self.function, "__name__", repr(self.function))
        return f"the registered function {name}" + (f" ({code.co_filename}:{code.co_firstlineno})" if code else "")


def problem_of(result: Any, x: Tensor) -> str:
    """Why a result is no coefficients for x; empty if it is."""
    parts = (result,) if isinstance(result, Tensor) else result
    if not isinstance(parts, (tuple, list)):
        return f"returns {_kind(result)}"
    if not 1 <= len(parts) <= 3:
        return f"returns {len(parts)} values"
    slopes, intercepts, attention = (*parts, None, None)[:3]
    for name, tensor in (("slopes", slopes), ("intercepts", intercepts)):
        if not isinstance(tensor, Tensor) and (tensor is not None or name == "slopes"):
            return f"returns {_kind(tensor)} as {name}"
        if tensor is not None and tensor.dtype != x.dtype:
            return f"returns {name} as {tensor.dtype}; x is {x.dtype}"
    fits = slopes.ndim == 3 and slopes.shape[0] == x.shape[0] and slopes.shape[2] in (1, x.shape[1])
    if not fits or intercepts is not None and intercepts.shape != slopes.shape:
        shapes = " and ".join(str(list(part.shape)) for part in (slopes, intercepts) if part is not None)
        hint = "; they are the same at all positions, only an Attention is not" if slopes.ndim > 3 else ""
        return f"returns slopes and intercepts of shape {shapes} for x {list(x.shape)}{hint}"
    if not 1 <= slopes.shape[1] <= MAXIMUM_FUNCTIONS:
        return f"returns K = {slopes.shape[1]} functions; 1 to {MAXIMUM_FUNCTIONS} are covered"
    return "" if attention is None else _problem_of_attention(attention, x)


def _problem_of_attention(attention: Any, x: Tensor) -> str:
    if not isinstance(attention, Attention):
        return f"returns {_kind(attention)} as its third value, which is a dyviz.Attention or None"
    wanted = [("weight", [1, x.shape[1], 1, 1], attention.weight), ("bias", [1], attention.bias)]
    for name, shape, tensor in wanted if attention.bias is not None else wanted[:1]:
        if not isinstance(tensor, Tensor) or list(tensor.shape) != shape:
            got = list(tensor.shape) if isinstance(tensor, Tensor) else _kind(tensor)
            return f"returns an Attention whose {name} is {got}, not {shape}"
    return "returns an Attention for an x that is no map" if x.ndim != 4 else ""


def _kind(value: Any) -> str:
    """None, or what it is."""
    return "None" if value is None else f"a {type(value).__name__}"


def _as_forward(function: CoefficientsFunction) -> CoefficientsFunction:
    """The same function under the name of which PyTorch notes the lines while it traces."""
    if not inspect.isfunction(function):
        return function
    code = function.__code__.replace(co_name="forward")
    parts = (function.__name__, function.__defaults__, function.__closure__)
    named = types.FunctionType(code, function.__globals__, *parts)
    return functools.update_wrapper(named, function, assigned=("__kwdefaults__", "__annotations__", "__doc__"))


def _brief(error: Exception) -> str:
    """What an error says, in one line."""
    return str(error).strip().partition("\n")[0]


def _line(error: Exception) -> str:
    """Where an error arose in the user's code."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if is_users(one.filename)]
    return f", at {frames[-1].filename}:{frames[-1].lineno}: {frames[-1].line}" if frames else ""


@contextmanager
def replaced(modules: list[Recognised]) -> Iterator[None]:
    """Within, the modules' forwards are the two steps; afterwards they are what they were."""
    with ExitStack() as stack:
        for one in modules:
            stack.enter_context(_replaced(one))
        yield


def _replaced(one: Recognised) -> AbstractContextManager[None]:
    one = replace(one, function=_as_forward(one.function))

    def forward(*positional: Any, **named: Any) -> Tensor:
        arguments = bind(one.signature, positional, named)
        x = arguments.tensors().get(one.x)
        if x is None:
            one.fail(f"was tried with x as {pytree.keystr(one.x)}, which another call of the module does not give")
        return apply(x, one.coefficients(one.module, arguments, x))

    return standing_in(one.module, forward)


@contextmanager
def standing_in(module: nn.Module, forward: Callable[..., Any]) -> Iterator[None]:
    """Within, a module's forward is another one."""
    previous = module.__dict__.get("forward")
    module.forward = forward  # type: ignore[method-assign]
    try:
        yield
    finally:
        del module.forward
        if previous is not None:
            module.forward = previous  # type: ignore[method-assign]
