"""Functions of single numbers: maxima, powers, quotients, and parts of activations that are written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ..context import Call, Context, handles
from ..values import Value
from .activations import bounded, scaled_curve
from .arithmetic import affine, combine
from .reductions import largest

POINTWISE = "pointwise"
"""A node of a function of single numbers, until `curves` finds the activation that it is a part of."""
UNARY: dict[str, Callable[[Tensor], Tensor]] = {
    "exp": torch.exp, "expm1": torch.expm1, "erf": torch.erf, "special_erf": torch.erf, "erfc": torch.erfc,
    "log": torch.log, "log1p": torch.log1p, "log_sigmoid": F.logsigmoid, "reciprocal": torch.reciprocal,
    "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "sign": torch.sign, "logical_not": lambda x: (x == 0).double(),
    "bitwise_not": lambda x: (x == 0).double(),
}  # fmt: skip
COMPARISONS: dict[str, Callable[[Any, Any], Tensor]] = {"gt": torch.gt, "ge": torch.ge, "lt": torch.lt, "le": torch.le}
COMPARISONS |= {"greater": torch.gt, "greater_equal": torch.ge, "less": torch.lt, "less_equal": torch.le}
LARGEST_POWER = 8
LARGEST_DIFFERENCE = 17
"""From here on softplus is x in single precision."""


@handles(*UNARY)
def unary(context: Context, call: Call) -> Value:
    """A function of one number."""
    return pointwise(context, UNARY[base_name(call.operator)], call["self"])


@handles("softplus")
def softplus(context: Context, call: Call) -> Value:
    """log(1 + exp(beta x)) / beta; x itself where beta x is above the threshold."""
    beta, threshold, x = float(call["beta"]), float(call["threshold"]), call["self"]
    if beta <= 0:
        context.fail(f"has beta {beta}; numbers above 0 are covered")
    if threshold >= LARGEST_DIFFERENCE:
        return scaled_curve(context, x, "softplus", beta, 1 / beta)
    above = affine(context, x, 0.0, threshold / beta)
    above = combine(context, "greater", x, above)
    curve = scaled_curve(context, x, "softplus", beta, 1 / beta)
    return combine(context, "add", combine(context, "keep", x, above), combine(context, "drop", curve, above))


@handles(*COMPARISONS)
def compare(context: Context, call: Call) -> Value:
    """1 where it holds, else 0."""
    compares = COMPARISONS[base_name(call.operator)]
    return pointwise(context, lambda left, right: compares(left, right).double(), call["self"], call["other"])


@handles("logical_and", "bitwise_and", "__and__", "logical_or", "bitwise_or", "__or__")
def join_conditions(context: Context, call: Call) -> Value:
    """Both of two conditions, or either."""
    takes_both = base_name(call.operator).endswith("and")

    def joined(left: Tensor, right: Tensor) -> Tensor:
        return ((left != 0) & (right != 0) if takes_both else (left != 0) | (right != 0)).double()

    return pointwise(context, joined, call["self"], call["other"])


@handles("threshold")
def threshold(context: Context, call: Call) -> Value:
    """x above a number, another number below."""
    chosen: Callable[..., Tensor] = lambda x, least, other: torch.where(x > least, x, other)  # noqa: E731
    return pointwise(context, chosen, call["self"], call["threshold"], call["value"])


@handles("where")
def choose(context: Context, call: Call) -> Value:
    """One of two by a condition; where that compares the two, their maximum."""
    condition, left, right = call["condition"], call["self"], call["other"]
    if all(isinstance(one, Value) for one in (condition, left, right)):
        node = context.graph.node(condition.node)
        compares = base_name(node.get("call", ""))
        parts = [context.compact(one) for one in (left, right)]
        in_order = parts if compares.startswith("g") else parts[::-1]
        is_maximum = compares in COMPARISONS and node["inputs"] == [one.node for one in in_order]
        if is_maximum and _are_alike([condition, *parts]):
            return combine(context, "maximum", left, right)
    return pointwise(context, lambda which, one, other: torch.where(which != 0, one, other), condition, left, right)


@handles("masked_fill")
def fill_where(context: Context, call: Call) -> Value:
    """A number where a condition holds."""
    filled: Callable[..., Tensor] = lambda x, which, number: torch.where(which != 0, number, x)  # noqa: E731
    return pointwise(context, filled, call["self"], call["mask"], call["value"])


@handles("div", "divide", "true_divide")
def divide(context: Context, call: Call) -> Value:
    """x / y."""
    if call.get("rounding_mode") is not None:
        context.fail("rounds its result")
    if isinstance(call["other"], Value):
        return pointwise(context, torch.div, call["self"], call["other"])
    return affine(context, call["self"], 1 / torch.as_tensor(call["other"], dtype=torch.float64), 0.0)


@handles("square")
def square(context: Context, call: Call) -> Value:
    """x x."""
    return combine(context, "multiply", call["self"], call["self"])


@handles("pow")
def power(context: Context, call: Call) -> Value:
    """Whole powers by multiplying."""
    exponent = context.constant(call["exponent"], "exponent")
    if exponent not in range(1, LARGEST_POWER + 1):
        context.fail(f"has exponent {exponent}; 1 to {LARGEST_POWER} are covered")
    result = call["self"]
    for _ in range(1, int(exponent)):
        result = combine(context, "multiply", result, call["self"])
    return result


@handles("maximum", "max", "minimum", "min")
def maximum(context: Context, call: Call) -> Any:
    """The larger of two values, Maxout with K = 2; or of a value and one number."""
    left, right, is_minimum = call["self"], call.get("other"), "min" in call.operator
    if "other" not in call.arguments:
        return context.uncovered() if is_minimum else largest(context, call)
    if isinstance(right, Value) and isinstance(left, Value):
        if is_minimum:
            return pointwise(context, torch.minimum, left, right)
        return combine(context, "maximum", left, right)
    value, constant = (left, right) if isinstance(left, Value) else (right, left)
    if constant.numel() == 0 or bool((constant != constant.flatten()[0]).any()):
        context.fail("compares with a tensor of several numbers; one number is covered")
    bound = float(constant.flatten()[0])
    return bounded(context, value, *((None, bound) if is_minimum else (bound, None)))


def pointwise(context: Context, function: Callable[..., Tensor], *arguments: Any) -> Value:
    """A node of a function of values that are laid out alike, and of single numbers."""
    assert context.call is not None
    values = [context.compact(one) for one in arguments if isinstance(one, Value)]
    given = [None if isinstance(one, Value) else torch.as_tensor(one, dtype=torch.float64).unique() for one in arguments]
    if any(one is not None and one.numel() != 1 for one in given):
        context.uncovered()
    if not _are_alike(values):
        return _spread(context, arguments)

    def filled(*tensors: Tensor) -> Tensor:
        left = iter(tensors)
        return function(*(next(left) if one is None else one for one in given))

    options = {"function": filled, "call": context.call.operator, "given": given}
    first = values[0]
    node = context.add(POINTWISE, [one.node for one in values], first.extents, **options)
    return Value(node.node, first.extents, first.shape, first.places)


PAIRS = {name: "divide" for name in ("div", "divide", "true_divide")} | {"minimum": "minimum", "min": "minimum"}
PAIRS |= {"gt": "greater", "greater": "greater", "ge": "greater_equal", "greater_equal": "greater_equal"}
SWAPPED = {"lt": "greater", "less": "greater", "le": "greater_equal", "less_equal": "greater_equal"}


def _spread(context: Context, arguments: tuple[Any, ...]) -> Value:
    """The nodes where values are laid out otherwise: they are part of no activation that is written out."""
    assert context.call is not None
    name = base_name(context.call.operator)
    if not all(isinstance(one, Value) for one in arguments):
        context.uncovered()
    if name == "where":
        condition, left, right = arguments
        left, right = combine(context, "keep", left, condition), combine(context, "drop", right, condition)
        return combine(context, "add", left, right)
    if name in SWAPPED:
        return combine(context, SWAPPED[name], arguments[1], arguments[0])
    if name not in PAIRS:
        context.uncovered()
    return combine(context, PAIRS[name], *arguments)


def _are_alike(values: list[Value]) -> bool:
    """Whether values have the same elements at the same places of their nodes."""
    first = values[0]
    return all(
        one.extents == first.extents and one.shape == first.shape and torch.equal(one.index(), first.index())
        for one in values[1:]
    )


def base_name(operator: str) -> str:
    """An operator's name without what it is a part of, and without the mark of those in place."""
    return operator.rpartition(".")[2].rstrip("_")
