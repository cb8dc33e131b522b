"""What `export` and `verify` take: the example, and the network as it is to be looked at."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from . import outputs
from .blame import told
from .checking import more
from .errors import ExportError
from .hooks import hidden
from .rules import MAXIMUM_CHANNELS
from .tracing import evaluating

QUANTISED = ("torch.ao.nn.quantized", "torch.ao.nn.intrinsic.quantized", "torch.nn.quantized")


def check_input(example_input: Any) -> Tensor:
    """The first image [1, C, H, W] of the example."""
    if not isinstance(example_input, Tensor):
        raise ExportError(f"example_input must be one tensor [N, C, H, W], not {type(example_input).__name__}")
    if example_input.device.type != "cpu":
        raise ExportError(f"example_input is on {example_input.device}; networks are exported on the CPU: call .cpu()")
    if example_input.ndim != 4 or example_input.dtype != torch.float32 or not example_input.numel():
        raise ExportError(
            f"example_input must be float32 [N, C, H, W], not {example_input.dtype} {list(example_input.shape)}"
        )
    if example_input.shape[1] > MAXIMUM_CHANNELS:
        raise ExportError(f"example_input has {example_input.shape[1]} channels; at most {MAXIMUM_CHANNELS} are read")
    if example_input.layout != torch.strided:
        raise ExportError(f"example_input is {example_input.layout}; call .to_dense()")
    image = example_input[:1].detach().as_subclass(Tensor)
    if not bool(image.isfinite().all()):
        raise ExportError("example_input has values that are not finite; with them nothing can be compared")
    return image


def check_module(module: Any) -> None:
    """Refuses what is no network, or one without numbers that can be written."""
    if not isinstance(module, nn.Module):
        kind = f"the class {module.__name__}; make a module of it" if isinstance(module, type) else type(module).__name__
        raise ExportError(f"a network is a torch.nn.Module, not {kind}")
    for path, part in module.named_modules():
        place = f'module "{path}" ({type(part).__name__})' if path else f"the network ({type(part).__name__})"
        if isinstance(part, torch.jit.ScriptModule):
            raise ExportError(f"{place} is TorchScript; export the Python module that it was made from")
        if type(part).__module__.startswith(QUANTISED):
            raise ExportError(f"{place} is quantised; export the network with floating-point weights that it was made from")
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        _check_tensor(name, tensor)
    _check_signature(module)


def _check_tensor(name: str, tensor: Tensor) -> None:
    if is_lazy(tensor):
        raise ExportError(f"{name} has no shape yet; run the network once before")
    if tensor.is_meta:
        raise ExportError(f"{name} is on the meta device, without numbers; load the weights (load_state_dict(..., assign=True))")
    if tensor.device.type != "cpu":
        raise ExportError(f"{name} is on {tensor.device}; networks are exported on the CPU: call .cpu() on the network")
    if tensor.is_quantized:
        raise ExportError(f"{name} is quantised; export the network with floating-point weights that it was made from")
    if tensor.is_complex() or tensor.is_floating_point() and tensor.dtype != torch.float32:
        raise ExportError(f"{name} is {tensor.dtype}; call .float() on the network first")


def _check_signature(module: nn.Module) -> None:
    """The forward can be called with the image alone."""
    signature = inspect.signature(module.forward)
    try:
        signature.bind(None)
    except TypeError as error:
        needed = [
            name for name, one in signature.parameters.items()
            if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        ]  # fmt: skip
        code = inspect.unwrap(module.forward).__code__
        raise ExportError(
            f"the network's forward takes {len(needed)} inputs ({', '.join(needed)}), {code.co_filename}:{code.co_firstlineno}; "
            "a model file has one, the image: wrap the network in a module whose forward takes the image and makes the others"
        ) from error


@contextmanager
def prepared(module: nn.Module, image: Tensor, output: str | int | None) -> Iterator[None]:
    """Within, the module is as it is looked at; afterwards it is as it was, with its modes, buffers and hooks.

    It is in evaluation mode, without autocast and without the user's hooks, and gives the chosen output alone.
    """
    check_module(module)
    with evaluating(module), torch.random.fork_rng(devices=[]), torch.autocast("cpu", enabled=False):
        with hidden(module, image, more(image)[1:]):
            with torch.no_grad(), told(module, "the network's forward fails for the example"):
                result = module(image.clone())
            chosen = outputs.choose(result, output)
            if chosen.dtype != torch.float32:
                raise ExportError(f"the network's output is {chosen.dtype}; float32 numbers (scores, maps) are looked at")
            outputs.tell(result, output)
            with outputs.alone(module, output):
                yield
