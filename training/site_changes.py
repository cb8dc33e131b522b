"""Networks whose Dynamic ReLUs are changed, in plain PyTorch: the changes of docs/exports.md (`what_if.csv`).

Equation (3)'s coefficients or equation (4)'s attention are replaced at some nodes; the rest of the network is as it was.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import torch
from dyrelu import Coefficients, DyReLU
from model_reader import Network
from torch import Tensor

ALL_CHANGES = ("frozen", "no-intercepts", "first-segment", "static", "uniform-attention", "another-image")
Given = tuple[Tensor, Tensor | None]
"""Slopes [K, C] and intercepts [K, C] (None: the module has none); [K, 1] for variant A."""


@torch.no_grad()
def mean_coefficients(network: Network, batches: Sequence[Tensor]) -> dict[str, Given]:
    """By node, the means over all images of the batches [N, C, H, W], computed in double precision.

    Of one image they are its own coefficients.
    """
    modules = {node["name"]: (node["inputs"][0], m) for node, m in network.steps if isinstance(m, DyReLU)}
    sums: dict[str, list[Tensor | None]] = {}
    for batch in batches:
        values = network.values(batch)
        for name, (source, module) in modules.items():
            given = module.coefficients(values[source])[:2]
            added = [None if one is None else one.double().sum(dim=0) for one in given]
            before = sums.get(name, [None, None])
            sums[name] = [new if old is None else old + new for old, new in zip(before, added, strict=True)]
    count, kind = sum(map(len, batches)), batches[0].dtype
    return {name: tuple(None if s is None else (s / count).to(kind) for s in pair) for name, pair in sums.items()}


def maximum_in_place(x: Tensor, coefficients: Coefficients) -> Tensor:
    """The same values as `piecewise_maximum`'s in fewer and faster passes, without gradients."""
    slopes, intercepts, attention = coefficients
    y = None
    for k in range(slopes.shape[1]):
        line = slopes[:, k, :, None, None] * x
        if intercepts is not None:
            line += intercepts[:, k, :, None, None]
        y = line if y is None else torch.maximum(y, line, out=y)
    assert y is not None
    return y if attention is None else y.mul_(attention)


def changed_activation(module: DyReLU, change: str, given: Given, x: Tensor) -> Tensor:
    """What the module makes of x [N, C, H, W] under a change.

    `given` are the means for `frozen`, one image's coefficients for `another-image`; the others do not look at it.
    """
    if change in ("frozen", "another-image", "static"):
        # A module without intercepts may have constant ones.
        fixed = (module.alpha[:, None], module.beta[:, None]) if change == "static" else given
        slopes, intercepts = (None if one is None else one.expand(len(x), -1, -1) for one in fixed)
        return module.elementwise(x, Coefficients(slopes, intercepts, module.spatial_attention(x)))
    computed = module.coefficients(x)
    slopes, intercepts, attention = computed
    if change == "no-intercepts":
        computed = computed._replace(intercepts=None)
    elif change == "first-segment":
        first = None if intercepts is None else intercepts[:, :1]
        computed = computed._replace(slopes=slopes[:, :1], intercepts=first)
    elif change == "uniform-attention" and attention is not None:
        # Equation (4) where all z are equal.
        computed = computed._replace(attention=torch.full_like(attention, min(module.gamma, 1.0)))
    else:
        raise ValueError(f"no change {change!r} of such an activation")
    return module.elementwise(x, computed)


def replacements(
    network: Network, nodes: Iterable[str], change: str, given: dict[str, Given]
) -> dict[str, Callable[[Tensor], Tensor]]:
    """What takes the place of the modules of some nodes; `given` by node, as `changed_activation` needs it."""
    modules = {node["name"]: module for node, module in network.steps}
    return {
        name: partial(changed_activation, modules[name], change, given.get(name, (None, None))) for name in nodes
    }


def continued(network: Network, known: dict[str, Tensor], replaced: dict[str, Callable[[Tensor], Tensor]]) -> Tensor:
    """Logits of the network with some modules replaced; `known` are its values without that.

    What comes before the first replaced module is not computed again.
    """
    altered = copy.copy(network)
    names = [node["name"] for node, _ in network.steps]
    first = min(map(names.index, replaced))
    # A step without inputs gives what is known.
    altered.steps = [({"name": name, "operator": "known"}, partial(known.get, name)) for name in names[:first]]
    altered.steps += [(node, replaced.get(node["name"], module)) for node, module in network.steps[first:]]
    return altered(known[names[0]])
