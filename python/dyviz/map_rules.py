"""The rules of nodes that move, sample, pool, join and combine whole maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from .fields import MAXIMUM_EXTENT, Fields
from .map_values import AXES, places
from .values import Shape

MAXIMUM_INPUTS = 64
MAXIMUM_FACTOR = 64


class MapRules:
    """What `NodeRules` says of them."""

    fields: Fields
    inputs: list[Shape]
    tensors: Mapping[str, Tensor]

    def _takes(self, low: int, high: int | None = None) -> None:
        if not low <= len(self.inputs) <= (high or low):
            self.fields.fail(f"takes {low}{f' to {high}' if high else ''} inputs, not {len(self.inputs)}")

    def _tensor(self, fields: Fields, key: str, *shape: int, required: bool = True) -> None:
        name = fields.text(key, required)
        if name is None:
            return
        if name not in self.tensors:
            fields.fail(f"{key}: there is no tensor {name!r}")
        if tuple(self.tensors[name].shape) != shape:
            fields.fail(f"{key}: expected shape {list(shape)}, but {name!r} has {list(self.tensors[name].shape)}")

    def _parts(self) -> Shape:
        """The shape of a pooling of parts that are named one by one."""
        counts = []
        for key, extent in zip(("rows", "columns"), self.inputs[0][1:]):
            parts = self.fields.take(key, "pairs of integers")
            is_pair = [
                isinstance(one, list) and len(one) == 2 and all(type(end) is int for end in one) and 0 <= one[0] < one[1] <= extent
                for one in parts if isinstance(parts, list)
            ]  # fmt: skip
            if not is_pair or not all(is_pair):
                self.fields.fail(f"{key}: expected pairs of integers, the ends of parts of {extent}")
            counts.append(len(parts))
        return self.inputs[0][0], counts[0], counts[1]

    def _add(self) -> Shape:
        self._takes(2)
        pairs = list(zip(*self.inputs))
        if any(one != other and 1 not in (one, other) for one, other in pairs):
            self.fields.fail(f"takes two maps whose extents are equal or 1, not {self.inputs[0]} and {self.inputs[1]}")
        channels, height, width = map(max, pairs)
        return channels, height, width

    _multiply = _divide = _minimum = _greater = _greater_equal = _keep = _drop = _add

    def _concatenate(self) -> Shape:
        self._takes(1, MAXIMUM_INPUTS)
        axis = AXES.index(self.fields.word("axis", AXES, "channels"))
        if len({(*one[:axis], *one[axis + 1 :]) for one in self.inputs}) > 1:
            self.fields.fail(f"joins maps of different sizes: {self.inputs}")
        shape = list(self.inputs[0])
        shape[axis] = sum(one[axis] for one in self.inputs)
        return shape[0], shape[1], shape[2]

    def _rearrange(self) -> Shape:
        self._takes(1)
        channels, height, width = self.inputs[0]
        axes = [
            self._places(key, own, extent)
            for own, (key, extent) in enumerate((("rows", height), ("columns", width), ("channels", channels)))
        ]
        for part, extent in enumerate((height, width, channels)):
            if sum(max((one[part] for one in axis if one), default=0) for axis in axes) >= extent:
                self.fields.fail(f"takes elements that its input {self.inputs[0]} does not have")
        return len(axes[2]), len(axes[0]), len(axes[1])

    def _places(self, key: str, own: int, extent: int) -> list[list[int] | None]:
        values = self.fields.take(key)
        values = list(range(extent)) if values is None else values

        def is_index(one: Any, low: int) -> bool:
            return type(one) is int and low <= one < MAXIMUM_EXTENT

        def is_place(one: Any) -> bool:
            return is_index(one, -1) or isinstance(one, list) and len(one) == 3 and all(is_index(part, 0) for part in one)

        if not isinstance(values, list) or not values or not all(map(is_place, values)):
            self.fields.fail(f"{key}: expected numbers, or arrays of a row, a column and a channel")
        return places(values, own)

    def _upsample(self) -> Shape:
        self._takes(1)
        channels, height, width = self.inputs[0]
        if "size" in self.fields.left:
            height, width = self.fields.integers("size", 2)
            if min(self.fields.numbers("step", 2, [1.0, 1.0])) <= 0:
                self.fields.fail("the steps must be above 0")
            has_offset = "offset" in self.fields.left
            self.fields.numbers("offset", 2, [0.0, 0.0])
        else:
            vertical, horizontal = self.fields.integers("factor", 2, 1, MAXIMUM_FACTOR)
            height, width = height * vertical, width * horizontal
            has_offset = False
        mode = self.fields.word("interpolation", ("nearest", "nearest_exact", "bilinear"))
        aligns = self.fields.flag("align_corners", False)
        if aligns and mode != "bilinear":
            self.fields.fail(f"{mode} has no align_corners")
        if has_offset and (aligns or mode != "bilinear"):
            self.fields.fail("offsets are of bilinear interpolation without align_corners alone")
        return channels, height, width

    def _transposed_convolution(self) -> Shape:
        self._takes(1)
        inputs, outputs = self.inputs[0][0], self.fields.integer("out_channels")
        groups, kernel = self.fields.integer("groups", default=1), self.fields.integers("kernel", 2)
        stride, dilation = (self.fields.integers(key, 2, default=[1, 1]) for key in ("stride", "dilation"))
        padding, more = (self.fields.integers(key, 2, 0, default=[0, 0]) for key in ("padding", "output_padding"))
        if inputs % groups or outputs % groups:
            self.fields.fail(f"{groups} groups do not divide {inputs} -> {outputs} channels")
        if any(one >= max(step, other) for one, step, other in zip(more, stride, dilation)):
            self.fields.fail("output_padding is not below the stride or the dilation")
        self._tensor(self.fields, "weight", inputs, outputs // groups, *kernel)
        self._tensor(self.fields, "bias", outputs, required=False)
        height, width = (
            (extent - 1) * stride[side] - 2 * padding[side] + dilation[side] * (kernel[side] - 1) + more[side] + 1
            for side, extent in enumerate(self.inputs[0][1:])
        )
        return outputs, height, width
