"""Walks a traced program call by call and builds the graph."""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import Tensor, fx, nn

from . import operators as _operators  # noqa: F401  (registers the handlers)
from .aliases import Memory, targets
from .context import HANDLERS, Call, Context
from .errors import ExportError
from .graph import Graph, Origin
from .tracing import Program, location, module_path, operator_name
from .values import Shape, Value, whole


class Interpreter:
    """Turns a program into a graph; `run` gives the node with the result."""

    def __init__(self, root: nn.Module, program: Program, extents: Shape) -> None:
        self.root, self.program = root, program
        self.graph = Graph()
        names = {id(tensor): name for name, tensor in program.constants.values()}
        self.context = Context(self.graph, names=names)
        self.values: dict[fx.Node, Any] = {}
        self.memory = Memory(program.module.graph)
        program.changed = self.memory.changed_placeholders(program.module.graph)
        channels, height, width = extents
        node = self.graph.add(
            Origin("", "input", ""), "input", [], extents, channels=channels, height=height, width=width
        )
        self.input = whole(node, extents)

    def run(self) -> Value:
        """Builds the graph; the result as a whole map."""
        for node in self.program.module.graph.nodes:
            if node.op == "placeholder":
                known = node.name == self.program.input
                self.values[node] = self.input if known else self._constant(node.name)
            elif node.op == "call_function":
                self.values[node] = self._call(node)
            elif node.op == "output":
                return self._result(node)
            else:
                # A part of the program (of torch.cond and its like); the call that takes it is refused.
                self.values[node] = node.target
        raise ExportError("the traced program has no output")

    def _constant(self, holder: str) -> Tensor:
        """A parameter or buffer; where the program changes it, a copy of it."""
        name, tensor = self.program.constants[holder]
        if holder in self.program.changed:
            tensor = tensor.clone()
            self.context.kept.append(tensor)
            self.context.names[id(tensor)] = name
        return tensor

    def _result(self, node: fx.Node) -> Value:
        (result,) = node.all_input_nodes or [None]
        value = self.values.get(result)
        if not isinstance(value, Value):
            raise ExportError("the network's output does not depend on the image")
        self.context.call = Call("the network's output", {}, Origin("", "output", ""), len(value.shape))
        return self.context.whole_map(value)

    def _call(self, node: fx.Node) -> Any:
        if node.target is operator.getitem:
            return self._kept(node, self._value(node.args[0])[node.args[1]])
        name, origin = operator_name(node), self._origin(node)
        arguments = self._arguments(node)
        is_operator = not isinstance(node.target, torch._ops.HigherOrderOperator)
        if is_operator and not any(isinstance(one, Value) for one in torch.utils._pytree.tree_leaves(list(arguments.values()))):
            return node.target(*self._values(node.args), **self._values(node.kwargs))
        result = node.meta.get("val")
        rank = result.ndim if isinstance(result, Tensor) else 0
        call = Call(name, arguments, origin, rank)
        self.context.call = call
        handler = HANDLERS.get(name)
        if handler is None:
            self.context.uncovered()
        value = handler(self.context, call)
        if isinstance(value, Value) and isinstance(result, Tensor) and value.shape != tuple(result.shape):
            value = _reshaped(value, tuple(result.shape), call)
        for target in targets(node):
            self.memory.change(self.context, node, target, value, self.values)
        return self._kept(node, value)

    def _kept(self, node: fx.Node, value: Any) -> Any:
        """A call's value, which the graph knows then if it is a node's."""
        if isinstance(value, Value) and value.is_permutation():
            self.graph.results.setdefault(value.node, (node, value))
        return value

    def _arguments(self, node: fx.Node) -> dict[str, Any]:
        """All arguments by the schema's names."""
        schema = getattr(node.target, "_schema", None)
        if schema is None:
            return {str(index): self._values(one) for index, one in enumerate(node.args)}
        arguments = {one.name: one.default_value for one in schema.arguments}
        for formal, actual in zip(schema.arguments, node.args):
            arguments[formal.name] = self._values(actual)
        arguments.update({key: self._values(actual) for key, actual in node.kwargs.items()})
        return arguments

    def _value(self, argument: Any) -> Any:
        return self.values[argument] if isinstance(argument, fx.Node) else argument

    def _values(self, arguments: Any) -> Any:
        return fx.node.map_arg(arguments, self._value)

    def _origin(self, node: fx.Node) -> Origin:
        """Path, name and line of a call."""
        path = module_path(node)
        name = operator_name(node).rpartition(".")[2].rstrip("_")
        try:
            leaf = not any(True for _ in self.root.get_submodule(path).children())
        except AttributeError:
            leaf = False
        if operator_name(node) == "dyviz.dynamic_relu":
            leaf = True
        if not path:
            label = name
        else:
            label = path if leaf else f"{path}.{name}"
        return Origin(path, label, location(node))


def _reshaped(value: Value, shape: tuple[int, ...], call: Call) -> Value:
    """A value whose shape a handler left as the map's own."""
    if value.count != torch.Size(shape).numel():
        raise ExportError(
            f"{call.operator} of {call.origin.describe()} was translated to shape {list(value.shape)}, "
            f"but PyTorch gives {list(shape)}; please report this"
        )
    return value.laid_out(lambda places: places.reshape(shape))
