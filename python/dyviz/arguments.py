"""What a module's forward is called with, by position or by keyword, in tuples, with defaults."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.utils import _pytree as pytree

Place = tuple[Any, ...]
"""Where a tensor is among the arguments: the parameter's name, then indices and keys."""


@dataclass(frozen=True)
class Arguments:
    """One call: every parameter of the forward by its name, defaults filled in."""

    bound: inspect.BoundArguments

    def tensors(self) -> dict[Place, Tensor]:
        """All tensors, also within tuples, lists and dictionaries."""
        leaves = pytree.tree_leaves_with_path(dict(self.bound.arguments))
        return {place: leaf for place, leaf in leaves if isinstance(leaf, Tensor)}

    def mapped(self, change: Callable[[Tensor], Tensor]) -> Arguments:
        """The same call with other tensors; everything else is a copy."""
        bound = copy.copy(self.bound)
        bound.arguments = pytree.tree_map(
            lambda leaf: change(leaf) if isinstance(leaf, Tensor) else copy.deepcopy(leaf), dict(self.bound.arguments)
        )
        return Arguments(bound)

    def copied(self) -> Arguments:
        """The same call, which may change its tensors."""
        return self.mapped(lambda tensor: tensor.detach().clone())

    def call(self, module: nn.Module) -> Any:
        """What the module's forward gives."""
        return module(*self.bound.args, **self.bound.kwargs)

    def call_beside(self, function: Callable[..., Any], module: nn.Module) -> Any:
        """What a function of the module and these arguments gives, by name if it has their names, else in order."""
        wanted = list(inspect.signature(function).parameters.values())[1:]
        simple = all(one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY) for one in wanted)
        given = self.bound.arguments
        if simple and all(one.name in given or one.default is not one.empty for one in wanted):
            return function(module, **{one.name: given[one.name] for one in wanted if one.name in given})
        return function(module, *self.bound.args, **self.bound.kwargs)

    def form(self) -> str:
        """What two calls have in common that differ in their numbers only."""
        shapes = {place: tuple(tensor.shape) for place, tensor in self.tensors().items()}
        return f"{shapes} {pytree.tree_structure(dict(self.bound.arguments))}"


def bind(signature: inspect.Signature, positional: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """A call of a forward with this signature."""
    bound = signature.bind(*positional, **named)
    bound.apply_defaults()
    return Arguments(bound)
