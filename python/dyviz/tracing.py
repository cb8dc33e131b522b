"""From a module to a flat program of tensor operators, with torch.export."""

from __future__ import annotations

import re
from contextlib import contextmanager
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.utils import _pytree as pytree

from .blame import is_users, told
from .errors import ExportError
from .inlining import inline

FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>\S+)\n\s*(?P<code>[^\n]*)')


@dataclass
class Program:
    """A traced network: one image in, one tensor out."""

    module: fx.GraphModule
    constants: dict[str, tuple[str, Tensor]]
    """Parameters, buffers and literal tensors: name in the network and value, by the graph's placeholder."""
    input: str
    """The placeholder of the image."""
    changed: set[str] = field(default_factory=set)
    """Placeholders that the program changes in place."""

    @property
    def result(self) -> fx.Node:
        """The call, or input, that is the network's result."""
        (output,) = (node for node in self.module.graph.nodes if node.op == "output")
        return next(iter(output.all_input_nodes))

    def values(
        self, image: Tensor, wanted: Collection[fx.Node], given: Mapping[fx.Node, Tensor]
    ) -> dict[fx.Node, Tensor]:
        """What these calls give, as `run`."""
        return self.run(image, wanted, given)[0]

    def run(
        self,
        image: Tensor,
        wanted: Collection[fx.Node],
        given: Mapping[fx.Node, Tensor],
        forced: Mapping[fx.Node, Tensor] | None = None,
    ) -> tuple[dict[fx.Node, Tensor], Tensor]:
        """What these calls give for one image [1, C, H, W] before anything is changed in place, and the program's result.

        Calls whose results are `given` are not run. Those that are `forced` are, but what comes behind them finds the
        forced numbers, in whatever tensor shares their memory.
        """
        found: dict[fx.Node, Tensor] = {}
        forced = forced or {}

        class Recorder(fx.Interpreter):
            def run_node(self, n: fx.Node) -> Any:
                result = given[n].clone() if n in given else super().run_node(n)
                if n in wanted:
                    found[n] = result.detach().clone()
                if n in forced and 0 not in result.stride():
                    result.copy_(forced[n])
                return result

        holders = [node.name for node in self.module.graph.nodes if node.op == "placeholder"]
        arguments = [image if name == self.input else self.constants[name][1] for name in holders]
        arguments = [one.clone() if name in self.changed else one for name, one in zip(holders, arguments)]
        with torch.no_grad():
            ended = Recorder(self.module).run(*arguments)
        (output,) = (node for node in self.module.graph.nodes if node.op == "output")
        results = dict(zip(pytree.tree_leaves(output.args[0]), pytree.tree_leaves(ended), strict=True))
        return found, results[self.result]


def trace(module: nn.Module, image: Tensor) -> Program:
    """Traces `module` for an input like `image` [1, C, H, W]; the module is in evaluation mode."""
    with torch.no_grad(), told(module, "torch.export cannot trace the network"):
        exported = torch.export.export(module, (image,), strict=False)
    inline(exported.graph_module)
    # What only outputs that nobody wants need is not asked for.
    exported.graph_module.graph.eliminate_dead_code()
    constants: dict[str, tuple[str, Tensor]] = {}
    inputs = []
    for spec in exported.graph_signature.input_specs:
        name = spec.arg.name
        if spec.kind.name == "USER_INPUT":
            inputs.append(name)
            continue
        key = spec.target
        value = exported.state_dict[key] if key in exported.state_dict else exported.constants[key]
        constants[name] = (key, value)
    if len(inputs) != 1:
        raise ExportError(f"the network takes {len(inputs)} inputs; a model file has one, the image")
    return Program(exported.graph_module, constants, inputs[0])


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Evaluation mode within; every submodule's own mode, and the buffers' values, afterwards."""
    modes = {part: part.training for part in module.modules()}
    buffers = [(buffer, buffer.clone()) for buffer in module.buffers()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes.items():
            part.training = mode
        with torch.no_grad():
            for buffer, value in buffers:
                if not torch.equal(buffer, value):
                    buffer.copy_(value)


def module_path(node: fx.Node) -> str:
    """The path of the innermost module that made the call."""
    stack = node.meta.get("nn_module_stack") or {}
    return list(stack.values())[-1][0] if stack else ""


def location(node: fx.Node) -> str:
    """The innermost line outside PyTorch itself: `file.py:12: y = torch.sin(x)`."""
    frames = list(FRAME.finditer(node.meta.get("stack_trace") or ""))
    own = [frame for frame in frames if is_users(frame["file"])] or frames
    if not own:
        return ""
    frame = own[-1]
    return f'{frame["file"]}:{frame["line"]}: {frame["code"].strip()}'


def described(node: fx.Node) -> str:
    """A call for messages: operator, module and line."""
    path, line = module_path(node), location(node)
    module = f'module "{path}"' if path else "the outermost module"
    return f"{operator_name(node)} of {module} at {line}" if line else f"{operator_name(node)} of {module}"


def operator_name(node: fx.Node) -> str:
    """`aten.conv2d`, without the overload; a Python function's own name."""
    target: Any = node.target
    if isinstance(target, torch._ops.OpOverload):
        return str(target.overloadpacket)
    return getattr(target, "__name__", str(target))
