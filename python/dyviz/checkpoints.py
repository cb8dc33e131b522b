"""Weights from files as training scripts leave them."""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from .errors import ExportError, remark

AVERAGED = ("state_dict_ema", "model_ema", "ema_state_dict", "ema")
ENTRIES = (*AVERAGED, "state_dict", "model_state_dict", "model", "module", "net", "network", "params", "weights")
"""Where scripts keep the weights, the first that is there counts: an average of the weights before the last ones, as in timm."""
COMPILED = "_orig_mod."
WRAPPERS = ("module.", "model.", "net.", "network.")
"""What distributed training, Lightning and a script's own class put in front of names."""


def load(module: nn.Module, path: str) -> None:
    """Loads a safetensors file, or a file of torch.save that holds weights, and says what it took.

    Raises:
        ExportError: if the file holds other objects, or weights that are not the network's.
    """
    state, entries = _weights(_read(path), path)
    found, stripped = _unwrapped(state, module, path)
    try:
        module.load_state_dict(found)
    except RuntimeError as error:
        raise ExportError(f"{path}: {_difference(module, found) or error}") from error
    taken = f'the weights under "{".".join(entries)}"' if entries else "the weights"
    names = f", without {' and '.join(map(repr, stripped))} in their names" if stripped else ""
    others = [key for key in state if len(found) < len(state) and not key.replace(COMPILED, "").startswith(stripped[0])]
    left = f"; {len(others)} others ({_listed(others)}) are none of the network's" if others else ""
    if entries or stripped:
        remark(f"{path}: {taken}{names} are loaded{left}")


def _read(path: str) -> Any:
    """What the file holds; objects that run code are never made."""
    try:
        if Path(path).suffix == ".safetensors":
            return load_file(path)
        # timm's training script keeps its options, a Namespace, beside the weights.
        with torch.serialization.safe_globals([argparse.Namespace]):
            return torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, SafetensorError, RuntimeError, EOFError) as error:
        problem = f"{path} is no file of weights alone (.safetensors, or torch.save of tensors): {_object(error)}"
        raise ExportError(problem) from error


def _object(error: Exception) -> str:
    """Which object stands in the way, and how to be rid of it."""
    text = str(error)
    name = text.partition("Unsupported global: GLOBAL ")[2].split(" ")[0]
    if not name:
        return text.partition("\n")[0]
    return (
        f"it holds an object of {name}, which is not made from a file that may come from anywhere. If you trust the file, keep "
        'its weights alone: torch.save(torch.load("FILE", weights_only=False)["state_dict"], "weights.pth") '
        "(for a whole network, its .state_dict())"
    )


def _weights(state: Any, path: str) -> tuple[dict[str, Tensor], list[str]]:
    """The tensors by name, and the entries under which they were."""
    entries: list[str] = []
    while isinstance(state, Mapping):
        key = next((key for key in ENTRIES if isinstance(state.get(key), Mapping) and _holds_tensors(state[key])), None)
        if key is None:
            break
        entries.append(key)
        state = state[key]
    if not isinstance(state, Mapping) or not _holds_tensors(state):
        keys = ", ".join(map(str, list(state)[:10])) if isinstance(state, Mapping) else type(state).__name__
        raise ExportError(f"{path} holds no weights by name, nor an entry with them ({', '.join(ENTRIES)}), but {keys}")
    return {str(key): value for key, value in state.items() if isinstance(value, Tensor)}, entries


def _holds_tensors(state: Mapping[Any, Any]) -> bool:
    nested = (one for one in state.values() if isinstance(one, Mapping))
    return any(isinstance(one, Tensor) for one in state.values()) or any(_holds_tensors(one) for one in nested)


def _unwrapped(state: dict[str, Tensor], module: nn.Module, path: str) -> tuple[dict[str, Tensor], list[str]]:
    """The weights under the network's own names, and what stood in front of them or between."""
    plain = {key.replace(COMPILED, ""): value for key, value in state.items()}
    marks = [COMPILED] if any(COMPILED in key for key in state) else []
    if len(plain) < len(state):
        raise ExportError(f"{path} holds weights twice, with {COMPILED} in their names and without; keep one of them")
    prefix = _prefix(set(plain), {key for key in module.state_dict() if not key.endswith("num_batches_tracked")}, path)
    found = {key.removeprefix(prefix): value for key, value in plain.items() if key.startswith(prefix)}
    return found, [prefix, *marks] if prefix else marks


def _prefix(names: set[str], wanted: set[str], path: str) -> str:
    """What stands in front of all of the network's names; of weights that are others, in front of all names."""
    first = min(wanted, default="")
    fronts = {name.removesuffix(first) for name in names if name == first or name.endswith(f".{first}")}
    prefixes = sorted(front for front in fronts if all(front + one in names for one in wanted))
    if len(prefixes) > 1:
        told = ", ".join(map(repr, prefixes))
        raise ExportError(f"{path} holds the network {len(prefixes)} times, under {told}; keep the weights of one of them")
    prefix = prefixes[0] if prefixes else ""
    while not prefixes and names:
        wrapper = next((one for one in WRAPPERS if all(name.startswith(prefix + one) for name in names)), None)
        if wrapper is None:
            break
        prefix += wrapper
    return prefix


def _difference(module: nn.Module, state: Mapping[str, Tensor]) -> str:
    """What the file lacks, what it has besides, and what has another shape."""
    own = module.state_dict()
    lists = {
        "lacks": [key for key in own if key not in state],
        "has besides": [key for key in state if key not in own],
        "has in another shape": [
            f"{key} ({list(state[key].shape)}, not {list(value.shape)})"
            for key, value in own.items() if key in state and state[key].shape != value.shape
        ],
    }  # fmt: skip
    told = [f"{what} {_listed(keys)}" for what, keys in lists.items() if keys]
    return f"the weights are not the network's: the file {'; '.join(told)}" if told else ""


def _listed(names: list[str]) -> str:
    """The first of them."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
