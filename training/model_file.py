"""Writes model.bin (docs/model-format.md) with PyTorch; model_reader.py reads it.

builder = GraphBuilder("dyrelu-b", channels=1, height=32, width=32)
... or ...
variant = mobilenet_variant("dyrelu-b", model, 32, 32, preprocessing, labels)
write_model("model.bin", [variant])
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from graph_builder import GraphBuilder, Json, Preprocessing, Variant
from mobilenetv2 import ConvUnit, MobileNetV2
from mobilenetv3 import MobileNetV3
from safetensors.torch import save
from torch import Tensor

__all__ = ["GraphBuilder", "Json", "Preprocessing", "Variant", "mobilenet_variant", "write_model"]

FORMAT = 1
METADATA_KEY = "dyviz"
MAXIMUM_HEADER = 25_000_000


def mobilenet_variant(
    name: str,
    model: MobileNetV2 | MobileNetV3,
    height: int,
    width: int,
    preprocessing: Preprocessing,
    labels: Sequence[str] = (),
) -> Variant:
    """A MobileNetV2, or a MobileNetV3 that squeezes nowhere; nodes bear the names of its modules."""
    builder = GraphBuilder(name, preprocessing.channels, height, width)

    def unit(prefix: str, module: ConvUnit, source: str, block: int, site: str) -> str:
        x = builder.convolution(f"{prefix}.conv", module.conv, source)
        x = builder.batch_normalization(f"{prefix}.norm", module.norm, x)
        if module.act is None:
            return x
        return builder.activation(f"{prefix}.act", module.act, x, block, site)

    x = unit("stem", model.stem, builder.input, 0, "stem")
    for index, block in enumerate(model.blocks):
        prefix, number, source = f"blocks.{index}", index + 1, x
        if block.expand is not None:
            x = unit(f"{prefix}.expand", block.expand, x, number, "A1")
        if getattr(block, "squeeze", None) is not None:
            raise ValueError(f"{name}, {prefix}: squeeze-and-excitation is not written here")
        x = unit(f"{prefix}.depthwise", block.depthwise, x, number, "A2")
        x = unit(f"{prefix}.project", block.project, x, number, "A3")
        if block.residual:
            x = builder.add(f"{prefix}.add", source, x)
    x = unit("head", model.head, x, len(model.blocks) + 1, "last")
    x = builder.global_average_pool("pool", x)
    if isinstance(model, MobileNetV3):
        x = builder.linear("hidden", model.hidden, x)
        x = builder.activation("hidden_act", model.hidden_act, x, len(model.blocks) + 1, "hidden")
    x = builder.linear("classifier", model.classifier, x)
    return builder.finish(x, preprocessing, labels)


def write_model(path: str | Path, variants: Iterable[Variant], half: bool = True) -> None:
    """Writes one file; with `half`, tensors of rank 2 and more as F16.

    Biases and BatchNorm's tensors stay F32: they are few, and running
    variances may lie outside F16's range.
    """
    tensors: dict[str, Tensor] = {}
    descriptions: list[Json] = []
    for variant in variants:
        for name, tensor in variant.tensors.items():
            if name in tensors:
                raise ValueError(f"two tensors are called {name}")
            tensors[name] = _stored(name, tensor, half)
        descriptions.append(
            {
                "name": variant.name,
                "nodes": variant.nodes,
                "output": variant.output,
                "preprocessing": asdict(variant.preprocessing),
                "labels": list(variant.labels),
            }
        )
    text = json.dumps({"format": FORMAT, "variants": descriptions}, allow_nan=False)
    if len(text) + 200 * len(tensors) > MAXIMUM_HEADER:
        raise ValueError(f"{path}: the description is {len(text)} bytes long, too much")
    # Not save_file: its files can be read by their owner only.
    Path(path).write_bytes(save(tensors, metadata={METADATA_KEY: text}))


def _stored(name: str, tensor: Tensor, half: bool) -> Tensor:
    """The tensor as it goes to the file: own memory, C order, F16 or F32."""
    values = tensor.detach().to("cpu", torch.float32).contiguous().clone()
    if half and tensor.ndim > 1:
        rounded = values.to(torch.float16)
        if not torch.isfinite(rounded).all():
            raise ValueError(f"{name}: a value lies outside F16's range")
        return rounded
    return values
