"""Classes that say by their name that they are Dynamic ReLU: what is written has to be one."""

from __future__ import annotations

import inspect
import re

from torch import nn

from .dynamic import Recognised
from .errors import ExportError
from .graph import Graph
from .piecewise import is_dynamic, within

NAME = re.compile(r"dy(namic)?_?relu", re.IGNORECASE)


def named(network: nn.Module, recognised: list[Recognised]) -> dict[str, nn.Module]:
    """The modules that bear the name, by path, and are not registered."""
    return {
        path: module
        for path, module in network.named_modules()
        if _is_named(module) and not any(within(one.path, path) or within(path, one.path) for one in recognised)
    }


def check(graph: Graph, modules: dict[str, nn.Module]) -> None:
    """An error if such a module runs, but its result is no Dynamic ReLU."""
    users: dict[str, list[str]] = {}
    for node in graph.nodes:
        for one in node["inputs"]:
            users.setdefault(one, []).append(graph.origins[node["name"]].path)
    for path, module in modules.items():
        inside = [node for node in graph.nodes if within(graph.origins[node["name"]].path, path)]
        results = [node for node in inside if not any(within(user, path) for user in users.get(node["name"], []))]
        if any(not is_dynamic(node) for node in results):
            raise ExportError(
                f'module "{path}" ({type(module).__name__}) has the name of Dynamic ReLU, but its forward is no maximum '
                "over k of (a_k x + b_k), with slopes and intercepts from pooled values, that can be found"
                f"{advice(module)}",
                path,
            )


def advice(module: nn.Module) -> str:
    """The lines that register a class."""
    name = type(module).__name__
    parameters = ", ".join(["module", *map(_plain, inspect.signature(module.forward).parameters.values())])
    return (
        "\n  If it is one, register its slopes and intercepts, each [N, K, C], or [N, K, 1] where channels share them:"
        "\n\n"
        f"    @dyviz.dynamic_relu({name})\n    def coefficients({parameters}):\n"
        "        ...\n        return slopes, intercepts\n"
    )


def _plain(parameter: inspect.Parameter) -> str:
    """A parameter without its annotation."""
    return str(parameter.replace(annotation=inspect.Parameter.empty))


def _is_named(module: nn.Module) -> bool:
    """Whether a module says itself that it is Dynamic ReLU: no block or network that has some inside."""
    if not NAME.search(type(module).__name__) or not _has_layers(module):
        return False
    inner = [part for part in module.modules() if part is not module]
    convolutions = [part for part in inner if isinstance(part, nn.Conv2d) and part.out_channels > 1]
    spatial = [part for part in convolutions if max(part.kernel_size) > 1]
    return not spatial and not any(NAME.search(type(part).__name__) and _has_layers(part) for part in inner)


def _has_layers(module: nn.Module) -> bool:
    """Whether a module has linear layers, or convolutions at single positions."""
    return any(
        isinstance(part, nn.Linear) or isinstance(part, nn.Conv2d) and part.kernel_size == (1, 1)
        for part in module.modules()
    )
