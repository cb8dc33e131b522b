"""The results of a network by name, and the one that is written: a model file has one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from .errors import ExportError, remark


def named(result: Any, name: str = "") -> dict[str, Tensor]:
    """All tensors in a forward's result by their paths: `out`, `0`, `features.2`; what is no tensor is left out."""
    if isinstance(result, Tensor):
        return {name: result}
    if isinstance(result, Mapping):
        parts: Any = result.items()
    elif dataclasses.is_dataclass(result):
        parts = ((field.name, getattr(result, field.name)) for field in dataclasses.fields(result))
    elif hasattr(result, "_fields"):
        parts = zip(result._fields, result)
    elif isinstance(result, Sequence) and not isinstance(result, (str, bytes)):
        parts = enumerate(result)
    else:
        return {}
    found: dict[str, Tensor] = {}
    for key, part in parts:
        found.update(named(part, f"{name}.{key}" if name else str(key)))
    return found


def choose(result: Any, output: str | int | None) -> Tensor:
    """The first tensor of a result, or that of a name or place."""
    outputs = named(result)
    if not outputs:
        kind = type(result).__name__
        raise ExportError(f"the network's forward gives {kind}, which holds no tensor; a model file has one output")
    if output is None:
        return next(iter(outputs.values()))
    if isinstance(output, int) and not isinstance(output, bool) and -len(outputs) <= output < len(outputs):
        return list(outputs.values())[output]
    if isinstance(output, str) and output in outputs:
        return outputs[output]
    raise ExportError(f"output={output!r} is none of the network's outputs: {listed(outputs)}; a name, or a place from 0")


def listed(outputs: Mapping[str, Tensor]) -> str:
    """Names and shapes."""
    return ", ".join(f"{name or 'output'} {list(tensor.shape)}" for name, tensor in outputs.items())


def tell(result: Any, output: str | int | None) -> None:
    """Says which of several outputs is taken where nobody has chosen one."""
    outputs = named(result)
    if output is None and len(outputs) > 1:
        first = next(iter(outputs))
        remark(f'the network has the outputs {listed(outputs)}; "{first}" is taken, output="{first}" or another name chooses')


@contextmanager
def alone(module: nn.Module, output: str | int | None) -> Iterator[None]:
    """Within, a call of the module gives the chosen tensor, whatever its forward gives."""
    handle = module.register_forward_hook(lambda _module, _arguments, result: choose(result, output))
    try:
        yield
    finally:
        handle.remove()
