"""Where activations stand: blocks and sites from the paths of modules."""

from __future__ import annotations

import re

from torch import nn

from .graph import Graph, Json
from .piecewise import is_dynamic

SITE_LIMIT = 32


def assign(graph: Graph, root: nn.Module) -> None:
    """Gives each activation its `block`, `block_name` and `site`.

    A block is the innermost numbered part of the network that has at least
    two convolutions or linear layers around the activation (`layer1.0`); blocks count
    from 1 as they come. What stands before the first has block 0, what
    follows the last has the next number, and what lies between belongs to
    the block before it.
    """
    activations = [node for node in graph.nodes if node["operator"] == "activation"]
    own = _own_modules(graph, activations)
    names = [_block(root, _surroundings(graph.origins[node["name"]].path, own)) for node in activations]
    numbers: dict[str, int] = {}
    for name in names:
        if name:
            numbers.setdefault(name, len(numbers) + 1)
    last = max((index for index, name in enumerate(names) if name), default=-1)
    current, taken = 0, set()
    for index, (node, name) in enumerate(zip(activations, names)):
        if name:
            current = numbers[name]
        elif index > last and numbers:
            current = len(numbers) + 1
        rest = node["name"]
        if name:
            node["block_name"] = name
            rest = rest.removeprefix(f"{name}.")
        node["block"] = current
        node["site"] = _unique(rest, current, taken)


def _unique(rest: str, block: int, taken: set[tuple[int, str]]) -> str:
    """At most 32 characters of the path's end, with a number where the place is taken."""
    site, number = rest[-SITE_LIMIT:].lstrip("."), 1
    while (block, site) in taken:
        number += 1
        suffix = f"~{number}"
        site = rest[-(SITE_LIMIT - len(suffix)) :].lstrip(".") + suffix
    taken.add((block, site))
    return site


def _own_modules(graph: Graph, activations: list[Json]) -> set[str]:
    """Paths of modules that are one dynamic activation with its hyper function: no blocks, whatever layers they hold."""
    origins = [graph.origins[node["name"]] for node in activations if is_dynamic(node)]
    return {origin.path for origin in origins if origin.path and origin.label == origin.path}


def _surroundings(path: str, own: set[str]) -> str:
    """The path within which the block of something at `path` lies."""
    inside = [one for one in own if path == one or path.startswith(f"{one}.")]
    return min(inside, key=len).rpartition(".")[0] if inside else path


def _block(root: nn.Module, path: str) -> str:
    """The block's name, empty if the module is in none."""
    parts = path.split(".") if path else []
    prefixes = [".".join(parts[: end + 1]) for end in range(len(parts))]
    sizes = {prefix: _layers(root, prefix) for prefix in prefixes}
    for pattern, least in ((r"\d+", 2), (r"\D.*\d", 2), (r"\d+", 1)):
        for prefix in reversed(prefixes):
            if re.fullmatch(pattern, prefix.rpartition(".")[2]) and sizes[prefix] >= least:
                return prefix
    return ""


def _layers(root: nn.Module, path: str) -> int:
    """Weights of two or more dimensions in a module; 0 for one without children."""
    module = _module(root, path)
    if module is None or not any(True for _ in module.children()):
        return 0
    return sum(parameter.ndim > 1 for parameter in module.parameters())


def _module(root: nn.Module, path: str) -> nn.Module | None:
    """The module at a path of the traced program, which may be none of the network's own."""
    try:
        return root.get_submodule(path)
    except AttributeError:
        return None
