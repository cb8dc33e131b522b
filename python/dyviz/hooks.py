"""Hooks of the user: they do not run while a network is traced and checked.

What a network computes may depend on them. So it is run with them before, for two images, and without them after. A
pre-hook that computes a weight (`weight_norm`, `spectral_norm`, pruning) leaves it with the module; then the network
gives the same without it. One that changes what passes through it is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules import module as registry
from torch.utils._pytree import tree_leaves

from .blame import told
from .errors import ExportError
from .outputs import named
from .precision import LEAST, error

class Hook:
    """One of them, and what it was seen to do."""

    def __init__(self, place: str, function: Any, before: bool) -> None:
        self.place, self.function, self.before = place, function, before
        self.changes = False

    def describe(self) -> str:
        """`the forward hook double of module "conv" at model.py:12`."""
        code = getattr(self.function, "__code__", None) or getattr(getattr(self.function, "__func__", None), "__code__", None)
        name = getattr(self.function, "__qualname__", type(self.function).__qualname__)
        line = f" at {code.co_filename}:{code.co_firstlineno}" if code else ""
        return f"the forward {'pre-hook' if self.before else 'hook'} {name} of {self.place}{line}"

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Runs it and looks at what comes of it."""
        passing = _tensors(arguments[1:])
        before = [one.clone() for one in passing]
        try:
            result = self.function(*arguments, **options)
        except Exception as failure:
            raise ExportError(f"{self.describe()} fails: {type(failure).__name__}: {failure}") from failure
        self.changes |= not _alike(passing, before)
        if result is not None:
            given = arguments[1:] if self.before else arguments[-1]
            self.changes |= not _alike(_tensors(result), _tensors(given))
        return result


def _tensors(value: Any) -> list[Tensor]:
    return [tensor for leaf in tree_leaves(value) for tensor in named(leaf).values()]


def _alike(left: list[Tensor], right: list[Tensor]) -> bool:
    pairs = zip(left, right)
    return len(left) == len(right) and all(a is b or a.shape == b.shape and bool(torch.equal(a, b)) for a, b in pairs)


class Hooks:
    """All forward hooks that run when a module is called, in the dictionaries where PyTorch keeps them."""

    def __init__(self, root: nn.Module) -> None:
        self.modules = [one for one in root.modules() if one._forward_hooks or one._forward_pre_hooks]
        places = {one: f'module "{path}"' if path else "the outermost module" for path, one in root.named_modules()}
        every = "all modules"
        holders = [(every, registry._global_forward_pre_hooks, True), (every, registry._global_forward_hooks, False)]
        for one in self.modules:
            holders += [(places[one], one._forward_pre_hooks, True), (places[one], one._forward_hooks, False)]
        self.kept = [(holder, dict(holder)) for _, holder, _ in holders]
        self.all = [Hook(place, function, before) for place, holder, before in holders for function in holder.values()]
        spies = iter(self.all)
        self.watched = [(holder, {key: next(spies) for key in kept}) for holder, kept in self.kept]

    @contextmanager
    def put(self, contents: list[tuple[Any, dict[Any, Any]]]) -> Iterator[None]:
        """Within, these are the hooks; afterwards they are what they were, in their order."""
        _fill(contents)
        try:
            yield
        finally:
            _fill(self.kept)


def _fill(contents: list[tuple[Any, dict[Any, Any]]]) -> None:
    for holder, hooks in contents:
        holder.clear()
        holder.update(hooks)


@contextmanager
def hidden(module: nn.Module, image: Tensor, other: Tensor) -> Iterator[None]:
    """Within, the module has no hooks and gives what it gives with them.

    Raises:
        ExportError: if a hook changes what passes through it, or the network's result is another one without them.
    """
    hooks = Hooks(module)
    if not hooks.all:
        yield
        return
    attributes = [(one, {key: value for key, value in vars(one).items() if isinstance(value, Tensor)}) for one in hooks.modules]
    try:
        with torch.no_grad():
            with hooks.put(hooks.watched):
                state = torch.random.get_rng_state()
                wanted = _result(module, image)
                _result(module, other)
            with hooks.put([(holder, {}) for holder, _ in hooks.kept]):
                torch.random.set_rng_state(state)
                _refuse(hooks, _result(module, image), wanted)
        with hooks.put([(holder, {}) for holder, _ in hooks.kept]):
            yield
    finally:
        for one, values in attributes:
            vars(one).update(values)


def _result(module: nn.Module, image: Tensor) -> list[Tensor]:
    with told(module, "the network's forward fails for the example"):
        return [one.clone() for one in named(module(image.clone())).values()]


def _refuse(hooks: Hooks, without: list[Tensor], wanted: list[Tensor]) -> None:
    changing = [one.describe() for one in hooks.all if one.changes]
    advice = "hooks are no part of a file: put what it does into a forward, or remove it"
    if changing:
        raise ExportError(f"{' and '.join(changing)} changes what passes through it; {advice}")
    same = len(without) == len(wanted) and all(
        a.shape == b.shape and error(a[None], b[None]).relative <= LEAST for a, b in zip(without, wanted)
    )
    if not same:
        names = " or ".join(dict.fromkeys(one.describe() for one in hooks.all))
        raise ExportError(f"the network gives something else without its hooks, by {names}; {advice}")
