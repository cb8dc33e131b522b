"""Parts of a traced program under a context manager, put back in line.

torch.export makes a program of its own of what stands under `torch.autocast(...)` or `torch.enable_grad()` in a forward.
"""

from __future__ import annotations

import operator
from typing import Any

from torch import fx

from .errors import ExportError

GRADIENTS = "wrap_with_set_grad_enabled"
AUTOCAST = "wrap_with_autocast"


def inline(module: fx.GraphModule) -> None:
    """Replaces the calls of such parts by the parts' own calls."""
    for node in list(module.graph.nodes):
        name = getattr(node.target, "__name__", "") if node.op == "call_function" else ""
        if name not in (GRADIENTS, AUTOCAST):
            continue
        # (enabled, part, *inputs), or (device, type, enabled, cache, part, *inputs).
        place = 1 if name == GRADIENTS else 4
        holder, inputs = node.args[place], node.args[place + 1 :]
        part = getattr(module, holder.target)
        inline(part)
        if name == AUTOCAST and node.args[2]:
            _refuse(part, node.args[0])
        _put(module.graph, node, part.graph, inputs)
        module.graph.erase_node(node)
        if not holder.users:
            module.graph.erase_node(holder)
    module.recompile()


def _put(graph: fx.Graph, call: fx.Node, part: fx.Graph, inputs: Any) -> None:
    """The part's calls in front of `call`, and its results in the places of the call's."""
    values: dict[fx.Node, Any] = dict(zip((one for one in part.nodes if one.op == "placeholder"), inputs))
    results: Any = ()
    with graph.inserting_before(call):
        for node in part.nodes:
            if node.op == "output":
                results = fx.node.map_arg(node.args[0], values.__getitem__)
            elif node.op != "placeholder":
                values[node] = graph.node_copy(node, values.__getitem__)
    for user in list(call.users):
        if user.target is operator.getitem:
            user.replace_all_uses_with(results[user.args[1]])
            graph.erase_node(user)


def _refuse(part: fx.GraphModule, device: Any) -> None:
    from .tracing import described

    calls = [node for node in part.graph.nodes if node.op == "call_function"]
    around = f" around {described(calls[0])}" if calls else ""
    raise ExportError(
        f'torch.autocast("{device}"){around} computes in 16 bits; a file has 32-bit floats: '
        "take it out of the forward, or say enabled=False there"
    )
