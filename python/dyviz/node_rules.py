"""The rules of `rules` for one node; its shape follows from them."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from .fields import MAXIMUM_EXTENT, Fields
from .map_rules import MAXIMUM_INPUTS, MapRules
from .model_file import CURVES, GATES
from .values import Shape

MAXIMUM_ELEMENTS = 1 << 28
MAXIMUM_FUNCTIONS = 16
MAXIMUM_KERNELS = 64
FORMS = ("slopes", "negative_slope", "hyper", "coefficients", "curve", "maximum")


class NodeRules(MapRules):
    """Takes a node apart."""

    def __init__(
        self, fields: Fields, shapes: Mapping[str, Shape], tensors: Mapping[str, Tensor], places: set[tuple[int, str]]
    ) -> None:
        self.fields, self.tensors, self.places = fields, tensors, places
        self.name, self.operator = str(fields.text("name")), fields.text("operator")
        inputs = fields.texts("inputs")
        if self.name in shapes:
            fields.fail("the name is used twice")
        unknown = [one for one in inputs if one not in shapes]
        if unknown:
            fields.fail(f"takes {unknown[0]!r}, which no earlier node is called")
        self.inputs = [shapes[one] for one in inputs]

    def check(self) -> Shape:
        """The node's shape."""
        method = getattr(self, f"_{self.operator}", None)
        if method is None:
            self.fields.fail(f"unknown operator {self.operator!r}")
        shape = method()
        self.fields.finish()
        channels, height, width = shape
        padded = -(-channels // 16) * 16
        if not all(1 <= one <= MAXIMUM_EXTENT for one in shape) or height * width * padded > MAXIMUM_ELEMENTS:
            self.fields.fail(f"its shape would be {channels} x {height} x {width}")
        return shape

    def _input(self) -> Shape:
        self._takes(0)
        return self.fields.integer("channels"), self.fields.integer("height"), self.fields.integer("width")

    def _windows(self, stride: list[int] | None, pools: bool, dilates: bool) -> tuple[list[int], tuple[int, int]]:
        """Kernel, and the height and width that come of it."""
        kernel = self.fields.integers("kernel", 2)
        stride = self.fields.integers("stride", 2, default=stride or kernel)
        padding = self.fields.integers("padding", 4, 0, default=[0] * 4)
        dilation = self.fields.integers("dilation", 2, default=[1, 1]) if dilates else [1, 1]
        counts = []
        for side, extent in enumerate(self.inputs[0][1:]):
            before, taps, step = padding[side], kernel[side], dilation[side]
            room = extent + before + padding[side + 2] - step * (taps - 1) - 1
            counts.append(room // stride[side] + 1 if room >= 0 else 0)
            starts = range(-before, -before + counts[-1] * stride[side], stride[side])
            firsts = ((-start + step - 1) // step if start < 0 else 0 for start in starts)
            if pools and any(first >= taps or start + first * step >= extent for start, first in zip(starts, firsts)):
                self.fields.fail("a window lies wholly in the padding")
        return kernel, (counts[0], counts[1])

    def _convolution(self) -> Shape:
        self._takes(1)
        return self._kernels(())

    def _mixed_convolution(self) -> Shape:
        self._takes(2)
        kernels = self.fields.integer("kernels", 1, MAXIMUM_KERNELS)
        if self.inputs[1] != (kernels, 1, 1):
            self.fields.fail(f"takes a share for each of {kernels} kernels, not {self.inputs[1]}")
        return self._kernels((kernels,))

    def _kernels(self, count: tuple[int, ...]) -> Shape:
        """The shape of a convolution with one kernel, or with a mixture of so many."""
        inputs, outputs = self.inputs[0][0], self.fields.integer("out_channels")
        groups = self.fields.integer("groups", default=1)
        kernel, size = self._windows([1, 1], pools=False, dilates=True)
        if inputs % groups or outputs % groups:
            self.fields.fail(f"{groups} groups do not divide {inputs} -> {outputs} channels")
        self._tensor(self.fields, "weight", *count, outputs, inputs // groups, *kernel)
        self._tensor(self.fields, "bias", *count, outputs, required=False)
        return outputs, *size

    def _max_pool(self) -> Shape:
        self._takes(1)
        if "rows" in self.fields.left:
            return self._parts()
        return self.inputs[0][0], *self._windows(None, pools=True, dilates=True)[1]

    def _average_pool(self) -> Shape:
        self._takes(1)
        if "rows" in self.fields.left:
            return self._parts()
        self.fields.flag("count_padding", True)
        return self.inputs[0][0], *self._windows(None, pools=True, dilates=False)[1]

    def _batch_normalization(self) -> Shape:
        self._takes(1)
        for key in ("weight", "bias", "mean", "variance"):
            self._tensor(self.fields, key, self.inputs[0][0])
        if (self.fields.number("epsilon", 1e-5) or 0) < 0:
            self.fields.fail("epsilon is below 0")
        return self.inputs[0]

    def _linear(self) -> Shape:
        self._takes(1)
        if self.inputs[0][1:] != (1, 1):
            self.fields.fail(f"takes a vector, not {self.inputs[0]}")
        outputs = self.fields.integer("out_features")
        self._tensor(self.fields, "weight", outputs, self.inputs[0][0])
        self._tensor(self.fields, "bias", outputs, required=False)
        return outputs, 1, 1

    def _select_channels(self) -> Shape:
        self._takes(1)
        channels = self.fields.integers("channels", None, 0, self.inputs[0][0] - 1)
        return len(channels), *self.inputs[0][1:]

    def _global_average_pool(self) -> Shape:
        self._takes(1)
        return self.inputs[0][0], 1, 1

    def _activation(self) -> Shape:
        fields, shape = self.fields, self.inputs[0] if self.inputs else self._takes(1, MAXIMUM_INPUTS) or (0, 0, 0)
        forms = [one for one in FORMS if one in fields.left]
        if len(forms) != 1:
            fields.fail(f"is {' and '.join(forms) or 'nothing'}; it is one of {', '.join(FORMS)}")
        form = forms[0]
        place = fields.integer("block", 0, 9_999), str(fields.text("site"))
        fields.text("block_name", required=False)
        if len(place[1]) > 32 or place in self.places:
            fields.fail(f"block {place[0]}, site {place[1]!r} is another activation's place, or longer than 32 characters")
        self.places.add(place)
        count = 0 if form == "curve" else fields.integer("functions", 1, MAXIMUM_FUNCTIONS)
        own = 1
        if form not in ("curve", "maximum"):
            own = shape[0] if fields.word("sharing", ("all", "channel")) == "channel" else 1
        self._form(form, count, own)
        if form not in ("curve", "maximum"):
            if (fields.number("upper_bound", 0.0) or 0) < 0:
                fields.fail("upper_bound is below 0")
            self._attention(shape[0])
        return shape

    def _form(self, form: str, count: int, own: int) -> None:
        fields = self.fields
        self._takes({"maximum": count, "coefficients": 2}.get(form, 1))
        if form == "curve":
            fields.word("curve", CURVES)
            for key in ("input_scale", "scale", "negative_scale"):
                if fields.number(key, 1.0) == 0 and key == "input_scale":
                    fields.fail("input_scale is 0")
        elif form == "slopes":
            fields.numbers("slopes", count)
            fields.numbers("intercepts", count, [0.0] * count)
        elif form == "negative_slope":
            self._tensor(fields, "negative_slope", own)
            if count != 2:
                fields.fail(f"a PReLU has K = 2, not {count}")
        elif form == "hyper":
            self._hyper(count, own)
        else:
            fields.word(form, ("input",) if form == "coefficients" else ("inputs",))
            fits = {"coefficients": [(2 * count * own, 1, 1)], "maximum": self.inputs[:1] * (count - 1)}[form]
            if self.inputs[1:] != fits:
                fields.fail(f"takes {fits} beside x, not {self.inputs[1:]}")

    def _hyper(self, count: int, own: int) -> None:
        fields = self.fields.object("hyper")
        assert fields is not None
        hidden, channels = fields.integer("hidden"), self.inputs[0][0]
        dynamic = fields.integer("dynamic_functions", 1, count, count)
        rows = dynamic * (2 if fields.flag("intercepts", True) else 1) * own
        fields.numbers("slope_init", count, [1.0] * count)
        fields.numbers("intercept_init", count, [0.0] * count)
        fields.number("slope_range")
        fields.number("intercept_range")
        fields.word("gate", GATES)
        fields.word("row_order", ("blocked", "interleaved"))
        if "inner" in fields.left:
            fields.word("inner", CURVES)
        for key, shape in (("weight1", (hidden, channels)), ("bias1", (hidden,)), ("weight2", (rows, hidden)), ("bias2", (rows,))):
            self._tensor(fields, key, *shape)
        fields.finish()

    def _attention(self, channels: int) -> None:
        fields = self.fields.object("attention")
        if fields is None:
            return
        self._tensor(fields, "weight", 1, channels, 1, 1)
        self._tensor(fields, "bias", 1, required=False)
        if min(fields.number("temperature", 10.0) or 0, fields.number("scale", 1 / 3) or 0) <= 0:
            fields.fail("temperature and scale must be above 0")
        fields.finish()
