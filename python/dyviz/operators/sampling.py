"""Maps at another size."""

from __future__ import annotations

from typing import Any

import torch

from ..context import Call, Context, handles
from ..values import Value, whole

MAXIMUM_FACTOR = 64
"""Of a size that is a multiple of the map's own."""


@handles("upsample_nearest2d", "_upsample_nearest_exact2d")
def upsample_nearest(context: Context, call: Call) -> Value:
    """Each value repeated, or some of them."""
    exact = call.operator.endswith("exact2d")
    return _upsample(context, call, {"interpolation": "nearest_exact" if exact else "nearest"})


@handles("upsample_bilinear2d")
def upsample_bilinear(context: Context, call: Call) -> Value:
    """Values between are interpolated."""
    return _upsample(context, call, {"interpolation": "bilinear", "align_corners": bool(call["align_corners"])})


def _upsample(context: Context, call: Call, options: dict[str, Any]) -> Value:
    source = context.exact_map(call["input"] if "input" in call.arguments else call["self"])
    extents, scales = source.extents[1:], _scales(call)
    wanted = call["output_size"]
    if wanted is None:
        wanted = [int(extent * scale) for extent, scale in zip(extents, scales)]
    wanted = [int(size) for size in wanted]
    # PyTorch samples at multiples of 1 / scale even where it rounds the size; only aligned corners do not care.
    if options["interpolation"] == "nearest":
        # ... and does not where it doubles the size or leaves it.
        scales = [None if size in (extent, 2 * extent) else scale for extent, size, scale in zip(extents, wanted, scales)]
    steps = [
        float(_single(1 / scale) if scale else _single(extent) / _single(size))
        for extent, size, scale in zip(extents, wanted, scales)
    ]
    is_plain = options.get("align_corners") or all(
        not scale or scale * extent == size for extent, size, scale in zip(extents, wanted, scales)
    )
    factor = [size // extent for size, extent in zip(wanted, extents)]
    if is_plain and [one * extent for one, extent in zip(factor, extents)] == wanted and max(factor) <= MAXIMUM_FACTOR:
        if options["interpolation"] == "nearest_exact":
            options["interpolation"] = "nearest"
        options["factor"] = factor
    else:
        options |= {"size": wanted} | ({} if is_plain else {"step": steps})
    shape = (source.extents[0], wanted[0], wanted[1])
    return whole(context.add("upsample", [source.node], shape, **options).node, shape)


def _single(number: float) -> torch.Tensor:
    """Rounded as PyTorch's own arithmetic of sizes is."""
    return torch.tensor(number, dtype=torch.float32)


def _scales(call: Call) -> list[float | None]:
    """The factors that PyTorch samples with; None where it takes them from the sizes."""
    scales = call.get("scale_factors")
    if scales is not None:
        return list(scales)
    return [call.get("scales_h", call.get("scales")), call.get("scales_w", call.get("scales"))]
